//! Pointing: what a place on the screen stands for, and what a press there does.

use super::{
    acting, arranging,
    columns::What,
    command::Command,
    copying,
    effect::Effect,
    forming, home,
    manner::Mouse,
    navigate, overview, prompts, relating,
    state::{Overlay, Screen, State, Tone},
    targets, theming, turns,
};
use crate::service;

/// Rows that one step of the wheel goes.
pub const WHEEL: isize = 3;

/// Something on the screen that can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The line at this position of the list, the findings, the changes or the targets.
    Row(usize),
    /// A tile or a cell of the overview.
    Glance(overview::Spot),
    /// The tab at this position: the findings, then the services.
    Tab(usize),
    /// The heading of a column.
    Heading(What),
    /// The entry at this position of the box over the screen.
    Choice(usize),
    /// What lies around that box.
    Around,
}

/// How it was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// Once.
    Once,
    /// Twice at the same place, soon after each other.
    Twice,
}

/// Takes a press: a row or a tile is selected and at the second press opened, an entry of a box is taken, a heading sorts, then turns round.
/// A theme is seen before it is taken, and a field of a form is gone to.
pub(super) fn pressed(state: &mut State, spot: Spot, press: Press) -> Vec<Effect> {
    match spot {
        Spot::Row(at) => {
            let chosen = |state: &State| state.selected().map(|(key, _)| key);
            let before = chosen(state);
            select(state, at);
            // Rows may have moved since the first press: another one than that has chosen is not opened.
            return if chosen(state) == before { opened(state, press) } else { Vec::new() };
        }
        Spot::Glance(spot) => {
            overview::point(state, spot);
            return opened(state, press);
        }
        Spot::Tab(at) => match at.checked_sub(1) {
            Some(at) => {
                if let Some(kind) = service::ALL.get(at).and_then(|service| service.kinds.first()) {
                    navigate::show(state, kind);
                }
            }
            None => home::go(state),
        },
        Spot::Heading(by) => navigate::sort_under(state, by),
        Spot::Choice(at) => return choose(state, at),
        Spot::Around => {
            theming::restore(state);
            state.nav.overlay = None;
        }
    }
    Vec::new()
}

/// The second press opens what the first has selected.
fn opened(state: &mut State, press: Press) -> Vec<Effect> {
    match press {
        Press::Once => Vec::new(),
        Press::Twice => navigate::command(state, Command::Open),
    }
}

fn select(state: &mut State, at: usize) {
    match state.screen() {
        Screen::Home(_) => return home::travel(state, |_, _| at),
        Screen::Turns(_) => return turns::travel(state, |_, _| at),
        _ => {}
    }
    let State { nav, fleet, .. } = state;
    match nav.screens.last_mut() {
        Some(Screen::List(list)) => {
            if let Some(table) = fleet.tables.get(&list.kind.id) {
                list.view.jump(at, table);
            }
        }
        Some(Screen::Targets(roster)) => roster.jump(at, &targets::order(fleet)),
        _ => {}
    }
}

fn choose(state: &mut State, at: usize) -> Vec<Effect> {
    match &mut state.nav.overlay {
        Some(Overlay::Menu(menu)) => {
            menu.cursor = at;
            acting::pick_highlighted(state)
        }
        Some(Overlay::Below(_)) => {
            navigate::choose_below(state, at);
            Vec::new()
        }
        Some(Overlay::Columns(arranging)) => {
            arranging.cursor = at;
            arranging::picked(state, ' ');
            Vec::new()
        }
        Some(Overlay::Related(_)) => relating::choose(state, at),
        Some(Overlay::Copying(_)) => copying::choose(state, at),
        Some(Overlay::Themes(_)) => {
            theming::choose(state, at);
            Vec::new()
        }
        Some(Overlay::Form(form)) => {
            forming::jump(form, at);
            Vec::new()
        }
        Some(Overlay::Prompt(_)) => prompts::pick(state, at),
        _ => Vec::new(),
    }
}

/// Turns the mouse on or off.
pub(super) fn toggle(state: &mut State) -> Vec<Effect> {
    let (mouse, words) = match state.manner.mouse {
        Mouse::On => (Mouse::Off, "the mouse is the terminal's: it selects text"),
        Mouse::Off => (Mouse::On, "the mouse is ours: with Shift held it selects text"),
    };
    state.manner.mouse = mouse;
    state.toast(Tone::Plain, words);
    vec![Effect::Mouse(mouse)]
}

#[cfg(test)]
mod tests;
