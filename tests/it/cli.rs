//! The command line as a user meets it: exit codes, one-line complaints, output for scripts.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

/// The program with a home of its own and nothing of ours in the environment.
fn qd(arguments: &[&str]) -> Output {
    let home = TempDir::new().unwrap();
    program(&home, arguments).output().unwrap()
}

pub(crate) fn program(home: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qd"));
    command.args(arguments).env_clear().env("HOME", home.path()).env("TERM", "xterm-256color").stdin(Stdio::null());
    command
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// The single line on stderr of a run that was refused.
fn complaint(arguments: &[&str]) -> String {
    refused(arguments, &qd(arguments))
}

fn refused(arguments: &[&str], output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(text.trim_end().lines().count(), 1, "{arguments:?}: {text}");
    text
}

fn listed(arguments: &[&str]) -> String {
    let output = qd(&[
        &["list", "ec2", "--demo", "--seed", "7", "--instances", "40", "--profile", "prod", "--region", "eu-west-1,us-east-1"],
        arguments,
    ]
    .concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    stdout(&output).to_owned()
}

#[test]
fn help_and_version_go_to_stdout() {
    let help = qd(&["--help"]);
    assert!(help.status.success() && help.stderr.is_empty());
    for word in ["--demo", "--endpoint-url", "--read-only", "Examples:", "qd list ec2"] {
        assert!(stdout(&help).contains(word), "{word}");
    }
    assert!(stdout(&qd(&["--version"])).starts_with(&format!("qd {}", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn what_is_wrong_is_one_line_that_says_what_to_do() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["--dmeo"], &["--demo"]),
        (&["list"], &["KIND"]),
        (&["list", "ec2x"], &["ec2x", "did you mean `ec2`?"]),
        (&["list", "ec2", "-o", "yaml"], &["ndjson"]),
        (&["list", "ec2", "--region", "Ireland"], &["Ireland", "eu-west-1"]),
        (&["list", "ec2", "--endpoint-url", "localhost:5000"], &["http://"]),
        (&["sim", "--profile", "prod"], &["--profile"]),
        (&["--demo", "--endpoint-url", "http://127.0.0.1:1"], &["--endpoint-url"]),
        (&["list", "ec2", "--demo", "--profile", "nobody"], &["nobody", "prod, staging, sandbox"]),
        (&["list", "ec2", "--latency", "100ms"], &["--latency", "--demo"]),
        (&["list", "ec2", "--demo", "--fault", "earthquake=1"], &["earthquake", "throttle"]),
        (&["sim", "--listen", "0.0.0.0:4599"], &["127.0.0.1"]),
        (&["list", "ec2", "--demo", "--theme", "purple"], &["purple", "monochrome"]),
        (&["list", "ec2", "--demo", "--config", "/nowhere/at/all.toml"], &["/nowhere/at/all.toml", "--config"]),
    ];
    for (arguments, words) in cases {
        let complaint = complaint(arguments);
        for word in *words {
            assert!(complaint.contains(word), "{arguments:?}: {complaint}");
        }
    }
}

#[test]
fn a_broken_configuration_names_its_line() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/quarterdeck");
    std::fs::create_dir_all(&folder).unwrap();
    for (text, words) in [
        ("\nthme = \"x\"", ["config.toml:2", "`theme`"]),
        ("theme = ", ["config.toml:1", "TOML"]),
        ("[keys]\nwide = \"m\"", ["`metrics`", "`wide`"]),
    ] {
        std::fs::write(folder.join("config.toml"), text).unwrap();
        let arguments = ["list", "ec2", "--demo"];
        let complaint = refused(&arguments, &program(&home, &arguments).output().unwrap());
        for word in words {
            assert!(complaint.contains(word), "{complaint}");
        }
    }
}

/// A configuration that is mended by looking at what is said, and is right in the end.
#[test]
fn the_configuration_is_checked_and_its_default_is_right() {
    let home = TempDir::new().unwrap();
    let run = |arguments: &[&str]| program(&home, arguments).output().unwrap();
    let path = run(&["config", "path"]);
    let path = std::path::PathBuf::from(stdout(&path).trim_end());
    assert!(path.ends_with(".config/quarterdeck/config.toml") && path.starts_with(home.path()));
    assert!(stdout(&run(&["config", "check"])).contains("need not be"));
    std::fs::create_dir_all(path.parent().unwrap().join("themes")).unwrap();
    std::fs::write(&path, &run(&["config", "default"]).stdout).unwrap();
    assert!(stdout(&run(&["config", "check"])).contains("config.toml: right; "));
    std::fs::write(path.parent().unwrap().join("themes/mine.toml"), "base = \"nord\"\n[styles]\nbda = \"red\"").unwrap();
    let complaint = refused(&["config", "check"], &run(&["config", "check"]));
    assert!(complaint.contains("mine.toml:3:1: there is no style `bda`; did you mean `bad`?"), "{complaint}");
    std::fs::write(&path, "[confirm]\nrow = 3").unwrap();
    let complaint = refused(&["config", "check"], &run(&["config", "check"]));
    assert!(complaint.contains("config.toml:2:1: there is no setting `confirm.row`; did you mean `rows`?"), "{complaint}");
}

#[test]
fn the_doctor_tells_what_works_and_fails_when_something_does_not() {
    let place = ["--demo", "--profile", "prod", "--region", "eu-west-1"];
    let report = |more: &[&str]| {
        let output = qd(&[&["doctor", "-o", "json"], &place[..], more].concat());
        let checks: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), checks)
    };
    let (code, checks) = report(&[]);
    assert_eq!(code, Some(0), "{checks:#?}");
    for area in ["credentials", "regions", "permissions", "clock", "terminal", "configuration", "files", "journal", "log"] {
        assert!(checks.iter().any(|check| check["area"] == area), "{area}");
    }
    assert!(checks.iter().all(|check| check["state"] != "fail"));
    let (code, checks) = report(&["--fault", "deny=1"]);
    assert_eq!(code, Some(1));
    for action in ["ec2:DescribeInstances", "batch:GetJobQueueSnapshot", "cloudwatch:GetMetricData", "lambda:GetAlias"] {
        let denied = |check: &Value| check["state"] == "fail" && check["what"].as_str().unwrap().contains(&format!("{action} is denied"));
        assert!(checks.iter().any(denied), "{action}");
    }
}

#[test]
fn the_doctor_names_a_broken_configuration_and_looks_on() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/quarterdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "thme = 1").unwrap();
    let output = program(&home, &["doctor", "--demo", "--profile", "prod", "--region", "eu-west-1"]).output().unwrap();
    let text = stdout(&output);
    assert!(output.status.code() == Some(1) && text.contains("fail  configuration  ") && text.contains("did you mean `theme`?"), "{text}");
    assert!(text.contains("ok    clock          agrees with AWS's"), "{text}");
}

/// What helps to mend a configuration must not want a right one.
#[test]
fn completions_and_the_manual_are_printed_whatever_the_configuration_holds() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/quarterdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "no TOML").unwrap();
    for (arguments, word) in [
        (["completions", "bash"].as_slice(), "_qd()"),
        (&["completions", "zsh"], "#compdef qd"),
        (&["completions", "fish"], "complete -c qd"),
        (&["completions", "elvish"], "edit:completion"),
        (&["completions", "powershell"], "Register-ArgumentCompleter"),
        (&["man"], ".SH QD COMPLETIONS"),
        (&["config", "default"], "#max_usd_per_hour = 0.25"),
    ] {
        let output = program(&home, arguments).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty() && stdout(&output).contains(word), "{arguments:?}");
    }
    assert!(complaint(&["completions", "tcsh"]).contains("powershell"));
}

#[test]
fn without_a_terminal_the_dashboard_points_to_the_list() {
    let complaint = complaint(&["--demo"]);
    assert!(complaint.contains("terminal") && complaint.contains("qd list"), "{complaint}");
}

#[test]
fn json_is_an_array_of_objects_with_the_columns_by_their_ids() {
    let rows: Vec<Value> = serde_json::from_str(&listed(&["-o", "json"])).unwrap();
    assert!(rows.len() >= 40);
    let ids: HashSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "every row once, with its id");
    for row in &rows {
        for field in ["kind", "profile", "account", "region", "id", "arn", "name", "state", "findings"] {
            assert!(!row[field].is_null(), "{field} is missing in {row}");
        }
        assert_eq!(row["kind"], "ec2");
        assert!(row["findings"].is_array());
        let columns = quarterdeck::service::kind("ec2").unwrap().columns;
        for column in columns {
            assert!(row.get(column.id).is_some(), "{} is missing in {row}", column.id);
        }
    }
}

#[test]
fn ndjson_has_one_object_a_line_and_the_same_rows() {
    let mut lines: Vec<Value> = listed(&["-o", "ndjson"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut rows: Vec<Value> = serde_json::from_str(&listed(&["-o", "json"])).unwrap();
    let id = |row: &Value| row["id"].as_str().unwrap_or_default().to_owned();
    lines.sort_by_key(id);
    rows.sort_by_key(id);
    assert_eq!(lines.iter().map(id).collect::<Vec<_>>(), rows.iter().map(id).collect::<Vec<_>>());
}

#[test]
fn csv_has_a_heading_and_as_many_fields_in_every_row() {
    let text = listed(&["-o", "csv"]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heading = reader.headers().unwrap().clone();
    for name in ["id", "name", "state", "region"] {
        assert!(heading.iter().any(|field| field == name), "{name}");
    }
    assert!(reader.records().collect::<Result<Vec<_>, _>>().unwrap().len() >= 40);
}

#[test]
fn the_table_is_for_people_and_free_of_escapes() {
    let text = listed(&[]);
    assert!(!text.contains('\u{1b}'));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("NAME") && lines[0].contains("STATE"), "{}", lines[0]);
    assert!(lines.len() > 40 && lines.iter().skip(1).any(|line| line.contains("i-") && line.contains("running")));
}

#[test]
fn filters_narrow_the_list_and_an_empty_list_is_no_failure() {
    let rows: Vec<Value> = serde_json::from_str(&listed(&["-o", "json", "--filter", "state:running"])).unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["state"] == "running"));
    assert_eq!(listed(&["-o", "json", "--filter", "no-such-thing-anywhere"]).trim(), "[]");
}

/// The same language as on the screen, but for what needs somebody who looks.
#[test]
fn filters_by_metrics_need_metrics_and_words_are_taken_as_they_stand() {
    let told = complaint(&["list", "ec2", "--demo", "--filter", "cpu>60"]);
    assert!(told.contains("cpu is a metric") && told.contains("--metrics"), "{told}");
    let told = complaint(&["act", "ec2", "stop", "--demo", "--filter", "cpu>60", "--dry-run"]);
    assert!(told.contains("qd list --metrics"), "{told}");
    let told = complaint(&["list", "ec2", "--demo", "--filter", "state:"]);
    assert!(told.contains("state: wants a value"), "{told}");
    let rows = |filter: &str| listed(&["--metrics", "--filter", filter, "-o", "ndjson"]).lines().count();
    let (all, busy, idle) = (rows("state:running"), rows("state:running cpu>=50"), rows("state:running cpu<50"));
    assert!(busy + idle == all && idle > 0, "{busy} + {idle} of {all}");
}

#[test]
fn metrics_come_when_asked_for() {
    let rows: Vec<Value> = serde_json::from_str(&listed(&["-o", "json", "--metrics", "--filter", "state:running"])).unwrap();
    assert!(rows.iter().all(|row| row["metrics"].is_object()));
    let plain: Vec<Value> = serde_json::from_str(&listed(&["-o", "json"])).unwrap();
    assert!(plain.iter().all(|row| row.get("metrics").is_none()));
}

/// What a screen would show beside the list is there without one, for as many rows as a screen has; of more that is said.
#[test]
fn details_come_with_the_rows() {
    let place = ["--demo", "--profile", "prod", "--region", "eu-west-1", "-o", "json"];
    let rows: Vec<Value> = serde_json::from_str(stdout(&qd(&[&["list", "batch"], &place[..]].concat()))).unwrap();
    assert!(rows.len() == 5 && rows.iter().all(|row| row["runnable"].is_number()), "{rows:?}");
    let output = qd(&[&["list", "batch-jobs", "--jobs", "120"], &place[..]].concat());
    let rows: Vec<Value> = serde_json::from_str(stdout(&output)).unwrap();
    // A job that ends while it is looked for is followed by another with its own id: a few less, never more.
    let detailed = rows.iter().filter(|row| row["attempts"].is_number()).count();
    assert!((115..=120).contains(&rows.len()) && (95..=100).contains(&detailed), "{} rows, {detailed} with details", rows.len());
    let note = String::from_utf8_lossy(&output.stderr);
    let told = format!("details of {} more rows", rows.len() - 100);
    assert!(output.status.success() && note.contains(&told), "{note}");
}

#[test]
fn a_fleet_that_refuses_is_a_failure_with_a_reason() {
    let output = qd(&["list", "ec2", "--demo", "--fault", "deny=1"]);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("UnauthorizedOperation") || complaint.contains("AccessDenied"), "{complaint}");
}

#[test]
fn nobody_at_the_endpoint_is_a_failure_with_a_reason() {
    let home = TempDir::new().unwrap();
    let arguments = ["list", "ec2", "--endpoint-url", "http://127.0.0.1:9", "--region", "eu-west-1"];
    let output = program(&home, &arguments).env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "y").output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("nobody answers") && complaint.contains("--endpoint-url"), "{complaint}");
}

/// Starts `qd sim` on a free port: the process, and the address it tells on stderr.
fn simulated(home: &TempDir) -> (Child, String) {
    let mut child = program(home, &["sim", "--listen", "127.0.0.1:0", "--instances", "3"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or_else(|| panic!("no address: {line}"));
    (child, address.to_owned())
}

#[test]
fn the_simulated_fleet_is_a_process_that_answers_and_ends_with_a_signal() {
    for signal in [Signal::INT, Signal::TERM] {
        let home = TempDir::new().unwrap();
        let (mut child, address) = simulated(&home);
        let url = format!("http://{address}");
        let listed = program(&home, &["list", "ec2", "--endpoint-url", &url, "--region", "eu-west-1", "-o", "ndjson"])
            .envs([("AWS_ACCESS_KEY_ID", "AKIATEST"), ("AWS_SECRET_ACCESS_KEY", "secret")])
            .output()
            .unwrap();
        assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
        assert_eq!(stdout(&listed).lines().count(), 3);
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal:?}");
    }
}

/// What goes off is among the findings of a list, as it is on the screen; also where an agent of the machine's publishes what is watched, which
/// names more than the machine.
#[test]
fn a_list_has_the_alarms_that_go_off() {
    let rows: Vec<Value> = serde_json::from_str(&listed(&["-o", "json"])).unwrap();
    let findings = rows.iter().flat_map(|row| row["findings"].as_array().unwrap());
    assert!(findings.filter(|finding| finding["code"] == "alarm").all(|finding| finding["reason"].as_str().unwrap().starts_with("⏰")));
    let with = |alarm: &str| rows.iter().filter(|row| row["findings"].to_string().contains(alarm)).collect::<Vec<_>>();
    assert!(with("\"alarm\"").len() > 1, "{rows:?}");
    let full = with("⏰ disk-full-");
    assert!(!full.is_empty() && full.iter().all(|row| row["name"].as_str().unwrap().starts_with("worker")), "{full:?}");
}
