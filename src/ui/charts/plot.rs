//! A line over time with its axes. Where nothing was published the line is broken.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Style},
    symbols::Marker,
    widgets::{
        Widget,
        canvas::{Canvas, Line, Points},
    },
};

use super::axis;
use crate::{
    model::{Range, Series, Unit, format},
    ui::{glyph, pen::Pen, text, theme::Theme},
};
use jiff::Timestamp;

/// Cells for the numbers of the value axis.
const NUMBERS: u16 = 9;

/// Cells from one time to the next at least.
const TIMES: u16 = 11;

/// What is drawn in one pair of axes.
pub(super) struct Plot<'a> {
    /// The points.
    pub(super) series: &'a Series,
    /// The points of the row that this one is held against.
    pub(super) beside: Option<&'a Series>,
    /// The part of them that is drawn.
    pub(super) range: Range,
    /// What they count.
    pub(super) unit: Unit,
    /// How the line is drawn.
    pub(super) style: Style,
    /// The thresholds of alarms that are going off.
    pub(super) limits: &'a [f64],
    /// The second that is read off.
    pub(super) mark: Option<i64>,
}

impl<'a> Plot<'a> {
    /// The points that are drawn of a series.
    fn points(&self, series: &'a Series) -> &'a [(i64, f64)] {
        let place = |second: i64| series.points.partition_point(|(at, _)| *at < second);
        &series.points[place(self.range.start)..place(self.range.end)]
    }

    fn peak(&self) -> f64 {
        let series = [self.series].into_iter().chain(self.beside);
        series.flat_map(|series| self.points(series)).map(|(_, value)| *value).chain(self.limits.iter().copied()).fold(0.0, f64::max)
    }
}

/// Draws the plot into `area`: numbers at the left, times below.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, plot: &Plot<'_>, theme: &Theme) {
    if area.height < 2 || area.width < NUMBERS + TIMES {
        return;
    }
    let inner = Rect { x: area.x + NUMBERS + 1, width: area.width - NUMBERS - 3, height: area.height - 1, ..area };
    let (top, ticks) = axis::values(plot.peak(), plot.unit, inner.height);
    values(buffer, inner, top, &ticks, plot.unit, theme);
    times(buffer, Rect { y: inner.bottom(), height: 1, ..inner }, plot.range, theme);
    line(buffer, inner, plot, top, theme.text.fg.unwrap_or(Color::Reset));
    for limit in plot.limits {
        across(buffer, inner, limit / top, theme);
    }
    if let Some(mark) = plot.mark {
        upright(buffer, inner, (mark - plot.range.start) as f64 / span(plot.range), theme);
    }
}

/// A broken line across at this share of the height; where the curve passes, the curve stays.
fn across(buffer: &mut Buffer, inner: Rect, share: f64, theme: &Theme) {
    let up = (share.clamp(0.0, 1.0) * f64::from(inner.height - 1)).round() as u16;
    for x in inner.left()..inner.right() {
        if let Some(cell) = buffer.cell_mut((x, inner.bottom() - 1 - up)).filter(|cell| blank(cell)) {
            cell.set_symbol(glyph::LIMIT).set_style(theme.warn);
        }
    }
}

fn blank(cell: &Cell) -> bool {
    matches!(cell.symbol(), " " | "\u{2800}")
}

/// An upright line at this share of the width; where the curve passes, the curve stays.
fn upright(buffer: &mut Buffer, inner: Rect, share: f64, theme: &Theme) {
    let along = (share.clamp(0.0, 1.0) * f64::from(inner.width.saturating_sub(1))).round() as u16;
    for y in inner.top()..inner.bottom() {
        let Some(cell) = buffer.cell_mut((inner.x + along, y)) else { continue };
        if blank(cell) {
            cell.set_symbol(glyph::BAR);
        }
        cell.set_style(theme.accent);
    }
}

fn values(buffer: &mut Buffer, inner: Rect, top: f64, ticks: &[f64], unit: Unit, theme: &Theme) {
    let edge = Rect { x: inner.x - 1, width: 1, ..inner };
    for line in edge.rows() {
        Pen::new(buffer, line).put(glyph::BAR, theme.axis);
    }
    for tick in ticks {
        let up = (tick / top * f64::from(inner.height - 1)).round() as u16;
        let line = Rect { x: inner.x - NUMBERS - 1, y: inner.bottom() - 1 - up.min(inner.height - 1), width: NUMBERS + 1, height: 1 };
        Pen::new(buffer, line).right(&format::value(*tick, unit), usize::from(NUMBERS), theme.axis).put(glyph::TICK, theme.axis);
    }
}

fn times(buffer: &mut Buffer, line: Rect, range: Range, theme: &Theme) {
    for at in axis::times(range, usize::from(line.width / TIMES)) {
        let Ok(moment) = Timestamp::from_second(at) else { continue };
        let label = axis::label(moment, range);
        let along = ((at - range.start) as f64 / span(range) * f64::from(line.width.saturating_sub(1))).round() as u16;
        let start = along.saturating_sub(text::width(&label) as u16 / 2);
        if usize::from(start) + text::width(&label) <= usize::from(line.width) + 2 {
            Pen::new(buffer, Rect { x: line.x + start, width: line.width + 2 - start, ..line }).put(&label, theme.axis);
        }
    }
}

/// Seconds from the first point to the last that there can be.
fn span(range: Range) -> f64 {
    (range.end - range.start - range.period).max(1) as f64
}

/// A point alone between two gaps is a dot; all others are joined with the next one only. What it is held against is dots below the line,
/// which are told apart without colour too.
fn line(buffer: &mut Buffer, inner: Rect, plot: &Plot<'_>, top: f64, other: Color) {
    let color = plot.style.fg.unwrap_or(Color::Reset);
    let reach = plot.series.range.period * 3 / 2;
    let point = |(at, value): (i64, f64)| ((at - plot.range.start) as f64, value.clamp(0.0, top));
    let (points, beside) = (plot.points(plot.series), plot.beside.map_or(&[][..], |series| plot.points(series)));
    let [dots, others] = [points, beside].map(|points| points.iter().copied().map(point).collect::<Vec<_>>());
    let canvas = Canvas::default().marker(Marker::Dot).x_bounds([0.0, span(plot.range)]).y_bounds([0.0, top]).paint(|ctx| {
        ctx.draw(&Points { coords: &others, color: other });
        ctx.marker(Marker::Braille);
        ctx.draw(&Points { coords: &dots, color });
        for pair in points.windows(2).filter(|pair| pair[1].0 - pair[0].0 <= reach) {
            let ((x1, y1), (x2, y2)) = (point(pair[0]), point(pair[1]));
            ctx.draw(&Line { x1, y1, x2, y2, color });
        }
    });
    canvas.render(inner, buffer);
}
