//! `DescribeAlarms` and `DescribeAlarmsForMetric`: alarms on what goes wrong in the world, judged by the same series that `GetMetricData` answers with.

use jiff::Timestamp;
use serde_json::json;

use super::{
    super::page::{resume, token},
    Call, Out, Refusal, invalid,
    series::{self, Asked, INSTANCE, NAMESPACE, Span},
    word,
};
use crate::sim::world::{
    World,
    fleet::agent,
    instance::{Incident, Instance},
    lambda::plan::Trouble,
    metrics::Statistic,
    region::Region,
};

/// Alarms on a page, at most and by default (`CloudWatch` API Reference, `DescribeAlarms`).
const PAGE: (u64, u64) = (100, 50);
/// Alarms on instances of one region at most: nobody has one for each of a big fleet.
const INSTANCES: usize = 40;
/// Instances of which an agent's alarms are looked for: the incidents of a big region are among its first.
const LOOKED: usize = 1_000;
/// Seconds that are looked back for when an alarm went off.
const HISTORY: i64 = 3 * 3_600;
/// The alarm made of the others.
const COMPOSITE: &str = "fleet-unwell";

/// What a metric alarm watches.
struct Rule {
    name: String,
    namespace: &'static str,
    metric: &'static str,
    statistic: (&'static str, Statistic),
    dimensions: Vec<(&'static str, String)>,
    period: i64,
    threshold: f64,
}

/// How an alarm stands: since when it is in `ALARM`, and the newest value.
struct Standing {
    since: Option<i64>,
    value: Option<f64>,
}

pub(super) fn describe(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let types = call.texts("AlarmTypes");
    let state = call.text("StateValue");
    if let Some(word) = state.as_deref().filter(|word| !["OK", "ALARM", "INSUFFICIENT_DATA"].contains(word)) {
        return Err(invalid(format!("Value '{word}' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set")));
    }
    let limit = limit(call)?;
    let question = format!("{types:?}{state:?}{:?}{:?}", call.text("AlarmNamePrefix"), call.texts("AlarmNames"));
    let from = resume(call, &question, Refusal::bad("InvalidNextToken", "The next token specified is invalid."))?;
    let region = call.region(world);
    // Only metric alarms are told of unless the others are asked for.
    let asked = |name: &str| if types.is_empty() { name == "MetricAlarm" } else { types.iter().any(|known| known == name) };
    let judged: Vec<_> = rules(region).into_iter().map(|rule| (judge(region, &rule, call.now.as_second()), rule)).collect();
    let composite = asked("CompositeAlarm").then(|| composite(call, &judged)).into_iter();
    let metrics = asked("MetricAlarm").then(|| judged.iter().map(|(standing, rule)| metric(call, rule, standing)));
    let all = composite.chain(metrics.into_iter().flatten()).filter(|alarm| alarm.wanted(call, state.as_deref()));
    let mut rest = all.skip(usize::try_from(from).unwrap_or(usize::MAX));
    let (composites, metrics): (Vec<Told>, Vec<Told>) = rest.by_ref().take(limit as usize).partition(|alarm| alarm.name == COMPOSITE);
    let next = rest.next().map(|_| token(call, &question, from + limit));
    let list = |alarms: Vec<Told>| Some(Out::List(alarms.into_iter().map(|alarm| alarm.out).collect()));
    // Nobody here queries logs on a schedule.
    Ok(Out::some(vec![
        ("CompositeAlarms", list(composites)),
        ("MetricAlarms", list(metrics)),
        ("LogAlarms", list(Vec::new())),
        ("NextToken", next.map(Out::from)),
    ]))
}

/// Metric alarms on exactly one metric, however they stand (`CloudWatch` API Reference, `DescribeAlarmsForMetric`).
pub(super) fn of_metric(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (namespace, metric) = (word(call.input(), "Namespace")?, word(call.input(), "MetricName")?);
    let dimensions = series::dimensions(call.input());
    let statistic = call.text("Statistic").or(call.text("ExtendedStatistic"));
    let period = call.text("Period");
    let watched = |rule: &Rule| {
        let named = |(name, value): &(&str, String)| dimensions.iter().any(|(one, its)| one == name && its.as_ref() == Some(value));
        (rule.namespace, rule.metric) == (namespace.as_str(), metric.as_str())
            && (dimensions.len() == rule.dimensions.len() && rule.dimensions.iter().all(named))
            && statistic.as_ref().is_none_or(|word| word == rule.statistic.0)
            && period.as_ref().is_none_or(|seconds| *seconds == rule.period.to_string())
    };
    let region = call.region(world);
    let told = rules(region).into_iter().filter(watched);
    let told = told.map(|rule| self::metric(call, &rule, &judge(region, &rule, call.now.as_second())).out);
    Ok(Out::Map(vec![("MetricAlarms", Out::List(told.collect()))]))
}

fn limit(call: &Call<'_>) -> Result<u64, Refusal> {
    let Some(text) = call.text("MaxRecords") else { return Ok(PAGE.1) };
    let limit = text.parse().ok().filter(|limit| (1..=PAGE.0).contains(limit));
    limit.ok_or_else(|| invalid(format!("The value {text} for parameter MaxRecords must be between 1 and {}.", PAGE.0)))
}

/// Alarms on instances that had something happen to them and on databases, on disks that fill, and on functions that fail.
fn rules(region: &Region) -> Vec<Rule> {
    let instances = region.fleet.from(0).filter_map(of_instance).take(INSTANCES);
    let disks = region.fleet.from(0).take(LOOKED).filter_map(of_disk);
    let failing = region.lambda.from(0).filter(|function| function.plan.trouble == Trouble::Errors);
    let functions = failing.map(|function| Rule {
        name: format!("errors-{}", function.name()),
        namespace: "AWS/Lambda",
        metric: "Errors",
        statistic: ("Sum", Statistic::Sum),
        dimensions: vec![("FunctionName", function.name())],
        period: 60,
        threshold: 5.0,
    });
    instances.chain(disks).chain(functions).collect()
}

fn of_instance(instance: &Instance) -> Option<Rule> {
    let incident = instance.ordeal.map(|ordeal| ordeal.incident);
    let (word, metric, statistic, period, threshold) = match incident {
        Some(Incident::InstanceImpaired | Incident::SystemImpaired) => {
            ("checks", "StatusCheckFailed", ("Maximum", Statistic::Maximum), 60, 1.0)
        }
        Some(Incident::Runaway) => ("cpu-high", "CPUUtilization", ("Average", Statistic::Average), 300, 90.0),
        _ if instance.role.name == "db" => ("cpu-high", "CPUUtilization", ("Average", Statistic::Average), 300, 90.0),
        _ => return None,
    };
    let name = format!("{word}-{}", instance.name());
    Some(Rule { name, namespace: NAMESPACE, metric, statistic, dimensions: vec![(INSTANCE, instance.id())], period, threshold })
}

/// What the agent of a machine says about its disk, where something fills it.
fn of_disk(instance: &Instance) -> Option<Rule> {
    let runaway = instance.ordeal.is_some_and(|ordeal| ordeal.incident == Incident::Runaway);
    runaway.then(|| Rule {
        name: format!("disk-full-{}", instance.name()),
        namespace: agent::NAMESPACE,
        metric: agent::DISK,
        statistic: ("Average", Statistic::Average),
        dimensions: agent::dimensions(instance),
        period: 300,
        threshold: 90.0,
    })
}

/// Goes back from the newest period as long as each is over the threshold.
fn judge(region: &Region, rule: &Rule, now: i64) -> Standing {
    let dimensions: Vec<_> = rule.dimensions.iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect();
    let metric = json!({ "Namespace": rule.namespace, "MetricName": rule.metric, "Dimensions": dimensions });
    let Ok(asked) = Asked::read(&metric, &json!({ "Period": rule.period })) else { return Standing { since: None, value: None } };
    let periods = series::periods(region, &asked, Span { start: now - HISTORY, end: now }, now);
    let values: Vec<(i64, f64)> =
        periods.backwards().filter_map(|(at, samples)| Some((at, samples.statistic(rule.statistic.1)?))).collect();
    let over = values.iter().take_while(|(_, value)| *value >= rule.threshold);
    Standing { since: over.last().map(|(at, _)| at + rule.period), value: values.first().map(|(_, value)| *value) }
}

/// An alarm as it is told.
struct Told {
    name: String,
    state: &'static str,
    out: Out,
}

impl Told {
    fn wanted(&self, call: &Call<'_>, state: Option<&str>) -> bool {
        let names = call.texts("AlarmNames");
        let prefix = call.text("AlarmNamePrefix");
        state.is_none_or(|state| state == self.state)
            && (names.is_empty() || names.contains(&self.name))
            && prefix.is_none_or(|prefix| self.name.starts_with(&prefix))
    }
}

fn metric(call: &Call<'_>, rule: &Rule, standing: &Standing) -> Told {
    let state = match standing {
        Standing { since: Some(_), .. } => "ALARM",
        Standing { value: Some(_), .. } => "OK",
        Standing { .. } => "INSUFFICIENT_DATA",
    };
    let dimension = |(name, value): &(&'static str, String)| Out::Map(vec![("Name", (*name).into()), ("Value", value.clone().into())]);
    let mut parts = head(call, &rule.name, state, standing.since, reason(rule, standing));
    parts.extend([
        ("MetricName", rule.metric.into()),
        ("Namespace", rule.namespace.into()),
        ("Statistic", rule.statistic.0.into()),
        ("Dimensions", Out::List(rule.dimensions.iter().map(dimension).collect())),
        ("Period", Out::Int(rule.period)),
        ("EvaluationPeriods", Out::Int(1)),
        ("Threshold", Out::Float(rule.threshold)),
        ("ComparisonOperator", "GreaterThanOrEqualToThreshold".into()),
    ]);
    Told { name: rule.name.clone(), state, out: Out::Map(parts) }
}

fn reason(rule: &Rule, standing: &Standing) -> String {
    match (standing.since, standing.value) {
        (Some(_), Some(value)) => {
            format!("Threshold Crossed: 1 datapoint [{value:.1}] was greater than or equal to the threshold ({:.1}).", rule.threshold)
        }
        (None, Some(value)) => {
            format!("Threshold Crossed: 1 datapoint [{value:.1}] was not greater than or equal to the threshold ({:.1}).", rule.threshold)
        }
        _ => "Insufficient Data: 1 datapoint was unknown.".to_owned(),
    }
}

/// In `ALARM` while any of the others is.
fn composite(call: &Call<'_>, judged: &[(Standing, Rule)]) -> Told {
    let since = judged.iter().filter_map(|(standing, _)| standing.since).min();
    let rule: Vec<String> = judged.iter().map(|(_, rule)| format!("ALARM(\"{}\")", rule.name)).collect();
    let state = if since.is_some() { "ALARM" } else { "OK" };
    let mut parts = head(call, COMPOSITE, state, since, format!("{COMPOSITE} is in {state} by its rule."));
    parts.push(("AlarmRule", rule.join(" OR ").into()));
    Told { name: COMPOSITE.to_owned(), state, out: Out::Map(parts) }
}

fn head(call: &Call<'_>, name: &str, state: &'static str, since: Option<i64>, reason: String) -> Vec<(&'static str, Out)> {
    let request = call.request;
    let at = since.and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    vec![
        ("AlarmName", name.to_owned().into()),
        ("AlarmArn", format!("arn:aws:cloudwatch:{}:{}:alarm:{name}", request.region, request.account).into()),
        ("ActionsEnabled", Out::Flag(true)),
        ("StateValue", state.into()),
        ("StateReason", reason.into()),
        ("StateUpdatedTimestamp", Out::Time(at)),
        ("StateTransitionedTimestamp", Out::Time(at)),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{
        super::super::{Request, encode::json_value},
        *,
    };

    type Operation = fn(&mut World, &Call<'_>) -> Result<Out, Refusal>;

    fn ask(input: Value) -> Value {
        asked("DescribeAlarms", describe, input)
    }

    fn asked(name: &str, operation: Operation, input: Value) -> Value {
        let now = Timestamp::from_second(1_790_000_000).expect("a time");
        let mut world = World::new(7, crate::sim::Sizes::DEMO, now);
        let request = Request::sample("cloudwatch", name, input);
        json_value(&operation(&mut world, &Call { request: &request, now, id: String::new() }).expect("alarms"))
    }

    fn names(answer: &Value, list: &str) -> Vec<String> {
        let alarms = answer[list].as_array().expect("a list");
        alarms.iter().map(|alarm| alarm["AlarmName"].as_str().expect("a name").to_owned()).collect()
    }

    #[test]
    fn only_metric_alarms_are_told_of_unless_others_are_asked_for() {
        let plain = ask(json!({}));
        assert!(names(&plain, "CompositeAlarms").is_empty() && names(&plain, "MetricAlarms").len() > 2);
        let both = ask(json!({ "AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "StateValue": "ALARM" }));
        assert_eq!(names(&both, "CompositeAlarms"), [COMPOSITE]);
        let alarms = names(&both, "MetricAlarms");
        assert!(alarms.iter().any(|name| name.starts_with("cpu-high-")) && alarms.iter().any(|name| name.starts_with("checks-")));
        assert!(alarms.len() < names(&plain, "MetricAlarms").len(), "some are well");
    }

    #[test]
    fn the_alarms_of_one_metric_are_told_however_they_stand() {
        let all = ask(json!({}));
        let told = all["MetricAlarms"].as_array().expect("a list");
        let quiet = told.iter().find(|alarm| alarm["StateValue"] == "OK" && alarm["Namespace"] == NAMESPACE).expect("one is well");
        let of = |name: &str| {
            let input = json!({ "Namespace": NAMESPACE, "MetricName": name, "Dimensions": quiet["Dimensions"].clone() });
            names(&asked("DescribeAlarmsForMetric", of_metric, input), "MetricAlarms")
        };
        assert_eq!(of(quiet["MetricName"].as_str().expect("a name")), [quiet["AlarmName"].as_str().expect("a name")]);
        assert_eq!(of("NetworkIn"), [""; 0]);
    }

    #[test]
    fn a_disk_that_fills_is_told_by_all_dimensions_of_its_agent() {
        let told = ask(json!({ "AlarmNamePrefix": "disk-full-", "StateValue": "ALARM" }));
        let disk = &told["MetricAlarms"][0];
        let of = |dimensions: Value| {
            let input = json!({ "Namespace": agent::NAMESPACE, "MetricName": agent::DISK, "Dimensions": dimensions });
            names(&asked("DescribeAlarmsForMetric", of_metric, input), "MetricAlarms").len()
        };
        assert_eq!(disk["Dimensions"].as_array().map(Vec::len), Some(3), "{told}");
        assert_eq!((of(disk["Dimensions"].clone()), of(json!([disk["Dimensions"][0]]))), (1, 0));
    }

    #[test]
    fn pages_cover_every_alarm_once() {
        let (mut seen, mut token) = (Vec::new(), json!(""));
        while !token.is_null() {
            let page = ask(json!({ "AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 2, "NextToken": token }));
            seen.extend([names(&page, "CompositeAlarms"), names(&page, "MetricAlarms")].concat());
            token = page["NextToken"].clone();
        }
        assert_eq!(seen.len(), names(&ask(json!({ "MaxRecords": 100 })), "MetricAlarms").len() + 1);
    }
}
