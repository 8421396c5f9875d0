//! The Security Token Service: who is asking, and roles for whoever asks.

use jiff::SignedDuration;

use super::{COMMON, Call, Out, Protocol, Refusal, Service};
use crate::sim::world::{SECRET, World};

pub(super) static STS: Service = Service {
    id: "sts",
    scope: "sts",
    namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    target: "",
    model: "com.amazonaws.sts",
    query: Protocol::Query,
    failures: COMMON,
    shapes: &[],
    routes: &[],
    operations: &[("GetCallerIdentity", identity), ("AssumeRole", assume), ("GetSessionToken", session)],
};

/// Seconds an assumed role lasts where nothing is asked for (STS API Reference, `DurationSeconds`).
const SESSION: i64 = 3_600;
/// The code that every device shows, always.
const CODE: &str = "123456";
/// How the names of roles begin that nobody takes on without a code.
const GUARDED: &str = "mfa-";
/// What can be asked for.
const SESSIONS: std::ops::RangeInclusive<i64> = 900..=43_200;

#[expect(clippy::unnecessary_wraps, reason = "every operation may refuse")]
fn identity(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let request = call.request;
    let arn = world.caller(&request.key);
    let id = match arn.rsplit_once("assumed-role/").and_then(|(_, rest)| rest.split_once('/')) {
        Some((role, session)) => format!("{}:{session}", role_id(role)),
        None => "AIDASIMULATEDOPERATO".to_owned(),
    };
    Ok(Out::Map(vec![("Arn", arn.into()), ("UserId", id.into()), ("Account", request.account.clone().into())]))
}

fn role_id(role: &str) -> String {
    format!("AROA{}", crate::sim::world::chance::Chance::new(0).of(role).hex(16).to_uppercase())
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationError", message)
}

fn required(call: &Call<'_>, name: &str, member: &str) -> Result<String, Refusal> {
    let complaint =
        || invalid(format!("1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"));
    call.text(name).ok_or_else(complaint)
}

/// Whether a code came with the call, and that it is the right one.
fn code(call: &Call<'_>) -> Result<bool, Refusal> {
    match (call.text("SerialNumber"), call.text("TokenCode")) {
        (None, None) => Ok(false),
        (Some(_), Some(code)) if code == CODE => Ok(true),
        _ => Err(Refusal::new(403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code.")),
    }
}

fn seconds(call: &Call<'_>) -> Result<i64, Refusal> {
    let seconds = call.text("DurationSeconds").map_or(Some(SESSION), |text| text.parse().ok());
    let seconds = seconds.filter(|seconds| SESSIONS.contains(seconds));
    seconds.ok_or_else(|| invalid("The requested DurationSeconds is not between 900 and 43200 seconds."))
}

fn credentials(key: String, call: &Call<'_>, seconds: i64) -> Out {
    let until = call.now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(call.now);
    Out::Map(vec![
        ("AccessKeyId", key.into()),
        ("SecretAccessKey", format!("{SECRET}-key").into()),
        ("SessionToken", format!("{SECRET}-token").into()),
        ("Expiration", Out::Time(until)),
    ])
}

/// A session of the caller.
fn session(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    code(call)?;
    let seconds = seconds(call)?;
    let key = world.lend(&call.request.key);
    Ok(Out::Map(vec![("Credentials", credentials(key, call, seconds))]))
}

/// The session gets a key that tells its account, so that whoever uses it sees that account's fleet.
fn assume(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let role = required(call, "RoleArn", "roleArn")?;
    let session = required(call, "RoleSessionName", "roleSessionName")?;
    let seconds = seconds(call)?;
    let (account, name) = parts(&role).ok_or_else(|| invalid(format!("{role} is invalid")))?;
    if !code(call)? && name.starts_with(GUARDED) {
        let caller = world.caller(&call.request.key);
        let message = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}");
        return Err(Refusal::new(403, "AccessDenied", message));
    }
    let (key, arn) = world.assume(account, name, &session);
    Ok(Out::Map(vec![
        ("Credentials", credentials(key, call, seconds)),
        ("AssumedRoleUser", Out::Map(vec![("AssumedRoleId", format!("{}:{session}", role_id(name)).into()), ("Arn", arn.into())])),
        ("PackedPolicySize", Out::Int(0)),
    ]))
}

/// Account and name of `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
fn parts(role: &str) -> Option<(&str, &str)> {
    let (account, path) = role.strip_prefix("arn:aws:iam::")?.split_once(":role/")?;
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| (account, path.rsplit('/').next().unwrap_or(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read() {
        assert_eq!(parts("arn:aws:iam::111122223333:role/team/ops"), Some(("111122223333", "ops")));
        assert_eq!(parts("arn:aws:iam::1111:role/ops"), None);
        assert_eq!(parts("ops"), None);
    }
}
