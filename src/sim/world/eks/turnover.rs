//! Nodes that an update replaces, one after the other.

use jiff::{SignedDuration, Timestamp};

use super::{Change, Eks, Update};
use crate::sim::world::role::{ROLES, Role};

/// Seconds until the first node is replaced, and from each to the next.
const PACE: i64 = 10;

/// The replacement of one node.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// When.
    pub due: Timestamp,
    /// Nodes from before this moment are replaced.
    pub begun: Timestamp,
    /// What its node group's nodes are in the fleet.
    pub role: &'static Role,
}

/// What the nodes of a node group are in the fleet, where it has any.
pub(in crate::sim) fn role(cluster: &str, nodegroup: &str) -> Option<&'static Role> {
    let has = |role: &Role, key: &str, value: &str| role.tags.contains(&(key, value));
    ROLES.iter().find(|role| has(role, "eks:cluster-name", cluster) && has(role, "eks:nodegroup-name", nodegroup))
}

impl Eks {
    /// Remembers the nodes that an update of a node group will replace; one that fails gets past none.
    pub(in crate::sim) fn roll(&mut self, role: &'static Role, update: &Update, nodes: i64) {
        let rolls = matches!(update.change, Change::Version { .. }) && update.fails.is_none();
        let due = |at: i64| update.begun.saturating_add(SignedDuration::from_secs(PACE * at)).unwrap_or(update.begun);
        if rolls {
            self.turns.extend((1..=nodes).map(|at| Turn { due: due(at), begun: update.begun, role }));
        }
    }

    /// Takes what is due, in order.
    pub(in crate::sim::world) fn due(&mut self, now: Timestamp) -> Vec<Turn> {
        let (mut due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.turns).into_iter().partition(|turn| turn.due <= now);
        self.turns = later;
        due.sort_by_key(|turn| (turn.due, turn.role.name));
        due
    }
}
