//! Which metrics are due: of the rows on the screen and near it, once a period, when the period has been published.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
};

use jiff::Timestamp;

use super::{
    answers as taking, charting,
    columns::{self, Choice, What},
    concerns,
    effect::Effect,
    fleet::Row,
    geometry, keeping,
    meter::{self, Meter},
    msg::Reading,
    overview, pricing, schedule,
    state::{ListScreen, ListWidth, State},
};
use crate::{
    model::{Key, Problem, ProblemKind, Range as Span, Remote, Series, TargetId, filter::Measured, remote::Asking, series::Query},
    service::{Kind, Metric, Shown},
};

/// Seconds of history in a row's sparkline and in the chart panel.
pub const HISTORY: i64 = 3 * 3_600;
/// Rows of a kind in a target whose values are kept at each listing where AWS publishes none: as many as are kept from one start to the
/// next ([`super::keeping::points`]). Ten thousand groups would take 30 MB after three hours.
const SAMPLED: usize = 2_000;
/// Seconds at the end of what is known that are asked for again, which costs nothing more: a point of Lambda has the time of its
/// invocation and comes when that has ended, up to fifteen minutes later (Lambda quotas, "Function timeout").
const LATE: i64 = 900;
/// Periods that are asked for again at least.
const FEWEST: i64 = 3;
/// Periods without a point after which the latest value is called stale.
const PATIENCE: i64 = 3;
/// Seconds to leave a metric alone after it could not be fetched, and after that was forbidden, which it most likely still is.
const PAUSE: i64 = 30;
const FORBIDDEN: i64 = 600;

/// Questions about the metrics of what is on the screen and near it, one request for each target.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    let kind = state.list().map(|list| list.kind).or_else(|| opened(state).map(|(kind, _)| kind));
    if kind.is_some_and(|kind| keeping::points::awaited(state, kind.id)) {
        return Vec::new();
    }
    let demand = demand(state);
    state.meter.stretch(demand);
    let mut wanted = wanted(state);
    // When not all can be afforded, those go first that nothing is known of.
    wanted.sort_by_key(|(reading, _)| state.metrics.get(reading).is_some_and(|known| known.as_of().is_some()));
    wanted.extend(near(state));
    let wanted = state.meter.afford(wanted, |reading| reading.key.target, state.now);
    let requests = requests(state, wanted);
    for queries in requests.values() {
        state.meter.count(queries.iter().map(|(_, query)| query), state.now);
    }
    requests.into_iter().map(|(target, queries)| Effect::Measure(target, queries)).collect()
}

pub(super) type Requests = BTreeMap<TargetId, Vec<(Reading, Query)>>;

/// Notes that these are asked, and puts together what one call can take.
pub(super) fn requests(state: &mut State, wanted: Vec<(Reading, Query)>) -> Requests {
    let mut requests = Requests::new();
    for (reading, query) in wanted {
        state.metrics.entry(reading.clone()).or_default().ask(state.now);
        requests.entry(reading.key.target).or_default().push((reading, query));
    }
    for queries in requests.values_mut() {
        // A call has one span: those of one span come one after the other.
        queries.sort_by_key(|(_, query)| (query.range.start, query.range.end));
    }
    requests
}

/// Dollars an hour for what is on the screen, each metric once a period.
fn demand(state: &State) -> f64 {
    let Some(list) = state.list() else { return opened(state).map_or(0.0, |(kind, row)| hourly(state, kind, row)) };
    let rows = shown(state, &window(state, list));
    rows.iter().map(|row| hourly(state, list.kind, row)).sum()
}

fn hourly(state: &State, kind: &Kind, row: &Row) -> f64 {
    let asked = asked(state, kind, row).filter(|(_, metric)| metric.sampled.is_none() && (metric.published)(&row.resource));
    let periods: Vec<_> = asked.map(|(_, metric)| (metric.name, metric.step(&row.resource))).collect();
    meter::hourly(&periods)
}

/// The row whose facts are read over the findings, where there is no list.
fn opened(state: &State) -> Option<(&'static Kind, &Row)> {
    let key = schedule::opened(state)?;
    let table = state.fleet.tables.get(&key.kind)?;
    Some((table.kind, table.find(key)?))
}

fn wanted(state: &State) -> Vec<(Reading, Query)> {
    let Some(list) = state.list() else { return opened(state).map_or_else(Vec::new, |(kind, row)| questions(state, kind, row)) };
    let rows = shown(state, &window(state, list));
    let afar = charting::afar(state, &rows);
    let questions = rows.into_iter().chain(afar).flat_map(|row| questions(state, list.kind, row));
    questions.collect()
}

/// Half a page before and behind, once the list has come to rest: only what nobody has asked for yet, and nothing where periods are
/// stretched already.
fn near(state: &State) -> Vec<(Reading, Query)> {
    let Some(list) = state.list().filter(|_| state.pulse.rests(state.now) && state.meter.stretched() == 1) else { return Vec::new() };
    let seen = window(state, list);
    let half = seen.len() / 2;
    let rows = [seen.end..(seen.end + half).min(list.view.order().len()), seen.start.saturating_sub(half)..seen.start];
    let rows = rows.iter().flat_map(|near| shown(state, near));
    rows.flat_map(|row| questions(state, list.kind, row)).filter(|(reading, _)| !state.metrics.contains_key(reading)).collect()
}

/// The part of a list that is on the screen.
fn window(state: &State, list: &ListScreen) -> Range<usize> {
    list.view.window(geometry::list_rows(state.size, state.nav.charts))
}

/// The rows at some places of the list in front.
fn shown<'a>(state: &'a State, places: &Range<usize>) -> Vec<&'a Row> {
    let table = state.list().and_then(|list| Some((list, state.fleet.tables.get(&list.kind.id)?)));
    let Some((list, table)) = table else { return Vec::new() };
    list.view.order()[places.clone()].iter().filter_map(|slot| table.row(*slot)).collect()
}

/// The metrics of a row that are on the screen, with their places in the kind's table: all of them, where its charts are drawn or its
/// details are read.
fn asked<'a>(state: &'a State, kind: &'a Kind, row: &Row) -> impl Iterator<Item = (usize, &'a Metric)> + use<'a> {
    let charted = charting::reads(state, &row.key) || schedule::opened(state) == Some(&row.key);
    let shown = move |at: usize, metric: &Metric| match columns::chosen(state, kind, What::Metric(at)) {
        Some(choice) => choice == Choice::Shown,
        None => in_list(metric, state.nav.width),
    };
    kind.metrics.iter().enumerate().filter(move |(at, metric)| charted || shown(*at, metric))
}

fn questions(state: &State, kind: &Kind, row: &Row) -> Vec<(Reading, Query)> {
    asked(state, kind, row).filter_map(|(at, metric)| question(state, kind, row, at, metric)).collect()
}

/// True for a metric with a column in lists of this width.
fn in_list(metric: &Metric, width: ListWidth) -> bool {
    match metric.shown {
        Shown::Row(..) => true,
        Shown::Wide(_) => width == ListWidth::Wide,
        Shown::Chart => false,
    }
}

/// True where there is a question about one metric of one row, and it is due; see [`question`].
pub(super) fn is_due(state: &State, kind: &Kind, row: &Row, at: usize, metric: &Metric) -> bool {
    metric.sampled.is_none() && metric.identifies(kind, &row.resource) && due_reading(state, row, at, metric).is_some()
}

/// A metric of a row that is published, and of which nothing is known or what is known is stale.
fn due_reading(state: &State, row: &Row, at: usize, metric: &Metric) -> Option<Reading> {
    if !(metric.published)(&row.resource) || state.lapsed(row.key.target) {
        return None;
    }
    let reading = Reading { key: row.key.clone(), metric: at };
    let known = state.metrics.get(&reading);
    known.is_none_or(|known| stale(known, (&row.key, metric), metric.step(&row.resource), state)).then_some(reading)
}

/// The question about one metric of one row, where it is due.
pub(super) fn question(state: &State, kind: &Kind, row: &Row, at: usize, metric: &Metric) -> Option<(Reading, Query)> {
    let reading = due_reading(state, row, at, metric)?;
    let step = metric.step(&row.resource);
    let mut query = query(metric, kind, row, state.now - state.lags.of(kind.id))?;
    let known = state.metrics.get(&reading).and_then(|known| known.value()?.as_ref());
    if let Some(series) = known.filter(|series| series.range.period == step) {
        // What is known already need not come again, but for the last points, which may have come late or grown since.
        query.range.start = query.range.start.max(series.range.end - LATE.max(FEWEST * step));
    }
    Some((reading, query))
}

/// The question for one metric of one row over the closed periods up to now; `None` when a dimension is missing, or when the
/// value is in the listing.
pub fn query(metric: &Metric, kind: &Kind, row: &Row, now: Timestamp) -> Option<Query> {
    if metric.sampled.is_some() {
        return None;
    }
    let rate = metric.unit.is_rate();
    let step = metric.step(&row.resource);
    Some(Query {
        namespace: metric.namespace,
        name: metric.name,
        dimensions: metric.dimensions(kind, &row.resource)?,
        stat: metric.stat,
        divisor: if rate { step as f64 } else { 1.0 },
        range: closed(metric, step, now),
    })
}

/// The periods of a metric that have closed, as far back as is drawn.
fn closed(metric: &Metric, step: i64, at: Timestamp) -> Span {
    Span::closed(at, step, HISTORY, metric.delay)
}

/// A closed period is never asked for twice: the next question waits until one more has closed and been published, as late as that was seen
/// to be, or several where the budget wants it.
fn stale(known: &Remote<Option<Series>>, (key, metric): (&Key, &Metric), step: i64, state: &State) -> bool {
    let (now, lag) = (state.now, state.lags.of(key.kind));
    let wait = step * state.meter.stretched();
    match known.asking() {
        Asking::Never => true,
        Asking::Loading { .. } => false,
        Asking::Settled => known.as_of().is_none_or(|at| closed(metric, step, at - lag).end + wait <= closed(metric, step, now - lag).end),
        Asking::Failed { problem, at } => again(problem.kind, *at, key.target, state),
    }
}

/// True when a metric that could not be fetched is to be asked for again: later where its target asks for less.
pub(super) fn again(kind: ProblemKind, at: Timestamp, target: TargetId, state: &State) -> bool {
    let times = state.fleet.targets.get(usize::from(target.0)).map_or(1, |known| known.pace.times());
    let pause = if kind == ProblemKind::Denied { FORBIDDEN } else { PAUSE * times };
    let pause = pause + schedule::jitter((target, "metrics"), at, pause / 2);
    state.now.duration_since(at).as_secs() >= pause
}

/// Lets metrics of a kind that could not be fetched be asked for at once: somebody wants everything anew.
pub(super) fn pardon(state: &mut State, kind: &Kind) {
    let failed = state.metrics.iter_mut().filter(|(reading, known)| reading.key.kind == kind.id && known.problem().is_some());
    failed.for_each(|(_, known)| known.withdraw());
    let failed = state.stretches.iter_mut().filter(|(stretch, known)| stretch.reading.key.kind == kind.id && known.problem().is_some());
    failed.for_each(|(_, known)| known.withdraw());
}

/// Keeps what a complete listing of a target says about metrics that AWS publishes nowhere, of [so many](SAMPLED) rows. Where it says
/// nothing what was kept stays.
pub(super) fn sample(state: &mut State, kind: &'static Kind, target: TargetId) {
    let now = state.now;
    for (at, metric) in kind.metrics.iter().enumerate() {
        let Some(value) = metric.sampled else { continue };
        let told = |row: &Row| (Reading { key: row.key.clone(), metric: at }, value(&row.resource, now));
        let told: Vec<_> = followed(state, kind, target, at).into_iter().map(told).collect();
        let mine = |reading: &Reading| (reading.key.kind, reading.key.target, reading.metric) == (kind.id, target, at);
        let mut former: HashMap<_, _> = state.metrics.extract_if(|reading, _| mine(reading)).collect();
        for (reading, value) in told {
            let known = former.remove(&reading);
            let Some(value) = value else {
                state.metrics.extend(known.map(|known| (reading, known)));
                continue;
            };
            exemplify(state, &reading.key, at);
            let mut known = known.unwrap_or_default();
            let series = sampled(known.value().and_then(Option::as_ref), metric, now, value);
            known.answer(Ok(Some(series)), now);
            state.metrics.insert(reading, known);
        }
    }
}

/// The rows of a target whose values of a metric are kept: those on the screen, those of which some are, and others while there is room.
fn followed<'a>(state: &'a State, kind: &Kind, target: TargetId, metric: usize) -> Vec<&'a Row> {
    let Some(table) = state.fleet.tables.get(&kind.id) else { return Vec::new() };
    let seen = state.list().filter(|list| list.kind == kind).map(|list| shown(state, &window(state, list))).unwrap_or_default();
    let seen: HashSet<&Key> = seen.into_iter().map(|row| &row.key).collect();
    let known = |row: &Row| state.metrics.contains_key(&Reading { key: row.key.clone(), metric });
    let mut rows: Vec<&Row> = table.rows().map(|(_, row)| row).filter(|row| row.key.target == target).collect();
    rows.sort_by_cached_key(|row| (!seen.contains(&row.key), !known(row)));
    rows.truncate(SAMPLED);
    rows
}

/// The leading metric of a row that is known stands for that of its service.
fn exemplify(state: &mut State, key: &Key, metric: usize) {
    let kind = state.fleet.tables.get(&key.kind).map(|table| table.kind);
    if kind.and_then(overview::leading).is_some_and(|(leading, _)| leading == metric) {
        state.samples.note(key);
    }
}

/// What is known of a metric of a row. One that publishes it no longer has none, whatever was known before.
pub(super) fn known((kind, metrics): (&Kind, &HashMap<Reading, Remote<Option<Series>>>), row: &Row, at: usize, now: Timestamp) -> Measured {
    let Some(metric) = kind.metrics.get(at).filter(|metric| (metric.published)(&row.resource)) else { return Measured::Nothing };
    if let Some(value) = metric.sampled {
        return value(&row.resource, now).map_or(Measured::Nothing, Measured::Value);
    }
    match metrics.get(&Reading { key: row.key.clone(), metric: at }).and_then(Remote::value) {
        None => Measured::Unknown,
        Some(series) => series.as_ref().and_then(Series::latest).map_or(Measured::Nothing, |(_, value)| Measured::Value(value)),
    }
}

/// A series with one more point, and without those that are too old to be drawn.
pub fn sampled(before: Option<&Series>, metric: &Metric, now: Timestamp, value: f64) -> Series {
    let second = now.as_second();
    let range = Span { start: second + 1 - HISTORY, end: second + 1, period: metric.period };
    let kept = before.into_iter().flat_map(|series| &series.points).filter(|(at, _)| *at >= range.start).copied();
    Series::new(range, kept.chain([(second, value)]).collect())
}

/// What was known, and what has come after it, as far back as is drawn. Where nothing came what was known is all there is; what was
/// published in other periods does not go together.
fn joined(known: Option<&Series>, tail: Option<Series>, metric: Option<&Metric>, now: Timestamp) -> Option<Series> {
    let (Some(known), Some(metric)) = (known, metric) else { return tail };
    if tail.as_ref().is_some_and(|tail| tail.range.period != known.range.period) {
        return tail;
    }
    let range = closed(metric, known.range.period, now);
    // An answer that broke off is known up to its last point: the next question goes on from there.
    let end = tail.as_ref().map_or(range.end, |tail| tail.range.end);
    let fresh = tail.map(|tail| tail.points).unwrap_or_default();
    let points: Vec<(i64, f64)> = known.points.iter().copied().chain(fresh).filter(|(at, _)| *at >= range.start).collect();
    (!points.is_empty()).then(|| Series::new(Span { end, ..range }, points))
}

/// Seconds after its newest point from which nothing newer means that nothing is published any more. Where the budget passes periods
/// over, nobody has asked for newer points: that says nothing about whether there are any.
pub fn patience(metric: &Metric, series: &Series, meter: &Meter) -> i64 {
    (PATIENCE - 1 + meter.stretched()) * series.range.period + metric.delay
}

/// Takes the answers.
pub(super) fn measured(state: &mut State, answers: Vec<(Reading, Result<Option<Series>, Problem>)>) {
    let readings: Vec<Reading> = answers.iter().map(|(reading, _)| reading.clone()).collect();
    let first = answers.iter().find_map(|(reading, answer)| Some((reading.key.target, answer.as_ref().err()?.clone())));
    for (reading, answer) in answers {
        keeping::points::came(state, reading.key.kind, reading.key.target);
        let metric = state.fleet.tables.get(&reading.key.kind).and_then(|table| table.kind.metrics.get(reading.metric));
        if let (Some(metric), Ok(Some(tail))) = (metric, &answer) {
            state.lags.note(reading.key.kind, metric, tail, state.now);
        }
        let lately = state.now - state.lags.of(reading.key.kind);
        let known = state.metrics.entry(reading).or_default();
        if answer.as_ref().is_err_and(|problem| problem.kind.about_the_session()) {
            known.withdraw();
            continue;
        }
        let answer = answer.map(|tail| joined(known.value().and_then(Option::as_ref), tail, metric, lately));
        known.answer(answer, state.now);
    }
    state.lags.settle();
    concerns::judge(state, &readings);
    for reading in &readings {
        exemplify(state, &reading.key, reading.metric);
    }
    let keys: Vec<Key> = readings.iter().map(|reading| reading.key.clone()).collect();
    pricing::measured(state, &keys);
    taking::reconsider(state, &keys);
    if let Some((target, problem)) = first {
        state.heard(target, "metrics of", Err(&problem));
    }
}

#[cfg(test)]
mod tests;
