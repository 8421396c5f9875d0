//! The program in a terminal, and what that terminal shows. Waiting is always for a condition, with a deadline.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "in a test a panic is the report, and a deadline needs a clock and a thread"
)]

use std::{
    io::{Read, Write},
    path::Path,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The size of the terminal unless a test says otherwise.
pub(crate) const SIZE: PtySize = PtySize { rows: 45, cols: 160, pixel_width: 0, pixel_height: 0 };

fn modes(terminal: &dyn MasterPty) -> String {
    format!("{:?}", terminal.get_termios().unwrap().local_flags)
}

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program under test: this build's, or the one that `QD_BINARY` names.
fn binary() -> String {
    std::env::var("QD_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_qd").to_owned())
}

pub(crate) struct Deck {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    child: Running,
    output: Receiver<Vec<u8>>,
    terminal: vt100::Parser,
    written: Vec<u8>,
    home: Option<TempDir>,
    /// The terminal's local modes before anything ran in it.
    pub(crate) untouched: String,
}

impl Deck {
    /// The program itself, leading the terminal's session.
    pub(crate) fn start(arguments: &[&str], size: PtySize) -> Self {
        let mut command = CommandBuilder::new(binary());
        command.args(arguments);
        Self::run(command, size)
    }

    /// The program with a home of its own choice and these variables beside the usual ones.
    pub(crate) fn at_home(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(binary());
        command.args(arguments);
        Self::run_at(home, variables, command, SIZE)
    }

    /// A line of shell, which finds the program as `$QD`.
    pub(crate) fn under_a_shell(script: &str, size: PtySize) -> Self {
        let mut command = CommandBuilder::new("/bin/sh");
        command.args(["-c", script]);
        Self::run(command, size)
    }

    fn run(command: CommandBuilder, size: PtySize) -> Self {
        let home = TempDir::new().unwrap();
        let deck = Self::run_at(home.path(), &[], command, size);
        Self { home: Some(home), ..deck }
    }

    fn run_at(home: &Path, variables: &[(&str, &str)], mut command: CommandBuilder, size: PtySize) -> Self {
        command.env_clear();
        let path = home.to_str().unwrap();
        for (name, value) in [("HOME", path), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin"), ("QD", &binary())]
        {
            command.env(name, value);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        let pty = native_pty_system().openpty(size).unwrap();
        let (output, untouched) = (chunks(pty.master.try_clone_reader().unwrap()), modes(&*pty.master));
        let keys = pty.master.take_writer().unwrap();
        let child = Running(pty.slave.spawn_command(command).unwrap());
        Self { master: pty.master, keys, child, output, terminal: terminal(size), written: Vec::new(), home: None, untouched }
    }

    /// Waits until the screen is as it should be.
    pub(crate) fn until(&mut self, what: &str, there: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !there(self.terminal.screen()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(why) => panic!("waited for {what}, but ({why}) there is\n{}", self.text()),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.terminal.process(bytes);
        self.written.extend_from_slice(bytes);
    }

    /// Every byte that came out of the terminal so far.
    pub(crate) fn written(&self) -> &[u8] {
        &self.written
    }

    /// What the program wants to know of the mouse.
    pub(crate) fn mouse(&self) -> vt100::MouseProtocolMode {
        self.terminal.screen().mouse_protocol_mode()
    }

    /// What the screen shows.
    pub(crate) fn text(&self) -> String {
        self.terminal.screen().contents()
    }

    /// Types; each call is one write, as a person or a paste makes it.
    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, size: PtySize) {
        self.terminal.screen_mut().set_size(size.rows.try_into().unwrap(), size.cols.try_into().unwrap());
        self.master.resize(size).unwrap();
    }

    /// Wipes what the terminal shows, as another program does that had it for a while.
    pub(crate) fn forget_screen(&mut self) {
        let (rows, columns) = self.terminal.screen().size();
        self.terminal = vt100::Parser::new(rows, columns, 0);
    }

    /// Signals the process that was started.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.child.0.process_id().and_then(|id| i32::try_from(id).ok()), signal);
    }

    /// Signals the process that has the terminal.
    pub(crate) fn signal_foreground(&self, signal: Signal) {
        kill(self.master.process_group_leader(), signal);
    }

    /// The terminal's local modes in words; `ICANON` stands among them unless it is raw.
    pub(crate) fn modes(&self) -> String {
        modes(&*self.master)
    }

    /// Waits for the end and gives the exit code.
    pub(crate) fn ends(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => return self.child.0.wait().unwrap().exit_code(),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end; there is\n{}", self.text()),
            }
        }
    }

    /// The shell's screen, with a cursor and without anything switched on.
    pub(crate) fn assert_restored(&self) {
        let screen = self.terminal.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is ours");
        assert!(!screen.contents().contains("panicked"), "{}", screen.contents());
    }

    /// Closes the terminal and waits for the program to notice; its exit code, or `None` when it went on.
    pub(crate) fn hang_up(self) -> Option<u32> {
        let Self { master, keys, output, mut child, home: _home, .. } = self;
        let mut killer = child.0.clone_killer();
        drop((keys, output, master));
        let (ended, end) = mpsc::channel();
        thread::spawn(move || ended.send(child.0.wait()));
        let status = end.recv_timeout(PATIENCE);
        let _ = killer.kill();
        Some(status.ok()?.ok()?.exit_code())
    }
}

fn kill(id: Option<i32>, signal: Signal) {
    kill_process(id.and_then(Pid::from_raw).unwrap(), signal).unwrap();
}

fn terminal(size: PtySize) -> vt100::Parser {
    vt100::Parser::new(size.rows.try_into().unwrap(), size.cols.try_into().unwrap(), 0)
}

/// What comes out of the terminal, read on a thread so that waiting can have a deadline. Ends when no one has the terminal open.
fn chunks(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            if send.send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    receive
}

/// A process that does not outlive its test.
struct Running(Box<dyn Child + Send + Sync>);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}
