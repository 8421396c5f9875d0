//! From a row to what it belongs to and to what belongs to it, as the tables of the kinds say.

use std::{collections::HashSet, sync::Arc};

use super::{
    answers::{fill, table},
    effect::Effect,
    fleet::{Row, Slot, Table},
    navigate::enter,
    state::{ListScreen, Overlay, Screen, State, Tone},
    view::View,
};
use crate::{
    model::{Key, Resource, Text},
    service::{End, Kind, Relation},
};

/// Rows looked at in one step of counting, over all relations of the row together: less than half of a frame.
const STEP: usize = 20_000;

/// What ties rows of one kind to a row of the same or another.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    /// How.
    pub relation: &'static Relation,
    /// The row that they are tied to.
    pub origin: Key,
    words: Vec<Text>,
    place: Option<usize>,
}

/// The relations of a row, to choose from.
#[derive(Debug)]
pub struct Related {
    /// The kind of the row.
    pub kind: &'static Kind,
    /// The row.
    pub key: Key,
    /// The row as it is.
    pub resource: Arc<Resource>,
    /// Its relations; never empty.
    pub branches: Vec<Branch>,
    /// The highlighted one.
    pub cursor: usize,
}

/// One of the relations of a row.
#[derive(Debug)]
pub struct Branch {
    /// What rows it leads to.
    pub tie: Tie,
    /// How many these are.
    pub count: Count,
}

/// How many rows are at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Nobody knows: they were not listed there.
    Unknown,
    /// At least so many; from this slot on they have not been looked at.
    Least(usize, Slot),
    /// So many.
    Exact(usize),
}

impl Tie {
    /// What ties others to this row; `None` where it holds nothing that they could hold too.
    fn of(relation: &'static Relation, kind: &Kind, (key, row): (&Key, &Resource)) -> Option<Self> {
        let mut words = Vec::new();
        relation.here.any(relation.here.place(kind), row, |word| {
            words.push(Text::new(word));
            false
        });
        let place = relation.there.place(relation.to);
        (!words.is_empty()).then(|| Self { relation, origin: key.clone(), words, place })
    }

    /// True for a row at the other end.
    pub fn holds(&self, row: &Row) -> bool {
        let same = |word: &str| self.words.iter().any(|known| known.as_str() == word);
        row.key.target == self.origin.target
            && self.relation.there.any(self.place, &row.resource, same)
            && (row.key.kind != self.origin.kind || row.key != self.origin)
    }

    /// The ids of the rows at the other end, where it is them that tie.
    pub fn ids(&self) -> Option<&[Text]> {
        (self.relation.there == End::Id).then_some(self.words.as_slice())
    }

    /// The few rows among which those at the other end are.
    pub fn near<'a>(&'a self, table: &'a Table) -> Box<dyn Iterator<Item = (Slot, &'a Row)> + 'a> {
        let named = |id: &Text| table.slot(&self.key(id)).and_then(|slot| Some((slot, table.row(slot)?)));
        match self.ids() {
            Some(ids) => Box::new(ids.iter().filter_map(named)),
            None => Box::new(table.bearing(&self.words)),
        }
    }

    fn key(&self, id: &Text) -> Key {
        Key { target: self.origin.target, kind: self.relation.to.id, id: id.clone() }
    }

    /// True where they are what lies below the row: then nothing else has to be listed.
    fn below(&self, kind: &Kind) -> bool {
        self.relation.there == End::Parent(kind.id) && self.relation.here == End::Id && kind.opens.contains(&self.relation.to)
    }
}

/// Offers the relations of the row.
pub(super) fn open(state: &mut State) {
    let (Some(kind), Some((key, resource))) = (state.kind(), state.selected()) else { return };
    let ties = kind.related.iter().filter_map(|relation| Tie::of(relation, kind, (&key, &resource)));
    // A row with nothing below it, such as a job that is no array, is not asked about that.
    let ties = ties.filter(|tie| !(tie.below(kind) && (kind.leaf)(&resource)));
    let branches: Vec<Branch> = ties.map(|tie| Branch { count: begin(state, kind, &tie), tie }).collect();
    if branches.is_empty() {
        return state.toast(Tone::Plain, &format!("nothing is known to be related to {}", resource.name));
    }
    state.nav.overlay = Some(Overlay::Related(Related { kind, key, resource, branches, cursor: 0 }));
    count_on(state);
}

/// Rows that are named by their ids are there or not; all others can be counted once they were listed.
fn begin(state: &State, kind: &Kind, tie: &Tie) -> Count {
    let Some(table) = state.fleet.tables.get(&tie.relation.to.id) else { return Count::Unknown };
    let known = tie.slots_known(table);
    let listed = |part| table.listing(tie.origin.target, &part).is_some_and(|listing| listing.count.value().is_some());
    match known {
        Some(all) if all > 0 || listed(None) => Count::Exact(all),
        None if listed(None) || (tie.below(kind) && listed(Some((kind.id, tie.origin.id.clone())))) => Count::Least(0, 0),
        _ => Count::Unknown,
    }
}

impl Tie {
    fn slots_known(&self, table: &Table) -> Option<usize> {
        self.ids().map(|ids| ids.iter().filter(|id| table.slot(&self.key(id)).is_some()).count())
    }
}

/// Counts further, a slice of the rows at a time.
pub(super) fn count_on(state: &mut State) {
    let State { nav, fleet, .. } = state;
    let Some(Overlay::Related(related)) = &mut nav.overlay else { return };
    let mut left = STEP;
    for Branch { tie, count } in &mut related.branches {
        let Count::Least(mut found, first) = *count else { continue };
        let Some(table) = fleet.tables.get(&tie.relation.to.id) else { continue };
        let end = (first as usize + left).min(table.slots());
        found += (first..end as Slot).filter_map(|slot| table.row(slot)).filter(|row| tie.holds(row)).count();
        left -= end - first as usize;
        *count = if end == table.slots() { Count::Exact(found) } else { Count::Least(found, end as Slot) };
    }
}

/// True while there are rows left to count.
pub(super) fn counting(state: &State) -> bool {
    match &state.nav.overlay {
        Some(Overlay::Related(related)) => related.branches.iter().any(|branch| matches!(branch.count, Count::Least(..))),
        _ => false,
    }
}

/// Takes a digit: the number of a relation.
pub(super) fn pick(state: &mut State, digit: char) -> Vec<Effect> {
    match digit.to_digit(10) {
        Some(number @ 1..) => choose(state, number as usize - 1),
        _ => Vec::new(),
    }
}

/// Goes where a relation leads: the list of the rows at its other end, and nothing else on it.
pub(super) fn choose(state: &mut State, at: usize) -> Vec<Effect> {
    let tie = match &state.nav.overlay {
        Some(Overlay::Related(related)) => related.branches.get(at).map(|branch| branch.tie.clone()),
        _ => None,
    };
    let Some(tie) = tie else { return Vec::new() };
    let Some(Overlay::Related(Related { kind, key, resource, .. })) = state.nav.overlay.take() else { return Vec::new() };
    if tie.below(kind) {
        enter(state, tie.relation.to, key, resource);
        return Vec::new();
    }
    let kind = tie.relation.to;
    let unseen = unseen(table(state, kind), &tie);
    let (target, now) = (tie.origin.target, state.now);
    if let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)).filter(|_| unseen.is_some()) {
        known.look.ask(now);
    }
    let list = ListScreen { kind, parent: Some(resource), view: View::tied(tie), marks: HashSet::new() };
    state.nav.screens.push(Screen::List(list));
    fill(state, kind.id);
    unseen.into_iter().collect()
}

/// Rows that are named and not known are asked for by name: their whole list takes longer, or was made before they were there.
fn unseen(table: &Table, tie: &Tie) -> Option<Effect> {
    let ids: Vec<Text> = tie.ids()?.iter().filter(|id| table.slot(&tie.key(id)).is_none()).cloned().collect();
    (!ids.is_empty()).then(|| Effect::Reread { target: tie.origin.target, kind: table.kind.id, ids })
}

#[cfg(test)]
mod tests;
