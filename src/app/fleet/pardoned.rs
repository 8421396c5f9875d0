//! Questions that are taken back: what they failed for is mended.

use super::Table;
use crate::model::{Remote, TargetId};

impl Table {
    /// Takes the questions back that failed in a target because of its credentials: they are good again.
    pub(in crate::app) fn pardon(&mut self, target: TargetId) {
        let own = self.listings.iter_mut().filter(|((place, _), _)| *place == target);
        let failed =
            own.map(|(_, listing)| &mut listing.count).filter(|count| count.problem().is_some_and(|why| why.kind.about_the_session()));
        failed.for_each(Remote::withdraw);
    }
}
