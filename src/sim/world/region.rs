//! An account and region: what every service has there, and the time that passes for all of them together.

use jiff::Timestamp;

use super::{
    Sizes,
    batch::Batch,
    chance::Chance,
    ecs::Ecs,
    eks::Eks,
    fleet::Fleet,
    instance::Instance,
    lambda::Lambda,
    role::Role,
    scaling::Scaling,
    signal::{Published, Signal},
};

/// What every service has in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// Batch's queues and jobs.
    pub batch: Batch,
    /// EC2's instances.
    pub fleet: Fleet,
    /// ECS's clusters and services.
    pub ecs: Ecs,
    /// EKS's clusters.
    pub eks: Eks,
    /// Lambda's functions.
    pub lambda: Lambda,
    /// Auto Scaling's groups.
    pub scaling: Scaling,
}

/// What one service does to the instances of EC2.
enum Event {
    /// A node group replaces the oldest of its nodes that is older than this.
    Renew(&'static Role, Timestamp),
    /// An Auto Scaling group finds that a member does not run.
    Lost(String),
}

impl Region {
    pub(super) fn new(chance: Chance, account: &str, region: &str, sizes: Sizes, origin: Timestamp) -> Self {
        let fleet = Fleet::new(chance, account, region, sizes.instances, origin);
        let lambda = Lambda::new(chance, account, region, sizes.functions, origin);
        let batch = Batch::new(chance, account, region, sizes.jobs, origin);
        let ecs = Ecs::new(chance, &fleet, sizes.services, origin);
        Self { batch, eks: Eks::new(chance, &fleet, origin), ecs, fleet, lambda, scaling: Scaling::new(chance, origin) }
    }

    /// Lets time pass until `now`.
    pub(super) fn advance(&mut self, now: Timestamp) {
        let turns = self.eks.due(now).into_iter().map(|turn| (turn.due, Event::Renew(turn.role, turn.begun)));
        let lost = self.scaling.found(now).into_iter().map(|(due, id)| (due, Event::Lost(id)));
        let mut events: Vec<(Timestamp, Event)> = turns.chain(lost).collect();
        events.sort_by_key(|(due, _)| *due);
        for (due, event) in events {
            self.fleet.advance(due);
            self.carry_out(event, due);
        }
        self.fleet.advance(now);
    }

    fn carry_out(&mut self, event: Event, now: Timestamp) {
        match event {
            Event::Renew(role, before) => self.fleet.renew(role, before, now),
            Event::Lost(id) => {
                let group = self.fleet.instance(&id).and_then(Instance::group);
                if group.is_some_and(|group| self.scaling.replaces(&group, &id)) {
                    self.fleet.succeed(&id, now);
                }
            }
        }
    }

    /// A metric that somebody other than EC2 publishes here: exactly this namespace, name and set of dimensions.
    pub fn signal(&self, namespace: &str, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'_>> {
        let own = self.fleet.signal(namespace, name, dimensions).or_else(|| self.eks.signal(namespace, name, dimensions));
        own.or_else(|| self.lambda.signal(namespace, name, dimensions)).or_else(|| self.ecs.signal(namespace, name, dimensions))
    }

    /// Every metric that others than EC2 publish here, in an order that stays.
    pub fn published(&self) -> Vec<Published> {
        let services = self.eks.published().chain(self.lambda.published()).chain(self.ecs.published());
        services.chain(self.fleet.published()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::world::{instance::Phase, life};

    const GROUP: &str = "web-asg";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    /// A region in which a member of the group has been stopped, and its id.
    fn stopped() -> (Region, String) {
        let mut region = Region::new(Chance::new(7), "123456789012", "eu-west-1", Sizes::DEMO, at(0));
        let id = Scaling::members(&region.fleet, GROUP).next().expect("a member").id();
        region.scaling.lose(&region.fleet, std::slice::from_ref(&id), at(0));
        region.fleet.change(&id, |instance| life::stop(instance, at(0)));
        (region, id)
    }

    fn running(region: &Region) -> Vec<String> {
        let all = Scaling::members(&region.fleet, GROUP).filter(|one| one.phase == Phase::Running);
        all.map(Instance::id).collect()
    }

    #[test]
    fn a_group_replaces_a_member_that_was_stopped() {
        let (mut region, id) = stopped();
        region.advance(at(60));
        assert!(region.fleet.instance(&id).is_some_and(|one| one.phase == Phase::Stopped));
        let few = running(&region).len();
        region.advance(at(300));
        assert_eq!((running(&region).len(), region.scaling.desired(&region.fleet, GROUP)), (few + 1, few + 1));
        assert!(!running(&region).contains(&id));
    }

    #[test]
    fn a_member_in_standby_is_left_alone() {
        let (mut region, id) = stopped();
        region.scaling.standby.insert(id.clone());
        let few = running(&region).len();
        region.advance(at(300));
        assert_eq!(running(&region).len(), few);
        assert!(region.fleet.instance(&id).is_some_and(|one| one.phase == Phase::Stopped));
    }
}
