//! The protocols of AWS: requests become calls on the world, what comes back becomes XML, JSON or CBOR.
//!
//! Invariant: a request that makes no sense gets the service's own error document, never a panic and never silence.

mod cloudwatch;
mod decode;
mod ec2;
mod encode;
mod sts;

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde_json::Value;

use self::encode::Out;
pub(super) use self::encode::Reply;
use super::world::{self, Fleet, World};

/// A service that is simulated: a later one is one file and one line.
static SERVICES: &[&Service] = &[&ec2::EC2, &cloudwatch::CLOUDWATCH, &sts::STS];

/// A simulated service.
struct Service {
    /// The name in a credential scope.
    name: &'static str,
    /// The XML namespace of its query protocol.
    namespace: &'static str,
    /// The last part of its `X-Amz-Target` and RPC paths; empty where it has none.
    target: &'static str,
    /// The query protocol it speaks.
    query: Protocol,
    /// What can be asked.
    operations: &'static [(&'static str, Operation)],
}

type Operation = fn(&mut Call<'_>) -> Result<Out, Refusal>;

/// The protocol of a request, and so of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// EC2's form of the query protocol: lists are `item`.
    Ec2,
    /// The query protocol: lists are `member`, results are wrapped.
    Query,
    /// JSON with `X-Amz-Target`.
    Json,
    /// Smithy RPC v2 with CBOR.
    Cbor,
}

/// A request, understood as far as needed to know whose it is.
#[derive(Debug, Clone)]
pub(super) struct Request {
    /// Name of the service, as in a credential scope.
    pub(super) service: String,
    /// Region of the credential scope.
    pub(super) region: String,
    /// Account that the access key belongs to.
    pub(super) account: String,
    /// Access key.
    key: String,
    /// Operation.
    pub(super) operation: String,
    protocol: Protocol,
    input: Value,
}

/// A call on the world.
struct Call<'a> {
    fleet: &'a mut Fleet,
    input: &'a Value,
    request: &'a Request,
    now: Timestamp,
}

/// A refusal in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &'static str, message: &str) -> Self {
        Self { status, code, message: message.to_owned() }
    }
}

impl Request {
    /// Reads a request; for one that belongs to no service the refusal to send.
    pub(super) fn read(method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Result<Self, Reply> {
        decode::request(method, path, headers, body)
    }

    /// The ARN of the caller.
    pub(super) fn caller(&self) -> String {
        format!("arn:aws:iam::{}:user/operator", self.account)
    }

    #[cfg(test)]
    pub(super) fn sample(service: &str, operation: &str) -> Self {
        Self {
            service: service.to_owned(),
            region: "eu-west-1".to_owned(),
            account: world::ACCOUNT.to_owned(),
            key: "AKIA".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::Ec2,
            input: Value::Null,
        }
    }
}

fn service(name: &str) -> Option<&'static Service> {
    SERVICES.iter().copied().find(|service| service.name == name)
}

/// Carries out a request.
pub(super) fn answer(world: &mut World, request: &Request, now: Timestamp) -> Reply {
    let operation = service(&request.service).and_then(|service| service.operations.iter().find(|(name, _)| *name == request.operation));
    let Some((_, operation)) = operation else {
        let text = format!("The action {} is not valid for this web service.", request.operation);
        return refuse(request, &Refusal::new(400, "InvalidAction", &text));
    };
    let fleet = world.fleet(&request.account, &request.region, now);
    let mut call = Call { fleet, input: &request.input, request, now };
    match operation(&mut call) {
        Ok(out) => encode::reply(request, service(&request.service), &out),
        Err(refusal) => refuse(request, &refusal),
    }
}

/// The refusal in the protocol of the request.
pub(super) fn refuse(request: &Request, refusal: &Refusal) -> Reply {
    encode::error(request.protocol, service(&request.service), refusal)
}

impl Call<'_> {
    /// The words of a field; `None` when it is absent or no plain value.
    fn text(&self, name: &str) -> Option<String> {
        plain(self.input.get(name)?)
    }

    /// The words of a list.
    fn texts(&self, name: &str) -> Vec<String> {
        self.input.get(name).and_then(Value::as_array).map(|list| list.iter().filter_map(plain).collect()).unwrap_or_default()
    }

    /// A list of anything.
    fn list(&self, name: &str) -> &[Value] {
        self.input.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// True when a flag is set.
    fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }
}

/// The words of a plain value, whichever protocol wrote it.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A page token: which list it continues, and where. A token of another question is refused.
fn token(list: &str, at: usize) -> String {
    let mark = world::chance::Chance::new(at as u64).of(list).hex(12);
    format!("{mark}{at:x}")
}

/// Where a token continues.
fn resume(list: &str, text: &str) -> Option<usize> {
    let at = usize::from_str_radix(text.get(12..)?, 16).ok()?;
    (token(list, at) == text).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_good_for_their_own_list_only() {
        assert_eq!(resume("a", &token("a", 1_000)), Some(1_000));
        assert_eq!(resume("b", &token("a", 1_000)), None);
        for text in ["", "x", "zzzzzzzzzzzzzzz", "éééééééééééé1"] {
            assert_eq!(resume("a", text), None);
        }
    }

    #[test]
    fn an_unknown_action_is_refused_in_the_services_words() {
        let mut world = World::new(1, 3);
        let reply = answer(&mut world, &Request::sample("ec2", "MakeCoffee"), Timestamp::UNIX_EPOCH);
        let body = String::from_utf8(reply.body.to_vec()).expect("text");
        assert_eq!(reply.status, 400);
        assert!(body.contains("<Code>InvalidAction</Code>") && body.contains("MakeCoffee"), "{body}");
    }
}
