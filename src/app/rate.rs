//! How many calls were made in the last minute.

use std::collections::VecDeque;

use jiff::Timestamp;

/// Seconds over which the rate is reckoned.
const WINDOW: i64 = 60;
/// Seconds for which what is told of it stays: a figure that changes each second is read by nobody, and costs a slow line its bytes.
const STEADY: i64 = 15;

/// Calls of the last minute, by the second.
#[derive(Debug, Default)]
pub struct Rate {
    lately: VecDeque<(Timestamp, u32)>,
    /// When the first was made.
    first: Option<Timestamp>,
    /// Calls a second as they are told, and since when.
    told: Option<(Timestamp, f64)>,
}

impl Rate {
    /// Calls in the last minute. What AWS answers in pages is a call for each, and what is tried again is another.
    pub fn per_minute(&self, now: Timestamp) -> u32 {
        self.lately.iter().filter(|(at, _)| now.duration_since(*at).as_secs() < WINDOW).map(|(_, count)| count).sum()
    }

    /// Calls a second, for reading; nought until there has been time to tell.
    pub fn steady(&self) -> f64 {
        self.told.map_or(0.0, |(_, rate)| rate)
    }

    /// Calls a second in the last minute, or since the first where that is not a minute ago.
    fn per_second(&self, now: Timestamp) -> f64 {
        let seconds = self.first.map_or(WINDOW, |first| (now.duration_since(first).as_secs() + 1).clamp(1, WINDOW));
        f64::from(self.per_minute(now)) / seconds as f64
    }

    /// So many calls were made, or none.
    pub(super) fn count(&mut self, calls: u32, now: Timestamp) {
        if calls > 0 {
            self.add(calls, now);
        }
        let since = self.told.map(|(at, _)| at).or(self.first);
        if since.is_some_and(|since| now.duration_since(since).as_secs() >= STEADY) {
            self.told = Some((now, self.per_second(now)));
        }
    }

    fn add(&mut self, calls: u32, now: Timestamp) {
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
    fn what_is_told_stays_for_a_while() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let mut rate = Rate::default();
        let mut told = |second, calls| {
            rate.count(calls, at(second));
            format!("{:.1}", rate.steady())
        };
        assert_eq!([told(0, 48), told(14, 0), told(15, 0)], ["0.0", "0.0", "3.0"], "the rush of the start is no rate");
        assert_eq!([told(29, 60), told(60, 0), told(200, 0)], ["3.0", "1.0", "0.0"]);
    }

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
