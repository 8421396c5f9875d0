//! What is kept from one start to the next: complete listings, drawn at once with their age until they are listed anew.

pub(in crate::app) mod points;

use std::collections::HashSet;

use super::{
    answers,
    effect::Effect,
    msg::Memory,
    state::{Source, State},
};
use crate::{
    model::{KindId, Problem, ProblemKind, Resource, TargetId, Text},
    service,
};

/// What has been looked up, and whether anything can be kept.
#[derive(Debug, Default)]
pub struct Keeping {
    looked: HashSet<KindId>,
    fate: Fate,
    points: points::Points,
}

/// Whether anything can be kept.
#[derive(Debug, Default, PartialEq)]
enum Fate {
    #[default]
    Hopeful,
    /// It was told once, and is not tried again.
    GivenUp,
}

/// Looks up what was kept of a kind, the first time its whole list is shown.
pub fn look_back(state: &mut State, kind: KindId) -> Option<Effect> {
    let fresh = state.setup.source != Source::Demo && state.keeping.looked.insert(kind);
    if fresh {
        state.keeping.points.wait(kind);
    }
    fresh.then_some(Effect::LookBack(kind))
}

/// Takes what was kept: not from the future, and not of another account than the one that answers today.
pub(super) fn remembered(state: &mut State, memories: Vec<Memory<Resource>>) {
    let now = state.now;
    for memory in memories.into_iter().filter(|memory| memory.at <= now) {
        let known = state.fleet.targets.get(usize::from(memory.target.0)).map(|target| target.identity.value());
        let ours = known.is_some_and(|identity| identity.is_none_or(|identity| identity.account == memory.account));
        let Some(kind) = service::kind(memory.kind.0).filter(|_| ours) else { continue };
        let change = answers::table(state, kind).remember(memory);
        answers::absorb(state, kind.id, &change);
    }
}

/// The regions that an account turned out to have: the next start begins with them.
pub(super) fn regions(state: &State, profile: &Text, regions: &[Text]) -> Option<Effect> {
    let kept = state.setup.source != Source::Demo && state.keeping.fate == Fate::Hopeful;
    kept.then(|| Effect::KeepRegions(profile.clone(), regions.to_vec()))
}

/// What there is to keep of a target now that a list of it is complete.
pub(super) fn listed(state: &mut State, target: TargetId, kind: KindId) -> Option<Effect> {
    if state.setup.source == Source::Demo || state.keeping.fate == Fate::GivenUp {
        return None;
    }
    let account = state.fleet.targets.get(usize::from(target.0))?.identity.value()?.account.clone();
    state.fleet.tables.get_mut(&kind)?.keep(target, &account, state.now).map(Effect::Keep)
}

/// Now that it is known whose a target is: what is another's is forgotten, and what is complete is kept.
pub(super) fn identified(state: &mut State, target: TargetId) -> Vec<Effect> {
    let Some(identity) = state.fleet.targets.get(usize::from(target.0)).and_then(|known| known.identity.value()) else { return Vec::new() };
    let account = identity.account.clone();
    points::identified(state, target, &account);
    let kinds: Vec<KindId> = state.fleet.tables.keys().copied().collect();
    for kind in &kinds {
        let change = state.fleet.tables.get_mut(kind).map(|table| table.disown(target, &account)).unwrap_or_default();
        answers::absorb(state, *kind, &change);
    }
    kinds.into_iter().filter_map(|kind| listed(state, target, kind)).collect()
}

/// Tells once that nothing can be kept; the program runs as well without.
pub(super) fn unkept(state: &mut State, why: &str) {
    if std::mem::replace(&mut state.keeping.fate, Fate::GivenUp) == Fate::GivenUp {
        return;
    }
    state.warn("the fleet cannot be kept for the next start: see the errors");
    let hint = "everything else works; the next start begins with an empty screen, or with what was kept before";
    state.note_failure("keep the fleet for the next start", Problem::new(ProblemKind::Invalid, why, hint));
}

/// Tells that what was typed will not be offered again at the next start: at the first time aloud, and then among the errors.
pub(super) fn lost(state: &mut State, why: &str) {
    const DOING: &str = "keep what was typed";
    if !state.errors.iter().any(|known| known.doing.as_str() == DOING) {
        state.warn("what is typed cannot be kept for the next start: see the errors");
    }
    state.note_failure(DOING, Problem::new(ProblemKind::Invalid, why, "everything else works; it is offered again until the program ends"));
}

#[cfg(test)]
mod tests;
