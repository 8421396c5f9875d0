//! Lanes are shared by everybody who asks in the same account and region, whichever profiles they come by: AWS counts them together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Lanes, Pace};
use crate::model::{Target, Text};

/// The lanes of every account and region.
#[derive(Debug)]
pub(in crate::aws) struct Shared {
    pace: Pace,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The account of each profile that has told it.
    accounts: HashMap<Text, Text>,
    /// By owner and region.
    lanes: HashMap<(Owner, Text), Arc<Lanes>>,
}

/// Whose lanes they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Owner {
    /// An account's.
    Account(Text),
    /// A profile's, until it is known which account it leads to.
    Profile(Text),
}

impl Shared {
    /// Lanes that nobody has used yet.
    pub(in crate::aws) fn new(pace: Pace) -> Self {
        Self { pace, known: Mutex::default() }
    }

    /// Those that a target uses.
    pub(in crate::aws) fn of(&self, Target { profile, region }: &Target) -> Arc<Lanes> {
        let mut known = self.known();
        let owner = known.accounts.get(profile).map_or_else(|| Owner::Profile(profile.clone()), |account| Owner::Account(account.clone()));
        known.lanes.entry((owner, region.clone())).or_insert_with(|| Arc::new(Lanes::new(self.pace.clone()))).clone()
    }

    /// Learns whose a profile is. What was used by the profile's name before counts for the account; what already waits for its turn there goes
    /// when it was told to.
    pub(in crate::aws) fn learn(&self, profile: &Text, account: &Text) {
        let mut known = self.known();
        if known.accounts.insert(profile.clone(), account.clone()).is_some() {
            return;
        }
        let own = Owner::Profile(profile.clone());
        let used: Vec<_> = known.lanes.extract_if(|(owner, _), _| *owner == own).collect();
        for ((_, region), lanes) in used {
            let shared =
                known.lanes.entry((Owner::Account(account.clone()), region)).or_insert_with(|| Arc::new(Lanes::new(self.pace.clone())));
            shared.take_over(&lanes);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{super::Lane, *};
    use crate::aws::Patience;

    const LANE: Lane = Lane { name: "test", published: 20.0, burst: 1, patience: Patience::Short };

    fn target(profile: &str, region: &str) -> Target {
        Target { profile: profile.into(), region: region.into() }
    }

    #[test]
    fn profiles_of_one_account_have_half_of_the_rate_together() {
        let shared = Shared::new(Pace::Counted(Arc::default()));
        let turn = |profile: &str, region: &str| shared.of(&target(profile, region)).take(&LANE, 1, Duration::ZERO).as_millis();
        assert_eq!([turn("a", "eu"), turn("a", "eu"), turn("b", "eu"), turn("c", "eu")], [0, 100, 0, 0], "nobody knows yet whose they are");
        for (profile, account) in [("a", "1"), ("b", "1"), ("c", "2"), ("a", "1")] {
            shared.learn(&profile.into(), &account.into());
        }
        assert_eq!([turn("a", "eu"), turn("b", "eu"), turn("c", "eu"), turn("b", "us")], [300, 400, 100, 0]);
    }
}
