//! One account and region, as it stands.

use std::sync::Arc;

use crate::{
    app::{fleet::Alarms, msg::Identity, pacing::Pace, targets::Record},
    model::{KindId, Problem, Remote, Target},
};

/// A target and how we stand with it.
#[derive(Debug)]
pub struct TargetState {
    /// Profile and region.
    pub target: Target,
    /// Who we are there.
    pub identity: Remote<Identity>,
    /// The latest look at rows that are between two states.
    pub look: Remote<()>,
    /// The alarms that are going off there.
    pub alarms: Remote<Arc<Alarms>>,
    /// How often it is asked, after it has said that it is asked too often.
    pub pace: Pace,
    /// The kind that was last looked at between two lists: the others have their turn first.
    pub looked: Option<KindId>,
    /// Why no call of its account can succeed at present; stays until one has.
    pub lapse: Option<Problem>,
    /// How it has been doing.
    pub record: Record,
}

impl TargetState {
    /// A target that nobody has asked yet.
    pub fn new(target: Target) -> Self {
        let record = Record::default();
        Self {
            target,
            identity: Remote::default(),
            look: Remote::default(),
            alarms: Remote::default(),
            pace: Pace::default(),
            looked: None,
            lapse: None,
            record,
        }
    }
}
