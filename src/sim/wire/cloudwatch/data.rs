//! `GetMetricData` and `GetMetricStatistics`.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::page::{resume, token},
    Call, Out, Refusal, invalid, plain,
    series::{self, Asked, Span},
    word,
};
use crate::sim::world::{
    World,
    metrics::{Samples, Statistic},
    region::Region,
};

/// Queries in one request (`CloudWatch` API Reference, `GetMetricData`).
const QUERIES: usize = 500;
/// Points in one answer, unless fewer are asked for (`CloudWatch` API Reference, `MaxDatapoints`).
const POINTS: usize = 100_800;
/// Points of one `GetMetricStatistics` answer (`CloudWatch` API Reference).
const STATISTICS_POINTS: i64 = 1_440;
/// Bits of a token that tell the point; the rest tells the query.
const POINT_BITS: u32 = 32;

/// How the queries of a marred answer stand, over and over; the first is as it should be (`CloudWatch` API Reference, `MetricDataResult`).
const MARRED: [Option<&str>; 3] = [None, Some("InternalError"), Some("Forbidden")];

/// A query that is understood.
struct Query {
    id: String,
    label: String,
    asked: Asked,
    statistic: Statistic,
}

/// In which order points come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scan {
    Oldest,
    Newest,
}

pub(super) fn data(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let span = series::span(call, "ValidationError")?;
    let queries = queries(call)?;
    let order = order(call)?;
    let limit = limit(call)?;
    let question =
        format!("{:?}{:?}{:?}", call.input().get("MetricDataQueries"), call.input().get("StartTime"), call.input().get("EndTime"));
    let from = resume(call, &question, Refusal::bad("InvalidNextToken", "The next token specified is invalid."))?;
    let region = call.region(world);
    let mut left = limit;
    let (mut results, mut skip, mut next) = (Vec::new(), (from & ((1 << POINT_BITS) - 1)) as usize, None);
    for (at, query) in queries.iter().enumerate().skip((from >> POINT_BITS) as usize) {
        if let Some(status) = MARRED[at % MARRED.len()].filter(|_| call.request.marred) {
            results.push(result(query, &[], status));
            continue;
        }
        let (points, more) = points(region, query, span, order, skip, left, call.now);
        left -= points.len();
        let seen = (skip + points.len()) as u64;
        results.push(result(query, &points, if more { "PartialData" } else { "Complete" }));
        skip = 0;
        if more || (left == 0 && at + 1 < queries.len()) {
            let place = if more { (at as u64) << POINT_BITS | seen } else { (at as u64 + 1) << POINT_BITS };
            next = Some(token(call, &question, place));
            break;
        }
    }
    Ok(Out::some(vec![
        ("MetricDataResults", Some(Out::List(results))),
        ("NextToken", next.map(Out::from)),
        ("Messages", Some(Out::List(messages(call)))),
    ]))
}

/// What is said about the whole of a marred answer.
fn messages(call: &Call<'_>) -> Vec<Out> {
    let message = || Out::Map(vec![("Code", "ServiceDegraded".into()), ("Value", "Some metrics could not be read.".into())]);
    call.request.marred.then(message).into_iter().collect()
}

/// At most `left` points of a query after those already seen, and whether there are more.
fn points(region: &Region, query: &Query, span: Span, order: Scan, seen: usize, left: usize, now: Timestamp) -> (Vec<(i64, f64)>, bool) {
    let periods = series::periods(region, &query.asked, span, now.as_second());
    let value = |(at, samples): (i64, Samples)| Some((at, samples.statistic(query.statistic)?));
    let take = |all: &mut dyn Iterator<Item = (i64, Samples)>| {
        let mut rest = all.skip(seen);
        let points = rest.by_ref().take(left).filter_map(value).collect();
        (points, rest.next().is_some())
    };
    match order {
        Scan::Oldest => take(&mut periods.forwards()),
        Scan::Newest => take(&mut periods.backwards()),
    }
}

fn result(query: &Query, points: &[(i64, f64)], status: &'static str) -> Out {
    Out::Map(vec![
        ("Id", query.id.clone().into()),
        ("Label", query.label.clone().into()),
        ("Timestamps", Out::List(points.iter().map(|(at, _)| stamp(*at)).collect())),
        ("Values", Out::List(points.iter().map(|(_, value)| Out::Float(*value)).collect())),
        ("StatusCode", status.into()),
    ])
}

fn stamp(second: i64) -> Out {
    Out::Time(Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn order(call: &Call<'_>) -> Result<Scan, Refusal> {
    match call.text("ScanBy").as_deref() {
        None | Some("TimestampDescending") => Ok(Scan::Newest),
        Some("TimestampAscending") => Ok(Scan::Oldest),
        Some(other) => Err(invalid(format!(
            "Value '{other}' at 'scanBy' failed to satisfy constraint: Member must satisfy enum value set: [TimestampDescending, TimestampAscending]"
        ))),
    }
}

fn limit(call: &Call<'_>) -> Result<usize, Refusal> {
    let Some(text) = call.text("MaxDatapoints") else { return Ok(POINTS) };
    let limit = text.parse().ok().filter(|limit| (1..=POINTS).contains(limit));
    limit.ok_or_else(|| invalid(format!("The value {text} for parameter MaxDatapoints must be between 1 and {POINTS}.")))
}

/// The queries whose data is wanted; all of them are checked.
fn queries(call: &Call<'_>) -> Result<Vec<Query>, Refusal> {
    let list = call.list("MetricDataQueries");
    if list.is_empty() {
        return Err(Refusal::bad("MissingParameter", "The parameter MetricDataQueries is required."));
    }
    if list.len() > QUERIES {
        return Err(invalid(format!("The collection MetricDataQueries must not have a size greater than {QUERIES}.")));
    }
    let mut ids = HashSet::new();
    let mut wanted = Vec::new();
    for value in list {
        let query = query(value)?;
        if !ids.insert(query.id.clone()) {
            return Err(invalid(format!("The values for parameter id in MetricDataQueries are not unique: {}.", query.id)));
        }
        if value.get("ReturnData").and_then(plain).as_deref() != Some("false") {
            wanted.push(query);
        }
    }
    if wanted.is_empty() { Err(invalid("At least one query must have ReturnData set to true.")) } else { Ok(wanted) }
}

fn query(value: &Value) -> Result<Query, Refusal> {
    let id = word(value, "Id")?;
    let mut letters = id.chars();
    let sound = letters.next().is_some_and(|first| first.is_ascii_lowercase()) && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !sound {
        return Err(invalid(format!(
            "Invalid query id: {id}. It must start with a lowercase letter and hold letters, digits and underscores only."
        )));
    }
    if value.get("Expression").is_some() {
        return Err(invalid(format!("Error in expression '{id}': expressions are not simulated; ask for a MetricStat.")));
    }
    let stat = value.get("MetricStat").ok_or_else(|| invalid(format!("Query {id} must have a MetricStat or an Expression.")))?;
    let metric = stat.get("Metric").ok_or_else(|| Refusal::bad("MissingParameter", "The parameter MetricStat.Metric is required."))?;
    let asked = Asked::read(metric, stat)?;
    let statistic = word(stat, "Stat")?;
    let known =
        Statistic::named(&statistic).ok_or_else(|| invalid(format!("The value {statistic} for parameter Stat is not supported.")))?;
    let label = value.get("Label").and_then(plain).unwrap_or_else(|| asked.name.clone());
    Ok(Query { id, label, asked, statistic: known })
}

/// The older operation: one metric, several statistics, at most 1,440 points.
pub(super) fn statistics(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let span = series::span(call, "InvalidParameterValue")?;
    let asked = Asked::read(call.input(), call.input())?;
    let points = (span.end - span.start) / asked.period;
    if points > STATISTICS_POINTS {
        let text = format!(
            "You have requested up to {points} datapoints, which exceeds the limit of {STATISTICS_POINTS}. You may reduce the datapoints requested by increasing Period, or decreasing the time range."
        );
        return Err(Refusal::bad("InvalidParameterCombination", text));
    }
    let (plain, extended) = (wanted(&call.texts("Statistics"))?, wanted(&call.texts("ExtendedStatistics"))?);
    if plain.is_empty() && extended.is_empty() {
        return Err(Refusal::bad(
            "MissingParameter",
            "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
        ));
    }
    let region = call.region(world);
    let unit = series::unit(region, &asked);
    let periods = series::periods(region, &asked, span, call.now.as_second());
    let list = periods.forwards().map(|(at, samples)| datapoint(at, unit, &samples, &plain, &extended)).collect();
    drop(periods);
    Ok(Out::Map(vec![("Label", asked.name.into()), ("Datapoints", Out::List(list))]))
}

/// Statistics by their names.
fn wanted(names: &[String]) -> Result<Vec<(String, Statistic)>, Refusal> {
    let read = |name: &String| Some((name.clone(), Statistic::named(name)?));
    let unknown =
        |name: &String| Refusal::bad("InvalidParameterValue", format!("The value {name} for parameter Statistics is not supported."));
    names.iter().map(|name| read(name).ok_or_else(|| unknown(name))).collect()
}

/// The fields that statistics have; percentiles are in a map of their own.
const FIELDS: &[&str] = &["SampleCount", "Average", "Sum", "Minimum", "Maximum"];

fn datapoint(at: i64, unit: &'static str, samples: &Samples, plain: &[(String, Statistic)], extended: &[(String, Statistic)]) -> Out {
    let mut parts = vec![("Timestamp", stamp(at)), ("Unit", unit.into())];
    let chosen = FIELDS.iter().filter_map(|field| plain.iter().find(|(name, _)| name == field).map(|(_, statistic)| (*field, *statistic)));
    parts.extend(chosen.filter_map(|(field, statistic)| Some((field, Out::Float(samples.statistic(statistic)?)))));
    if !extended.is_empty() {
        let entries = extended.iter().filter_map(|(name, statistic)| Some((name.clone(), Out::Float(samples.statistic(*statistic)?))));
        parts.push(("ExtendedStatistics", Out::Dictionary(entries.collect())));
    }
    Out::Map(parts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::super::Request, *};

    const NOW: i64 = 1_795_262_400;

    fn ask(operation: super::super::super::Operation, input: Value) -> Result<Value, Refusal> {
        let now = Timestamp::from_second(NOW).expect("a time");
        let mut world = World::new(7, crate::sim::Sizes { instances: 48, ..crate::sim::Sizes::DEMO }, now);
        let request = Request::sample("cloudwatch", "GetMetricData", input);
        let out = operation(&mut world, &Call { request: &request, now, id: String::new() })?;
        Ok(super::super::super::encode::json_value(&out))
    }

    fn id(wanted: fn(&crate::sim::world::instance::Instance) -> bool) -> String {
        let now = Timestamp::from_second(NOW).expect("a time");
        let mut world = World::new(7, crate::sim::Sizes { instances: 48, ..crate::sim::Sizes::DEMO }, now);
        world.fleet(crate::sim::world::ACCOUNT, "eu-west-1", now).from(0).find(|one| wanted(one)).expect("one").id()
    }

    fn input(ids: &[String], start: i64, end: i64, more: Value) -> Value {
        let query = |(at, id): (usize, &String)| {
            json!({"Id": format!("m{at}"), "MetricStat": {"Period": 300, "Stat": "Average", "Metric": {
            "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Dimensions": [{"Name": "InstanceId", "Value": id}]}}})
        };
        let mut input =
            json!({"StartTime": start, "EndTime": end, "MetricDataQueries": ids.iter().enumerate().map(query).collect::<Vec<_>>()});
        let (Value::Object(input_map), Value::Object(more)) = (&mut input, more) else { panic!("objects") };
        input_map.extend(more);
        input
    }

    fn values<'a>(out: &'a Value, field: &str) -> Vec<&'a Vec<Value>> {
        out["MetricDataResults"].as_array().expect("results").iter().map(|result| result[field].as_array().expect("a list")).collect()
    }

    #[test]
    fn points_are_aligned_and_inside_the_span() {
        let out = ask(data, input(&[id(|one| one.role.name == "db")], NOW - 3_700, NOW - 600, json!({"ScanBy": "TimestampAscending"})))
            .expect("data");
        let times: Vec<i64> = values(&out, "Timestamps")[0].iter().map(|at| at.as_f64().expect("a number") as i64).collect();
        assert!(times.is_sorted() && times.iter().all(|at| at % 300 == 0));
        assert_eq!((times.first(), times.last()), (Some(&(NOW - 3_900)), Some(&(NOW - 900))));
    }

    #[test]
    fn pages_cover_all_points_once() {
        let ids: Vec<String> =
            [id(|one| one.role.name == "web"), "i-00000000000000000".to_owned(), id(|one| one.role.name == "db")].to_vec();
        let whole = ask(data, input(&ids, NOW - 3_600, NOW, json!({}))).expect("data");
        for size in [1, 5, 7, 11, 12, 100] {
            let (mut token, mut seen) = (json!(""), [Vec::new(), Vec::new(), Vec::new()]);
            while !token.is_null() {
                let page = ask(data, input(&ids, NOW - 3_600, NOW, json!({"MaxDatapoints": size, "NextToken": token}))).expect("a page");
                for result in page["MetricDataResults"].as_array().expect("results") {
                    let at: usize = result["Id"].as_str().expect("an id")[1..].parse().expect("a number");
                    seen[at].extend(result["Timestamps"].as_array().expect("a list").iter().cloned());
                }
                token = page["NextToken"].clone();
            }
            assert_eq!(seen.iter().collect::<Vec<_>>(), values(&whole, "Timestamps"), "{size}");
        }
    }

    #[test]
    fn what_is_unknown_has_no_points_and_is_complete() {
        let out = ask(data, input(&["i-00000000000000000".to_owned()], 0, NOW, json!({}))).expect("data");
        assert_eq!((values(&out, "Values")[0].len(), out["MetricDataResults"][0]["StatusCode"].as_str()), (0, Some("Complete")));
    }

    #[test]
    fn a_span_since_the_beginning_of_time_is_answered() {
        let all = input(&[id(|one| one.role.name == "db")], -9_000_000_000, NOW, json!({}));
        let out = ask(data, all).expect("data");
        assert!(!values(&out, "Values")[0].is_empty());
    }

    #[test]
    fn mistakes_are_told() {
        let good = || input(&["i-1".to_owned()], 0, NOW, json!({}));
        let with = |path: &str, value: Value| {
            let mut input = good();
            *input.pointer_mut(path).expect("a place") = value;
            ask(data, input).expect_err("a mistake").message
        };
        assert!(with("/EndTime", json!(0)).contains("StartTime"));
        assert!(with("/EndTime", json!("tomorrow")).contains("EndTime"));
        assert!(with("/MetricDataQueries/0/Id", json!("M 1")).contains("M 1"));
        assert!(with("/MetricDataQueries/0/MetricStat/Period", json!(61)).contains("Period"));
        assert!(with("/MetricDataQueries/0/MetricStat/Stat", json!("p101")).contains("p101"));
        let many = vec!["i-1".to_owned(); 501];
        assert!(
            ask(data, input(&many, 0, NOW, json!({}))).expect_err("too many").message.contains("must not have a size greater than 500")
        );
    }
}
