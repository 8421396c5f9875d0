//! Rows are made anew in a thread of their own before they are passed on.
//!
//! What parses an answer of AWS leaves thousands of short-lived values around the few that stay, and a page of memory cannot be given
//! back while one of them is in it. Here nothing is allocated but what stays, so that what parsing took is given back whole.

use std::{
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::sync::oneshot;

use crate::model::{repacking::Repacking, resource::Page};

type Order = (Page, oneshot::Sender<Page>);

/// The thread, once there is something for it to do.
#[derive(Debug, Default)]
pub(super) struct Packer(OnceLock<Option<mpsc::Sender<Order>>>);

impl Packer {
    /// The same page in memory of its own; as it is where no thread can be had.
    pub(super) async fn pack(&self, page: Page) -> Option<Page> {
        let Some(thread) = self.0.get_or_init(start) else { return Some(page) };
        let (back, packed) = oneshot::channel();
        match thread.send((page, back)) {
            Ok(()) => packed.await.ok(),
            Err(mpsc::SendError((page, _))) => Some(page),
        }
    }
}

/// The thread ends with the last that sends to it.
fn start() -> Option<mpsc::Sender<Order>> {
    let (orders, waiting) = mpsc::channel::<Order>();
    let work = move || {
        let mut repacking = Repacking::default();
        for (page, back) in waiting {
            // Nobody may wait any more: a list that is asked for again replaces the one before.
            let _ = back.send(repacking.page(&page));
        }
    };
    let started = thread::Builder::new().name("packer".to_owned()).spawn(work);
    started.inspect_err(|error| tracing::warn!(%error, "rows are passed on as they come")).ok().map(|_| orders)
}
