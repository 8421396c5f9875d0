//! exec → first frame: the whole binary in a pseudo-terminal, from the call that starts it to the end of its first frame and to
//! the first frame that shows a row; of the demonstration, and of a fleet that was kept from the last start.
//!
//! `cargo bench --bench start`; another binary: `QD_BINARY=path cargo bench --bench start`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench reads the clock and reports to people")]
#![expect(dead_code, reason = "of what is shared not everything is needed")]

#[path = "shared/screen.rs"]
mod screen;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use screen::{FRAME_END, Screen, Sim, contains, spread};

const RUNS: usize = 20;
/// Rows that are kept.
const KEPT: &str = "10000";

fn main() {
    let home = tempfile::tempdir().expect("a folder");
    let (first, _) = runs(home.path(), &["--demo"], b"findings");
    report("exec to first frame (findings)", first);
    let (first, rows) = runs(home.path(), &["--demo", "--open", "ec2"], b"running");
    report("exec to first frame", first);
    report("exec to first row (demo)", rows);
    let url = keep(home.path());
    let (first, rows) = runs(home.path(), &["--endpoint-url", &url, "--region", "eu-west-1", "--open", "ec2"], b"running");
    report("exec to first frame (10,000 kept)", first);
    report("exec to first row (10,000 kept)", rows);
}

fn runs(home: &Path, arguments: &[&str], row: &[u8]) -> (Vec<Duration>, Vec<Duration>) {
    (0..RUNS).map(|_| start(home, arguments, row)).unzip()
}

/// Lets the program keep a fleet that nobody serves afterwards; gives the address it was at.
fn keep(home: &Path) -> String {
    let sim = Sim::start(&["--instances", KEPT]);
    let mut screen = Screen::open(home, &["--endpoint-url", &sim.url, "--region", "eu-west-1", "--open", "ec2"]);
    while !kept(&home.join(".cache/quarterdeck/fleet")) {
        screen.watch(Duration::from_millis(50));
    }
    sim.url.clone()
}

fn kept(folder: &Path) -> bool {
    let places = fs::read_dir(folder).into_iter().flatten().flatten();
    places.flat_map(|place| fs::read_dir(place.path()).into_iter().flatten().flatten()).any(|file| file.file_name() == "ec2.fleet")
}

fn report(what: &str, times: Vec<Duration>) {
    let (least, middle, most) = spread(times);
    println!("{what:<34} min {least:>7.2?}  median {middle:>7.2?}  max {most:>7.2?}");
}

fn start(home: &Path, arguments: &[&str], row: &[u8]) -> (Duration, Duration) {
    let begun = Instant::now();
    let mut screen = Screen::open(home, arguments);
    let seen = screen.until(|seen| contains(seen, FRAME_END));
    let frame = begun.elapsed();
    if !contains(&seen, row) {
        screen.until(|seen| contains(seen, row));
    }
    (frame, begun.elapsed())
}
