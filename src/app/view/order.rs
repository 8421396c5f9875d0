//! The order of rows: a number for each row that settles nearly every comparison, and the texts where numbers are equal.
//!
//! A row is looked at once for its number. What is sorted then is numbers alone, which is several times faster than looking from
//! one row to another.

use std::cmp::Ordering;

use super::{Direction, Lens, Sort, runs::Runs, weights::Weights};
use crate::{
    app::{
        columns::What,
        fleet::{Slot, Table},
    },
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

/// The number of a missing value, which comes after all others.
const MISSING: u128 = u128::MAX;

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
        let mut runs = Runs::of(slots);
        while !runs.step(self, table, slots.len()) {}
        runs.slots()
    }

    /// Puts in the place of each slot, which is in the lowest bits, a number to sort it by, above the same bits: of the first bytes of what
    /// rows are sorted by, or of those that come so many numbers after them.
    ///
    /// In two passes: what a row is sorted by lies apart from the row, and of many short looks the processor has several under way at once.
    pub(super) fn rank(&self, slots: &mut [u128], table: &Table, after: usize) {
        let values: Vec<Value<'_>> = slots.iter().map(|slot| self.value(*slot as Slot, table)).collect();
        for (slot, value) in slots.iter_mut().zip(values) {
            let number = match after {
                0 => self.number(value),
                after => self.rest(value, LEAST + (after - 1) * WIDTH),
            };
            *slot = number >> SLOT << SLOT | u128::from(*slot as Slot);
        }
    }

    /// True for numbers that are equal and do not hold all of what rows are sorted by; what they hold whole leaves the order to the slots.
    pub(super) fn open(&self, a: u128, b: u128) -> bool {
        let end_of_text = if self.sort.direction == Direction::Down { u8::MAX } else { 0 };
        let (a, b) = (a >> SLOT, b >> SLOT);
        a == b && a as u8 != end_of_text && a != MISSING >> SLOT
    }

    /// The bytes of a text from one on as a number above the bits of a slot. What is no text has none: its first number is all of it.
    fn rest(&self, value: Value<'_>, from: usize) -> u128 {
        let text = match value {
            Value::Text(text) | Value::Cell(Cell::Text(text) | Cell::State(_, text)) => text.as_str(),
            Value::Nothing | Value::Cell(_) | Value::Weight(_) => "",
        };
        self.turn(prefix(text.as_bytes().get(from..).unwrap_or_default(), WIDTH) << SLOT)
    }

    fn value<'a>(&self, slot: Slot, table: &'a Table) -> Value<'a> {
        let Some(row) = table.row(slot) else { return Value::Nothing };
        match self.sort.by {
            What::Name => Value::Text(&row.resource.name),
            What::Id => Value::Text(&row.resource.id),
            What::Column(at) => row.resource.cells.get(at).map_or(Value::Nothing, Value::Cell),
            What::Metric(_) | What::Profile | What::Region => self.weights.get(slot).map_or(Value::Nothing, Value::Weight),
        }
    }

    /// Missing values come last whichever way the list is sorted.
    fn number(&self, value: Value<'_>) -> u128 {
        match value {
            Value::Nothing | Value::Cell(Cell::None) => MISSING,
            Value::Text(text) => self.turn(text_prefix(text)),
            Value::Cell(cell) => self.turn(cell.sort_prefix()),
            Value::Weight(weight) => self.turn(u128::from(ordered(weight)) << 64),
        }
    }

    fn turn(&self, number: u128) -> u128 {
        if self.sort.direction == Direction::Down { !number } else { number }
    }

    /// How two rows stand to each other; never equal.
    pub(super) fn compare(&self, a: Slot, b: Slot, table: &Table) -> Ordering {
        let slots = a.cmp(&b);
        if self.sort.by.beside() {
            return self.measured(self.weights.get(a), self.weights.get(b)).then(slots);
        }
        let (Some(a), Some(b)) = (table.row(a), table.row(b)) else { return slots };
        let order = match self.sort.by {
            What::Name => self.turned(a.resource.name.cmp(&b.resource.name)),
            What::Id => self.turned(a.resource.id.cmp(&b.resource.id)),
            What::Column(at) => self.cells(a.resource.cells.get(at), b.resource.cells.get(at)),
            What::Metric(_) | What::Profile | What::Region => Ordering::Equal,
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
        let text = || "(i-0123456789){0,3}[ab]{0,4}".prop_map(|text| Text::new(&text));
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
            Resource { name: id.clone(), id, cells: vec![cell].into(), tags: [].into(), parents: Box::new([]) }
        };
        let rows = cells.into_iter().enumerate().map(row).collect();
        table.page(TargetId(0), 1, Page { rows, overlays: Vec::new() }, Timestamp::UNIX_EPOCH);
        table
    }

    proptest! {
        #[test]
        fn numbers_put_rows_in_the_order_of_their_values(cells in proptest::collection::vec(cell(), 0..60), down in any::<bool>(), rows in 1_usize..70) {
            let direction = if down { Direction::Down } else { Direction::Up };
            let order = Order::new(Sort { by: What::Column(0), direction });
            let table = table(cells);
            let mut slots: Vec<Slot> = table.rows().map(|(slot, _)| slot).collect();
            let sorted = order.sorted(&slots, &table);
            let mut steps = Runs::of(&slots);
            while !steps.step(&order, &table, rows) {}
            slots.sort_by(|a, b| order.compare(*a, *b, &table));
            prop_assert_eq!(&steps.slots(), &slots);
            prop_assert_eq!(sorted, slots);
        }
    }
}
