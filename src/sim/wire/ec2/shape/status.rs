//! Status checks and scheduled events. Element names: EC2 API Reference, `InstanceStatus`.

use jiff::{SignedDuration, Timestamp};

use super::{super::super::Out, some, state};
use crate::sim::world::{
    fleet::Fleet,
    instance::{Incident, Instance, Ordeal, Phase, Root},
    place,
};

/// Seconds after a start until the status checks have an opinion.
const WARM_UP: i64 = 60;

/// What the status checks say, in EC2's words.
pub(in super::super) struct Checks {
    /// Of the guest.
    pub(in super::super) guest: &'static str,
    /// Of the host.
    pub(in super::super) system: &'static str,
    /// Of the EBS volumes.
    pub(in super::super) volumes: &'static str,
}

impl Checks {
    /// What they say at this moment.
    pub(in super::super) fn of(instance: &Instance, now: Timestamp) -> Self {
        let all = |word| Self { guest: word, system: word, volumes: word };
        let mut checks = match instance.phase {
            Phase::Running if now.duration_since(instance.since) < SignedDuration::from_secs(WARM_UP) => all("initializing"),
            Phase::Running => all("ok"),
            _ => all("not-applicable"),
        };
        match instance.incident() {
            Some(Incident::InstanceImpaired) if instance.phase == Phase::Running => checks.guest = "impaired",
            Some(Incident::SystemImpaired) if instance.phase == Phase::Running => checks.system = "impaired",
            _ => {}
        }
        if instance.role.root == Root::InstanceStore {
            checks.volumes = "not-applicable";
        }
        checks
    }
}

/// The result of the one test that a check consists of.
pub(in super::super) fn reachability(check: &str) -> Option<&'static str> {
    match check {
        "ok" => Some("passed"),
        "impaired" => Some("failed"),
        "initializing" => Some("initializing"),
        _ => None,
    }
}

/// An event that is scheduled.
pub(in super::super) struct Event {
    pub(in super::super) id: String,
    pub(in super::super) code: &'static str,
    pub(in super::super) description: &'static str,
    pub(in super::super) not_before: Timestamp,
}

/// The event that is scheduled for it.
pub(in super::super) fn event(instance: &Instance) -> Option<Event> {
    match instance.incident()? {
        Incident::Retirement(not_before) if instance.phase == Phase::Running => Some(Event {
            id: format!("instance-event-0{}", instance.chance.of("event").hex(16)),
            code: "instance-retirement",
            description: "The instance is running on degraded hardware",
            not_before,
        }),
        _ => None,
    }
}

/// Status checks and events of an instance.
pub(in super::super) fn status(fleet: &Fleet, instance: &Instance, now: Timestamp) -> Out {
    let checks = Checks::of(instance, now);
    let since = instance.ordeal.filter(|ordeal| ordeal.to.is_none());
    Out::some(vec![
        ("instanceId", some(instance.id())),
        ("availabilityZone", some(format!("{}{}", fleet.region, instance.zone))),
        ("availabilityZoneId", some(place::zone_id(&fleet.region, instance.zone))),
        ("instanceState", Some(state(instance.phase))),
        ("instanceStatus", Some(summary(checks.guest, since))),
        ("systemStatus", Some(summary(checks.system, since))),
        ("attachedEbsStatus", Some(summary(checks.volumes, None))),
        ("eventsSet", event(instance).map(|event| Out::List(vec![scheduled(event)]))),
        ("operator", Some(Out::Map(vec![("managed", Out::Flag(false))]))),
    ])
}

fn summary(word: &'static str, since: Option<Ordeal>) -> Out {
    let since = since.filter(|_| word == "impaired").map(|ordeal| Out::Time(ordeal.from));
    let detail = |status: &'static str| Out::some(vec![("name", some("reachability")), ("status", some(status)), ("impairedSince", since)]);
    let details = reachability(word).map(|status| Out::List(vec![detail(status)]));
    Out::some(vec![("status", some(word)), ("details", details)])
}

fn scheduled(event: Event) -> Out {
    Out::Map(vec![
        ("instanceEventId", event.id.into()),
        ("code", event.code.into()),
        ("description", event.description.into()),
        ("notBefore", Out::Time(event.not_before)),
    ])
}
