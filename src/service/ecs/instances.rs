//! Container instances: the machines of a cluster, and whether they take tasks.

use std::sync::Arc;

use aws_sdk_ecs::types::{ContainerInstance, ContainerInstanceField};
use jiff::Timestamp;

use super::{
    CLUSTER, RESOURCES_READ,
    calls::{Listed, PAGE, by_cluster, client, everywhere, id, last, places},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, Problem, Resource, Severity, Text},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, finding, parent, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a container instance.
    enum Col {
        State: "state", "STATE", 12, Place::Row(0);
        Agent: "agent", "AGENT", 12, Place::Row(1);
        Running: "running", "RUNNING", 7, Place::Row(2);
        Pending: "pending", "PENDING", 7, Place::Row(5);
        CpuLeft: "cpu_left", "CPU LEFT", 8, Place::Row(3);
        MemoryLeft: "memory_left", "MEM LEFT", 8, Place::Row(4);
        Instance: "instance", "EC2 INSTANCE", 20, Place::Row(6);
        Cluster: "cluster", "CLUSTER", 14, Place::Wide;
        Cpu: "cpu", "CPU UNITS", 9, Place::Wide;
        Memory: "memory", "MEM MIB", 8, Place::Wide;
        Provider: "provider", "CAPACITY PROVIDER", 20, Place::Wide;
        Version: "version", "AGENT VERSION", 10, Place::Detail;
        Docker: "docker", "DOCKER", 20, Place::Detail;
        Registered: "registered", "AGE", 4, Place::Wide;
        Reason: "reason", "REASON", 40, Place::Wide;
    }
}

fn row(cluster: &str, instance: &ContainerInstance, shared: &mut Interner) -> Option<Resource> {
    let arn = instance.container_instance_arn()?;
    let amount = |all: &[aws_sdk_ecs::types::Resource], name: &str| {
        all.iter().find(|one| one.name() == Some(name)).map(aws_sdk_ecs::types::Resource::integer_value)
    };
    let (left, all) = (instance.remaining_resources(), instance.registered_resources());
    let agent = if instance.agent_connected() { (Health::Ok, "connected") } else { (Health::Bad, "disconnected") };
    let version = instance.version_info();
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, instance.status().map_or(Cell::None, |state| Cell::State(health(state), shared.text(state))))
        .set(Col::Agent, Cell::State(agent.0, shared.text(agent.1)))
        .count(Col::Running, Some(instance.running_tasks_count()))
        .count(Col::Pending, Some(instance.pending_tasks_count()))
        .count(Col::CpuLeft, amount(left, "CPU"))
        .count(Col::MemoryLeft, amount(left, "MEMORY"))
        .count(Col::Cpu, amount(all, "CPU"))
        .count(Col::Memory, amount(all, "MEMORY"))
        .text(Col::Instance, instance.ec2_instance_id().map(Text::new))
        .text(Col::Cluster, Some(shared.text(cluster)))
        .text(Col::Provider, instance.capacity_provider_name().map(|name| shared.text(name)))
        .text(Col::Version, version.and_then(|own| own.agent_version()).map(|own| shared.text(own)))
        .text(Col::Docker, version.and_then(|own| own.docker_version()).map(|own| shared.text(own)))
        .time(Col::Registered, instance.registered_at())
        .text(Col::Reason, instance.status_reason().map(Text::new));
    let name = Text::new(instance.ec2_instance_id().unwrap_or_else(|| last(arn)));
    let tags = tags(instance.tags().iter().map(|tag| (tag.key(), tag.value())), shared);
    Some(Resource { id: Text::new(&id(cluster, arn)), name, cells: cells.done(), tags, parents: parent(CLUSTER, cluster) })
}

/// The states of a container instance (ECS API Reference, `ContainerInstance`, `status`).
fn health(state: &str) -> Health {
    match state {
        "ACTIVE" => Health::Ok,
        "REGISTERING" | "DEREGISTERING" | "DRAINING" => Health::Busy,
        "INACTIVE" => Health::Off,
        "REGISTRATION_FAILED" => Health::Bad,
        _ => Health::Unknown,
    }
}

/// Lists the container instances of clusters.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    if let Scope::Ids(ids) = scope {
        for (cluster, instances) in by_cluster(&ids) {
            for instances in instances.chunks(100) {
                send(&pages, rows(described(&aws, &cluster, instances.to_vec()).await?)).await?;
            }
        }
        return Ok(Vec::new());
    }
    let places = places(&aws, &scope).await?;
    everywhere(&places, |place| Box::pin(of(&aws, &place.cluster, &pages))).await
}

async fn of(aws: &Aws, cluster: &str, pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let (mut problems, mut token) = (Vec::new(), None);
    loop {
        let (arns, next) = page(aws, cluster, token).await?;
        if !arns.is_empty() {
            match described(aws, cluster, arns).await {
                Ok(known) => send(pages, rows(known)).await?,
                Err(problem) => problems.push(Gap::rows(problem)),
            }
        }
        token = next;
        if token.is_none() {
            return Ok(problems);
        }
    }
}

async fn page(aws: &Aws, cluster: &str, token: Option<String>) -> Listed {
    let call =
        aws.through(&RESOURCES_READ, client).await.list_container_instances().cluster(cluster).max_results(PAGE).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.container_instance_arns.unwrap_or_default(), answer.next_token.filter(|token| !token.is_empty())))
}

/// At most 100 (ECS API Reference, `DescribeContainerInstances`); those that are gone are left out.
async fn described(aws: &Aws, cluster: &str, instances: Vec<String>) -> Result<Vec<Resource>, Problem> {
    let mut shared = Interner::default();
    let call =
        aws.through(&RESOURCES_READ, client).await.describe_container_instances().cluster(cluster).set_container_instances(Some(instances));
    let answer = call.include(ContainerInstanceField::Tags).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.container_instances().iter().filter_map(|instance| row(cluster, instance, &mut shared)).collect())
}

/// Describes one so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, instance: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (cluster, id) = instance.id.as_str().split_once('/').unwrap_or_default();
    let call = aws.through(&RESOURCES_READ, client).await.describe_container_instances().cluster(cluster).container_instances(id);
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn moving(instance: &Resource) -> bool {
    matches!(state(instance), "DRAINING" | "REGISTERING" | "DEREGISTERING")
}

pub(super) fn state(instance: &Resource) -> &str {
    words(instance, Col::State)
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[sign("agent-disconnected", Severity::Warning, "its ECS agent is not connected")];

pub(super) fn findings(instance: &Resource, _: Timestamp) -> Vec<Finding> {
    let lost = (words(instance, Col::Agent) == "disconnected").then(|| {
        let advice = "look at the EC2 instance; ECS starts nothing on it until its agent is back";
        finding(Severity::Warning, "agent-disconnected", "the ECS agent is not connected", advice)
    });
    lost.into_iter().collect()
}
