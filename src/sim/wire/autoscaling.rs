//! EC2 Auto Scaling in the query protocol: groups, members, activities, refreshes, and what can be done to them.

mod act;
mod shape;

use super::{
    COMMON, Call, Failures, Out, Protocol, Refusal, Service,
    page::{resume, token},
};
use crate::sim::world::{World, region::Region, scaling::Scaling};

pub(super) static AUTOSCALING: Service = Service {
    id: "autoscaling",
    scope: "autoscaling",
    namespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
    target: "",
    model: "com.amazonaws.autoscaling",
    query: Protocol::Query,
    failures: Failures { ..COMMON },
    shapes: &[],
    routes: &[],
    operations: &[
        ("DescribeAutoScalingGroups", groups),
        ("DescribeAutoScalingInstances", members),
        ("DescribeScalingActivities", activities),
        ("DescribeInstanceRefreshes", refreshes),
        ("SetDesiredCapacity", act::set_desired),
        ("SuspendProcesses", act::suspend),
        ("ResumeProcesses", act::resume),
        ("StartInstanceRefresh", act::refresh),
        ("CancelInstanceRefresh", act::cancel),
        ("EnterStandby", act::standby),
        ("ExitStandby", act::return_),
        ("TerminateInstanceInAutoScalingGroup", act::terminate),
    ],
};

/// The most on a page, and how many there are when nobody asks (Auto Scaling API Reference, `MaxRecords`).
const PAGE: usize = 100;
const USUAL: usize = 50;
/// Ids in one question (Auto Scaling API Reference, `DescribeAutoScalingInstances`).
const IDS: usize = 50;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationError", message)
}

/// A page of all, by their places.
fn page(call: &Call<'_>, name: &'static str, question: &str, all: Vec<Out>) -> Result<Out, Refusal> {
    let wanted = match call.text("MaxRecords") {
        None => USUAL,
        Some(text) => {
            let size = text.parse().ok().filter(|size| (1..=PAGE).contains(size));
            size.ok_or_else(|| invalid("The maximum number of records is not valid: it must be 1 to 100"))?
        }
    };
    let at = resume(call, question, Refusal::bad("InvalidNextToken", "The token is not valid"))? as usize;
    let more = all.len() > at + wanted;
    let list = all.into_iter().skip(at).take(wanted).collect();
    let next = more.then(|| token(call, question, (at + wanted) as u64));
    Ok(Out::some(vec![(name, Some(Out::List(list))), ("NextToken", next.map(Out::from))]))
}

fn groups(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let wanted = call.texts("AutoScalingGroupNames");
    let names = region.scaling.names(&region.fleet).into_iter().filter(|name| wanted.is_empty() || wanted.contains(name));
    let all = names.map(|name| shape::group(region, &name)).collect();
    page(call, "AutoScalingGroups", &format!("groups{wanted:?}"), all)
}

/// The group that an instance is a member of.
fn group_of(region: &Region, id: &str) -> Option<String> {
    let group = region.fleet.instance(id)?.group()?.into_owned();
    let there = Scaling::members(&region.fleet, &group).any(|one| one.id() == id);
    there.then_some(group)
}

fn members(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let ids = call.texts("InstanceIds");
    if ids.len() > IDS {
        return Err(invalid(format!("The number of instance ids that may be passed in is limited to {IDS}")));
    }
    if !ids.is_empty() {
        let known = ids.iter().filter_map(|id| Some(shape::member(region, &group_of(region, id)?, region.fleet.instance(id)?)));
        return Ok(Out::Map(vec![("AutoScalingInstances", Out::List(known.collect()))]));
    }
    let mut all = Vec::new();
    for name in region.scaling.names(&region.fleet) {
        all.extend(Scaling::members(&region.fleet, &name).map(|one| shape::member(region, &name, one)));
    }
    page(call, "AutoScalingInstances", "members", all)
}

/// The group a call names; a group that is not there is a mistake in the words of the service.
fn named(region: &Region, call: &Call<'_>) -> Result<String, Refusal> {
    let name = call.text("AutoScalingGroupName").unwrap_or_default();
    let known = region.scaling.names(&region.fleet).contains(&name);
    if known { Ok(name) } else { Err(invalid(format!("AutoScalingGroup name not found - AutoScalingGroup: {name}"))) }
}

fn activities(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let names = match call.text("AutoScalingGroupName") {
        Some(_) => vec![named(region, call)?],
        None => region.scaling.names(&region.fleet),
    };
    let ids = call.texts("ActivityIds");
    let mut all = Vec::new();
    for name in &names {
        let done = region.scaling.activities(&region.fleet, name, call.now).into_iter();
        all.extend(done.filter(|one| ids.is_empty() || ids.contains(&one.id)).map(|one| shape::activity(region, name, &one)));
    }
    page(call, "Activities", &format!("activities{names:?}{ids:?}"), all)
}

fn refreshes(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let name = named(region, call)?;
    let latest = region.scaling.refresh(&name, call.now).map(|refresh| shape::refresh(&name, refresh));
    Ok(Out::Map(vec![("InstanceRefreshes", Out::List(latest.into_iter().collect()))]))
}
