//! EKS in one account and region: clusters and what belongs to them.
//!
//! No state is stepped: each follows from the moment, from the incidents that recur, and from the updates that were begun. Only the nodes
//! that an update replaces are remembered until it is their turn.

mod founding;
mod insight;
mod metrics;
mod nodegroup;
pub(in crate::sim) mod turnover;
mod version;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use self::metrics::{INSIGHT_NAMES, INSIGHTS, NAMES, NAMESPACE, OBSERVED};
pub use self::{
    insight::Insight,
    nodegroup::{Change, Nodegroup, Scaling, Update},
    turnover::Turn,
    version::{VERSIONS, Version},
};
use super::{
    chance::Chance,
    fleet::Fleet,
    signal::{Published, Signal},
};

/// What EKS has in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Eks {
    /// Clusters by name, which is the order they are listed in.
    pub clusters: BTreeMap<String, Cluster>,
    /// When the world began.
    pub origin: Timestamp,
    /// Nodes that are still to be replaced by updates.
    turns: Vec<Turn>,
}

/// A cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Version of Kubernetes.
    pub version: &'static str,
    /// EKS's own version of the control plane.
    pub platform: &'static str,
    /// When it was made.
    pub born: Timestamp,
    /// What happens at the end of standard support: `STANDARD` or `EXTENDED`.
    pub policy: &'static str,
    /// Whether EKS looks after the nodes (Auto Mode).
    pub auto: bool,
    /// Whether the API server can be reached from everywhere.
    pub public: bool,
    /// Its tags.
    pub tags: &'static [(&'static str, &'static str)],
    /// API requests a minute at noon.
    pub load: f64,
    /// Pods that wait for room, as a rule.
    pub pending: f64,
    /// Its own branch of chance.
    pub chance: Chance,
    /// Node groups by name.
    pub nodegroups: BTreeMap<String, Nodegroup>,
    /// Add-ons by name.
    pub addons: BTreeMap<String, Addon>,
    /// Fargate profiles by name.
    pub profiles: BTreeMap<String, Profile>,
    /// Insights by id.
    pub insights: BTreeMap<String, Insight>,
}

/// A health issue, in EKS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// EKS's code.
    pub code: &'static str,
    /// EKS's sentence.
    pub message: String,
    /// What it concerns.
    pub resources: Vec<String>,
}

/// When something is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spell {
    /// Never.
    Never,
    /// Since this moment, and it stays.
    Since(Timestamp),
    /// Every so many seconds, for so many, counted from a moment.
    Recurring {
        /// The first time.
        from: Timestamp,
        /// Seconds from one time to the next.
        every: i64,
        /// Seconds that each lasts.
        lasts: i64,
    },
}

impl Spell {
    /// Since when it is going on, at a moment at which it is.
    pub fn since(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::Since(at) => (at <= now).then_some(at),
            Self::Recurring { from, every, lasts } => {
                let into = now.duration_since(from).as_secs().rem_euclid(every);
                (into < lasts).then(|| now.saturating_sub(SignedDuration::from_secs(into)).unwrap_or(now))
            }
        }
    }
}

/// An add-on.
#[derive(Debug, Clone, PartialEq)]
pub struct Addon {
    /// Its version.
    pub version: &'static str,
    /// When it was installed.
    pub born: Timestamp,
    /// What is wrong with it, while it is.
    pub issue: Option<Issue>,
    /// When that is.
    pub ill: Spell,
    /// When it is being updated.
    pub updating: Spell,
}

impl Addon {
    /// EKS's word for its state.
    pub fn status(&self, now: Timestamp) -> &'static str {
        match (self.updating.since(now), self.issue(now)) {
            (Some(_), _) => "UPDATING",
            (None, Some(_)) => "DEGRADED",
            (None, None) => "ACTIVE",
        }
    }

    /// What is wrong with it now.
    pub fn issue(&self, now: Timestamp) -> Option<&Issue> {
        self.issue.as_ref().filter(|_| self.ill.since(now).is_some())
    }

    /// When it changed last.
    pub fn modified(&self, now: Timestamp) -> Timestamp {
        self.updating.since(now).or(self.ill.since(now)).unwrap_or(self.born)
    }
}

/// A Fargate profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// When it was made.
    pub born: Timestamp,
    /// Namespaces and labels of the pods it takes.
    pub selectors: &'static [(&'static str, &'static [(&'static str, &'static str)])],
}

impl Eks {
    /// What there is at the beginning; worker nodes are instances of the fleet.
    pub(super) fn new(chance: Chance, fleet: &Fleet, origin: Timestamp) -> Self {
        let chance = chance.of("eks");
        Self { clusters: founding::clusters(chance, fleet, origin), origin, turns: Vec::new() }
    }

    /// A metric of a cluster: exactly this namespace, name and dimension.
    pub(super) fn signal(&self, namespace: &str, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'_>> {
        let [(key, value)] = dimensions else { return None };
        let cluster = self.clusters.get(value).filter(|_| key == "ClusterName")?;
        match namespace {
            NAMESPACE => cluster.signal(name),
            INSIGHTS if value == OBSERVED => cluster.insight(name),
            _ => None,
        }
    }

    /// Every metric there is.
    pub(super) fn published(&self) -> impl Iterator<Item = Published> {
        self.clusters.keys().flat_map(|cluster| {
            let one = move |namespace: &'static str| {
                move |(name, _): &(&'static str, &'static str)| Published {
                    namespace,
                    name,
                    dimensions: vec![("ClusterName", cluster.clone())],
                }
            };
            let observed = INSIGHT_NAMES.iter().filter(move |_| cluster == OBSERVED);
            NAMES.iter().map(one(NAMESPACE)).chain(observed.map(one(INSIGHTS)))
        })
    }
}

#[cfg(test)]
mod tests;
