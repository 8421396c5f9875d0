//! The order of rows: a number for each row that settles nearly every comparison, and the texts where numbers are equal.
//!
//! A row is looked at once for its number, which is kept by its slot. What is sorted and searched then are numbers alone, which is several
//! times faster than looking from one row to another; and a value that changes later does not disturb the order that is there.

use std::cmp::Ordering;

use super::{Direction, Lens, Sort, runs::Runs};
use crate::{
    app::{
        columns::What,
        fleet::{Row, Slot, Table},
    },
    model::{
        Cell, Text,
        cell::{prefix, text_prefix},
        filter::Measured,
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
    /// The number of each slot that was noted.
    numbers: Vec<u128>,
}

impl Order {
    /// Of no rows, until they are [noted](Self::note).
    pub(super) fn new(sort: Sort) -> Self {
        Self { sort, numbers: Vec::new() }
    }

    /// Notes what rows are sorted by.
    ///
    /// In two passes: what a row is sorted by lies apart from the row, and of many short looks the processor has several under way at once.
    pub(super) fn note(&mut self, slots: &[Slot], lens: &Lens<'_>) {
        let values: Vec<Value<'_>> = slots.iter().map(|slot| self.value(*slot, lens)).collect();
        let most = slots.iter().max().map_or(0, |most| *most as usize + 1);
        if most > self.numbers.len() {
            self.numbers.resize(most, MISSING);
        }
        for (slot, value) in slots.iter().zip(values) {
            self.numbers[*slot as usize] = self.number(value);
        }
    }

    /// Puts slots in order; equal rows by their slots.
    pub(super) fn sorted(&self, slots: &[Slot], table: &Table) -> Vec<Slot> {
        let mut runs = Runs::of(slots);
        while !runs.step(self, table, slots.len()) {}
        runs.slots()
    }

    /// Puts in the place of each slot, which is in the lowest bits, a number to sort it by, above the same bits: that which was noted, or of
    /// the bytes that come so many numbers after it.
    pub(super) fn rank(&self, slots: &mut [u128], table: &Table, after: usize) {
        let above = |number: u128, slot: u128| number >> SLOT << SLOT | u128::from(slot as Slot);
        if after == 0 {
            return slots.iter_mut().for_each(|slot| *slot = above(self.noted(*slot as Slot), *slot));
        }
        let texts: Vec<&str> = slots.iter().map(|slot| self.text(*slot as Slot, table)).collect();
        for (slot, text) in slots.iter_mut().zip(texts) {
            *slot = above(self.rest(text, LEAST + (after - 1) * WIDTH), *slot);
        }
    }

    /// True for ranks that are equal and do not hold all of what rows are sorted by; what they hold whole leaves the order to the slots.
    pub(super) fn open(&self, a: u128, b: u128) -> bool {
        let (a, b) = (a >> SLOT, b >> SLOT);
        a == b && a != MISSING >> SLOT && self.goes_on(a as u8)
    }

    /// True for the last byte of a number that does not hold all of a text.
    fn goes_on(&self, last: u8) -> bool {
        last != if self.sort.direction == Direction::Down { u8::MAX } else { 0 }
    }

    fn noted(&self, slot: Slot) -> u128 {
        self.numbers.get(slot as usize).copied().unwrap_or(MISSING)
    }

    /// The bytes of a text from one on as a number above the bits of a slot.
    fn rest(&self, text: &str, from: usize) -> u128 {
        self.turn(prefix(text.as_bytes().get(from..).unwrap_or_default(), WIDTH) << SLOT)
    }

    /// The text that a row is sorted by; empty where it is something else.
    fn text<'a>(&self, slot: Slot, table: &'a Table) -> &'a str {
        match table.row(slot).map(|row| self.own(row)) {
            Some(Value::Text(text) | Value::Cell(Cell::Text(text) | Cell::State(_, text))) => text.as_str(),
            _ => "",
        }
    }

    fn value<'a>(&self, slot: Slot, lens: &Lens<'a>) -> Value<'a> {
        let Some(row) = lens.table.row(slot) else { return Value::Nothing };
        match self.sort.by {
            What::Metric(at) => match (lens.metric)(row, at) {
                Measured::Value(value) => Value::Weight(value),
                Measured::Unknown | Measured::Nothing => Value::Nothing,
            },
            What::Profile | What::Region => Value::Weight((lens.rank)(self.sort.by, row.key.target)),
            What::Name | What::Id | What::Column(_) => self.own(row),
        }
    }

    /// What is in the row itself.
    fn own<'a>(&self, row: &'a Row) -> Value<'a> {
        match self.sort.by {
            What::Name => Value::Text(&row.resource.name),
            What::Id => Value::Text(&row.resource.id),
            What::Column(at) => row.resource.cells.get(at).map_or(Value::Nothing, Value::Cell),
            What::Metric(_) | What::Profile | What::Region => Value::Nothing,
        }
    }

    /// Missing values come last whichever way the list is sorted.
    fn number(&self, value: Value<'_>) -> u128 {
        match value {
            Value::Nothing | Value::Cell(Cell::None) => MISSING,
            Value::Text(text) => self.turn(text_prefix(text)),
            Value::Cell(cell) => self.turn(cell.sort_prefix()),
            Value::Weight(weight) if weight.is_nan() => MISSING,
            Value::Weight(weight) => self.turn(u128::from(ordered(weight)) << 64),
        }
    }

    fn turn(&self, number: u128) -> u128 {
        if self.sort.direction == Direction::Down { !number } else { number }
    }

    /// How two rows that were noted stand to each other; never equal.
    pub(super) fn compare(&self, a: Slot, b: Slot, table: &Table) -> Ordering {
        let (first, second) = (self.noted(a), self.noted(b));
        let texts = || match self.text(a, table).cmp(self.text(b, table)) {
            order if self.sort.direction == Direction::Down => order.reverse(),
            order => order,
        };
        let whole = first == MISSING || !self.goes_on(first as u8);
        first.cmp(&second).then_with(|| if whole { Ordering::Equal } else { texts() }).then(a.cmp(&b))
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
        model::{Health, Resource, TargetId, filter::Place, resource::Page},
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
            Resource { name: id.clone(), id, cells: vec![cell].into(), tags: [].into(), parents: [].into() }
        };
        let rows = cells.into_iter().enumerate().map(row).collect();
        table.page(TargetId(0), 1, Page { rows, overlays: Vec::new() }, Timestamp::UNIX_EPOCH);
        table
    }

    fn lens(table: &Table) -> Lens<'_> {
        Lens {
            table,
            place: &|_| Place { profile: "", account: "", region: "" },
            now: Timestamp::UNIX_EPOCH,
            rank: &|_, _| 0.0,
            shows: &|_| true,
            metric: &|_, _| Measured::Nothing,
        }
    }

    /// Missing values come last whichever way the list is sorted.
    fn standing(a: &Cell, b: &Cell, direction: Direction) -> Ordering {
        match direction {
            Direction::Down if *a != Cell::None && *b != Cell::None => b.order(a),
            _ => a.order(b),
        }
    }

    proptest! {
        #[test]
        fn numbers_put_rows_in_the_order_of_their_values(cells in proptest::collection::vec(cell(), 0..60), down in any::<bool>(), rows in 1_usize..70) {
            let direction = if down { Direction::Down } else { Direction::Up };
            let mut order = Order::new(Sort { by: What::Column(0), direction });
            let table = table(cells.clone());
            let mut slots: Vec<Slot> = table.rows().map(|(slot, _)| slot).collect();
            order.note(&slots, &lens(&table));
            let sorted = order.sorted(&slots, &table);
            let mut steps = Runs::of(&slots);
            while !steps.step(&order, &table, rows) {}
            prop_assert!(sorted.is_sorted_by(|a, b| order.compare(*a, *b, &table).is_lt()));
            slots.sort_by(|a, b| standing(&cells[*a as usize], &cells[*b as usize], direction).then(a.cmp(b)));
            prop_assert_eq!(&steps.slots(), &slots);
            prop_assert_eq!(sorted, slots);
        }
    }
}
