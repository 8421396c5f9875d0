//! EC2 Auto Scaling: groups, their instances, and the activities that say why they grew or did not.

mod actions;
mod activities;
mod groups;
mod members;
mod reads;

pub(super) use self::{
    actions::{CAPACITY, enter_standby, standing_by},
    groups::target_groups,
};
use aws_sdk_autoscaling::{Client, config::Builder};

use super::{Bound, Concern, Details, Dimension, End, From, Kind, Metric, Publisher, Relation, Service, Shown, Tier, Wanted, sign::sign};
use crate::{
    aws::{Aws, Lane, Patience, SdkConfig},
    model::{KindId, Severity, Stat, Unit},
};

/// The id of the kind every other belongs to.
const GROUP: &str = "asg";

/// Its rates are not published; ten a second is what other such APIs of EC2 bear.
pub(super) static CALLS: Lane = Lane { name: "autoscaling", published: 10.0, burst: 1, patience: Patience::Long };

/// Amazon EC2 Auto Scaling.
pub static ASG: Service = Service { title: "ASG", kinds: &[&GROUPS, &MEMBERS, &ACTIVITIES], reads: reads::READS };

/// Groups of one account and region.
pub static GROUPS: Kind = Kind {
    id: KindId(GROUP),
    aliases: &["autoscaling", "groups"],
    title: "Auto Scaling groups",
    noun: "group",
    columns: groups::Col::COLUMNS,
    metrics: METRICS,
    publishers: &[Publisher::of(&["AWS/AutoScaling"], BY_GROUP), Publisher::custom(BY_GROUP).unless(&["InstanceId"])],
    actions: actions::GROUP_ACTIONS,
    opens: &[&MEMBERS, &ACTIVITIES, &super::ec2::INSTANCES],
    related: &[
        Relation::new(&super::ec2::INSTANCES, "its EC2 instances", "of", End::Id, End::Parent(KindId("asg"))),
        Relation::new(&MEMBERS, "its members", "of", End::Id, End::Parent(KindId("asg"))),
        Relation::new(&ACTIVITIES, "its activities", "of", End::Id, End::Parent(KindId("asg"))),
        Relation::new(&super::eks::NODEGROUPS, "its node group", "of", End::Id, End::Each("groups")),
    ],
    leaf: |_| false,
    arn: |row, _, _| groups::arn(row),
    signs: groups::SIGNS,
    cli: "autoscaling describe-auto-scaling-groups --auto-scaling-group-names {name}",
    console: "ec2/home?region={region}#AutoScalingGroupDetails:id={name}",
    findings: groups::findings,
    moving: groups::moving,
    tier: Tier::Warm,
    details: Some(Details { of: Wanted::OnScreen, every: 60, batch: 20, fetch: |aws, rows| Box::pin(groups::details(aws, rows)) }),
    secrets: &[],
    list: |aws, scope, pages| Box::pin(groups::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(groups::describe(aws, row, capture)),
};

/// Members of groups.
pub static MEMBERS: Kind = Kind {
    id: KindId("asg-instances"),
    aliases: &["members"],
    title: "Auto Scaling instances",
    noun: "member",
    columns: members::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: actions::MEMBER_ACTIONS,
    opens: &[],
    related: &[
        Relation::new(&GROUPS, "its group", "of", End::Parent(KindId("asg")), End::Id),
        Relation::one_way(&super::ec2::INSTANCES, "its EC2 instance", "of", End::Id, End::Id),
    ],
    leaf: |_| true,
    arn: |_, _, _| String::new(),
    signs: members::SIGNS,
    cli: "autoscaling describe-auto-scaling-instances --instance-ids {id}",
    console: "ec2/home?region={region}#InstanceDetails:instanceId={id}",
    findings: members::findings,
    moving: members::moving,
    tier: Tier::Never,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(members::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(members::describe(aws, row, capture)),
};

/// What groups did lately.
pub static ACTIVITIES: Kind = Kind {
    id: KindId("asg-activities"),
    aliases: &["activities"],
    title: "Auto Scaling activities",
    noun: "activity",
    columns: activities::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&GROUPS, "its group", "of", End::Parent(KindId("asg")), End::Id)],
    leaf: |_| true,
    arn: |_, _, _| String::new(),
    signs: activities::SIGNS,
    cli: "autoscaling describe-scaling-activities --activity-ids {id}",
    console: "ec2/home?region={region}#AutoScalingGroupDetails:id={parent};view=activity",
    findings: activities::findings,
    moving: |_| false,
    tier: Tier::Never,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(activities::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(activities::describe(aws, row, capture)),
};

/// The client, with retries budgeted for this target alone.
fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("autoscaling")).build())
}

const BY_GROUP: &[Dimension] = &[Dimension { name: "AutoScalingGroupName", from: From::Name }];

/// Of all members together.
const BUSY: Option<Concern> = Some(Concern {
    bound: Bound::Above(90.0),
    periods: 3,
    sign: sign("cpu-high", Severity::Warning, "the CPU of its members is nearly used up"),
    advice: "raise its desired capacity or its maximum, or look at what the members do",
});

/// EC2's metric of all members together costs as much as that of one (EC2 User Guide, "`CloudWatch` metrics for your instances").
static METRICS: &[Metric] = &[
    Metric {
        id: "cpu",
        title: "CPU",
        namespace: "AWS/EC2",
        name: "CPUUtilization",
        stat: Stat::Average,
        period: 300,
        delay: 120,
        unit: Unit::Percent,
        dimensions: BY_GROUP,
        shown: Shown::Row(4, 8),
        published: groups::serves,
        bad_when: BUSY,
        finer: |_| None,
        sampled: None,
    },
    Metric {
        id: "serving",
        title: "IN SERVICE OVER TIME",
        namespace: "",
        name: "InService",
        stat: Stat::Average,
        period: 60,
        delay: 0,
        unit: Unit::Count,
        dimensions: &[],
        shown: Shown::Chart,
        published: |_| true,
        bad_when: None,
        finer: |_| None,
        sampled: Some(groups::serving),
    },
];
