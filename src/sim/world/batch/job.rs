//! A job: when it was made, when it gets on, and how it ends.

use super::{
    Batch, SUBMITTED,
    plan::{PLANS, Plan, Trouble},
};
use crate::sim::world::chance::Chance;

/// Seconds after which a job is pending, after which it waits for a machine, and that its container takes to start.
const PENDING: i64 = 2;
const RUNNABLE: i64 = 4;
const STARTING: i64 = 12;
/// Seconds that a job stays in its place after it has ended, at least; chance adds as much again.
const REST: i64 = 600;
/// Seconds before the beginning at which those that are stuck were submitted, and from one to the next.
const STUCK: (i64, i64) = (7_200, 90);
/// Seconds from one child of an array to the next.
const STAGGER: i64 = 9;
/// Seconds of a failed first attempt.
const ATTEMPT: i64 = 45;
/// Every so many jobs of a sort in trouble fail.
const FAILING: u64 = 3;

/// The states of a job (Batch User Guide, "Job states").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Handed in.
    Submitted,
    /// Waits for other jobs.
    Pending,
    /// Waits for a machine.
    Runnable,
    /// Its container starts.
    Starting,
    /// Runs.
    Running,
    /// Ended well.
    Succeeded,
    /// Ended badly, or was ended.
    Failed,
}

impl Status {
    /// Every state, in the order in which a job has them.
    pub const ALL: [Self; 7] =
        [Self::Submitted, Self::Pending, Self::Runnable, Self::Starting, Self::Running, Self::Succeeded, Self::Failed];

    /// Batch's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Submitted => "SUBMITTED",
            Self::Pending => "PENDING",
            Self::Runnable => "RUNNABLE",
            Self::Starting => "STARTING",
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
        }
    }
}

/// A job, or a child of an array.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    batch: &'a Batch,
    /// Its place.
    pub place: usize,
    /// What sort it is of.
    pub plan: &'static Plan,
    /// The place of its queue.
    pub queue: usize,
    /// Its name.
    pub name: String,
    /// When it was made, in seconds.
    pub created: i64,
    /// Jobs in its array; 0 for a job by itself and for a child.
    pub array: u32,
    /// Its index in the array it belongs to.
    pub index: Option<u32>,
}

/// A try to run a job.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// When it began, in seconds.
    pub started: i64,
    /// When it ended, if it has.
    pub stopped: Option<i64>,
    /// Its container's exit code, once it has ended.
    pub exit: Option<i64>,
    /// What the container said about its end.
    pub reason: Option<&'static str>,
}

/// When a job gets on, in seconds; `None` for never.
#[derive(Debug, Clone, Copy)]
struct Course {
    runnable: i64,
    starting: Option<i64>,
    stopped: Option<i64>,
}

impl<'a> Job<'a> {
    pub(super) fn new(batch: &'a Batch, place: usize, plan: &'static Plan, queue: usize, name: String, created: i64, array: u32) -> Self {
        Self { batch, place, plan, queue, name, created, array, index: None }
    }

    /// The job that is in a place at a second.
    pub(super) fn standing(batch: &'a Batch, place: usize, second: i64) -> Self {
        let plan = &PLANS[place % PLANS.len()];
        let block = (place / PLANS.len()) as i64;
        let created = if stuck(plan) {
            batch.origin - STUCK.0 - block.min(600) * STUCK.1
        } else {
            let chance = batch.chance.at(place as u64);
            let period = plan.wait.0 + plan.wait.1 + plan.run.0 + plan.run.1 + i64::from(plan.array) * STAGGER + 2 * REST;
            let shift = chance.of("shift").below(period.cast_unsigned()) as i64;
            (second - shift).div_euclid(period) * period + shift
        };
        Self::new(batch, place, plan, plan.queue, format!("{}-{place}", plan.definition), created, plan.array)
    }

    /// A child of its array.
    pub fn child(&self, index: u32) -> Option<Self> {
        (index < self.array).then(|| Self { array: 0, index: Some(index), ..self.clone() })
    }

    /// Every child of its array.
    pub fn children(&self) -> impl Iterator<Item = Self> {
        (0..self.array).filter_map(|index| self.child(index))
    }

    fn chance(&self) -> Chance {
        let own = self.batch.chance.at(self.place as u64).at(self.created.cast_unsigned());
        self.index.map_or(own, |index| own.at(u64::from(index)))
    }

    /// The id of the job, or of the array it belongs to, in the form of a UUID: it holds place and birth.
    pub(super) fn own_id(&self) -> String {
        let salt = self.batch.chance.at(self.place as u64).of("id").hex(14);
        let (high, low) = (self.place >> 16, self.place & 0xffff);
        format!("{}-{high:04x}-4{}-a{}-{low:04x}{:08x}", &salt[..8], &salt[8..11], &salt[11..14], self.created)
    }

    /// Its id; a child has its index after a colon.
    pub fn id(&self) -> String {
        self.index.map_or_else(|| self.own_id(), |index| format!("{}:{index}", self.own_id()))
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:batch:{}:{}:job/{}", self.batch.region, self.batch.account, self.id())
    }

    /// Whether it belongs to those that fail.
    fn failing(&self) -> bool {
        let number = self.index.map_or(self.place / PLANS.len(), |index| index as usize) as u64;
        let turn = self.created.cast_unsigned() / 60;
        match self.plan.trouble {
            Trouble::Exit | Trouble::Memory => (number + turn).is_multiple_of(FAILING),
            _ => self.index.is_some_and(|index| index % 12 == 7),
        }
    }

    fn course(&self) -> Course {
        let chance = self.chance();
        let among = |(least, range): (i64, i64), name: &str| least + chance.of(name).below(range.max(1).cast_unsigned()) as i64;
        let held = if self.plan.trouble == Trouble::Depends { 150 } else { RUNNABLE };
        let runnable = self.created + held + i64::from(self.index.unwrap_or(0)) * STAGGER;
        // Nothing that is submitted into a queue runs before those that are stuck at its head.
        let barred = stuck(self.plan) || self.place >= SUBMITTED && PLANS.iter().any(|plan| plan.queue == self.queue && stuck(plan));
        let starting = (!barred).then(|| runnable + among(self.plan.wait, "wait"));
        let again = if self.failing() && self.plan.trouble == Trouble::Exit { ATTEMPT } else { 0 };
        Course { runnable, starting, stopped: starting.map(|at| at + STARTING + again + among(self.plan.run, "run")) }
    }

    /// When and with which words a call has ended it, or the array it belongs to.
    fn ended(&self) -> Option<&'a (i64, String)> {
        let ended = &self.batch.ended;
        let early = |end: &&(i64, String)| self.course().stopped.is_none_or(|at| at > end.0);
        ended.get(&self.id()).or_else(|| ended.get(&self.own_id())).filter(early)
    }

    /// Its state at a second. An array is pending as long as its children are not all over.
    pub fn status(&self, second: i64) -> Status {
        if let Some((at, _)) = self.ended()
            && *at <= second
        {
            return Status::Failed;
        }
        if self.array > 0 && second >= self.created + RUNNABLE {
            return self.together(second);
        }
        let course = self.course();
        let passed = |at: Option<i64>| at.is_some_and(|at| at <= second);
        if passed(course.stopped) {
            if self.failing() { Status::Failed } else { Status::Succeeded }
        } else if passed(course.starting.map(|at| at + STARTING)) {
            Status::Running
        } else if passed(course.starting) {
            Status::Starting
        } else if second >= course.runnable {
            Status::Runnable
        } else if second >= self.created + PENDING {
            Status::Pending
        } else {
            Status::Submitted
        }
    }

    fn together(&self, second: i64) -> Status {
        let (mut over, mut failed) = (true, false);
        for status in self.children().map(|child| child.status(second)) {
            over &= matches!(status, Status::Succeeded | Status::Failed);
            failed |= status == Status::Failed;
        }
        match (over, failed) {
            (false, _) => Status::Pending,
            (true, true) => Status::Failed,
            (true, false) => Status::Succeeded,
        }
    }

    /// How many children of its array are in each state.
    pub fn summary(&self, second: i64) -> Vec<(&'static str, i64)> {
        let states: Vec<Status> = self.children().map(|child| child.status(second)).collect();
        Status::ALL.iter().map(|status| (status.word(), states.iter().filter(|one| *one == status).count() as i64)).collect()
    }

    /// When it began to run, if it has.
    pub fn started(&self, second: i64) -> Option<i64> {
        if self.array > 0 {
            return self.children().filter_map(|child| child.started(second)).min();
        }
        let at = self.course().starting? + STARTING;
        let before = self.ended().is_none_or(|(end, _)| at < *end);
        (at <= second && before).then_some(at)
    }

    /// When it ended, if it has.
    pub fn stopped(&self, second: i64) -> Option<i64> {
        let over = matches!(self.status(second), Status::Succeeded | Status::Failed);
        let by_itself = || match self.array {
            0 => self.course().stopped,
            _ => self.children().filter_map(|child| child.stopped(second)).max(),
        };
        over.then(|| self.ended().map(|(at, _)| *at).filter(|at| *at <= second).or_else(by_itself)).flatten()
    }

    /// Attempts so far.
    pub fn attempts(&self, second: i64) -> Vec<Attempt> {
        let (Some(started), 0) = (self.started(second), self.array) else { return Vec::new() };
        let (exit, reason) = self.exit(second).map_or((None, None), |(code, reason)| (Some(code), reason));
        let last = |started: i64| Attempt { started, stopped: self.stopped(second), exit, reason };
        if self.failing() && self.plan.trouble == Trouble::Exit && second >= started + ATTEMPT {
            let first = Attempt { started, stopped: Some(started + ATTEMPT), exit: Some(1), reason: None };
            vec![first, last(started + ATTEMPT)]
        } else {
            vec![last(started)]
        }
    }

    /// Its container's exit code and the reason, once it has ended by itself.
    pub fn exit(&self, second: i64) -> Option<(i64, Option<&'static str>)> {
        self.stopped(second)?;
        self.started(second)?;
        Some(match (self.ended().is_some(), self.failing(), self.plan.trouble) {
            (true, ..) => (137, None),
            (_, true, Trouble::Memory) => (137, Some("OutOfMemoryError: Container killed due to memory usage")),
            (_, true, _) => (1, None),
            _ => (0, None),
        })
    }

    /// What Batch says about its state, where this is what blocks its queue; empty for nothing.
    pub fn reason(&self, second: i64, blocked: Option<&(String, &'static str)>) -> String {
        match (self.status(second), self.ended()) {
            (Status::Failed, Some((_, words))) => words.clone(),
            (Status::Failed, None) if self.array > 0 => "Array Child Job failed".to_owned(),
            (Status::Failed | Status::Succeeded, None) => "Essential container in task exited".to_owned(),
            (Status::Runnable, _) => {
                blocked.filter(|(id, _)| *id == self.id()).map_or_else(String::new, |(_, reason)| (*reason).to_owned())
            }
            _ => String::new(),
        }
    }

    /// vCPUs it holds at a second.
    pub fn used(&self, second: i64) -> i64 {
        let holds = |job: &Self| matches!(job.status(second), Status::Starting | Status::Running);
        let running = if self.array > 0 { self.children().filter(holds).count() } else { usize::from(holds(self)) };
        running as i64 * self.plan.vcpus
    }

    /// The job it waits for.
    pub fn waits_for(&self, second: i64) -> Option<String> {
        let before = self.place.checked_sub(4).filter(|_| self.plan.trouble == Trouble::Depends && self.index.is_none())?;
        Some(Self::standing(self.batch, before, second).id())
    }

    /// The name of its log stream, once it has run.
    pub fn log(&self, second: i64) -> Option<String> {
        self.started(second).map(|_| format!("{}/default/{}", self.plan.definition, self.chance().of("log").hex(32)))
    }
}

fn stuck(plan: &Plan) -> bool {
    matches!(plan.trouble, Trouble::Capacity | Trouble::Oversized | Trouble::Left)
}

/// The place that an id holds.
pub(super) fn place(id: &str) -> Option<usize> {
    let mut groups = id.split('-').skip(1);
    let high = usize::from_str_radix(groups.next()?, 16).ok()?;
    let low = usize::from_str_radix(groups.nth(2)?.get(..4)?, 16).ok()?;
    Some(high << 16 | low)
}
