//! The title of a chart: what is drawn, how far back, and its value now or where it is read off.

use ratatui::text::{Line, Span};

use super::{Beside, Chart, axis, period};
use crate::{
    model::{Range, Series, Unit, format},
    service::Metric,
    ui::{
        glyph,
        metric::{self, Known, Measure, Trust},
        strip::Piece,
        theme::Theme,
    },
};

/// The title with how the metric is read, where there is room for that.
pub(super) fn pieces<'a>(chart: &Chart<'a>, width: u16, theme: &Theme) -> Vec<Piece<'a>> {
    let reading = format!(" · {} · {}", statistic(chart.metric), span(period(chart.metric, chart.measure)));
    let full = all(chart, reading, theme);
    let taken: usize = full.iter().map(|piece| piece.width() + 3).sum();
    if taken + 2 <= usize::from(width) { full } else { all(chart, String::new(), theme) }
}

/// `web-1a ─ CPUUtilization · Average · 5 min ─ last 3 h ──── 87 % at 14:00`
fn all<'a>(chart: &Chart<'a>, reading: String, theme: &Theme) -> Vec<Piece<'a>> {
    let metric = chart.metric;
    let mut pieces = Vec::new();
    if let Some(row) = chart.name {
        pieces.push(Piece::left(2, Span::styled(row.resource.name.as_str(), theme.title)));
    }
    pieces.push(Piece::left(0, Line::from_iter([Span::styled(named(metric), chart.style), Span::styled(reading, theme.muted)])));
    let mut length = chart.timeline.reach.seconds();
    if let Measure::Known(known) = chart.measure {
        let range = chart.range(known.series);
        length = range.end - range.start;
        match chart.mark(known.series) {
            Some(mark) => pieces.push(reading_at(known.series, mark, range, metric, theme)),
            None => pieces.extend(latest(&known, metric, theme)),
        }
    }
    pieces.extend(chart.beside.map(|beside| legend(chart, beside, theme)));
    pieces.push(Piece::left(4, Span::styled(format!("last {}", span(length)), theme.muted)));
    pieces
}

/// The row that this one is held against, and what it had at the same time: `• web-1b 21 %`.
fn legend<'a>(chart: &Chart<'a>, beside: Beside<'a>, theme: &Theme) -> Piece<'a> {
    let value = match (beside.measure, chart.measure) {
        (Measure::Known(other), Measure::Known(own)) => match chart.mark(own.series) {
            Some(mark) => value(other.series.at(mark), chart.metric, theme),
            None => value(Some((0, other.value)), chart.metric, theme),
        },
        (Measure::Known(other), _) => value(Some((0, other.value)), chart.metric, theme),
        (Measure::Unasked | Measure::Awaited, _) => Span::styled(glyph::AWAITED, theme.muted),
        (Measure::Nothing, _) => Span::styled(glyph::NOTHING, theme.muted),
        (Measure::Failed(problem), _) => Span::styled(format!("{} {}", glyph::TROUBLE, problem.kind.word()), theme.warn),
    };
    let name = Span::styled(format!("{} {} ", glyph::DOT, beside.row.resource.name), theme.text);
    Piece::left(1, Line::from_iter([name, value]))
}

/// A value, or that there is none.
fn value<'a>(point: Option<(i64, f64)>, metric: &Metric, theme: &Theme) -> Span<'a> {
    match point {
        Some((_, value)) => Span::styled(format::value(value, metric.unit), metric::value_style(value, metric, theme)),
        None => Span::styled("no data", theme.muted),
    }
}

/// What the mark stands on: `63 % at 12:35Z`.
fn reading_at<'a>(series: &Series, mark: i64, range: Range, metric: &Metric, theme: &Theme) -> Piece<'a> {
    let point = series.at(mark);
    let value = value(point, metric, theme);
    let time = axis::time(point.map_or(mark, |(at, _)| at), range);
    Piece::right(1, Line::from_iter([value, Span::styled(format!(" at {time}"), theme.accent)]))
}

fn latest<'a>(known: &Known<'_>, metric: &Metric, theme: &Theme) -> Vec<Piece<'a>> {
    let value = Span::styled(format::value(known.value, metric.unit), metric::value_style(known.value, metric, theme));
    let at = Span::styled(format!(" at {}", format::minute(known.at)), theme.muted);
    let trust = match known.trust {
        Trust::Fresh => None,
        Trust::Stale => Some(Span::styled("nothing newer".to_owned(), theme.muted)),
        Trust::Unrefreshed(problem) => Some(Span::styled(format!("{} {}", glyph::TROUBLE, problem.kind.word()), theme.warn)),
    };
    let trust = trust.map(|words| Piece::right(3, words));
    [Piece::right(1, Line::from_iter([value, at]))].into_iter().chain(trust).collect()
}

/// AWS's name of it; what is reckoned from the list has none, and is called as in the list.
fn named(metric: &Metric) -> &'static str {
    if metric.name.is_empty() { metric.title } else { metric.name }
}

fn statistic(metric: &Metric) -> &'static str {
    match metric.unit {
        Unit::PerSecond | Unit::BytesPerSecond => "per second",
        Unit::Percent | Unit::Bytes | Unit::Count | Unit::Milliseconds | Unit::Seconds => metric.stat.word(),
    }
}

/// A length of time in its largest whole unit: `5 min`, `3 h`.
fn span(seconds: i64) -> String {
    match seconds {
        s if s >= 604_800 && s % 604_800 == 0 => format!("{} w", s / 604_800),
        s if s >= 86_400 && s % 86_400 == 0 => format!("{} d", s / 86_400),
        s if s >= 3_600 && s % 3_600 == 0 => format!("{} h", s / 3_600),
        s if s >= 60 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}
