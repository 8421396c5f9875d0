//! What a merge turns: rows that came, went or stand otherwise, counted (`tally.rs`) and told once to whoever takes it.

use super::{Row, Slot, Table};
use crate::{
    app::turns::{Stand, Turn},
    model::{Cell, Health, Resource, TargetId, Text, finding},
    service::{Kind, STATE},
};

/// Turns that wait to be taken, at most: more at once are no longer read one by one.
const WAITING: usize = 2_000;
/// The column in which some kinds tell why they are in their state.
const REASON: &str = "reason";

/// How a row stood.
pub(super) struct Past {
    pub(super) stand: Stand,
    pub(super) unwell: bool,
    sweep: u32,
}

/// What has become of a row.
pub(super) enum Now<'a> {
    /// It is here.
    In(Slot),
    /// It is gone.
    Gone(&'a Row),
}

impl Past {
    pub(super) fn of(kind: &Kind, row: &Row) -> Self {
        Self { stand: stand(kind, row), unwell: !row.findings.is_empty(), sweep: row.sweep }
    }
}

impl Table {
    /// What has turned since this was asked last.
    pub fn take_turns(&mut self) -> Vec<Turn> {
        std::mem::take(&mut self.turned)
    }

    /// Notes that a row stands otherwise than before, is new, or is gone.
    pub(super) fn turn(&mut self, before: Option<&Past>, after: &Now<'_>) {
        let (row, gone) = match after {
            Now::In(slot) => (self.row(*slot), None),
            Now::Gone(row) => (None, Some(*row)),
        };
        let now = row.map(|row| Past::of(self.kind, row));
        let Some(row) = row.or(gone) else { return };
        let (target, turn) = (row.key.target, self.told(row, before, now.as_ref()));
        self.turned.extend(turn);
        self.count(target, before, now.as_ref());
    }

    /// What there is to tell of it. Rows of an earlier start say nothing about this one, and what a list brings until it is complete is no
    /// news, nor are the first facts about a row of which only the name was known.
    fn told(&self, row: &Row, before: Option<&Past>, now: Option<&Past>) -> Option<Turn> {
        let (from, to) = (before.map(|past| &past.stand), now.map(|past| &past.stand));
        let learnt = from.zip(to).is_some_and(|(from, to)| from.state.is_empty() || to.state.is_empty());
        let known = before.is_none_or(|before| before.sweep != 0) && !learnt;
        let news = from != to && known && self.turned.len() < WAITING && self.complete(row.key.target, &row.resource);
        let (key, name) = (row.key.clone(), row.resource.name.clone());
        news.then(|| Turn { key, name, from: from.cloned(), to: to.cloned(), reason: reason(self.kind, row) })
    }

    /// True where all rows that were there are known, so that one more has come since.
    fn complete(&self, target: TargetId, row: &Resource) -> bool {
        let known = |part| self.listing(target, &part).is_some_and(|listing| listing.count.value().is_some() && !listing.remembered());
        known(None) || row.parents.iter().any(|parent| known(Some(parent.clone())))
    }
}

fn stand(kind: &Kind, row: &Row) -> Stand {
    let (health, state) = match kind.cell(&row.resource, STATE) {
        Cell::State(health, word) => (*health, word.clone()),
        _ => (Health::Unknown, Text::default()),
    };
    Stand { health, state, worst: finding::worst(&row.findings) }
}

fn reason(kind: &Kind, row: &Row) -> Text {
    let leading = row.findings.iter().rev().max_by_key(|finding| finding.severity);
    leading.map_or_else(
        || match kind.cell(&row.resource, REASON) {
            Cell::Text(words) | Cell::State(_, words) => words.clone(),
            _ => Text::default(),
        },
        |finding| finding.reason.clone(),
    )
}
