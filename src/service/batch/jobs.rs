//! Jobs in every state: what they ask for, how long they waited and ran, and why they wait or failed.

mod row;

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_batch::types::JobStatus;
use futures::{StreamExt, stream};
use jiff::Timestamp;

pub(super) use self::row::Col;
use self::row::{detailed, listed};
use super::{
    CALLS, JOB, QUEUE,
    calls::{PAGE, Place, STATES, client, described, job_page, queues},
    waiting::Reasons,
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{
        Cell, Finding, Gap, Interner, KindId, Problem, Resource, Severity, Text,
        resource::{Overlay, Page},
    },
    service::{
        Pages, Scope,
        row::{finding, number, rows, send, words},
        sign::{Sign, sign},
    },
};

/// Seconds for which a job that failed is a finding: a day.
const FRESH: i64 = 86_400;
/// Seconds after which a job that waits for a machine is a finding.
const LONG: i64 = 1_800;
/// Questions under way together; the lane spaces them.
const TOGETHER: usize = 4;

/// Lists jobs queue by queue and state by state.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::Ids(ids) => {
            for ids in ids.chunks(PAGE) {
                let mut shared = Interner::default();
                let jobs = described(&aws, ids.iter().map(|id| id.as_str().to_owned()).collect()).await?;
                send(&pages, rows(jobs.iter().filter_map(|job| detailed(job, &mut shared)).collect())).await?;
            }
            Ok(Vec::new())
        }
        Scope::Within(KindId(JOB), array) => everywhere(&aws, &[Place::Array(array.id.as_str())], &pages).await,
        Scope::Within(KindId(QUEUE), queue) => everywhere(&aws, &[Place::Queue(queue.name.as_str())], &pages).await,
        Scope::All | Scope::Within(..) => {
            let queues = queues(&aws).await?;
            let places: Vec<Place<'_>> = queues.iter().filter_map(|queue| queue.job_queue_name()).map(Place::Queue).collect();
            everywhere(&aws, &places, &pages).await
        }
    }
}

/// Every place. One that fails does not keep the others back; the whole fails only where all do.
async fn everywhere(aws: &Aws, places: &[Place<'_>], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let all: Vec<_> = places.iter().map(|place| of(aws, *place, pages)).collect();
    let answers: Vec<Vec<Problem>> = stream::iter(all).buffer_unordered(TOGETHER).collect().await;
    let failed = answers.iter().all(|problems| problems.len() == STATES.len());
    let mut problems: Vec<Problem> = answers.into_iter().flatten().collect();
    if failed && !problems.is_empty() { Err(problems.swap_remove(0)) } else { Ok(problems.into_iter().map(Gap::rows).collect()) }
}

/// State after state in the order in which a job has them, so that none slips through by getting on meanwhile. What runs is asked
/// for at once beside them: those are the first rows.
async fn of(aws: &Aws, place: Place<'_>, pages: &Pages) -> Vec<Problem> {
    let (early, late) = STATES.split_at(RUNNING);
    // What keeps the glance from an answer keeps the sweep from it too, and is told there.
    let (_, mut problems) = futures::join!(glance(aws, place, pages), each(aws, place, early, pages));
    problems.extend(each(aws, place, late, pages).await);
    problems
}

/// The place of RUNNING among the states.
const RUNNING: usize = 4;

async fn glance(aws: &Aws, place: Place<'_>, pages: &Pages) -> Result<(), Problem> {
    let (page, _) = job_page(aws, place, &STATES[RUNNING], None).await?;
    let mut shared = Interner::default();
    send(pages, rows(page.iter().filter_map(|job| listed(place, job, &mut shared)).collect())).await
}

async fn each(aws: &Aws, place: Place<'_>, states: &[JobStatus], pages: &Pages) -> Vec<Problem> {
    let mut problems = Vec::new();
    for state in states {
        problems.extend(in_state(aws, place, state, pages).await.err());
    }
    problems
}

async fn in_state(aws: &Aws, place: Place<'_>, state: &JobStatus, pages: &Pages) -> Result<(), Problem> {
    let (mut shared, mut token) = (Interner::default(), None);
    loop {
        let (page, next) = job_page(aws, place, state, token).await?;
        send(pages, rows(page.iter().filter_map(|job| listed(place, job, &mut shared)).collect())).await?;
        token = next;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// What lists leave out, and for those that wait for a machine the reason, as far as it can be known.
pub(super) async fn details(aws: Aws, jobs: Vec<Arc<Resource>>) -> Result<Page, Problem> {
    let mut shared = Interner::default();
    let ids = jobs.iter().map(|job| job.id.as_str().to_owned()).collect();
    let mut rows: Vec<Resource> = described(&aws, ids).await?.iter().filter_map(|job| detailed(job, &mut shared)).collect();
    let queues: BTreeSet<String> = rows.iter().filter(|job| waits(job)).map(|job| words(job, Col::Queue).to_owned()).collect();
    let reasons = Reasons::of(&aws, &queues).await?;
    for job in rows.iter_mut().filter(|job| waits(job)) {
        let asked = (number(job, Col::Vcpus), number(job, Col::Memory));
        let why = reasons.of_job(words(job, Col::Queue), job.id.as_str(), asked, words(job, Col::Reason));
        job.cells.set(Col::Why as usize, Cell::text(Some(Text::new(&why))));
    }
    Ok(Page { rows: Vec::new(), overlays: rows.into_iter().map(overlay).collect() })
}

/// What lists leave out; what they tell is newer in the next list than here.
const BESIDE: [Col; 14] = [
    Col::Size,
    Col::Why,
    Col::ContainerReason,
    Col::Vcpus,
    Col::Memory,
    Col::Attempts,
    Col::Tries,
    Col::Depends,
    Col::Attempted,
    Col::Image,
    Col::Command,
    Col::Log,
    Col::Role,
    Col::Timeout,
];

fn overlay(row: Resource) -> Overlay {
    let cells = BESIDE.iter().map(|at| (*at as usize, row.cells[*at as usize].clone())).collect();
    Overlay { id: row.id, cells, tags: Some(row.tags) }
}

/// Describes one job so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, job: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let answer = aws.through(&CALLS, client).await.describe_jobs().jobs(job.id.as_str()).customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

/// States that last a few seconds.
pub(super) fn moving(job: &Resource) -> bool {
    matches!(state(job), "SUBMITTED" | "STARTING")
}

/// True for a job that is no array.
pub(super) fn single(job: &Resource) -> bool {
    number(job, Col::Size).is_none()
}

pub(super) fn state(job: &Resource) -> &str {
    words(job, Col::State)
}

pub(super) fn children(job: &Resource) -> Option<i64> {
    number(job, Col::Size)
}

fn waits(job: &Resource) -> bool {
    state(job) == "RUNNABLE"
}

/// How the reason begins when the job blocks its queue (Batch User Guide, "Jobs stuck in a RUNNABLE status").
const BLOCKING: [&str; 4] = ["CAPACITY:", "MISCONFIGURATION:", "ACTION_REQUIRED", "UNDETERMINED"];

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("job-stuck", Severity::Critical, "it cannot run and blocks its queue"),
    sign("job-failed", Severity::Warning, "it failed lately"),
    sign("job-waits", Severity::Warning, "it has waited long for a machine"),
];

/// Everything wrong with a job at this moment, worst first.
pub(super) fn findings(job: &Resource, now: Timestamp) -> Vec<Finding> {
    [failed(job, now), stuck(job, now)].into_iter().flatten().collect()
}

fn failed(job: &Resource, now: Timestamp) -> Option<Finding> {
    let at = job.cells.get(Col::Stopped as usize).and_then(Cell::moment).or_else(|| created(job))?;
    let fresh = now.duration_since(at).as_secs() < FRESH;
    let exit = number(job, Col::Exit).map(|code| format!(" with exit code {code}")).unwrap_or_default();
    let reason = format!("the job failed{exit}: {}", words(job, Col::Why));
    let advice = "look at its log stream; submit it again once the reason is gone";
    let told = (state(job) == "FAILED" && fresh).then(|| finding(Severity::Warning, "job-failed", &reason, advice))?;
    Some(Finding { since: Some(at), ..told })
}

fn stuck(job: &Resource, now: Timestamp) -> Option<Finding> {
    let since = created(job).filter(|_| waits(job))?;
    let told = words(job, Col::Reason);
    let found = if BLOCKING.iter().any(|start| told.starts_with(start)) {
        let reason = format!("it cannot run and blocks its queue: {told}");
        finding(Severity::Critical, "job-stuck", &reason, "mend what the reason names, or cancel it so that the next can run")
    } else if now.duration_since(since).as_secs() > LONG {
        let why = words(job, Col::Why);
        let reason = if why.is_empty() { "it has waited long for a machine".to_owned() } else { format!("it has waited long: {why}") };
        finding(Severity::Warning, "job-waits", &reason, "see its queue and the environments of that")
    } else {
        return None;
    };
    Some(Finding { since: Some(since), ..found })
}

fn created(job: &Resource) -> Option<Timestamp> {
    job.cells.get(Col::Created as usize).and_then(Cell::moment)
}

#[cfg(test)]
mod tests;
