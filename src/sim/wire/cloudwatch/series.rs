//! Which series is asked for, over which span, and its published periods.

use jiff::Timestamp;
use serde_json::Value;

use super::{Call, Refusal, invalid, plain, word};
use crate::sim::world::{
    fleet::Fleet,
    instance::Instance,
    metrics::{self, Metric, Samples},
    region::Region,
    signal::Signal,
};

/// The namespace of EC2's metrics.
pub(super) const NAMESPACE: &str = "AWS/EC2";
/// The dimension of an instance.
pub(super) const INSTANCE: &str = "InstanceId";
/// The dimension of an Auto Scaling group.
pub(super) const GROUP: &str = "AutoScalingGroupName";

/// Periods shorter than a minute that `CloudWatch` has (`CloudWatch` API Reference, `MetricStat`).
const SHORT: &[i64] = &[1, 5, 10, 20, 30];
/// Longest period: one day (`CloudWatch` API Reference, `MetricStat`).
const LONGEST: i64 = 86_400;

/// Which series is asked for.
pub(super) struct Asked {
    pub(super) name: String,
    namespace: String,
    dimensions: Vec<(String, String)>,
    pub(super) period: i64,
    unit: Option<String>,
}

/// The span of a request, in seconds since the epoch; its end does not belong to it.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) start: i64,
    pub(super) end: i64,
}

impl Asked {
    /// Reads metric, period and unit; the two places that `GetMetricData` has for them are one in `GetMetricStatistics`.
    pub(super) fn read(metric: &Value, period: &Value) -> Result<Self, Refusal> {
        Ok(Self {
            namespace: word(metric, "Namespace")?,
            name: word(metric, "MetricName")?,
            dimensions: dimensions(metric).into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
            period: self::period(period)?,
            unit: period.get("Unit").and_then(plain),
        })
    }

    /// The metric, if there is one by that name and unit. `CloudWatch` converts no units.
    fn metric(&self) -> Option<&'static Metric> {
        let metric = metrics::named(&self.name).filter(|_| self.namespace == NAMESPACE)?;
        self.unit.as_ref().is_none_or(|unit| unit == metric.unit).then_some(metric)
    }

    /// The instances whose samples make up the series. `CloudWatch` wants the exact set of dimensions.
    fn members<'a>(&'a self, fleet: &'a Fleet, metric: &Metric) -> Vec<&'a Instance> {
        match self.dimensions.as_slice() {
            [(name, id)] if name == INSTANCE => fleet.instance(id).into_iter().filter(|instance| metric.of(instance)).collect(),
            [(name, group)] if name == GROUP && metric.aggregated() => fleet.group(group).filter(|instance| metric.of(instance)).collect(),
            _ => Vec::new(),
        }
    }
}

/// The published periods of a span in order of time, the newest first if asked for backwards. Worked out only as far as taken.
pub(super) fn periods<'a>(region: &'a Region, asked: &'a Asked, span: Span, now: i64) -> Periods<'a> {
    let source = Source::of(region, asked);
    let born = source.since().unwrap_or(span.end);
    let first = span.start.max(metrics::horizon(asked.period, now)).max(born);
    let first = first.div_euclid(asked.period).max(span.start.div_euclid(asked.period)) * asked.period;
    let count = (span.end.min(now) - first).max(0) as u64;
    let count = count.div_ceil(asked.period.cast_unsigned());
    Periods { source, first, count, period: asked.period, now }
}

/// What publishes a series.
enum Source<'a> {
    /// EC2: one instance or several.
    Instances(&'static Metric, Vec<&'a Instance>),
    /// Another service.
    Service(Signal<'a>),
    /// Nobody.
    Nobody,
}

impl<'a> Source<'a> {
    fn of(region: &'a Region, asked: &'a Asked) -> Self {
        if asked.namespace == NAMESPACE {
            let metric = asked.metric();
            return metric.map_or(Self::Nobody, |metric| Self::Instances(metric, asked.members(&region.fleet, metric)));
        }
        let signal = region.signal(&asked.namespace, &asked.name, &asked.dimensions);
        let signal = signal.filter(|signal| asked.unit.as_ref().is_none_or(|unit| unit == signal.unit));
        signal.map_or(Self::Nobody, Self::Service)
    }

    /// The first second of which it may have published anything.
    fn since(&self) -> Option<i64> {
        match self {
            Self::Instances(_, members) => members.iter().filter_map(|instance| instance.first_second()).min(),
            Self::Service(signal) => Some(signal.since),
            Self::Nobody => None,
        }
    }

    fn samples(&self, start: i64, period: i64, now: i64) -> Samples {
        let mut samples = Samples::default();
        match self {
            Self::Instances(metric, members) => members.iter().for_each(|instance| samples.add(instance, metric, start, period, now)),
            Self::Service(signal) => samples.add_signal(signal, start, period, now),
            Self::Nobody => {}
        }
        samples
    }
}

/// The unit a series is published in; `None`, `CloudWatch`'s word, where nobody publishes it.
pub(super) fn unit(region: &Region, asked: &Asked) -> &'static str {
    match Source::of(region, asked) {
        Source::Instances(metric, _) => metric.unit,
        Source::Service(signal) => signal.unit,
        Source::Nobody => "None",
    }
}

/// Periods that may have been published.
pub(super) struct Periods<'a> {
    source: Source<'a>,
    first: i64,
    count: u64,
    period: i64,
    now: i64,
}

impl Periods<'_> {
    /// Oldest first.
    pub(super) fn forwards(&self) -> impl Iterator<Item = (i64, Samples)> {
        (0..self.count).filter_map(|at| self.at(at))
    }

    /// Newest first.
    pub(super) fn backwards(&self) -> impl Iterator<Item = (i64, Samples)> {
        (0..self.count).rev().filter_map(|at| self.at(at))
    }

    fn at(&self, at: u64) -> Option<(i64, Samples)> {
        let start = self.first + at.cast_signed() * self.period;
        let samples = self.source.samples(start, self.period, self.now);
        (!samples.is_empty()).then_some((start, samples))
    }
}

/// Names of dimensions, with or without values.
pub(super) fn dimensions(value: &Value) -> Vec<(String, Option<String>)> {
    let list = value.get("Dimensions").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|one| Some((plain(one.get("Name")?)?, one.get("Value").and_then(plain)))).collect()
}

fn period(value: &Value) -> Result<i64, Refusal> {
    let text = word(value, "Period")?;
    let period = text.parse::<i64>().ok().filter(|period| SHORT.contains(period) || (*period > 0 && period % 60 == 0));
    let period = period.ok_or_else(|| invalid("Period must be 1, 5, 10, 20, 30 or a multiple of 60."))?;
    if period > LONGEST { Err(invalid(format!("Period must not be greater than {LONGEST}."))) } else { Ok(period) }
}

/// The span of a request.
pub(super) fn span(call: &Call<'_>, code: &'static str) -> Result<Span, Refusal> {
    let span = Span { start: moment(call, "StartTime")?, end: moment(call, "EndTime")? };
    let order = || Refusal::bad(code, "The parameter StartTime must be less than the parameter EndTime.");
    if span.start < span.end { Ok(span) } else { Err(order()) }
}

/// A moment, as any of the protocols writes it; far outside of history it is cut to what can be reckoned with.
fn moment(call: &Call<'_>, name: &str) -> Result<i64, Refusal> {
    let second = match call.input().get(name) {
        Some(Value::Number(number)) => number.as_f64().map(|number| number.floor() as i64),
        Some(Value::String(text)) => time(text),
        Some(_) => None,
        None => return Err(Refusal::bad("MissingParameter", format!("The parameter {name} is required."))),
    };
    let second = second.ok_or_else(|| Refusal::bad("InvalidParameterValue", format!("The parameter {name} must be a valid timestamp.")))?;
    Ok(second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second()))
}

/// ISO 8601 with or without an offset; without one it is UTC.
fn time(text: &str) -> Option<i64> {
    let zoned = text.parse::<Timestamp>().ok();
    zoned.or_else(|| format!("{text}Z").parse().ok()).map(Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_clients_write_them() {
        let noon = Some(1_795_262_400);
        for text in ["2026-11-21T12:00:00Z", "2026-11-21T12:00:00", "2026-11-21T13:00:00+01:00", "2026-11-21T12:00:00.999Z"] {
            assert_eq!(time(text), noon, "{text}");
        }
        assert_eq!(time("soon"), None);
    }

    #[test]
    fn periods_are_those_of_cloudwatch() {
        let read = |text: &str| period(&serde_json::json!({ "Period": text })).ok();
        assert_eq!([read("60"), read("300"), read("10")], [Some(60), Some(300), Some(10)]);
        assert_eq!([read("61"), read("0"), read("-60"), read("x"), read("172800")], [None; 5]);
    }
}
