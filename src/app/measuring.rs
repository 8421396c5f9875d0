//! Which metrics are due: of the rows on the screen, once a period, when the period has been published.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    charting,
    effect::Effect,
    fleet::Row,
    geometry,
    msg::Reading,
    state::{ListWidth, State},
};
use crate::{
    model::{Problem, Range, Remote, Series, TargetId, Unit, remote::Asking, series::Query},
    service::{Kind, Metric, Shown},
};

/// Seconds of history in a row's sparkline and in the chart panel.
pub const HISTORY: i64 = 3 * 3_600;
/// Periods at the end of what is known that are asked for again.
const LATE: i64 = 3;
/// Seconds to leave a metric alone after it could not be fetched.
const PAUSE: i64 = 30;

/// Questions about the metrics of what is on the screen, one request for each target.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    let mut wanted = wanted(state);
    // When not all can be afforded, those go first that nothing is known of.
    wanted.sort_by_key(|(reading, _)| state.metrics.get(reading).is_some_and(|known| known.as_of().is_some()));
    let wanted = state.meter.afford(wanted, state.now);
    let mut requests: BTreeMap<TargetId, Vec<(Reading, Query)>> = BTreeMap::new();
    for (reading, query) in wanted {
        state.metrics.entry(reading.clone()).or_default().ask(state.now);
        requests.entry(reading.key.target).or_default().push((reading, query));
    }
    for queries in requests.values() {
        state.meter.count(queries.iter().map(|(_, query)| query), state.now);
    }
    requests.into_iter().map(|(target, queries)| Effect::Measure(target, queries)).collect()
}

fn wanted(state: &State) -> Vec<(Reading, Query)> {
    let Some(list) = state.list() else { return Vec::new() };
    let Some(table) = state.fleet.tables.get(&list.kind.id) else { return Vec::new() };
    let window = list.view.window(geometry::list_rows(state.size, state.nav.charts));
    let rows: Vec<_> = list.view.order()[window].iter().filter_map(|slot| table.row(*slot)).collect();
    let afar = charting::afar(state, &rows);
    rows.into_iter()
        .chain(afar)
        .flat_map(|row| {
            let charted = charting::reads(state, &row.key);
            let metrics = list.kind.metrics.iter().enumerate().filter(move |(_, metric)| charted || in_list(metric, state.nav.width));
            metrics.filter_map(|(at, metric)| question(state, list.kind, row, at, metric))
        })
        .collect()
}

fn in_list(metric: &Metric, width: ListWidth) -> bool {
    match metric.shown {
        Shown::Row(..) => true,
        Shown::Wide(_) => width == ListWidth::Wide,
        Shown::Chart => false,
    }
}

fn question(state: &State, kind: &Kind, row: &Row, at: usize, metric: &Metric) -> Option<(Reading, Query)> {
    if !(metric.published)(&row.resource) {
        return None;
    }
    let reading = Reading { key: row.key.clone(), metric: at };
    if state.metrics.get(&reading).is_some_and(|known| !stale(known, metric, state.now)) {
        return None;
    }
    let mut query = query(metric, kind, row, state.now)?;
    if let Some(series) = state.metrics.get(&reading).and_then(|known| known.value()?.as_ref()) {
        // What is known already need not come again, but for the last points, which may have come late or grown since.
        query.range.start = query.range.start.max(series.range.end - LATE * metric.period);
    }
    Some((reading, query))
}

/// The question for one metric of one row over the closed periods up to now; `None` when a dimension is missing, or when the
/// value is in the listing.
pub fn query(metric: &Metric, kind: &Kind, row: &Row, now: Timestamp) -> Option<Query> {
    if metric.sampled.is_some() {
        return None;
    }
    let rate = matches!(metric.unit, Unit::BytesPerSecond | Unit::PerSecond);
    Some(Query {
        namespace: metric.namespace,
        name: metric.name,
        dimensions: metric.dimensions(kind, &row.resource)?,
        stat: metric.stat,
        divisor: if rate { metric.period as f64 } else { 1.0 },
        range: window(metric, now),
    })
}

fn window(metric: &Metric, at: Timestamp) -> Range {
    Range::closed(at, metric.period, HISTORY, metric.delay)
}

/// A closed period is never asked for twice: the next question waits until one more has closed.
fn stale(known: &Remote<Option<Series>>, metric: &Metric, now: Timestamp) -> bool {
    match known.asking() {
        Asking::Never => true,
        Asking::Loading { .. } => false,
        Asking::Settled => known.as_of().is_none_or(|at| window(metric, at).end < window(metric, now).end),
        Asking::Failed { at, .. } => now.duration_since(*at).as_secs() >= PAUSE,
    }
}

/// Keeps what a complete listing of a target says about metrics that AWS publishes nowhere.
pub(super) fn sample(state: &mut State, kind: &'static Kind, target: TargetId) {
    let now = state.now;
    let Some(table) = state.fleet.tables.get(&kind.id) else { return };
    for (at, metric) in kind.metrics.iter().enumerate() {
        let Some(value) = metric.sampled else { continue };
        for (_, row) in table.rows().filter(|(_, row)| row.key.target == target) {
            let Some(value) = value(&row.resource, now) else { continue };
            let known = state.metrics.entry(Reading { key: row.key.clone(), metric: at }).or_default();
            let before = known.value().and_then(Option::as_ref);
            let series = sampled(before, metric, now, value);
            known.answer(Ok(Some(series)), now);
        }
    }
}

/// A series with one more point, and without those that are too old to be drawn.
pub fn sampled(before: Option<&Series>, metric: &Metric, now: Timestamp, value: f64) -> Series {
    let second = now.as_second();
    let range = Range { start: second + 1 - HISTORY, end: second + 1, period: metric.period };
    let kept = before.into_iter().flat_map(|series| &series.points).filter(|(at, _)| *at >= range.start).copied();
    Series::new(range, kept.chain([(second, value)]).collect())
}

/// What was known, and what has come after it, as far back as is drawn. Where nothing came what was known is all there is.
fn joined(known: Option<&Series>, tail: Option<Series>, metric: Option<&Metric>, now: Timestamp) -> Option<Series> {
    let (Some(known), Some(metric)) = (known, metric) else { return tail };
    let range = window(metric, now);
    // An answer that broke off is known up to its last point: the next question goes on from there.
    let end = tail.as_ref().map_or(range.end, |tail| tail.range.end);
    let fresh = tail.map(|tail| tail.points).unwrap_or_default();
    let points: Vec<(i64, f64)> = known.points.iter().copied().chain(fresh).filter(|(at, _)| *at >= range.start).collect();
    (!points.is_empty()).then(|| Series::new(Range { end, ..range }, points))
}

/// Takes the answers.
pub(super) fn measured(state: &mut State, answers: Vec<(Reading, Result<Option<Series>, Problem>)>) {
    let first = answers.iter().find_map(|(reading, answer)| Some((reading.key.target, answer.as_ref().err()?.clone())));
    for (reading, answer) in answers {
        let metric = state.fleet.tables.get(&reading.key.kind).and_then(|table| table.kind.metrics.get(reading.metric));
        let known = state.metrics.entry(reading).or_default();
        let answer = answer.map(|tail| joined(known.value().and_then(Option::as_ref), tail, metric, state.now));
        known.answer(answer, state.now);
    }
    if let Some((target, problem)) = first {
        state.note_failure(&format!("metrics of {}", state.place(target)), problem);
    }
}
