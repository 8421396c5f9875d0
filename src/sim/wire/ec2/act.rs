//! What can be done to instances. Every one of a request is checked before any is changed.

use jiff::Timestamp;

use super::{
    super::{Call, Out, Refusal},
    dry, missing, select, shape,
};
use crate::sim::world::{
    World,
    instance::{Instance, Lifecycle, Phase, Protection, Root},
    life,
};

/// Applies a change to every named instance, and tells the states before and after.
fn change(
    world: &mut World,
    call: &Call<'_>,
    check: impl Fn(&Instance) -> Result<(), Refusal>,
    apply: impl Fn(&mut Instance, Timestamp),
) -> Result<Out, Refusal> {
    let region = call.region(world);
    let ids = call.texts("InstanceId");
    if ids.is_empty() {
        return Err(missing("InstanceId"));
    }
    let named = select::named(&region.fleet, &ids)?;
    dry(call)?;
    named.iter().try_for_each(|instance| check(instance))?;
    let before: Vec<(String, Phase)> = named.iter().map(|instance| (instance.id(), instance.phase)).collect();
    // Auto Scaling sees what becomes of its members.
    region.scaling.lose(&region.fleet, &ids, call.now);
    let fleet = &mut region.fleet;
    let mut set = Vec::new();
    for (id, before) in before {
        fleet.change(&id, |instance| apply(instance, call.now));
        let after = fleet.instance(&id).map_or(before, |instance| instance.phase);
        set.push(Out::Map(vec![("instanceId", id.into()), ("currentState", shape::state(after)), ("previousState", shape::state(before))]));
    }
    Ok(Out::Map(vec![("instancesSet", Out::List(set))]))
}

/// EC2 says “the” of an instance that cannot start and “this” of one that cannot stop.
fn wrong_state(article: &str, instance: &Instance, verb: &str) -> Refusal {
    let text = format!("{article} instance '{}' is not in a state from which it can be {verb}.", instance.id());
    Refusal::bad("IncorrectInstanceState", text)
}

pub(super) fn start(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let check = |instance: &Instance| match instance.phase {
        Phase::Stopped | Phase::Running | Phase::Pending => Ok(()),
        _ => Err(wrong_state("The", instance, "started")),
    };
    change(world, call, check, |instance, now| {
        if instance.phase == Phase::Stopped {
            life::start(instance, now);
        }
    })
}

pub(super) fn stop(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (force, hibernate) = (call.flag("Force"), call.flag("Hibernate"));
    let check = |instance: &Instance| match stoppable(instance) {
        Ok(()) if hibernate && !shape::hibernates(instance) => Err(sleepless(instance)),
        outcome => outcome,
    };
    change(world, call, check, |instance, now| match instance.phase {
        Phase::Running | Phase::Pending => life::stop(instance, now),
        Phase::Stopping if force => life::force(instance, now),
        _ => {}
    })
}

fn sleepless(instance: &Instance) -> Refusal {
    let text = format!("The following instance(s) are not configured for hibernation: {}", instance.id());
    Refusal::bad("UnsupportedHibernationConfiguration", text)
}

fn stoppable(instance: &Instance) -> Result<(), Refusal> {
    let id = instance.id();
    let unsupported = |text| Err(Refusal::bad("UnsupportedOperation", text));
    if instance.role.root == Root::InstanceStore {
        return unsupported(format!("The instance '{id}' does not have an 'ebs' root device type and cannot be stopped."));
    }
    if instance.role.lifecycle == Lifecycle::Spot {
        return unsupported(format!(
            "You can't stop the Spot Instance '{id}' because it is associated with a one-time Spot Instance request. \
             You can only stop Spot Instances associated with persistent Spot Instance requests."
        ));
    }
    if instance.role.protection == Protection::Stop {
        return Err(guarded(&id, "stopped", "disableApiStop"));
    }
    match instance.phase {
        Phase::ShuttingDown | Phase::Terminated => Err(wrong_state("This", instance, "stopped")),
        _ => Ok(()),
    }
}

fn guarded(id: &str, verb: &str, attribute: &str) -> Refusal {
    let text = format!("The instance '{id}' may not be {verb}. Modify its '{attribute}' instance attribute and try again.");
    Refusal::bad("OperationNotPermitted", text)
}

pub(super) fn reboot(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let check = |instance: &Instance| match instance.phase {
        Phase::Running => Ok(()),
        _ => Err(wrong_state("The", instance, "rebooted")),
    };
    change(world, call, check, life::reboot)?;
    Ok(Out::Map(vec![("return", Out::Flag(true))]))
}

/// A protected instance saves those in its own zone, and nobody else (EC2 API Reference, `TerminateInstances`).
pub(super) fn terminate(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let protected = |instance: &Instance| instance.role.protection == Protection::Termination && instance.phase != Phase::Terminated;
    let named = select::named(call.fleet(world), &call.texts("InstanceId"))?;
    let saved: Vec<(char, String)> = named.iter().filter(|one| protected(one)).map(|one| (one.zone, one.id())).collect();
    let out = change(
        world,
        call,
        |_| Ok(()),
        |instance, now| {
            let spared = saved.iter().any(|(zone, _)| *zone == instance.zone);
            if !spared && !matches!(instance.phase, Phase::ShuttingDown | Phase::Terminated) {
                life::terminate(instance, now);
            }
        },
    )?;
    match saved.first() {
        Some((_, id)) => Err(guarded(id, "terminated", "disableApiTermination")),
        None => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::super::Request, *};
    use crate::sim::world::ACCOUNT;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn world() -> World {
        World::new(7, crate::sim::Sizes { instances: 48, ..crate::sim::Sizes::DEMO }, NOW)
    }

    fn find(world: &mut World, wanted: impl Fn(&Instance) -> bool) -> Instance {
        world.fleet(ACCOUNT, "eu-west-1", NOW).from(0).find(|one| wanted(one)).cloned().expect("one like that")
    }

    fn act(world: &mut World, operation: super::super::super::Operation, ids: &[&Instance]) -> Result<Out, Refusal> {
        let ids: Vec<String> = ids.iter().map(|one| one.id()).collect();
        let request = Request::sample("ec2", "Act", json!({ "InstanceId": ids }));
        operation(world, &Call { request: &request, now: NOW, id: String::new() })
    }

    fn code(outcome: Result<Out, Refusal>) -> String {
        outcome.map_or_else(|refusal| refusal.code.into_owned(), |_| String::new())
    }

    type Wanted = fn(&Instance) -> bool;

    #[test]
    fn what_cannot_be_stopped_says_why() {
        let mut world = world();
        let cases: [(Wanted, &str); 4] = [
            (|one| one.role.root == Root::InstanceStore, "UnsupportedOperation"),
            (|one| one.role.lifecycle == Lifecycle::Spot, "UnsupportedOperation"),
            (|one| one.role.protection == Protection::Stop, "OperationNotPermitted"),
            (|one| one.role.name == "web", ""),
        ];
        for (wanted, expected) in cases {
            let one = find(&mut world, wanted);
            assert_eq!(code(act(&mut world, stop, &[&one])), expected, "{}", one.name());
        }
    }

    #[test]
    fn a_stopped_instance_is_no_place_to_reboot_and_a_stopping_one_none_to_start() {
        let mut world = world();
        let stopped = find(&mut world, |one| one.phase == Phase::Stopped);
        let stopping = find(&mut world, |one| one.phase == Phase::Stopping);
        assert_eq!(code(act(&mut world, reboot, &[&stopped])), "IncorrectInstanceState");
        assert_eq!(code(act(&mut world, start, &[&stopping])), "IncorrectInstanceState");
        assert_eq!(code(act(&mut world, start, &[&stopped])), "");
    }

    #[test]
    fn a_protected_instance_saves_its_own_zone_only() {
        let mut world = world();
        let guarded = find(&mut world, |one| one.role.protection == Protection::Termination);
        let near = find(&mut world, |one| one.role.name == "web" && one.zone == guarded.zone);
        let far = find(&mut world, |one| one.role.name == "web" && one.zone != guarded.zone);
        assert_eq!(code(act(&mut world, terminate, &[&guarded, &near, &far])), "OperationNotPermitted");
        let mut phase = |one: &Instance| find(&mut world, |other| other.number == one.number).phase;
        assert_eq!([phase(&guarded), phase(&near), phase(&far)], [Phase::Running, Phase::Running, Phase::ShuttingDown]);
    }
}
