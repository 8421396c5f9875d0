//! A text that is scrolled: its title line with the position, and the lines in view.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{layout::Areas, pen, rule, strip::Piece, text, theme::Theme};
use crate::app::state::Scroll;

/// Draws a whole text from where it is scrolled to.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, mut title: Vec<Piece<'_>>, lines: &[Line<'_>], scroll: Scroll, theme: &Theme) {
    let top = top(scroll, lines.len(), areas.body.height);
    title.extend(position(top, lines.len(), areas.body.height, theme));
    rule::draw(buffer, areas.title, title, theme);
    pen::lines(buffer, inset(areas.body), lines, top);
}

/// The first line in view: where it is scrolled to, as far as there is text.
pub(super) fn top(scroll: Scroll, length: usize, height: u16) -> usize {
    scroll.top.min(length.saturating_sub(usize::from(height)))
}

/// `lines 1–40 of 212`; nothing when all is in view.
pub(super) fn position<'a>(top: usize, length: usize, height: u16, theme: &Theme) -> Option<Piece<'a>> {
    let last = (top + usize::from(height)).min(length);
    let words = format!("lines {}–{} of {}", top + 1, text::grouped(last), text::grouped(length));
    (length > usize::from(height)).then(|| Piece::right(3, Span::styled(words, theme.muted)))
}

/// The body without its margins.
pub(super) fn inset(body: Rect) -> Rect {
    Rect { x: body.x + 2.min(body.width), width: body.width.saturating_sub(4), ..body }
}
