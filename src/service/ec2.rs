//! EC2 instances: what is listed, what is measured, what can be done.

mod actions;
mod calls;
mod findings;
mod owners;
mod reads;
mod row;
mod targets;

use super::{
    Bound, Concern, Dimension, End, From, Kind, Metric, Place, Publisher, Relation, Service, Shown, Tier, partition, row::columns,
    sign::sign,
};
use crate::model::{Cell, Health, KindId, Resource, Severity, Stat, Target, Unit};

/// Amazon Elastic Compute Cloud.
pub static EC2: Service = Service { title: "EC2", kinds: &[&INSTANCES], reads: reads::READS };

/// Instances of one account and region.
pub static INSTANCES: Kind = Kind {
    id: KindId("ec2"),
    aliases: &["instances", "instance", "i"],
    title: "EC2 instances",
    noun: "instance",
    columns: Col::COLUMNS,
    metrics: METRICS,
    publishers: &[Publisher::custom(BY_INSTANCE), Publisher::custom(BY_MACHINE)],
    actions: actions::ACTIONS,
    opens: &[],
    related: &[
        Relation::new(&super::asg::GROUPS, "its Auto Scaling group", "of", End::Parent(KindId("asg")), End::Id),
        Relation::new(&super::eks::NODEGROUPS, "its node group", "of", End::Parent(KindId("eks-nodegroups")), End::Id),
        Relation::new(&super::eks::CLUSTERS, "its EKS cluster", "of", End::Parent(KindId("eks")), End::Id),
        Relation::new(&super::ecs::INSTANCES, "its container instance", "of", End::Id, End::Column("instance")),
        Relation::new(&INSTANCES, "other instances of its image", "with the image of", End::Column("image"), End::Column("image")),
    ],
    leaf: |_| true,
    arn,
    signs: findings::SIGNS,
    cli: "ec2 describe-instances --instance-ids {id}",
    console: "ec2/home?region={region}#InstanceDetails:instanceId={id}",
    findings: findings::findings,
    moving,
    tier: Tier::Warm,
    details: None,
    secrets: &["userData"],
    list: |aws, scope, pages| Box::pin(calls::list(aws, scope, pages)),
    describe: |aws, resource, capture| Box::pin(calls::describe(aws, resource, capture)),
};

fn arn(instance: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:ec2:{}:{account}:instance/{}", partition(target.region.as_str()), target.region, instance.id)
}

fn moving(instance: &Resource) -> bool {
    matches!(instance.cells.get(Col::State as usize), Some(Cell::State(Health::Busy, _)))
}

columns! {
    /// The facts of an instance.
    enum Col {
        State: "state", "STATE", 13, Place::Row(0);
        Reason: "reason", "REASON", 28, Place::Wide;
        Type: "type", "TYPE", 11, Place::Row(3);
        Zone: "zone", "AZ", 10, Place::Row(5);
        Checks: "checks", "CHECKS", 8, Place::Row(2);
        Launched: "launched", "AGE", 4, Place::Row(4);
        PrivateIp: "private_ip", "PRIVATE IP", 15, Place::Wide;
        PublicIp: "public_ip", "PUBLIC IP", 15, Place::Wide;
        Lifecycle: "lifecycle", "LIFECYCLE", 9, Place::Wide;
        Owner: "owner", "OWNED BY", 26, Place::Wide;
        Event: "event", "EVENT", 20, Place::Wide;
        EventAt: "event_at", "EVENT NOT BEFORE", 10, Place::Detail;
        SystemCheck: "system_check", "SYSTEM CHECK", 12, Place::Detail;
        InstanceCheck: "instance_check", "INSTANCE CHECK", 12, Place::Detail;
        EbsCheck: "ebs_check", "EBS CHECK", 12, Place::Detail;
        ReasonCode: "reason_code", "REASON CODE", 28, Place::Detail;
        Platform: "platform", "PLATFORM", 12, Place::Wide;
        Architecture: "architecture", "ARCH", 7, Place::Wide;
        Vcpus: "vcpus", "VCPUS", 5, Place::Wide;
        Image: "image", "IMAGE", 21, Place::Detail;
        KeyName: "key_name", "KEY", 16, Place::Detail;
        Profile: "instance_profile", "INSTANCE PROFILE", 20, Place::Detail;
        Vpc: "vpc", "VPC", 21, Place::Detail;
        Subnet: "subnet", "SUBNET", 24, Place::Detail;
        SecurityGroups: "security_groups", "SECURITY GROUPS", 30, Place::Detail;
        PrivateDns: "private_dns", "PRIVATE DNS", 40, Place::Detail;
        PublicDns: "public_dns", "PUBLIC DNS", 40, Place::Detail;
        Ipv6: "ipv6", "IPV6", 40, Place::Detail;
        RootDevice: "root_device", "ROOT DEVICE", 14, Place::Detail;
        Volumes: "volumes", "VOLUMES", 40, Place::Detail;
        Interfaces: "interfaces", "INTERFACES", 30, Place::Detail;
        Monitoring: "monitoring", "MONITORING", 10, Place::Detail;
        Tenancy: "tenancy", "TENANCY", 10, Place::Detail;
        Placement: "placement", "PLACEMENT GROUP", 20, Place::Detail;
        MetadataTokens: "metadata_tokens", "IMDS TOKENS", 10, Place::Detail;
        Hibernation: "hibernation", "HIBERNATION", 5, Place::Detail;
        SpotRequest: "spot_request", "SPOT REQUEST", 14, Place::Detail;
        Reservation: "reservation", "RESERVATION", 20, Place::Detail;
        OwnerId: "owner_id", "ACCOUNT ID", 12, Place::Detail;
    }
}

/// As Container Insights names the machines of ECS Managed Instances (ECS Developer Guide, "Amazon ECS Managed Instances metrics").
const BY_MACHINE: &[Dimension] = &[Dimension { name: "EC2InstanceId", from: From::Id }];
const BY_INSTANCE: &[Dimension] = &[Dimension { name: "InstanceId", from: From::Id }];

/// Seconds between points of an instance with basic monitoring, and with detailed monitoring (EC2 User Guide, "Manage detailed
/// monitoring").
const BASIC: i64 = 300;
const DETAILED: i64 = 60;
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
        bad_when: None,
        finer: |_| None,
        sampled: None,
    }
}

/// A quarter of an hour with basic monitoring; shorter peaks are what a CPU is for.
const BUSY: Option<Concern> = Some(Concern {
    bound: Bound::Above(90.0),
    periods: 3,
    sign: sign("cpu-high", Severity::Warning, "its CPU is nearly used up"),
    advice: "see what runs on it; a larger type, or more instances, where the load is wanted",
});

/// Told by the listing too, a little later.
const CHECKS: Option<Concern> = Some(Concern {
    bound: Bound::Above(0.5),
    periods: 1,
    sign: sign("checks-failing", Severity::Warning, "CloudWatch counts failed status checks"),
    advice: "the findings of the checks say which of them fails",
});

/// Minutes of full speed that are left.
const CREDITS: Option<Concern> = Some(Concern {
    bound: Bound::Below(5.0),
    periods: 1,
    sign: sign("credits-low", Severity::Warning, "its CPU credits run out"),
    advice: "it is slow from now on, or costs more in unlimited mode: a larger type, or one without credits",
});

/// Names and units: EC2 User Guide, "`CloudWatch` metrics that are available for your instances".
static METRICS: &[Metric] = &[
    Metric { bad_when: BUSY, finer: detailed, ..metric("cpu", "CPU", "CPUUtilization", Stat::Average, Unit::Percent, Shown::Row(1, 10)) },
    Metric { finer: detailed, ..metric("net_in", "NET IN", "NetworkIn", Stat::Sum, Unit::BytesPerSecond, Shown::Row(6, 0)) },
    Metric { finer: detailed, ..metric("net_out", "NET OUT", "NetworkOut", Stat::Sum, Unit::BytesPerSecond, Shown::Wide(0)) },
    Metric {
        bad_when: CHECKS,
        finer: detailed,
        ..metric("status", "CHECKS FAILED", "StatusCheckFailed", Stat::Maximum, Unit::Count, Shown::Chart)
    },
    Metric {
        bad_when: CREDITS,
        published: burstable,
        ..metric("credits", "CPU CREDITS", "CPUCreditBalance", Stat::Average, Unit::Count, Shown::Chart)
    },
];

/// Only a running instance publishes; a question about any other would be paid for and come back empty.
fn published(instance: &Resource) -> bool {
    matches!(instance.cells.get(Col::State as usize), Some(Cell::State(_, state)) if matches!(state.as_str(), "running" | "stopping" | "shutting-down"))
}

/// With detailed monitoring, which its owner pays for, there is a point each minute; credits have one every five minutes all the same.
fn detailed(instance: &Resource) -> Option<i64> {
    let enabled = matches!(instance.cells.get(Col::Monitoring as usize), Some(Cell::Text(state)) if state.as_str() == "enabled");
    enabled.then_some(DETAILED)
}

/// Types with CPU credits: the T families (EC2 User Guide, "Burstable performance instances").
fn burstable(instance: &Resource) -> bool {
    let family = instance.cells.get(Col::Type as usize).map(Cell::words);
    published(instance) && family.is_some_and(|family| family.starts_with('t') && family.as_bytes().get(1).is_some_and(u8::is_ascii_digit))
}
