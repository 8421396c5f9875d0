//! The order of rows: a number for each row that settles nearly every comparison, and the texts where numbers are equal.
//!
//! A row is looked at once for its number. What is sorted then is numbers alone, which is several times faster than looking from
//! one row to another.

use std::cmp::Ordering;

use super::{By, Direction, Lens, Sort, weights::Weights};
use crate::{
    app::fleet::{Row, Slot, Table},
    model::{
        Cell, Text,
        cell::{prefix, text_prefix},
    },
};

/// Bits of a slot, below those of the number that is sorted by.
const SLOT: u32 = Slot::BITS;
/// Bytes of a text that a number has room for beside a slot.
const WIDTH: usize = ((u128::BITS - SLOT) / u8::BITS) as usize;
/// Bytes of a text that are the same where the first numbers are: before them stand at most two others ([`Cell::sort_prefix`]).
const LEAST: usize = WIDTH - 2;

/// What a row is sorted by.
#[derive(Clone, Copy)]
enum Value<'a> {
    Nothing,
    Text(&'a Text),
    Cell(&'a Cell),
    Weight(f64),
}

/// How rows are put in order.
#[derive(Debug)]
pub(super) struct Order {
    /// What by, and which way.
    pub(super) sort: Sort,
    weights: Weights,
}

impl Order {
    /// By nothing but what is in the rows, until others are [weighed](Self::weigh).
    pub(super) fn new(sort: Sort) -> Self {
        Self { sort, weights: Weights::default() }
    }

    /// Notes what rows are sorted by where that is not in them.
    pub(super) fn weigh(&mut self, slots: &[Slot], lens: &Lens<'_>) {
        self.weights.note(self.sort.by, slots, lens);
    }

    /// Puts slots in order; equal rows by their slots.
    pub(super) fn sorted(&self, slots: &[Slot], table: &Table) -> Vec<Slot> {
        self.by_rank(self.ranks(slots, table).collect(), table)
    }

    /// A number for each slot, which is in its lowest bits.
    ///
    /// In two passes: what a row is sorted by lies apart from the row, and of many short looks the processor has several under way at once.
    pub(super) fn ranks(&self, slots: &[Slot], table: &Table) -> impl Iterator<Item = u128> {
        let values: Vec<Value<'_>> = slots.iter().map(|slot| self.value(*slot, table)).collect();
        let ranked = |(slot, value): (&Slot, Value<'_>)| self.rank(value) >> SLOT << SLOT | u128::from(*slot);
        slots.iter().zip(values).map(ranked)
    }

    /// The slots of numbers in order.
    pub(super) fn by_rank(&self, mut ranks: Vec<u128>, table: &Table) -> Vec<Slot> {
        ranks.sort_unstable();
        self.refine(&mut ranks, table, LEAST);
        ranks.into_iter().map(|rank| rank as Slot).collect()
    }

    /// Puts rows with equal numbers in order by what comes in their texts from a byte on. Numbers that hold the whole value leave the order
    /// to the slots.
    fn refine(&self, ranks: &mut [u128], table: &Table, from: usize) {
        let end_of_text = if self.sort.direction == Direction::Down { u8::MAX } else { 0 };
        let runs = ranks.chunk_by_mut(|a, b| a >> SLOT == b >> SLOT);
        for run in runs.filter(|run| run.len() > 1 && (run[0] >> SLOT) as u8 != end_of_text) {
            let rest = |rank: &u128| Some(self.rest(self.text(table.row(*rank as Slot)?)?, from) | rank & u128::from(Slot::MAX));
            let Some(rest) = run.iter().map(rest).collect::<Option<Vec<_>>>() else { continue };
            run.copy_from_slice(&rest);
            run.sort_unstable();
            self.refine(run, table, from + WIDTH);
        }
    }

    /// The next bytes of a text as a number above the bits of a slot.
    fn rest(&self, text: &Text, from: usize) -> u128 {
        let rest = prefix(text.as_str().as_bytes().get(from..).unwrap_or_default(), WIDTH) << SLOT;
        if self.sort.direction == Direction::Down { !rest >> SLOT << SLOT } else { rest }
    }

    /// The text that rows are sorted by, where it is one.
    fn text<'a>(&self, row: &'a Row) -> Option<&'a Text> {
        match self.sort.by {
            By::Name => Some(&row.resource.name),
            By::Id => Some(&row.resource.id),
            By::Column(at) => match row.resource.cells.get(at) {
                Some(Cell::Text(text) | Cell::State(_, text)) => Some(text),
                _ => None,
            },
            By::Metric(_) | By::Profile | By::Region => None,
        }
    }

    fn value<'a>(&self, slot: Slot, table: &'a Table) -> Value<'a> {
        let Some(row) = table.row(slot) else { return Value::Nothing };
        match self.sort.by {
            By::Name => Value::Text(&row.resource.name),
            By::Id => Value::Text(&row.resource.id),
            By::Column(at) => row.resource.cells.get(at).map_or(Value::Nothing, Value::Cell),
            By::Metric(_) | By::Profile | By::Region => self.weights.get(slot).map_or(Value::Nothing, Value::Weight),
        }
    }

    /// Missing values come last whichever way the list is sorted.
    fn rank(&self, value: Value<'_>) -> u128 {
        let rank = match value {
            Value::Nothing | Value::Cell(Cell::None) => return u128::MAX,
            Value::Text(text) => text_prefix(text),
            Value::Cell(cell) => cell.sort_prefix(),
            Value::Weight(weight) => u128::from(ordered(weight)) << 64,
        };
        if self.sort.direction == Direction::Down { !rank } else { rank }
    }

    /// How two rows stand to each other; never equal.
    pub(super) fn compare(&self, a: Slot, b: Slot, table: &Table) -> Ordering {
        let slots = a.cmp(&b);
        if self.sort.by.beside() {
            return self.measured(self.weights.get(a), self.weights.get(b)).then(slots);
        }
        let (Some(a), Some(b)) = (table.row(a), table.row(b)) else { return slots };
        let order = match self.sort.by {
            By::Name => self.turned(a.resource.name.cmp(&b.resource.name)),
            By::Id => self.turned(a.resource.id.cmp(&b.resource.id)),
            By::Column(at) => self.cells(a.resource.cells.get(at), b.resource.cells.get(at)),
            By::Metric(_) | By::Profile | By::Region => Ordering::Equal,
        };
        order.then(slots)
    }

    /// What is not known comes last whichever way the list is sorted.
    fn measured(&self, a: Option<f64>, b: Option<f64>) -> Ordering {
        match (a, b) {
            (Some(a), Some(b)) => self.turned(a.total_cmp(&b)),
            _ => a.is_none().cmp(&b.is_none()),
        }
    }

    /// Missing values come last whichever way the list is sorted.
    fn cells(&self, a: Option<&Cell>, b: Option<&Cell>) -> Ordering {
        let (a, b) = (a.unwrap_or(&Cell::None), b.unwrap_or(&Cell::None));
        if *a == Cell::None || *b == Cell::None { a.order(b) } else { self.turned(a.order(b)) }
    }

    fn turned(&self, order: Ordering) -> Ordering {
        if self.sort.direction == Direction::Down { order.reverse() } else { order }
    }
}

/// A number whose order is that of the values (IEEE 754, `totalOrder`).
fn ordered(value: f64) -> u64 {
    let bits = value.to_bits();
    if value.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        model::{Health, Resource, TargetId, resource::Page},
        service,
    };

    /// Texts that often begin alike, and some that are longer than a number holds.
    fn cell() -> impl Strategy<Value = Cell> {
        let text = || "(i-0123456789)?[ab]{0,4}".prop_map(|text| Text::new(&text));
        let health = || prop_oneof![Just(Health::Ok), Just(Health::Bad)];
        prop_oneof![
            Just(Cell::None),
            text().prop_map(Cell::Text),
            (health(), text()).prop_map(|(health, text)| Cell::State(health, text)),
            (-3_i64..3).prop_map(Cell::Count),
            (-3_i64..3).prop_map(Cell::Time),
        ]
    }

    fn table(cells: Vec<Cell>) -> Table {
        let mut table = Table::new(service::ALL[0].kinds[0]);
        let row = |(at, cell): (usize, Cell)| {
            let id = Text::new(&format!("i-{at}"));
            Resource { name: id.clone(), id, cells: vec![cell].into(), tags: Box::new([]), parents: Box::new([]) }
        };
        let rows = cells.into_iter().enumerate().map(row).collect();
        table.page(TargetId(0), 1, Page { rows, overlays: Vec::new() }, Timestamp::UNIX_EPOCH);
        table
    }

    proptest! {
        #[test]
        fn numbers_put_rows_in_the_order_of_their_values(cells in proptest::collection::vec(cell(), 0..60), down in any::<bool>()) {
            let direction = if down { Direction::Down } else { Direction::Up };
            let order = Order::new(Sort { by: By::Column(0), direction });
            let table = table(cells);
            let mut slots: Vec<Slot> = table.rows().map(|(slot, _)| slot).collect();
            let sorted = order.sorted(&slots, &table);
            slots.sort_by(|a, b| order.compare(*a, *b, &table));
            prop_assert_eq!(sorted, slots);
        }
    }
}
