//! What `CloudWatch` knows of a function: how often it ran, how long, how often it failed or was turned away.

use std::f64::consts::TAU;

use super::{Function, plan::Trouble};
use crate::sim::world::signal::{STEP, Signal};

/// The namespace of Lambda's metrics.
pub(super) const NAMESPACE: &str = "AWS/Lambda";
/// The metrics and their units (Lambda Developer Guide, "Types of metrics for Lambda functions").
pub(super) const NAMES: &[(&str, &str)] = &[
    ("Invocations", "Count"),
    ("Errors", "Count"),
    ("Throttles", "Count"),
    ("Duration", "Milliseconds"),
    ("ConcurrentExecutions", "Count"),
];
/// Hour of the day, UTC, at which most calls come.
const PEAK: f64 = 14.0;
/// Seconds from one wave of errors to the next, and how long each lasts: mostly there is one going on.
const WAVE: (i64, i64) = (600, 420);
/// Durations worked out for a minute, at most: enough for a percentile.
const SAMPLES: usize = 24;
/// Days of history.
const HISTORY: i64 = 15 * 86_400;

/// What happened in a minute.
struct Minute {
    ran: f64,
    failed: f64,
    turned_away: f64,
}

pub(super) fn signal<'a>(function: Function<'a>, name: &str) -> Option<Signal<'a>> {
    let (name, unit) = *NAMES.iter().find(|(known, _)| *known == name)?;
    let since = function.lambda.origin.as_second() - HISTORY;
    Some(Signal { unit, since, samples: Box::new(move |at| samples(function, name, at)) })
}

/// A function that is not called publishes nothing.
fn samples(function: Function<'_>, name: &str, at: i64) -> Vec<f64> {
    let Minute { ran, failed, turned_away } = minute(function, at);
    if ran + turned_away < 1.0 {
        return Vec::new();
    }
    match name {
        "Invocations" => vec![ran],
        "Errors" => vec![failed],
        "Throttles" => vec![turned_away],
        "ConcurrentExecutions" => vec![(ran * function.plan.median / 60_000.0).ceil().max(ran.min(1.0))],
        _ => (0..(ran as usize).min(SAMPLES)).map(|number| duration(function, at, number)).collect(),
    }
}

fn minute(function: Function<'_>, at: i64) -> Minute {
    let wanted = wanted(function, at);
    let room = function.reserved_at(at).map_or(f64::INFINITY, |reserved| reserved as f64 * 60_000.0 / function.plan.median);
    let ran = wanted.min(room).floor();
    let failing = function.plan.trouble == Trouble::Errors && at.rem_euclid(WAVE.0) < WAVE.1;
    let chance = function.chance().of("errors").at(at.cast_unsigned()).unit();
    let failed = if failing { (ran * (0.25 + 0.2 * chance)).ceil() } else { f64::from(u8::from(chance < 0.01)).min(ran) };
    Minute { ran, failed, turned_away: (wanted - ran).max(0.0).floor() }
}

/// Calls that come: the load of its plan, the time of day, and noise.
fn wanted(function: Function<'_>, at: i64) -> f64 {
    let hour = at.rem_euclid(86_400) as f64 / 3_600.0;
    let day = 0.65 + 0.35 * ((hour - PEAK) / 24.0 * TAU).cos();
    let noise = 0.85 + 0.3 * function.chance().of("calls").at((at / STEP).cast_unsigned()).unit();
    (function.plan.load * day * noise).round()
}

/// Most runs are near the median, a few take several times as long; none takes longer than it may.
fn duration(function: Function<'_>, at: i64, number: usize) -> f64 {
    let chance = function.chance().of("duration").at(at.cast_unsigned()).at(number as u64);
    let (spread, tail) = (chance.of("spread").unit(), chance.of("tail").unit());
    let factor = 0.7 + 0.6 * spread + if tail > 0.94 { 2.5 * (tail - 0.94) / 0.06 } else { 0.0 };
    let factor = if function.plan.trouble == Trouble::Slow { factor.min(1.42) } else { factor };
    (function.plan.median * factor).min(function.plan.timeout as f64 * 1_000.0)
}
