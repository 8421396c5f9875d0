//! The fleet at a glance: a tile for each service, and below them the accounts by regions.
//!
//! ```text
//!  ▌EC2            412 !3      Lambda         230 !1
//!   ● 401 ○ 8 ✗ 3              ● 229 ◐ 1
//!   CPU ▂▃▅▆▇▇▇▅▃▂  43 %       INVOKED ▁▁▂▁▁▃▂  1.2k
//!   12 changes in 1 h
//!                    eu-west-1       us-east-1
//!  prod              ✗ 3     412     ● 0       18
//!  staging           ● 0      12     denied
//! ```

mod heat;
mod tile;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{Look, layout::Areas, only, rule, strip::Piece, text};
use crate::{
    app::{
        geometry, home,
        overview::{self, Overview, Spot},
        state::State,
    },
    service,
};

/// Lines of the tallest tile, with a blank one below it.
const TALLEST: u16 = 5;

/// Draws tiles and cells.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, overview: &Overview, state: &State, look: &Look<'_>) {
    title(buffer, areas.title, state, look);
    let (tiles, below) = parts(areas, state);
    for (place, at) in tiles {
        tile::draw(buffer, place, (at, service::ALL[at]), overview, state, look.theme);
    }
    heat::draw(buffer, below, overview, state, look.theme);
}

/// Where each tile and each cell is.
pub(super) fn places(areas: &Areas, overview: &Overview, state: &State) -> Vec<(Rect, Spot)> {
    let (tiles, below) = parts(areas, state);
    let tiles = tiles.into_iter().map(|(place, at)| (place, Spot::Tile(at)));
    tiles.chain(heat::places(below, overview, state)).collect()
}

/// The place of each tile, by the position of its service, and what is left below them.
fn parts(areas: &Areas, state: &State) -> (Vec<(Rect, usize)>, Rect) {
    let area = Rect { y: areas.headings.y, height: areas.headings.height + areas.body.height, ..areas.body };
    let across = geometry::tiles_across(area.width);
    let rows = service::ALL.len().div_ceil(across) as u16;
    let accounts = overview::accounts(state).len() as u16;
    // The cells keep at least three lines with their heading; tiles get lower before any of them goes.
    let cells = (accounts + 2).min(area.height / 2).max(3);
    let tall = (area.height.saturating_sub(cells) / rows.max(1)).clamp(1, TALLEST);
    let tiles = Rect { height: (tall * rows).min(area.height), ..area };
    let width = area.width / across as u16;
    let place = |at: usize| {
        let (row, column) = ((at / across) as u16, (at % across) as u16);
        let place = Rect { x: tiles.x + column * width, y: tiles.y + row * tall, width, height: tall };
        (place.intersection(tiles), at)
    };
    let below = Rect { y: tiles.bottom(), height: area.height - tiles.height, ..area };
    ((0..service::ALL.len()).map(place).collect(), below)
}

fn title(buffer: &mut Buffer, area: Rect, state: &State, look: &Look<'_>) {
    let mut pieces = vec![Piece::left(0, Span::styled("overview", look.theme.title))];
    let places = overview::accounts(state).iter().map(|(_, targets)| targets.len()).sum();
    pieces.push(Piece::left(2, Span::raw(text::count(places, "place"))));
    let findings: usize = home::severities(state).iter().sum();
    if findings > 0 {
        pieces.push(Piece::left(1, Span::styled(text::count(findings, "finding"), look.theme.warn)));
    }
    pieces.extend(only::piece(state, 3, look.theme));
    let key = look.key(crate::app::command::Command::Open);
    let hint = Line::from_iter([Span::styled(key, look.theme.key), Span::styled(" opens it", look.theme.muted)]);
    pieces.push(Piece::right(5, hint));
    rule::draw(buffer, area, pieces, look.theme);
}
