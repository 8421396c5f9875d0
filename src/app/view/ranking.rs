//! Another order of a long list, made some thousand rows at a time. Meanwhile the list stands in the former one, and keys are answered.

use super::{Lens, Sort, order::Order, runs::Runs};
use crate::app::fleet::{Change, Slot};

/// Rows looked at in one step: a tenth of a microsecond each leaves most of a frame for the rest.
const STEP: usize = 16_384;

/// An order that is being made.
#[derive(Debug)]
pub(super) struct Ranking {
    order: Order,
    slots: Vec<Slot>,
    noted: usize,
    runs: Runs,
    /// What became of the table meanwhile.
    since: Change,
}

/// An order that was made.
pub(super) struct Ranked {
    pub(super) order: Order,
    /// The rows that there were at the beginning, in that order.
    pub(super) slots: Vec<Slot>,
    /// What became of the table since then.
    pub(super) since: Change,
}

impl Ranking {
    /// Of these rows; none was looked at.
    pub(super) fn new(sort: Sort, slots: Vec<Slot>) -> Self {
        Self { order: Order::new(sort), noted: 0, runs: Runs::of(&slots), since: Change::default(), slots }
    }

    /// Looks at the next rows; true when the order is made.
    pub(super) fn step(&mut self, lens: &Lens<'_>) -> bool {
        let end = (self.noted + STEP).min(self.slots.len());
        self.order.note(&self.slots[self.noted..end], lens);
        self.noted = end;
        end == self.slots.len() && self.runs.step(&self.order, lens.table, STEP)
    }

    /// Notes what became of the table, for when the order is made: rows that have a number already stay where that puts them.
    pub(super) fn note(&mut self, change: &Change) {
        self.since.touched.extend(&change.touched);
        self.since.gone.extend(&change.gone);
    }

    /// What was made, once it [is](Self::step).
    pub(super) fn finish(self) -> Ranked {
        Ranked { order: self.order, slots: self.runs.slots(), since: self.since }
    }
}
