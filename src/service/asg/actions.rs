//! What can be done to groups and their members.

use std::sync::Arc;

use aws_sdk_autoscaling::config::Builder;
use aws_smithy_types::retry::RetryConfig;

use super::{CALLS, client, groups, members};
use crate::{
    aws::{Aws, problem::problem},
    model::{KindId, Problem, ProblemKind, Resource, Severity, Text},
    service::{Action, Batch, Consequence, Input, Outcomes, Progress, Receipt, Risk, Sort, Turn, Undo, Values, row::note},
};

/// Desired capacity, instance refresh, processes; in menu order.
pub(super) static GROUP_ACTIONS: &[Action] = &[
    Action {
        id: "set-desired",
        title: "set desired capacity",
        key: 's',
        risk: Risk::Disruptive,
        inputs: DESIRED,
        offered: |_| Ok(()),
        consequences: scaling,
        probe: None,
        progress: |row, values| with(row, |group| groups::desired(group) == wanted(values) && groups::in_service(group) == wanted(values)),
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: Some(Undo { action: "set-desired", values: |group, _| Some(Values::new([("desired", groups::desired(group))])) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(set_desired(aws, batch)),
    },
    Action {
        id: "refresh",
        title: "replace all instances (instance refresh)",
        key: 'r',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |_| Ok(()),
        consequences: |_, _| {
            vec![note(
                Severity::Warning,
                "every instance is replaced, a part at a time; at least 90 % go on serving unless the group says otherwise",
            )]
        },
        probe: None,
        progress: |_, _| Progress::Settled,
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(refresh(aws, batch)),
    },
    Action {
        id: "cancel-refresh",
        title: "cancel the instance refresh",
        key: 'c',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |_| Ok(()),
        consequences: |_, _| vec![note(Severity::Notice, "what has been replaced stays replaced")],
        probe: None,
        progress: |_, _| Progress::Settled,
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(cancel(aws, batch)),
    },
    Action {
        id: "suspend",
        title: "suspend processes",
        key: 'p',
        risk: Risk::Disruptive,
        inputs: PROCESSES,
        offered: |_| Ok(()),
        consequences: |_, _| {
            vec![note(Severity::Warning, "the group does none of that until it is resumed: not for failures and not for load")]
        },
        probe: None,
        progress: |row, values| with(row, |group| processes(values).iter().all(|name| groups::suspended(group).contains(name.as_str()))),
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: Some(Undo { action: "resume", values: |group, _| groups::suspended(group).is_empty().then(Values::default) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(suspend(aws, batch)),
    },
    Action {
        id: "resume",
        title: "resume all processes",
        key: 'u',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |row| if groups::suspended(row).is_empty() { Err("nothing is suspended") } else { Ok(()) },
        consequences: |_, _| vec![note(Severity::Notice, "it catches up at once with what it was kept from")],
        probe: None,
        progress: |row, _| with(row, |group| groups::suspended(group).is_empty()),
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: Some(Undo { action: "suspend", values: |group, _| Some(Values::new([("processes", groups::suspended(group))])) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(resume(aws, batch)),
    },
];

/// Standby and termination of single members.
pub(super) static MEMBER_ACTIONS: &[Action] = &[
    Action {
        id: "standby",
        title: "enter standby",
        key: 's',
        risk: Risk::Disruptive,
        inputs: CAPACITY,
        offered: |row| if members::state(row) == "InService" { Ok(()) } else { Err("it is not in service") },
        consequences: |_, values| standing_by(values),
        probe: Some(|aws, batch| Box::pin(async move { Ok(members::last_healthy(&aws, &batch.rows).await) })),
        progress: |row, _| is(row, "Standby"),
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: Some(Undo { action: "return", values: |_, values| lowers(values).then(Values::default) }),
        out_of: Some(KindId("asg")),
        needs: None,
        run: |aws, batch| Box::pin(standby(aws, batch)),
    },
    Action {
        id: "return",
        title: "exit standby",
        key: 'r',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |row| if members::state(row) == "Standby" { Ok(()) } else { Err("it is not in standby") },
        consequences: |_, _| vec![note(Severity::Notice, "the desired capacity of the group grows by one again")],
        probe: None,
        progress: |row, _| is(row, "InService"),
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: Some(Undo { action: "standby", values: |_, _| Some(Values::new([("capacity", LOWER)])) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(return_(aws, batch)),
    },
    Action {
        id: "terminate",
        title: "terminate",
        key: 'T',
        risk: Risk::Destructive,
        inputs: CAPACITY,
        offered: |row| if members::state(row).starts_with("Terminat") { Err("it is being terminated") } else { Ok(()) },
        consequences: |_, values| vec![note(Severity::Critical, "the instance and what is only on it are gone"), replacement(values)],
        probe: Some(|aws, batch| Box::pin(async move { Ok(members::last_healthy(&aws, &batch.rows).await) })),
        progress: |row, _| match row.map(members::state) {
            None | Some("Terminated") => Progress::Settled,
            Some(_) => Progress::Moving,
        },
        batch: 1,
        turn: Turn::one_by_one(&CALLS),
        undo: None,
        out_of: Some(KindId("asg")),
        needs: None,
        run: |aws, batch| Box::pin(terminate(aws, batch)),
    },
];

static DESIRED: &[Input] = &[Input {
    id: "desired",
    title: "desired capacity",
    sort: Sort::Line,
    initial: |row| groups::desired(row).to_string(),
    hint: |row| {
        let (min, max) = groups::limits(row);
        format!("{min} to {max}, {} now", groups::desired(row))
    },
    check: |row, text| {
        let (min, max) = groups::limits(row);
        let fits = text.trim().parse::<i64>().is_ok_and(|count| (min..=max).contains(&count));
        if fits { Ok(()) } else { Err(format!("{} takes {min} to {max}", row.name)) }
    },
}];

/// Processes that can be suspended (Auto Scaling User Guide, "Types of processes").
const ALL: &[&str] = &[
    "Launch",
    "Terminate",
    "HealthCheck",
    "ReplaceUnhealthy",
    "AZRebalance",
    "AlarmNotification",
    "ScheduledActions",
    "AddToLoadBalancer",
    "InstanceRefresh",
];

static PROCESSES: &[Input] = &[Input {
    id: "processes",
    title: "processes",
    sort: Sort::Line,
    initial: |_| "Launch,Terminate".to_owned(),
    hint: |_| ALL.join(", "),
    check: |_, text| match text.split(',').map(str::trim).find(|name| !ALL.contains(name)) {
        Some(wrong) => Err(format!("no process is called “{wrong}”")),
        None => Ok(()),
    },
}];

/// What becomes of the group's desired capacity.
const KEEP: &str = "replace it";
const LOWER: &str = "one less";

pub(in crate::service) static CAPACITY: &[Input] = &[Input {
    id: "capacity",
    title: "the group",
    sort: Sort::Choice(&[KEEP, LOWER]),
    initial: |_| LOWER.to_owned(),
    hint: |_| "launches another in its place, or wants one instance less".to_owned(),
    check: |_, _| Ok(()),
}];

fn lowers(values: &Values) -> bool {
    values.get("capacity") == LOWER
}

fn replacement(values: &Values) -> Consequence {
    let text =
        if lowers(values) { "the desired capacity of the group is lowered by one" } else { "the group launches another in its place" };
    note(Severity::Notice, text)
}

fn wanted(values: &Values) -> i64 {
    values.number("desired").unwrap_or(-1)
}

fn processes(values: &Values) -> Vec<String> {
    values.get("processes").split(',').map(|name| name.trim().to_owned()).collect()
}

fn scaling(group: &Resource, values: &Values) -> Vec<Consequence> {
    let (now, then) = (groups::desired(group), wanted(values));
    let mut notes = vec![note(Severity::Notice, "scaling policies and schedules, where there are any, may set it again")];
    if then < now {
        let text = format!("{} of {now} instances are terminated; the group chooses which", now - then);
        notes.insert(0, note(if then == 0 { Severity::Critical } else { Severity::Warning }, &text));
    }
    notes
}

fn with(row: Option<&Resource>, there: impl Fn(&Resource) -> bool) -> Progress {
    match row {
        Some(group) if there(group) => Progress::Settled,
        Some(_) => Progress::Moving,
        None => Progress::Astray(Text::new("it is gone from the list")),
    }
}

fn is(row: Option<&Resource>, goal: &str) -> Progress {
    with(row, |member| members::state(member) == goal)
}

/// What standby brings about.
pub(in crate::service) fn standing_by(values: &Values) -> Vec<Consequence> {
    vec![note(Severity::Notice, "it gets no more traffic, is not replaced and can be worked on"), replacement(values)]
}

/// A write is made once: after a lost answer only the state tells whether it was done.
fn once() -> Builder {
    Builder::new().retry_config(RetryConfig::disabled())
}

fn one(batch: &Batch) -> Result<Arc<Resource>, Problem> {
    batch.rows.first().cloned().ok_or_else(|| Problem::new(ProblemKind::Policy, "nothing to act on", ""))
}

fn taken(row: &Resource) -> Outcomes {
    vec![(row.id.clone(), Ok(Receipt::default()))]
}

/// The desired capacity is set whatever cooldown is running: who sets it by hand means it.
async fn set_desired(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws
        .client(client)
        .set_desired_capacity()
        .auto_scaling_group_name(row.name.original())
        .desired_capacity(wanted(&batch.values) as i32);
    let call = call.honor_cooldown(false).customize().config_override(once());
    call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

async fn refresh(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws.client(client).start_instance_refresh().auto_scaling_group_name(row.name.original());
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    let note = Text::new(&format!("refresh {} has begun", answer.instance_refresh_id().unwrap_or_default()));
    Ok(vec![(row.id.clone(), Ok(Receipt { note, ..Receipt::default() }))])
}

async fn cancel(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws.client(client).cancel_instance_refresh().auto_scaling_group_name(row.name.original());
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

async fn suspend(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws.client(client).suspend_processes().auto_scaling_group_name(row.name.original());
    let call = call.set_scaling_processes(Some(processes(&batch.values))).customize().config_override(once());
    call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

async fn resume(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws.client(client).resume_processes().auto_scaling_group_name(row.name.original());
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

async fn standby(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    enter_standby(&aws, members::group(&row)?, &row, &batch.values).await?;
    Ok(taken(&row))
}

/// Takes an instance out of the service of its group, which keeps it.
pub(in crate::service) async fn enter_standby(aws: &Aws, group: &Text, instance: &Resource, values: &Values) -> Result<(), Problem> {
    let call = aws.client(client).enter_standby().auto_scaling_group_name(group.original()).instance_ids(instance.id.as_str());
    let call = call.should_decrement_desired_capacity(lowers(values)).customize().config_override(once());
    call.send().await.map(drop).map_err(|error| problem(error, aws.target()))
}

async fn return_(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws.client(client).exit_standby().auto_scaling_group_name(members::group(&row)?.original()).instance_ids(row.id.as_str());
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

async fn terminate(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = one(&batch)?;
    let call = aws.client(client).terminate_instance_in_auto_scaling_group().instance_id(row.id.as_str());
    let call = call.should_decrement_desired_capacity(lowers(&batch.values)).customize().config_override(once());
    call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}
