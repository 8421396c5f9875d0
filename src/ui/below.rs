//! The levels below a row, to choose from.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    glyph,
    panel::{self, Choices},
    pen::Pen,
    theme::Theme,
};
use crate::app::state::Below;

/// Cells inside the panel.
const WIDTH: u16 = 44;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, below: &Below, theme: &Theme) {
    let title = Line::from(Span::styled(format!(" below {} ", below.resource.name), theme.title));
    panel::open(buffer, area, title, (WIDTH, below.kind.opens.len() as u16), theme);
    let Choices { body, first, .. } = choices(area, below);
    for (line, (at, kind)) in body.rows().zip(below.kind.opens.iter().enumerate().skip(first)) {
        let chosen = at == below.cursor;
        let mut pen = Pen::new(buffer, line);
        pen.left(if chosen { glyph::MARKER } else { " " }, 2, theme.marker);
        pen.left(&(at + 1).to_string(), 3, theme.key);
        pen.put(kind.title, if chosen { theme.selected } else { theme.text });
    }
}

/// Where its entries are.
pub(super) fn choices(area: Rect, below: &Below) -> Choices {
    Choices::new(area, WIDTH, (below.kind.opens.len(), below.cursor), 0)
}
