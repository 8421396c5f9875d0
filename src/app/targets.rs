//! The accounts and regions as a list of their own, and how each of them stands.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    command::Command,
    effect::Effect,
    geometry, pacing,
    rate::Rate,
    signing,
    state::{Fleet, Screen, State},
};
use crate::model::{Problem, TargetId};

/// The list of targets: a cursor that stays with its target, and the first line in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roster {
    /// The target under the cursor.
    pub cursor: TargetId,
    /// The first line in view.
    pub top: usize,
}

/// How a target has been doing since the start.
#[derive(Debug, Default)]
pub struct Record {
    /// The latest good answer.
    pub good: Option<Timestamp>,
    /// The latest failure.
    pub bad: Option<(Problem, Timestamp)>,
    /// The calls that it took.
    pub calls: Rate,
}

/// Takes in how many calls were made to each target since the last time.
pub(super) fn called(state: &mut State, calls: &[(TargetId, u32)]) -> Vec<Effect> {
    let now = state.now;
    state.fleet.calls.count(calls.iter().map(|(_, count)| count).sum(), now);
    for (target, count) in calls {
        if let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)) {
            known.record.calls.count(*count, now);
        }
    }
    Vec::new()
}

/// The targets as the view lists them: the regions of a profile together, in the order in which the profiles came.
pub fn order(fleet: &Fleet) -> Vec<TargetId> {
    let mut profiles = HashMap::new();
    for known in &fleet.targets {
        let next = profiles.len();
        profiles.entry(known.target.profile.as_str()).or_insert(next);
    }
    let mut order: Vec<usize> = (0..fleet.targets.len()).collect();
    order.sort_by_key(|at| profiles.get(fleet.targets[*at].target.profile.as_str()));
    order.into_iter().map(|at| TargetId(at as u16)).collect()
}

impl Roster {
    /// The position of the cursor.
    pub fn position(&self, order: &[TargetId]) -> usize {
        order.iter().position(|target| *target == self.cursor).unwrap_or(0)
    }

    /// Puts the cursor on a position, clamped to the end.
    pub(super) fn jump(&mut self, position: usize, order: &[TargetId]) {
        let last = order.len().saturating_sub(1);
        self.cursor = order.get(position.min(last)).copied().unwrap_or(self.cursor);
    }

    /// The first line of a window of `height` lines that scrolls no more than the cursor needs.
    pub fn first(&self, order: &[TargetId], height: usize) -> usize {
        geometry::first(self.top, self.position(order), order.len(), height)
    }

    /// Remembers where the window is, so that the next step scrolls no more than it must.
    pub(super) fn settle(&mut self, fleet: &Fleet, height: usize) {
        self.top = self.first(&order(fleet), height);
    }
}

/// Opens the view on the target of the row in front.
pub(super) fn open(state: &State) -> Screen {
    let cursor = state.selected().map_or(TargetId(0), |(key, _)| key.target);
    Screen::Targets(Roster { cursor, top: 0 })
}

/// The target that the user means: under the cursor of the view, or that of the row in front.
pub fn meant(state: &State) -> Option<TargetId> {
    match state.screen() {
        Screen::Targets(roster) => Some(roster.cursor),
        _ => state.selected().map(|(key, _)| key.target),
    }
}

/// True for what is about a row of the list behind the view, which nobody sees.
pub(super) fn hides(command: Command) -> bool {
    use Command as C;
    matches!(command, C::Open | C::Below | C::Describe | C::Yaml | C::Json | C::Compare | C::Metrics | C::Actions | C::Mark | C::MarkAll)
        || matches!(command, C::CopyId | C::CopyArn)
}

impl State {
    /// True where nothing is to be asked, because no call of the account can succeed.
    pub(super) fn lapsed(&self, target: TargetId) -> bool {
        self.fleet.targets.get(usize::from(target.0)).is_some_and(|known| known.lapse.is_some())
    }

    /// Notes what came of a question to a target; a failure is kept for the errors view, too. `doing` is what was asked: `list ec2 in`.
    pub(super) fn heard(&mut self, target: TargetId, doing: &str, result: Result<(), &Problem>) {
        let now = self.now;
        pacing::heard(self, target, result);
        let Some(known) = self.fleet.targets.get_mut(usize::from(target.0)) else { return };
        match result {
            Ok(()) => known.record.good = Some(now),
            Err(problem) => {
                known.record.bad = Some((problem.clone(), now));
                signing::lapse(self, target, problem);
                let doing = format!("{doing} {}", self.place(target));
                self.note_failure(&doing, problem.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
