//! The inventory of one kind over all targets: rows by identity, sweeps that stream in, nothing that blinks.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

use crate::{
    model::{
        Finding, Key, Problem, Remote, Resource, TargetId, Text,
        resource::{Overlay, Page},
    },
    service::Kind,
};

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
    sweep: u32,
}

/// How the listing of one target stands.
#[derive(Debug, Default)]
pub struct Listing {
    /// The number of rows of the last complete sweep, and how the present one stands.
    pub count: Remote<usize>,
    /// The number of the latest sweep.
    pub sweep: u32,
    /// Rows that the present sweep has brought so far.
    pub arrived: usize,
    overlays: HashMap<Text, (u32, Overlay)>,
}

/// The inventory of one kind.
#[derive(Debug)]
pub struct Table {
    /// The kind.
    pub kind: &'static Kind,
    rows: Vec<Option<Row>>,
    free: Vec<Slot>,
    index: HashMap<(TargetId, Text), Slot>,
    listings: HashMap<TargetId, Listing>,
    unwell: usize,
}

/// What a change did to a table: slots whose row is new or different, and slots that are empty now.
#[derive(Debug, Default, PartialEq)]
pub struct Change {
    /// New or different.
    pub touched: Vec<Slot>,
    /// Empty now.
    pub gone: Vec<Slot>,
}

impl Table {
    /// An empty table.
    pub fn new(kind: &'static Kind) -> Self {
        Self { kind, rows: Vec::new(), free: Vec::new(), index: HashMap::new(), listings: HashMap::new(), unwell: 0 }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// True when there are no rows.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Number of rows with findings.
    pub fn findings(&self) -> usize {
        self.unwell
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
        self.index.get(&(key.target, key.id.clone())).copied()
    }

    /// Every row with its slot, in no particular order.
    pub fn rows(&self) -> impl Iterator<Item = (Slot, &Row)> {
        self.rows.iter().enumerate().filter_map(|(slot, row)| Some((slot as Slot, row.as_ref()?)))
    }

    /// How the listing of a target stands.
    pub fn listing(&self, target: TargetId) -> Option<&Listing> {
        self.listings.get(&target)
    }

    /// Begins a sweep of a target and gives its number.
    pub fn begin(&mut self, target: TargetId, now: Timestamp) -> u32 {
        let listing = self.listings.entry(target).or_default();
        listing.sweep += 1;
        listing.arrived = 0;
        listing.count.ask(now);
        listing.sweep
    }

    /// True when an answer belongs to the latest sweep of its target.
    pub fn current(&self, target: TargetId, sweep: u32) -> bool {
        self.listings.get(&target).is_some_and(|listing| listing.sweep == sweep)
    }

    /// Takes a page of the present sweep.
    pub fn page(&mut self, target: TargetId, page: Page, now: Timestamp) -> Change {
        let sweep = self.listings.get(&target).map_or(0, |listing| listing.sweep);
        if let Some(listing) = self.listings.get_mut(&target) {
            listing.arrived += page.rows.len();
        }
        self.merge(target, sweep, page, now)
    }

    /// Ends a sweep: after a complete one, rows that it did not bring are gone; after a failure all stay.
    pub fn end(&mut self, target: TargetId, result: Result<(), Problem>, now: Timestamp) -> Change {
        let Some(listing) = self.listings.get_mut(&target) else { return Change::default() };
        let (sweep, arrived, complete) = (listing.sweep, listing.arrived, result.is_ok());
        listing.count.answer(result.map(|()| arrived), now);
        if !complete {
            return Change::default();
        }
        listing.overlays.retain(|_, (seen, _)| *seen == sweep);
        let stale = |row: &Row| row.key.target == target && row.sweep != sweep;
        let gone: Vec<Slot> = self.rows().filter(|(_, row)| stale(row)).map(|(slot, _)| slot).collect();
        for slot in &gone {
            self.remove(*slot);
        }
        Change { touched: Vec::new(), gone }
    }

    /// Takes rows that were looked at again; ids asked for and not brought are gone.
    pub fn reread(&mut self, target: TargetId, ids: &[Text], page: Page, now: Timestamp) -> Change {
        let sweep = self.listings.get(&target).map_or(0, |listing| listing.sweep);
        let brought: Vec<Text> = page.rows.iter().map(|row| row.id.clone()).collect();
        let mut change = self.merge(target, sweep, page, now);
        for id in ids.iter().filter(|id| !brought.contains(id)) {
            if let Some(slot) = self.index.get(&(target, id.clone())).copied() {
                self.remove(slot);
                change.gone.push(slot);
            }
        }
        change
    }

    fn merge(&mut self, target: TargetId, sweep: u32, page: Page, now: Timestamp) -> Change {
        let mut change = Change::default();
        for overlay in page.overlays {
            change.touched.extend(self.lay(target, sweep, overlay, now));
        }
        for resource in page.rows {
            change.touched.push(self.put(target, sweep, resource, now));
        }
        change
    }

    fn put(&mut self, target: TargetId, sweep: u32, mut resource: Resource, now: Timestamp) -> Slot {
        if let Some((_, overlay)) = self.listings.get(&target).and_then(|listing| listing.overlays.get(&resource.id)) {
            apply(&mut resource, overlay);
        }
        let findings = (self.kind.findings)(&resource, now).into_boxed_slice();
        let key = Key { target, kind: self.kind.id, id: resource.id.clone() };
        let slot = self.slot_for(&key);
        let row = Row { key, resource: Arc::new(resource), findings, sweep };
        self.unwell += usize::from(!row.findings.is_empty());
        let before = self.rows[slot as usize].replace(row);
        self.unwell -= usize::from(before.is_some_and(|row| !row.findings.is_empty()));
        slot
    }

    fn lay(&mut self, target: TargetId, sweep: u32, overlay: Overlay, now: Timestamp) -> Option<Slot> {
        let slot = self.index.get(&(target, overlay.id.clone())).copied();
        if let Some(row) = slot.and_then(|slot| self.rows[slot as usize].as_mut()) {
            apply(Arc::make_mut(&mut row.resource), &overlay);
            self.unwell -= usize::from(!row.findings.is_empty());
            row.findings = (self.kind.findings)(&row.resource, now).into_boxed_slice();
            self.unwell += usize::from(!row.findings.is_empty());
        }
        let listing = self.listings.entry(target).or_default();
        listing.overlays.insert(overlay.id.clone(), (sweep, overlay));
        slot
    }

    fn slot_for(&mut self, key: &Key) -> Slot {
        let place = (key.target, key.id.clone());
        if let Some(slot) = self.index.get(&place) {
            return *slot;
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.rows.push(None);
            self.rows.len() as Slot - 1
        });
        self.index.insert(place, slot);
        slot
    }

    fn remove(&mut self, slot: Slot) {
        if let Some(row) = self.rows[slot as usize].take() {
            self.unwell -= usize::from(!row.findings.is_empty());
            self.index.remove(&(row.key.target, row.key.id));
            self.free.push(slot);
        }
    }
}

fn apply(resource: &mut Resource, overlay: &Overlay) {
    for (at, cell) in &overlay.cells {
        if let Some(place) = resource.cells.get_mut(*at) {
            *place = cell.clone();
        }
    }
}
