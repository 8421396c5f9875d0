//! Reads the terminal's events on a thread of its own.

#![expect(clippy::disallowed_methods, reason = "a thread that belongs to the terminal for as long as the process lives")]

use std::{io, thread};

use crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// The terminal's events from now on; the stream ends when the terminal can no longer be read.
///
/// Not crossterm's own stream: that one also reads on the thread that polls it, and on a terminal whose other end has gone
/// crossterm reads for ever. Here such a read hangs a thread nobody waits for, and the loop hears of the end from `signals`.
pub fn read() -> mpsc::UnboundedReceiver<Event> {
    let (send, receive) = mpsc::unbounded_channel();
    thread::spawn(move || {
        while let Some(event) = next() {
            if send.send(event).is_err() {
                return;
            }
        }
    });
    receive
}

fn next() -> Option<Event> {
    loop {
        match event::read() {
            Ok(event) => return Some(event),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}
