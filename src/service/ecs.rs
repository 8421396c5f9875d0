//! Amazon ECS, on Fargate and on EC2: clusters, services, tasks and their containers, container instances, task definitions.

mod actions;
mod calls;
mod clusters;
mod containers;
mod instances;
mod reads;
mod services;
mod targets;
mod taskdefs;
mod tasks;

use super::{Bound, Concern, Details, Dimension, End, From, Kind, Metric, Publisher, Relation, Service, Shown, Tier, Wanted, sign::sign};
use crate::{
    aws::{Lane, Patience},
    model::{KindId, Resource, Severity, Stat, Target, Unit},
};

/// Ids of kinds that others belong to.
const CLUSTER: &str = "ecs";
const SERVICE: &str = "ecs-services";
const TASK: &str = "ecs-tasks";

/// Buckets that calls share (ECS API Reference, "Request throttling": sustained rates of each bucket).
static CLUSTERS_READ: Lane = Lane { name: "ecs-cluster-read", published: 20.0, burst: 1, patience: Patience::Short };
static RESOURCES_READ: Lane = Lane { name: "ecs-cluster-resource-read", published: 20.0, burst: 1, patience: Patience::Long };
static SERVICES_READ: Lane = Lane { name: "ecs-service-read", published: 20.0, burst: 1, patience: Patience::Long };
static DEFINITIONS_READ: Lane = Lane { name: "ecs-task-definition-read", published: 20.0, burst: 1, patience: Patience::Long };
static RESOURCES_MODIFY: Lane = Lane { name: "ecs-cluster-resource-modify", published: 40.0, burst: 100, patience: Patience::Long };
static SERVICES_MODIFY: Lane = Lane { name: "ecs-service-modify", published: 5.0, burst: 50, patience: Patience::Long };

/// Amazon Elastic Container Service.
pub static ECS: Service =
    Service { title: "ECS", kinds: &[&CLUSTERS, &SERVICES, &TASKS, &CONTAINERS, &INSTANCES, &TASKDEFS], reads: reads::READS };

/// Clusters of one account and region.
pub static CLUSTERS: Kind = Kind {
    id: KindId(CLUSTER),
    aliases: &["ecs-clusters"],
    title: "ECS clusters",
    noun: "cluster",
    columns: clusters::Col::COLUMNS,
    metrics: CLUSTER_METRICS,
    publishers: &[Publisher::of(NAMESPACES, BY_CLUSTER).unless(&["ServiceName", "EC2InstanceId"])],
    actions: &[],
    opens: &[&SERVICES, &TASKS, &INSTANCES],
    related: &[
        Relation::new(&SERVICES, "its services", "of", End::Id, End::Parent(KindId("ecs"))),
        Relation::new(&TASKS, "its tasks", "of", End::Id, End::Parent(KindId("ecs"))),
        Relation::new(&INSTANCES, "its container instances", "of", End::Id, End::Parent(KindId("ecs"))),
        Relation::new(&super::batch::ENVIRONMENTS, "its compute environment", "of", End::Id, End::Last("cluster")),
    ],
    leaf: |_| false,
    arn: |row, account, target| arn("cluster", row, account, target),
    signs: clusters::SIGNS,
    cli: "ecs describe-clusters --clusters {name} --include SETTINGS STATISTICS TAGS",
    console: "ecs/v2/clusters/{name}/services?region={region}",
    findings: clusters::findings,
    moving: |_| false,
    tier: Tier::Warm,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(clusters::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(clusters::describe(aws, row, capture)),
};

/// Services of clusters.
pub static SERVICES: Kind = Kind {
    id: KindId(SERVICE),
    aliases: &["services", "svc"],
    title: "ECS services",
    noun: "service",
    columns: services::Col::COLUMNS,
    metrics: SERVICE_METRICS,
    publishers: &[Publisher::of(NAMESPACES, BY_SERVICE), Publisher::custom(BY_SERVICE)],
    actions: actions::SERVICE_ACTIONS,
    opens: &[&TASKS],
    related: &[
        Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("ecs")), End::Id),
        Relation::new(&TASKS, "its tasks", "of", End::Id, End::Parent(KindId("ecs-services"))),
        Relation::new(&TASKDEFS, "its task definition", "of", End::Column("definition"), End::Id),
    ],
    leaf: |_| false,
    arn: |row, account, target| arn("service", row, account, target),
    signs: services::SIGNS,
    cli: "ecs describe-services --cluster {1} --services {2}",
    console: "ecs/v2/clusters/{1}/services/{2}/health?region={region}",
    findings: services::findings,
    moving: services::moving,
    tier: Tier::Hot,
    details: None,
    secrets: SECRETS,
    list: |aws, scope, pages| Box::pin(services::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(services::describe(aws, row, capture)),
};

/// Tasks, running and lately stopped.
pub static TASKS: Kind = Kind {
    id: KindId(TASK),
    aliases: &["tasks"],
    title: "ECS tasks",
    noun: "task",
    columns: tasks::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: actions::TASK_ACTIONS,
    opens: &[&CONTAINERS],
    related: &[
        Relation::new(&SERVICES, "its service", "of", End::Parent(KindId("ecs-services")), End::Id),
        Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("ecs")), End::Id),
        Relation::new(&CONTAINERS, "its containers", "of", End::Id, End::Parent(KindId("ecs-tasks"))),
        Relation::new(&INSTANCES, "its container instance", "of", End::Column("instance"), End::Tail),
        Relation::new(&TASKDEFS, "its task definition", "of", End::Column("definition"), End::Id),
    ],
    leaf: |_| false,
    arn: |row, account, target| arn("task", row, account, target),
    signs: tasks::SIGNS,
    cli: "ecs describe-tasks --cluster {1} --tasks {2}",
    console: "ecs/v2/clusters/{1}/tasks/{2}/configuration?region={region}",
    findings: tasks::findings,
    moving: tasks::moving,
    tier: Tier::Never,
    details: None,
    secrets: SECRETS,
    list: |aws, scope, pages| Box::pin(tasks::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(tasks::describe(aws, row, capture)),
};

/// Containers of tasks.
pub static CONTAINERS: Kind = Kind {
    id: KindId("ecs-containers"),
    aliases: &["containers"],
    title: "ECS containers",
    noun: "container",
    columns: containers::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&TASKS, "its task", "of", End::Parent(KindId("ecs-tasks")), End::Id)],
    leaf: |_| true,
    // The id in a container's ARN is not the name that it is known by.
    arn: |_, _, _| String::new(),
    signs: containers::SIGNS,
    cli: "ecs describe-tasks --cluster {1} --tasks {2}",
    console: "ecs/v2/clusters/{1}/tasks/{2}/configuration/containers/{3}?region={region}",
    findings: containers::findings,
    moving: |_| false,
    tier: Tier::Never,
    details: None,
    secrets: SECRETS,
    list: |aws, scope, pages| Box::pin(containers::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(containers::describe(aws, row, capture)),
};

/// Container instances of clusters.
pub static INSTANCES: Kind = Kind {
    id: KindId("ecs-instances"),
    aliases: &["container-instances"],
    title: "ECS container instances",
    noun: "container instance",
    columns: instances::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: actions::INSTANCE_ACTIONS,
    opens: &[],
    related: &[
        Relation::new(&super::ec2::INSTANCES, "its EC2 instance", "of", End::Column("instance"), End::Id),
        Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("ecs")), End::Id),
        Relation::new(&TASKS, "tasks on it", "on", End::Tail, End::Column("instance")),
    ],
    leaf: |_| true,
    arn: |row, account, target| arn("container-instance", row, account, target),
    signs: instances::SIGNS,
    cli: "ecs describe-container-instances --cluster {1} --container-instances {2}",
    console: "ecs/v2/clusters/{1}/infrastructure/container-instances/{2}?region={region}",
    findings: instances::findings,
    moving: instances::moving,
    tier: Tier::Cold,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(instances::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(instances::describe(aws, row, capture)),
};

/// Active revisions of task definitions.
pub static TASKDEFS: Kind = Kind {
    id: KindId("ecs-taskdefs"),
    aliases: &["taskdefs", "task-definitions"],
    title: "ECS task definitions",
    noun: "task definition",
    columns: taskdefs::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: actions::TASKDEF_ACTIONS,
    opens: &[],
    related: &[
        Relation::new(&SERVICES, "services that run it", "of", End::Id, End::Column("definition")),
        Relation::new(&TASKS, "tasks of it", "of", End::Id, End::Column("definition")),
        Relation::one_way(&CONTAINERS, "containers of its images", "with an image of", End::Each("images"), End::Last("image")),
    ],
    leaf: |_| true,
    arn: |row, account, target| arn("task-definition", row, account, target),
    signs: &[],
    cli: "ecs describe-task-definition --task-definition {id}",
    console: "ecs/v2/task-definitions/{family}/{revision}/containers?region={region}",
    findings: |_, _| Vec::new(),
    moving: |_| false,
    tier: Tier::Never,
    details: Some(Details { of: Wanted::OnScreen, every: 3_600, batch: 20, fetch: |aws, rows| Box::pin(taskdefs::details(aws, rows)) }),
    secrets: SECRETS,
    list: |aws, scope, pages| Box::pin(taskdefs::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(taskdefs::describe(aws, row, capture)),
};

/// Where task definitions and overrides hold the values of environment variables, and the options of log drivers their keys (Docker,
/// "Splunk logging driver"; Fluent Bit, outputs `datadog`, `http` and `es`).
const SECRETS: &[&str] = &["environment", "splunk-token", "apikey", "api_key", "http_passwd", "HTTP_Passwd"];

/// The id of each kind is the end of its ARN.
fn arn(sort: &str, row: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:ecs:{}:{account}:{sort}/{}", super::partition(target.region.as_str()), target.region, row.id)
}

/// Where ECS and its agents publish (ECS Developer Guide, "Amazon ECS `CloudWatch` metrics"; `CloudWatch` User Guide, "Amazon ECS Container
/// Insights metrics"). The names of clusters are EKS's as well: elsewhere they say nothing.
const NAMESPACES: &[&str] = &["AWS/ECS", "AWS/ECS/ManagedScaling", "ECS/ContainerInsights", "ECS/ContainerInsights/Prometheus"];
const BY_SERVICE: &[Dimension] =
    &[Dimension { name: "ClusterName", from: From::Column("cluster") }, Dimension { name: "ServiceName", from: From::Name }];
const BY_CLUSTER: &[Dimension] = &[Dimension { name: "ClusterName", from: From::Name }];

const fn metric(id: &'static str, title: &'static str, name: &'static str, dimensions: &'static [Dimension], shown: Shown) -> Metric {
    Metric {
        id,
        title,
        namespace: "AWS/ECS",
        name,
        stat: Stat::Average,
        // One minute, a point or two late (ECS Developer Guide, "`CloudWatch` metrics").
        period: 60,
        delay: 120,
        unit: Unit::Percent,
        dimensions,
        shown,
        published: services::runs,
        bad_when: None,
        finer: |_| None,
        sampled: None,
    }
}

/// Of all tasks together; five minutes of it.
const BUSY: Option<Concern> = Some(Concern {
    bound: Bound::Above(90.0),
    periods: 5,
    sign: sign("cpu-high", Severity::Warning, "the CPU its tasks may use is nearly used up"),
    advice: "run more tasks, or give them more CPU",
});

/// A task over its hard limit is killed.
const FULL: Option<Concern> = Some(Concern {
    bound: Bound::Above(90.0),
    periods: 5,
    sign: sign("memory-high", Severity::Warning, "the memory its tasks may use is nearly used up"),
    advice: "give its tasks more memory before they are killed, or find the leak",
});

/// What is reserved counts when tasks are placed, not what is used.
const RESERVED: Option<Concern> = Some(Concern {
    bound: Bound::Above(95.0),
    periods: 5,
    sign: sign("capacity-reserved", Severity::Warning, "its container instances are nearly all reserved"),
    advice: "new tasks find no place: add container instances, or use Fargate",
});

static SERVICE_METRICS: &[Metric] = &[
    Metric { bad_when: BUSY, ..metric("cpu", "CPU", "CPUUtilization", BY_SERVICE, Shown::Row(3, 8)) },
    Metric { bad_when: FULL, ..metric("memory", "MEMORY", "MemoryUtilization", BY_SERVICE, Shown::Row(4, 0)) },
    insight("cpu_used", "CPU UNITS USED", "CpuUtilized", Unit::Count, BY_SERVICE, services::runs),
    insight("memory_used", "MIB USED", "MemoryUtilized", Unit::Count, BY_SERVICE, services::runs),
    insight("received", "RECEIVED", "NetworkRxBytes", Unit::Bytes, BY_SERVICE, services::runs),
    insight("sent", "SENT", "NetworkTxBytes", Unit::Bytes, BY_SERVICE, services::runs),
];

/// A metric of Container Insights, which clusters have that pay for it (`CloudWatch` User Guide, "Container Insights metrics for Amazon ECS").
const fn insight(
    id: &'static str,
    title: &'static str,
    name: &'static str,
    unit: Unit,
    dimensions: &'static [Dimension],
    published: fn(&Resource) -> bool,
) -> Metric {
    let plain = metric(id, title, name, dimensions, Shown::Chart);
    Metric { namespace: "ECS/ContainerInsights", unit, published, bad_when: None, ..plain }
}

/// Only clusters with container instances publish any, and those with Container Insights.
static CLUSTER_METRICS: &[Metric] = &[
    Metric {
        bad_when: RESERVED,
        published: clusters::on_ec2,
        ..metric("cpu_reserved", "CPU RESERVED", "CPUReservation", BY_CLUSTER, Shown::Row(4, 8))
    },
    Metric { published: clusters::on_ec2, ..metric("memory_reserved", "MEM RESERVED", "MemoryReservation", BY_CLUSTER, Shown::Row(5, 0)) },
    Metric { published: clusters::on_ec2, ..metric("cpu", "CPU", "CPUUtilization", BY_CLUSTER, Shown::Wide(0)) },
    Metric { published: clusters::on_ec2, ..metric("memory", "MEMORY", "MemoryUtilization", BY_CLUSTER, Shown::Wide(0)) },
    insight("cpu_used", "CPU UNITS USED", "CpuUtilized", Unit::Count, BY_CLUSTER, clusters::observed),
    insight("memory_used", "MIB USED", "MemoryUtilized", Unit::Count, BY_CLUSTER, clusters::observed),
    insight("received", "RECEIVED", "NetworkRxBytes", Unit::Bytes, BY_CLUSTER, clusters::observed),
    insight("sent", "SENT", "NetworkTxBytes", Unit::Bytes, BY_CLUSTER, clusters::observed),
];
