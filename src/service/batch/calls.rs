//! The calls that several levels share: the client, queues and environments page by page, jobs by state.

use aws_sdk_batch::{
    Client,
    config::Builder,
    types::{ComputeEnvironmentDetail, JobDetail, JobQueueDetail, JobStatus, JobSummary},
};

use super::CALLS;
use crate::{
    aws::{Aws, SdkConfig, problem::problem},
    model::{Cell, Problem},
};

/// Things on a page, and names in one question (Batch API Reference: 100 for all but lists of jobs).
pub(super) const PAGE: usize = 100;
/// Jobs in one state on a page (Batch API Reference, `ListJobs`, `maxResults`).
const JOBS: i32 = 1_000;

/// The states of a job, in the order in which it has them.
pub(super) const STATES: [JobStatus; 7] = [
    JobStatus::Submitted,
    JobStatus::Pending,
    JobStatus::Runnable,
    JobStatus::Starting,
    JobStatus::Running,
    JobStatus::Succeeded,
    JobStatus::Failed,
];

/// The client, with retries budgeted for this target alone.
pub(super) fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("batch")).build())
}

/// The name at the end of an ARN, or the name.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// A moment of Batch: milliseconds since the epoch.
pub(super) fn moment(millis: Option<i64>) -> Cell {
    millis.map_or(Cell::None, |millis| Cell::Time(millis.div_euclid(1_000)))
}

/// A token that is there and says something.
pub(super) fn further(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}

/// A page of queues and the token of the next: these, or all for none.
pub(super) async fn queue_page(
    aws: &Aws,
    names: &[String],
    token: Option<String>,
) -> Result<(Vec<JobQueueDetail>, Option<String>), Problem> {
    let names = (!names.is_empty()).then(|| names.to_vec());
    let call = aws.through(&CALLS, client).await.describe_job_queues().set_job_queues(names).max_results(PAGE as i32).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.job_queues.unwrap_or_default(), further(answer.next_token)))
}

/// Every queue of the region.
pub(super) async fn queues(aws: &Aws) -> Result<Vec<JobQueueDetail>, Problem> {
    let (mut all, mut token) = (Vec::new(), None);
    loop {
        let (page, next) = queue_page(aws, &[], token).await?;
        all.extend(page);
        token = next;
        if token.is_none() {
            return Ok(all);
        }
    }
}

/// A page of environments and the token of the next: these, or all for none.
pub(super) async fn environment_page(
    aws: &Aws,
    names: &[String],
    token: Option<String>,
) -> Result<(Vec<ComputeEnvironmentDetail>, Option<String>), Problem> {
    let names = (!names.is_empty()).then(|| names.to_vec());
    let call = aws.through(&CALLS, client).await.describe_compute_environments().set_compute_environments(names);
    let call = call.max_results(PAGE as i32).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.compute_environments.unwrap_or_default(), further(answer.next_token)))
}

/// Where jobs are: in a queue, or in an array.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// The queue with this name.
    Queue(&'a str),
    /// The array job with this id.
    Array(&'a str),
}

/// A page of the jobs in one state and the token of the next.
pub(super) async fn job_page(
    aws: &Aws,
    place: Place<'_>,
    state: &JobStatus,
    token: Option<String>,
) -> Result<(Vec<JobSummary>, Option<String>), Problem> {
    let call = aws.through(&CALLS, client).await.list_jobs().job_status(state.clone()).max_results(JOBS).set_next_token(token);
    let call = match place {
        Place::Queue(queue) => call.job_queue(queue),
        Place::Array(id) => call.array_job_id(id),
    };
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.job_summary_list.unwrap_or_default(), further(answer.next_token)))
}

/// At most a hundred jobs; those that are gone are left out.
pub(super) async fn described(aws: &Aws, ids: Vec<String>) -> Result<Vec<JobDetail>, Problem> {
    let answer =
        aws.through(&CALLS, client).await.describe_jobs().set_jobs(Some(ids)).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.jobs.unwrap_or_default())
}
