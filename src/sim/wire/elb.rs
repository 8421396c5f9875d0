//! Elastic Load Balancing in the query protocol: target groups, and how their targets are.

use super::{
    COMMON, Call, Out, Protocol, Refusal, Service,
    page::{resume, token},
};
use crate::sim::world::{
    World,
    balancing::{Of, Target, TargetGroup},
    chance::Chance,
    region::Region,
};

pub(super) static ELB: Service = Service {
    id: "elasticloadbalancing",
    scope: "elasticloadbalancing",
    namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    target: "",
    model: "com.amazonaws.elasticloadbalancingv2",
    query: Protocol::Query,
    failures: COMMON,
    shapes: &[],
    routes: &[],
    operations: &[("DescribeTargetGroups", groups), ("DescribeTargetHealth", health)],
};

/// The most on a page, and how many there are when nobody asks (ELB API Reference, `DescribeTargetGroups`, `PageSize`).
const PAGE: usize = 400;

/// The ARN of a target group in an account and region.
pub(super) fn arn((account, region): (&str, &str), name: &str) -> String {
    named((account, region), "targetgroup", name)
}

fn named((account, region): (&str, &str), kind: &str, name: &str) -> String {
    let digits = Chance::new(0).of(account).of(region).of(kind).of(name).hex(16);
    format!("arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{name}/{digits}")
}

fn place(region: &Region) -> (&str, &str) {
    (&region.fleet.account, &region.fleet.region)
}

fn missing() -> Refusal {
    Refusal::bad("TargetGroupNotFound", "One or more target groups not found")
}

fn groups(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let (arns, names) = (call.texts("TargetGroupArns"), call.texts("Names"));
    let everyone = region.target_groups();
    let wanted = |group: &&TargetGroup| {
        arns.is_empty() && names.is_empty() || arns.contains(&arn(place(region), &group.name)) || names.contains(&group.name)
    };
    let all: Vec<&TargetGroup> = everyone.iter().filter(wanted).collect();
    if all.len() < arns.len().max(names.len()) {
        return Err(missing());
    }
    let size = match call.text("PageSize") {
        None => PAGE,
        Some(text) => {
            let size = text.parse().ok().filter(|size| (1..=PAGE).contains(size));
            size.ok_or_else(|| Refusal::bad("ValidationError", "The page size is not valid: it must be 1 to 400"))?
        }
    };
    let question = format!("groups{arns:?}{names:?}");
    let at = resume(call, &question, Refusal::bad("ValidationError", "The marker is not valid"))? as usize;
    let next = (all.len() > at + size).then(|| token(call, &question, (at + size) as u64));
    let list = all.into_iter().skip(at).take(size).map(|group| described(region, group)).collect();
    Ok(Out::some(vec![("TargetGroups", Some(Out::List(list))), ("NextMarker", next.map(Out::from))]))
}

fn described(region: &Region, group: &TargetGroup) -> Out {
    let web = group.port != 22;
    let balancer = if web { "app/front" } else { "net/ssh" };
    Out::some(vec![
        ("TargetGroupArn", Some(arn(place(region), &group.name).into())),
        ("TargetGroupName", Some(group.name.clone().into())),
        ("Protocol", Some(if web { "HTTP".into() } else { "TCP".into() })),
        ("Port", Some(Out::Int(i64::from(group.port)))),
        ("VpcId", Some(group.vpc.clone().into())),
        ("HealthCheckProtocol", Some(if web { "HTTP".into() } else { "TCP".into() })),
        ("HealthCheckPort", Some("traffic-port".into())),
        ("HealthCheckEnabled", Some(Out::Flag(true))),
        ("HealthCheckIntervalSeconds", Some(Out::Int(10))),
        ("HealthCheckPath", web.then(|| "/health".into())),
        ("LoadBalancerArns", Some(Out::List(vec![named(place(region), "loadbalancer", balancer).into()]))),
        ("TargetType", Some(if matches!(group.of, Of::Service(..)) { "ip".into() } else { "instance".into() })),
        ("IpAddressType", Some("ipv4".into())),
    ])
}

fn health(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let region = call.region(world);
    let wanted = call.text("TargetGroupArn").unwrap_or_default();
    let group = region.target_groups().into_iter().find(|group| arn(place(region), &group.name) == wanted).ok_or_else(missing)?;
    let ids: Vec<&str> = call.list("Targets").iter().filter_map(|target| target.get("Id")?.as_str()).collect();
    let targets = region.targets(&group, call.now).into_iter().filter(|target| ids.is_empty() || ids.contains(&target.id.as_str()));
    let list = targets.map(|target| state(&group, target)).collect();
    Ok(Out::Map(vec![("TargetHealthDescriptions", Out::List(list))]))
}

fn state(group: &TargetGroup, target: Target) -> Out {
    let (state, reason) = target.health.words();
    let told = Out::some(vec![
        ("State", Some(state.into())),
        ("Reason", reason.map(|(reason, _)| reason.into())),
        ("Description", reason.map(|(_, description)| description.into())),
    ]);
    let port = i64::from(group.port);
    Out::Map(vec![
        ("Target", Out::Map(vec![("Id", target.id.into()), ("Port", Out::Int(port))])),
        ("HealthCheckPort", port.to_string().into()),
        ("TargetHealth", told),
    ])
}
