//! Compute environments: whether they are sound, and how many vCPUs they have of those they may have.

use std::{collections::BTreeMap, sync::Arc};

use aws_sdk_batch::types::{CeState, CeStatus, ComputeEnvironmentDetail, ComputeResource, JobQueueDetail};
use jiff::Timestamp;

use super::{
    CALLS, QUEUE,
    calls::{PAGE, client, environment_page, last, queues},
    queues::environments,
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, KindId, Problem, Resource, Severity, Text},
    service::{
        Pages, Place as Where, Scope,
        row::{Cells, columns, finding, joined, number, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a compute environment.
    enum Col {
        State: "state", "STATE", 10, Where::Row(0);
        Status: "status", "STATUS", 10, Where::Row(1);
        Reason: "reason", "STATUS REASON", 40, Where::Row(2);
        Sort: "type", "TYPE", 12, Where::Row(3);
        Min: "min", "MIN", 5, Where::Row(7);
        Desired: "desired", "DESIRED", 7, Where::Row(5);
        Max: "max", "MAX", 5, Where::Row(6);
        Types: "instance_types", "INSTANCE TYPES", 24, Where::Row(9);
        Queues: "queues", "QUEUES", 20, Where::Row(8);
        Managed: "managed", "MANAGED", 9, Where::Wide;
        Strategy: "strategy", "ALLOCATION", 28, Where::Wide;
        Orchestration: "orchestration", "RUNS ON", 7, Where::Wide;
        Bid: "bid", "BID %", 5, Where::Detail;
        Cluster: "cluster", "ECS CLUSTER", 40, Where::Detail;
        Image: "image", "IMAGE", 24, Where::Detail;
        Template: "template", "LAUNCH TEMPLATE", 30, Where::Detail;
        Subnets: "subnets", "SUBNETS", 40, Where::Detail;
        Groups: "security_groups", "SECURITY GROUPS", 40, Where::Detail;
        Role: "role", "SERVICE ROLE", 40, Where::Detail;
        InstanceRole: "instance_role", "INSTANCE ROLE", 40, Where::Detail;
    }
}

/// The names of the queues that an environment serves, by its name.
type Served = BTreeMap<String, Vec<String>>;

fn served(queues: &[JobQueueDetail]) -> Served {
    let mut served = Served::new();
    for queue in queues {
        for environment in environments(queue) {
            served.entry(environment).or_default().extend(queue.job_queue_name().map(str::to_owned));
        }
    }
    served
}

fn row(one: &ComputeEnvironmentDetail, served: &Served, shared: &mut Interner) -> Option<Resource> {
    let name = Text::new(one.compute_environment_name()?);
    let queues = served.get(name.as_str()).map_or(&[][..], Vec::as_slice);
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, one.state().map_or(Cell::None, |state| Cell::State(health(state), shared.text(state.as_str()))))
        .set(Col::Status, one.status().map_or(Cell::None, |status| Cell::State(soundness(status), shared.text(status.as_str()))))
        .text(Col::Reason, one.status_reason().map(|reason| shared.text(reason)))
        .text(Col::Queues, joined(queues.iter().cloned()).map(|list| shared.text(&list)))
        .text(Col::Managed, one.r#type().map(|sort| shared.text(sort.as_str())))
        .text(Col::Orchestration, one.container_orchestration_type().map(|sort| shared.text(sort.as_str())))
        .text(Col::Cluster, one.ecs_cluster_arn().map(Text::new))
        .text(Col::Role, one.service_role().map(|role| shared.text(role)));
    if let Some(own) = one.compute_resources() {
        resources(&mut cells, own, shared);
    }
    let pairs = one.tags().into_iter().flatten().map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
    let parents = queues.iter().map(|queue| (KindId(QUEUE), Text::new(queue))).collect();
    Some(Resource { id: name.clone(), name, cells: cells.done(), tags: tags(pairs, shared), parents })
}

#[expect(deprecated, reason = "where the image was set in the old field it is told in no other")]
fn resources(cells: &mut Cells, own: &ComputeResource, shared: &mut Interner) {
    let mut list = |parts: &[String]| joined(parts.iter().cloned()).map(|list| shared.text(&list));
    cells
        .text(Col::Types, list(own.instance_types()))
        .text(Col::Subnets, list(own.subnets()))
        .text(Col::Groups, list(own.security_group_ids()));
    let template = own.launch_template().and_then(|one| Some(format!("{} {}", one.launch_template_name()?, one.version().unwrap_or(""))));
    cells
        .text(Col::Sort, own.r#type().map(|sort| shared.text(sort.as_str())))
        .count(Col::Min, own.minv_cpus())
        .count(Col::Desired, own.desiredv_cpus())
        .count(Col::Max, own.maxv_cpus())
        .text(Col::Strategy, own.allocation_strategy().map(|strategy| shared.text(strategy.as_str())))
        .count(Col::Bid, own.bid_percentage())
        .text(Col::Image, own.image_id().map(|image| shared.text(image)))
        .text(Col::Template, template.map(|words| shared.text(words.trim())))
        .text(Col::InstanceRole, own.instance_role().map(|role| shared.text(last(role))));
}

fn health(state: &CeState) -> Health {
    match state {
        CeState::Enabled => Health::Ok,
        CeState::Disabled => Health::Off,
        _ => Health::Unknown,
    }
}

fn soundness(status: &CeStatus) -> Health {
    match status {
        CeStatus::Valid => Health::Ok,
        CeStatus::Creating | CeStatus::Updating | CeStatus::Deleting => Health::Busy,
        CeStatus::Deleted => Health::Off,
        CeStatus::Invalid => Health::Bad,
        _ => Health::Unknown,
    }
}

/// Lists environments. Which queues they serve only the queues tell.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    let queues = queues(&aws).await?;
    let served = served(&queues);
    let names: Vec<String> = match scope {
        Scope::Ids(ids) => ids.iter().map(|id| id.as_str().to_owned()).collect(),
        Scope::Within(KindId(QUEUE), queue) => {
            let own = queues.iter().filter(|one| one.job_queue_name() == Some(queue.name.as_str()));
            own.flat_map(environments).collect()
        }
        Scope::All | Scope::Within(..) => return sweep(&aws, &[], &served, &pages).await.map(|()| Vec::new()),
    };
    for names in names.chunks(PAGE) {
        sweep(&aws, names, &served, &pages).await?;
    }
    Ok(Vec::new())
}

async fn sweep(aws: &Aws, names: &[String], served: &Served, pages: &Pages) -> Result<(), Problem> {
    let (mut shared, mut token) = (Interner::default(), None);
    loop {
        let (page, next) = environment_page(aws, names, token).await?;
        send(pages, rows(page.iter().filter_map(|one| row(one, served, &mut shared)).collect())).await?;
        token = next;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// Describes one environment so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, one: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CALLS, client).await.describe_compute_environments().compute_environments(one.name.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn moving(one: &Resource) -> bool {
    matches!(one.cells.get(Col::Status as usize), Some(Cell::State(Health::Busy, _)))
}

pub(super) fn state(one: &Resource) -> &str {
    words(one, Col::State)
}

pub(super) fn status(one: &Resource) -> (&str, &str) {
    (words(one, Col::Status), words(one, Col::Reason))
}

/// vCPUs it has.
pub(super) fn vcpus(one: &Resource, _: Timestamp) -> Option<f64> {
    number(one, Col::Desired).map(|count| count as f64)
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("environment-invalid", Severity::Critical, "the environment is invalid: no job is placed on it"),
    sign("environment-off", Severity::Notice, "the environment is off"),
    sign("environment-full", Severity::Notice, "it has all the vCPUs that it may have"),
];

/// Everything wrong with an environment at this moment, worst first.
pub(super) fn findings(one: &Resource, _: Timestamp) -> Vec<Finding> {
    [invalid, off, full].iter().filter_map(|rule| rule(one)).collect()
}

fn invalid(one: &Resource) -> Option<Finding> {
    let reason = format!("the environment is invalid: {}", words(one, Col::Reason));
    let advice = "mend what the reason names; no job is placed on it until it is valid";
    (words(one, Col::Status) == "INVALID").then(|| finding(Severity::Critical, "environment-invalid", &reason, advice))
}

fn off(one: &Resource) -> Option<Finding> {
    let reason = "the environment is off: no job is placed on it, and what it has still costs";
    let advice = "turn it on when its queues are to use it again";
    (state(one) == "DISABLED").then(|| finding(Severity::Notice, "environment-off", reason, advice))
}

fn full(one: &Resource) -> Option<Finding> {
    let (now, most) = (number(one, Col::Desired)?, number(one, Col::Max)?);
    let reason = format!("the environment has all of its {most} vCPUs: further jobs wait");
    let advice = "raise its maximum, or let its queues try another environment too";
    (most > 0 && now >= most).then(|| finding(Severity::Notice, "environment-full", &reason, advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_an_environment() {
        let environment = |state: CeState, status: CeStatus, desired: i32| {
            let own = ComputeResource::builder().desiredv_cpus(desired).maxv_cpus(16).build();
            let one = ComputeEnvironmentDetail::builder().compute_environment_name("e").state(state).status(status);
            row(&one.compute_resources(own).build(), &Served::new(), &mut Interner::default()).expect("a row")
        };
        let cases: [(Resource, &[&str]); 4] = [
            (environment(CeState::Enabled, CeStatus::Valid, 4), &[]),
            (environment(CeState::Enabled, CeStatus::Invalid, 4), &["environment-invalid"]),
            (environment(CeState::Disabled, CeStatus::Valid, 4), &["environment-off"]),
            (environment(CeState::Enabled, CeStatus::Valid, 16), &["environment-full"]),
        ];
        for (row, codes) in cases {
            let found: Vec<&str> = findings(&row, Timestamp::UNIX_EPOCH).iter().map(|finding| finding.code).collect();
            assert_eq!(found, codes);
        }
    }
}
