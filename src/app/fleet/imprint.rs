//! What a row can be found by from others, in 32 bits: rows that lack a bit of a word do not hold it. One number of each of
//! 100,000 rows is looked at in a small part of a frame; what they belong to lies all over the memory, and took three.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Row, Slot, Table};
use crate::{
    model::{Resource, Text},
    service::{self, End, Kind},
};

/// The bits of the words that a row holds, two for each: with four words, one row in twenty has those of a word that it does not hold. So
/// wide, it takes no room in a [`Row`], where the number of a sweep leaves as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Imprint(u32);

impl Imprint {
    const NONE: Self = Self(0);

    fn of(word: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        word.hash(&mut hasher);
        let hash = hasher.finish();
        Self(1 << (hash % 32) | 1 << ((hash >> 32) % 32))
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Where rows of a kind hold the words that tie them to others, with the place of the column.
#[derive(Debug)]
pub(super) struct Ends(Vec<(End, Option<usize>)>);

impl Ends {
    /// What any relation that leads to the kind goes by. Rows that are named by their ids are found by these.
    pub(super) fn of(kind: &'static Kind) -> Self {
        let related = service::kinds().chain([kind]).flat_map(|from| from.related);
        let leading = related.filter(|relation| relation.to.id == kind.id);
        let mut ends: Vec<(End, Option<usize>)> = Vec::new();
        for end in leading.map(|relation| relation.there).filter(|end| !matches!(end, End::Id | End::Parent(_))) {
            if !ends.iter().any(|(known, _)| *known == end) {
                ends.push((end, end.place(kind)));
            }
        }
        Self(ends)
    }

    /// What the words of a row leave: those at these ends, and the ids of what it belongs to.
    pub(super) fn imprint(&self, row: &Resource) -> Imprint {
        let mut all = row.parents.iter().fold(Imprint::NONE, |all, (_, id)| all.with(Imprint::of(id.as_str())));
        for (end, place) in &self.0 {
            end.any(*place, row, |word| {
                all = all.with(Imprint::of(word));
                false
            });
        }
        all
    }
}

impl Table {
    /// The rows that may hold one of these words where a relation leads to them, or belong to what is called so; every one that does is among
    /// them. In no particular order.
    pub fn bearing(&self, words: &[Text]) -> impl Iterator<Item = (Slot, &Row)> {
        let wanted: Vec<Imprint> = words.iter().map(|word| Imprint::of(word.as_str())).collect();
        self.rows().filter(move |(_, row)| wanted.iter().any(|word| row.imprint.has(*word)))
    }
}

#[cfg(test)]
mod tests;
