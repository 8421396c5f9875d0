//! Submitting, cancelling and terminating jobs; queues and environments on and off.

use super::{Call, Out, Refusal, World, name, place, queue_of, wrong};
use crate::sim::world::batch::{
    Ending,
    plan::{ENVIRONMENTS, QUEUES, defined},
};

/// Jobs in one of the calls for many (Batch API Reference, `CancelJobs`, `TerminateJobs`).
const MANY: usize = 50;
/// Children of an array (Batch API Reference, `ArrayProperties`).
const ARRAY: std::ops::RangeInclusive<u32> = 2..=10_000;

pub(super) fn submit(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let title = call.text("jobName").filter(|name| valid(name)).ok_or_else(|| wrong("Job name is not valid"))?;
    let queue = queue_of(call, "jobQueue")?;
    let wanted = call.text("jobDefinition").unwrap_or_default();
    let (definition, revision) = name(&wanted).split_once(':').map_or((name(&wanted), None), |(stem, number)| (stem, Some(number)));
    let known = |plan: &&'static crate::sim::world::batch::plan::Plan| {
        revision.is_none_or(|number| number.parse().is_ok_and(|number: u32| number >= 1 && number <= plan.revision))
    };
    let plan = defined(definition).filter(known).ok_or_else(|| wrong(format!("Job definition {wanted} does not exist")))?;
    let array = match call.input().get("arrayProperties").and_then(|own| own.get("size")) {
        None => 0,
        Some(size) => {
            let size = size.as_u64().and_then(|size| u32::try_from(size).ok()).filter(|size| ARRAY.contains(size));
            size.ok_or_else(|| wrong("Array size must be between 2 and 10000"))?
        }
    };
    let batch = place(world, call);
    if !batch.queue(&QUEUES[queue], call.now).0 {
        return Err(wrong(format!("Job Queue {} is in a DISABLED state", QUEUES[queue].name)));
    }
    let id = batch.submit(&title, queue, plan, array, call.now);
    let arn = format!("arn:aws:batch:{}:{}:job/{id}", batch.region, batch.account);
    Ok(Out::Map(vec![("jobArn", arn.into()), ("jobName", title.into()), ("jobId", id.into())]))
}

/// Batch API Reference, `SubmitJob`, `jobName`: up to 128 letters, digits, hyphens and underscores; the first a letter or digit.
fn valid(name: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    name.len() <= 128 && name.chars().all(word) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Nothing is said about a job that cannot be ended so, or that does not exist (Batch API Reference, `CancelJob`).
fn end(world: &mut World, call: &Call<'_>, how: Ending) -> Result<Out, Refusal> {
    let reason = call.text("reason").ok_or_else(|| wrong("reason is required"))?;
    place(world, call).end(&call.text("jobId").unwrap_or_default(), how, &reason, call.now);
    Ok(Out::Map(Vec::new()))
}

pub(super) fn cancel(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    end(world, call, Ending::Cancel)
}

pub(super) fn terminate(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    end(world, call, Ending::Terminate)
}

fn end_all(world: &mut World, call: &Call<'_>, how: Ending) -> Result<Out, Refusal> {
    let reason = call.text("reason").ok_or_else(|| wrong("reason is required"))?;
    let ids = call.texts("jobs");
    if ids.is_empty() || ids.len() > MANY {
        return Err(wrong(format!("Between 1 and {MANY} jobs, but {} were named", ids.len())));
    }
    // Of a marred answer every second job has failed.
    let spared: Vec<String> = ids.iter().skip(1).step_by(2).filter(|_| call.request.marred).cloned().collect();
    let batch = place(world, call);
    let (known, unknown): (Vec<String>, Vec<String>) =
        ids.into_iter().partition(|id| !spared.contains(id) && batch.end(id, how, &reason, call.now));
    let error = |id: String| Out::Map(vec![("job", id.into()), ("code", "JOB_NOT_FOUND".into()), ("message", "Job not found.".into())]);
    let done = known.into_iter().map(Out::from).collect();
    Ok(Out::Map(vec![("successful", Out::List(done)), ("errors", Out::List(unknown.into_iter().map(error).collect()))]))
}

pub(super) fn cancel_all(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    end_all(world, call, Ending::Cancel)
}

pub(super) fn terminate_all(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    end_all(world, call, Ending::Terminate)
}

/// The state that a call asks for, if it asks for any.
fn wanted(call: &Call<'_>) -> Result<Option<bool>, Refusal> {
    match call.text("state").as_deref() {
        None => Ok(None),
        Some("ENABLED") => Ok(Some(true)),
        Some("DISABLED") => Ok(Some(false)),
        Some(other) => Err(wrong(format!("Invalid state {other}"))),
    }
}

pub(super) fn queue(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let queue = &QUEUES[queue_of(call, "jobQueue")?];
    let batch = place(world, call);
    if batch.queue(queue, call.now).1 == "UPDATING" {
        return Err(wrong("Cannot update, resource is being modified"));
    }
    if let Some(on) = wanted(call)? {
        batch.switch(queue.name, on, call.now);
    }
    let arn = format!("arn:aws:batch:{}:{}:job-queue/{}", batch.region, batch.account, queue.name);
    Ok(Out::Map(vec![("jobQueueName", queue.name.into()), ("jobQueueArn", arn.into())]))
}

pub(super) fn environment(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let text = call.text("computeEnvironment").unwrap_or_default();
    let found = ENVIRONMENTS.iter().find(|one| one.name == name(&text));
    let one = found.ok_or_else(|| wrong(format!("Compute environment {text} does not exist")))?;
    let batch = place(world, call);
    if batch.environment(one, call.now).1 == "UPDATING" {
        return Err(wrong("Cannot update, resource is being modified"));
    }
    if let Some(on) = wanted(call)? {
        batch.switch(one.name, on, call.now);
    }
    let arn = format!("arn:aws:batch:{}:{}:compute-environment/{}", batch.region, batch.account, one.name);
    Ok(Out::Map(vec![("computeEnvironmentName", one.name.into()), ("computeEnvironmentArn", arn.into())]))
}
