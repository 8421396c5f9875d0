//! An account and region: what every service has there, and the time that passes for all of them together.

use jiff::Timestamp;

use super::{
    Sizes,
    batch::Batch,
    chance::Chance,
    ecs::Ecs,
    eks::Eks,
    fleet::Fleet,
    lambda::Lambda,
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
        for turn in self.eks.due(now) {
            self.fleet.advance(turn.due);
            self.fleet.renew(turn.role, turn.begun, turn.due);
        }
        self.fleet.advance(now);
    }

    /// A metric that a service other than EC2 publishes here: exactly this namespace, name and set of dimensions.
    pub fn signal(&self, namespace: &str, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'_>> {
        let eks = self.eks.signal(namespace, name, dimensions);
        eks.or_else(|| self.lambda.signal(namespace, name, dimensions)).or_else(|| self.ecs.signal(namespace, name, dimensions))
    }

    /// Every metric that services other than EC2 publish here, in an order that stays.
    pub fn published(&self) -> Vec<Published> {
        self.eks.published().chain(self.lambda.published()).chain(self.ecs.published()).collect()
    }
}
