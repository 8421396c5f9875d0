//! What can be done to jobs, queues and environments.

use aws_sdk_batch::{
    config::Builder,
    types::{CancelJobsErrorDetail, CeState, JqState, TerminateJobsErrorDetail},
};
use aws_smithy_types::retry::RetryConfig;

use super::{CALLS, calls::client, envs, jobs, queues};
use crate::{
    aws::{Aws, problem::problem},
    model::{Problem, ProblemKind, Resource, Severity, Text},
    service::{Action, Batch, Consequence, Input, Outcomes, Progress, Receipt, Risk, Sort, Turn, Undo, Values, row::note},
};

/// Jobs in one call (Batch API Reference, `CancelJobs`, `TerminateJobs`).
const MANY: usize = 50;
/// Characters of a reason (Batch API Reference, `TerminateJob`, `reason`).
const REASON: usize = 1_024;

/// Cancel and terminate; in menu order.
pub(super) static JOB_ACTIONS: &[Action] = &[
    Action {
        id: "cancel",
        title: "cancel before it starts",
        key: 'c',
        risk: Risk::Disruptive,
        inputs: WHY,
        offered: |job| match jobs::state(job) {
            "SUBMITTED" | "PENDING" | "RUNNABLE" => Ok(()),
            "STARTING" | "RUNNING" => Err("it has begun: terminate it"),
            _ => Err("it is over"),
        },
        consequences: |job, _| ending(job, "it fails without having run; jobs that depend on it fail too"),
        probe: None,
        progress: ended,
        batch: MANY,
        turn: Turn::of(&CALLS),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(cancel(aws, batch)),
    },
    Action {
        id: "terminate",
        title: "terminate",
        key: 't',
        risk: Risk::Destructive,
        inputs: WHY,
        offered: |job| match jobs::state(job) {
            "SUCCEEDED" | "FAILED" => Err("it is over"),
            _ => Ok(()),
        },
        consequences: |job, _| ending(job, "its container is killed and what it has done so far is lost; jobs that depend on it fail too"),
        probe: None,
        progress: ended,
        batch: MANY,
        turn: Turn::of(&CALLS),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(terminate(aws, batch)),
    },
];

/// On and off.
pub(super) static QUEUE_ACTIONS: &[Action] = &[
    Action {
        id: "enable",
        title: "turn it on",
        key: 'e',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |queue| if queues::state(queue) == "DISABLED" { Ok(()) } else { Err("it is on already") },
        consequences: |_, _| vec![note(Severity::Notice, "jobs can be submitted again, and those that were left in it run")],
        probe: None,
        progress: |queue, _| reached(queue, "ENABLED", queues::state, queues::status),
        batch: 1,
        turn: Turn::of(&CALLS),
        undo: Some(Undo { action: "disable", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(switch_queue(aws, batch, JqState::Enabled)),
    },
    Action {
        id: "disable",
        title: "turn it off",
        key: 'x',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |queue| if queues::state(queue) == "ENABLED" { Ok(()) } else { Err("it is off already") },
        consequences: |_, _| vec![note(Severity::Warning, "nothing can be submitted to it any more; jobs that are in it finish")],
        probe: None,
        progress: |queue, _| reached(queue, "DISABLED", queues::state, queues::status),
        batch: 1,
        turn: Turn::of(&CALLS),
        undo: Some(Undo { action: "enable", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(switch_queue(aws, batch, JqState::Disabled)),
    },
];

/// On and off.
pub(super) static ENVIRONMENT_ACTIONS: &[Action] = &[
    Action {
        id: "enable",
        title: "turn it on",
        key: 'e',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |one| if envs::state(one) == "DISABLED" { Ok(()) } else { Err("it is on already") },
        consequences: |_, _| {
            vec![note(Severity::Notice, "jobs that wait are placed on it, and machines for them are launched and charged")]
        },
        probe: None,
        progress: |one, _| reached(one, "ENABLED", envs::state, envs::status),
        batch: 1,
        turn: Turn::of(&CALLS),
        undo: Some(Undo { action: "disable", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(switch_environment(aws, batch, CeState::Enabled)),
    },
    Action {
        id: "disable",
        title: "turn it off",
        key: 'x',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |one| if envs::state(one) == "ENABLED" { Ok(()) } else { Err("it is off already") },
        consequences: |_, _| {
            vec![
                note(Severity::Warning, "no further job is placed on it; jobs that run on it go on"),
                note(Severity::Notice, "machines it keeps, and its minimum of vCPUs, are still charged"),
            ]
        },
        probe: None,
        progress: |one, _| reached(one, "DISABLED", envs::state, envs::status),
        batch: 1,
        turn: Turn::of(&CALLS),
        undo: Some(Undo { action: "enable", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(switch_environment(aws, batch, CeState::Disabled)),
    },
];

static WHY: &[Input] = &[Input {
    id: "reason",
    title: "reason",
    sort: Sort::Line,
    initial: |_| "ended by an operator".to_owned(),
    hint: |_| "stays with the job, and is in its log of activity".to_owned(),
    check: |_, text| match text.trim().chars().count() {
        0 => Err("Batch wants a reason".to_owned()),
        length if length > REASON => Err(format!("at most {REASON} characters")),
        _ => Ok(()),
    },
}];

fn ending(job: &Resource, what: &str) -> Vec<Consequence> {
    let mut notes = vec![note(Severity::Warning, what)];
    if let Some(children) = jobs::children(job) {
        notes.push(note(Severity::Warning, &format!("all of its {children} children that are not over end with it")));
    }
    notes
}

/// Batch says nothing when a job could not be cancelled: only its state tells.
fn ended(job: Option<&Resource>, _: &Values) -> Progress {
    match job.map(jobs::state) {
        Some("FAILED") => Progress::Settled,
        Some("SUCCEEDED") => Progress::Astray(Text::new("it succeeded before it could be ended")),
        Some(_) => Progress::Moving,
        None => Progress::Astray(Text::new("it is gone from the list")),
    }
}

fn reached(row: Option<&Resource>, goal: &str, state: fn(&Resource) -> &str, status: fn(&Resource) -> (&str, &str)) -> Progress {
    let Some(row) = row else { return Progress::Astray(Text::new("it is gone from the list")) };
    match status(row) {
        ("INVALID", why) => Progress::Astray(Text::new(&format!("it is invalid: {why}"))),
        ("VALID", _) if state(row) == goal => Progress::Settled,
        _ => Progress::Moving,
    }
}

/// A write is made once: after a lost answer only the state tells whether it was done.
pub(super) fn once() -> Builder {
    Builder::new().retry_config(RetryConfig::disabled())
}

fn ids(batch: &Batch) -> Vec<String> {
    batch.rows.iter().map(|row| row.id.as_str().to_owned()).collect()
}

fn all_done(batch: &Batch) -> Outcomes {
    batch.rows.iter().map(|row| (row.id.clone(), Ok(Receipt::default()))).collect()
}

/// One job by the call for one, which older permissions and other implementations know; several by the call for many.
async fn cancel(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (batches, reason) = (aws.client(client), batch.values.get("reason").trim());
    if let [job] = batch.rows.as_slice() {
        let call = batches.cancel_job().job_id(job.id.as_str()).reason(reason);
        call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
        return Ok(all_done(&batch));
    }
    let call = batches.cancel_jobs().set_jobs(Some(ids(&batch))).reason(reason);
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    let told = |one: &CancelJobsErrorDetail| refused(one.job(), one.code(), one.message());
    Ok(with_refusals(&batch, answer.errors().iter().filter_map(told).collect()))
}

async fn terminate(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (batches, reason) = (aws.client(client), batch.values.get("reason").trim());
    if let [job] = batch.rows.as_slice() {
        let call = batches.terminate_job().job_id(job.id.as_str()).reason(reason);
        call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
        return Ok(all_done(&batch));
    }
    let call = batches.terminate_jobs().set_jobs(Some(ids(&batch))).reason(reason);
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    let told = |one: &TerminateJobsErrorDetail| refused(one.job(), one.code(), one.message());
    Ok(with_refusals(&batch, answer.errors().iter().filter_map(told).collect()))
}

/// What Batch said about one job of many.
fn refused(id: Option<&str>, code: Option<&str>, message: Option<&str>) -> Option<(String, Problem)> {
    let mut problem = Problem::new(ProblemKind::Conflict, message.unwrap_or("Batch refused, and did not say why"), "look at its state");
    problem.code = code.map(Text::new);
    Some((id?.to_owned(), problem))
}

fn with_refusals(batch: &Batch, refusals: Vec<(String, Problem)>) -> Outcomes {
    let mut outcomes = all_done(batch);
    for (id, problem) in refusals {
        if let Some(outcome) = outcomes.iter_mut().find(|(known, _)| known.as_str() == id) {
            outcome.1 = Err(problem);
        }
    }
    outcomes
}

async fn switch_queue(aws: Aws, batch: Batch, to: JqState) -> Result<Outcomes, Problem> {
    for queue in &batch.rows {
        let call = aws.client(client).update_job_queue().job_queue(queue.name.as_str()).state(to.clone());
        call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    }
    Ok(all_done(&batch))
}

async fn switch_environment(aws: Aws, batch: Batch, to: CeState) -> Result<Outcomes, Problem> {
    for one in &batch.rows {
        let call = aws.client(client).update_compute_environment().compute_environment(one.name.as_str()).state(to.clone());
        call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    }
    Ok(all_done(&batch))
}
