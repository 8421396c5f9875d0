//! What `CloudWatch` knows of services, and of clusters on EC2.

use std::f64::consts::TAU;

use super::{
    CLUSTERS, Ecs, Service,
    plan::{Launch, MACHINE, Trouble},
};
use crate::sim::world::signal::{Published, Signal};

/// The namespace of ECS's metrics.
pub(super) const NAMESPACE: &str = "AWS/ECS";
/// Metrics of a service (ECS Developer Guide, "`CloudWatch` metrics").
const SERVICE: &[&str] = &["CPUUtilization", "MemoryUtilization"];
/// Metrics of a cluster on EC2.
const CLUSTER: &[&str] = &["CPUReservation", "MemoryReservation", "CPUUtilization", "MemoryUtilization"];
/// Hour of the day, UTC, at which load is highest.
const PEAK: f64 = 14.0;
/// Seconds of history.
pub(super) const HISTORY: i64 = 15 * 86_400;

pub(super) fn signal<'a>(ecs: &'a Ecs, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'a>> {
    let value = |wanted: &str| dimensions.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
    let cluster = value("ClusterName")?;
    match (value("ServiceName"), dimensions.len()) {
        (Some(service), 2) => {
            let name = *SERVICE.iter().find(|known| **known == name)?;
            let service = ecs.service(cluster, service)?;
            Some(percent(service.created(), move |at| of_service(service, name, at)))
        }
        (None, 1) => {
            let name = *CLUSTER.iter().find(|known| **known == name)?;
            let (cluster, _) = CLUSTERS.iter().find(|(known, on_ec2)| *known == cluster && *on_ec2)?;
            Some(percent(ecs.origin - HISTORY, move |at| of_cluster(ecs, cluster, name, at)))
        }
        _ => None,
    }
}

fn percent<'a>(since: i64, samples: impl Fn(i64) -> Vec<f64> + 'a) -> Signal<'a> {
    Signal { unit: "Percent", since, samples: Box::new(samples) }
}

/// A service without tasks publishes nothing.
fn of_service(service: Service<'_>, name: &str, at: i64) -> Vec<f64> {
    if service.desired_at(at) == 0 { Vec::new() } else { vec![load(service, name, at)] }
}

pub(super) fn load(service: Service<'_>, name: &str, at: i64) -> f64 {
    let hour = at.rem_euclid(86_400) as f64 / 3_600.0;
    let day = 0.65 + 0.35 * ((hour - PEAK) / 24.0 * TAU).cos();
    let noise = service.chance().of(name).at(at.cast_unsigned()).unit();
    match (name, service.plan.trouble) {
        // A leak fills up and starts again.
        ("MemoryUtilization", Trouble::Memory) => 45.0 + 52.0 * (at.rem_euclid(280) as f64 / 280.0),
        ("MemoryUtilization", _) => 38.0 + 12.0 * day + 4.0 * noise,
        _ => (service.plan.load * day * (0.85 + 0.3 * noise)).clamp(0.3, 100.0),
    }
}

fn of_cluster(ecs: &Ecs, cluster: &str, name: &str, at: i64) -> Vec<f64> {
    let machines = ecs.machines.len() as f64;
    if machines < 1.0 {
        return Vec::new();
    }
    let on_machines = ecs.services(cluster).filter(|service| service.plan.launch == Launch::Ec2);
    let share = on_machines.map(|service| {
        let tasks = service.desired_at(at) as f64;
        let (cpu, memory) = service.plan.size;
        let reserved =
            if name.starts_with("CPU") { f64::from(cpu) / f64::from(MACHINE.0) } else { f64::from(memory) / f64::from(MACHINE.1) };
        let used = if name.ends_with("Reservation") { 1.0 } else { load(service, name, at) / 100.0 };
        tasks * reserved * used
    });
    vec![(share.sum::<f64>() / machines * 100.0).min(100.0)]
}

pub(super) fn published(ecs: &Ecs) -> Vec<Published> {
    let one = |name: &'static str, dimensions| Published { namespace: NAMESPACE, name, dimensions };
    let services = CLUSTERS.iter().flat_map(|(cluster, _)| ecs.services(cluster)).flat_map(|service| {
        let dimensions = move || vec![("ClusterName", service.plan.cluster.to_owned()), ("ServiceName", service.name())];
        SERVICE.iter().map(move |name| one(name, dimensions()))
    });
    let clusters = CLUSTERS.iter().filter(|(_, on_ec2)| *on_ec2);
    let clusters =
        clusters.flat_map(|(cluster, _)| CLUSTER.iter().map(move |name| one(name, vec![("ClusterName", (*cluster).to_owned())])));
    clusters.chain(services).collect()
}
