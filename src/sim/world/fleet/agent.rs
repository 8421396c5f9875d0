//! What the `CloudWatch` agent on some machines publishes: how full their disks are (`CloudWatch` User Guide, "Metrics collected by the `CloudWatch`
//! agent").

use super::{
    super::{
        instance::{Incident, Instance, Ordeal},
        signal::{Published, Signal},
    },
    Fleet,
};

/// The agent's namespace.
pub const NAMESPACE: &str = "CWAgent";
/// Its metric.
pub const DISK: &str = "disk_used_percent";
/// The machines it was installed on.
const ROLE: &str = "worker";
/// Percent of a disk that a process which runs away fills in a minute, and where it is stopped by what is reserved.
const FILLED: f64 = 0.6;
const FULL: f64 = 97.4;

/// The dimensions of the metric of a machine.
pub fn dimensions(instance: &Instance) -> Vec<(&'static str, String)> {
    vec![("InstanceId", instance.id()), ("fstype", "xfs".to_owned()), ("path", "/".to_owned())]
}

impl Fleet {
    /// The metric with exactly these dimensions, in any order.
    pub(in crate::sim::world) fn signal(&self, namespace: &str, name: &str, asked: &[(String, String)]) -> Option<Signal<'_>> {
        let (_, id) = asked.iter().find(|(name, _)| (namespace, name.as_str()) == (NAMESPACE, "InstanceId"))?;
        let instance = self.instance(id).filter(|instance| name == DISK && instance.role.name == ROLE)?;
        let own = dimensions(instance);
        let same = own.len() == asked.len() && own.iter().all(|(name, value)| asked.iter().any(|(one, its)| one == name && its == value));
        let samples = move |at| if instance.ran_at(at) { vec![used(instance, at)] } else { Vec::new() };
        same.then(|| Signal { unit: "Percent", since: instance.first_second().unwrap_or(i64::MAX), samples: Box::new(samples) })
    }

    /// Every metric of the agent.
    pub(in crate::sim::world) fn published(&self) -> impl Iterator<Item = Published> {
        let installed = self.from(0).filter(|instance| instance.role.name == ROLE && instance.first_second().is_some());
        installed.map(|instance| Published { namespace: NAMESPACE, name: DISK, dimensions: dimensions(instance) })
    }
}

/// Percent of the disk in use at a second.
fn used(instance: &Instance, at: i64) -> f64 {
    let usual = 32.0 + 28.0 * instance.chance.of("disk").at(0).unit();
    let runaway = instance.ordeal.filter(|ordeal| ordeal.incident == Incident::Runaway && ordeal.from.as_second() <= at);
    let until = |ordeal: &Ordeal| ordeal.to.map_or(at, |to| at.min(to.as_second()));
    let filled = runaway.map_or(0.0, |ordeal| (until(&ordeal) - ordeal.from.as_second()) as f64 / 60.0 * FILLED);
    (usual + filled).min(FULL)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::sim::{Sizes, World};

    #[test]
    fn a_process_that_runs_away_fills_the_disk_and_others_do_not() {
        let now = Timestamp::from_second(1_790_000_000).expect("a time");
        let mut world = World::new(7, Sizes::DEMO, now);
        let fleet = &world.region("111122223333", "eu-west-1", now).fleet;
        let last = |published: Published| {
            let asked: Vec<_> = published.dimensions.into_iter().rev().map(|(name, value)| (name.to_owned(), value)).collect();
            let signal = fleet.signal(NAMESPACE, DISK, &asked).expect("published");
            assert!(fleet.signal(NAMESPACE, DISK, &asked[1..]).is_none(), "only with all dimensions");
            (signal.samples)(now.as_second()).first().copied()
        };
        let disks: Vec<f64> = fleet.published().filter_map(last).collect();
        let full = disks.iter().filter(|used| **used > 90.0).count();
        assert!(full == 1 && disks.len() > 3 && disks.iter().all(|used| (30.0..98.0).contains(used)), "{disks:?}");
    }
}
