//! How much later than its documents say `CloudWatch` publishes, as it is seen. A question that comes too early shows the value of a period
//! before for a whole period more; one that comes a little later shows the newest.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::{
    model::{KindId, Series, Stat},
    service::Metric,
};

/// Seconds by which the next questions come later where most points were not there yet.
const LATER: i64 = 30;
/// Seconds by which they come sooner where they were.
const SOONER: i64 = 5;
/// The most that questions are put off: a period of basic monitoring.
const MOST: i64 = 300;

/// How much later than usual the metrics of each kind are published.
#[derive(Debug, Default)]
pub struct Lags {
    seconds: HashMap<KindId, i64>,
    /// Of the answers that are being taken in: those that were late, and those that were not.
    votes: HashMap<KindId, (usize, usize)>,
}

impl Lags {
    /// By how much the metrics of a kind come later than they should.
    pub fn of(&self, kind: KindId) -> SignedDuration {
        SignedDuration::from_secs(self.seconds.get(&kind).copied().unwrap_or_default())
    }

    /// Takes in one answer, of now. Only an average tells: sums have no point where there was nothing to sum.
    pub(super) fn note(&mut self, kind: KindId, metric: &Metric, answer: &Series, now: Timestamp) {
        let (Some((last, _)), Stat::Average) = (answer.points.last(), metric.stat) else { return };
        let (late, punctual) = self.votes.entry(kind).or_default();
        let due = answer.range.end + metric.delay + self.seconds.get(&kind).copied().unwrap_or_default();
        match (answer.range.end - last) / answer.range.period {
            // That a point is there long after it was due does not tell when it came.
            1 if now.as_second() < due + LATER => *punctual += 1,
            2 => *late += 1,
            // Whatever has had no point for longer has stopped to publish.
            _ => {}
        }
    }

    /// Draws the conclusion from the answers that were noted.
    pub(super) fn settle(&mut self) {
        for (kind, (late, punctual)) in self.votes.drain() {
            let seconds = self.seconds.entry(kind).or_default();
            match late.cmp(&punctual) {
                std::cmp::Ordering::Greater => *seconds = (*seconds + LATER).min(MOST),
                std::cmp::Ordering::Less => *seconds = (*seconds - SOONER).max(0),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
}
