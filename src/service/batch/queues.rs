//! Job queues: whether they take jobs, how many wait in each state, and how long the head has waited.

use std::sync::Arc;

use aws_sdk_batch::types::{JobQueueDetail, JobStatus, JobSummary, JqState, JqStatus};
use jiff::Timestamp;

use super::{
    CALLS,
    calls::{PAGE, Place, client, job_page, last, moment, queue_page},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{
        Cell, Finding, Gap, Health, Interner, Problem, Resource, Severity, Text, format,
        resource::{Overlay, Page},
    },
    service::{
        Pages, Place as Where, Scope,
        row::{Cells, columns, finding, joined, number, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

/// Seconds after which a head that does not move is a concern.
const LONG: i64 = 1_800;

columns! {
    /// The facts of a queue.
    enum Col {
        State: "state", "STATE", 10, Where::Row(0);
        Runnable: "runnable", "RUNNABLE", 8, Where::Row(2);
        Running: "running", "RUNNING", 7, Where::Row(3);
        Failed: "failed", "FAILED", 6, Where::Row(4);
        Head: "head", "HEAD WAITS", 10, Where::Row(5);
        HeadReason: "head_reason", "HEAD WAITS BECAUSE", 40, Where::Row(9);
        Pending: "pending", "PENDING", 7, Where::Row(7);
        Starting: "starting", "STARTING", 8, Where::Wide;
        Submitted: "submitted", "SUBMITTED", 9, Where::Wide;
        HeadJob: "head_job", "HEAD", 36, Where::Detail;
        Priority: "priority", "PRIORITY", 8, Where::Row(8);
        Environments: "environments", "ENVIRONMENTS", 30, Where::Row(10);
        Status: "status", "STATUS", 10, Where::Row(6);
        Reason: "reason", "STATUS REASON", 40, Where::Wide;
        Sort: "type", "TYPE", 14, Where::Detail;
        Policy: "policy", "SCHEDULING POLICY", 30, Where::Detail;
        Limits: "limits", "TIME LIMITS", 40, Where::Detail;
    }
}

fn row(queue: &JobQueueDetail, shared: &mut Interner) -> Option<Resource> {
    let name = Text::new(queue.job_queue_name()?);
    let environments = joined(environments(queue));
    let limits = joined(queue.job_state_time_limit_actions().iter().map(|one| {
        let (reason, seconds) = (one.reason().unwrap_or("?"), i64::from(one.max_time_seconds().unwrap_or(0)));
        format!("{reason} after {}", format::age(seconds))
    }));
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, queue.state().map_or(Cell::None, |state| Cell::State(health(state), shared.text(state.as_str()))))
        .set(Col::Status, queue.status().map_or(Cell::None, |status| Cell::State(soundness(status), shared.text(status.as_str()))))
        .text(Col::Reason, queue.status_reason().map(|reason| shared.text(reason)))
        .count(Col::Priority, queue.priority())
        .text(Col::Environments, environments.map(|list| shared.text(&list)))
        .text(Col::Sort, queue.job_queue_type().map(|sort| shared.text(sort.as_str())))
        .text(Col::Policy, queue.scheduling_policy_arn().map(|arn| shared.text(last(arn))))
        .text(Col::Limits, limits.map(|list| Text::new(&list)));
    let pairs = queue.tags().into_iter().flatten().map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
    Some(Resource { id: name.clone(), name, cells: cells.done(), tags: tags(pairs, shared), parents: [].into() })
}

/// The names of a queue's environments in the order in which they are tried.
pub(super) fn environments(queue: &JobQueueDetail) -> impl Iterator<Item = String> {
    let mut order: Vec<_> = queue.compute_environment_order().iter().collect();
    order.sort_by_key(|one| one.order());
    order.into_iter().filter_map(|one| one.compute_environment()).map(|arn| last(arn).to_owned())
}

fn health(state: &JqState) -> Health {
    match state {
        JqState::Enabled => Health::Ok,
        JqState::Disabled => Health::Off,
        _ => Health::Unknown,
    }
}

fn soundness(status: &JqStatus) -> Health {
    match status {
        JqStatus::Valid => Health::Ok,
        JqStatus::Creating | JqStatus::Updating | JqStatus::Deleting => Health::Busy,
        JqStatus::Deleted => Health::Off,
        JqStatus::Invalid => Health::Bad,
        _ => Health::Unknown,
    }
}

/// Lists queues.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::Ids(ids) => {
            for ids in ids.chunks(PAGE) {
                let names: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
                sweep(&aws, &names, &pages).await?;
            }
        }
        Scope::All | Scope::Within(..) => sweep(&aws, &[], &pages).await?,
    }
    Ok(Vec::new())
}

async fn sweep(aws: &Aws, names: &[String], pages: &Pages) -> Result<(), Problem> {
    let (mut shared, mut token) = (Interner::default(), None);
    loop {
        let (page, next) = queue_page(aws, names, token).await?;
        send(pages, rows(page.iter().filter_map(|queue| row(queue, &mut shared)).collect())).await?;
        token = next;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// How many jobs are in each state but those that succeeded, and which of them waits longest for a machine.
pub(super) async fn details(aws: Aws, queues: Vec<Arc<Resource>>) -> Result<Page, Problem> {
    let mut overlays = Vec::new();
    for queue in queues {
        let mut cells = Cells::new(Col::COLUMNS);
        for (state, at) in COUNTED {
            let jobs = jobs(&aws, queue.name.as_str(), &state).await?;
            cells.count(at, Some(jobs.len() as i64));
            if state == JobStatus::Runnable {
                head(&mut cells, &jobs);
            }
        }
        overlays.push(Overlay { id: queue.id.clone(), cells: cells.whole(&[Col::Head, Col::HeadJob, Col::HeadReason]), tags: None });
    }
    Ok(Page { rows: Vec::new(), overlays })
}

const COUNTED: [(JobStatus, Col); 6] = [
    (JobStatus::Runnable, Col::Runnable),
    (JobStatus::Running, Col::Running),
    (JobStatus::Failed, Col::Failed),
    (JobStatus::Pending, Col::Pending),
    (JobStatus::Starting, Col::Starting),
    (JobStatus::Submitted, Col::Submitted),
];

async fn jobs(aws: &Aws, queue: &str, state: &JobStatus) -> Result<Vec<JobSummary>, Problem> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let (page, next) = job_page(aws, Place::Queue(queue), state, token).await?;
        all.extend(page);
        token = next;
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// The job that has waited longest; what Batch says of the one at the front it says of no other.
fn head(cells: &mut Cells, waiting: &[JobSummary]) {
    let told = waiting.iter().find(|job| job.status_reason().is_some_and(|reason| !reason.is_empty()));
    let oldest = told.or_else(|| waiting.iter().min_by_key(|job| job.created_at()));
    cells
        .set(Col::Head, moment(oldest.and_then(JobSummary::created_at)))
        .text(Col::HeadJob, oldest.and_then(|job| job.job_id()).map(Text::new))
        .text(Col::HeadReason, oldest.and_then(|job| job.status_reason()).map(Text::new));
}

/// Describes one queue so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, queue: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CALLS, client).await.describe_job_queues().job_queues(queue.name.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn moving(queue: &Resource) -> bool {
    matches!(queue.cells.get(Col::Status as usize), Some(Cell::State(Health::Busy, _)))
}

pub(super) fn state(queue: &Resource) -> &str {
    words(queue, Col::State)
}

pub(super) fn status(queue: &Resource) -> (&str, &str) {
    (words(queue, Col::Status), words(queue, Col::Reason))
}

pub(super) fn runnable(queue: &Resource) -> Option<i64> {
    number(queue, Col::Runnable)
}

/// Jobs that are not over and do not run yet.
pub(super) fn depth(queue: &Resource, _: Timestamp) -> Option<f64> {
    let parts = [Col::Submitted, Col::Pending, Col::Runnable].map(|at| number(queue, at));
    parts.into_iter().sum::<Option<i64>>().map(|sum| sum as f64)
}

/// Jobs that start or run.
pub(super) fn busy(queue: &Resource, _: Timestamp) -> Option<f64> {
    Some((number(queue, Col::Starting)? + number(queue, Col::Running)?) as f64)
}

/// Seconds that the head has waited when its jobs were counted; 0 when none waits.
pub(super) fn wait(queue: &Resource, now: Timestamp) -> Option<f64> {
    match queue.cells.get(Col::Head as usize) {
        Some(Cell::Time(since)) => Some((now.as_second() - since).max(0) as f64),
        _ => runnable(queue).filter(|count| *count == 0).map(|_| 0.0),
    }
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("queue-invalid", Severity::Critical, "the queue is invalid"),
    sign("queue-blocked", Severity::Critical, "the job at its head cannot run and keeps back all behind it"),
    sign("queue-waits", Severity::Warning, "the job at its head has waited for long"),
    sign("queue-off", Severity::Notice, "the queue is off"),
];

/// Everything wrong with a queue at this moment, worst first.
pub(super) fn findings(queue: &Resource, now: Timestamp) -> Vec<Finding> {
    let found = [invalid(queue), blocked(queue, now), off(queue)];
    found.into_iter().flatten().collect()
}

fn invalid(queue: &Resource) -> Option<Finding> {
    let reason = format!("the queue is invalid: {}", words(queue, Col::Reason));
    let advice = "look at its compute environments; no job of it starts until they are valid";
    (words(queue, Col::Status) == "INVALID").then(|| finding(Severity::Critical, "queue-invalid", &reason, advice))
}

/// A head of which Batch says why it waits keeps back all behind it.
fn blocked(queue: &Resource, now: Timestamp) -> Option<Finding> {
    let Some(Cell::Time(since)) = queue.cells.get(Col::Head as usize) else { return None };
    let (waited, why) = (now.as_second() - since, words(queue, Col::HeadReason));
    let told = Finding { since: Timestamp::from_second(*since).ok(), ..waits(why, waited)? };
    Some(told)
}

fn waits(why: &str, waited: i64) -> Option<Finding> {
    if !why.is_empty() {
        let reason = format!("the head of the queue blocks it: {why}");
        return Some(finding(Severity::Critical, "queue-blocked", &reason, "mend what the reason names, or cancel the job at its head"));
    }
    let reason = format!("the head of the queue has waited for {}", format::age(waited));
    let advice = "see why the job waits, and whether its environments are at their limit";
    (waited > LONG).then(|| finding(Severity::Warning, "queue-waits", &reason, advice))
}

fn off(queue: &Resource) -> Option<Finding> {
    let reason = match runnable(queue) {
        Some(count) if count > 0 => format!("the queue is off, and {count} jobs wait in it"),
        _ => "the queue is off: it takes no new jobs".to_owned(),
    };
    (state(queue) == "DISABLED").then(|| finding(Severity::Notice, "queue-off", &reason, "turn it on when it is to take jobs again"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn queue(state: JqState, status: JqStatus) -> Resource {
        let queue = JobQueueDetail::builder().job_queue_name("q").state(state).status(status).build();
        row(&queue, &mut Interner::default()).expect("a row")
    }

    fn with_head(waited: i64, reason: &str) -> Resource {
        let mut row = queue(JqState::Enabled, JqStatus::Valid);
        let job = JobSummary::builder().job_id("j").created_at((NOW - waited) * 1_000).status_reason(reason).build();
        let mut cells = Cells::new(Col::COLUMNS);
        head(&mut cells, &[job]);
        cells.filled().into_iter().for_each(|(at, cell)| row.cells.set(at, cell));
        row
    }

    #[test]
    fn what_is_wrong_with_a_queue() {
        let cases: [(Resource, &[&str]); 6] = [
            (queue(JqState::Enabled, JqStatus::Valid), &[]),
            (queue(JqState::Enabled, JqStatus::Invalid), &["queue-invalid"]),
            (queue(JqState::Disabled, JqStatus::Valid), &["queue-off"]),
            (with_head(60, ""), &[]),
            (with_head(7_200, ""), &["queue-waits"]),
            (with_head(60, "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - none"), &["queue-blocked"]),
        ];
        let now = Timestamp::from_second(NOW).expect("a time");
        for (row, codes) in cases {
            let found: Vec<&str> = findings(&row, now).iter().map(|finding| finding.code).collect();
            assert_eq!(found, codes);
        }
    }

    #[test]
    fn an_empty_queue_has_no_wait_and_an_uncounted_one_no_figures() {
        let mut row = queue(JqState::Enabled, JqStatus::Valid);
        let now = Timestamp::from_second(NOW).expect("a time");
        assert_eq!((depth(&row, now), busy(&row, now), wait(&row, now)), (None, None, None));
        for at in [Col::Submitted, Col::Pending, Col::Runnable, Col::Starting, Col::Running] {
            row.cells.set(at as usize, Cell::Count(0));
        }
        assert_eq!((depth(&row, now), busy(&row, now), wait(&row, now)), (Some(0.0), Some(0.0), Some(0.0)));
        assert_eq!(wait(&with_head(90, ""), now), Some(90.0));
    }
}
