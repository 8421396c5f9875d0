//! The sessions behind the targets: opened at their first use, shared by every task.

use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::{
    aws::{Aws, Door},
    model::{Target, TargetId},
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

    /// The session with a target; `None` for a target that was never configured.
    pub async fn session(&self, target: TargetId) -> Option<Aws> {
        let (target, cell) = self.0.sessions.get(usize::from(target.0))?;
        Some(cell.get_or_init(|| Aws::open(target.clone(), &self.0.door)).await.clone())
    }
}
