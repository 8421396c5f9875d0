//! Job definitions: what jobs of them run, and what they ask for.

use std::sync::Arc;

use aws_sdk_batch::types::{JobDefinition, JobTimeout, ResourceRequirement, RetryStrategy};

use super::{
    CALLS,
    calls::{PAGE, client, further, last},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Gap, Health, Interner, Problem, Resource, Text},
    service::{
        Pages, Place as Where, Scope,
        row::{Cells, columns, joined, rows, send, tags},
    },
};

/// The status of revisions that jobs can be submitted from (Batch API Reference, `DescribeJobDefinitions`, `status`).
const ACTIVE: &str = "ACTIVE";

columns! {
    /// The facts of a job definition.
    enum Col {
        State: "state", "STATE", 8, Where::Row(0);
        Revision: "revision", "REVISION", 8, Where::Row(1);
        Vcpus: "vcpus", "VCPUS", 5, Where::Row(2);
        Memory: "memory", "MEM MIB", 8, Where::Row(3);
        Platform: "platform", "PLATFORM", 8, Where::Row(4);
        Image: "image", "IMAGE", 44, Where::Row(6);
        Attempts: "attempts", "ATTEMPTS", 8, Where::Row(5);
        Timeout: "timeout", "TIMEOUT S", 9, Where::Wide;
        Sort: "type", "TYPE", 10, Where::Wide;
        Command: "command", "COMMAND", 30, Where::Wide;
        Parameters: "parameters", "PARAMETERS", 30, Where::Detail;
        Variables: "variables", "VARIABLES", 30, Where::Detail;
        Role: "role", "JOB ROLE", 40, Where::Detail;
        Execution: "execution_role", "EXECUTION ROLE", 40, Where::Detail;
        Orchestration: "orchestration", "RUNS ON", 7, Where::Detail;
        Priority: "priority", "PRIORITY", 8, Where::Detail;
    }
}

/// The id is `name:revision`, as commands take it.
fn row(one: &JobDefinition, shared: &mut Interner) -> Option<Resource> {
    let (name, revision) = (one.job_definition_name()?, one.revision()?);
    let health = if one.status() == Some(ACTIVE) { Health::Ok } else { Health::Off };
    let platform = joined(one.platform_capabilities().iter().map(|one| one.as_str().to_owned()));
    let mut parameters: Vec<String> = one.parameters().into_iter().flatten().map(|(key, value)| format!("{key}={value}")).collect();
    parameters.sort_unstable();
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, one.status().map_or(Cell::None, |status| Cell::State(health, shared.text(status))))
        .count(Col::Revision, Some(revision))
        .text(Col::Sort, one.r#type().map(|sort| shared.text(sort)))
        .text(Col::Platform, platform.map(|list| shared.text(&list)))
        .count(Col::Attempts, one.retry_strategy().and_then(RetryStrategy::attempts))
        .count(Col::Timeout, one.timeout().and_then(JobTimeout::attempt_duration_seconds))
        .text(Col::Parameters, joined(parameters.into_iter()).map(|list| Text::new(&list)))
        .text(Col::Orchestration, one.container_orchestration_type().map(|sort| shared.text(sort.as_str())))
        .count(Col::Priority, one.scheduling_priority());
    container(&mut cells, one, shared);
    let pairs = one.tags().into_iter().flatten().map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
    let id = Text::new(&format!("{name}:{revision}"));
    Some(Resource { id, name: Text::new(name), cells: cells.done(), tags: tags(pairs, shared), parents: [].into() })
}

/// Of the variables only the names: their values are secrets until proven otherwise.
#[expect(deprecated, reason = "old definitions tell what they ask for in these fields and in no other")]
fn container(cells: &mut Cells, one: &JobDefinition, shared: &mut Interner) {
    let Some(own) = one.container_properties() else { return };
    let names = joined(own.environment().iter().filter_map(|one| one.name()).map(str::to_owned));
    cells
        .count(Col::Vcpus, need(own.resource_requirements(), "VCPU").or(own.vcpus().map(i64::from)))
        .count(Col::Memory, need(own.resource_requirements(), "MEMORY").or(own.memory().map(i64::from)))
        .text(Col::Image, own.image().map(|image| shared.text(image)))
        .text(Col::Command, joined(own.command().iter().cloned()).map(|words| Text::new(&words)))
        .text(Col::Variables, names.map(|list| Text::new(&list)))
        .text(Col::Role, own.job_role_arn().map(|role| shared.text(last(role))))
        .text(Col::Execution, own.execution_role_arn().map(|role| shared.text(last(role))));
}

/// What a container asks for of one sort, in whole units; Fargate's quarters of a vCPU are rounded up.
pub(super) fn need(all: &[ResourceRequirement], sort: &str) -> Option<i64> {
    let one = all.iter().find(|one| one.r#type().is_some_and(|own| own.as_str() == sort))?;
    one.value()?.parse::<f64>().ok().map(|value| value.ceil() as i64)
}

/// Lists the active revisions.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::Ids(ids) => {
            for ids in ids.chunks(PAGE) {
                sweep(&aws, Some(ids.iter().map(|id| id.as_str().to_owned()).collect()), &pages).await?;
            }
        }
        Scope::All | Scope::Within(..) => sweep(&aws, None, &pages).await?,
    }
    Ok(Vec::new())
}

async fn sweep(aws: &Aws, names: Option<Vec<String>>, pages: &Pages) -> Result<(), Problem> {
    let (mut shared, mut token) = (Interner::default(), None);
    loop {
        let call = aws.through(&CALLS, client).await.describe_job_definitions().set_next_token(token);
        // Names go with no other parameter (Batch API Reference, `DescribeJobDefinitions`).
        let call = match &names {
            Some(names) => call.set_job_definitions(Some(names.clone())),
            None => call.status(ACTIVE).max_results(PAGE as i32),
        };
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        send(pages, rows(answer.job_definitions().iter().filter_map(|one| row(one, &mut shared)).collect())).await?;
        token = further(answer.next_token);
        if token.is_none() {
            return Ok(());
        }
    }
}

/// Describes one revision so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, one: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CALLS, client).await.describe_job_definitions().job_definitions(one.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}
