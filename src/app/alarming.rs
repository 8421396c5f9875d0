//! Alarms: asked for once a minute in each target, and brought to the rows they are on.

use std::sync::Arc;

use super::{
    answers,
    effect::Effect,
    fleet::{Alarms, Row, limit},
    msg::Reading,
    schedule,
    state::{State, TargetState},
};
use crate::{
    model::{KindId, Problem, TargetId, alarm::Alarm},
    service::{Kind, Metric},
};

/// Seconds from one question to the next, and over which those of several places are spread.
const EVERY: i64 = 60;
const APART: i64 = 12;

/// Questions about alarms, where we know who we are: what cannot be reached is not asked for more. Costs nothing.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    settle(state);
    let now = state.now;
    let mut effects = Vec::new();
    for (at, target) in state.fleet.targets.iter_mut().enumerate() {
        let here = TargetId(at as u16);
        if target.identity.value().is_some()
            && target.lapse.is_none()
            && schedule::stale(here, target.alarms.asking(), target.alarms.as_of(), every(here, target), now)
        {
            target.alarms.ask(now);
            effects.push(Effect::Alarms(here));
        }
    }
    effects
}

/// Seconds from one question to the next, a few more each time: not all places are asked at once.
fn every(here: TargetId, target: &TargetState) -> i64 {
    EVERY * target.pace.times() + target.alarms.as_of().map_or(0, |last| schedule::jitter((here, "alarms"), last, APART))
}

/// Takes the answer.
pub(super) fn rung(state: &mut State, target: TargetId, result: Result<Vec<Alarm>, Problem>) {
    let now = state.now;
    state.heard(target, "alarms in", result.as_ref().map(drop));
    if let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)) {
        known.alarms.answer(result.map(|alarms| Arc::new(Alarms::new(alarms))), now);
    }
    settle(state);
}

/// Brings the alarms to every table that has not got them: tables come into being at any time.
fn settle(state: &mut State) {
    let now = state.now;
    let mut changes: Vec<(KindId, _)> = Vec::new();
    for (at, target) in state.fleet.targets.iter().enumerate() {
        let Some(alarms) = target.alarms.value() else { continue };
        let tables = state.fleet.tables.iter_mut();
        changes.extend(tables.map(|(kind, table)| (*kind, table.ring(TargetId(at as u16), alarms, now))));
    }
    for (kind, change) in changes.iter().filter(|(_, change)| !change.touched.is_empty()) {
        answers::absorb(state, *kind, change);
    }
}

/// The thresholds of alarms on a metric of a row, the kind's `at`th, as a chart with this period draws it: those of the alarms that go off,
/// and those of all that were asked for, each once.
pub fn limits(state: &State, kind: &Kind, row: &Row, (at, metric): (usize, &Metric), period: i64) -> Vec<f64> {
    let asked = state.thresholds.on(&Reading { key: row.key.clone(), metric: at }).unwrap_or_default();
    let target = state.fleet.targets.get(usize::from(row.key.target.0));
    let alarms = target.and_then(|target| target.alarms.value());
    let ringing = alarms.map(|alarms| alarms.limits(kind, &row.resource, metric, period)).unwrap_or_default();
    let mut limits: Vec<f64> = asked.iter().filter_map(|watch| limit(watch, metric, period)).chain(ringing).collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup_by(|a, b| a.total_cmp(b).is_eq());
    limits
}

#[cfg(test)]
mod tests;
