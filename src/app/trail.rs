//! The findings and the lists that were visited, to go back to and forward again, each as it was left.

use std::{collections::HashSet, sync::Arc};

use super::{
    answers::{rebuild, table},
    home::Home,
    state::{ListScreen, Screen, State, Tone},
    view::View,
};
use crate::{
    model::{Key, KindId, Resource},
    service::Kind,
};

/// Visits kept each way.
const KEPT: usize = 50;

/// Where somebody was: the findings and the lists from the root to the one in front.
pub(super) type Visit = Vec<Leg>;

/// One screen as it was left.
#[derive(Debug)]
pub(super) enum Leg {
    /// The findings.
    Home(Home),
    /// A list without its rows.
    List { kind: &'static Kind, parent: Option<Arc<Resource>>, view: Box<View> },
}

/// Visits before this one and after it, the nearest last.
#[derive(Debug, Default)]
pub struct Trail {
    back: Vec<Visit>,
    ahead: Vec<Visit>,
    /// Where it was noted last to be; `None` before anything was asked for.
    at: Option<Spot>,
}

/// What tells one visit from another: the kind of the list in front and the row it belongs to.
pub(super) type Spot = Option<(KindId, Option<Key>)>;

/// Which way to go along the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Back,
    Forward,
    /// To the visit before, and from there back here.
    Last,
}

/// Which list is in front, or behind the text in front; `None` for the findings.
pub(super) fn spot(state: &State) -> Spot {
    let origin = |list: &ListScreen| list.view.within.clone().or_else(|| list.view.tie.as_ref().map(|tie| tie.origin.clone()));
    let place = |screen: &Screen| match screen {
        Screen::List(list) => Some(Some((list.kind.id, origin(list)))),
        Screen::Home(_) => Some(None),
        _ => None,
    };
    state.nav.screens.iter().rev().find_map(place).flatten()
}

/// The visit that something was asked for in, before it is done.
pub(super) fn leaving(state: &mut State) -> Visit {
    let spot = spot(state);
    state.trail.at.get_or_insert(spot);
    here(state)
}

/// The visit as it is now.
fn here(state: &State) -> Visit {
    let leg = |screen: &Screen| match screen {
        Screen::List(list) => Some(Leg::List { kind: list.kind, parent: list.parent.clone(), view: Box::new(list.view.left()) }),
        Screen::Home(home) => Some(Leg::Home(home.clone())),
        _ => None,
    };
    state.nav.screens.iter().filter_map(leg).collect()
}

/// Notes that another list is in front, after something that was asked for.
pub(super) fn note(state: &mut State, before: Visit) {
    let now = spot(state);
    let known = state.trail.at.replace(now.clone());
    if known.is_some_and(|known| known != now) && !before.is_empty() {
        state.trail.ahead.clear();
        push(&mut state.trail.back, before);
    }
}

fn push(visits: &mut Vec<Visit>, visit: Visit) {
    visits.push(visit);
    let excess = visits.len().saturating_sub(KEPT);
    visits.drain(..excess);
}

/// Goes to another visit, and remembers this one.
pub(super) fn go(state: &mut State, way: Way) {
    let here = here(state);
    let Trail { back, ahead, .. } = &mut state.trail;
    let (from, onto) = if way == Way::Forward { (ahead, back) } else { (back, ahead) };
    let Some(visit) = from.pop() else {
        let words = if way == Way::Forward { "there is no list to go forward to" } else { "no other list was visited before this one" };
        return state.toast(Tone::Plain, words);
    };
    push(if way == Way::Last { from } else { onto }, here);
    restore(state, visit);
    state.trail.at = Some(spot(state));
}

fn restore(state: &mut State, visit: Visit) {
    let kind = |leg: &Leg| if let Leg::List { kind, .. } = leg { Some(*kind) } else { None };
    let kinds: Vec<&'static Kind> = visit.iter().filter_map(kind).collect();
    let screen = |leg| match leg {
        Leg::Home(home) => Screen::Home(home),
        Leg::List { kind, parent, view } => Screen::List(ListScreen { kind, parent, view: *view, marks: HashSet::new() }),
    };
    state.nav.overlay = None;
    state.nav.screens = visit.into_iter().map(screen).collect();
    for kind in kinds {
        table(state, kind);
        rebuild(state, kind.id);
    }
}

#[cfg(test)]
mod tests;
