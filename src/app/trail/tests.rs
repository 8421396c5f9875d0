use super::*;
use crate::app::{
    command::Command,
    msg::{Edit, Msg},
    tests::{names, run, three},
    update,
};

fn kinds(state: &State) -> Vec<&str> {
    let kind = |screen: &Screen| if let Screen::List(list) = screen { list.kind.id.0 } else { "" };
    state.nav.screens.iter().map(kind).collect()
}

fn say(state: &mut State, text: &str) {
    run(state, &[Command::Palette]);
    text.chars().for_each(|letter| drop(update(state, Msg::Typed(Edit::Char(letter)))));
    update(state, Msg::Typed(Edit::Submit));
}

#[test]
fn lists_are_gone_back_to_as_they_were_left_and_forward_again() {
    let mut state = three();
    run(&mut state, &[Command::Filter]);
    "running".chars().for_each(|letter| drop(update(&mut state, Msg::Typed(Edit::Char(letter)))));
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::Down]);
    say(&mut state, "lambda");
    say(&mut state, "batch");
    run(&mut state, &[Command::ViewBack]);
    assert_eq!(kinds(&state), ["lambda"]);
    run(&mut state, &[Command::ViewBack]);
    assert_eq!((kinds(&state), names(&state)), (vec!["ec2"], vec!["a".to_owned(), "c".into()]));
    assert_eq!(state.selected().map(|(_, row)| row.name.to_string()), Some("c".to_owned()), "the cursor is on the same row");
    run(&mut state, &[Command::ViewForward, Command::ViewForward]);
    assert_eq!(kinds(&state), ["batch"]);
    run(&mut state, &[Command::ViewForward]);
    assert_eq!(kinds(&state), ["batch"], "there is nothing after it");
}

#[test]
fn the_last_list_and_this_one_take_turns() {
    let mut state = three();
    run(&mut state, &[Command::LastView]);
    assert_eq!(kinds(&state), ["ec2"], "there is none before it");
    say(&mut state, "lambda");
    run(&mut state, &[Command::LastView]);
    assert_eq!(kinds(&state), ["ec2"]);
    run(&mut state, &[Command::LastView]);
    assert_eq!(kinds(&state), ["lambda"]);
    say(&mut state, "last-view");
    assert_eq!(kinds(&state), ["ec2"], "by its name too");
}

#[test]
fn where_another_way_was_taken_there_is_nothing_ahead() {
    let mut state = three();
    say(&mut state, "lambda");
    run(&mut state, &[Command::ViewBack]);
    say(&mut state, "batch");
    run(&mut state, &[Command::ViewForward]);
    assert_eq!(kinds(&state), ["batch"]);
    run(&mut state, &[Command::ViewBack]);
    assert_eq!(kinds(&state), ["ec2"]);
}

#[test]
fn the_findings_are_gone_back_to_as_well() {
    let mut state = three();
    run(&mut state, &[Command::Home]);
    say(&mut state, "lambda");
    run(&mut state, &[Command::ViewBack]);
    assert!(matches!(state.screen(), Screen::Home(_)));
    run(&mut state, &[Command::ViewBack]);
    assert_eq!(kinds(&state), ["ec2"]);
    run(&mut state, &[Command::ViewForward]);
    assert!(matches!(state.screen(), Screen::Home(_)));
}

fn screens(state: &State) -> Vec<&'static str> {
    let word = |screen: &Screen| match screen {
        Screen::Home(_) => "findings",
        Screen::Overview(_) => "overview",
        Screen::Turns(_) => "changes",
        Screen::List(list) => list.kind.id.0,
        _ => "text",
    };
    state.nav.screens.iter().map(word).collect()
}

#[test]
fn findings_overview_and_changes_are_gone_back_to_as_lists_are() {
    let mut state = three();
    run(&mut state, &[Command::Home, Command::Filter]);
    "critical".chars().for_each(|letter| drop(update(&mut state, Msg::Typed(Edit::Char(letter)))));
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::Overview, Command::NextTab, Command::Changes]);
    say(&mut state, "lambda");
    assert_eq!(screens(&state), ["lambda"]);
    run(&mut state, &[Command::ViewBack]);
    assert_eq!(screens(&state), ["findings", "overview", "changes"]);
    run(&mut state, &[Command::ViewBack]);
    assert_eq!(screens(&state), ["findings", "overview"]);
    assert!(matches!(state.screen(), Screen::Overview(overview) if overview.spot == crate::app::overview::Spot::Tile(1)));
    run(&mut state, &[Command::ViewBack]);
    assert!(matches!(state.screen(), Screen::Home(home) if home.filter_text == "critical"));
    assert!(state.findings.board.decided());
    run(&mut state, &[Command::ViewBack]);
    assert_eq!(screens(&state), ["ec2"]);
    run(&mut state, &[Command::ViewForward, Command::ViewForward]);
    assert_eq!(screens(&state), ["findings", "overview"]);
    run(&mut state, &[Command::LastView, Command::LastView]);
    assert_eq!(screens(&state), ["findings", "overview"]);
}
