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

use super::{Look, layout::Areas, rule, strip::Piece, text};
use crate::{
    app::{
        geometry,
        overview::{self, Overview},
        state::State,
    },
    service,
};

/// Lines of the tallest tile, with a blank one below it.
const TALLEST: u16 = 5;

/// Draws tiles and cells.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, overview: &Overview, state: &State, look: &Look<'_>) {
    title(buffer, areas.title, state, look);
    let area = Rect { y: areas.headings.y, height: areas.headings.height + areas.body.height, ..areas.body };
    let across = geometry::tiles_across(area.width);
    let rows = service::ALL.len().div_ceil(across) as u16;
    let accounts = overview::accounts(state).len() as u16;
    // The cells keep at least three lines with their heading; tiles get lower before any of them goes.
    let cells = (accounts + 2).min(area.height / 2).max(3);
    let tall = (area.height.saturating_sub(cells) / rows.max(1)).clamp(1, TALLEST);
    let tiles = Rect { height: (tall * rows).min(area.height), ..area };
    let width = area.width / across as u16;
    for (at, service) in service::ALL.iter().enumerate() {
        let (row, column) = ((at / across) as u16, (at % across) as u16);
        let place = Rect { x: tiles.x + column * width, y: tiles.y + row * tall, width, height: tall };
        tile::draw(buffer, place.intersection(tiles), (at, service), overview, state, look.theme);
    }
    let below = Rect { y: tiles.bottom(), height: area.height - tiles.height, ..area };
    heat::draw(buffer, below, overview, state, look.theme);
}

fn title(buffer: &mut Buffer, area: Rect, state: &State, look: &Look<'_>) {
    let board = &state.findings.board;
    let mut pieces = vec![Piece::left(0, Span::styled("overview", look.theme.title))];
    pieces.push(Piece::left(2, Span::raw(text::count(state.fleet.targets.len(), "place"))));
    if !board.is_empty() {
        pieces.push(Piece::left(1, Span::styled(text::count(board.len(), "finding"), look.theme.warn)));
    }
    let key = (look.keys)(crate::app::command::Command::Open);
    let hint = Line::from_iter([Span::styled(key, look.theme.key), Span::styled(" opens it", look.theme.muted)]);
    pieces.push(Piece::right(5, hint));
    rule::draw(buffer, area, pieces, look.theme);
}
