//! The whole binary in a terminal: it draws, answers keys, acts, survives resizes and signals, and leaves everything as it was.

pub(crate) mod deck;
pub(crate) mod kept;
mod settings;

use deck::{Deck, SIZE};
use portable_pty::PtySize;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::{pilot::sim_with_a_failed_deployment, sim::Endpoint};

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, ..SIZE }
}

/// The demonstration, opened on the list of instances.
const INSTANCES: [&str; 3] = ["--demo", "--open", "ec2"];

/// The simulated fleet, when all of it has come: rows that come later move the first ones.
fn fleet() -> Deck {
    let mut deck = Deck::start(
        &[&INSTANCES[..], &["--seed", "7", "--instances", "90", "--profile", "prod", "--region", "eu-west-1,us-east-1"]].concat(),
        SIZE,
    );
    deck.until("every row", |screen| screen.contents().contains("EC2 180") && screen.contents().contains("running"));
    deck
}

/// The id in the row that the cursor is on.
fn id_under_cursor(deck: &Deck) -> String {
    let text = deck.text();
    let line = text.lines().find(|line| line.trim_start().starts_with('▌')).unwrap_or_else(|| panic!("no cursor in\n{text}"));
    line.split_whitespace().find(|word| word.starts_with("i-")).unwrap_or_else(|| panic!("no id in {line}")).to_owned()
}

fn shows(deck: &mut Deck, word: &str) {
    deck.until(word, |screen| screen.contents().contains(word));
}

fn hides(deck: &mut Deck, word: &str) {
    deck.until(&format!("no more {word}"), |screen| !screen.contents().contains(word));
}

/// Types a filter and waits for the list to say that it has it.
fn filter(deck: &mut Deck, text: &str) {
    deck.press(&format!("/{text}\r"));
    shows(deck, &format!("─ {text} ─"));
}

#[test]
fn quitting_leaves_the_terminal_as_it_was() {
    let mut deck = Deck::start(&INSTANCES, SIZE);
    deck.until("the first frame", |screen| screen.alternate_screen() && screen.contents().contains("quarterdeck"));
    assert!(!deck.modes().contains("ICANON"), "raw while drawing");
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    deck.assert_restored();
    assert_eq!(deck.modes(), deck.untouched);
}

/// Without a word about what to open it opens on what is wrong: a deployment that fails, its metrics, and its stopped tasks, in three keys.
#[test]
fn it_opens_on_what_is_wrong_and_leads_to_the_reason() {
    let endpoint = Endpoint::of(sim_with_a_failed_deployment());
    let home = TempDir::new().unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000"), ("AWS_SECRET_ACCESS_KEY", "simulated")];
    let mut deck = Deck::at_home(home.path(), &keys, &["--endpoint-url", &endpoint.url(), "--region", "eu-west-1"]);
    deck.until("a failing deployment", |screen| {
        screen.contents().lines().any(|line| line.contains('▌') && line.contains("the deployment of checkout"))
    });
    deck.press("\r");
    shows(&mut deck, "─ ECS services ─");
    deck.press("m");
    shows(&mut deck, "CPUUtilization");
    deck.press("\r");
    shows(&mut deck, "─ ECS tasks ─ in checkout ─");
    deck.until("a stopped task", |screen| {
        screen.contents().lines().any(|line| line.contains("STOPPED") && line.contains("CannotPullContainerError"))
    });
    deck.press("qq");
    shows(&mut deck, "─ findings ─");
}

#[test]
fn moving_opening_and_closing() {
    let mut deck = fleet();
    let first = id_under_cursor(&deck);
    deck.press("j");
    deck.until("another row", |screen| !screen.contents().lines().any(|line| line.contains('▌') && line.contains(&first)));
    deck.press("k");
    deck.until("the first row", |screen| screen.contents().lines().any(|line| line.contains('▌') && line.contains(&first)));
    deck.press("?");
    shows(&mut deck, "open the row");
    deck.press("\x1b");
    hides(&mut deck, "open the row");
    deck.press("d");
    shows(&mut deck, "─ instance ─");
    deck.press("\x1b");
    hides(&mut deck, "─ instance ─");
}

/// A press of the left button at a place, counted from 1.
fn press(deck: &mut Deck, (column, row): (usize, usize)) {
    deck.press(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
}

#[test]
fn the_mouse_selects_opens_and_is_left_to_the_terminal() {
    let mut deck = fleet();
    deck.until("presses are asked for", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease);
    let under = |screen: &vt100::Screen| screen.contents().lines().position(|line| line.trim_start().starts_with('▌'));
    press(&mut deck, (20, 9));
    deck.until("the row that was pressed", |screen| under(screen) == Some(8));
    deck.press("\x1b[<65;20;9M");
    deck.until("three rows further", |screen| under(screen) == Some(11));
    press(&mut deck, (20, 7));
    press(&mut deck, (20, 7));
    shows(&mut deck, "─ instance ─");
    deck.press("\x1b");
    hides(&mut deck, "─ instance ─");
    deck.press(":mouse\r");
    deck.until("the mouse is the terminal's", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    let mut deck = Deck::start(&["--demo", "--no-mouse"], SIZE);
    shows(&mut deck, "EC2");
    assert_eq!(deck.mouse(), vt100::MouseProtocolMode::None);
}

/// Not one call is ever answered, and not one of them has been given up when the last key is answered.
#[test]
fn keys_are_answered_while_no_call_is() {
    let mut deck = Deck::start(&[&INSTANCES[..], &["--fault", "hang=1"]].concat(), SIZE);
    shows(&mut deck, "loading");
    for (key, words) in [("?", "open the row"), ("e", "─ what went wrong lately ─"), (":", "Tab chooses")] {
        deck.press(key);
        shows(&mut deck, words);
        deck.press("\x1b");
        hides(&mut deck, words);
    }
    assert!(deck.text().contains("loading") && !deck.text().contains("no answer"), "{}", deck.text());
}

/// An idle screen is sent its clock, and not a frame anew each time the clock is looked at.
#[test]
fn an_idle_screen_is_sent_its_clock_and_little_else() {
    let clock = |text: &str| text.lines().next().and_then(|line| line.split_whitespace().last()).map(str::to_owned);
    let mut deck = fleet();
    deck.press("?");
    shows(&mut deck, "open the row");
    let next = |deck: &mut Deck| {
        let seen = clock(&deck.text());
        deck.until("the next second", |screen| clock(&screen.contents()) != seen);
        deck.written().len()
    };
    // The frame with the help may come in pieces; the first second is over when it is there.
    next(&mut deck);
    let start = next(&mut deck);
    let bytes = [(); 4].map(|()| next(&mut deck))[3] - start;
    assert!(bytes <= 4 * 300, "{bytes} bytes in four seconds");
}

#[test]
fn a_filter_narrows_the_list_and_escape_takes_it_back() {
    let mut deck = fleet();
    filter(&mut deck, "state:stopping");
    deck.until("only stopping rows", |screen| !screen.contents().contains("● running") && screen.contents().contains("◐ stopping"));
    deck.press("\x1b");
    shows(&mut deck, "● running");
}

#[test]
fn a_key_pasted_outside_a_prompt_does_nothing() {
    let mut deck = fleet();
    deck.press("\x1b[200~q\x1b[201~?");
    shows(&mut deck, "open the row");
}

#[test]
fn an_instance_is_stopped_and_seen_to_stop() {
    let mut deck = fleet();
    filter(&mut deck, "state:running");
    let id = id_under_cursor(&deck);
    deck.press("\x1b");
    hides(&mut deck, "state:running");
    filter(&mut deck, &id);
    let stop = quarterdeck::service::kind("ec2").and_then(|kind| kind.action("stop")).unwrap();
    deck.press("a");
    shows(&mut deck, stop.title);
    deck.press(&stop.key.to_string());
    shows(&mut deck, "no (the default)");
    deck.press("y");
    shows(&mut deck, "stopping");
    shows(&mut deck, "○ stopped");
}

#[test]
fn read_only_refuses() {
    let mut deck = Deck::start(&[&INSTANCES[..], &["--read-only"]].concat(), SIZE);
    shows(&mut deck, "running");
    deck.press("a");
    shows(&mut deck, "read-only");
}

#[test]
fn a_storm_of_sizes_ends_in_a_good_frame() {
    let mut deck = fleet();
    for step in 0..60_u16 {
        deck.resize(size(20 + (step * 37) % 180, 3 + (step * 13) % 60));
    }
    deck.resize(SIZE);
    deck.until("the whole screen again", |screen| screen.contents().contains("quarterdeck") && screen.contents().contains("running"));
}

/// Each main screen through the sizes that matter, one cell and more than any terminal has among them; then it is whole again.
#[test]
fn every_screen_comes_through_a_storm_of_sizes() {
    const STORM: [(u16, u16); 9] = [(1, 1), (20, 5), (60, 15), (80, 24), (300, 100), (400, 200), (59, 14), (1, 200), (400, 1)];
    let mut deck = fleet();
    // The keys that lead to a screen, what tells it from the others, and the key that leaves it.
    let screens = [
        ("\x0c", "─ EC2 instances ─", ""),
        ("m", "CPUUtilization", "m"),
        ("d", "─ instance ─", "\x1b"),
        ("y", "YAML", "\x1b"),
        ("a", "act on", "\x1b"),
        ("Y", "copy from", "\x1b"),
        ("r", "related to", "\x1b"),
        (":", "Tab chooses", "\x1b"),
        ("\x14", " theme ", "\x1b"),
        ("T", "─ accounts and regions ─", "\x1b"),
        ("E", "─ the journal", "\x1b"),
        ("e", "─ what went wrong lately ─", "\x1b"),
        ("\x0f", "─ the log", "\x1b"),
        ("?", "─ help ─", "\x1b"),
        ("F", "─ findings ─", ""),
        ("D", "─ overview ─", "\x1b"),
        ("t", "─ what changed ─", ""),
    ];
    for (keys, mark, leave) in screens {
        deck.press(keys);
        shows(&mut deck, mark);
        for (columns, rows) in STORM {
            deck.resize(size(columns, rows));
            let mark = if mark == "CPUUtilization" && rows < 20 { "charts need 20 lines" } else { mark };
            if columns >= 60 && rows >= 15 {
                deck.until(&format!("{mark} at {columns}×{rows}"), |screen| whole(screen, mark));
            } else if columns >= 20 && rows >= 5 {
                deck.until(&format!("a word about {columns}×{rows}"), |screen| screen.contents().contains("too small"));
            }
        }
        deck.resize(size(80, 24));
        deck.until(&format!("{mark} again"), |screen| whole(screen, mark));
        // Back at the same size before the next frame: the terminal may have lost what it showed all the same.
        deck.forget_screen();
        deck.resize(size(59, 14));
        deck.resize(size(80, 24));
        deck.until(&format!("{mark} once more"), |screen| whole(screen, mark));
        if !leave.is_empty() {
            deck.press(leave);
            hides(&mut deck, mark);
        }
    }
    deck.signal(Signal::TERM);
    assert_eq!(deck.ends(), 143);
    deck.assert_restored();
}

/// A screen that was drawn whole: header and clock in the first line, the mark somewhere, keys in the last.
fn whole(screen: &vt100::Screen, mark: &str) -> bool {
    let (rows, columns) = screen.size();
    let lines: Vec<String> = screen.rows(0, columns.get()).collect();
    let (first, last) = (&lines[0], &lines[usize::from(rows.get()) - 1]);
    let head = (first.contains("qd") || first.contains("quarterdeck")) && first.trim_end().ends_with('Z');
    head && !last.trim().is_empty() && lines.iter().any(|line| line.contains(mark))
}

#[test]
fn twenty_columns_are_told_to_be_too_few() {
    let mut deck = Deck::start(&INSTANCES, size(20, 24));
    shows(&mut deck, "too small");
    deck.resize(SIZE);
    shows(&mut deck, "running");
    deck.press("q");
    assert_eq!(deck.ends(), 0);
}

#[test]
fn signals_and_ctrl_c_leave_with_their_code_and_a_clean_terminal() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut deck = fleet();
        deck.signal(signal);
        assert_eq!(deck.ends(), code, "{signal:?}");
        deck.assert_restored();
        assert!(deck.modes().contains("ICANON"), "{signal:?}");
    }
    let mut deck = fleet();
    deck.press("\x03");
    assert_eq!(deck.ends(), 0);
    deck.assert_restored();
}

#[test]
fn a_terminal_that_goes_away_takes_the_program_with_it() {
    let deck = fleet();
    assert!(deck.hang_up().is_some(), "still running without a terminal");
}

/// A shell with job control that starts the program, waits for a line once it has stopped, and brings it back.
fn under_a_shell() -> Deck {
    let mut deck = Deck::under_a_shell("set -m; \"$QD\" --demo --open ec2; echo it stopped; read line; fg >/dev/null; echo left $?", SIZE);
    shows(&mut deck, "running");
    deck
}

/// Stops the program in this way, brings it back on a terminal of another size, and leaves it.
fn away_and_back(stop: impl FnOnce(&mut Deck)) {
    let mut deck = under_a_shell();
    stop(&mut deck);
    deck.until("the shell", |screen| !screen.alternate_screen() && screen.contents().contains("it stopped"));
    deck.assert_restored();
    assert!(deck.modes().contains("ICANON"));
    deck.resize(size(100, 30));
    deck.press("\n");
    deck.until("the screen again", |screen| screen.alternate_screen() && screen.contents().contains("running"));
    deck.press("q");
    deck.until("the shell again", |screen| !screen.alternate_screen() && screen.contents().contains("left 0"));
}

#[test]
fn ctrl_z_gives_the_shell_its_terminal_and_fg_brings_the_screen_back() {
    away_and_back(|deck| deck.press("\x1a"));
}

#[test]
fn a_request_to_stop_from_outside_does_the_same() {
    away_and_back(|deck| deck.signal_foreground(Signal::TSTP));
}

#[test]
fn without_job_control_ctrl_z_does_not_hang() {
    let mut deck = fleet();
    deck.press("\x1a");
    deck.press("?");
    shows(&mut deck, "open the row");
}

#[test]
fn after_an_unannounced_stop_the_screen_is_drawn_anew() {
    let mut deck = fleet();
    deck.signal(Signal::STOP);
    deck.forget_screen();
    deck.signal(Signal::CONT);
    deck.until("the whole screen again", |screen| screen.alternate_screen() && screen.contents().contains("running"));
}

/// At a terminal the plan is confirmed as on the screen: by a word for what disrupts, by the name for what destroys.
#[test]
fn an_action_on_the_command_line_asks_who_stands_at_the_terminal() {
    let place = ["--demo", "--instances", "12", "--profile", "prod", "--region", "eu-west-1"];
    let ask = |arguments: &[&str]| Deck::start(&[arguments, &place[..]].concat(), size(100, 40));
    let mut deck = ask(&["act", "lambda", "brake", "mail-sender"]);
    shows(&mut deck, "brake? [y/N]");
    deck.press("\r");
    shows(&mut deck, "qd: nothing was done");
    let mut deck = ask(&["act", "lambda", "brake", "mail-sender"]);
    shows(&mut deck, "brake? [y/N]");
    deck.press("y\r");
    shows(&mut deck, "mail-sender  eu-west-1  done");
    let mut deck = ask(&["act", "ec2", "terminate", "web-1a"]);
    shows(&mut deck, "type web-1a to terminate:");
    deck.press("y\r");
    shows(&mut deck, "qd: nothing was done");
}
