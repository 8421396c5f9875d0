//! AWS Batch in REST JSON: every operation is a POST with one JSON object.

mod act;
mod shape;

use super::{
    Call, Failures, Out, Protocol, Refusal, Service,
    page::{resume, token},
};
use crate::sim::world::{
    World,
    batch::{
        Batch,
        job::{Job, Status},
        plan::{ENVIRONMENTS, Environment, Plan, QUEUES, Queue, definitions},
    },
};

pub(super) static BATCH: Service = Service {
    id: "batch",
    scope: "batch",
    namespace: "",
    target: "",
    model: "com.amazonaws.batch",
    query: Protocol::Rest,
    // Batch API Reference, "Common Errors" and `ServerException`.
    failures: Failures {
        throttled: (429, "TooManyRequestsException", "Too Many Requests"),
        expired: (403, "ExpiredTokenException", "The security token included in the request is expired"),
        internal: (500, "ServerException", "An error occurred on the server side."),
        denied: (403, "AccessDeniedException", ""),
    },
    shapes: &[],
    routes: &[
        ("POST", "/v1/describejobqueues", "DescribeJobQueues"),
        ("POST", "/v1/describecomputeenvironments", "DescribeComputeEnvironments"),
        ("POST", "/v1/describejobdefinitions", "DescribeJobDefinitions"),
        ("POST", "/v1/listjobs", "ListJobs"),
        ("POST", "/v1/describejobs", "DescribeJobs"),
        ("POST", "/v1/getjobqueuesnapshot", "GetJobQueueSnapshot"),
        ("POST", "/v1/submitjob", "SubmitJob"),
        ("POST", "/v1/canceljob", "CancelJob"),
        ("POST", "/v1/canceljobs", "CancelJobs"),
        ("POST", "/v1/terminatejob", "TerminateJob"),
        ("POST", "/v1/terminatejobs", "TerminateJobs"),
        ("POST", "/v1/updatejobqueue", "UpdateJobQueue"),
        ("POST", "/v1/updatecomputeenvironment", "UpdateComputeEnvironment"),
    ],
    operations: &[
        ("DescribeJobQueues", queues),
        ("DescribeComputeEnvironments", environments),
        ("DescribeJobDefinitions", described_definitions),
        ("ListJobs", jobs),
        ("DescribeJobs", described),
        ("GetJobQueueSnapshot", snapshot),
        ("SubmitJob", act::submit),
        ("CancelJob", act::cancel),
        ("CancelJobs", act::cancel_all),
        ("TerminateJob", act::terminate),
        ("TerminateJobs", act::terminate_all),
        ("UpdateJobQueue", act::queue),
        ("UpdateComputeEnvironment", act::environment),
    ],
};

/// The most on a page (Batch API Reference, `maxResults`): of jobs in one state, and of everything else.
const JOBS: usize = 1_000;
const PAGE: usize = 100;
/// Jobs in one question (Batch API Reference, `DescribeJobs`), and at the front of a queue (`GetJobQueueSnapshot`).
const DESCRIBED: usize = 100;

/// What a client did wrong (Batch API Reference, `ClientException`).
fn wrong(message: impl Into<String>) -> Refusal {
    Refusal::bad("ClientException", message)
}

fn place<'w>(world: &'w mut World, call: &Call<'_>) -> &'w mut Batch {
    &mut call.region(world).batch
}

/// The name at the end of an ARN, or the name.
fn name(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or(text)
}

/// The queue that a call names in a field.
fn queue_of(call: &Call<'_>, field: &str) -> Result<usize, Refusal> {
    let text = call.text(field).ok_or_else(|| wrong(format!("Error executing request, Exception : {field} is required")))?;
    let found = QUEUES.iter().position(|queue| queue.name == name(&text));
    found.ok_or_else(|| wrong(format!("Error executing request, Exception : Job queue {text} does not exist")))
}

/// A page of what comes from a place on, and the token of the next.
fn page(
    call: &Call<'_>,
    (field, most): (&'static str, usize),
    question: &str,
    from: impl FnOnce(usize, usize) -> Vec<(usize, Out)>,
) -> Result<Out, Refusal> {
    let size = match call.text("maxResults") {
        None => most,
        Some(text) => {
            let size = text.parse::<usize>().ok().filter(|size| *size >= 1);
            size.map(|size| size.min(most)).ok_or_else(|| wrong(format!("maxResults {text} is out of range")))?
        }
    };
    let at = resume(call, question, wrong("Invalid nextToken"))? as usize;
    let mut items = from(at, size + 1);
    let next = items.get(size).map(|(place, _)| token(call, question, *place as u64));
    items.truncate(size);
    let list = items.into_iter().map(|(_, item)| item).collect();
    Ok(Out::some(vec![(field, Some(Out::List(list))), ("nextToken", next.map(Out::from))]))
}

/// Those of a fixed list that the call names, or all.
fn named<T>(
    call: &Call<'_>,
    (names, field): (&str, &'static str),
    all: impl Iterator<Item = T>,
    title: impl Fn(&T) -> String,
    told: impl Fn(T) -> Out,
) -> Result<Out, Refusal> {
    let wanted = call.texts(names);
    if wanted.len() > PAGE {
        return Err(wrong(format!("{names} has more than {PAGE} entries")));
    }
    let fits = |item: &T| wanted.is_empty() || wanted.iter().any(|text| name(text) == title(item));
    let items: Vec<T> = all.filter(fits).collect();
    page(call, (field, PAGE), names, |at, most| items.into_iter().map(told).enumerate().skip(at).take(most).collect())
}

fn queues(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let batch = place(world, call);
    let told = |queue: &'static Queue| shape::queue(batch, queue, call.now);
    named(call, ("jobQueues", "jobQueues"), QUEUES.iter(), |queue| queue.name.to_owned(), told)
}

fn environments(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let batch = place(world, call);
    let told = |(at, one): (usize, &'static Environment)| shape::environment(batch, at, one, call.now);
    let all = ENVIRONMENTS.iter().enumerate();
    named(call, ("computeEnvironments", "computeEnvironments"), all, |(_, one)| one.name.to_owned(), told)
}

/// The newest two revisions of each are active, those before are not.
fn described_definitions(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let batch = place(world, call);
    let (only, status) = (call.text("jobDefinitionName"), call.text("status"));
    let revisions = definitions().into_iter().flat_map(|plan| (1..=plan.revision).rev().map(move |revision| (plan, revision)));
    let all = revisions.filter(|(plan, revision)| {
        only.as_ref().is_none_or(|only| only == plan.definition)
            && status.as_ref().is_none_or(|status| status == shape::standing(plan, *revision))
    });
    let title = |(plan, revision): &(&Plan, u32)| format!("{}:{revision}", plan.definition);
    named(call, ("jobDefinitions", "jobDefinitions"), all, title, |(plan, revision)| shape::definition(batch, plan, revision))
}

/// Jobs of a queue in one state, or children of an array in one state. Without a state it is RUNNING (Batch API Reference, `ListJobs`).
fn jobs(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let now = call.now.as_second();
    let title = call.text("jobStatus").unwrap_or_else(|| "RUNNING".to_owned());
    let status = Status::ALL.into_iter().find(|status| status.word() == title);
    let status = status.ok_or_else(|| wrong(format!("Invalid jobStatus: {title}")))?;
    let batch = place(world, call);
    if let Some(id) = call.text("arrayJobId") {
        let parent = batch.job(&id, now).ok_or_else(|| wrong(format!("Job {id} does not exist")))?;
        return page(call, ("jobSummaryList", JOBS), &format!("{id}{title}"), |at, most| {
            let children = parent.children().skip(at).filter(|child| child.status(now) == status);
            children.take(most).map(|child| (child.index.unwrap_or(0) as usize, shape::summary(&child, now, None))).collect()
        });
    }
    let queue = queue_of(call, "jobQueue")?;
    let blocked = batch.blocked(queue, now);
    page(call, ("jobSummaryList", JOBS), &format!("{queue}{title}"), |at, most| {
        let fitting = batch.jobs(queue, at, now).filter(|job| job.status(now) == status);
        fitting.take(most).map(|job| (job.place, shape::summary(&job, now, blocked.as_ref()))).collect()
    })
}

/// Unknown jobs are simply absent.
fn described(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let ids = call.texts("jobs");
    if ids.is_empty() || ids.len() > DESCRIBED {
        return Err(wrong(format!("Between 1 and {DESCRIBED} jobs can be described, but {} were asked for", ids.len())));
    }
    let (batch, now) = (place(world, call), call.now.as_second());
    let mut blocked = std::collections::BTreeMap::new();
    let mut told = |job: &Job<'_>| {
        let blocked = blocked.entry(job.queue).or_insert_with(|| batch.blocked(job.queue, now));
        shape::detail(batch, job, now, blocked.as_ref())
    };
    let found = ids.iter().filter_map(|id| batch.job(id, now)).map(|job| told(&job)).collect();
    Ok(Out::Map(vec![("jobs", Out::List(found))]))
}

fn snapshot(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (queue, now) = (queue_of(call, "jobQueue")?, call.now.as_second());
    let front = place(world, call).front(queue, now);
    let first = front
        .iter()
        .take(DESCRIBED)
        .map(|job| Out::Map(vec![("jobArn", job.arn().into()), ("earliestTimeAtPosition", Out::Int(job.created * 1_000))]));
    let list = first.collect();
    Ok(Out::Map(vec![("frontOfQueue", Out::Map(vec![("jobs", Out::List(list)), ("lastUpdatedAt", Out::Int(now * 1_000))]))]))
}

#[cfg(test)]
mod tests;
