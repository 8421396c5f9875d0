//! What a page brings is merged row by row: most are as they were, and cost a comparison.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Change, Row, Slot, Table,
    laid::{Laid, apply, cover},
    turning::{Now, Past},
};
use crate::{
    model::{
        Key, Resource, TargetId, Text,
        resource::{Overlay, Page},
        target::Haste,
    },
    service::STATE,
};

impl Table {
    /// Takes rows and what is laid over them. In haste they come in memory of their own; in calm, where nearly all are as they were, only
    /// what is kept of them is put in such.
    pub(super) fn merge(&mut self, target: TargetId, (sweep, haste): (u32, Haste), page: Page, now: Timestamp) -> Change {
        let mut change = Change::default();
        for overlay in page.overlays {
            change.touched.extend(self.lay(target, sweep, &overlay, now));
        }
        for resource in page.rows {
            // Most rows are as they were: they cost a comparison, and nothing is drawn anew for them.
            let touched = self.put(target, (sweep, haste), resource, now);
            change.differs |= touched.is_some();
            change.touched.extend(touched);
        }
        change
    }

    /// Puts a row in its place; gives that, or `None` where the very same row was there.
    pub(super) fn put(&mut self, target: TargetId, (sweep, haste): (u32, Haste), mut resource: Resource, now: Timestamp) -> Option<Slot> {
        let place = self.at(target, &resource.id);
        let laid = self.laid(place, target, &resource.id);
        let details = self.details.get(&(target, resource.id.clone())).map(|(_, overlay)| overlay);
        if let Some((_, layer)) = &laid {
            cover(&mut resource, layer);
        }
        if let Some(overlay) = details {
            apply(&mut resource, overlay);
        }
        let findings = self.judged(target, &resource, now);
        let known = place.and_then(|slot| self.rows[slot as usize].as_mut());
        if let Some(known) = known.filter(|known| *known.resource == resource && known.findings == findings) {
            (known.sweep, known.laid) = (sweep.max(known.sweep), laid);
            return None;
        }
        if haste == Haste::Calm {
            let former = place.and_then(|slot| self.row(slot));
            resource = resource.renewed(former.map_or(&Resource::default(), |former| &former.resource));
        }
        let key = Key { target, kind: self.kind.id, id: resource.id.clone() };
        let slot = place.unwrap_or_else(|| self.free());
        // Two sweeps may be under way, of everything and of a part: the later one's word that a row is there stands.
        let sweep = self.row(slot).map_or(sweep, |former| sweep.max(former.sweep));
        let imprint = self.ends.imprint(&resource);
        let row = Row { key, resource: Arc::new(resource), findings, imprint, sweep, laid };
        self.outdate(slot, &row);
        let before = self.rows[slot as usize].replace(row);
        if before.is_none() {
            self.index.insert(&self.rows, slot);
        }
        let before = before.map(|row| Past::of(self.kind, &row));
        self.turn(before.as_ref(), &Now::In(slot));
        Some(slot)
    }

    /// Details belong to the state in which they were fetched: in another they are due again.
    fn outdate(&mut self, slot: Slot, row: &Row) {
        if self.details.is_empty() {
            return;
        }
        let state = |row: &Row| self.kind.cell(&row.resource, STATE).clone();
        let former = self.row(slot).map(state);
        if former.is_some_and(|former| former != state(row))
            && let Some((at, _)) = self.details.get_mut(&(row.key.target, row.key.id.clone()))
        {
            *at = Timestamp::MIN;
        }
    }

    fn lay(&mut self, target: TargetId, sweep: u32, overlay: &Overlay, now: Timestamp) -> Option<Slot> {
        let layer = self.brought.share(overlay);
        let id = &overlay.id;
        let slot = self.at(target, id);
        let Some(row) = slot.and_then(|slot| self.rows[slot as usize].as_mut()) else {
            self.brought.wait(target, id.clone(), (sweep, layer));
            return None;
        };
        // Nearly every row is laid over with what it has: that is to cost as little as can be.
        if let Some((seen, known)) = &mut row.laid
            && *known == layer
            && row.resource.cells.covered(known)
        {
            *seen = sweep;
            return None;
        }
        row.laid = Some((sweep, layer.clone()));
        self.amend(target, id, now, |row| cover(Arc::make_mut(&mut row.resource), &layer))
    }

    /// What was brought for a row: with its former state, or before it.
    fn laid(&mut self, place: Option<Slot>, target: TargetId, id: &Text) -> Option<Laid> {
        let former = place.and_then(|slot| self.rows[slot as usize].as_ref()?.laid.clone());
        former.or_else(|| self.brought.take(target, id))
    }

    pub(super) fn overlay(&mut self, target: TargetId, overlay: &Overlay, now: Timestamp) -> Option<Slot> {
        self.amend(target, &overlay.id, now, |row| apply(Arc::make_mut(&mut row.resource), overlay))
    }
}

#[cfg(test)]
mod tests;
