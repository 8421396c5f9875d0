//! Ways back into an account: codes of MFA devices, the command of IAM Identity Center, roles; over HTTP, with files of its own.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use quarterdeck::sim::{Settings, Sizes};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    cli::program,
    pty::deck::Deck,
    sim::{Endpoint, output},
};

/// Keys, a role on top of them that wants a code, and the same without a role.
const MFA: &str = "\
[profile keys]
aws_access_key_id = AKIADEMO000000000000
aws_secret_access_key = simulated
[profile prod]
role_arn = arn:aws:iam::100000000001:role/mfa-ops
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile user]
aws_access_key_id = AKIADEMO000000000001
aws_secret_access_key = simulated
mfa_serial = arn:aws:iam::444455556666:mfa/me
";

/// A profile of IAM Identity Center that nobody has signed in to.
const SSO: &str = "\
[profile prod]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = ops
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://example.invalid/start
";

fn endpoint() -> Endpoint {
    Endpoint::new(Settings { sizes: Sizes { instances: 3, ..Sizes::DEMO }, ..Settings::default() })
}

fn home(config: &str) -> TempDir {
    let home = TempDir::new().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    fs::write(home.path().join(".aws/config"), config).unwrap();
    home
}

fn shows(deck: &mut Deck, words: &str) {
    deck.until(words, |screen| screen.contents().contains(words));
}

fn start(home: &TempDir, endpoint: &Endpoint, path: &str, profile: &str) -> Deck {
    let arguments = ["--endpoint-url", &endpoint.url(), "--profile", profile, "--region", "eu-west-1,us-east-1"];
    Deck::at_home(home.path(), &[("PATH", path), ("AWS_EC2_METADATA_DISABLED", "true")], &arguments)
}

/// A program called `aws` in a folder of its own; gives what `PATH` has to be.
fn fake_aws(home: &Path, script: &str) -> String {
    let folder: PathBuf = home.join("bin");
    fs::create_dir(&folder).unwrap();
    let file = folder.join("aws");
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    format!("{}:/usr/bin:/bin", folder.display())
}

/// What `qd list ec2` says with these arguments.
fn listed(home: &TempDir, endpoint: &Endpoint, more: &[&str]) -> (bool, Vec<Value>, String) {
    let arguments = ["list", "ec2", "-o", "json", "--endpoint-url", &endpoint.url()];
    let (done, out, complaint) = output(program(home, &[&arguments, more].concat()).env("AWS_EC2_METADATA_DISABLED", "true"));
    (done, serde_json::from_str(&out).unwrap_or_default(), complaint)
}

fn places(rows: &[Value]) -> BTreeSet<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "account"), text(row, "region"))).collect()
}

#[test]
fn a_code_opens_every_region_of_a_profile_and_a_wrong_one_is_told() {
    let (home, endpoint) = (home(MFA), endpoint());
    let mut deck = start(&home, &endpoint, "/usr/bin:/bin", "prod");
    shows(&mut deck, "needs MFA code");
    for (code, answer) in [("12345", "a code has six digits"), ("\x15000000", "invalid MFA one time pass code")] {
        if code.len() == 5 {
            deck.press("!");
            shows(&mut deck, "MFA code:");
        }
        deck.press(&format!("{code}\r"));
        shows(&mut deck, answer);
    }
    deck.press("!");
    shows(&mut deck, "MFA code:");
    deck.press("123456");
    shows(&mut deck, "••••••");
    assert!(!deck.text().contains("123456"), "{}", deck.text());
    deck.press("\r");
    deck.until("rows of both regions", |screen| screen.contents().contains("EC2 6"));
    assert_eq!(endpoint.calls("sts", "AssumeRole"), 2, "one code refused, one taken, and no role for each region");
    deck.press("T");
    shows(&mut deck, "100000000001");
    deck.press("q");
    let log = fs::read_dir(home.path().join(".local/state/quarterdeck")).unwrap();
    for file in log.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
        assert!(!fs::read_to_string(file).unwrap().contains("123456"));
    }
}

#[test]
fn a_session_that_is_over_is_a_state_of_the_account_and_asks_for_another_code() {
    let (home, endpoint) = (home(MFA), endpoint());
    let mut deck = start(&home, &endpoint, "/usr/bin:/bin", "prod");
    for _ in 0..2 {
        shows(&mut deck, "needs MFA code");
        deck.press("!");
        shows(&mut deck, "MFA code:");
        endpoint.set_faults("");
        deck.press("123456\r");
        deck.until("rows, and no trouble", |screen| {
            screen.contents().contains("EC2 6") && !screen.contents().contains("needs MFA code") && !screen.contents().contains("expired")
        });
        endpoint.set_faults("expired=1");
        deck.press("\x12");
    }
}

#[test]
fn regions_come_in_on_the_screen_behind_the_first_one() {
    let (home, endpoint) = (home(MFA), endpoint());
    let arguments = ["--endpoint-url", &endpoint.url(), "--profile", "keys", "--region", "all", "--open", "ec2"];
    let mut deck = Deck::at_home(home.path(), &[("AWS_EC2_METADATA_DISABLED", "true")], &arguments);
    deck.until("three rows of each of fourteen regions", |screen| screen.contents().contains("EC2 42"));
    deck.press("T");
    deck.until("the first region first", |screen| screen.contents().contains("1 of 14"));
    assert!(deck.text().lines().any(|line| line.starts_with('▌') && line.contains("us-east-1")), "{}", deck.text());
}

#[test]
fn regions_that_one_account_cannot_tell_keep_no_other_back() {
    let (home, endpoint) = (home(MFA), endpoint());
    let (done, rows, complaint) = listed(&home, &endpoint, &["--profile", "keys,user", "--region", "all"]);
    assert!(!done && complaint.contains("regions of user: profile user wants a code"), "{complaint}");
    assert!(places(&rows).iter().all(|(account, _)| account == "111122223333") && places(&rows).len() > 10);
}

#[test]
fn one_who_waits_for_a_code_keeps_nobody_else_waiting_and_a_user_has_sessions_too() {
    let (home, endpoint) = (home(MFA), endpoint());
    let mut deck = start(&home, &endpoint, "/usr/bin:/bin", "user,keys");
    deck.until("rows of the other account", |screen| screen.contents().contains("EC2 6"));
    shows(&mut deck, "needs MFA code");
    shows(&mut deck, "4 of 4 places answered");
    let before = endpoint.calls("ec2", "DescribeInstances");
    deck.press("\x12");
    deck.until("the other account is asked again", |_| endpoint.calls("ec2", "DescribeInstances") > before);
    deck.press("!");
    shows(&mut deck, "MFA code:");
    deck.press("123456\r");
    deck.until("rows of both accounts", |screen| screen.contents().contains("EC2 12"));
    assert_eq!(endpoint.calls("sts", "GetSessionToken"), 1);
}

#[test]
fn a_list_without_a_screen_says_that_a_code_is_wanted_and_lists_the_others() {
    let (home, endpoint) = (home(MFA), endpoint());
    let (done, rows, complaint) = listed(&home, &endpoint, &["--profile", "prod,keys", "--region", "eu-west-1"]);
    assert!(!done && complaint.contains("prod wants a code of the MFA device"), "{complaint}");
    assert_eq!(rows.len(), 3);
}

#[test]
fn the_command_that_signs_in_gets_the_terminal_and_everything_is_asked_again() {
    let (home, endpoint) = (home(SSO), endpoint());
    // The first time it fails. The second time it leaves credentials behind.
    let script = "if mkdir \"$HOME/tried\" 2>/dev/null; then exit 3; fi\n\
                  printf '%s ' \"$@\" >\"$HOME/words\"\necho browser opened; read line\n\
                  printf '[profile prod]\\naws_access_key_id = AKIADEMO000000000000\\naws_secret_access_key = x\\n' >\"$HOME/.aws/config\"";
    let path = fake_aws(home.path(), script);
    let mut deck = start(&home, &endpoint, &path, "prod");
    shows(&mut deck, "expired");
    shows(&mut deck, ":sign-in leads back in");
    deck.press("T");
    shows(&mut deck, "! runs aws sso login --profile prod");
    deck.press("!");
    shows(&mut deck, "ended with exit code 3");
    deck.press("!");
    deck.until("its own screen", |screen| !screen.alternate_screen() && screen.contents().contains("browser opened"));
    assert!(deck.text().contains("$ aws sso login --profile prod"), "{}", deck.text());
    assert!(deck.modes().contains("ICANON"));
    deck.press("\n");
    deck.until("rows", |screen| screen.alternate_screen() && screen.contents().contains("EC2 6"));
    assert_eq!(fs::read_to_string(home.path().join("words")).unwrap(), "sso login --profile prod ");
}

#[test]
fn ctrl_c_ends_the_command_and_not_the_program() {
    let (home, endpoint) = (home(SSO), endpoint());
    let path = fake_aws(home.path(), "trap 'exit 7' INT\necho browser opened\nread line");
    let mut deck = start(&home, &endpoint, &path, "prod");
    shows(&mut deck, ":sign-in leads back in");
    deck.press("!");
    shows(&mut deck, "browser opened");
    deck.press("\x03");
    shows(&mut deck, "ended with exit code 7");
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    deck.assert_restored();
}

#[test]
fn a_role_is_taken_on_once_for_all_regions_and_a_code_is_given_once_for_all_roles() {
    let (home, endpoint) = (home(MFA), endpoint());
    let config = |profile: &str| {
        let lines = "accounts = [\"100000000001\", \"100000000002\"]\nrole_arn = \"arn:aws:iam::{account}:role/ops\"";
        let file = home.path().join("config.toml");
        fs::write(&file, format!("region = \"eu-west-1,us-east-1\"\n[[targets]]\nprofile = \"{profile}\"\n{lines}\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let (done, rows, complaint) = listed(&home, &endpoint, &["--config", &config("keys")]);
    assert!(done, "{complaint}");
    assert_eq!((places(&rows).len(), endpoint.calls("sts", "AssumeRole")), (4, 2));
    let arguments = ["--endpoint-url", &endpoint.url(), "--config", &config("user")];
    let mut deck = Deck::at_home(home.path(), &[("AWS_EC2_METADATA_DISABLED", "true")], &arguments);
    shows(&mut deck, ":sign-in leads back in");
    deck.press("!");
    shows(&mut deck, "MFA code:");
    deck.press("123456\r");
    deck.until("rows of both accounts", |screen| screen.contents().contains("EC2 12"));
    assert_eq!((endpoint.calls("sts", "GetSessionToken"), endpoint.calls("sts", "AssumeRole")), (1, 4));
}

/// At a terminal the code is asked for, once, and a wrong one again.
#[test]
fn a_list_at_a_terminal_asks_for_the_code() {
    let (home, endpoint) = (home(MFA), endpoint());
    let arguments = ["list", "ec2", "--endpoint-url", &endpoint.url(), "--profile", "prod", "--region", "eu-west-1,us-east-1"];
    let mut deck = Deck::at_home(home.path(), &[("AWS_EC2_METADATA_DISABLED", "true")], &arguments);
    for (code, answer) in [("12345", "a code has six digits"), ("000000", "invalid MFA one time pass code"), ("123456", "us-east-1")] {
        shows(&mut deck, "MFA code of arn:aws:iam::111122223333:mfa/me for profile prod:");
        deck.press(&format!("{code}\r"));
        shows(&mut deck, answer);
    }
    assert_eq!((deck.ends(), endpoint.calls("sts", "AssumeRole")), (0, 2));
}

/// An action over all regions looks in all of them, and does nothing where it cannot know which these are.
#[test]
fn an_action_over_all_regions_finds_rows_in_each() {
    let (home, endpoint) = (home(MFA), endpoint());
    let (_, rows, _) = listed(&home, &endpoint, &["--profile", "keys", "--region", "eu-central-1"]);
    let id = rows[0]["id"].as_str().unwrap();
    let act = |profile: &str, id: &str| {
        let arguments = ["act", "ec2", "stop", id, "--dry-run", "--endpoint-url", &endpoint.url(), "--profile", profile, "--region", "all"];
        let (done, out, complaint) = output(program(&home, &arguments).env("AWS_EC2_METADATA_DISABLED", "true"));
        (done, format!("{out}{complaint}"))
    };
    let (done, told) = act("keys", id);
    assert!(done && told.contains("eu-central-1"), "{told}");
    let (done, told) = act("user", "i-0123456789abcdef0");
    assert!(!done && told.contains("nothing was done: regions of user: profile user wants a code"), "{told}");
}

/// Files in the folder of what is kept: of instances, and of regions.
fn kept(home: &Path) -> usize {
    let folders = fs::read_dir(home.join(".cache/quarterdeck/fleet")).into_iter().flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name == "ec2.fleet" || name == "all.regions").count()
}

/// The regions of before are there at once, before AWS has told of any.
#[test]
fn regions_that_were_found_are_there_at_the_next_start() {
    let (home, endpoint) = (home(MFA), endpoint());
    let arguments = ["--endpoint-url", &endpoint.url(), "--profile", "keys", "--region", "all", "--open", "ec2"];
    let start = || Deck::at_home(home.path(), &[("AWS_EC2_METADATA_DISABLED", "true")], &arguments);
    let mut deck = start();
    deck.until("fourteen regions kept", |screen| screen.contents().contains("EC2 42") && kept(home.path()) == 15);
    deck.press("q");
    assert_eq!(deck.ends(), 0);
    endpoint.set_faults("hang=1");
    let mut deck = start();
    shows(&mut deck, "EC2 42");
    deck.press("T");
    shows(&mut deck, "1 of 14");
}

#[test]
fn every_enabled_region_is_found_and_listed() {
    let (home, endpoint) = (home(MFA), endpoint());
    let (done, rows, complaint) = listed(&home, &endpoint, &["--profile", "keys", "--region", "all"]);
    assert!(done, "{complaint}");
    let regions = places(&rows);
    assert!(regions.len() > 10 && regions.contains(&("111122223333".to_owned(), "us-east-1".to_owned())), "{regions:?}");
    assert!(!regions.iter().any(|(_, region)| region == "me-south-1"), "nobody opted in to it");
    assert_eq!(endpoint.calls("ec2", "DescribeRegions"), 1);
}

/// What renews the keys in the shared files, as `saml2aws` does, is all it takes: the session goes on with the new ones.
#[test]
fn keys_that_are_renewed_in_the_files_lead_back_in() {
    let keys = |key: &str| format!("[profile prod]\naws_access_key_id = {key}\naws_secret_access_key = simulated\n");
    let (home, endpoint) = (home(&keys("AKIADEMO000000000000")), endpoint());
    endpoint.set_faults("expired@AKIADEMO000000000000=1");
    let mut deck = start(&home, &endpoint, "/usr/bin:/bin", "prod");
    shows(&mut deck, "expired");
    fs::write(home.path().join(".aws/config"), keys("AKIADEMO000000000001")).unwrap();
    deck.until("rows of both regions", |screen| screen.contents().contains("EC2 6"));
    deck.press("q");
    assert_eq!(deck.ends(), 0);
}
