//! Taking a run back: the inverse of its action, for those of its rows that it has changed, through a plan of its own.

use std::sync::Arc;

use super::Rows;
use crate::{
    app::{
        effect::Effect,
        state::{Run, Screen, State, Step, Tone},
    },
    model::{Key, Resource},
    service::{Action, Values},
};

/// What would take a run back: the action, the rows as they are now, and what is entered for them.
#[derive(Debug)]
pub struct Offer {
    /// The inverse.
    pub action: &'static Action,
    /// Those of its rows that went the same way.
    pub rows: Rows,
    /// What brings them back.
    pub values: Values,
}

/// What there is to take back of a run now; rows that were found in different states are taken back one sort after the other.
pub fn offer(state: &State, run: &Run) -> Option<Offer> {
    let action = run.kind.action(run.action.undo?.action)?;
    let mut ways =
        run.rows.iter().zip(&run.before).filter(|((_, _, step), _)| matches!(step, Step::Done { .. })).filter_map(|((key, ..), before)| {
            let now = state.resource(key)?;
            Some((back(state, run, action, key, before, &now)?, (key.clone(), now)))
        });
    let (values, first) = ways.next()?;
    let rows = std::iter::once(first).chain(ways.filter(|(other, _)| *other == values).map(|(_, row)| row)).collect();
    Some(Offer { action, rows, values })
}

/// What to enter for a row, if there is anything to take back.
fn back(state: &State, run: &Run, action: &Action, key: &Key, before: &Resource, now: &Arc<Resource>) -> Option<Values> {
    let undo = run.action.undo?;
    (action.offered)(now).ok()?;
    let then = (undo.values)(before, &run.values)?;
    // What AWS told when it took the call is surer than what the list had said before.
    let told = |id: &'static str| state.former.get(&(key.clone(), id)).map_or_else(|| then.get(id).to_owned(), ToString::to_string);
    let values = Values::new(action.inputs.iter().map(|input| (input.id, told(input.id))));
    let same = action == run.action && (undo.values)(now, &run.values).as_ref() == Some(&then);
    let fits = action.inputs.iter().all(|input| (input.check)(now, values.get(input.id)).is_ok());
    (!same && fits).then_some(values)
}

/// Plans what takes the run in front back.
pub(in crate::app) fn undo(state: &mut State) -> Vec<Effect> {
    let run = match state.screen() {
        Screen::Outcome(outcome) => state.runs.iter().find(|run| run.id == outcome.run),
        _ => None,
    };
    let Some(run) = run else {
        state.toast(Tone::Plain, "undo is offered beside the outcome of an action");
        return Vec::new();
    };
    let kind = run.kind;
    let Some(Offer { action, rows, values }) = offer(state, run) else {
        state.toast(Tone::Plain, "there is nothing in it that could be undone now");
        return Vec::new();
    };
    super::plan(state, action, kind, rows, values).unwrap_or_else(|complaint| {
        state.toast(Tone::Bad, &complaint);
        Vec::new()
    })
}
