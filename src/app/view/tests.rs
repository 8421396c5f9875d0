use crate::{
    app::{
        command::Command,
        effect::Effect,
        msg::{Edit, Msg},
        state::{Policy, Screen, State},
        tests::{instance, names, page, read, run, with},
        update,
    },
    model::Resource,
};

const MANY: usize = 20_000;

/// Ids and names in the same order; every tenth is called `rare`.
fn many() -> State {
    let mut state = with(Policy::Operator, &[]);
    page(&mut state, (0..MANY).map(one).collect());
    state
}

fn one(at: usize) -> Resource {
    let name = format!("{at:05}-{}", if at.is_multiple_of(10) { "rare" } else { "usual" });
    instance(&format!("i-{at:05}"), &name, "running")
}

fn typed(state: &mut State, text: &str) -> Vec<Effect> {
    run(state, &[Command::Filter]);
    text.chars().flat_map(|letter| update(state, Msg::Typed(Edit::Char(letter)))).collect()
}

fn finish(state: &mut State) -> usize {
    (1..100).find(|_| !update(state, Msg::Sift).contains(&Effect::Sift)).expect("an end")
}

#[test]
fn a_keystroke_in_the_filter_of_a_long_list_is_answered_before_all_of_it_was_looked_at() {
    let mut state = many();
    assert_eq!(typed(&mut state, "rare"), [Effect::Sift], "one request for all four letters");
    let first = names(&state);
    assert!(first.len() > 20 && first.len() < MANY / 10, "{}", first.len());
    assert_eq!(first[1], "00010-rare");
    assert!(!state.list().expect("a list").view.decided());
    assert!(finish(&mut state) > 1);
    assert!(state.list().expect("a list").view.decided());
    assert_eq!(names(&state).len(), MANY / 10);
}

#[test]
fn the_cursor_finds_its_row_again_once_that_has_been_decided_about() {
    let mut state = many();
    run(&mut state, &[Command::Bottom, Command::Up]);
    run(&mut state, &[Command::Up; 8]);
    let before = state.selected().expect("a row").0;
    assert_eq!(before.id.as_str(), "i-19990");
    typed(&mut state, "rare");
    assert_ne!(state.selected().expect("a row").0, before, "it has not been reached");
    finish(&mut state);
    assert_eq!(state.selected().expect("a row").0, before);
}

#[test]
fn rows_that_come_meanwhile_are_decided_about_where_they_belong() {
    let mut state = many();
    typed(&mut state, "rare");
    page(&mut state, vec![instance("i-new", "00005-rare", "running"), instance("i-late", "19999-rare", "running")]);
    assert_eq!(names(&state)[1], "00005-rare");
    assert_ne!(names(&state).last().map(String::as_str), Some("19999-rare"));
    finish(&mut state);
    assert_eq!(names(&state).len(), MANY / 10 + 2);
    assert!(names(&state).is_sorted());
}

#[test]
fn all_are_marked_even_those_that_were_not_looked_at_yet() {
    let mut state = many();
    typed(&mut state, "rare");
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::MarkAll]);
    assert_eq!(state.list().expect("a list").marks.len(), MANY / 10);
}

#[test]
fn another_order_of_a_long_list_is_made_in_steps_and_what_was_decided_stays() {
    let mut state = many();
    typed(&mut state, "rare");
    finish(&mut state);
    update(&mut state, Msg::Typed(Edit::Submit));
    let before = names(&state);
    assert_eq!(run(&mut state, &[Command::SortReverse]), [Effect::Sift]);
    let view = |state: &State| (state.list().expect("a list").view.in_order(), state.list().expect("a list").view.decided());
    assert_eq!((view(&state), names(&state)), ((false, true), before.clone()), "the former order stands until the new one is made");
    read(&mut state, &["i-00010", "i-00020"], Vec::new());
    // One of them takes the place in memory of one that is gone.
    page(&mut state, vec![instance("i-new", "00005-rare", "running"), instance("i-00000", "99999-rare", "running")]);
    finish(&mut state);
    assert_eq!(view(&state), (true, true), "no row was looked at again for the filter");
    let after = names(&state);
    assert_eq!((after.len(), after[0].as_str()), (MANY / 10 - 1, "99999-rare"), "what came and went meanwhile is in it");
    assert!(after.is_sorted_by(|a, b| a >= b));
}

#[test]
fn a_list_that_is_not_decided_about_grows_into_another_order_from_its_top() {
    let mut state = many();
    typed(&mut state, "rare");
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::SortReverse, Command::SortReverse, Command::SortReverse]);
    finish(&mut state);
    assert!(names(&state).is_sorted_by(|a, b| a >= b) && names(&state).len() == MANY / 10);
}

#[test]
fn a_list_behind_the_one_that_is_opened_is_left_as_it_is() {
    let mut state = many();
    typed(&mut state, "rare");
    (0..4).for_each(|_| drop(update(&mut state, Msg::Sift)));
    let list = state.list().expect("a list");
    let (kind, known) = (list.kind, list.view.order().len());
    crate::app::navigate::over(&mut state, kind);
    let Screen::List(behind) = &state.nav.screens[0] else { panic!("a list") };
    assert_eq!((state.nav.screens.len(), behind.view.order().len()), (2, known), "what was decided is not decided again");
}
