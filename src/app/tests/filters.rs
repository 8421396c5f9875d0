//! Filters as they are typed: completed, taken up again, marked where they are wrong, and kept.

use super::*;
use crate::{
    app::{
        history::Book,
        msg::Reading,
        state::{Candidate, Prompt},
    },
    model::{Range, Series, filter::Sort},
};

fn prompt(state: &State) -> &Prompt {
    match &state.nav.overlay {
        Some(Overlay::Prompt(prompt)) => prompt,
        other => panic!("no prompt but {other:?}"),
    }
}

fn line(state: &State) -> &str {
    prompt(state).line.text()
}

fn words(state: &State) -> Vec<&str> {
    prompt(state).offers.list.iter().map(|candidate: &Candidate| candidate.word.as_str()).collect()
}

fn edit(state: &mut State, edits: &[Edit]) -> Vec<Effect> {
    edits.iter().flat_map(|edit| update(state, Msg::Typed(edit.clone()))).collect()
}

fn fleet() -> State {
    let mut state = blank(Policy::Operator);
    tick(&mut state, 1);
    let tagged = |id: &str, name: &str, standing: &str, team: &str| {
        let mut row = instance(id, name, standing);
        row.tags = [(Text::new("team"), Text::new(team))].into();
        row
    };
    page(
        &mut state,
        vec![
            tagged("i-1", "web-1a", "running", "payments"),
            tagged("i-2", "web-1b", "stopped", "pay roll"),
            tagged("i-3", "db-1", "running", "payments"),
        ],
    );
    listed(&mut state, Ok(Vec::new()));
    state
}

/// What a metric of a row was answered with.
fn measured(state: &mut State, id: &str, metric: usize, value: f64) {
    let key = crate::model::Key { target: HERE, kind: kind().id, id: id.into() };
    let range = Range { start: 0, end: 300, period: 300 };
    answer(state, Answer::Measured(vec![(Reading { key, metric }, Ok(Some(Series::new(range, vec![(0, value)]))))]));
}

#[test]
fn letters_may_be_left_out_of_a_name() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "wb1a");
    assert_eq!(names(&state), ["web-1a"]);
    edit(&mut state, &[Edit::Line]);
    type_in(&mut state, "\"wb1a\"");
    assert_eq!(names(&state), [""; 0], "in quotes it is taken as it stands");
}

#[test]
fn names_signs_and_values_are_completed() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "state");
    assert_eq!(words(&state).first(), Some(&"state:"));
    edit(&mut state, &[Edit::Next]);
    assert_eq!(line(&state), "state:");
    assert_eq!(words(&state).first(), Some(&"running"), "what most rows have comes first");
    edit(&mut state, &[Edit::Next]);
    assert_eq!((line(&state), names(&state)), ("state:running", vec!["db-1".to_owned(), "web-1a".into()]));
    edit(&mut state, &[Edit::Next]);
    assert_eq!((line(&state), names(&state)), ("state:stopped", vec!["web-1b".to_owned()]));
    edit(&mut state, &[Edit::Previous]);
    assert_eq!(line(&state), "state:running");
}

#[test]
fn tags_are_completed_and_what_has_a_space_is_put_in_quotes() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "web tag:t");
    edit(&mut state, &[Edit::Next]);
    assert_eq!(line(&state), "web tag:team");
    type_in(&mut state, "=");
    assert_eq!(words(&state), ["payments", "\"pay roll\""]);
    type_in(&mut state, "pay r");
    edit(&mut state, &[Edit::Line]);
    type_in(&mut state, "web tag:team=\"pay r");
    edit(&mut state, &[Edit::Next]);
    assert_eq!((line(&state), names(&state)), ("web tag:team=\"pay roll\"", vec!["web-1b".to_owned()]));
}

#[test]
fn tab_offers_every_name_where_nothing_was_begun() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    assert_eq!(words(&state), [""; 0]);
    edit(&mut state, &[Edit::Next]);
    let offered = words(&state);
    assert!(["state:", "cpu>", "tag:", "age<", "account:", "finding:"].iter().all(|name| offered.contains(name)), "{offered:?}");
    assert_eq!(prompt(&state).complaint.as_ref().map(|complaint| complaint.sort), Some(Sort::Unfinished));
    assert_eq!(names(&state).len(), 3, "what is not finished changes nothing");
}

#[test]
fn what_is_right_in_a_filter_holds_while_something_is_wrong() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "web colour:");
    assert_eq!(names(&state), ["web-1a", "web-1b"]);
    let complaint = prompt(&state).complaint.as_ref().expect("a complaint");
    assert_eq!((complaint.at.clone(), complaint.sort), (Some(4..11), Sort::Wrong));
    assert_eq!(state.list().expect("a list").view.filter_text, "web");
}

#[test]
fn earlier_lines_come_back_and_what_was_being_typed_is_behind_them() {
    let mut state = fleet();
    let asked = run(&mut state, &[Command::Filter]);
    assert_eq!(asked, [Effect::RecallLines(Book::Filters)]);
    type_in(&mut state, "web");
    assert_eq!(edit(&mut state, &[Edit::Submit]), [Effect::RememberLine(Book::Filters, "web".to_owned())]);
    answer(&mut state, Answer::RecalledLines(Book::Filters, vec!["web".into(), "state:stopped".into()]));
    run(&mut state, &[Command::Back]);
    assert_eq!(run(&mut state, &[Command::Filter]), [], "it is asked for once");
    type_in(&mut state, "d");
    edit(&mut state, &[Edit::Up]);
    assert_eq!((line(&state), names(&state).len()), ("web", 2));
    edit(&mut state, &[Edit::Older]);
    assert_eq!((line(&state), names(&state)), ("state:stopped", vec!["web-1b".to_owned()]));
    edit(&mut state, &[Edit::Older]);
    assert_eq!(line(&state), "state:stopped", "there is no older one");
    edit(&mut state, &[Edit::Newer, Edit::Down]);
    assert_eq!((line(&state), names(&state).len()), ("d", 2), "db-1, and web-1b which is stopped");
}

#[test]
fn each_sort_of_prompt_remembers_its_own_and_codes_are_never_written_down() {
    let mut state = fleet();
    run(&mut state, &[Command::Palette]);
    type_in(&mut state, "wide");
    let effects = edit(&mut state, &[Edit::Submit]);
    assert!(effects.contains(&Effect::RememberLine(Book::Commands, "wide".to_owned())), "{effects:?}");
    assert_eq!((state.history.lines(Book::Filters), Book::of(crate::app::state::Asks::Code(HERE))), (&[][..], None));
}

#[test]
fn a_metric_that_is_not_known_lets_no_row_pass_and_asks_nothing() {
    let mut state = fleet();
    measured(&mut state, "i-1", 0, 87.0);
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "cpu>60");
    let list = |state: &State| state.list().expect("a list").view.unmeasured().len();
    assert_eq!((names(&state), list(&state)), (vec!["web-1a".to_owned()], 1), "what is stopped publishes nothing");
    measured(&mut state, "i-3", 0, 61.0);
    assert_eq!((names(&state), list(&state)), (vec!["db-1".to_owned(), "web-1a".into()], 0));
    measured(&mut state, "i-3", 0, 59.0);
    assert_eq!(names(&state), ["web-1a"]);
    assert!(!edit(&mut state, &[Edit::Submit]).iter().any(|effect| matches!(effect, Effect::Measure(..))));
}

#[test]
fn sorting_by_a_metric_offers_to_ask_about_the_rows_that_a_filter_by_it_left_out() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "cpu>60");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(names(&state), [""; 0]);
    crate::app::pricing::sort(&mut state, 0);
    let Some(Overlay::Offer(offer)) = &state.nav.overlay else { panic!("an offer") };
    assert_eq!(offer.questions, 2);
}

#[test]
fn a_filter_is_kept_across_refresh_and_the_way_down_and_back() {
    let mut state = fleet();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "web");
    edit(&mut state, &[Edit::Submit]);
    run(&mut state, &[Command::Refresh]);
    page(&mut state, vec![instance("i-1", "web-1a", "running"), instance("i-3", "db-1", "running")]);
    listed(&mut state, Ok(Vec::new()));
    assert_eq!(names(&state), ["web-1a"]);
    run(&mut state, &[Command::Open, Command::Back]);
    assert_eq!(names(&state), ["web-1a"]);
}
