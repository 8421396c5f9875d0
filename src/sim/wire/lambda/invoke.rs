//! Invoking: the body is the payload, headers say how, and the answer is the function's own.

use aws_smithy_types::base64;
use bytes::Bytes;
use serde_json::Value;

use super::{Call, Out, Refusal, Reply, named, place};
use crate::sim::world::{
    World,
    lambda::run::{self, Run},
};

pub(super) fn invoke(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let function = named(place(world, call), call)?;
    let text = call.text("body").unwrap_or_default();
    let payload = if text.is_empty() { Value::Null } else { parsed(&text)? };
    let way = call.text("x-amz-invocation-type").unwrap_or_else(|| "RequestResponse".to_owned());
    if way == "DryRun" {
        return Ok(empty(204));
    }
    let second = call.now.as_second();
    if function.reserved_at(second) == Some(0) {
        let reason = Some("ReservedFunctionConcurrentInvocationLimitExceeded");
        return Err(Refusal { reason, ..Refusal::new(429, "TooManyRequestsException", "Rate Exceeded.") });
    }
    if way == "Event" {
        return Ok(empty(202));
    }
    Ok(answered(&run::run(function, &payload, &call.id, second), call))
}

fn parsed(text: &str) -> Result<Value, Refusal> {
    let complaint = |error: serde_json::Error| {
        Refusal::bad("InvalidRequestContentException", format!("Could not parse request body into json: {error}"))
    };
    serde_json::from_str(text).map_err(complaint)
}

fn empty(status: u16) -> Out {
    Out::from(Reply { status, headers: Vec::new(), body: Bytes::new() })
}

fn answered(run: &Run, call: &Call<'_>) -> Out {
    let version = call.text("Qualifier").unwrap_or_else(|| "$LATEST".to_owned());
    let mut headers = vec![("content-type", "application/json".to_owned()), ("x-amz-executed-version", version)];
    if run.failed {
        headers.push(("x-amz-function-error", "Unhandled".to_owned()));
    }
    if call.text("x-amz-log-type").as_deref() == Some("Tail") {
        headers.push(("x-amz-log-result", base64::encode(&run.log)));
    }
    Out::from(Reply { status: 200, headers, body: run.response.to_string().into() })
}
