//! What is kept for the next start. Where it cannot be kept the core is told.

use std::sync::Arc;

use super::{Job, job::known};
use crate::{
    app::msg::{Answer, Kept, Memory},
    model::{Resource, Text},
    runtime::cache::Cache,
};

impl Job {
    pub(super) async fn keep_regions(self, profile: Text, regions: Vec<Text>, cache: Option<Cache>) {
        let Some(cache) = cache else { return };
        if let Err(why) = cache.keep_regions(&profile, regions).await {
            self.send(Answer::Unkept(why)).await;
        }
    }

    pub(super) async fn keep_points(self, memory: Memory<Kept>, cache: Option<Cache>) {
        let Some((cache, kind)) = cache.zip(known(memory.kind).ok()) else { return };
        if let Err(why) = cache.keep_points(kind, memory).await {
            self.send(Answer::Unkept(why)).await;
        }
    }

    pub(super) async fn keep(self, memory: Memory<Arc<Resource>>, cache: Option<Cache>) {
        let Some((cache, kind)) = cache.zip(known(memory.kind).ok()) else { return };
        if let Err(why) = cache.keep(kind, memory).await {
            self.send(Answer::Unkept(why)).await;
        }
    }
}
