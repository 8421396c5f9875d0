//! The order of a list: by the next column, by the n-th on the screen, turned round.

use super::motion::Towards;
use crate::app::{
    answers::resort,
    columns::{self, What},
    pricing,
    state::{ListScreen, Overlay, Screen, State, Tone},
    view::{Direction, Sort},
};

/// Sorts by the next column that a list can be sorted by; past a metric that is offered with its price by the one after it.
pub(super) fn next(state: &mut State, towards: Towards) {
    let offered = match state.nav.overlay.take() {
        Some(Overlay::Offer(offer)) => Some(What::Metric(offer.metric)),
        _ => None,
    };
    let Some(list) = state.list() else { return };
    let choices = columns::sortable(state, list);
    let before = offered.unwrap_or(list.view.sort.by);
    let at = choices.iter().position(|by| *by == before).unwrap_or(0);
    let step = match towards {
        Towards::End => 1,
        Towards::Start => choices.len() - 1,
    };
    by(state, choices[(at + step) % choices.len()]);
}

/// Sorts by the n-th column on the screen, counted from 1; where the list is sorted by it the order is turned round.
pub(super) fn nth(state: &mut State, number: usize) {
    let Screen::List(list) = state.screen() else { return };
    let columns = columns::on_screen(state, list).columns;
    match columns.get(number - 1) {
        Some(column) => under(state, column.what),
        None => state.toast(Tone::Plain, &format!("there are {} columns on the screen", columns.len())),
    }
}

/// Sorts by what stands under a heading; again turns the order round.
pub(in crate::app) fn under(state: &mut State, by: What) {
    match (state.list().map(|list| list.view.sort.by), by) {
        (Some(known), by) if known == by => reverse(state),
        (Some(_), What::Metric(metric)) => pricing::sort(state, metric),
        _ => with_list(state, |list| list.view.sort = Sort { by, direction: Direction::Up }),
    }
}

fn by(state: &mut State, by: What) {
    match by {
        What::Metric(metric) => pricing::sort(state, metric),
        by => with_list(state, |list| {
            if matches!(list.view.sort.by, What::Metric(_)) {
                list.view.sort.direction = Direction::Up;
            }
            list.view.sort.by = by;
        }),
    }
}

/// Turns the order round.
pub(super) fn reverse(state: &mut State) {
    with_list(state, |list| {
        list.view.sort.direction = match list.view.sort.direction {
            Direction::Up => Direction::Down,
            Direction::Down => Direction::Up,
        };
    });
}

fn with_list(state: &mut State, change: impl FnOnce(&mut ListScreen)) {
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return };
    change(list);
    let kind = list.kind.id;
    resort(state, kind);
}
