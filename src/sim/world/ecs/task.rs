//! Tasks of a service at a moment: each slot has one that runs, and those before it that are remembered for an hour.

use super::{
    Ecs, Service,
    plan::{Launch, Trouble},
    rollout::{FAILS, RETRY},
};

/// Seconds that stopped tasks stay in lists (ECS Developer Guide, "Amazon ECS task lifecycle": at least one hour).
const MEMORY: i64 = 3_600;
/// Seconds after which a starting task is pending, and after which it runs.
const PENDING: i64 = 4;
const RUNNING: i64 = 11;
/// Seconds that a task takes to stop.
const STOPPING: i64 = 6;
/// Seconds that a task of a leaking service lasts, at least; chance adds as much again.
const LEAK: i64 = 200;
/// Seconds after which an unhealthy task is replaced, and from when on it is called unhealthy.
const ILL: (i64, i64) = (240, 120);

/// Why a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Another took its place, or fewer were wanted.
    Scheduler,
    /// Its container was killed for want of memory.
    Memory,
    /// Its health check failed.
    Unhealthy,
    /// Its image could not be pulled.
    Pull,
    /// Somebody stopped it.
    User(String),
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    /// Its service.
    pub service: Service<'a>,
    /// Its place among the tasks of its service.
    pub slot: usize,
    /// When it was made.
    pub made: i64,
    /// When and why it ended; `None` while nothing ends it.
    pub end: Option<(i64, End)>,
    /// Revision of its definition.
    pub revision: u32,
}

impl<'a> Service<'a> {
    /// Every task that a list may show at a second.
    pub fn tasks(&self, second: i64) -> Vec<Task<'a>> {
        let mut all: Vec<Task<'a>> = (0..self.slots(second)).flat_map(|slot| self.slot(slot, second)).collect();
        all.extend(self.failed_starts(second));
        all.retain(|task| task.end.as_ref().is_none_or(|(at, _)| second - at < MEMORY));
        all
    }

    /// The tasks that a slot has had: each begins where the one before it ended, or where its number was asked for.
    fn slot(&self, slot: usize, second: i64) -> Vec<Task<'a>> {
        let mut tasks: Vec<Task<'a>> = Vec::new();
        for (at, ended) in self.turns(slot, second) {
            let wanted = self.desired_at(at) > slot;
            if let Some(last) = tasks.last_mut().filter(|last| last.end.is_none()) {
                last.end = Some((at, ended));
            }
            if wanted && !(self.plan.trouble == Trouble::NoRoom && slot + 1 == self.plan.desired) {
                tasks.push(Task { service: *self, slot, made: at, end: None, revision: self.revision_for(slot, at) });
            }
        }
        tasks
    }

    /// Moments at which something happens to a slot, in order, and what it means for the task that is in it then.
    fn turns(&self, slot: usize, second: i64) -> Vec<(i64, End)> {
        let mut turns = vec![(self.created(), End::Scheduler)];
        turns.extend(
            self.deployments_until(second).iter().skip(1).filter_map(|one| Self::reaches(one, slot)).map(|at| (at, End::Scheduler)),
        );
        if let Some(changes) = self.changes() {
            turns.extend(
                changes
                    .desired
                    .iter()
                    .filter(|(at, count)| (*count > slot) != (self.desired_at(at - 1) > slot))
                    .map(|(at, _)| (*at, End::Scheduler)),
            );
            turns.extend(changes.stops.iter().filter(|(place, ..)| *place == slot).map(|(_, at, why)| (*at, End::User(why.clone()))));
        }
        turns.extend(self.mishaps(slot, second));
        turns.retain(|(at, _)| *at <= second);
        turns.sort_by_key(|(at, _)| *at);
        turns
    }

    /// What goes wrong by itself within the hour that is remembered.
    fn mishaps(&self, slot: usize, second: i64) -> Vec<(i64, End)> {
        let (period, end) = match self.plan.trouble {
            Trouble::Memory => (LEAK + self.chance().at(slot as u64).below(LEAK.cast_unsigned()) as i64, End::Memory),
            Trouble::Unhealthy if slot == 0 => (ILL.0, End::Unhealthy),
            _ => return Vec::new(),
        };
        let newest = second.div_euclid(period);
        (newest - MEMORY / period - 1..=newest).map(|turn| (turn * period, end.clone())).collect()
    }

    fn revision_for(&self, slot: usize, at: i64) -> u32 {
        let reached =
            self.deployments_until(at).into_iter().rev().find(|one| Self::reaches(one, slot).is_some_and(|reached| reached <= at));
        reached.map_or(self.plan.revision, |one| one.revision)
    }

    /// Tasks of a deployment whose tasks do not start: one after the other, until it is given up.
    fn failed_starts(&self, second: i64) -> Vec<Task<'a>> {
        let doomed: Vec<_> = self.deployments_until(second).into_iter().filter(|one| one.doomed).collect();
        let each = |one: &super::Deployment| {
            let (at, revision) = (one.at, one.revision);
            // None is started any more once it is given up.
            let starts = one.failed + i64::from(one.state == super::State::InProgress);
            (0..starts).map(move |number| (number, at + number * RETRY, revision)).filter(move |(_, made, _)| *made <= second)
        };
        let task = |(number, made, revision): (i64, i64, u32)| Task {
            service: *self,
            slot: 1_000 + number as usize,
            made,
            end: Some((made + FAILS, End::Pull)).filter(|(at, _)| *at <= second),
            revision,
        };
        doomed.iter().filter(|one| one.state != super::State::Failed || second - one.at < MEMORY).flat_map(each).map(task).collect()
    }
}

impl Task<'_> {
    /// Its id: 32 hexadecimal digits that hold service, slot and birth.
    pub fn id(&self) -> String {
        let salt = self.service.chance().of("task").at(self.slot as u64).at(self.made.cast_unsigned()).hex(10);
        format!("{:06x}{:04x}{:012x}{salt}", self.service.number, self.slot, self.made)
    }

    /// Its address in the network of the cluster; `None` where it shares that of its container instance.
    pub fn address(&self) -> Option<String> {
        let own = self.service.chance().of("address").at(self.slot as u64).at(self.made.cast_unsigned()).below(60_000);
        let home = 128 + self.service.number % 128;
        (self.service.plan.launch != Launch::Ec2).then(|| format!("10.{home}.{}.{}", own / 250, own % 250 + 4))
    }

    /// Its last status at a second (ECS Developer Guide, "Amazon ECS task lifecycle").
    pub fn status(&self, second: i64) -> &'static str {
        let age = second - self.made;
        match &self.end {
            Some((at, _)) if second - at >= STOPPING => "STOPPED",
            Some((_, End::Pull)) => "DEPROVISIONING",
            Some(_) => "DEACTIVATING",
            None if age < PENDING => "PROVISIONING",
            None if age < RUNNING || self.slot >= 1_000 => "PENDING",
            None => "RUNNING",
        }
    }

    /// Whether it is meant to run.
    pub fn wanted(&self) -> &'static str {
        if self.end.is_some() { "STOPPED" } else { "RUNNING" }
    }

    /// When it began to run, if it ever did.
    pub fn started(&self, second: i64) -> Option<i64> {
        let at = self.made + RUNNING;
        let ran = self.slot < 1_000 && at <= second && self.end.as_ref().is_none_or(|(end, _)| at < *end);
        ran.then_some(at)
    }

    /// Its health; only services with a health check know.
    pub fn health(&self, second: i64) -> &'static str {
        match self.service.plan.trouble {
            Trouble::Unhealthy if self.slot == 0 && second - self.made > ILL.1 => "UNHEALTHY",
            Trouble::Unhealthy | Trouble::Rolling if self.started(second).is_some() => "HEALTHY",
            _ => "UNKNOWN",
        }
    }

    /// Stop code, reason, and of its container the exit code and reason.
    pub fn ending(&self) -> Option<(&'static str, String, Option<i64>, Option<&'static str>)> {
        const PULL: &str =
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref checkout:v42: not found";
        let (_, end) = self.end.as_ref()?;
        Some(match end {
            End::Scheduler => ("ServiceSchedulerInitiated", "Scaling activity initiated by deployment".to_owned(), Some(0), None),
            End::Unhealthy => ("ServiceSchedulerInitiated", "Task failed container health checks".to_owned(), Some(137), None),
            End::Memory => {
                let reason = "OutOfMemoryError: Container killed due to memory usage";
                ("EssentialContainerExited", "Essential container in task exited".to_owned(), Some(137), Some(reason))
            }
            End::Pull => ("TaskFailedToStart", PULL.to_owned(), None, Some(PULL)),
            End::User(reason) => ("UserInitiated", reason.clone(), Some(143), None),
        })
    }

    /// The container instance it runs on, by place; `None` on Fargate.
    pub fn machine(&self) -> Option<usize> {
        let count = self.service.ecs.machines.len();
        (self.service.plan.launch == Launch::Ec2 && count > 0).then(|| self.slot % count)
    }
}

impl Ecs {
    /// The task with this id, as long as a list may show it.
    pub fn task(&self, id: &str, second: i64) -> Option<Task<'_>> {
        let part = |range: std::ops::Range<usize>| usize::from_str_radix(id.get(range)?, 16).ok();
        let number = part(0..6).filter(|number| *number < self.count)?;
        self.at(number).tasks(second).into_iter().find(|task| task.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::ecs;

    const NOW: i64 = 1_790_000_000;

    #[test]
    fn the_incidents_are_going_on_at_any_time() {
        let ecs = ecs(14);
        let tasks = |name: &str, second: i64| ecs.service("prod", name).expect("there").tasks(second);
        for second in (NOW..NOW + 7_200).step_by(613) {
            let ended =
                |name: &str, code: &str| tasks(name, second).iter().filter_map(super::Task::ending).any(|(known, ..)| known == code);
            assert!(ended("search", "EssentialContainerExited"), "no task ran out of memory at {second}");
            assert!(ended("checkout", "TaskFailedToStart"), "no task failed to start at {second}");
            assert!(ended("api", "ServiceSchedulerInitiated"), "nothing was deployed at {second}");
        }
    }

    #[test]
    fn tasks_are_found_by_their_ids_and_ids_are_unique() {
        let ecs = ecs(14);
        let all: Vec<String> = ecs.services("prod").flat_map(|service| service.tasks(NOW)).map(|task| task.id()).collect();
        let unique: std::collections::BTreeSet<_> = all.iter().collect();
        assert!(unique.len() == all.len() && all.iter().all(|id| id.len() == 32));
        assert!(all.iter().all(|id| ecs.task(id, NOW).is_some_and(|task| task.id() == *id)));
        assert!(ecs.task("zz", NOW).is_none());
    }
}
