//! What costs more than what is on the screen is offered with its price first: sorting by a metric asks for it of the whole list.

use super::{
    answers,
    effect::Effect,
    measuring,
    meter::{self, Meter},
    msg::{Edit, Reading},
    state::{Overlay, Screen, State},
    view::{By, Direction},
};
use crate::{
    model::{Key, series::Query},
    service::Kind,
};

/// A question that waits for a yes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// The kind of the list.
    pub kind: &'static Kind,
    /// Position of the metric in the kind's table.
    pub metric: usize,
    /// Metrics that would be asked for.
    pub questions: usize,
}

impl Offer {
    /// Dollars, in us-east-1.
    pub fn dollars(&self) -> f64 {
        meter::price(self.questions)
    }
}

/// Sorts the list in front by a metric: at once where it is known of every row already, and after a yes where it must be asked for.
pub(super) fn sort(state: &mut State, metric: usize) {
    let Some(kind) = state.list().map(|list| list.kind) else { return };
    let questions = count(state, metric);
    if questions == 0 {
        return order(state, metric);
    }
    state.nav.overlay = Some(Overlay::Offer(Offer { kind, metric, questions }));
}

/// Takes the answer. What is asked for is reckoned anew: rows may have come and gone since.
pub(super) fn typed(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Offer(offer)) = state.nav.overlay else { return Vec::new() };
    match edit {
        Edit::Submit => {
            state.nav.overlay = None;
            accept(state, offer)
        }
        Edit::Cancel => {
            state.nav.overlay = None;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn accept(state: &mut State, offer: Offer) -> Vec<Effect> {
    let wanted = questions(state, offer.metric);
    order(state, offer.metric);
    let requests = measuring::requests(state, wanted);
    for queries in requests.values() {
        state.meter.agreed(Meter::bill(queries));
    }
    requests.into_iter().map(|(target, queries)| Effect::Measure(target, queries)).collect()
}

/// How many [`questions`] there are. Of a long list they are many, and none is put together for a price.
fn count(state: &State, metric: usize) -> usize {
    let Some(list) = state.list() else { return 0 };
    let (Some(table), Some(asked)) = (state.fleet.tables.get(&list.kind.id), list.kind.metrics.get(metric)) else { return 0 };
    // First those that can be told by their state: few looks at a time are quicker than all at each row.
    let rows: Vec<_> = list.view.candidates(table).filter(|row| (asked.published)(&row.resource)).collect();
    rows.into_iter().filter(|row| measuring::is_due(state, list.kind, row, metric, asked)).count()
}

/// What is to be asked of the rows of the list in front, those out of sight included, and those that are left out because it is not known.
fn questions(state: &State, metric: usize) -> Vec<(Reading, Query)> {
    let Some(list) = state.list() else { return Vec::new() };
    let (Some(table), Some(asked)) = (state.fleet.tables.get(&list.kind.id), list.kind.metrics.get(metric)) else { return Vec::new() };
    let slots = list.view.order().iter().copied().chain(list.view.unmeasured());
    let rows = slots.filter_map(|slot| table.row(slot));
    rows.filter_map(|row| measuring::question(state, list.kind, row, metric, asked)).collect()
}

/// Largest first, as those are looked for.
fn order(state: &mut State, metric: usize) {
    let Some(Screen::List(list)) = state.nav.screens.last_mut() else { return };
    (list.view.sort.by, list.view.sort.direction) = (By::Metric(metric), Direction::Down);
    let kind = list.kind.id;
    answers::resort(state, kind);
}

/// Moves rows of which a metric is known now, in the lists that are sorted by one.
pub(super) fn measured(state: &mut State, keys: &[Key]) {
    let lists = state.nav.screens.iter().filter_map(|screen| match screen {
        Screen::List(list) if matches!(list.view.sort.by, By::Metric(_)) => Some(list.kind.id),
        _ => None,
    });
    for kind in lists.collect::<Vec<_>>() {
        answers::move_rows(state, kind, keys);
    }
}

#[cfg(test)]
mod tests;
