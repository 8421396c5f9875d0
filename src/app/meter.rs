//! What the metrics cost: every question is counted as `CloudWatch` counts it.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use crate::model::series::Query;

/// Dollars for one metric in one request, in us-east-1 (`CloudWatch` pricing: `GetMetricData`, $0.01 for 1,000 metrics requested).
const PRICE: f64 = 0.000_01;
/// Statistics of one metric that count as one in a request (`CloudWatch` User Guide, "Using `GetMetricData`": up to five).
const STATISTICS: usize = 5;
/// Seconds that the present rate is reckoned over: two periods of basic monitoring.
const WINDOW: i64 = 600;

/// Dollars an hour that are not exceeded unless the configuration says otherwise.
pub const BUDGET: f64 = 0.25;
/// Seconds for which the header says that something was put off.
const TOLD: i64 = 60;

/// Metrics asked for in this session.
#[derive(Debug)]
pub struct Meter {
    session: u64,
    lately: VecDeque<(Timestamp, u64)>,
    budget: f64,
    held: Option<Timestamp>,
}

impl Default for Meter {
    fn default() -> Self {
        Self { session: 0, lately: VecDeque::new(), budget: BUDGET, held: None }
    }
}

impl Meter {
    /// Sets the dollars an hour that are not to be exceeded.
    pub fn limit(&mut self, budget: f64) {
        self.budget = budget;
    }

    /// Those of the questions that the budget has room for, in their order; the others wait until the rate has fallen.
    pub(super) fn afford<T>(&mut self, mut wanted: Vec<T>, now: Timestamp) -> Vec<T> {
        let most = (self.budget / PRICE * WINDOW as f64 / 3_600.0).round() as u64;
        let room = most.saturating_sub(self.recent(now)) as usize;
        if wanted.len() > room {
            wanted.truncate(room);
            self.held = Some(now);
        }
        wanted
    }

    /// Whether something was put off lately, to keep to the budget.
    pub fn holding(&self, now: Timestamp) -> bool {
        self.held.is_some_and(|at| now.duration_since(at).as_secs() < TOLD)
    }

    fn recent(&self, now: Timestamp) -> u64 {
        let recent = self.lately.iter().filter(|(at, _)| now.duration_since(*at).as_secs() < WINDOW);
        recent.map(|(_, metrics)| *metrics).sum()
    }

    /// Counts one request.
    pub fn count<'a>(&mut self, queries: impl Iterator<Item = &'a Query>, now: Timestamp) {
        let metrics = billed(queries);
        self.session += metrics;
        self.lately.push_back((now, metrics));
        while self.lately.front().is_some_and(|(at, _)| now.duration_since(*at).as_secs() >= WINDOW) {
            self.lately.pop_front();
        }
    }

    /// Dollars since the start.
    pub fn session(&self) -> f64 {
        self.session as f64 * PRICE
    }

    /// Dollars an hour, going on as in the last ten minutes.
    pub fn per_hour(&self, now: Timestamp) -> f64 {
        self.recent(now) as f64 * PRICE * 3_600.0 / WINDOW as f64
    }
}

/// Metrics that a request is billed for.
fn billed<'a>(queries: impl Iterator<Item = &'a Query>) -> u64 {
    let mut statistics: HashMap<_, usize> = HashMap::new();
    for query in queries {
        *statistics.entry((query.namespace, query.name, &query.dimensions)).or_default() += 1;
    }
    statistics.values().map(|count| count.div_ceil(STATISTICS) as u64).sum()
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

    #[test]
    fn the_budget_is_kept_in_any_ten_minutes_and_what_waits_is_told() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let mut meter = Meter::default();
        meter.limit(0.06);
        // $0.06 an hour are 1,000 metrics in ten minutes.
        let mut asked = 0;
        for minute in 0..10 {
            let wanted: Vec<Query> = (0..300).map(|number| query("Errors", &number.to_string(), Stat::Sum)).collect();
            let afforded = meter.afford(wanted, at(minute * 60));
            meter.count(afforded.iter(), at(minute * 60));
            asked += afforded.len();
        }
        assert_eq!((asked, meter.per_hour(at(540)), meter.holding(at(540))), (1_000, 0.06, true));
        assert_eq!(meter.afford(vec![(); 300], at(601)).len(), 300, "the first minute's are out of the window");
        assert!(!meter.holding(at(700)));
    }
}
