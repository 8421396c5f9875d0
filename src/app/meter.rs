//! What the metrics cost: every question is counted as `CloudWatch` counts it.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::model::{TargetId, Text, series::Query};

/// Dollars for one metric in one request, in us-east-1 (`CloudWatch` pricing: `GetMetricData`, $0.01 for 1,000 metrics requested).
const PRICE: f64 = 0.000_01;
/// Statistics of one metric that count as one in a request (`CloudWatch` User Guide, "Using `GetMetricData`": up to five).
const STATISTICS: usize = 5;
/// Seconds that the present rate is reckoned over where no period is passed over: two periods of basic monitoring.
const WINDOW: i64 = 600;

/// Dollars an hour that are not exceeded unless the configuration says otherwise.
pub const BUDGET: f64 = 0.25;
/// Periods at most from one question to the next: beyond that a budget is too small for the screen, and what does not fit is put off.
const STRETCHES: i64 = 60;
/// Seconds for which the header says that something was put off.
const TOLD: i64 = 60;

/// Metrics asked for in this session.
#[derive(Debug)]
pub struct Meter {
    session: u64,
    lately: VecDeque<(Timestamp, u64)>,
    budget: f64,
    held: Option<Timestamp>,
    stretch: i64,
}

impl Default for Meter {
    fn default() -> Self {
        Self { session: 0, lately: VecDeque::new(), budget: BUDGET, held: None, stretch: 1 }
    }
}

impl Meter {
    /// Sets the dollars an hour that are not to be exceeded.
    pub fn limit(&mut self, budget: f64) {
        self.budget = budget;
    }

    /// Those of the questions that the budget has room for, in their order; the others wait until the rate has fallen. Of one metric all
    /// statistics go together or not at all, as far as they come one after the other.
    pub(super) fn afford<T>(&mut self, mut wanted: Vec<(T, Query)>, place: fn(&T) -> TargetId, now: Timestamp) -> Vec<(T, Query)> {
        let most = (self.budget / PRICE * self.window() as f64 / 3_600.0).round() as u64;
        let room = most.saturating_sub(self.recent(now));
        let mut bill = Bill::default();
        let fits = wanted.iter().take_while(|(name, query)| bill.add(place(name), query) <= room).count();
        if fits < wanted.len() {
            wanted.truncate(fits);
            self.held = Some(now);
        }
        wanted
    }

    /// Lets a period be passed over so often that what is on the screen, at so many dollars an hour, stays inside the budget.
    pub(super) fn stretch(&mut self, demand: f64) {
        let times = if demand > self.budget { (demand / self.budget).ceil() } else { 1.0 };
        self.stretch = (times as i64).clamp(1, STRETCHES);
    }

    /// After how many periods a metric is asked for again, to keep to the budget; 1 for each.
    pub fn stretched(&self) -> i64 {
        self.stretch
    }

    /// Dollars an hour that are not exceeded.
    pub fn budget(&self) -> f64 {
        self.budget
    }

    /// Whether something was put off lately, to keep to the budget.
    pub fn holding(&self, now: Timestamp) -> bool {
        self.held.is_some_and(|at| now.duration_since(at).as_secs() < TOLD)
    }

    /// Two periods of basic monitoring as they are asked for: longer where periods are passed over, so that a screen fits in as a whole.
    fn window(&self) -> i64 {
        WINDOW * self.stretch
    }

    fn recent(&self, now: Timestamp) -> u64 {
        let recent = self.lately.iter().filter(|(at, _)| now.duration_since(*at).as_secs() < self.window());
        recent.map(|(_, metrics)| *metrics).sum()
    }

    /// Counts one request.
    pub fn count<'a>(&mut self, queries: impl Iterator<Item = &'a Query>, now: Timestamp) {
        let metrics = billed(queries);
        self.session += metrics;
        self.lately.push_back((now, metrics));
        while self.lately.front().is_some_and(|(at, _)| now.duration_since(*at).as_secs() >= WINDOW * STRETCHES) {
            self.lately.pop_front();
        }
    }

    /// Counts what was asked for after a yes to its price: it belongs to the session, and takes no room from what the screen shows.
    pub(super) fn agreed(&mut self, metrics: u64) {
        self.session += metrics;
    }

    /// Metrics that a request is billed for.
    pub(super) fn bill<T>(queries: &[(T, Query)]) -> u64 {
        billed(queries.iter().map(|(_, query)| query))
    }

    /// Dollars since the start.
    pub fn session(&self) -> f64 {
        self.session as f64 * PRICE
    }

    /// Dollars an hour, going on as in the last ten minutes, or as many times that as periods are stretched.
    pub fn per_hour(&self, now: Timestamp) -> f64 {
        self.recent(now) as f64 * PRICE * 3_600.0 / self.window() as f64
    }
}

/// Metrics that a request is billed for.
fn billed<'a>(queries: impl Iterator<Item = &'a Query>) -> u64 {
    let mut bill = Bill::default();
    queries.map(|query| bill.add(TargetId(0), query)).last().unwrap_or_default()
}

/// What statistics go together on a bill: target, namespace, name and dimensions.
type Billed<'a> = (TargetId, &'static str, &'static str, &'a [(&'static str, Text)]);

/// What requests come to, one for each target, query by query.
#[derive(Default)]
struct Bill<'a> {
    statistics: HashMap<Billed<'a>, usize>,
    metrics: u64,
}

impl<'a> Bill<'a> {
    /// Adds a query; gives the metrics so far.
    fn add(&mut self, target: TargetId, query: &'a Query) -> u64 {
        let count = self.statistics.entry((target, query.namespace, query.name, &query.dimensions)).or_default();
        self.metrics += u64::from(count.is_multiple_of(STATISTICS));
        *count += 1;
        self.metrics
    }
}

/// Dollars for so many metrics, each asked for once.
pub(super) fn price(metrics: usize) -> f64 {
    metrics as f64 * PRICE
}

/// Dollars an hour for metrics that are asked for once in each of their periods: for each its name and seconds, all of one row.
pub(super) fn hourly(metrics: &[(&'static str, i64)]) -> f64 {
    let first = |at: &usize| metrics[..*at].iter().filter(|other| other.0 == metrics[*at].0).count().is_multiple_of(STATISTICS);
    (0..metrics.len()).filter(first).map(|at| 3_600.0 / metrics[at].1 as f64 * PRICE).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Range, Stat};

    fn query(name: &'static str, id: &str, stat: Stat) -> Query {
        let range = Range { start: 0, end: 300, period: 300 };
        Query { namespace: "AWS/Lambda", name, dimensions: vec![("FunctionName", id.into())], stat, divisor: 1.0, range }
    }

    #[test]
    fn five_statistics_of_a_metric_are_one_and_other_resources_are_others() {
        let stats = [Stat::P50, Stat::P95, Stat::P99, Stat::Average, Stat::Maximum, Stat::Minimum];
        let of = |count: usize| stats[..count].iter().map(|stat| query("Duration", "a", *stat)).collect::<Vec<_>>();
        assert_eq!([1, 5, 6].map(|count| billed(of(count).iter())), [1, 1, 2]);
        let two = [query("Duration", "a", Stat::P50), query("Duration", "b", Stat::P50), query("Errors", "a", Stat::Sum)];
        assert_eq!(billed(two.iter()), 3);
    }

    #[test]
    fn the_rate_is_that_of_the_last_ten_minutes_and_the_session_adds_up() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let mut meter = Meter::default();
        let fifty: Vec<Query> = (0..50).map(|number| query("Errors", &number.to_string(), Stat::Sum)).collect();
        meter.count(fifty.iter(), at(0));
        meter.count(fifty.iter(), at(300));
        assert!((meter.per_hour(at(300)) - 0.006).abs() < 1e-9);
        assert!((meter.per_hour(at(700)) - 0.003).abs() < 1e-9);
        assert!((meter.per_hour(at(2_000))).abs() < 1e-9 && (meter.session() - 0.001).abs() < 1e-9);
    }

    fn many(count: usize) -> Vec<((), Query)> {
        (0..count).map(|number| ((), query("Errors", &number.to_string(), Stat::Sum))).collect()
    }

    #[test]
    fn statistics_of_a_metric_that_fits_go_with_it() {
        let mut meter = Meter::default();
        meter.limit(0.000_06);
        let stats = [Stat::P50, Stat::P95, Stat::P99].map(|stat| ((), query("Duration", "a", stat)));
        let wanted = [stats.to_vec(), many(1)].concat();
        assert_eq!(meter.afford(wanted, |()| TargetId(0), Timestamp::UNIX_EPOCH).len(), 3, "one metric fits in ten minutes");
    }

    #[test]
    fn periods_are_passed_over_as_often_as_the_budget_wants() {
        let mut meter = Meter::default();
        meter.limit(0.25);
        let stretched = |demand| {
            meter.stretch(demand);
            meter.stretched()
        };
        assert_eq!([0.0, 0.25, 0.26, 0.5, 0.51, 1e9].map(stretched), [1, 1, 2, 2, 3, 60]);
        meter.limit(0.0);
        meter.stretch(0.01);
        assert_eq!(meter.stretched(), 60);
        meter.stretch(0.0);
        assert_eq!(meter.stretched(), 1);
    }

    #[test]
    fn an_hour_is_reckoned_by_periods_and_statistics() {
        let six = [("Duration", 60); 6];
        assert!((hourly(&[("CPU", 300), ("NetworkIn", 60)]) - 0.000_72).abs() < 1e-12);
        assert!((hourly(&six[..5]) - 0.000_6).abs() < 1e-12 && (hourly(&six) - 0.001_2).abs() < 1e-12);
    }

    #[test]
    fn the_budget_is_kept_in_any_ten_minutes_and_what_waits_is_told() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let mut meter = Meter::default();
        meter.limit(0.06);
        // $0.06 an hour are 1,000 metrics in ten minutes.
        let mut asked = 0;
        for minute in 0..10 {
            let afforded = meter.afford(many(300), |()| TargetId(0), at(minute * 60));
            meter.count(afforded.iter().map(|((), query)| query), at(minute * 60));
            asked += afforded.len();
        }
        assert_eq!((asked, meter.per_hour(at(540)), meter.holding(at(540))), (1_000, 0.06, true));
        assert_eq!(meter.afford(many(300), |()| TargetId(0), at(601)).len(), 300, "the first minute's are out of the window");
        assert!(!meter.holding(at(700)));
    }
}
