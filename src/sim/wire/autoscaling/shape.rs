//! How Auto Scaling writes its things.

use jiff::Timestamp;

use super::{super::elb, Out};
use crate::sim::world::{
    balancing,
    instance::{Instance, Phase},
    region::Region,
    scaling::{Activity, STARVED, Scaling},
};

fn arn(region: &Region, name: &str) -> String {
    let fleet = &region.fleet;
    format!(
        "arn:aws:autoscaling:{}:{}:autoScalingGroup:8f0c5a1e-0000-4000-a000-{:012x}:autoScalingGroupName/{name}",
        fleet.region,
        fleet.account,
        name.len()
    )
}

pub(super) fn group(region: &Region, name: &str) -> Out {
    let (fleet, scaling) = (&region.fleet, &region.scaling);
    let (min, max) = scaling.limits(fleet, name);
    let zones = ["a", "b", "c"].map(|letter| Out::from(format!("{}{letter}", fleet.region)));
    let members = Scaling::members(fleet, name).map(|one| member(region, name, one)).collect();
    let suspended = scaling.suspended.get(name).into_iter().flatten();
    let suspended = suspended.map(|process| {
        Out::Map(vec![("ProcessName", process.clone().into()), ("SuspensionReason", "User suspended at the operator's request".into())])
    });
    let targets = balancing::of_group(name).map(|group| elb::arn((&fleet.account, &fleet.region), &group).into());
    let spot = Scaling::members(fleet, name).any(|one| one.role.lifecycle == crate::sim::world::instance::Lifecycle::Spot);
    Out::some(vec![
        ("AutoScalingGroupName", Some(name.to_owned().into())),
        ("AutoScalingGroupARN", Some(arn(region, name).into())),
        ("LaunchTemplate", (!spot).then(|| template(name))),
        ("MixedInstancesPolicy", spot.then(|| mixed(name))),
        ("MinSize", Some(Out::Int(min as i64))),
        ("MaxSize", Some(Out::Int(max as i64))),
        ("DesiredCapacity", Some(Out::Int(scaling.desired(fleet, name) as i64))),
        ("DefaultCooldown", Some(Out::Int(300))),
        ("AvailabilityZones", Some(Out::List(zones.into()))),
        ("HealthCheckType", Some(if name == STARVED { "EC2".into() } else { "ELB".into() })),
        ("HealthCheckGracePeriod", Some(Out::Int(120))),
        ("Instances", Some(Out::List(members))),
        ("TargetGroupARNs", Some(Out::List(targets.into_iter().collect()))),
        ("CreatedTime", Some(Out::Time(scaling.created()))),
        ("SuspendedProcesses", Some(Out::List(suspended.collect()))),
        ("TerminationPolicies", Some(Out::List(vec!["Default".into()]))),
        ("NewInstancesProtectedFromScaleIn", Some(Out::Flag(false))),
        ("Tags", Some(Out::List(Vec::new()))),
    ])
}

fn template(name: &str) -> Out {
    Out::Map(vec![
        ("LaunchTemplateId", "lt-0a1b2c3d4e5f60718".into()),
        ("LaunchTemplateName", name.to_owned().into()),
        ("Version", "7".into()),
    ])
}

fn mixed(name: &str) -> Out {
    let distribution = Out::Map(vec![
        ("OnDemandBaseCapacity", Out::Int(1)),
        ("OnDemandPercentageAboveBaseCapacity", Out::Int(0)),
        ("SpotAllocationStrategy", "price-capacity-optimized".into()),
    ]);
    let specification = Out::Map(vec![("LaunchTemplateSpecification", template(name)), ("Overrides", Out::List(Vec::new()))]);
    Out::Map(vec![("LaunchTemplate", specification), ("InstancesDistribution", distribution)])
}

pub(super) fn member(region: &Region, group: &str, one: &Instance) -> Out {
    let standby = region.scaling.standby.contains(&one.id());
    let state = match one.phase {
        Phase::Pending => "Pending",
        Phase::ShuttingDown => "Terminating",
        _ if standby => "Standby",
        _ => "InService",
    };
    Out::Map(vec![
        ("InstanceId", one.id().into()),
        ("InstanceType", one.kind.name.into()),
        ("AutoScalingGroupName", group.to_owned().into()),
        ("AvailabilityZone", format!("{}{}", region.fleet.region, one.zone).into()),
        ("LifecycleState", state.into()),
        ("HealthStatus", "Healthy".into()),
        ("LaunchTemplate", template(group)),
        ("ProtectedFromScaleIn", Out::Flag(false)),
    ])
}

pub(super) fn activity(region: &Region, group: &str, one: &Activity) -> Out {
    Out::some(vec![
        ("ActivityId", Some(one.id.clone().into())),
        ("AutoScalingGroupName", Some(group.to_owned().into())),
        ("AutoScalingGroupARN", Some(arn(region, group).into())),
        ("Description", Some(one.description.clone().into())),
        ("Cause", Some(one.cause.clone().into())),
        ("StartTime", Some(Out::Time(one.at))),
        ("EndTime", Some(Out::Time(one.at))),
        ("StatusCode", Some(if one.failure.is_some() { "Failed".into() } else { "Successful".into() })),
        ("StatusMessage", one.failure.clone().map(Out::from)),
        ("Progress", Some(Out::Int(100))),
        ("Details", Some("{}".into())),
    ])
}

pub(super) fn refresh(group: &str, (begun, percent, cancelled): (Timestamp, i64, bool)) -> Out {
    let status = match (cancelled, percent) {
        (true, _) => "Cancelled",
        (false, 100) => "Successful",
        (false, _) => "InProgress",
    };
    Out::Map(vec![
        ("InstanceRefreshId", format!("08b91cf7-8fa6-48af-b6a6-{:012x}", begun.as_second()).into()),
        ("AutoScalingGroupName", group.to_owned().into()),
        ("Status", status.into()),
        ("StartTime", Out::Time(begun)),
        ("PercentageComplete", Out::Int(percent)),
    ])
}
