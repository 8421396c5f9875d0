//! What can be done to functions and their event sources.

use std::sync::Arc;

use aws_sdk_lambda::config::Builder;
use aws_smithy_types::retry::RetryConfig;

use super::{
    CONTROL, INVOKE,
    calls::{client, reserved},
    functions::Col,
    invoke, sources,
};
use crate::{
    aws::{Aws, problem::problem},
    model::{Cell, Problem, Resource, Severity, Text},
    service::{
        Action, Batch, Consequence, Input, Outcomes, Progress, Receipt, Risk, Sort, Turn, Undo, Values,
        row::{note, number},
    },
};

/// Invoke, brake, release; in menu order.
pub(super) static ACTIONS: &[Action] = &[
    Action {
        id: "invoke",
        title: "invoke with a payload",
        key: 'i',
        risk: Risk::Disruptive,
        inputs: invoke::INPUTS,
        offered: |_| Ok(()),
        consequences: invoke::consequences,
        probe: None,
        progress: |_, _| Progress::Settled,
        batch: 1,
        turn: Turn::of(&INVOKE),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(invoke::run(aws, batch)),
    },
    Action {
        id: "brake",
        title: "brake: no invocation at all",
        key: 'b',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |row| if number(row, Col::Reserved) == Some(0) { Err("it is braked already") } else { Ok(()) },
        consequences: |_, _| braking(),
        probe: None,
        progress: |row, _| reserved_is(row, Some(0)),
        batch: 1,
        turn: Turn::of(&CONTROL),
        undo: Some(Undo {
            action: "release",
            values: |row, _| {
                Some(Values::new([("reserved", number(row, Col::Reserved).map_or_else(String::new, |former| former.to_string()))]))
            },
        }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(brake(aws, batch)),
    },
    Action {
        id: "release",
        title: "release the brake",
        key: 'r',
        risk: Risk::Disruptive,
        inputs: RELEASE,
        offered: |row| match number(row, Col::Reserved) {
            Some(0) | None => Ok(()),
            Some(_) => Err("it is not braked"),
        },
        consequences: |_, _| vec![note(Severity::Notice, "callers and event sources that waited come back all at once")],
        probe: None,
        progress: |row, values| reserved_is(row, values.number("reserved")),
        batch: 1,
        turn: Turn::of(&CONTROL),
        undo: Some(Undo { action: "brake", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(release(aws, batch)),
    },
];

/// On and off.
pub(super) static SOURCE_ACTIONS: &[Action] = &[
    Action {
        id: "enable",
        title: "turn it on",
        key: 'e',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |row| if sources::state(row) == "Disabled" { Ok(()) } else { Err("it is not off") },
        consequences: |_, _| vec![note(Severity::Notice, "what has waited in the source comes at once, as far as it has not expired")],
        probe: None,
        progress: |row, _| reached(row, "Enabled"),
        batch: 1,
        turn: Turn::of(&CONTROL),
        undo: Some(Undo { action: "disable", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(switch(aws, batch, Switch::On)),
    },
    Action {
        id: "disable",
        title: "turn it off",
        key: 'x',
        risk: Risk::Disruptive,
        inputs: &[],
        offered: |row| if sources::state(row) == "Enabled" { Ok(()) } else { Err("it is not on") },
        consequences: |_, _| vec![note(Severity::Warning, "records stay in the source and expire there when their time is up")],
        probe: None,
        progress: |row, _| reached(row, "Disabled"),
        batch: 1,
        turn: Turn::of(&CONTROL),
        undo: Some(Undo { action: "enable", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(switch(aws, batch, Switch::Off)),
    },
];

static RELEASE: &[Input] = &[Input {
    id: "reserved",
    title: "reserved concurrency",
    sort: Sort::Line,
    initial: |_| String::new(),
    hint: |_| "what it was before the brake; empty: none is reserved".to_owned(),
    check: |_, text| match text.trim() {
        "" => Ok(()),
        text => text
            .parse::<u16>()
            .map_err(|_| "a whole number, or nothing".to_owned())
            .and_then(|number| if number == 0 { Err("0 is the brake".to_owned()) } else { Ok(()) }),
    },
}];

fn braking() -> Vec<Consequence> {
    vec![
        note(Severity::Warning, "every invocation is throttled from now on; synchronous callers see an error"),
        note(Severity::Notice, "asynchronous events are tried again for up to six hours, then go to the dead letters or are lost"),
    ]
}

fn reserved_is(row: Option<&Resource>, wanted: Option<i64>) -> Progress {
    match row {
        Some(row) if number(row, Col::Reserved) == wanted => Progress::Settled,
        Some(_) => Progress::Moving,
        None => Progress::Astray(Text::new("it is gone from the list")),
    }
}

fn reached(row: Option<&Resource>, goal: &str) -> Progress {
    match row.map(sources::state) {
        Some(state) if state == goal => Progress::Settled,
        Some("Enabled" | "Disabled" | "Enabling" | "Disabling" | "Updating") => Progress::Moving,
        Some(state) => Progress::Astray(Text::new(&format!("it is {state}"))),
        None => Progress::Astray(Text::new("it is gone from the list")),
    }
}

/// A write is made once: after a lost answer only the state tells whether it was done.
pub(super) fn once() -> Builder {
    Builder::new().retry_config(RetryConfig::disabled())
}

/// The one row of a batch.
fn one(batch: &Batch) -> Option<Arc<Resource>> {
    batch.rows.first().cloned()
}

/// The old value is asked for first, because nothing else remembers it.
async fn brake(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let Some(row) = one(&batch) else { return Ok(Outcomes::new()) };
    let (former, before) = match reserved(&aws, &row.name).await? {
        Cell::Count(number) => (number.to_string(), format!("its reserved concurrency was {number}")),
        _ => (String::new(), "it had no reserved concurrency".to_owned()),
    };
    let call = aws.client(client).put_function_concurrency().function_name(row.name.as_str()).reserved_concurrent_executions(0);
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    let report = vec![Text::new("before"), Text::new(&format!("  {before}"))];
    Ok(vec![(
        row.id.clone(),
        Ok(Receipt { note: Text::new(&before), report, former: vec![("reserved", Text::new(&former))], ..Receipt::default() }),
    )])
}

async fn release(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let Some(row) = one(&batch) else { return Ok(Outcomes::new()) };
    let lambda = aws.client(client);
    let failed = if let Some(number) = batch.values.number("reserved") {
        let call = lambda.put_function_concurrency().function_name(row.name.as_str()).reserved_concurrent_executions(number as i32);
        call.customize().config_override(once()).send().await.err().map(|error| problem(error, aws.target()))
    } else {
        let call = lambda.delete_function_concurrency().function_name(row.name.as_str());
        call.customize().config_override(once()).send().await.err().map(|error| problem(error, aws.target()))
    };
    failed.map_or_else(|| Ok(vec![(row.id.clone(), Ok(Receipt::default()))]), Err)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Switch {
    On,
    Off,
}

async fn switch(aws: Aws, batch: Batch, to: Switch) -> Result<Outcomes, Problem> {
    let Some(row) = one(&batch) else { return Ok(Outcomes::new()) };
    let call = aws.client(client).update_event_source_mapping().uuid(row.id.as_str()).enabled(to == Switch::On);
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(vec![(row.id.clone(), Ok(Receipt::default()))])
}
