//! What `CloudWatch` knows of an instance: which metrics, in what steps they are published, and their statistics.
//!
//! Nothing is stored: a series is worked out whenever it is asked for, and is the same each time.

mod signal;

use super::{
    instance::{Instance, Monitoring},
    signal::{self as service, Signal},
};

/// Seconds of one sample. Basic monitoring publishes five of them together.
const MINUTE: i64 = 60;
/// Seconds of one step with basic monitoring.
const BASIC: i64 = 300;
/// Seconds after the end of a step until it is published; chance adds up to a minute.
const DELAY: i64 = 60;
/// For how many days `CloudWatch` keeps steps shorter than so many seconds (`CloudWatch` User Guide, "Metrics retention").
const KEPT: &[(i64, i64)] = &[(300, 15), (3_600, 63), (i64::MAX, 455)];

/// A metric of EC2.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// In what steps it is published.
    steps: Steps,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Steps {
    /// As the instance is monitored.
    Monitoring,
    /// Every minute, at no charge.
    Minute,
    /// Every five minutes, and only for burstable instances.
    Credits,
}

const fn metric(name: &'static str, unit: &'static str, steps: Steps) -> Metric {
    Metric { name, unit, steps }
}

/// The metrics that EC2 publishes (EC2 User Guide, "`CloudWatch` metrics that are available for your instances").
pub static METRICS: &[Metric] = &[
    metric("CPUUtilization", "Percent", Steps::Monitoring),
    metric("NetworkIn", "Bytes", Steps::Monitoring),
    metric("NetworkOut", "Bytes", Steps::Monitoring),
    metric("NetworkPacketsIn", "Count", Steps::Monitoring),
    metric("NetworkPacketsOut", "Count", Steps::Monitoring),
    metric("EBSReadOps", "Count", Steps::Monitoring),
    metric("EBSWriteOps", "Count", Steps::Monitoring),
    metric("EBSReadBytes", "Bytes", Steps::Monitoring),
    metric("EBSWriteBytes", "Bytes", Steps::Monitoring),
    metric("StatusCheckFailed", "Count", Steps::Minute),
    metric("StatusCheckFailed_Instance", "Count", Steps::Minute),
    metric("StatusCheckFailed_System", "Count", Steps::Minute),
    metric("CPUCreditBalance", "Count", Steps::Credits),
    metric("CPUCreditUsage", "Count", Steps::Credits),
];

/// The metric with this name.
pub fn named(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

impl Metric {
    /// Whether an instance has it: credits only where CPU is burstable, EBS only on Nitro.
    pub fn of(&self, instance: &Instance) -> bool {
        match self.steps {
            Steps::Credits => instance.kind.credits > 0,
            _ => !self.name.starts_with("EBS") || instance.kind.nitro(),
        }
    }

    /// Whether it is also published for Auto Scaling groups.
    pub fn aggregated(&self) -> bool {
        self.steps == Steps::Monitoring
    }

    fn step(&self, instance: &Instance) -> i64 {
        match (self.steps, instance.monitoring) {
            (Steps::Credits, _) | (Steps::Monitoring, Monitoring::Basic) => BASIC,
            (Steps::Minute, _) | (Steps::Monitoring, Monitoring::Detailed) => MINUTE,
        }
    }

    /// Samples in one step: credits are told once.
    fn samples(&self, instance: &Instance) -> i64 {
        if self.steps == Steps::Credits { 1 } else { self.step(instance) / MINUTE }
    }
}

/// The samples of one period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Adds what an instance contributed to the period of `period` seconds from `start`, as far as published at `now`.
    pub fn add(&mut self, instance: &Instance, metric: &Metric, start: i64, period: i64, now: i64) {
        let step = metric.step(instance);
        let first = start + (-start).rem_euclid(step);
        let last = (start + period - 1).min(now - step - delay(instance));
        for at in (first..=last).step_by(step as usize) {
            let minutes = (0..metric.samples(instance)).map(|minute| at + minute * MINUTE);
            self.0.extend(minutes.filter(|minute| instance.ran_at(*minute)).map(|minute| signal::sample(instance, metric.name, minute)));
        }
    }

    /// Adds what a service published for the period of `period` seconds from `start`.
    pub fn add_signal(&mut self, signal: &Signal<'_>, start: i64, period: i64, now: i64) {
        let first = start + (-start).rem_euclid(service::STEP);
        let last = (start + period - 1).min(now - service::STEP - service::DELAY);
        for minute in (first..=last).step_by(service::STEP as usize) {
            self.0.extend((signal.samples)(minute));
        }
    }

    /// True when nothing was published.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A statistic of them; `None` when they are none.
    pub fn statistic(&self, statistic: Statistic) -> Option<f64> {
        let count = self.0.len() as f64;
        let sum: f64 = self.0.iter().sum();
        (!self.is_empty()).then(|| match statistic {
            // Rounding must not carry an average over the largest sample.
            Statistic::Average => (sum / count).clamp(self.least(), self.most()),
            Statistic::Sum => sum,
            Statistic::Minimum => self.least(),
            Statistic::Maximum => self.most(),
            Statistic::SampleCount => count,
            Statistic::Percentile(rank) => self.percentile(rank),
        })
    }

    fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn most(&self) -> f64 {
        self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max)
    }

    fn percentile(&self, rank: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let place = rank / 100.0 * (sorted.len() - 1) as f64;
        let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
        low + (high - low) * place.fract()
    }
}

/// A statistic of `CloudWatch`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Statistic {
    /// The mean.
    Average,
    /// The total.
    Sum,
    /// The smallest sample.
    Minimum,
    /// The largest sample.
    Maximum,
    /// How many samples there are.
    SampleCount,
    /// The value below which so many percent of them are.
    Percentile(f64),
}

impl Statistic {
    /// By `CloudWatch`'s name, such as `Average` or `p99.9`.
    pub fn named(name: &str) -> Option<Self> {
        let percentile = || name.strip_prefix('p')?.parse().ok().filter(|rank| (0.0..=100.0).contains(rank));
        Some(match name {
            "Average" => Self::Average,
            "Sum" => Self::Sum,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "SampleCount" => Self::SampleCount,
            _ => Self::Percentile(percentile()?),
        })
    }
}

/// The first second that `CloudWatch` still has at this resolution.
pub fn horizon(period: i64, now: i64) -> i64 {
    let days = KEPT.iter().find(|(longer, _)| period < *longer).map_or(455, |(_, days)| *days);
    now - days * 86_400
}

fn delay(instance: &Instance) -> i64 {
    DELAY + instance.chance.of("delay").below(60) as i64
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::sim::world::{chance::Chance, instance::Incident, nursery};

    const NOW: i64 = 1_790_000_000;

    fn fleet() -> Vec<Instance> {
        nursery::fleet(Chance::new(3), 48, Timestamp::from_second(NOW).expect("a time"))
    }

    fn samples(instance: &Instance, name: &str, start: i64, period: i64) -> Samples {
        let mut samples = Samples::default();
        samples.add(instance, named(name).expect("a metric"), start, period, NOW);
        samples
    }

    #[test]
    fn steps_follow_the_monitoring() {
        let fleet = fleet();
        let with =
            |monitoring| fleet.iter().find(|one| one.monitoring == monitoring && one.up.is_some_and(|up| up < NOW - 7_200)).expect("one");
        let start = (NOW - 4_000) / 300 * 300;
        for (monitoring, off_step) in [(Monitoring::Basic, 0), (Monitoring::Detailed, 1)] {
            let one = with(monitoring);
            assert_eq!(samples(one, "CPUUtilization", start, 300).0.len(), 5);
            assert_eq!(samples(one, "CPUUtilization", start + 60, 60).0.len(), off_step);
            assert_eq!(samples(one, "StatusCheckFailed", start + 60, 60).0.len(), 1);
        }
    }

    #[test]
    fn nothing_is_published_of_an_open_step_or_while_it_is_off() {
        for one in fleet() {
            let step = named("CPUUtilization").expect("a metric").step(&one);
            assert!(samples(&one, "CPUUtilization", NOW / step * step, step).is_empty());
            assert!(samples(&one, "StatusCheckFailed", NOW / 60 * 60 - 60, 60).is_empty());
            if let Some((_, to)) = one.past.last().filter(|_| one.up.is_none()) {
                assert!(samples(&one, "CPUUtilization", to + 60, NOW - to).is_empty());
                assert!(!samples(&one, "CPUUtilization", to - 3_600, 3_600).is_empty());
            }
        }
    }

    #[test]
    fn credits_are_for_burstable_types() {
        for one in fleet() {
            assert_eq!(named("CPUCreditBalance").expect("a metric").of(&one), one.kind.name.starts_with('t'));
        }
    }

    #[test]
    fn a_runaway_is_pegged_and_failing_checks_fail_since_they_began() {
        let fleet = fleet();
        let find = |wanted: Incident| fleet.iter().find(|one| one.incident() == Some(wanted)).expect("one");
        let cpu = samples(find(Incident::Runaway), "CPUUtilization", NOW / 300 * 300 - 1_200, 300);
        assert!(cpu.statistic(Statistic::Average).expect("samples") > 94.0);
        let ill = find(Incident::InstanceImpaired);
        let failed = |from: i64| samples(ill, "StatusCheckFailed_Instance", from / 60 * 60, 60).statistic(Statistic::Maximum);
        assert_eq!((failed(NOW - 600), failed(NOW - 50 * 60)), (Some(1.0), Some(0.0)));
        assert_eq!(samples(ill, "StatusCheckFailed_System", (NOW - 600) / 60 * 60, 60).statistic(Statistic::Sum), Some(0.0));
    }

    #[test]
    fn short_steps_are_forgotten_first() {
        assert_eq!([60, 300, 3_600].map(|period| (NOW - horizon(period, NOW)) / 86_400), [15, 63, 455]);
    }

    proptest! {
        #[test]
        fn statistics_agree(which in 0_usize..48, metric in 0..METRICS.len(), back in 1_i64..400, periods in 1_i64..13) {
            let (fleet, metric) = (fleet(), &METRICS[metric]);
            let start = (NOW / 300 - back) * 300;
            let samples = samples(&fleet[which], metric.name, start, periods * 300);
            let all = ["Minimum", "p50", "p90", "Average", "Maximum", "Sum", "SampleCount"];
            let values: Option<Vec<f64>> = all.iter().map(|name| samples.statistic(Statistic::named(name)?)).collect();
            prop_assert_eq!(values.is_none(), samples.is_empty());
            if let Some([least, median, p90, mean, most, sum, count]) = values.as_deref() {
                prop_assert!(least <= median && median <= p90 && p90 <= most && least <= mean && mean <= most);
                prop_assert!((sum - mean * count).abs() <= 1e-6 * sum.abs().max(1.0));
                prop_assert!(*least >= 0.0 && (metric.unit != "Percent" || *most <= 100.0));
            }
        }
    }
}
