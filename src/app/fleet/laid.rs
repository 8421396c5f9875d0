//! Values that a sweep brings beside the rows. Healthy rows have the same ones, so equal values are kept once.

use std::{collections::HashMap, sync::Arc};

use crate::model::{Layer, Resource, TargetId, Text, resource::Overlay};

/// How many different values are compared with before new ones are kept.
const RECENT: usize = 8;

/// What a sweep laid over a row, and the number of that sweep.
pub(super) type Laid = (u32, Arc<Layer>);

/// What has been brought for rows that are not there yet, and what was brought lately.
#[derive(Debug, Default)]
pub(super) struct Brought {
    waiting: HashMap<(TargetId, Text), Laid>,
    recent: Vec<Arc<Layer>>,
}

impl Brought {
    /// The same values as one that is kept already, or these.
    pub(super) fn share(&mut self, overlay: &Overlay) -> Arc<Layer> {
        let same = |known: &Arc<Layer>| known.says(overlay);
        if let Some(at) = self.recent.iter().position(same) {
            self.recent[..=at].rotate_right(1);
            return self.recent[0].clone();
        }
        let fresh = Arc::new(Layer::new(overlay));
        self.recent.truncate(RECENT - 1);
        self.recent.insert(0, fresh.clone());
        fresh
    }

    /// Keeps values until their row comes.
    pub(super) fn wait(&mut self, target: TargetId, id: Text, laid: Laid) {
        self.waiting.insert((target, id), laid);
    }

    /// The values that wait for a row.
    pub(super) fn take(&mut self, target: TargetId, id: &Text) -> Option<Laid> {
        if self.waiting.is_empty() { None } else { self.waiting.remove(&(target, id.clone())) }
    }

    /// Forgets what an earlier sweep than this brought for rows that never came.
    pub(super) fn forget(&mut self, target: TargetId, sweep: u32) {
        self.waiting.retain(|(at, _), (seen, _)| *at != target || *seen >= sweep);
        // Checks may come before all of the rows, and the room they took is not wanted again soon.
        self.waiting.shrink_to_fit();
    }
}

/// Lays what a sweep brought over a row.
pub(super) fn cover(resource: &mut Resource, layer: &Arc<Layer>) {
    resource.cells.cover(layer);
    if let Some(tags) = &layer.tags {
        resource.tags.clone_from(tags);
    }
}

/// Lays details over a row.
pub(super) fn apply(resource: &mut Resource, overlay: &Overlay) {
    resource.cells.lay(&overlay.cells);
    if let Some(tags) = &overlay.tags {
        resource.tags.clone_from(tags);
    }
}
