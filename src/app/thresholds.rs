//! The thresholds of alarms on what is charted, whether the alarms go off or not: asked for once the cursor rests on a row with charts.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{charting, effect::Effect, measuring, msg::Reading, schedule, state::State};
use crate::model::{Problem, ProblemKind, Remote, TargetId, alarm::Watch, series::Query};

/// Seconds from one question about a chart to the next: alarms are rarely set up anew.
const EVERY: i64 = 900;

/// What alarms hold charts against.
#[derive(Debug, Default)]
pub struct Thresholds {
    known: HashMap<Reading, Remote<Vec<Watch>>>,
    /// Where it may not be asked: that is told once.
    refused: HashSet<TargetId>,
}

impl Thresholds {
    /// What the alarms on a metric of a row hold it against; `None` until that is known.
    pub fn on(&self, reading: &Reading) -> Option<&[Watch]> {
        self.known.get(reading)?.value().map(Vec::as_slice)
    }

    /// Another session may be allowed what the former was not.
    pub(super) fn pardon(&mut self, target: TargetId) {
        self.refused.remove(&target);
    }
}

/// Thresholds by the charts they are lines in.
pub type Found = Vec<(Reading, Result<Vec<Watch>, Problem>)>;

/// Questions about the charts of the selected row, where they are drawn and nobody moves on.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    if !charting::visible(state) || !state.pulse.rests(state.now) {
        return Vec::new();
    }
    let mut requests: BTreeMap<TargetId, Vec<(Reading, Query)>> = BTreeMap::new();
    for (reading, query) in wanted(state) {
        state.thresholds.known.entry(reading.clone()).or_default().ask(state.now);
        requests.entry(reading.key.target).or_default().push((reading, query));
    }
    requests.into_iter().map(|(target, queries)| Effect::Thresholds(target, queries)).collect()
}

fn wanted(state: &State) -> Vec<(Reading, Query)> {
    let (Some(list), Some(row)) = (state.list(), charting::selected(state)) else { return Vec::new() };
    let target = row.key.target;
    if state.lapsed(target) || state.thresholds.refused.contains(&target) {
        return Vec::new();
    }
    let metrics = charting::shown(list.kind, &row.resource, state.size.0);
    let questions = metrics.filter_map(|(at, metric)| {
        let reading = Reading { key: row.key.clone(), metric: at };
        let query = measuring::query(metric, list.kind, row, state.now).filter(|query| !query.dimensions.is_empty())?;
        stale(state, &reading).then_some((reading, query))
    });
    questions.collect()
}

fn stale(state: &State, reading: &Reading) -> bool {
    let known = state.thresholds.known.get(reading);
    known.is_none_or(|known| schedule::stale(reading.key.target, known.asking(), known.as_of(), EVERY, state.now))
}

/// Takes the answers. Those of charts that were left long ago go.
pub(super) fn found(state: &mut State, target: TargetId, found: Found) {
    let now = state.now;
    state.thresholds.known.retain(|_, known| known.loading() || known.as_of().is_some_and(|at| now.duration_since(at).as_secs() < EVERY));
    let failed = found.iter().find_map(|(_, answer)| answer.as_ref().err().cloned());
    for (reading, answer) in found {
        state.thresholds.known.entry(reading).or_default().answer(answer, now);
    }
    if let Some(problem) = failed {
        if problem.kind == ProblemKind::Denied {
            state.thresholds.refused.insert(target);
        }
        state.note_failure(&format!("thresholds in {}", state.place(target)), problem);
    }
}

#[cfg(test)]
mod tests;
