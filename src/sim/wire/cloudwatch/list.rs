//! `ListMetrics`: every metric of every instance and group, as far as the request does not narrow it.

use std::borrow::Cow;

use super::{
    super::page::{resume, token},
    Call, Out, Refusal,
    series::{GROUP, INSTANCE, NAMESPACE, dimensions},
};
use crate::sim::world::{
    World,
    fleet::Fleet,
    instance::Instance,
    metrics::{METRICS, Metric},
    signal::Published,
};

/// Metrics on a page (`CloudWatch` API Reference, `ListMetrics`).
const PAGE: usize = 500;
/// Seconds within which a metric counts as active (`CloudWatch` API Reference, `RecentlyActive`).
const ACTIVE: i64 = 3 * 3_600;

/// Marks the places of metrics of services other than EC2; they come last.
const SERVICES: u64 = 1 << 62;

/// By what a request narrows the list.
struct Wanted {
    name: Option<String>,
    dimensions: Vec<(String, Option<String>)>,
    /// The second after which something must have run.
    since: i64,
}

pub(super) fn list(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let wanted = wanted(call)?;
    let question = format!("{:?}{:?}{:?}", call.text("Namespace"), wanted.name, wanted.dimensions);
    let from = resume(call, &question, Refusal::bad("InvalidParameterValue", "The value for parameter NextToken is not valid."))?;
    let region = call.region(world);
    let namespace = call.text("Namespace");
    let asked = |name: &str| namespace.as_ref().is_none_or(|namespace| namespace == name);
    let own = asked(NAMESPACE).then(|| subjects(&region.fleet, &wanted, from)).into_iter().flatten();
    let others = region.published().into_iter().enumerate().map(|(at, metric)| (SERVICES | at as u64, metric));
    let others = others.filter(|(place, metric)| *place >= from && asked(metric.namespace) && wanted.takes(metric));
    let mut rest = own.chain(others.map(|(place, metric)| (place, told(&metric))));
    let page: Vec<Out> = rest.by_ref().take(PAGE).map(|(_, out)| out).collect();
    let next = rest.next().map(|(place, _)| token(call, &question, place));
    Ok(Out::some(vec![("Metrics", Some(Out::List(page))), ("NextToken", next.map(Out::from))]))
}

fn wanted(call: &Call<'_>) -> Result<Wanted, Refusal> {
    let since = match call.text("RecentlyActive").as_deref() {
        None => i64::MIN,
        Some("PT3H") => call.now.as_second() - ACTIVE,
        Some(other) => {
            return Err(Refusal::bad("InvalidParameterValue", format!("The value {other} for parameter RecentlyActive is not supported.")));
        }
    };
    Ok(Wanted { name: call.text("MetricName"), dimensions: dimensions(call.input()), since })
}

/// What a metric can belong to, and its place in the list: each instance has one place for every metric, and a group is listed
/// with its first member.
fn subjects<'a>(fleet: &'a Fleet, wanted: &'a Wanted, from: u64) -> impl Iterator<Item = (u64, Out)> + 'a {
    let places = METRICS.len() as u64 * 2;
    // Nothing of EC2 is left once the services are being listed.
    let first = if from >= SERVICES { u32::MAX } else { u32::try_from(from / places).unwrap_or(u32::MAX) };
    let metrics = move |instance: &'a Instance| {
        let base = u64::from(instance.number) * places;
        METRICS.iter().enumerate().flat_map(move |(at, metric)| {
            let place = base + at as u64 * 2;
            let own = metric.of(instance).then(|| (place, INSTANCE, Cow::Owned(instance.id())));
            let group = instance.group().filter(|_| metric.aggregated() && instance.rank == 0);
            own.into_iter().chain(group.map(|group| (place + 1, GROUP, group))).map(move |subject| (metric, subject))
        })
    };
    let all = candidates(fleet, wanted, first).filter(|instance| ran_since(instance, wanted.since)).flat_map(metrics);
    all.filter(move |(metric, (place, key, value))| *place >= from && wanted.fits(metric, key, value))
        .map(|(metric, (place, key, value))| (place, written(metric, key, value)))
}

/// Whoever asks for one instance is not made to wait for the whole fleet.
fn candidates<'a>(fleet: &'a Fleet, wanted: &Wanted, first: u32) -> Box<dyn Iterator<Item = &'a Instance> + 'a> {
    let id = wanted.dimensions.iter().find(|(key, _)| key == INSTANCE).and_then(|(_, value)| value.as_ref());
    match id {
        Some(id) => Box::new(fleet.instance(id).into_iter()),
        None => Box::new(fleet.from(first)),
    }
}

fn ran_since(instance: &Instance, second: i64) -> bool {
    instance.up.is_some() || instance.past.last().is_some_and(|(_, to)| *to > second)
}

impl Wanted {
    fn takes(&self, metric: &Published) -> bool {
        let has = |(key, exact): &(String, Option<String>)| {
            metric.dimensions.iter().any(|(name, value)| name == key && exact.as_ref().is_none_or(|exact| exact == value))
        };
        self.name.as_ref().is_none_or(|name| name == metric.name) && self.dimensions.iter().all(has)
    }

    fn fits(&self, metric: &Metric, key: &str, value: &str) -> bool {
        let named = self.name.as_ref().is_none_or(|name| name == metric.name);
        named && self.dimensions.iter().all(|(wanted, exact)| wanted == key && exact.as_ref().is_none_or(|exact| exact == value))
    }
}

fn told(metric: &Published) -> Out {
    let dimension = |(name, value): &(&'static str, String)| Out::Map(vec![("Name", (*name).into()), ("Value", value.clone().into())]);
    let dimensions = metric.dimensions.iter().map(dimension).collect();
    Out::Map(vec![("Namespace", metric.namespace.into()), ("MetricName", metric.name.into()), ("Dimensions", Out::List(dimensions))])
}

fn written(metric: &Metric, key: &'static str, value: Cow<'static, str>) -> Out {
    let dimension = Out::Map(vec![("Name", key.into()), ("Value", value.into())]);
    Out::Map(vec![("Namespace", NAMESPACE.into()), ("MetricName", metric.name.into()), ("Dimensions", Out::List(vec![dimension]))])
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{
        super::super::{Request, encode::json_value},
        *,
    };

    fn ask(size: usize, input: Value) -> Value {
        let mut world = World::new(7, crate::sim::Sizes { instances: size, ..crate::sim::Sizes::DEMO }, Timestamp::UNIX_EPOCH);
        let request = Request::sample("cloudwatch", "ListMetrics", input);
        json_value(&list(&mut world, &Call { request: &request, now: Timestamp::UNIX_EPOCH, id: String::new() }).expect("a list"))
    }

    #[test]
    fn pages_cover_every_metric_once() {
        let (mut seen, mut token, mut pages) = (Vec::new(), json!(""), 0);
        while !token.is_null() {
            let page = ask(200, json!({ "NextToken": token }));
            seen.extend(page["Metrics"].as_array().expect("a list").iter().map(Value::to_string));
            token = page["NextToken"].clone();
            pages += 1;
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
        assert!(all > 200 * 8 && pages == all.div_ceil(PAGE), "{all} in {pages}");
    }

    #[test]
    fn a_list_is_narrowed_by_name_dimension_and_namespace() {
        let count = |input: Value| ask(48, input)["Metrics"].as_array().expect("a list").len();
        assert_eq!(count(json!({"Namespace": "AWS/RDS"})), 0);
        let cpu = count(json!({"MetricName": "CPUUtilization"}));
        let groups = count(json!({"MetricName": "CPUUtilization", "Dimensions": [{"Name": GROUP}]}));
        assert!(groups >= 5 && cpu > 48, "{groups} {cpu}");
        assert_eq!(count(json!({"Dimensions": [{"Name": GROUP, "Value": "web-asg"}, {"Name": INSTANCE}]})), 0);
        assert_eq!(count(json!({"MetricName": "CPUUtilization", "Dimensions": [{"Name": GROUP, "Value": "web-asg"}]})), 1);
    }
}
