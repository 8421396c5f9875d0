//! How many calls were made in the last minute.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Seconds over which the rate is reckoned.
const WINDOW: i64 = 60;

/// Calls of the last minute, by the second.
#[derive(Debug, Default)]
pub struct Rate {
    lately: VecDeque<(Timestamp, u32)>,
    /// When the first was made.
    first: Option<Timestamp>,
}

impl Rate {
    /// Calls in the last minute. What AWS answers in pages is a call for each, and what is tried again is another.
    pub fn per_minute(&self, now: Timestamp) -> u32 {
        self.lately.iter().filter(|(at, _)| now.duration_since(*at).as_secs() < WINDOW).map(|(_, count)| count).sum()
    }

    /// Calls a second in the last minute, or since the first where that is not a minute ago.
    pub fn per_second(&self, now: Timestamp) -> f64 {
        let seconds = self.first.map_or(WINDOW, |first| (now.duration_since(first).as_secs() + 1).clamp(1, WINDOW));
        f64::from(self.per_minute(now)) / seconds as f64
    }

    /// So many calls were made.
    pub(super) fn count(&mut self, calls: u32, now: Timestamp) {
        self.first.get_or_insert(now);
        match self.lately.back_mut().filter(|(at, _)| at.as_second() == now.as_second()) {
            Some((_, count)) => *count += calls,
            None => self.lately.push_back((now, calls)),
        }
        while self.lately.front().is_some_and(|(at, _)| now.duration_since(*at).as_secs() >= WINDOW) {
            self.lately.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_minute() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let mut rate = Rate::default();
        rate.count(6, at(-120));
        assert_eq!((rate.per_second(at(-118)), rate.per_second(at(-90))), (2.0, 6.0 / 31.0), "it began no minute ago");
        for (second, calls) in [(0, 1), (0, 2), (30, 1), (59, 1), (60, 4)] {
            rate.count(calls, at(second));
        }
        assert_eq!((rate.per_second(at(60)), rate.per_second(at(200))), (0.1, 0.0));
        assert_eq!((rate.per_minute(at(60)), rate.per_minute(at(90)), rate.per_minute(at(200))), (6, 5, 0));
    }
}
