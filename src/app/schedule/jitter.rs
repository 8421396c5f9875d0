//! A little chance in when something is asked again, so that places which were asked together, or failed together, are not for ever.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

/// Seconds from nought to below `span` that are strewn as if by chance: others for another asker, and others each time, for both the asker and
/// the moment of the last answer go into them. The same for the same two, so that what is due stays due.
pub(in crate::app) fn jitter(who: impl Hash, last: Timestamp, span: i64) -> i64 {
    let mut hasher = DefaultHasher::new();
    (who, last).hash(&mut hasher);
    hasher.finish().checked_rem(span.unsigned_abs()).unwrap_or_default().cast_signed()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn askers_and_moments_are_spread_over_the_whole_span() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        let askers: BTreeSet<i64> = (0..200_u16).map(|who| jitter(who, at(7), 12)).collect();
        let moments: BTreeSet<i64> = (0..200).map(|second| jitter(3_u16, at(second), 12)).collect();
        assert_eq!((askers, moments), ((0..12).collect(), (0..12).collect()));
        assert_eq!((jitter(1_u16, at(1), 12), jitter(1_u16, at(1), 0)), (jitter(1_u16, at(1), 12), 0));
    }
}
