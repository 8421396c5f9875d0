//! Alarms that are going off, matched to rows by the dimensions of the metrics they watch: as findings, and as lines in charts.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;

use super::{Change, Row, Slot, Table};
use crate::{
    model::{
        Finding, Resource, Severity, Stat, TargetId, Text,
        alarm::{Alarm, Watch},
    },
    service::{From, Kind, Metric, Publisher},
};

/// The code of the finding.
const CODE: &str = "alarm";
/// What to do about an alarm on what is drawn, and on what others publish.
const CHARTED: &str = "the charts of the row show what it watches";
const ELSEWHERE: &str = "no chart shows what it watches: look at the alarm in CloudWatch";
/// What stands before the name of an alarm.
const BELL: &str = "⏰";

/// Namespace and dimensions, in the order of their names: what a row and an alarm have in common.
type Place = (Text, Vec<(Text, Text)>);

/// The alarms of one target, by what they watch.
#[derive(Debug, Default, PartialEq)]
pub struct Alarms {
    all: Vec<Alarm>,
    /// Positions of the alarms, and of what they watch in each.
    places: HashMap<Place, Vec<(usize, usize)>>,
    /// The same by the values of the dimensions, whatever these are called.
    values: HashMap<Text, Vec<(usize, usize)>>,
}

impl Alarms {
    /// Puts alarms in order.
    pub fn new(all: Vec<Alarm>) -> Self {
        let (mut places, mut values) = <(HashMap<Place, Vec<_>>, HashMap<Text, Vec<_>>)>::default();
        for (at, alarm) in all.iter().enumerate() {
            for (which, watch) in alarm.watches.iter().enumerate() {
                places.entry((watch.namespace.clone(), watch.dimensions.clone())).or_default().push((at, which));
                watch.dimensions.iter().for_each(|(_, value)| values.entry(value.clone()).or_default().push((at, which)));
            }
        }
        Self { all, places, values }
    }

    /// The alarms on any metric about a row, each once: on those that it shows, and on those that others publish, with what to do about it.
    fn on(&self, kind: &Kind, row: &Resource) -> Vec<(&Alarm, &'static str)> {
        if self.places.is_empty() {
            return Vec::new();
        }
        let metrics = kind.metrics.iter().enumerate().filter(|(at, metric)| !kind.metrics[..*at].iter().any(|other| alike(metric, other)));
        let own = metrics.flat_map(|(_, metric)| self.watching(kind, row, metric)).map(|(at, _)| (*at, CHARTED));
        let others = kind.publishers.iter().flat_map(|publisher| self.published(kind, row, publisher)).map(|at| (at, ELSEWHERE));
        // What is charted is told last, so that it holds.
        let found: BTreeMap<usize, &str> = others.chain(own).collect();
        found.into_iter().map(|(at, advice)| (&self.all[at], advice)).collect()
    }

    fn published<'a>(&'a self, kind: &'a Kind, row: &'a Resource, publisher: &'a Publisher) -> impl Iterator<Item = usize> + 'a {
        let handled = publisher.handle(kind, row).and_then(|value| self.values.get(&value)).map_or(&[][..], Vec::as_slice);
        let covered = handled.iter().filter(|(at, which)| publisher.covers(kind, row, &self.all[*at].watches[*which]));
        covered.map(|(at, _)| *at)
    }

    fn watching(&self, kind: &Kind, row: &Resource, metric: &Metric) -> &[(usize, usize)] {
        // Most rows have no alarm, and of them a look at what tells them apart is enough.
        let named =
            metric.dimensions.last().and_then(|dimension| dimension.value(kind, row)).is_some_and(|value| self.values.contains_key(&value));
        let place = if named { place(metric, kind, row).and_then(|place| self.places.get(&place)) } else { None };
        place.map_or(&[], Vec::as_slice)
    }

    /// The thresholds of alarms on exactly this metric of a row, as a chart with this period draws it.
    pub fn limits(&self, kind: &Kind, row: &Resource, metric: &Metric, period: i64) -> Vec<f64> {
        let watches = self.watching(kind, row, metric).iter().map(|(at, which)| &self.all[*at].watches[*which]);
        watches.filter_map(|watch| limit(watch, metric, period)).collect()
    }
}

/// True when two metrics are published in the same place, so that one look is enough.
fn alike(one: &Metric, other: &Metric) -> bool {
    one.namespace == other.namespace && std::ptr::eq(one.dimensions, other.dimensions)
}

fn place(metric: &Metric, kind: &Kind, row: &Resource) -> Option<Place> {
    if metric.sampled.is_some() || metric.dimensions.is_empty() {
        return None;
    }
    let values = metric.dimensions(kind, row)?;
    let mut named: Vec<_> = values.into_iter().map(|(name, value)| (Text::new(name), value)).collect();
    named.sort();
    Some((Text::new(metric.namespace), named))
}

/// A threshold in the unit of a chart; `None` where the two do not reckon alike: a sum of a minute is no sum of five.
pub fn limit(watch: &Watch, metric: &Metric, period: i64) -> Option<f64> {
    let threshold = watch.threshold.filter(|_| watch.metric.as_str() == metric.name && watch.stat.as_str() == metric.stat.word())?;
    let rate = metric.unit.is_rate();
    match metric.stat {
        _ if rate => (watch.period > 0).then(|| threshold / watch.period as f64),
        Stat::Sum => (watch.period == period).then_some(threshold),
        _ => Some(threshold),
    }
}

fn finding((alarm, advice): (&Alarm, &'static str)) -> Finding {
    let reason = Text::new(format!("{BELL} {}: {}", alarm.name, alarm.reason).trim_end_matches([' ', ':', '.']));
    Finding { severity: Severity::Warning, code: CODE, reason, since: alarm.since, advice }
}

/// The alarms on a row.
pub(super) fn findings(kind: &Kind, alarms: Option<&Arc<Alarms>>, row: &Resource) -> Vec<Finding> {
    let ringing = alarms.map(|alarms| alarms.on(kind, row)).unwrap_or_default();
    ringing.into_iter().map(finding).collect()
}

impl Table {
    /// Takes the alarms of a target, unless it has them.
    pub fn ring(&mut self, target: TargetId, alarms: &Arc<Alarms>, now: Timestamp) -> Change {
        if self.alarms.get(&target).is_some_and(|known| Arc::ptr_eq(known, alarms)) {
            return Change::default();
        }
        let before = self.alarms.insert(target, alarms.clone()).unwrap_or_default();
        if before == *alarms {
            return Change::default();
        }
        let concerned = |row: &Row| !before.on(self.kind, &row.resource).is_empty() || !alarms.on(self.kind, &row.resource).is_empty();
        let rows = self.candidates(target, [&before, alarms]).into_iter().filter_map(|slot| Some((slot, self.row(slot)?)));
        let touched: Vec<Slot> = rows.filter(|(_, row)| concerned(row)).map(|(slot, _)| slot).collect();
        let ids: Vec<Text> = touched.iter().filter_map(|slot| self.row(*slot)).map(|row| row.key.id.clone()).collect();
        for id in ids {
            self.judge_again(target, &id, now);
        }
        Change { touched, ..Change::default() }
    }

    /// The rows of a target that alarms may be on: of a kind whose metrics name ids, those that are named, else all.
    fn candidates(&self, target: TargetId, alarms: [&Alarms; 2]) -> Vec<Slot> {
        let metrics = self.kind.metrics.iter().filter_map(|metric| metric.dimensions.last());
        let mut handles = metrics.chain(self.kind.publishers.iter().filter_map(|publisher| publisher.named.last()));
        if handles.all(|dimension| matches!(dimension.from, From::Id)) {
            let named: BTreeSet<Slot> = alarms.iter().flat_map(|known| known.values.keys()).filter_map(|id| self.at(target, id)).collect();
            return named.into_iter().collect();
        }
        self.rows().filter(|(_, row)| row.key.target == target).map(|(slot, _)| slot).collect()
    }

    /// True when nothing but alarms and metrics speak against a row: it is not stuck, whatever those say.
    pub fn moves_well(&self, row: &Row) -> bool {
        row.findings.iter().all(|finding| self.kind.signs.iter().all(|sign| sign.code != finding.code))
    }
}
