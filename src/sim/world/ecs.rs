//! ECS in one account and region: services that keep their tasks running, roll, fail and lose tasks.
//!
//! Nothing is stored but what calls have changed: which tasks there are at a moment is worked out from the plan of their service, from
//! those changes and from the moment, so that time costs nothing.

pub mod insights;
pub mod plan;
mod rollout;
mod signal;
pub mod task;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::plan::{PLANS, Plan};
use super::{
    chance::Chance,
    fleet::Fleet,
    instance::Instance,
    signal::{Published, Signal},
};

pub use self::rollout::{Deployment, State};

/// What ECS has in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Ecs {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    chance: Chance,
    /// Second at which the world began.
    origin: i64,
    count: usize,
    /// EC2 instances that are container instances.
    pub machines: Vec<String>,
    /// What calls have changed, by service number.
    changes: BTreeMap<usize, Changes>,
    /// Container instances that were drained or activated, by their place.
    pub drained: BTreeMap<usize, bool>,
    /// Tasks that were run by hand: cluster, definition, second.
    pub ran: Vec<(&'static str, String, i64)>,
    /// Sessions that were opened in tasks: task, second.
    pub sessions: Vec<(String, i64)>,
}

/// What calls have changed about a service, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
struct Changes {
    desired: Vec<(i64, usize)>,
    deploys: Vec<(i64, u32)>,
    /// Slot, second and reason of stopped tasks.
    stops: Vec<(usize, i64, String)>,
}

/// Clusters, and whether their tasks run on container instances.
pub static CLUSTERS: &[(&str, bool)] = &[("AWSBatch-reports-fargate-0f3c", false), ("core-ec2", true), ("prod", false), ("staging", false)];

/// How many container instances the cluster on EC2 has, at most.
const MACHINES: usize = 3;
/// Instances among which they are looked for: every role is there once.
const BLOCK: usize = 48;

/// A service.
#[derive(Debug, Clone, Copy)]
pub struct Service<'a> {
    ecs: &'a Ecs,
    /// Its number, which is its place in lists.
    pub number: usize,
    /// What it is for.
    pub plan: &'static Plan,
}

impl Ecs {
    pub(super) fn new(chance: Chance, fleet: &Fleet, count: usize, origin: Timestamp) -> Self {
        Self {
            account: fleet.account.clone(),
            region: fleet.region.clone(),
            chance: chance.of("ecs"),
            origin: origin.as_second(),
            count,
            machines: machines(fleet),
            changes: BTreeMap::new(),
            drained: BTreeMap::new(),
            ran: Vec::new(),
            sessions: Vec::new(),
        }
    }

    /// The services of a cluster.
    pub fn services(&self, cluster: &str) -> impl Iterator<Item = Service<'_>> {
        (0..self.count).map(|number| self.at(number)).filter(move |service| service.plan.cluster == cluster)
    }

    fn at(&self, number: usize) -> Service<'_> {
        // What is more than planned is more of the web, in one cluster.
        let plan = PLANS.get(number).unwrap_or(&plan::MORE);
        Service { ecs: self, number, plan }
    }

    /// The service of a cluster with this name.
    pub fn service(&self, cluster: &str, name: &str) -> Option<Service<'_>> {
        let planned = PLANS.iter().position(|plan| plan.name == name);
        let more = || name.strip_prefix("shop-")?.parse::<usize>().ok().filter(|number| *number >= PLANS.len());
        let number = planned.or_else(more).filter(|number| *number < self.count)?;
        Some(self.at(number)).filter(|service| service.plan.cluster == cluster)
    }

    /// An ARN of this account and region: `service/prod/web`.
    pub fn arn(&self, rest: &str) -> String {
        format!("arn:aws:ecs:{}:{}:{rest}", self.region, self.account)
    }

    /// Sets how many tasks a service is to run.
    pub fn scale(&mut self, number: usize, to: usize, now: i64) {
        self.changes.entry(number).or_default().desired.push((now, to));
    }

    /// Begins a deployment of a service.
    pub fn deploy(&mut self, number: usize, revision: u32, now: i64) {
        self.changes.entry(number).or_default().deploys.push((now, revision));
    }

    /// Stops a task of a service.
    pub fn stop(&mut self, number: usize, slot: usize, reason: &str, now: i64) {
        self.changes.entry(number).or_default().stops.push((slot, now, reason.to_owned()));
    }

    /// A metric of a service or a cluster.
    pub(super) fn signal(&self, namespace: &str, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'_>> {
        match namespace {
            signal::NAMESPACE => signal::signal(self, name, dimensions),
            insights::NAMESPACE => insights::signal(self, name, dimensions),
            _ => None,
        }
    }

    /// Every metric there is.
    pub(super) fn published(&self) -> Vec<Published> {
        signal::published(self).into_iter().chain(insights::published(self)).collect()
    }
}

/// The instances that were launched for ECS; of a fleet too small to have any, the first.
fn machines(fleet: &Fleet) -> Vec<String> {
    let ids =
        |wanted: fn(&Instance) -> bool| fleet.from(0).take(BLOCK).filter(|one| wanted(one)).take(MACHINES).map(Instance::id).collect();
    let own: Vec<String> = ids(|one| one.role.name == "ecs");
    if own.is_empty() { ids(|_| true) } else { own }
}

impl Service<'_> {
    /// Its name.
    pub fn name(&self) -> String {
        if self.number < PLANS.len() { self.plan.name.to_owned() } else { format!("shop-{}", self.number) }
    }

    /// Its own branch of chance.
    pub fn chance(&self) -> Chance {
        self.ecs.chance.of("service").at(self.number as u64)
    }

    /// When it was made, in seconds since the epoch.
    pub fn created(&self) -> i64 {
        self.ecs.origin - 86_400 * (5 + self.chance().of("age").below(300) as i64)
    }

    /// How many tasks it is to run at a second.
    pub fn desired_at(&self, second: i64) -> usize {
        let latest = self.changes().and_then(|all| all.desired.iter().rev().find(|(at, _)| *at <= second).map(|(_, count)| *count));
        latest.unwrap_or(self.plan.desired)
    }

    /// The most tasks it was ever to run up to a second.
    fn slots(&self, second: i64) -> usize {
        let asked = self.changes().into_iter().flat_map(|all| &all.desired).filter(|(at, _)| *at <= second).map(|(_, count)| *count);
        asked.max().unwrap_or(0).max(self.plan.desired)
    }

    fn changes(&self) -> Option<&Changes> {
        self.ecs.changes.get(&self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    pub(super) fn ecs(count: usize) -> Ecs {
        let chance = Chance::new(7);
        Ecs::new(chance, &Fleet::new(chance, "123456789012", "eu-west-1", 48, at(0)), count, at(0))
    }

    #[test]
    fn every_service_is_found_by_its_name() {
        let ecs = ecs(40);
        let all: Vec<_> = CLUSTERS.iter().flat_map(|(cluster, _)| ecs.services(cluster).map(move |one| (*cluster, one))).collect();
        assert_eq!(all.len(), 40);
        for (cluster, service) in all {
            assert_eq!(ecs.service(cluster, &service.name()).map(|found| found.number), Some(service.number));
        }
        assert!(ecs.service("prod", "shop-40").is_none() && ecs.service("staging", "web").is_none());
    }

    #[test]
    fn scaling_starts_and_stops_tasks_over_some_seconds() {
        let mut ecs = ecs(14);
        let now = 1_790_000_000;
        let running = |ecs: &Ecs, second: i64| {
            let service = ecs.service("prod", "web").expect("there");
            service.tasks(second).iter().filter(|task| task.status(second) == "RUNNING").count()
        };
        let (number, before) = ecs.service("prod", "web").map(|one| (one.number, one.plan.desired)).expect("there");
        assert_eq!(running(&ecs, now), before);
        ecs.scale(number, before + 2, now);
        assert_eq!((running(&ecs, now + 3), running(&ecs, now + 60)), (before, before + 2));
        ecs.scale(number, 1, now + 100);
        assert_eq!(running(&ecs, now + 200), 1);
    }
}
