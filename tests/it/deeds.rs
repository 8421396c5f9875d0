//! `qd act`, `qd invoke` and `qd journal` as a script meets them.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{fs, os::unix::fs::PermissionsExt, process::Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::program;

/// One account and region of the demonstration, with a home that stays for the length of a test.
const PLACE: [&str; 7] = ["--demo", "--instances", "12", "--profile", "prod", "--region", "eu-west-1"];

fn qd(home: &TempDir, arguments: &[&str]) -> Output {
    program(home, &[arguments, &PLACE].concat()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// What `qd journal -o json` tells.
fn journal(home: &TempDir) -> Vec<Value> {
    let output = qd(home, &["journal", "-o", "json"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    serde_json::from_str(&out(&output)).unwrap()
}

/// Puts lines into the journal as another run would have left them.
fn write(home: &TempDir, lines: &str) {
    let folder = home.path().join(".local/state/quarterdeck");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("journal-demo.jsonl"), lines).unwrap();
}

fn intent(id: &str, time: &str) -> String {
    let rows = json!([{"id": "i-1", "name": "web"}]);
    json!({"record": "intent", "id": id, "time": time, "identity": "arn:aws:sts::1:assumed-role/ops/ann", "profile": "prod",
        "region": "eu-west-1", "kind": "ec2", "action": "stop", "rows": rows, "parameters": {}, "confirmed": "y", "pid": 1 << 23})
    .to_string()
}

fn outcome(id: &str, time: &str) -> String {
    let rows = json!([{"id": "i-1", "result": "accepted", "words": ""}]);
    json!({"record": "outcome", "id": id, "time": time, "duration_ms": 120, "request_ids": ["r-1"], "rows": rows}).to_string()
}

#[test]
fn an_empty_journal_is_no_failure() {
    let home = TempDir::new().unwrap();
    assert_eq!(journal(&home), Vec::<Value>::new());
    let table = qd(&home, &["journal"]);
    assert_eq!((code(&table), out(&table).lines().count()), (0, 1));
}

#[test]
fn intents_and_outcomes_are_one_and_what_was_broken_off_is_unknown() {
    let home = TempDir::new().unwrap();
    let lines = [intent("a", "2026-11-01T10:00:00Z"), outcome("a", "2026-11-01T10:00:01Z"), intent("b", "2026-11-02T10:00:00Z")];
    write(&home, &format!("{}\n{{\"record\": \"outc", lines.join("\n")));
    let output = qd(&home, &["journal", "-o", "ndjson"]);
    assert!(code(&output) == 0 && err(&output).contains("line 4 of the journal is damaged"), "{}", err(&output));
    let calls: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&calls[0]["result"], &calls[0]["outcome"]["request_ids"][0]), (&json!("accepted"), &json!("r-1")));
    assert_eq!((&calls[1]["result"], &calls[1]["outcome"]), (&json!("unknown: interrupted"), &Value::Null));
    let table = out(&qd(&home, &["journal"]));
    for word in
        ["2026-11-01 10:00:00Z", "assumed-role/ops/ann", "ec2 stop", "web (i-1)", "accepted", "120 ms", "r-1", "unknown: interrupted"]
    {
        assert!(table.contains(word), "{word}: {table}");
    }
}

#[test]
fn the_latest_are_asked_for_by_number_and_by_time() {
    let home = TempDir::new().unwrap();
    write(&home, &[intent("a", "2026-11-01T10:00:00Z"), intent("b", "2999-01-01T10:00:00Z")].join("\n"));
    for wish in [["-n", "1"], ["--since", "2h"]] {
        let output = qd(&home, &[&["journal", "-o", "ndjson"], &wish[..]].concat());
        assert!(out(&output).lines().count() == 1 && out(&output).contains("2999"), "{wish:?}: {}", out(&output));
    }
    let wrong = qd(&home, &["journal", "--since", "soon"]);
    assert!(code(&wrong) == 2 && err(&wrong).contains("2h"), "{}", err(&wrong));
}

#[test]
fn a_journal_that_cannot_be_read_is_a_failure_with_its_path() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".local/state/quarterdeck/journal-demo.jsonl");
    fs::create_dir_all(&folder).unwrap();
    let output = qd(&home, &["journal"]);
    assert!(code(&output) == 1 && err(&output).contains("journal-demo.jsonl: it is not a plain file"), "{}", err(&output));
    assert_eq!(fs::metadata(folder.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
}
