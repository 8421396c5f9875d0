//! Event source mappings: what feeds functions, and whether it does.

use std::sync::Arc;

use aws_sdk_lambda::types::EventSourceMappingConfiguration;
use jiff::Timestamp;

use super::{CONTROL, FUNCTION, calls::client, functions::parents};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, KindId, Problem, ProblemKind, Resource, Severity, Target, Text},
    service::{
        Pages, Place, Scope, partition,
        row::{Cells, columns, finding, rows, send, words},
        sign::{Sign, sign},
    },
};

/// Mappings on a page: the most that `ListEventSourceMappings` gives (Lambda API Reference, `MaxItems`).
const PAGE: i32 = 100;

columns! {
    /// The facts of an event source mapping.
    enum Col {
        State: "state", "STATE", 11, Place::Row(0);
        Function: "function", "FUNCTION", 24, Place::Row(1);
        Source: "source", "SOURCE", 40, Place::Row(3);
        Result: "result", "LAST RESULT", 24, Place::Row(2);
        Modified: "modified", "AGE", 4, Place::Row(4);
        Reason: "reason", "STATE REASON", 24, Place::Wide;
        Batch: "batch", "BATCH", 5, Place::Wide;
        Window: "window", "WINDOW S", 8, Place::Detail;
        Retries: "retries", "RETRIES", 7, Place::Detail;
        Parallel: "parallel", "PARALLEL", 8, Place::Detail;
        Position: "position", "STARTS AT", 14, Place::Detail;
    }
}

fn row(mapping: &EventSourceMappingConfiguration, shared: &mut Interner) -> Option<Resource> {
    let id = Text::new(mapping.uuid()?);
    let function = mapping.function_arn().map_or("", |arn| arn.split(':').nth(6).unwrap_or(arn));
    let source = mapping.event_source_arn().unwrap_or_default();
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, mapping.state().map_or(Cell::None, |state| Cell::State(health(state), shared.text(state))))
        .text(Col::Function, Some(shared.text(function)))
        .text(Col::Source, Some(Text::new(source)))
        .text(Col::Result, mapping.last_processing_result().map(|result| shared.text(result)))
        .text(Col::Reason, mapping.state_transition_reason().map(|reason| shared.text(reason)))
        .time(Col::Modified, mapping.last_modified())
        .count(Col::Batch, mapping.batch_size())
        .count(Col::Window, mapping.maximum_batching_window_in_seconds())
        .count(Col::Retries, mapping.maximum_retry_attempts())
        .count(Col::Parallel, mapping.parallelization_factor())
        .text(Col::Position, mapping.starting_position().map(|position| shared.text(position.as_str())));
    // What people call it is the stream or queue at its other end.
    let name = Text::new(source.rsplit([':', '/']).find(|part| !part.is_empty()).unwrap_or(id.as_str()));
    Some(Resource { name, cells: cells.done(), tags: [].into(), parents: parents(function), id })
}

/// The states of a mapping (Lambda API Reference, `EventSourceMappingConfiguration`, `State`).
fn health(state: &str) -> Health {
    match state {
        "Enabled" => Health::Ok,
        "Disabled" => Health::Off,
        "Creating" | "Enabling" | "Disabling" | "Updating" | "Deleting" => Health::Busy,
        _ => Health::Unknown,
    }
}

/// Lists the mappings of a region, of one function, or these.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::Within(KindId(FUNCTION), function) => all(&aws, Some(function.name.as_str().to_owned()), &pages).await?,
        Scope::All | Scope::Within(..) => all(&aws, None, &pages).await?,
        Scope::Ids(ids) => these(&aws, &ids, &pages).await?,
    }
    Ok(Vec::new())
}

async fn all(aws: &Aws, function: Option<String>, pages: &Pages) -> Result<(), Problem> {
    let mut shared = Interner::default();
    let mut marker = None;
    loop {
        let call = aws
            .through(&CONTROL, client)
            .await
            .list_event_source_mappings()
            .set_function_name(function.clone())
            .max_items(PAGE)
            .set_marker(marker);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        send(pages, rows(answer.event_source_mappings().iter().filter_map(|mapping| row(mapping, &mut shared)).collect())).await?;
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(());
        }
    }
}

async fn these(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<(), Problem> {
    let mut shared = Interner::default();
    for id in ids {
        match aws.through(&CONTROL, client).await.get_event_source_mapping().uuid(id.as_str()).send().await {
            Ok(answer) => {
                let mapping = EventSourceMappingConfiguration::builder()
                    .set_uuid(answer.uuid)
                    .set_state(answer.state)
                    .set_function_arn(answer.function_arn)
                    .set_event_source_arn(answer.event_source_arn)
                    .set_last_processing_result(answer.last_processing_result)
                    .set_state_transition_reason(answer.state_transition_reason)
                    .set_last_modified(answer.last_modified)
                    .set_batch_size(answer.batch_size)
                    .set_maximum_batching_window_in_seconds(answer.maximum_batching_window_in_seconds)
                    .set_maximum_retry_attempts(answer.maximum_retry_attempts)
                    .set_parallelization_factor(answer.parallelization_factor)
                    .set_starting_position(answer.starting_position)
                    .build();
                send(pages, rows(row(&mapping, &mut shared).into_iter().collect())).await?;
            }
            Err(error) => {
                let problem = problem(error, aws.target());
                if problem.kind != ProblemKind::NotFound {
                    return Err(problem);
                }
            }
        }
    }
    Ok(())
}

/// Describes one mapping so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, mapping: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CONTROL, client).await.get_event_source_mapping().uuid(mapping.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn arn(mapping: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:lambda:{}:{account}:event-source-mapping:{}", partition(target.region.as_str()), target.region, mapping.id)
}

pub(super) fn moving(mapping: &Resource) -> bool {
    matches!(mapping.cells.get(Col::State as usize), Some(Cell::State(Health::Busy, _)))
}

/// The state as AWS words it.
pub(super) fn state(mapping: &Resource) -> &str {
    words(mapping, Col::State)
}

/// A result that begins so is a failure (Lambda API Reference, `LastProcessingResult`: `OK`, `No records processed`, or `PROBLEM: …`).
const PROBLEM: &str = "PROBLEM";

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("source-problem", Severity::Critical, "nothing of the source reaches the function"),
    sign("source-off", Severity::Notice, "it is off"),
];

pub(super) fn findings(mapping: &Resource, _: Timestamp) -> Vec<Finding> {
    let result = words(mapping, Col::Result);
    let trouble = result.starts_with(PROBLEM).then(|| {
        let advice = "nothing of this source reaches the function: look at its permissions and its dead letters";
        finding(Severity::Critical, "source-problem", result, advice)
    });
    let off = (state(mapping) == "Disabled").then(|| {
        let reason = format!("it is off: {}", words(mapping, Col::Reason));
        finding(Severity::Notice, "source-off", &reason, "turn it on when it is to feed the function again")
    });
    trouble.into_iter().chain(off).collect()
}
