//! One row of a list. The cursor changes the marker and the name only: over ssh every recoloured cell is sent again.

use std::collections::HashMap;

use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use crate::{
    app::{
        columns::{self, Align, Column, What},
        fleet::Row,
        state::Step,
    },
    model::{Cell, Health, Key, Severity, finding},
    ui::{
        age,
        front::Front,
        glyph,
        metric::{self, Measure},
        pen::Pen,
        theme::Theme,
    },
};

/// Runs that may still show in rows; older ones are history.
const RECENT: usize = 3;

/// Everything that is the same for all rows of a frame.
pub(super) struct Brush<'a> {
    front: &'a Front<'a>,
    columns: &'a [Column],
    theme: &'a Theme,
    acted: HashMap<&'a Key, Health>,
    present: Timestamp,
}

impl<'a> Brush<'a> {
    pub(super) fn new(front: &'a Front<'a>, columns: &'a [Column], theme: &'a Theme) -> Self {
        Self { front, columns, theme, acted: acted(front), present: age::present(front.state) }
    }

    /// Draws the row at this position of the list.
    pub(super) fn draw(&self, buffer: &mut Buffer, area: Rect, row: &Row, position: usize) {
        let mut pen = Pen::new(buffer, area);
        let selected = position == self.front.list.view.cursor();
        self.gutter(&mut pen, row, if selected { glyph::MARKER } else { " " });
        let name = if selected { self.theme.selected } else { self.theme.text };
        for column in self.columns {
            self.cell(&mut pen, row, column, name);
            pen.skip(columns::GAP);
        }
    }

    fn gutter(&self, pen: &mut Pen<'_>, row: &Row, marker: &str) {
        pen.left(marker, 1, self.theme.marker);
        let mark = if self.front.list.marks.contains(&row.key) { glyph::MARK } else { " " };
        pen.left(mark, 1, self.theme.mark);
        let concern = self.acted.get(&row.key).copied().or_else(|| finding::worst(&row.findings).map(Severity::health));
        match concern {
            Some(health) => pen.left(glyph::health(health), 1, self.theme.health(health)),
            None => pen.skip(1),
        };
        pen.skip(1);
    }

    fn cell(&self, pen: &mut Pen<'_>, row: &Row, column: &Column, name: Style) {
        let target = || self.front.state.fleet.targets.get(usize::from(row.key.target.0)).map(|state| &state.target);
        let muted = self.theme.muted;
        let (words, style) = match column.what {
            What::Column(at) => return self.fact(pen, &row.resource.cells[at], column),
            What::Metric(at) => return self.metric(pen, row, at, column.width),
            What::Name => (row.resource.name.as_str(), name),
            What::Id => (row.resource.id.as_str(), muted),
            What::Profile => (target().map_or("", |target| target.profile.as_str()), muted),
            What::Region => (target().map_or("", |target| target.region.as_str()), muted),
        };
        pen.left(words, column.width, style);
    }

    fn fact(&self, pen: &mut Pen<'_>, cell: &Cell, column: &Column) {
        if let Cell::State(health, word) = cell {
            return state(pen, *health, word.as_str(), column.width, self.theme);
        }
        let words = cell.brief(self.present);
        match column.align {
            Align::Left => pen.left(&words, column.width, self.theme.text),
            Align::Right => pen.right(&words, column.width, self.theme.text),
        };
    }

    fn metric(&self, pen: &mut Pen<'_>, row: &Row, at: usize, cells: usize) {
        let metric = &self.front.list.kind.metrics[at];
        let measure = Measure::of(self.front.state, &row.key, &row.resource, at, metric);
        metric::draw(pen, measure, metric, cells, self.theme);
    }
}

/// What is well has a coloured glyph only, so that a screen full of it stays calm.
fn state(pen: &mut Pen<'_>, health: Health, word: &str, cells: usize, theme: &Theme) {
    let style = theme.health(health);
    let word_style = if health == Health::Ok { theme.text } else { style };
    pen.left(glyph::health(health), 1.min(cells), style).skip(1.min(cells));
    pen.left(word, cells.saturating_sub(2), word_style);
}

/// The rows of recent runs that are on their way or have failed.
fn acted<'a>(front: &Front<'a>) -> HashMap<&'a Key, Health> {
    let recent = front.state.runs.iter().rev().take(RECENT).rev().filter(|run| run.kind == front.list.kind);
    let steps = recent.flat_map(|run| &run.rows).filter_map(|(key, _, step)| match step {
        Step::Calling | Step::Following { .. } => Some((key, Health::Busy)),
        Step::Failed(_) => Some((key, Health::Bad)),
        Step::Done { .. } | Step::Unsent => None,
    });
    steps.collect()
}
