//! Which lists are due: the one in front, and behind it those of every kind that says how often it wants to be listed.

use jiff::Timestamp;

use super::{QUIETEST, jitter::jitter, pause, stale, target_ids};
use crate::{
    app::{
        answers,
        effect::Effect,
        fleet::{Listing, Table},
        keeping,
        pulse::Attention,
        state::State,
    },
    model::{ProblemKind, TargetId, remote::Asking, target::Haste},
    service::{self, Kind, Scope},
};

/// Seconds from one complete list in front to the next.
const EVERY: i64 = 60;
/// The same where nothing has come yet, and AWS has said that it is asked too often.
const FIRST: i64 = 20;
/// Seconds over which the lists of several targets are spread.
const APART: i64 = 12;
/// Lists behind the one in front that are under way together, at most: as many requests as one client should have open.
const AT_ONCE: usize = 32;

/// Which lists are kept up to date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Watch {
    /// The one in front: what nobody looks at costs nothing.
    #[default]
    Front,
    /// Behind it also those of all kinds that are listed in the background.
    Fleet,
}

/// What of a kind is in front.
struct Front {
    kind: &'static Kind,
    scope: Scope,
    /// Where it is; `None` for everywhere.
    target: Option<TargetId>,
}

/// Lists that are due.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    let front = front(state);
    let mut effects = front.as_ref().map(|front| ahead(state, front)).unwrap_or_default();
    if state.watch == Watch::Fleet {
        effects.extend(behind(state, front.as_ref()));
    }
    effects
}

fn front(state: &State) -> Option<Front> {
    let list = state.list()?;
    let target = list.view.target();
    let part = list.view.within.as_ref().zip(list.parent.clone());
    let scope = part.map_or(Scope::All, |(key, parent)| Scope::Within(key.kind, parent));
    Some(Front { kind: list.kind, scope, target })
}

/// The list in front.
fn ahead(state: &mut State, front: &Front) -> Vec<Effect> {
    let targets = front.target.map_or_else(|| target_ids(state), |target| vec![target]);
    let part = front.scope.part();
    let due = |target: &TargetId| {
        let table = state.fleet.tables.get(&front.kind.id);
        let old = |known: &Listing| {
            let usual = if known.count.value().is_some() { EVERY } else { FIRST };
            let every = relaxed(state, known, *target, usual) + apart(*target, front.kind, known);
            stale(*target, known.count.asking(), known.count.as_of(), every, state.now)
        };
        !state.lapsed(*target) && table.and_then(|table| table.listing(*target, &part)).is_none_or(old)
    };
    let targets = targets.into_iter().filter(due).collect();
    ask(state, front.kind, &front.scope, targets)
}

/// Begins sweeps, the first time with a look at what was kept from the last start.
fn ask(state: &mut State, kind: &'static Kind, scope: &Scope, targets: Vec<TargetId>) -> Vec<Effect> {
    let back = if *scope == Scope::All { keeping::look_back(state, kind.id) } else { None };
    let now = state.now;
    let table = answers::table(state, kind);
    let lists = targets.into_iter().map(|target| list_now(table, target, scope.clone(), now));
    back.into_iter().chain(lists).collect()
}

/// Begins a sweep of one target.
pub(in crate::app) fn list_now(table: &mut Table, target: TargetId, scope: Scope, now: Timestamp) -> Effect {
    let sweep = table.begin(target, scope.part(), now);
    let haste = table.listing(target, &scope.part()).map_or(Haste::Now, |listing| listing.haste);
    Effect::List { target, kind: table.kind.id, sweep, scope, haste }
}

/// The other kinds, the most urgent first, a few at a time, and in each target only once the list in front has been answered there.
fn behind(state: &mut State, front: Option<&Front>) -> Vec<Effect> {
    let whole = |kind: &Kind| front.is_some_and(|front| front.kind == kind && front.scope == Scope::All);
    let mut room = AT_ONCE.saturating_sub(under_way(state));
    let ready: Vec<TargetId> = target_ids(state).into_iter().filter(|target| answered(state, front, *target)).collect();
    let mut effects = Vec::new();
    for kind in service::watched().filter(|kind| !whole(kind)) {
        let targets: Vec<TargetId> = ready.iter().copied().filter(|target| wanted(state, kind, *target)).take(room).collect();
        room -= targets.len();
        if !targets.is_empty() {
            effects.extend(ask(state, kind, &Scope::All, targets));
        }
    }
    effects
}

fn under_way(state: &State) -> usize {
    service::watched().filter_map(|kind| state.fleet.tables.get(&kind.id)).map(Table::loading).sum()
}

/// True where nobody waits for the list in front any more: it has come or it has failed.
fn answered(state: &State, front: Option<&Front>, target: TargetId) -> bool {
    let waits = front.filter(|front| front.target.is_none_or(|only| only == target));
    let Some(front) = waits.filter(|_| !state.lapsed(target)) else { return !state.lapsed(target) };
    let listing = state.fleet.tables.get(&front.kind.id).and_then(|table| table.listing(target, &front.scope.part()));
    listing.is_some_and(|listing| listing.count.value().is_some() && !listing.remembered() || listing.count.problem().is_some())
}

/// True for a kind that is due in a target although nobody looks at it.
fn wanted(state: &State, kind: &Kind, target: TargetId) -> bool {
    let Some(every) = kind.tier.every() else { return false };
    let Some(listing) = state.fleet.tables.get(&kind.id).and_then(|table| table.listing(target, &None)) else { return true };
    let every = relaxed(state, listing, target, every) + apart(target, kind, listing);
    let (asking, as_of) = (listing.count.asking(), listing.count.as_of());
    match asking {
        Asking::Settled if state.pulse.called_after(as_of) => true,
        Asking::Failed { problem, at } => {
            let every = again(problem.kind, every);
            state.now.duration_since(*at).as_secs() >= every + jitter((target, kind.id), *at, APART)
        }
        asking => stale(target, asking, as_of, every, state.now),
    }
}

/// Seconds until a list that nobody looks at and that failed is tried again: what was denied is most likely denied again.
fn again(kind: ProblemKind, every: i64) -> i64 {
    if kind.about_the_session() { pause(kind) } else { pause(kind).max(every) }
}

/// A time between two lists: longer where nothing changes while nobody touches the screen, and where the target has said that it is
/// asked too often.
fn relaxed(state: &State, listing: &Listing, target: TargetId, every: i64) -> i64 {
    let calm = state.pulse.attention(state.now) == Attention::Calm;
    let quiet = if calm { 1 << listing.quiet.min(QUIETEST) } else { 1 };
    let slower = state.fleet.targets.get(usize::from(target.0)).map_or(1, |known| known.pace.times());
    every * quiet * slower
}

/// A few seconds for each target and kind, other ones each time, so that not all are asked at once.
fn apart(target: TargetId, kind: &Kind, listing: &Listing) -> i64 {
    listing.count.as_of().map_or(0, |last| jitter((target, kind.id), last, APART))
}
