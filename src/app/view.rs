//! Which rows of a table a list shows, in what order, and where its cursor is.

mod order;
mod ranking;
mod runs;
mod sieve;
mod sort;

use std::collections::HashSet;

use jiff::Timestamp;
use order::Order;
use ranking::Ranking;
use sieve::Sieve;
pub use sort::{Direction, Sort};

use super::{
    columns::{Across, What},
    fleet::{Change, Part, Row, Slot, Table},
    relating::Tie,
};
use crate::model::{
    Filter, Key, TargetId,
    filter::{Measured, Place, Subject, Verdict},
};

/// Which rows pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All that pass the filter.
    All,
    /// Of these, only rows with findings.
    Findings,
}

/// The rows of a list in order, and its cursor.
#[derive(Debug)]
pub struct View {
    /// The row that what is shown belongs to; `None` for everything.
    pub within: Option<Key>,
    /// What ties what is shown to a row of another list; `None` where nothing does.
    pub tie: Option<Tie>,
    /// The filter as typed.
    pub filter_text: String,
    /// The filter as understood.
    pub filter: Filter,
    /// Whether healthy rows pass.
    pub rows: Rows,
    /// The order that is wanted.
    pub sort: Sort,
    /// The row that was marked last, from which a range goes.
    pub anchor: Option<Key>,
    /// How it stands across the screen; boxed, for a list is the largest screen as it is.
    pub across: Box<Across>,
    sieve: Sieve,
    /// The order that the rows are in.
    standing: Box<Order>,
    /// The one that is wanted, while it is being made.
    ranking: Option<Box<Ranking>>,
    /// Rows that would pass, were the metrics known that the filter asks about.
    unmeasured: HashSet<Slot>,
    cursor: usize,
    top: usize,
    selected: Option<Key>,
}

/// What deciding about a row needs besides the row itself.
pub struct Lens<'a> {
    /// The table.
    pub table: &'a Table,
    /// The words of a row's target.
    pub place: &'a dyn Fn(TargetId) -> Place<'a>,
    /// The present.
    pub now: Timestamp,
    /// Where a target stands among all when they are sorted by profile or by region.
    pub rank: &'a dyn Fn(What, TargetId) -> f64,
    /// True for targets of which rows are shown.
    pub shows: &'a dyn Fn(TargetId) -> bool,
    /// What is known of a metric of a row, by position in the kind's table.
    pub metric: &'a dyn Fn(&Row, usize) -> Measured,
}

const BY_NAME: Sort = Sort { by: What::Name, direction: Direction::Up };

impl Default for View {
    /// Everything, by name.
    fn default() -> Self {
        Self {
            within: None,
            tie: None,
            filter_text: String::new(),
            filter: Filter::default(),
            rows: Rows::All,
            sort: BY_NAME,
            anchor: None,
            across: Box::default(),
            sieve: Sieve::default(),
            standing: Box::new(Order::new(BY_NAME)),
            ranking: None,
            unmeasured: HashSet::new(),
            cursor: 0,
            top: 0,
            selected: None,
        }
    }
}

impl View {
    /// The slots that are known to pass, in order.
    pub fn order(&self) -> &[Slot] {
        self.sieve.order()
    }

    /// True when every row has been decided about; until then more may come to pass.
    pub fn decided(&self) -> bool {
        self.sieve.done()
    }

    /// True when the rows are in the order that is wanted; until then they are in the former.
    pub fn in_order(&self) -> bool {
        self.ranking.is_none()
    }

    /// Rows of the list, those that do not pass among them.
    pub fn total(&self) -> usize {
        self.sieve.all().len()
    }

    /// Rows that were left out because a metric that the filter asks about is not known of them.
    pub fn unmeasured(&self) -> impl ExactSizeIterator<Item = Slot> {
        self.unmeasured.iter().copied()
    }

    /// Position of the cursor; 0 in an empty list.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The slot under the cursor.
    pub fn selected_slot(&self) -> Option<Slot> {
        self.order().get(self.cursor).copied()
    }

    /// The part of the list that a window of `height` rows shows: where it was left, moved no further than the cursor needs.
    pub fn window(&self, height: usize) -> std::ops::Range<usize> {
        let lowest = (self.cursor + 1).saturating_sub(height);
        let start = self.top.clamp(lowest, self.cursor.max(lowest)).min(self.order().len().saturating_sub(height));
        start..(start + height).min(self.order().len())
    }

    /// Remembers where the window of `height` rows is, so that the next step scrolls no more than it must.
    pub fn settle(&mut self, height: usize) {
        self.top = self.window(height).start;
    }

    /// Takes in how long the words on the screen are.
    pub(super) fn see(&mut self, height: usize, table: &Table) {
        let window = self.window(height);
        for row in self.sieve.order()[window].iter().filter_map(|slot| table.row(*slot)) {
            self.across.widest.see(row, table.kind.columns.len());
        }
    }

    /// Moves the cursor by rows, clamped to the ends.
    pub fn step(&mut self, rows: isize, table: &Table) {
        self.jump(self.cursor.saturating_add_signed(rows), table);
    }

    /// Puts the cursor on a position, clamped to the end.
    pub fn jump(&mut self, position: usize, table: &Table) {
        self.cursor = position.min(self.order().len().saturating_sub(1));
        self.selected = self.selected_slot().and_then(|slot| table.row(slot)).map(|row| row.key.clone());
    }

    /// What belongs to one row.
    pub fn of(key: Key) -> Self {
        Self { within: Some(key), ..Self::default() }
    }

    /// The same without its rows: what it takes to make it again as it is left.
    #[must_use]
    pub fn left(&self) -> Self {
        Self {
            within: self.within.clone(),
            tie: self.tie.clone(),
            filter_text: self.filter_text.clone(),
            filter: self.filter.clone(),
            rows: self.rows,
            sort: self.sort,
            across: self.across.clone(),
            cursor: self.cursor,
            top: self.top,
            selected: self.selected.clone(),
            ..Self::default()
        }
    }

    /// Everything, or what is wrong, with the cursor on a row.
    pub fn at(key: Key, rows: Rows) -> Self {
        Self { selected: Some(key), rows, ..Self::default() }
    }

    /// What a relation leads to.
    pub fn tied(tie: Tie) -> Self {
        Self { tie: Some(tie), ..Self::default() }
    }

    /// The only target of which it shows rows; `None` for all.
    pub fn target(&self) -> Option<TargetId> {
        let origin = self.tie.as_ref().map(|tie| &tie.origin);
        self.within.as_ref().or(origin).map(|key| key.target)
    }

    /// The part of each target's inventory that it shows.
    pub fn part(&self) -> Part {
        self.within.as_ref().map(|key| (key.kind, key.id.clone()))
    }

    /// Makes the order anew: after a change of the order or of the table.
    pub fn rebuild(&mut self, lens: &Lens<'_>) {
        let all = self.inside(lens);
        self.ranking = None;
        *self.standing = Order::new(self.sort);
        self.standing.note(&all, lens);
        let all = self.standing.sorted(&all, lens.table);
        self.sieve.fill(all);
        self.unmeasured.clear();
        self.sift(lens);
    }

    /// Begins to put the same rows in another order: after a change of what they are sorted by. What was decided about them stays.
    pub fn resort(&mut self, lens: &Lens<'_>) {
        let all = slotwise(self.sieve.all().iter().copied(), lens.table);
        self.ranking = Some(Box::new(Ranking::new(self.sort, all)));
        self.sift(lens);
    }

    fn rank_on(&mut self, lens: &Lens<'_>) {
        let Some(mut ranking) = self.ranking.take() else { return };
        if !ranking.step(lens) {
            self.ranking = Some(ranking);
            return;
        }
        let ranked = ranking.finish();
        *self.standing = ranked.order;
        self.sieve.reorder(ranked.slots);
        self.absorb(&ranked.since, lens);
    }

    /// The rows in some slots that pass, or would, were a metric known of them; in no particular order.
    pub fn candidates<'a>(&self, table: &'a Table, slots: std::ops::Range<usize>) -> impl Iterator<Item = &'a Row> + use<'a> {
        let within = |slot: &Slot| slots.contains(&(*slot as usize));
        let slots = slotwise(self.order().iter().copied().chain(self.unmeasured()).filter(within), table);
        slots.into_iter().filter_map(|slot| table.row(slot))
    }

    /// Decides about every row anew: after a change of the filter. The order stays.
    pub fn refilter(&mut self, lens: &Lens<'_>) {
        self.sieve.again();
        self.unmeasured.clear();
        self.sift(lens);
    }

    /// Takes rows out that no longer pass, after the filter became stricter.
    pub fn narrow(&mut self, lens: &Lens<'_>) {
        self.sieve.narrow();
        self.sift(lens);
    }

    /// Goes on with what takes more than a frame: the [order](View::in_order), and the decision about [every row](View::decided).
    pub fn sift(&mut self, lens: &Lens<'_>) {
        self.rank_on(lens);
        let (mut sieve, mut unmeasured) = (std::mem::take(&mut self.sieve), std::mem::take(&mut self.unmeasured));
        if self.rows == Rows::All && self.filter.is_empty() {
            sieve.open();
        } else {
            sieve.step(|slot| self.passes(slot, lens, &mut unmeasured));
        }
        (self.sieve, self.unmeasured) = (sieve, unmeasured);
        self.find_cursor(lens.table);
    }

    /// Takes a change of the table: only what changed is decided and sorted, the rest is merged past.
    pub fn absorb(&mut self, change: &Change, lens: &Lens<'_>) {
        if change.touched.is_empty() && change.gone.is_empty() {
            return;
        }
        let mut moved = vec![false; lens.table.slots()];
        change.touched.iter().chain(&change.gone).for_each(|slot| moved[*slot as usize] = true);
        let (mut sieve, mut unmeasured) = (std::mem::take(&mut self.sieve), std::mem::take(&mut self.unmeasured));
        sieve.remove(|slot| moved[slot as usize]);
        unmeasured.retain(|slot| !moved[*slot as usize]);
        if let Some(ranking) = &mut self.ranking {
            ranking.note(change);
        }
        let unique = change.touched.iter().filter(|slot| std::mem::take(&mut moved[**slot as usize]));
        let inside = unique.filter(|slot| lens.table.row(**slot).is_some_and(|row| self.within(row, lens)));
        let fresh: Vec<Slot> = inside.copied().collect();
        self.standing.note(&fresh, lens);
        let fresh = self.standing.sorted(&fresh, lens.table);
        sieve.insert(&fresh, |a, b| self.standing.compare(a, b, lens.table).is_lt(), |slot| self.passes(slot, lens, &mut unmeasured));
        (self.sieve, self.unmeasured) = (sieve, unmeasured);
        self.find_cursor(lens.table);
    }

    /// Decides anew about rows of which more metrics are known, where the filter asks about any. The order stays.
    pub fn reconsider(&mut self, slots: &HashSet<Slot>, lens: &Lens<'_>) {
        if !self.filter.measures() {
            return;
        }
        let (mut sieve, mut unmeasured) = (std::mem::take(&mut self.sieve), std::mem::take(&mut self.unmeasured));
        let these: Vec<Slot> = sieve.all().iter().copied().filter(|slot| slots.contains(slot)).collect();
        sieve.withdraw(|slot| slots.contains(&slot));
        sieve.admit(&these, |a, b| self.standing.compare(a, b, lens.table).is_lt(), |slot| self.passes(slot, lens, &mut unmeasured));
        (self.sieve, self.unmeasured) = (sieve, unmeasured);
        self.find_cursor(lens.table);
    }

    /// The slots of the rows that belong here.
    fn inside(&self, lens: &Lens<'_>) -> Vec<Slot> {
        let mine = |(slot, row): (Slot, &Row)| self.within(row, lens).then_some(slot);
        match (&self.tie, &self.within) {
            (Some(tie), _) => tie.near(lens.table).filter_map(mine).collect(),
            (None, Some(key)) => lens.table.bearing(std::slice::from_ref(&key.id)).filter_map(mine).collect(),
            (None, None) => lens.table.rows().filter_map(mine).collect(),
        }
    }

    fn within(&self, row: &Row, lens: &Lens<'_>) -> bool {
        (lens.shows)(row.key.target)
            && self.within.as_ref().is_none_or(|key| key.target == row.key.target && row.resource.within(key.kind, &key.id))
            && self.tie.as_ref().is_none_or(|tie| tie.holds(row))
    }

    fn passes(&self, slot: Slot, lens: &Lens<'_>, unmeasured: &mut HashSet<Slot>) -> bool {
        let verdict = self.judge(slot, lens);
        if self.filter.measures() {
            match verdict {
                Verdict::Unmeasured => unmeasured.insert(slot),
                Verdict::Pass | Verdict::Fail => unmeasured.remove(&slot),
            };
        }
        verdict == Verdict::Pass
    }

    fn judge(&self, slot: Slot, lens: &Lens<'_>) -> Verdict {
        let Some(row) = lens.table.row(slot) else { return Verdict::Fail };
        if self.rows == Rows::Findings && row.findings.is_empty() {
            return Verdict::Fail;
        }
        self.filter.judge(&Subject {
            row: &row.resource,
            place: (lens.place)(row.key.target),
            findings: &row.findings,
            metric: &|at| (lens.metric)(row, at),
            now: lens.now,
        })
    }

    /// Finds the selected row again; when it is gone the cursor stays where it was, and while it may yet come the cursor waits for it.
    fn find_cursor(&mut self, table: &Table) {
        let slot = self.selected.as_ref().and_then(|key| table.slot(key));
        match slot.and_then(|slot| self.order().iter().position(|known| *known == slot)) {
            Some(position) => self.cursor = position,
            None if slot.is_some() && !self.decided() => self.cursor = self.cursor.min(self.order().len().saturating_sub(1)),
            None => self.jump(self.cursor, table),
        }
    }
}

/// Slots of a table from the first on. Rows that are looked at as they lie in memory take a fraction of the time.
fn slotwise(slots: impl Iterator<Item = Slot>, table: &Table) -> Vec<Slot> {
    let mut inside = vec![false; table.slots()];
    slots.for_each(|slot| inside[slot as usize] = true);
    (0..).zip(inside).filter_map(|(slot, inside)| inside.then_some(slot)).collect()
}

#[cfg(test)]
mod tests;
