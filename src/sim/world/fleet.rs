//! The instances of one account and region: in order, found by id, and moved by time.

pub mod agent;
mod muster;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::{
    chance::Chance,
    instance::{self, Instance},
    life, nursery,
};

/// What runs in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Fleet {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    pub(super) chance: Chance,
    /// By the number of their birth, which is the order they are listed in.
    instances: BTreeMap<u32, Instance>,
    /// Numbers by the digits of ids.
    index: HashMap<u64, u32>,
    /// What time will change, and when: time costs nothing for everything else.
    agenda: BTreeSet<(Timestamp, u32)>,
    /// How many were there from the beginning.
    founders: u32,
    next: u32,
}

impl Fleet {
    pub(super) fn new(chance: Chance, account: &str, region: &str, size: usize, origin: Timestamp) -> Self {
        let founders = u32::try_from(size).unwrap_or(u32::MAX);
        let instances: BTreeMap<u32, Instance> =
            nursery::fleet(chance, founders, origin).into_iter().map(|one| (one.number, one)).collect();
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            chance,
            index: instances.values().map(|one| (one.digits, one.number)).collect(),
            agenda: instances.values().filter_map(|one| Some((life::due(one)?, one.number))).collect(),
            instances,
            founders,
            next: founders,
        }
    }

    /// The instances from this number on, in the order they are listed.
    pub fn from(&self, number: u32) -> impl Iterator<Item = &Instance> {
        self.instances.range(number..).map(|(_, instance)| instance)
    }

    /// The instance with this id.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.get(self.index.get(&instance::digits(id)?)?)
    }

    /// The members of an Auto Scaling group: those it was founded with, and those that replaced them.
    pub fn group<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Instance> {
        let block = nursery::block_of(name).unwrap_or(u32::MAX);
        let founded = nursery::numbers(block, self.founders);
        let later = self.instances.range(self.founders..);
        self.instances.range(founded).chain(later).map(|(_, instance)| instance).filter(move |one| one.group().as_deref() == Some(name))
    }

    /// Changes an instance, and minds when time will change it next.
    pub fn change(&mut self, id: &str, change: impl FnOnce(&mut Instance)) {
        let number = instance::digits(id).and_then(|digits| self.index.get(&digits).copied());
        if let Some(number) = number {
            self.alter(number, change);
        }
    }

    /// Lets time pass until `now`. What happens at the same moment happens in the order of birth.
    pub(super) fn advance(&mut self, now: Timestamp) {
        while let Some((due, number)) = self.agenda.first().copied().filter(|(due, _)| *due <= now) {
            self.agenda.pop_first();
            match self.instances.get(&number).map(life::next) {
                Some(life::Next::Forget) => self.forget(number),
                Some(life::Next::Interrupt) => {
                    self.alter(number, |instance| life::interrupt(instance, due));
                    self.replace(number, due);
                }
                _ => self.alter(number, |instance| life::step(instance, due)),
            }
        }
    }

    fn alter(&mut self, number: u32, change: impl FnOnce(&mut Instance)) {
        let Some(instance) = self.instances.get_mut(&number) else { return };
        if let Some(due) = life::due(instance) {
            self.agenda.remove(&(due, number));
        }
        change(instance);
        if let Some(due) = life::due(instance) {
            self.agenda.insert((due, number));
        }
    }

    /// A spot instance that was taken back is replaced, as its fleet would.
    fn replace(&mut self, number: u32, now: Timestamp) {
        let Some(lost) = self.instances.get(&number) else { return };
        let instance = nursery::successor(self.chance, lost, self.next, now);
        self.adopt(instance);
    }

    /// Takes in one that was born with the next number.
    fn adopt(&mut self, instance: Instance) {
        self.next += 1;
        self.index.insert(instance.digits, instance.number);
        self.agenda.extend(life::due(&instance).map(|due| (due, instance.number)));
        self.instances.insert(instance.number, instance);
    }

    fn forget(&mut self, number: u32) {
        if let Some(instance) = self.instances.remove(&number) {
            self.index.remove(&instance.digits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::world::instance::{Lifecycle, Phase};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    fn fleet(size: usize) -> Fleet {
        Fleet::new(Chance::new(7), "123456789012", "eu-west-1", size, at(0))
    }

    fn phase(fleet: &Fleet, id: &str) -> Option<Phase> {
        fleet.instance(id).map(|instance| instance.phase)
    }

    #[test]
    fn a_stop_and_a_start_take_their_time_and_change_the_address() {
        let mut fleet = fleet(48);
        let web = fleet.from(0).find(|one| one.role.name == "web").expect("one").clone();
        let id = web.id();
        fleet.change(&id, |one| life::stop(one, at(10)));
        fleet.advance(at(15));
        assert_eq!(phase(&fleet, &id), Some(Phase::Stopping));
        fleet.advance(at(22));
        assert_eq!(phase(&fleet, &id), Some(Phase::Stopped));
        assert_eq!(fleet.instance(&id).and_then(Instance::public_ip), None);
        fleet.change(&id, |one| life::start(one, at(30)));
        fleet.advance(at(33));
        assert_eq!(phase(&fleet, &id), Some(Phase::Pending));
        fleet.advance(at(40));
        let up = fleet.instance(&id).expect("still there");
        assert_eq!(up.phase, Phase::Running);
        assert!(up.public_ip().is_some() && up.public_ip() != web.public_ip());
        assert_eq!(up.private_ip(), web.private_ip());
    }

    #[test]
    fn a_terminated_instance_is_remembered_for_an_hour() {
        let mut fleet = fleet(48);
        let id = fleet.from(0).next().expect("one").id();
        fleet.change(&id, |one| life::terminate(one, at(0)));
        fleet.advance(at(60));
        assert_eq!(phase(&fleet, &id), Some(Phase::Terminated));
        fleet.advance(at(3_600));
        assert_eq!(phase(&fleet, &id), Some(Phase::Terminated));
        fleet.advance(at(3_700));
        assert_eq!(phase(&fleet, &id), None);
    }

    #[test]
    fn a_spot_instance_is_taken_back_and_replaced() {
        let mut fleet = fleet(48);
        fleet.advance(at(200));
        assert_eq!(fleet.from(0).count(), 48);
        fleet.advance(at(400));
        let lost: Vec<_> = fleet.from(0).filter(|one| one.phase == Phase::Terminated).collect();
        let born = fleet.from(48).next().expect("a replacement");
        assert_eq!(
            (lost.len(), lost[0].role.lifecycle, lost[0].reason.code()),
            (1, Lifecycle::Spot, Some("Server.SpotInstanceTermination"))
        );
        assert_eq!((born.phase, born.role.name, born.group()), (Phase::Running, "batch", lost[0].group()));
        assert!(fleet.group(&born.group().expect("a group")).any(|one| one.number == born.number));
    }

    #[test]
    fn groups_of_large_fleets_are_found_whole() {
        let fleet = fleet(2_000);
        for name in ["web-asg", "web-asg-3", "worker-asg-9"] {
            let scanned: Vec<u32> = fleet.from(0).filter(|one| one.group().as_deref() == Some(name)).map(|one| one.number).collect();
            let found: Vec<u32> = fleet.group(name).map(|one| one.number).collect();
            assert!(!found.is_empty(), "{name}");
            assert_eq!(found, scanned, "{name}");
        }
        assert_eq!(fleet.group("web-asg-999999").count(), 0);
        assert_eq!(fleet.group("nobody").count(), 0);
    }
}
