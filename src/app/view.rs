//! Which rows of a table a list shows, in what order, and where its cursor is.

mod order;
mod sieve;

use std::collections::HashMap;

use jiff::Timestamp;
use sieve::Sieve;

use super::fleet::{Change, Part, Row, Slot, Table};
use crate::model::{Filter, Key, TargetId, filter::Place};

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The name.
    Name,
    /// The id.
    Id,
    /// A column, by position in the kind's table.
    Column(usize),
    /// The latest value of a metric, by position in the kind's table.
    Metric(usize),
}

/// The sort order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What by.
    pub by: By,
    /// Which way.
    pub direction: Direction,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}

/// Which rows pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// All that pass the filter.
    All,
    /// Of these, only rows with findings.
    Findings,
}

/// The rows of a list in order, and its cursor.
#[derive(Debug)]
pub struct View {
    /// The row that what is shown belongs to; `None` for everything.
    pub within: Option<Key>,
    /// The filter as typed.
    pub filter_text: String,
    /// The filter as understood.
    pub filter: Filter,
    /// Whether healthy rows pass.
    pub rows: Rows,
    /// The order.
    pub sort: Sort,
    sieve: Sieve,
    /// What the rows are sorted by where that is not in them.
    values: HashMap<Slot, f64>,
    cursor: usize,
    top: usize,
    selected: Option<Key>,
}

/// What deciding about a row needs besides the row itself.
pub struct Lens<'a> {
    /// The table.
    pub table: &'a Table,
    /// The words of a row's target.
    pub place: &'a dyn Fn(TargetId) -> Place<'a>,
    /// The present.
    pub now: Timestamp,
    /// The latest value of a metric of a row, by position in the kind's table.
    pub metric: &'a dyn Fn(&Key, usize) -> Option<f64>,
}

impl Default for View {
    /// Everything, by name.
    fn default() -> Self {
        Self {
            within: None,
            filter_text: String::new(),
            filter: Filter::default(),
            rows: Rows::All,
            sort: Sort { by: By::Name, direction: Direction::Up },
            sieve: Sieve::default(),
            values: HashMap::new(),
            cursor: 0,
            top: 0,
            selected: None,
        }
    }
}

impl View {
    /// The slots that are known to pass, in order.
    pub fn order(&self) -> &[Slot] {
        self.sieve.order()
    }

    /// True when every row has been decided about; until then more may come to pass.
    pub fn decided(&self) -> bool {
        self.sieve.done()
    }

    /// Position of the cursor; 0 in an empty list.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The slot under the cursor.
    pub fn selected_slot(&self) -> Option<Slot> {
        self.order().get(self.cursor).copied()
    }

    /// The part of the list that a window of `height` rows shows: where it was left, moved no further than the cursor needs.
    pub fn window(&self, height: usize) -> std::ops::Range<usize> {
        let lowest = (self.cursor + 1).saturating_sub(height);
        let start = self.top.clamp(lowest, self.cursor.max(lowest)).min(self.order().len().saturating_sub(height));
        start..(start + height).min(self.order().len())
    }

    /// Remembers where the window of `height` rows is, so that the next step scrolls no more than it must.
    pub fn settle(&mut self, height: usize) {
        self.top = self.window(height).start;
    }

    /// Moves the cursor by rows, clamped to the ends.
    pub fn step(&mut self, rows: isize, table: &Table) {
        self.jump(self.cursor.saturating_add_signed(rows), table);
    }

    /// Puts the cursor on a position, clamped to the end.
    pub fn jump(&mut self, position: usize, table: &Table) {
        self.cursor = position.min(self.order().len().saturating_sub(1));
        self.selected = self.selected_slot().and_then(|slot| table.row(slot)).map(|row| row.key.clone());
    }

    /// What belongs to one row.
    pub fn of(key: Key) -> Self {
        Self { within: Some(key), ..Self::default() }
    }

    /// Everything, or what is wrong, with the cursor on a row.
    pub fn at(key: Key, rows: Rows) -> Self {
        Self { selected: Some(key), rows, ..Self::default() }
    }

    /// The part of each target's inventory that it shows.
    pub fn part(&self) -> Part {
        self.within.as_ref().map(|key| (key.kind, key.id.clone()))
    }

    /// Makes the order anew: after a change of the order or of the table.
    pub fn rebuild(&mut self, lens: &Lens<'_>) {
        let all: Vec<Slot> = lens.table.rows().filter(|(_, row)| self.within(row)).map(|(slot, _)| slot).collect();
        self.values.clear();
        self.weigh(&all, lens);
        let all = self.sorted(&all, lens.table);
        self.sieve.fill(all);
        self.sift(lens);
    }

    /// Decides about every row anew: after a change of the filter. The order stays.
    pub fn refilter(&mut self, lens: &Lens<'_>) {
        self.sieve.again();
        self.sift(lens);
    }

    /// Takes rows out that no longer pass, after the filter became stricter.
    pub fn narrow(&mut self, lens: &Lens<'_>) {
        self.sieve.narrow();
        self.sift(lens);
    }

    /// Decides about the next few thousand rows; see [`View::decided`].
    pub fn sift(&mut self, lens: &Lens<'_>) {
        let mut sieve = std::mem::take(&mut self.sieve);
        if self.rows == Rows::All && self.filter.is_empty() {
            sieve.open();
        } else {
            sieve.step(|slot| self.passes(slot, lens));
        }
        self.sieve = sieve;
        self.find_cursor(lens.table);
    }

    /// Takes a change of the table: only what changed is decided and sorted, the rest is merged past.
    pub fn absorb(&mut self, change: &Change, lens: &Lens<'_>) {
        if change.touched.is_empty() && change.gone.is_empty() {
            return;
        }
        let mut moved = vec![false; lens.table.slots()];
        change.touched.iter().chain(&change.gone).for_each(|slot| moved[*slot as usize] = true);
        let mut sieve = std::mem::take(&mut self.sieve);
        sieve.remove(|slot| moved[slot as usize]);
        let unique = change.touched.iter().filter(|slot| std::mem::take(&mut moved[**slot as usize]));
        let inside = unique.filter(|slot| lens.table.row(**slot).is_some_and(|row| self.within(row)));
        let fresh: Vec<Slot> = inside.copied().collect();
        self.weigh(&fresh, lens);
        let fresh = self.sorted(&fresh, lens.table);
        sieve.insert(&fresh, |a, b| self.compare(a, b, lens.table).is_lt(), |slot| self.passes(slot, lens));
        self.sieve = sieve;
        self.find_cursor(lens.table);
    }

    /// Notes what rows are sorted by: a value that changes later must not disturb the order that is there.
    fn weigh(&mut self, slots: &[Slot], lens: &Lens<'_>) {
        let By::Metric(at) = self.sort.by else { return };
        for slot in slots {
            match lens.table.row(*slot).and_then(|row| (lens.metric)(&row.key, at)) {
                Some(value) => self.values.insert(*slot, value),
                None => self.values.remove(slot),
            };
        }
    }

    fn within(&self, row: &Row) -> bool {
        self.within.as_ref().is_none_or(|key| key.target == row.key.target && row.resource.within(key.kind, &key.id))
    }

    fn passes(&self, slot: Slot, lens: &Lens<'_>) -> bool {
        let Some(row) = lens.table.row(slot) else { return false };
        (self.rows == Rows::All || !row.findings.is_empty())
            && (self.filter.is_empty() || self.filter.matches(&row.resource, (lens.place)(row.key.target), lens.now))
    }

    /// Finds the selected row again; when it is gone the cursor stays where it was, and while it may yet come the cursor waits for it.
    fn find_cursor(&mut self, table: &Table) {
        let slot = self.selected.as_ref().and_then(|key| table.slot(key));
        match slot.and_then(|slot| self.order().iter().position(|known| *known == slot)) {
            Some(position) => self.cursor = position,
            None if slot.is_some() && !self.decided() => self.cursor = self.cursor.min(self.order().len().saturating_sub(1)),
            None => self.jump(self.cursor, table),
        }
    }
}

#[cfg(test)]
mod tests;
