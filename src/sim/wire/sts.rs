//! The Security Token Service: who is asking, and roles for whoever asks.

use jiff::SignedDuration;

use super::{Call, Out, Protocol, Refusal, Service};

pub(super) static STS: Service = Service {
    name: "sts",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    target: "",
    query: Protocol::Query,
    operations: &[("GetCallerIdentity", identity), ("AssumeRole", assume)],
};

/// How long an assumed role lasts where nothing is asked for (STS API Reference, `DurationSeconds`: 3,600).
const SESSION: i64 = 3_600;

#[expect(clippy::unnecessary_wraps, reason = "operations share one shape")]
fn identity(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let request = call.request;
    Ok(Out::Map(vec![
        ("Arn", Out::text(request.caller())),
        ("UserId", Out::text(if request.key.is_empty() { "AIDAANONYMOUS" } else { &request.key })),
        ("Account", Out::text(&request.account)),
    ]))
}

/// The session keeps the caller's key, so that it sees the caller's account.
fn assume(call: &mut Call<'_>) -> Result<Out, Refusal> {
    let missing = |name: &str| {
        Refusal::new(400, "ValidationError", &format!("Value null at '{name}' failed to satisfy constraint: Member must not be null"))
    };
    let role = call.text("RoleArn").ok_or_else(|| missing("roleArn"))?;
    let session = call.text("RoleSessionName").ok_or_else(|| missing("roleSessionName"))?;
    let seconds = call.text("DurationSeconds").and_then(|text| text.parse().ok()).unwrap_or(SESSION);
    let until = call.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(call.now);
    let name = role.rsplit('/').next().unwrap_or(&role);
    let account = &call.request.account;
    Ok(Out::Map(vec![
        (
            "Credentials",
            Out::Map(vec![
                ("AccessKeyId", Out::text(&call.request.key)),
                ("SecretAccessKey", Out::text("simulated")),
                ("SessionToken", Out::text("simulated")),
                ("Expiration", Out::Time(until)),
            ]),
        ),
        (
            "AssumedRoleUser",
            Out::Map(vec![
                ("AssumedRoleId", Out::text(format!("AROA:{session}"))),
                ("Arn", Out::text(format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"))),
            ]),
        ),
    ]))
}
