//! What rows are sorted by where that is not in them: metrics and places. A value that changes later must not disturb the order that is
//! there, so it is noted when the order is made.

use super::Lens;
use crate::{
    app::{
        columns::What,
        fleet::{Row, Slot},
    },
    model::filter::Measured,
};

/// A number for each slot; `NaN` where none is known.
#[derive(Debug, Default)]
pub(super) struct Weights(Vec<f64>);

impl Weights {
    /// The number of a slot; `None` where none is known.
    pub(super) fn get(&self, slot: Slot) -> Option<f64> {
        self.0.get(slot as usize).copied().filter(|value| !value.is_nan())
    }

    /// Notes the numbers of these slots, where rows are sorted by what is not in them.
    pub(super) fn note(&mut self, by: What, slots: &[Slot], lens: &Lens<'_>) {
        let value = |row: &Row| match by {
            What::Metric(at) => match (lens.metric)(row, at) {
                Measured::Value(value) => Some(value),
                Measured::Unknown | Measured::Nothing => None,
            },
            by => Some((lens.rank)(by, row.key.target)),
        };
        if !by.beside() {
            return;
        }
        for slot in slots {
            self.set(*slot, lens.table.row(*slot).and_then(value));
        }
    }

    fn set(&mut self, slot: Slot, value: Option<f64>) {
        let at = slot as usize;
        if at >= self.0.len() {
            self.0.resize(at + 1, f64::NAN);
        }
        self.0[at] = value.unwrap_or(f64::NAN);
    }
}
