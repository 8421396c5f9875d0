//! exec → first frame: the whole binary in a pseudo-terminal, from the call that starts it to the end of its first frame and to
//! the first frame that shows a row; of the demonstration, and of a fleet that was kept from the last start.
//!
//! `cargo bench --bench start`; another binary: `QD_BINARY=path cargo bench --bench start`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench reads the clock and reports to people")]

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

const RUNS: usize = 20;
/// Rows that are kept.
const KEPT: &str = "10000";
/// A frame ends with the end of a synchronized update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

fn main() {
    let binary = std::env::var("QD_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_qd").to_owned());
    let home = tempfile::tempdir().expect("a folder");
    let (first, rows) = runs(&binary, home.path(), &["--demo"]);
    report("exec to first frame", first);
    report("exec to first row (demo)", rows);
    let url = keep(&binary, home.path());
    let (first, rows) = runs(&binary, home.path(), &["--endpoint-url", &url, "--region", "eu-west-1"]);
    report("exec to first frame (10,000 kept)", first);
    report("exec to first row (10,000 kept)", rows);
}

fn runs(binary: &str, home: &Path, arguments: &[&str]) -> (Vec<Duration>, Vec<Duration>) {
    (0..RUNS).map(|_| start(binary, home, arguments)).unzip()
}

/// Lets the program keep a fleet that nobody serves afterwards; gives the address it was at.
fn keep(binary: &str, home: &Path) -> String {
    let mut command = Command::new(binary);
    command.args(["sim", "--instances", KEPT, "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
    let mut sim = command.spawn().expect("the simulated fleet starts");
    let mut line = String::new();
    BufReader::new(sim.stderr.take().expect("its words")).read_line(&mut line).expect("a line");
    let url = line.split([' ', ';']).find(|word| word.starts_with("http://")).expect("an address").to_owned();
    let (mut child, mut reader) = open(binary, home, &["--endpoint-url", &url, "--region", "eu-west-1"]);
    // Somebody has to take the frames, or the program waits.
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    while !kept(&home.join(".cache/quarterdeck/fleet")) {
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().expect("it can be ended");
    sim.kill().expect("it can be ended");
    child.wait().expect("it ends");
    sim.wait().expect("it ends");
    url
}

fn kept(folder: &Path) -> bool {
    let places = fs::read_dir(folder).into_iter().flatten().flatten();
    places.flat_map(|place| fs::read_dir(place.path()).into_iter().flatten().flatten()).any(|file| file.file_name() == "ec2.fleet")
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!("{what:<34} min {:>7.2?}  median {:>7.2?}  max {:>7.2?}", times[0], times[times.len() / 2], times[times.len() - 1]);
}

type Opened = (Box<dyn Child + Send + Sync>, Box<dyn Read + Send>);

fn open(binary: &str, home: &Path, arguments: &[&str]) -> Opened {
    let size = PtySize { rows: 45, cols: 160, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new(binary);
    command.args(arguments);
    command.env_clear();
    let keys = [("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000"), ("AWS_SECRET_ACCESS_KEY", "simulated")];
    for (name, value) in keys.into_iter().chain([("HOME", home.to_str().expect("words")), ("TERM", "xterm-256color"), ("LANG", "C.UTF-8")])
    {
        command.env(name, value);
    }
    let reader = pair.master.try_clone_reader().expect("a reader");
    (pair.slave.spawn_command(command).expect("the binary starts"), reader)
}

fn start(binary: &str, home: &Path, arguments: &[&str]) -> (Duration, Duration) {
    let begun = Instant::now();
    let (mut child, mut reader) = open(binary, home, arguments);
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
