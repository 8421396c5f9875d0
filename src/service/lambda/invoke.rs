//! Invoking a function: once, with what the user entered, and with everything it said for an answer.

use aws_sdk_lambda::{
    operation::invoke::{InvokeError, InvokeOutput},
    types::{InvocationType, LogType},
};
use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::{Blob, base64};
use serde_json::Value;

use super::{INVOKE, actions::once, calls::client};
use crate::{
    aws::{Aws, Patience, problem::problem},
    model::{Problem, ProblemKind, Resource, Severity, Target, Text},
    service::{Batch, Consequence, Input, Outcomes, Receipt, Reply, Sort, Values, row::note},
};

/// How a function is invoked.
const WAYS: &[&str] = &[SYNC, ASYNC, DRY_RUN];
const SYNC: &str = "sync";
const ASYNC: &str = "async";
const DRY_RUN: &str = "dry-run";

/// Bytes of a synchronous request (Lambda Developer Guide, "Lambda quotas": invocation payload, 6 MB).
const SYNC_BYTES: usize = 6 * 1024 * 1024;

pub(super) static INPUTS: &[Input] = &[
    Input {
        id: "payload",
        title: "payload",
        sort: Sort::Document,
        initial: |_| "{}".to_owned(),
        hint: |_| "JSON; empty for none".to_owned(),
        check: |_, text| payload(text),
    },
    Input {
        id: "qualifier",
        title: "version or alias",
        sort: Sort::Line,
        initial: |_| "$LATEST".to_owned(),
        hint: |_| "$LATEST, a number, or the name of an alias".to_owned(),
        check: |_, text| if text.trim().is_empty() { Err("a version or an alias".to_owned()) } else { Ok(()) },
    },
    Input {
        id: "type",
        title: "how",
        sort: Sort::Choice(WAYS),
        initial: |_| SYNC.to_owned(),
        hint: |_| "sync waits for the answer; async only hands it over; dry-run asks whether it would be allowed".to_owned(),
        check: |_, text| if WAYS.contains(&text) { Ok(()) } else { Err(format!("one of {}", WAYS.join(", "))) },
    },
];

/// Where JSON is wrong is told by line and column, as editors count.
fn payload(text: &str) -> Result<(), String> {
    if text.len() > SYNC_BYTES {
        return Err("more than the 6 MB that Lambda takes".to_owned());
    }
    if text.trim().is_empty() {
        return Ok(());
    }
    serde_json::from_str::<Value>(text).map(drop).map_err(|error| error.to_string())
}

pub(super) fn consequences(_: &Resource, values: &Values) -> Vec<Consequence> {
    let text = match values.get("type") {
        ASYNC => "it runs later, and again twice when it fails; its answer is seen by nobody but its destinations",
        DRY_RUN => "nothing runs: Lambda only says whether it would be allowed",
        _ => "its code runs once, with whatever that does; it is never tried again from here",
    };
    vec![note(Severity::Notice, text)]
}

pub(super) async fn run(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let Some(row) = batch.rows.first() else { return Ok(Outcomes::new()) };
    let ((kind, tail), patience) = match batch.values.get("type") {
        ASYNC => ((InvocationType::Event, LogType::None), Patience::Long),
        DRY_RUN => ((InvocationType::DryRun, LogType::None), Patience::Long),
        _ => ((InvocationType::RequestResponse, LogType::Tail), INVOKE.patience),
    };
    let text = batch.values.get("payload");
    let payload = (!text.trim().is_empty()).then(|| Blob::new(text.as_bytes()));
    let call = aws.client(client).invoke().function_name(row.name.as_str()).qualifier(batch.values.get("qualifier").trim());
    let call = call.invocation_type(kind).log_type(tail).set_payload(payload);
    let answer = call.customize().config_override(once().timeout_config(patience.timeouts())).send().await;
    let answer = answer.map_err(|error| explained(error, aws.target()))?;
    Ok(vec![(row.id.clone(), Ok(receipt(&answer)))])
}

/// A function whose own reserve is used up is not helped by asking less often (Lambda API Reference, `TooManyRequestsException`, `Reason`).
fn explained(error: SdkError<InvokeError, Response>, target: &Target) -> Problem {
    let throttle = match error.as_service_error() {
        Some(InvokeError::TooManyRequestsException(throttle)) => throttle.reason(),
        _ => None,
    };
    let own = throttle.is_some_and(|reason| reason.as_str().starts_with("ReservedFunction"));
    let problem = problem(error, target);
    if !own {
        return problem;
    }
    let hint = "its reserved concurrency is used up, or it is braked: release it or reserve more";
    Problem { kind: ProblemKind::Quota, hint: Text::new(hint), ..problem }
}

fn receipt(answer: &InvokeOutput) -> Receipt {
    let log = log(answer);
    let figures = log.iter().rev().find(|line| line.starts_with("REPORT ")).map(|line| figures(line)).unwrap_or_default();
    let mut report = section("status", [meaning(answer.status_code())]);
    report.extend(answer.function_error().map(|error| section("function error", [error.to_owned()])).into_iter().flatten());
    report.extend(answer.executed_version().map(|version| section("version", [version.to_owned()])).into_iter().flatten());
    if !figures.is_empty() {
        report.extend(section("used", figures.iter().map(|(name, value)| format!("{name} {value}"))));
    }
    let response = response(answer);
    if !response.is_empty() {
        report.extend(section("response", response));
    }
    if !log.is_empty() {
        report.extend(section("log tail", log.clone()));
    }
    let reply = Reply {
        body: answer.payload().map(|blob| blob.as_ref().to_vec()).unwrap_or_default(),
        log: log.iter().map(|line| Text::new(line)).collect(),
        failure: answer.function_error().map(|error| Text::new(&format!("the function failed ({error})"))),
    };
    Receipt { note: Text::new(&summary(answer, &figures)), report, reply: Some(reply), ..Receipt::default() }
}

fn summary(answer: &InvokeOutput, figures: &[(&str, &str)]) -> String {
    let time = figures.iter().find(|(name, _)| *name == "Duration").map(|(_, value)| format!(" in {value}")).unwrap_or_default();
    match answer.function_error() {
        Some(error) => format!("the function failed ({error}){time}"),
        None => format!("{}{time}", meaning(answer.status_code())),
    }
}

/// HTTP status of an invocation (Lambda API Reference, `Invoke`, `StatusCode`).
fn meaning(status: i32) -> String {
    match status {
        200 => "200 answered".to_owned(),
        202 => "202 handed over".to_owned(),
        204 => "204 would be allowed".to_owned(),
        other => other.to_string(),
    }
}

fn section(title: &str, lines: impl IntoIterator<Item = String>) -> Vec<Text> {
    let body = lines.into_iter().map(|line| Text::new(&format!("  {line}")));
    std::iter::once(Text::new(title)).chain(body).collect()
}

/// Pretty where it is JSON, as it came where it is not.
fn response(answer: &InvokeOutput) -> Vec<String> {
    let body = answer.payload().map(|blob| String::from_utf8_lossy(blob.as_ref()).into_owned()).unwrap_or_default();
    let pretty = serde_json::from_str::<Value>(&body).and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or(body);
    pretty.lines().map(str::to_owned).collect()
}

/// The last 4 KB of the log, which come in base64 (Lambda API Reference, `Invoke`, `LogResult`).
fn log(answer: &InvokeOutput) -> Vec<String> {
    let bytes = answer.log_result().and_then(|text| base64::decode(text).ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}

/// The figures of a REPORT line: `Duration: 12.02 ms`, `Billed Duration: 13 ms`, `Max Memory Used: 71 MB`.
fn figures(report: &str) -> Vec<(&str, &str)> {
    report.split('\t').filter_map(|part| part.trim().split_once(": ")).filter(|(name, _)| !name.starts_with("REPORT")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str =
        "REPORT RequestId: 8f0c\tDuration: 12.02 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 71 MB\t";

    #[test]
    fn the_figures_of_a_report_line() {
        let expected = [("Duration", "12.02 ms"), ("Billed Duration", "13 ms"), ("Memory Size", "128 MB"), ("Max Memory Used", "71 MB")];
        assert_eq!(figures(REPORT), expected);
    }

    #[test]
    fn a_failed_run_says_so_first_and_keeps_its_answer_and_log() {
        let answer = InvokeOutput::builder()
            .status_code(200)
            .function_error("Unhandled")
            .payload(Blob::new(br#"{"errorMessage":"boom"}"#.as_slice()))
            .log_result(base64::encode(format!("START\n{REPORT}")))
            .build();
        let receipt = receipt(&answer);
        assert_eq!(receipt.note.as_str(), "the function failed (Unhandled) in 12.02 ms");
        let reply = receipt.reply.as_ref().expect("a reply");
        assert_eq!((reply.body.as_slice(), reply.log.len()), (br#"{"errorMessage":"boom"}"#.as_slice(), 2));
        assert!(reply.failure.as_ref().is_some_and(|failure| failure.as_str().contains("Unhandled")));
        let lines: Vec<&str> = receipt.report.iter().map(Text::as_str).collect();
        for line in ["  200 answered", "  Unhandled", "  Max Memory Used 71 MB", "    \"errorMessage\": \"boom\"", "  START"] {
            assert!(lines.contains(&line), "{line}: {lines:?}");
        }
    }

    #[test]
    fn json_is_checked_by_line_and_column() {
        assert_eq!((payload(""), payload("{\"a\": 1}")), (Ok(()), Ok(())));
        assert!(payload("{\n  \"a\": \n}").expect_err("wrong").contains("line 3 column 1"));
    }
}
