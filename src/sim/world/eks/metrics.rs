//! What the control planes publish every minute. Names and units: EKS User Guide, "Monitor cluster data with Amazon `CloudWatch`".

use std::f64::consts::TAU;

use super::{Cluster, Signal};

/// The namespace of EKS's own metrics.
pub(super) const NAMESPACE: &str = "AWS/EKS";

/// Names and units.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("apiserver_request_total", "Count"),
    ("apiserver_request_total_4XX", "Count"),
    ("apiserver_request_total_429", "Count"),
    ("apiserver_request_total_5XX", "Count"),
    ("apiserver_request_duration_seconds_GET_P99", "Seconds"),
    ("apiserver_request_duration_seconds_LIST_P99", "Seconds"),
    ("apiserver_request_duration_seconds_POST_P99", "Seconds"),
    ("apiserver_current_inflight_requests_MUTATING", "Count"),
    ("apiserver_current_inflight_requests_READONLY", "Count"),
    ("apiserver_storage_size_bytes", "Bytes"),
    ("scheduler_schedule_attempts_SCHEDULED", "Count"),
    ("scheduler_schedule_attempts_UNSCHEDULABLE", "Count"),
    ("scheduler_pending_pods", "Count"),
    ("scheduler_pending_pods_UNSCHEDULABLE", "Count"),
];

/// The namespace of Container Insights, and the cluster that runs its agent.
pub(super) const INSIGHTS: &str = "ContainerInsights";
pub(super) const OBSERVED: &str = "orders";

/// Names and units (`CloudWatch` User Guide, "Amazon EKS and Kubernetes Container Insights metrics").
pub(super) const INSIGHT_NAMES: &[(&str, &str)] = &[
    ("node_cpu_utilization", "Percent"),
    ("node_memory_utilization", "Percent"),
    ("cluster_node_count", "Count"),
    ("cluster_failed_node_count", "Count"),
];

impl Cluster {
    /// One of its metrics of Container Insights, by name.
    pub(super) fn insight(&self, name: &str) -> Option<Signal<'_>> {
        let (name, unit) = INSIGHT_NAMES.iter().copied().find(|(known, _)| *known == name)?;
        let since = self.born.as_second();
        let nodes: i64 = self.nodegroups.values().map(|group| group.scaling.desired).sum();
        let sample = move |at: i64| match name {
            "node_cpu_utilization" => (48.0 * self.busy(at) + 9.0 * self.chance.of(name).at(at.cast_unsigned()).unit()).min(100.0),
            "node_memory_utilization" => 55.0 + 12.0 * self.busy(at),
            "cluster_node_count" => nodes as f64,
            _ => 0.0,
        };
        Some(Signal { unit, since, samples: Box::new(move |at| if at < since { Vec::new() } else { vec![sample(at)] }) })
    }

    /// One of its metrics, by name.
    pub(super) fn signal(&self, name: &str) -> Option<Signal<'_>> {
        let (name, unit) = NAMES.iter().copied().find(|(known, _)| *known == name)?;
        let since = self.born.as_second();
        Some(Signal { unit, since, samples: Box::new(move |at| if at < since { Vec::new() } else { vec![self.sample(name, at)] }) })
    }

    /// The sample of the minute that begins at a second.
    fn sample(&self, name: &str, at: i64) -> f64 {
        let noise = self.chance.of(name).at(at.cast_unsigned()).unit();
        let busy = self.busy(at);
        let requests = self.load * busy;
        let pending = self.pending * (0.5 + busy);
        match name {
            "apiserver_request_total" => (requests * (0.9 + 0.2 * noise)).round(),
            "apiserver_request_total_4XX" => (requests * 0.012 * (0.5 + noise)).round(),
            // Throttling and failures come in short bursts.
            "apiserver_request_total_429" => burst(noise, 0.97, requests * 0.002),
            "apiserver_request_total_5XX" => burst(noise, 0.985, requests * 0.001),
            "apiserver_request_duration_seconds_GET_P99" => 0.02 + 0.03 * busy * noise,
            "apiserver_request_duration_seconds_POST_P99" => 0.05 + 0.06 * busy * noise,
            "apiserver_request_duration_seconds_LIST_P99" => 0.18 + 0.4 * busy * noise,
            "apiserver_current_inflight_requests_MUTATING" => (requests / 900.0 * (0.6 + 0.8 * noise)).round(),
            "apiserver_current_inflight_requests_READONLY" => (requests / 400.0 * (0.6 + 0.8 * noise)).round(),
            "apiserver_storage_size_bytes" => (self.load * 21_000.0 + (at / 3_600) as f64 % 720.0 * 40_000.0).round(),
            "scheduler_schedule_attempts_SCHEDULED" => (requests * 0.006 * (0.5 + noise)).round(),
            "scheduler_schedule_attempts_UNSCHEDULABLE" => (pending * 0.4 * noise).round(),
            "scheduler_pending_pods_UNSCHEDULABLE" => (pending * 0.8).floor(),
            _ => (pending + noise * 2.0).floor(),
        }
    }

    /// How busy it is at a second: the time of day, and a slow swell of its own; about 1 at noon.
    fn busy(&self, at: i64) -> f64 {
        let hour = at.rem_euclid(86_400) as f64 / 3_600.0;
        let day = ((hour - 13.0) / 24.0 * TAU).cos();
        let swell = ((at as f64 / 3_100.0 + self.chance.unit()) * TAU).sin();
        0.75 + 0.22 * day + 0.12 * swell
    }
}

/// A count in the few minutes that chance picks; none in all others.
fn burst(noise: f64, from: f64, count: f64) -> f64 {
    if noise < from { 0.0 } else { count.ceil() }
}
