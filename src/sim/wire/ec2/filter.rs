//! EC2's filters: names with lists of values, wildcards, all of them together.

use serde_json::Value;

use super::{
    super::{Call, Refusal, plain},
    shape,
};
use crate::{
    model::filter::glob,
    sim::world::instance::{Instance, Monitoring},
};

/// A filter: passes when one of its values matches.
pub(super) struct Filter {
    name: String,
    values: Vec<String>,
}

/// Names that are known; tags have names of their own (EC2 API Reference, `DescribeInstances`, "Filters").
const NAMES: &[&str] = &[
    "architecture",
    "availability-zone",
    "image-id",
    "instance-id",
    "instance-lifecycle",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "key-name",
    "monitoring-state",
    "owner-id",
    "platform-details",
    "private-ip-address",
    "reservation-id",
    "root-device-type",
    "subnet-id",
    "tag-key",
    "tag-value",
    "tenancy",
    "vpc-id",
    "event.code",
    "instance-status.status",
    "system-status.status",
];

/// The filters of a request; an unknown name is refused.
pub(super) fn read(call: &Call<'_>) -> Result<Vec<Filter>, Refusal> {
    call.list("Filter").iter().map(one).collect()
}

fn one(value: &Value) -> Result<Filter, Refusal> {
    let name = value.get("Name").and_then(plain).unwrap_or_default();
    if !NAMES.contains(&name.as_str()) && !name.starts_with("tag:") {
        return Err(Refusal::new(400, "InvalidParameterValue", &format!("The filter '{name}' is invalid")));
    }
    let values = value.get("Value").and_then(Value::as_array).map(|list| list.iter().filter_map(plain).collect());
    let values = values.filter(|values: &Vec<String>| !values.is_empty());
    let complaint = || Refusal::new(400, "InvalidParameterValue", &format!("The filter '{name}' requires at least one value"));
    Ok(Filter { values: values.ok_or_else(complaint)?, name })
}

/// True when every filter lets the instance through.
pub(super) fn passes(filters: &[Filter], instance: &Instance) -> bool {
    filters.iter().all(|filter| {
        let facts = facts(instance, &filter.name);
        facts.iter().any(|fact| filter.values.iter().any(|value| glob(value, fact)))
    })
}

fn facts(instance: &Instance, name: &str) -> Vec<String> {
    if let Some(key) = name.strip_prefix("tag:") {
        return instance.tags().into_iter().filter(|(known, _)| known == key).map(|(_, value)| value).collect();
    }
    let fact = match name {
        "architecture" => instance.role.architecture.to_owned(),
        "availability-zone" => instance.zone.clone(),
        "image-id" => shape::image(instance),
        "instance-id" => instance.id.clone(),
        "instance-lifecycle" => return shape::lifecycle(instance).into_iter().map(str::to_owned).collect(),
        "instance-state-code" => instance.phase.code().to_string(),
        "instance-state-name" => instance.phase.word().to_owned(),
        "instance-type" => instance.role.kind.to_owned(),
        "instance.group-id" => shape::group(instance).0,
        "instance.group-name" => shape::group(instance).1,
        "ip-address" => return instance.public_ip().into_iter().collect(),
        "key-name" => shape::KEY.to_owned(),
        "monitoring-state" => if instance.monitoring == Monitoring::Detailed { "enabled" } else { "disabled" }.to_owned(),
        "platform-details" => instance.role.platform.to_owned(),
        "private-ip-address" => instance.private_ip(),
        "reservation-id" => instance.reservation.clone(),
        "root-device-type" => shape::root(instance).to_owned(),
        "subnet-id" => shape::subnet(instance),
        "tag-key" => return instance.tags().into_iter().map(|(key, _)| key).collect(),
        "tag-value" => return instance.tags().into_iter().map(|(_, value)| value).collect(),
        "tenancy" => "default".to_owned(),
        "vpc-id" => shape::vpc(instance),
        "event.code" => return shape::event_code(instance).into_iter().map(str::to_owned).collect(),
        "instance-status.status" => shape::checks(instance).0.to_owned(),
        "system-status.status" => shape::checks(instance).1.to_owned(),
        _ => return Vec::new(),
    };
    vec![fact]
}
