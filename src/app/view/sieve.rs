//! Which rows of a list pass, decided a few thousand at a time: a key is answered with what is known by the next frame, and a list
//! of any length grows into place from the top.

use crate::app::fleet::Slot;

/// Rows decided about in one step. A row takes up to four microseconds where none of it is at hand, so that a step is a small part of
/// a frame: a key may come while one is being made, and has one of its own.
const STEP: usize = 512;

/// The rows of a list in order: all of them, those that pass, and those that were not looked at yet.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    all: Vec<Slot>,
    order: Vec<Slot>,
    rest: Vec<Slot>,
    next: usize,
}

impl Sieve {
    /// Those that are known to pass, in order.
    pub(super) fn order(&self) -> &[Slot] {
        &self.order
    }

    /// True when every row has been decided about.
    pub(super) fn done(&self) -> bool {
        self.next == self.rest.len()
    }

    /// Takes other rows, in order; nothing is decided.
    pub(super) fn fill(&mut self, all: Vec<Slot>) {
        self.all = all;
        self.again();
    }

    /// Takes the same rows in another order. What was decided stays, unless some were not: the list grows into place from the top.
    pub(super) fn reorder(&mut self, all: Vec<Slot>) {
        if !self.done() {
            return self.fill(all);
        }
        let most = all.iter().chain(&self.order).max();
        let mut passing = vec![false; most.map_or(0, |most| *most as usize + 1)];
        self.order.iter().for_each(|slot| passing[*slot as usize] = true);
        self.order.clear();
        self.order.extend(all.iter().copied().filter(|slot| passing[*slot as usize]));
        self.all = all;
    }

    /// Forgets what was decided.
    pub(super) fn again(&mut self) {
        self.order.clear();
        self.rest.clone_from(&self.all);
        self.next = 0;
    }

    /// Forgets what was decided about those that passed; the others stay out.
    pub(super) fn narrow(&mut self) {
        let undecided = self.rest.split_off(self.next);
        self.rest = std::mem::take(&mut self.order);
        self.rest.extend(undecided);
        self.next = 0;
    }

    /// Lets every row pass.
    pub(super) fn open(&mut self) {
        self.order.clone_from(&self.all);
        (self.rest, self.next) = (Vec::new(), 0);
    }

    /// Every row, in order.
    pub(super) fn all(&self) -> &[Slot] {
        &self.all
    }

    /// Decides about the next rows in order.
    pub(super) fn step(&mut self, mut passes: impl FnMut(Slot) -> bool) {
        let end = (self.next + STEP).min(self.rest.len());
        self.order.extend(self.rest[self.next..end].iter().copied().filter(|slot| passes(*slot)));
        self.next = end;
        if self.done() {
            (self.rest, self.next) = (Vec::new(), 0);
        }
    }

    /// Takes rows out.
    pub(super) fn remove(&mut self, gone: impl Fn(Slot) -> bool) {
        self.all.retain(|slot| !gone(*slot));
        self.withdraw(gone);
    }

    /// Forgets what was decided about some rows, until they are [admitted](Self::admit) again.
    pub(super) fn withdraw(&mut self, these: impl Fn(Slot) -> bool) {
        let undecided = self.rest.split_off(self.next);
        self.rest = undecided;
        self.next = 0;
        for slots in [&mut self.order, &mut self.rest] {
            slots.retain(|slot| !these(*slot));
        }
    }

    /// Puts rows, which are in order, where they belong.
    pub(super) fn insert(&mut self, fresh: &[Slot], before: impl Fn(Slot, Slot) -> bool, passes: impl FnMut(Slot) -> bool) {
        weave(&mut self.all, fresh, &before);
        self.admit(fresh, before, passes);
    }

    /// Decides about rows, which are in order and nowhere but among all of them. Those among the undecided wait with them.
    pub(super) fn admit(&mut self, fresh: &[Slot], before: impl Fn(Slot, Slot) -> bool, mut passes: impl FnMut(Slot) -> bool) {
        let known = match self.rest.get(self.next) {
            Some(edge) => fresh.partition_point(|slot| before(*slot, *edge)),
            None => fresh.len(),
        };
        let passing: Vec<Slot> = fresh[..known].iter().copied().filter(|slot| passes(*slot)).collect();
        weave(&mut self.order, &passing, &before);
        weave(&mut self.rest, &fresh[known..], &before);
    }
}

/// Inserts sorted slots into sorted ones in one pass.
fn weave(into: &mut Vec<Slot>, fresh: &[Slot], before: impl Fn(Slot, Slot) -> bool) {
    if fresh.is_empty() {
        return;
    }
    let mut woven = Vec::with_capacity(into.len() + fresh.len());
    let mut rest = into.as_slice();
    for slot in fresh {
        let cut = rest.partition_point(|known| before(*known, *slot));
        woven.extend_from_slice(&rest[..cut]);
        woven.push(*slot);
        rest = &rest[cut..];
    }
    woven.extend_from_slice(rest);
    *into = woven;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows are numbers in their own order; those divisible by `by` pass.
    fn passing(by: Slot) -> impl Fn(Slot) -> bool {
        move |slot| slot.is_multiple_of(by)
    }

    fn filled(rows: Slot) -> Sieve {
        let mut sieve = Sieve::default();
        sieve.fill((0..rows).collect());
        sieve
    }

    fn finish(sieve: &mut Sieve, by: Slot) {
        while !sieve.done() {
            sieve.step(passing(by));
        }
    }

    #[test]
    fn a_long_list_is_decided_from_the_top() {
        let mut sieve = filled(10_000);
        sieve.step(passing(2));
        assert_eq!((sieve.done(), sieve.order().len(), sieve.order()[1]), (false, STEP / 2, 2));
        finish(&mut sieve, 2);
        assert_eq!(sieve.order(), (0..10_000).step_by(2).collect::<Vec<_>>());
    }

    #[test]
    fn a_stricter_filter_looks_only_at_what_passed_and_at_what_was_not_decided() {
        let mut sieve = filled(10_000);
        sieve.step(passing(2));
        sieve.narrow();
        assert_eq!(sieve.rest.len(), STEP / 2 + 10_000 - STEP);
        finish(&mut sieve, 6);
        assert_eq!(sieve.order(), (0..10_000).step_by(6).collect::<Vec<_>>());
    }

    proptest! {
        /// Whatever comes and goes between the steps, the end is what one look at everything would have given.
        #[test]
        fn changes_in_the_middle_end_as_if_they_had_come_before(
            changes in prop::collection::vec((prop::collection::btree_set(0_u32..12_000, 0..40), 0_u32..12_000), 0..6),
            rows in 0_u32..12_000,
        ) {
            let mut sieve = filled(rows);
            let mut known: std::collections::BTreeSet<Slot> = (0..rows).collect();
            for (fresh, gone) in changes {
                sieve.step(passing(3));
                sieve.remove(|slot| slot == gone || fresh.contains(&slot));
                known.remove(&gone);
                let fresh: Vec<Slot> = fresh.into_iter().filter(|slot| *slot != gone).collect();
                sieve.insert(&fresh, |a, b| a < b, passing(3));
                known.extend(fresh);
            }
            finish(&mut sieve, 3);
            prop_assert_eq!(sieve.order(), known.iter().copied().filter(|slot| slot.is_multiple_of(3)).collect::<Vec<_>>());
            sieve.open();
            prop_assert_eq!(sieve.order(), known.into_iter().collect::<Vec<_>>());
        }
    }
}
