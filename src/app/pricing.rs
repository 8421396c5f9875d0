//! What costs more than what is on the screen is offered with its price first: sorting by a metric asks for it of the whole list.

use super::{
    answers,
    columns::What,
    effect::Effect,
    fleet::Slot,
    measuring,
    meter::{self, Meter},
    msg::{Edit, Reading},
    state::{Overlay, Screen, State},
    view::Direction,
};
use crate::{
    model::{Key, series::Query},
    service::Kind,
};

/// Slots looked at for a price in one step: a few milliseconds, so that a key that comes meanwhile is answered in its frame.
const STEP: usize = 16_384;

/// A question that waits for a yes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// The kind of the list.
    pub kind: &'static Kind,
    /// Position of the metric in the kind's table.
    pub metric: usize,
    /// Metrics that would be asked for, of the rows that were looked at.
    pub questions: usize,
    /// The first slot of the table that was not looked at; `None` once all were, and the price is whole.
    pub next: Option<Slot>,
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
    state.nav.overlay = Some(Overlay::Offer(Offer { kind, metric, questions: 0, next: Some(0) }));
    count_on(state);
}

/// True while a price is being reckoned.
pub(super) fn counting(state: &State) -> bool {
    matches!(state.nav.overlay, Some(Overlay::Offer(Offer { next: Some(_), .. })))
}

/// Looks at the next rows for the price in front. Where nothing is to be asked it is sorted at once.
pub(super) fn count_on(state: &mut State) {
    let Some(Overlay::Offer(offer)) = state.nav.overlay else { return };
    let Some(next) = offer.next else { return };
    let offer = counted(state, offer, next as usize);
    state.nav.overlay = Some(Overlay::Offer(offer));
    if (offer.questions, offer.next) == (0, None) {
        state.nav.overlay = None;
        order(state, offer.metric);
    }
}

/// A price with some more rows in it. Of a long list there are many, and no question is put together for a price.
fn counted(state: &State, offer: Offer, first: usize) -> Offer {
    let whole = Offer { next: None, ..offer };
    let Some(list) = state.list() else { return whole };
    let (Some(table), Some(metric)) = (state.fleet.tables.get(&list.kind.id), list.kind.metrics.get(offer.metric)) else { return whole };
    let end = table.slots().min(first + STEP);
    // First those that can be told by their state: few looks at a time are quicker than all at each row.
    let rows: Vec<_> = list.view.candidates(table, first..end).filter(|row| (metric.published)(&row.resource)).collect();
    let due = rows.into_iter().filter(|row| measuring::is_due(state, list.kind, row, offer.metric, metric)).count();
    Offer { questions: offer.questions + due, next: (end < table.slots()).then_some(end as Slot), ..offer }
}

/// Takes the answer. What is asked for is reckoned anew: rows may have come and gone since.
pub(super) fn typed(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Offer(offer)) = state.nav.overlay else { return Vec::new() };
    match edit {
        // A yes is to a price that is known.
        Edit::Submit if offer.next.is_some() => Vec::new(),
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
    (list.view.sort.by, list.view.sort.direction) = (What::Metric(metric), Direction::Down);
    let kind = list.kind.id;
    answers::resort(state, kind);
}

/// Moves rows of which a metric is known now, in the lists that are sorted by one.
pub(super) fn measured(state: &mut State, keys: &[Key]) {
    let lists = state.nav.screens.iter().filter_map(|screen| match screen {
        Screen::List(list) if matches!(list.view.sort.by, What::Metric(_)) => Some(list.kind.id),
        _ => None,
    });
    for kind in lists.collect::<Vec<_>>() {
        answers::move_rows(state, kind, keys);
    }
}

#[cfg(test)]
mod tests;
