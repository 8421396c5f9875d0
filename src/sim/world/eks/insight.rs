//! What EKS has found out about clusters by looking at them. Names and wording after the EKS User Guide, "Cluster insights".

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::nodegroup::uuid;
use crate::sim::world::{chance::Chance, nursery::before};

/// An insight.
#[derive(Debug, Clone, PartialEq)]
pub struct Insight {
    /// Its name.
    pub name: &'static str,
    /// `UPGRADE_READINESS` or `MISCONFIGURATION`.
    pub category: &'static str,
    /// `PASSING`, `WARNING` or `ERROR`.
    pub status: &'static str,
    /// Why.
    pub reason: &'static str,
    /// What is looked at.
    pub description: &'static str,
    /// What EKS recommends.
    pub recommendation: &'static str,
    /// The version it is about; empty for insights about none.
    pub version: &'static str,
    /// Since when it has this status.
    pub changed: Timestamp,
    /// What is used that goes away: usage, replacement, the version without it, the client, and its calls within 30 days.
    pub deprecation: Option<(&'static str, &'static str, &'static str, &'static str, i32)>,
    /// What it concerns.
    pub resources: &'static [&'static str],
}

const PASSING: Insight = Insight {
    name: "Cluster health issues",
    category: "UPGRADE_READINESS",
    status: "PASSING",
    reason: "No cluster health issues detected.",
    description: "Checks for any cluster health issues that prevent successful upgrade to the next Kubernetes version on EKS.",
    recommendation: "Cluster health status needs to be healthy prior to upgrade.",
    version: "",
    changed: Timestamp::UNIX_EPOCH,
    deprecation: None,
    resources: &[],
};

/// What is looked at in every cluster.
const USUAL: &[Insight] = &[
    PASSING,
    Insight {
        name: "Kubelet version skew",
        reason: "Node kubelet versions match the cluster control plane version.",
        description: "Checks for kubelet minor versions of worker nodes in the cluster to see if upgrade would cause non compliance with supported Kubernetes kubelet version skew policy.",
        recommendation: "Upgrade your worker nodes to match the Kubernetes version of your cluster control plane.",
        ..PASSING
    },
    Insight {
        name: "kube-proxy version skew",
        reason: "kube-proxy versions match the cluster control plane version.",
        description: "Checks version of kube-proxy in cluster to see if upgrade would cause non compliance with supported Kubernetes kube-proxy version skew policy.",
        recommendation: "Upgrade kube-proxy to match the Kubernetes version of your cluster control plane.",
        ..PASSING
    },
    Insight {
        name: "EKS add-on version compatibility",
        reason: "All installed EKS add-on versions are compatible with next Kubernetes version.",
        description: "Checks version of installed EKS add-ons to ensure they are compatible with the next version of Kubernetes.",
        recommendation: "Upgrade the installed add-on to a version that is compatible with the next version of Kubernetes.",
        ..PASSING
    },
    Insight {
        name: "Insufficient free IP addresses in subnets",
        category: "MISCONFIGURATION",
        reason: "All subnets of the cluster have enough free IP addresses.",
        description: "Checks that the subnets of the cluster have the free IP addresses that EKS needs.",
        recommendation: "Free addresses, or give the cluster subnets with more of them.",
        ..PASSING
    },
];

/// What is wrong with a cluster that nobody has looked after.
const NEGLECTED: &[Insight] = &[
    Insight {
        name: "Deprecated APIs removed in Kubernetes v1.32",
        status: "ERROR",
        reason: "Deprecated API usage detected within last 30 days and your cluster is on Kubernetes v1.31.",
        description: "Checks for usage of deprecated APIs that are scheduled for removal in Kubernetes v1.32. Upgrading your cluster before migrating to the updated APIs supported by v1.32 could cause application impact.",
        recommendation: "Update manifests and API clients to use newer Kubernetes APIs if applicable before upgrading to Kubernetes v1.32.",
        deprecation: Some((
            "/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas",
            "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
            "1.32",
            "shop-operator/v0.9.2",
            4_312,
        )),
        resources: &["/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas/shop-critical"],
        ..PASSING
    },
    Insight {
        name: "Kubelet version skew",
        status: "WARNING",
        reason: "Node kubelet versions are 2 minor versions behind the cluster control plane version.",
        resources: &["/api/v1/nodes/fargate-ip-10-16-4-21.internal", "/api/v1/nodes/fargate-ip-10-16-4-73.internal"],
        ..USUAL[1]
    },
    Insight {
        name: "EKS add-on version compatibility",
        status: "WARNING",
        reason: "Some installed EKS add-on versions are not compatible with next Kubernetes version.",
        ..USUAL[3]
    },
];

/// What EKS has found out about a cluster whose next version this is; empty for none.
pub(super) fn insights(chance: Chance, next: &'static str, neglected: bool, origin: Timestamp) -> BTreeMap<String, Insight> {
    let worse: &[Insight] = if neglected { NEGLECTED } else { &[] };
    let usual = USUAL.iter().filter(|insight| worse.iter().all(|other| other.name != insight.name));
    // The newest version has none to be ready for.
    let known = |insight: &&Insight| !next.is_empty() || insight.category != "UPGRADE_READINESS";
    let all = worse.iter().chain(usual).filter(known);
    all.map(|insight| {
        let chance = chance.of("insight").of(insight.name);
        let days = 1 + chance.of("days").below(20) as i64;
        let version = if insight.category == "UPGRADE_READINESS" { next } else { "" };
        (uuid(chance), Insight { version, changed: before(origin, days * 86_400), ..insight.clone() })
    })
    .collect()
}
