use jiff::Timestamp;

use super::*;
use crate::{
    app::{
        msg::{Answer, Identity, Msg},
        state::{Policy, Setup, Source},
        update,
    },
    service,
};

const SEED: TargetId = TargetId(0);

fn state() -> State {
    let target = |profile: &str| Target { profile: profile.into(), region: "us-east-1".into() };
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let targets = vec![target("prod"), target("dev")];
    let mut state = State::new(setup, targets, service::ALL[0].kinds[0], (120, 40), Timestamp::UNIX_EPOCH);
    state.fleet.discoveries = vec![(SEED, Remote::default())];
    state
}

fn answer(state: &mut State, answer: Answer) -> Vec<Effect> {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer))
}

fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = Timestamp::from_second(state.now.as_second() + seconds).expect("in range");
    update(state, Msg::Tick(now))
}

fn known(state: &mut State) {
    let identity = Identity { account: "1".into(), arn: "arn".into() };
    answer(state, Answer::Identified(SEED, Ok(identity)));
}

fn asks(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Discover(SEED))
}

#[test]
fn regions_are_asked_for_once_it_is_known_who_we_are_and_only_once() {
    let mut state = state();
    assert!(!asks(&tick(&mut state, 1)));
    known(&mut state);
    assert!(asks(&tick(&mut state, 1)) && !asks(&tick(&mut state, 1)));
    let effects = answer(&mut state, Answer::Regions(SEED, Ok(vec!["eu-west-1".into(), "us-east-1".into()])));
    let fresh = Target { profile: "prod".into(), region: "eu-west-1".into() };
    assert_eq!(effects, [Effect::Admit(vec![fresh.clone()])]);
    assert_eq!((state.fleet.targets.len(), &state.fleet.targets[2].target), (3, &fresh), "ids of the others stay");
    let effects = tick(&mut state, 600);
    assert!(!asks(&effects) && effects.contains(&Effect::Identify(TargetId(2))));
}

#[test]
fn a_failure_keeps_the_first_region_and_is_asked_again_unless_it_is_forbidden() {
    for (kind, again) in [(ProblemKind::Timeout, true), (ProblemKind::Denied, false)] {
        let mut state = state();
        known(&mut state);
        tick(&mut state, 1);
        assert!(answer(&mut state, Answer::Regions(SEED, Err(Problem::new(kind, "no", "")))).is_empty());
        assert_eq!((state.fleet.targets.len(), state.errors.len()), (2, 1));
        assert_eq!(asks(&tick(&mut state, 31)), again, "{kind:?}");
    }
}

#[test]
fn there_are_never_more_targets_than_ids() {
    let mut state = state();
    known(&mut state);
    tick(&mut state, 1);
    let regions = (0..70_000).map(|number| Text::new(&format!("r-{number}"))).collect();
    answer(&mut state, Answer::Regions(SEED, Ok(regions)));
    assert_eq!(state.fleet.targets.len(), MOST);
}

#[test]
fn what_was_found_is_kept_for_the_next_start_but_not_of_the_demonstration() {
    for (source, kept) in [(Source::Demo, false), (Source::Aws, true)] {
        let mut state = state();
        state.setup.source = source;
        known(&mut state);
        tick(&mut state, 1);
        let regions: Vec<Text> = vec!["us-east-1".into()];
        let effects = answer(&mut state, Answer::Regions(SEED, Ok(regions.clone())));
        assert_eq!(effects.contains(&Effect::KeepRegions("prod".into(), regions)), kept);
    }
}
