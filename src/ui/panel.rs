//! A box over the screen.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::Line,
    widgets::{Block, Clear, Padding, Widget},
};

use super::theme::Theme;

/// Clears a place in the middle of `area`, draws a box around it and gives the room inside.
pub(super) fn open(buffer: &mut Buffer, area: Rect, title: Line<'_>, (columns, lines): (u16, u16), theme: &Theme) -> Rect {
    let (width, height) = ((columns + 4).min(area.width), (lines + 2).min(area.height));
    let frame = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    let frame = frame.intersection(buffer.area);
    Clear.render(frame, buffer);
    let block = Block::bordered().border_style(theme.border).title(title).padding(Padding::horizontal(1));
    let inner = block.inner(frame);
    block.render(frame, buffer);
    inner
}
