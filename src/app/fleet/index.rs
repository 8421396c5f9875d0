//! Which slot a row is in: slots alone, found by the identities that their rows hold, so that none is kept twice for 100,000 rows.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Row, Slot};
use crate::model::{TargetId, Text};

/// The slots of a table's rows. What is asked of it is answered by these `rows`, so that they must be the same each time, but for slots
/// that are not in it.
#[derive(Debug, Default)]
pub(super) struct Index {
    slots: HashTable<Slot>,
    hasher: DefaultHashBuilder,
}

impl Index {
    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The slot of a row.
    pub(super) fn find(&self, rows: &[Option<Row>], target: TargetId, id: &Text) -> Option<Slot> {
        let same = |slot: &Slot| rows[*slot as usize].as_ref().is_some_and(|row| row.key.target == target && row.key.id == *id);
        self.slots.find(hash(&self.hasher, target, id), same).copied()
    }

    /// Takes a slot that is not in it yet, whose row is in its place.
    pub(super) fn insert(&mut self, rows: &[Option<Row>], slot: Slot) {
        let hash = |slot: &Slot| of(&self.hasher, rows, *slot);
        self.slots.insert_unique(hash(&slot), slot, hash);
    }

    /// Gives a slot up, before its row is taken out. One without a row is in it nowhere.
    pub(super) fn remove(&mut self, rows: &[Option<Row>], slot: Slot) {
        if let Ok(known) = self.slots.find_entry(of(&self.hasher, rows, slot), |known| *known == slot) {
            known.remove();
        }
    }
}

fn hash(hasher: &DefaultHashBuilder, target: TargetId, id: &Text) -> u64 {
    hasher.hash_one((target, id.as_str()))
}

fn of(hasher: &DefaultHashBuilder, rows: &[Option<Row>], slot: Slot) -> u64 {
    rows[slot as usize].as_ref().map_or(0, |row| hash(hasher, row.key.target, &row.key.id))
}
