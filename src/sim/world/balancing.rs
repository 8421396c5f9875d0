//! Load balancers in front of what runs in one account and region: their target groups, and how each target is.
//!
//! Nothing is stored: who is a target follows from the instances, groups and tasks there are, and so does its health.

use jiff::Timestamp;

use super::{
    instance::{Incident, Instance, Phase},
    place,
    region::Region,
};

/// Seconds from the start of an instance until it passes its health checks.
const CHECKED: i64 = 30;
/// How the names of Auto Scaling groups begin that have a target group each.
const GROUPED: &str = "web-asg";
/// Roles whose instances somebody has registered by hand: target group, role, port.
const BY_HAND: &[(&str, &str, u16)] = &[("api-http", "api", 8080), ("bastion-ssh", "bastion", 22)];
/// Services of ECS behind a load balancer: target group, cluster, service.
const SERVICES: &[(&str, &str, &str)] =
    &[("ecs-profile", "prod", "profile"), ("ecs-web", "prod", "web"), ("ecs-web-staging", "staging", "web-staging")];
/// The port of the containers behind a load balancer.
pub const CONTAINER_PORT: u16 = 8080;

/// Where requests of a load balancer go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetGroup {
    /// Its name, unique in account and region.
    pub name: String,
    /// The port that targets listen on.
    pub port: u16,
    /// Who its targets are.
    pub of: Of,
    /// The VPC it is in.
    pub vpc: String,
}

/// Who the targets of a group are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The members of an Auto Scaling group, which registers them.
    Group(String),
    /// The instances of a role.
    Role(&'static str),
    /// The tasks of a service: cluster and name.
    Service(&'static str, &'static str),
}

/// A target, and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Of an instance its id, of a task its address.
    pub id: String,
    /// How it is.
    pub health: Health,
}

/// How a target is (ELB API Reference, `TargetHealth`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Requests are sent to it.
    Healthy,
    /// It was not checked often enough yet.
    Initial,
    /// It does not answer.
    TimedOut,
    /// It answers with an error.
    Failing,
    /// It is stopped.
    Stopped,
    /// It is being taken out.
    Draining,
}

impl Health {
    /// The state, the reason and the description that ELB gives.
    pub fn words(self) -> (&'static str, Option<(&'static str, &'static str)>) {
        match self {
            Self::Healthy => ("healthy", None),
            Self::Initial => ("initial", Some(("Elb.InitialHealthChecking", "Initial health checks in progress"))),
            Self::TimedOut => ("unhealthy", Some(("Target.Timeout", "Request timed out"))),
            Self::Failing => ("unhealthy", Some(("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]"))),
            Self::Stopped => ("unused", Some(("Target.InvalidState", "Target is in the stopped state"))),
            Self::Draining => ("draining", Some(("Target.DeregistrationInProgress", "Target deregistration is in progress"))),
        }
    }

    fn of(instance: &Instance, now: Timestamp) -> Self {
        let new = instance.up.is_none_or(|since| now.as_second() - since < CHECKED);
        match instance.phase {
            Phase::Stopping | Phase::Stopped => Self::Stopped,
            Phase::ShuttingDown | Phase::Terminated => Self::Draining,
            Phase::Running if matches!(instance.incident(), Some(Incident::InstanceImpaired | Incident::SystemImpaired)) => Self::TimedOut,
            Phase::Running if !new => Self::Healthy,
            Phase::Pending | Phase::Running => Self::Initial,
        }
    }
}

/// The target group that an Auto Scaling group registers its members with.
pub fn of_group(name: &str) -> Option<String> {
    name.starts_with(GROUPED).then(|| name.replacen("-asg", "-http", 1))
}

/// The target group that a service of ECS registers its tasks with.
pub fn of_service(cluster: &str, name: &str) -> Option<&'static str> {
    SERVICES.iter().find(|(_, home, service)| (*home, *service) == (cluster, name)).map(|(group, ..)| *group)
}

impl Region {
    /// Every target group, by name.
    pub fn target_groups(&self) -> Vec<TargetGroup> {
        let fleet = &self.fleet;
        let prod = place::vpc(fleet.chance, "prod");
        let group = |name: &str, port, of, vpc: &str| TargetGroup { name: name.to_owned(), port, of, vpc: vpc.to_owned() };
        let mut all: Vec<TargetGroup> =
            self.scaling.names(fleet).into_iter().filter_map(|name| Some(group(&of_group(&name)?, 8080, Of::Group(name), &prod))).collect();
        let there = |role: &str| fleet.from(0).any(|one| one.role.name == role);
        all.extend(BY_HAND.iter().filter(|(_, role, _)| there(role)).map(|(name, role, port)| group(name, *port, Of::Role(role), &prod)));
        let known = SERVICES.iter().filter(|(_, cluster, service)| self.ecs.service(cluster, service).is_some());
        all.extend(known.map(|(name, cluster, service)| {
            group(name, CONTAINER_PORT, Of::Service(cluster, service), &place::vpc(fleet.chance, cluster))
        }));
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The targets of a group, and how they are.
    pub fn targets(&self, group: &TargetGroup, now: Timestamp) -> Vec<Target> {
        let target = |one: &Instance| Target { id: one.id(), health: Health::of(one, now) };
        let there = |one: &&Instance| one.phase != Phase::Terminated;
        match &group.of {
            // Auto Scaling takes out what it puts into standby (Auto Scaling User Guide, "Temporarily remove instances").
            Of::Group(name) => {
                let serving = |one: &&Instance| !self.scaling.standby.contains(&one.id());
                self.fleet.group(name).filter(there).filter(serving).map(target).collect()
            }
            Of::Role(role) => self.fleet.from(0).filter(there).filter(|one| one.role.name == *role).map(target).collect(),
            Of::Service(cluster, name) => self.tasks(cluster, name, now.as_second()),
        }
    }

    fn tasks(&self, cluster: &str, name: &str, second: i64) -> Vec<Target> {
        let tasks = self.ecs.service(cluster, name).map(|service| service.tasks(second)).unwrap_or_default();
        let listed = tasks.iter().filter_map(|task| {
            let health = match (task.status(second), task.health(second)) {
                ("RUNNING", "UNHEALTHY") => Health::Failing,
                ("RUNNING", _) => Health::Healthy,
                ("DEACTIVATING", _) => Health::Draining,
                ("PENDING", _) => Health::Initial,
                _ => return None,
            };
            Some(Target { id: task.address()?, health })
        });
        listed.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::world::{Sizes, World, life};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    fn healths(region: &Region, name: &str, second: i64) -> Vec<Health> {
        let group = region.target_groups().into_iter().find(|group| group.name == name).expect("there");
        region.targets(&group, at(second)).into_iter().map(|target| target.health).collect()
    }

    #[test]
    fn health_follows_the_state_of_an_instance() {
        let mut world = World::new(7, Sizes::DEMO, at(0));
        let region = world.region("123456789012", "eu-west-1", at(0));
        assert_eq!(healths(region, "bastion-ssh", 0), [Health::Healthy]);
        let id = region.fleet.from(0).find(|one| one.role.name == "bastion").expect("one").id();
        region.fleet.change(&id, |one| life::stop(one, at(1)));
        let region = world.region("123456789012", "eu-west-1", at(60));
        assert_eq!(healths(region, "bastion-ssh", 60), [Health::Stopped]);
        region.fleet.change(&id, |one| life::start(one, at(60)));
        let region = world.region("123456789012", "eu-west-1", at(90));
        assert_eq!(healths(region, "bastion-ssh", 90), [Health::Initial]);
        let region = world.region("123456789012", "eu-west-1", at(200));
        assert_eq!(healths(region, "bastion-ssh", 200), [Health::Healthy]);
    }

    #[test]
    fn a_group_without_what_is_in_standby_and_with_what_is_ill() {
        let mut world = World::new(7, Sizes::DEMO, at(0));
        let region = world.region("123456789012", "eu-west-1", at(0));
        let before = healths(region, "web-http", 0);
        assert!(before.contains(&Health::TimedOut) && before.contains(&Health::Healthy), "{before:?}");
        let id = region.fleet.group("web-asg").next().expect("a member").id();
        region.scaling.standby.insert(id);
        assert_eq!(healths(region, "web-http", 0).len() + 1, before.len());
        assert_eq!(healths(region, "ecs-web-staging", 0), [Health::Healthy]);
        assert!(healths(region, "ecs-web", 0).len() >= 8);
    }
}
