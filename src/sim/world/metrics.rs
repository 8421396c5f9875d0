//! What `CloudWatch` knows of an instance: series that breathe by day and by load, worked out whenever they are asked for.

use std::f64::consts::TAU;

use super::instance::{Incident, Instance, Monitoring};

/// Seconds after the end of a period until its point is published; chance adds up to a minute.
const DELAY: i64 = 60;
/// Seconds of one sample with detailed monitoring, and of every status check.
const MINUTE: i64 = 60;
/// Seconds of one sample with basic monitoring.
const BASIC: i64 = 300;

/// Statistics of the samples in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Smallest sample.
    pub minimum: f64,
    /// Largest sample.
    pub maximum: f64,
    /// Their total.
    pub sum: f64,
    /// Their number.
    pub count: f64,
}

/// Names of the metrics that EC2 publishes (EC2 User Guide, "`CloudWatch` metrics that are available for your instances"), and their units.
pub const NAMES: &[(&str, &str)] = &[
    ("CPUUtilization", "Percent"),
    ("NetworkIn", "Bytes"),
    ("NetworkOut", "Bytes"),
    ("NetworkPacketsIn", "Count"),
    ("NetworkPacketsOut", "Count"),
    ("EBSReadOps", "Count"),
    ("EBSWriteOps", "Count"),
    ("EBSReadBytes", "Bytes"),
    ("EBSWriteBytes", "Bytes"),
    ("StatusCheckFailed", "Count"),
    ("StatusCheckFailed_Instance", "Count"),
    ("StatusCheckFailed_System", "Count"),
    ("CPUCreditBalance", "Count"),
    ("CPUCreditUsage", "Count"),
];

/// Whether an instance has a metric at all.
pub fn has(instance: &Instance, name: &str) -> bool {
    let credits = name.starts_with("CPUCredit");
    NAMES.iter().any(|(known, _)| *known == name) && (!credits || instance.role.kind.starts_with('t'))
}

/// The statistics of one period of `period` seconds from `start`, as published at `now`; `None` where nothing was published.
pub fn statistics(instance: &Instance, name: &str, start: i64, period: i64, now: i64) -> Option<Statistics> {
    if !has(instance, name) {
        return None;
    }
    let step = sample_length(instance, name);
    let first = start.div_euclid(step) * step;
    let first = if first < start { first + step } else { first };
    let samples = (0..).map(|at| first + at * step).take_while(|at| *at < start + period);
    let published = samples.filter(|at| at + step + delay(instance) <= now && instance.ran_at(*at));
    published.map(|at| sample(instance, name, at, step)).map(Statistics::one).reduce(Statistics::with)
}

fn sample_length(instance: &Instance, name: &str) -> i64 {
    if name.starts_with("StatusCheck") {
        MINUTE
    } else if name.starts_with("CPUCredit") || instance.monitoring == Monitoring::Basic {
        BASIC
    } else {
        MINUTE
    }
}

fn delay(instance: &Instance) -> i64 {
    DELAY + instance.chance.of("delay").below(60) as i64
}

impl Statistics {
    fn one(value: f64) -> Self {
        Self { minimum: value, maximum: value, sum: value, count: 1.0 }
    }

    fn with(self, other: Self) -> Self {
        Self {
            minimum: self.minimum.min(other.minimum),
            maximum: self.maximum.max(other.maximum),
            sum: self.sum + other.sum,
            count: self.count + other.count,
        }
    }

    /// The samples of several instances together.
    pub fn together(all: impl Iterator<Item = Self>) -> Option<Self> {
        all.reduce(Self::with)
    }

    /// A statistic by `CloudWatch`'s name; a percentile, of which only the extremes are known, lies between them.
    pub fn value(&self, statistic: &str) -> Option<f64> {
        Some(match statistic {
            "Average" => self.sum / self.count,
            "Sum" => self.sum,
            "Minimum" => self.minimum,
            "Maximum" => self.maximum,
            "SampleCount" => self.count,
            _ => {
                let rank: f64 = statistic.strip_prefix('p')?.parse().ok().filter(|rank| (0.0..=100.0).contains(rank))?;
                self.minimum + (self.maximum - self.minimum) * rank / 100.0
            }
        })
    }
}

fn sample(instance: &Instance, name: &str, at: i64, step: i64) -> f64 {
    let chance = instance.chance.of(name);
    let noise = chance.at(at.cast_unsigned()).unit();
    let cpu = cpu(instance, at);
    let seconds = step as f64;
    match name {
        "CPUUtilization" => cpu,
        "NetworkIn" => cpu * 21_000.0 * (0.7 + 0.6 * noise) * seconds,
        "NetworkOut" => cpu * 48_000.0 * (0.7 + 0.6 * noise) * seconds,
        "NetworkPacketsIn" | "NetworkPacketsOut" => (cpu * 37.0 * (0.8 + 0.4 * noise) * seconds).round(),
        "EBSReadOps" | "EBSWriteOps" => (cpu * 0.9 * (0.4 + noise) * seconds).round(),
        "EBSReadBytes" | "EBSWriteBytes" => (cpu * 14_000.0 * (0.4 + noise) * seconds).round(),
        "StatusCheckFailed" => f64::from(u8::from(failing(instance, "Instance") || failing(instance, "System"))),
        "StatusCheckFailed_Instance" => f64::from(u8::from(failing(instance, "Instance"))),
        "StatusCheckFailed_System" => f64::from(u8::from(failing(instance, "System"))),
        "CPUCreditBalance" => (288.0 * (1.0 - cpu / 120.0)).max(0.0),
        _ => cpu / 100.0 * seconds / 60.0,
    }
}

fn failing(instance: &Instance, check: &str) -> bool {
    matches!((instance.incident, check), (Incident::InstanceImpaired, "Instance") | (Incident::SystemImpaired, "System"))
}

/// CPU in percent: the load of the role, the time of day, a slow swell of its own, noise, and what is going on.
fn cpu(instance: &Instance, at: i64) -> f64 {
    let chance = instance.chance.of("cpu");
    let noise = chance.at(at.cast_unsigned()).unit() - 0.5;
    let rebooting = instance.reboots.iter().any(|reboot| (*reboot..*reboot + 300).contains(&at));
    if instance.incident == Incident::Runaway {
        return 97.5 + noise * 3.0;
    }
    let day = (at.rem_euclid(86_400) as f64 / 86_400.0 - 14.0 / 24.0) * TAU;
    let swell = ((at as f64 / (2_400.0 + chance.below(3_000) as f64)) * TAU + chance.unit() * TAU).sin();
    let own = 0.6 + 0.8 * chance.of("size").unit();
    let load = instance.role.load * own * (0.78 + 0.32 * day.cos() + 0.22 * swell) + noise * instance.role.load * 0.25;
    let load = if rebooting { load * 0.15 } else { load };
    load.clamp(0.3, 99.0)
}
