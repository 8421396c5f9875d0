//! The world behind the simulated AWS: accounts, regions and what runs in them.
//!
//! Invariant: pure. Two worlds with the same seed that are asked the same things at the same moments give the same answers.

pub mod chance;
pub mod instance;
pub(super) mod life;
pub mod metrics;
pub mod nursery;

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use self::{chance::Chance, instance::Instance};

/// The account of callers whose access key is none of the demonstration's.
pub const ACCOUNT: &str = "123456789012";
/// Access keys of the demonstration, and whose they are.
const ACCOUNTS: &[(&str, &str)] = &[("AKIADEMO000000000000", "111122223333"), ("AKIADEMO000000000001", "444455556666")];

/// The account an access key belongs to.
pub fn account(access_key: &str) -> &'static str {
    ACCOUNTS.iter().find(|(key, _)| *key == access_key).map_or(ACCOUNT, |(_, account)| account)
}

/// Everything there is.
#[derive(Debug)]
pub struct World {
    seed: u64,
    instances: usize,
    fleets: BTreeMap<(String, String), Fleet>,
}

impl World {
    /// An empty world that will put this many instances into each account and region.
    pub fn new(seed: u64, instances: usize) -> Self {
        Self { seed, instances, fleets: BTreeMap::new() }
    }

    /// What runs in an account and region at this moment.
    pub fn fleet(&mut self, account: &str, region: &str, now: Timestamp) -> &mut Fleet {
        let (seed, instances) = (self.seed, self.instances);
        let fleet = self.fleets.entry((account.to_owned(), region.to_owned())).or_insert_with(|| {
            let chance = Chance::new(seed).of(account).of(region);
            Fleet::new(chance, account, region, instances, now)
        });
        fleet.advance(now);
        fleet
    }
}

/// What runs in one account and region.
#[derive(Debug)]
pub struct Fleet {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    pub(super) chance: Chance,
    instances: Vec<Instance>,
    index: HashMap<String, usize>,
    /// Positions of instances that time will change, so that time costs nothing for the others.
    restless: Vec<usize>,
    births: u64,
}

impl Fleet {
    fn new(chance: Chance, account: &str, region: &str, instances: usize, now: Timestamp) -> Self {
        let mut fleet = Self {
            account: account.to_owned(),
            region: region.to_owned(),
            chance,
            instances: Vec::with_capacity(instances),
            index: HashMap::with_capacity(instances),
            restless: Vec::new(),
            births: 0,
        };
        for instance in nursery::fleet(&fleet, instances, now) {
            fleet.add(instance);
        }
        fleet
    }

    /// Every instance, in the order they are listed.
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// The instance with this id.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.index.get(id).map(|at| &self.instances[*at])
    }

    /// Position of an instance in the list.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    fn add(&mut self, instance: Instance) {
        let at = self.instances.len();
        if instance.restless() {
            self.restless.push(at);
        }
        self.index.insert(instance.id.clone(), at);
        self.instances.push(instance);
        self.births += 1;
    }

    /// Changes an instance and remembers to look after it.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Instance)) {
        let Some(at) = self.position(id) else { return };
        change(&mut self.instances[at]);
        if !self.restless.contains(&at) {
            self.restless.push(at);
        }
    }
}
