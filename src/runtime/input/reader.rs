//! Reads the terminal's events on a thread of its own.

#![expect(clippy::disallowed_methods, reason = "a thread that belongs to the terminal for as long as the process lives")]

use std::{
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crossterm::event::{self, Event};
use rustix::process::{Signal, getpid, kill_process};
use tokio::sync::mpsc;

/// How often the thread looks whether the terminal has been lent to another program, should it not have been woken. Each look costs up to
/// a millisecond: crossterm rounds what is left of the time down to whole ones, and spins through the last.
const LOOK: Duration = Duration::from_secs(10);

/// Keeps the reader away from the terminal while another program has it: what is typed then is not for us.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<(Mutex<Stand>, Condvar)>);

#[derive(Debug, Default, PartialEq)]
enum Stand {
    #[default]
    Open,
    Closing,
    Closed,
}

impl Gate {
    /// Returns when the reader has let go of the terminal. It waits for keys and for changes of size: one of these is made up to wake it.
    pub fn close(&self) {
        *self.stand() = Stand::Closing;
        if let Err(error) = kill_process(getpid(), Signal::WINCH) {
            tracing::warn!(%error, "the reader could not be woken");
        }
        let shut = self.0.1.wait_while(self.stand(), |stand| *stand == Stand::Closing);
        drop(shut.unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets the reader go on.
    pub fn open(&self) {
        *self.stand() = Stand::Open;
        self.0.1.notify_all();
    }

    /// The reader's side: waits here as long as the gate is shut.
    fn pass(&self) {
        let mut stand = self.stand();
        if *stand == Stand::Closing {
            *stand = Stand::Closed;
            self.0.1.notify_all();
        }
        drop(self.0.1.wait_while(stand, |stand| *stand == Stand::Closed).unwrap_or_else(PoisonError::into_inner));
    }

    fn stand(&self) -> MutexGuard<'_, Stand> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The terminal's events from now on; the stream ends when the terminal can no longer be read.
///
/// Not crossterm's own stream: that one also reads on the thread that polls it, and on a terminal whose other end has gone
/// crossterm reads for ever. Here such a read hangs a thread nobody waits for, and the loop hears of the end from `signals`.
pub fn read(gate: Gate) -> mpsc::UnboundedReceiver<Event> {
    let (send, receive) = mpsc::unbounded_channel();
    thread::spawn(move || {
        while let Some(event) = next(&gate) {
            if send.send(event).is_err() {
                return;
            }
        }
    });
    receive
}

fn next(gate: &Gate) -> Option<Event> {
    loop {
        gate.pass();
        match event::poll(LOOK).and_then(|ready| if ready { event::read().map(Some) } else { Ok(None) }) {
            Ok(Some(event)) => return Some(event),
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_gate_holds_the_reader_until_it_is_opened() {
        let gate = Gate::default();
        let (passed, arrivals) = std::sync::mpsc::channel();
        let reader = gate.clone();
        thread::spawn(move || {
            while passed.send(()).is_ok() {
                reader.pass();
            }
        });
        arrivals.recv().expect("it runs");
        gate.close();
        while arrivals.try_recv().is_ok() {}
        // Whatever was on its way has come by now: the reader said that it stands still.
        assert!(arrivals.try_recv().is_err());
        gate.open();
        arrivals.recv().expect("it goes on");
    }
}
