//! Tasks as targets of load balancers.

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_ecs::types::Service;

use super::{
    RESOURCES_READ, SERVICE,
    calls::{by_cluster, client},
    tasks,
};
use crate::{
    aws::{Aws, problem::problem},
    model::{KindId, Problem, Resource, Severity, Text},
    service::{
        Consequence,
        elb::{self, Among, Subject},
        row::note,
    },
};

/// Services in one question: the most that `DescribeServices` takes (ECS API Reference).
const SERVICES: usize = 10;

/// Whether load balancers lose healthy targets with these tasks.
pub(super) async fn last_healthy(aws: &Aws, rows: &[Arc<Resource>]) -> Vec<Consequence> {
    let running: Vec<&Resource> = rows.iter().map(Arc::as_ref).filter(|task| tasks::state(task) == "RUNNING").collect();
    let arns = match target_groups(aws, &running).await {
        Ok(arns) if arns.is_empty() => return Vec::new(),
        Ok(arns) => arns,
        Err(problem) => return vec![elb::unknown(&problem)],
    };
    // Only with awsvpc networking a task has an address of its own, and is a target by it (ECS Developer Guide, "Service load balancing").
    let (own, shared): (Vec<&Resource>, Vec<&Resource>) = running.into_iter().partition(|task| !tasks::address(task).is_empty());
    let subjects: Vec<Subject<'_>> = own.iter().map(|task| Subject { name: &task.name, ids: vec![tasks::address(task)] }).collect();
    let mut notes = elb::last_healthy(aws, &subjects, Among::These(arns.into_iter().collect())).await;
    if !shared.is_empty() {
        let text = "whether it is the last healthy target of a load balancer is not known of tasks that share the address of their host";
        notes.push(note(Severity::Warning, text));
    }
    notes
}

/// The target groups of the services that the tasks belong to.
async fn target_groups(aws: &Aws, rows: &[&Resource]) -> Result<BTreeSet<String>, Problem> {
    let service = |row: &&Resource| row.parents.iter().find(|(kind, _)| *kind == KindId(SERVICE)).map(|(_, id)| id.clone());
    let ids: Vec<Text> = rows.iter().filter_map(service).collect::<BTreeSet<_>>().into_iter().collect();
    let mut arns = BTreeSet::new();
    for (cluster, names) in by_cluster(&ids) {
        for names in names.chunks(SERVICES) {
            let call = aws.through(&RESOURCES_READ, client).await.describe_services().cluster(&cluster).set_services(Some(names.to_vec()));
            let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
            let balancers = answer.services().iter().flat_map(Service::load_balancers);
            arns.extend(balancers.filter_map(|one| one.target_group_arn()).map(str::to_owned));
        }
    }
    Ok(arns)
}
