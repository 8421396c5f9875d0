//! Task definitions: active revisions, and for those in sight what they hold.

use std::sync::Arc;

use aws_sdk_ecs::types::TaskDefinition;

use super::{
    DEFINITIONS_READ,
    calls::{PAGE, client, last, overlay},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Gap, Health, Interner, Problem, Resource, Text, resource::Page},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, joined, rows, send, tags, words},
    },
};

columns! {
    /// The facts of a task definition.
    enum Col {
        State: "state", "STATE", 9, Place::Wide;
        Family: "family", "FAMILY", 24, Place::Row(0);
        Revision: "revision", "REVISION", 8, Place::Row(1);
        Cpu: "cpu", "CPU UNITS", 9, Place::Row(3);
        Memory: "memory", "MEM MIB", 8, Place::Row(4);
        Launch: "launch", "FITS", 12, Place::Row(5);
        Images: "images", "IMAGES", 44, Place::Row(2);
        Registered: "registered", "AGE", 4, Place::Row(6);
        Network: "network", "NETWORK", 8, Place::Wide;
        Architecture: "architecture", "ARCH", 7, Place::Wide;
        TaskRole: "task_role", "TASK ROLE", 40, Place::Detail;
        ExecutionRole: "execution_role", "EXECUTION ROLE", 40, Place::Detail;
        RegisteredBy: "registered_by", "REGISTERED BY", 40, Place::Detail;
    }
}

fn bare(arn: &str, shared: &mut Interner) -> Resource {
    let id = last(arn);
    let (family, revision) = id.rsplit_once(':').unwrap_or((id, ""));
    let mut cells = Cells::new(Col::COLUMNS);
    cells.text(Col::Family, Some(shared.text(family))).count(Col::Revision, revision.parse::<i64>().ok());
    Resource { id: Text::new(id), name: Text::new(id), cells: cells.done(), tags: [].into(), parents: [].into() }
}

fn row(definition: &TaskDefinition, shared: &mut Interner) -> Option<Resource> {
    let bare = bare(definition.task_definition_arn()?, shared);
    let units = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let images = definition.container_definitions().iter().filter_map(|one| one.image()).map(|image| last(image).to_owned());
    let launch = definition.requires_compatibilities().iter().map(|one| one.as_str().to_owned());
    let state = definition.status().map(|status| Cell::State(Health::Ok, shared.text(status.as_str())));
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, state.unwrap_or_default())
        .set(Col::Family, bare.cells[Col::Family as usize].clone())
        .set(Col::Revision, bare.cells[Col::Revision as usize].clone())
        .count(Col::Cpu, units(definition.cpu()))
        .count(Col::Memory, units(definition.memory()))
        .text(Col::Launch, joined(launch).map(|list| shared.text(&list)))
        .text(Col::Images, joined(images).map(|list| Text::new(&list)))
        .time(Col::Registered, definition.registered_at())
        .text(Col::Network, definition.network_mode().map(|mode| shared.text(mode.as_str())))
        .text(Col::Architecture, definition.runtime_platform().and_then(|own| own.cpu_architecture()).map(|own| shared.text(own.as_str())))
        .text(Col::TaskRole, definition.task_role_arn().map(|arn| shared.text(last(arn))))
        .text(Col::ExecutionRole, definition.execution_role_arn().map(|arn| shared.text(last(arn))))
        .text(Col::RegisteredBy, definition.registered_by().map(|by| shared.text(last(by))));
    Some(Resource { cells: cells.done(), ..bare })
}

/// Lists the active revisions; their ARNs tell family and number, the rest is fetched for those in sight.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    if let Scope::Ids(ids) = scope {
        let mut shared = Interner::default();
        return send(&pages, rows(ids.iter().map(|id| bare(id.as_str(), &mut shared)).collect())).await.map(|()| Vec::new());
    }
    let mut shared = Interner::default();
    let mut token = None;
    loop {
        let call = aws.through(&DEFINITIONS_READ, client).await.list_task_definitions().max_results(PAGE).set_next_token(token);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        send(&pages, rows(answer.task_definition_arns().iter().map(|arn| bare(arn, &mut shared)).collect())).await?;
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(Vec::new());
        }
    }
}

/// What the revisions in sight hold.
pub(super) async fn details(aws: Aws, rows: Vec<Arc<Resource>>) -> Result<Page, Problem> {
    let mut shared = Interner::default();
    let mut overlays = Vec::new();
    for known in rows {
        let call = aws.through(&DEFINITIONS_READ, client).await.describe_task_definition().task_definition(known.id.as_str());
        let call = call.include(aws_sdk_ecs::types::TaskDefinitionField::Tags);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        let tags = tags(answer.tags().iter().map(|tag| (tag.key(), tag.value())), &mut shared);
        let whole = answer.task_definition().and_then(|definition| row(definition, &mut shared));
        overlays.extend(whole.map(|whole| overlay(Resource { tags, ..whole }, Col::COLUMNS)));
    }
    Ok(Page { rows: Vec::new(), overlays })
}

/// Describes one so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, definition: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&DEFINITIONS_READ, client).await.describe_task_definition().task_definition(definition.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

/// Where it can run, as far as that is known.
pub(super) fn fits(definition: &Resource) -> &str {
    words(definition, Col::Launch)
}
