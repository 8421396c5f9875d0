//! Container Insights of the clusters that have it: what tasks use, in their own units (`CloudWatch` User Guide, "Container Insights
//! metrics for Amazon ECS").

use super::{Ecs, Service, signal};
use crate::sim::world::signal::{Published, Signal};

/// The namespace.
pub(super) const NAMESPACE: &str = "ECS/ContainerInsights";
/// The clusters that have it.
pub const OBSERVED: &[&str] = &["prod"];
/// Metrics of a service and of a cluster, with their units.
const NAMES: &[(&str, &str)] = &[
    ("CpuUtilized", "None"),
    ("MemoryUtilized", "Megabytes"),
    ("NetworkRxBytes", "Bytes/Second"),
    ("NetworkTxBytes", "Bytes/Second"),
    ("RunningTaskCount", "Count"),
];
/// Bytes a second that a task receives for each percent of its processor; it sends three times as many.
const BYTES: f64 = 2_400.0;

pub(super) fn signal<'a>(ecs: &'a Ecs, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'a>> {
    let value = |wanted: &str| dimensions.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
    let cluster = OBSERVED.iter().find(|known| Some(**known) == value("ClusterName"))?;
    let (name, unit) = *NAMES.iter().find(|(known, _)| *known == name)?;
    match (value("ServiceName"), dimensions.len()) {
        (Some(service), 2) => {
            let service = ecs.service(cluster, service)?;
            Some(Signal { unit, since: service.created(), samples: Box::new(move |at| vec![used(service, name, at)]) })
        }
        (None, 1) => {
            let all = move |at| ecs.services(cluster).map(|service| used(service, name, at)).sum();
            Some(Signal { unit, since: ecs.origin - signal::HISTORY, samples: Box::new(move |at| vec![all(at)]) })
        }
        _ => None,
    }
}

/// What all tasks of a service use together.
fn used(service: Service<'_>, name: &str, at: i64) -> f64 {
    let tasks = service.desired_at(at) as f64;
    let (cpu, memory) = service.plan.size;
    let percent = |metric: &str| signal::load(service, metric, at);
    tasks
        * match name {
            "CpuUtilized" => f64::from(cpu) * percent("CPUUtilization") / 100.0,
            "MemoryUtilized" => f64::from(memory) * percent("MemoryUtilization") / 100.0,
            "NetworkRxBytes" => BYTES * percent("CPUUtilization"),
            "NetworkTxBytes" => 3.0 * BYTES * percent("CPUUtilization"),
            _ => 1.0,
        }
}

pub(super) fn published(ecs: &Ecs) -> impl Iterator<Item = Published> {
    let one = |dimensions: Vec<(&'static str, String)>| {
        NAMES.iter().map(move |(name, _)| Published { namespace: NAMESPACE, name, dimensions: dimensions.clone() })
    };
    OBSERVED.iter().flat_map(move |cluster| {
        let services = ecs.services(cluster);
        let places = services.map(move |service| vec![("ClusterName", (*cluster).to_owned()), ("ServiceName", service.name())]);
        std::iter::once(vec![("ClusterName", (*cluster).to_owned())]).chain(places).flat_map(one)
    })
}
