use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::Watch;
use crate::{
    app::{
        effect::Effect,
        msg::{Answer, Identity, Msg},
        state::{Policy, Setup, Source, State},
        update,
    },
    model::{
        Key, KindId, Problem, ProblemKind, Resource, Target, TargetId, Text,
        resource::{Overlay, Page},
        target::Haste,
    },
    service::{self, Tier},
};

fn setup() -> (Setup, Vec<Target>) {
    let targets = ["eu-west-1", "us-east-1"].map(|region| Target { profile: "p".into(), region: region.into() });
    (Setup { policy: Policy::Operator, source: Source::Demo }, targets.to_vec())
}

/// The list of instances in two regions, with the fleet behind it.
fn watching() -> State {
    let (setup, targets) = setup();
    let mut state = State::new(setup, targets, service::ALL[0].kinds[0], (100, 30), Timestamp::UNIX_EPOCH);
    state.watch = Watch::Fleet;
    state
}

fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = state.now.saturating_add(SignedDuration::from_secs(seconds)).expect("in range");
    update(state, Msg::Tick(now))
}

/// The lists among effects: where, what, which sweep.
fn lists(effects: &[Effect]) -> Vec<(TargetId, KindId, u32)> {
    let list = |effect: &Effect| match effect {
        Effect::List { target, kind, sweep, .. } => Some((*target, *kind, *sweep)),
        _ => None,
    };
    effects.iter().filter_map(list).collect()
}

fn listed(state: &mut State, (target, kind, sweep): (TargetId, KindId, u32), result: Result<(), Problem>) {
    let epoch = state.epoch;
    let result = result.map(|()| Vec::new());
    update(state, Msg::Answered(epoch, Answer::Listed { target, kind, sweep, result }));
}

fn kinds(lists: &[(TargetId, KindId, u32)], at: u16) -> BTreeSet<&'static str> {
    lists.iter().filter(|(target, ..)| *target == TargetId(at)).map(|(_, kind, _)| kind.0).collect()
}

fn denied() -> Problem {
    Problem::new(ProblemKind::Denied, "no", "")
}

#[test]
fn the_list_in_front_goes_first_and_each_place_follows_once_it_has_been_answered_there() {
    let mut state = watching();
    let first = lists(&tick(&mut state, 1));
    assert_eq!(first.iter().map(|(_, kind, _)| kind.0).collect::<Vec<_>>(), ["ec2", "ec2"]);
    assert_eq!(lists(&tick(&mut state, 1)), []);
    listed(&mut state, first[1], Ok(()));
    let behind = lists(&tick(&mut state, 1));
    let others: BTreeSet<&str> = service::watched().map(|kind| kind.id.0).filter(|id| *id != "ec2").collect();
    assert_eq!((kinds(&behind, 0), kinds(&behind, 1)), (BTreeSet::new(), others.clone()));
    assert_eq!(service::kind(behind[0].1.0).map(|kind| kind.tier), Some(Tier::Hot), "the most urgent first");
    listed(&mut state, first[0], Err(denied()));
    assert_eq!(kinds(&lists(&tick(&mut state, 1)), 0), others, "a failure is an answer");
}

#[test]
fn only_the_list_in_front_is_asked_for_where_nothing_else_is_wanted() {
    let mut state = watching();
    state.watch = Watch::Front;
    for list in lists(&tick(&mut state, 1)) {
        listed(&mut state, list, Ok(()));
    }
    assert_eq!(lists(&tick(&mut state, 1)), []);
}

#[test]
fn each_kind_is_listed_again_in_its_own_time_and_what_was_denied_is_not_tried_before_it() {
    let (setup, targets) = setup();
    let mut state = State::at_home(setup, targets[..1].to_vec(), (100, 30), Timestamp::UNIX_EPOCH);
    for list in lists(&tick(&mut state, 1)) {
        let denied = if list.1.0 == "lambda" { Err(denied()) } else { Ok(()) };
        listed(&mut state, list, denied);
    }
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for _ in 0..110 {
        for list in lists(&tick(&mut state, 1)) {
            *seen.entry(list.1.0).or_default() += 1;
            listed(&mut state, list, Ok(()));
        }
    }
    assert_eq!(seen.get("ecs-services"), Some(&1), "{seen:?}");
    assert_eq!((seen.get("ec2"), seen.get("lambda"), seen.get("eks")), (None, None, None), "{seen:?}");
}

#[test]
fn the_findings_ask_for_everything_at_once_but_never_for_more_than_a_few_lists_together() {
    let (setup, _) = setup();
    let targets = (0..40).map(|at| Target { profile: "p".into(), region: format!("eu-west-{at}").as_str().into() }).collect();
    let mut state = State::at_home(setup, targets, (100, 30), Timestamp::UNIX_EPOCH);
    let first = lists(&tick(&mut state, 1));
    assert_eq!(first.len(), 32);
    assert_eq!(lists(&tick(&mut state, 1)), []);
    for list in &first[..5] {
        listed(&mut state, *list, Ok(()));
    }
    assert_eq!(lists(&tick(&mut state, 1)).len(), 5);
}

#[test]
fn a_wish_for_everything_asks_again_whatever_is_at_rest() {
    let (setup, targets) = setup();
    let mut state = State::at_home(setup, targets[..1].to_vec(), (100, 30), Timestamp::UNIX_EPOCH);
    let first = lists(&tick(&mut state, 1));
    for list in &first {
        listed(&mut state, *list, Ok(()));
    }
    tick(&mut state, 5);
    update(&mut state, Msg::Do(crate::app::command::Command::Refresh));
    assert_eq!(lists(&tick(&mut state, 1)).len(), first.len());
    assert_eq!(lists(&tick(&mut state, 1)), []);
}

/// Queues tell only when they are asked one by one whether they are blocked.
#[test]
fn details_that_tell_what_is_wrong_are_fetched_of_rows_that_nobody_looks_at() {
    let (setup, targets) = setup();
    let mut state = State::at_home(setup, targets[..1].to_vec(), (100, 30), Timestamp::UNIX_EPOCH);
    let identity = Identity { account: "1".into(), arn: "a".into() };
    let epoch = state.epoch;
    update(&mut state, Msg::Answered(epoch, Answer::Identified(TargetId(0), Ok(identity))));
    let queues = lists(&tick(&mut state, 1)).into_iter().find(|(_, kind, _)| kind.0 == "batch").expect("queues");
    let row = Resource { id: "q".into(), name: "q".into(), cells: vec![].into(), tags: [].into(), parents: [].into() };
    let page = Page { rows: vec![row], overlays: Vec::new() };
    update(&mut state, Msg::Answered(epoch, Answer::Page { target: TargetId(0), kind: queues.1, sweep: queues.2, page }));
    let asked = tick(&mut state, 1);
    assert!(asked.iter().any(|effect| matches!(effect, Effect::Detail { kind, .. } if kind.0 == "batch")), "{asked:?}");
}

/// Of two hundred queues, each of which is a question, the last has its turn before the first is asked about again.
#[test]
fn details_of_many_rows_are_all_fetched_before_any_is_fetched_again() {
    const QUEUES: usize = 200;
    let (setup, targets) = setup();
    let kind = service::kind("batch").expect("queues");
    let mut state = State::new(setup, targets[..1].to_vec(), kind, (100, 300), Timestamp::UNIX_EPOCH);
    let epoch = state.epoch;
    let sweep = lists(&tick(&mut state, 1))[0].2;
    let row = |at| Resource { id: at, name: "q".into(), cells: vec![].into(), tags: [].into(), parents: [].into() };
    let rows = (0..QUEUES).map(|at| row(format!("q{at}").as_str().into())).collect();
    let page = Page { rows, overlays: Vec::new() };
    update(&mut state, Msg::Answered(epoch, Answer::Page { target: TargetId(0), kind: kind.id, sweep, page }));
    let mut asked = BTreeSet::new();
    for _ in 0..QUEUES {
        let effects = tick(&mut state, 1);
        let rows = effects.iter().find_map(|effect| if let Effect::Detail { rows, .. } = effect { Some(rows.clone()) } else { None });
        let ids: Vec<_> = rows.expect("a question").iter().map(|row| row.id.clone()).collect();
        let overlays = ids.iter().map(|id| Overlay { id: id.clone(), cells: Vec::new(), tags: None }).collect();
        let result = Ok(Page { rows: Vec::new(), overlays });
        asked.extend(ids.iter().cloned());
        update(&mut state, Msg::Answered(epoch, Answer::Detailed { target: TargetId(0), kind: kind.id, ids, result }));
    }
    assert_eq!(asked.len(), QUEUES);
}

/// While rows of one kind are followed for minutes, those of another are looked at all the same.
#[test]
fn kinds_are_looked_at_in_turn() {
    let key = |target, kind, id: &str| Key { target: TargetId(target), kind: KindId(kind), id: id.into() };
    let wanted = [key(0, "ecs-services", "a"), key(0, "ec2", "i-1"), key(0, "ec2", "i-2"), key(0, "ec2", "i-1"), key(1, "asg", "g")];
    let mut last = None;
    let mut turns = Vec::new();
    for _ in 0..3 {
        last = super::turn(&wanted, TargetId(0), last);
        turns.push(last.expect("a kind").0);
    }
    assert_eq!(turns, ["ec2", "ecs-services", "ec2"]);
    assert_eq!(super::ids(&wanted, TargetId(0), KindId("ec2")), ["i-1", "i-2"].map(Text::new));
    assert_eq!(super::turn(&wanted, TargetId(2), None), None);
}

#[test]
fn what_is_known_is_looked_over_calmly() {
    let mut state = watching();
    let front = service::ALL[0].kinds[0].id;
    let haste = |effects: &[Effect]| {
        let asked = |effect: &Effect| match effect {
            Effect::List { target: TargetId(0), kind, sweep, haste, .. } if *kind == front => Some((*sweep, *haste)),
            _ => None,
        };
        effects.iter().find_map(asked).expect("the list in front")
    };
    let (sweep, first) = haste(&tick(&mut state, 1));
    listed(&mut state, (TargetId(0), front, sweep), Err(denied()));
    let (sweep, second) = haste(&tick(&mut state, 60));
    listed(&mut state, (TargetId(0), front, sweep), Ok(()));
    let (_, third) = haste(&tick(&mut state, 300));
    assert_eq!((first, second, third), (Haste::Now, Haste::Now, Haste::Calm), "until it is known it is wanted");
}
