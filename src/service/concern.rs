//! When a value of a metric is a concern: its newest points make a finding of the row, and no question is asked for that.

use jiff::Timestamp;

use super::{Metric, Sign};
use crate::model::{Finding, Series, Text, format};

/// Where the values lie that are a concern, in the drawn unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// From this value upwards.
    Above(f64),
    /// From this value downwards.
    Below(f64),
}

/// When a metric is a concern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concern {
    /// Which values are.
    pub bound: Bound,
    /// How many of the newest points in a row have to be, at least 1.
    pub periods: usize,
    /// What it is then called, how urgent it is, and what it means.
    pub sign: Sign,
    /// What to do about it.
    pub advice: &'static str,
}

impl Bound {
    /// True for a value on the wrong side.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::Above(limit) => value >= limit,
            Self::Below(limit) => value <= limit,
        }
    }
}

impl Concern {
    /// The finding that a series makes, and the moment from which it says nothing any more unless something newer comes. `None` while
    /// all is well, and where the newest point is older than that.
    pub fn found(&self, metric: &Metric, series: &Series, patience: i64, now: Timestamp) -> Option<(Finding, Timestamp)> {
        let (at, value) = series.latest()?;
        let until = Timestamp::from_second(at.as_second() + patience).ok().filter(|until| now <= *until)?;
        let bad = series.points.iter().rev().take_while(|(_, value)| self.bound.holds(*value)).count();
        if bad < self.periods {
            return None;
        }
        let since = series.points.get(series.points.len() - bad).and_then(|(at, _)| Timestamp::from_second(*at).ok());
        let reason = Text::new(&format!("{}: {}", self.sign.means, format::value(value, metric.unit)));
        let Sign { severity, code, .. } = self.sign;
        Some((Finding { severity, code, reason, since, advice: self.advice }, until))
    }
}
