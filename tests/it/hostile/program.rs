//! The whole program in front of an AWS that means harm: in a terminal, on the command line, and before a liar who speaks no protocol.

#![expect(clippy::disallowed_methods, reason = "a liar needs a thread")]

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use tempfile::TempDir;

use super::alphabet::{Paper, stray};
use crate::{
    cli::program,
    pty::deck::{Deck, SIZE},
};

const EVIL: [&str; 11] =
    ["--demo", "--open", "ec2", "--fault", "hostile=1", "--instances", "40", "--profile", "prod", "--region", "eu-west-1"];

fn shows(deck: &mut Deck, words: &str) {
    deck.until(words, |screen| screen.contents().contains(words));
}

fn hides(deck: &mut Deck, words: &str) {
    deck.until(&format!("no more {words}"), |screen| !screen.contents().contains(words));
}

/// Opens a screen by a key, and leaves it when it is there.
fn visit(deck: &mut Deck, key: &str, words: &str) {
    deck.press(key);
    shows(deck, words);
    deck.press("q");
    hides(deck, words);
}

/// Everything that a terminal got from the first byte to the last.
#[test]
fn a_terminal_gets_nothing_but_our_alphabet() {
    let mut deck = Deck::start(&EVIL, SIZE);
    shows(&mut deck, "EC2 40");
    deck.press("ww");
    visit(&mut deck, "d", "nothing is known to be wrong");
    visit(&mut deck, "y", "instancesSet:");
    visit(&mut deck, "J", "\"instancesSet\"");
    deck.press("cCg j");
    visit(&mut deck, "=", "─ + i-");
    deck.press("m");
    deck.press(":lambda\r");
    shows(&mut deck, "cart-api");
    deck.press("/cart-api\r");
    shows(&mut deck, "─ cart-api ─");
    deck.press("ai");
    shows(&mut deck, "payload");
    deck.press("\x1b[200~\u{202e}\u{9b}2J\u{200b}\x1b]0;x\x07\x1b[201~");
    shows(&mut deck, "2J");
    deck.press("\x15{}");
    hides(&mut deck, "2J");
    deck.press("\x13");
    shows(&mut deck, "no (the default)");
    deck.press("y");
    shows(&mut deck, "─ invoke cart-api");
    deck.press("q");
    hides(&mut deck, "─ invoke cart-api");
    visit(&mut deck, "E", "the journal");
    visit(&mut deck, "e", "what went wrong");
    visit(&mut deck, "?", "open the row");
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    deck.assert_restored();
    assert_eq!(stray(deck.written(), Paper::Screen), None);
}

#[test]
fn a_terminal_gets_clean_lines_from_every_command() {
    for arguments in [
        &["list", "ec2"][..],
        &["list", "ec2", "--wide"],
        &["list", "ec2", "-o", "json"],
        &["list", "lambda", "-o", "ndjson"],
        &["list", "batch-jobs", "-o", "csv"],
        &["act", "lambda", "brake", "cart-api", "--dry-run"],
        &["act", "lambda", "no\u{1b}[2Jsuch", "x"],
        &["act", "lambda", "brake", "cart\u{202e}\u{9b}2J"],
        &["invoke", "cart-api", "--payload", "{}"],
        &["list", "\u{1b}]0;owned\u{7}ec2"],
    ] {
        let mut deck = Deck::start(&[arguments, &EVIL].concat(), SIZE);
        deck.ends();
        assert_eq!(stray(deck.written(), Paper::Lines), None, "{arguments:?}");
        assert!(!deck.written().is_empty(), "{arguments:?}");
    }
}

#[test]
fn ten_kilobytes_of_name_leave_the_table_a_table() {
    let home = TempDir::new().unwrap();
    let output = program(&home, &[&["list", "ec2"], &EVIL[..]].concat()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.lines().count() == 41, "{text}");
    assert!(text.lines().all(|line| line.len() < 2_000), "{:?}", text.lines().map(str::len).max());
}

/// A port on which everybody gets these bytes.
fn liar(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // Whoever asks may go before it has everything.
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}")
}

fn http(status: &str, header: &[u8], body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\nx-amzn-requestid: ", body.len());
    [head.as_bytes(), header, b"\r\n\r\n", body].concat()
}

#[test]
fn a_liar_is_told_in_one_clean_line_and_the_log_is_clean_as_well() {
    let error = |code: &str, words: &str| {
        format!(
            "<Response><Errors><Error><Code>{code}</Code><Message>{words}</Message></Error></Errors><RequestID>x</RequestID></Response>"
        )
    };
    let cases: [(&str, Vec<u8>); 8] = [
        ("by number", http("400 Bad Request", b"x", error("A&#x1b;[2JB&#x9b;", "say&#x1b;]0;owned&#x7;&#x202e;").as_bytes())),
        ("as they are", http("400 Bad Request", b"x", error("A\u{9b}B", "say\u{1b}]0;owned\u{7}\u{202e}").as_bytes())),
        ("long", http("400 Bad Request", b"x", error("Long", &"e\u{301}\u{302}".repeat(10_000)).as_bytes())),
        ("no UTF-8", http("200 OK", b"x", b"<DescribeInstancesResponse>\xff\x9b2J</DescribeInstancesResponse>")),
        ("a header that is no UTF-8", http("200 OK", b"\xff\x9b2J", b"<DescribeInstancesResponse/>")),
        ("a header of C1", http("400 Bad Request", "\u{9b}2J\u{202e}".as_bytes(), error("X", "x").as_bytes())),
        ("a reason", http("400 \u{9b}2J\u{202e}", b"x", b"{}")),
        ("no HTTP", b"\x1b[2J\x1b]0;owned\x07\xff\r\n\r\n".to_vec()),
    ];
    for (what, answer) in cases {
        let home = TempDir::new().unwrap();
        let url = liar(answer);
        let mut command = program(&home, &["list", "ec2", "--endpoint-url", &url, "--region", "eu-west-1"]);
        let keys = [("AWS_ACCESS_KEY_ID", "AKIATEST"), ("AWS_SECRET_ACCESS_KEY", "x"), ("QD_LOG", "trace"), ("AWS_MAX_ATTEMPTS", "1")];
        let output = command.envs(keys).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(stray(&output.stderr, Paper::Lines), None, "{what}");
        assert!(output.stderr.starts_with(b"qd: eu-west-1: "), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        let log = fs::read(home.path().join(".local/state/quarterdeck/qd.log")).unwrap();
        assert_eq!(stray(&log, Paper::Lines), None, "{what}");
    }
}
