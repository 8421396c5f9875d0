//! How Batch writes its things. Its times are milliseconds since the epoch.

use jiff::Timestamp;

use super::Out;
use crate::sim::world::{
    SECRET,
    batch::{
        Batch,
        job::{Attempt, Job, Status},
        plan::{ENVIRONMENTS, Environment, Plan, QUEUES, Queue, Trouble},
    },
};

type Part = (&'static str, Option<Out>);
/// The id and the reason of what blocks a queue.
type Blocked<'a> = Option<&'a (String, &'static str)>;

fn arn(batch: &Batch, sort: &str, name: &str) -> String {
    format!("arn:aws:batch:{}:{}:{sort}/{name}", batch.region, batch.account)
}

fn millis(second: i64) -> Out {
    Out::Int(second * 1_000)
}

fn switch(on: bool) -> Out {
    if on { "ENABLED".into() } else { "DISABLED".into() }
}

fn tags(team: &'static str) -> Out {
    Out::Dictionary(vec![("team".to_owned(), team.into()), ("env".to_owned(), "prod".into())])
}

pub(super) fn queue(batch: &Batch, queue: &Queue, now: Timestamp) -> Out {
    let (on, status) = batch.queue(queue, now);
    let environments = queue.environments.iter().zip(1..).map(|(at, order)| {
        let environment = arn(batch, "compute-environment", ENVIRONMENTS[*at].name).into();
        Out::Map(vec![("order", Out::Int(order)), ("computeEnvironment", environment)])
    });
    Out::Map(vec![
        ("jobQueueName", queue.name.into()),
        ("jobQueueArn", arn(batch, "job-queue", queue.name).into()),
        ("state", switch(on)),
        ("status", status.into()),
        ("statusReason", "JobQueue Healthy".into()),
        ("priority", Out::Int(queue.priority)),
        ("computeEnvironmentOrder", Out::List(environments.collect())),
        ("tags", tags("platform")),
        ("jobStateTimeLimitActions", Out::List(Vec::new())),
    ])
}

pub(super) fn environment(batch: &Batch, at: usize, one: &Environment, now: Timestamp) -> Out {
    let (on, status) = batch.environment(one, now);
    let reason = if one.invalid.is_empty() { "ComputeEnvironment Healthy" } else { one.invalid };
    let cluster = format!("arn:aws:ecs:{}:{}:cluster/AWSBatch-{}-0f3c", batch.region, batch.account, one.name);
    Out::Map(vec![
        ("computeEnvironmentName", one.name.into()),
        ("computeEnvironmentArn", arn(batch, "compute-environment", one.name).into()),
        ("ecsClusterArn", cluster.into()),
        ("tags", tags("platform")),
        ("type", "MANAGED".into()),
        ("state", switch(on)),
        ("status", status.into()),
        ("statusReason", reason.into()),
        ("computeResources", resources(batch, at, one, now)),
        ("containerOrchestrationType", "ECS".into()),
    ])
}

/// Fargate has neither a minimum nor machines.
fn resources(batch: &Batch, at: usize, one: &Environment, now: Timestamp) -> Out {
    let machines = !one.types.is_empty();
    let strategy = if one.sort == "SPOT" { "SPOT_PRICE_CAPACITY_OPTIMIZED" } else { "BEST_FIT_PROGRESSIVE" };
    Out::some(vec![
        ("type", Some(one.sort.into())),
        ("allocationStrategy", machines.then(|| strategy.into())),
        ("minvCpus", machines.then_some(Out::Int(one.size.0))),
        ("maxvCpus", Some(Out::Int(one.size.1))),
        ("desiredvCpus", machines.then(|| Out::Int(batch.desired(at, now.as_second())))),
        ("instanceTypes", machines.then(|| Out::List(one.types.iter().map(|name| Out::from(*name)).collect()))),
        ("subnets", Some(Out::List(vec!["subnet-0a1b2c3d4e5f60718".into()]))),
        ("securityGroupIds", Some(Out::List(vec!["sg-0123456789abcdef0".into()]))),
    ])
}

/// The newest two revisions are active.
pub(super) fn standing(plan: &Plan, revision: u32) -> &'static str {
    if revision + 2 > plan.revision { "ACTIVE" } else { "INACTIVE" }
}

fn image(batch: &Batch, plan: &Plan, revision: u32) -> String {
    format!("{}.dkr.ecr.{}.amazonaws.com/{}:{revision}", batch.account, batch.region, plan.definition)
}

fn fargate(plan: &Plan) -> bool {
    ENVIRONMENTS[QUEUES[plan.queue].environments[0]].types.is_empty()
}

fn container(batch: &Batch, plan: &Plan, revision: u32) -> Vec<Part> {
    let need = |kind: &'static str, value: i64| Out::Map(vec![("value", value.to_string().into()), ("type", kind.into())]);
    let secret = Out::Map(vec![("name", "DB_PASSWORD".into()), ("value", SECRET.into())]);
    vec![
        ("image", Some(image(batch, plan, revision).into())),
        ("command", Some(Out::List(vec!["run".into(), plan.definition.into()]))),
        ("jobRoleArn", Some(format!("arn:aws:iam::{}:role/batch-{}", batch.account, plan.definition).into())),
        ("environment", Some(Out::List(vec![secret]))),
        ("resourceRequirements", Some(Out::List(vec![need("VCPU", plan.vcpus), need("MEMORY", plan.memory)]))),
    ]
}

pub(super) fn definition(batch: &Batch, plan: &Plan, revision: u32) -> Out {
    let attempts = if plan.trouble == Trouble::Exit { 2 } else { 1 };
    Out::Map(vec![
        ("jobDefinitionName", plan.definition.into()),
        ("jobDefinitionArn", arn(batch, "job-definition", &format!("{}:{revision}", plan.definition)).into()),
        ("revision", Out::Int(i64::from(revision))),
        ("status", standing(plan, revision).into()),
        ("type", "container".into()),
        ("parameters", Out::Dictionary(Vec::new())),
        ("retryStrategy", Out::Map(vec![("attempts", Out::Int(attempts))])),
        ("timeout", Out::Map(vec![("attemptDurationSeconds", Out::Int(3_600))])),
        ("containerProperties", Out::some(container(batch, plan, revision))),
        ("platformCapabilities", Out::List(vec![if fargate(plan) { "FARGATE".into() } else { "EC2".into() }])),
        ("tags", tags("payments")),
        ("containerOrchestrationType", "ECS".into()),
    ])
}

/// What lists and descriptions have in common.
fn facts(job: &Job<'_>, now: i64, blocked: Blocked<'_>) -> Vec<Part> {
    let reason = job.reason(now, blocked);
    let over = job.exit(now).is_some();
    let ended = job.status(now) == Status::Failed && !over;
    vec![
        ("jobArn", Some(job.arn().into())),
        ("jobId", Some(job.id().into())),
        ("jobName", Some(job.name.clone().into())),
        ("createdAt", Some(millis(job.created))),
        ("status", Some(job.status(now).word().into())),
        ("statusReason", (!reason.is_empty()).then(|| reason.into())),
        ("startedAt", job.started(now).map(millis)),
        ("stoppedAt", job.stopped(now).map(millis)),
        ("isCancelled", Some(Out::Flag(ended))),
        ("isTerminated", Some(Out::Flag(ended))),
    ]
}

fn array(job: &Job<'_>, now: i64) -> Option<Out> {
    match (job.array, job.index) {
        (0, None) => None,
        (0, Some(index)) => Some(Out::Map(vec![("index", Out::Int(i64::from(index)))])),
        (size, _) => {
            let counts = job.summary(now).into_iter().map(|(word, count)| (word.to_owned(), Out::Int(count))).collect();
            Some(Out::Map(vec![("statusSummary", Out::Dictionary(counts)), ("size", Out::Int(i64::from(size)))]))
        }
    }
}

pub(super) fn summary(job: &Job<'_>, now: i64, blocked: Blocked<'_>) -> Out {
    let mut parts = facts(job, now, blocked);
    let exit = job
        .exit(now)
        .filter(|_| job.array == 0)
        .map(|(code, reason)| Out::some(vec![("exitCode", Some(Out::Int(code))), ("reason", reason.map(Out::from))]));
    parts.extend([("container", exit), ("arrayProperties", array(job, now)), ("jobDefinition", Some(definition_of(job).into()))]);
    Out::some(parts)
}

fn definition_of(job: &Job<'_>) -> String {
    let own = job.arn();
    let place = own.split(":job/").next().unwrap_or_default();
    format!("{place}:job-definition/{}:{}", job.plan.definition, job.plan.revision)
}

pub(super) fn detail(batch: &Batch, job: &Job<'_>, now: i64, blocked: Blocked<'_>) -> Out {
    let mut parts = facts(job, now, blocked);
    let waits = job.waits_for(now).map(|id| Out::Map(vec![("jobId", id.into())]));
    let mut container = container(batch, job.plan, job.plan.revision);
    container.extend([
        ("exitCode", job.exit(now).map(|(code, _)| Out::Int(code))),
        ("reason", job.exit(now).and_then(|(_, reason)| reason).map(Out::from)),
        ("logStreamName", job.log(now).map(Out::from)),
    ]);
    let tries = if job.plan.trouble == Trouble::Exit { 2 } else { 1 };
    parts.extend([
        ("jobQueue", Some(arn(batch, "job-queue", QUEUES[job.queue].name).into())),
        ("jobDefinition", Some(definition_of(job).into())),
        ("attempts", Some(Out::List(job.attempts(now).into_iter().map(attempt).collect()))),
        ("retryStrategy", Some(Out::Map(vec![("attempts", Out::Int(tries))]))),
        ("dependsOn", Some(Out::List(waits.into_iter().collect()))),
        ("parameters", Some(Out::Dictionary(Vec::new()))),
        ("container", (job.array == 0).then(|| Out::some(container))),
        ("arrayProperties", array(job, now)),
        ("timeout", Some(Out::Map(vec![("attemptDurationSeconds", Out::Int(3_600))]))),
        ("tags", Some(tags("payments"))),
        ("platformCapabilities", Some(Out::List(vec![if fargate(job.plan) { "FARGATE".into() } else { "EC2".into() }]))),
    ]);
    Out::some(parts)
}

fn attempt(one: Attempt) -> Out {
    let container = Out::some(vec![("exitCode", one.exit.map(Out::Int)), ("reason", one.reason.map(Out::from))]);
    let ended = one.stopped.map(|_| Out::from("Essential container in task exited"));
    Out::some(vec![
        ("container", Some(container)),
        ("startedAt", Some(millis(one.started))),
        ("stoppedAt", one.stopped.map(millis)),
        ("statusReason", ended),
    ])
}
