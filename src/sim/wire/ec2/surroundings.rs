//! What is around instances: regions, zones and tags.

use super::{
    super::{
        Call, Out, Refusal,
        page::{resume, token},
        plain,
    },
    dry,
};
use crate::sim::world::{World, instance::Instance, place};

/// Tags on a page where nothing is asked for (EC2 API Reference, `DescribeTags`).
const PAGE: usize = 1_000;

fn region(name: &str, status: &'static str) -> Out {
    Out::Map(vec![
        ("regionName", name.to_owned().into()),
        ("regionEndpoint", format!("ec2.{name}.amazonaws.com").into()),
        ("optInStatus", status.into()),
    ])
}

/// The regions that are enabled; on demand also those that are not (EC2 API Reference, `DescribeRegions`, `AllRegions`).
pub(super) fn regions(_: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let wanted = call.texts("RegionName");
    let shown = place::REGIONS.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name));
    let set = shown.map(|(name, _)| region(name, "opt-in-not-required"));
    let off = place::OFF.iter().filter(|_| call.flag("AllRegions") && wanted.is_empty()).map(|name| region(name, "not-opted-in"));
    Ok(Out::Map(vec![("regionInfo", Out::List(set.chain(off).collect()))]))
}

pub(super) fn zones(_: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let region = &call.request.region;
    let zone = |letter: &char| {
        Out::Map(vec![
            ("zoneName", format!("{region}{letter}").into()),
            ("zoneState", "available".into()),
            ("regionName", region.clone().into()),
            ("zoneId", place::zone_id(region, *letter).into()),
            ("groupName", format!("{region}-zg-1").into()),
            ("networkBorderGroup", region.clone().into()),
            ("zoneType", "availability-zone".into()),
            ("optInStatus", "opt-in-not-required".into()),
            ("messageSet", Out::List(Vec::new())),
        ])
    };
    Ok(Out::Map(vec![("availabilityZoneInfo", Out::List(place::ZONES.iter().map(zone).collect()))]))
}

/// Tags of instances, which are all that has tags here. A page ends with an instance, so that a token is the next one's number.
pub(super) fn tags(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let filters = call.list("Filter").iter().map(wanted).collect::<Result<Vec<_>, _>>()?;
    let question = format!("{:?}", call.list("Filter"));
    let from = resume(call, &question, Refusal::bad("InvalidNextToken", "The specified NextToken is not valid."))?;
    let size = call.text("MaxResults").and_then(|text| text.parse().ok()).unwrap_or(PAGE);
    let mut set = Vec::new();
    let mut next = None;
    for instance in call.fleet(world).from(u32::try_from(from).unwrap_or(u32::MAX)) {
        if set.len() >= size {
            next = Some(token(call, &question, instance.number.into()));
            break;
        }
        set.extend(tags_of(instance).into_iter().filter(|tag| passes(&filters, tag)).map(written));
    }
    Ok(Out::some(vec![("tagSet", Some(Out::List(set))), ("nextToken", next.map(Out::from))]))
}

/// Resource, type, key and value, as the filters name them.
type Tag = [(&'static str, String); 4];

fn tags_of(instance: &Instance) -> Vec<Tag> {
    let resource = || ("instance", instance.id());
    let tag = |(key, value): (&str, std::borrow::Cow<'static, str>)| {
        let (kind, id) = resource();
        [("resource-id", id), ("resource-type", kind.to_owned()), ("key", key.to_owned()), ("value", value.into_owned())]
    };
    instance.tags().into_iter().map(tag).collect()
}

fn written([(_, id), (_, kind), (_, key), (_, value)]: Tag) -> Out {
    Out::Map(vec![("resourceId", id.into()), ("resourceType", kind.into()), ("key", key.into()), ("value", value.into())])
}

fn wanted(filter: &serde_json::Value) -> Result<(String, Vec<String>), Refusal> {
    let name = filter.get("Name").and_then(plain).unwrap_or_default();
    let known = ["key", "resource-id", "resource-type", "value"].contains(&name.as_str()) || name.starts_with("tag:");
    let values = filter.get("Value").and_then(serde_json::Value::as_array).into_iter().flatten().filter_map(plain).collect();
    if known { Ok((name, values)) } else { Err(Refusal::bad("InvalidParameterValue", format!("The filter '{name}' is invalid"))) }
}

fn passes(filters: &[(String, Vec<String>)], tag: &Tag) -> bool {
    let [_, _, (_, key), (_, value)] = tag;
    filters.iter().all(|(name, values)| {
        let hit = |fact: &str| values.iter().any(|wanted| super::filter::glob(wanted.as_bytes(), fact.as_bytes()));
        match name.strip_prefix("tag:") {
            Some(wanted) => wanted == key && hit(value),
            None => tag.iter().any(|(known, fact)| known == name && hit(fact)),
        }
    })
}
