//! A simulated AWS that means harm, through the real SDK and the real tasks: every kind, in the list, in detail and as documents.

use futures::future::join_all;
use quarterdeck::{
    app::state::{Overlay, Policy, Screen, State},
    model::{ProblemKind, TargetId},
    service::{self, Kind},
    sim::{Settings, Sim, Sizes},
    ui::theme::{Charset, Depth, Theme},
};

use super::{
    alphabet::{Paper, stray},
    written,
};
use crate::pilot::{Pilot, door, sim};

fn evil(faults: &str) -> Sim {
    sim(Settings { sizes: Sizes { instances: 30, ..Sizes::DEMO }, faults: faults.parse().unwrap(), ..Settings::default() })
}

/// Draws it small, usual and large: cells that are cut, and cells that are not.
fn clean(state: &State, what: &str) {
    for size in [(80, 24), (160, 45), (300, 100)] {
        let bytes = written(state, size, &Theme::for_terminal(Depth::True, Charset::Unicode));
        assert_eq!(stray(&bytes, Paper::Screen), None, "{what} at {size:?}");
    }
}

fn listed(state: &State, kind: &Kind) -> bool {
    let table = state.fleet.tables.get(&kind.id);
    table.is_some_and(|table| table.listing(TargetId(0), &None).is_some_and(|listing| listing.count.as_of().is_some()))
}

async fn every_screen_of(kind: &'static Kind) {
    let mut pilot = Pilot::new(door(&evil("hostile=1")), &["eu-west-1"], Policy::Operator);
    pilot.enter(&format!(":{}", kind.id));
    pilot.until(&format!("{:?}: rows", kind.id), |state| listed(state, kind)).await;
    assert!(pilot.state.selected().is_some(), "{:?}: nothing", kind.id);
    clean(&pilot.state, kind.id.0);
    pilot.press("w");
    clean(&pilot.state, kind.id.0);
    pilot.press("w d");
    clean(&pilot.state, kind.id.0);
    pilot.press("Esc y");
    let read = |state: &State| matches!(state.screen(), Screen::Raw(raw) if raw.document.value().is_some());
    pilot.until(&format!("{:?}: the document", kind.id), read).await;
    clean(&pilot.state, kind.id.0);
    for key in ["x", "J", "G"] {
        pilot.press(key);
        clean(&pilot.state, kind.id.0);
    }
    pilot.press("Esc a");
    clean(&pilot.state, kind.id.0);
    pilot.press("Esc e");
    clean(&pilot.state, kind.id.0);
}

#[tokio::test]
async fn every_kind_draws_cleanly_whatever_its_texts_are() {
    join_all(service::kinds().map(every_screen_of)).await;
}

/// The texts came: otherwise the test above would be about a tame world.
#[tokio::test]
async fn what_is_drawn_did_come_from_an_evil_world() {
    let mut pilot = Pilot::new(door(&evil("hostile=1")), &["eu-west-1"], Policy::Operator);
    let kind = service::kind("ec2").unwrap();
    pilot.until("rows", |state| listed(state, kind)).await;
    let names: Vec<_> = pilot.state.fleet.tables[&kind.id].rows().map(|(_, row)| row.resource.name.to_string()).collect();
    for trace in ["[31;5mred", "]0;owned", "日本語", "0123456789012"] {
        assert!(names.iter().any(|name| name.contains(trace)), "{trace}: {names:?}");
    }
}

#[tokio::test]
async fn answers_that_are_no_utf_8_are_garbled_or_drawn_cleanly() {
    let kinds = service::kinds().map(|kind| (kind, kind.id.0)).map(async |(kind, word)| {
        let mut pilot = Pilot::new(door(&evil("mangled=1")), &["eu-west-1"], Policy::Operator);
        pilot.enter(&format!(":{word}"));
        let told = |state: &State| {
            let table = state.fleet.tables.get(&kind.id);
            let count = table.and_then(|table| Some(&table.listing(TargetId(0), &None)?.count));
            count
                .is_some_and(|count| count.as_of().is_some() || count.problem().is_some_and(|problem| problem.kind == ProblemKind::Garbled))
        };
        pilot.until(&format!("{word}: rows, or that there are none"), told).await;
        clean(&pilot.state, word);
        pilot.press("e");
        clean(&pilot.state, word);
    });
    join_all(kinds).await;
}

#[tokio::test]
async fn the_answer_and_the_log_of_a_function_are_read_cleanly() {
    let mut pilot = Pilot::new(door(&evil("hostile=1")), &["eu-west-1"], Policy::Operator);
    pilot.enter(":lambda");
    pilot.until("rows", |state| listed(state, service::kind("lambda").unwrap())).await;
    pilot.press("a i");
    pilot.until("a form", |state| matches!(state.nav.overlay, Some(Overlay::Form(_)))).await;
    clean(&pilot.state, "the form");
    pilot.press("Ctrl-s");
    pilot.until("a plan", |state| matches!(&state.nav.overlay, Some(Overlay::Plan(plan)) if !plan.probe.loading())).await;
    clean(&pilot.state, "the plan");
    pilot.press("y");
    pilot.until("a report", |state| matches!(state.screen(), Screen::Report(_))).await;
    let Screen::Report(report) = pilot.state.screen() else { unreachable!("the report is open") };
    assert!(report.lines.iter().any(|line| line.as_str().contains("]52;c;cm0gLXJmIC8=")), "{:?}", report.lines);
    clean(&pilot.state, "the report");
    pilot.press("Esc E");
    pilot.until("the journal", |state| matches!(state.screen(), Screen::Journal(_))).await;
    clean(&pilot.state, "the journal");
}
