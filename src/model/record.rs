//! The cells of a row, packed: columns that a row leaves empty take no room, and values that many rows have in common are kept once.

use std::{ops::Index, sync::Arc};

use super::{
    cell::Cell,
    repacking::Texts,
    resource::Overlay,
    sharing::{Anew, Sharing},
    tags::Tags,
};

/// Columns a kind can have at most: one bit each says which are filled.
pub const WIDEST: usize = u64::BITS as usize;

static EMPTY: Cell = Cell::None;

/// One value for each column of a kind, in the order of its table. Values that AWS did not send are not kept.
#[derive(Debug, Clone, Default)]
pub struct Record {
    own: Packed,
    /// Values of other columns than those of `own`, shared with other rows.
    common: Option<Arc<Packed>>,
    /// What counts instead in its columns, shared with other rows.
    over: Option<Arc<Layer>>,
}

/// Values to lay over rows, as they are kept once for all rows that have the same.
#[derive(Debug, PartialEq)]
pub struct Layer {
    /// A column that has nothing here has nothing in the row either.
    cells: Packed,
    /// The tags, where they are told.
    pub tags: Option<Tags>,
}

/// Values, and which columns they belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Packed {
    /// Bit `n` is set where column `n` has a value, or room for one.
    filled: u64,
    /// The values, in the order of their columns.
    cells: Box<[Cell]>,
}

impl Layer {
    /// Values for columns up to [`WIDEST`], in memory of their own. No column has two.
    pub fn new(overlay: &Overlay) -> Self {
        let mut values: Vec<_> = overlay.cells.iter().filter(|(at, _)| *at < WIDEST).collect();
        values.sort_unstable_by_key(|(at, _)| *at);
        let filled = values.iter().fold(0, |bits, (at, _)| bits | 1 << at);
        let cells = values.into_iter().map(|(_, cell)| cell.renewed(None)).collect();
        let tags = overlay.tags.as_ref().map(|tags| tags.renewed(&Tags::default()));
        Self { cells: Packed { filled, cells }, tags }
    }

    /// True where these values make just this layer.
    pub fn says(&self, overlay: &Overlay) -> bool {
        let same = |(at, cell): &(usize, Cell)| self.cells.get(*at) == Some(cell);
        self.cells.cells.len() == overlay.cells.len() && overlay.cells.iter().all(same) && self.tags == overlay.tags
    }
}

impl Packed {
    fn get(&self, at: usize) -> Option<&Cell> {
        self.cells.get(self.place(at)?)
    }

    fn anew(&self, texts: &mut Texts) -> Self {
        Self { filled: self.filled, cells: self.cells.iter().map(|cell| cell.anew(texts)).collect() }
    }

    fn renewed(&self, former: &Record) -> Self {
        let cells = columns(self.filled).zip(&self.cells).map(|(at, cell)| cell.renewed(former.get(at))).collect();
        Self { filled: self.filled, cells }
    }

    /// Where among the values that of a column is.
    fn place(&self, at: usize) -> Option<usize> {
        let bit = 1_u64.checked_shl(u32::try_from(at).ok()?)?;
        (self.filled & bit != 0).then(|| (self.filled & (bit - 1)).count_ones() as usize)
    }

    /// Those of the values that are in these columns; `room` is left for others.
    fn of(all: &[Cell], columns: u64, room: u64) -> Self {
        let there = |(at, cell): &(usize, &Cell)| (**cell != Cell::None || room >> at & 1 == 1) && columns >> at & 1 == 1;
        let known = || all.iter().take(WIDEST).enumerate().filter(there);
        let filled = known().fold(0_u64, |bits, (at, _)| bits | 1 << at);
        // Of exactly the right size from the beginning: what is made smaller afterwards leaves holes between 100,000 rows.
        let mut cells = Vec::with_capacity(filled.count_ones() as usize);
        cells.extend(known().map(|(_, cell)| cell.clone()));
        Self { filled, cells: cells.into() }
    }
}

impl Record {
    /// Packs values; those in `common` columns are shared with rows that have the same. They should be columns that hardly ever
    /// change: laid over by others they are the row's own again.
    pub fn sharing(all: &[Cell], common: u64, others: &mut Sharing) -> Self {
        let shared = Packed::of(all, common, 0);
        let common = (shared.filled != 0).then(|| others.cells.share(shared));
        Self { own: Packed::of(all, !common.as_ref().map_or(0, |common| common.filled), 0), common, over: None }
    }

    /// The same record, with texts made anew.
    pub(super) fn anew(&self, texts: &mut Texts, others: &mut Anew<Packed>) -> Self {
        let common = self.common.as_ref().map(|common| others.of(common, |common| common.anew(texts).into()));
        Self { own: self.own.anew(texts), common, over: self.over.clone() }
    }

    /// The same record, in the memory of a former one as far as it is the same.
    pub(super) fn renewed(&self, former: &Self) -> Self {
        let common = if self.common == former.common {
            former.common.clone()
        } else {
            self.common.as_deref().map(|common| common.renewed(former).into())
        };
        Self { own: self.own.renewed(former), common, over: self.over.clone() }
    }

    /// The columns whose values are shared with other rows, one bit each.
    pub fn shared(&self) -> u64 {
        self.common.as_ref().map_or(0, |common| common.filled)
    }

    /// Where what it has in common with others is, to compare.
    #[cfg(test)]
    pub(super) fn common_address(&self) -> Option<usize> {
        self.common.as_ref().map(|common| Arc::as_ptr(common).addr())
    }

    /// The value in a column, if there is one.
    pub fn get(&self, at: usize) -> Option<&Cell> {
        let over = || self.over.as_ref()?.cells.get(at);
        let below = || self.own.get(at).or_else(|| self.common.as_ref()?.get(at));
        over().or_else(below).filter(|cell| **cell != Cell::None)
    }

    /// The value in every column up to [`WIDEST`], [`Cell::None`] where there is none.
    pub fn iter(&self) -> impl Iterator<Item = &Cell> {
        (0..WIDEST).map(|at| &self[at])
    }

    /// The values that are there, in no particular order.
    pub fn known(&self) -> impl Iterator<Item = &Cell> {
        columns(self.columns()).filter_map(|at| self.get(at))
    }

    /// The columns that have a value or room for one.
    fn columns(&self) -> u64 {
        self.own.filled | self.shared() | self.over.as_ref().map_or(0, |over| over.cells.filled)
    }

    /// The number of columns up to the last that has a value or room for one.
    pub fn width(&self) -> usize {
        WIDEST - self.columns().leading_zeros() as usize
    }

    /// Puts a value in a column.
    pub fn set(&mut self, at: usize, cell: Cell) {
        self.lay(&[(at, cell)]);
    }

    /// Puts a layer over the values, which stay below it: under another that has all of its columns it is gone without a trace.
    pub fn cover(&mut self, layer: &Arc<Layer>) {
        let kept = |over: &Arc<Layer>| over.cells.filled & !layer.cells.filled != 0;
        if self.over.as_ref().is_some_and(kept) {
            *self = self.flat();
        }
        self.over = Some(layer.clone());
    }

    /// True where this very layer is over the values.
    pub fn covered(&self, layer: &Arc<Layer>) -> bool {
        self.over.as_ref().is_some_and(|over| Arc::ptr_eq(over, layer))
    }

    /// The same without a layer.
    fn flat(&self) -> Self {
        let all = self.spread(0);
        let below = self.over.as_ref().map_or(0, |over| over.cells.filled);
        let common = self.common.clone().filter(|common| common.filled & below == 0);
        let own = Packed::of(&all, !common.as_ref().map_or(0, |common| common.filled), 0);
        Self { own, common, over: None }
    }

    /// Puts values in columns; all others stay.
    pub fn lay(&mut self, values: &[(usize, Cell)]) {
        if values.iter().all(|(at, cell)| self.get(*at).unwrap_or(&EMPTY) == cell) {
            return;
        }
        let covered = |(at, _): &(usize, Cell)| self.over.as_ref().is_some_and(|over| over.cells.place(*at).is_some());
        if values.iter().any(covered) {
            *self = self.flat();
        }
        let fits = |(at, cell): &(usize, Cell)| self.own.place(*at).is_some() || (*cell == Cell::None && self.get(*at).is_none());
        if values.iter().all(fits) {
            for (at, cell) in values {
                if let Some(place) = self.own.place(*at) {
                    self.own.cells[place].clone_from(cell);
                }
            }
            return;
        }
        self.widen(values);
    }

    /// Puts values in columns that have no room for them.
    fn widen(&mut self, values: &[(usize, Cell)]) {
        let over = self.over.take();
        let width = values.iter().map(|(at, _)| at + 1).fold(self.width(), usize::max);
        let mut all = self.spread(width);
        let columns = values.iter().fold(0_u64, |bits, (at, _)| bits | 1_u64.checked_shl(*at as u32).unwrap_or_default());
        for (at, cell) in values {
            all[*at].clone_from(cell);
        }
        let untouched = self.common.take().filter(|common| common.filled & columns == 0);
        let common = untouched.as_ref().map_or(0, |common| common.filled);
        *self = Self { own: Packed::of(&all, !common, 0), common: untouched, over };
    }

    /// The values of the first `width` columns, or of as many as have any.
    pub fn spread(&self, width: usize) -> Vec<Cell> {
        (0..width.max(self.width())).map(|at| self[at].clone()).collect()
    }
}

/// The columns of which the bit is set, in order.
fn columns(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = bits.trailing_zeros();
        bits &= bits.checked_sub(1)?;
        Some(at as usize)
    })
}

/// Where a value is kept makes no difference.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        let alike = self.shared() == other.shared() && self.own.filled == other.own.filled;
        if !alike || !same(self.over.as_ref(), other.over.as_ref()) {
            return self.iter().eq(other.iter());
        }
        same(self.common.as_ref(), other.common.as_ref()) && self.own == other.own
    }
}

fn same<T: PartialEq>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
        (one, other) => one.is_none() && other.is_none(),
    }
}

impl From<Vec<Cell>> for Record {
    /// Columns beyond [`WIDEST`] are left out; no kind has them.
    fn from(all: Vec<Cell>) -> Self {
        Self { own: Packed::of(&all, u64::MAX, 0), common: None, over: None }
    }
}

impl<const N: usize> From<[Cell; N]> for Record {
    fn from(all: [Cell; N]) -> Self {
        Vec::from(all).into()
    }
}

impl Index<usize> for Record {
    type Output = Cell;

    fn index(&self, at: usize) -> &Cell {
        self.get(at).unwrap_or(&EMPTY)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![Just(Cell::None), any::<i64>().prop_map(Cell::Count), "[a-z]{1,9}".prop_map(|text| Cell::Text(text.into()))]
    }

    proptest! {
        /// Packed or not, shared or not, a row says the same.
        #[test]
        fn nothing_is_lost_by_packing(
            mut all in prop::collection::vec(cell(), 1..=WIDEST),
            laid in prop::collection::vec((any::<prop::sample::Index>(), cell()), 0..9),
            layers in prop::collection::vec(prop::collection::vec((any::<prop::sample::Index>(), cell()), 0..9), 0..3),
            common in any::<u64>(),
        ) {
            let mut record = Record::from(all.clone());
            let mut shared = Record::sharing(&all, common, &mut Sharing::default());
            prop_assert_eq!(&record, &shared);
            for layer in layers {
                let layer: Vec<_> = layer.into_iter().map(|(at, cell)| (at.index(all.len()), cell)).collect();
                record.lay(&layer);
                let overlay = Overlay { id: "".into(), cells: layer.iter().cloned().collect::<HashMap<_, _>>().into_iter().collect(), tags: None };
                shared.cover(&Arc::new(Layer::new(&overlay)));
                prop_assert!(Layer::new(&overlay).says(&overlay));
                prop_assert_eq!(&record, &shared);
                prop_assert_eq!(&record, &shared.flat());
                for (at, cell) in layer {
                    all[at] = cell;
                }
            }
            let laid: Vec<_> = laid.into_iter().map(|(at, cell)| (at.index(all.len()), cell)).collect();
            record.lay(&laid);
            shared.lay(&laid);
            prop_assert_eq!(&record, &shared);
            for (at, cell) in laid {
                all[at] = cell;
            }
            prop_assert!(shared.iter().zip(&all).all(|(packed, cell)| packed == cell));
            prop_assert!(all.iter().enumerate().all(|(at, cell)| record[at] == *cell));
            prop_assert_eq!(&record, &Record::from(all.clone()));
            prop_assert_eq!(&shared.renewed(&Record::default()), &record);
            prop_assert_eq!(&shared.renewed(&record), &record);
            prop_assert_eq!(&record.renewed(&shared), &record);
            prop_assert_eq!(shared.known().count(), all.iter().filter(|cell| **cell != Cell::None).count());
            prop_assert_eq!(shared.spread(all.len()), all);
        }
    }

    #[test]
    fn beyond_the_last_column_there_is_nothing() {
        let record = Record::from(vec![Cell::Count(1); WIDEST]);
        assert_eq!((record.width(), &record[WIDEST], record.get(usize::MAX)), (WIDEST, &Cell::None, None));
    }

    #[test]
    fn rows_that_have_something_in_common_keep_it_once_until_it_changes() {
        let mut others = Sharing::default();
        let mut record = |first: i64| Record::sharing(&[Cell::Count(first), Cell::Text("m6i.large".into())], 0b10, &mut others);
        let (mut one, two) = (record(1), record(2));
        let common = |record: &Record| record.common.clone().expect("something");
        assert!(Arc::ptr_eq(&common(&one), &common(&two)));
        one.set(0, Cell::Count(3));
        assert!(Arc::ptr_eq(&common(&one), &common(&two)), "what is its own does not touch the rest");
        one.set(1, Cell::Text("m7i.large".into()));
        assert_eq!((&one[1], &two[1]), (&Cell::Text("m7i.large".into()), &Cell::Text("m6i.large".into())));
    }
}
