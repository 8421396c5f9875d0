//! What is kept from one start to the next: over HTTP, with one home.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "in a test a panic is the report, and a deadline needs a clock")]

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use quarterdeck::sim::{Settings, Sizes};
use rustix::process::Signal;
use tempfile::TempDir;

use super::deck::Deck;
use crate::sim::Endpoint;

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000"), ("AWS_SECRET_ACCESS_KEY", "simulated")];

/// The program on an endpoint.
fn start(home: &TempDir, url: &str, more: &[(&str, &str)]) -> Deck {
    let variables = [&KEYS, more].concat();
    Deck::at_home(home.path(), &variables, &["--endpoint-url", url, "--region", "eu-west-1", "--open", "ec2"])
}

fn endpoint(instances: usize) -> Endpoint {
    let usual = Settings::default();
    Endpoint::new(Settings { sizes: Sizes { instances, ..usual.sizes }, ..usual })
}

/// The files of the cache whose names end so.
fn files(home: &Path, ending: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(home) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let below = paths.flat_map(|path| if path.is_dir() { files(&path, ending) } else { vec![path] });
    below.filter(|path| path.to_str().unwrap().ends_with(ending)).collect()
}

/// Looks until it is so.
pub(crate) fn wait(what: &str, there: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !there() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn shows(deck: &mut Deck, words: &str) {
    deck.until(words, |screen| screen.contents().contains(words));
}

/// What is left out of a list is left out at the next start too; a file that is damaged is told about, and lists are as they come.
#[test]
fn columns_that_were_chosen_are_there_at_the_next_start() {
    let (home, endpoint) = (TempDir::new().unwrap(), endpoint(5));
    let mut deck = start(&home, &endpoint.url(), &[]);
    deck.until("every column", |screen| screen.contents().contains("running") && screen.contents().contains(" CHECKS "));
    deck.press("W");
    shows(&mut deck, "columns of EC2 instances");
    deck.press("jj jjjj \r");
    wait("kept columns", || files(home.path(), "columns.json").len() == 1);
    let headings = |screen: &vt100::Screen| screen.contents().lines().find(|line| line.contains("NAME▲")).map(str::to_owned);
    let chosen = |screen: &vt100::Screen| {
        let box_open = screen.contents().contains("columns of EC2 instances");
        headings(screen).is_some_and(|line| !box_open && line.contains(" TYPE ") && !line.contains(" STATE ") && !line.contains(" CHECKS "))
    };
    deck.until("the list again", chosen);
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    let mut deck = start(&home, &endpoint.url(), &[]);
    deck.until("the same columns", chosen);
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    fs::write(&files(home.path(), "columns.json")[0], "{").unwrap();
    let mut deck = start(&home, &endpoint.url(), &[]);
    deck.until("all columns", |screen| headings(screen).is_some_and(|line| line.contains("STATE")));
    shows(&mut deck, "columns are as they come");
}

/// Runs the program until the fleet is kept, and gives what is in the file.
fn keep(home: &TempDir, url: &str) -> Vec<u8> {
    let mut deck = start(home, url, &[]);
    shows(&mut deck, "running");
    wait("a kept fleet", || files(home.path(), "ec2.fleet").len() == 1);
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    fs::read(&files(home.path(), "ec2.fleet")[0]).unwrap()
}

#[test]
fn the_last_fleet_is_there_at_once_even_when_nobody_answers() {
    let home = TempDir::new().unwrap();
    let endpoint = endpoint(60);
    let url = endpoint.url();
    keep(&home, &url);
    drop(endpoint);
    let mut deck = start(&home, &url, &[]);
    shows(&mut deck, "last start");
    assert!(deck.text().contains("running") && deck.text().contains("EC2 60"), "{}", deck.text());
    shows(&mut deck, "unreachable");
    assert!(deck.text().contains("running"));
    deck.press("a");
    shows(&mut deck, "from the last start");
}

#[test]
fn the_first_complete_list_takes_the_place_of_what_was_kept() {
    let home = TempDir::new().unwrap();
    let endpoint = endpoint(60);
    keep(&home, &endpoint.url());
    let mut deck = start(&home, &endpoint.url(), &[]);
    deck.until("the list of today", |screen| screen.contents().contains("just now") && !screen.contents().contains("last start"));
    assert!(deck.text().contains("EC2 60"));
}

#[test]
fn killed_while_it_writes_it_leaves_the_old_fleet_or_the_new_one() {
    let home = TempDir::new().unwrap();
    let endpoint = endpoint(1_500);
    let old = keep(&home, &endpoint.url());
    let file = files(home.path(), "ec2.fleet").remove(0);
    let written = || fs::read(&file).unwrap() != old;
    let mut deck = start(&home, &endpoint.url(), &[]);
    wait("the fleet is written again", || !files(home.path(), ".new").is_empty() || written());
    deck.signal(Signal::KILL);
    deck.ends();
    assert_eq!(files(home.path(), "ec2.fleet").len(), 1);
    let mut deck = start(&home, &endpoint.url(), &[]);
    shows(&mut deck, "last start");
    // A thousand rows at a time.
    shows(&mut deck, "EC2 1,500");
}

#[test]
fn without_a_place_for_it_the_program_runs_and_says_so() {
    let home = TempDir::new().unwrap();
    let endpoint = endpoint(20);
    let mut deck = start(&home, &endpoint.url(), &[("XDG_CACHE_HOME", "/dev/null")]);
    shows(&mut deck, "running");
    shows(&mut deck, "cannot be kept");
    deck.press("q");
    assert_eq!(deck.ends(), 0);
}
