//! One row of an inventory, packed: a page of SDK structs becomes a page of these and is dropped.

use std::fmt;

use super::{cell::Cell, parents::Parents, record::Record, tags::Tags, target::TargetId, text::Text};

/// The id of a kind, as typed in `qd list`: `ec2`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub &'static str);

impl fmt::Debug for KindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for KindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The identity of a row. The cursor, the marks and every action hold this, never a position.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which account and region.
    pub target: TargetId,
    /// Which kind.
    pub kind: KindId,
    /// AWS's id within both.
    pub id: Text,
}

/// Anything a service lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resource {
    /// AWS's id, unique within kind, account and region.
    pub id: Text,
    /// The name people use: the `Name` tag, or the id.
    pub name: Text,
    /// One value for each column of the kind, in the order of its table.
    pub cells: Record,
    /// The tags, by key.
    pub tags: Tags,
    /// The rows it belongs to, by kind and id: the cluster and the service of a task. Lists opened from one of them show it.
    pub parents: Parents,
}

impl Resource {
    /// True when it belongs to the row of this kind with this id.
    pub fn within(&self, kind: KindId, id: &Text) -> bool {
        self.parents.iter().any(|(known, parent)| *known == kind && parent == id)
    }

    /// The value of a tag.
    pub fn tag(&self, key: &str) -> Option<&Text> {
        self.tags.get(key)
    }
}

/// New values for some columns of a row already listed; from a second call (status checks) or a later wave.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlay {
    /// The row it belongs to.
    pub id: Text,
    /// Column position and its new value.
    pub cells: Vec<(usize, Cell)>,
    /// The tags, where the second call tells them.
    pub tags: Option<Tags>,
}

/// A part of an inventory, as it streams in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// Whole rows.
    pub rows: Vec<Resource>,
    /// Values to lay over rows, which may come before or after them.
    pub overlays: Vec<Overlay>,
}
