//! What the threads that read answers do with memory once they are at rest.

use std::{cell::Cell, hint::black_box};

/// Bytes of a block that the allocator keeps apart from smaller ones (mimalloc 2: more than 128 KiB).
const BLOCK: usize = 256 * 1_024;

thread_local! {
    static HELD: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Gives back what the calling thread has freed since it came to rest last.
///
/// The allocator gives pages back no sooner than 10 ms after they were freed, and only when the same thread frees another block then: a
/// thread that reads an answer of some megabytes and then waits keeps them for as long as it waits. So each time that it comes to
/// rest it frees one block, which was never written to, and takes another for the next time.
pub(super) fn give_back() {
    HELD.with(|held| {
        drop(black_box(held.take()));
        held.set(black_box(Vec::with_capacity(BLOCK)));
    });
}
