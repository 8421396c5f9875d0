//! What the newest points of metrics say about rows: findings that stand as long as nothing newer is due.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Change, Slot, Table};
use crate::{
    model::{Finding, Key, Resource, TargetId, Text},
    service::Kind,
};

/// What one metric says about a row, and until when.
#[derive(Debug)]
struct Told {
    /// Position in the kind's table of metrics.
    metric: usize,
    finding: Finding,
    until: Timestamp,
}

/// What metrics say, by row.
#[derive(Debug, Default)]
pub(super) struct Metered {
    rows: HashMap<(TargetId, Text), Vec<Told>>,
    /// No finding ends before this.
    next: Option<Timestamp>,
}

impl Metered {
    /// The findings of a row that still publishes what they are about.
    pub(super) fn on<'a>(&'a self, kind: &'static Kind, target: TargetId, row: &'a Resource) -> impl Iterator<Item = Finding> + 'a {
        let told = if self.rows.is_empty() { None } else { self.rows.get(&(target, row.id.clone())) };
        let published = |told: &&Told| kind.metrics.get(told.metric).is_some_and(|metric| (metric.published)(row));
        told.into_iter().flatten().filter(published).map(|told| told.finding.clone())
    }

    pub(super) fn forget(&mut self, target: TargetId, id: &Text) {
        if !self.rows.is_empty() {
            self.rows.remove(&(target, id.clone()));
        }
    }

    /// Takes what a metric says of a row; true when that is something else than before.
    fn tell(&mut self, key: &Key, metric: usize, said: Option<(Finding, Timestamp)>) -> bool {
        let place = (key.target, key.id.clone());
        if said.is_none() && !self.rows.contains_key(&place) {
            return false;
        }
        let told = self.rows.entry(place.clone()).or_default();
        let before = told.iter().position(|known| known.metric == metric).map(|at| told.swap_remove(at));
        let differs = before.map(|known| known.finding) != said.as_ref().map(|(finding, _)| finding.clone());
        if let Some((finding, until)) = said {
            self.next = Some(self.next.map_or(until, |next| next.min(until)));
            told.push(Told { metric, finding, until });
        }
        if told.is_empty() {
            self.rows.remove(&place);
        }
        differs
    }

    /// Takes out what is not fresh any more; gives the rows it was about.
    fn expire(&mut self, now: Timestamp) -> Vec<(TargetId, Text)> {
        if self.next.is_none_or(|next| now <= next) {
            return Vec::new();
        }
        let mut concerned = Vec::new();
        for (place, told) in &mut self.rows {
            let before = told.len();
            told.retain(|known| now <= known.until);
            if told.len() < before {
                concerned.push(place.clone());
            }
        }
        self.rows.retain(|_, told| !told.is_empty());
        self.next = self.rows.values().flatten().map(|known| known.until).min();
        concerned
    }
}

impl Table {
    /// Takes what the newest points of a metric say about a row: a finding and until when it stands, or that all is well.
    pub fn meter(&mut self, key: &Key, metric: usize, said: Option<(Finding, Timestamp)>, now: Timestamp) -> Option<Slot> {
        let differs = self.slot(key).is_some() && self.metered.tell(key, metric, said);
        differs.then(|| self.judge_again(key.target, &key.id, now)).flatten()
    }

    /// Takes back what points said that are not fresh any more.
    pub fn expire_metered(&mut self, now: Timestamp) -> Change {
        let concerned = self.metered.expire(now);
        let touched = concerned.iter().filter_map(|(target, id)| self.judge_again(*target, id, now)).collect();
        Change { touched, ..Change::default() }
    }
}
