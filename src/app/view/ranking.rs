//! Another order of a long list, made some thousand rows at a time. Meanwhile the list stands in the former one, and keys are answered.

use super::{Lens, Sort, order::Order};
use crate::app::fleet::{Slot, Table};

/// Rows looked at in one step: a tenth of a microsecond each leaves most of a frame for the rest.
const STEP: usize = 16_384;

/// An order that is being made.
#[derive(Debug)]
pub(super) struct Ranking {
    order: Order,
    slots: Vec<Slot>,
    next: usize,
    /// The numbers of the slots that were looked at, each above its slot.
    ranks: Vec<u128>,
}

impl Ranking {
    /// Of these rows; none was looked at.
    pub(super) fn new(sort: Sort, slots: Vec<Slot>) -> Self {
        Self { order: Order::new(sort), next: 0, ranks: Vec::with_capacity(slots.len()), slots }
    }

    /// Looks at the next rows; true when that were the last.
    pub(super) fn step(&mut self, lens: &Lens<'_>) -> bool {
        let end = (self.next + STEP).min(self.slots.len());
        let slots = &self.slots[self.next..end];
        self.order.weigh(slots, lens);
        self.ranks.extend(self.order.ranks(slots, lens.table));
        self.next = end;
        end == self.slots.len()
    }

    /// Takes rows out.
    pub(super) fn remove(&mut self, gone: impl Fn(Slot) -> bool) {
        self.slots.drain(..self.next);
        self.next = 0;
        self.slots.retain(|slot| !gone(*slot));
        self.ranks.retain(|rank| !gone(*rank as Slot));
    }

    /// Takes rows in that are not among them.
    pub(super) fn insert(&mut self, fresh: &[Slot]) {
        self.slots.extend(fresh);
    }

    /// The order, and the rows in it, once all were looked at.
    pub(super) fn finish(self, table: &Table) -> (Order, Vec<Slot>) {
        let all = self.order.by_rank(self.ranks, table);
        (self.order, all)
    }
}
