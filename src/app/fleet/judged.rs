//! What is wrong with a row: what it says itself, the alarms on it, and what its metrics say.

use jiff::Timestamp;

use super::{
    Row, Slot, Table, alarmed,
    turning::{Now, Past},
};
use crate::{
    model::{Finding, Resource, TargetId, Text},
    service::Kind,
};

impl Table {
    /// Everything wrong with a row: by itself, by alarms, by metrics.
    pub(super) fn judged(&self, target: TargetId, row: &Resource, now: Timestamp) -> Box<[Finding]> {
        let own = (self.kind.findings)(row, now);
        debug_assert!(own.iter().all(|finding| declared(self.kind, finding)), "{:?}: {own:?} is not in its table of signs", self.kind);
        let ringing = alarmed::findings(self.kind, self.alarms.get(&target), row);
        own.into_iter().chain(ringing).chain(self.metered.on(self.kind, target, row)).collect()
    }

    /// Judges a row anew, after something beside it has changed.
    pub(super) fn judge_again(&mut self, target: TargetId, id: &Text, now: Timestamp) -> Option<Slot> {
        self.amend(target, id, now, |_| {})
    }

    /// Changes a row in its place, and judges it anew.
    pub(super) fn amend(&mut self, target: TargetId, id: &Text, now: Timestamp, change: impl FnOnce(&mut Row)) -> Option<Slot> {
        let slot = self.at(target, id)?;
        let before = Past::of(self.kind, self.row(slot)?);
        change(self.rows[slot as usize].as_mut()?);
        let row = self.row(slot)?;
        let (findings, imprint) = (self.judged(target, &row.resource, now), self.ends.imprint(&row.resource));
        let row = self.rows[slot as usize].as_mut()?;
        (row.findings, row.imprint) = (findings, imprint);
        self.turn(Some(&before), &Now::In(slot));
        Some(slot)
    }
}

/// True for a finding that the kind's table of signs has.
fn declared(kind: &Kind, finding: &Finding) -> bool {
    kind.signs.iter().any(|sign| sign.code == finding.code && finding.severity <= sign.severity)
}
