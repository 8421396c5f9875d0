//! What lies where: the places that can be pointed at, by the same functions that draw them.

use ratatui::layout::{Position, Rect};

use super::{Look, arranging, below, copying, footer, front::Front, layout, list, menu, panel::Choices, related, small, tabs};
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
        Some(overlay) => over(state, overlay, areas.middle(), position),
        None if areas.tabs.contains(position) => found(tabs::places(areas.tabs, state, look.theme), position).map(Spot::Tab),
        None => front(state, &areas, position),
    };
    spot.map(Place::Spot)
}

fn found<T>(places: impl IntoIterator<Item = (Rect, T)>, position: Position) -> Option<T> {
    places.into_iter().find(|(area, _)| area.contains(position)).map(|(_, what)| what)
}

/// Boxes in which something is chosen are left by a press around them; all others only by their keys.
fn over(state: &State, overlay: &Overlay, area: Rect, position: Position) -> Option<Spot> {
    let choices: Choices = match overlay {
        Overlay::Menu(menu) => menu::choices(area, menu),
        Overlay::Below(below) => below::choices(area, below),
        Overlay::Related(related) => related::choices(area, related),
        Overlay::Copying(copying) => copying::choices(area, copying),
        Overlay::Columns(arranging) => arranging::choices(area, state, *arranging)?,
        Overlay::Form(_) | Overlay::Plan(_) | Overlay::Prompt(_) | Overlay::Offer(_) | Overlay::Themes(_) => return None,
    };
    match choices.at(position) {
        Some(at) => Some(Spot::Choice(at)),
        None => (!choices.frame.contains(position)).then_some(Spot::Around),
    }
}

fn front(state: &State, areas: &layout::Areas, position: Position) -> Option<Spot> {
    let line = usize::from(position.y.saturating_sub(areas.body.y));
    match state.screen() {
        Screen::List(_) => {
            let front = Front::of(state)?;
            if areas.headings.contains(position) {
                return found(list::places(areas, &front), position).map(Spot::Heading);
            }
            let window = front.list.view.window(usize::from(areas.body.height));
            let inside = areas.body.contains(position) && line < window.len();
            inside.then_some(Spot::Row(window.start + line))
        }
        Screen::Targets(roster) => {
            let order = targets::order(&state.fleet);
            let (list, first) = super::targets::view::window(areas, roster, &order);
            (list.contains(position) && first + line < order.len()).then_some(Spot::Row(first + line))
        }
        _ => None,
    }
}
