//! The one way to a write: every action of every service is carried out here and nowhere else.
//!
//! Invariant: in read-only mode nothing is called; what was sent is never sent again; nothing is sent that was not written down before,
//! nothing out of turn, and nothing once it was called off.

use std::sync::Arc;

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio_util::sync::CancellationToken;

use super::{
    Action, Batch, Kind, Outcomes, Receipt, Values,
    ledger::{Call, Ledger},
};
use crate::{
    aws::{self, Aws},
    model::{KindId, Problem, ProblemKind, Resource, Text},
};

/// Whether actions may be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Looking only.
    ReadOnly,
    /// Actions run once confirmed.
    Operator,
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
}

/// Carries out an errand, a few calls at a time: a result for every row, as they come. Each call is in the ledger before it is made, and what
/// came of it afterwards.
pub fn execute<'a>(policy: Policy, aws: Aws, kind: &Kind, errand: Errand, ledger: &'a dyn Ledger) -> BoxStream<'a, Outcomes> {
    let Errand { action, rows, values, token, halt } = errand;
    let action = match permitted(policy, kind, action) {
        Ok(action) => action,
        Err(problem) => return stream::iter([all(&rows, &problem)]).boxed(),
    };
    let (able, unable): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| (action.offered)(row).is_ok());
    let refused: Outcomes = unable.iter().map(|row| (row.id.clone(), Err(refusal(action, row)))).collect();
    let chunks: Vec<_> = able.chunks(action.batch.max(1)).map(<[_]>::to_vec).collect();
    let office = Arc::new(Office { aws, kind: kind.id, action, values, token, halt, ledger });
    let calls = stream::iter(chunks).map(move |chunk| {
        let office = office.clone();
        async move { attempt(chunk, |rows| office.call(rows)).await }
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

fn refusal(action: &Action, row: &Resource) -> Problem {
    let reason = (action.offered)(row).err().unwrap_or_default();
    Problem::new(ProblemKind::Conflict, format!("cannot {}: {reason}", action.id), "refresh the list and look at its state")
}

/// Sends a batch. When AWS refuses it whole because of some row, halves are sent until the bad rows stand alone:
/// a refused call has done nothing, but for a termination, which those that it has reached take again for nothing. After a lost answer
/// nothing is sent again.
async fn attempt<F>(rows: Vec<Arc<Resource>>, call: impl Fn(Vec<Arc<Resource>>) -> F) -> Outcomes
where
    F: Future<Output = Result<Outcomes, Problem>>,
{
    let mut outcomes = Outcomes::new();
    let mut waiting = vec![rows];
    while let Some(mut rows) = waiting.pop() {
        match call(rows.clone()).await {
            Ok(done) => outcomes.extend(done),
            Err(problem) if rows.len() > 1 && refused(&problem) => {
                let second = rows.split_off(rows.len() / 2);
                waiting.extend([second, rows]);
            }
            Err(problem) => outcomes.extend(all(&rows, &problem)),
        }
    }
    outcomes
}

/// Everything that the calls of an errand have in common.
struct Office<'a> {
    aws: Aws,
    kind: KindId,
    action: &'static Action,
    values: Values,
    token: fn() -> Text,
    halt: Halt,
    ledger: &'a dyn Ledger,
}

impl Office<'_> {
    /// Makes one call in its turn, between two entries of the ledger; without the first it is not made.
    async fn call(&self, rows: Vec<Arc<Resource>>) -> Result<Outcomes, Problem> {
        if !self.halt.passes(self.action.turn.wait(&self.aws, rows.len())).await {
            return Err(unsent());
        }
        let batch = Batch { rows, values: self.values.clone(), token: (self.token)() };
        let entry = self.ledger.intend(Call { kind: self.kind, action: self.action, batch: batch.clone() }).await?;
        let run = self.action.run;
        let (answer, requests) = aws::heard(run(self.aws.clone(), batch)).await;
        entry.settle(&answer, requests).await;
        answer
    }
}

fn unsent() -> Problem {
    Problem::new(ProblemKind::Unsent, "it was called off before it was sent", "nothing was done to it")
}

/// True when AWS said no to the request because of what is in it, so that a part of it may pass.
fn refused(problem: &Problem) -> bool {
    problem.code.is_some() && matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Conflict | ProblemKind::Invalid)
}

fn all(rows: &[Arc<Resource>], problem: &Problem) -> Outcomes {
    rows.iter().map(|row| (row.id.clone(), Err::<Receipt, _>(problem.clone()))).collect()
}
