//! `qd act`, `qd invoke` and `qd journal` as a script meets them.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Output, Stdio},
};

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

#[test]
fn without_a_yes_only_the_plan_is_told() {
    let home = TempDir::new().unwrap();
    let output = qd(&home, &["act", "ec2", "stop", "web-1a"]);
    assert_eq!((code(&output), err(&output).as_str()), (1, "qd: nothing was done: --yes confirms the plan above\n"));
    for words in [
        "stop 1 instance:",
        "web-1a  i-",
        "prod 111122223333 eu-west-1",
        "Auto Scaling group web-asg",
        "1 of the 2 healthy targets of web-http (50 %)",
    ] {
        assert!(out(&output).contains(words), "{words}: {}", out(&output));
    }
    let dry = qd(&home, &["act", "ec2", "stop", "web-1a", "--dry-run"]);
    assert_eq!((code(&dry), out(&dry), err(&dry).as_str()), (0, out(&output), ""));
    let worker = out(&qd(&home, &["act", "ec2", "reboot", "--filter", "worker", "--dry-run"]));
    assert!(worker.contains("AWS, asked beforehand\n● nothing speaks against it"), "no load balancer has it: {worker}");
    assert_eq!(journal(&home), Vec::<Value>::new());
}

#[test]
fn what_is_done_is_done_once_it_is_seen() {
    let home = TempDir::new().unwrap();
    let output = qd(&home, &["act", "ec2", "stop", "web-1a", "--yes"]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(out(&output).lines().last().unwrap().ends_with("eu-west-1  done"), "{}", out(&output));
    assert!(err(&output).contains("web-1a: taken") && err(&output).contains("web-1a: done after"), "{}", err(&output));
    let calls = journal(&home);
    assert_eq!((calls.len(), &calls[0]["confirmed"], &calls[0]["result"]), (1, &json!("--yes"), &json!("accepted")));
    assert_eq!((&calls[0]["identity"], &calls[0]["source"]), (&json!("arn:aws:iam::111122223333:user/operator"), &json!("demo")));
}

#[test]
fn what_is_not_seen_in_time_is_not_verified() {
    let home = TempDir::new().unwrap();
    let output = qd(&home, &["act", "ec2", "stop", "web-1a", "--yes", "--wait=0s", "-o", "json"]);
    let told: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((code(&output), &told["done"], &told["rows"][0]["result"]), (1, &json!(false), &json!("not verified")));
    assert_eq!(journal(&home)[0]["result"], "accepted");
}

#[test]
fn rows_of_a_filter_are_acted_on_and_the_unfit_are_told() {
    let home = TempDir::new().unwrap();
    let output =
        qd(&home, &["act", "ecs-services", "scale", "--filter", "state:ACTIVE", "--param", "desired=2", "--dry-run", "-o", "json"]);
    let told: Value = serde_json::from_str(&out(&output)).unwrap();
    let rows = told["rows"].as_array().unwrap();
    assert!(code(&output) == 0 && rows.len() > 3 && rows.iter().any(|row| row["result"] == "planned"), "{told}");
    assert!(rows.iter().all(|row| row["result"] == "planned" || row["words"].as_str().is_some_and(|why| !why.is_empty())), "{told}");
    let none = qd(&home, &["act", "ec2", "stop", "--filter", "no-such-thing", "--yes"]);
    assert!(code(&none) == 1 && err(&none).contains("no instance passes the filter"), "{}", err(&none));
}

#[test]
fn a_brake_is_verified_and_told_as_json() {
    let home = TempDir::new().unwrap();
    let output = qd(&home, &["act", "lambda", "brake", "mail-sender", "-y", "-o", "json"]);
    let told: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((code(&output), &told["done"], &told["rows"][0]["result"]), (0, &json!(true), &json!("done")), "{}", err(&output));
    assert_eq!(told["rows"][0]["words"], "its reserved concurrency was 20");
}

#[test]
fn a_wrong_wish_is_told_before_anything_is_asked() {
    let home = TempDir::new().unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["stopp", "web-1a"], "did you mean `stop`?"),
        (&["stop", "web-1a", "--param", "force=yes"], "it asks for nothing"),
        (&["standby", "web-1a", "--param", "capcity=1"], "did you mean `capacity`?"),
        (&["stop", "web-1a", "--param", "force"], "desired=4"),
        (&["stop"], "--filter"),
        (&["stop", "--filter", ""], "every row"),
        (&["stop", "web-1a", "--filter", "web"], "not both"),
        (&["stop", "--filter", "colour:red"], "colour"),
        (&["stop", "web-1a", "--yes", "--dry-run"], "--dry-run"),
        (&["stop", "web-1a", "--wait=soon"], "30m"),
    ];
    for (arguments, words) in cases {
        let output = qd(&home, &[&["act", "ec2"], *arguments].concat());
        assert!(code(&output) == 2 && err(&output).contains(words), "{arguments:?}: {} {}", code(&output), err(&output));
        assert!(out(&output).is_empty() && err(&output).lines().count() == 1, "{arguments:?}: {}", err(&output));
    }
    let size = qd(&home, &["act", "asg", "set-desired", "web-asg", "--param", "desired=99", "--yes"]);
    assert!(code(&size) == 2 && err(&size).contains("takes 1 to 8"), "{}", err(&size));
    let differs = qd(&home, &["act", "ecs-services", "scale", "--filter", "state:ACTIVE", "--yes"]);
    assert!(code(&differs) == 2 && err(&differs).contains("--param desired="), "{}", err(&differs));
}

#[test]
fn what_cannot_be_done_is_a_failure_and_nothing_was_done() {
    let home = TempDir::new().unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["stop", "web-1a", "--read-only", "--yes"], "read-only"),
        (&["stop", "web-1a", "nobody", "--yes"], "there is no instance `nobody`: nothing was done"),
        (&["start", "web-1a", "--yes"], "cannot start web-1a: it is running"),
    ];
    for (arguments, words) in cases {
        let output = qd(&home, &[&["act", "ec2"], *arguments].concat());
        assert!(code(&output) == 1 && err(&output).contains(words), "{arguments:?}: {}", err(&output));
    }
    let home_of_all = program(&home, &["act", "ec2", "stop", "web-1a", "--yes", "--demo"]).output().unwrap();
    assert!(code(&home_of_all) == 1 && err(&home_of_all).contains("say which by its id"), "{}", err(&home_of_all));
    assert_eq!(journal(&home), Vec::<Value>::new());
}

#[test]
fn without_a_journal_nothing_is_done_unless_that_is_wished() {
    let home = TempDir::new().unwrap();
    fs::create_dir_all(home.path().join(".local/state/quarterdeck/journal-demo.jsonl")).unwrap();
    let output = qd(&home, &["act", "lambda", "brake", "mail-sender", "--yes"]);
    assert!(code(&output) == 1 && err(&output).contains("so nothing was done"), "{}", err(&output));
    let config = home.path().join("config.toml");
    fs::write(&config, "[journal]\nrequired = false\n").unwrap();
    let output = qd(&home, &["act", "lambda", "brake", "mail-sender", "--yes", "--config", config.to_str().unwrap()]);
    assert!(code(&output) == 0 && err(&output).contains("what was done is missing in it"), "{}", err(&output));
}

/// Whoever cannot read the plan has not agreed to it; what was done is done, whoever reads of it.
#[test]
fn an_output_that_cannot_be_written_is_told_and_stops_what_was_not_begun() {
    let home = TempDir::new().unwrap();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let brake = [&["act", "lambda", "brake", "mail-sender", "--yes"], &PLACE[..]].concat();
    let output = program(&home, &brake).stdout(full()).output().unwrap();
    assert!(code(&output) == 1 && err(&output).contains("nothing was done: the plan cannot be written"), "{}", err(&output));
    assert_eq!(journal(&home), Vec::<Value>::new());
    let invoked = program(&home, &[&["invoke", "cart-api"], &PLACE[..]].concat()).stdout(full()).output().unwrap();
    assert!(code(&invoked) == 1 && err(&invoked).contains("the outcome cannot be written"), "{}", err(&invoked));
    assert_eq!(journal(&home)[0]["result"], "accepted");
}

/// Some of the tasks were started and some were not: that is no success to a script.
#[test]
fn what_is_done_in_part_is_told_and_is_no_success() {
    let home = TempDir::new().unwrap();
    let run =
        ["act", "ecs-taskdefs", "run", "web:1", "--param", "cluster=prod", "--param", "subnets=subnet-1", "--param", "count=4", "--yes"];
    let output = qd(&home, &[&run[..], &["--fault", "marred@ecs/RunTask=1", "-o", "json"]].concat());
    let told: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((code(&output), &told["done"], &told["rows"][0]["result"]), (1, &json!(false), &json!("failed")), "{told}");
    assert!(told["rows"][0]["words"].as_str().is_some_and(|words| words.starts_with("started 2 of 4")), "{told}");
    let many = qd(&home, &["act", "ecs-taskdefs", "run", "web:1", "--param", "count=11", "--yes"]);
    assert!(code(&many) == 2 && err(&many).contains("1 to 10"), "{}", err(&many));
}

/// A name with spaces, commas and stars is one name, and one that differs only in what cannot be seen is another.
#[test]
fn a_name_is_meant_as_it_is_written() {
    let home = TempDir::new().unwrap();
    for name in ["web\u{200b}-asg", "web⟨200B⟩-asg", "web*, web-asg"] {
        let output = qd(&home, &["act", "asg", "suspend", name, "--yes"]);
        assert!(code(&output) == 1 && err(&output).contains("there is no group"), "{name}: {}", err(&output));
    }
    assert_eq!(journal(&home), Vec::<Value>::new());
}

#[test]
fn a_function_answers_on_stdout_and_its_log_is_on_stderr() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("event.json");
    fs::write(&file, "{\"order\": 4711}").unwrap();
    let told = qd(&home, &["invoke", "cart-api", "--payload", &format!("@{}", file.display())]);
    assert_eq!(
        (code(&told), out(&told).as_str()),
        (0, "{\"statusCode\":200,\"body\":{\"function\":\"cart-api\",\"received\":{\"order\":4711}}}")
    );
    assert!(err(&told).contains("REPORT RequestId") && err(&told).contains("200 answered"), "{}", err(&told));
    let call = &journal(&home)[0];
    assert_eq!(
        (&call["confirmed"], &call["result"], &call["parameters"]["payload"]["bytes"]),
        (&json!("qd invoke"), &json!("accepted"), &json!(15))
    );
    let literal = qd(&home, &["invoke", "cart-api", "--payload", "[1]"]);
    assert!(out(&literal).contains("\"received\":[1]"), "{}", out(&literal));
    let mut piped = program(&home, &[&["invoke", "cart-api", "--payload", "-"], &PLACE[..]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    piped.stdin.take().unwrap().write_all(b"{\"from\": \"stdin\"}").unwrap();
    assert!(out(&piped.wait_with_output().unwrap()).contains("\"from\":\"stdin\""));
}

#[test]
fn a_function_that_fails_is_a_failure_whose_answer_is_there_all_the_same() {
    let home = TempDir::new().unwrap();
    let functions: Vec<Value> = serde_json::from_str(&out(&qd(&home, &["list", "lambda", "-o", "json"]))).unwrap();
    let failed = functions
        .iter()
        .map(|row| qd(&home, &["invoke", row["name"].as_str().unwrap()]))
        .find(|output| out(output).contains("errorMessage"));
    let failed = failed.expect("a function in trouble");
    assert!(code(&failed) == 1 && err(&failed).contains("the function failed (Unhandled)"), "{}", err(&failed));
}

#[test]
fn other_ways_to_invoke_say_what_became_of_it() {
    let home = TempDir::new().unwrap();
    for (flag, words) in [("--async", "202 handed over"), ("--dry-run", "204 would be allowed")] {
        let output = qd(&home, &["invoke", "cart-api", flag]);
        assert!(code(&output) == 0 && out(&output).is_empty() && err(&output).contains(words), "{flag}: {}", err(&output));
    }
    let cases: &[(&[&str], i32, &str)] = &[
        (&["nobody"], 1, "there is no function `nobody`"),
        (&["cart-api", "--payload", "{\"a\": }"], 2, "line 1 column 7"),
        (&["cart-api", "--payload", "@/nowhere.json"], 2, "/nowhere.json"),
        (&["cart-api", "--payload", "@/dev/zero"], 2, "/dev/zero: more than 6 MB"),
        (&["cart-api", "--async", "--dry-run"], 2, "--dry-run"),
        (&["cart-api", "--read-only"], 1, "read-only"),
    ];
    for (arguments, expected, words) in cases {
        let output = qd(&home, &[&["invoke"], *arguments].concat());
        assert!(code(&output) == *expected && err(&output).contains(words), "{arguments:?}: {}", err(&output));
        assert!(out(&output).is_empty(), "{arguments:?}");
    }
}

/// A configuration with these policies.
fn policies(home: &TempDir, text: &str) -> String {
    let config = home.path().join("policies.toml");
    fs::write(&config, text).unwrap();
    config.to_str().unwrap().to_owned()
}

#[test]
fn a_policy_refuses_with_its_words_and_what_it_is_not_about_is_done() {
    let home = TempDir::new().unwrap();
    let text = "[aliases]\n\"111122223333\" = \"shop-prod\"\n\n[[policy]]\nalias = \"*-prod\"\nread_only = true\nlabel = \"PROD\"\ncolour = \"red\"\n";
    let config = policies(&home, text);
    for arguments in [&["act", "ec2", "stop", "web-1a", "--yes"][..], &["invoke", "cart-api"]] {
        let output = qd(&home, &[arguments, &["--config", &config]].concat());
        assert_eq!(code(&output), 1, "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains("read-only by policy PROD") && out(&output).is_empty(), "{arguments:?}: {}", err(&output));
    }
    assert_eq!(journal(&home), Vec::<Value>::new());
    let elsewhere =
        ["act", "lambda", "brake", "mail-sender", "--yes", "--wait=0s", "--demo", "--profile", "staging", "--region", "eu-west-1"];
    let output = program(&home, &[&elsewhere[..], &["--config", &config]].concat()).output().unwrap();
    assert!(err(&output).contains("taken") || code(&output) == 0, "{}", err(&output));
    assert_eq!(journal(&home)[0]["profile"], "staging");
}

#[test]
fn what_a_policy_wants_typed_a_script_says_beside_the_yes() {
    let home = TempDir::new().unwrap();
    let config = policies(&home, "[[policy]]\nprofile = \"prod\"\nconfirm = \"typed\"\nlabel = \"PROD\"\n");
    let run = |arguments: &[&str]| qd(&home, &[arguments, &["--config", &config]].concat());
    let brake = ["act", "lambda", "brake", "mail-sender", "--yes"];
    let cases: &[(&[&str], i32, &str)] = &[
        (&[], 1, "nothing was done: a policy wants more than --yes: add --confirm mail-sender"),
        (&["--confirm", "cart-api"], 1, "--confirm says cart-api, and the plan is about mail-sender"),
    ];
    for (more, expected, words) in cases {
        let output = run(&[&brake, *more].concat());
        assert!(code(&output) == *expected && err(&output).contains(words), "{more:?}: {}", err(&output));
        assert!(out(&output).contains(" PROD"), "{}", out(&output));
    }
    assert_eq!(journal(&home), Vec::<Value>::new());
    let done = run(&[&brake[..], &["--confirm", "mail-sender"]].concat());
    assert_eq!((code(&done), journal(&home)[0]["confirmed"].clone()), (0, json!("--yes --confirm mail-sender")), "{}", err(&done));
    let several = run(&["act", "ec2", "reboot", "--filter", "state:running", "--yes"]);
    let count = err(&several).trim().rsplit(' ').next().unwrap().to_owned();
    assert!(count.parse::<usize>().is_ok_and(|count| count > 1), "{}", err(&several));
    let invoked = run(&["invoke", "cart-api"]);
    assert!(code(&invoked) == 1 && err(&invoked).contains("more than qd invoke: add --confirm cart-api"), "{}", err(&invoked));
    assert_eq!(code(&run(&["invoke", "cart-api", "--confirm", "cart-api"])), 0);
    let alone = qd(&home, &["act", "ec2", "stop", "web-1a", "--confirm", "web-1a"]);
    assert!(code(&alone) == 2 && err(&alone).contains("--yes"), "{}", err(&alone));
}

#[test]
fn a_policy_that_is_written_wrongly_is_told_before_anything_is_asked() {
    let home = TempDir::new().unwrap();
    let config = policies(&home, "[[policy]]\nprofile = \"prod\"\nread_onyl = true\n");
    let output = qd(&home, &["list", "ec2", "--config", &config]);
    assert!(
        code(&output) == 2 && err(&output).contains("policies.toml:3:1: there is no setting `policy.read_onyl`; did you mean `read_only`?"),
        "{}",
        err(&output)
    );
}
