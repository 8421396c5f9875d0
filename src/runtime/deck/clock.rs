//! When the clock is told: at each whole second, for the screen shows seconds, and sooner where something has come or is awaited.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::app::msg::Msg;

/// How soon the clock is told where that makes a difference: as often as a wheel turns.
const SOON: Duration = Duration::from_millis(250);

/// When the clock is told next.
pub(super) struct Clock(Instant);

impl Clock {
    /// Now.
    pub(super) fn new(now: Instant) -> Self {
        Self(now)
    }

    /// When that is.
    pub(super) fn next(&self) -> Instant {
        self.0
    }

    /// Once it was told it rests until the second is over; whatever else comes may make something due.
    pub(super) fn hear(&mut self, msg: &Msg, now: Instant) {
        match msg {
            Msg::Tick(time) => self.0 = now + rest(*time),
            _ => self.soon(now),
        }
    }

    /// In a quarter of a second at the latest.
    pub(super) fn soon(&mut self, now: Instant) {
        self.0 = self.0.min(now + SOON);
    }
}

/// The time until the next whole second.
fn rest(now: Timestamp) -> Duration {
    Duration::from_secs(1).saturating_sub(Duration::from_nanos(now.subsec_nanosecond().unsigned_abs().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::command::Command;

    #[test]
    fn it_rests_until_the_second_is_over_unless_something_comes() {
        let now = Instant::now();
        let told = |milliseconds| Msg::Tick(Timestamp::from_millisecond(milliseconds).expect("in range"));
        let mut clock = Clock::new(now);
        let next = |clock: &Clock| (clock.next() - now).as_millis();
        assert_eq!(next(&clock), 0);
        clock.hear(&told(7_400), now);
        assert_eq!(next(&clock), 600);
        clock.hear(&Msg::Do(Command::Down), now);
        assert_eq!(next(&clock), 250);
        clock.hear(&told(7_900), now);
        clock.soon(now);
        assert_eq!(next(&clock), 100, "no later than without it");
    }
}
