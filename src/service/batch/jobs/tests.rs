use aws_sdk_batch::types::{ArrayPropertiesSummary, AttemptContainerDetail, AttemptDetail, ContainerSummary, JobDetail, JobSummary};

use super::{super::QUEUE, *};
use crate::service::row::parent;

const NOW: i64 = 1_790_000_000;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn job(status: JobStatus, reason: &str) -> aws_sdk_batch::types::builders::JobSummaryBuilder {
    JobSummary::builder().job_id("j").job_name("n").status(status).status_reason(reason).created_at((NOW - 60) * 1_000)
}

fn shown(job: &JobSummary) -> Resource {
    listed(Place::Queue("q"), job, &mut Interner::default()).expect("a row")
}

fn codes(row: &Resource, now: i64) -> Vec<&'static str> {
    findings(row, at(now)).iter().map(|finding| finding.code).collect()
}

#[test]
fn what_is_wrong_with_a_job() {
    let failed = shown(&job(JobStatus::Failed, "Essential container in task exited").build());
    assert_eq!((codes(&failed, NOW), codes(&failed, NOW + 2 * FRESH)), (vec!["job-failed"], vec![]));
    let blocked = shown(&job(JobStatus::Runnable, "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - too much").build());
    assert_eq!(codes(&blocked, NOW), ["job-stuck"]);
    let waiting = shown(&job(JobStatus::Runnable, "").build());
    assert_eq!((codes(&waiting, NOW), codes(&waiting, NOW + LONG)), (vec![], vec!["job-waits"]));
    for status in [JobStatus::Running, JobStatus::Pending, JobStatus::Succeeded] {
        assert!(codes(&shown(&job(status, "").build()), NOW + 2 * LONG).is_empty());
    }
}

#[test]
fn the_containers_reason_goes_before_batchs() {
    let killed = ContainerSummary::builder().exit_code(137).reason("OutOfMemoryError: Container killed due to memory usage").build();
    let row = shown(&job(JobStatus::Failed, "Essential container in task exited").container(killed).build());
    assert_eq!(words(&row, Col::Why), "OutOfMemoryError: Container killed due to memory usage");
    assert_eq!((words(&row, Col::Reason), number(&row, Col::Exit)), ("Essential container in task exited", Some(137)));
    assert_eq!(words(&shown(&job(JobStatus::Succeeded, "Essential container in task exited").build()), Col::Why), "");
}

#[test]
fn an_array_tells_how_its_children_stand_and_a_child_belongs_to_it() {
    let counts = [("RUNNING", 3), ("SUCCEEDED", 8), ("FAILED", 0)].map(|(state, count)| (state.to_owned(), count));
    let array = ArrayPropertiesSummary::builder().size(11).set_status_summary(Some(counts.into())).build();
    let row = shown(&job(JobStatus::Pending, "").array_properties(array).build());
    assert_eq!((words(&row, Col::Array), single(&row)), ("3 running, 8 succeeded", false));
    assert_eq!(row.parents, parent(QUEUE, "q"));
    let child = JobSummary::builder().job_id("j:4").array_properties(ArrayPropertiesSummary::builder().index(4).build()).build();
    let child = listed(Place::Array("j"), &child, &mut Interner::default()).expect("a row");
    assert_eq!((child.parents.clone(), number(&child, Col::Index), single(&child)), (parent(JOB, "j"), Some(4), true));
}

#[test]
fn times_are_told_in_seconds_and_attempts_in_words() {
    let (from, to) = (NOW * 1_000, NOW * 1_000 + 45_500);
    let container = AttemptContainerDetail::builder().exit_code(1).build();
    let attempt = AttemptDetail::builder().started_at(from).stopped_at(to).container(container).status_reason("exited").build();
    let job = JobDetail::builder().job_id("j").created_at(from - 9_000).started_at(from).stopped_at(to).attempts(attempt).build();
    let row = detailed(&job, &mut Interner::default()).expect("a row");
    assert_eq!((number(&row, Col::Waited), number(&row, Col::Ran)), (Some(9), Some(45)));
    assert_eq!(words(&row, Col::Attempted), "1: exit 1 after 45 s, exited");
}
