//! Where fleets come from: who is born, how old they are, and the incidents that are going on when the curtain rises.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use super::{
    chance::Chance,
    instance::{Incident, Instance, Monitoring, Ordeal, Phase, Reason},
    place,
    role::{ROLES, Role},
};

/// Instances after which the roles repeat.
pub(super) const BLOCK: u32 = 48;
/// Marks launches of a single instance.
const ALONE: u32 = 1 << 31;
/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// A fleet of this many instances with its incidents, as it is at `origin`.
pub(super) fn fleet(home: Chance, size: u32, origin: Timestamp) -> Vec<Instance> {
    let mut born: Vec<Instance> = (0..size).map(|number| founder(home, number, size, origin)).collect();
    for instance in &mut born {
        rest(instance, origin);
    }
    trouble(&mut born, origin);
    born
}

/// The numbers of the founders in a block.
pub(super) fn numbers(block: u32, founders: u32) -> Range<u32> {
    let start = block.saturating_mul(BLOCK).min(founders);
    start..start.saturating_add(BLOCK).min(founders)
}

/// The block whose group has this name.
pub(super) fn block_of(group: &str) -> Option<u32> {
    ROLES.iter().filter_map(|role| group.strip_prefix(role.group?)).find_map(|rest| match rest {
        "" => Some(0),
        rest => rest.strip_prefix('-')?.parse::<u32>().ok()?.checked_sub(1),
    })
}

/// A fleet too small for every role has some of each sort.
fn founder(home: Chance, number: u32, size: u32, origin: Timestamp) -> Instance {
    let slot = if size < BLOCK { number * BLOCK / size } else { number % BLOCK };
    let (role, rank) = role(slot);
    let born = before(origin, age(home, role, number / BLOCK, rank));
    let mut instance = newborn(home, number, role, (number / BLOCK, rank), born);
    (instance.phase, instance.up) = (Phase::Running, Some(born.as_second()));
    instance
}

/// What replaces an instance that was taken away.
pub(super) fn successor(home: Chance, lost: &Instance, number: u32, now: Timestamp) -> Instance {
    let mut instance = newborn(home, number, lost.role, (lost.block, lost.rank), now);
    (instance.zone, instance.launch) = (lost.zone, ALONE | number);
    instance
}

/// One more of a role. Its rank lies beyond those of every founder, so that it has a name of its own.
pub(super) fn recruit(home: Chance, role: &'static Role, number: u32, now: Timestamp) -> Instance {
    let mut instance = newborn(home, number, role, (0, number), now);
    instance.launch = ALONE | number;
    instance
}

fn newborn(home: Chance, number: u32, role: &'static Role, (block, rank): (u32, u32), born: Timestamp) -> Instance {
    let chance = home.of("instance").at(u64::from(number));
    Instance {
        number,
        digits: chance.of("id").word(),
        chance,
        home,
        role,
        kind: role.kinds[(block + rank / 3) as usize % role.kinds.len()],
        block,
        rank,
        launch: launch(block, rank),
        zone: place::ZONES[(block + rank) as usize % place::ZONES.len()],
        phase: Phase::Pending,
        since: born,
        reason: Reason::None,
        born,
        launched: born,
        starts: 0,
        ordeal: None,
        monitoring: if chance.of("monitoring").below(5) == 0 { Monitoring::Detailed } else { Monitoring::Basic },
        up: None,
        past: Vec::new(),
        reboots: Vec::new(),
    }
}

/// Instances of one role are launched three at a time.
fn launch(block: u32, rank: u32) -> u32 {
    (block << 6) + rank / 3
}

/// The role of a slot in a block, and its rank there.
fn role(slot: u32) -> (&'static Role, u32) {
    let mut rank = slot;
    for role in ROLES {
        if rank < role.share {
            return (role, rank);
        }
        rank -= role.share;
    }
    (&ROLES[0], 0)
}

/// Seconds since its launch: what is launched together is equally old, and the young are more than the old.
fn age(home: Chance, role: &Role, block: u32, rank: u32) -> i64 {
    let unit = home.of("age").of(role.name).at(u64::from(launch(block, rank))).unit();
    HOUR + (unit * unit * f64::from(role.oldest) * HOUR as f64) as i64
}

/// `now` less some seconds; fleets live well inside the range of times.
pub(super) fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// Some of the machines that nobody needs at night are off.
fn rest(instance: &mut Instance, origin: Timestamp) {
    let ago = 2 * HOUR + instance.chance.of("rest").below(200_000) as i64;
    match (instance.role.name, instance.rank % 7) {
        ("dev", 1) | ("api", 5) => halt(instance, before(origin, ago), Reason::User),
        ("win", 0) if instance.block % 3 == 1 => halt(instance, before(origin, ago), Reason::Guest),
        _ => {}
    }
}

fn halt(instance: &mut Instance, since: Timestamp, reason: Reason) {
    let since = since.max(instance.launched);
    (instance.phase, instance.since, instance.reason) = (Phase::Stopped, since, reason);
    if let Some(from) = instance.up.take() {
        instance.past.push((from, since.as_second()));
    }
}

/// What befalls an instance.
type Case = fn(&mut Instance, Timestamp);

/// What is wrong in every fleet that is large enough, and with whom: role, rank, and what.
const CASES: &[(&str, u32, Case)] = &[
    ("web", 3, |instance, origin| suffer(instance, Incident::InstanceImpaired, before(origin, 47 * 60))),
    ("api", 2, |instance, origin| suffer(instance, Incident::SystemImpaired, before(origin, 13 * 60))),
    ("db", 1, |instance, origin| suffer(instance, Incident::Retirement(before(origin, -3 * 24 * HOUR)), before(origin, 9 * HOUR))),
    ("batch", 1, |instance, origin| suffer(instance, Incident::SpotInterruption(before(origin, -240)), origin)),
    ("worker", 1, |instance, origin| suffer(instance, Incident::Runaway, before(origin, 100 * 60))),
    ("beanstalk", 0, stick),
    ("win", 1, |instance, origin| halt(instance, before(origin, 90 * 60), Reason::Capacity)),
];

fn trouble(born: &mut [Instance], origin: Timestamp) {
    for (role, rank, case) in CASES {
        let candidates =
            born.iter_mut().take(BLOCK as usize).filter(|instance| instance.role.name == *role && instance.phase == Phase::Running);
        if let Some(instance) = candidates.min_by_key(|instance| instance.rank.abs_diff(*rank)) {
            case(instance, origin);
        }
    }
}

/// An incident cannot have begun before its instance.
fn suffer(instance: &mut Instance, incident: Incident, from: Timestamp) {
    instance.ordeal = Some(Ordeal { incident, from: from.max(instance.launched), to: None });
}

fn stick(instance: &mut Instance, origin: Timestamp) {
    let since = before(origin, 3 * HOUR + 420);
    (instance.born, instance.launched, instance.up) = before_all(instance, since);
    halt(instance, since, Reason::User);
    instance.phase = Phase::Stopping;
    suffer(instance, Incident::StuckStopping, since);
}

/// Makes sure that an instance is at least a day older than what happened to it.
fn before_all(instance: &Instance, happened: Timestamp) -> (Timestamp, Timestamp, Option<i64>) {
    let born = instance.born.min(before(happened, 24 * HOUR));
    (born, born, Some(born.as_second()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sim::world::instance::{Lifecycle, Root};

    fn origin() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().expect("a time")
    }

    fn born(size: u32) -> Vec<Instance> {
        fleet(Chance::new(7).of("a").of("b"), size, origin())
    }

    #[test]
    fn an_ordinary_fleet_has_one_of_everything() {
        let fleet = born(48);
        let roles: BTreeSet<&str> = fleet.iter().map(|one| one.role.name).collect();
        assert_eq!(roles.len(), ROLES.len());
        for case in ["InstanceImpaired", "SystemImpaired", "Retirement", "SpotInterruption", "Runaway", "StuckStopping"] {
            assert_eq!(fleet.iter().filter(|one| format!("{:?}", one.incident()).contains(case)).count(), 1, "{case}");
        }
        assert!(fleet.iter().any(|one| one.phase == Phase::Stopped && one.reason == Reason::User));
        assert!(fleet.iter().any(|one| one.phase == Phase::Stopped && one.reason == Reason::Capacity));
        assert!(fleet.iter().any(|one| one.role.root == Root::InstanceStore));
        assert!(fleet.iter().any(|one| one.role.lifecycle == Lifecycle::Spot));
        assert!(fleet.iter().filter(|one| one.phase == Phase::Running).count() > 40);
    }

    #[test]
    fn ids_names_and_addresses_are_unique() {
        let fleet = born(20_000);
        let unique = |of: fn(&Instance) -> String| fleet.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((unique(Instance::id), unique(Instance::name), unique(Instance::private_ip)), (20_000, 20_000, 20_000));
    }

    #[test]
    fn nothing_happens_before_its_instance_was_launched() {
        for one in born(500) {
            assert!(one.born <= one.since && one.since <= origin(), "{one:?}");
            assert!(one.ordeal.is_none_or(|ordeal| ordeal.from >= one.born), "{one:?}");
            assert!(one.past.iter().all(|(from, to)| from <= to), "{one:?}");
        }
    }

    #[test]
    fn small_fleets_are_mixed_and_none_is_none() {
        assert!(born(0).is_empty());
        assert_eq!(born(1).len(), 1);
        assert!(born(8).iter().map(|one| one.role.name).collect::<BTreeSet<_>>().len() >= 5);
    }

    #[test]
    fn the_members_of_a_reservation_have_the_same_age() {
        for (a, b) in born(300).iter().zip(born(300).iter().skip(1)) {
            assert!(a.reservation() != b.reservation() || a.born == b.born || a.ordeal.is_some() || b.ordeal.is_some());
        }
    }
}
