//! The list in front as drawing needs it: its table, its selected row, and how old and how complete it is.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::{
    app::{
        fleet::{Listing, Row, Table, Tally},
        sight::Seen,
        state::{ListScreen, State},
    },
    model::{KindId, Problem, TargetId, remote::Asking},
    service::Service,
};

/// The list in front and its inventory.
#[derive(Clone, Copy)]
pub(super) struct Front<'a> {
    pub(super) state: &'a State,
    pub(super) list: &'a ListScreen,
    pub(super) table: Option<&'a Table>,
}

impl<'a> Front<'a> {
    /// The list in front, or behind the text in front.
    pub(super) fn of(state: &'a State) -> Option<Self> {
        let list = state.list()?;
        Some(Self { state, list, table: state.fleet.tables.get(&list.kind.id) })
    }

    /// The row under the cursor.
    pub(super) fn selected(&self) -> Option<&'a Row> {
        self.table?.row(self.list.view.selected_slot()?)
    }

    /// Every target in sight with how its listing stands.
    pub(super) fn listings(&self) -> impl Iterator<Item = (TargetId, Option<&'a Listing>)> + use<'a, '_> {
        let seen = self.state.seen();
        let targets = (0..self.state.fleet.targets.len()).map(|at| TargetId(at as u16));
        targets.filter(move |target| seen.shows(*target)).map(|target| (target, self.listing_of(target)))
    }

    /// How the listing of a target stands; in a list opened from a row, for the other targets, how the list it was opened from does.
    pub(super) fn listing_of(&self, target: TargetId) -> Option<&'a Listing> {
        let view = &self.list.view;
        match view.within.as_ref().or(view.tie.as_ref().map(|tie| &tie.origin)) {
            Some(parent) if parent.target != target => self.state.fleet.tables.get(&parent.kind)?.listing(target, &None),
            _ => self.table?.listing(target, &self.list.view.part()),
        }
    }

    /// True when what is shown comes from this target.
    fn shows(&self, target: TargetId) -> bool {
        self.list.view.target().is_none_or(|shown| shown == target)
    }

    /// True once anything has been brought or the first target is complete.
    pub(super) fn known(&self) -> bool {
        let listed =
            |(target, listing): (TargetId, Option<&Listing>)| self.shows(target) && listing.is_some_and(|own| own.count.value().is_some());
        !self.list.view.order().is_empty() || self.listings().any(listed)
    }

    /// How the whole inventory stands.
    pub(super) fn sweep(&self) -> Sweep<'a> {
        self.listings().filter(|(target, _)| self.shows(*target)).fold(Sweep::default(), |sweep, (_, listing)| sweep.with(listing))
    }
}

/// The rows of a kind in sight, counted; `None` until there is one or a target is known to have none.
pub(super) fn tally<'a>(state: &'a State, seen: &Seen, kind: KindId) -> Option<Cow<'a, Tally>> {
    let table = state.fleet.tables.get(&kind)?;
    let tally = table.tally(seen);
    let listed = |target| table.listing(target, &None).is_some_and(|listing| listing.count.value().is_some());
    let known = tally.rows > 0 || (0..state.fleet.targets.len()).map(|at| TargetId(at as u16)).any(|at| seen.shows(at) && listed(at));
    known.then_some(tally)
}

/// Rows in sight that something is wrong with, over all levels of a service that are watched.
pub(super) fn unwell(state: &State, seen: &Seen, service: &Service) -> usize {
    let watched = service.kinds.iter().filter(|kind| kind.tier.every().is_some());
    watched.filter_map(|kind| state.fleet.tables.get(&kind.id)).map(|table| table.tally(seen).unwell).sum()
}

/// How an inventory stands over all its targets.
#[derive(Default)]
pub(super) struct Sweep<'a> {
    /// When the oldest part of it was complete.
    pub(super) oldest: Option<Timestamp>,
    /// Targets that are listed for the first time.
    pub(super) first: usize,
    /// Rows that these have brought so far.
    pub(super) arrived: usize,
    /// Rows that these had at an earlier start, where that is known of all of them.
    pub(super) expected: Option<usize>,
    /// Targets that nobody has asked.
    pub(super) waiting: usize,
    /// Targets whose latest listing failed.
    pub(super) failed: usize,
    /// The first of the things that complete listings could not have.
    pub(super) missing: Option<&'a Problem>,
    /// Targets of which only an earlier start knows.
    pub(super) remembered: usize,
    /// The latest of these failures.
    pub(super) problem: Option<(&'a Problem, Timestamp)>,
}

impl<'a> Sweep<'a> {
    fn with(mut self, listing: Option<&'a Listing>) -> Self {
        let Some(listing) = listing else {
            self.waiting += 1;
            return self;
        };
        let known = listing.count.as_of();
        self.missing = self.missing.or(listing.missing.first().map(|gap| &gap.problem));
        self.oldest = [self.oldest, known].into_iter().flatten().min();
        self.remembered += usize::from(listing.remembered());
        match listing.count.asking() {
            Asking::Never if known.is_none() => self.waiting += 1,
            Asking::Loading { .. } if known.is_none() || listing.remembered() => {
                let before = listing.count.value().copied();
                self.expected = if self.first == 0 { before } else { self.expected.zip(before).map(|(all, more)| all + more) };
                self.first += 1;
                self.arrived += listing.arrived;
            }
            Asking::Failed { problem, at } => {
                self.failed += 1;
                self.problem = self.problem.filter(|(_, seen)| seen > at).or(Some((problem, *at)));
            }
            Asking::Never | Asking::Loading { .. } | Asking::Settled => {}
        }
        self
    }
}
