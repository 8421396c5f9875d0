//! A value that lives elsewhere: what we last knew, and how asking for it stands.

use jiff::Timestamp;

use super::problem::Problem;

/// How the latest question stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Asking {
    /// Nobody asked yet.
    #[default]
    Never,
    /// Asked, no answer yet.
    Loading {
        /// When it was asked.
        since: Timestamp,
    },
    /// The last good value is the latest answer.
    Settled,
    /// The latest question failed; the last good value, if any, still stands.
    Failed {
        /// Why.
        problem: Problem,
        /// When it failed.
        at: Timestamp,
    },
}

/// The last good value of something remote; never thrown away because a refresh is under way or failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Remote<T> {
    value: Option<(T, Timestamp)>,
    asking: Asking,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { value: None, asking: Asking::Never }
    }
}

impl<T> Remote<T> {
    /// The last good value.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref().map(|(value, _)| value)
    }

    /// When the last good value arrived.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.value.as_ref().map(|(_, at)| *at)
    }

    /// How the latest question stands.
    pub fn asking(&self) -> &Asking {
        &self.asking
    }

    /// The failure of the latest question, if it failed.
    pub fn problem(&self) -> Option<&Problem> {
        match &self.asking {
            Asking::Failed { problem, .. } => Some(problem),
            _ => None,
        }
    }

    /// True while an answer is awaited.
    pub fn loading(&self) -> bool {
        matches!(self.asking, Asking::Loading { .. })
    }

    /// Notes that the question was asked.
    pub fn ask(&mut self, now: Timestamp) {
        self.asking = Asking::Loading { since: now };
    }

    /// Takes a value from before the first question, which is as due as without it.
    pub fn recall(&mut self, value: T, at: Timestamp) {
        self.value = Some((value, at));
    }

    /// Forgets the value; how the latest question stands stays.
    pub fn forget(&mut self) {
        self.value = None;
    }

    /// Takes the question back, as if it had not been asked.
    pub fn withdraw(&mut self) {
        self.asking = if self.value.is_some() { Asking::Settled } else { Asking::Never };
    }

    /// Takes an answer: a good one replaces the value, a bad one only says so beside it.
    pub fn answer(&mut self, answer: Result<T, Problem>, now: Timestamp) {
        match answer {
            Ok(value) => {
                self.value = Some((value, now));
                self.asking = Asking::Settled;
            }
            Err(problem) => self.asking = Asking::Failed { problem, at: now },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProblemKind;

    #[test]
    fn a_failure_keeps_the_last_good_value_and_its_time() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::from_second(60).expect("in range"));
        let mut remote = Remote::default();
        remote.answer(Ok(7), early);
        remote.ask(late);
        assert!(remote.loading());
        remote.answer(Err(Problem::new(ProblemKind::Throttled, "slow down", "")), late);
        assert_eq!((remote.value(), remote.as_of()), (Some(&7), Some(early)));
        assert_eq!(remote.problem().map(|problem| problem.kind), Some(ProblemKind::Throttled));
    }
}
