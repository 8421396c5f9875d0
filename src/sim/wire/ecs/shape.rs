//! How ECS writes its things.

use jiff::Timestamp;

use super::{super::elb, Out};
use crate::sim::world::{
    SECRET, balancing,
    ecs::{
        CLUSTERS, Deployment, Ecs, Service, State,
        insights::OBSERVED,
        plan::{Launch, MACHINE, Trouble},
        task::Task,
    },
};

/// Seconds that a task run by hand takes until it has done its work.
const BY_HAND: i64 = 90;

/// The container of every task.
pub(super) const CONTAINER: &str = "app";

fn at(second: i64) -> Out {
    Out::Time(Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn int(number: usize) -> Out {
    Out::Int(number as i64)
}

fn count(service: Service<'_>, second: i64, status: &str) -> usize {
    service.tasks(second).iter().filter(|task| task.status(second) == status).count()
}

fn starting(service: Service<'_>, second: i64) -> usize {
    service.tasks(second).iter().filter(|task| matches!(task.status(second), "PROVISIONING" | "PENDING")).count()
}

pub(super) fn cluster(ecs: &Ecs, name: &str, second: i64) -> Out {
    let running: usize = ecs.services(name).map(|service| count(service, second, "RUNNING")).sum();
    let pending: usize = ecs.services(name).map(|service| starting(service, second)).sum();
    let on_ec2 = CLUSTERS.iter().any(|(known, on_ec2)| *known == name && *on_ec2);
    let statistic = |name: &'static str, number: usize| Out::Map(vec![("name", name.into()), ("value", number.to_string().into())]);
    let (fargate, ec2) = if on_ec2 { (0, running) } else { (running, 0) };
    let providers: Vec<Out> = if on_ec2 { Vec::new() } else { vec!["FARGATE".into(), "FARGATE_SPOT".into()] };
    let insights = Out::Map(vec![
        ("name", "containerInsights".into()),
        ("value", if OBSERVED.contains(&name) { "enabled".into() } else { "disabled".into() }),
    ]);
    Out::Map(vec![
        ("clusterArn", ecs.arn(&format!("cluster/{name}")).into()),
        ("clusterName", name.to_owned().into()),
        ("status", "ACTIVE".into()),
        ("registeredContainerInstancesCount", int(machines(ecs, name))),
        ("runningTasksCount", int(running)),
        ("pendingTasksCount", int(pending)),
        ("activeServicesCount", int(ecs.services(name).count())),
        ("statistics", Out::List(vec![statistic("runningEC2TasksCount", ec2), statistic("runningFargateTasksCount", fargate)])),
        ("tags", tags(name)),
        ("settings", Out::List(vec![insights])),
        ("capacityProviders", Out::List(providers)),
        ("defaultCapacityProviderStrategy", Out::List(Vec::new())),
    ])
}

fn tags(cluster: &str) -> Out {
    let env = if cluster == "staging" { "staging" } else { "prod" };
    Out::List(vec![Out::Map(vec![("key", "env".into()), ("value", env.into())])])
}

pub(super) fn service(ecs: &Ecs, service: Service<'_>, second: i64) -> Out {
    let (plan, name) = (service.plan, service.name());
    let (primary, before) = service.deployments(second);
    let spot = Out::List(vec![Out::Map(vec![("capacityProvider", "FARGATE_SPOT".into()), ("weight", Out::Int(1)), ("base", Out::Int(0))])]);
    let provider = plan.launch == Launch::Spot;
    let wanted = if primary.state == State::Failed { before.unwrap_or(primary) } else { primary };
    let deployments = std::iter::once((primary, "PRIMARY")).chain(before.map(|one| (one, "ACTIVE")));
    Out::some(vec![
        ("serviceArn", Some(ecs.arn(&format!("service/{}/{name}", plan.cluster)).into())),
        ("serviceName", Some(name.clone().into())),
        ("clusterArn", Some(ecs.arn(&format!("cluster/{}", plan.cluster)).into())),
        ("status", Some("ACTIVE".into())),
        ("desiredCount", Some(int(service.desired_at(second)))),
        ("runningCount", Some(int(count(service, second, "RUNNING")))),
        ("pendingCount", Some(int(starting(service, second)))),
        ("launchType", (!provider).then(|| plan.launch.word().into())),
        ("capacityProviderStrategy", provider.then_some(spot)),
        ("platformVersion", (plan.launch != Launch::Ec2).then(|| "1.4.0".into())),
        ("loadBalancers", Some(Out::List(balancers(ecs, plan.cluster, &name)))),
        ("taskDefinition", Some(definition_arn(ecs, plan.name, primary.revision).into())),
        ("deploymentConfiguration", Some(configuration(plan.trouble))),
        ("deployments", Some(Out::List(deployments.map(|(one, status)| deployment(ecs, service, one, status, second)).collect()))),
        ("events", Some(Out::List(events(service, wanted, primary, second)))),
        ("createdAt", Some(at(service.created()))),
        ("schedulingStrategy", Some("REPLICA".into())),
        ("enableExecuteCommand", Some(Out::Flag(plan.exec))),
        ("tags", Some(tags(plan.cluster))),
    ])
}

fn balancers(ecs: &Ecs, cluster: &str, name: &str) -> Vec<Out> {
    let balancer = |group: &str| {
        Out::Map(vec![
            ("targetGroupArn", elb::arn((&ecs.account, &ecs.region), group).into()),
            ("containerName", CONTAINER.into()),
            ("containerPort", Out::Int(i64::from(balancing::CONTAINER_PORT))),
        ])
    };
    balancing::of_service(cluster, name).map(balancer).into_iter().collect()
}

/// The network interface of a task that has one of its own.
fn attachments(task: &Task<'_>) -> Vec<Out> {
    let attachment = |address: String| {
        let detail = |name: &'static str, value: String| Out::Map(vec![("name", name.into()), ("value", value.into())]);
        Out::Map(vec![
            ("type", "ElasticNetworkInterface".into()),
            ("status", "ATTACHED".into()),
            ("details", Out::List(vec![detail("privateIPv4Address", address)])),
        ])
    };
    task.address().map(attachment).into_iter().collect()
}

fn configuration(trouble: Trouble) -> Out {
    let breaker = Out::Map(vec![("enable", Out::Flag(trouble == Trouble::Failing)), ("rollback", Out::Flag(false))]);
    Out::Map(vec![("deploymentCircuitBreaker", breaker), ("maximumPercent", Out::Int(200)), ("minimumHealthyPercent", Out::Int(100))])
}

fn definition_arn(ecs: &Ecs, family: &str, revision: u32) -> String {
    ecs.arn(&format!("task-definition/{family}:{revision}"))
}

fn deployment(ecs: &Ecs, service: Service<'_>, one: Deployment, status: &'static str, second: i64) -> Out {
    let tasks = service.tasks(second);
    let mine = |status: &str| tasks.iter().filter(|task| task.revision == one.revision && task.status(second) == status).count();
    let id = format!("ecs-svc/{:019}", service.chance().at(one.at.cast_unsigned()).word() >> 2);
    let (state, reason) = match one.state {
        State::InProgress => ("IN_PROGRESS", format!("ECS deployment {id} in progress.")),
        State::Completed => ("COMPLETED", format!("ECS deployment {id} completed.")),
        State::Failed => ("FAILED", "ECS deployment circuit breaker: tasks failed to start.".to_owned()),
    };
    let primary = status == "PRIMARY";
    Out::some(vec![
        ("id", Some(id.into())),
        ("status", Some(status.into())),
        ("taskDefinition", Some(definition_arn(ecs, service.plan.name, one.revision).into())),
        ("desiredCount", Some(int(service.desired_at(second)))),
        ("runningCount", Some(int(mine("RUNNING")))),
        ("pendingCount", Some(int(mine("PENDING") + mine("PROVISIONING")))),
        ("failedTasks", Some(Out::Int(one.failed))),
        ("createdAt", Some(at(one.at))),
        ("updatedAt", Some(at(one.at))),
        ("rolloutState", primary.then(|| state.into())),
        ("rolloutStateReason", primary.then(|| reason.into())),
    ])
}

/// What a service says about itself, newest first.
fn events(service: Service<'_>, wanted: Deployment, primary: Deployment, second: i64) -> Vec<Out> {
    let name = service.name();
    let steady = (wanted.at + 130, format!("(service {name}) has reached a steady state."));
    let mut all = vec![(wanted.at, format!("(service {name}) has started {} tasks.", service.desired_at(wanted.at))), steady];
    // In AWS's words (ECS Developer Guide, "Service event messages").
    if let Some(failed) = Service::failed_at(&primary) {
        let guide = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";
        all.push((failed, format!("(service {name}) is unable to consistently start tasks successfully. {guide}")));
    }
    if service.plan.trouble == Trouble::NoRoom {
        let text = format!(
            "(service {name}) was unable to place a task because no container instance met all of its requirements. The closest matching container-instance has insufficient memory available."
        );
        all.push((second.div_euclid(600) * 600, text));
    }
    all.retain(|(when, _)| *when <= second);
    all.sort_by_key(|(when, _)| std::cmp::Reverse(*when));
    let event = |(when, text): (i64, String)| {
        let id = service.chance().of("event").at(when.cast_unsigned()).hex(32);
        Out::Map(vec![("id", id.into()), ("createdAt", at(when)), ("message", text.into())])
    };
    all.into_iter().map(event).collect()
}

pub(super) fn task(ecs: &Ecs, task: &Task<'_>, second: i64) -> Out {
    let (service, plan) = (task.service, task.service.plan);
    let ending = task.ending();
    let (cpu, memory) = plan.size;
    let zone = format!("{}{}", ecs.region, ["a", "b", "c"][task.slot % 3]);
    let provider = plan.launch == Launch::Spot;
    let started = task.started(second);
    let stopped = task.end.as_ref().map(|(when, _)| *when).filter(|_| task.status(second) == "STOPPED");
    Out::some(vec![
        ("taskArn", Some(ecs.arn(&format!("task/{}/{}", plan.cluster, task.id())).into())),
        ("clusterArn", Some(ecs.arn(&format!("cluster/{}", plan.cluster)).into())),
        ("taskDefinitionArn", Some(definition_arn(ecs, plan.name, task.revision).into())),
        ("group", Some(format!("service:{}", service.name()).into())),
        ("lastStatus", Some(task.status(second).into())),
        ("desiredStatus", Some(task.wanted().into())),
        ("healthStatus", Some(task.health(second).into())),
        ("launchType", Some(if plan.launch == Launch::Ec2 { "EC2".into() } else { "FARGATE".into() })),
        ("capacityProviderName", provider.then(|| "FARGATE_SPOT".into())),
        ("containerInstanceArn", task.machine().map(|place| machine_arn(ecs, plan.cluster, place).into())),
        ("availabilityZone", Some(zone.into())),
        ("cpu", Some(cpu.to_string().into())),
        ("memory", Some(memory.to_string().into())),
        ("createdAt", Some(at(task.made))),
        ("startedAt", started.map(at)),
        ("stoppedAt", stopped.map(at)),
        ("stopCode", ending.as_ref().map(|(code, ..)| (*code).into())),
        ("stoppedReason", ending.as_ref().map(|(_, reason, ..)| reason.clone().into())),
        ("connectivity", started.map(|_| "CONNECTED".into())),
        ("platformVersion", (plan.launch != Launch::Ec2).then(|| "1.4.0".into())),
        ("startedBy", Some(format!("ecs-svc/{:019}", service.chance().at(task.made.cast_unsigned()).word() >> 2).into())),
        ("version", Some(Out::Int(3))),
        ("attachments", Some(Out::List(attachments(task)))),
        ("enableExecuteCommand", Some(Out::Flag(plan.exec))),
        ("containers", Some(Out::List(vec![container(ecs, task, second)]))),
        ("tags", Some(tags(plan.cluster))),
    ])
}

fn container(ecs: &Ecs, task: &Task<'_>, second: i64) -> Out {
    let plan = task.service.plan;
    let stopped = task.status(second) == "STOPPED";
    let ending = task.ending().filter(|_| stopped);
    let status = match task.status(second) {
        "RUNNING" | "DEACTIVATING" => "RUNNING",
        "STOPPED" => "STOPPED",
        _ => "PENDING",
    };
    Out::some(vec![
        ("containerArn", Some(ecs.arn(&format!("container/{}/{}/app", plan.cluster, task.id())).into())),
        ("taskArn", Some(ecs.arn(&format!("task/{}/{}", plan.cluster, task.id())).into())),
        ("name", Some(CONTAINER.into())),
        ("runtimeId", Some(format!("{}-{:010}", task.id(), task.slot).into())),
        ("managedAgents", plan.exec.then(|| agents(status))),
        ("image", Some(image(ecs, plan.name, task.revision).into())),
        ("lastStatus", Some(status.into())),
        ("exitCode", ending.as_ref().and_then(|(.., code, _)| *code).map(Out::Int)),
        ("reason", ending.as_ref().and_then(|(.., reason)| *reason).map(Out::from)),
        ("healthStatus", Some(task.health(second).into())),
        ("cpu", Some(plan.size.0.to_string().into())),
        ("memory", Some(plan.size.1.to_string().into())),
        ("networkInterfaces", Some(Out::List(Vec::new()))),
    ])
}

/// What runs commands in a container beside what it is for.
fn agents(status: &'static str) -> Out {
    Out::List(vec![Out::Map(vec![("name", "ExecuteCommandAgent".into()), ("lastStatus", status.into())])])
}

fn image(ecs: &Ecs, family: &str, revision: u32) -> String {
    format!("{}.dkr.ecr.{}.amazonaws.com/{family}:v{revision}", ecs.account, ecs.region)
}

/// Tasks that were run by hand in a cluster: ARN, wanted status, and how ECS tells them.
pub(super) fn by_hand<'a>(ecs: &'a Ecs, cluster: &'a str, second: i64) -> impl Iterator<Item = (String, &'static str, Out)> + 'a {
    let here = ecs.ran.iter().enumerate().filter(move |(_, (known, _, made))| *known == cluster && second - made < 3_600);
    here.map(move |(number, (_, definition, made))| {
        let arn = ecs.arn(&format!("task/{cluster}/{:032x}", (1_u128 << 120) + number as u128));
        let age = second - made;
        let (status, wanted) = match age {
            0..4 => ("PROVISIONING", "RUNNING"),
            4..11 => ("PENDING", "RUNNING"),
            age if age < BY_HAND => ("RUNNING", "RUNNING"),
            _ => ("STOPPED", "STOPPED"),
        };
        let over = status == "STOPPED";
        let out = Out::some(vec![
            ("taskArn", Some(arn.clone().into())),
            ("clusterArn", Some(ecs.arn(&format!("cluster/{cluster}")).into())),
            ("taskDefinitionArn", Some(ecs.arn(&format!("task-definition/{definition}")).into())),
            ("group", Some(format!("family:{}", definition.split(':').next().unwrap_or_default()).into())),
            ("lastStatus", Some(status.into())),
            ("desiredStatus", Some(wanted.into())),
            ("launchType", Some("FARGATE".into())),
            ("createdAt", Some(at(*made))),
            ("startedAt", (age >= 11).then(|| at(made + 11))),
            ("stoppedAt", over.then(|| at(made + BY_HAND))),
            ("stopCode", over.then(|| "EssentialContainerExited".into())),
            ("stoppedReason", over.then(|| "Essential container in task exited".into())),
            ("containers", Some(Out::List(Vec::new()))),
        ]);
        (arn, wanted, out)
    })
}

/// How many container instances a cluster has.
pub(super) fn machines(ecs: &Ecs, cluster: &str) -> usize {
    let on_ec2 = CLUSTERS.iter().any(|(known, on_ec2)| *known == cluster && *on_ec2);
    if on_ec2 { ecs.machines.len() } else { 0 }
}

pub(super) fn machine_arn(ecs: &Ecs, cluster: &str, place: usize) -> String {
    // Shaped as AWS's are: 32 hexadecimal digits, here those of the EC2 instance twice over.
    let digits = ecs.machines.get(place).map_or("", String::as_str).trim_start_matches("i-").repeat(2);
    ecs.arn(&format!("container-instance/{cluster}/{}", digits.get(..32).unwrap_or(&digits)))
}

pub(super) fn machine(ecs: &Ecs, cluster: &str, place: usize, second: i64) -> Out {
    let on_it = |task: &Task<'_>| task.machine() == Some(place) && task.status(second) == "RUNNING";
    let tasks: Vec<(u32, u32)> =
        ecs.services(cluster).flat_map(|service| service.tasks(second)).filter(on_it).map(|task| task.service.plan.size).collect();
    let used = tasks.iter().fold((0, 0), |(cpu, memory), size| (cpu + size.0, memory + size.1));
    let amount = |name: &'static str, number: u32| {
        Out::Map(vec![("name", name.into()), ("type", "INTEGER".into()), ("integerValue", Out::Int(number.into()))])
    };
    let resources = |cpu: u32, memory: u32| Out::List(vec![amount("CPU", cpu), amount("MEMORY", memory)]);
    let drained = ecs.drained.get(&place).copied().unwrap_or(false);
    Out::Map(vec![
        ("containerInstanceArn", machine_arn(ecs, cluster, place).into()),
        ("ec2InstanceId", ecs.machines.get(place).cloned().unwrap_or_default().into()),
        ("status", if drained { "DRAINING".into() } else { "ACTIVE".into() }),
        ("agentConnected", Out::Flag(true)),
        ("runningTasksCount", int(tasks.len())),
        ("pendingTasksCount", Out::Int(0)),
        ("registeredResources", resources(MACHINE.0, MACHINE.1)),
        ("remainingResources", resources(MACHINE.0.saturating_sub(used.0), MACHINE.1.saturating_sub(used.1))),
        ("versionInfo", Out::Map(vec![("agentVersion", "1.99.0".into()), ("dockerVersion", "DockerVersion: 25.0.8".into())])),
        ("registeredAt", at(second.div_euclid(86_400) * 86_400 - 12 * 86_400)),
        ("version", Out::Int(41)),
        ("tags", tags(cluster)),
    ])
}

pub(super) fn definition(ecs: &Ecs, family: &str, revision: u32) -> Out {
    let plan = crate::sim::world::ecs::plan::PLANS.iter().find(|plan| plan.name == family);
    let ((cpu, memory), launch) = plan.map_or(((512, 1_024), Launch::Fargate), |plan| (plan.size, plan.launch));
    let fits = if launch == Launch::Ec2 { "EC2" } else { "FARGATE" };
    let secret = format!("{SECRET}-{}", ecs.arn(family).len());
    let environment = Out::List(vec![Out::Map(vec![("name", "API_KEY".into()), ("value", secret.into())])]);
    let container = Out::Map(vec![
        ("name", "app".into()),
        ("image", image(ecs, family, revision).into()),
        ("cpu", Out::Int(cpu.into())),
        ("memory", Out::Int(memory.into())),
        ("essential", Out::Flag(true)),
        ("environment", environment),
    ]);
    let whole = Out::Map(vec![
        ("taskDefinitionArn", definition_arn(ecs, family, revision).into()),
        ("family", family.to_owned().into()),
        ("revision", Out::Int(revision.into())),
        ("status", "ACTIVE".into()),
        ("containerDefinitions", Out::List(vec![container])),
        ("networkMode", "awsvpc".into()),
        ("requiresCompatibilities", Out::List(vec![fits.into()])),
        ("cpu", cpu.to_string().into()),
        ("memory", memory.to_string().into()),
        ("executionRoleArn", format!("arn:aws:iam::{}:role/ecs-execution", ecs.account).into()),
        ("runtimePlatform", Out::Map(vec![("cpuArchitecture", "ARM64".into()), ("operatingSystemFamily", "LINUX".into())])),
    ]);
    Out::Map(vec![("taskDefinition", whole), ("tags", Out::List(Vec::new()))])
}
