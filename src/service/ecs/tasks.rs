//! Tasks: what runs, and what stopped lately and why.

use std::sync::Arc;

use aws_sdk_ecs::types::{Attachment, Container, DesiredStatus, ManagedAgentName, Task, TaskField};
use jiff::Timestamp;

use super::{
    CLUSTER, RESOURCES_READ, SERVICE,
    calls::{Listed, PAGE, Place as Spot, by_cluster, client, everywhere, id, last, places},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, KindId, Problem, Resource, Severity, Text},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, finding, joined, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

/// Tasks in one question: the most that `DescribeTasks` takes (ECS API Reference).
const BATCH: usize = 100;

columns! {
    /// The facts of a task.
    enum Col {
        State: "state", "STATE", 13, Place::Row(0);
        Health: "health", "HEALTH", 9, Place::Row(2);
        Group: "group", "GROUP", 22, Place::Wide;
        Started: "started", "AGE", 4, Place::Row(3);
        StopCode: "stop_code", "STOP CODE", 22, Place::Wide;
        Reason: "reason", "STOPPED REASON", 34, Place::Row(1);
        Stopped: "stopped", "STOPPED", 7, Place::Wide;
        Launch: "launch", "LAUNCH", 13, Place::Row(5);
        Zone: "zone", "AZ", 10, Place::Row(4);
        Definition: "definition", "TASK DEFINITION", 22, Place::Wide;
        Cpu: "cpu", "CPU UNITS", 9, Place::Wide;
        Memory: "memory", "MEM MIB", 7, Place::Wide;
        Cluster: "cluster", "CLUSTER", 14, Place::Wide;
        Containers: "containers", "CONTAINERS", 40, Place::Detail;
        Wanted: "wanted", "DESIRED STATUS", 14, Place::Detail;
        Instance: "instance", "CONTAINER INSTANCE", 32, Place::Detail;
        Platform: "platform", "PLATFORM VERSION", 8, Place::Detail;
        StartedBy: "started_by", "STARTED BY", 24, Place::Detail;
        Created: "created", "CREATED", 6, Place::Detail;
        Connectivity: "connectivity", "CONNECTIVITY", 12, Place::Detail;
        Exec: "exec", "EXEC", 5, Place::Detail;
        Agents: "agents", "EXEC AGENTS", 24, Place::Detail;
        Runtimes: "runtimes", "RUNTIME IDS", 40, Place::Detail;
        PrivateIp: "private_ip", "PRIVATE IP", 15, Place::Detail;
    }
}

pub(super) fn row(task: &Task, shared: &mut Interner) -> Option<Resource> {
    let (arn, cluster) = (task.task_arn()?, last(task.cluster_arn()?));
    let mut cells = Cells::new(Col::COLUMNS);
    standing(&mut cells, task, shared);
    placing(&mut cells, task, shared);
    cells.text(Col::Cluster, Some(shared.text(cluster)));
    let mut parents = vec![(KindId(CLUSTER), shared.text(cluster))];
    // A task of a service is in the group `service:NAME` (ECS API Reference, `Task`, `group`).
    let service = task.group().and_then(|group| group.strip_prefix("service:"));
    parents.extend(service.map(|name| (KindId(SERVICE), shared.text(&format!("{cluster}/{name}")))));
    let tags = tags(task.tags().iter().map(|tag| (tag.key(), tag.value())), shared);
    Some(Resource {
        id: Text::new(&id(cluster, arn)),
        name: Text::new(&name(service, last(arn))),
        cells: cells.done(),
        tags,
        parents: parents.into_iter().collect(),
    })
}

/// `web 3f9a61c2`: its service, or nothing, and the end of its id, which is enough to tell tasks apart.
fn name(service: Option<&str>, id: &str) -> String {
    let short = id.get(id.len().saturating_sub(8)..).unwrap_or(id);
    service.map_or_else(|| short.to_owned(), |service| format!("{service} {short}"))
}

fn standing(cells: &mut Cells, task: &Task, shared: &mut Interner) {
    let state = task.last_status();
    let health = task.health_status();
    let containers = each_of(task, |one| Some(one.last_status().unwrap_or("?")));
    cells
        .set(Col::State, state.map_or(Cell::None, |state| Cell::State(health_of(state), shared.text(state))))
        .set(Col::Health, health.map_or(Cell::None, |health| Cell::State(checks(health.as_str()), shared.text(health.as_str()))))
        .text(Col::Group, task.group().map(|group| shared.text(group)))
        .time(Col::Started, task.started_at())
        .time(Col::Stopped, task.stopped_at())
        .time(Col::Created, task.created_at())
        .text(Col::StopCode, task.stop_code().map(|code| shared.text(code.as_str())))
        .text(Col::Reason, task.stopped_reason().map(|reason| shared.text(reason)).map(|reason| why(task, reason)))
        .text(Col::Wanted, task.desired_status().map(|status| shared.text(status)))
        .text(Col::Containers, containers.map(|list| shared.text(&list)))
        .text(Col::Agents, each_of(task, agent).map(|list| shared.text(&list)))
        .text(Col::Runtimes, each_of(task, Container::runtime_id).map(|list| Text::new(&list)));
}

/// A fact of each container that has it: `app RUNNING, proxy PENDING`.
fn each_of<'a>(task: &'a Task, fact: impl Fn(&'a Container) -> Option<&'a str>) -> Option<String> {
    joined(task.containers().iter().filter_map(|one| Some(format!("{} {}", one.name()?, fact(one)?))))
}

/// How what runs commands in a container is (ECS API Reference, `ManagedAgent`).
fn agent(container: &Container) -> Option<&str> {
    let agents = container.managed_agents();
    agents.iter().find(|agent| agent.name() == Some(&ManagedAgentName::ExecuteCommandAgent))?.last_status()
}

/// ECS says of the whole task that an essential container exited; what matters is what happened in that one.
fn why(task: &Task, reason: Text) -> Text {
    let telling = task.containers().iter().find_map(|one| Some((one.name()?, one.reason()?, one.exit_code())));
    match telling {
        Some((name, cause, Some(code))) => Text::new(&format!("{name} exited {code}: {cause} ({reason})")),
        Some((name, cause, None)) if !reason.as_str().contains(cause) => Text::new(&format!("{name}: {cause} ({reason})")),
        _ => reason,
    }
}

/// The life of a task (ECS Developer Guide, "Amazon ECS task lifecycle").
fn health_of(state: &str) -> Health {
    match state {
        "RUNNING" => Health::Ok,
        "PROVISIONING" | "PENDING" | "ACTIVATING" | "DEACTIVATING" | "STOPPING" | "DEPROVISIONING" => Health::Busy,
        "STOPPED" | "DELETED" => Health::Off,
        _ => Health::Unknown,
    }
}

fn checks(status: &str) -> Health {
    match status {
        "HEALTHY" => Health::Ok,
        "UNHEALTHY" => Health::Bad,
        _ => Health::Unknown,
    }
}

fn placing(cells: &mut Cells, task: &Task, shared: &mut Interner) {
    let launch = task.capacity_provider_name().or_else(|| task.launch_type().map(aws_sdk_ecs::types::LaunchType::as_str));
    let units = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    cells
        .text(Col::Launch, launch.map(|launch| shared.text(launch)))
        .text(Col::Zone, task.availability_zone().map(|zone| shared.text(zone)))
        .text(Col::Definition, task.task_definition_arn().map(|arn| shared.text(last(arn))))
        .count(Col::Cpu, units(task.cpu()))
        .count(Col::Memory, units(task.memory()))
        .text(Col::Instance, task.container_instance_arn().map(|arn| shared.text(last(arn))))
        .text(Col::Platform, task.platform_version().map(|version| shared.text(version)))
        .text(Col::StartedBy, task.started_by().map(|by| shared.text(by)))
        .text(Col::Connectivity, task.connectivity().map(|own| shared.text(own.as_str())))
        .text(Col::PrivateIp, own_address(task).map(Text::new))
        .set(Col::Exec, Cell::Flag(task.enable_execute_command()));
}

/// That of the network interface it was given; only a task with awsvpc networking has one (ECS API Reference, `Attachment`, `details`).
fn own_address(task: &Task) -> Option<&str> {
    let details = task.attachments().iter().flat_map(Attachment::details);
    details.into_iter().find(|detail| detail.name() == Some("privateIPv4Address"))?.value()
}

/// Lists tasks of clusters or of a service: those that run, then those that stopped within the last hour.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    if let Scope::Ids(ids) = scope {
        for (cluster, tasks) in by_cluster(&ids) {
            for tasks in tasks.chunks(BATCH) {
                send(&pages, rows(described(&aws, &cluster, tasks.to_vec()).await?)).await?;
            }
        }
        return Ok(Vec::new());
    }
    let places = places(&aws, &scope).await?;
    everywhere(&places, |place| Box::pin(of(&aws, place, &pages))).await
}

async fn of(aws: &Aws, place: &Spot, pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let mut problems = Vec::new();
    for status in [DesiredStatus::Running, DesiredStatus::Stopped] {
        let mut token = None;
        loop {
            let (arns, next) = page(aws, place, &status, token).await?;
            if !arns.is_empty() {
                match described(aws, &place.cluster, arns).await {
                    Ok(known) => send(pages, rows(known)).await?,
                    Err(problem) => problems.push(Gap::rows(problem)),
                }
            }
            token = next;
            if token.is_none() {
                break;
            }
        }
    }
    Ok(problems)
}

pub(super) async fn page(aws: &Aws, place: &Spot, status: &DesiredStatus, token: Option<String>) -> Listed {
    let call =
        aws.through(&RESOURCES_READ, client).await.list_tasks().cluster(place.cluster.as_str()).set_service_name(place.service.clone());
    let call = call.desired_status(status.clone()).max_results(PAGE).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.task_arns.unwrap_or_default(), answer.next_token.filter(|token| !token.is_empty())))
}

async fn described(aws: &Aws, cluster: &str, tasks: Vec<String>) -> Result<Vec<Resource>, Problem> {
    let mut shared = Interner::default();
    Ok(whole(aws, cluster, tasks).await?.iter().filter_map(|task| row(task, &mut shared)).collect())
}

/// At most 100 tasks; those that are gone are left out.
pub(super) async fn whole(aws: &Aws, cluster: &str, tasks: Vec<String>) -> Result<Vec<Task>, Problem> {
    let call = aws.through(&RESOURCES_READ, client).await.describe_tasks().cluster(cluster).set_tasks(Some(tasks)).include(TaskField::Tags);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.tasks.unwrap_or_default())
}

/// Describes one task so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, task: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (cluster, id) = task.id.as_str().split_once('/').unwrap_or_default();
    let call = aws.through(&RESOURCES_READ, client).await.describe_tasks().cluster(cluster).tasks(id).include(TaskField::Tags);
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn moving(task: &Resource) -> bool {
    matches!(task.cells.get(Col::State as usize), Some(Cell::State(Health::Busy, _)))
}

pub(super) fn state(task: &Resource) -> &str {
    words(task, Col::State)
}

pub(super) fn group(task: &Resource) -> &str {
    words(task, Col::Group)
}

/// Names of containers, and what a column tells of each.
fn of_each(task: &Resource, column: Col) -> impl Iterator<Item = (&str, &str)> {
    words(task, column).split(", ").filter_map(|one| one.rsplit_once(' '))
}

/// The names of its containers in which commands can be run.
pub(super) fn reachable(task: &Resource) -> impl Iterator<Item = &str> {
    of_each(task, Col::Agents).filter(|(_, agent)| *agent == "RUNNING").map(|(name, _)| name)
}

/// What a container is called where it runs.
pub(super) fn runtime<'a>(task: &'a Resource, container: &str) -> Option<&'a str> {
    of_each(task, Col::Runtimes).find(|(name, _)| *name == container).map(|(_, id)| id)
}

/// Whether ECS Exec was enabled when it was started.
pub(super) fn takes_commands(task: &Resource) -> bool {
    matches!(task.cells.get(Col::Exec as usize), Some(Cell::Flag(true)))
}

/// Its own address; empty where it shares that of its host.
pub(super) fn address(task: &Resource) -> &str {
    words(task, Col::PrivateIp)
}

/// Stop codes that nobody asked for (ECS API Reference, `Task`, `stopCode`).
const UNWANTED: &[&str] = &["TaskFailedToStart", "EssentialContainerExited", "SpotInterruption", "TerminationNotice"];

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("task-unhealthy", Severity::Critical, "it runs, and its health check fails"),
    sign(
        "task-stopped",
        Severity::Warning,
        "it stopped and nobody asked for it: failed to start, a container exited, or its host was taken",
    ),
];

/// Everything wrong with a task at this moment, worst first.
pub(super) fn findings(task: &Resource, _: Timestamp) -> Vec<Finding> {
    let code = words(task, Col::StopCode);
    let ended = UNWANTED.contains(&code).then(|| {
        let why = format!("it stopped ({code}): {}", words(task, Col::Reason));
        Finding {
            since: task.cells[Col::Stopped as usize].moment(),
            ..finding(Severity::Warning, "task-stopped", &why, "see its containers for exit codes and reasons, and its logs")
        }
    });
    let ill = (words(task, Col::Health) == "UNHEALTHY" && state(task) == "RUNNING").then(|| {
        let advice = "its service replaces it; if it goes on, look at the health check and the log";
        finding(Severity::Critical, "task-unhealthy", "its container health check fails", advice)
    });
    ill.into_iter().chain(ended).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{Container, TaskStopCode};

    use super::*;

    #[test]
    fn a_stopped_task_says_what_happened_in_its_container() {
        let container = Container::builder().name("app").exit_code(137).reason("OutOfMemoryError: Container killed due to memory usage");
        let task = Task::builder()
            .task_arn("arn:aws:ecs:eu-west-1:1:task/prod/abc")
            .cluster_arn("arn:aws:ecs:eu-west-1:1:cluster/prod")
            .group("service:search")
            .last_status("STOPPED")
            .stop_code(TaskStopCode::EssentialContainerExited)
            .stopped_reason("Essential container in task exited")
            .containers(container.build())
            .build();
        let row = row(&task, &mut Interner::default()).expect("a row");
        assert_eq!(row.id.as_str(), "prod/abc");
        assert!(row.within(KindId(SERVICE), &"prod/search".into()) && row.within(KindId(CLUSTER), &"prod".into()));
        let found = findings(&row, Timestamp::UNIX_EPOCH);
        assert!(found[0].reason.as_str().contains("app exited 137: OutOfMemoryError"), "{found:?}");
    }
}
