//! Writes one line from left to right and never past its end.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Line};

use super::text;

/// A place on a line, and how far the line goes.
pub(super) struct Pen<'a> {
    buffer: &'a mut Buffer,
    x: u16,
    y: u16,
    end: u16,
}

impl<'a> Pen<'a> {
    /// A pen at the start of the first line of `area`; it writes nothing when there is no such line.
    pub(super) fn new(buffer: &'a mut Buffer, area: Rect) -> Self {
        let area = area.intersection(buffer.area);
        let end = if area.is_empty() { area.x } else { area.right() };
        Self { buffer, x: area.x, y: area.y, end }
    }

    /// Cells left on the line.
    pub(super) fn room(&self) -> usize {
        usize::from(self.end.saturating_sub(self.x))
    }

    /// Where the pen is.
    pub(super) fn x(&self) -> u16 {
        self.x
    }

    /// Writes as much as there is room for.
    pub(super) fn put(&mut self, words: &str, style: Style) -> &mut Self {
        let room = self.room();
        if room > 0 {
            (self.x, _) = self.buffer.set_stringn(self.x, self.y, text::cut(words, room), room, style);
        }
        self
    }

    /// Writes into exactly `cells` cells, at their start.
    pub(super) fn left(&mut self, words: &str, cells: usize, style: Style) -> &mut Self {
        let cells = cells.min(self.room());
        let words = text::cut(words, cells);
        let rest = cells - text::width(&words);
        self.put(&words, style).skip(rest)
    }

    /// Writes into exactly `cells` cells, at their end.
    pub(super) fn right(&mut self, words: &str, cells: usize, style: Style) -> &mut Self {
        let cells = cells.min(self.room());
        let words = text::cut(words, cells);
        let rest = cells - text::width(&words);
        self.skip(rest).put(&words, style)
    }

    /// Leaves cells as they are.
    pub(super) fn skip(&mut self, cells: usize) -> &mut Self {
        self.x += cells.min(self.room()) as u16;
        self
    }

    /// Writes the same glyph, one cell wide, over `cells` cells.
    pub(super) fn fill(&mut self, glyph: &str, cells: usize, style: Style) -> &mut Self {
        for _ in 0..cells.min(self.room()) {
            self.buffer[(self.x, self.y)].set_symbol(glyph).set_style(style);
            self.x += 1;
        }
        self
    }

    /// Writes the spans of a line.
    pub(super) fn line(&mut self, line: &Line<'_>) -> &mut Self {
        for span in line {
            self.put(&span.content, line.style.patch(span.style));
        }
        self
    }
}

/// Writes lines below each other from line `top` on, as far as `area` goes.
pub(super) fn lines(buffer: &mut Buffer, area: Rect, lines: &[Line<'_>], top: usize) {
    for (row, line) in area.rows().zip(lines.iter().skip(top)) {
        Pen::new(buffer, row).line(line);
    }
}
