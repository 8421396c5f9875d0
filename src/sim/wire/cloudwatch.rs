//! Amazon `CloudWatch` in all three of its protocols: the metrics of what runs in the world.

use jiff::Timestamp;
use serde_json::Value;

use super::{Call, Out, Protocol, Refusal, Service, plain, resume, token};
use crate::sim::world::{
    instance::Instance,
    metrics::{self, Statistics},
};

pub(super) static CLOUDWATCH: Service = Service {
    name: "monitoring",
    namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    target: "GraniteServiceVersion20100801",
    query: Protocol::Query,
    operations: &[("GetMetricData", data), ("GetMetricStatistics", statistics), ("ListMetrics", list)],
};

/// Queries in one request (`CloudWatch` API Reference, `GetMetricData`).
const QUERIES: usize = 500;
/// Points in one answer, unless fewer are asked for (`CloudWatch` API Reference, `MaxDatapoints`).
const POINTS: usize = 100_800;
/// Metrics on a page (`CloudWatch` API Reference, `ListMetrics`).
const PAGE: usize = 500;
/// Points of one `GetMetricStatistics` answer (`CloudWatch` API Reference).
const STATISTICS_POINTS: i64 = 1_440;

const GROUP: &str = "AutoScalingGroupName";

/// Which series is asked for.
struct Asked {
    namespace: String,
    name: String,
    dimensions: Vec<(String, String)>,
    period: i64,
    statistic: String,
}

/// The span of a request, aligned to a period.
#[derive(Clone, Copy)]
struct Span {
    start: i64,
    end: i64,
}

fn invalid(text: &str) -> Refusal {
    Refusal::new(400, "ValidationError", text)
}

/// A moment, as any of the protocols writes it.
fn moment(call: &Call<'_>, name: &str) -> Result<i64, Refusal> {
    let second = match call.input.get(name) {
        Some(Value::Number(number)) => number.as_f64().map(|number| number.floor() as i64),
        Some(Value::String(text)) => time(text),
        _ => None,
    };
    second.ok_or_else(|| invalid(&format!("The parameter {name} is required and must be a timestamp.")))
}

/// ISO 8601 with or without an offset; without one it is UTC.
fn time(text: &str) -> Option<i64> {
    let zoned = text.parse::<Timestamp>().ok();
    zoned.or_else(|| format!("{text}Z").parse().ok()).map(Timestamp::as_second)
}

fn span(call: &Call<'_>) -> Result<Span, Refusal> {
    let span = Span { start: moment(call, "StartTime")?, end: moment(call, "EndTime")? };
    if span.start < span.end { Ok(span) } else { Err(invalid("The parameter StartTime must be less than the parameter EndTime.")) }
}

fn word(value: &Value, name: &str) -> Result<String, Refusal> {
    value.get(name).and_then(plain).ok_or_else(|| invalid(&format!("The parameter {name} is required.")))
}

fn dimensions(value: &Value) -> Vec<(String, String)> {
    let list = value.get("Dimensions").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|one| Some((plain(one.get("Name")?)?, plain(one.get("Value")?)?))).collect()
}

fn period(value: &Value) -> Result<i64, Refusal> {
    let period = word(value, "Period")?
        .parse::<i64>()
        .ok()
        .filter(|period| matches!(period, 1 | 5 | 10 | 20 | 30) || *period > 0 && period % 60 == 0);
    period.ok_or_else(|| invalid("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."))
}

/// The instances whose samples make up a series. `CloudWatch` wants the exact set of dimensions.
fn members<'a>(call: &'a Call<'_>, asked: &Asked) -> Vec<&'a Instance> {
    match asked.dimensions.as_slice() {
        [(name, id)] if name == "InstanceId" && asked.namespace == "AWS/EC2" => call.fleet.instance(id).into_iter().collect(),
        [(name, group)] if name == GROUP && asked.namespace == "AWS/EC2" => {
            let belongs = |instance: &&Instance| instance.role.tags.contains(&("aws:autoscaling:groupName", group));
            call.fleet.instances().iter().filter(belongs).collect()
        }
        _ => Vec::new(),
    }
}

/// The published periods of a span, oldest first. A period belongs to the span in which it starts.
fn series(call: &Call<'_>, asked: &Asked, span: Span) -> Vec<(i64, Statistics)> {
    let members = members(call, asked);
    if members.is_empty() {
        return Vec::new();
    }
    let now = call.now.as_second();
    let first = span.start.div_euclid(asked.period) * asked.period;
    let periods = (first..span.end.min(now)).step_by(asked.period as usize);
    periods
        .filter_map(|at| {
            let all = members.iter().filter_map(|instance| metrics::statistics(instance, &asked.name, at, asked.period, now));
            Some((at, Statistics::together(all)?))
        })
        .collect()
}

fn data(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let queries = call.list("MetricDataQueries");
    if queries.is_empty() || queries.len() > QUERIES {
        return Err(invalid(&format!("The collection MetricDataQueries must have a size between 1 and {QUERIES}.")));
    }
    let span = span(call)?;
    let ascending = call.text("ScanBy").as_deref() == Some("TimestampAscending");
    let limit = call.text("MaxDatapoints").and_then(|text| text.parse().ok()).map_or(POINTS, |limit: usize| limit.clamp(1, POINTS));
    let from = match call.text("NextToken").filter(|text| !text.is_empty()) {
        Some(text) => {
            resume("GetMetricData", &text).ok_or_else(|| Refusal::new(400, "InvalidNextToken", "The next token is not valid."))?
        }
        None => 0,
    };
    let mut left = Window { from, limit, seen: 0 };
    let mut results = Vec::new();
    for query in queries.iter().filter(|query| query.get("ReturnData").and_then(plain).as_deref() != Some("false")) {
        results.extend(result(call, query, span, ascending, &mut left)?);
    }
    let next = (left.seen > from + limit).then(|| Out::Text(token("GetMetricData", from + limit)));
    Ok(Out::some(vec![("MetricDataResults", Some(Out::List(results))), ("Messages", Some(Out::List(Vec::new()))), ("NextToken", next)]))
}

/// The part of all points, one query after the other, that goes onto this page.
struct Window {
    from: usize,
    limit: usize,
    seen: usize,
}

impl Window {
    /// What of the next `count` points is on the page.
    fn take(&mut self, count: usize) -> std::ops::Range<usize> {
        let (low, high) = (self.from.saturating_sub(self.seen).min(count), (self.from + self.limit).saturating_sub(self.seen).min(count));
        self.seen += count;
        low..high.max(low)
    }
}

/// One result. Every query has one on the first page, even without points; on later pages only those that still have some.
fn result(call: &Call<'_>, query: &Value, span: Span, ascending: bool, left: &mut Window) -> Result<Option<Out>, Refusal> {
    let id = word(query, "Id")?;
    let stat = query.get("MetricStat").ok_or_else(|| invalid("Expressions are not simulated: a query needs a MetricStat."))?;
    let metric = stat.get("Metric").ok_or_else(|| invalid("The parameter MetricStat.Metric is required."))?;
    let asked = Asked {
        namespace: word(metric, "Namespace")?,
        name: word(metric, "MetricName")?,
        dimensions: dimensions(metric),
        period: period(stat)?,
        statistic: word(stat, "Stat")?,
    };
    let mut points = series(call, &asked, span);
    if !ascending {
        points.reverse();
    }
    let first_page = left.from == 0;
    let page = &points[left.take(points.len())];
    if page.is_empty() && !first_page {
        return Ok(None);
    }
    let value = |statistics: &Statistics| {
        statistics.value(&asked.statistic).ok_or_else(|| invalid(&format!("{} is not a valid statistic.", asked.statistic)))
    };
    let values = page.iter().map(|(_, statistics)| value(statistics).map(Out::Float)).collect::<Result<_, _>>()?;
    let label = query.get("Label").and_then(plain).unwrap_or_else(|| asked.name.clone());
    Ok(Some(Out::Map(vec![
        ("Id", Out::Text(id)),
        ("Label", Out::Text(label)),
        ("Timestamps", Out::List(page.iter().map(|(at, _)| stamp(*at)).collect())),
        ("Values", Out::List(values)),
        ("StatusCode", Out::text("Complete")),
    ])))
}

fn stamp(second: i64) -> Out {
    Out::Time(Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn statistics(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let span = span(call)?;
    let asked = Asked {
        namespace: word(call.input, "Namespace")?,
        name: word(call.input, "MetricName")?,
        dimensions: dimensions(call.input),
        period: period(call.input)?,
        statistic: String::new(),
    };
    if (span.end - span.start) / asked.period > STATISTICS_POINTS {
        return Err(Refusal::new(400, "InvalidParameterCombination", "You have requested up to more datapoints than the limit of 1440."));
    }
    let unit = metrics::NAMES.iter().find(|(name, _)| *name == asked.name).map_or("None", |(_, unit)| *unit);
    let wanted = [call.texts("Statistics"), call.texts("ExtendedStatistics")].concat();
    let names = [("Average", "Average"), ("Sum", "Sum"), ("Minimum", "Minimum"), ("Maximum", "Maximum"), ("SampleCount", "SampleCount")];
    let point = |(at, statistics): (i64, Statistics)| {
        let mut parts = vec![("Timestamp", stamp(at)), ("Unit", Out::text(unit))];
        let chosen = names.iter().filter(|(name, _)| wanted.iter().any(|wanted| wanted == name));
        parts.extend(chosen.filter_map(|(name, key)| Some((*key, Out::Float(statistics.value(name)?)))));
        Out::Map(parts)
    };
    let points = series(call, &asked, span).into_iter().map(point).collect();
    Ok(Out::Map(vec![("Label", Out::text(&asked.name)), ("Datapoints", Out::List(points))]))
}

/// Every metric of every instance that has ever run, as far as the request does not narrow it.
fn list(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let from = match call.text("NextToken").filter(|text| !text.is_empty()) {
        Some(text) => {
            resume("ListMetrics", &text).ok_or_else(|| Refusal::new(400, "InvalidParameterValue", "The next token is not valid."))?
        }
        None => 0,
    };
    let (namespace, name) = (call.text("Namespace"), call.text("MetricName"));
    let wanted = wanted_dimensions(call.input);
    let fits = |instance: &Instance| {
        wanted.iter().all(|(key, value)| key == "InstanceId" && value.as_ref().is_none_or(|value| *value == instance.id))
    };
    let instances = call.fleet.instances().iter().filter(|instance| !instance.running.is_empty() && fits(instance));
    let all = instances.flat_map(|instance| metrics::NAMES.iter().map(move |(name, _)| (instance, *name)));
    let asked = |(instance, metric): &(&Instance, &str)| {
        metrics::has(instance, metric)
            && name.as_ref().is_none_or(|name| name == metric)
            && namespace.as_ref().is_none_or(|namespace| namespace == "AWS/EC2")
    };
    let mut rest = all.filter(asked).skip(from);
    let page: Vec<Out> = rest.by_ref().take(PAGE).map(|(instance, name)| metric(instance, name)).collect();
    let next = rest.next().map(|_| Out::Text(token("ListMetrics", from + PAGE)));
    Ok(Out::some(vec![("Metrics", Some(Out::List(page))), ("NextToken", next)]))
}

/// Dimensions to narrow a listing by: a name, with or without a value.
fn wanted_dimensions(input: &Value) -> Vec<(String, Option<String>)> {
    let list = input.get("Dimensions").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|one| Some((plain(one.get("Name")?)?, one.get("Value").and_then(plain)))).collect()
}

fn metric(instance: &Instance, name: &str) -> Out {
    Out::Map(vec![
        ("Namespace", Out::text("AWS/EC2")),
        ("MetricName", Out::text(name)),
        ("Dimensions", Out::List(vec![Out::Map(vec![("Name", Out::text("InstanceId")), ("Value", Out::text(&instance.id))])])),
    ])
}
