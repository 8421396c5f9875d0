//! Amazon EKS in REST JSON: clusters and what belongs to them, read a page or one at a time, and updates of node groups.

mod act;
mod shape;

use serde_json::Value;

use super::{
    Call, Failures, Out, Protocol, Refusal, Service,
    page::{resume, token},
    plain,
};
use crate::sim::world::{
    World,
    eks::{Cluster, Insight, VERSIONS},
};

pub(super) static EKS: Service = Service {
    id: "eks",
    scope: "eks",
    namespace: "",
    target: "",
    model: "com.amazonaws.eks",
    query: Protocol::Rest,
    // EKS API Reference, "Common Errors" and `ServerException`.
    failures: Failures {
        throttled: (429, "ThrottlingException", "Rate exceeded"),
        expired: (403, "ExpiredTokenException", "The security token included in the request is expired"),
        internal: (500, "ServerException", "Unexpected error"),
        denied: (403, "AccessDeniedException", ""),
    },
    shapes: &[],
    routes: &[
        ("GET", "/clusters", "ListClusters"),
        ("GET", "/cluster-versions", "DescribeClusterVersions"),
        ("GET", "/clusters/{name}", "DescribeCluster"),
        ("GET", "/clusters/{name}/node-groups", "ListNodegroups"),
        ("GET", "/clusters/{name}/node-groups/{nodegroupName}", "DescribeNodegroup"),
        ("POST", "/clusters/{name}/node-groups/{nodegroupName}/update-config", "UpdateNodegroupConfig"),
        ("POST", "/clusters/{name}/node-groups/{nodegroupName}/update-version", "UpdateNodegroupVersion"),
        ("GET", "/clusters/{name}/fargate-profiles", "ListFargateProfiles"),
        ("GET", "/clusters/{name}/fargate-profiles/{fargateProfileName}", "DescribeFargateProfile"),
        ("GET", "/clusters/{name}/addons", "ListAddons"),
        ("GET", "/clusters/{name}/addons/{addonName}", "DescribeAddon"),
        ("POST", "/clusters/{name}/insights", "ListInsights"),
        ("GET", "/clusters/{name}/insights/{id}", "DescribeInsight"),
        ("GET", "/clusters/{name}/updates", "ListUpdates"),
        ("GET", "/clusters/{name}/updates/{updateId}", "DescribeUpdate"),
    ],
    operations: &[
        ("ListClusters", clusters),
        ("DescribeClusterVersions", versions),
        ("DescribeCluster", cluster),
        ("ListNodegroups", nodegroups),
        ("DescribeNodegroup", nodegroup),
        ("UpdateNodegroupConfig", act::scale),
        ("UpdateNodegroupVersion", act::update),
        ("ListFargateProfiles", profiles),
        ("DescribeFargateProfile", profile),
        ("ListAddons", addons),
        ("DescribeAddon", addon),
        ("ListInsights", insights),
        ("DescribeInsight", insight),
        ("ListUpdates", act::updates),
        ("DescribeUpdate", act::described),
    ],
};

/// The most that a page holds, and what it holds when nobody asks for less (EKS API Reference, `maxResults`).
const PAGE: usize = 100;

fn missing(what: &str, name: &str) -> Refusal {
    Refusal::new(404, "ResourceNotFoundException", format!("No {what} found for name: {name}."))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterException", message)
}

/// The cluster in the path.
fn named<'w>(world: &'w mut World, call: &Call<'_>) -> Result<&'w mut Cluster, Refusal> {
    let name = call.text("name").unwrap_or_default();
    call.region(world).eks.clusters.get_mut(&name).ok_or_else(|| missing("cluster", &name))
}

/// A part of a cluster by the name in the path.
fn part<'c, T>(
    call: &Call<'_>,
    parts: &'c std::collections::BTreeMap<String, T>,
    field: &str,
    what: &str,
) -> Result<(String, &'c T), Refusal> {
    let name = call.text(field).unwrap_or_default();
    let found = parts.get(&name).ok_or_else(|| missing(what, &name))?;
    Ok((name, found))
}

/// A page of a list under the field that the operation has for it.
fn page<T>(call: &Call<'_>, field: &'static str, all: impl Iterator<Item = T>, told: impl Fn(T) -> Out) -> Result<Out, Refusal> {
    let size = match call.text("maxResults") {
        None => PAGE,
        Some(text) => {
            let size = text.parse().ok().filter(|size| (1..=PAGE).contains(size));
            size.ok_or_else(|| invalid(format!("maxResults must be between 1 and {PAGE}, but was {text}.")))?
        }
    };
    let question = format!("{:?}{:?}", call.text("name"), call.text("nodegroupName"));
    let from = usize::try_from(resume(call, &question, invalid("Invalid nextToken."))?).unwrap_or(usize::MAX);
    let mut rest = all.skip(from);
    let page: Vec<Out> = rest.by_ref().take(size).map(told).collect();
    let next = rest.next().map(|_| token(call, &question, (from + page.len()) as u64));
    Ok(Out::some(vec![(field, Some(Out::List(page))), ("nextToken", next.map(Out::from))]))
}

fn clusters(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    page(call, "clusters", call.region(world).eks.clusters.keys().cloned(), Out::from)
}

fn nodegroups(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    page(call, "nodegroups", named(world, call)?.nodegroups.keys().cloned(), Out::from)
}

fn profiles(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    page(call, "fargateProfileNames", named(world, call)?.profiles.keys().cloned(), Out::from)
}

fn addons(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    page(call, "addons", named(world, call)?.addons.keys().cloned(), Out::from)
}

fn insights(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let filter = call.input().get("filter").cloned().unwrap_or_default();
    let takes = |(_, insight): &(&String, &Insight)| {
        let among = |field: &str, value: &str| {
            let wanted = filter.get(field).and_then(Value::as_array).filter(|wanted| !wanted.is_empty());
            wanted.is_none_or(|wanted| wanted.iter().filter_map(plain).any(|wanted| wanted == value))
        };
        among("categories", insight.category) && among("kubernetesVersions", insight.version) && among("statuses", insight.status)
    };
    let all = named(world, call)?.insights.iter().filter(takes);
    page(call, "insights", all, |(id, insight)| Out::some(shape::insight_summary(id, insight, call.now)))
}

fn versions(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let eks = &call.region(world).eks;
    let all = call.text("includeAll").is_some_and(|text| text == "true");
    let known = VERSIONS.iter().filter(|version| all || version.status(eks.origin, call.now) != "UNSUPPORTED");
    page(call, "clusterVersions", known, |version| shape::version(eks, version, call.now))
}

fn cluster(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let name = call.text("name").unwrap_or_default();
    let cluster = named(world, call)?;
    Ok(Out::Map(vec![("cluster", shape::cluster(call, &name, cluster))]))
}

fn nodegroup(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = named(world, call)?;
    let (name, group) = part(call, &cluster.nodegroups, "nodegroupName", "node group")?;
    Ok(Out::Map(vec![("nodegroup", shape::nodegroup(call, cluster, &name, group))]))
}

fn profile(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = named(world, call)?;
    let (name, profile) = part(call, &cluster.profiles, "fargateProfileName", "Fargate Profile")?;
    Ok(Out::Map(vec![("fargateProfile", shape::profile(call, cluster, &name, profile))]))
}

fn addon(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let cluster = named(world, call)?;
    let (name, addon) = part(call, &cluster.addons, "addonName", "addon")?;
    Ok(Out::Map(vec![("addon", shape::addon(call, cluster, &name, addon))]))
}

fn insight(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let (id, insight) = part(call, &named(world, call)?.insights, "id", "insight")?;
    Ok(Out::Map(vec![("insight", shape::insight(&id, insight, call.now))]))
}

#[cfg(test)]
mod tests;
