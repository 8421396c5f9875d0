//! The levels below a row: the list of what belongs to it, and the choice where there are several.

use std::{collections::HashSet, sync::Arc};

use crate::{
    app::{
        answers::{fill, table},
        state::{Below, ListScreen, Overlay, Screen, State, Tone},
        view::View,
    },
    model::{Key, Resource},
    service::Kind,
};

/// Opens the list of what belongs to a row. What is known of it already is on it at once.
pub(in crate::app) fn enter(state: &mut State, kind: &'static Kind, key: Key, parent: Arc<Resource>) {
    let list = ListScreen { kind, parent: Some(parent), view: View::of(key), marks: HashSet::new() };
    state.nav.screens.push(Screen::List(list));
    table(state, kind);
    fill(state, kind.id);
}

/// Offers the levels below a row.
pub(super) fn below(state: &mut State) {
    let here = matches!(state.screen(), Screen::List(_) | Screen::Home(_));
    let (Some(kind), Some((key, resource))) = (state.kind().filter(|_| here), state.selected()) else { return };
    if kind.opens.is_empty() {
        state.toast(Tone::Plain, &format!("nothing lies below {}", kind.title));
    } else {
        state.nav.overlay = Some(Overlay::Below(Below { kind, key, resource, cursor: 0 }));
    }
}

/// Takes a digit: the number of a level below.
pub(in crate::app) fn pick_below(state: &mut State, digit: char) {
    if let Some(number) = digit.to_digit(10).filter(|number| *number > 0) {
        choose_below(state, number as usize - 1);
    }
}

/// Takes one of the levels below a row.
pub(in crate::app) fn choose_below(state: &mut State, at: usize) {
    let Some(Overlay::Below(below)) = &state.nav.overlay else { return };
    if let Some(kind) = below.kind.opens.get(at).copied() {
        let (key, resource) = (below.key.clone(), below.resource.clone());
        state.nav.overlay = None;
        enter(state, kind, key, resource);
    }
}

#[cfg(test)]
mod tests;
