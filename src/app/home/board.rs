//! Everything that is wrong in the fleet, in order, kept as rows change: nothing here ever looks at all rows.
//!
//! Rows stand under the cause that their worst finding names. A cause that many rows share takes a few lines, however many they are.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use jiff::{SignedDuration, Timestamp};

use crate::{
    app::fleet::{Row, Slot, Table},
    model::{Finding, KindId, Severity, TargetId},
    service,
};

/// Rows of one cause that have a line of their own; where one or two more would not fit, they have one too.
const SHOWN: usize = 3;
/// What has begun since then is news.
const LATELY: SignedDuration = SignedDuration::from_hours(1);
/// Rows decided about in one step; see [`Board::sift`].
const STEP: usize = 2_048;

/// What rows of one kind have in common that something is wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// How urgent.
    pub severity: Severity,
    /// Of which kind.
    pub kind: KindId,
    /// The code of the finding.
    pub code: &'static str,
}

/// The place of a row among those of its cause: the newest first, those of an unknown age last.
type Rank = (Reverse<Timestamp>, Slot);

type Causes = BTreeMap<Cause, BTreeSet<Rank>>;

/// A line of the findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A row.
    Row(Cause, Slot),
    /// So many more rows of the same cause.
    More(Cause, usize),
}

/// All rows that something is wrong with.
#[derive(Debug, Default)]
pub struct Board {
    all: Causes,
    places: HashMap<(KindId, Slot), Place>,
    targets: HashMap<TargetId, [usize; 3]>,
    narrowed: Option<Narrowed>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    cause: Cause,
    rank: Rank,
    target: TargetId,
    /// When it was first seen here.
    seen: Timestamp,
    /// Whether AWS says when it began.
    begun: Begun,
}

/// What of it passes a filter, and what was not decided about yet.
#[derive(Debug, Default)]
struct Narrowed {
    causes: Causes,
    rest: Vec<(KindId, Slot)>,
}

/// The finding that a row stands under: the most urgent, of equals the first.
pub fn leading(row: &Row) -> Option<&Finding> {
    row.findings.iter().rev().max_by_key(|finding| finding.severity)
}

impl Board {
    /// Takes rows of a table that are new, different or gone. `passes` decides about those that a filter is to let through.
    pub(in crate::app) fn update(&mut self, table: &Table, slots: &[Slot], now: Timestamp, passes: impl Fn(&Row) -> bool) {
        if table.kind.tier.every().is_none() {
            return;
        }
        for slot in slots {
            let row = table.row(*slot);
            let place = row.and_then(|row| self.place(row, *slot, now));
            let before = self.places.get(&(table.kind.id, *slot)).copied();
            if before == place && self.narrowed.is_none() {
                continue;
            }
            if let Some(before) = &before {
                self.take_out(before);
            }
            match (place, row) {
                (Some(place), Some(row)) => self.put_in(table.kind.id, *slot, place, passes(row)),
                _ => drop(self.places.remove(&(table.kind.id, *slot))),
            }
        }
    }

    fn place(&self, row: &Row, slot: Slot, now: Timestamp) -> Option<Place> {
        let finding = leading(row)?;
        let cause = Cause { severity: finding.severity, kind: row.key.kind, code: finding.code };
        let before = self.places.get(&(row.key.kind, slot)).filter(|before| before.cause == cause && before.target == row.key.target);
        let seen = before.map_or(now, |before| before.seen);
        let begun = if finding.since.is_some() { Begun::Then } else { Begun::Before };
        let since = finding.since.unwrap_or(seen);
        Some(Place { cause, rank: (Reverse(since), slot), target: row.key.target, seen, begun })
    }

    fn put_in(&mut self, kind: KindId, slot: Slot, place: Place, passes: bool) {
        self.all.entry(place.cause).or_default().insert(place.rank);
        self.targets.entry(place.target).or_default()[place.cause.severity as usize] += 1;
        self.places.insert((kind, slot), place);
        if let Some(narrowed) = self.narrowed.as_mut().filter(|_| passes) {
            narrowed.causes.entry(place.cause).or_default().insert(place.rank);
        }
    }

    fn take_out(&mut self, place: &Place) {
        forget(&mut self.all, place);
        self.narrowed.iter_mut().for_each(|narrowed| forget(&mut narrowed.causes, place));
        if let Some(counts) = self.targets.get_mut(&place.target) {
            counts[place.cause.severity as usize] -= 1;
        }
    }

    /// Rows that something is wrong with.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True when nothing is known to be wrong.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Rows by their worst finding: notices, warnings, critical ones.
    pub fn severities(&self) -> [usize; 3] {
        self.all.iter().fold([0; 3], |mut counts, (cause, rows)| {
            counts[cause.severity as usize] += rows.len();
            counts
        })
    }

    /// The same of one target.
    pub fn in_target(&self, target: TargetId) -> [usize; 3] {
        self.targets.get(&target).copied().unwrap_or_default()
    }

    /// Rows that pass the filter, as far as they have been decided about.
    pub fn passing(&self) -> usize {
        self.seen().values().map(BTreeSet::len).sum()
    }

    /// When it began, and whether AWS says so; otherwise it is so since then at least.
    pub fn since(&self, row: &Row, slot: Slot) -> Option<(Timestamp, Begun)> {
        match leading(row)?.since {
            Some(since) => Some((since, Begun::Then)),
            None => Some((self.places.get(&(row.key.kind, slot))?.seen, Begun::Before)),
        }
    }

    /// Narrows it to what passes a filter, which is then decided about in steps.
    pub(in crate::app) fn narrow(&mut self) {
        self.narrowed = Some(Narrowed { causes: Causes::new(), rest: self.places.keys().copied().collect() });
    }

    /// Lets everything pass.
    pub(in crate::app) fn widen(&mut self) {
        self.narrowed = None;
    }

    /// True when everything has been decided about.
    pub fn decided(&self) -> bool {
        self.narrowed.as_ref().is_none_or(|narrowed| narrowed.rest.is_empty())
    }

    /// Decides about the next few thousand rows.
    pub(in crate::app) fn sift(&mut self, passes: impl Fn(KindId, Slot) -> bool) {
        let Some(narrowed) = &mut self.narrowed else { return };
        let left = narrowed.rest.len().saturating_sub(STEP);
        for (kind, slot) in narrowed.rest.drain(left..) {
            if let Some(place) = self.places.get(&(kind, slot)).filter(|_| passes(kind, slot)) {
                narrowed.causes.entry(place.cause).or_default().insert(place.rank);
            }
        }
    }

    fn seen(&self) -> &Causes {
        self.narrowed.as_ref().map_or(&self.all, |narrowed| &narrowed.causes)
    }

    /// The lines from the worst on: by severity, then what has begun within the hour, then what is most urgent to watch, and of one cause the
    /// newest first. Nothing moves because something else has come that is no news. `kept` has a line of its own in any case.
    pub fn lines(&self, kept: Option<(KindId, Slot)>, now: Timestamp) -> Vec<Line> {
        let mut causes: Vec<_> = self.seen().iter().collect();
        causes.sort_by_cached_key(|(cause, rows)| (Reverse(cause.severity), !self.lately(cause, rows, now), urgency(cause)));
        let kept = kept.and_then(|place| self.places.get(&place));
        causes.into_iter().flat_map(|(cause, rows)| lines(*cause, rows, kept.filter(|kept| kept.cause == *cause))).collect()
    }

    /// True where AWS says that the newest of a cause has begun within the hour: what is news is probably what somebody is called for.
    fn lately(&self, cause: &Cause, rows: &BTreeSet<Rank>, now: Timestamp) -> bool {
        let newest = rows.first().and_then(|(_, slot)| self.places.get(&(cause.kind, *slot)));
        newest.is_some_and(|place| place.begun == Begun::Then && now.duration_since(place.rank.0.0) < LATELY)
    }

    /// The first row of a cause that has no line of its own.
    pub(in crate::app) fn hidden(&self, cause: Cause) -> Option<Slot> {
        self.seen().get(&cause)?.iter().nth(SHOWN).map(|(_, slot)| *slot)
    }
}

/// Whether the beginning of a finding is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Then.
    Then,
    /// Then or before.
    Before,
}

/// The place of a kind among those that are watched, and that of the sign in its table.
fn urgency(cause: &Cause) -> (usize, usize) {
    let kind = service::watched().enumerate().find(|(_, kind)| kind.id == cause.kind);
    let sign = kind.and_then(|(_, kind)| kind.signs.iter().position(|sign| sign.code == cause.code));
    (kind.map_or(usize::MAX, |(at, _)| at), sign.unwrap_or(usize::MAX))
}

fn lines(cause: Cause, rows: &BTreeSet<Rank>, kept: Option<&Place>) -> Vec<Line> {
    let shown = if rows.len() <= SHOWN + 2 { rows.len() } else { SHOWN };
    let mut slots: Vec<Slot> = rows.iter().take(shown).map(|(_, slot)| *slot).collect();
    slots.extend(kept.filter(|kept| rows.contains(&kept.rank)).map(|kept| kept.rank.1).filter(|slot| !slots.contains(slot)));
    let hidden = rows.len() - slots.len();
    let more = (hidden > 0).then_some(Line::More(cause, hidden));
    slots.into_iter().map(|slot| Line::Row(cause, slot)).chain(more).collect()
}

fn forget(causes: &mut Causes, place: &Place) {
    if let Some(rows) = causes.get_mut(&place.cause) {
        rows.remove(&place.rank);
        if rows.is_empty() {
            causes.remove(&place.cause);
        }
    }
}
