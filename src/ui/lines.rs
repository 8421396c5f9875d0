//! Lines under headings, with a cursor: the findings, what changed, the targets. Lists of resources have cells of their own (`list`).

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::{glyph, pen::Pen, theme::Theme};

/// Cells between two columns.
pub(super) const GAP: usize = 2;

/// Whether the cursor is on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cursor {
    Here,
    Elsewhere,
}

/// A column with its width.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<What> {
    /// What stands in it.
    pub(super) what: What,
    /// Its heading.
    pub(super) title: &'static str,
    /// Its width in cells.
    pub(super) width: usize,
}

/// The columns that there is room for, and what they are drawn with.
pub(super) struct Columns<'a, What> {
    /// Cells before the first column.
    pub(super) gutter: usize,
    /// From left to right.
    pub(super) shown: Vec<Column<What>>,
    pub(super) theme: &'a Theme,
}

impl Cursor {
    /// On this line, if it is on any.
    pub(super) fn on(here: bool) -> Self {
        if here { Self::Here } else { Self::Elsewhere }
    }

    /// The style of what a line is called by.
    pub(super) fn name(self, theme: &Theme) -> Style {
        self.over(theme.text, theme)
    }

    /// The style of the line under the cursor, this one elsewhere.
    pub(super) fn over(self, elsewhere: Style, theme: &Theme) -> Style {
        if self == Self::Here { theme.selected } else { elsewhere }
    }

    /// A pen behind the cursor and a space.
    pub(super) fn pen<'b>(self, buffer: &'b mut Buffer, area: Rect, theme: &Theme) -> Pen<'b> {
        let mut pen = Pen::new(buffer, area);
        pen.left(if self == Self::Here { glyph::MARKER } else { " " }, 1, theme.marker).skip(1);
        pen
    }
}

impl<What: Copy> Columns<'_, What> {
    /// Draws the headings.
    pub(super) fn headings(&self, buffer: &mut Buffer, area: Rect) {
        let mut pen = Pen::new(buffer, area);
        pen.skip(self.gutter);
        self.cells(&mut pen, |pen, column| {
            pen.left(column.title, column.width, self.theme.heading);
        });
    }

    /// Draws one cell after the other, each with its gap.
    pub(super) fn cells(&self, pen: &mut Pen<'_>, mut cell: impl FnMut(&mut Pen<'_>, Column<What>)) {
        for column in &self.shown {
            let end = pen.room().saturating_sub(column.width);
            cell(pen, *column);
            pen.skip(pen.room().saturating_sub(end)).skip(GAP);
        }
    }
}
