//! The end of the program's own log on the screen: read when it is opened and on refresh.

use std::sync::Arc;

use super::{
    effect::Effect,
    geometry,
    state::{Screen, Scroll, State},
};
use crate::model::{Problem, Text};

/// The end of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct Tail {
    /// The file.
    pub path: Text,
    /// Its last lines, oldest first.
    pub lines: Vec<Text>,
    /// Whether there are others before them.
    pub cut: Cut,
}

/// Whether lines are missing at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// None are.
    Whole,
    /// The file is longer.
    Older,
}

/// Opens the log at its end, or reads it again when it is in front.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if !matches!(state.screen(), Screen::Log(_)) {
        state.nav.screens.push(Screen::Log(Scroll { top: usize::MAX }));
    }
    read(state)
}

/// Reads it again while somebody looks at it; a question under way is enough.
pub(super) fn read(state: &mut State) -> Vec<Effect> {
    if state.log.loading() {
        return Vec::new();
    }
    state.log.ask(state.now);
    vec![Effect::Log]
}

/// Takes what was read; what could not be read leaves what was there.
pub(super) fn told(state: &mut State, result: Result<Arc<Tail>, Problem>) {
    let now = state.now;
    state.log.answer(result, now);
}

/// The lines of the log on a screen of this width: long ones go on below.
pub fn folded(tail: &Tail, columns: u16) -> Vec<&str> {
    geometry::folded(&tail.lines, columns)
}
