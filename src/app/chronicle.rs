//! The journal on the screen: read when it is opened, on refresh, and when an action has been answered meanwhile.

use std::sync::Arc;

use super::{
    effect::Effect,
    state::{Screen, Scroll, State},
};
use crate::model::{Problem, deed::Chronicle};

/// Opens the journal, or reads it again when it is in front.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if !matches!(state.screen(), Screen::Journal(_)) {
        state.nav.screens.push(Screen::Journal(Scroll::default()));
    }
    read(state)
}

/// Reads it again while somebody looks at it; a question under way is enough.
pub(super) fn read(state: &mut State) -> Vec<Effect> {
    if !matches!(state.screen(), Screen::Journal(_)) || state.journal.loading() {
        return Vec::new();
    }
    state.journal.ask(state.now);
    vec![Effect::Chronicle]
}

/// Takes what was read; what could not be read leaves what was there.
pub(super) fn told(state: &mut State, result: Result<Arc<Chronicle>, Problem>) {
    let now = state.now;
    if let Err(problem) = &result {
        state.note_failure("read the journal", problem.clone());
    }
    state.journal.answer(result, now);
}
