//! What is due at a moment: lists, identities, looks at rows between two states, metrics of what is on the screen.

mod details;
mod jitter;
mod lists;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub(super) use self::jitter::jitter;
pub use self::lists::Watch;
pub(super) use self::lists::list_now;
use super::{
    alarming, charting, discovering,
    effect::Effect,
    geometry, keeping, measuring, signing,
    state::{Screen, State, Step},
    thresholds,
};
use crate::model::{Key, KindId, ProblemKind, TargetId, Text, remote::Asking};

/// How often the time from one list to the next is doubled where nothing changes: to four minutes.
const QUIETEST: u32 = 2;
/// Seconds between looks at rows that are between two states.
const LOOK_EVERY: i64 = 3;
/// Rows looked at together, at most, in one target.
const LOOK_ROWS: usize = 100;

/// Everything that is due now.
pub fn due(state: &mut State) -> Vec<Effect> {
    if asleep(state) {
        return Vec::new();
    }
    let mut effects = identities(state);
    effects.extend(discovering::due(state));
    effects.extend(lists::due(state));
    effects.extend(looks(state));
    effects.extend(details::due(state));
    effects.extend(measuring::due(state));
    effects.extend(keeping::points::due(state));
    effects.extend(charting::due(state));
    effects.extend(thresholds::due(state));
    effects.extend(alarming::due(state));
    effects
}

/// True when nobody watches and nothing is under way that somebody has asked for.
pub fn asleep(state: &State) -> bool {
    state.pulse.attention(state.now).asleep() && followed(state).is_empty()
}

/// Seconds to leave a target alone after a failure: short where waiting helps, long where a person must act first.
fn pause(kind: ProblemKind) -> i64 {
    match kind {
        ProblemKind::Timeout | ProblemKind::Unreachable | ProblemKind::Garbled | ProblemKind::Service => 10,
        ProblemKind::Throttled => 20,
        _ => 30,
    }
}

/// True when a question to a target, asked every `every` seconds, is to be asked again. Who is asked too often, or says no, is not asked
/// sooner than usual, and targets that failed together are not tried again together.
pub(super) fn stale(target: TargetId, asking: &Asking, as_of: Option<Timestamp>, every: i64, now: Timestamp) -> bool {
    let past = |at: Timestamp, seconds: i64| now.duration_since(at).as_secs() >= seconds;
    let again = |at: Timestamp, seconds: i64| past(at, seconds + jitter(target, at, seconds / 2));
    match asking {
        Asking::Never => true,
        Asking::Loading { .. } => false,
        Asking::Settled => as_of.is_none_or(|at| past(at, every)),
        Asking::Failed { problem, at } if matches!(problem.kind, ProblemKind::Throttled | ProblemKind::Denied) => {
            again(*at, pause(problem.kind).max(every))
        }
        Asking::Failed { problem, at } => again(*at, pause(problem.kind)),
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
        if target.lapse.is_some() || !stale(here, target.look.asking(), asked, LOOK_EVERY * target.pace.times(), now) {
            continue;
        }
        if let Some(kind) = turn(&wanted, here, target.looked) {
            target.look.ask(now);
            target.looked = Some(kind);
            effects.push(Effect::Reread { target: here, kind, ids: ids(&wanted, here, kind) });
        }
    }
    effects
}

/// The kind whose rows in this target are looked at next: the one after the last that was.
fn turn(wanted: &[Key], target: TargetId, last: Option<KindId>) -> Option<KindId> {
    let kinds: BTreeSet<KindId> = wanted.iter().filter(|key| key.target == target).map(|key| key.kind).collect();
    kinds.iter().find(|kind| last.is_none_or(|last| **kind > last)).or(kinds.first()).copied()
}

/// Rows of a kind to look at, each once.
fn ids(wanted: &[Key], target: TargetId, kind: KindId) -> Vec<Text> {
    let mut ids: Vec<Text> = Vec::new();
    for key in wanted.iter().filter(|key| key.target == target && key.kind == kind) {
        if !ids.contains(&key.id) && ids.len() < LOOK_ROWS {
            ids.push(key.id.clone());
        }
    }
    ids
}

/// Rows of actions under way.
fn followed(state: &State) -> Vec<Key> {
    let rows = state.runs.iter().flat_map(|run| &run.rows);
    rows.filter(|(_, _, step)| matches!(step, Step::Following { .. })).map(|(key, ..)| key.clone()).collect()
}

/// The row whose facts are being read.
pub(super) fn opened(state: &State) -> Option<&Key> {
    match state.screen() {
        Screen::Detail(reader) => Some(&reader.key),
        _ => None,
    }
}

/// Rows on the screen that are between two states. One that is stuck there is a finding, and is left to the ordinary list.
fn moving(state: &State) -> Vec<Key> {
    let moves = |key: &Key| {
        let table = state.fleet.tables.get(&key.kind);
        table.is_some_and(|table| table.find(key).is_some_and(|row| (table.kind.moving)(&row.resource) && table.moves_well(row)))
    };
    on_screen(state).into_iter().chain(opened(state).cloned()).filter(moves).collect()
}

#[cfg(test)]
mod tests;
