//! The inventory of one kind over all targets: rows by identity, sweeps that stream in, nothing that blinks.

mod alarmed;
mod imprint;
mod index;
mod judged;
mod kept;
mod laid;
mod merged;
mod metered;
mod pardoned;
mod tally;
mod turning;

use std::{collections::HashMap, sync::Arc};

pub use alarmed::{Alarms, limit};
use imprint::{Ends, Imprint};
use index::Index;
use jiff::Timestamp;
use laid::{Brought, Laid};
use metered::Metered;
pub use tally::Tally;
use turning::{Now, Past};

use crate::{
    app::turns::Turn,
    model::{
        Finding, Gap, Key, KindId, Missing, Problem, Remote, Resource, TargetId, Text,
        resource::{Overlay, Page},
        target::Haste,
    },
    service::Kind,
};

/// Which part of an inventory: everything, or what belongs to one row of another kind.
pub type Part = Option<(KindId, Text)>;

/// Position of a row in its table; stays with the row for life, and is used again after it.
pub type Slot = u32;

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// Its identity.
    pub key: Key,
    /// Its latest state.
    pub resource: Arc<Resource>,
    /// What is wrong with it.
    pub findings: Box<[Finding]>,
    imprint: Imprint,
    sweep: u32,
    laid: Option<Laid>,
}

/// How the listing of one target, or of a part of it, stands.
#[derive(Debug, Default)]
pub struct Listing {
    /// The number of rows of the last complete sweep, and how the present one stands.
    pub count: Remote<usize>,
    /// The number of the latest sweep.
    pub sweep: u32,
    /// How soon somebody wants it.
    pub haste: Haste,
    /// Rows that the present sweep has brought so far.
    pub arrived: usize,
    /// Complete sweeps in a row that found everything as it was.
    pub quiet: u32,
    /// Whether the present sweep has found anything else than was there.
    changed: bool,
    /// What the latest complete sweep could not have: parts of the inventory, or facts beside the rows.
    pub missing: Vec<Gap>,
    /// The account and the time of rows that were kept from an earlier start, until a complete sweep has taken their place.
    remembered: Option<(Text, Timestamp)>,
    /// When it was last kept for the next start.
    kept: Option<Timestamp>,
}

/// The inventory of one kind.
#[derive(Debug)]
pub struct Table {
    /// The kind.
    pub kind: &'static Kind,
    ends: Ends,
    rows: Vec<Option<Row>>,
    free: Vec<Slot>,
    index: Index,
    listings: HashMap<(TargetId, Part), Listing>,
    brought: Brought,
    /// Details fetched for single rows, and when; forgotten with the row.
    details: HashMap<(TargetId, Text), (Timestamp, Overlay)>,
    /// The alarms of each target.
    alarms: HashMap<TargetId, Arc<Alarms>>,
    /// What metrics say about rows.
    metered: Metered,
    /// Number of the latest sweep of any target or part: a row that a later sweep brought is never stale for an earlier one.
    sweeps: u32,
    /// All rows, counted.
    whole: Tally,
    /// The rows of each target, counted.
    tallies: HashMap<TargetId, Tally>,
    /// What has turned and was not told yet.
    turned: Vec<Turn>,
}

/// What a change did to a table: slots whose row is new or different, and slots that are empty now.
#[derive(Debug, Default, PartialEq)]
pub struct Change {
    /// New or different.
    pub touched: Vec<Slot>,
    /// Empty now.
    pub gone: Vec<Slot>,
    /// Whether any of the rows is other than it was.
    pub differs: bool,
}

impl Table {
    /// An empty table.
    pub fn new(kind: &'static Kind) -> Self {
        Self {
            kind,
            ends: Ends::of(kind),
            rows: Vec::new(),
            free: Vec::new(),
            index: Index::default(),
            listings: HashMap::new(),
            brought: Brought::default(),
            details: HashMap::new(),
            alarms: HashMap::new(),
            metered: Metered::default(),
            sweeps: 0,
            whole: Tally::default(),
            tallies: HashMap::new(),
            turned: Vec::new(),
        }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// True when there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of rows with findings.
    pub fn findings(&self) -> usize {
        self.whole.unwell
    }

    /// The row in a slot.
    pub fn row(&self, slot: Slot) -> Option<&Row> {
        self.rows.get(slot as usize)?.as_ref()
    }

    /// The row with this identity.
    pub fn find(&self, key: &Key) -> Option<&Row> {
        self.row(self.slot(key)?)
    }

    /// The slot of the row with this identity.
    pub fn slot(&self, key: &Key) -> Option<Slot> {
        self.at(key.target, &key.id)
    }

    /// The slot of the row of a target with this id.
    fn at(&self, target: TargetId, id: &Text) -> Option<Slot> {
        self.index.find(&self.rows, target, id)
    }

    /// Number of slots, those without a row among them: every slot is less.
    pub fn slots(&self) -> usize {
        self.rows.len()
    }

    /// Every row with its slot, in no particular order.
    pub fn rows(&self) -> impl Iterator<Item = (Slot, &Row)> {
        self.rows.iter().enumerate().filter_map(|(slot, row)| Some((slot as Slot, row.as_ref()?)))
    }

    /// How the listing of a target, or of a part of it, stands.
    pub fn listing(&self, target: TargetId, part: &Part) -> Option<&Listing> {
        self.listings.get(&(target, part.clone()))
    }

    /// Listings that are under way.
    pub fn loading(&self) -> usize {
        self.listings.values().filter(|listing| listing.count.loading()).count()
    }

    /// Begins a sweep of a target, or of a part of it, a calm one where all of it is known, and gives its number.
    pub fn begin(&mut self, target: TargetId, part: Part, now: Timestamp) -> u32 {
        self.sweeps += 1;
        let listing = self.listings.entry((target, part)).or_default();
        let known = listing.count.value().is_some() && !listing.remembered();
        listing.haste = if known { Haste::Calm } else { Haste::Now };
        listing.sweep = self.sweeps;
        listing.arrived = 0;
        listing.changed = false;
        listing.count.ask(now);
        listing.sweep
    }

    /// True when an answer belongs to the latest sweep of its target and part.
    pub fn current(&self, target: TargetId, sweep: u32) -> bool {
        self.part(target, sweep).is_some()
    }

    /// What a sweep that is still the latest of its sort lists.
    fn part(&self, target: TargetId, sweep: u32) -> Option<(TargetId, Part)> {
        let of = |((at, _), listing): &(&(TargetId, Part), &Listing)| *at == target && listing.sweep == sweep;
        self.listings.iter().find(of).map(|(place, _)| place.clone())
    }

    /// Takes a page of a sweep.
    pub fn page(&mut self, target: TargetId, sweep: u32, page: Page, now: Timestamp) -> Change {
        let (place, mut haste) = (self.part(target, sweep), Haste::Now);
        if let Some(listing) = place.as_ref().and_then(|place| self.listings.get_mut(place)) {
            haste = listing.haste;
            // A row that changes while it is listed may come twice.
            let seen = |row: &&Resource| {
                let slot = self.index.find(&self.rows, target, &row.id);
                slot.and_then(|slot| self.rows[slot as usize].as_ref()).is_some_and(|known| known.sweep == sweep)
            };
            listing.arrived += page.rows.iter().filter(|row| !seen(row)).count();
        }
        let change = self.merge(target, (sweep, haste), page, now);
        if change.differs
            && let Some(listing) = place.and_then(|place| self.listings.get_mut(&place))
        {
            listing.changed = true;
        }
        change
    }

    /// Ends a sweep: after a complete one, rows in its scope that neither it nor a later one brought are gone; after a failure, or where
    /// some rows could not be had, all stay.
    pub fn end(&mut self, target: TargetId, sweep: u32, result: Result<Vec<Gap>, Problem>, now: Timestamp) -> Change {
        let Some(place) = self.part(target, sweep) else { return Change::default() };
        let whole = |gaps: &Vec<Gap>| gaps.iter().all(|gap| gap.of == Missing::Facts);
        let complete = result.as_ref().is_ok_and(whole);
        let told = result.as_ref().is_ok_and(Vec::is_empty);
        let (gone, stay) = if complete { self.stale(&place, sweep) } else { (Vec::new(), 0) };
        let Some(listing) = self.listings.get_mut(&place) else { return Change::default() };
        let count = if complete { stay } else { listing.arrived };
        let count = result.map(|missing| {
            listing.missing = missing;
            count
        });
        listing.count.answer(count, now);
        if !complete {
            return Change::default();
        }
        listing.remembered = None;
        let quiet = !listing.changed && gone.is_empty();
        listing.quiet = if quiet { listing.quiet + 1 } else { 0 };
        for slot in &gone {
            self.remove(*slot);
        }
        // Where what is laid over rows could not be had, what is known of it stays.
        if told && place.1.is_none() {
            self.uncover_older(target, sweep);
        }
        Change { touched: Vec::new(), gone, differs: !quiet }
    }

    /// Of the rows in the scope of a sweep those that neither it nor a later one brought, and how many the others are.
    fn stale(&self, (target, part): &(TargetId, Part), sweep: u32) -> (Vec<Slot>, usize) {
        let inside: Box<dyn Iterator<Item = (Slot, &Row)>> = match part {
            Some((kind, id)) => Box::new(self.bearing(std::slice::from_ref(id)).filter(move |(_, row)| row.resource.within(*kind, id))),
            None => Box::new(self.rows()),
        };
        let (mut gone, mut stay) = (Vec::new(), 0);
        for (slot, row) in inside.filter(|(_, row)| row.key.target == *target) {
            if row.sweep < sweep { gone.push(slot) } else { stay += 1 }
        }
        (gone, stay)
    }

    /// Forgets what sweeps before this one laid over rows that it did not: the next page of a row tells what it has.
    fn uncover_older(&mut self, target: TargetId, sweep: u32) {
        self.brought.forget(target, sweep);
        let mine = self.rows.iter_mut().flatten().filter(|row| row.key.target == target);
        mine.filter(|row| row.laid.as_ref().is_some_and(|(seen, _)| *seen < sweep)).for_each(|row| row.laid = None);
    }

    /// Takes details of single rows.
    pub fn detail(&mut self, target: TargetId, details: Vec<Overlay>, now: Timestamp) -> Change {
        let mut change = Change::default();
        for overlay in details {
            change.touched.extend(self.overlay(target, &overlay, now));
            self.details.insert((target, overlay.id.clone()), (now, overlay));
        }
        change
    }

    /// Makes the details of every row due again; what is known stays on the screen.
    pub fn expire_details(&mut self) {
        self.details.values_mut().for_each(|(at, _)| *at = Timestamp::MIN);
    }

    /// When the details of a row were fetched last.
    pub fn detailed(&self, key: &Key) -> Option<Timestamp> {
        self.details.get(&(key.target, key.id.clone())).map(|(at, _)| *at)
    }

    /// Takes rows that were looked at again; ids asked for and not brought are gone.
    pub fn reread(&mut self, target: TargetId, ids: &[Text], page: Page, now: Timestamp) -> Change {
        let sweep = self.sweeps;
        let brought: Vec<Text> = page.rows.iter().map(|row| row.id.clone()).collect();
        // What was just read of a single row is newer than whatever was laid over it before.
        for row in &page.rows {
            self.uncover(target, &row.id);
        }
        let mut change = self.merge(target, (sweep, Haste::Calm), page, now);
        for id in ids.iter().filter(|id| !brought.contains(id)) {
            if let Some(slot) = self.at(target, id) {
                self.remove(slot);
                change.gone.push(slot);
            }
        }
        change
    }

    fn uncover(&mut self, target: TargetId, id: &Text) {
        self.details.remove(&(target, id.clone()));
        let slot = self.at(target, id);
        if let Some(row) = slot.and_then(|slot| self.rows[slot as usize].as_mut()) {
            row.laid = None;
        }
    }

    /// A slot without a row.
    fn free(&mut self) -> Slot {
        self.free.pop().unwrap_or_else(|| {
            self.rows.push(None);
            self.rows.len() as Slot - 1
        })
    }

    fn remove(&mut self, slot: Slot) {
        self.index.remove(&self.rows, slot);
        if let Some(row) = self.rows[slot as usize].take() {
            self.turn(Some(&Past::of(self.kind, &row)), &Now::Gone(&row));
            self.details.remove(&(row.key.target, row.key.id.clone()));
            self.metered.forget(row.key.target, &row.key.id);
            self.free.push(slot);
        }
    }
}
