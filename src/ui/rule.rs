//! A line between two regions that says what is below it.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{
    glyph,
    pen::Pen,
    strip::{self, Piece, Seam},
    theme::Theme,
};

/// `─ EC2 instances ─ 412 ──────────── sort: NAME ▲ ─`
pub(super) fn draw(buffer: &mut Buffer, area: Rect, pieces: Vec<Piece<'_>>, theme: &Theme) {
    styled(buffer, area, pieces, theme.rule);
}

/// The same with a line of this style.
pub(super) fn styled(buffer: &mut Buffer, area: Rect, pieces: Vec<Piece<'_>>, style: Style) {
    let mut pen = Pen::new(buffer, area);
    let inner = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    pen.put(glyph::RULE, style).skip(usize::from(inner.width)).put(glyph::RULE, style);
    strip::draw(buffer, inner, pieces, Seam { between: " ─ ", edge: " ", filler: glyph::RULE, style });
}
