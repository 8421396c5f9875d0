//! A session in a container of a task: the program that holds it has the terminal, and what opens it is seen nowhere.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use quarterdeck::sim::{Settings, world::SECRET};
use serde_json::Value;
use tempfile::TempDir;

use crate::{cli::program, pty::deck::Deck, sim::Endpoint};

/// Writes down what it was given, and ends when it is told to.
const SCRIPT: &str = "printf '%s\\n' \"$@\" >\"$HOME/words\"\n\
                      printf '%s' \"$AWS_SSM_START_SESSION_RESPONSE\" >\"$HOME/opened\"\n\
                      echo inside the container; read line\ncase \"$line\" in fail) exit 4;; esac";

/// The plugin in a folder of its own; gives what `PATH` has to be.
fn plugin(home: &Path) -> String {
    let folder = home.join("bin");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("session-manager-plugin");
    fs::write(&file, format!("#!/bin/sh\n{SCRIPT}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    format!("{}:/usr/bin:/bin", folder.display())
}

fn shows(deck: &mut Deck, words: &str) {
    deck.until(words, |screen| screen.contents().contains(words));
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000"), ("AWS_SECRET_ACCESS_KEY", "simulated")];

/// Every file below a folder but what the plugin itself has written.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            all.extend(files(&path));
        } else if !path.ends_with("opened") {
            all.push((path.display().to_string(), String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned()));
        }
    }
    all
}

fn journal(home: &TempDir) -> Vec<Value> {
    let Output { stdout, .. } = program(home, &["journal", "-o", "json"]).output().unwrap();
    serde_json::from_slice(&stdout).unwrap()
}

#[test]
fn the_screen_is_lent_to_the_session_and_nothing_tells_what_opens_it() {
    let (home, endpoint) = (TempDir::new().unwrap(), Endpoint::new(Settings::default()));
    let path = plugin(home.path());
    let variables = [&KEYS[..], &[("PATH", path.as_str()), ("QD_LOG", "debug")]].concat();
    let mut deck = Deck::at_home(home.path(), &variables, &["--endpoint-url", &endpoint.url(), "--region", "eu-west-1"]);
    shows(&mut deck, "findings");
    deck.press(":ecs-tasks\r");
    deck.press("/web-staging state:RUNNING\r");
    shows(&mut deck, "1 of");
    deck.press("a");
    shows(&mut deck, "ECS Exec");
    deck.press("x");
    shows(&mut deck, "/bin/sh");
    deck.press("\t -c 'cat /etc/hidden'\x13");
    shows(&mut deck, "a session opens in app");
    deck.press("y");
    deck.until("the session", |screen| !screen.alternate_screen() && screen.contents().contains("inside the container"));
    assert!(deck.modes().contains("ICANON"));
    deck.press("\n");
    deck.until("its own screen", |screen| screen.alternate_screen() && screen.contents().contains("the session is over"));
    deck.press("a");
    shows(&mut deck, "ECS Exec");
    deck.press("x");
    shows(&mut deck, "/bin/sh");
    deck.press("\x13");
    shows(&mut deck, "a session opens in app");
    deck.press("y");
    deck.until("the session", |screen| !screen.alternate_screen());
    deck.press("fail\n");
    shows(&mut deck, "session-manager-plugin ended with exit code 4");
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    deck.assert_restored();

    let words = fs::read_to_string(home.path().join("words")).unwrap();
    let words: Vec<&str> = words.lines().collect();
    assert_eq!(words[..4], ["AWS_SSM_START_SESSION_RESPONSE", "eu-west-1", "StartSession", ""], "{words:?}");
    let target: Value = serde_json::from_str(words[4]).unwrap();
    assert!(target["Target"].as_str().unwrap().starts_with("ecs:staging_"), "{target}");
    assert_eq!(words[5], "https://ssm.eu-west-1.amazonaws.com");
    let opened: Value = serde_json::from_str(&fs::read_to_string(home.path().join("opened")).unwrap()).unwrap();
    assert!(
        opened["TokenValue"].as_str().unwrap().starts_with(SECRET) && opened["StreamUrl"].as_str().unwrap().starts_with("wss://"),
        "{opened}"
    );

    assert_eq!(endpoint.calls("ecs", "ExecuteCommand"), 2);
    let calls = journal(&home);
    assert!(calls.len() == 2 && calls.iter().all(|call| call["result"] == "accepted"), "{calls:?}");
    assert!(calls[0]["parameters"]["command"]["sha256"].is_string() && calls[0]["parameters"]["container"] == "app", "{calls:?}");
    assert!(!String::from_utf8_lossy(deck.written()).contains(SECRET));
    for (name, text) in files(home.path()) {
        assert!(!text.contains(SECRET) && !text.contains("/etc/hidden"), "{name}");
    }
}

fn act(home: &TempDir, endpoint: &Endpoint, path: &str, more: &[&str]) -> (Option<i32>, String) {
    let url = endpoint.url();
    let place = ["--region", "eu-west-1", "--endpoint-url", &url, "--yes"];
    let mut command: Command = program(home, &[&["act", "ecs-tasks", "exec"], more, &place].concat());
    let Output { status, stdout, stderr } = command.envs(KEYS).env("PATH", path).output().unwrap();
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}

#[test]
fn without_a_screen_it_has_the_terminal_and_what_is_missing_is_said_before_anything_is_sent() {
    let (home, endpoint) = (TempDir::new().unwrap(), Endpoint::new(Settings::default()));
    let path = plugin(home.path());
    let (code, told) = act(&home, &endpoint, &path, &["--filter", "web-staging state:RUNNING"]);
    assert!(code == Some(0) && told.contains("inside the container"), "{told}");
    let asked = || endpoint.calls("ecs", "ExecuteCommand");
    assert_eq!(asked(), 1);
    for (path, more, code, words) in [
        (
            "/usr/bin:/bin",
            &["--filter", "web-staging state:RUNNING"][..],
            1,
            "there is no program session-manager-plugin, and nothing was sent",
        ),
        (&path, &["--filter", "api-staging state:RUNNING"], 1, "ECS Exec was not enabled when it was started"),
        (&path, &["--filter", "web-staging state:RUNNING", "--param", "container=sidecar"], 2, "runs in no such container"),
        (&path, &["--filter", "web-staging state:RUNNING", "-o", "json"], 2, "talks on the terminal"),
    ] {
        let (ended, told) = act(&home, &endpoint, path, more);
        assert!(ended == Some(code) && told.contains(words), "{ended:?} {more:?}: {told}");
    }
    assert_eq!(asked(), 1);
    endpoint.set_faults("refuse:TargetNotConnectedException@ecs/ExecuteCommand=1");
    let (code, told) = act(&home, &endpoint, &path, &["--filter", "web-staging state:RUNNING"]);
    assert!(code == Some(1) && told.contains("the agent of ECS Exec is not connected"), "{told}");
}
