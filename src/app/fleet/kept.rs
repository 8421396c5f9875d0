//! Rows that were kept from an earlier start: shown with their age until the first complete sweep has taken their place.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Change, Listing, Row, Slot, Table};
use crate::{
    app::{msg::Memory, sight::Seen},
    model::{Key, Missing, Resource, TargetId, Text, remote::Asking, target::Haste},
};

/// The number of no sweep: that of rows which none has brought. They come in memory of their own.
const NONE: (u32, Haste) = (0, Haste::Now);
/// Time from one keeping of a listing to the next.
const EVERY: SignedDuration = SignedDuration::from_mins(5);

impl Listing {
    /// True while what is known of it is from an earlier start: until a sweep has come to its end, though it could not have every row.
    pub fn remembered(&self) -> bool {
        self.remembered.is_some() && self.missing.is_empty()
    }

    /// True for rows of the same earlier listing as those that are there, or of one where nothing is known yet.
    fn continues(&self, account: &Text, at: Timestamp) -> bool {
        match &self.remembered {
            Some((known, since)) => known == account && *since == at && self.count.as_of() == Some(at),
            None => self.count.value().is_none(),
        }
    }

    /// True when it is complete, at rest and was not kept lately.
    fn due(&self, now: Timestamp) -> bool {
        let whole = self.missing.iter().all(|gap| gap.of == Missing::Facts);
        let lately = |at: Timestamp| now.duration_since(at) < EVERY;
        *self.count.asking() == Asking::Settled && whole && !self.remembered() && !self.kept.is_some_and(lately)
    }
}

impl Table {
    /// Takes rows of an earlier start, unless something newer is known. What is wrong with them is judged as of then.
    pub fn remember(&mut self, memory: Memory<Resource>) -> Change {
        let Memory { target, account, at, rows, .. } = memory;
        let listing = self.listings.entry((target, None)).or_default();
        if !listing.continues(&account, at) {
            return Change::default();
        }
        listing.remembered = Some((account, at));
        let known = listing.count.value().copied().unwrap_or_default();
        listing.count.recall(known + rows.len(), at);
        let unknown: Vec<_> = rows.into_iter().filter(|row| self.at(target, &row.id).is_none()).collect();
        let touched: Vec<Slot> = unknown.into_iter().filter_map(|row| self.put(target, NONE, row, at)).collect();
        Change { differs: !touched.is_empty(), touched, gone: Vec::new() }
    }

    /// Forgets rows of an earlier start that turn out to be of another account.
    pub fn disown(&mut self, target: TargetId, account: &Text) -> Change {
        let place = (target, None);
        let Some(listing) = self.listings.get_mut(&place) else { return Change::default() };
        let Some((_, at)) = listing.remembered.take_if(|(known, _)| known != account) else { return Change::default() };
        if listing.count.as_of() == Some(at) {
            listing.count.forget();
        }
        let foreign = |row: &Row| row.key.target == target && row.sweep == NONE.0;
        let gone: Vec<Slot> = self.rows().filter(|(_, row)| foreign(row)).map(|(slot, _)| slot).collect();
        for slot in &gone {
            self.remove(*slot);
        }
        Change { touched: Vec::new(), differs: !gone.is_empty(), gone }
    }

    /// Listings of targets in sight of which only an earlier start knows.
    pub fn remembered(&self, seen: &Seen) -> usize {
        self.listings.iter().filter(|((target, _), listing)| listing.remembered() && seen.shows(*target)).count()
    }

    /// True for a row of an earlier start that nobody has looked at since.
    pub fn remembers(&self, key: &Key) -> bool {
        self.find(key).is_some_and(|row| row.sweep == NONE.0)
    }

    /// What is to be kept of a target for the next start, when that is due.
    pub fn keep(&mut self, target: TargetId, account: &Text, now: Timestamp) -> Option<Memory<Arc<Resource>>> {
        let listing = self.listings.get_mut(&(target, None)).filter(|listing| listing.due(now))?;
        let at = listing.count.as_of()?;
        listing.kept = Some(now);
        let mine = self.rows().filter(|(_, row)| row.key.target == target);
        let rows = mine.map(|(_, row)| row.resource.clone()).collect();
        Some(Memory { target, kind: self.kind.id, account: account.clone(), at, rows })
    }
}
