//! Ages that stand still for a while: an idle screen is not to be rewritten every second.

use jiff::Timestamp;

use crate::{app::state::State, model::format};

/// Seconds between two changes of a shown age.
const STEP: i64 = 10;

/// The present, as ages are reckoned: it moves on in steps.
pub(super) fn present(state: &State) -> Timestamp {
    let second = state.now.as_second();
    Timestamp::from_second(second - second.rem_euclid(STEP)).unwrap_or(state.now)
}

/// `20 s old`; `just now` below the first step.
pub(super) fn old(state: &State, at: Timestamp) -> String {
    match state.now.as_second() - at.as_second() {
        ..STEP => "just now".to_owned(),
        seconds @ STEP..60 => format!("{} s old", seconds / STEP * STEP),
        seconds => format!("{} old", format::age(seconds)),
    }
}

/// `3h`, by the present that moves on in steps.
pub(super) fn since(state: &State, at: Timestamp) -> String {
    format::age(present(state).as_second() - at.as_second())
}
