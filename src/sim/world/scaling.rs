//! Auto Scaling in one account and region: the groups that the instances of the fleet belong to, and one that cannot launch any.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{
    chance::Chance,
    fleet::Fleet,
    instance::{Instance, Phase},
};

/// The group that wants instances of a type there is no room for.
pub const STARVED: &str = "gpu-render-asg";
/// How many instances it wants.
const STARVED_DESIRED: usize = 2;
/// Seconds from one vain attempt to the next.
const ATTEMPT: i64 = 600;
/// The group whose processes are suspended from the beginning.
const SUSPENDED: &str = "worker-asg";
/// Seconds until a group sees that a member does not run, and replaces it.
const CHECK: SignedDuration = SignedDuration::from_secs(90);
/// Processes without which a member is not replaced (Auto Scaling User Guide, "Types of processes").
const REPLACING: [&str; 3] = ["ReplaceUnhealthy", "Launch", "Terminate"];
/// Seconds that an instance refresh takes.
const REFRESH: i64 = 120;

/// What calls have changed about groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    origin: Timestamp,
    chance: Chance,
    desired: BTreeMap<String, usize>,
    /// Processes suspended, by group.
    pub suspended: BTreeMap<String, BTreeSet<String>>,
    /// Members in standby.
    pub standby: BTreeSet<String>,
    /// The latest instance refresh of a group: when it began, and when it was cancelled.
    pub refreshes: BTreeMap<String, (Timestamp, Option<Timestamp>)>,
    /// Groups without any instance, beside those of the fleet.
    pub empty: BTreeSet<String>,
    /// Members that calls of EC2 have stopped or terminated, and when their group will see that they are unhealthy.
    lost: Vec<(Timestamp, String)>,
}

/// A scaling activity.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Its id.
    pub id: String,
    /// When it began.
    pub at: Timestamp,
    /// What was done.
    pub description: String,
    /// Why.
    pub cause: String,
    /// Why it failed; `None` when it did not.
    pub failure: Option<String>,
}

impl Scaling {
    pub(super) fn new(chance: Chance, origin: Timestamp) -> Self {
        let braked = ["AZRebalance", "ReplaceUnhealthy"].map(str::to_owned).into();
        Self {
            origin,
            chance: chance.of("scaling"),
            desired: BTreeMap::new(),
            suspended: [(SUSPENDED.to_owned(), braked)].into(),
            standby: BTreeSet::new(),
            refreshes: BTreeMap::new(),
            empty: BTreeSet::new(),
            lost: Vec::new(),
        }
    }

    /// The names of all groups, in order.
    pub fn names(&self, fleet: &Fleet) -> Vec<String> {
        let mut names: BTreeSet<String> = fleet.from(0).filter_map(|one| one.group().map(std::borrow::Cow::into_owned)).collect();
        if !names.is_empty() {
            names.insert(STARVED.to_owned());
        }
        names.extend(self.empty.iter().cloned());
        names.into_iter().collect()
    }

    /// The members of a group: whatever of it has not ended.
    pub fn members<'a>(fleet: &'a Fleet, name: &'a str) -> impl Iterator<Item = &'a Instance> {
        fleet.group(name).filter(|one| !matches!(one.phase, Phase::Terminated | Phase::Stopped | Phase::Stopping))
    }

    /// How many a group wants.
    pub fn desired(&self, fleet: &Fleet, name: &str) -> usize {
        let founded = || {
            if name == STARVED {
                STARVED_DESIRED
            } else {
                Self::members(fleet, name).filter(|one| one.phase != Phase::ShuttingDown).count()
            }
        };
        self.desired.get(name).copied().unwrap_or_else(founded)
    }

    /// The least and the most that a group takes.
    pub fn limits(&self, fleet: &Fleet, name: &str) -> (usize, usize) {
        let founded = if name == STARVED { STARVED_DESIRED } else { fleet.group(name).count() };
        (founded.min(1), founded * 2 + 2)
    }

    /// Wants another number, and launches or terminates as many as that takes.
    pub fn resize(&mut self, fleet: &mut Fleet, name: &str, count: usize, now: Timestamp) {
        self.desired.insert(name.to_owned(), count);
        if name != STARVED {
            fleet.resize(name, count, now);
        }
    }

    /// Notes that a group wants one less, without choosing who goes.
    pub fn lower(&mut self, fleet: &Fleet, name: &str) {
        let count = self.desired(fleet, name).saturating_sub(1);
        self.desired.insert(name.to_owned(), count);
    }

    /// Notes that a group wants one more.
    pub fn raise(&mut self, fleet: &Fleet, name: &str) {
        let count = self.desired(fleet, name) + 1;
        self.desired.insert(name.to_owned(), count);
    }

    /// Notes that EC2 is about to stop or terminate instances: a group wants as many as before, whatever becomes of its members.
    pub fn lose(&mut self, fleet: &Fleet, ids: &[String], now: Timestamp) {
        for id in ids {
            let there = |one: &&Instance| !matches!(one.phase, Phase::ShuttingDown | Phase::Terminated);
            if let Some(group) = fleet.instance(id).filter(there).and_then(Instance::group) {
                self.lost.retain(|(_, known)| known != id);
                let desired = self.desired(fleet, &group);
                self.desired.insert(group.into_owned(), desired);
                self.lost.push((now.saturating_add(CHECK).unwrap_or(now), id.clone()));
            }
        }
    }

    /// Members that their groups have found missing until a moment, with that moment; each is told once.
    pub(super) fn found(&mut self, now: Timestamp) -> Vec<(Timestamp, String)> {
        let (found, later) = std::mem::take(&mut self.lost).into_iter().partition(|(due, _)| *due <= now);
        self.lost = later;
        found
    }

    /// Whether a group would put another in the place of a member that does not run.
    pub(super) fn replaces(&self, group: &str, id: &str) -> bool {
        let suspended = self.suspended.get(group);
        !self.standby.contains(id) && !suspended.is_some_and(|processes| REPLACING.iter().any(|name| processes.contains(*name)))
    }

    /// How far the latest refresh of a group has come, in percent, and whether it was cancelled.
    pub fn refresh(&self, name: &str, now: Timestamp) -> Option<(Timestamp, i64, bool)> {
        let (begun, cancelled) = self.refreshes.get(name)?;
        let until = cancelled.unwrap_or(now);
        Some((*begun, (until.duration_since(*begun).as_secs() * 100 / REFRESH).clamp(0, 100), cancelled.is_some()))
    }

    /// What a group did lately, newest first.
    pub fn activities(&self, fleet: &Fleet, name: &str, now: Timestamp) -> Vec<Activity> {
        let mut all: Vec<Activity> = fleet.group(name).map(|one| self.launch(one)).collect();
        if name == STARVED {
            let newest = now.as_second().div_euclid(ATTEMPT);
            all.extend((newest - 11..=newest).filter_map(|turn| self.attempt(turn)));
        }
        all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.id.cmp(&b.id)));
        all
    }

    fn launch(&self, instance: &Instance) -> Activity {
        Activity {
            id: self.uuid(instance.digits),
            at: instance.born,
            description: format!("Launching a new EC2 instance: {}", instance.id()),
            cause: format!(
                "At {}Z an instance was started in response to a difference between desired and actual capacity.",
                instance.born.strftime("%Y-%m-%dT%H:%M:%S")
            ),
            failure: None,
        }
    }

    fn attempt(&self, turn: i64) -> Option<Activity> {
        let at = Timestamp::from_second(turn * ATTEMPT).ok()?;
        let reason = "We currently do not have sufficient g5.12xlarge capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity. Launching EC2 instance failed.";
        Some(Activity {
            id: self.uuid(turn.cast_unsigned()),
            at,
            description: format!("Launching a new EC2 instance.  Status Reason: {reason}"),
            cause: "At the last check an instance was started in response to a difference between desired and actual capacity, increasing the capacity from 0 to 2.".to_owned(),
            failure: Some(reason.to_owned()),
        })
    }

    fn uuid(&self, number: u64) -> String {
        let hex = self.chance.of("activity").at(number).hex(32);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// When groups were made.
    pub fn created(&self) -> Timestamp {
        self.origin.saturating_sub(SignedDuration::from_hours(24 * 200)).unwrap_or(self.origin)
    }
}
