//! exec → first frame: the whole binary in a pseudo-terminal, from the call that starts it to the first byte of a frame and to
//! the first frame that shows a row.
//!
//! `cargo bench --bench start`; another binary: `QD_BINARY=path cargo bench --bench start`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench reads the clock and reports to people")]

use std::{
    io::Read,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

const RUNS: usize = 20;
/// A frame ends with the end of a synchronized update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

fn main() {
    let binary = std::env::var("QD_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_qd").to_owned());
    let mut first = Vec::new();
    let mut rows = Vec::new();
    for _ in 0..RUNS {
        let (frame, row) = start(&binary);
        first.push(frame);
        rows.push(row);
    }
    report("exec to first frame", first);
    report("exec to first row (demo)", rows);
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!("{what:<26} min {:>7.2?}  median {:>7.2?}  max {:>7.2?}", times[0], times[times.len() / 2], times[times.len() - 1]);
}

fn start(binary: &str) -> (Duration, Duration) {
    let size = PtySize { rows: 45, cols: 160, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new(binary);
    command.arg("--demo");
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    let mut reader = pair.master.try_clone_reader().expect("a reader");
    let begun = Instant::now();
    let mut child = pair.slave.spawn_command(command).expect("the binary starts");
    let mut seen = Vec::new();
    let frame = until(&mut reader, &mut seen, begun, |seen| contains(seen, FRAME_END));
    let row = until(&mut reader, &mut seen, begun, |seen| contains(seen, b"running"));
    child.kill().expect("it can be ended");
    child.wait().expect("it ends");
    (frame, row)
}

fn until(reader: &mut impl Read, seen: &mut Vec<u8>, begun: Instant, done: impl Fn(&[u8]) -> bool) -> Duration {
    let mut chunk = [0; 4_096];
    while !done(seen) {
        let length = reader.read(&mut chunk).expect("the terminal can be read");
        assert!(length > 0, "it ended before its first frame: {}", String::from_utf8_lossy(seen));
        seen.extend_from_slice(&chunk[..length]);
    }
    begun.elapsed()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
