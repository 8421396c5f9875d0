//! A metric of a row as it honestly stands: never asked, awaited, a value with its age, nothing published, or a failure.

use std::borrow::Cow;

use jiff::Timestamp;
use ratatui::style::Style;

use super::{glyph, pen::Pen, text, theme::Theme};
use crate::{
    app::{charting, measuring, msg::Reading, state::State},
    model::{Key, Problem, Remote, Resource, Series, Unit, format, remote::Asking},
    service::Metric,
};

/// What is known of a metric.
#[derive(Clone, Copy)]
pub(super) enum Measure<'a> {
    /// Nobody asked yet.
    Unasked,
    /// The answer has not come.
    Awaited,
    /// There is an answer, and no point in it.
    Nothing,
    /// No answer ever came, because.
    Failed(&'a Problem),
    /// The latest point.
    Known(Known<'a>),
}

/// A series with its latest point.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) series: &'a Series,
    pub(super) at: Timestamp,
    pub(super) value: f64,
    pub(super) trust: Trust<'a>,
}

/// How far a value can be trusted.
#[derive(Clone, Copy)]
pub(super) enum Trust<'a> {
    Fresh,
    /// No newer point was published for a while.
    Stale,
    /// The latest question failed, because.
    Unrefreshed(&'a Problem),
}

impl<'a> Measure<'a> {
    /// How the metric at position `at` of the kind's table stands for this row.
    pub(super) fn of(state: &'a State, key: &Key, resource: &Resource, at: usize, metric: &Metric) -> Self {
        if !(metric.published)(resource) {
            return Self::Nothing;
        }
        Self::read(state.metrics.get(&Reading { key: key.clone(), metric: at }), metric, state)
    }

    /// How the chart of the metric stands, as far back as charts look.
    pub(super) fn charted(state: &'a State, key: &Key, at: usize, metric: &Metric) -> Self {
        Self::read(charting::known(state, key, at, metric), metric, state)
    }

    fn read(remote: Option<&'a Remote<Option<Series>>>, metric: &Metric, state: &State) -> Self {
        let Some(remote) = remote else { return Self::Unasked };
        match (remote.value(), remote.asking()) {
            (Some(series), asking) => Self::known(series.as_ref(), asking, metric, state),
            (None, Asking::Failed { problem, .. }) => Self::Failed(problem),
            (None, Asking::Loading { .. }) => Self::Awaited,
            (None, Asking::Never | Asking::Settled) => Self::Unasked,
        }
    }

    fn known(series: Option<&'a Series>, asking: &'a Asking, metric: &Metric, state: &State) -> Self {
        let Some((series, (at, value))) = series.and_then(|series| Some((series, series.latest()?))) else {
            return Self::Nothing;
        };
        let patience = measuring::patience(metric, series, &state.meter);
        let trust = match asking {
            Asking::Failed { problem, .. } => Trust::Unrefreshed(problem),
            _ if state.now.as_second() - at.as_second() > patience => Trust::Stale,
            _ => Trust::Fresh,
        };
        Self::Known(Known { series, at, value, trust })
    }
}

/// Draws the measure in `cells` cells: a sparkline as far as there is room for one, the value at the right.
pub(super) fn draw(pen: &mut Pen<'_>, measure: Measure<'_>, metric: &Metric, cells: usize, theme: &Theme) {
    let (words, style) = match measure {
        Measure::Known(known) => return value(pen, known, metric, cells, theme),
        Measure::Unasked => ("".into(), theme.muted),
        Measure::Awaited => (glyph::AWAITED.into(), theme.muted),
        Measure::Nothing => (glyph::NOTHING.into(), theme.muted),
        Measure::Failed(problem) => (trouble(problem, cells), theme.warn),
    };
    pen.right(&words, cells, style);
}

/// The glyph, and the word where there is room for the whole of it.
fn trouble(problem: &Problem, cells: usize) -> Cow<'static, str> {
    let words = format!("{} {}", glyph::TROUBLE, problem.kind.word());
    if text::width(&words) <= cells { words.into() } else { glyph::TROUBLE.into() }
}

fn value(pen: &mut Pen<'_>, known: Known<'_>, metric: &Metric, cells: usize, theme: &Theme) {
    let (mark, mark_style) = mark(known.trust, theme);
    let trusted = matches!(known.trust, Trust::Fresh);
    let numbers = format::value_width(metric.unit).min(cells);
    spark(pen, known.series, metric.unit, cells - numbers, if trusted { theme.spark } else { theme.faint });
    pen.left(mark, 1, mark_style);
    let style = if trusted { value_style(known.value, metric, theme) } else { theme.muted };
    pen.right(&format::value(known.value, metric.unit), numbers.saturating_sub(1), style);
}

fn mark(trust: Trust<'_>, theme: &Theme) -> (&'static str, Style) {
    match trust {
        Trust::Fresh => (" ", theme.text),
        Trust::Stale => (glyph::STALE, theme.muted),
        Trust::Unrefreshed(_) => (glyph::TROUBLE, theme.warn),
    }
}

/// The style of a value: it stands out from the level at which it is a concern.
pub(super) fn value_style(value: f64, metric: &Metric, theme: &Theme) -> Style {
    if metric.bad_when.is_some_and(|concern| concern.bound.holds(value)) { theme.warn } else { theme.text }
}

/// One cell for each slot of the span, its height by the largest value in it; a gap stays a gap.
fn spark(pen: &mut Pen<'_>, series: &Series, unit: Unit, cells: usize, style: Style) {
    spark_of(pen, &series.resample(cells), unit, style);
}

/// The same of slots that were put together already.
pub(super) fn spark_of(pen: &mut Pen<'_>, slots: &[Option<f64>], unit: Unit, style: Style) {
    let top = match unit {
        Unit::Percent => 100.0,
        _ => slots.iter().flatten().copied().fold(0.0, f64::max),
    };
    for slot in slots {
        match slot {
            Some(value) => pen.fill(level(*value, top), 1, style),
            None => pen.skip(1),
        };
    }
}

fn level(value: f64, top: f64) -> &'static str {
    let share = if top > 0.0 { value / top } else { 0.0 };
    glyph::LEVELS[((share * 8.0) as usize).min(7)]
}

#[cfg(test)]
mod tests {
    use ratatui::{buffer::Buffer, layout::Rect};

    use super::*;

    #[test]
    fn levels_span_the_scale() {
        assert_eq!([0.0, 12.4, 50.0, 99.9, 100.0, 250.0, -3.0].map(|value| level(value, 100.0)), ["▁", "▁", "▅", "█", "█", "█", "▁"]);
        assert_eq!(level(0.0, 0.0), "▁");
    }

    /// Half of what there is looks like half, however quiet the row is otherwise; of anything else the largest value is the scale.
    #[test]
    fn a_sparkline_of_percentages_is_drawn_on_their_scale() {
        let drawn = |unit: Unit| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
            let area = buffer.area;
            spark_of(&mut Pen::new(&mut buffer, area), &[Some(25.0), None, Some(50.0)], unit, Style::new());
            buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!([drawn(Unit::Percent), drawn(Unit::BytesPerSecond)], ["▃ ▅", "▅ █"]);
    }
}
