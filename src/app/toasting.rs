//! Short messages: the same one again counts up, what is wrong stays longer than what is well, and Esc takes them all away.

use jiff::Timestamp;

use super::state::{State, Toast, Tone};
use crate::model::Text;

/// Short messages kept; the oldest go first.
const KEPT: usize = 5;

impl Tone {
    /// Seconds that a message stays.
    fn seconds(self) -> i64 {
        match self {
            Self::Plain => 8,
            Self::Bad => 20,
        }
    }
}

impl Toast {
    fn over(&self, now: Timestamp) -> bool {
        now.duration_since(self.at).as_secs() >= self.tone.seconds()
    }
}

/// Takes away what has been there for its time.
pub(super) fn tick(state: &mut State) {
    let now = state.now;
    state.toasts.retain(|toast| !toast.over(now));
}

impl State {
    /// Says briefly that something is not as it should be.
    pub fn warn(&mut self, words: &str) {
        self.toast(Tone::Bad, words);
    }

    /// Says something briefly.
    pub(super) fn toast(&mut self, tone: Tone, words: &str) {
        let text = Text::new(words);
        let before = self.toasts.iter().position(|toast| toast.text == text && toast.tone == tone);
        let count = before.map_or(0, |at| self.toasts.remove(at).count) + 1;
        self.toasts.push(Toast { at: self.now, tone, text, count });
        let excess = self.toasts.len().saturating_sub(KEPT);
        self.toasts.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{command::Command, forming::tests::things, msg::Msg, update};

    fn told(state: &State) -> Vec<(&str, u32)> {
        state.toasts.iter().map(|toast| (toast.text.as_str(), toast.count)).collect()
    }

    fn wait(state: &mut State, seconds: i64) {
        let now = state.now.saturating_add(jiff::SignedDuration::from_secs(seconds)).expect("in range");
        update(state, Msg::Tick(now));
    }

    #[test]
    fn the_same_again_counts_up_and_goes_to_the_front() {
        let mut state = things(&["a"]);
        for words in ["one", "two", "one", "one"] {
            state.toast(Tone::Plain, words);
        }
        assert_eq!(told(&state), [("two", 1), ("one", 3)]);
        (0..9).for_each(|number| state.toast(Tone::Plain, &number.to_string()));
        assert_eq!(state.toasts.len(), KEPT);
    }

    #[test]
    fn what_is_wrong_outlives_what_is_well_and_escape_takes_both() {
        let mut state = things(&["a"]);
        state.warn("bad");
        state.toast(Tone::Plain, "good");
        wait(&mut state, 8);
        assert_eq!(told(&state), [("bad", 1)]);
        wait(&mut state, 11);
        assert_eq!(told(&state), [("bad", 1)]);
        state.toast(Tone::Plain, "good");
        update(&mut state, Msg::Do(Command::Back));
        assert_eq!(told(&state), []);
    }
}
