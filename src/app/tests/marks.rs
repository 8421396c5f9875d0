//! Marks of rows, by ones, ranges and all.

use super::*;

fn many() -> State {
    with(
        Policy::Operator,
        &[("i-1", "a", "running"), ("i-2", "b", "stopped"), ("i-3", "c", "running"), ("i-4", "d", "running"), ("i-5", "e", "stopped")],
    )
}

fn marked(state: &State) -> String {
    let list = state.list().expect("a list");
    let table = &state.fleet.tables[&kind().id];
    let mut names: Vec<String> = list.marks.iter().filter_map(|key| table.find(key)).map(|row| row.resource.name.to_string()).collect();
    names.sort();
    names.concat()
}

#[test]
fn a_range_goes_from_the_row_marked_last_to_the_cursor_either_way() {
    let mut state = many();
    run(&mut state, &[Command::Down, Command::Mark, Command::Down, Command::MarkRange]);
    assert_eq!(marked(&state), "bcd");
    run(&mut state, &[Command::Top, Command::MarkRange]);
    assert_eq!(marked(&state), "abcd", "from where the range before ended");
}

#[test]
fn a_range_without_a_beginning_is_one_row() {
    let mut state = many();
    run(&mut state, &[Command::Down, Command::MarkRange]);
    assert_eq!(marked(&state), "b");
}

#[test]
fn marks_are_turned_round_within_what_is_listed_and_cleared() {
    let mut state = many();
    run(&mut state, &[Command::Mark, Command::MarkInvert]);
    assert_eq!(marked(&state), "bcde");
    run(&mut state, &[Command::MarkNone]);
    assert_eq!(marked(&state), "");
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "state:running");
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::MarkInvert]);
    assert_eq!(marked(&state), "acd");
}

#[test]
fn a_range_follows_its_row_when_the_order_changes() {
    let mut state = many();
    run(&mut state, &[Command::Mark, Command::SortReverse, Command::Bottom, Command::Up, Command::Up, Command::MarkRange]);
    assert_eq!(marked(&state), "abc");
}
