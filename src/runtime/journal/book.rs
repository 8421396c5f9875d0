//! The journal as the executor's ledger: what it knows beside the call is who makes it, where, and how it was confirmed.

#![expect(clippy::disallowed_methods, reason = "the time of a call is the time of the world")]

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::{Journal, omission, record, refusal};
use crate::{
    model::{Problem, Target, Text},
    service::{
        Outcomes,
        ledger::{Call, Duty, Entry, Ledger},
    },
};

/// By whose authority calls are made, and where.
#[derive(Debug, Clone)]
pub struct Warrant {
    /// Account and ARN of the caller; `None` when AWS did not say.
    pub identity: Option<(Text, Text)>,
    /// Profile and region.
    pub target: Target,
    /// How it was confirmed.
    pub confirmed: Text,
}

/// The journal, opened for the calls of one confirmed action in one target.
#[derive(Debug)]
pub struct Book {
    journal: Journal,
    warrant: Warrant,
    omissions: Arc<Mutex<Vec<Problem>>>,
}

impl Book {
    /// Nothing is written yet.
    pub fn new(journal: Journal, warrant: Warrant) -> Self {
        Self { journal, warrant, omissions: Arc::default() }
    }

    /// What was done and could not be written down.
    pub fn omissions(self) -> Vec<Problem> {
        std::mem::take(&mut *self.omissions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn omit(omissions: &Mutex<Vec<Problem>>, why: &str) {
    tracing::error!(why, "the journal cannot be written");
    omissions.lock().unwrap_or_else(PoisonError::into_inner).push(omission(why));
}

impl Ledger for Book {
    fn intend(&self, call: Call) -> BoxFuture<'_, Result<Box<dyn Entry>, Problem>> {
        Box::pin(async move {
            let intent = record::intent(&call, &self.warrant, &self.journal.0.source, Timestamp::now());
            let written = self.journal.append(intent).await;
            match (&written, self.journal.duty()) {
                (Ok(()), _) => {}
                (Err(why), Duty::Required) => return Err(refusal(why)),
                (Err(why), Duty::Wished) => omit(&self.omissions, why),
            }
            let page = Page { journal: self.journal.clone(), id: call.id(), begun: Instant::now(), omissions: self.omissions.clone() };
            Ok(Box::new(page) as Box<dyn Entry>)
        })
    }
}

/// A call between its two records.
struct Page {
    journal: Journal,
    id: Text,
    begun: Instant,
    omissions: Arc<Mutex<Vec<Problem>>>,
}

impl Entry for Page {
    fn settle(self: Box<Self>, answer: &Result<Outcomes, Problem>, requests: Vec<Text>) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let outcome = record::outcome(&self.id, answer, &requests, self.begun.elapsed(), Timestamp::now());
            if let Err(why) = self.journal.append(outcome).await {
                omit(&self.omissions, &why);
            }
        })
    }
}
