//! From a row to what it is related to, and back to the same row.

use super::*;
use crate::{
    app::{
        command::Command,
        forming::tests::{HERE, PARTS, THINGS, answer, bring, row, things},
        msg::{Answer, Msg},
        update,
    },
    model::resource::Page,
    service::Scope,
};

fn press(state: &mut State, command: Command) -> Vec<Effect> {
    update(state, Msg::Do(command))
}

fn counts(state: &State) -> Vec<(&'static str, Count)> {
    let Some(Overlay::Related(related)) = &state.nav.overlay else { panic!("{:?}", state.nav.overlay) };
    related.branches.iter().map(|branch| (branch.tie.relation.title, branch.count)).collect()
}

fn names(state: &State) -> Vec<String> {
    let list = state.list().expect("a list");
    let table = &state.fleet.tables[&list.kind.id];
    list.view.order().iter().filter_map(|slot| table.row(*slot)).map(|row| row.resource.name.to_string()).collect()
}

/// Lists all parts of everything in the one target there is.
fn list_parts(state: &mut State, rows: Vec<Resource>) {
    let now = state.now;
    let sweep = table(state, &PARTS).begin(HERE, None, now);
    answer(state, Answer::Page { target: HERE, kind: PARTS.id, sweep, page: Page { rows, overlays: Vec::new() } });
    answer(state, Answer::Listed { target: HERE, kind: PARTS.id, sweep, result: Ok(Vec::new()) });
}

#[test]
fn what_was_listed_is_counted_and_what_was_not_is_not_guessed() {
    let mut state = things(&["a", "b", "c"]);
    press(&mut state, Command::Related);
    assert_eq!(counts(&state), [("its parts", Count::Unknown), ("things in its state", Count::Exact(2))]);
    press(&mut state, Command::Back);
    list_parts(&mut state, vec![row(&PARTS, "a1", &["a"]), row(&PARTS, "a2", &["a"]), row(&PARTS, "b1", &["b"])]);
    press(&mut state, Command::Related);
    assert_eq!(counts(&state)[0], ("its parts", Count::Exact(2)));
}

#[test]
fn a_relation_leads_to_its_rows_alone_and_back_to_the_same_row() {
    let mut state = things(&["a", "b", "c"]);
    press(&mut state, Command::Down);
    press(&mut state, Command::Related);
    press(&mut state, Command::Down);
    press(&mut state, Command::Open);
    assert_eq!(names(&state), ["a", "c"]);
    // What comes later is held against the relation, too.
    let effects = press(&mut state, Command::Refresh);
    let [Effect::List { scope: Scope::All, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let mut other = row(&THINGS, "d", &[]);
    other.cells.set(0, crate::model::Cell::State(crate::model::Health::Bad, "ill".into()));
    bring(&mut state, &effects, vec![row(&THINGS, "a", &[]), row(&THINGS, "b", &[]), row(&THINGS, "e", &[]), other]);
    assert_eq!(names(&state), ["a", "e"]);
    press(&mut state, Command::Back);
    assert_eq!((names(&state).len(), state.selected().expect("a row").1.name.as_str()), (4, "b"));
}

#[test]
fn what_lies_below_a_row_is_listed_for_that_row_only() {
    let mut state = things(&["a"]);
    press(&mut state, Command::Related);
    update(&mut state, Msg::Picked('1'));
    let now = state.now.saturating_add(jiff::SignedDuration::from_secs(1)).expect("in range");
    let effects = update(&mut state, Msg::Tick(now));
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::List { kind, scope: Scope::Within(..), .. } if *kind == PARTS.id)),
        "{effects:?}"
    );
}

/// The list of everything may take long: what is named is asked for by its name, and is there as soon as that has come.
#[test]
fn what_a_row_names_is_asked_for_by_name() {
    let mut state = things(&[]);
    state.nav.screens = vec![Screen::List(ListScreen { kind: &PARTS, parent: None, view: View::default(), marks: HashSet::new() })];
    state.fleet.tables.remove(&THINGS.id);
    list_parts(&mut state, vec![row(&PARTS, "a1", &["a"])]);
    press(&mut state, Command::Related);
    assert_eq!(counts(&state), [("its thing", Count::Unknown)]);
    let effects = press(&mut state, Command::Open);
    let ids = vec!["a".into()];
    assert_eq!(effects, [Effect::Reread { target: HERE, kind: THINGS.id, ids: ids.clone() }]);
    let page = Page { rows: vec![row(&THINGS, "a", &[])], overlays: Vec::new() };
    answer(&mut state, Answer::Reread { target: HERE, kind: THINGS.id, ids, result: Ok(page) });
    assert_eq!(names(&state), ["a"]);
}

#[test]
fn a_row_that_is_alone_says_so() {
    let mut state = things(&["a"]);
    state.nav.screens = vec![Screen::List(ListScreen { kind: &PARTS, parent: None, view: View::default(), marks: HashSet::new() })];
    list_parts(&mut state, vec![row(&PARTS, "alone", &[])]);
    press(&mut state, Command::Related);
    assert!(state.nav.overlay.is_none());
    assert!(state.toasts[0].text.as_str().contains("related to alone"));
}

/// No key waits for the count of a long list: it goes on between the keys.
#[test]
fn long_lists_are_counted_a_slice_at_a_time() {
    let mut state = things(&["a"]);
    let rows = (0..STEP + 10).map(|number| row(&PARTS, &number.to_string(), &["a"])).collect();
    list_parts(&mut state, rows);
    let effects = press(&mut state, Command::Related);
    assert_eq!(counts(&state)[0].1, Count::Least(STEP, STEP as Slot));
    assert_eq!(effects, [Effect::Sift]);
    assert_eq!(update(&mut state, Msg::Sift), []);
    assert_eq!(counts(&state)[0].1, Count::Exact(STEP + 10));
}
