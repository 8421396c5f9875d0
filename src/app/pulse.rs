//! How much anybody watches: a screen that nobody looks at asks nobody, one that nobody touches asks less often.

use jiff::Timestamp;

/// Seconds without a key after which a list is no longer on the move.
const REST: i64 = 1;
/// Seconds after a key in which the lists are kept as fresh as they can be.
const FRESH: i64 = 120;
/// Seconds without a key after which nothing is asked any more.
const IDLE: i64 = 1_800;
/// Seconds in another window after which nothing is asked any more: long enough to look something up beside the screen.
const AWAY: i64 = 300;

/// Whether the terminal has the keyboard, as far as it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// It has, or does not tell.
    Here,
    /// Another window has it.
    Elsewhere,
}

/// How much anybody watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// Somebody works with it.
    Active,
    /// It is looked at, perhaps.
    Calm,
    /// No key for half an hour.
    Idle,
    /// Another window has had the keyboard for five minutes.
    Away,
}

impl Attention {
    /// True when nobody is to be asked.
    pub fn asleep(self) -> bool {
        matches!(self, Self::Idle | Self::Away)
    }
}

/// When the screen was touched last, and whether it has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pulse {
    touched: Timestamp,
    left: Option<Timestamp>,
    /// When somebody last wanted everything to be asked again.
    called: Option<Timestamp>,
    /// The second in which it was looked for what is due, if nothing has come since.
    looked: Option<i64>,
}

impl Pulse {
    /// Touched just now.
    pub fn new(now: Timestamp) -> Self {
        Self { touched: now, left: None, called: None, looked: None }
    }

    /// Something has come that may make something due.
    pub(super) fn stir(&mut self) {
        self.looked = None;
    }

    /// True when it is time to look for what is due: at once after something has come, and else once a second.
    pub(super) fn looks(&mut self, now: Timestamp) -> bool {
        self.looked.replace(now.as_second()) != Some(now.as_second())
    }

    /// A key was pressed.
    pub(super) fn touch(&mut self, now: Timestamp) {
        *self = Self { called: self.called, ..Self::new(now) };
    }

    /// Somebody wants everything to be asked again.
    pub(super) fn call(&mut self, now: Timestamp) {
        self.called = Some(now);
    }

    /// True when somebody has wanted that after a moment.
    pub(super) fn called_after(&self, at: Option<Timestamp>) -> bool {
        self.called.is_some_and(|called| at.is_none_or(|at| at < called))
    }

    /// The keyboard went to another window, or came back.
    pub(super) fn focus(&mut self, focus: Focus, now: Timestamp) {
        match focus {
            Focus::Here => self.touch(now),
            Focus::Elsewhere => self.left = self.left.or(Some(now)),
        }
    }

    /// True when nothing has been moved for a moment.
    pub fn rests(&self, now: Timestamp) -> bool {
        now.duration_since(self.touched).as_secs() >= REST
    }

    /// How much anybody watches at a moment.
    pub fn attention(&self, now: Timestamp) -> Attention {
        let passed = |from: Timestamp| now.duration_since(from).as_secs();
        match (passed(self.touched), self.left) {
            (_, Some(left)) if passed(left) >= AWAY => Attention::Away,
            (IDLE.., _) => Attention::Idle,
            (FRESH.., _) => Attention::Calm,
            _ => Attention::Active,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn attention_fades_and_any_key_brings_it_back() {
        let mut pulse = Pulse::new(at(0));
        let seen = [0, 119, 120, 1_799, 1_800].map(|second| pulse.attention(at(second)));
        assert_eq!(seen, [Attention::Active, Attention::Active, Attention::Calm, Attention::Calm, Attention::Idle]);
        pulse.touch(at(1_900));
        assert_eq!(pulse.attention(at(1_901)), Attention::Active);
    }

    #[test]
    fn what_is_due_is_looked_for_once_a_second_and_whenever_something_has_come() {
        let (mut pulse, now) = (Pulse::new(at(0)), at(0));
        assert!(pulse.looks(now) && !pulse.looks(now));
        pulse.stir();
        assert!(pulse.looks(now) && !pulse.looks(now));
        pulse.touch(now);
        assert!(pulse.looks(now) && !pulse.looks(now) && pulse.looks(at(1)));
    }

    #[test]
    fn a_window_that_is_left_for_long_sleeps_until_it_is_back() {
        let mut pulse = Pulse::new(at(0));
        pulse.focus(Focus::Elsewhere, at(10));
        pulse.focus(Focus::Elsewhere, at(200));
        assert_eq!((pulse.attention(at(309)), pulse.attention(at(310))), (Attention::Calm, Attention::Away));
        pulse.focus(Focus::Here, at(400));
        assert_eq!(pulse.attention(at(401)), Attention::Active);
    }
}
