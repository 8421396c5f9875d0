//! Amazon ECS in its JSON protocol: clusters, services, tasks, container instances, task definitions.

mod act;
mod shape;

use super::{
    Call, Failures, Out, Protocol, Refusal, Service,
    page::{resume, token},
};
use crate::sim::world::{
    World,
    ecs::{CLUSTERS, Ecs, plan::PLANS},
};

pub(super) static ECS: Service = Service {
    id: "ecs",
    scope: "ecs",
    namespace: "",
    target: "AmazonEC2ContainerServiceV20141113",
    model: "com.amazonaws.ecs",
    query: Protocol::Json,
    // ECS API Reference, "Common Errors"; `ServerException` of each operation.
    failures: Failures {
        throttled: (400, "ThrottlingException", "Rate exceeded"),
        expired: (400, "ExpiredTokenException", "The security token included in the request is expired"),
        internal: (500, "ServerException", "Service Unavailable. Please try again later."),
        denied: (400, "AccessDeniedException", ""),
    },
    shapes: &[],
    routes: &[],
    operations: &[
        ("ListClusters", clusters),
        ("DescribeClusters", describe_clusters),
        ("ListServices", services),
        ("DescribeServices", describe_services),
        ("ListTasks", tasks),
        ("DescribeTasks", describe_tasks),
        ("ListContainerInstances", machines),
        ("DescribeContainerInstances", describe_machines),
        ("ListTaskDefinitions", definitions),
        ("DescribeTaskDefinition", definition),
        ("UpdateService", act::update),
        ("StopTask", act::stop),
        ("RunTask", act::run),
        ("UpdateContainerInstancesState", act::state),
        ("ExecuteCommand", act::execute),
    ],
};

/// The most on a page, and how many there are when nobody asks (ECS API Reference: `maxResults`; ten for services).
const PAGE: usize = 100;
const SERVICES_PAGE: usize = 10;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterException", message)
}

fn place<'w>(world: &'w mut World, call: &Call<'_>) -> &'w mut Ecs {
    &mut call.region(world).ecs
}

/// The last part of a name or an ARN.
fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// The cluster that a call names; without a name it is `default`, which there is not here.
fn cluster(call: &Call<'_>) -> Result<&'static str, Refusal> {
    let name = call.text("cluster").unwrap_or_else(|| "default".to_owned());
    let known = CLUSTERS.iter().map(|(cluster, _)| *cluster).find(|cluster| *cluster == last(&name));
    known.ok_or_else(|| Refusal::bad("ClusterNotFoundException", "Cluster not found."))
}

/// A page of ARNs.
fn page(call: &Call<'_>, name: &'static str, usual: usize, all: Vec<String>) -> Result<Out, Refusal> {
    let wanted = match call.text("maxResults") {
        None => usual,
        Some(text) => text.parse().ok().filter(|size| (1..=PAGE).contains(size)).ok_or_else(|| invalid("maxResults must be 1 to 100"))?,
    };
    let question = format!("{name}{:?}{:?}{:?}", call.text("cluster"), call.text("serviceName"), call.text("desiredStatus"));
    let at = resume(call, &question, invalid("Invalid token."))? as usize;
    let more = all.len() > at + wanted;
    let list = all.into_iter().skip(at).take(wanted).map(Out::from).collect();
    let next = more.then(|| token(call, &question, (at + wanted) as u64));
    Ok(Out::some(vec![(name, Some(Out::List(list))), ("nextToken", next.map(Out::from))]))
}

/// What of a list of names there is, and failures for what is not; more than `most` names are refused.
fn found(call: &Call<'_>, names: &'static str, out: &'static str, most: usize, find: impl Fn(&str) -> Option<Out>) -> Result<Out, Refusal> {
    let wanted = call.texts(names);
    if wanted.len() > most {
        return Err(invalid(format!("{names} can have at most {most} items.")));
    }
    let (mut there, mut missing) = (Vec::new(), Vec::new());
    for name in wanted {
        match find(&name) {
            Some(one) => there.push(one),
            None => missing.push(Out::Map(vec![("arn", name.into()), ("reason", "MISSING".into())])),
        }
    }
    Ok(Out::Map(vec![(out, Out::List(there)), ("failures", Out::List(missing))]))
}

fn clusters(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let ecs = place(world, call);
    page(call, "clusterArns", PAGE, CLUSTERS.iter().map(|(name, _)| ecs.arn(&format!("cluster/{name}"))).collect())
}

fn describe_clusters(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let second = call.now.as_second();
    let ecs = place(world, call);
    found(call, "clusters", "clusters", PAGE, |name| {
        let (name, _) = CLUSTERS.iter().find(|(known, _)| *known == last(name))?;
        Some(shape::cluster(ecs, name, second))
    })
}

fn services(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = cluster(call)?;
    let ecs = place(world, call);
    let all = ecs.services(cluster).map(|one| ecs.arn(&format!("service/{cluster}/{}", one.name()))).collect();
    page(call, "serviceArns", SERVICES_PAGE, all)
}

fn describe_services(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, second) = (cluster(call)?, call.now.as_second());
    let ecs = place(world, call);
    found(call, "services", "services", SERVICES_PAGE, |name| Some(shape::service(ecs, ecs.service(cluster, last(name))?, second)))
}

fn tasks(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, second) = (cluster(call)?, call.now.as_second());
    let wanted = call.text("desiredStatus").unwrap_or_else(|| "RUNNING".to_owned());
    let ecs = place(world, call);
    let of = call.text("serviceName").map(|name| last(&name).to_owned());
    let known = of.as_ref().is_none_or(|name| ecs.service(cluster, name).is_some());
    if !known {
        return Err(Refusal::bad("ServiceNotFoundException", "Service not found."));
    }
    let services = ecs.services(cluster).filter(|one| of.as_ref().is_none_or(|name| *name == one.name()));
    let all = services.flat_map(|one| one.tasks(second)).filter(|task| task.wanted() == wanted);
    let mut arns: Vec<String> = all.map(|task| ecs.arn(&format!("task/{cluster}/{}", task.id()))).collect();
    if of.is_none() {
        arns.extend(shape::by_hand(ecs, cluster, second).filter(|(_, status, _)| *status == wanted).map(|(arn, ..)| arn));
    }
    page(call, "taskArns", PAGE, arns)
}

fn describe_tasks(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, second) = (cluster(call)?, call.now.as_second());
    let ecs = place(world, call);
    found(call, "tasks", "tasks", PAGE, |name| {
        let own = || shape::by_hand(ecs, cluster, second).find(|(arn, ..)| last(arn) == last(name)).map(|(.., out)| out);
        ecs.task(last(name), second)
            .filter(|task| task.service.plan.cluster == cluster)
            .map(|task| shape::task(ecs, &task, second))
            .or_else(own)
    })
}

fn machines(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = cluster(call)?;
    let ecs = place(world, call);
    let count = shape::machines(ecs, cluster);
    page(call, "containerInstanceArns", PAGE, (0..count).map(|at| shape::machine_arn(ecs, cluster, at)).collect())
}

fn describe_machines(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (cluster, second) = (cluster(call)?, call.now.as_second());
    let ecs = place(world, call);
    found(call, "containerInstances", "containerInstances", PAGE, |name| {
        let at = (0..shape::machines(ecs, cluster)).find(|at| last(&shape::machine_arn(ecs, cluster, *at)) == last(name))?;
        Some(shape::machine(ecs, cluster, at, second))
    })
}

/// The last three revisions of every family.
fn definitions(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let ecs = place(world, call);
    let all = PLANS.iter().flat_map(|plan| (plan.revision - 1..=plan.revision + 1).map(move |revision| (plan.name, revision)));
    page(call, "taskDefinitionArns", PAGE, all.map(|(family, revision)| ecs.arn(&format!("task-definition/{family}:{revision}"))).collect())
}

/// The family and revision in a name, if there is such a family.
fn known_definition(name: &str) -> Result<(&'static str, u32), Refusal> {
    let missing = || Refusal::bad("ClientException", "Unable to describe task definition.");
    let (family, revision) = last(name).split_once(':').unwrap_or((last(name), ""));
    let plan = PLANS.iter().chain([&crate::sim::world::ecs::plan::MORE]).find(|plan| plan.name == family).ok_or_else(missing)?;
    let revision = if revision.is_empty() { plan.revision } else { revision.parse().map_err(|_| missing())? };
    if revision == 0 || revision > plan.revision + 2 { Err(missing()) } else { Ok((plan.name, revision)) }
}

fn definition(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (family, revision) = known_definition(&call.text("taskDefinition").unwrap_or_default())?;
    Ok(shape::definition(place(world, call), family, revision))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{
        super::{Request, answer},
        *,
    };

    fn ask(services: usize, operation: &str, input: Value) -> (u16, Value) {
        let sizes = crate::sim::Sizes { services, ..crate::sim::Sizes::DEMO };
        let mut world = World::new(7, sizes, Timestamp::UNIX_EPOCH);
        let request = Request::sample("ecs", operation, input);
        let reply = answer(&mut world, &Call { request: &request, now: Timestamp::UNIX_EPOCH, id: "id-1".to_owned() });
        (reply.status, serde_json::from_slice(&reply.body).expect("JSON"))
    }

    #[test]
    fn pages_cover_every_service_once_at_every_size() {
        // Fourteen are planned; eight of these are in the cluster that takes all further ones.
        for (count, here) in [(14, 8_usize), (15, 9), (105, 99), (106, 100), (107, 101), (207, 201)] {
            let (mut seen, mut token, mut pages) = (0, json!(""), 0);
            while !token.is_null() {
                let (_, page) = ask(count, "ListServices", json!({"cluster": "prod", "maxResults": 100, "nextToken": token}));
                seen += page["serviceArns"].as_array().expect("a list").len();
                token = page["nextToken"].clone();
                pages += 1;
            }
            assert_eq!((seen, pages), (here, here.div_ceil(100)), "{count}");
        }
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_ecs() {
        let eleven: Vec<String> = (0..11).map(|number| format!("s{number}")).collect();
        let cases = [
            ("DescribeServices", json!({"cluster": "prod", "services": eleven}), "at most 10 items"),
            ("ListServices", json!({}), "Cluster not found"),
            ("ListServices", json!({"cluster": "prod", "nextToken": "x"}), "Invalid token"),
            ("DescribeTaskDefinition", json!({"taskDefinition": "nobody:1"}), "Unable to describe task definition"),
            ("UpdateService", json!({"cluster": "prod", "service": "nobody"}), "Service not found"),
        ];
        for (operation, input, words) in cases {
            let (status, body) = ask(14, operation, input);
            assert!(status == 400 && body["message"].as_str().is_some_and(|text| text.contains(words)), "{operation}: {status} {body}");
        }
        let (_, body) = ask(14, "DescribeServices", json!({"cluster": "prod", "services": ["web", "nobody"]}));
        assert_eq!((body["services"][0]["serviceName"].as_str(), body["failures"][0]["reason"].as_str()), (Some("web"), Some("MISSING")));
    }
}
