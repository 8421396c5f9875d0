//! What can be copied, to choose from, each with its letter and what it comes to.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    glyph,
    panel::{self, Choices},
    pen::Pen,
    text,
    theme::Theme,
};
use crate::app::copying::{Copying, What};

/// Cells inside the box.
const WIDTH: u16 = 112;

/// Cells for what it is.
const TITLE: usize = 25;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, copying: &Copying, theme: &Theme) {
    let title = Line::from(Span::styled(format!(" copy from {} ", copying.title), theme.title));
    panel::open(buffer, area, title, (WIDTH, copying.offers.len() as u16), theme);
    let Choices { body, first, .. } = choices(area, copying);
    for (line, (at, offer)) in body.rows().zip(copying.offers.iter().enumerate().skip(first)) {
        let chosen = at == copying.cursor;
        let mut pen = Pen::new(buffer, line);
        pen.left(if chosen { glyph::MARKER } else { " " }, 2, theme.marker);
        pen.left(&offer.key.to_string(), 3, theme.key);
        pen.left(offer.title, TITLE, if chosen { theme.selected } else { theme.text }).skip(1);
        pen.put(&comes_to(&offer.what), theme.muted);
    }
}

/// Where its entries are.
pub(super) fn choices(area: Rect, copying: &Copying) -> Choices {
    Choices::new(area, WIDTH, (copying.offers.len(), copying.cursor), 0)
}

fn comes_to(what: &What) -> String {
    match what {
        What::Words(words) => words.clone(),
        What::Row => String::new(),
        What::Rows(_, rows) => text::count(*rows, "row"),
    }
}
