//! A box over the screen.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Line,
    widgets::{Block, Clear, Padding, Widget},
};

use super::theme::Theme;

/// Clears a place in the middle of `area`, draws a box around it and gives the room inside.
pub(super) fn open(buffer: &mut Buffer, area: Rect, title: Line<'_>, (columns, lines): (u16, u16), theme: &Theme) -> Rect {
    let frame = frame(area, (columns, lines)).intersection(buffer.area);
    Clear.render(frame, buffer);
    let block = block().border_style(theme.border).title(title);
    let inner = block.inner(frame);
    block.render(frame, buffer);
    inner
}

/// The room inside a box in the middle of `area` that wants this much.
pub(super) fn inside(area: Rect, (columns, lines): (u16, u16)) -> Rect {
    block().inner(frame(area, (columns, lines)))
}

fn block<'a>() -> Block<'a> {
    Block::bordered().padding(Padding::horizontal(1))
}

/// The place in the middle of `area` that a box with this much room inside takes.
fn frame(area: Rect, (columns, lines): (u16, u16)) -> Rect {
    let (width, height) = ((columns + 4).min(area.width), (lines + 2).min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// A box in which one of several entries is chosen: where it lies, and which entries are in view.
pub(super) struct Choices {
    /// The whole box.
    pub(super) frame: Rect,
    /// Where its entries are, one a line.
    pub(super) body: Rect,
    /// The first entry in view.
    pub(super) first: usize,
    /// How many there are.
    count: usize,
}

impl Choices {
    /// Of so many entries, the one at `cursor` in view, with `rest` lines below them.
    pub(super) fn new(area: Rect, width: u16, (count, cursor): (usize, usize), rest: u16) -> Self {
        let frame = frame(area, (width, count.max(1) as u16 + rest));
        let inner = block().inner(frame);
        let body = Rect { height: inner.height.saturating_sub(rest), ..inner };
        Self { frame, body, first: (cursor + 1).saturating_sub(usize::from(body.height)), count }
    }

    /// The entry at a place.
    pub(super) fn at(&self, position: Position) -> Option<usize> {
        let at = self.first + usize::from(position.y.saturating_sub(self.body.y));
        (self.body.contains(position) && at < self.count).then_some(at)
    }
}
