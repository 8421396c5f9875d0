//! The chart panel: the metrics of the selected row side by side, as many as there is room for, over those of a row it is held against.

mod axis;
mod plot;
mod title;

use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use self::plot::Plot;
use super::{
    front::Front,
    glyph,
    metric::{Known, Measure},
    paragraph, pen, rule,
    strip::Piece,
    theme::Theme,
};
use crate::{
    app::{
        alarming,
        charting::{self, Timeline},
        fleet::Row,
        meter::Meter,
    },
    model::{Range, Series},
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
    let beside = charting::beside(front.state);
    let styles = [theme.chart1, theme.chart2, theme.chart3];
    for (at, ((position, metric), style)) in metrics.into_iter().zip(styles).enumerate() {
        let measure = measured(front, row, position, metric);
        let beside = beside.map(|other| Beside { row: other, measure: measured(front, other, position, metric) });
        let name = (at == 0).then_some(row);
        let timeline = front.state.nav.timeline;
        let limits = alarming::limits(front.state, front.list.kind, row, (position, metric), period(metric, measure));
        let unasked = unasked(&front.state.meter, front.state.now);
        chart(buffer, part(area, at, number), &Chart { name, metric, measure, beside, style, limits, timeline, unasked }, theme);
    }
}

/// Seconds from one point of a chart to the next.
fn period(metric: &Metric, measure: Measure<'_>) -> i64 {
    match measure {
        Measure::Known(known) => known.series.range.period,
        _ => metric.period,
    }
}

/// How a metric of a row stands for its chart.
fn measured<'a>(front: &Front<'a>, row: &Row, at: usize, metric: &Metric) -> Measure<'a> {
    if (metric.published)(&row.resource) { Measure::charted(front.state, &row.key, at, metric) } else { Measure::Nothing }
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
    beside: Option<Beside<'a>>,
    style: Style,
    limits: Vec<f64>,
    timeline: Timeline,
    /// Why nothing was asked for yet.
    unasked: String,
}

/// The same metric of the row that this one is held against.
#[derive(Clone, Copy)]
struct Beside<'a> {
    row: &'a Row,
    measure: Measure<'a>,
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

fn unasked(meter: &Meter, now: Timestamp) -> String {
    if !meter.holding(now) {
        return "not asked yet".to_owned();
    }
    let budget = meter.budget();
    format!("not asked yet: the budget of ${budget}/h is used up, and this waits until there is room in it again")
}

fn chart(buffer: &mut Buffer, area: Rect, chart: &Chart<'_>, theme: &Theme) {
    rule::draw(buffer, Rect { height: 1, ..area }, title::pieces(chart, area.width, theme), theme);
    let inner = below(area);
    match chart.measure {
        Measure::Known(known) => plot::draw(buffer, inner, &plot(chart, &known), theme),
        Measure::Unasked => say(buffer, inner, &chart.unasked, theme.muted),
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

fn plot<'a>(chart: &'a Chart<'a>, known: &Known<'a>) -> Plot<'a> {
    let series = known.series;
    let beside = match chart.beside {
        Some(Beside { measure: Measure::Known(other), .. }) => Some(other.series),
        _ => None,
    };
    let (range, mark, unit) = (chart.range(series), chart.mark(series), chart.metric.unit);
    Plot { series, beside, range, unit, style: chart.style, limits: &chart.limits, mark }
}
