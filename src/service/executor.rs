//! The one way to a write: every action of every service is carried out here and nowhere else.
//!
//! Invariant: in read-only mode, and where a policy forbids it, nothing is called; what was sent is never sent again unless AWS throttled it,
//! and so did nothing; nothing is sent that was not written down before, nothing out of turn, and nothing once it was called off. What is
//! refused is no call, and is not written down.

use std::{sync::Arc, time::Duration};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Action, Batch, Kind, Outcomes, Receipt, Values,
    ledger::{Call, Ledger},
    policy::{Confirm, Rules},
};
use crate::{
    aws::{self, Aws},
    model::{KindId, Problem, ProblemKind, Resource, Target, Text, filter::Place},
};

/// Seconds before a throttled call is made again, one after the other; what is throttled after the last has failed.
const PAUSES: [u64; 5] = [1, 2, 4, 8, 16];

/// Whether actions may be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Looking only.
    ReadOnly,
    /// Actions run once confirmed.
    Operator,
}

/// Who lets what through: the session, and the policy of the place. Asked anew before every call, whatever the screen has asked before.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Whether anything may be done at all.
    pub session: Policy,
    /// What may be done where.
    pub rules: Arc<Rules>,
    /// The account that the calls are made in; empty for not known.
    pub account: Text,
    /// How the action was confirmed.
    pub confirmed: Confirm,
    /// Until when what policies keep read-only is unlocked.
    pub lifted: Option<Timestamp>,
    /// The time.
    pub clock: fn() -> Timestamp,
}

impl From<Policy> for Guard {
    /// Without any policy but the session's own. A lock that nobody has is never lifted.
    fn from(session: Policy) -> Self {
        let clock = || Timestamp::MAX;
        Self { session, rules: Arc::default(), account: Text::default(), confirmed: Confirm::Usual, lifted: None, clock }
    }
}

impl Guard {
    fn allows(&self, target: &Target, row: &Resource) -> Result<(), Problem> {
        let place = Place { profile: target.profile.as_str(), account: self.account.as_str(), region: target.region.as_str() };
        let verdict = self.rules.of(place, row);
        let lifted = || self.lifted.is_some_and(|until| (self.clock)() < until);
        match verdict.lock.filter(|_| !lifted()) {
            Some(lock) => Err(lock.problem()),
            None if verdict.confirm > self.confirmed => {
                Err(Problem::new(ProblemKind::Policy, "a policy wants more than a plain yes", "type the name, or the count of several"))
            }
            None => Ok(()),
        }
    }
}

/// The way to call off what has not been sent; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Halt(CancellationToken);

impl Halt {
    /// Nothing more is sent from now on. What was sent goes on, and is answered.
    pub fn call(&self) {
        self.0.cancel();
    }

    /// Waits, but no longer than until it is called off; false when it was.
    async fn passes(&self, wait: impl Future<Output = ()>) -> bool {
        self.0.run_until_cancelled(wait).await;
        !self.0.is_cancelled()
    }
}

/// A call that AWS has throttled, and that is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// How many rows it is about.
    pub rows: usize,
    /// After which time, at the earliest.
    pub pause: Duration,
}

/// Where it is told that calls are held; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Ear(Option<mpsc::UnboundedSender<Held>>);

impl Ear {
    /// One that hears, and where it comes out; that ends with the errand.
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Held>) {
        let (sender, heard) = mpsc::unbounded_channel();
        (Self(Some(sender)), heard)
    }

    fn hear(&self, held: Held) {
        // Whoever asked may be gone; the call is made all the same.
        if let Some(ear) = &self.0 {
            let _ = ear.send(held);
        }
    }
}

/// An action to carry out on rows of one target.
#[derive(Debug, Clone)]
pub struct Errand {
    /// The action's id.
    pub action: &'static str,
    /// The rows.
    pub rows: Vec<Arc<Resource>>,
    /// What the user entered.
    pub values: Values,
    /// Makes the client token of each call; never the same twice.
    pub token: fn() -> Text,
    /// How it is called off.
    pub halt: Halt,
    /// Who hears that AWS throttles it.
    pub ear: Ear,
}

/// Carries out an errand, a few calls at a time: a result for every row, as they come. Each call is in the ledger before it is made, and what
/// came of it afterwards.
pub fn execute<'a>(guard: impl Into<Guard>, aws: Aws, kind: &Kind, errand: Errand, ledger: &'a dyn Ledger) -> BoxStream<'a, Outcomes> {
    let Errand { action, rows, values, token, halt, ear } = errand;
    let guard = guard.into();
    let action = match permitted(guard.session, kind, action) {
        Ok(action) => action,
        Err(problem) => return stream::iter([all(&rows, &problem)]).boxed(),
    };
    let (able, unable): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| (action.offered)(row).is_ok());
    let refused: Outcomes = unable.iter().map(|row| (row.id.clone(), Err(refusal(action, row)))).collect();
    let parts = action.turn.parts(able);
    let chunks: Vec<_> = parts.iter().flat_map(|part| part.chunks(action.batch.max(1))).map(<[_]>::to_vec).collect();
    let office = Arc::new(Office { aws, guard, kind: kind.id, action, values, token, halt, ear, ledger });
    let calls = stream::iter(chunks).map(move |chunk| {
        let office = office.clone();
        async move { office.attempt(chunk).await }
    });
    stream::iter((!refused.is_empty()).then_some(refused)).chain(calls.buffer_unordered(action.turn.together.max(1))).boxed()
}

/// The allow-list: an action that the kind does not declare does not exist.
fn permitted(policy: Policy, kind: &Kind, action: &str) -> Result<&'static Action, Problem> {
    if policy == Policy::ReadOnly {
        let hint = "start qd without --read-only to act";
        return Err(Problem::new(ProblemKind::Policy, "this session is read-only", hint));
    }
    kind.action(action).ok_or_else(|| Problem::new(ProblemKind::Policy, format!("{} has no action “{action}”", kind.title), ""))
}

/// The rows that the policy of the place lets through now; the others are told why not.
fn allowed(guard: &Guard, target: &Target, rows: Vec<Arc<Resource>>) -> (Vec<Arc<Resource>>, Outcomes) {
    let mut outcomes = Outcomes::new();
    let mut through =
        |row: &Arc<Resource>| guard.allows(target, row).map_err(|problem| outcomes.push((row.id.clone(), Err(problem)))).is_ok();
    let rows = rows.into_iter().filter(|row| through(row)).collect();
    (rows, outcomes)
}

fn refusal(action: &Action, row: &Resource) -> Problem {
    let reason = (action.offered)(row).err().unwrap_or_default();
    Problem::new(ProblemKind::Conflict, format!("cannot {}: {reason}", action.id), "refresh the list and look at its state")
}

/// Everything that the calls of an errand have in common.
struct Office<'a> {
    aws: Aws,
    guard: Guard,
    kind: KindId,
    action: &'static Action,
    values: Values,
    token: fn() -> Text,
    halt: Halt,
    ear: Ear,
    ledger: &'a dyn Ledger,
}

/// A call that waits to be made.
struct Try {
    rows: Vec<Arc<Resource>>,
    token: Text,
    /// How often it was throttled before.
    throttled: usize,
}

impl Try {
    /// True when it is made again after another throttle.
    fn goes_on(&self) -> bool {
        self.throttled < PAUSES.len()
    }
}

impl Office<'_> {
    fn first(&self, rows: Vec<Arc<Resource>>) -> Try {
        Try { rows, token: (self.token)(), throttled: 0 }
    }

    /// Sends a batch. When AWS refuses it whole because of some row, halves are sent until the bad rows stand alone: a refused call has done
    /// nothing. A throttled call has done nothing either, and is made again later. After a lost answer nothing is sent again.
    async fn attempt(&self, rows: Vec<Arc<Resource>>) -> Outcomes {
        let mut outcomes = Outcomes::new();
        let mut waiting = vec![self.first(rows)];
        while let Some(mut next) = waiting.pop() {
            match self.call(&next).await {
                Ok(done) => outcomes.extend(done),
                Err(problem) if next.goes_on() && throttled(&problem) => {
                    self.hold(&next);
                    waiting.push(Try { throttled: next.throttled + 1, ..next });
                }
                Err(problem) if next.rows.len() > 1 && refused(&problem) => {
                    let second = next.rows.split_off(next.rows.len() / 2);
                    waiting.extend([self.first(second), self.first(next.rows)]);
                }
                Err(problem) => outcomes.extend(all(&next.rows, &last(problem))),
            }
        }
        outcomes
    }

    /// The lane keeps everybody in it waiting: what is throttled now would be again at once.
    fn hold(&self, held: &Try) {
        let pause = Duration::from_secs(PAUSES[held.throttled]);
        self.action.turn.hold(&self.aws, pause);
        self.ear.hear(Held { rows: held.rows.len(), pause });
    }

    /// Makes one call in its turn for the rows that are let through by then, between two entries of the ledger; without the first it is
    /// not made.
    async fn call(&self, next: &Try) -> Result<Outcomes, Problem> {
        if !self.halt.passes(self.action.turn.wait(&self.aws, next.rows.len())).await {
            return Err(unsent());
        }
        let (rows, mut outcomes) = allowed(&self.guard, self.aws.target(), next.rows.clone());
        if rows.is_empty() {
            return Ok(outcomes);
        }
        let batch = Batch { rows: rows.clone(), values: self.values.clone(), token: next.token.clone() };
        let call = Call { kind: self.kind, action: self.action, batch: batch.clone(), throttled: next.throttled };
        let entry = self.ledger.intend(call).await?;
        let run = self.action.run;
        let (answer, requests) = aws::heard(run(self.aws.clone(), batch)).await;
        entry.settle(&answer, requests).await;
        match answer {
            Ok(done) => outcomes.extend(done),
            Err(problem) if outcomes.is_empty() || refused(&problem) || next.goes_on() && throttled(&problem) => return Err(problem),
            Err(problem) => outcomes.extend(all(&rows, &last(problem))),
        }
        Ok(outcomes)
    }
}

fn unsent() -> Problem {
    Problem::new(ProblemKind::Unsent, "it was called off before it was sent", "nothing was done to it")
}

/// True when AWS said no to the request because of what is in it, so that a part of it may pass.
fn refused(problem: &Problem) -> bool {
    problem.code.is_some() && matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Conflict | ProblemKind::Invalid)
}

/// True when AWS wanted fewer calls, and so did nothing.
fn throttled(problem: &Problem) -> bool {
    problem.code.is_some() && problem.kind == ProblemKind::Throttled
}

/// What is throttled to the end is not asked again.
fn last(problem: Problem) -> Problem {
    let hint = "it was sent six times within half a minute and nothing was done: try again later, or fewer at a time";
    if throttled(&problem) { Problem { hint: Text::new(hint), ..problem } } else { problem }
}

fn all(rows: &[Arc<Resource>], problem: &Problem) -> Outcomes {
    rows.iter().map(|row| (row.id.clone(), Err::<Receipt, _>(problem.clone()))).collect()
}
