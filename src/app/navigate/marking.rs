//! Marks: one row, a range, all, all others, none. They are of rows, not of places: sorting and filtering leave them alone.

use std::{collections::HashSet, ops::RangeInclusive};

use super::motion::{Motion, travel};
use crate::{
    app::{
        answers::{sift_on, undecided},
        fleet::Table,
        state::{ListScreen, Screen, State},
    },
    model::Key,
};

/// Marks the row under the cursor or takes its mark away, and goes one down.
pub(super) fn one(state: &mut State) {
    let Some((key, _)) = state.selected() else { return };
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return };
    list.view.anchor = Some(key.clone());
    if !list.marks.remove(&key) {
        list.marks.insert(key);
    }
    travel(state, Motion::By(1));
}

/// Marks the rows from the one marked last to the cursor; where none was, the one under the cursor.
pub(super) fn range(state: &mut State) {
    with_rows(state, |list, table| {
        let cursor = list.view.cursor();
        let anchor = list.view.anchor.as_ref().and_then(|key| table.slot(key));
        let from = anchor.and_then(|slot| list.view.order().iter().position(|known| *known == slot)).unwrap_or(cursor);
        let fresh = keys(list, table, from.min(cursor)..=from.max(cursor));
        list.marks.extend(fresh);
        list.view.anchor = list.view.selected_slot().and_then(|slot| table.row(slot)).map(|row| row.key.clone());
    });
}

/// Marks every row of the list, or none where some are marked. All means all: what was not decided about yet is decided about first.
pub(super) fn all(state: &mut State) {
    decide(state);
    with_rows(state, |list, table| {
        list.marks = if list.marks.is_empty() { everything(list, table) } else { HashSet::new() };
    });
}

/// Marks every row of the list that is not marked, and no other.
pub(super) fn invert(state: &mut State) {
    decide(state);
    with_rows(state, |list, table| {
        list.marks = everything(list, table).difference(&list.marks).cloned().collect();
    });
}

/// Marks no row.
pub(super) fn none(state: &mut State) {
    with_rows(state, |list, _| list.marks.clear());
}

fn decide(state: &mut State) {
    while undecided(state).next().is_some() {
        sift_on(state);
    }
}

fn with_rows(state: &mut State, change: impl FnOnce(&mut ListScreen, &Table)) {
    let State { nav, fleet, .. } = state;
    if let Some(Screen::List(list)) = nav.screens.last_mut()
        && let Some(table) = fleet.tables.get(&list.kind.id)
    {
        change(list, table);
    }
}

fn everything(list: &ListScreen, table: &Table) -> HashSet<Key> {
    match list.view.order().len() {
        0 => HashSet::new(),
        rows => keys(list, table, 0..=rows - 1),
    }
}

/// The identities of the rows at these places.
fn keys(list: &ListScreen, table: &Table, places: RangeInclusive<usize>) -> HashSet<Key> {
    let slots = list.view.order().get(places).unwrap_or_default();
    slots.iter().filter_map(|slot| table.row(*slot)).map(|row| row.key.clone()).collect()
}
