use super::*;
use crate::app::{
    columns::What,
    command::Command,
    geometry,
    msg::Msg,
    tests::{names, run, three, with},
    update,
    view::Direction,
};

fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    keys.chars().flat_map(|key| update(state, Msg::Picked(key))).collect()
}

fn fit(state: &State) -> columns::Fit {
    let list = state.list().expect("a list");
    columns::fit(state, list, 0..list.view.order().len(), usize::from(state.size.0) - columns::GUTTER)
}

fn titles(state: &State) -> Vec<&'static str> {
    fit(state).columns.iter().map(|column| column.title).collect()
}

fn width(state: &State, title: &str) -> usize {
    fit(state).columns.iter().find(|column| column.title == title).map_or(0, |column| column.width)
}

/// Puts the cursor of the choice on a column.
fn choose(state: &mut State, title: &str) {
    run(state, &[Command::Columns]);
    let list = state.list().expect("a list");
    let at = columns::every(state, list).iter().position(|what| what.title(list.kind) == title).expect("such a column");
    run(state, &vec![Command::Down; at]);
}

#[test]
fn a_column_is_taken_out_and_in_again_and_that_is_kept_when_the_choice_is_closed() {
    let mut state = three();
    assert!(titles(&state).contains(&"STATE"));
    choose(&mut state, "STATE");
    assert_eq!(press(&mut state, " "), []);
    assert!(!titles(&state).contains(&"STATE"));
    let effects = run(&mut state, &[Command::Back]);
    assert_eq!(effects, [Effect::KeepLayouts(state.layouts.clone())]);
    choose(&mut state, "STATE");
    press(&mut state, " ");
    assert!(titles(&state).contains(&"STATE"));
    assert!(state.layouts.of(state.list().expect("a list").kind.id).is_plain(), "what comes by itself is not written down");
}

#[test]
fn what_the_kind_keeps_for_details_can_be_in_the_list() {
    let mut state = three();
    choose(&mut state, "SUBNET");
    press(&mut state, " ");
    assert!(titles(&state).contains(&"SUBNET"));
    run(&mut state, &[Command::Back]);
    assert_eq!(run(&mut state, &[Command::Columns, Command::Back]), [], "nothing was changed");
}

#[test]
fn columns_are_moved_but_never_before_the_name() {
    let mut state = three();
    choose(&mut state, "STATE");
    press(&mut state, "KKKKK");
    assert_eq!(titles(&state)[..2], ["NAME", "STATE"]);
    press(&mut state, "J");
    assert_eq!(titles(&state)[..3], ["NAME", "ID", "STATE"]);
    press(&mut state, "R");
    assert!(state.layouts.of(state.list().expect("a list").kind.id).is_plain());
}

#[test]
fn columns_are_made_wider_and_narrower_but_never_nothing() {
    let mut state = three();
    let before = width(&state, "STATE");
    choose(&mut state, "STATE");
    press(&mut state, "+++");
    assert_eq!(width(&state, "STATE"), before + 3);
    press(&mut state, "-----");
    assert_eq!(width(&state, "STATE"), before - 2);
    press(&mut state, &"-".repeat(60));
    assert_eq!(width(&state, "STATE"), 4);
}

#[test]
fn the_name_stays_while_the_columns_behind_it_are_scrolled() {
    let mut state = three();
    state.size = (60, 20);
    assert!(fit(&state).after > 0);
    let first = titles(&state);
    run(&mut state, &[Command::ColumnsRight]);
    assert_eq!((titles(&state)[0], fit(&state).before), ("NAME", 1));
    run(&mut state, &[Command::ColumnsRight; 60]);
    let last = fit(&state);
    assert_eq!((last.after, last.columns[0].title), (0, "NAME"));
    run(&mut state, &[Command::ColumnsLeft; 60]);
    assert_eq!(titles(&state), first);
}

#[test]
fn a_digit_sorts_by_that_column_of_the_screen_and_turns_round() {
    let mut state = three();
    let at = titles(&state).iter().position(|title| *title == "STATE").expect("a state") as u8 + 1;
    run(&mut state, &[Command::SortBy(at)]);
    assert_eq!(names(&state), ["a", "c", "b"]);
    run(&mut state, &[Command::SortBy(at)]);
    assert_eq!(names(&state), ["b", "a", "c"]);
    run(&mut state, &[Command::SortBy(1)]);
    let sort = state.list().expect("a list").view.sort;
    assert_eq!((sort.by, sort.direction), (What::Name, Direction::Up), "another column begins anew");
    state.size = (60, 20);
    run(&mut state, &[Command::SortBy(10)]);
    assert!(state.toasts.last().is_some_and(|toast| toast.text.as_str().contains("columns on the screen")));
}

#[test]
fn names_are_whole_where_there_is_room() {
    let long = "payments-checkout-production-blue-canary-1a";
    let mut state = with(crate::app::state::Policy::Operator, &[("i-1", long, "running"), ("i-2", "b", "running")]);
    update(&mut state, Msg::Resized(200, 30));
    assert_eq!(width(&state, "NAME"), long.len());
    update(&mut state, Msg::Resized(60, 30));
    assert!(width(&state, "NAME") < long.len());
}

/// Whatever is chosen, the name is first, and what is drawn has room.
#[test]
fn any_arrangement_fits() {
    let mut state = three();
    run(&mut state, &[Command::Columns]);
    for (at, keys) in ["  +", "J ", "K-", " J+", "-- ", "KK ", "R", " + J"].iter().cycle().take(300).enumerate() {
        run(&mut state, &[if at % 7 == 0 { Command::Up } else { Command::Down }]);
        press(&mut state, keys);
        for columns in [60, 80, 200] {
            state.size = (columns, 20);
            let fit = fit(&state);
            let total: usize = fit.columns.iter().map(|column| column.width + columns::GAP).sum();
            assert_eq!(fit.columns[0].what, What::Name);
            assert!(fit.columns.len() == 1 || total <= usize::from(columns), "{total} of {columns}");
        }
    }
}

/// What a later version, another fleet or a hand in the file may leave behind: only what is known counts.
#[test]
fn a_layout_of_what_is_not_there_changes_nothing_else() {
    let mut state = three();
    state.size = (200, 30);
    let plain = titles(&state);
    let kept = r#"{"ec2": {"order": ["gone", "state", "state", "name", "metrics.gone"], "choices": {"gone": "shown", "metrics.gone": "shown", "name": "hidden",
        "zone": "hidden"}, "stretches": {"gone": 9, "metrics.gone": -9, "state": -32768}}, "no-such-kind": {"order": ["name"]}}"#;
    state.layouts = serde_json::from_str(kept).expect("layouts");
    let mut wanted = plain.clone();
    wanted.retain(|title| !matches!(*title, "STATE" | "AZ"));
    wanted.insert(1, "STATE");
    assert_eq!(titles(&state), wanted);
    assert_eq!(width(&state, "STATE"), 4);
}

/// A sparkline goes before the value beside it does, and what is narrower than both can be given up all the same.
#[test]
fn metrics_made_narrow_lose_their_sparkline_first() {
    let mut state = three();
    choose(&mut state, "CPU");
    press(&mut state, &"-".repeat(60));
    for columns in 60..200 {
        state.size = (columns, 20);
        assert!(fit(&state).columns.iter().all(|column| column.title != "CPU" || column.width == 4), "{columns}");
    }
}

#[test]
fn what_is_arranged_where_there_is_one_region_keeps_the_place_of_the_regions() {
    let mut state = three();
    let kind = state.list().expect("a list").kind;
    state.layouts.change(kind.id).arrange(vec!["name".into(), "region".into(), "state".into()]);
    choose(&mut state, "ID");
    press(&mut state, "J");
    let kept = serde_json::to_value(&state.layouts).expect("JSON");
    let order: Vec<_> = kept["ec2"]["order"].as_array().expect("an order").iter().filter_map(|id| id.as_str()).collect();
    assert!(order.starts_with(&["name", "state"]) && order.ends_with(&["region"]), "{order:?}");
}

#[test]
fn every_column_of_every_kind_is_kept_under_a_name_of_its_own() {
    for kind in crate::service::kinds() {
        let facts = (0..kind.columns.len()).map(What::Column);
        let all = facts.chain((0..kind.metrics.len()).map(What::Metric)).chain([What::Name, What::Id, What::Profile, What::Region]);
        let mut ids: Vec<_> = all.map(|what| what.id(kind)).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{}", kind.id.0);
    }
}

#[test]
fn the_choice_is_gone_through_by_pages_and_to_its_ends() {
    let mut state = three();
    state.size = (80, 24);
    let cursor = |state: &State| arranging(state).expect("the choice");
    run(&mut state, &[Command::Columns, Command::PageDown]);
    assert_eq!(cursor(&state), geometry::column_rows(state.size) - 1);
    run(&mut state, &[Command::Bottom, Command::Down, Command::PageDown]);
    assert_eq!(cursor(&state) + 1, columns::every(&state, state.list().expect("a list")).len());
    run(&mut state, &[Command::Top]);
    assert_eq!(cursor(&state), 0);
}
