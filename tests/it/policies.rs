//! Policies from the key to the call: what the screen refuses, what is lifted for a while, and what the executor refuses by itself.

use std::sync::Arc;

use futures::StreamExt;
use jiff::Timestamp;
use quarterdeck::{
    app::{
        guard::Guard,
        state::{Overlay, Policy, State, Step},
    },
    aws::Aws,
    model::{ProblemKind, Resource, Text},
    service::{
        self, Scope, Values,
        executor::{self, Ear, Errand, Halt, execute},
        policy::{Confirm, Rule, Rules, Tag},
    },
    sim::{Settings, Sim},
};

use crate::{
    acts::rows,
    pilot::{Pilot, Unwritten, door, sim, target},
};

const STOP: (&str, &str) = ("ec2", "StopInstances");

fn rules(rule: Rule) -> Rules {
    Rules { rules: vec![rule], ..Rules::default() }
}

fn locked() -> Rule {
    Rule { profile: vec!["te*".to_owned()], read_only: true, ..Rule::default() }
}

fn stopped(sim: &Sim) -> u64 {
    sim.calls().get(&(STOP.0.to_owned(), STOP.1.to_owned())).copied().unwrap_or_default()
}

/// What the executor says to a stop of this row under these rules, whatever the screen would have said; empty where it is done.
async fn told(aws: &Aws, row: &Resource, guard: executor::Guard) -> String {
    let (rows, values, halt) = (vec![Arc::new(row.clone())], Values::default(), Halt::default());
    let errand = Errand { action: "stop", rows, values, token: || "token".into(), halt, ear: Ear::default() };
    let outcomes = execute(guard, aws.clone(), service::kind("ec2").expect("a kind"), errand, &Unwritten).concat().await;
    match &outcomes[0].1 {
        Ok(_) => String::new(),
        Err(problem) => {
            assert_eq!(problem.kind, ProblemKind::Policy, "{problem:?}");
            problem.line()
        }
    }
}

fn guard(rule: Rule) -> executor::Guard {
    let clock = || at(1_000);
    executor::Guard { rules: Arc::new(rules(rule)), account: Text::new("1111"), clock, ..Policy::Operator.into() }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

#[tokio::test]
async fn the_executor_refuses_whatever_the_screen_has_let_through() {
    let sim = sim(Settings::default());
    let aws = Aws::open(target("eu-west-1"), &door(&sim)).await.expect("a session");
    let row = rows(&aws, "ec2", Scope::All).await.into_iter().find(|row| row.tag("Name").is_some_and(|name| name.as_str() == "web-1a"));
    let row = row.expect("an instance with tags");
    let account = |pattern: &str| Rule { profile: Vec::new(), account: vec![pattern.to_owned()], ..locked() };
    let tag = |text: &str| Rule { profile: Vec::new(), tag: vec![Tag::read(text).expect("a tag")], ..locked() };
    let typed = Rule { read_only: false, confirm: Confirm::Typed, ..locked() };
    let nobody = |rule| executor::Guard { account: Text::default(), ..guard(rule) };
    let untagged = Resource { tags: [].into(), ..row.clone() };
    let refusals = [
        (told(&aws, &row, guard(locked())).await, "read-only by policy te*"),
        (told(&aws, &row, guard(account("11*"))).await, "read-only by policy 11*"),
        (told(&aws, &row, nobody(account("22*"))).await, "account not known yet"),
        (told(&aws, &row, guard(tag("Name=web-*"))).await, "read-only by policy Name"),
        (told(&aws, &untagged, guard(tag("Name=web-*"))).await, "tags not known"),
        (told(&aws, &row, guard(typed.clone())).await, "more than a plain yes"),
        (told(&aws, &row, executor::Guard { lifted: Some(at(1_000)), ..guard(locked()) }).await, "read-only by policy te*"),
        (
            told(&aws, &row, executor::Guard { session: Policy::ReadOnly, lifted: Some(at(9_999)), ..guard(locked()) }).await,
            "this session is read-only",
        ),
    ];
    for (told, expected) in refusals {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    assert_eq!(stopped(&sim), 0);
    let allowed = [
        told(&aws, &row, guard(account("22*"))).await,
        told(&aws, &row, guard(tag("Name=api-*"))).await,
        told(&aws, &row, executor::Guard { confirmed: Confirm::Typed, ..guard(typed) }).await,
        told(&aws, &row, executor::Guard { lifted: Some(at(1_001)), ..guard(locked()) }).await,
    ];
    assert_eq!((allowed, stopped(&sim)), ([const { String::new() }; 4], 4));
}

/// The list with the cursor on a running instance.
async fn on_a_running_one(pilot: &mut Pilot) {
    pilot.enter("/web-1a state:running");
    pilot.until("a row", |state| state.selected().is_some_and(|(_, row)| !row.cells[0].words().is_empty())).await;
    pilot.until("who we are", |state| state.fleet.targets[0].identity.value().is_some()).await;
}

fn over(state: &State) -> bool {
    state.runs.iter().all(|run| run.rows.iter().all(|(.., step)| step.over()))
}

#[tokio::test]
async fn a_lock_is_lifted_for_a_while_and_then_the_same_keys_work() {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator).ruled(rules(Rule { confirm: Confirm::Typed, ..locked() }));
    on_a_running_one(&mut pilot).await;
    pilot.press("a S");
    assert!(
        pilot.state.nav.overlay.is_none() && pilot.state.toasts.iter().any(|toast| toast.text.as_str().contains("read-only by policy te*"))
    );
    pilot.enter(":unlock 10m");
    pilot.press("a S");
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { panic!("no plan: {:?}", pilot.state.toasts) };
    assert_eq!(plan.expects.as_deref(), Some("web-1a"));
    "web-1a".chars().for_each(|c| pilot.press(&c.to_string()));
    pilot.press("Enter");
    pilot.until("the end", over).await;
    let run = pilot.state.runs.last().expect("a run");
    assert!(matches!(run.rows[0].2, Step::Done { .. }), "{:?}", run.rows);
    assert_eq!(stopped(&sim), 2, "the dry run and the stop");
    pilot.press("K");
    assert!(pilot.state.guard.lifted().is_none());
}

/// Who lifts the locks, for how long and why they are in place again is in the journal like any action, and in its view.
#[tokio::test]
async fn unlocking_and_locking_are_written_down() {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator).ruled(rules(locked()));
    on_a_running_one(&mut pilot).await;
    pilot.enter(":unlock 10m");
    let written = |count: usize| {
        let journal = pilot.journal.clone();
        move |_: &State| journal.history(None).is_ok_and(|history| history.calls.len() == count)
    };
    let (one, two) = (written(1), written(2));
    pilot.until("the first", one).await;
    pilot.press("K");
    pilot.until("the second", two).await;
    let calls = pilot.journal.history(None).expect("readable").calls;
    let parameters: Vec<_> = calls.iter().map(|call| call.intent["parameters"].clone()).collect();
    let said: Vec<_> = calls.iter().map(|call| (call.deed.action.as_str(), call.deed.result(), call.deed.caller())).collect();
    let who = || "user/operator".to_owned();
    assert_eq!(said, [("unlock", "noted", who()), ("lock", "noted", who())]);
    assert_eq!((&parameters[0]["for"], &parameters[1]["because"]), (&"600s".into(), &"asked for".into()));
    assert!(parameters[0]["until"].as_str().is_some_and(|until| until.parse::<Timestamp>().is_ok()), "{parameters:?}");
    pilot.enter(":journal");
    pilot.until("the journal", |state| state.journal.value().is_some_and(|journal| journal.deeds.len() == 2)).await;
    assert_eq!(stopped(&sim), 0);
}

#[tokio::test]
async fn a_core_that_forgets_its_policies_is_refused_and_nothing_is_written_down() {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator).ruled(rules(locked()));
    pilot.state.guard = Guard::default();
    on_a_running_one(&mut pilot).await;
    pilot.press("a S y");
    pilot.until("the end", |state| !state.runs.is_empty() && over(state)).await;
    let Step::Failed(problem) = &pilot.state.runs[0].rows[0].2 else { panic!("{:?}", pilot.state.runs) };
    assert!(problem.kind == ProblemKind::Policy && problem.line().contains("read-only by policy te*"), "{problem:?}");
    assert!(stopped(&sim) <= 1, "at most the dry run");
    pilot.enter(":journal");
    pilot.until("the journal", |state| state.journal.value().is_some()).await;
    assert!(pilot.state.journal.value().expect("read").deeds.is_empty());
}
