use jiff::Timestamp;

use super::*;
use crate::{
    app::{
        command::Command,
        msg::{Answer, Edit, Identity, Msg},
        schedule::Watch,
        state::{Overlay, Policy, Setup, Source},
        update,
    },
    model::{ProblemKind, Target},
    service,
};

const HERE: TargetId = TargetId(0);
const THERE: TargetId = TargetId(1);

/// Two regions of one account, one of another; everybody is known and listed.
fn state() -> State {
    let target = |(profile, region): (&str, &str)| Target { profile: profile.into(), region: region.into() };
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let targets = [("prod", "eu-west-1"), ("prod", "us-east-1"), ("dev", "eu-west-1")].map(target).to_vec();
    let mut state = State::new(setup, targets, service::ALL[0].kinds[0], (120, 40), Timestamp::UNIX_EPOCH);
    tick(&mut state, 1);
    for target in 0..3 {
        identified(&mut state, TargetId(target), Ok(()));
        listed(&mut state, TargetId(target), Ok(()));
    }
    state
}

fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = Timestamp::from_second(state.now.as_second() + seconds).expect("in range");
    update(state, Msg::Tick(now))
}

fn answer(state: &mut State, answer: Answer) -> Vec<Effect> {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer))
}

fn identified(state: &mut State, target: TargetId, result: Result<(), Problem>) -> Vec<Effect> {
    let identity = |()| Identity { account: "1".into(), arn: "arn".into() };
    answer(state, Answer::Identified(target, result.map(identity)))
}

fn listed(state: &mut State, target: TargetId, result: Result<(), Problem>) -> Vec<Effect> {
    let kind = service::ALL[0].kinds[0].id;
    let sweep = state.fleet.tables[&kind].listing(target, &None).expect("begun").sweep;
    answer(state, Answer::Listed { target, kind, sweep, result: result.map(|()| Vec::new()) })
}

fn expired() -> Problem {
    Problem::new(ProblemKind::Expired, "the token is over", "sign in again")
}

#[test]
fn lists_behind_the_one_in_front_are_asked_again_at_once_too() {
    let mut state = state();
    state.watch = Watch::Fleet;
    let behind = service::watched().find(|kind| **kind != *service::ALL[0].kinds[0]).expect("another kind");
    let asked = |effects: &[Effect]| {
        let list = |effect: &Effect| match effect {
            Effect::List { target: HERE, kind, .. } if *kind == behind.id => Some(()),
            _ => None,
        };
        effects.iter().find_map(list)
    };
    let mut effects = Vec::new();
    while asked(&effects).is_none() {
        effects = tick(&mut state, 1);
    }
    for effect in effects {
        let Effect::List { target, kind, sweep, .. } = effect else { continue };
        let result = if target == HERE { Err(expired()) } else { Ok(Vec::new()) };
        answer(&mut state, Answer::Listed { target, kind, sweep, result });
    }
    assert_eq!(asked(&tick(&mut state, 1)), None, "the account has lapsed");
    identified(&mut state, HERE, Ok(()));
    assert!(asked(&tick(&mut state, 1)).is_some());
}

#[test]
fn a_region_that_never_answered_lapses_alone_where_another_of_its_account_answers() {
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let target = |region: &str| Target { profile: "prod".into(), region: region.into() };
    let mut state =
        State::new(setup, vec![target("eu-west-1"), target("ap-east-1")], service::ALL[0].kinds[0], (120, 40), Timestamp::UNIX_EPOCH);
    tick(&mut state, 1);
    identified(&mut state, HERE, Ok(()));
    assert_eq!(identified(&mut state, THERE, Err(expired())), [], "the credentials are good: none are looked for");
    let lapses = |state: &State| {
        state.fleet.targets.iter().map(|known| known.lapse.as_ref().map(|lapse| lapse.hint.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(lapses(&state), [None, Some(ELSEWHERE.to_owned())]);
    let asked = |effects: &[Effect], target| effects.contains(&Effect::Identify(target));
    let effects = tick(&mut state, 60);
    assert!(asked(&effects, THERE) && !asked(&effects, HERE), "it may have been enabled since");
    identified(&mut state, THERE, Ok(()));
    assert_eq!(lapses(&state), [None, None]);
    let forgotten = identified(&mut state, THERE, Err(expired()));
    assert_eq!(forgotten, [Effect::Forget(THERE)], "keys may have been renewed");
    assert!(lapses(&state).iter().all(Option::is_some), "what once was good is over for all");
}

fn command() -> Vec<String> {
    ["aws", "sso", "login", "--profile", "prod"].map(str::to_owned).to_vec()
}

fn with(remedy: Remedy) -> Problem {
    Problem { remedy: Some(remedy), ..expired() }
}

fn code_wanted() -> Problem {
    with(Remedy::Code { profile: "prod".into(), serial: "arn:aws:iam::1:mfa/me".into() })
}

/// The list of one region says that the session is over; then the question who we are tells what to do.
fn lapsed_with(problem: Problem) -> State {
    let mut state = state();
    tick(&mut state, 100);
    listed(&mut state, THERE, Err(expired()));
    let effects = tick(&mut state, 1);
    assert!(effects.contains(&Effect::Identify(HERE)), "{effects:?}");
    identified(&mut state, HERE, Err(problem));
    state
}

fn about_prod(effects: &[Effect]) -> Vec<&Effect> {
    effects.iter().filter(|effect| effect.target().is_some_and(|target| target.0 < 2)).collect()
}

#[test]
fn an_account_that_has_lapsed_is_asked_one_thing_in_one_region_and_the_other_goes_on() {
    let mut state = lapsed_with(expired());
    listed(&mut state, HERE, Err(expired()));
    listed(&mut state, TargetId(2), Ok(()));
    assert_eq!(state.fleet.targets.iter().map(|known| known.lapse.is_some()).collect::<Vec<_>>(), [true, true, false]);
    let effects = tick(&mut state, 300);
    assert_eq!(about_prod(&effects), [&Effect::Identify(HERE)]);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::List { target: TargetId(2), .. })));
}

#[test]
fn the_command_is_run_for_all_regions_of_the_account_and_all_is_asked_again() {
    let mut state = lapsed_with(with(Remedy::Run(command())));
    let effects = update(&mut state, Msg::Do(Command::SignIn));
    let targets = vec![HERE, THERE];
    assert_eq!(effects, [Effect::SignIn { command: command(), targets: targets.clone() }]);
    let effects = answer(&mut state, Answer::SignedIn(targets, Ok(())));
    assert_eq!(effects, [Effect::Identify(HERE), Effect::Identify(THERE)]);
    let effects = identified(&mut state, THERE, Ok(()));
    assert!(matches!(effects[..], [Effect::List { target: THERE, .. }]), "{effects:?}");
    assert!(state.fleet.targets[1].lapse.is_none() && state.fleet.targets[0].lapse.is_some());
}

#[test]
fn a_failed_sign_in_is_told_and_the_account_stays_as_it_is() {
    let mut state = lapsed_with(with(Remedy::Run(command())));
    let failure = Problem::new(ProblemKind::Policy, "aws ended with exit code 3", "");
    assert!(answer(&mut state, Answer::SignedIn(vec![HERE, THERE], Err(failure))).is_empty());
    assert!(state.toasts.last().is_some_and(|toast| toast.text.as_str().contains("exit code 3")));
    assert!(state.fleet.targets[0].lapse.is_some());
}

#[test]
fn an_answer_in_any_region_brings_the_whole_account_back_by_itself() {
    let mut state = lapsed_with(expired());
    tick(&mut state, 31);
    let effects = identified(&mut state, HERE, Ok(()));
    assert!(effects.contains(&Effect::Identify(THERE)), "{effects:?}");
}

#[test]
fn a_code_is_typed_checked_and_given_once_for_all_regions() {
    let mut state = lapsed_with(code_wanted());
    update(&mut state, Msg::Do(Command::SignIn));
    let mut type_in = |text: &str| {
        text.chars().for_each(|c| drop(update(&mut state, Msg::Typed(Edit::Char(c)))));
        let effects = update(&mut state, Msg::Typed(Edit::Submit));
        let complaint = match &state.nav.overlay {
            Some(Overlay::Prompt(prompt)) => prompt.complaint.as_ref().map(|complaint| complaint.words.clone()),
            _ => None,
        };
        (effects, complaint)
    };
    assert_eq!(type_in("12345"), (Vec::new(), Some(NO_CODE.to_owned())));
    let code = Code::read("123456").expect("a code");
    let (effects, complaint) = type_in("6");
    assert_eq!((&effects[..], complaint), (&[Effect::Unlock { code, targets: vec![HERE, THERE] }][..], None));
    assert!(!format!("{effects:?}").contains("123456"), "never in a log");
}

#[test]
fn where_nobody_waits_or_no_command_helps_that_is_said() {
    let mut well = state();
    assert!(update(&mut well, Msg::Do(Command::SignIn)).is_empty());
    assert!(well.toasts.last().is_some_and(|toast| toast.text.as_str().contains("nobody waits")));
    let mut keys = lapsed_with(expired());
    update(&mut keys, Msg::Do(Command::Targets));
    assert!(update(&mut keys, Msg::Do(Command::SignIn)).is_empty());
    assert!(keys.toasts.last().is_some_and(|toast| toast.text.as_str().contains("sign in again")));
}
