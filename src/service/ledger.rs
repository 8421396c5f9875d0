//! What is written down about each call that changes something: before it is made, and once it has been answered.
//!
//! Invariant: the executor alone writes here, and makes no call whose intent was refused.

use futures::future::BoxFuture;

use super::{Action, Batch, Outcomes};
use crate::model::{KindId, Problem, ProblemKind, Text};

/// A call about to be made.
#[derive(Debug)]
pub struct Call {
    /// The kind of its rows.
    pub kind: KindId,
    /// The action.
    pub action: &'static Action,
    /// Its rows, what was entered, and its token.
    pub batch: Batch,
    /// How often it was throttled before: it is made again with the same token, and each time is written down.
    pub throttled: usize,
}

impl Call {
    /// What it is known by where it is written down: the token, and behind it the number where it is not made for the first time.
    pub fn id(&self) -> Text {
        match self.throttled {
            0 => self.batch.token.clone(),
            times => Text::new(&format!("{}-{}", self.batch.token, times + 1)),
        }
    }
}

/// Where calls are written down.
pub trait Ledger: Send + Sync {
    /// Writes down a call, so that it survives a crash. An error keeps the call from being made, and says so to the user.
    fn intend(&self, call: Call) -> BoxFuture<'_, Result<Box<dyn Entry>, Problem>>;
}

/// A call that was written down and waits for its outcome; one that is dropped without any stays unknown for ever.
pub trait Entry: Send {
    /// Writes down what came of it, with the ids of the requests that it took.
    fn settle(self: Box<Self>, answer: &Result<Outcomes, Problem>, requests: Vec<Text>) -> BoxFuture<'_, ()>;
}

/// What happens to a call that cannot be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// It is not made.
    Required,
    /// It is made, and that it is not written down is told.
    Wished,
}

/// True when nobody knows whether the call was carried out: AWS itself does not say so either when it fails in the middle of one.
pub fn lost(problem: &Problem) -> bool {
    matches!(problem.kind, ProblemKind::Timeout | ProblemKind::Unreachable | ProblemKind::Garbled | ProblemKind::Service)
}
