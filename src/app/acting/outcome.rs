//! The outcome of a run in front: how far each row has come, calling off what has not been sent, and what to look at again.

use crate::app::{
    effect::Effect,
    state::{Course, Outcome, Run, RunId, Screen, Scroll, State, Step, Tone},
};

/// How many of a run's rows have come how far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// The state asked for is real.
    pub done: usize,
    /// It will not come to that.
    pub failed: usize,
    /// It was called off in time.
    pub unsent: usize,
    /// The call was taken, or its answer lost: the state is being followed.
    pub going: usize,
    /// It has not been sent, or not been answered.
    pub calling: usize,
}

impl Tally {
    /// Counts the rows of a run.
    pub fn of(run: &Run) -> Self {
        let mut tally = Self::default();
        for (.., step) in &run.rows {
            *match step {
                Step::Done { .. } => &mut tally.done,
                Step::Failed(_) => &mut tally.failed,
                Step::Unsent => &mut tally.unsent,
                Step::Following { .. } => &mut tally.going,
                Step::Calling => &mut tally.calling,
            } += 1;
        }
        tally
    }

    /// Rows of which nothing more will be told.
    pub fn over(self) -> usize {
        self.done + self.failed + self.unsent
    }

    /// `498 of 500 done, 1 failed, 1 not sent`, without what is none.
    pub fn words(self) -> String {
        let all = self.over() + self.going + self.calling;
        let rest = [(self.failed, "failed"), (self.unsent, "not sent"), (self.going, "still going"), (self.calling, "not answered")];
        let rest = rest.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
        format!("{} of {all} done{}", self.done, rest.collect::<String>())
    }
}

/// Opens the outcome of the latest run.
pub(in crate::app) fn open(state: &mut State) {
    match state.runs.last().map(|run| run.id) {
        Some(run) => show(state, run),
        None => state.toast(Tone::Plain, "nothing has been done yet"),
    }
}

/// Puts the outcome of a run in front.
pub(super) fn show(state: &mut State, run: RunId) {
    if matches!(state.screen(), Screen::Outcome(_)) {
        state.nav.screens.pop();
    }
    state.nav.screens.push(Screen::Outcome(Outcome { run, scroll: Scroll::default() }));
}

/// Calls off what the run in front has not sent; `None` where there is nothing to call off.
pub(in crate::app) fn call_off(state: &mut State) -> Option<Effect> {
    let Screen::Outcome(Outcome { run: id, .. }) = *state.screen() else { return None };
    let run = state.runs.iter_mut().find(|run| run.id == id)?;
    if run.course == Course::CalledOff || Tally::of(run).calling == 0 {
        return None;
    }
    run.course = Course::CalledOff;
    let words = format!("{} called off: what has not been sent stays as it is, what was sent is awaited", run.action.id);
    state.toast(Tone::Plain, &words);
    Some(Effect::Halt(id))
}
