//! What other processes ask of us: end, stop, go on.
//!
//! Invariant: a request to end is obeyed even when the loop hangs on a terminal that takes no more bytes.

#![expect(
    clippy::disallowed_methods,
    reason = "a task of its own, so that signals are heard whatever the loop does; the way out of last resort"
)]

use std::{
    fs, io,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use rustix::{
    event::{PollFd, PollFlags, poll},
    process::{Signal as Unix, getpgrp, getsid, kill_current_process_group},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::{mpsc, oneshot},
};

use super::terminal;

/// How long the loop may take to leave before it is left behind.
const GRACE: Duration = Duration::from_secs(2);

/// Something that was asked of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To end, with this exit code: 128 and the number of the signal, as shells do.
    Quit(u8),
    /// To stop, as with Ctrl-Z.
    Stop,
    /// To go on after having been stopped; the terminal may be in any state.
    Continue,
}

/// What asks, and for what. SIGINT comes from outside only: in raw mode Ctrl-C is a key.
const ASKED: [(fn() -> SignalKind, Signal); 6] = [
    (SignalKind::terminate, Signal::Quit(143)),
    (SignalKind::hangup, Signal::Quit(129)),
    (SignalKind::interrupt, Signal::Quit(130)),
    (SignalKind::quit, Signal::Quit(131)),
    (stop_kind, Signal::Stop),
    (continue_kind, Signal::Continue),
];

fn stop_kind() -> SignalKind {
    SignalKind::from_raw(Unix::TSTP.as_raw())
}

fn continue_kind() -> SignalKind {
    SignalKind::from_raw(Unix::CONT.as_raw())
}

/// Listens from now on. Once this has been called the signals do nothing by themselves.
pub fn listen() -> io::Result<mpsc::UnboundedReceiver<Signal>> {
    let sources: io::Result<Vec<_>> = ASKED.iter().map(|(kind, meaning)| heard(kind(), *meaning)).collect();
    let mut heard = stream::select_all(sources?);
    heard.push(hung_up());
    let (send, receive) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(signal) = heard.next().await {
            if lent() && left_to_the_other(signal) {
                continue;
            }
            let _ = send.send(signal);
            if let Signal::Quit(code) = signal {
                tokio::spawn(leave_behind(code));
            }
        }
    });
    Ok(receive)
}

/// Who has the terminal, whose keys are for that program alone.
static HOLDER: Mutex<Holder> = Mutex::new(Holder::Us);

#[derive(Clone, Copy)]
enum Holder {
    Us,
    Another,
    /// It came back then.
    UsSince(Instant),
}

/// A key that ends the other program reaches us at the same moment, and is heard when the loop has the terminal back already.
const ECHO: Duration = Duration::from_secs(1);

fn lent() -> bool {
    match *holder() {
        Holder::Us => false,
        Holder::Another => true,
        Holder::UsSince(back) => back.elapsed() < ECHO,
    }
}

fn holder() -> MutexGuard<'static, Holder> {
    HOLDER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal is lent for as long as this is kept.
#[derive(Debug)]
pub(super) struct Lent(());

/// From now on Ctrl-C and Ctrl-\\ are for the program that has the terminal, and Ctrl-Z is for nobody: whoever waits for it could not be
/// brought back.
pub(super) fn lend() -> Lent {
    *holder() = Holder::Another;
    Lent(())
}

impl Drop for Lent {
    fn drop(&mut self) {
        *holder() = Holder::UsSince(Instant::now());
    }
}

/// True for what the keys of a terminal send to everybody in front of it.
fn left_to_the_other(signal: Signal) -> bool {
    match signal {
        Signal::Quit(130 | 131) => true,
        Signal::Stop => kill_current_process_group(Unix::CONT).is_ok(),
        Signal::Quit(_) | Signal::Continue => false,
    }
}

/// Waits for SIGINT, SIGTERM or SIGHUP. For programs without a screen: every other signal does what it always does.
pub fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hangup = if outlives_the_terminal() { None } else { Some(signal(SignalKind::hangup())?) };
    Ok(async move {
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hung_up => {}
        }
    })
}

/// True under `nohup`, which has SIGHUP ignored, and where that cannot be known (proc(5), `SigIgn`).
fn outlives_the_terminal() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_none_or(|mask| mask & 1 != 0)
}

type Heard = stream::BoxStream<'static, Signal>;

fn heard(kind: SignalKind, meaning: Signal) -> io::Result<Heard> {
    let source = signal(kind)?;
    Ok(stream::unfold(source, move |mut source| async move { source.recv().await.map(|()| (meaning, source)) }).boxed())
}

/// The other end of the terminal going away, of which a signal tells only the process that leads the session.
fn hung_up() -> Heard {
    let (send, receive) = oneshot::channel();
    thread::spawn(move || send.send(wait_for_the_end()));
    stream::once(receive).filter_map(|ended| async move { ended.ok()?.ok().map(|()| Signal::Quit(129)) }).boxed()
}

/// Asks for nothing, and so is told of errors and the end only.
fn wait_for_the_end() -> io::Result<()> {
    let stdin = rustix::stdio::stdin();
    loop {
        match poll(&mut [PollFd::new(&stdin, PollFlags::empty())], None) {
            Err(rustix::io::Errno::INTR) | Ok(0) => {}
            ended => return Ok(ended.map(|_| ())?),
        }
    }
}

async fn leave_behind(code: u8) {
    tokio::time::sleep(GRACE).await;
    // Restoring writes to the terminal too, and may hang on it in turn.
    let _ = tokio::time::timeout(GRACE, tokio::task::spawn_blocking(terminal::restore)).await;
    std::process::exit(code.into());
}

/// Whether there is a shell to take the terminal over when we stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobControl {
    /// A shell gave us a process group of our own, and waits.
    Shell,
    /// We are all that runs in the terminal; once stopped, nobody would wake us.
    None,
}

/// Whether this process can be stopped and brought back.
pub fn job_control() -> JobControl {
    match getsid(None) {
        Ok(session) if session != getpgrp() => JobControl::Shell,
        _ => JobControl::None,
    }
}

/// Stops this process and those that were started with it, as the terminal does on Ctrl-Z; [`Signal::Continue`] follows in time.
///
/// All of the group, because the shell waits for its leader, which with `cargo run` is not us. SIGSTOP, because SIGTSTP has
/// a listener in us now and would stop nobody.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Unix::STOP)?)
}
