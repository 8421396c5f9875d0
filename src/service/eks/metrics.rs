//! The control plane's metrics, which AWS publishes for every cluster from Kubernetes 1.28 on, at no charge.

use crate::{
    model::{Resource, Severity, Stat, Unit},
    service::{Bound, Concern, Dimension, From, Metric, Publisher, Shown, sign::sign},
};

/// The control plane, and agents in the cluster (`CloudWatch` User Guide, "Amazon EKS and Kubernetes Container Insights metrics"). The names of clusters are those of ECS as well: elsewhere they say nothing.
pub(super) const PUBLISHERS: &[Publisher] = &[Publisher::of(&["AWS/EKS", "ContainerInsights", "ContainerInsights/Prometheus"], BY_CLUSTER)];
const BY_CLUSTER: &[Dimension] = &[Dimension { name: "ClusterName", from: From::Name }];

const fn metric(id: &'static str, title: &'static str, name: &'static str, stat: Stat, unit: Unit, shown: Shown) -> Metric {
    Metric {
        id,
        title,
        namespace: "AWS/EKS",
        name,
        stat,
        period: 60,
        delay: 120,
        unit,
        dimensions: BY_CLUSTER,
        shown,
        published,
        bad_when: None,
        finer: |_| None,
        sampled: None,
    }
}

/// A pod that is placed within minutes is no concern.
const PENDING: Option<Concern> = Some(Concern {
    bound: Bound::Above(1.0),
    periods: 5,
    sign: sign("pods-pending", Severity::Warning, "pods wait for a node"),
    advice: "see what they ask for, and whether a node group may grow",
});

/// They wait until something changes.
const UNSCHEDULABLE: Option<Concern> = Some(Concern {
    bound: Bound::Above(1.0),
    periods: 5,
    sign: sign("pods-unschedulable", Severity::Warning, "pods fit on no node"),
    advice: "see what they ask for: more room, or another sort of node",
});

/// 5xx, a second.
const ERRORS: Option<Concern> = Some(Concern {
    bound: Bound::Above(0.1),
    periods: 3,
    sign: sign("api-errors", Severity::Warning, "the API server answers with errors of its own"),
    advice: "look at the admission webhooks and at the AWS Health Dashboard",
});

/// 429, a second.
const THROTTLED: Option<Concern> = Some(Concern {
    bound: Bound::Above(0.1),
    periods: 3,
    sign: sign("api-throttled", Severity::Warning, "the API server asks clients to slow down"),
    advice: "see which client asks so much; spread its lists and watches",
});

/// Of Container Insights.
const FAILED: Option<Concern> = Some(Concern {
    bound: Bound::Above(0.5),
    periods: 1,
    sign: sign("nodes-failed", Severity::Warning, "nodes of it have failed"),
    advice: "look at the node group they are of",
});

/// Names, statistics and the one dimension: EKS User Guide, "Monitor cluster data with Amazon `CloudWatch`", basic metrics.
pub(super) static METRICS: &[Metric] = &[
    Metric { bad_when: PENDING, ..metric("pending", "PENDING PODS", "scheduler_pending_pods", Stat::Sum, Unit::Count, Shown::Row(1, 10)) },
    metric("requests", "API REQUESTS", "apiserver_request_total", Stat::Sum, Unit::PerSecond, Shown::Row(6, 0)),
    Metric {
        bad_when: UNSCHEDULABLE,
        ..metric("unschedulable", "UNSCHEDULABLE", "scheduler_pending_pods_UNSCHEDULABLE", Stat::Sum, Unit::Count, Shown::Wide(0))
    },
    Metric {
        bad_when: ERRORS,
        ..metric("errors_5xx", "API 5XX", "apiserver_request_total_5XX", Stat::Sum, Unit::PerSecond, Shown::Wide(0))
    },
    Metric {
        bad_when: THROTTLED,
        ..metric("throttled", "API 429", "apiserver_request_total_429", Stat::Sum, Unit::PerSecond, Shown::Wide(0))
    },
    metric("errors_4xx", "API 4XX", "apiserver_request_total_4XX", Stat::Sum, Unit::PerSecond, Shown::Chart),
    metric("get_p99", "GET P99", "apiserver_request_duration_seconds_GET_P99", Stat::Average, Unit::Seconds, Shown::Chart),
    metric("list_p99", "LIST P99", "apiserver_request_duration_seconds_LIST_P99", Stat::Average, Unit::Seconds, Shown::Chart),
    metric("mutating", "MUTATING IN FLIGHT", "apiserver_current_inflight_requests_MUTATING", Stat::Sum, Unit::Count, Shown::Chart),
    metric("readonly", "READS IN FLIGHT", "apiserver_current_inflight_requests_READONLY", Stat::Sum, Unit::Count, Shown::Chart),
    metric("attempts", "SCHEDULED", "scheduler_schedule_attempts_SCHEDULED", Stat::Sum, Unit::PerSecond, Shown::Chart),
    metric("storage", "ETCD SIZE", "apiserver_storage_size_bytes", Stat::Sum, Unit::Bytes, Shown::Chart),
    insight("node_cpu", "NODE CPU", "node_cpu_utilization", Unit::Percent),
    insight("node_memory", "NODE MEMORY", "node_memory_utilization", Unit::Percent),
    insight("node_count", "NODES", "cluster_node_count", Unit::Count),
    Metric { bad_when: FAILED, ..insight("nodes_failed", "FAILED NODES", "cluster_failed_node_count", Unit::Count) },
];

/// A metric of Container Insights, which clusters have that run its agent (`CloudWatch` User Guide, "Amazon EKS and Kubernetes Container
/// Insights metrics"). Nothing in EKS tells whether they do, so it is asked for only with the charts.
const fn insight(id: &'static str, title: &'static str, name: &'static str, unit: Unit) -> Metric {
    Metric { namespace: "ContainerInsights", ..metric(id, title, name, Stat::Average, unit, Shown::Chart) }
}

/// A cluster that is connected from elsewhere has no control plane here.
fn published(cluster: &Resource) -> bool {
    use super::clusters::Col;
    use crate::service::row::words;
    matches!(words(cluster, Col::State), "ACTIVE" | "UPDATING") && words(cluster, Col::Connector).is_empty()
}
