//! What belongs to clusters, as EKS describes it.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{super::super::Call, Out, Parts, arn, dictionary, health, role, some, texts};
use crate::sim::world::eks::{Addon, Cluster, Insight, Nodegroup, Profile};

/// The cluster in the path.
fn owner(call: &Call<'_>) -> String {
    call.text("name").unwrap_or_default()
}

/// The last part of an ARN, made from the path.
fn suffix(cluster: &Cluster, name: &str) -> String {
    let hex = cluster.chance.of("arn").of(name).hex(32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn subnets(cluster: &Cluster) -> Out {
    Out::List((0..3).map(|at| Out::from(format!("subnet-0{}", cluster.chance.of("subnet").at(at).hex(16)))).collect())
}

pub(in super::super) fn nodegroup(call: &Call<'_>, cluster: &Cluster, name: &str, group: &Nodegroup) -> Out {
    let (owner, now) = (owner(call), call.now);
    let (version, release) = group.image(now);
    let scaling = group.scaling;
    let sizes = [("minSize", scaling.min), ("maxSize", scaling.max), ("desiredSize", scaling.desired)];
    Out::some(vec![
        ("nodegroupName", some(name.to_owned())),
        ("nodegroupArn", some(arn(call, &format!("nodegroup/{owner}/{name}/{}", suffix(cluster, name))))),
        ("clusterName", some(owner.clone())),
        ("version", some(version)),
        ("releaseVersion", some(release)),
        ("createdAt", Some(Out::Time(group.born))),
        ("modifiedAt", Some(Out::Time(group.modified(now)))),
        ("status", some(group.status(now))),
        ("capacityType", some(group.capacity)),
        ("scalingConfig", Some(Out::Map(sizes.map(|(name, size)| (name, Out::Int(size))).to_vec()))),
        ("instanceTypes", Some(texts(group.types))),
        ("subnets", Some(subnets(cluster))),
        ("amiType", some(group.ami)),
        ("nodeRole", some(role(call, &format!("eks-{owner}-node")))),
        ("labels", Some(dictionary(group.labels))),
        ("taints", (!group.taints.is_empty()).then(|| taints(group))),
        ("resources", Some(Out::from(json!({"autoScalingGroups": [{"name": group.group}]})))),
        ("diskSize", Some(Out::Int(50))),
        ("health", Some(health(group.issue(now)))),
        ("updateConfig", Some(Out::from(json!({"maxUnavailable": 1})))),
        ("nodeRepairConfig", Some(Out::from(json!({"enabled": group.capacity == "ON_DEMAND"})))),
        ("tags", Some(dictionary(group.tags))),
    ])
}

fn taints(group: &Nodegroup) -> Out {
    let taint = |(key, value, effect): &(&'static str, &'static str, &'static str)| {
        Out::Map(vec![("key", (*key).into()), ("value", (*value).into()), ("effect", (*effect).into())])
    };
    Out::List(group.taints.iter().map(taint).collect())
}

pub(in super::super) fn profile(call: &Call<'_>, cluster: &Cluster, name: &str, profile: &Profile) -> Out {
    let owner = owner(call);
    let selectors = profile.selectors.iter().map(|(namespace, labels)| {
        let labels = (!labels.is_empty()).then(|| dictionary(labels));
        Out::some(vec![("namespace", some(*namespace)), ("labels", labels)])
    });
    Out::some(vec![
        ("fargateProfileName", some(name.to_owned())),
        ("fargateProfileArn", some(arn(call, &format!("fargateprofile/{owner}/{name}/{}", suffix(cluster, name))))),
        ("clusterName", some(owner.clone())),
        ("createdAt", Some(Out::Time(profile.born))),
        ("podExecutionRoleArn", some(role(call, &format!("eks-{owner}-fargate")))),
        ("subnets", Some(subnets(cluster))),
        ("selectors", Some(Out::List(selectors.collect()))),
        ("status", some("ACTIVE")),
        ("tags", Some(Out::Map(Vec::new()))),
        ("health", Some(health(None))),
    ])
}

pub(in super::super) fn addon(call: &Call<'_>, cluster: &Cluster, name: &str, addon: &Addon) -> Out {
    let (owner, now) = (owner(call), call.now);
    let role = (name == "aws-ebs-csi-driver").then(|| Out::from(role(call, &format!("eks-{owner}-ebs-csi"))));
    Out::some(vec![
        ("addonName", some(name.to_owned())),
        ("clusterName", some(owner.clone())),
        ("status", some(addon.status(now))),
        ("addonVersion", some(addon.version)),
        ("health", Some(health(addon.issue(now)))),
        ("addonArn", some(arn(call, &format!("addon/{owner}/{name}/{}", suffix(cluster, name))))),
        ("createdAt", Some(Out::Time(addon.born))),
        ("modifiedAt", Some(Out::Time(addon.modified(now)))),
        ("serviceAccountRoleArn", role),
        ("publisher", some("eks")),
        ("owner", some("aws")),
        ("tags", Some(Out::Map(Vec::new()))),
    ])
}

/// What the list tells of an insight.
pub(in super::super) fn insight_summary(id: &str, insight: &Insight, now: Timestamp) -> Parts {
    // EKS looks once a day.
    let looked = now.saturating_sub(SignedDuration::from_secs(now.as_second().rem_euclid(86_400))).unwrap_or(now);
    vec![
        ("id", some(id.to_owned())),
        ("name", some(insight.name)),
        ("category", some(insight.category)),
        ("kubernetesVersion", (!insight.version.is_empty()).then(|| insight.version.into())),
        ("lastRefreshTime", Some(Out::Time(looked))),
        ("lastTransitionTime", Some(Out::Time(insight.changed))),
        ("description", some(insight.description)),
        ("insightStatus", Some(Out::Map(vec![("status", insight.status.into()), ("reason", insight.reason.into())]))),
    ]
}

/// All that there is to tell.
pub(in super::super) fn insight(id: &str, insight: &Insight, now: Timestamp) -> Out {
    let mut parts = insight_summary(id, insight, now);
    let resources: Vec<_> =
        insight.resources.iter().map(|uri| json!({"insightStatus": {"status": insight.status}, "kubernetesResourceUri": uri})).collect();
    let deprecations: Vec<_> = insight
        .deprecation
        .iter()
        .map(|(usage, instead, until, client, calls)| {
            json!({
                "usage": usage, "replacedWith": instead, "stopServingVersion": until, "startServingReplacementVersion": "1.29",
                "clientStats": [{"userAgent": client, "numberOfRequestsLast30Days": calls, "lastRequestTime": now.as_second() - 95}],
            })
        })
        .collect();
    let more = json!({"EKS update cluster documentation": "https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html"});
    parts.extend([
        ("recommendation", some(insight.recommendation)),
        ("additionalInfo", Some(more.into())),
        ("resources", Some(Value::from(resources).into())),
        ("categorySpecificSummary", Some(Out::from(json!({"deprecationDetails": deprecations})))),
    ]);
    Out::some(parts)
}
