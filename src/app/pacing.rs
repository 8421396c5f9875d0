//! How much less often a target is asked that has said that it is asked too often.

use jiff::{SignedDuration, Timestamp};

use super::state::{State, Tone};
use crate::model::{Problem, ProblemKind, TargetId};

/// How many times as long as usual a target is left alone, at most.
const SLOWEST: i64 = 8;
/// Throttles within this time of the first are one: they are the answer to one rush.
const RUSH: SignedDuration = SignedDuration::from_secs(10);
/// Time without a throttle after which the pace doubles again, as that of a lane does.
const CAUTIOUS: SignedDuration = SignedDuration::from_mins(1);

/// How often a target is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// How many times the time between two questions was doubled.
    halved: u32,
    /// When it last became another.
    since: Option<Timestamp>,
}

impl Pace {
    /// How many times as long as usual it is left alone; 1 for usual.
    pub fn times(self) -> i64 {
        1 << self.halved
    }

    /// It throttled; true where it is asked less often from now on than before.
    fn throttled(&mut self, now: Timestamp) -> bool {
        let rush = self.halved > 0 && self.since.is_some_and(|since| now.duration_since(since) < RUSH);
        if !rush {
            self.since = Some(now);
            self.halved = (self.halved + 1).min(SLOWEST.ilog2());
        }
        !rush
    }

    /// It answered.
    fn answered(&mut self, now: Timestamp) {
        if self.halved > 0 && self.since.is_none_or(|since| now.duration_since(since) >= CAUTIOUS) {
            self.halved -= 1;
            self.since = Some(now);
        }
    }
}

/// Takes in what came of a question of any sort. A target that is asked too often is asked half as often, and that is said; it comes back to
/// the usual pace step by step, once it has kept quiet for a while.
pub(super) fn heard(state: &mut State, target: TargetId, result: Result<(), &Problem>) {
    let now = state.now;
    let Some(known) = state.fleet.targets.get_mut(usize::from(target.0)) else { return };
    let slower = match result {
        Ok(()) => {
            known.pace.answered(now);
            false
        }
        Err(problem) => problem.kind == ProblemKind::Throttled && known.pace.throttled(now),
    };
    if slower {
        let times = known.pace.times();
        let words = format!("{} throttles: asked {times} times less often from now on", state.place(target));
        state.toast(Tone::Bad, &words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rush_of_throttles_is_one_and_quiet_leads_back_step_by_step() {
        let at = |second: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
        let mut pace = Pace::default();
        assert!(pace.throttled(at(0)) && !pace.throttled(at(9)));
        assert_eq!(pace.times(), 2);
        for (second, times) in [(10, 4), (30, 8), (50, 8)] {
            pace.throttled(at(second));
            assert_eq!(pace.times(), times, "{second}");
        }
        for (second, times) in [(60, 8), (109, 8), (110, 4), (150, 4), (170, 2), (230, 1), (400, 1)] {
            pace.answered(at(second));
            assert_eq!(pace.times(), times, "{second}");
        }
    }
}
