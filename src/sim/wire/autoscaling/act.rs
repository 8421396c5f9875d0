//! What can be done to groups and their members.

use super::{Call, Out, Refusal, group_of, invalid, named, shape};
use crate::sim::world::{World, life, region::Region};

fn nothing() -> Out {
    Out::Map(Vec::new())
}

pub(super) fn set_desired(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let name = named(region, call)?;
    let wanted =
        call.text("DesiredCapacity").and_then(|text| text.parse::<usize>().ok()).ok_or_else(|| invalid("DesiredCapacity is required"))?;
    let (min, max) = region.scaling.limits(&region.fleet, &name);
    if !(min..=max).contains(&wanted) {
        let side = if wanted > max { format!("above max value {max}") } else { format!("below min value {min}") };
        return Err(invalid(format!("New SetDesiredCapacity value {wanted} is {side} for the AutoScalingGroup.")));
    }
    let Region { scaling, fleet, .. } = region;
    scaling.resize(fleet, &name, wanted, call.now);
    Ok(nothing())
}

pub(super) fn suspend(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let name = named(region, call)?;
    region.scaling.suspended.entry(name).or_default().extend(call.texts("ScalingProcesses"));
    Ok(nothing())
}

pub(super) fn resume(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let name = named(region, call)?;
    let wanted = call.texts("ScalingProcesses");
    let suspended = region.scaling.suspended.entry(name).or_default();
    suspended.retain(|process| !wanted.is_empty() && !wanted.contains(process));
    Ok(nothing())
}

pub(super) fn refresh(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let name = named(region, call)?;
    if region.scaling.refresh(&name, call.now).is_some_and(|(_, percent, cancelled)| percent < 100 && !cancelled) {
        let text = "An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.";
        return Err(Refusal::bad("InstanceRefreshInProgress", text));
    }
    region.scaling.refreshes.insert(name, (call.now, None));
    Ok(Out::Map(vec![("InstanceRefreshId", format!("08b91cf7-8fa6-48af-b6a6-{:012x}", call.now.as_second()).into())]))
}

pub(super) fn cancel(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let name = named(region, call)?;
    let running = region.scaling.refresh(&name, call.now).filter(|(_, percent, cancelled)| *percent < 100 && !cancelled);
    let Some((begun, ..)) = running else {
        return Err(Refusal::bad(
            "ActiveInstanceRefreshNotFound",
            "No in progress or pending Instance Refresh found for Auto Scaling group",
        ));
    };
    region.scaling.refreshes.insert(name, (begun, Some(call.now)));
    Ok(nothing())
}

/// The ids of a call, all of them members of the group it names.
fn members(region: &Region, call: &Call<'_>) -> Result<(String, Vec<String>), Refusal> {
    let name = named(region, call)?;
    let ids = call.texts("InstanceIds");
    let stranger = ids.iter().find(|id| group_of(region, id).as_deref() != Some(&name));
    match stranger {
        Some(id) => Err(invalid(format!("The instance {id} is not part of Auto Scaling group {name}."))),
        None => Ok((name, ids)),
    }
}

pub(super) fn standby(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let (name, ids) = members(region, call)?;
    for id in ids {
        if call.flag("ShouldDecrementDesiredCapacity") {
            region.scaling.lower(&region.fleet, &name);
        }
        region.scaling.standby.insert(id);
    }
    Ok(Out::Map(vec![("Activities", Out::List(Vec::new()))]))
}

pub(super) fn return_(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let (name, ids) = members(region, call)?;
    for id in ids {
        if region.scaling.standby.remove(&id) {
            region.scaling.raise(&region.fleet, &name);
        }
    }
    Ok(Out::Map(vec![("Activities", Out::List(Vec::new()))]))
}

pub(super) fn terminate(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let id = call.text("InstanceId").unwrap_or_default();
    let name =
        group_of(region, &id).ok_or_else(|| invalid(format!("Instance Id not found - No managed instance found for instance ID: {id}")))?;
    let wanted = region.scaling.desired(&region.fleet, &name);
    let Region { scaling, fleet, .. } = region;
    fleet.change(&id, |instance| life::terminate(instance, call.now));
    let keep = if call.flag("ShouldDecrementDesiredCapacity") { wanted.saturating_sub(1) } else { wanted };
    scaling.resize(fleet, &name, keep, call.now);
    let done = scaling.activities(fleet, &name, call.now).into_iter().next();
    let region = call.region(world);
    Ok(Out::some(vec![("Activity", done.map(|one| shape::activity(region, &name, &one)))]))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use crate::sim::world::scaling::Scaling;

    use super::{
        super::super::{Request, answer},
        *,
    };

    fn ask(world: &mut World, operation: &str, input: Value) -> (u16, String) {
        let request = Request::sample("autoscaling", operation, input);
        let reply = answer(world, &Call { request: &request, now: Timestamp::UNIX_EPOCH, id: "id-1".to_owned() });
        (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
    }

    fn world() -> World {
        World::new(7, crate::sim::Sizes::DEMO, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_group_grows_and_shrinks_and_its_instances_are_those_of_ec2() {
        let mut world = world();
        let members = |world: &mut World| {
            let region = world.region(crate::sim::world::ACCOUNT, "eu-west-1", Timestamp::UNIX_EPOCH);
            Scaling::members(&region.fleet, "web-asg").filter(|one| one.phase != crate::sim::world::instance::Phase::ShuttingDown).count()
        };
        let before = members(&mut world);
        let set = |count: usize| json!({"AutoScalingGroupName": "web-asg", "DesiredCapacity": count.to_string()});
        assert_eq!(ask(&mut world, "SetDesiredCapacity", set(before + 3)).0, 200);
        assert_eq!(members(&mut world), before + 3);
        assert_eq!(ask(&mut world, "SetDesiredCapacity", set(1)).0, 200);
        assert_eq!(members(&mut world), 1);
        let (status, body) = ask(&mut world, "SetDesiredCapacity", set(10_000));
        assert!(status == 400 && body.contains("above max value"), "{body}");
    }

    #[test]
    fn the_starved_group_says_why() {
        let (_, body) = ask(&mut world(), "DescribeScalingActivities", json!({"AutoScalingGroupName": "gpu-render-asg"}));
        assert!(body.contains("<StatusCode>Failed</StatusCode>") && body.contains("do not have sufficient g5.12xlarge capacity"));
        let (status, body) = ask(&mut world(), "DescribeScalingActivities", json!({"AutoScalingGroupName": "nobody"}));
        assert!(status == 400 && body.contains("not found"));
    }
}
