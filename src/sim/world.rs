//! The world behind the simulated AWS: accounts, regions and what runs in them.
//!
//! Invariant: pure. Two worlds made with the same seed, size and origin that are asked the same things at the same moments are
//! equal; letting time pass in one step or in many comes to the same.

pub mod balancing;
pub mod batch;
pub mod chance;
pub mod ecs;
pub mod eks;
pub mod fleet;
pub mod instance;
pub mod kind;
pub mod lambda;
pub(super) mod life;
pub mod metrics;
pub mod nursery;
pub mod place;
pub mod region;
pub mod role;
pub mod scaling;
pub mod signal;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::{chance::Chance, fleet::Fleet, region::Region};

/// The account of callers whose access key is none of the demonstration's.
pub const ACCOUNT: &str = "123456789012";

/// Access keys of the demonstration, the accounts they belong to, and the aliases of those.
const ACCOUNTS: &[(&str, &str, &str)] = &[
    ("AKIADEMO000000000000", "111122223333", "demo-prod"),
    ("AKIADEMO000000000001", "444455556666", "demo-staging"),
    ("AKIADEMO000000000002", "777788889999", "demo-sandbox"),
];

/// How every secret of the simulated world begins: values of environments, keys and tokens of sessions. Nobody may ever write it down.
pub const SECRET: &str = "swordfish";

/// How the key of an assumed role begins; the account follows.
const SESSION: &str = "ASIA";

/// The account an access key belongs to. The key of an assumed role tells the account of the role.
pub fn account(access_key: &str) -> &str {
    let known = ACCOUNTS.iter().find(|(key, ..)| *key == access_key).map(|(_, account, _)| *account);
    known.or_else(|| session_account(access_key)).unwrap_or(ACCOUNT)
}

fn session_account(access_key: &str) -> Option<&str> {
    access_key.strip_prefix(SESSION)?.get(..12).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The alias of an account of the demonstration.
pub fn alias(account: &str) -> Option<&'static str> {
    ACCOUNTS.iter().find(|(_, known, _)| *known == account).map(|(.., alias)| *alias)
}

/// How many of each there are in an account and region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// EC2 instances.
    pub instances: usize,
    /// ECS services.
    pub services: usize,
    /// Lambda functions.
    pub functions: usize,
    /// Batch jobs.
    pub jobs: usize,
}

impl Sizes {
    /// What the demonstration has: enough to scroll, little enough to know.
    pub const DEMO: Self = Self { instances: 48, services: 14, functions: 24, jobs: 60 };
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    seed: u64,
    sizes: Sizes,
    origin: Timestamp,
    regions: BTreeMap<(String, String), Region>,
    /// ARNs of assumed roles, by access key.
    sessions: BTreeMap<String, String>,
}

impl World {
    /// An empty world that puts so many of each into every account and region, as they stand at `origin`.
    pub fn new(seed: u64, sizes: Sizes, origin: Timestamp) -> Self {
        Self { seed, sizes, origin, regions: BTreeMap::new(), sessions: BTreeMap::new() }
    }

    /// What there is in an account and region at this moment. It is made when it is first asked about.
    pub fn region(&mut self, account: &str, region: &str, now: Timestamp) -> &mut Region {
        let (seed, sizes, origin) = (self.seed, self.sizes, self.origin);
        let place = self.regions.entry((account.to_owned(), region.to_owned())).or_insert_with(|| {
            let chance = Chance::new(seed).of(account).of(region);
            Region::new(chance, account, region, sizes, origin)
        });
        place.advance(now);
        place
    }

    /// The instances of an account and region at this moment.
    pub fn fleet(&mut self, account: &str, region: &str, now: Timestamp) -> &mut Fleet {
        &mut self.region(account, region, now).fleet
    }

    /// Who an access key belongs to.
    pub fn caller(&self, access_key: &str) -> String {
        let user = || format!("arn:aws:iam::{}:user/operator", account(access_key));
        self.sessions.get(access_key).cloned().unwrap_or_else(user)
    }

    /// Makes a key for a session of whoever has this one.
    pub fn lend(&mut self, access_key: &str) -> String {
        let (arn, account) = (self.caller(access_key), account(access_key));
        let key = format!("{SESSION}{account}{}", Chance::new(1).of(&arn).hex(4).to_uppercase());
        self.sessions.insert(key.clone(), arn);
        key
    }

    /// Makes a key for a role under a session name; the same of both, the same key.
    pub fn assume(&mut self, account: &str, role: &str, session: &str) -> (String, String) {
        let arn = format!("arn:aws:sts::{account}:assumed-role/{role}/{session}");
        let key = format!("{SESSION}{account}{}", Chance::new(0).of(&arn).hex(4).to_uppercase());
        self.sessions.insert(key.clone(), arn.clone());
        (key, arn)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    #[test]
    fn keys_tell_accounts() {
        let mut world = World::new(1, Sizes::DEMO, at(0));
        assert_eq!(account("AKIADEMO000000000001"), "444455556666");
        assert_eq!(account("AKIAELSE"), ACCOUNT);
        assert_eq!(account("ASIA99"), ACCOUNT);
        let (key, arn) = world.assume("999988887777", "ops", "me");
        assert_eq!((key.len(), account(&key), world.caller(&key)), (20, "999988887777", arn));
        assert_eq!(alias("111122223333"), Some("demo-prod"));
    }

    #[test]
    fn regions_differ_and_the_time_of_the_first_look_does_not_matter() {
        let (mut early, mut late) = (World::new(3, Sizes::DEMO, at(0)), World::new(3, Sizes::DEMO, at(0)));
        early.fleet(ACCOUNT, "eu-west-1", at(0));
        assert_eq!(early.fleet(ACCOUNT, "eu-west-1", at(900)), late.fleet(ACCOUNT, "eu-west-1", at(900)));
        assert_ne!(early.fleet(ACCOUNT, "eu-west-1", at(900)), late.fleet(ACCOUNT, "us-east-1", at(900)));
    }

    proptest! {
        #[test]
        fn equal_worlds_stay_equal_however_time_is_cut(steps in proptest::collection::vec(0_i64..4_000, 1..12), seed in 0_u64..9) {
            let (mut many, mut one) = (World::new(seed, Sizes { instances: 60, ..Sizes::DEMO }, at(0)), World::new(seed, Sizes { instances: 60, ..Sizes::DEMO }, at(0)));
            let stop = |world: &mut World| {
                let fleet = world.fleet(ACCOUNT, "eu-west-1", at(1));
                let id = fleet.from(0).find(|instance| instance.role.name == "web").map(instance::Instance::id).expect("a web server");
                fleet.change(&id, |instance| life::stop(instance, at(1)));
            };
            stop(&mut many);
            stop(&mut one);
            let mut now = 1;
            for step in steps {
                now += step;
                many.fleet(ACCOUNT, "eu-west-1", at(now));
            }
            one.fleet(ACCOUNT, "eu-west-1", at(now));
            prop_assert_eq!(many, one);
        }
    }
}
