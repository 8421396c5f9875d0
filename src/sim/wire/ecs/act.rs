//! What can be done to services, tasks and container instances.

use serde_json::Value;

use super::{Call, Out, Refusal, cluster, invalid, known_definition, last, place, shape};
use crate::sim::world::{SECRET, World};

pub(super) fn update(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, now) = (cluster(call)?, call.now.as_second());
    let name = call.text("service").unwrap_or_default();
    let desired = call.input().get("desiredCount").and_then(Value::as_u64);
    let forced = call.flag("forceNewDeployment");
    let ecs = place(world, call);
    let missing = || Refusal::bad("ServiceNotFoundException", "Service not found.");
    let (number, present) =
        ecs.service(cluster, last(&name)).map(|one| (one.number, one.deployments(now).0.revision)).ok_or_else(missing)?;
    let asked = call.text("taskDefinition").map(|name| known_definition(&name)).transpose()?.map(|(_, revision)| revision);
    if let Some(count) = desired {
        ecs.scale(number, count as usize, now);
    }
    if forced || asked.is_some_and(|revision| revision != present) {
        ecs.deploy(number, asked.unwrap_or(present), now);
    }
    let ecs = place(world, call);
    let service = ecs.service(cluster, last(&name)).ok_or_else(missing)?;
    Ok(Out::Map(vec![("service", shape::service(ecs, service, now))]))
}

pub(super) fn stop(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, now) = (cluster(call)?, call.now.as_second());
    let id = call.text("task").unwrap_or_default();
    let reason = call.text("reason").unwrap_or_else(|| "Task stopped by user".to_owned());
    let ecs = place(world, call);
    let missing = || invalid("The referenced task was not found.");
    let found = ecs.task(last(&id), now).filter(|task| task.service.plan.cluster == cluster);
    let (number, slot) = found.map(|task| (task.service.number, task.slot)).ok_or_else(missing)?;
    ecs.stop(number, slot, &reason, now);
    let ecs = place(world, call);
    let task = ecs.task(last(&id), now).ok_or_else(missing)?;
    Ok(Out::Map(vec![("task", shape::task(ecs, &task, now))]))
}

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, now) = (cluster(call)?, call.now.as_second());
    let (family, revision) = known_definition(&call.text("taskDefinition").unwrap_or_default())?;
    let count = call.input().get("count").and_then(Value::as_u64).unwrap_or(1);
    if !(1..=10).contains(&count) {
        return Err(invalid("count must be 1 to 10"));
    }
    let fargate = call.text("launchType").as_deref() == Some("FARGATE");
    if fargate && call.input().get("networkConfiguration").is_none_or(Value::is_null) {
        return Err(invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified."));
    }
    let room = if call.request.marred { count / 2 } else { count };
    let ecs = place(world, call);
    ecs.ran.extend((0..room).map(|_| (cluster, format!("{family}:{revision}"), now)));
    let started: Vec<Out> = shape::by_hand(ecs, cluster, now).map(|(.., out)| out).collect();
    let fresh = started.len().saturating_sub(room as usize);
    let failures = (room..count).map(|_| Out::Map(vec![("reason", "RESOURCE:CPU".into())])).collect();
    Ok(Out::Map(vec![("tasks", Out::List(started.into_iter().skip(fresh).collect())), ("failures", Out::List(failures))]))
}

pub(super) fn state(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, now) = (cluster(call)?, call.now.as_second());
    let drain = match call.text("status").as_deref() {
        Some("DRAINING") => true,
        Some("ACTIVE") => false,
        _ => return Err(invalid("Container instance status should be one of [ACTIVE, DRAINING]")),
    };
    let names = call.texts("containerInstances");
    let ecs = place(world, call);
    let places: Vec<usize> = (0..shape::machines(ecs, cluster))
        .filter(|at| !call.request.marred && names.iter().any(|name| last(name) == last(&shape::machine_arn(ecs, cluster, *at))))
        .collect();
    ecs.drained.extend(places.iter().map(|at| (*at, drain)));
    let changed = places.iter().map(|at| shape::machine(ecs, cluster, *at, now)).collect();
    let known = |name: &&String| places.iter().any(|at| last(name) == last(&shape::machine_arn(ecs, cluster, *at)));
    let missing =
        names.iter().filter(|name| !known(name)).map(|name| Out::Map(vec![("arn", name.clone().into()), ("reason", "MISSING".into())]));
    Ok(Out::Map(vec![("containerInstances", Out::List(changed)), ("failures", Out::List(missing.collect()))]))
}

pub(super) fn execute(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, now) = (cluster(call)?, call.now.as_second());
    let id = call.text("task").unwrap_or_default();
    let ecs = place(world, call);
    let task = ecs.task(last(&id), now).filter(|task| task.service.plan.cluster == cluster);
    let task = task.ok_or_else(|| invalid("The referenced task was not found."))?;
    if !task.service.plan.exec || task.status(now) != "RUNNING" {
        return Err(invalid(
            "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn\u{2019}t running.",
        ));
    }
    if call.text("container").is_some_and(|name| name != shape::CONTAINER) || !call.flag("interactive") || call.text("command").is_none() {
        return Err(invalid("Interactive mode, a command and the name of a container of the task are required."));
    }
    let (name, arn) = (task.id(), ecs.arn(&format!("task/{cluster}/{}", task.id())));
    let session = format!("ecs-execute-command-{:017x}", ecs.sessions.len() as i64 + now);
    ecs.sessions.push((name, now));
    let opened = Out::Map(vec![
        ("sessionId", session.clone().into()),
        ("streamUrl", format!("wss://ssmmessages.{}.amazonaws.com/v1/data-channel/{session}", ecs.region).into()),
        ("tokenValue", format!("{SECRET}-session").into()),
    ]);
    Ok(Out::Map(vec![
        ("clusterArn", ecs.arn(&format!("cluster/{cluster}")).into()),
        ("containerName", shape::CONTAINER.into()),
        ("interactive", Out::Flag(true)),
        ("session", opened),
        ("taskArn", arn.into()),
    ]))
}
