//! The file as an auditor and an attacker would look at it.

use std::{
    fs::{self, OpenOptions, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
};

use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;

use super::{read::join, *};
use crate::model::deed::Standing;

fn journal(home: &TempDir) -> Journal {
    Journal::new(Some(&home.path().join("state/quarterdeck")), &Source::Aws, Duty::Required)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_reads_it_and_lines_only_come_to_it() {
    let home = TempDir::new().unwrap();
    let journal = journal(&home);
    let path = journal.path().unwrap().to_owned();
    journal.append(json!({"n": 1})).await.unwrap();
    assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    journal.append(json!({"n": 2})).await.unwrap();
    assert_eq!((mode(&path), fs::read_to_string(&path).unwrap().as_str()), (0o600, "{\"n\":1}\n{\"n\":2}\n"));
}

#[tokio::test]
async fn a_link_is_not_followed_wherever_it_leads() {
    let home = TempDir::new().unwrap();
    let journal = journal(&home);
    let path = journal.path().unwrap().to_owned();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let victim = home.path().join("victim");
    for there in [false, true] {
        symlink(&victim, &path).unwrap();
        let complaint = journal.append(json!({})).await.unwrap_err();
        assert!(complaint.contains("not a plain file") && complaint.contains("journal.jsonl"), "{complaint}");
        assert_eq!(victim.exists(), there);
        fs::remove_file(&path).unwrap();
        fs::write(&victim, "").unwrap();
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "");
}

#[tokio::test]
async fn a_line_that_a_crash_left_unfinished_spoils_no_other() {
    let home = TempDir::new().unwrap();
    let journal = journal(&home);
    journal.append(json!({"record": "intent", "id": "a", "time": "2026-11-21T10:00:00Z"})).await.unwrap();
    let mut file = OpenOptions::new().append(true).open(journal.path().unwrap()).unwrap();
    file.write_all(b"{\"record\": \"outc").unwrap();
    let history = journal.history(None).unwrap();
    assert_eq!((history.calls.len(), history.damaged), (1, vec![2]));
    journal.append(json!({"record": "outcome", "id": "a"})).await.unwrap();
    let history = journal.history(None).unwrap();
    assert_eq!((history.calls[0].outcome.is_some(), history.damaged), (true, vec![2]));
}

#[test]
fn no_file_is_no_history_and_no_home_is_a_reason() {
    let home = TempDir::new().unwrap();
    assert!(journal(&home).history(None).unwrap().calls.is_empty());
    let nowhere = Journal::new(None, &Source::Aws, Duty::Required);
    assert!(nowhere.history(None).unwrap_err().contains("XDG_STATE_HOME"));
}

#[tokio::test]
async fn the_end_of_a_long_journal_is_read_alone() {
    let home = TempDir::new().unwrap();
    let journal = journal(&home);
    for number in 0..20 {
        let time = format!("2026-11-21T10:00:{number:02}Z");
        journal.append(json!({"record": "intent", "id": number.to_string(), "time": time})).await.unwrap();
    }
    let part = journal.history(Some(200)).unwrap();
    assert!((1..5).contains(&part.calls.len()) && part.damaged.is_empty(), "{part:?}");
    assert_eq!(part.calls.last().unwrap().intent["id"], "19");
}

/// Without an outcome a call is under way while its program runs and for as long as any call may take; then nobody knows.
#[test]
fn an_intent_without_an_outcome_is_unknown() {
    let now: Timestamp = "2026-11-21T10:10:00Z".parse().unwrap();
    let own = std::process::id();
    let line = |time: &str, pid: u32| json!({"record": "intent", "id": "a", "time": time, "pid": pid}).to_string();
    let standing = |line: String| join(line.as_bytes(), now).calls.remove(0).deed.standing;
    assert_eq!(standing(line("2026-11-21T10:09:00Z", own)), Standing::UnderWay);
    assert_eq!(standing(line("2026-11-21T09:09:00Z", own)), Standing::Interrupted);
    // The largest number that a process may have on Linux is 2²², and this one is above it.
    assert_eq!(standing(line("2026-11-21T10:09:00Z", 1 << 23)), Standing::Interrupted);
}

#[test]
fn the_password_of_an_endpoint_is_not_written() {
    assert_eq!(words(&Source::Endpoint("http://ops:hush@emulator:5000/x?y".into())), "emulator:5000");
    assert_eq!((words(&Source::Aws).as_str(), words(&Source::Demo).as_str()), ("aws", "demo"));
}
