//! The two records of a call, as JSON objects: `intent` and `outcome`, joined by `id`; and the one of the locks of policies.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::Warrant;
use crate::{
    app::guard::{Bolt, Moved},
    model::{
        Deed, Problem, Text,
        deed::{Standing, Verdict},
    },
    service::{
        Action, Outcomes, Receipt, Sort, Values,
        ledger::{Call, lost},
    },
};

/// What is about to be done. The id is the call's own client token, which AWS knows as well where it takes one; a call that was throttled
/// has its number behind it.
pub(super) fn intent(call: &Call, warrant: &Warrant, source: &str, now: Timestamp) -> Value {
    let Call { kind, action, batch, .. } = call;
    json!({
        "record": "intent",
        "id": call.id(),
        "time": now.to_string(),
        "source": source,
        "identity": warrant.identity.as_ref().map(|(_, arn)| arn),
        "account": warrant.identity.as_ref().map(|(account, _)| account),
        "profile": warrant.target.profile,
        "region": warrant.target.region,
        "kind": kind.0,
        "action": action.id,
        "rows": batch.rows.iter().map(|row| json!({"id": row.id, "name": row.name})).collect::<Vec<_>>(),
        "parameters": parameters(action, &batch.values),
        "confirmed": warrant.confirmed,
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
    })
}

/// Locks that were lifted, or are in place again. It is about the whole session, so it has no place and no rows.
pub(super) fn bolt(bolt: &Bolt, token: &Text, source: &str, now: Timestamp) -> Value {
    let (action, parameters) = match bolt.to {
        Moved::Lifted { seconds, until } => ("unlock", json!({"for": format!("{seconds}s"), "until": until.to_string()})),
        Moved::Back(why) => ("lock", json!({"because": why.words()})),
    };
    let who = bolt.who.iter().map(Text::as_str).collect::<Vec<_>>().join(" ");
    json!({
        "record": "lock",
        "id": token,
        "time": now.to_string(),
        "source": source,
        "identity": (!who.is_empty()).then_some(who),
        "kind": "policies",
        "action": action,
        "parameters": parameters,
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
    })
}

/// Of documents (payloads, overrides) and commands only the hash and the length: they are where secrets travel.
fn parameters(action: &Action, values: &Values) -> Map<String, Value> {
    let private = |id: &str| action.inputs.iter().all(|input| input.id != id || matches!(input.sort, Sort::Document | Sort::Private));
    let value = |id: &str, text: &str| {
        if !text.is_empty() && private(id) { json!({"sha256": sha256(text), "bytes": text.len()}) } else { json!(text) }
    };
    values.iter().map(|(id, text)| (id.to_owned(), value(id, text))).collect()
}

fn sha256(text: &str) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('?');
    Sha256::digest(text.as_bytes()).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// What came of it. A problem is the problem of every row of the call.
pub(super) fn outcome(id: &Text, answer: &Result<Outcomes, Problem>, requests: &[Text], time: Duration, now: Timestamp) -> Value {
    let rows = match answer {
        Ok(outcomes) => json!(outcomes.iter().map(|(id, outcome)| row(id, outcome)).collect::<Vec<_>>()),
        Err(_) => Value::Null,
    };
    json!({
        "record": "outcome",
        "id": id,
        "time": now.to_string(),
        "duration_ms": u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        "request_ids": requests,
        "rows": rows,
        "problem": answer.as_ref().err().map(problem),
    })
}

fn row(id: &Text, outcome: &Result<Receipt, Problem>) -> Value {
    match outcome {
        Ok(receipt) => json!({"id": id, "result": Verdict::Accepted.word(), "words": receipt.note}),
        Err(problem) => {
            let mut row = self::problem(problem);
            row["id"] = json!(id);
            row
        }
    }
}

fn problem(problem: &Problem) -> Value {
    let verdict = if lost(problem) { Verdict::Unknown } else { Verdict::Failed };
    json!({"result": verdict.word(), "words": problem.headline, "code": problem.code})
}

/// A call as it is shown. Records of other versions may have more in them, or less; without a time it is none.
pub(super) fn deed(intent: &Value, outcome: Option<&Value>, open: Standing) -> Option<Deed> {
    let rows: Vec<_> = list(&intent["rows"]).map(|row| (text(&row["id"]), text(&row["name"]))).collect();
    let parameters = intent["parameters"].as_object().into_iter().flatten();
    let standing = outcome.map(|outcome| settled(outcome, &rows));
    Some(Deed {
        at: intent["time"].as_str()?.parse().ok()?,
        identity: intent["identity"].as_str().map(Text::new),
        profile: text(&intent["profile"]),
        region: text(&intent["region"]),
        kind: text(&intent["kind"]),
        action: text(&intent["action"]),
        rows,
        parameters: parameters.map(|(id, value)| (Text::new(id), parameter(value))).collect(),
        confirmed: text(&intent["confirmed"]),
        standing: standing.unwrap_or(open),
    })
}

fn settled(outcome: &Value, subjects: &[(Text, Text)]) -> Standing {
    let verdict = |row: &Value| row["result"].as_str().and_then(Verdict::named).unwrap_or(Verdict::Unknown);
    let problem = &outcome["problem"];
    let rows = if problem.is_object() {
        subjects.iter().map(|(id, _)| (id.clone(), verdict(problem), text(&problem["words"]))).collect()
    } else {
        list(&outcome["rows"]).map(|row| (text(&row["id"]), verdict(row), text(&row["words"]))).collect()
    };
    Standing::Settled {
        milliseconds: outcome["duration_ms"].as_u64().unwrap_or_default(),
        requests: list(&outcome["request_ids"]).map(text).collect(),
        rows,
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Text {
    Text::new(value.as_str().unwrap_or_default())
}

fn parameter(value: &Value) -> Text {
    match value["sha256"].as_str() {
        Some(sum) => Text::new(&format!("{} bytes, sha256 {sum}", value["bytes"])),
        None => text(value),
    }
}
