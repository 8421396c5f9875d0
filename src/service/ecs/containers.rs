//! Containers of tasks: image, exit code, reason, health.

use std::sync::Arc;

use aws_sdk_ecs::types::{Container, DesiredStatus, Task};
use jiff::Timestamp;

use super::{
    TASK,
    calls::{by_cluster, everywhere, id, last, places},
    tasks,
};
use crate::{
    aws::{Aws, Capture},
    model::{Cell, Finding, Gap, Health, Interner, KindId, Problem, Resource, Severity, Text},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, finding, number, parent, rows, send, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a container.
    enum Col {
        State: "state", "STATE", 10, Place::Row(0);
        Exit: "exit", "EXIT", 4, Place::Row(1);
        Reason: "reason", "REASON", 40, Place::Row(2);
        Health: "health", "HEALTH", 9, Place::Row(3);
        Image: "image", "IMAGE", 40, Place::Row(4);
        Task: "task", "TASK", 34, Place::Wide;
        Cpu: "cpu", "CPU UNITS", 9, Place::Wide;
        Memory: "memory", "MEM MIB", 7, Place::Wide;
        Digest: "digest", "IMAGE DIGEST", 40, Place::Detail;
        Runtime: "runtime", "RUNTIME ID", 40, Place::Detail;
        Address: "address", "PRIVATE IP", 15, Place::Wide;
    }
}

fn row(task: &str, container: &Container, shared: &mut Interner) -> Option<Resource> {
    let name = container.name()?;
    let health = container.health_status().map(aws_sdk_ecs::types::HealthStatus::as_str);
    let units = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok()).filter(|number| *number > 0);
    let address = container.network_interfaces().first().and_then(|own| own.private_ipv4_address());
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, container.last_status().map_or(Cell::None, |state| Cell::State(health_of(state), shared.text(state))))
        .count(Col::Exit, container.exit_code())
        .text(Col::Reason, container.reason().map(|reason| shared.text(reason)))
        .set(Col::Health, health.map_or(Cell::None, |word| Cell::State(checked(word), shared.text(word))))
        .text(Col::Image, container.image().map(|image| shared.text(image)))
        .text(Col::Task, Some(Text::new(task)))
        .count(Col::Cpu, units(container.cpu()))
        .count(Col::Memory, units(container.memory()))
        .text(Col::Digest, container.image_digest().map(|digest| shared.text(digest)))
        .text(Col::Runtime, container.runtime_id().map(Text::new))
        .text(Col::Address, address.map(Text::new));
    let id = Text::new(&format!("{task}/{name}"));
    Some(Resource { id, name: Text::new(name), cells: cells.done(), tags: [].into(), parents: parent(TASK, task) })
}

fn health_of(state: &str) -> Health {
    match state {
        "RUNNING" => Health::Ok,
        "PENDING" => Health::Busy,
        "STOPPED" => Health::Off,
        _ => Health::Unknown,
    }
}

fn checked(status: &str) -> Health {
    match status {
        "HEALTHY" => Health::Ok,
        "UNHEALTHY" => Health::Bad,
        _ => Health::Unknown,
    }
}

fn of_tasks(tasks: &[Task]) -> Vec<Resource> {
    let mut shared = Interner::default();
    let mut all = Vec::new();
    for task in tasks {
        let place = task.cluster_arn().zip(task.task_arn()).map(|(cluster, arn)| id(cluster, arn));
        let Some(place) = place else { continue };
        all.extend(task.containers().iter().filter_map(|container| row(&place, container, &mut shared)));
    }
    all
}

/// Lists the containers of one task, or of every task that runs.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match &scope {
        Scope::Within(KindId(TASK), task) => these(&aws, std::slice::from_ref(&task.id), &pages).await?,
        Scope::Ids(ids) => {
            let mut tasks: Vec<Text> = ids.iter().filter_map(|id| id.as_str().rsplit_once('/')).map(|(task, _)| task.into()).collect();
            tasks.dedup();
            these(&aws, &tasks, &pages).await?;
        }
        _ => {
            let places = places(&aws, &scope).await?;
            return everywhere(&places, |place| Box::pin(running(&aws, place, &pages))).await;
        }
    }
    Ok(Vec::new())
}

async fn these(aws: &Aws, tasks: &[Text], pages: &Pages) -> Result<(), Problem> {
    for (cluster, tasks) in by_cluster(tasks) {
        for tasks in tasks.chunks(100) {
            send(pages, rows(of_tasks(&tasks::whole(aws, &cluster, tasks.to_vec()).await?))).await?;
        }
    }
    Ok(())
}

async fn running(aws: &Aws, place: &super::calls::Place, pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let mut token = None;
    loop {
        let (arns, next) = tasks::page(aws, place, &DesiredStatus::Running, token).await?;
        if !arns.is_empty() {
            send(pages, rows(of_tasks(&tasks::whole(aws, &place.cluster, arns).await?))).await?;
        }
        token = next;
        if token.is_none() {
            return Ok(Vec::new());
        }
    }
}

/// A container is described with its whole task.
pub(super) async fn describe(aws: Aws, container: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (task, _) = container.id.as_str().rsplit_once('/').unwrap_or_default();
    let task = Resource { id: task.into(), name: last(task).into(), ..(*container).clone() };
    tasks::describe(aws, Arc::new(task), capture).await
}

/// The code that the kernel's killing leaves: 128 and the number of SIGKILL.
const KILLED: i64 = 137;

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("container-unhealthy", Severity::Critical, "its health check fails"),
    sign("container-exited", Severity::Warning, "it exited with another code than 0"),
];

pub(super) fn findings(container: &Resource, _: Timestamp) -> Vec<Finding> {
    let exit = number(container, Col::Exit).filter(|code| *code != 0);
    let ended = exit.map(|code| {
        let why = format!("it exited with {code}: {}", words(container, Col::Reason));
        let advice = if code == KILLED { "it was killed: give it more memory, or find the leak" } else { "see the end of its log" };
        finding(Severity::Warning, "container-exited", &why, advice)
    });
    let ill = (words(container, Col::Health) == "UNHEALTHY").then(|| {
        finding(Severity::Critical, "container-unhealthy", "its health check fails", "see the health check's command and its log")
    });
    ill.into_iter().chain(ended).collect()
}
