//! What is due at a moment: lists, identities, looks at rows between two states, metrics of what is on the screen.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{
    alarming, charting, discovering,
    effect::Effect,
    fleet::{Listing, Table},
    geometry, keeping, measuring,
    pulse::Attention,
    signing,
    state::{Screen, State, Step},
};
use crate::{
    model::{Key, KindId, ProblemKind, Resource, TargetId, Text, remote::Asking},
    service::{Scope, Wanted},
};

/// Seconds from one complete list to the next.
pub const LIST_EVERY: i64 = 60;
/// How often the time from one list to the next is doubled where nothing changes: to four minutes.
const QUIETEST: u32 = 2;
/// Seconds over which the lists of several targets are spread.
const APART: i64 = 12;
/// Seconds between looks at rows that are between two states.
const LOOK_EVERY: i64 = 3;
/// Seconds to leave the details of a row alone after they could not be fetched.
const DETAIL_PAUSE: i64 = 30;
/// Rows looked at together, at most, in one target.
const LOOK_ROWS: usize = 100;

/// Everything that is due now.
pub fn due(state: &mut State) -> Vec<Effect> {
    if asleep(state) {
        return Vec::new();
    }
    let mut effects = identities(state);
    effects.extend(discovering::due(state));
    effects.extend(lists(state));
    effects.extend(looks(state));
    effects.extend(details(state));
    effects.extend(measuring::due(state));
    effects.extend(keeping::points::due(state));
    effects.extend(charting::due(state));
    effects.extend(alarming::due(state));
    effects
}

/// True when nobody watches and nothing is under way that somebody has asked for.
pub fn asleep(state: &State) -> bool {
    state.pulse.attention(state.now).asleep() && followed(state).is_empty()
}

/// Seconds from one complete list to the next: longer where nothing changes while nobody touches the screen, and where the target has
/// said that it is asked too often. A few seconds apart for each target, so that not all are asked at once.
fn every(state: &State, listing: &Listing, target: TargetId) -> i64 {
    let calm = state.pulse.attention(state.now) == Attention::Calm;
    let quiet = if calm { 1 << listing.quiet.min(QUIETEST) } else { 1 };
    let slower = state.fleet.targets.get(usize::from(target.0)).map_or(1, |known| known.slower);
    LIST_EVERY * quiet * slower + i64::from(target.0) * 7 % APART
}

/// Seconds to leave a target alone after a failure: short where waiting helps, long where a person must act first.
fn pause(kind: ProblemKind) -> i64 {
    match kind {
        ProblemKind::Timeout | ProblemKind::Unreachable | ProblemKind::Garbled | ProblemKind::Service => 10,
        ProblemKind::Throttled => 20,
        _ => 30,
    }
}

/// True when a question asked every `every` seconds is to be asked again.
pub(super) fn stale(asking: &Asking, as_of: Option<Timestamp>, every: i64, now: Timestamp) -> bool {
    let past = |at: Timestamp, seconds: i64| now.duration_since(at).as_secs() >= seconds;
    match asking {
        Asking::Never => true,
        Asking::Loading { .. } => false,
        Asking::Settled => as_of.is_none_or(|at| past(at, every)),
        Asking::Failed { problem, at } => past(*at, pause(problem.kind)),
    }
}

fn target_ids(state: &State) -> Vec<TargetId> {
    (0..state.fleet.targets.len()).map(|at| TargetId(at as u16)).collect()
}

fn identities(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let due = signing::due(state);
    for target in &due {
        state.fleet.targets[usize::from(target.0)].identity.ask(now);
    }
    due.into_iter().map(Effect::Identify).collect()
}

/// Only the list in front is kept up to date: what nobody looks at costs nothing.
fn lists(state: &mut State) -> Vec<Effect> {
    let Some(list) = state.list() else { return Vec::new() };
    let (kind, within) = (list.kind, list.view.within.clone());
    let parent = list.parent.clone();
    let part = list.view.part();
    let targets = match &within {
        Some(key) => vec![key.target],
        None => target_ids(state),
    };
    let now = state.now;
    state.fleet.tables.entry(kind.id).or_insert_with(|| Table::new(kind));
    let due = |target: &TargetId| {
        let listing = state.fleet.tables.get(&kind.id).and_then(|table| table.listing(*target, &part));
        listing.is_none_or(|listing| stale(listing.count.asking(), listing.count.as_of(), every(state, listing, *target), now))
    };
    let targets: Vec<TargetId> = targets.into_iter().filter(|target| !state.lapsed(*target) && due(target)).collect();
    let scope = within.zip(parent).map_or(Scope::All, |(key, parent)| Scope::Within(key.kind, parent));
    let back = if part.is_none() { keeping::look_back(state, kind.id) } else { None };
    let Some(table) = state.fleet.tables.get_mut(&kind.id) else { return Vec::new() };
    let lists = targets.into_iter().map(|target| list_now(table, target, scope.clone(), now));
    back.into_iter().chain(lists).collect()
}

/// Begins a sweep of one target.
pub(super) fn list_now(table: &mut Table, target: TargetId, scope: Scope, now: Timestamp) -> Effect {
    Effect::List { target, kind: table.kind.id, sweep: table.begin(target, scope.part(), now), scope }
}

/// Details of the rows on the screen or of the one that is opened, as the kind wants. Of a target one question at a time: while rows
/// stream in, those that passed by are not asked about one after the other.
fn details(state: &mut State) -> Vec<Effect> {
    let Some((kind, details)) = state.list().and_then(|list| Some((list.kind, list.kind.details?))) else { return Vec::new() };
    let keys = match details.of {
        Wanted::OnScreen => on_screen(state),
        Wanted::Opened => opened(state).into_iter().collect(),
    };
    let keys: Vec<Key> = keys.into_iter().filter(|key| !state.lapsed(key.target)).collect();
    let asked = |key: &Key, failed: &Option<Timestamp>| (key.kind == kind.id && failed.is_none()).then_some(key.target);
    let busy: BTreeSet<TargetId> = state.details.iter().filter_map(|(key, failed)| asked(key, failed)).collect();
    let mut groups: BTreeMap<TargetId, Vec<Arc<Resource>>> = BTreeMap::new();
    for key in keys.into_iter().filter(|key| !busy.contains(&key.target)) {
        let Some(table) = state.fleet.tables.get(&kind.id) else { break };
        let fresh = |at: Timestamp, seconds: i64| state.now.duration_since(at).as_secs() < seconds;
        let waiting = state.details.get(&key).is_some_and(|failed| failed.is_none_or(|at| fresh(at, DETAIL_PAUSE)));
        let known = table.detailed(&key).is_some_and(|at| fresh(at, details.every));
        let group = groups.entry(key.target).or_default();
        if let Some(row) = table.find(&key).filter(|_| !waiting && !known && group.len() < details.batch) {
            group.push(row.resource.clone());
            state.details.insert(key, None);
        }
    }
    groups.retain(|_, rows| !rows.is_empty());
    groups.into_iter().map(|(target, rows)| Effect::Detail { target, kind: kind.id, rows }).collect()
}

/// The row whose facts are being read.
fn opened(state: &State) -> Option<Key> {
    match state.screen() {
        Screen::Detail(reader) => Some(reader.key.clone()),
        _ => None,
    }
}

fn on_screen(state: &State) -> Vec<Key> {
    let Some(list) = state.list() else { return Vec::new() };
    let Some(table) = state.fleet.tables.get(&list.kind.id) else { return Vec::new() };
    let window = list.view.window(geometry::list_rows(state.size, state.nav.charts));
    list.view.order()[window].iter().filter_map(|slot| table.row(*slot)).map(|row| row.key.clone()).collect()
}

fn looks(state: &mut State) -> Vec<Effect> {
    let mut wanted = followed(state);
    wanted.extend(moving(state));
    let now = state.now;
    let mut effects = Vec::new();
    for (at, target) in state.fleet.targets.iter_mut().enumerate() {
        let here = TargetId(at as u16);
        let asked = target.look.as_of();
        if target.lapse.is_some() || !stale(target.look.asking(), asked, LOOK_EVERY, now) {
            continue;
        }
        if let Some(look) = group(&wanted, here) {
            target.look.ask(now);
            effects.push(look);
        }
    }
    effects
}

/// One look for the first kind that has rows to look at in this target; the others have their turn with the next.
fn group(wanted: &[Key], target: TargetId) -> Option<Effect> {
    let kind: KindId = wanted.iter().find(|key| key.target == target)?.kind;
    let mut ids: Vec<Text> = Vec::new();
    for key in wanted.iter().filter(|key| key.target == target && key.kind == kind) {
        if !ids.contains(&key.id) && ids.len() < LOOK_ROWS {
            ids.push(key.id.clone());
        }
    }
    Some(Effect::Reread { target, kind, ids })
}

/// Rows of actions under way.
fn followed(state: &State) -> Vec<Key> {
    let rows = state.runs.iter().flat_map(|run| &run.rows);
    rows.filter(|(_, _, step)| matches!(step, Step::Following { .. })).map(|(key, ..)| key.clone()).collect()
}

/// Rows on the screen that are between two states. One that is stuck there is a finding, and is left to the ordinary list.
fn moving(state: &State) -> Vec<Key> {
    let Some(list) = state.list() else { return Vec::new() };
    let Some(table) = state.fleet.tables.get(&list.kind.id) else { return Vec::new() };
    let window = list.view.window(geometry::list_rows(state.size, state.nav.charts));
    let rows = list.view.order()[window].iter().filter_map(|slot| table.row(*slot));
    rows.filter(|row| (list.kind.moving)(&row.resource) && row.only_alarmed()).map(|row| row.key.clone()).collect()
}
