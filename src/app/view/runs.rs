//! Slots being put in order, some thousand at a time: by numbers, and where those are equal by the numbers that come after them.

use std::ops::Range;

use super::order::Order;
use crate::app::fleet::{Slot, Table};

/// Slots that are not in order yet, and the parts of them that are left to do.
#[derive(Debug)]
pub(super) struct Runs {
    /// The slots, each below the number that it is sorted by.
    ranks: Vec<u128>,
    open: Vec<Run>,
}

/// Slots next to each other that are equal as far as was looked.
#[derive(Debug)]
struct Run {
    range: Range<usize>,
    /// How many numbers of each were looked at and found equal.
    after: usize,
    /// The first that the next number was not looked at of.
    next: usize,
}

impl Run {
    fn new(range: Range<usize>, after: usize) -> Self {
        Self { next: range.start, range, after }
    }
}

impl Runs {
    /// Of these slots; nothing was looked at.
    pub(super) fn of(slots: &[Slot]) -> Self {
        let whole = (!slots.is_empty()).then(|| Run::new(0..slots.len(), 0));
        Self { ranks: slots.iter().copied().map(u128::from).collect(), open: whole.into_iter().collect() }
    }

    /// Looks at the next rows, so many and no more; true when all are in order.
    pub(super) fn step(&mut self, order: &Order, table: &Table, rows: usize) -> bool {
        let mut room = rows;
        while room > 0
            && let Some(run) = self.open.last_mut()
        {
            let part = run.next..(run.next + room).min(run.range.end);
            run.next = part.end;
            room -= part.len();
            order.rank(&mut self.ranks[part.clone()], table, run.after);
            self.ranks[part].sort_unstable();
            self.close(order);
        }
        self.open.is_empty()
    }

    /// Once the whole of the last run was looked at, what is equal in it is left to do, and nothing else.
    #[expect(
        clippy::stable_sort_primitive,
        reason = "its parts are in order: the stable sort finds them, and does no more than to merge them"
    )]
    fn close(&mut self, order: &Order) {
        let Some(run) = self.open.pop_if(|run| run.next == run.range.end) else { return };
        let ranks = &mut self.ranks[run.range.clone()];
        ranks.sort();
        let mut start = run.range.start;
        for equal in ranks.chunk_by(|a, b| order.open(*a, *b)) {
            if equal.len() > 1 {
                self.open.push(Run::new(start..start + equal.len(), run.after + 1));
            }
            start += equal.len();
        }
    }

    /// The slots in order, in memory of their own: collected in the place of the ranks they would keep four times what they take.
    pub(super) fn slots(self) -> Vec<Slot> {
        let mut slots = Vec::with_capacity(self.ranks.len());
        slots.extend(self.ranks.into_iter().map(|rank| rank as Slot));
        slots
    }
}
