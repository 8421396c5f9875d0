//! Services: what they should run, what they run, how the rollout goes, and what ECS says about it.

use std::sync::Arc;

use aws_sdk_ecs::types::{Deployment, DeploymentRolloutState, Service, ServiceField};
use futures::{StreamExt, stream};
use jiff::Timestamp;

use super::{
    SERVICES_READ,
    calls::{Listed, PAGE, by_cluster, client, everywhere, id, last, overlay, places},
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Finding, Gap, Health, Interner, Problem, Resource, Severity, Text, resource::Page},
    service::{
        Pages, Place, Scope,
        row::{Cells, columns, finding, joined, number, parent, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

/// Services in one question: the most that `DescribeServices` takes (ECS API Reference).
const BATCH: usize = 10;
/// Questions under way together; the lane spaces them.
const TOGETHER: usize = 4;
/// Events kept of each service, newest first.
const EVENTS: usize = 5;

columns! {
    /// The facts of a service.
    enum Col {
        State: "state", "STATE", 9, Place::Row(6);
        Running: "running", "RUNNING", 7, Place::Row(0);
        Desired: "desired", "DESIRED", 7, Place::Row(1);
        Pending: "pending", "PENDING", 7, Place::Wide;
        Rollout: "rollout", "ROLLOUT", 12, Place::Row(2);
        RolloutReason: "rollout_reason", "ROLLOUT REASON", 40, Place::Wide;
        Launch: "launch", "LAUNCH", 13, Place::Row(5);
        Cluster: "cluster", "CLUSTER", 14, Place::Row(7);
        Definition: "definition", "TASK DEFINITION", 22, Place::Row(8);
        Previous: "previous", "PREVIOUS REVISION", 22, Place::Detail;
        Failed: "failed", "FAILED TASKS", 12, Place::Wide;
        Began: "deployed_at", "LATEST DEPLOYED", 15, Place::Detail;
        Fresh: "deployed", "LATEST RUNNING", 14, Place::Detail;
        Deployments: "deployments", "DEPLOYMENTS", 40, Place::Detail;
        Event: "event", "LATEST EVENT", 60, Place::Wide;
        EventAt: "event_at", "EVENT", 6, Place::Wide;
        Events: "events", "EVENTS BEFORE", 60, Place::Detail;
        Platform: "platform", "PLATFORM VERSION", 8, Place::Detail;
        Strategy: "strategy", "SCHEDULING", 10, Place::Detail;
        Targets: "targets", "TARGET GROUPS", 40, Place::Detail;
        Created: "created", "AGE", 4, Place::Wide;
        Breaker: "breaker", "CIRCUIT BREAKER", 15, Place::Detail;
        Exec: "exec", "EXEC", 5, Place::Detail;
    }
}

fn bare(cluster: &str, arn: &str) -> Resource {
    let mut cells = Cells::new(Col::COLUMNS);
    cells.text(Col::Cluster, Some(cluster.into()));
    Resource {
        id: Text::new(&id(cluster, arn)),
        name: Text::new(last(arn)),
        cells: cells.done(),
        tags: [].into(),
        parents: parent(super::CLUSTER, cluster),
    }
}

fn row(service: &Service, shared: &mut Interner) -> Option<Resource> {
    let (arn, cluster) = (service.service_arn()?, last(service.cluster_arn()?));
    let mut cells = Cells::new(Col::COLUMNS);
    standing(&mut cells, service, shared);
    rollout(&mut cells, service, shared);
    events(&mut cells, service);
    setting(&mut cells, service, shared);
    cells.text(Col::Cluster, Some(shared.text(cluster)));
    let tags = tags(service.tags().iter().map(|tag| (tag.key(), tag.value())), shared);
    Some(Resource { cells: cells.done(), tags, ..bare(cluster, arn) })
}

fn standing(cells: &mut Cells, service: &Service, shared: &mut Interner) {
    let health = match service.status() {
        Some("ACTIVE") => Health::Ok,
        Some("DRAINING") => Health::Busy,
        Some("INACTIVE") => Health::Off,
        _ => Health::Unknown,
    };
    cells
        .set(Col::State, service.status().map_or(Cell::None, |state| Cell::State(health, shared.text(state))))
        .count(Col::Running, Some(service.running_count()))
        .count(Col::Desired, Some(service.desired_count()))
        .count(Col::Pending, Some(service.pending_count()));
}

/// The deployment that is wanted, and the one it replaces while both are there.
fn rollout(cells: &mut Cells, service: &Service, shared: &mut Interner) {
    let with = |status: &str| service.deployments().iter().find(|one| one.status() == Some(status));
    let (primary, active) = (with("PRIMARY"), with("ACTIVE"));
    let state = primary.and_then(|one| one.rollout_state());
    let definition = service.task_definition().map(|arn| last(arn).to_owned());
    let before = active.and_then(|one| one.task_definition()).map(|arn| last(arn).to_owned());
    let previous = before.or_else(|| revision_before(definition.as_deref()?));
    let health = match state {
        Some(DeploymentRolloutState::Completed) => Health::Ok,
        Some(DeploymentRolloutState::InProgress) => Health::Busy,
        Some(DeploymentRolloutState::Failed) => Health::Bad,
        _ => Health::Unknown,
    };
    cells
        .set(Col::Rollout, state.map_or(Cell::None, |state| Cell::State(health, shared.text(state.as_str()))))
        .text(Col::RolloutReason, primary.and_then(|one| one.rollout_state_reason()).map(Text::new))
        .text(Col::Definition, definition.map(|name| shared.text(&name)))
        .text(Col::Previous, previous.map(|name| shared.text(&name)))
        .count(Col::Failed, primary.map(Deployment::failed_tasks))
        .time(Col::Began, primary.and_then(|one| one.created_at()))
        .count(Col::Fresh, primary.map(Deployment::running_count))
        .text(Col::Deployments, joined(service.deployments().iter().map(deployment)).map(|list| Text::new(&list)));
}

/// `web:7` comes before `web:8`; the first revision has none before it.
fn revision_before(definition: &str) -> Option<String> {
    let (family, revision) = definition.rsplit_once(':')?;
    let before = revision.parse::<u32>().ok()?.checked_sub(1).filter(|before| *before > 0)?;
    Some(format!("{family}:{before}"))
}

/// `PRIMARY web:8 3 of 4 running, 1 pending, 2 failed`.
fn deployment(one: &Deployment) -> String {
    let (status, definition) = (one.status().unwrap_or("?"), last(one.task_definition().unwrap_or("?")));
    let (running, desired, pending, failed) = (one.running_count(), one.desired_count(), one.pending_count(), one.failed_tasks());
    format!("{status} {definition} {running} of {desired} running, {pending} pending, {failed} failed")
}

fn events(cells: &mut Cells, service: &Service) {
    let mut events: Vec<_> = service.events().iter().collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.created_at().map(aws_smithy_types::DateTime::secs)));
    let newest = events.first();
    let before = events.iter().skip(1).take(EVENTS).filter_map(|event| event.message()).map(str::to_owned);
    cells
        .text(Col::Event, newest.and_then(|event| event.message()).map(Text::new))
        .time(Col::EventAt, newest.and_then(|event| event.created_at()))
        .text(Col::Events, joined(before).map(|list| Text::new(&list)));
}

/// Fargate and Fargate Spot are told by launch type or by capacity provider, whichever the service has.
fn setting(cells: &mut Cells, service: &Service, shared: &mut Interner) {
    let providers = joined(service.capacity_provider_strategy().iter().map(|item| item.capacity_provider().to_owned()));
    let launch = providers.or_else(|| service.launch_type().map(|kind| kind.as_str().to_owned()));
    let targets = service
        .load_balancers()
        .iter()
        .filter_map(|one| one.target_group_arn())
        .map(|arn| arn.rsplit(':').next().unwrap_or(arn).to_owned());
    let breaker = service.deployment_configuration().and_then(|own| own.deployment_circuit_breaker());
    let word = |enabled: bool, rollback: bool| match (enabled, rollback) {
        (false, _) => "off",
        (true, false) => "on",
        (true, true) => "rolls back",
    };
    cells
        .text(Col::Launch, launch.map(|launch| shared.text(&launch)))
        .text(Col::Platform, service.platform_version().map(|version| shared.text(version)))
        .text(Col::Strategy, service.scheduling_strategy().map(|strategy| shared.text(strategy.as_str())))
        .text(Col::Targets, joined(targets).map(|list| Text::new(&list)))
        .time(Col::Created, service.created_at())
        .text(Col::Breaker, breaker.map(|own| shared.text(word(own.enable(), own.rollback()))))
        .set(Col::Exec, Cell::Flag(service.enable_execute_command()));
}

/// Lists services: names first, cluster by cluster, then what each is, ten at a time.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    if let Scope::Ids(ids) = scope {
        for (cluster, names) in by_cluster(&ids) {
            for names in names.chunks(BATCH) {
                send(&pages, rows(described(&aws, &cluster, names.to_vec()).await?)).await?;
            }
        }
        return Ok(Vec::new());
    }
    let places = places(&aws, &scope).await?;
    everywhere(&places, |place| Box::pin(of(&aws, &place.cluster, &pages))).await
}

async fn of(aws: &Aws, cluster: &str, pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let (mut arns, mut token) = (Vec::new(), None);
    loop {
        let (page, next) = page(aws, cluster, token).await?;
        send(pages, rows(page.iter().map(|arn| bare(cluster, arn)).collect())).await?;
        arns.extend(page);
        token = next;
        if token.is_none() {
            break;
        }
    }
    let questions: Vec<_> = arns.chunks(BATCH).map(|batch| described(aws, cluster, batch.to_vec())).collect();
    let mut answers = stream::iter(questions).buffer_unordered(TOGETHER);
    let mut problems = Vec::new();
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(known) => {
                send(pages, Page { rows: Vec::new(), overlays: known.into_iter().map(|row| overlay(row, Col::COLUMNS)).collect() }).await?;
            }
            Err(problem) => problems.push(Gap::facts(problem)),
        }
    }
    Ok(problems)
}

async fn page(aws: &Aws, cluster: &str, token: Option<String>) -> Listed {
    let call = aws.through(&SERVICES_READ, client).await.list_services().cluster(cluster).max_results(PAGE).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.service_arns.unwrap_or_default(), answer.next_token.filter(|token| !token.is_empty())))
}

/// At most ten services; those that are gone are left out.
async fn described(aws: &Aws, cluster: &str, services: Vec<String>) -> Result<Vec<Resource>, Problem> {
    let mut shared = Interner::default();
    let call = aws
        .through(&SERVICES_READ, client)
        .await
        .describe_services()
        .cluster(cluster)
        .set_services(Some(services))
        .include(ServiceField::Tags);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.services().iter().filter_map(|service| row(service, &mut shared)).collect())
}

/// Describes one service so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, service: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws
        .through(&SERVICES_READ, client)
        .await
        .describe_services()
        .cluster(words(&service, Col::Cluster))
        .services(service.name.as_str());
    let answer = call.include(ServiceField::Tags).customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

/// A service without a running task publishes nothing.
pub(super) fn runs(service: &Resource) -> bool {
    number(service, Col::Running).is_some_and(|count| count > 0)
}

pub(super) fn moving(service: &Resource) -> bool {
    words(service, Col::Rollout) == "IN_PROGRESS" || number(service, Col::Pending).is_some_and(|count| count > 0)
}

pub(super) fn desired(service: &Resource) -> Option<i64> {
    number(service, Col::Desired)
}

pub(super) fn running(service: &Resource) -> Option<i64> {
    number(service, Col::Running)
}

pub(super) fn rollout_state(service: &Resource) -> &str {
    words(service, Col::Rollout)
}

pub(super) fn definition(service: &Resource) -> &str {
    words(service, Col::Definition)
}

pub(super) fn previous(service: &Resource) -> &str {
    words(service, Col::Previous)
}

pub(super) fn reason(service: &Resource) -> &str {
    words(service, Col::RolloutReason)
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("rollout-failed", Severity::Critical, "its latest deployment failed"),
    sign("tasks-missing", Severity::Critical, "fewer tasks run than are desired, and no deployment is under way; critical when none runs"),
    sign("tasks-failing", Severity::Critical, "tasks of the deployment under way have failed; critical while none of it runs"),
];

/// Everything wrong with a service at this moment, worst first.
pub(super) fn findings(service: &Resource, _: Timestamp) -> Vec<Finding> {
    [rollout_failed, too_few, failing_tasks].iter().filter_map(|rule| rule(service)).collect()
}

fn rollout_failed(service: &Resource) -> Option<Finding> {
    let why = format!("the deployment of {} failed: {}", definition(service), reason(service));
    let advice = "see its stopped tasks for the reason; roll back, or mend and deploy again";
    (rollout_state(service) == "FAILED").then(|| since_deployed(service, finding(Severity::Critical, "rollout-failed", &why, advice)))
}

fn too_few(service: &Resource) -> Option<Finding> {
    let (running, desired) = (running(service)?, desired(service)?);
    let severity = if running == 0 { Severity::Critical } else { Severity::Warning };
    let why = format!("{running} of {desired} tasks run: {}", told(service));
    let advice = "see its stopped tasks and its events for the reason";
    (running < desired && rollout_state(service) != "IN_PROGRESS").then(|| finding(severity, "tasks-missing", &why, advice))
}

fn failing_tasks(service: &Resource) -> Option<Finding> {
    let failed = number(service, Col::Failed).filter(|count| *count > 0)?;
    let tasks = if failed == 1 { "1 task".to_owned() } else { format!("{failed} tasks") };
    let running = number(service, Col::Fresh).unwrap_or(0);
    let (severity, rest) = match running {
        0 => (Severity::Critical, "none of it runs".to_owned()),
        some => (Severity::Warning, format!("{some} of it run")),
    };
    let why = format!("the deployment of {} is failing: {tasks} failed, {rest}: {}", definition(service), told(service));
    let advice = "see its stopped tasks for the reason; roll back, or mend and deploy again";
    (rollout_state(service) == "IN_PROGRESS").then(|| since_deployed(service, finding(severity, "tasks-failing", &why, advice)))
}

/// What the service told last, without where to read on.
fn told(service: &Resource) -> &str {
    words(service, Col::Event).split(" For more information").next().unwrap_or_default().trim_end_matches('.')
}

/// What a deployment brought began with it.
fn since_deployed(service: &Resource, finding: Finding) -> Finding {
    let since = match service.cells.get(Col::Began as usize) {
        Some(Cell::Time(at)) => Timestamp::from_second(*at).ok(),
        _ => None,
    };
    Finding { since, ..finding }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(running: i32, desired: i32, state: DeploymentRolloutState, failed: i32) -> Resource {
        let deployment = Deployment::builder().status("PRIMARY").rollout_state(state).failed_tasks(failed).build();
        let service = Service::builder()
            .service_arn("arn:aws:ecs:eu-west-1:1:service/prod/web")
            .cluster_arn("arn:aws:ecs:eu-west-1:1:cluster/prod")
            .task_definition("arn:aws:ecs:eu-west-1:1:task-definition/web:8")
            .running_count(running)
            .desired_count(desired)
            .deployments(deployment);
        row(&service.build(), &mut Interner::default()).expect("a row")
    }

    #[test]
    fn what_is_wrong_with_a_service() {
        let cases = [
            (service(4, 4, DeploymentRolloutState::Completed, 0), vec![]),
            (service(3, 4, DeploymentRolloutState::Completed, 0), vec!["tasks-missing"]),
            (service(3, 4, DeploymentRolloutState::InProgress, 0), vec![]),
            (service(4, 4, DeploymentRolloutState::InProgress, 3), vec!["tasks-failing"]),
            (service(4, 4, DeploymentRolloutState::Failed, 3), vec!["rollout-failed"]),
        ];
        for (service, codes) in cases {
            let found: Vec<&str> = findings(&service, Timestamp::UNIX_EPOCH).iter().map(|finding| finding.code).collect();
            assert_eq!(found, codes);
        }
    }

    /// A rollout that goes on and on is critical from its first failed task on, unless some of it runs.
    #[test]
    fn a_deployment_that_only_fails_is_told_before_it_is_given_up() {
        let failing = |running: i32| {
            let service = service(4, 4, DeploymentRolloutState::InProgress, 0);
            let mut cells = Cells::new(Col::COLUMNS);
            cells
                .set(Col::Rollout, service.cells[Col::Rollout as usize].clone())
                .text(Col::Definition, Some("web:8".into()))
                .text(Col::Event, Some("(service web) is unable to consistently start tasks successfully.".into()))
                .count(Col::Failed, Some(1))
                .count(Col::Fresh, Some(running));
            let found = findings(&Resource { cells: cells.done(), ..service }, Timestamp::UNIX_EPOCH);
            found.into_iter().map(|finding| (finding.severity, finding.reason.to_string())).collect::<Vec<_>>()
        };
        let told = "the deployment of web:8 is failing: 1 task failed, none of it runs: (service web) is unable to consistently start tasks successfully";
        assert_eq!(failing(0), [(Severity::Critical, told.to_owned())]);
        assert_eq!(failing(2)[0].0, Severity::Warning);
    }

    #[test]
    fn a_service_belongs_to_its_cluster_and_knows_its_revision_before() {
        let service = service(1, 1, DeploymentRolloutState::Completed, 0);
        assert_eq!((service.id.as_str(), service.name.as_str(), previous(&service)), ("prod/web", "web", "web:7"));
        assert!(service.within(crate::model::KindId("ecs"), &"prod".into()));
        assert_eq!(revision_before("web:1"), None);
    }
}
