//! Regions that are found once an account answers: they are taken in behind the targets that there are, whose ids stay.

use super::{
    answers,
    effect::Effect,
    keeping, schedule,
    state::{State, TargetState, Tone},
};
use crate::model::{Problem, ProblemKind, Remote, Target, TargetId, Text};

/// Targets at most, as many as have an id.
const MOST: usize = u16::MAX as usize;

/// Accounts of which all regions are wanted, each by the target that it was started with, and what was found.
pub type Discoveries = Vec<(TargetId, Remote<usize>)>;

/// Questions about regions: once, where it is known who we are.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let targets = &state.fleet.targets;
    let ready = |target: TargetId| {
        targets.get(usize::from(target.0)).is_some_and(|known| known.identity.value().is_some() && known.lapse.is_none())
    };
    let mut effects = Vec::new();
    for (target, found) in &mut state.fleet.discoveries {
        // What is forbidden stays so; it is said once.
        let forbidden = found.problem().is_some_and(|problem| problem.kind == ProblemKind::Denied);
        if found.value().is_none() && !forbidden && ready(*target) && schedule::stale(*target, found.asking(), None, 0, now) {
            found.ask(now);
            effects.push(Effect::Discover(*target));
        }
    }
    effects
}

/// Takes the regions in that are not there yet. A failure leaves the account with the region that it was started with.
pub(super) fn found(state: &mut State, target: TargetId, result: Result<Vec<Text>, Problem>) -> Vec<Effect> {
    let now = state.now;
    state.heard(target, "regions of", result.as_ref().map(drop));
    let Some(profile) = state.fleet.targets.get(usize::from(target.0)).map(|known| known.target.profile.clone()) else { return Vec::new() };
    let number = result.as_ref().map(Vec::len).map_err(Clone::clone);
    if let Some((_, found)) = state.fleet.discoveries.iter_mut().find(|(seed, _)| *seed == target) {
        found.answer(number, now);
    }
    let regions = match result {
        Ok(regions) => regions,
        Err(problem) => {
            if problem.kind == ProblemKind::Denied {
                state.toast(Tone::Bad, &format!("the regions of {profile} may not be asked for: allow ec2:DescribeRegions, or name them"));
            }
            return Vec::new();
        }
    };
    let keep = keeping::regions(state, &profile, &regions);
    let targets = regions.into_iter().map(|region| Target { profile: profile.clone(), region });
    admit(state, targets.collect()).into_iter().chain(keep).collect()
}

fn admit(state: &mut State, targets: Vec<Target>) -> Option<Effect> {
    let there = |target: &Target| state.fleet.targets.iter().any(|known| known.target == *target);
    let mut fresh: Vec<Target> = targets.into_iter().filter(|target| !there(target)).collect();
    fresh.truncate(MOST.saturating_sub(state.fleet.targets.len()));
    state.fleet.targets.extend(fresh.iter().cloned().map(TargetState::new));
    answers::places_changed(state);
    (!fresh.is_empty()).then_some(Effect::Admit(fresh))
}

#[cfg(test)]
mod tests;
