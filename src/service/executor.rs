//! The one way to a write: every action of every service is carried out here and nowhere else.
//!
//! Invariant: in read-only mode, and where a policy forbids it, nothing is called; what was sent is never sent again; nothing is sent that
//! was not written down before. What is refused is no call, and is not written down.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Action, Batch, Kind, Outcomes, Receipt, Values,
    ledger::{Call, Ledger},
    policy::{Confirm, Rules},
};
use crate::{
    aws::{self, Aws},
    model::{Problem, ProblemKind, Resource, Target, Text, filter::Place},
};

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
}

/// Carries out an errand: a result for every row. Each call is in the ledger before it is made, and what came of it afterwards.
pub async fn execute(guard: impl Into<Guard>, aws: Aws, kind: &Kind, errand: Errand, ledger: &dyn Ledger) -> Outcomes {
    let Errand { action, rows, values, token } = errand;
    let guard = guard.into();
    let action = match permitted(guard.session, kind, action) {
        Ok(action) => action,
        Err(problem) => return all(&rows, &problem),
    };
    let (able, unable): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| (action.offered)(row).is_ok());
    let mut outcomes: Outcomes = unable.iter().map(|row| (row.id.clone(), Err(refusal(action, row)))).collect();
    for chunk in able.chunks(action.batch.max(1)) {
        let chunk = allowed(&guard, aws.target(), chunk, &mut outcomes);
        let batch = |rows: &[Arc<Resource>]| Batch { rows: rows.to_vec(), values: values.clone(), token: token() };
        let call = |batch: Batch| call(&aws, Call { kind: kind.id, action, batch }, ledger);
        outcomes.extend(attempt(&chunk, batch, call).await);
    }
    outcomes
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
fn allowed(guard: &Guard, target: &Target, rows: &[Arc<Resource>], outcomes: &mut Outcomes) -> Vec<Arc<Resource>> {
    let mut through = Vec::new();
    for row in rows {
        match guard.allows(target, row) {
            Ok(()) => through.push(row.clone()),
            Err(problem) => outcomes.push((row.id.clone(), Err(problem))),
        }
    }
    through
}

fn refusal(action: &Action, row: &Resource) -> Problem {
    let reason = (action.offered)(row).err().unwrap_or_default();
    Problem::new(ProblemKind::Conflict, format!("cannot {}: {reason}", action.id), "refresh the list and look at its state")
}

/// Sends a batch. When AWS refuses it whole because of some row, halves are sent until the bad rows stand alone:
/// a refused call has done nothing. After a lost answer nothing is sent again.
async fn attempt<F>(rows: &[Arc<Resource>], batch: impl Fn(&[Arc<Resource>]) -> Batch, call: impl Fn(Batch) -> F) -> Outcomes
where
    F: Future<Output = Result<Outcomes, Problem>>,
{
    let mut outcomes = Outcomes::new();
    let mut waiting = if rows.is_empty() { Vec::new() } else { vec![rows.to_vec()] };
    while let Some(rows) = waiting.pop() {
        match call(batch(&rows)).await {
            Ok(done) => outcomes.extend(done),
            Err(problem) if rows.len() > 1 && refused(&problem) => {
                let (first, second) = rows.split_at(rows.len() / 2);
                waiting.extend([second.to_vec(), first.to_vec()]);
            }
            Err(problem) => outcomes.extend(all(&rows, &problem)),
        }
    }
    outcomes
}

/// Makes one call between two entries of the ledger; without the first it is not made.
async fn call(aws: &Aws, call: Call, ledger: &dyn Ledger) -> Result<Outcomes, Problem> {
    let (run, batch) = (call.action.run, call.batch.clone());
    let entry = ledger.intend(call).await?;
    let (answer, requests) = aws::heard(run(aws.clone(), batch)).await;
    entry.settle(&answer, requests).await;
    answer
}

/// True when AWS said no to the request because of what is in it, so that a part of it may pass.
fn refused(problem: &Problem) -> bool {
    problem.code.is_some() && matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Conflict | ProblemKind::Invalid)
}

fn all(rows: &[Arc<Resource>], problem: &Problem) -> Outcomes {
    rows.iter().map(|row| (row.id.clone(), Err::<Receipt, _>(problem.clone()))).collect()
}
