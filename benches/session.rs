//! A session with the whole binary in a pseudo-terminal of 160×45: key → frame and memory at 100,000 instances that another process
//! serves over HTTP, bytes for a step of the cursor, and an idle minute.
//!
//! `cargo bench --bench session`; one of them: `cargo bench --bench session -- large|cursor|idle`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench reads the clock and reports to people")]
#[path = "shared/screen.rs"]
mod screen;

use std::time::Duration;

use screen::{Screen, Sim, contains, spread};

const MINUTE: Duration = Duration::from_mins(1);
/// How long the screen is left alone before a figure is taken.
const REST: Duration = Duration::from_secs(4);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let parts: [(&str, fn()); 3] = [("large", large), ("cursor", cursor), ("idle", idle)];
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            part();
        }
    }
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn large() {
    let (sim, home) = (Sim::start(&["--instances", "100000"]), home());
    let mut screen = Screen::open(home.path(), &["--endpoint-url", &sim.url, "--region", "eu-west-1", "--open", "ec2"]);
    screen.until(|seen| contains(seen, b"100,000"));
    screen.watch(REST);
    println!("{:<44} {} MB", "resident, 100,000 instances just listed", screen.resident());
    let pages = [b"\x06".as_slice(), b"\x02"].repeat(20);
    let steps = [vec![b"j".as_slice(); 40], pages, [b"G".as_slice(), b"g"].repeat(10)].concat();
    report("key to frame, movement", &mut screen, &steps);
    report("key to frame, next sort column", &mut screen, &[b">".as_slice(); 14]);
    let settled = (0..14).map(|_| screen.settled(b">")).collect();
    tell("key to rest, next sort column", settled);
    screen.send(b"/");
    let words: Vec<&[u8]> = b"web-1 state:running".chunks(1).collect();
    report("key to frame, filter keystroke", &mut screen, &words);
    report("key to frame, filter taken back", &mut screen, &[b"\x7f".as_slice(); 19]);
    screen.send(b"\x1b");
    screen.watch(REST);
    screen.send(b":eks-nodegroups\rG");
    screen.until(|seen| contains(seen, b"node groups"));
    screen.watch(REST);
    report("key to frame, down to its nodes", &mut screen, &[b"\r".as_slice()]);
    screen.send(b"\x1b");
    screen.watch(REST);
    report("key to frame, down to its nodes and back", &mut screen, &[b"\r".as_slice(), b"\x1b"].repeat(7));
    screen.send(b":ec2");
    screen.watch(REST);
    report("key to frame, to the whole list", &mut screen, &[b"\r".as_slice()]);
    screen.watch(MINUTE);
    println!("{:<44} {} MB", "resident at 100,000 instances, at rest", screen.resident());
}

fn report(what: &str, screen: &mut Screen, keys: &[&[u8]]) {
    tell(what, keys.iter().map(|key| screen.key(key)).collect());
}

fn tell(what: &str, times: Vec<Duration>) {
    let (least, middle, most) = spread(times);
    println!("{what:<44} min {least:>7.2?}  median {middle:>7.2?}  max {most:>7.2?}");
}

fn cursor() {
    let home = home();
    let mut screen = Screen::open(home.path(), &["--demo", "--open", "ec2"]);
    screen.watch(REST);
    let steps = (0..12).map(|_| {
        screen.send(b"j");
        screen.watch(Duration::from_millis(100)).len()
    });
    let (least, middle, most) = spread(steps.collect());
    println!("{:<44} min {least} B  median {middle} B  max {most} B", "cursor moved by one row");
}

/// A fleet in which nothing happens, and the demonstration, where something always does: its simulator is part of the program.
fn idle() {
    let (sim, home) = (Sim::start(&["--instances", "200"]), home());
    let elsewhere = ["--endpoint-url", &sim.url, "--region", "eu-west-1", "--open", "ec2"];
    minute("idle for a minute, nothing changes", Screen::open(home.path(), &elsewhere));
    minute("idle for a minute (demo, simulator included)", Screen::open(home.path(), &["--demo", "--open", "ec2"]));
}

/// The second minute: in the first all that there is has been listed.
fn minute(what: &str, mut screen: Screen) {
    screen.watch(MINUTE);
    let before = screen.processor();
    let bytes = screen.watch(MINUTE).len();
    println!("{what:<44} {:.2?} of processor time, {bytes} B", screen.processor().saturating_sub(before));
}
