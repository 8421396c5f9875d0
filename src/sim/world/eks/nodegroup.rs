//! Node groups and their updates.

use jiff::{SignedDuration, Timestamp};

use super::{Issue, Spell};
use crate::sim::world::chance::Chance;

/// How many nodes there may be and are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    /// At least.
    pub min: i64,
    /// Asked for.
    pub desired: i64,
    /// At most.
    pub max: i64,
}

/// A node group.
#[derive(Debug, Clone, PartialEq)]
pub struct Nodegroup {
    /// When it was made.
    pub born: Timestamp,
    /// Its own branch of chance.
    pub chance: Chance,
    /// How many nodes.
    pub scaling: Scaling,
    /// The version and the release of its image before any update.
    pub image: (&'static str, &'static str),
    /// What sort of image.
    pub ami: &'static str,
    /// `ON_DEMAND` or `SPOT`.
    pub capacity: &'static str,
    /// Instance types.
    pub types: &'static [&'static str],
    /// The Auto Scaling group behind it.
    pub group: String,
    /// Labels of its nodes.
    pub labels: &'static [(&'static str, &'static str)],
    /// Taints of its nodes: key, value, effect.
    pub taints: &'static [(&'static str, &'static str, &'static str)],
    /// Its tags.
    pub tags: &'static [(&'static str, &'static str)],
    /// What is wrong with it, while it is.
    pub issue: Option<Issue>,
    /// When that is.
    pub ill: Spell,
    /// A pod that may not be evicted: only a forced update gets past it.
    pub guarded: Option<&'static str>,
    /// Updates that were ever begun, oldest first.
    pub updates: Vec<Update>,
}

/// What an update changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// How many nodes; told at once, while the nodes follow.
    Scaling(Scaling),
    /// The version and release of the nodes.
    Version {
        /// Version of Kubernetes.
        version: String,
        /// Release of the image.
        release: String,
        /// Whether pods are evicted against their budgets.
        force: bool,
    },
}

/// An update of a node group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Its id.
    pub id: String,
    /// The client token it was asked for with.
    pub token: String,
    /// What it changes.
    pub change: Change,
    /// When it was begun.
    pub begun: Timestamp,
    /// When it is over.
    pub over: Timestamp,
    /// The pod it fails at, if it does.
    pub fails: Option<&'static str>,
}

impl Update {
    /// EKS's word for its state.
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.fails {
            _ if now < self.over => "InProgress",
            Some(_) => "Failed",
            None => "Successful",
        }
    }
}

impl Nodegroup {
    /// EKS's word for its state.
    pub fn status(&self, now: Timestamp) -> &'static str {
        match (self.updating(now), self.issue(now)) {
            (true, _) => "UPDATING",
            (false, Some(_)) => "DEGRADED",
            (false, None) => "ACTIVE",
        }
    }

    /// Whether an update is under way.
    pub fn updating(&self, now: Timestamp) -> bool {
        self.updates.iter().any(|update| now < update.over)
    }

    /// What is wrong with it now.
    pub fn issue(&self, now: Timestamp) -> Option<&Issue> {
        self.issue.as_ref().filter(|_| self.ill.since(now).is_some())
    }

    /// The version and the release its nodes have now.
    pub fn image(&self, now: Timestamp) -> (String, String) {
        let done = self.updates.iter().rev().filter(|update| update.status(now) == "Successful");
        let image = done.filter_map(|update| match &update.change {
            Change::Version { version, release, .. } => Some((version.clone(), release.clone())),
            Change::Scaling(_) => None,
        });
        image.into_iter().next().unwrap_or_else(|| (self.image.0.to_owned(), self.image.1.to_owned()))
    }

    /// When it changed last.
    pub fn modified(&self, now: Timestamp) -> Timestamp {
        let update = self.updates.last().map(|update| if now < update.over { update.begun } else { update.over });
        update.into_iter().chain(self.ill.since(now)).max().unwrap_or(self.born)
    }

    /// Begins an update. The same token brings the same update; `None` while another is under way.
    pub fn begin(&mut self, token: &str, change: Change, now: Timestamp) -> Option<Update> {
        if let Some(known) = self.updates.iter().find(|update| !token.is_empty() && update.token == token) {
            return Some(known.clone());
        }
        if self.updating(now) {
            return None;
        }
        let luck = self.chance.of("update").at(self.updates.len() as u64);
        let forced = matches!(change, Change::Version { force: true, .. } | Change::Scaling(_));
        let over = now.saturating_add(SignedDuration::from_millis(self.takes(&change, luck))).unwrap_or(now);
        if let Change::Scaling(scaling) = &change {
            self.scaling = *scaling;
        }
        let fails = self.guarded.filter(|_| !forced);
        let update = Update { id: uuid(luck), token: token.to_owned(), change, begun: now, over, fails };
        self.updates.push(update.clone());
        Some(update)
    }

    /// Milliseconds of an update; a demonstration is not made to wait as long as EKS takes.
    fn takes(&self, change: &Change, luck: Chance) -> i64 {
        let extra = luck.of("pace").below(4_000) as i64;
        match change {
            Change::Scaling(_) => 8_000 + extra,
            Change::Version { .. } => 20_000 + 10_000 * self.scaling.desired.clamp(0, 60) + extra,
        }
    }
}

/// An id in the form of a UUID.
pub(super) fn uuid(chance: Chance) -> String {
    let hex = chance.of("uuid").hex(32);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
