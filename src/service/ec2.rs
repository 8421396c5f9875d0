//! EC2 instances: what is listed, what is measured, what can be done.

mod actions;
mod calls;
mod findings;
mod row;

use super::{Column, Dimension, From, Kind, Metric, Place, Service, Shown};
use crate::model::{Cell, Health, KindId, Resource, Stat, Target, Unit};

/// Amazon Elastic Compute Cloud.
pub static EC2: Service = Service { title: "EC2", kinds: &[&INSTANCES] };

/// Instances of one account and region.
pub static INSTANCES: Kind = Kind {
    id: KindId("ec2"),
    aliases: &["instances", "instance", "i"],
    title: "EC2 instances",
    noun: "instance",
    columns: COLUMNS,
    metrics: METRICS,
    actions: actions::ACTIONS,
    opens: &[],
    arn,
    findings: findings::findings,
    moving,
    list: |aws, scope, pages| Box::pin(calls::list(aws, scope, pages)),
    describe: |aws, resource, capture| Box::pin(calls::describe(aws, resource, capture)),
};

fn arn(instance: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:ec2:{}:{account}:instance/{}", partition(target.region.as_str()), target.region, instance.id)
}

/// The ARN partition a region belongs to (AWS General Reference, "Amazon Resource Names").
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

fn moving(instance: &Resource) -> bool {
    matches!(instance.cells.get(Col::State as usize), Some(Cell::State(Health::Busy, _)))
}

/// Positions in [`COLUMNS`]; a test holds the two together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
enum Col {
    State,
    Reason,
    Type,
    Zone,
    Checks,
    Launched,
    PrivateIp,
    PublicIp,
    Lifecycle,
    Owner,
    Event,
    EventAt,
    SystemCheck,
    InstanceCheck,
    EbsCheck,
    ReasonCode,
    Platform,
    Architecture,
    Vcpus,
    Image,
    KeyName,
    Profile,
    Vpc,
    Subnet,
    SecurityGroups,
    PrivateDns,
    PublicDns,
    Ipv6,
    RootDevice,
    Volumes,
    Interfaces,
    Monitoring,
    Tenancy,
    Placement,
    MetadataTokens,
    Hibernation,
    SpotRequest,
    Reservation,
    OwnerId,
}

/// Number of columns.
const WIDTH: usize = Col::OwnerId as usize + 1;

const fn column(id: &'static str, title: &'static str, width: u16, place: Place) -> Column {
    Column { id, title, width, place }
}

static COLUMNS: &[Column] = &[
    column("state", "STATE", 13, Place::Row(0)),
    column("reason", "REASON", 28, Place::Wide),
    column("type", "TYPE", 11, Place::Row(3)),
    column("zone", "AZ", 10, Place::Row(5)),
    column("checks", "CHECKS", 8, Place::Row(2)),
    column("launched", "AGE", 4, Place::Row(4)),
    column("private_ip", "PRIVATE IP", 15, Place::Wide),
    column("public_ip", "PUBLIC IP", 15, Place::Wide),
    column("lifecycle", "LIFECYCLE", 9, Place::Wide),
    column("owner", "OWNED BY", 26, Place::Wide),
    column("event", "EVENT", 20, Place::Wide),
    column("event_at", "EVENT NOT BEFORE", 10, Place::Detail),
    column("system_check", "SYSTEM CHECK", 12, Place::Detail),
    column("instance_check", "INSTANCE CHECK", 12, Place::Detail),
    column("ebs_check", "EBS CHECK", 12, Place::Detail),
    column("reason_code", "REASON CODE", 28, Place::Detail),
    column("platform", "PLATFORM", 12, Place::Wide),
    column("architecture", "ARCH", 7, Place::Wide),
    column("vcpus", "VCPUS", 5, Place::Wide),
    column("image", "IMAGE", 21, Place::Detail),
    column("key_name", "KEY", 16, Place::Detail),
    column("instance_profile", "INSTANCE PROFILE", 20, Place::Detail),
    column("vpc", "VPC", 21, Place::Detail),
    column("subnet", "SUBNET", 24, Place::Detail),
    column("security_groups", "SECURITY GROUPS", 30, Place::Detail),
    column("private_dns", "PRIVATE DNS", 40, Place::Detail),
    column("public_dns", "PUBLIC DNS", 40, Place::Detail),
    column("ipv6", "IPV6", 40, Place::Detail),
    column("root_device", "ROOT DEVICE", 14, Place::Detail),
    column("volumes", "VOLUMES", 40, Place::Detail),
    column("interfaces", "INTERFACES", 30, Place::Detail),
    column("monitoring", "MONITORING", 10, Place::Detail),
    column("tenancy", "TENANCY", 10, Place::Detail),
    column("placement", "PLACEMENT GROUP", 20, Place::Detail),
    column("metadata_tokens", "IMDS TOKENS", 10, Place::Detail),
    column("hibernation", "HIBERNATION", 5, Place::Detail),
    column("spot_request", "SPOT REQUEST", 14, Place::Detail),
    column("reservation", "RESERVATION", 20, Place::Detail),
    column("owner_id", "ACCOUNT ID", 12, Place::Detail),
];

const BY_INSTANCE: &[Dimension] = &[Dimension { name: "InstanceId", from: From::Id }];

/// Seconds between points of an instance with basic monitoring; with detailed monitoring the finer points are aggregated to it
/// (EC2 User Guide, "Manage detailed monitoring").
const BASIC: i64 = 300;
/// Seconds after a period until its point is there: `CloudWatch` has most by then, the rest comes with the next question.
const DELAY: i64 = 120;

const fn metric(id: &'static str, title: &'static str, name: &'static str, stat: Stat, unit: Unit, shown: Shown) -> Metric {
    Metric {
        id,
        title,
        namespace: "AWS/EC2",
        name,
        stat,
        period: BASIC,
        delay: DELAY,
        unit,
        dimensions: BY_INSTANCE,
        shown,
        published,
        bad_above: None,
    }
}

/// Names and units: EC2 User Guide, "`CloudWatch` metrics that are available for your instances".
static METRICS: &[Metric] = &[
    Metric { bad_above: Some(90.0), ..metric("cpu", "CPU", "CPUUtilization", Stat::Average, Unit::Percent, Shown::Row(1, 10)) },
    metric("net_in", "NET IN", "NetworkIn", Stat::Sum, Unit::BytesPerSecond, Shown::Row(6, 0)),
    metric("net_out", "NET OUT", "NetworkOut", Stat::Sum, Unit::BytesPerSecond, Shown::Wide(0)),
    Metric { bad_above: Some(0.5), ..metric("status", "CHECKS FAILED", "StatusCheckFailed", Stat::Maximum, Unit::Count, Shown::Chart) },
    Metric { published: burstable, ..metric("credits", "CPU CREDITS", "CPUCreditBalance", Stat::Average, Unit::Count, Shown::Chart) },
];

/// Only a running instance publishes; a question about any other would be paid for and come back empty.
fn published(instance: &Resource) -> bool {
    matches!(instance.cells.get(Col::State as usize), Some(Cell::State(_, state)) if matches!(state.as_str(), "running" | "stopping" | "shutting-down"))
}

/// Types with CPU credits: the T families (EC2 User Guide, "Burstable performance instances").
fn burstable(instance: &Resource) -> bool {
    let family = instance.cells.get(Col::Type as usize).map(Cell::words);
    published(instance) && family.is_some_and(|family| family.starts_with('t') && family.as_bytes().get(1).is_some_and(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_and_table_agree() {
        assert_eq!(COLUMNS.len(), WIDTH);
        let expected = [
            (Col::State, "state"),
            (Col::Checks, "checks"),
            (Col::Owner, "owner"),
            (Col::EventAt, "event_at"),
            (Col::ReasonCode, "reason_code"),
            (Col::Vcpus, "vcpus"),
            (Col::SecurityGroups, "security_groups"),
            (Col::Volumes, "volumes"),
            (Col::Hibernation, "hibernation"),
            (Col::OwnerId, "owner_id"),
        ];
        for (position, id) in expected {
            assert_eq!(COLUMNS[position as usize].id, id);
        }
    }

    #[test]
    fn an_arn_names_its_partition() {
        assert_eq!((partition("eu-west-1"), partition("cn-north-1"), partition("us-gov-east-1")), ("aws", "aws-cn", "aws-us-gov"));
    }
}
