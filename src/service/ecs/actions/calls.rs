//! The writes of ECS, each made once.

use std::sync::Arc;

use aws_sdk_ecs::{
    config::Builder,
    types::{AwsVpcConfiguration, ContainerInstanceStatus, Failure, LaunchType, NetworkConfiguration},
};
use aws_smithy_types::retry::RetryConfig;

use crate::{
    aws::{Aws, problem::problem},
    model::{Problem, ProblemKind, Resource, Text},
    service::{
        Batch, Outcomes, Receipt, Reply,
        ecs::calls::{client, last},
    },
};

/// After a lost answer only the state tells whether a call was carried out.
pub(super) fn once() -> Builder {
    Builder::new().retry_config(RetryConfig::disabled())
}

/// The row of a batch of one, its cluster and what it is called there.
pub(super) fn one(batch: &Batch) -> Result<(Arc<Resource>, String, String), Problem> {
    let row = batch.rows.first().cloned().ok_or_else(|| Problem::new(ProblemKind::Policy, "nothing to act on", ""))?;
    let (cluster, name) = row.id.as_str().split_once('/').unwrap_or(("", row.id.as_str()));
    let (cluster, name) = (cluster.to_owned(), name.to_owned());
    Ok((row, cluster, name))
}

fn taken(row: &Resource) -> Outcomes {
    vec![(row.id.clone(), Ok(Receipt::default()))]
}

pub(super) async fn scale(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (row, cluster, name) = one(&batch)?;
    let desired = batch.values.number("desired").map(|count| count as i32);
    let call = aws.client(client).update_service().cluster(cluster).service(name).set_desired_count(desired);
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

pub(super) async fn redeploy(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (row, cluster, name) = one(&batch)?;
    let call = aws.client(client).update_service().cluster(cluster).service(name).force_new_deployment(true);
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

pub(super) async fn update(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (row, cluster, name) = one(&batch)?;
    let call = aws.client(client).update_service().cluster(cluster).service(name).task_definition(batch.values.get("revision").trim());
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

pub(super) async fn stop(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (row, cluster, id) = one(&batch)?;
    let call = aws.client(client).stop_task().cluster(cluster).task(id).reason(batch.values.get("reason"));
    call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(taken(&row))
}

pub(super) async fn drain(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    state(aws, batch, ContainerInstanceStatus::Draining).await
}

pub(super) async fn activate(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    state(aws, batch, ContainerInstanceStatus::Active).await
}

async fn state(aws: Aws, batch: Batch, status: ContainerInstanceStatus) -> Result<Outcomes, Problem> {
    let (row, cluster, id) = one(&batch)?;
    let call = aws.client(client).update_container_instances_state().cluster(cluster).container_instances(id).status(status);
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    // ECS answers 200 and says in the body that it did nothing.
    match answer.failures().first() {
        Some(failure) => Err(refused(failure.reason(), failure.detail())),
        None => Ok(taken(&row)),
    }
}

fn refused(reason: Option<&str>, detail: Option<&str>) -> Problem {
    let words = format!("ECS refused: {} {}", reason.unwrap_or("no reason given"), detail.unwrap_or_default());
    let problem = Problem::new(ProblemKind::Conflict, words.trim_end(), "look at the state of the cluster and its instances");
    Problem { code: reason.map(Text::new), ..problem }
}

/// The client token makes a second call with it return the tasks of the first (ECS API Reference, `RunTask`, `clientToken`).
pub(super) async fn run(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let row = batch.rows.first().cloned().ok_or_else(|| Problem::new(ProblemKind::Policy, "nothing to act on", ""))?;
    let values = &batch.values;
    let call = aws.client(client).run_task().cluster(values.get("cluster").trim()).task_definition(row.id.as_str());
    let call = call.set_count(values.number("count").map(|count| count as i32)).launch_type(LaunchType::from(values.get("launch")));
    let call = call.set_network_configuration(network(values.get("subnets"), values.get("groups"))?).client_token(batch.token.as_str());
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    if let (true, Some(failure)) = (answer.tasks().is_empty(), answer.failures().first()) {
        return Err(refused(failure.reason(), failure.detail()));
    }
    let ids: Vec<&str> = answer.tasks().iter().filter_map(|task| task.task_arn()).map(last).collect();
    Ok(vec![(row.id.clone(), Ok(started(&ids, answer.failures())))])
}

/// ECS answers 200 and says in the body which of several tasks it did not start.
fn started(ids: &[&str], failures: &[Failure]) -> Receipt {
    let mut report: Vec<Text> = std::iter::once("started".into()).chain(ids.iter().map(|id| Text::new(&format!("  {id}")))).collect();
    let note = Text::new(&format!("started {}", ids.join(", ")));
    let Some(first) = failures.first() else { return Receipt { note, report, ..Receipt::default() } };
    let why = |one: &Failure| [one.reason(), one.detail()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    report.push("not started".into());
    report.extend(failures.iter().map(|one| Text::new(&format!("  {}", why(one)))));
    let short = Text::new(&format!("started {} of {}, the rest was refused: {}", ids.len(), ids.len() + failures.len(), why(first)));
    let reply = Reply { failure: Some(short.clone()), ..Reply::default() };
    Receipt { note: short, report, reply: Some(reply), ..Receipt::default() }
}

fn network(subnets: &str, groups: &str) -> Result<Option<NetworkConfiguration>, Problem> {
    let parts = |list: &str| list.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    if parts(subnets).is_empty() {
        return Ok(None);
    }
    let own = AwsVpcConfiguration::builder().set_subnets(Some(parts(subnets))).set_security_groups(Some(parts(groups))).build();
    let own = own.map_err(|error| Problem::new(ProblemKind::Invalid, error.to_string(), "give at least one subnet"))?;
    Ok(Some(NetworkConfiguration::builder().awsvpc_configuration(own).build()))
}
