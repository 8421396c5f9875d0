use jiff::{SignedDuration, Timestamp};

use super::{Scope, Stand, Turn, Turns};
use crate::{
    app::{
        command::Command,
        msg::Msg,
        pointing::{Press, Spot},
        state::{Policy, Screen, State},
        tests::{HERE, instance, page, run, tick, with},
        update,
    },
    model::{Cell, Health, Key, KindId, Text},
};

fn seen(state: &State) -> Vec<String> {
    let word = |stand: &Option<Stand>| stand.as_ref().map_or("-".to_owned(), |stand| stand.state.to_string());
    let line = |turn: &Turn| format!("{} {} {}", turn.name, word(&turn.from), word(&turn.to));
    state.turns.newest(None).map(|seen| line(&seen.turn)).collect()
}

/// Three instances that are listed a second time as these.
fn again(rows: &[(&str, &str, &str)]) -> State {
    let mut state = with(Policy::Operator, &[("i-1", "a", "running"), ("i-2", "b", "stopped"), ("i-3", "c", "running")]);
    tick(&mut state, 72);
    page(&mut state, rows.iter().map(|(id, name, standing)| instance(id, name, standing)).collect());
    crate::app::tests::listed(&mut state, Ok(Vec::new()));
    state
}

#[test]
fn what_comes_goes_and_changes_is_told_and_the_first_list_is_no_news() {
    let state = again(&[("i-1", "a", "stopping"), ("i-2", "b", "stopped"), ("i-4", "d", "running")]);
    assert_eq!(seen(&state), ["c running -", "d - running", "a running stopping"]);
}

#[test]
fn what_is_learnt_of_a_row_is_no_news() {
    let mut state = with(Policy::Operator, &[("i-1", "a", "running")]);
    tick(&mut state, 72);
    let mut bare = instance("i-2", "b", "running");
    bare.cells.set(state.list().expect("a list").kind.column("state").expect("a column"), Cell::None);
    page(&mut state, vec![instance("i-1", "a", "running"), bare]);
    page(&mut state, vec![instance("i-2", "b", "running")]);
    assert_eq!(seen(&state), ["b - "], "it came, and then was described");
}

#[test]
fn rows_are_counted_by_their_states_whatever_becomes_of_them() {
    let state = again(&[("i-1", "a", "stopping"), ("i-2", "b", "stopped"), ("i-4", "d", "running")]);
    let states: Vec<(String, usize)> =
        state.fleet.tables[&KindId("ec2")].tally(&state.seen()).states().map(|(word, _, count)| (word.to_string(), count)).collect();
    assert_eq!(states, [("running".to_owned(), 1), ("stopped".into(), 1), ("stopping".into(), 1)]);
}

#[test]
fn the_screen_is_about_the_row_and_then_about_everything() {
    let mut state = again(&[("i-1", "a", "stopping"), ("i-2", "b", "stopped"), ("i-3", "c", "stopping")]);
    run(&mut state, &[Command::Changes]);
    let about = |state: &State| match state.screen() {
        Screen::Turns(lately) => (lately.scope, lately.lines(state).0.len()),
        other => panic!("another screen: {other:?}"),
    };
    assert_eq!(about(&state), (Scope::Row, 1));
    run(&mut state, &[Command::Changes]);
    assert_eq!(about(&state), (Scope::Fleet, 2));
    run(&mut state, &[Command::Down, Command::Open]);
    assert_eq!(state.selected().map(|(_, row)| row.name.to_string()), Some("a".to_owned()), "the older of the two");
    run(&mut state, &[Command::Back]);
    assert_eq!(about(&state), (Scope::Fleet, 2));
}

#[test]
fn they_are_bounded_and_one_row_pushes_out_no_other() {
    let mut turns = Turns::default();
    let turn = |id: &str| Turn {
        key: Key { target: HERE, kind: KindId("ec2"), id: id.into() },
        name: id.into(),
        from: None,
        to: Some(Stand { health: Health::Ok, state: Text::new("running"), worst: None }),
        reason: Text::default(),
    };
    let at = |second| Timestamp::UNIX_EPOCH.saturating_add(SignedDuration::from_secs(second)).expect("in range");
    turns.note(at(0), vec![turn("calm")]);
    (1..3_000).for_each(|second| turns.note(at(second), vec![turn("restless")]));
    assert_eq!(turns.newest(None).count(), 41);
    (0..3_000).for_each(|number| turns.note(at(4_000), vec![turn(&format!("i-{number}"))]));
    assert_eq!(turns.newest(None).count(), 2_000);
    assert_eq!(turns.of.values().sum::<usize>(), 2_000);
}

#[test]
fn a_press_selects_a_change_and_the_second_goes_to_its_row() {
    let mut state = again(&[("i-1", "a", "stopping"), ("i-2", "b", "stopped"), ("i-4", "d", "running")]);
    run(&mut state, &[Command::Changes, Command::Changes]);
    let at = seen(&state).iter().position(|line| line.starts_with("d ")).expect("a change");
    update(&mut state, Msg::Pointed(Spot::Row(at), Press::Once));
    let cursor = |state: &State| match state.screen() {
        Screen::Turns(lately) => lately.lines(state).1,
        other => panic!("another screen: {other:?}"),
    };
    assert_eq!(cursor(&state), at);
    update(&mut state, Msg::Rolled(-3));
    assert_eq!(cursor(&state), 0);
    update(&mut state, Msg::Pointed(Spot::Row(at), Press::Once));
    update(&mut state, Msg::Pointed(Spot::Row(at), Press::Twice));
    assert_eq!(state.selected().map(|(_, row)| row.name.to_string()), Some("d".to_owned()));
    assert!(matches!(state.screen(), Screen::List(_)));
}
