//! Rate lanes: no more calls than half of what AWS allows everybody together, evenly spaced.

mod shared;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

pub(super) use self::shared::Shared;
use super::Patience;

/// How long a lane keeps half of its pace after AWS has throttled a call in it.
const CAUTIOUS: Duration = Duration::from_mins(1);

/// Calls that AWS counts together in one account and region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lane {
    /// Its name, unique in the program: `ecs-service-read`.
    pub name: &'static str,
    /// Calls a second that AWS allows all callers of the account together in the long run.
    pub published: f64,
    /// Calls that AWS allows at once after a rest; 1 where it says nothing about that.
    pub burst: u32,
    /// How long each call may take that goes through it by `Aws::through`, as those that read do. One that changes something is always waited
    /// for long.
    pub patience: Patience,
}

impl Lane {
    /// Time from one call to the next at half of the published rate.
    fn spacing(&self) -> Duration {
        Duration::from_secs_f64(2.0 / self.published)
    }

    /// How far ahead of that pace a call may come: half of the burst, less the call itself.
    fn lead(&self) -> Duration {
        self.spacing() * (self.burst / 2).saturating_sub(1)
    }
}

/// Which lane may be used when next, for one account and region.
#[derive(Debug, Default)]
pub struct Lanes {
    pace: Pace,
    next: Mutex<HashMap<&'static str, Pacing>>,
}

/// How a lane is used: since the epoch.
#[derive(Debug, Clone, Copy, Default)]
struct Pacing {
    /// When it is free again.
    free: Duration,
    /// Until when it keeps half of its pace.
    cautious: Duration,
}

/// How waiting is done.
#[derive(Clone, Default)]
pub enum Pace {
    /// In real time.
    #[default]
    Real,
    /// Not at all: whoever would wait is counted instead, with the second at which its turn would have come. For tests.
    Counted(Arc<Mutex<Vec<(&'static str, Duration)>>>),
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Real) { "Real" } else { "Counted" })
    }
}

impl Lanes {
    /// Lanes that nobody has used yet.
    pub fn new(pace: Pace) -> Self {
        Self { pace, next: Mutex::default() }
    }

    /// Waits until so many turns in a lane are free. Turns are given in the order of asking.
    pub async fn turns(&self, lane: &Lane, count: u32) {
        match &self.pace {
            Pace::Real => {
                let now = Instant::now().duration_since(epoch());
                let turn = self.take(lane, count, now);
                if turn > now {
                    tokio::time::sleep(turn.saturating_sub(now)).await;
                }
            }
            Pace::Counted(turns) => {
                let turn = self.take(lane, count, Duration::ZERO);
                turns.lock().unwrap_or_else(PoisonError::into_inner).push((lane.name, turn));
            }
        }
    }

    /// Gives no turn in a lane for a while, not even those of a rest, and then at half of the pace: AWS has throttled a call in it.
    pub fn hold(&self, lane: &Lane, pause: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let pacing = next.entry(lane.name).or_default();
        let now = match self.pace {
            Pace::Real => Instant::now().duration_since(epoch()),
            Pace::Counted(_) => pacing.free.saturating_sub(lane.lead()),
        };
        pacing.free = pacing.free.max(now + pause + lane.lead());
        pacing.cautious = pacing.free + CAUTIOUS;
    }

    /// Counts what others were used for as its own: theirs and its own come one after the other from now on.
    fn take_over(&self, others: &Self) {
        let now = match self.pace {
            Pace::Real => Instant::now().duration_since(epoch()),
            Pace::Counted(_) => Duration::ZERO,
        };
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, used) in others.next.lock().unwrap_or_else(PoisonError::into_inner).drain() {
            let pacing = next.entry(name).or_default();
            let waiting = used.free.saturating_sub(now);
            pacing.free = pacing.free.max(now) + waiting;
            pacing.cautious = pacing.cautious.max(used.cautious) + waiting;
        }
    }

    /// When the last of the next `count` turns is free, at or after `now`.
    fn take(&self, lane: &Lane, count: u32, now: Duration) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let Pacing { free, cautious } = next.entry(lane.name).or_default();
        let due = now.max(*free);
        let spacing = if due < *cautious { lane.spacing() * 2 } else { lane.spacing() };
        *free = due + spacing * count;
        now.max((due + spacing * count.saturating_sub(1)).saturating_sub(lane.lead()))
    }
}

/// A moment before every turn, the same for the whole process.
fn epoch() -> Instant {
    static EPOCH: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    *EPOCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LANE: Lane = Lane { name: "test", published: 20.0, burst: 1, patience: Patience::Short };

    proptest! {
        #[test]
        fn no_second_holds_more_than_half_of_the_published_rate(pauses in proptest::collection::vec(0_u64..400, 1..80)) {
            let lanes = Lanes::default();
            let (mut now, mut turns) = (0, Vec::new());
            for pause in pauses {
                now += pause;
                turns.push(lanes.take(&LANE, 1, Duration::from_millis(now)));
            }
            for (at, first) in turns.iter().enumerate() {
                let within = turns[at..].iter().take_while(|turn| **turn < *first + Duration::from_secs(1)).count();
                prop_assert!(within <= 10, "{within} in one second");
            }
        }
    }

    #[test]
    fn after_a_rest_half_of_the_burst_goes_at_once_and_then_half_of_the_rate() {
        let lane = Lane { name: "burst", published: 20.0, burst: 100, patience: Patience::Short };
        let lanes = Lanes::default();
        let turns: Vec<Duration> = (0..60).map(|_| lanes.take(&lane, 1, Duration::ZERO)).collect();
        assert_eq!(turns.iter().filter(|turn| turn.is_zero()).count(), 50);
        assert_eq!(turns[59], Duration::from_secs(1));
    }

    #[test]
    fn after_a_throttle_there_is_a_pause_and_then_half_of_the_pace_for_a_minute() {
        let lanes = Lanes::new(Pace::Counted(Arc::default()));
        let turns = |now: u64| [1, 2].map(|_| lanes.take(&LANE, 1, Duration::from_secs(now)).as_millis());
        assert_eq!(turns(0), [0, 100]);
        lanes.hold(&LANE, Duration::from_secs(2));
        assert_eq!(turns(0), [2_200, 2_400]);
        assert_eq!(turns(120), [120_000, 120_100]);
    }

    #[test]
    fn what_a_rest_would_give_at_once_is_not_given_after_a_throttle() {
        let lane = Lane { name: "burst", published: 20.0, burst: 100, patience: Patience::Short };
        let lanes = Lanes::new(Pace::Counted(Arc::default()));
        lanes.hold(&lane, Duration::from_secs(2));
        assert_eq!(lanes.take(&lane, 1, Duration::ZERO), Duration::from_secs(2));
    }

    #[test]
    fn several_turns_are_free_when_the_last_of_them_is() {
        let lane = Lane { name: "burst", published: 20.0, burst: 100, patience: Patience::Short };
        let lanes = Lanes::default();
        let turns: Vec<Duration> = [50, 10, 1].map(|count| lanes.take(&lane, count, Duration::ZERO)).to_vec();
        assert_eq!(turns, [Duration::ZERO, Duration::from_secs(1), Duration::from_millis(1_100)]);
    }

    #[tokio::test]
    async fn the_first_turn_is_at_once_and_lanes_do_not_wait_for_each_other() {
        let turns = Arc::default();
        let lanes = Lanes::new(Pace::Counted(Arc::clone(&turns)));
        lanes.turns(&LANE, 1).await;
        lanes.turns(&LANE, 1).await;
        lanes.turns(&Lane { name: "other", published: 1.0, burst: 1, patience: Patience::Short }, 1).await;
        let expected = [("test", Duration::ZERO), ("test", Duration::from_millis(100)), ("other", Duration::ZERO)];
        assert_eq!(*turns.lock().unwrap_or_else(PoisonError::into_inner), expected);
    }
}
