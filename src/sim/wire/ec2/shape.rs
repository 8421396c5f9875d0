//! Instances as EC2 describes them. Element names: EC2 API Reference, `Instance`, `InstanceStatus`.

use jiff::{SignedDuration, Timestamp};

use super::super::Out;
use crate::sim::world::{
    Fleet,
    instance::{Incident, Instance, Lifecycle, Monitoring, Phase, Root},
};

/// The key pair of every instance.
pub(super) const KEY: &str = "ops-2026";
/// Seconds after a start until the status checks have an opinion.
const WARM_UP: i64 = 60;

/// A reservation with these of its instances.
pub(super) fn reservation(fleet: &Fleet, instances: &[&Instance]) -> Out {
    let id = instances.first().map_or("", |instance| instance.reservation.as_str());
    Out::Map(vec![
        ("reservationId", Out::text(id)),
        ("ownerId", Out::text(&fleet.account)),
        ("groupSet", Out::List(Vec::new())),
        ("instancesSet", Out::List(instances.iter().map(|instance| self::instance(fleet, instance)).collect())),
    ])
}

/// A state as EC2 writes it.
pub(super) fn state(phase: Phase) -> Out {
    Out::Map(vec![("code", Out::Int(phase.code().into())), ("name", Out::text(phase.word()))])
}

/// The VPC: one for each environment.
pub(super) fn vpc(instance: &Instance) -> String {
    format!("vpc-0{}", name_chance(instance.role.env).hex(16))
}

/// The subnet: one for each zone of a VPC.
pub(super) fn subnet(instance: &Instance) -> String {
    format!("subnet-0{}", name_chance(instance.role.env).of(&instance.zone).hex(16))
}

/// The security group: one for each role; id and name.
pub(super) fn group(instance: &Instance) -> (String, String) {
    (format!("sg-0{}", name_chance(instance.role.name).hex(16)), format!("{}-sg", instance.role.name))
}

/// The image: one for each platform and architecture.
pub(super) fn image(instance: &Instance) -> String {
    format!("ami-0{}", name_chance(instance.role.platform).of(instance.role.architecture).hex(16))
}

fn name_chance(name: &str) -> crate::sim::world::chance::Chance {
    crate::sim::world::chance::Chance::new(0).of(name)
}

/// How it was bought, where EC2 says so at all.
pub(super) fn lifecycle(instance: &Instance) -> Option<&'static str> {
    (instance.lifecycle == Lifecycle::Spot).then_some("spot")
}

/// Type of the root volume.
pub(super) fn root(instance: &Instance) -> &'static str {
    match instance.root {
        Root::Ebs => "ebs",
        Root::InstanceStore => "instance-store",
    }
}

fn instance(fleet: &Fleet, instance: &Instance) -> Out {
    let mut parts = standing(instance);
    parts.extend(machine(fleet, instance));
    parts.extend(network(fleet, instance));
    parts.extend(storage(instance));
    let tag = |(key, value)| Out::Map(vec![("key", Out::Text(key)), ("value", Out::Text(value))]);
    parts.push(("tagSet", Some(Out::List(instance.tags().into_iter().map(tag).collect()))));
    Out::some(parts)
}

type Parts = Vec<(&'static str, Option<Out>)>;

#[expect(clippy::unnecessary_wraps, reason = "most parts of an instance may be absent; these are not")]
fn some(text: impl Into<String>) -> Option<Out> {
    Some(Out::Text(text.into()))
}

fn standing(instance: &Instance) -> Parts {
    let reason =
        instance.reason.as_ref().map(|(code, message)| Out::Map(vec![("code", Out::text(*code)), ("message", Out::text(message))]));
    vec![
        ("instanceId", some(&instance.id)),
        ("imageId", some(image(instance))),
        ("instanceState", Some(state(instance.phase))),
        ("reason", some(&instance.transition)),
        ("stateReason", reason),
        ("launchTime", Some(Out::Time(instance.launched))),
        ("amiLaunchIndex", Some(Out::Int(0))),
        ("clientToken", some(instance.chance.of("token").hex(32))),
        ("keyName", some(KEY)),
        ("productCodes", Some(Out::List(Vec::new()))),
    ]
}

fn machine(fleet: &Fleet, instance: &Instance) -> Parts {
    let role = instance.role;
    let windows = role.platform == "Windows";
    let profile = format!("arn:aws:iam::{}:instance-profile/{}-profile", fleet.account, role.name);
    let monitoring = if instance.monitoring == Monitoring::Detailed { "enabled" } else { "disabled" };
    let spot = instance.lifecycle == Lifecycle::Spot;
    vec![
        ("instanceType", some(role.kind)),
        ("architecture", some(role.architecture)),
        ("platform", windows.then(|| Out::text("windows"))),
        ("platformDetails", some(role.platform)),
        ("usageOperation", some(if windows { "RunInstances:0002" } else { "RunInstances" })),
        (
            "placement",
            Some(Out::Map(vec![
                ("availabilityZone", Out::text(&instance.zone)),
                ("groupName", Out::text("")),
                ("tenancy", Out::text("default")),
            ])),
        ),
        ("monitoring", Some(Out::Map(vec![("state", Out::text(monitoring))]))),
        ("cpuOptions", Some(Out::Map(vec![("coreCount", Out::Int(role.cpu.0.into())), ("threadsPerCore", Out::Int(role.cpu.1.into()))]))),
        ("hypervisor", some("xen")),
        ("virtualizationType", some("hvm")),
        ("ebsOptimized", Some(Out::Flag(true))),
        ("enaSupport", Some(Out::Flag(true))),
        ("instanceLifecycle", lifecycle(instance).map(Out::text)),
        ("spotInstanceRequestId", spot.then(|| Out::text(format!("sir-{}", instance.chance.of("spot").hex(8))))),
        ("iamInstanceProfile", Some(Out::Map(vec![("arn", Out::text(profile)), ("id", Out::text("AIPASIMULATED"))]))),
        ("hibernationOptions", Some(Out::Map(vec![("configured", Out::Flag(false))]))),
        (
            "metadataOptions",
            Some(Out::Map(vec![
                ("state", Out::text("applied")),
                ("httpTokens", Out::text("required")),
                ("httpEndpoint", Out::text("enabled")),
            ])),
        ),
        ("bootMode", some("uefi-preferred")),
    ]
}

fn network(fleet: &Fleet, instance: &Instance) -> Parts {
    if instance.phase == Phase::Terminated {
        return vec![("groupSet", Some(Out::List(Vec::new()))), ("networkInterfaceSet", Some(Out::List(Vec::new())))];
    }
    let (private, public) = (instance.private_ip(), instance.public_ip());
    let private_dns = format!("ip-{}.{}.compute.internal", private.replace('.', "-"), fleet.region);
    let public_dns = public.as_ref().map(|address| format!("ec2-{}.{}.compute.amazonaws.com", address.replace('.', "-"), fleet.region));
    let (id, name) = group(instance);
    let groups = Out::List(vec![Out::Map(vec![("groupId", Out::Text(id)), ("groupName", Out::Text(name))])]);
    let interface = Out::Map(vec![
        ("networkInterfaceId", Out::text(format!("eni-0{}", instance.chance.of("eni").hex(16)))),
        ("subnetId", Out::text(subnet(instance))),
        ("vpcId", Out::text(vpc(instance))),
        ("status", Out::text("in-use")),
        ("privateIpAddress", Out::text(&private)),
        ("groupSet", groups.clone()),
    ]);
    vec![
        ("privateIpAddress", some(private)),
        ("privateDnsName", some(private_dns)),
        ("ipAddress", public.map(Out::Text)),
        ("dnsName", some(public_dns.unwrap_or_default())),
        ("subnetId", some(subnet(instance))),
        ("vpcId", some(vpc(instance))),
        ("sourceDestCheck", Some(Out::Flag(true))),
        ("groupSet", Some(groups)),
        ("networkInterfaceSet", Some(Out::List(vec![interface]))),
    ]
}

fn storage(instance: &Instance) -> Parts {
    let volume = |name: &str, device: &str, deleted: bool| {
        Out::Map(vec![
            ("deviceName", Out::text(device)),
            (
                "ebs",
                Out::Map(vec![
                    ("volumeId", Out::text(format!("vol-0{}", instance.chance.of(name).hex(16)))),
                    ("status", Out::text("attached")),
                    ("attachTime", Out::Time(instance.launched)),
                    ("deleteOnTermination", Out::Flag(deleted)),
                ]),
            ),
        ])
    };
    let volumes = match (instance.root, instance.phase) {
        (Root::InstanceStore, _) | (_, Phase::Terminated) => Vec::new(),
        (Root::Ebs, _) if instance.role.name == "db" => vec![volume("root", "/dev/xvda", true), volume("data", "/dev/sdf", false)],
        (Root::Ebs, _) => vec![volume("root", "/dev/xvda", true)],
    };
    vec![("rootDeviceType", some(root(instance))), ("rootDeviceName", some("/dev/xvda")), ("blockDeviceMapping", Some(Out::List(volumes)))]
}

/// Instance and system check as EC2 words them.
pub(super) fn checks(instance: &Instance) -> (&'static str, &'static str) {
    match instance.incident {
        Incident::InstanceImpaired => ("impaired", "ok"),
        Incident::SystemImpaired => ("ok", "impaired"),
        _ => ("ok", "ok"),
    }
}

/// The event that is scheduled for it.
pub(super) fn event_code(instance: &Instance) -> Option<&'static str> {
    matches!(instance.incident, Incident::Retirement(_)).then_some("instance-retirement")
}

/// Status checks and events of an instance.
pub(super) fn status(instance: &Instance, now: Timestamp) -> Out {
    let running = instance.phase == Phase::Running;
    let fresh = now.duration_since(instance.since).as_secs() < WARM_UP;
    let (guest, system) = match (running, fresh) {
        (false, _) => ("not-applicable", "not-applicable"),
        (true, true) => ("initializing", "initializing"),
        (true, false) => checks(instance),
    };
    let volumes = if running && instance.root == Root::Ebs { if fresh { "initializing" } else { "ok" } } else { "not-applicable" };
    let events = match instance.incident {
        Incident::Retirement(at) if running => vec![retirement(instance, at)],
        _ => Vec::new(),
    };
    Out::some(vec![
        ("instanceId", some(&instance.id)),
        ("availabilityZone", some(&instance.zone)),
        ("instanceState", Some(state(instance.phase))),
        ("instanceStatus", Some(summary(guest, instance))),
        ("systemStatus", Some(summary(system, instance))),
        ("attachedEbsStatus", Some(summary(volumes, instance))),
        ("eventsSet", (!events.is_empty()).then_some(Out::List(events))),
    ])
}

fn summary(word: &str, instance: &Instance) -> Out {
    let reachability = match word {
        "ok" => "passed",
        "impaired" => "failed",
        "initializing" => "initializing",
        _ => return Out::Map(vec![("status", Out::text(word))]),
    };
    let since = instance.launched.saturating_add(SignedDuration::from_mins(30)).ok().filter(|_| word == "impaired");
    let detail = Out::some(vec![("name", some("reachability")), ("status", some(reachability)), ("impairedSince", since.map(Out::Time))]);
    Out::Map(vec![("status", Out::text(word)), ("details", Out::List(vec![detail]))])
}

fn retirement(instance: &Instance, at: Timestamp) -> Out {
    Out::Map(vec![
        ("instanceEventId", Out::text(format!("instance-event-0{}", instance.chance.of("event").hex(16)))),
        ("code", Out::text("instance-retirement")),
        ("description", Out::text("The instance is running on degraded hardware")),
        ("notBefore", Out::Time(at)),
    ])
}
