//! Which details are due: of the rows on the screen or of the one that is opened, and of rows in the background where those tell what
//! is wrong.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{QUIETEST, lists::Watch, on_screen, opened};
use crate::{
    app::{effect::Effect, pulse::Attention, state::State},
    model::{Key, Resource, TargetId},
    service::{self, Details, Kind, Wanted},
};

/// Seconds to leave the details of a row alone after they could not be fetched.
const PAUSE: i64 = 30;

/// Questions about details.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some((kind, details)) = front(state) {
        let opened = opened(state).cloned();
        let keys = match details.of {
            Wanted::OnScreen | Wanted::Always => on_screen(state).into_iter().chain(opened).collect(),
            Wanted::Opened => opened.into_iter().collect(),
        };
        effects.extend(fetch(state, kind, details, details.every, keys));
    }
    if state.watch == Watch::Fleet {
        effects.extend(behind(state));
    }
    effects
}

/// The kind that is looked at, where it has details: that of the list in front, or of the row that is read over the findings.
fn front(state: &State) -> Option<(&'static Kind, Details)> {
    let opened = || state.fleet.tables.get(&opened(state)?.kind).map(|table| table.kind);
    let kind = state.list().map(|list| list.kind).or_else(opened)?;
    Some((kind, kind.details?))
}

/// Of the kinds whose details tell what is wrong, all rows; less often while nobody touches the screen.
fn behind(state: &mut State) -> Vec<Effect> {
    let calm = state.pulse.attention(state.now) == Attention::Calm;
    let relaxed = if calm { 1 << QUIETEST } else { 1 };
    let mut effects = Vec::new();
    for kind in service::watched() {
        let (Some(details), Some(table)) = (kind.details.filter(|details| details.of == Wanted::Always), state.fleet.tables.get(&kind.id))
        else {
            continue;
        };
        let keys: Vec<Key> = table.rows().map(|(_, row)| row.key.clone()).collect();
        effects.extend(fetch(state, kind, details, details.every * relaxed, keys));
    }
    effects
}

/// Questions about these rows where they are due. Of a target one question at a time: while rows stream in, those that passed by are not
/// asked about one after the other.
fn fetch(state: &mut State, kind: &'static Kind, details: Details, every: i64, keys: Vec<Key>) -> Vec<Effect> {
    let mut keys: Vec<Key> = keys.into_iter().filter(|key| !state.lapsed(key.target)).collect();
    // Those of which nothing is known yet come first: else the first are due again before the last have had their turn.
    let table = state.fleet.tables.get(&kind.id);
    keys.sort_by_key(|key| table.is_some_and(|table| table.detailed(key).is_some()));
    let asked = |key: &Key, failed: &Option<_>| (key.kind == kind.id && failed.is_none()).then_some(key.target);
    let busy: BTreeSet<TargetId> = state.details.iter().filter_map(|(key, failed)| asked(key, failed)).collect();
    let mut groups: BTreeMap<TargetId, Vec<Arc<Resource>>> = BTreeMap::new();
    for key in keys.into_iter().filter(|key| !busy.contains(&key.target)) {
        let Some(table) = state.fleet.tables.get(&kind.id) else { break };
        let fresh = |at: jiff::Timestamp, seconds: i64| state.now.duration_since(at).as_secs() < seconds;
        let waiting = state.details.get(&key).is_some_and(|failed| failed.is_none_or(|at| fresh(at, PAUSE)));
        let known = table.detailed(&key).is_some_and(|at| fresh(at, every));
        let group = groups.entry(key.target).or_default();
        if let Some(row) = table.find(&key).filter(|_| !waiting && !known && group.len() < details.batch) {
            group.push(row.resource.clone());
            state.details.insert(key, None);
        }
    }
    groups.retain(|_, rows| !rows.is_empty());
    groups.into_iter().map(|(target, rows)| Effect::Detail { target, kind: kind.id, rows }).collect()
}
