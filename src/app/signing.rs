//! Accounts whose credentials are over: one state of the account instead of a failure of each row, and the way back in.

use std::collections::HashSet;

use super::{
    effect::Effect,
    prompts, schedule,
    state::{Asks, State, TargetState, Tone},
    targets,
};
use crate::{
    model::{Problem, TargetId, Text, problem::Remedy, remote::Asking, target::Code},
    service::Scope,
};

/// What is wrong with something that is no MFA code.
const NO_CODE: &str = "a code has six digits";
/// What is likely where credentials are good in one region and not in another (IAM User Guide, "Manage AWS STS in an AWS Region").
const ELSEWHERE: &str =
    "other regions of the account take these credentials: enable the region in the account, or leave it out of --region";

/// Offers the way back in: for the target that is meant, or for the first that has one.
pub(super) fn offer(state: &mut State) -> Vec<Effect> {
    let Some((target, remedy)) = remedy(state) else {
        let words = match targets::meant(state).and_then(|target| lapsed(state, target)) {
            Some(problem) => format!("no command signs in here: {}", problem.line()),
            None => "nobody waits for a sign-in".to_owned(),
        };
        state.toast(Tone::Plain, &words);
        return Vec::new();
    };
    match remedy {
        Remedy::Run(command) => {
            let targets = waiting(state, target);
            vec![Effect::SignIn { command, targets }]
        }
        Remedy::Code { .. } => prompts::open(state, Asks::Code(target)),
    }
}

fn lapsed(state: &State, target: TargetId) -> Option<&Problem> {
    state.fleet.targets.get(usize::from(target.0))?.lapse.as_ref()
}

fn remedy_of(state: &State, target: TargetId) -> Option<&Remedy> {
    lapsed(state, target)?.remedy.as_ref()
}

/// Whom to sign in, and how: the target that is meant, or where that is well the first that waits.
fn remedy(state: &State) -> Option<(TargetId, Remedy)> {
    let meant = targets::meant(state).filter(|target| lapsed(state, *target).is_some());
    let all = (0..state.fleet.targets.len()).map(|at| TargetId(at as u16));
    let candidates: Vec<TargetId> = meant.map_or_else(|| all.collect(), |target| vec![target]);
    candidates.into_iter().find_map(|target| Some((target, remedy_of(state, target)?.clone())))
}

/// All targets that the same way leads back into, this one first.
fn waiting(state: &State, target: TargetId) -> Vec<TargetId> {
    let remedy = remedy_of(state, target);
    let same = |other: &TargetId| *other != target && remedy.is_some() && remedy_of(state, *other) == remedy;
    let others = (0..state.fleet.targets.len()).map(|at| TargetId(at as u16)).filter(same);
    std::iter::once(target).chain(others).collect()
}

/// Takes a code that was typed; gives back what is wrong with it.
pub(super) fn code(state: &mut State, target: TargetId, text: &str) -> Result<Vec<Effect>, String> {
    let code = Code::read(text).ok_or_else(|| NO_CODE.to_owned())?;
    state.toast(Tone::Plain, "asking AWS about the code");
    Ok(vec![Effect::Unlock { code, targets: waiting(state, target) }])
}

/// What came of signing in: everything is asked again at once, or it is said why not.
pub(super) fn signed_in(state: &mut State, targets: &[TargetId], result: Result<(), Problem>) -> Vec<Effect> {
    let Some(first) = targets.first() else { return Vec::new() };
    if let Err(problem) = result {
        state.warn(&format!("not signed in: {}", problem.line()));
        state.heard(*first, "sign in to", Err(&problem));
        return Vec::new();
    }
    let now = state.now;
    let known = |target: &&TargetId| usize::from(target.0) < state.fleet.targets.len();
    let targets: Vec<TargetId> = targets.iter().filter(known).copied().collect();
    for target in &targets {
        state.fleet.targets[usize::from(target.0)].identity.ask(now);
    }
    state.toast(Tone::Plain, "signed in: asking again");
    targets.into_iter().map(Effect::Identify).collect()
}

/// Notes that a call failed because of the account's credentials: all of its regions have lapsed, and nothing else is asked there. What is
/// known better, by the answer to the question who we are, is told for all of them.
pub(super) fn lapse(state: &mut State, target: TargetId, problem: &Problem) {
    if !problem.kind.about_the_session() {
        return;
    }
    let Some(profile) = state.fleet.targets.get(usize::from(target.0)).map(|known| known.target.profile.clone()) else { return };
    if alone(state, target) {
        state.fleet.targets[usize::from(target.0)].lapse = Some(Problem { hint: ELSEWHERE.into(), ..problem.clone() });
        return;
    }
    let silent = |lapse: &Problem| lapse.remedy.is_none();
    let mut own = state.fleet.targets.iter().filter(|known| known.target.profile == profile);
    if problem.remedy.is_some() && own.all(|known| known.lapse.as_ref().is_none_or(silent)) {
        state.warn(&format!(":sign-in leads back in: {}", problem.headline));
    }
    for known in state.fleet.targets.iter_mut().filter(|known| known.target.profile == profile) {
        if known.lapse.as_ref().is_none_or(|lapse| lapse.remedy.is_none()) {
            known.lapse = Some(problem.clone());
        }
    }
}

/// What follows where the question who we are was refused: the credentials are looked for anew, unless another region takes them.
pub(super) fn refused(state: &State, target: TargetId) -> Option<Effect> {
    let problem = state.fleet.targets.get(usize::from(target.0))?.identity.problem()?;
    (problem.kind.about_the_session() && !alone(state, target)).then_some(Effect::Forget(target))
}

/// True for a region that has never answered while another of its account does: it is that region, and not the credentials.
fn alone(state: &State, target: TargetId) -> bool {
    let answers = |known: &TargetState| known.identity.value().is_some() && known.lapse.is_none();
    let Some(own) = state.fleet.targets.get(usize::from(target.0)) else { return false };
    let profile = &own.target.profile;
    own.identity.value().is_none() && state.fleet.targets.iter().any(|known| known.target.profile == *profile && answers(known))
}

/// What is asked at once where an account answers again: who we are in its other regions, and the list in front. What else failed for want
/// of credentials is due again.
pub(super) fn recovered(state: &mut State, target: TargetId) -> Vec<Effect> {
    let now = state.now;
    let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)) else { return Vec::new() };
    if known.lapse.take().is_none() {
        return Vec::new();
    }
    let profile = known.target.profile.clone();
    let others = state.fleet.targets.iter_mut().enumerate().filter(|(_, known)| known.target.profile == profile);
    let mut effects = Vec::new();
    for (at, known) in others.filter(|(_, known)| known.lapse.is_some() && !known.identity.loading()) {
        known.identity.ask(now);
        effects.push(Effect::Identify(TargetId(at as u16)));
    }
    effects.extend(list_again(state, target));
    state.fleet.tables.values_mut().for_each(|table| table.pardon(target));
    state.thresholds.pardon(target);
    effects
}

/// The targets of which to ask who we are: those that never told, and of an account that has lapsed the first.
pub(super) fn due(state: &State) -> Vec<TargetId> {
    let mut probed = HashSet::new();
    let due = |at: usize, known: &TargetState| {
        schedule::stale(TargetId(at as u16), known.identity.asking(), known.identity.as_of(), 0, state.now)
    };
    let mut wanted = |known: &TargetState| match &known.lapse {
        Some(_) => probed.insert(known.target.profile.clone()) || matches!(known.identity.asking(), Asking::Never),
        None => known.identity.value().is_none(),
    };
    let targets = state.fleet.targets.iter().enumerate().filter(|(at, known)| wanted(known) && due(*at, known));
    targets.map(|(at, _)| TargetId(at as u16)).collect()
}

/// The list in front, where it failed because of the credentials.
fn list_again(state: &mut State, target: TargetId) -> Option<Effect> {
    let now = state.now;
    let list = state.list().filter(|list| list.view.within.is_none() && list.view.target().is_none_or(|shown| shown == target))?;
    let table = state.fleet.tables.get_mut(&list.kind.id)?;
    let failed = |asking: &Asking| matches!(asking, Asking::Failed { problem, .. } if problem.kind.about_the_session());
    table
        .listing(target, &None)
        .is_some_and(|listing| failed(listing.count.asking()))
        .then(|| schedule::list_now(table, target, Scope::All, now))
}

/// The words of a prompt for a code.
pub fn asks(state: &State, target: TargetId) -> Text {
    match remedy_of(state, target) {
        Some(Remedy::Code { profile, serial }) => Text::new(&format!("the six digits of {serial}, for profile {profile}")),
        _ => Text::new("the six digits"),
    }
}

#[cfg(test)]
mod tests;
