//! What a press does.

use super::*;
use crate::app::{columns, command::Command, forming::tests::things, msg::Msg, update, view::Direction};

fn press(state: &mut State, spot: Spot) -> Vec<Effect> {
    update(state, Msg::Pointed(spot, Press::Once))
}

fn selected(state: &State) -> String {
    state.selected().expect("a row").1.name.to_string()
}

#[test]
fn a_press_selects_and_the_second_one_opens() {
    let mut state = things(&["a", "b", "c"]);
    press(&mut state, Spot::Row(2));
    assert_eq!((selected(&state).as_str(), state.nav.screens.len()), ("c", 1));
    // Another row has come in between the presses: it is selected, and nothing is opened that was not chosen.
    update(&mut state, Msg::Pointed(Spot::Row(1), Press::Twice));
    assert_eq!((selected(&state).as_str(), state.nav.screens.len()), ("b", 1));
    update(&mut state, Msg::Pointed(Spot::Row(1), Press::Twice));
    assert_eq!(state.nav.screens.len(), 2);
    assert!(matches!(state.screen(), Screen::List(list) if list.parent.as_ref().is_some_and(|parent| parent.name.as_str() == "b")));
}

#[test]
fn a_heading_sorts_and_then_turns_round() {
    let mut state = things(&["a", "b"]);
    press(&mut state, Spot::Heading(What::Id));
    let sort = |state: &State| state.list().expect("a list").view.sort;
    assert_eq!((sort(&state).by, sort(&state).direction), (What::Id, Direction::Up));
    press(&mut state, Spot::Heading(What::Id));
    assert_eq!((sort(&state).direction, selected(&state).as_str()), (Direction::Down, "a"));
}

#[test]
fn an_entry_is_taken_and_around_the_box_it_is_left() {
    let mut state = things(&["a"]);
    update(&mut state, Msg::Do(Command::CopyMenu));
    assert_eq!(press(&mut state, Spot::Choice(0)), [Effect::Copy("a".into())]);
    update(&mut state, Msg::Do(Command::Actions));
    press(&mut state, Spot::Around);
    assert!(state.nav.overlay.is_none());
    // What is not there any more is not taken.
    update(&mut state, Msg::Do(Command::Related));
    assert_eq!(press(&mut state, Spot::Choice(99)), []);
}

#[test]
fn an_entry_of_the_columns_is_taken_in_and_out_and_kept_once_the_box_is_left() {
    let mut state = things(&["a"]);
    update(&mut state, Msg::Do(Command::Columns));
    let shown = |state: &State| {
        let list = state.list().expect("a list");
        columns::wanted(state, list).contains(&columns::every(state, list)[2])
    };
    let before = shown(&state);
    assert_eq!(press(&mut state, Spot::Choice(2)), []);
    assert_ne!(shown(&state), before);
    assert_eq!(press(&mut state, Spot::Around), [Effect::KeepLayouts(state.layouts.clone())]);
}

#[test]
fn the_wheel_goes_three_rows_and_one_entry() {
    let mut state = things(&["a", "b", "c", "d", "e"]);
    update(&mut state, Msg::Rolled(WHEEL));
    assert_eq!(selected(&state), "d");
    update(&mut state, Msg::Rolled(-WHEEL));
    assert_eq!(selected(&state), "a");
    update(&mut state, Msg::Do(Command::CopyMenu));
    update(&mut state, Msg::Rolled(WHEEL));
    assert!(matches!(&state.nav.overlay, Some(Overlay::Copying(copying)) if copying.cursor == 1));
}

#[test]
fn the_mouse_is_turned_off_and_on() {
    let mut state = things(&["a"]);
    assert_eq!(update(&mut state, Msg::Do(Command::Mouse)), [Effect::Mouse(Mouse::Off)]);
    assert_eq!(update(&mut state, Msg::Do(Command::Mouse)), [Effect::Mouse(Mouse::On)]);
}

#[test]
fn a_theme_is_seen_at_the_first_press_and_kept_at_the_second_and_around_it_the_old_one_comes_back() {
    let mut state = things(&["a"]);
    state.theming = crate::app::theming::Theming::new(["dark", "light"].map(Into::into).to_vec(), "dark");
    update(&mut state, Msg::Do(Command::Theme));
    press(&mut state, Spot::Choice(1));
    assert_eq!((state.theming.name(), state.nav.overlay.is_some()), ("light", true));
    press(&mut state, Spot::Around);
    assert_eq!((state.theming.name(), state.nav.overlay.is_some()), ("dark", false));
    update(&mut state, Msg::Do(Command::Theme));
    press(&mut state, Spot::Choice(1));
    press(&mut state, Spot::Choice(1));
    assert_eq!((state.theming.name(), state.nav.overlay.is_some()), ("light", false));
}

#[test]
fn a_candidate_of_the_palette_is_carried_out() {
    let mut state = things(&["a"]);
    update(&mut state, Msg::Do(Command::Palette));
    "help".chars().for_each(|letter| drop(update(&mut state, Msg::Typed(crate::app::msg::Edit::Char(letter)))));
    press(&mut state, Spot::Choice(0));
    assert!(matches!(state.screen(), Screen::Help(_)) && state.nav.overlay.is_none());
}
