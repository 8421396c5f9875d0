//! What can be done to services, tasks, container instances and task definitions.

mod calls;
mod exec;
mod forms;

use super::{RESOURCES_MODIFY, SERVICES_MODIFY, instances, services, targets, tasks};
use crate::{
    model::{KindId, Resource, Severity, Text},
    service::{
        Action, Consequence, Progress, Risk, Turn, Undo, Values,
        row::{note, words},
    },
};

/// Scale, redeploy, roll back, update; in menu order.
pub(super) static SERVICE_ACTIONS: &[Action] = &[
    Action {
        id: "scale",
        title: "scale",
        key: 's',
        risk: Risk::Disruptive,
        inputs: forms::SCALE,
        offered: |row| active(row).and_then(|()| counted(row)),
        consequences: scaling,
        probe: None,
        progress: |row, values| steady(row, |service| services::desired(service) == values.number("desired")),
        batch: 1,
        turn: Turn::of(&SERVICES_MODIFY),
        undo: Some(Undo { action: "scale", values: |service, _| Some(Values::new([("desired", services::desired(service)?)])) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(calls::scale(aws, batch)),
    },
    Action {
        id: "redeploy",
        title: "redeploy the same revision",
        key: 'd',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: active,
        consequences: |_, _| {
            vec![note(Severity::Notice, "every task is replaced by a new one, within the limits of its deployment configuration")]
        },
        probe: None,
        progress: |row, _| steady(row, |_| true),
        batch: 1,
        turn: Turn::of(&SERVICES_MODIFY),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(calls::redeploy(aws, batch)),
    },
    Action {
        id: "rollback",
        title: "roll back to the revision before",
        key: 'b',
        risk: Risk::Disruptive,
        inputs: forms::ROLLBACK,
        offered: |row| {
            active(row).and_then(|()| if services::previous(row).is_empty() { Err("no revision before is known") } else { Ok(()) })
        },
        consequences: updating,
        probe: None,
        progress: |row, values| steady(row, |service| services::definition(service) == values.get("revision")),
        batch: 1,
        turn: Turn::of(&SERVICES_MODIFY),
        undo: Some(Undo { action: "update", values: former }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(calls::update(aws, batch)),
    },
    Action {
        id: "update",
        title: "update to another revision",
        key: 'u',
        risk: Risk::Disruptive,
        inputs: forms::UPDATE,
        offered: active,
        consequences: updating,
        probe: None,
        progress: |row, values| steady(row, |service| services::definition(service) == values.get("revision")),
        batch: 1,
        turn: Turn::of(&SERVICES_MODIFY),
        undo: Some(Undo { action: "update", values: former }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(calls::update(aws, batch)),
    },
];

pub(super) static TASK_ACTIONS: &[Action] = &[
    Action {
        id: "stop",
        title: "stop",
        key: 's',
        risk: Risk::Disruptive,
        inputs: forms::STOP,
        offered: |row| match tasks::state(row) {
            "STOPPED" | "DEPROVISIONING" | "STOPPING" | "DEACTIVATING" => Err("it is stopping or stopped"),
            _ => Ok(()),
        },
        consequences: |row, _| stopping(row),
        probe: Some(|aws, batch| Box::pin(async move { Ok(targets::last_healthy(&aws, &batch.rows).await) })),
        progress: |row, _| match row.map(tasks::state) {
            None | Some("STOPPED" | "DELETED") => Progress::Settled,
            Some(_) => Progress::Moving,
        },
        batch: 1,
        turn: Turn::of(&RESOURCES_MODIFY),
        undo: None,
        out_of: Some(KindId("ecs-services")),
        needs: None,
        run: |aws, batch| Box::pin(calls::stop(aws, batch)),
    },
    Action {
        id: "exec",
        title: "run a command (ECS Exec)",
        key: 'x',
        risk: Risk::Disruptive,
        inputs: exec::INPUTS,
        offered: exec::offered,
        consequences: exec::consequences,
        probe: None,
        progress: |_, _| Progress::Settled,
        batch: 1,
        turn: Turn::one_by_one(&RESOURCES_MODIFY),
        undo: None,
        out_of: None,
        needs: Some(exec::PLUGIN),
        run: |aws, batch| Box::pin(exec::exec(aws, batch)),
    },
];

pub(super) static INSTANCE_ACTIONS: &[Action] = &[
    Action {
        id: "drain",
        title: "drain: move its service tasks away",
        key: 'd',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |row| if instances::state(row) == "ACTIVE" { Ok(()) } else { Err("it is not active") },
        consequences: |_, _| {
            vec![
                note(Severity::Warning, "tasks of services are replaced elsewhere and stopped here; there must be room for them"),
                note(Severity::Notice, "tasks of no service go on until they end"),
            ]
        },
        probe: None,
        progress: |row, _| is(row, "DRAINING"),
        batch: 1,
        turn: Turn::of(&RESOURCES_MODIFY),
        undo: Some(Undo { action: "activate", values: |_, _| Some(Values::default()) }),
        out_of: Some(KindId("ecs")),
        needs: None,
        run: |aws, batch| Box::pin(calls::drain(aws, batch)),
    },
    Action {
        id: "activate",
        title: "take tasks again",
        key: 'a',
        risk: Risk::Harmless,
        inputs: &[],
        offered: |row| if instances::state(row) == "DRAINING" { Ok(()) } else { Err("it is not draining") },
        consequences: |_, _| Vec::new(),
        probe: None,
        progress: |row, _| is(row, "ACTIVE"),
        batch: 1,
        turn: Turn::of(&RESOURCES_MODIFY),
        undo: Some(Undo { action: "drain", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(calls::activate(aws, batch)),
    },
];

pub(super) static TASKDEF_ACTIONS: &[Action] = &[Action {
    id: "run",
    title: "run a task of it",
    key: 'r',
    risk: Risk::Disruptive,
    inputs: forms::RUN,
    offered: |_| Ok(()),
    consequences: |_, _| vec![note(Severity::Notice, "it runs once, belongs to no service, and costs what it costs until it ends")],
    probe: None,
    progress: |_, _| Progress::Settled,
    batch: 1,
    turn: Turn::of(&RESOURCES_MODIFY),
    undo: None,
    out_of: None,
    needs: None,
    run: |aws, batch| Box::pin(calls::run(aws, batch)),
}];

fn active(service: &Resource) -> Result<(), &'static str> {
    match words_of_state(service) {
        "DRAINING" => Err("it is being deleted"),
        "INACTIVE" => Err("it is deleted"),
        _ => Ok(()),
    }
}

/// ECS API Reference, `Service`, `schedulingStrategy`: a daemon service has no desired count.
fn counted(service: &Resource) -> Result<(), &'static str> {
    if words(service, services::Col::Strategy) == "DAEMON" { Err("a daemon service runs one task on every instance") } else { Ok(()) }
}

fn words_of_state(service: &Resource) -> &str {
    words(service, services::Col::State)
}

fn scaling(service: &Resource, values: &Values) -> Vec<Consequence> {
    let (now, wanted) = (services::desired(service).unwrap_or(0), values.number("desired").unwrap_or(0));
    let mut notes = vec![note(Severity::Notice, "service auto scaling, where it is on, sets the number again within its own limits")];
    if wanted == 0 {
        notes.insert(0, note(Severity::Critical, "no task of it will run"));
    } else if wanted < now {
        notes.insert(0, note(Severity::Warning, &format!("{} of {now} tasks are stopped", now - wanted)));
    }
    notes
}

fn updating(service: &Resource, values: &Values) -> Vec<Consequence> {
    let (from, to) = (services::definition(service), values.get("revision"));
    vec![note(Severity::Notice, &format!("every task is replaced: {from} → {to}"))]
}

/// The revision that it had before.
fn former(service: &Resource, _: &Values) -> Option<Values> {
    let before = services::definition(service);
    (!before.is_empty()).then(|| Values::new([("revision", before)]))
}

fn stopping(task: &Resource) -> Vec<Consequence> {
    let text = match tasks::group(task).strip_prefix("service:") {
        Some(service) => format!("service {service} starts another in its place"),
        None => "it belongs to no service: nothing starts it again".to_owned(),
    };
    vec![
        note(Severity::Notice, &text),
        note(Severity::Notice, "it is asked to end, and killed after its stop timeout (30 s unless it says otherwise)"),
    ]
}

/// True rest: the number or revision asked for, everything running, and the rollout over.
fn steady(row: Option<&Resource>, asked: impl Fn(&Resource) -> bool) -> Progress {
    let Some(service) = row else { return Progress::Astray(Text::new("it is gone from the list")) };
    if services::rollout_state(service) == "FAILED" {
        return Progress::Astray(Text::new(&format!("its deployment failed: {}", services::reason(service))));
    }
    let all = services::running(service) == services::desired(service);
    let over = matches!(services::rollout_state(service), "COMPLETED" | "");
    if asked(service) && all && over { Progress::Settled } else { Progress::Moving }
}

fn is(row: Option<&Resource>, goal: &str) -> Progress {
    match row.map(instances::state) {
        Some(state) if state == goal => Progress::Settled,
        Some(_) => Progress::Moving,
        None => Progress::Astray(Text::new("it is gone from the list")),
    }
}
