//! Clusters: how much runs in each, and on what.

use std::sync::Arc;

use aws_sdk_ecs::types::{Cluster, ClusterField};
use jiff::Timestamp;

use super::{
    CLUSTERS_READ,
    calls::{client, cluster_page, last, overlay},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, Problem, Resource, Severity, Text, resource::Page},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, finding, joined, number, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a cluster.
    enum Col {
        State: "state", "STATE", 10, Place::Row(0);
        Services: "services", "SERVICES", 8, Place::Row(1);
        Running: "running", "RUNNING", 7, Place::Row(2);
        Pending: "pending", "PENDING", 7, Place::Row(3);
        Instances: "instances", "INSTANCES", 9, Place::Row(6);
        Providers: "providers", "CAPACITY PROVIDERS", 28, Place::Row(7);
        Strategy: "strategy", "DEFAULT STRATEGY", 28, Place::Wide;
        Fargate: "fargate", "ON FARGATE", 10, Place::Wide;
        Ec2: "ec2", "ON EC2", 6, Place::Wide;
        Insights: "insights", "CONTAINER INSIGHTS", 18, Place::Wide;
    }
}

fn bare(name: &str) -> Resource {
    Resource { id: name.into(), name: name.into(), cells: Cells::new(Col::COLUMNS).done(), tags: [].into(), parents: [].into() }
}

fn row(cluster: &Cluster, shared: &mut Interner) -> Option<Resource> {
    let name = Text::new(cluster.cluster_name()?);
    let statistic =
        |name: &str| cluster.statistics().iter().find(|one| one.name() == Some(name)).and_then(|one| one.value()?.parse::<i64>().ok());
    let setting = cluster.settings().iter().find(|one| one.name().is_some_and(|name| name.as_str() == "containerInsights"));
    let strategy =
        cluster.default_capacity_provider_strategy().iter().map(|item| format!("{} {}", item.capacity_provider(), item.weight()));
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, cluster.status().map_or(Cell::None, |state| Cell::State(health(state), shared.text(state))))
        .count(Col::Services, Some(cluster.active_services_count()))
        .count(Col::Running, Some(cluster.running_tasks_count()))
        .count(Col::Pending, Some(cluster.pending_tasks_count()))
        .count(Col::Instances, Some(cluster.registered_container_instances_count()))
        .text(Col::Providers, joined(cluster.capacity_providers().iter().map(|name| last(name).to_owned())).map(|list| shared.text(&list)))
        .text(Col::Strategy, joined(strategy).map(|list| shared.text(&list)))
        .count(Col::Fargate, statistic("runningFargateTasksCount"))
        .count(Col::Ec2, statistic("runningEC2TasksCount"))
        .text(Col::Insights, setting.and_then(|one| one.value()).map(|value| shared.text(value)));
    let tags = tags(cluster.tags().iter().map(|tag| (tag.key(), tag.value())), shared);
    Some(Resource { id: name.clone(), name, cells: cells.done(), tags, parents: [].into() })
}

/// The states of a cluster (ECS API Reference, `Cluster`, `status`).
fn health(state: &str) -> Health {
    match state {
        "ACTIVE" => Health::Ok,
        "PROVISIONING" | "DEPROVISIONING" => Health::Busy,
        "INACTIVE" => Health::Off,
        "FAILED" => Health::Bad,
        _ => Health::Unknown,
    }
}

/// Lists clusters: names a page at a time, and at once what each page's clusters are.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    if let Scope::Ids(ids) = scope {
        let names: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
        for names in names.chunks(100) {
            send(&pages, rows(described(&aws, names.to_vec()).await?)).await?;
        }
        return Ok(Vec::new());
    }
    let mut problems = Vec::new();
    let mut token = None;
    loop {
        let (page, next) = cluster_page(&aws, token).await?;
        send(&pages, rows(page.iter().map(|arn| bare(last(arn))).collect())).await?;
        if !page.is_empty() {
            match described(&aws, page).await {
                Ok(known) => {
                    let overlays = known.into_iter().map(|row| overlay(row, Col::COLUMNS)).collect();
                    send(&pages, Page { rows: Vec::new(), overlays }).await?;
                }
                Err(problem) => problems.push(Gap::facts(problem)),
            }
        }
        token = next;
        if token.is_none() {
            return Ok(problems);
        }
    }
}

/// At most 100 clusters (ECS API Reference, `DescribeClusters`); those that are gone are left out.
async fn described(aws: &Aws, names: Vec<String>) -> Result<Vec<Resource>, Problem> {
    let mut shared = Interner::default();
    let fields = [ClusterField::Statistics, ClusterField::Settings, ClusterField::Tags];
    let call = aws.through(&CLUSTERS_READ, client).await.describe_clusters().set_clusters(Some(names)).set_include(Some(fields.to_vec()));
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.clusters().iter().filter_map(|cluster| row(cluster, &mut shared)).collect())
}

/// Describes one cluster so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, cluster: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let fields = [ClusterField::Statistics, ClusterField::Settings, ClusterField::Tags, ClusterField::Configurations];
    let call =
        aws.through(&CLUSTERS_READ, client).await.describe_clusters().clusters(cluster.name.as_str()).set_include(Some(fields.to_vec()));
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

/// Metrics of a whole cluster are published only where it has container instances.
pub(super) fn on_ec2(cluster: &Resource) -> bool {
    number(cluster, Col::Instances).is_some_and(|count| count > 0)
}

/// Container Insights is paid for, and off unless somebody turned it on.
pub(super) fn observed(cluster: &Resource) -> bool {
    matches!(words(cluster, Col::Insights), "enabled" | "enhanced")
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[sign("cluster-failed", Severity::Critical, "ECS could not make what the cluster needs")];

pub(super) fn findings(cluster: &Resource, _: Timestamp) -> Vec<Finding> {
    let failed = (words(cluster, Col::State) == "FAILED").then(|| {
        finding(Severity::Critical, "cluster-failed", "ECS could not make what the cluster needs", "look at its capacity providers")
    });
    failed.into_iter().collect()
}
