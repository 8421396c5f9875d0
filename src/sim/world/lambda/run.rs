//! What comes of invoking a function.

use serde_json::{Value, json};

use super::{Function, plan::Trouble};

/// What a run left behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The answer.
    pub response: Value,
    /// Whether its code failed.
    pub failed: bool,
    /// Its log.
    pub log: String,
}

/// Runs a function on a payload. `id` is the request's, `second` the present.
pub fn run(function: Function<'_>, payload: &Value, id: &str, second: i64) -> Run {
    let failed = function.plan.trouble == Trouble::Errors;
    let response = if failed { failure() } else { answer(function, payload) };
    let chance = function.chance().of("run").at(second.cast_unsigned());
    let duration = function.plan.median * (0.8 + 0.4 * chance.unit());
    let memory = function.plan.memory as f64 * (0.3 + 0.3 * chance.of("memory").unit());
    let line = if failed {
        "[ERROR] KeyError: 'currency'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 31, in handler\n"
    } else {
        "handled\n"
    };
    let log = format!(
        "START RequestId: {id} Version: $LATEST\n{line}END RequestId: {id}\nREPORT RequestId: {id}\tDuration: {duration:.2} ms\tBilled Duration: {:.0} ms\tMemory Size: {} MB\tMax Memory Used: {memory:.0} MB\t\n",
        duration.ceil(),
        function.plan.memory,
    );
    Run { response, failed, log }
}

fn failure() -> Value {
    json!({
        "errorMessage": "'currency'",
        "errorType": "KeyError",
        "stackTrace": ["  File \"/var/task/app.py\", line 31, in handler\n    amount = convert(event[\"currency\"])\n"],
    })
}

/// What it was asked, and who answers.
fn answer(function: Function<'_>, payload: &Value) -> Value {
    json!({"statusCode": 200, "body": {"function": function.name(), "received": payload}})
}
