//! The whole binary in a pseudo-terminal, and a simulated AWS in another process beside it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{self, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A frame ends with the end of a synchronized update.
pub(crate) const FRAME_END: &[u8] = b"\x1b[?2026l";
/// What is longer than this between two frames is a pause.
const PAUSE: Duration = Duration::from_millis(60);
const SIZE: PtySize = PtySize { rows: 45, cols: 160, pixel_width: 0, pixel_height: 0 };

/// The binary that is measured.
pub(crate) fn binary() -> String {
    std::env::var("QD_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_qd").to_owned())
}

/// `qd sim` on a free port; ends with this value.
pub(crate) struct Sim {
    child: process::Child,
    /// Where it listens.
    pub(crate) url: String,
}

impl Sim {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(binary());
        command.args(["sim", "--listen", "127.0.0.1:0"]).args(arguments).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the simulated fleet starts");
        let mut line = String::new();
        BufReader::new(child.stderr.take().expect("its words")).read_line(&mut line).expect("a line");
        let url = line.split([' ', ';']).find(|word| word.starts_with("http://")).expect("an address").to_owned();
        Self { child, url }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.child.kill().expect("it can be ended");
        self.child.wait().expect("it ends");
    }
}

/// The program in a pseudo-terminal of 160×45; ends with this value.
pub(crate) struct Screen {
    child: Box<dyn Child + Send + Sync>,
    // Closed, it would take the terminal away from the program.
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
}

impl Screen {
    pub(crate) fn open(home: &Path, arguments: &[&str]) -> Self {
        let pair = native_pty_system().openpty(SIZE).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(binary());
        command.args(arguments);
        command.env_clear();
        let home = home.to_str().expect("words");
        for (name, value) in [("HOME", home), ("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000");
        command.env("AWS_SECRET_ACCESS_KEY", "simulated");
        let child = pair.slave.spawn_command(command).expect("the binary starts");
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let (chunks, output) = mpsc::channel();
        // Somebody has to take the frames all the time, or the program waits.
        std::thread::spawn(move || {
            let mut chunk = vec![0; 65_536];
            while let Ok(length @ 1..) = reader.read(&mut chunk) {
                if chunks.send(chunk[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, writer: pair.master.take_writer().expect("a writer"), _master: pair.master, output }
    }

    /// Everything that is written until `done` holds for it.
    pub(crate) fn until(&mut self, done: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let mut seen = Vec::new();
        while !done(&seen) {
            seen.extend(self.output.recv_timeout(Duration::from_mins(2)).expect("the program goes on writing"));
        }
        seen
    }

    /// Everything that is written for so long.
    pub(crate) fn watch(&mut self, time: Duration) -> Vec<u8> {
        let end = Instant::now() + time;
        let mut seen = Vec::new();
        while let Ok(chunk) = self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
            seen.extend(chunk);
        }
        seen
    }

    /// Types.
    pub(crate) fn send(&mut self, keys: &[u8]) {
        self.writer.write_all(keys).expect("it reads");
    }

    /// From a key to the end of the next frame.
    pub(crate) fn key(&mut self, key: &[u8]) -> Duration {
        self.watch(Duration::from_millis(50));
        let begun = Instant::now();
        self.send(key);
        self.until(|seen| contains(seen, FRAME_END));
        begun.elapsed()
    }

    /// From a key to the last of the frames that follow without a pause: a list may take several until it is as it is to be.
    pub(crate) fn settled(&mut self, key: &[u8]) -> Duration {
        self.watch(PAUSE);
        let begun = Instant::now();
        self.send(key);
        self.until(|seen| contains(seen, FRAME_END));
        let mut last = begun.elapsed();
        while self.output.recv_timeout(PAUSE).is_ok() {
            last = begun.elapsed();
        }
        last
    }

    /// Resident memory in MB.
    pub(crate) fn resident(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find(|line| line.starts_with("VmRSS")).expect("it is told");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1_024 / 1_000_000
    }

    /// Processor time so far, of all threads.
    pub(crate) fn processor(&self) -> Duration {
        processor(&self.proc("stat"))
    }

    fn proc(&self, file: &str) -> String {
        let id = self.child.process_id().expect("it runs");
        std::fs::read_to_string(format!("/proc/{id}/{file}")).expect("Linux")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.child.kill().expect("it can be ended");
        self.child.wait().expect("it ends");
    }
}

/// The processor time that `/proc/PID/stat` tells, to 10 ms.
pub(crate) fn processor(stat: &str) -> Duration {
    let (_, fields) = stat.rsplit_once(')').expect("a name");
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum();
    // `USER_HZ` is 100 on every Linux that has it in /proc (proc(5)).
    Duration::from_millis(ticks * 10)
}

pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// Least, middle and most.
pub(crate) fn spread<T: Ord + Copy>(mut all: Vec<T>) -> (T, T, T) {
    all.sort_unstable();
    (all[0], all[all.len() / 2], all[all.len() - 1])
}
