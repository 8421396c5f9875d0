//! AWS Batch: job queues, the compute environments that serve them, jobs in every state, and job definitions.

mod actions;
mod calls;
mod envs;
mod jobdefs;
mod jobs;
mod queues;
mod reads;
mod submit;
mod waiting;

use jiff::Timestamp;

use super::{Details, End, Kind, Metric, Relation, Service, Shown, Tier, Wanted};
use crate::{
    aws::{Lane, Patience},
    model::{KindId, Resource, Stat, Target, Unit},
};

/// The id of the kind every other belongs to, and of its jobs.
const QUEUE: &str = "batch";
const JOB: &str = "batch-jobs";

/// AWS Batch.
pub static BATCH: Service = Service { title: "Batch", kinds: &[&QUEUES, &JOBS, &ENVIRONMENTS, &DEFINITIONS], reads: reads::READS };

/// Its rates are not published but for `SubmitJob`, 50 a second (Batch User Guide, "Service quotas"); ten is what its like bear.
static CALLS: Lane = Lane { name: "batch", published: 10.0, burst: 1, patience: Patience::Long };

/// Batch User Guide, "Service quotas".
static SUBMIT: Lane = Lane { name: "batch-submit", published: 50.0, burst: 1, patience: Patience::Long };

/// Job queues of one account and region.
pub static QUEUES: Kind = Kind {
    id: KindId(QUEUE),
    aliases: &["queues", "batch-queues"],
    title: "Batch job queues",
    noun: "queue",
    columns: queues::Col::COLUMNS,
    metrics: METRICS,
    publishers: &[],
    actions: actions::QUEUE_ACTIONS,
    opens: &[&JOBS, &ENVIRONMENTS],
    related: &[
        Relation::new(&JOBS, "its jobs", "of", End::Id, End::Parent(KindId("batch"))),
        Relation::new(&ENVIRONMENTS, "its compute environments", "of", End::Id, End::Parent(KindId("batch"))),
        Relation::one_way(&JOBS, "the job at its head", "at the head of", End::Column("head_job"), End::Id),
    ],
    leaf: |_| false,
    arn: |row, account, target| arn("job-queue", row, account, target),
    signs: queues::SIGNS,
    cli: "batch describe-job-queues --job-queues {name}",
    console: "batch/home?region={region}#queues/detail/{arn}",
    findings: queues::findings,
    moving: queues::moving,
    tier: Tier::Hot,
    details: Some(Details { of: Wanted::Always, every: 60, batch: 1, fetch: |aws, rows| Box::pin(queues::details(aws, rows)) }),
    secrets: &[],
    list: |aws, scope, pages| Box::pin(queues::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(queues::describe(aws, row, capture)),
};

/// Jobs of queues, and children of arrays.
pub static JOBS: Kind = Kind {
    id: KindId(JOB),
    aliases: &["jobs"],
    title: "Batch jobs",
    noun: "job",
    columns: jobs::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: actions::JOB_ACTIONS,
    opens: &[&JOBS],
    related: &[
        Relation::new(&QUEUES, "its queue", "of", End::Parent(KindId("batch")), End::Id),
        Relation::new(&DEFINITIONS, "its job definition", "of", End::Column("definition"), End::Id),
        Relation::new(&JOBS, "jobs of its array", "of", End::Id, End::Parent(KindId("batch-jobs"))),
        Relation::new(&JOBS, "its array", "of", End::Parent(KindId("batch-jobs")), End::Id),
        Relation::one_way(&JOBS, "jobs it waits for", "awaited by", End::Each("depends"), End::Id),
    ],
    leaf: jobs::single,
    arn: |row, account, target| arn("job", row, account, target),
    signs: jobs::SIGNS,
    cli: "batch describe-jobs --jobs {id}",
    console: "batch/home?region={region}#jobs/detail/{id}",
    findings: jobs::findings,
    moving: jobs::moving,
    tier: Tier::Never,
    details: Some(Details { of: Wanted::OnScreen, every: 60, batch: 100, fetch: |aws, rows| Box::pin(jobs::details(aws, rows)) }),
    secrets: SECRETS,
    list: |aws, scope, pages| Box::pin(jobs::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(jobs::describe(aws, row, capture)),
};

/// Compute environments.
pub static ENVIRONMENTS: Kind = Kind {
    id: KindId("batch-envs"),
    aliases: &["batch-environments", "compute-environments"],
    title: "Batch compute environments",
    noun: "compute environment",
    columns: envs::Col::COLUMNS,
    metrics: ENVIRONMENT_METRICS,
    publishers: &[],
    actions: actions::ENVIRONMENT_ACTIONS,
    opens: &[],
    related: &[
        Relation::new(&QUEUES, "queues that it serves", "of", End::Parent(KindId("batch")), End::Id),
        Relation::new(&super::ecs::CLUSTERS, "its ECS cluster", "of", End::Last("cluster"), End::Id),
    ],
    leaf: |_| true,
    arn: |row, account, target| arn("compute-environment", row, account, target),
    signs: envs::SIGNS,
    cli: "batch describe-compute-environments --compute-environments {name}",
    console: "batch/home?region={region}#compute-environments/detail/{arn}",
    findings: envs::findings,
    moving: envs::moving,
    tier: Tier::Warm,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(envs::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(envs::describe(aws, row, capture)),
};

/// Active revisions of job definitions.
pub static DEFINITIONS: Kind = Kind {
    id: KindId("batch-jobdefs"),
    aliases: &["jobdefs", "job-definitions"],
    title: "Batch job definitions",
    noun: "job definition",
    columns: jobdefs::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: submit::ACTIONS,
    opens: &[],
    related: &[Relation::new(&JOBS, "jobs of it", "of", End::Id, End::Column("definition"))],
    leaf: |_| true,
    arn: |row, account, target| arn("job-definition", row, account, target),
    signs: &[],
    cli: "batch describe-job-definitions --job-definitions {id}",
    console: "batch/home?region={region}#job-definition/detail/{arn}",
    findings: |_, _| Vec::new(),
    moving: |_| false,
    tier: Tier::Never,
    details: None,
    secrets: SECRETS,
    list: |aws, scope, pages| Box::pin(jobdefs::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(jobdefs::describe(aws, row, capture)),
};

/// Where jobs and job definitions hold the values of environment variables (those of pods: `env`), their parameters, and the keys of log drivers.
const SECRETS: &[&str] = &["environment", "env", "parameters", "splunk-token"];

/// Batch publishes no metrics: depth and wait are kept as the listings tell them.
const fn told(id: &'static str, title: &'static str, unit: Unit, shown: Shown, value: fn(&Resource, Timestamp) -> Option<f64>) -> Metric {
    Metric {
        id,
        title,
        namespace: "",
        name: "",
        stat: Stat::Maximum,
        period: 60,
        delay: 0,
        unit,
        dimensions: &[],
        shown,
        published: |_| true,
        bad_when: None,
        finer: |_| None,
        sampled: Some(value),
    }
}

static METRICS: &[Metric] = &[
    told("depth", "DEPTH", Unit::Count, Shown::Row(1, 8), queues::depth),
    told("busy", "BUSY", Unit::Count, Shown::Chart, queues::busy),
    told("wait", "WAIT", Unit::Seconds, Shown::Chart, queues::wait),
];

static ENVIRONMENT_METRICS: &[Metric] = &[told("vcpus", "VCPUS", Unit::Count, Shown::Row(4, 8), envs::vcpus)];

/// The id of each kind is the end of its ARN (Service Authorization Reference, "Resource types defined by AWS Batch").
fn arn(sort: &str, row: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:batch:{}:{account}:{sort}/{}", super::partition(target.region.as_str()), target.region, row.id)
}
