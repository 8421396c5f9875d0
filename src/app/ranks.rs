//! The order of places: lists are sorted by profile and by region as by a number.

use super::{
    columns::What,
    state::{Fleet, TargetState},
};
use crate::model::{TargetId, Text};

/// Where each target stands when all are sorted by profile, and by region.
pub(super) struct Ranks {
    profiles: Vec<usize>,
    regions: Vec<usize>,
}

impl Ranks {
    /// Of all targets that there are.
    pub(super) fn of(fleet: &Fleet) -> Self {
        let rank = |word: fn(&TargetState) -> &Text| {
            let mut words: Vec<&Text> = fleet.targets.iter().map(word).collect();
            words.sort_unstable();
            words.dedup();
            fleet.targets.iter().map(|target| words.binary_search(&word(target)).unwrap_or_default()).collect()
        };
        Self { profiles: rank(|target| &target.target.profile), regions: rank(|target| &target.target.region) }
    }

    /// By profile or by region.
    pub(super) fn of_target(&self, by: What, target: TargetId) -> f64 {
        let ranks = if by == What::Profile { &self.profiles } else { &self.regions };
        ranks.get(usize::from(target.0)).copied().unwrap_or_default() as f64
    }
}
