//! Every way the simulated AWS can fail, through the real SDK: the screen stays alive, says what is wrong, and recovers.

#![expect(clippy::disallowed_methods, reason = "a test of what happens over time needs a clock")]

use futures::StreamExt;
use quarterdeck::{
    app::{
        msg::Msg,
        state::{Failure, Policy, State, Step},
    },
    model::{ProblemKind, TargetId},
    service::{
        Values,
        executor::{Ear, Errand, Halt, execute},
    },
    sim::{Faults, Settings, Sizes},
};

use crate::pilot::{Pilot, Unwritten, door, sim};

fn faults(text: &str) -> Faults {
    text.parse().expect("faults")
}

fn problem(state: &State) -> Option<ProblemKind> {
    let table = state.fleet.tables.values().next()?;
    Some(table.listing(TargetId(0), &None)?.count.problem()?.kind)
}

/// With everything failing, the listing says why, a key still works, and all is well once the failures stop.
async fn failing(fault: &str, kind: ProblemKind) {
    let sim = sim(Settings { sizes: Sizes { instances: 20, ..Sizes::DEMO }, faults: faults(&format!("{fault}=1")), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("the failure is told", |state| problem(state) == Some(kind)).await;
    assert!(pilot.state.errors.iter().any(|failure| failure.problem.kind == kind && !failure.problem.headline.is_empty()), "{fault}");
    pilot.press("?");
    assert_eq!(pilot.state.nav.screens.len(), 2, "{fault}: keys are answered");
    sim.set_faults(Faults::default());
    pilot.press("q Ctrl-r");
    pilot.until("the rows come after the failure", |state| Pilot::rows(state) == 20).await;
    pilot.until("the failure is over", |state| problem(state).is_none()).await;
}

#[tokio::test]
async fn throttling_is_told_and_passes() {
    failing("throttle", ProblemKind::Throttled).await;
}

#[tokio::test]
async fn denial_is_told_and_passes() {
    failing("deny", ProblemKind::Denied).await;
}

#[tokio::test]
async fn an_internal_failure_is_told_and_passes() {
    failing("5xx", ProblemKind::Service).await;
}

#[tokio::test]
async fn a_cut_connection_is_told_and_passes() {
    failing("cut", ProblemKind::Unreachable).await;
}

#[tokio::test]
async fn garbage_is_told_and_passes() {
    failing("garbage", ProblemKind::Garbled).await;
}

#[tokio::test]
async fn an_expired_session_is_told_and_passes() {
    failing("expired", ProblemKind::Expired).await;
}

#[tokio::test]
async fn silence_is_told_and_passes() {
    failing("hang", ProblemKind::Timeout).await;
}

#[tokio::test]
async fn a_slow_answer_is_waited_for_and_keys_are_not() {
    let sim = sim(Settings { sizes: Sizes { instances: 20, ..Sizes::DEMO }, faults: faults("slow=1"), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.feed(Msg::Tick(jiff::Timestamp::now()));
    pilot.press("?");
    assert_eq!(pilot.state.nav.screens.len(), 2, "the key is answered");
    pilot.press("q");
    assert_eq!((pilot.state.nav.screens.len(), Pilot::rows(&pilot.state)), (1, 0), "and the next, and still there is nothing");
    pilot.until("the rows come late", |state| Pilot::rows(state) == 20).await;
}

#[tokio::test]
async fn a_third_failing_in_every_way_at_once_only_slows_things_down() {
    let all = "throttle=0.05,5xx=0.05,cut=0.05,garbage=0.05,slow=0.1";
    let sim = sim(Settings { sizes: Sizes { instances: 50, ..Sizes::DEMO }, faults: faults(all), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1", "us-east-1"], Policy::Operator);
    pilot.until("all rows come", |state| Pilot::rows(state) == 100).await;
}

#[tokio::test]
async fn one_denied_region_delays_nobody() {
    let sim = sim(Settings {
        sizes: Sizes { instances: 20, ..Sizes::DEMO },
        faults: faults("deny@us-east-1=1,hang@us-west-2=1"),
        ..Settings::default()
    });
    let mut pilot = Pilot::new(door(&sim), &["us-east-1", "us-west-2", "eu-west-1"], Policy::Operator);
    pilot.until("the healthy region is listed", |state| Pilot::rows(state) == 20).await;
    let given_up = pilot.state.errors.iter().any(|failure| failure.problem.kind == ProblemKind::Timeout);
    assert!(!given_up, "the silent one had to be given up first: {:?}", pilot.state.errors);
    pilot.until("the other is told", |state| problem(state) == Some(ProblemKind::Denied)).await;
}

#[tokio::test]
async fn metrics_that_cannot_be_fetched_harm_nothing_else() {
    let sim = sim(Settings { sizes: Sizes { instances: 20, ..Sizes::DEMO }, faults: faults("deny@monitoring=1"), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("cells say why", |state| state.metrics.values().any(|metric| metric.problem().is_some())).await;
    assert_eq!((Pilot::rows(&pilot.state), problem(&pilot.state)), (20, None));
}

/// Each cell stands for itself: known, failed, forbidden; and what is said of the whole answer is found among the errors.
#[tokio::test]
async fn metrics_that_fail_by_themselves_leave_the_others_known() {
    let sim = sim(Settings { sizes: Sizes { instances: 20, ..Sizes::DEMO }, faults: faults("marred=1"), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    let failed = |state: &State, kind| state.metrics.values().any(|metric| metric.problem().is_some_and(|problem| problem.kind == kind));
    let known = |state: &State| state.metrics.values().any(|metric| metric.value().is_some_and(Option::is_some));
    let all = |state: &State| known(state) && failed(state, ProblemKind::Service) && failed(state, ProblemKind::Denied);
    pilot.until("some are known and the others say why not", all).await;
    let code = |failure: &Failure| failure.problem.code.as_ref().is_some_and(|code| code.as_str() == "ServiceDegraded");
    assert!(pilot.state.errors.iter().any(code), "{:?}", pilot.state.errors);
}

/// Seven points on a page: what is partial is followed to its end.
#[tokio::test]
async fn points_of_many_pages_are_one_series() {
    let sim = sim(Settings { sizes: Sizes { instances: 5, ..Sizes::DEMO }, page: 7, ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    let long = |state: &State| state.metrics.values().filter_map(|metric| metric.value()?.as_ref()).any(|series| series.points.len() > 30);
    pilot.until("three hours of points", long).await;
    let calls = sim.calls()[&("cloudwatch".to_owned(), "GetMetricData".to_owned())];
    assert!(calls > 4, "{calls} calls");
    assert!(pilot.state.metrics.values().all(|metric| metric.problem().is_none()));
}

#[tokio::test]
async fn a_refresh_that_fails_keeps_the_last_good_rows() {
    let sim = sim(Settings { sizes: Sizes { instances: 20, ..Sizes::DEMO }, ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("rows", |state| Pilot::rows(state) == 20 && problem(state).is_none() && listed(state)).await;
    sim.set_faults(faults("deny=1"));
    pilot.press("Ctrl-r");
    pilot.until("the failure is told", |state| problem(state) == Some(ProblemKind::Denied)).await;
    assert_eq!(Pilot::rows(&pilot.state), 20);
}

fn listed(state: &State) -> bool {
    state
        .fleet
        .tables
        .values()
        .next()
        .and_then(|table| table.listing(TargetId(0), &None))
        .is_some_and(|listing| listing.count.as_of().is_some())
}

/// The answer to the stop is lost after it was carried out: the state tells, and nothing is sent twice.
#[tokio::test]
async fn a_lost_answer_is_followed_up_by_looking_never_by_sending_again() {
    let sim = sim(Settings { sizes: Sizes { instances: 48, ..Sizes::DEMO }, ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("rows", listed).await;
    pilot.state.nav.charts = quarterdeck::app::state::Panel::Closed;
    pilot.press("/");
    for c in "win-".chars() {
        pilot.feed(Msg::Typed(quarterdeck::app::msg::Edit::Char(c)));
    }
    pilot.press("Enter a S");
    pilot
        .until("AWS was asked beforehand", |state| match &state.nav.overlay {
            Some(quarterdeck::app::state::Overlay::Plan(plan)) => plan.probe.value().is_some(),
            _ => false,
        })
        .await;
    sim.set_faults(faults("cut@ec2=1"));
    pilot.press("y");
    pilot
        .until("the answer is given up", |state| {
            state.runs.iter().flat_map(|run| &run.rows).any(|(_, _, step)| matches!(step, Step::Following { doubt: Some(_), .. }))
        })
        .await;
    sim.set_faults(Faults::default());
    pilot
        .until("the state tells", |state| state.runs.iter().flat_map(|run| &run.rows).any(|(_, _, step)| matches!(step, Step::Done { .. })))
        .await;
    // One dry run and one real call.
    assert_eq!(sim.calls()[&("ec2".to_owned(), "StopInstances".to_owned())], 2);
}

#[tokio::test]
async fn read_only_refuses_in_the_executor_too() {
    let sim = sim(Settings { sizes: Sizes { instances: 48, ..Sizes::DEMO }, ..Settings::default() });
    let world = quarterdeck::runtime::world::World::new(door(&sim), vec![crate::pilot::target("eu-west-1")]);
    let kind = quarterdeck::service::kind("ec2").expect("a kind");
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::ReadOnly);
    pilot.until("rows", listed).await;
    let (_, row) = pilot.state.selected().expect("a row");
    let aws = world.session(TargetId(0)).await.expect("a session");
    for action in kind.actions {
        let errand = Errand {
            action: action.id,
            rows: vec![row.clone()],
            values: Values::default(),
            token: || "token".into(),
            halt: Halt::default(),
            ear: Ear::default(),
        };
        let outcomes = execute(Policy::ReadOnly, aws.clone(), kind, errand, &Unwritten).concat().await;
        assert_eq!(outcomes[0].1.as_ref().expect_err("refused").kind, ProblemKind::Policy);
    }
    assert!(sim.calls().keys().all(|(_, operation)| operation.starts_with("Describe") || operation.starts_with("Get")));
    pilot.press("a S");
    assert!(pilot.state.nav.overlay.is_none() && pilot.state.runs.is_empty());
}

/// Each kind alone, at 30 %: whatever fails is asked again, and everything is there in the end.
#[tokio::test]
async fn a_third_failing_in_any_one_way_lets_everything_through() {
    let kinds = ["throttle", "deny", "5xx", "slow", "hang", "cut", "garbage", "expired", "marred"];
    let each = kinds.map(|kind| async move {
        let sim =
            sim(Settings { sizes: Sizes { instances: 20, ..Sizes::DEMO }, faults: faults(&format!("{kind}=0.3")), ..Settings::default() });
        let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
        pilot.until(kind, |state| Pilot::rows(state) == 20 && listed(state)).await;
        pilot.press("j ? q");
        assert_eq!(pilot.state.nav.screens.len(), 1, "{kind}: keys are answered");
    });
    futures::future::join_all(each).await;
}
