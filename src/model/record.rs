//! The cells of a row, packed: most kinds have many columns that most of their rows leave empty, and those take no room.

use std::ops::Index;

use super::cell::Cell;

/// Columns a kind can have at most: one bit each says which are filled.
pub const WIDEST: usize = u64::BITS as usize;

static EMPTY: Cell = Cell::None;

/// One value for each column of a kind, in the order of its table. Values that AWS did not send are not kept.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Bit `n` is set where column `n` has a value.
    filled: u64,
    /// The values, in the order of their columns.
    cells: Box<[Cell]>,
}

impl Record {
    /// The value in a column, if there is one.
    pub fn get(&self, at: usize) -> Option<&Cell> {
        self.cells.get(self.place(at)?)
    }

    /// The value in every column up to [`WIDEST`], [`Cell::None`] where there is none.
    pub fn iter(&self) -> impl Iterator<Item = &Cell> {
        (0..WIDEST).map(|at| &self[at])
    }

    /// The values that are there.
    pub fn known(&self) -> &[Cell] {
        &self.cells
    }

    /// The number of columns up to the last that has a value.
    pub fn width(&self) -> usize {
        WIDEST - self.filled.leading_zeros() as usize
    }

    /// Puts a value in a column.
    pub fn set(&mut self, at: usize, cell: Cell) {
        self.lay(&[(at, cell)]);
    }

    /// Puts values in columns; all others stay.
    pub fn lay(&mut self, values: &[(usize, Cell)]) {
        if values.iter().all(|(at, cell)| *cell != Cell::None && self.place(*at).is_some()) {
            for (at, cell) in values {
                let place = self.place(*at).unwrap_or_default();
                self.cells[place].clone_from(cell);
            }
            return;
        }
        let width = values.iter().map(|(at, _)| at + 1).fold(self.width(), usize::max);
        let mut all = std::mem::take(self).spread(width);
        values.iter().for_each(|(at, cell)| all[*at].clone_from(cell));
        *self = all.into();
    }

    /// The values of the first `width` columns, which are at least those that have any.
    pub fn spread(self, width: usize) -> Vec<Cell> {
        let filled = self.filled;
        let mut known = self.cells.into_vec().into_iter();
        let there = |at: usize| at < WIDEST && filled >> at & 1 == 1;
        (0..width.max(WIDEST - filled.leading_zeros() as usize))
            .map(|at| if there(at) { known.next().unwrap_or_default() } else { Cell::None })
            .collect()
    }

    /// Where among the values that of a column is.
    fn place(&self, at: usize) -> Option<usize> {
        let below = 1_u64.checked_shl(u32::try_from(at).ok()?)?;
        (self.filled & below != 0).then(|| (self.filled & (below - 1)).count_ones() as usize)
    }
}

impl From<Vec<Cell>> for Record {
    /// Columns beyond [`WIDEST`] are left out; no kind has them.
    fn from(all: Vec<Cell>) -> Self {
        let filled = all.iter().take(WIDEST).enumerate().filter(|(_, cell)| **cell != Cell::None);
        let filled = filled.fold(0, |bits, (at, _)| bits | 1 << at);
        Self { filled, cells: all.into_iter().take(WIDEST).filter(|cell| *cell != Cell::None).collect() }
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
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![Just(Cell::None), any::<i64>().prop_map(Cell::Count), "[a-z]{1,9}".prop_map(|text| Cell::Text(text.into()))]
    }

    proptest! {
        /// Packed or not, a row says the same.
        #[test]
        fn nothing_is_lost_by_packing(
            mut all in prop::collection::vec(cell(), 1..=WIDEST),
            laid in prop::collection::vec((any::<prop::sample::Index>(), cell()), 0..9),
        ) {
            let mut record = Record::from(all.clone());
            let laid: Vec<_> = laid.into_iter().map(|(at, cell)| (at.index(all.len()), cell)).collect();
            record.lay(&laid);
            laid.into_iter().for_each(|(at, cell)| all[at] = cell);
            prop_assert!(record.iter().zip(&all).all(|(packed, cell)| packed == cell));
            prop_assert!(all.iter().enumerate().all(|(at, cell)| record[at] == *cell));
            prop_assert_eq!(&record, &Record::from(all.clone()));
            prop_assert_eq!(record.known().len(), all.iter().filter(|cell| **cell != Cell::None).count());
            prop_assert_eq!(record.spread(all.len()), all);
        }
    }

    #[test]
    fn beyond_the_last_column_there_is_nothing() {
        let record = Record::from(vec![Cell::Count(1); WIDEST]);
        assert_eq!((record.width(), &record[WIDEST], record.get(usize::MAX)), (WIDEST, &Cell::None, None));
    }
}
