use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{Request, answer},
    *,
};
use crate::sim::Sizes;

fn ask(world: &mut World, operation: &str, input: Value) -> (u16, Value) {
    let request = Request::sample("batch", operation, input);
    let reply = answer(world, &Call { request: &request, now: Timestamp::UNIX_EPOCH, id: "id-1".to_owned() });
    (reply.status, serde_json::from_slice(&reply.body).expect("JSON"))
}

fn world(jobs: usize) -> World {
    World::new(7, Sizes { jobs, ..Sizes::DEMO }, Timestamp::UNIX_EPOCH)
}

/// Every twelfth job is one that stays RUNNABLE in the queue `simulate`.
#[test]
fn pages_of_jobs_cover_each_once_at_every_size() {
    for count in [0, 1, 999, 1_000, 1_001] {
        let mut world = world(12 * count);
        let (mut seen, mut token, mut pages) = (0, json!(""), 0);
        while !token.is_null() {
            let input = json!({"jobQueue": "simulate", "jobStatus": "RUNNABLE", "nextToken": token});
            let (_, page) = ask(&mut world, "ListJobs", input);
            seen += page["jobSummaryList"].as_array().expect("a list").len();
            token = page["nextToken"].clone();
            pages += 1;
        }
        assert_eq!((seen, pages), (count, count.div_ceil(1_000).max(1)));
    }
}

#[test]
fn smaller_pages_hold_the_same() {
    let mut world = world(0);
    let (_, whole) = ask(&mut world, "DescribeJobDefinitions", json!({}));
    let (mut seen, mut token) = (Vec::new(), json!(""));
    while !token.is_null() {
        let (_, page) = ask(&mut world, "DescribeJobDefinitions", json!({"maxResults": 7, "nextToken": token}));
        seen.extend(page["jobDefinitions"].as_array().expect("a list").clone());
        token = page["nextToken"].clone();
    }
    assert_eq!(Value::Array(seen), whole["jobDefinitions"]);
}

#[test]
fn mistakes_are_told_in_batchs_words() {
    let mut world = world(60);
    let submit = |queue: &str, definition: &str| json!({"jobName": "x", "jobQueue": queue, "jobDefinition": definition});
    let many: Vec<String> = (0..51).map(|number| number.to_string()).collect();
    let cases = [
        ("ListJobs", json!({"jobQueue": "nobody"}), "Job queue nobody does not exist"),
        ("ListJobs", json!({"jobQueue": "etl", "jobStatus": "ASLEEP"}), "Invalid jobStatus: ASLEEP"),
        ("ListJobs", json!({"jobQueue": "etl", "nextToken": "x"}), "Invalid nextToken"),
        ("DescribeJobs", json!({"jobs": []}), "Between 1 and 100"),
        ("SubmitJob", submit("nightly", "ingest"), "is in a DISABLED state"),
        ("SubmitJob", submit("etl", "nobody"), "Job definition nobody does not exist"),
        ("SubmitJob", submit("etl", "ingest:99"), "Job definition ingest:99 does not exist"),
        ("TerminateJobs", json!({"jobs": many, "reason": "x"}), "Between 1 and 50"),
        ("CancelJob", json!({"jobId": "x"}), "reason is required"),
        ("UpdateJobQueue", json!({"jobQueue": "etl", "state": "ASLEEP"}), "Invalid state ASLEEP"),
        ("UpdateComputeEnvironment", json!({"computeEnvironment": "x"}), "Compute environment x does not exist"),
    ];
    for (operation, input, words) in cases {
        let (status, body) = ask(&mut world, operation, input);
        assert!(status == 400 && body["message"].as_str().is_some_and(|message| message.contains(words)), "{operation}: {status} {body}");
    }
}

#[test]
fn what_was_submitted_is_listed_described_and_ended() {
    let mut world = world(0);
    let input = json!({"jobName": "mine", "jobQueue": "reports", "jobDefinition": "monthly-report:3", "arrayProperties": {"size": 3}});
    let id = ask(&mut world, "SubmitJob", input).1["jobId"].clone();
    let (_, list) = ask(&mut world, "ListJobs", json!({"jobQueue": "reports", "jobStatus": "SUBMITTED"}));
    assert_eq!(list["jobSummaryList"][0]["jobId"], id);
    let (_, children) = ask(&mut world, "ListJobs", json!({"arrayJobId": id, "jobStatus": "SUBMITTED"}));
    assert_eq!(children["jobSummaryList"].as_array().map(Vec::len), Some(3));
    let (_, ended) = ask(&mut world, "TerminateJobs", json!({"jobs": [id, "nobody"], "reason": "enough"}));
    assert_eq!((&ended["successful"], &ended["errors"][0]["job"]), (&json!([id]), &json!("nobody")));
    let (_, told) = ask(&mut world, "DescribeJobs", json!({"jobs": [id, "nobody"]}));
    assert_eq!((told["jobs"].as_array().map(Vec::len), &told["jobs"][0]["arrayProperties"]["size"]), (Some(1), &json!(3)));
}
