//! The calls that list functions and tell more about single ones, each in its turn of the one lane.

use std::sync::Arc;

use aws_sdk_lambda::{Client, config::Builder};

use super::{
    CONTROL,
    functions::{self, Col},
};
use crate::{
    aws::{Aws, Capture, SdkConfig, problem::problem},
    model::{
        Cell, Gap, Interner, Problem, ProblemKind, Resource, Tags, Text,
        resource::{Overlay, Page},
    },
    service::{
        Pages, Scope,
        row::{joined, rows, send},
    },
};

/// Functions on a page: the most that `ListFunctions` gives, whatever is asked for (Lambda API Reference, `MaxItems`).
pub(super) const PAGE: i32 = 50;

/// The client, with retries budgeted for this target alone.
pub(super) fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("lambda")).build())
}

/// Lists functions.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::All | Scope::Within(..) => everything(&aws, &pages).await?,
        Scope::Ids(ids) => these(&aws, &ids, &pages).await?,
    }
    Ok(Vec::new())
}

async fn everything(aws: &Aws, pages: &Pages) -> Result<(), Problem> {
    let mut shared = Interner::default();
    let mut marker = None;
    loop {
        let call = aws.through(&CONTROL, client).await.list_functions().max_items(PAGE).set_marker(marker);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        let page = answer.functions().iter().filter_map(|function| functions::row(function, &mut shared)).collect();
        send(pages, rows(page)).await?;
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(());
        }
    }
}

/// Single functions with their state and their reserved concurrency, which are what somebody waits for who asks for single ones.
async fn these(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<(), Problem> {
    let mut shared = Interner::default();
    for id in ids {
        match configuration(aws, id, &mut shared).await {
            Ok((mut row, _)) => {
                row.cells.set(Col::Reserved as usize, reserved(aws, id).await?);
                send(pages, rows(vec![row])).await?;
            }
            Err(problem) if problem.kind == ProblemKind::NotFound => {}
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

/// A function's row and its ARN.
async fn configuration(aws: &Aws, name: &Text, shared: &mut Interner) -> Result<(Resource, String), Problem> {
    let call = aws.through(&CONTROL, client).await.get_function_configuration().function_name(name.as_str());
    let mut answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    let arn = answer.function_arn.take().unwrap_or_default();
    let nameless = || Problem::new(ProblemKind::Garbled, "Lambda sent a function without a name", "");
    Ok((functions::row(&from_output(answer), shared).ok_or_else(nameless)?, arn))
}

/// The SDK has two shapes for the same configuration: this one in answers about one function, the other in lists.
fn from_output(
    output: aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput,
) -> aws_sdk_lambda::types::FunctionConfiguration {
    aws_sdk_lambda::types::FunctionConfiguration::builder()
        .set_function_name(output.function_name)
        .set_runtime(output.runtime)
        .set_role(output.role)
        .set_handler(output.handler)
        .code_size(output.code_size)
        .set_description(output.description)
        .set_timeout(output.timeout)
        .set_memory_size(output.memory_size)
        .set_last_modified(output.last_modified)
        .set_code_sha256(output.code_sha256)
        .set_vpc_config(output.vpc_config)
        .set_dead_letter_config(output.dead_letter_config)
        .set_environment(output.environment)
        .set_tracing_config(output.tracing_config)
        .set_layers(output.layers)
        .set_state(output.state)
        .set_state_reason(output.state_reason)
        .set_last_update_status(output.last_update_status)
        .set_last_update_status_reason(output.last_update_status_reason)
        .set_package_type(output.package_type)
        .set_architectures(output.architectures)
        .set_ephemeral_storage(output.ephemeral_storage)
        .set_logging_config(output.logging_config)
        .build()
}

/// The reserved concurrency; an empty cell when none is reserved.
pub(super) async fn reserved(aws: &Aws, name: &Text) -> Result<Cell, Problem> {
    let call = aws.through(&CONTROL, client).await.get_function_concurrency().function_name(name.as_str());
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.reserved_concurrent_executions().map_or(Cell::None, |number| Cell::Count(number.into())))
}

/// What the list does not tell about a function that was opened: its state, its concurrency, its tags.
pub(super) async fn details(aws: Aws, rows: Vec<Arc<Resource>>) -> Result<Page, Problem> {
    let mut overlays = Vec::new();
    for row in rows {
        let mut shared = Interner::default();
        let (whole, arn) = configuration(&aws, &row.name, &mut shared).await?;
        let mut cells: Vec<(usize, Cell)> = whole.cells.spread(Col::COLUMNS.len()).into_iter().enumerate().collect();
        cells[Col::Reserved as usize].1 = reserved(&aws, &row.name).await?;
        cells[Col::Provisioned as usize].1 = Cell::text(provisioned(&aws, &row.name).await?);
        overlays.push(Overlay { id: row.id.clone(), cells, tags: Some(tags(&aws, arn, &mut shared).await?) });
    }
    Ok(Page { rows: Vec::new(), overlays })
}

/// `live: 10 of 10 ready`, for each qualifier.
async fn provisioned(aws: &Aws, name: &Text) -> Result<Option<Text>, Problem> {
    let (mut all, mut marker) = (Vec::new(), None);
    loop {
        let call = aws.through(&CONTROL, client).await.list_provisioned_concurrency_configs().function_name(name.as_str()).max_items(PAGE);
        let answer = call.set_marker(marker).send().await.map_err(|error| problem(error, aws.target()))?;
        all.extend(answer.provisioned_concurrency_configs.unwrap_or_default());
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
    let words = all.iter().map(|one| {
        let qualifier = one.function_arn().and_then(|arn| arn.rsplit(':').next()).unwrap_or("?");
        let number = |number: Option<i32>| number.map_or_else(|| "?".to_owned(), |number| number.to_string());
        let (ready, wanted) =
            (number(one.available_provisioned_concurrent_executions()), number(one.requested_provisioned_concurrent_executions()));
        format!("{qualifier}: {ready} of {wanted} ready")
    });
    Ok(joined(words).map(|list| Text::new(&list)))
}

async fn tags(aws: &Aws, arn: String, shared: &mut Interner) -> Result<Tags, Problem> {
    let answer =
        aws.through(&CONTROL, client).await.list_tags().resource(arn).send().await.map_err(|error| problem(error, aws.target()))?;
    let all = answer.tags().into_iter().flatten().map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
    Ok(crate::service::row::tags(all, shared))
}

/// Describes one function so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, function: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CONTROL, client).await.get_function_configuration().function_name(function.name.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}
