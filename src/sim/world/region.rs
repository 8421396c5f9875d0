//! An account and region: what every service has there, and the time that passes for all of them together.

use jiff::Timestamp;

use super::{
    Sizes,
    chance::Chance,
    fleet::Fleet,
    signal::{Published, Signal},
};

/// What every service has in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// EC2's instances.
    pub fleet: Fleet,
}

impl Region {
    pub(super) fn new(chance: Chance, account: &str, region: &str, sizes: Sizes, origin: Timestamp) -> Self {
        Self { fleet: Fleet::new(chance, account, region, sizes.instances, origin) }
    }

    /// Lets time pass until `now`.
    pub(super) fn advance(&mut self, now: Timestamp) {
        self.fleet.advance(now);
    }

    /// A metric that a service other than EC2 publishes here: exactly this namespace, name and set of dimensions.
    #[expect(clippy::unused_self, reason = "each service that publishes adds its line")]
    pub fn signal(&self, _namespace: &str, _name: &str, _dimensions: &[(String, String)]) -> Option<Signal<'_>> {
        None
    }

    /// Every metric that services other than EC2 publish here, in an order that stays.
    #[expect(clippy::unused_self, reason = "each service that publishes adds its line")]
    pub fn published(&self) -> Vec<Published> {
        Vec::new()
    }
}
