//! The roots: the findings and the lists of services, and going round them.

use std::collections::HashSet;

use super::Towards;
use crate::{
    app::{
        answers::{fill, table},
        home,
        state::{ListScreen, Screen, State},
        view::View,
    },
    service::{self, Kind},
};

/// Opens the list of a kind over what is in front.
pub(in crate::app) fn over(state: &mut State, kind: &'static Kind) {
    state.nav.screens.push(Screen::List(ListScreen { kind, parent: None, view: View::default(), marks: HashSet::new() }));
    table(state, kind);
    fill(state, kind.id);
}

/// Shows the list of a kind, as the root.
pub(in crate::app) fn show(state: &mut State, kind: &'static Kind) {
    state.nav.overlay = None;
    let same = matches!(state.nav.screens.first(), Some(Screen::List(list)) if list.kind == kind);
    state.nav.screens.truncate(1);
    if !same {
        state.nav.screens = vec![Screen::List(ListScreen { kind, parent: None, view: View::default(), marks: HashSet::new() })];
        fill(state, kind.id);
    }
}

/// The findings, then every service, and round again.
pub(super) fn tab(state: &mut State, towards: Towards) {
    let count = service::ALL.len() + 1;
    let at = match state.surface() {
        Some(Screen::List(list)) => service::ALL.iter().position(|service| service.kinds.contains(&list.kind)).map_or(0, |at| at + 1),
        _ => 0,
    };
    let step = match towards {
        Towards::End => 1,
        Towards::Start => count - 1,
    };
    match ((at + step) % count).checked_sub(1) {
        Some(at) => service::ALL[at].kinds.first().into_iter().for_each(|kind| show(state, kind)),
        None => home::go(state),
    }
}
