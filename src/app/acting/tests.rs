use super::{outcome::Tally, *};
use crate::{
    app::{
        command::Command,
        msg::{Answer, Msg},
        state::Policy,
        tests::{HERE, answer, blank, instance, kind, page, problem, run, tick, with},
        update,
    },
    model::{KindId, ProblemKind, resource::Page},
    service::Receipt,
};

fn key(id: &str) -> Key {
    Key { target: HERE, kind: kind().id, id: id.into() }
}

/// A list to its end of these instances, all in one group.
fn group(states: &[&str]) -> State {
    let rows: Vec<(String, String)> = (0..states.len()).map(|at| (format!("i-{at}"), format!("n{at}"))).collect();
    let rows: Vec<_> = rows.iter().zip(states).map(|((id, name), state)| (id.as_str(), name.as_str(), *state)).collect();
    let mut state = with(Policy::Operator, &rows);
    let members =
        rows.iter().map(|(id, name, state)| Resource { parents: [(KindId("asg"), "web-asg".into())].into(), ..instance(id, name, state) });
    answer(
        &mut state,
        Answer::Reread {
            target: HERE,
            kind: kind().id,
            ids: Vec::new(),
            result: Ok(Page { rows: members.collect(), overlays: Vec::new() }),
        },
    );
    state
}

/// The plan for an action on the first rows.
fn planned<'a>(state: &'a mut State, action: &str, count: usize) -> &'a Plan {
    run(state, &[Command::Top]);
    (0..count).for_each(|_| drop(run(state, &[Command::Mark])));
    begin_for(state, kind().action(action).expect("an action")).expect("a plan");
    match &state.nav.overlay {
        Some(Overlay::Plan(plan)) => plan,
        _ => unreachable!("a plan is in front"),
    }
}

/// What the plan says of the group of its first row.
fn said(plan: &Plan) -> (Option<&str>, Vec<&str>) {
    let notes = plan.rows[0].consequences.iter().map(|note| note.text.as_str()).filter(|text| text.contains("serve"));
    (plan.expects.as_deref(), notes.collect())
}

#[test]
fn a_fifth_of_a_group_is_let_pass_and_more_is_typed() {
    let five = ["running"; 5];
    assert_eq!(said(planned(&mut group(&five), "stop", 1)), (None, vec!["1 of the 5 of web-asg that serve (20 %)"]));
    assert_eq!(said(planned(&mut group(&five), "stop", 2)), (Some("2"), vec!["2 of the 5 of web-asg that serve (40 %)"]));
    assert_eq!(said(planned(&mut group(&five), "stop", 5)), (Some("5"), vec!["all 5 of web-asg that serve: none is left"]));
    let last = said_of(&["running", "stopped", "stopping"]);
    assert_eq!(last, (Some("n0".to_owned()), vec!["it is the last of web-asg that serves".to_owned()]));
}

fn said_of(states: &[&str]) -> (Option<String>, Vec<String>) {
    let mut state = group(states);
    let (expects, notes) = said(planned(&mut state, "stop", 1));
    (expects.map(str::to_owned), notes.into_iter().map(str::to_owned).collect())
}

#[test]
fn nothing_is_said_of_a_group_that_is_not_listed_to_its_end() {
    let mut state = blank(Policy::Operator);
    tick(&mut state, 1);
    let member = Resource { parents: [(KindId("asg"), "web-asg".into())].into(), ..instance("i-0", "n0", "running") };
    page(&mut state, vec![member]);
    assert_eq!(said(planned(&mut state, "stop", 1)), (None, Vec::new()));
}

#[test]
fn more_rows_than_the_configuration_lets_pass_are_counted_whatever_the_risk() {
    let rows: Vec<_> = (0..3).map(|at| (["i-0", "i-1", "i-2"][at], ["a", "b", "c"][at], "stopped")).collect();
    let mut state = with(Policy::Operator, &rows);
    assert_eq!(planned(&mut state, "start", 3).expects, None);
    state.nav.overlay = None;
    run(&mut state, &[Command::MarkAll]);
    state.many = 2;
    assert_eq!(planned(&mut state, "start", 3).expects.as_deref(), Some("3"));
}

#[test]
fn what_aws_calls_grave_beforehand_is_typed() {
    let mut state = with(Policy::Operator, &[("i-0", "a", "running")]);
    let (id, expects) = (planned(&mut state, "stop", 1).id, planned(&mut state, "stop", 1).expects.clone());
    assert_eq!(expects, None);
    let grave = Consequence { severity: Severity::Critical, text: "a is protected: AWS will refuse".into() };
    answer(&mut state, Answer::Probed(id, Ok(vec![grave.clone()])));
    let Some(Overlay::Plan(plan)) = &state.nav.overlay else { unreachable!("a plan is in front") };
    // That plan was given up: the one in front is the second of the two.
    assert_eq!(plan.expects, None);
    let id = plan.id;
    answer(&mut state, Answer::Probed(id, Ok(vec![grave])));
    let Some(Overlay::Plan(plan)) = &state.nav.overlay else { unreachable!("a plan is in front") };
    assert_eq!(plan.expects.as_deref(), Some("a"));
}

/// A run of a stop of three, confirmed.
fn stopping() -> (State, RunId) {
    let mut state = with(Policy::Operator, &[("i-0", "a", "running"), ("i-1", "b", "running"), ("i-2", "c", "running")]);
    let id = planned(&mut state, "stop", 3).id;
    update(&mut state, Msg::Typed(Edit::Submit));
    (state, id)
}

fn taken(state: &mut State, id: RunId, row: &str, outcome: Result<Receipt, Problem>) {
    answer(state, Answer::Acted(id, vec![(key(row), outcome)]));
}

#[test]
fn esc_calls_off_once_and_then_goes_back() {
    let (mut state, id) = stopping();
    assert!(matches!(state.screen(), Screen::Outcome(_)));
    taken(&mut state, id, "i-0", Ok(Receipt::default()));
    assert_eq!(run(&mut state, &[Command::Back]), [Effect::Halt(id)]);
    assert!(matches!(state.screen(), Screen::Outcome(_)), "it stays until the rest is told");
    taken(&mut state, id, "i-1", Err(problem(ProblemKind::Unsent)));
    taken(&mut state, id, "i-2", Err(problem(ProblemKind::Unsent)));
    assert_eq!(Tally::of(&state.runs[0]).words(), "0 of 3 done, 2 not sent, 1 still going");
    assert!(state.errors.is_empty(), "what was not sent is no failure");
    assert_eq!(run(&mut state, &[Command::Back]), []);
    assert!(matches!(state.screen(), Screen::List(_)));
    // The rows that were not sent are free again, the other is not.
    assert_eq!(busy(&state), [key("i-0")].into());
    run(&mut state, &[Command::Outcome]);
    assert!(matches!(state.screen(), Screen::Outcome(_)), "it is there until something else is done");
}

/// Stopping is seen in the state; a reboot is not, and nobody is told that it was probably not done.
#[test]
fn after_a_lost_answer_the_state_tells_or_nobody_knows() {
    let lost = || problem(ProblemKind::Timeout);
    let mut state = with(Policy::Operator, &[("i-0", "a", "running")]);
    for (action, words) in [("stop", None), ("reboot", Some("does not show whether it was done"))] {
        let id = planned(&mut state, action, 0).id;
        update(&mut state, Msg::Typed(Edit::Submit));
        taken(&mut state, id, "i-0", Err(lost()));
        answer(&mut state, Answer::Reread { target: HERE, kind: kind().id, ids: Vec::new(), result: Ok(Page::default()) });
        let told = match &state.runs.last().expect("a run").rows[0].2 {
            Step::Failed(problem) => Some(problem.headline.to_string()),
            _ => None,
        };
        assert_eq!(told.is_some(), words.is_some(), "{action}: {told:?}");
        assert!(told.zip(words).is_none_or(|(told, words)| told.contains(words)));
        state.runs.clear();
    }
}

#[test]
fn q_leaves_the_outcome_and_calls_nothing_off() {
    let (mut state, _) = stopping();
    assert_eq!(run(&mut state, &[Command::Quit]), []);
    assert!(matches!(state.screen(), Screen::List(_)) && !state.quitting);
}

#[test]
fn what_was_stopped_is_offered_to_be_started_as_long_as_it_is_stopped() {
    let (mut state, id) = stopping();
    for row in ["i-0", "i-1", "i-2"] {
        taken(&mut state, id, row, Ok(Receipt::default()));
    }
    let rows = |standing: [&str; 3]| Page {
        rows: vec![instance("i-0", "a", standing[0]), instance("i-1", "b", standing[1]), instance("i-2", "c", standing[2])],
        overlays: Vec::new(),
    };
    let look = |state: &mut State, standing| {
        answer(state, Answer::Reread { target: HERE, kind: kind().id, ids: Vec::new(), result: Ok(rows(standing)) })
    };
    look(&mut state, ["stopped", "stopped", "stopping"]);
    let offer = undoing::offer(&state, &state.runs[0]).expect("two are stopped");
    assert_eq!((offer.action.id, offer.rows.len()), ("start", 2));
    look(&mut state, ["running", "stopped", "stopped"]);
    assert!(
        matches!(run(&mut state, &[Command::Undo]).as_slice(), [Effect::Probe(order)] if order.action == "start" && order.rows.len() == 2)
    );
    assert!(matches!(state.nav.overlay, Some(Overlay::Plan(_))), "through a plan, as everything");
    run(&mut state, &[Command::Back]);
    look(&mut state, ["running", "running", "running"]);
    assert!(undoing::offer(&state, &state.runs[0]).is_none());
}

#[test]
fn undo_is_no_key_of_a_list() {
    let (mut state, _) = stopping();
    run(&mut state, &[Command::Quit]);
    assert_eq!(run(&mut state, &[Command::Undo]), []);
    assert!(state.nav.overlay.is_none());
}
