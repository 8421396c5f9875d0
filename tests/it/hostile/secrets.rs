//! What must stay where it is: secrets of the fleet, payloads, codes and credentials, in everything that a session leaves behind.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use futures::future::join_all;
use quarterdeck::{
    app::state::{Policy, Screen, State},
    model::Text,
    service::{self, Kind},
    sim::{Settings, world::SECRET},
};
use tempfile::TempDir;

use crate::{
    cli::program,
    pilot::{Pilot, door, sim},
    pty::{deck::Deck, kept::wait},
    sim::Endpoint,
};

/// In the places that are ours: credentials, a session, a payload, an environment's value in an override.
const KEY: &str = "marlin-key-0f6c";
const TOKEN: &str = "marlin-token-91ab";
const PAYLOAD: &str = "marlin-payload-77d2";
/// The code of every simulated MFA device.
const CODE: &str = "123456";

fn config() -> String {
    format!(
        "[profile keys]\naws_access_key_id = AKIADEMO000000000000\naws_secret_access_key = {KEY}\naws_session_token = {TOKEN}\n\
         [profile prod]\nrole_arn = arn:aws:iam::100000000001:role/mfa-ops\nsource_profile = keys\nmfa_serial = arn:aws:iam::111122223333:mfa/me\n"
    )
}

fn home() -> TempDir {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    fs::write(home.path().join(".aws/config"), config()).unwrap();
    home
}

/// Everything below a folder, folders too.
fn below(folder: &Path) -> Vec<PathBuf> {
    let paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    let deeper = paths.iter().filter(|path| path.is_dir() && !path.is_symlink()).flat_map(|path| below(path)).collect::<Vec<_>>();
    paths.into_iter().chain(deeper).collect()
}

/// What the program has written, without what the test has.
fn left(home: &TempDir) -> Vec<PathBuf> {
    [".local/state/quarterdeck", ".cache/quarterdeck"]
        .map(|folder| home.path().join(folder))
        .iter()
        .filter(|folder| folder.exists())
        .flat_map(|folder| [vec![folder.clone()], below(folder)].concat())
        .collect()
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

/// The same of six digits, which are part of many an id: as a word of their own.
fn holds_alone(bytes: &[u8], word: &str) -> bool {
    let part = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut places = bytes.windows(word.len()).enumerate().filter(|(_, window)| *window == word.as_bytes());
    places.any(|(at, _)| !part(at.checked_sub(1)) && !part(Some(at + word.len())))
}

/// A log without the times of its lines, which may be any digits.
fn untimed(path: &Path, bytes: Vec<u8>) -> Vec<u8> {
    if !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("qd.log")) {
        return bytes;
    }
    bytes.split(|byte| *byte == b'\n').flat_map(|line| line.get(27..).unwrap_or_default().to_vec()).collect()
}

fn run(home: &TempDir, url: &str, arguments: &[&str]) -> Vec<u8> {
    let place = ["--endpoint-url", url, "--profile", "keys", "--region", "eu-west-1"];
    let mut command = program(home, &[arguments, &place].concat());
    let output = command.env("QD_LOG", "debug").env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    [output.stdout, output.stderr].concat()
}

fn shows(deck: &mut Deck, words: &str) {
    deck.until(words, |screen| screen.contents().contains(words));
}

/// A session on the screen: a code, lists, documents, uncovered ones too, and an action.
fn session(home: &TempDir, url: &str) {
    let arguments = ["--endpoint-url", url, "--profile", "prod", "--region", "eu-west-1"];
    let mut deck = Deck::at_home(home.path(), &[("QD_LOG", "debug"), ("AWS_EC2_METADATA_DISABLED", "true")], &arguments);
    shows(&mut deck, "needs MFA code");
    deck.press("!");
    shows(&mut deck, "MFA code:");
    deck.press(&format!("{CODE}\r"));
    shows(&mut deck, "findings");
    deck.press(":lambda\r");
    shows(&mut deck, "cart-api");
    deck.press("y");
    shows(&mut deck, "DB_PASSWORD");
    assert!(!deck.text().contains(SECRET), "{}", deck.text());
    deck.press("x");
    shows(&mut deck, SECRET);
    deck.press("\x1b");
    shows(&mut deck, "cart-api");
    deck.press("/cart-api\rai");
    shows(&mut deck, "payload");
    deck.press(&format!("\x15\x1b[200~{{\"card\": \"{PAYLOAD}\"}}\x1b[201~\x13"));
    shows(&mut deck, "no (the default)");
    deck.press("y");
    shows(&mut deck, "Billed Duration");
    deck.press(":batch-jobs\r");
    shows(&mut deck, "RUNNABLE");
    deck.press(":ecs-taskdefs\r");
    shows(&mut deck, "FITS");
    let kept = |kind: &str| left(home).iter().any(|path| path.ends_with(format!("{kind}.fleet")));
    wait("lists with secrets in them are kept", || ["lambda", "batch-jobs", "ecs-taskdefs"].into_iter().all(kept));
    deck.press("q");
    assert_eq!(deck.ends(), 0);
}

#[test]
fn nothing_secret_is_left_behind_and_nobody_else_may_look() {
    let (home, endpoint) = (home(), Endpoint::new(Settings::default()));
    let url = endpoint.url();
    session(&home, &url);
    run(&home, &url, &["invoke", "cart-api", "--payload", &format!("{{\"card\": \"{PAYLOAD}\"}}")]);
    run(&home, &url, &["act", "lambda", "brake", "mail-sender", "--yes"]);
    let paths = left(&home);
    let named = |word: &str| paths.iter().any(|path| path.to_string_lossy().contains(word));
    for word in ["qd.log.", "journal.jsonl", "payloads/", "lambda.fleet", "batch-jobs.fleet", "ecs-taskdefs.fleet"] {
        assert!(named(word), "{word} was not written: {paths:?}");
    }
    for path in &paths {
        let about = fs::symlink_metadata(path).unwrap();
        if about.is_symlink() {
            assert!(path.ends_with("qd.log"), "{} is a link", path.display());
            continue;
        }
        let mode = about.permissions().mode() & 0o777;
        assert_eq!(mode, if about.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        if about.is_file() {
            let bytes = untimed(path, fs::read(path).unwrap());
            // What was entered is kept so that it need not be typed twice, and nothing else is there.
            let entered = path.parent().is_some_and(|folder| folder.ends_with("payloads"));
            assert!(!holds_alone(&bytes, CODE), "{CODE} is in {}", path.display());
            let words = [SECRET, KEY, TOKEN].into_iter().chain((!entered).then_some(PAYLOAD));
            words.for_each(|word| assert!(!holds(&bytes, word), "{word} is in {}", path.display()));
        }
    }
    let log = fs::read_to_string(home.path().join(".local/state/quarterdeck/qd.log")).unwrap();
    assert!(log.contains("acting"), "the log says what was done: {log}");
}

#[test]
fn no_list_in_no_format_tells_a_secret() {
    let (home, endpoint) = (home(), Endpoint::new(Settings::default()));
    let tells = |kind: &Kind| {
        let told = run(&home, &endpoint.url(), &["list", kind.id.0, "-o", "json"]);
        assert!(!holds(&told, SECRET) && holds(&told, "\"kind\""), "{}", kind.id);
    };
    std::thread::scope(|together| service::kinds().for_each(|kind| drop(together.spawn(|| tells(kind)))));
}

/// Masked until asked for, in every kind; some have something to mask, or this would prove nothing.
#[tokio::test]
async fn documents_are_masked_until_asked_for() {
    let masked = service::kinds().map(async |kind| {
        let mut pilot = Pilot::new(door(&sim(Settings::default())), &["eu-west-1"], Policy::Operator);
        pilot.enter(&format!(":{}", kind.id));
        pilot.until("rows", |state| state.list().is_some_and(|list| list.kind.id == kind.id) && state.selected().is_some()).await;
        pilot.press("y");
        let read = |state: &State| matches!(state.screen(), Screen::Raw(raw) if raw.document.value().is_some());
        pilot.until("the document", read).await;
        let Screen::Raw(raw) = pilot.state.screen() else { unreachable!("the raw screen is open") };
        let document = raw.document.value().unwrap();
        let tells = |lines: &[Text]| lines.iter().any(|line| line.as_str().contains(SECRET));
        assert!(!tells(&document.yaml) && !tells(&document.json), "{}", kind.id);
        document.clear.as_ref().filter(|clear| tells(&clear.yaml) && tells(&clear.json)).map(|_| kind.id.0)
    });
    let masked: Vec<_> = join_all(masked).await.into_iter().flatten().collect();
    for id in ["lambda", "lambda-versions", "ecs-taskdefs", "batch-jobs", "batch-jobdefs"] {
        assert!(masked.contains(&id), "{id} has nothing to mask: {masked:?}");
    }
}

#[test]
fn a_credentials_file_that_is_wrong_is_told_without_what_is_in_it() {
    let (home, endpoint) = (home(), Endpoint::new(Settings::default()));
    for wrong in [format!("[default]\naws_secret_access_key {KEY}\n"), format!("[default\n{KEY} = {KEY}\n"), format!("{KEY} = {TOKEN}\n")] {
        fs::write(home.path().join(".aws/credentials"), wrong).unwrap();
        let mut command = program(&home, &["list", "ec2", "--endpoint-url", &endpoint.url(), "--region", "eu-west-1"]);
        let output = command.env("QD_LOG", "trace").env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
        let log = fs::read(home.path().join(".local/state/quarterdeck/qd.log")).unwrap();
        for word in [KEY, TOKEN] {
            assert!(!holds(&output.stderr, word) && !holds(&log, word), "{word}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
}

#[test]
fn a_folder_that_is_a_link_is_not_written_through() {
    let (home, elsewhere) = (home(), TempDir::new().unwrap());
    for folder in [".local/state", ".cache"] {
        fs::create_dir_all(home.path().join(folder)).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), home.path().join(folder).join("quarterdeck")).unwrap();
    }
    let endpoint = Endpoint::new(Settings::default());
    let place = ["--endpoint-url", &endpoint.url(), "--profile", "keys", "--region", "eu-west-1"];
    let mut command = program(&home, &[&["act", "lambda", "brake", "mail-sender", "--yes"], &place[..]].concat());
    let output = command.env("AWS_EC2_METADATA_DISABLED", "true").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && told.contains("not a plain folder") && told.contains("nothing was done"), "{told}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
