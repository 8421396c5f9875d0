//! What a row is related to, to choose from: what it is, by what it is known, and how many there are.

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
use crate::{
    app::relating::{Branch, Count, Related},
    model::Text,
};

/// Cells inside the box.
const WIDTH: u16 = 70;

/// Cells for what is at the other end, and for how many.
const TITLE: usize = 30;
const COUNT: usize = 8;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, related: &Related, theme: &Theme) {
    let title = Line::from(Span::styled(format!(" related to {} ", related.resource.name), theme.title));
    panel::open(buffer, area, title, (WIDTH, related.branches.len() as u16), theme);
    let Choices { body, first, .. } = choices(area, related);
    for (line, (at, branch)) in body.rows().zip(related.branches.iter().enumerate().skip(first)) {
        let chosen = at == related.cursor;
        let mut pen = Pen::new(buffer, line);
        pen.left(if chosen { glyph::MARKER } else { " " }, 2, theme.marker);
        pen.left(&(at + 1).to_string(), 3, theme.key);
        pen.left(branch.tie.relation.title, TITLE, if chosen { theme.selected } else { theme.text }).skip(1);
        let room = pen.room().saturating_sub(COUNT);
        pen.left(&known_by(branch), room, theme.muted);
        pen.right(&count(branch.count), COUNT, if branch.count == Count::Unknown { theme.muted } else { theme.text });
    }
}

/// Where its entries are.
pub(super) fn choices(area: Rect, related: &Related) -> Choices {
    Choices::new(area, WIDTH, (related.branches.len(), related.cursor), 0)
}

/// The ids of what is at the other end, where the row names them; the heading of its list where it does not.
fn known_by(branch: &Branch) -> String {
    match branch.tie.ids() {
        Some(ids) => ids.iter().map(Text::as_str).collect::<Vec<_>>().join(", "),
        None => String::new(),
    }
}

/// `?` for what was not listed: going there lists it.
fn count(count: Count) -> String {
    match count {
        Count::Unknown => "?".to_owned(),
        Count::Least(found, _) => format!("{}+", text::grouped(found)),
        Count::Exact(found) => text::grouped(found),
    }
}
