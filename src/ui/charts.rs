//! The chart panel: the metrics of the selected row side by side, as many as there is room for.

mod axis;
mod plot;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use self::plot::Plot;
use super::{
    front::Front,
    glyph,
    metric::{self, Known, Measure, Trust},
    paragraph, pen, rule,
    strip::Piece,
    theme::Theme,
};
use crate::{
    app::{
        charting::{self, Timeline},
        fleet::Row,
    },
    model::{Range, Series, Unit, format},
    service::Metric,
};

/// Draws the panel; nothing where there is no room for it.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, front: &Front<'_>, theme: &Theme) {
    if area.height < 3 {
        return;
    }
    let Some(row) = front.selected() else { return empty(buffer, area, "no row is selected", theme) };
    let metrics: Vec<_> = charting::shown(front.list.kind, &row.resource, area.width).collect();
    let number = metrics.len();
    if number == 0 {
        return empty(buffer, area, &format!("{} publishes no metrics in this state", row.resource.name), theme);
    }
    let styles = [theme.chart1, theme.chart2, theme.chart3];
    for (at, ((position, metric), style)) in metrics.into_iter().zip(styles).enumerate() {
        let measure = Measure::charted(front.state, &row.key, position, metric);
        let name = (at == 0).then_some(row);
        chart(buffer, part(area, at, number), &Chart { name, metric, measure, style, timeline: front.state.nav.timeline }, theme);
    }
}

/// The `at`th of `number` equal parts, the last one taking what is left over.
fn part(area: Rect, at: usize, number: usize) -> Rect {
    let edge = |at: usize| (usize::from(area.width) * at / number) as u16;
    Rect { x: area.x + edge(at), width: edge(at + 1) - edge(at), ..area }
}

struct Chart<'a> {
    name: Option<&'a Row>,
    metric: &'a Metric,
    measure: Measure<'a>,
    style: Style,
    timeline: Timeline,
}

fn empty(buffer: &mut Buffer, area: Rect, words: &str, theme: &Theme) {
    rule::draw(buffer, Rect { height: 1, ..area }, vec![Piece::left(0, Span::styled("metrics", theme.title))], theme);
    say(buffer, below(area), words, theme.muted);
}

fn below(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height - 1, ..area }
}

/// Words in the middle of an empty chart.
fn say(buffer: &mut Buffer, area: Rect, words: &str, style: Style) {
    let below = area.height / 3;
    let place = Rect { x: area.x + 3.min(area.width), y: area.y + below, width: area.width.saturating_sub(5), height: area.height - below };
    pen::lines(buffer, place, &paragraph::indented(words, 0, style, usize::from(place.width)), 0);
}

fn chart(buffer: &mut Buffer, area: Rect, chart: &Chart<'_>, theme: &Theme) {
    rule::draw(buffer, Rect { height: 1, ..area }, title(chart, area.width, theme), theme);
    let inner = below(area);
    match chart.measure {
        Measure::Known(known) => plot::draw(buffer, inner, &plot(chart, &known), theme),
        Measure::Unasked => say(buffer, inner, "not asked yet", theme.muted),
        Measure::Awaited => say(buffer, inner, &format!("asking CloudWatch{}", glyph::CUT), theme.busy),
        Measure::Nothing => say(buffer, inner, "no data published", theme.muted),
        Measure::Failed(problem) => say(buffer, inner, &format!("could not fetch: {}", problem.line()), theme.warn),
    }
}

impl Chart<'_> {
    /// The span that is drawn of a series.
    fn range(&self, series: &Series) -> Range {
        self.timeline.reach.clip(series.range)
    }

    /// The second that is read off, where it is drawn.
    fn mark(&self, series: &Series) -> Option<i64> {
        let range = self.range(series);
        self.timeline.mark.filter(|mark| (range.start..range.end).contains(mark))
    }
}

fn plot<'a>(chart: &Chart<'_>, known: &Known<'a>) -> Plot<'a> {
    let series = known.series;
    Plot { series, range: chart.range(series), unit: chart.metric.unit, style: chart.style, mark: chart.mark(series) }
}

/// The title with how the metric is read, where there is room for that.
fn title<'a>(chart: &Chart<'a>, width: u16, theme: &Theme) -> Vec<Piece<'a>> {
    let period = match chart.measure {
        Measure::Known(known) => known.series.range.period,
        _ => chart.metric.period,
    };
    let reading = format!(" · {} · {}", statistic(chart.metric), span(period));
    let full = pieces(chart, reading, theme);
    let taken: usize = full.iter().take(3).map(|piece| piece.width() + 3).sum();
    if taken <= usize::from(width) { full } else { pieces(chart, String::new(), theme) }
}

/// `web-1a ─ CPUUtilization · Average · 5 min ─ last 3 h ──── 87 % at 14:00`
fn pieces<'a>(chart: &Chart<'a>, reading: String, theme: &Theme) -> Vec<Piece<'a>> {
    let metric = chart.metric;
    let mut pieces = Vec::new();
    if let Some(row) = chart.name {
        pieces.push(Piece::left(2, Span::styled(row.resource.name.as_str(), theme.title)));
    }
    pieces.push(Piece::left(0, Line::from_iter([Span::styled(metric.name, chart.style), Span::styled(reading, theme.muted)])));
    let mut length = chart.timeline.reach.seconds();
    if let Measure::Known(known) = chart.measure {
        let range = chart.range(known.series);
        length = range.end - range.start;
        match chart.mark(known.series) {
            Some(mark) => pieces.push(reading_at(known.series, mark, range, metric, theme)),
            None => pieces.extend(latest(&known, metric, theme)),
        }
    }
    pieces.push(Piece::left(4, Span::styled(format!("last {}", span(length)), theme.muted)));
    pieces
}

/// What the mark stands on: `63 % at 12:35Z`.
fn reading_at<'a>(series: &Series, mark: i64, range: Range, metric: &Metric, theme: &Theme) -> Piece<'a> {
    let point = series.at(mark);
    let value = match point {
        Some((_, value)) => Span::styled(format::value(value, metric.unit), metric::value_style(value, metric, theme)),
        None => Span::styled("no data", theme.muted),
    };
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
