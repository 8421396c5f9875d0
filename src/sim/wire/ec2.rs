//! Amazon EC2 in the query protocol: instances, their status, and what can be done to them.

mod filter;
mod shape;

use super::{Call, Out, Protocol, Refusal, Service, resume, token};
use crate::sim::world::{
    Fleet,
    instance::{Instance, Lifecycle, Phase, Protection, Root},
    life,
};

pub(super) static EC2: Service = Service {
    name: "ec2",
    namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    target: "",
    query: Protocol::Ec2,
    operations: &[
        ("DescribeInstances", instances),
        ("DescribeInstanceStatus", statuses),
        ("DescribeInstanceAttribute", attribute),
        ("DescribeRegions", regions),
        ("DescribeAvailabilityZones", zones),
        ("StartInstances", start),
        ("StopInstances", stop),
        ("RebootInstances", reboot),
        ("TerminateInstances", terminate),
    ],
};

/// Bounds of `MaxResults` (EC2 API Reference, `DescribeInstances`).
const PAGE: std::ops::RangeInclusive<usize> = 5..=1_000;

/// Everything that a listing operation answers: positions, in order, and how it goes on.
struct Listing {
    positions: Vec<usize>,
    next: Option<String>,
}

fn dry(call: &Call<'_>) -> Result<(), Refusal> {
    if call.flag("DryRun") {
        Err(Refusal::new(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set."))
    } else {
        Ok(())
    }
}

/// The instances a request names by ids and filters, a page of them at a time.
fn select(call: &Call<'_>, passes: impl Fn(&Instance) -> bool) -> Result<Listing, Refusal> {
    let ids = call.texts("InstanceId");
    let size = page_size(call, &ids)?;
    let filters = filter::read(call)?;
    if !ids.is_empty() {
        let positions = positions(call.fleet, &ids)?;
        let keep = |at: &usize| passes(&call.fleet.instances()[*at]) && filter::passes(&filters, &call.fleet.instances()[*at]);
        return Ok(Listing { positions: positions.into_iter().filter(keep).collect(), next: None });
    }
    let from = match call.text("NextToken") {
        None => 0,
        Some(text) => {
            resume(&call.request.operation, &text).ok_or_else(|| Refusal::new(400, "InvalidNextToken", "The token is invalid"))?
        }
    };
    let all = call.fleet.instances().iter().enumerate().skip(from);
    let mut found = all.filter(|(_, instance)| passes(instance) && filter::passes(&filters, instance)).map(|(at, _)| at);
    let positions: Vec<usize> = found.by_ref().take(size).collect();
    let next = found.next().map(|at| token(&call.request.operation, at));
    Ok(Listing { positions, next })
}

fn page_size(call: &Call<'_>, ids: &[String]) -> Result<usize, Refusal> {
    let Some(text) = call.text("MaxResults") else { return Ok(usize::MAX) };
    if !ids.is_empty() {
        let text = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Refusal::new(400, "InvalidParameterCombination", text));
    }
    let size = text.parse().ok().filter(|size| PAGE.contains(size));
    let complaint =
        || format!("Value ( {text} ) for parameter maxResults is invalid. Expecting a value between {} and {}.", PAGE.start(), PAGE.end());
    size.ok_or_else(|| Refusal::new(400, "InvalidParameterValue", &complaint()))
}

/// Positions of these ids; one that is malformed or unknown fails the whole request, as in EC2.
fn positions(fleet: &Fleet, ids: &[String]) -> Result<Vec<usize>, Refusal> {
    if let Some(id) = ids.iter().find(|id| !well_formed(id)) {
        return Err(Refusal::new(400, "InvalidInstanceID.Malformed", &format!("Invalid id: \"{id}\"")));
    }
    let unknown: Vec<&str> = ids.iter().filter(|id| fleet.position(id).is_none()).map(String::as_str).collect();
    match unknown.as_slice() {
        [] => Ok(ids.iter().filter_map(|id| fleet.position(id)).collect()),
        [id] => Err(Refusal::new(400, "InvalidInstanceID.NotFound", &format!("The instance ID '{id}' does not exist"))),
        several => Err(Refusal::new(400, "InvalidInstanceID.NotFound", &format!("The instance IDs '{}' do not exist", several.join(", ")))),
    }
}

fn well_formed(id: &str) -> bool {
    id.strip_prefix("i-")
        .is_some_and(|rest| matches!(rest.len(), 8 | 17) && rest.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)))
}

fn instances(call: &mut Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let listing = select(call, |_| true)?;
    let fleet = &*call.fleet;
    let of = |at: &usize| &fleet.instances()[*at];
    let groups = listing.positions.chunk_by(|a, b| of(a).reservation == of(b).reservation);
    let reservations = groups.map(|group| shape::reservation(fleet, &group.iter().map(of).collect::<Vec<_>>())).collect();
    Ok(Out::some(vec![("reservationSet", Some(Out::List(reservations))), ("nextToken", listing.next.map(Out::Text))]))
}

fn statuses(call: &mut Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let all = call.flag("IncludeAllInstances");
    let listing = select(call, |instance| all || instance.phase == Phase::Running)?;
    let now = call.now;
    let set = listing.positions.iter().map(|at| shape::status(&call.fleet.instances()[*at], now)).collect();
    Ok(Out::some(vec![("instanceStatusSet", Some(Out::List(set))), ("nextToken", listing.next.map(Out::Text))]))
}

fn attribute(call: &mut Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let id = call.text("InstanceId").ok_or_else(|| missing("instanceId"))?;
    let name = call.text("Attribute").ok_or_else(|| missing("attribute"))?;
    let at = positions(call.fleet, std::slice::from_ref(&id))?[0];
    let instance = &call.fleet.instances()[at];
    let value = |text: String| Out::Map(vec![("value", Out::Text(text))]);
    let part = match name.as_str() {
        "disableApiTermination" => ("disableApiTermination", value((instance.protection == Protection::Termination).to_string())),
        "disableApiStop" => ("disableApiStop", value((instance.protection == Protection::Stop).to_string())),
        "instanceInitiatedShutdownBehavior" => ("instanceInitiatedShutdownBehavior", value("stop".to_owned())),
        "instanceType" => ("instanceType", value(instance.role.kind.to_owned())),
        other => {
            return Err(Refusal::new(
                400,
                "InvalidParameterValue",
                &format!("Value ({other}) for parameter attribute is invalid. Unknown attribute."),
            ));
        }
    };
    Ok(Out::Map(vec![("instanceId", Out::text(id)), part]))
}

fn missing(name: &str) -> Refusal {
    Refusal::new(400, "MissingParameter", &format!("The request must contain the parameter {name}"))
}

fn regions(call: &mut Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let names = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-southeast-2"];
    let region = |name: &str| {
        Out::Map(vec![
            ("regionName", Out::text(name)),
            ("regionEndpoint", Out::text(format!("ec2.{name}.amazonaws.com"))),
            ("optInStatus", Out::text("opt-in-not-required")),
        ])
    };
    Ok(Out::Map(vec![("regionInfo", Out::List(names.into_iter().map(region).collect()))]))
}

fn zones(call: &mut Call<'_>) -> Result<Out, Refusal> {
    dry(call)?;
    let region = call.fleet.region.clone();
    let zone = |letter: &str| {
        Out::Map(vec![
            ("zoneName", Out::text(format!("{region}{letter}"))),
            ("zoneState", Out::text("available")),
            ("regionName", Out::text(&region)),
            ("zoneType", Out::text("availability-zone")),
        ])
    };
    Ok(Out::Map(vec![("availabilityZoneInfo", Out::List(["a", "b", "c"].into_iter().map(zone).collect()))]))
}

/// The instances a write names; the whole request fails when one of them is not there.
fn named(call: &Call<'_>) -> Result<Vec<String>, Refusal> {
    let ids = call.texts("InstanceId");
    if ids.is_empty() {
        return Err(missing("InstanceId"));
    }
    positions(call.fleet, &ids)?;
    Ok(ids)
}

/// Applies a change to every named instance, after every one of them has been checked, and tells the states before and after.
fn change(
    call: &mut Call<'_>,
    check: fn(&Instance) -> Result<(), Refusal>,
    apply: impl Fn(&mut Instance, jiff::Timestamp),
) -> Result<Out, Refusal> {
    let ids = named(call)?;
    ids.iter().filter_map(|id| call.fleet.instance(id)).try_for_each(check)?;
    dry(call)?;
    let now = call.now;
    let set = ids.iter().map(|id| {
        let before = call.fleet.instance(id).map_or(Phase::Terminated, |instance| instance.phase);
        call.fleet.change(id, |instance| apply(instance, now));
        let after = call.fleet.instance(id).map_or(Phase::Terminated, |instance| instance.phase);
        Out::Map(vec![("instanceId", Out::text(id)), ("currentState", shape::state(after)), ("previousState", shape::state(before))])
    });
    Ok(Out::Map(vec![("instancesSet", Out::List(set.collect()))]))
}

fn wrong_state(instance: &Instance, verb: &str) -> Refusal {
    let text = format!("The instance '{}' is not in a state from which it can be {verb}.", instance.id);
    Refusal::new(400, "IncorrectInstanceState", &text)
}

fn start(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let check = |instance: &Instance| match instance.phase {
        Phase::Stopped | Phase::Running | Phase::Pending => Ok(()),
        _ => Err(wrong_state(instance, "started")),
    };
    change(call, check, |instance, now| {
        if instance.phase == Phase::Stopped {
            life::start(instance, now);
        }
    })
}

fn stop(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let force = call.flag("Force");
    change(call, stoppable, move |instance, now| match instance.phase {
        Phase::Running | Phase::Pending => life::stop(instance, now),
        Phase::Stopping if force => life::force(instance),
        _ => {}
    })
}

fn stoppable(instance: &Instance) -> Result<(), Refusal> {
    if instance.root == Root::InstanceStore {
        let text = format!("The instance '{}' does not have an 'ebs' root device type and cannot be stopped", instance.id);
        return Err(Refusal::new(400, "UnsupportedOperation", &text));
    }
    if instance.lifecycle == Lifecycle::Spot {
        let text = format!(
            "You can't stop the Spot Instance '{}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.",
            instance.id
        );
        return Err(Refusal::new(400, "UnsupportedOperation", &text));
    }
    if instance.protection == Protection::Stop {
        let text =
            format!("The instance '{}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.", instance.id);
        return Err(Refusal::new(400, "OperationNotPermitted", &text));
    }
    match instance.phase {
        Phase::ShuttingDown | Phase::Terminated => Err(wrong_state(instance, "stopped")),
        _ => Ok(()),
    }
}

fn reboot(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let check = |instance: &Instance| match instance.phase {
        Phase::Running => Ok(()),
        _ => Err(wrong_state(instance, "rebooted")),
    };
    change(call, check, life::reboot)?;
    Ok(Out::Map(vec![("return", Out::Flag(true))]))
}

fn terminate(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let check = |instance: &Instance| {
        let protected = instance.protection == Protection::Termination;
        let text = || {
            format!(
                "The instance '{}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.",
                instance.id
            )
        };
        if protected { Err(Refusal::new(400, "OperationNotPermitted", &text())) } else { Ok(()) }
    };
    change(call, check, |instance, now| {
        if !matches!(instance.phase, Phase::ShuttingDown | Phase::Terminated) {
            life::terminate(instance, now);
        }
    })
}
