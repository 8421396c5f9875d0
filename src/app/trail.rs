//! The screens with rows that were visited, to go back to and forward again, each as it was left: lists, findings, overview, changes.

use std::{collections::HashSet, sync::Arc};

use super::{
    answers::{rebuild, table},
    home::{self, Home},
    overview::Overview,
    sight,
    state::{ListScreen, Screen, State, Tone},
    turns::Lately,
    view::View,
};
use crate::{
    model::{Key, KindId, Resource},
    service::Kind,
};

/// Visits kept each way.
const KEPT: usize = 50;

/// Where somebody was: the screens with rows from the root to the one in front.
pub(super) type Visit = Vec<Leg>;

/// One screen as it was left.
#[derive(Debug)]
pub(super) enum Leg {
    Home(Home),
    Overview(Overview),
    Turns(Lately),
    List(&'static Kind, Option<Arc<Resource>>, Box<View>),
}

impl Leg {
    /// What there is to come back to of a screen; nothing of texts.
    fn of(screen: &Screen) -> Option<Self> {
        match screen {
            Screen::Home(home) => Some(Self::Home(home.clone())),
            Screen::Overview(overview) => Some(Self::Overview(*overview)),
            Screen::Turns(lately) => Some(Self::Turns(lately.clone())),
            Screen::List(list) => Some(Self::List(list.kind, list.parent.clone(), Box::new(list.view.left()))),
            _ => None,
        }
    }

    fn screen(self) -> Screen {
        match self {
            Self::Home(home) => Screen::Home(home),
            Self::Overview(overview) => Screen::Overview(overview),
            Self::Turns(lately) => Screen::Turns(lately),
            Self::List(kind, parent, view) => Screen::List(ListScreen { kind, parent, view: *view, marks: HashSet::new() }),
        }
    }
}

/// Visits before this one and after it, the nearest last.
#[derive(Debug, Default)]
pub struct Trail {
    back: Vec<Visit>,
    ahead: Vec<Visit>,
    /// Where it was noted last to be.
    at: Option<Spot>,
}

/// What tells one visit from another: the screen in front, and the row it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spot {
    Home,
    Overview,
    Turns(Option<Key>),
    List(KindId, Option<Key>),
}

/// Which way to go along the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Back,
    Forward,
    /// To the visit before, and from there back here.
    Last,
}

/// Which screen with rows is in front, or behind the text in front.
pub(super) fn spot(state: &State) -> Option<Spot> {
    state.nav.screens.iter().rev().find_map(|screen| match screen {
        Screen::Home(_) => Some(Spot::Home),
        Screen::Overview(_) => Some(Spot::Overview),
        Screen::Turns(lately) => Some(Spot::Turns(lately.row.as_ref().map(|(key, _)| key.clone()))),
        Screen::List(ListScreen { kind, view, .. }) => {
            Some(Spot::List(kind.id, view.within.clone().or_else(|| view.tie.as_ref().map(|tie| tie.origin.clone()))))
        }
        _ => None,
    })
}

/// The visit as it is now.
pub(super) fn here(state: &State) -> Visit {
    state.nav.screens.iter().filter_map(Leg::of).collect()
}

/// Notes that another screen is in front, after something that was asked for.
pub(super) fn note(state: &mut State, (from, before): (Option<Spot>, Visit)) {
    let Some(now) = spot(state) else { return };
    // At the first thing that is asked for nothing has been noted yet.
    let known = state.trail.at.replace(now.clone()).or(from);
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
        let words = if way == Way::Forward { "there is nothing to go forward to" } else { "nothing was visited before this" };
        return state.toast(Tone::Plain, words);
    };
    push(if way == Way::Last { from } else { onto }, here);
    restore(state, visit);
    state.trail.at = spot(state);
}

fn restore(state: &mut State, visit: Visit) {
    state.nav.overlay = None;
    state.nav.screens = visit.into_iter().map(Leg::screen).collect();
    home::resume(state);
    sight::withdraw(state);
    let kind = |screen: &Screen| if let Screen::List(list) = screen { Some(list.kind) } else { None };
    for kind in state.nav.screens.iter().filter_map(kind).collect::<Vec<_>>() {
        table(state, kind);
        rebuild(state, kind.id);
    }
}

#[cfg(test)]
mod tests;
