//! Instances as EC2 describes them. Element names: EC2 API Reference, `Instance`.

mod network;
mod status;
mod storage;

use super::super::Out;
use crate::sim::world::{
    fleet::Fleet,
    instance::{Instance, Lifecycle, Phase, Root},
    place,
};

pub(super) use self::{
    network::{private_dns, public_dns},
    status::{Checks, event, reachability, status},
    storage::{root_device, volumes},
};

/// Named parts, some of them absent.
type Parts = Vec<(&'static str, Option<Out>)>;

#[expect(clippy::unnecessary_wraps, reason = "it stands among parts that may be absent")]
fn some(text: impl Into<Out>) -> Option<Out> {
    Some(text.into())
}

/// A reservation with these of its instances.
pub(super) fn reservation(fleet: &Fleet, instances: &[&Instance]) -> Out {
    let first = instances.first();
    Out::some(vec![
        ("reservationId", first.map(|instance| instance.reservation().into())),
        ("ownerId", some(fleet.account.clone())),
        ("requesterId", first.and_then(|instance| requester(instance)).map(Out::from)),
        ("groupSet", Some(Out::List(Vec::new()))),
        ("instancesSet", Some(Out::List(instances.iter().map(|instance| self::instance(fleet, instance)).collect()))),
    ])
}

/// A state as EC2 writes it.
pub(super) fn state(phase: Phase) -> Out {
    Out::Map(vec![("code", Out::Int(phase.code().into())), ("name", phase.word().into())])
}

/// Who launched it, if a service did: the account in which Auto Scaling works.
pub(super) fn requester(instance: &Instance) -> Option<&'static str> {
    instance.role.group.map(|_| "940372691376")
}

/// How it was bought, where EC2 says so at all.
pub(super) fn lifecycle(instance: &Instance) -> Option<&'static str> {
    (instance.role.lifecycle == Lifecycle::Spot).then_some("spot")
}

/// The request it was bought with, if it is spot.
pub(super) fn spot_request(instance: &Instance) -> Option<String> {
    lifecycle(instance).map(|_| format!("sir-{}", instance.chance.of("spot").hex(8)))
}

/// Type of the root volume.
pub(super) fn root(instance: &Instance) -> &'static str {
    match instance.role.root {
        Root::Ebs => "ebs",
        Root::InstanceStore => "instance-store",
    }
}

/// The word for Windows; EC2 has none for anything else.
pub(super) fn platform(instance: &Instance) -> Option<&'static str> {
    (instance.role.platform == "Windows").then_some("windows")
}

/// What it is billed as.
pub(super) fn usage(instance: &Instance) -> &'static str {
    if platform(instance).is_some() { "RunInstances:0002" } else { "RunInstances" }
}

/// The instance profile.
pub(super) fn profile(fleet: &Fleet, instance: &Instance) -> String {
    format!("arn:aws:iam::{}:instance-profile/{}-profile", fleet.account, instance.role.name)
}

/// The key pair.
pub(super) fn key(instance: &Instance) -> &'static str {
    if instance.role.env == "dev" { "dev-2026" } else { "ops-2026" }
}

/// Whether it was launched so that it can hibernate.
pub(super) fn hibernates(instance: &Instance) -> bool {
    instance.role.env == "dev"
}

/// Whether it insists on tokens for its metadata.
pub(super) fn tokens(instance: &Instance) -> &'static str {
    if instance.kind.nitro() { "required" } else { "optional" }
}

/// The token that made its launch idempotent.
pub(super) fn client_token(instance: &Instance) -> String {
    let hex = instance.chance.of("token").hex(32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn instance(fleet: &Fleet, instance: &Instance) -> Out {
    let mut parts = standing(instance);
    parts.extend(machine(fleet, instance));
    parts.extend(options(instance));
    parts.extend(network::parts(fleet, instance));
    parts.extend(storage::parts(instance));
    let tag = |(key, value): (&'static str, _)| Out::Map(vec![("key", key.into()), ("value", Out::Text(value))]);
    parts.push(("tagSet", Some(Out::List(instance.tags().into_iter().map(tag).collect()))));
    Out::some(parts)
}

fn standing(instance: &Instance) -> Parts {
    let reason = instance.reason.code().map(|code| Out::Map(vec![("code", code.into()), ("message", instance.reason.message().into())]));
    vec![
        ("instanceId", some(instance.id())),
        ("imageId", some(instance.image())),
        ("instanceState", Some(state(instance.phase))),
        ("reason", some(instance.reason.transition(instance.since))),
        ("stateReason", reason),
        ("launchTime", Some(Out::Time(instance.launched))),
        ("amiLaunchIndex", Some(Out::Int((instance.rank % 3).into()))),
        ("clientToken", some(client_token(instance))),
        ("keyName", some(key(instance))),
        ("productCodes", Some(Out::List(Vec::new()))),
    ]
}

fn machine(fleet: &Fleet, instance: &Instance) -> Parts {
    let kind = instance.kind;
    let profile_id = || format!("AIPA{}", instance.home.of("profile").of(instance.role.name).hex(16).to_uppercase());
    vec![
        ("instanceType", some(kind.name)),
        ("architecture", some(instance.role.architecture)),
        ("platform", platform(instance).map(Out::from)),
        ("platformDetails", some(instance.role.platform)),
        ("usageOperation", some(usage(instance))),
        ("usageOperationUpdateTime", Some(Out::Time(instance.born))),
        ("placement", Some(placement(fleet, instance))),
        ("monitoring", Some(Out::Map(vec![("state", instance.monitoring.word().into())]))),
        ("cpuOptions", Some(Out::Map(vec![("coreCount", Out::Int(kind.cores.into())), ("threadsPerCore", Out::Int(kind.threads.into()))]))),
        ("hypervisor", some("xen")),
        ("virtualizationType", some("hvm")),
        ("ebsOptimized", Some(Out::Flag(kind.nitro()))),
        ("enaSupport", Some(Out::Flag(kind.nitro()))),
        ("instanceLifecycle", lifecycle(instance).map(Out::from)),
        ("spotInstanceRequestId", spot_request(instance).map(Out::from)),
        ("iamInstanceProfile", Some(Out::Map(vec![("arn", profile(fleet, instance).into()), ("id", profile_id().into())]))),
    ]
}

fn placement(fleet: &Fleet, instance: &Instance) -> Out {
    Out::Map(vec![
        ("availabilityZone", format!("{}{}", fleet.region, instance.zone).into()),
        ("availabilityZoneId", place::zone_id(&fleet.region, instance.zone).into()),
        ("groupName", "".into()),
        ("tenancy", "default".into()),
    ])
}

fn options(instance: &Instance) -> Parts {
    let one = |name: &'static str, part: Out| Some(Out::Map(vec![(name, part)]));
    let boot = if instance.role.architecture == "arm64" { "uefi" } else { "legacy-bios" };
    vec![
        ("capacityReservationSpecification", one("capacityReservationPreference", "open".into())),
        ("hibernationOptions", one("configured", Out::Flag(hibernates(instance)))),
        ("metadataOptions", Some(metadata(instance))),
        ("enclaveOptions", one("enabled", Out::Flag(false))),
        ("bootMode", some("uefi-preferred")),
        ("currentInstanceBootMode", some(boot)),
        ("maintenanceOptions", Some(Out::Map(vec![("autoRecovery", "default".into()), ("rebootMigration", "default".into())]))),
        ("networkPerformanceOptions", one("bandwidthWeighting", "default".into())),
        ("operator", one("managed", Out::Flag(false))),
    ]
}

fn metadata(instance: &Instance) -> Out {
    Out::Map(vec![
        ("state", "applied".into()),
        ("httpTokens", tokens(instance).into()),
        ("httpPutResponseHopLimit", Out::Int(2)),
        ("httpEndpoint", "enabled".into()),
        ("httpProtocolIpv6", "disabled".into()),
        ("instanceMetadataTags", "disabled".into()),
    ])
}
