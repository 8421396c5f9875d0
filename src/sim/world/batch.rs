//! AWS Batch in one account and region: queues, the environments that serve them, and jobs that come, wait, run and fail.
//!
//! A job is worked out from its place and the time; only what calls have changed is stored. Each place has one job at a time: the
//! next one takes it some while after the one before has ended.

pub mod job;
pub mod plan;

use std::collections::BTreeMap;

use jiff::Timestamp;

use self::{
    job::{Job, Status},
    plan::{ENVIRONMENTS, Plan, QUEUES, Trouble},
};
use super::chance::Chance;

/// Milliseconds that turning a queue or an environment on or off takes, at least; chance adds up to three seconds.
const TURN: i64 = 4_000;
/// Places of jobs that were submitted by calls begin here.
const SUBMITTED: usize = 1 << 24;

/// What Batch has in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    chance: Chance,
    origin: i64,
    count: usize,
    submitted: Vec<Submitted>,
    /// Jobs that calls have ended: when, and with which words.
    ended: BTreeMap<String, (i64, String)>,
    /// The latest switch of a queue or an environment, by name: when, and whether on.
    switched: BTreeMap<String, (Timestamp, bool)>,
}

/// A job that a call has submitted.
#[derive(Debug, Clone, PartialEq)]
struct Submitted {
    name: String,
    queue: usize,
    plan: &'static Plan,
    at: i64,
    array: u32,
}

/// How a job that somebody wants to end is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Only while it has not begun.
    Cancel,
    /// In any state.
    Terminate,
}

impl Batch {
    pub(super) fn new(chance: Chance, account: &str, region: &str, count: usize, origin: Timestamp) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            chance: chance.of("batch"),
            origin: origin.as_second(),
            count,
            submitted: Vec::new(),
            ended: BTreeMap::new(),
            switched: BTreeMap::new(),
        }
    }

    /// The jobs of a queue at a second, from a place on.
    pub fn jobs(&self, queue: usize, place: usize, second: i64) -> impl Iterator<Item = Job<'_>> {
        let standing = (place..self.count).map(move |place| self.at(place, second));
        let first = place.saturating_sub(SUBMITTED);
        let submitted = (first..self.submitted.len()).map(move |number| self.at(SUBMITTED + number, second));
        standing.chain(submitted).filter(move |job| job.queue == queue)
    }

    /// The job with this id, as long as a list may show it.
    pub fn job(&self, id: &str, second: i64) -> Option<Job<'_>> {
        let (own, index) = match id.split_once(':') {
            Some((own, index)) => (own, Some(index.parse::<u32>().ok()?)),
            None => (id, None),
        };
        let place = job::place(own)?;
        let there = place < self.count || place.checked_sub(SUBMITTED).is_some_and(|number| number < self.submitted.len());
        let job = there.then(|| self.at(place, second)).filter(|job| job.own_id() == own)?;
        match index {
            Some(index) => job.child(index),
            None => Some(job),
        }
    }

    fn at(&self, place: usize, second: i64) -> Job<'_> {
        match place.checked_sub(SUBMITTED).and_then(|number| self.submitted.get(number)) {
            Some(own) => Job::new(self, place, own.plan, own.queue, own.name.clone(), own.at, own.array),
            None => Job::standing(self, place, second),
        }
    }

    /// Puts a job into a queue; gives its id.
    pub fn submit(&mut self, name: &str, queue: usize, plan: &'static Plan, array: u32, now: Timestamp) -> String {
        self.submitted.push(Submitted { name: name.to_owned(), queue, plan, at: now.as_second(), array });
        self.at(SUBMITTED + self.submitted.len() - 1, now.as_second()).id()
    }

    /// Ends a job, if it can be ended so. AWS says nothing when it cannot. False for an unknown id.
    pub fn end(&mut self, id: &str, how: Ending, reason: &str, now: Timestamp) -> bool {
        let Some(status) = self.job(id, now.as_second()).map(|job| job.status(now.as_second())) else { return false };
        let begun = matches!(status, Status::Starting | Status::Running);
        let over = matches!(status, Status::Succeeded | Status::Failed);
        if !over && (how == Ending::Terminate || !begun) {
            let at = now.as_second() + if begun { 6 } else { 2 };
            self.ended.insert(id.to_owned(), (at, reason.to_owned()));
        }
        true
    }

    /// The first RUNNABLE jobs of a queue, the one whose turn it is first.
    pub fn front(&self, queue: usize, second: i64) -> Vec<Job<'_>> {
        let mut waiting: Vec<Job<'_>> = self.jobs(queue, 0, second).filter(|job| job.status(second) == Status::Runnable).collect();
        waiting.sort_by_key(|job| (job.created, job.place));
        waiting
    }

    /// What keeps the head of a queue from running, in Batch's words (Batch User Guide, "Jobs stuck in a RUNNABLE status").
    pub fn blocked(&self, queue: usize, second: i64) -> Option<(String, &'static str)> {
        let front = self.front(queue, second);
        let head = front.first()?;
        let reason = match head.plan.trouble {
            Trouble::Capacity => {
                "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - Service cannot fulfill the capacity requested for instance type [p4d.24xlarge]"
            }
            Trouble::Oversized => {
                "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement (vCPU/memory/GPU) is higher than that can be met by the CE(s) attached to the job queue."
            }
            _ => return None,
        };
        Some((head.id(), reason))
    }

    /// Whether a queue takes jobs, and its status.
    pub fn queue(&self, queue: &plan::Queue, now: Timestamp) -> (bool, &'static str) {
        self.switch_of(queue.name, queue.enabled, now)
    }

    /// Whether an environment takes jobs, and its status.
    pub fn environment(&self, environment: &plan::Environment, now: Timestamp) -> (bool, &'static str) {
        let (enabled, status) = self.switch_of(environment.name, true, now);
        (enabled, if environment.invalid.is_empty() { status } else { "INVALID" })
    }

    fn switch_of(&self, name: &str, first: bool, now: Timestamp) -> (bool, &'static str) {
        let Some((at, on)) = self.switched.get(name) else { return (first, "VALID") };
        let extra = self.chance.of(name).at(at.as_second().cast_unsigned()).below(3_000) as i64;
        let turning = now.duration_since(*at).as_millis() < i128::from(TURN + extra);
        (*on, if turning { "UPDATING" } else { "VALID" })
    }

    /// Turns a queue or an environment on or off.
    pub fn switch(&mut self, name: &str, on: bool, now: Timestamp) {
        self.switched.insert(name.to_owned(), (now, on));
    }

    /// vCPUs that an environment has at a second: what runs on it, within its bounds. The first environment of a queue gets the jobs.
    pub fn desired(&self, environment: usize, second: i64) -> i64 {
        let (least, most) = ENVIRONMENTS[environment].size;
        let served = QUEUES.iter().enumerate().filter(|(_, queue)| queue.environments.first() == Some(&environment));
        let used = served.flat_map(|(queue, _)| self.jobs(queue, 0, second)).map(|job| job.used(second)).sum::<i64>();
        used.clamp(least, most)
    }
}

#[cfg(test)]
mod tests;
