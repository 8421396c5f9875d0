//! The points of metrics, kept from one start to the next, so that what was paid for is not paid for again.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::Fate;
use crate::{
    app::{
        effect::Effect,
        measuring::HISTORY,
        msg::{Kept, Memory, Reading},
        state::{Source, State},
    },
    model::{Key, KindId, TargetId, Text},
    service,
};

/// Seconds from one keeping of a target's points to the next.
const EVERY: i64 = 10;
/// Metrics kept of a kind in a target; those that were asked for last stay.
const MOST: usize = 2_000;

/// What is to be kept, and what was.
#[derive(Debug, Default)]
pub(super) struct Points {
    /// Kinds of which nobody knows yet what was kept: nothing is asked for before.
    awaited: HashSet<KindId>,
    /// Whose new points have not been kept.
    fresh: BTreeSet<(KindId, TargetId)>,
    kept: HashMap<(KindId, TargetId), Timestamp>,
    /// The account of points from an earlier start.
    remembered: HashMap<(KindId, TargetId), Text>,
}

impl Points {
    /// Waits for what was kept of a kind.
    pub(super) fn wait(&mut self, kind: KindId) {
        self.awaited.insert(kind);
    }
}

/// True until it is known what was kept of a kind: it would be paid for twice.
pub(in crate::app) fn awaited(state: &State, kind: KindId) -> bool {
    state.keeping.points.awaited.contains(&kind)
}

/// Notes that metrics have come.
pub(in crate::app) fn came(state: &mut State, kind: KindId, target: TargetId) {
    state.keeping.points.fresh.insert((kind, target));
}

/// What there is to keep now.
pub(in crate::app) fn due(state: &mut State) -> Vec<Effect> {
    if state.setup.source == Source::Demo || state.keeping.fate == Fate::GivenUp {
        return Vec::new();
    }
    let lately = |at: &Timestamp| state.now.duration_since(*at).as_secs() < EVERY;
    let fresh = state.keeping.points.fresh.iter().filter(|of| !state.keeping.points.kept.get(of).is_some_and(lately));
    let memories: Vec<_> = fresh.filter_map(|(kind, target)| memory(state, *kind, *target)).collect();
    for memory in &memories {
        let of = (memory.kind, memory.target);
        state.keeping.points.fresh.remove(&of);
        state.keeping.points.kept.insert(of, state.now);
    }
    memories.into_iter().map(Effect::KeepPoints).collect()
}

fn memory(state: &State, kind: KindId, target: TargetId) -> Option<Memory<Kept>> {
    let account = state.fleet.targets.get(usize::from(target.0))?.identity.value()?.account.clone();
    let mine = state.metrics.iter().filter(|(reading, _)| reading.key.kind == kind && reading.key.target == target);
    let kept = mine.filter_map(|(reading, known)| {
        let (series, at) = (known.value()?, known.as_of()?);
        let recent = state.now.duration_since(at).as_secs() < HISTORY;
        recent.then(|| Kept { id: reading.key.id.clone(), metric: reading.metric, at, series: series.clone() })
    });
    let mut rows: Vec<_> = kept.collect();
    rows.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| (&a.id, a.metric).cmp(&(&b.id, b.metric))));
    rows.truncate(MOST);
    Some(Memory { target, kind, account, at: state.now, rows })
}

/// Takes everything that was kept of a kind: not from the future, not of another account, and not where something newer is known.
pub(in crate::app) fn remembered(state: &mut State, kind: KindId, memories: Vec<Memory<Kept>>) {
    state.keeping.points.awaited.remove(&kind);
    let Some(known) = service::kind(kind.0) else { return };
    for memory in memories.into_iter().filter(|memory| memory.at <= state.now) {
        let target = state.fleet.targets.get(usize::from(memory.target.0)).map(|target| target.identity.value());
        let ours = target.is_some_and(|identity| identity.is_none_or(|identity| identity.account == memory.account));
        if !ours {
            continue;
        }
        state.keeping.points.remembered.insert((kind, memory.target), memory.account);
        for kept in memory.rows.into_iter().filter(|kept| kept.metric < known.metrics.len() && sound(kept, state.now)) {
            let reading = Reading { key: Key { target: memory.target, kind, id: kept.id }, metric: kept.metric };
            let place = state.metrics.entry(reading).or_default();
            if place.as_of().is_none() && !place.loading() {
                place.answer(Ok(kept.series), kept.at);
            }
        }
    }
}

/// Points that are drawn still, and none of a time to come.
fn sound(kept: &Kept, now: Timestamp) -> bool {
    let future = kept.series.as_ref().is_some_and(|series| series.range.end > now.as_second());
    !future && (0..HISTORY).contains(&now.duration_since(kept.at).as_secs())
}

/// Forgets points of an earlier start that turn out to be of another account.
pub(super) fn identified(state: &mut State, target: TargetId, account: &Text) {
    let foreign: Vec<_> = state.keeping.points.remembered.iter().filter(|((_, at), known)| *at == target && *known != account).collect();
    let kinds: Vec<KindId> = foreign.into_iter().map(|((kind, _), _)| *kind).collect();
    state.keeping.points.remembered.retain(|(_, at), _| *at != target);
    state.metrics.retain(|reading, _| reading.key.target != target || !kinds.contains(&reading.key.kind));
}

#[cfg(test)]
mod tests;
