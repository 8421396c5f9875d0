//! Actions of the services from the key to the state asked for, against the simulated AWS, through the real SDK.

use quarterdeck::{
    app::{
        msg::{Edit, Msg},
        state::{Overlay, Policy, Screen, Step},
    },
    sim::Settings,
};

use crate::pilot::{Pilot, door, sim};

/// The list of a kind with the cursor on the one row that a filter leaves.
async fn on(kind: &str, filter: &str) -> Pilot {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.enter(&format!(":{kind}"));
    pilot.enter(&format!("/{filter}"));
    let described = |state: &quarterdeck::app::state::State| {
        state.selected().is_some_and(|(_, row)| row.cells.iter().any(|cell| !cell.words().is_empty()))
    };
    pilot.until("the row", described).await;
    pilot
}

fn write(pilot: &mut Pilot, text: &str) {
    pilot.feed(Msg::Typed(Edit::Line));
    for c in text.chars() {
        pilot.feed(Msg::Typed(Edit::Char(c)));
    }
}

/// Confirms the plan in front and follows the run to its end.
async fn confirm(pilot: &mut Pilot) {
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    pilot.press("y");
    pilot.until("the end of the run", |state| state.runs.iter().all(|run| run.rows.iter().all(|(.., step)| step.over()))).await;
    let run = pilot.state.runs.last().expect("a run");
    assert!(run.rows.iter().all(|(.., step)| matches!(step, Step::Done { .. })), "{:?}", run.rows);
}

#[tokio::test]
async fn a_group_grows() {
    let mut pilot = on("asg", "web-asg").await;
    let desired = |pilot: &Pilot| {
        let (_, row) = pilot.state.selected().expect("a row");
        let kind = pilot.state.list().expect("a list").kind;
        kind.cell(&row, "desired").words().parse::<usize>().expect("a number")
    };
    let before = desired(&pilot);
    pilot.press("a s");
    write(&mut pilot, &(before + 1).to_string());
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
    assert_eq!(desired(&pilot), before + 1);
}

#[tokio::test]
async fn a_service_is_scaled_and_counted() {
    let mut pilot = on("ecs-services", "feed").await;
    pilot
        .until("its numbers", |state| {
            state.selected().is_some_and(|(_, row)| row.cells.iter().filter(|cell| !cell.words().is_empty()).count() > 5)
        })
        .await;
    pilot.press("a s");
    write(&mut pilot, "4");
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
}

#[tokio::test]
async fn a_task_is_stopped_and_its_service_is_said_to_replace_it() {
    let mut pilot = on("ecs-tasks", "state:RUNNING group:*feed").await;
    pilot.press("a s Ctrl-s");
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { unreachable!("the plan is in front") };
    assert!(plan.rows[0].consequences.iter().any(|note| note.text.as_str().contains("starts another in its place")));
    confirm(&mut pilot).await;
}

#[tokio::test]
async fn a_function_is_invoked_and_its_answer_is_read() {
    let mut pilot = on("lambda", "cart-api !cart-api-2").await;
    pilot.press("a i");
    write(&mut pilot, "{\"order\": 4711}");
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
    let Screen::Report(report) = pilot.state.screen() else { panic!("no report: {:?}", pilot.state.screen()) };
    let text: Vec<&str> = report.lines.iter().map(quarterdeck::model::Text::as_str).collect();
    assert!(
        text.iter().any(|line| line.contains("\"order\": 4711")) && text.iter().any(|line| line.contains("Billed Duration")),
        "{text:?}"
    );
}

#[tokio::test]
async fn a_function_is_braked_until_that_is_real() {
    let mut pilot = on("lambda", "mail-sender !mail-sender-2").await;
    pilot.press("a b");
    confirm(&mut pilot).await;
    let (_, row) = pilot.state.selected().expect("a row");
    let kind = pilot.state.list().expect("a list").kind;
    assert_eq!(kind.cell(&row, "reserved").words(), "0");
    assert!((kind.findings)(&row, pilot.state.now).iter().any(|finding| finding.code == "braked"));
    assert!(pilot.state.report.as_ref().is_some_and(|(.., lines)| lines.iter().any(|line| line.as_str().contains("was 20"))));
}

#[test]
fn boto3_reads_and_does_the_same() {
    crate::sim::script("compute.py", Settings::default());
}
