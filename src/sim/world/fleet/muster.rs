//! As many instances of a role as somebody asks for: what a node group does with its nodes.

use jiff::Timestamp;

use super::Fleet;
use crate::sim::world::{
    instance::{Instance, Phase},
    life, nursery,
    role::Role,
};

impl Fleet {
    /// Launches instances of a role, or terminates the youngest of them, until this many are there.
    pub(in crate::sim) fn muster(&mut self, role: &'static Role, count: usize, now: Timestamp) {
        let members: Vec<u32> = self.members(role).map(|one| one.number).collect();
        for number in members.iter().skip(count) {
            self.alter(*number, |instance| life::terminate(instance, now));
        }
        for _ in members.len()..count {
            self.recruit(role, now);
        }
    }

    /// Launches members of a group, or terminates the youngest of them, until this many are there.
    pub(in crate::sim) fn resize(&mut self, group: &str, count: usize, now: Timestamp) {
        let there = |one: &&Instance| matches!(one.phase, Phase::Pending | Phase::Running);
        let members: Vec<u32> = self.group(group).filter(there).map(|one| one.number).collect();
        for number in members.iter().skip(count) {
            self.alter(*number, |instance| life::terminate(instance, now));
        }
        let model = self.group(group).next().cloned();
        for model in model.iter().cycle().take(count.saturating_sub(members.len())) {
            let instance = nursery::successor(self.chance, model, self.next, now);
            self.adopt(instance);
        }
    }

    /// Replaces the oldest instance of a role that was born before a moment, if any is left.
    pub(in crate::sim::world) fn renew(&mut self, role: &'static Role, before: Timestamp, now: Timestamp) {
        let oldest = self.members(role).find(|one| one.born < before).map(|one| one.number);
        if let Some(number) = oldest {
            self.alter(number, |instance| life::terminate(instance, now));
            self.recruit(role, now);
        }
    }

    /// Puts another in the place of a member of a group that does not run; one that runs again stays.
    pub(in crate::sim::world) fn succeed(&mut self, id: &str, now: Timestamp) {
        let Some((number, phase)) = self.instance(id).map(|one| (one.number, one.phase)) else { return };
        if matches!(phase, Phase::Pending | Phase::Running) {
            return;
        }
        self.replace(number, now);
        if matches!(phase, Phase::Stopping | Phase::Stopped) {
            self.alter(number, |instance| life::terminate(instance, now));
        }
    }

    /// Those of a role that run or will, in the order of birth.
    fn members(&self, role: &'static Role) -> impl Iterator<Item = &Instance> {
        let there = |phase| matches!(phase, Phase::Pending | Phase::Running);
        self.from(0).filter(move |one| std::ptr::eq(one.role, role) && there(one.phase))
    }

    fn recruit(&mut self, role: &'static Role, now: Timestamp) {
        let instance = nursery::recruit(self.chance, role, self.next, now);
        self.adopt(instance);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::sim::world::{chance::Chance, role::ROLES};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    #[test]
    fn as_many_as_asked_for_come_and_go() {
        let mut fleet = Fleet::new(Chance::new(7), "123456789012", "eu-west-1", 96, at(0));
        let role = ROLES.iter().find(|role| role.name == "node").expect("a role");
        let running = |fleet: &Fleet| {
            let nodes = fleet.from(0).filter(|one| one.role.name == "node" && one.phase == Phase::Running);
            nodes.map(super::super::Instance::name).collect::<BTreeSet<_>>().len()
        };
        for (second, count) in [(10, 9), (100, 9), (200, 2), (300, 0), (400, 3)] {
            fleet.muster(role, count, at(second));
            fleet.advance(at(second + 30));
            assert_eq!(running(&fleet), count, "with names of their own");
        }
    }
}
