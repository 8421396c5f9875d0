//! What a list and what a description tell about a job, as a row.

use aws_sdk_batch::types::{
    AttemptContainerDetail, AttemptDetail, ContainerDetail, JobDetail, JobStatus, JobSummary, JobTimeout, RetryStrategy,
};

use super::super::{
    JOB, QUEUE,
    calls::{Place, STATES, last, moment},
    jobdefs::need,
};
use crate::{
    model::{Cell, Health, Interner, Parents, Record, Resource, Text},
    service::{
        Place as Where,
        row::{Cells, columns, joined, parent, tags},
    },
};

columns! {
    /// The facts of a job.
    enum Col {
        State: "state", "STATE", 11, Where::Row(0);
        Queue: "queue", "QUEUE", 14, Where::Row(3);
        Why: "why", "WHY", 40, Where::Row(1);
        Exit: "exit", "EXIT", 4, Where::Row(4);
        Array: "array", "ARRAY", 24, Where::Row(6);
        Created: "created", "AGE", 4, Where::Row(2);
        Waited: "waited", "WAITED S", 8, Where::Row(7);
        Ran: "ran", "RAN S", 7, Where::Row(5);
        Definition: "definition", "DEFINITION", 20, Where::Row(8);
        Vcpus: "vcpus", "VCPUS", 5, Where::Row(9);
        Memory: "memory", "MEM MIB", 8, Where::Wide;
        Attempts: "attempts", "ATTEMPTS", 8, Where::Wide;
        Tries: "tries", "AT MOST", 7, Where::Detail;
        Depends: "depends", "DEPENDS ON", 36, Where::Wide;
        Index: "index", "INDEX", 5, Where::Wide;
        Started: "started", "STARTED", 7, Where::Detail;
        Stopped: "stopped", "STOPPED", 7, Where::Detail;
        Reason: "reason", "STATUS REASON", 40, Where::Detail;
        ContainerReason: "container_reason", "CONTAINER REASON", 40, Where::Detail;
        Attempted: "attempted", "ATTEMPTS BEFORE", 60, Where::Detail;
        Image: "image", "IMAGE", 40, Where::Detail;
        Command: "command", "COMMAND", 40, Where::Detail;
        Log: "log", "LOG STREAM", 40, Where::Detail;
        Role: "role", "JOB ROLE", 40, Where::Detail;
        Timeout: "timeout", "TIMEOUT S", 9, Where::Detail;
        Share: "share", "SHARE", 12, Where::Detail;
        Size: "size", "ARRAY SIZE", 10, Where::Detail;
        Ended: "ended_by_call", "CANCELLED", 9, Where::Detail;
    }
}

/// What lists and descriptions both tell.
struct Facts<'a> {
    id: &'a str,
    name: Option<&'a str>,
    queue: Option<&'a str>,
    status: Option<&'a JobStatus>,
    reason: Option<&'a str>,
    created: Option<i64>,
    started: Option<i64>,
    stopped: Option<i64>,
    definition: Option<&'a str>,
    share: Option<&'a str>,
    /// Whether somebody ended it.
    ended: Option<bool>,
}

impl Facts<'_> {
    fn row(&self, shared: &mut Interner) -> (Resource, Cells) {
        let mut cells = Cells::new(Col::COLUMNS);
        let seconds = |from: Option<i64>, to: Option<i64>| from.zip(to).map(|(from, to)| (to - from).max(0) / 1_000);
        cells
            .set(Col::State, self.status.map_or(Cell::None, |status| Cell::State(health(status), shared.text(status.as_str()))))
            .text(Col::Queue, self.queue.map(|queue| shared.text(last(queue))))
            .text(Col::Why, self.reason.filter(|_| telling(self.status)).map(|reason| shared.text(reason)))
            .text(Col::Reason, self.reason.map(|reason| shared.text(reason)))
            .set(Col::Created, moment(self.created))
            .set(Col::Started, moment(self.started))
            .set(Col::Stopped, moment(self.stopped))
            .count(Col::Waited, seconds(self.created, self.started))
            .count(Col::Ran, seconds(self.started, self.stopped))
            .text(Col::Definition, self.definition.map(|arn| shared.text(last(arn))))
            .text(Col::Share, self.share.map(|share| shared.text(share)))
            .set(Col::Ended, self.ended.map_or(Cell::None, Cell::Flag));
        let id = Text::new(self.id);
        let name = self.name.map_or_else(|| id.clone(), Text::new);
        // A child belongs to its array alone: lists of a queue are as Batch gives them, arrays in one row.
        let parents = match (self.id.split_once(':'), self.queue) {
            (Some((array, _)), _) => parent(JOB, array),
            (None, Some(queue)) => parent(QUEUE, last(queue)),
            (None, None) => Parents::default(),
        };
        (Resource { id, name, cells: Record::default(), tags: [].into(), parents }, cells)
    }
}

/// Whether the reason of a state says more than the state itself: a job that did well needs none.
fn telling(status: Option<&JobStatus>) -> bool {
    !matches!(status, Some(JobStatus::Succeeded))
}

fn health(status: &JobStatus) -> Health {
    match status {
        JobStatus::Running => Health::Ok,
        JobStatus::Submitted | JobStatus::Pending | JobStatus::Runnable | JobStatus::Starting => Health::Busy,
        JobStatus::Succeeded => Health::Off,
        JobStatus::Failed => Health::Bad,
        _ => Health::Unknown,
    }
}

pub(super) fn listed(place: Place<'_>, job: &JobSummary, shared: &mut Interner) -> Option<Resource> {
    let facts = Facts {
        id: job.job_id()?,
        name: job.job_name(),
        queue: match place {
            Place::Queue(queue) => Some(queue),
            Place::Array(_) => None,
        },
        status: job.status(),
        reason: job.status_reason(),
        created: job.created_at(),
        started: job.started_at(),
        stopped: job.stopped_at(),
        definition: job.job_definition(),
        share: job.share_identifier(),
        ended: job.is_cancelled().or(job.is_terminated()),
    };
    let (row, mut cells) = facts.row(shared);
    if let Some(array) = job.array_properties() {
        arrayed(&mut cells, array.size(), array.index(), array.status_summary());
    }
    if let Some(container) = job.container() {
        cells.count(Col::Exit, container.exit_code());
        because(&mut cells, job.status(), container.reason());
    }
    Some(Resource { cells: cells.done(), ..row })
}

/// Of an array its size and how its children stand; of a child its index.
fn arrayed(cells: &mut Cells, size: Option<i32>, index: Option<i32>, summary: Option<&std::collections::HashMap<String, i32>>) {
    let told = summary.and_then(|counts| {
        let count = |state: &JobStatus| counts.get(state.as_str()).copied().filter(|count| *count > 0);
        joined(STATES.iter().filter_map(|state| Some(format!("{} {}", count(state)?, state.as_str().to_lowercase()))))
    });
    let words = told.or_else(|| size.map(|size| format!("{size} jobs")));
    cells.text(Col::Array, words.map(|words| Text::new(&words))).count(Col::Size, size).count(Col::Index, index);
}

/// The container's own reason says more than Batch's: `OutOfMemoryError` against `Essential container in task exited`.
fn because(cells: &mut Cells, status: Option<&JobStatus>, reason: Option<&str>) {
    let reason = reason.filter(|reason| !reason.is_empty());
    cells.text(Col::ContainerReason, reason.map(Text::new));
    if let Some(reason) = reason.filter(|_| telling(status)) {
        cells.text(Col::Why, Some(Text::new(reason)));
    }
}

pub(super) fn detailed(job: &JobDetail, shared: &mut Interner) -> Option<Resource> {
    let facts = Facts {
        id: job.job_id()?,
        name: job.job_name(),
        queue: job.job_queue(),
        status: job.status(),
        reason: job.status_reason(),
        created: job.created_at(),
        started: job.started_at(),
        stopped: job.stopped_at(),
        definition: job.job_definition(),
        share: job.share_identifier(),
        ended: job.is_cancelled().or(job.is_terminated()),
    };
    let (row, mut cells) = facts.row(shared);
    if let Some(array) = job.array_properties() {
        arrayed(&mut cells, array.size(), array.index(), array.status_summary());
    }
    if let Some(own) = job.container() {
        container(&mut cells, job.status(), own, shared);
    }
    trials(&mut cells, job);
    let pairs = job.tags().into_iter().flatten().map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
    let depends = joined(job.depends_on().iter().filter_map(|one| one.job_id()).map(str::to_owned));
    cells.text(Col::Depends, depends.map(|list| Text::new(&list)));
    Some(Resource { cells: cells.done(), tags: tags(pairs, shared), ..row })
}

fn container(cells: &mut Cells, status: Option<&JobStatus>, own: &ContainerDetail, shared: &mut Interner) {
    let command = joined(own.command().iter().cloned());
    cells
        .count(Col::Exit, own.exit_code())
        .count(Col::Vcpus, need(own.resource_requirements(), "VCPU").or(own.vcpus().map(i64::from)))
        .count(Col::Memory, need(own.resource_requirements(), "MEMORY").or(own.memory().map(i64::from)))
        .text(Col::Image, own.image().map(|image| shared.text(image)))
        .text(Col::Command, command.map(|words| Text::new(&words)))
        .text(Col::Log, own.log_stream_name().map(Text::new))
        .text(Col::Role, own.job_role_arn().map(|role| shared.text(role)));
    because(cells, status, own.reason());
}

/// Every attempt with its end; the state of the whole is that of the last.
fn trials(cells: &mut Cells, job: &JobDetail) {
    let attempts = job.attempts();
    cells
        .count(Col::Attempts, Some(attempts.len() as i64))
        .count(Col::Tries, job.retry_strategy().and_then(RetryStrategy::attempts))
        .count(Col::Timeout, job.timeout().and_then(JobTimeout::attempt_duration_seconds))
        .text(Col::Attempted, joined(attempts.iter().zip(1..).map(attempt)).map(|list| Text::new(&list)));
}

/// `1: exit 1 after 45 s, OutOfMemoryError…`.
fn attempt((one, number): (&AttemptDetail, usize)) -> String {
    let container = one.container();
    let exit =
        container.and_then(AttemptContainerDetail::exit_code).map_or_else(|| "no exit code".to_owned(), |code| format!("exit {code}"));
    let time = one.started_at().zip(one.stopped_at()).map(|(from, to)| format!(" after {} s", (to - from) / 1_000));
    let reason = container.and_then(|own| own.reason()).or_else(|| one.status_reason()).map(|reason| format!(", {reason}"));
    format!("{number}: {exit}{}{}", time.unwrap_or_default(), reason.unwrap_or_default())
}
