//! The sessions behind the targets: opened at their first use, shared by every task.

use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::{
    aws::{Aws, Door},
    model::{Key, Target, TargetId},
};

/// Every target with its session; cheap to clone.
#[derive(Debug, Clone)]
pub struct World(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    door: Door,
    sessions: Vec<(Target, OnceCell<Aws>)>,
}

impl World {
    /// A world of these targets. Opens nothing yet.
    pub fn new(door: Door, targets: Vec<Target>) -> Self {
        Self(Arc::new(Inner { door, sessions: targets.into_iter().map(|target| (target, OnceCell::new())).collect() }))
    }

    /// The words for a row that stay the same from one start to the next: kind, profile, region and id.
    pub fn place(&self, key: &Key) -> Option<String> {
        let (Target { profile, region }, _) = self.0.sessions.get(usize::from(key.target.0))?;
        Some(format!("{} {profile} {region} {}", key.kind, key.id))
    }

    /// The session with a target; `None` for a target that was never configured.
    pub async fn session(&self, target: TargetId) -> Option<Aws> {
        let (target, cell) = self.0.sessions.get(usize::from(target.0))?;
        Some(cell.get_or_init(|| Aws::open(target.clone(), &self.0.door)).await.clone())
    }
}
