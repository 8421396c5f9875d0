//! The charts: how far back they look, which metrics they show, and what has to be asked for that the rows' own readings do not tell.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{
    effect::Effect,
    fleet::Row,
    geometry, measuring,
    msg::{Fetched, Reading, Stretch},
    navigate::Towards,
    state::{Panel, Screen, State, Tone},
};
use crate::{
    model::{Key, Range, Remote, Resource, Series, TargetId, remote::Asking, series::Query},
    service::{Kind, Metric},
};

/// Points of a chart at most: more than a wide terminal has dots for.
const POINTS: i64 = 400;
/// Seconds from one point to the next that charts are asked for. `CloudWatch` answers fastest where periods fill an hour
/// (`GetMetricData`, `StartTime`), and keeps points of a minute for fifteen days: longer than any chart looks back.
const PERIODS: [i64; 8] = [60, 120, 300, 600, 900, 1_200, 1_800, 3_600];
/// Seconds that charts of rows that have been left are kept.
const KEPT: i64 = 900;

const ABSENT: &str = "no charts are on the screen";

/// How far back charts look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// One hour.
    Hour,
    /// Three hours: what the rows have anyway.
    #[default]
    ThreeHours,
    /// Twelve hours.
    HalfDay,
    /// A day.
    Day,
    /// A week.
    Week,
}

/// Every reach, shortest first.
pub const REACHES: [Reach; 5] = [Reach::Hour, Reach::ThreeHours, Reach::HalfDay, Reach::Day, Reach::Week];

/// What the charts show of time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeline {
    /// How far back they look.
    pub reach: Reach,
    /// The second that is read off, if any.
    pub mark: Option<i64>,
}

impl Reach {
    /// Its length.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::ThreeHours => 10_800,
            Self::HalfDay => 43_200,
            Self::Day => 86_400,
            Self::Week => 604_800,
        }
    }

    /// True where the rows' own readings tell everything, so that nothing is asked for.
    pub fn own(self) -> bool {
        self.seconds() <= measuring::HISTORY
    }

    /// The closed periods that a chart of a metric shows at a moment.
    fn range(self, metric: &Metric, now: Timestamp) -> Range {
        Range::closed(now, self.period(metric), self.seconds(), metric.delay)
    }

    fn period(self, metric: &Metric) -> i64 {
        let fits = |period: &i64| period % metric.period == 0 && self.seconds() / period <= POINTS;
        PERIODS.into_iter().find(fits).unwrap_or(metric.period)
    }

    /// What is drawn of a series: all of it, or its end where it is longer.
    pub fn clip(self, range: Range) -> Range {
        Range { start: range.start.max(range.end - self.seconds()), ..range }
    }
}

/// True while charts are drawn.
pub fn visible(state: &State) -> bool {
    matches!(state.screen(), Screen::List(_)) && geometry::chart_lines(state.size, state.nav.charts) > 0
}

/// The metrics of a row that there are charts of, with their places in the kind's table.
pub fn shown<'a>(kind: &'static Kind, row: &'a Resource, columns: u16) -> impl Iterator<Item = (usize, &'static Metric)> + 'a {
    let published = kind.metrics.iter().enumerate().filter(|(_, metric)| (metric.published)(row));
    published.take(geometry::charts_across(columns))
}

/// What is known of a metric for its chart.
pub fn known<'a>(state: &'a State, key: &Key, at: usize, metric: &Metric) -> Option<&'a Remote<Option<Series>>> {
    let reading = Reading { key: key.clone(), metric: at };
    let reach = state.nav.timeline.reach;
    // What AWS publishes nowhere is known for as long as it was listed, however far the charts look.
    if reach.own() || metric.sampled.is_some() { state.metrics.get(&reading) } else { state.stretches.get(&Stretch { reading, reach }) }
}

/// True for a row whose readings, those without a column included, are drawn as charts.
pub(super) fn reads(state: &State, key: &Key) -> bool {
    drawn_from_readings(state) && rows(state).any(|row| row.key == *key)
}

/// A row that is drawn from its readings beside the selected one and is not among these, which are asked about anyway.
pub(super) fn afar<'a>(state: &'a State, near: &[&Row]) -> Option<&'a Row> {
    beside(state).filter(|row| drawn_from_readings(state) && near.iter().all(|near| near.key != row.key))
}

fn drawn_from_readings(state: &State) -> bool {
    state.nav.charts == Panel::Open && state.nav.timeline.reach.own()
}

/// The rows that there are charts of.
fn rows(state: &State) -> impl Iterator<Item = &Row> {
    selected(state).into_iter().chain(beside(state))
}

/// The row that is held against the selected one: marked, and the only other one that is.
pub fn beside(state: &State) -> Option<&Row> {
    let (list, selected) = (state.list()?, selected(state)?);
    let mut others = list.marks.iter().filter(|key| **key != selected.key);
    let (Some(other), None) = (others.next(), others.next()) else { return None };
    state.fleet.tables.get(&list.kind.id)?.find(other)
}

pub(super) fn selected(state: &State) -> Option<&Row> {
    let list = state.list()?;
    state.fleet.tables.get(&list.kind.id)?.row(list.view.selected_slot()?)
}

/// Questions about charts that look further back than the rows do, one request for each target.
pub(super) fn due(state: &mut State) -> Vec<Effect> {
    if !visible(state) || state.nav.timeline.reach.own() {
        return Vec::new();
    }
    let mut requests: BTreeMap<TargetId, Vec<(Stretch, Query)>> = BTreeMap::new();
    let wanted = state.meter.afford(wanted(state), |stretch: &Stretch| stretch.reading.key.target, state.now);
    for (stretch, query) in wanted {
        state.stretches.entry(stretch.clone()).or_default().ask(state.now);
        requests.entry(stretch.reading.key.target).or_default().push((stretch, query));
    }
    for queries in requests.values() {
        state.meter.count(queries.iter().map(|(_, query)| query), state.now);
    }
    requests.into_iter().map(|(target, queries)| Effect::Chart(target, queries)).collect()
}

fn wanted(state: &State) -> Vec<(Stretch, Query)> {
    let (Some(list), Some(first)) = (state.list(), selected(state)) else { return Vec::new() };
    let metrics = shown(list.kind, &first.resource, state.size.0);
    let pairs = metrics.flat_map(|metric| rows(state).map(move |row| (row, metric)));
    pairs.filter_map(|(row, (at, metric))| question(state, list.kind, row, at, metric)).collect()
}

fn question(state: &State, kind: &Kind, row: &Row, at: usize, metric: &Metric) -> Option<(Stretch, Query)> {
    let reach = state.nav.timeline.reach;
    let stretch = Stretch { reading: Reading { key: row.key.clone(), metric: at }, reach };
    if !(metric.published)(&row.resource)
        || state.lapsed(row.key.target)
        || state.stretches.get(&stretch).is_some_and(|known| !stale(known, &stretch, metric, state))
    {
        return None;
    }
    let range = reach.range(metric, state.now);
    let rate = metric.unit.is_rate();
    let divisor = if rate { range.period as f64 } else { 1.0 };
    Some((stretch, Query { divisor, range, ..measuring::query(metric, kind, row, state.now)? }))
}

/// A chart is asked for again when one more of its periods has closed.
fn stale(known: &Remote<Option<Series>>, Stretch { reading, reach }: &Stretch, metric: &Metric, state: &State) -> bool {
    let now = state.now;
    match known.asking() {
        Asking::Never => true,
        Asking::Loading { .. } => false,
        Asking::Settled => known.as_of().is_none_or(|at| reach.range(metric, at).end < reach.range(metric, now).end),
        Asking::Failed { problem, at } => measuring::again(problem.kind, *at, reading.key.target, state),
    }
}

/// Takes the answers. Charts of rows that have been left are kept for a while: going back to them costs nothing.
pub(super) fn charted(state: &mut State, answers: Fetched<Stretch>) {
    let now = state.now;
    let first = answers.iter().find_map(|(stretch, answer)| Some((stretch.reading.key.target, answer.as_ref().err()?.clone())));
    let here: Vec<Key> = rows(state).map(|row| row.key.clone()).collect();
    let reach = state.nav.timeline.reach;
    let lately = |at: Timestamp| now.duration_since(at).as_secs() < KEPT;
    state
        .stretches
        .retain(|stretch, known| (stretch.reach == reach && here.contains(&stretch.reading.key)) || known.as_of().is_none_or(lately));
    for (stretch, answer) in answers {
        state.stretches.entry(stretch).or_default().answer(answer, now);
    }
    if let Some((target, problem)) = first {
        state.note_failure(&format!("charts in {}", state.place(target)), problem);
    }
}

/// Lets the charts look further back, or less far; at either end there is nothing more.
pub(super) fn reach(state: &mut State, step: isize) {
    if !visible(state) {
        return state.toast(Tone::Plain, ABSENT);
    }
    let at = REACHES.iter().position(|reach| *reach == state.nav.timeline.reach).unwrap_or(0);
    if let Some(reach) = at.checked_add_signed(step).and_then(|at| REACHES.get(at)) {
        state.nav.timeline.reach = *reach;
    }
}

/// Puts the mark on the next point of any chart; the first time on the newest.
pub(super) fn read(state: &mut State, towards: Towards) {
    if !visible(state) {
        return state.toast(Tone::Plain, ABSENT);
    }
    let times = times(state);
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return };
    let next = |mark: i64| match towards {
        Towards::Start => times.range(..mark).next_back().unwrap_or(first),
        Towards::End => times.range(mark + 1..).next().unwrap_or(last),
    };
    state.nav.timeline.mark = Some(*state.nav.timeline.mark.map_or(last, next));
}

/// Takes the mark away; true when there was one to see.
pub(super) fn unmark(state: &mut State) -> bool {
    visible(state) && state.nav.timeline.mark.take().is_some()
}

/// The seconds of all points that are drawn of the selected row.
fn times(state: &State) -> BTreeSet<i64> {
    let (Some(list), Some(row)) = (state.list(), selected(state)) else { return BTreeSet::new() };
    let metrics = shown(list.kind, &row.resource, state.size.0);
    let series = metrics.filter_map(|(at, metric)| known(state, &row.key, at, metric)?.value()?.as_ref());
    let drawn = series.flat_map(|series| {
        let start = state.nav.timeline.reach.clip(series.range).start;
        series.points.iter().map(|(at, _)| *at).filter(move |at| *at >= start)
    });
    drawn.collect()
}

#[cfg(test)]
mod tests;
