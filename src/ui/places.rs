//! What lies where: the places that can be pointed at, by the same functions that draw them.

use ratatui::layout::{Position, Rect};

use super::{
    Look, arranging, choosing::Choosing, footer, form, front::Front, home, layout, list, menu, offers, overview, panel::Choices, small,
    tabs, themes,
};
use crate::app::{
    command::Command,
    pointing::Spot,
    state::{Overlay, Screen, State},
    targets,
};

/// What a place on the screen stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Something that is on the screen.
    Spot(Spot),
    /// A key that is offered in the last line.
    Key(Command),
}

/// What is at a place; `None` where a press means nothing.
pub fn at(state: &State, look: &Look<'_>, (x, y): (u16, u16)) -> Option<Place> {
    let (area, position) = (Rect::new(0, 0, state.size.0, state.size.1), Position { x, y });
    if small::too_small(area) {
        return None;
    }
    let areas = layout::areas(area, state);
    if areas.footer.contains(position) {
        return found(footer::places(areas.footer, state, look), position).map(Place::Key);
    }
    let spot = match &state.nav.overlay {
        Some(overlay) => over(overlay, state, areas.middle(), position),
        None if areas.tabs.contains(position) => found(tabs::places(areas.tabs, state, look.theme), position).map(Spot::Tab),
        None => front(state, &areas, position),
    };
    spot.map(Place::Spot)
}

fn found<T>(places: impl IntoIterator<Item = (Rect, T)>, position: Position) -> Option<T> {
    places.into_iter().find(|(area, _)| area.contains(position)).map(|(_, what)| what)
}

/// Boxes in which something is chosen are left by a press around them; all others only by their keys.
///
/// A plan is confirmed by keys alone: no press does anything that a tired hand may regret.
fn over(overlay: &Overlay, state: &State, area: Rect, position: Position) -> Option<Spot> {
    let choices: Choices = match overlay {
        Overlay::Menu(menu) => menu::choices(area, menu),
        Overlay::Below(_) | Overlay::Related(_) | Overlay::Copying(_) => Choosing::of(overlay)?.choices(area),
        Overlay::Columns(arranging) => arranging::choices(area, state, *arranging)?,
        Overlay::Themes(_) => themes::choices(area, state),
        Overlay::Form(form) => return found(form::places(area, form), position).map(Spot::Choice),
        Overlay::Prompt(prompt) => return found(offers::places(offers::above_the_footer(area), prompt), position).map(Spot::Choice),
        Overlay::Plan(_) | Overlay::Offer(_) => return None,
    };
    match choices.at(position) {
        Some(at) => Some(Spot::Choice(at)),
        None => (!choices.frame.contains(position)).then_some(Spot::Around),
    }
}

fn front(state: &State, areas: &layout::Areas, position: Position) -> Option<Spot> {
    match state.screen() {
        Screen::List(_) => {
            let front = Front::of(state)?;
            if areas.headings.contains(position) {
                return found(list::places(areas, &front), position).map(Spot::Heading);
            }
            let window = front.list.view.window(usize::from(areas.body.height));
            line((areas.body, window.start), window.end, position)
        }
        Screen::Targets(roster) => {
            let order = targets::order(&state.fleet);
            line(super::targets::view::window(areas, roster, &order), order.len(), position)
        }
        Screen::Home(home) => {
            let (lines, cursor) = home.lines(state);
            line(home::window(areas, home, state, (cursor, lines.len())), lines.len(), position)
        }
        Screen::Turns(lately) => {
            let (lines, cursor) = lately.lines(state);
            let first = lately.first(cursor, lines.len(), usize::from(areas.body.height));
            line((areas.body, first), lines.len(), position)
        }
        Screen::Overview(overview) => found(overview::places(areas, overview, state), position).map(Spot::Glance),
        _ => None,
    }
}

/// The line at a place, of so many of which this is the first in view.
fn line((list, first): (Rect, usize), count: usize, position: Position) -> Option<Spot> {
    let at = first + usize::from(position.y.saturating_sub(list.y));
    (list.contains(position) && at < count).then_some(Spot::Row(at))
}
