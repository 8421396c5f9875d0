//! Down to what belongs to a row and back to the same row; details of what is on the screen.

use crate::{
    app::{
        command::Command,
        effect::Effect,
        forming::tests::{HERE, PARTS, THINGS, answer, bring, row, things},
        msg::{Answer, Msg},
        state::{Screen, State},
        update,
    },
    model::{Cell, Health, Key, Problem, ProblemKind, resource::Overlay, resource::Page},
    service::Scope,
};

fn names(state: &State) -> Vec<String> {
    let list = state.list().expect("a list");
    let table = &state.fleet.tables[&list.kind.id];
    list.view.order().iter().filter_map(|slot| table.row(*slot)).map(|row| row.resource.name.to_string()).collect()
}

fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = state.now.saturating_add(jiff::SignedDuration::from_secs(seconds)).expect("in range");
    update(state, Msg::Tick(now))
}

/// The list of the parts of the second of two things, with its own parts on it.
fn inside() -> State {
    let mut state = things(&["a", "b"]);
    update(&mut state, Msg::Do(Command::Down));
    update(&mut state, Msg::Do(Command::Open));
    let effects = tick(&mut state, 1);
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::List { scope: Scope::Within(kind, parent), .. } if *kind == THINGS.id && parent.name.as_str() == "b")),
        "{effects:?}"
    );
    bring(&mut state, &effects, vec![row(&PARTS, "b1", &["b"]), row(&PARTS, "b2", &["b"])]);
    state
}

#[test]
fn a_level_shows_what_belongs_to_its_row_and_back_is_the_same_row() {
    let mut state = inside();
    assert_eq!(names(&state), ["b1", "b2"]);
    update(&mut state, Msg::Do(Command::Back));
    assert_eq!(
        (names(&state), state.selected().expect("a row").1.name.to_string()),
        (vec!["a".to_owned(), "b".to_owned()], "b".to_owned())
    );
    update(&mut state, Msg::Do(Command::Up));
    update(&mut state, Msg::Do(Command::Open));
    assert!(names(&state).is_empty());
    let effects = tick(&mut state, 1);
    bring(&mut state, &effects, vec![row(&PARTS, "a1", &["a"])]);
    assert_eq!(names(&state), ["a1"]);
    // What is known of the other is there at once when it is opened again, and nothing was taken from it.
    update(&mut state, Msg::Do(Command::Back));
    update(&mut state, Msg::Do(Command::Down));
    update(&mut state, Msg::Do(Command::Open));
    assert_eq!(names(&state), ["b1", "b2"]);
}

#[test]
fn a_sweep_of_a_part_takes_away_only_what_was_in_it() {
    let mut state = inside();
    let parts = state.fleet.tables.get_mut(&PARTS.id).expect("a table");
    let sweep = parts.begin(HERE, None, state.now);
    let all = vec![row(&PARTS, "a1", &["a"]), row(&PARTS, "b1", &["b"]), row(&PARTS, "b2", &["b"])];
    answer(&mut state, Answer::Page { target: HERE, kind: PARTS.id, sweep, page: Page { rows: all, overlays: Vec::new() } });
    answer(&mut state, Answer::Listed { target: HERE, kind: PARTS.id, sweep, result: Ok(Vec::new()) });
    let effects = tick(&mut state, 90);
    bring(&mut state, &effects, vec![row(&PARTS, "b2", &["b"])]);
    assert_eq!(names(&state), ["b2"]);
    assert_eq!(state.fleet.tables[&PARTS.id].len(), 2);
}

#[test]
fn a_digit_chooses_the_level() {
    let mut state = things(&["a"]);
    update(&mut state, Msg::Do(Command::Below));
    update(&mut state, Msg::Picked('9'));
    assert!(state.nav.overlay.is_some());
    update(&mut state, Msg::Picked('2'));
    assert!(matches!(state.screen(), Screen::List(list) if list.kind == &THINGS && list.parent.is_some()));
}

#[test]
fn details_are_asked_for_once_in_batches_and_stay_with_the_row() {
    let mut state = inside();
    let effects = tick(&mut state, 1);
    let asked: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Detail { .. })).collect();
    let [Effect::Detail { rows, .. }] = asked.as_slice() else { panic!("{effects:?}") };
    assert_eq!(rows.len(), 2);
    assert!(!tick(&mut state, 1).iter().any(|effect| matches!(effect, Effect::Detail { .. })));
    let ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
    let ill = Overlay { id: ids[0].clone(), cells: vec![(0, Cell::State(Health::Bad, "ill".into()))], tags: None };
    answer(
        &mut state,
        Answer::Detailed { target: HERE, kind: PARTS.id, ids: ids.clone(), result: Ok(Page { rows: vec![], overlays: vec![ill] }) },
    );
    let effects = tick(&mut state, 72);
    bring(&mut state, &effects, vec![row(&PARTS, "b1", &["b"]), row(&PARTS, "b2", &["b"])]);
    let key = Key { target: HERE, kind: PARTS.id, id: ids[0].clone() };
    assert_eq!(state.resource(&key).expect("a row").cells[0].words(), "ill");
    // The one that came without details is asked for again, and after a failure not at once.
    let again = |state: &mut State, seconds| tick(state, seconds).iter().any(|effect| matches!(effect, Effect::Detail { .. }));
    let failure = Problem::new(ProblemKind::Denied, "no", "");
    answer(&mut state, Answer::Detailed { target: HERE, kind: PARTS.id, ids, result: Err(failure) });
    assert!(!again(&mut state, 1));
    assert!(again(&mut state, 40));
}

/// What was told of a row that waited is not so any more when it runs.
#[test]
fn details_of_another_state_are_asked_for_again() {
    let mut state = inside();
    let effects = tick(&mut state, 1);
    let rows = effects.iter().find_map(|effect| match effect {
        Effect::Detail { rows, .. } => Some(rows.clone()),
        _ => None,
    });
    let ids: Vec<crate::model::Text> = rows.expect("a question").iter().map(|row| row.id.clone()).collect();
    let told = ids.iter().map(|id| Overlay { id: id.clone(), cells: vec![], tags: None }).collect();
    answer(&mut state, Answer::Detailed { target: HERE, kind: PARTS.id, ids, result: Ok(Page { rows: vec![], overlays: told }) });
    let mut moved = row(&PARTS, "b1", &["b"]);
    moved.cells.set(0, Cell::State(Health::Busy, "moved".into()));
    let sweep = state.fleet.tables.get_mut(&PARTS.id).expect("a table").begin(HERE, None, state.now);
    let page = Page { rows: vec![moved, row(&PARTS, "b2", &["b"])], overlays: Vec::new() };
    answer(&mut state, Answer::Page { target: HERE, kind: PARTS.id, sweep, page });
    let asked: Vec<String> = tick(&mut state, 1)
        .iter()
        .filter_map(|effect| match effect {
            Effect::Detail { rows, .. } => Some(rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>()),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(asked, ["b1"]);
}
