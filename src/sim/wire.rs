//! The protocols of AWS: requests become calls on the world, what comes back becomes XML, JSON or CBOR.
//!
//! Invariant: a request that makes no sense gets the service's own error document, never a panic and never silence.

mod autoscaling;
mod batch;
mod cloudwatch;
mod decode;
mod ec2;
mod ecs;
mod eks;
mod elb;
mod encode;
mod hostile;
mod iam;
mod lambda;
mod page;
mod sts;

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde_json::Value;

use self::encode::Out;
pub(super) use self::encode::Reply;
use super::world::{World, fleet::Fleet, region::Region};

/// Every service that is simulated. A later one is one file of `wire`, with what it needs in `world`, and one line here.
static SERVICES: &[&Service] = &[
    &ec2::EC2,
    &eks::EKS,
    &cloudwatch::CLOUDWATCH,
    &sts::STS,
    &iam::IAM,
    &lambda::LAMBDA,
    &ecs::ECS,
    &autoscaling::AUTOSCALING,
    &batch::BATCH,
    &elb::ELB,
];

/// A simulated service.
struct Service {
    /// Its name in permissions, and in `throttle@NAME=1`.
    id: &'static str,
    /// Its name in a credential scope, and the first part of its host name.
    scope: &'static str,
    /// The XML namespace of its query protocol.
    namespace: &'static str,
    /// The last part of its `X-Amz-Target` and RPC paths; empty where it has none.
    target: &'static str,
    /// The namespace of its Smithy model, which JSON and CBOR errors are named in.
    model: &'static str,
    /// The query protocol it speaks.
    query: Protocol,
    /// How it says that something went wrong on its own account.
    failures: Failures,
    /// Error codes that the query protocol spells otherwise than the model: query, model.
    shapes: &'static [(&'static str, &'static str)],
    /// Where its REST requests go: method, path with `{names}` for the parts that are input, operation. Empty for other protocols.
    routes: &'static [(&'static str, &'static str, &'static str)],
    /// What can be asked.
    operations: &'static [(&'static str, Operation)],
}

/// Carries out one operation.
type Operation = fn(&mut World, &Call<'_>) -> Result<Out, Refusal>;

/// A service's words for what any operation can meet with: HTTP status, code and message of each.
struct Failures {
    throttled: (u16, &'static str, &'static str),
    expired: (u16, &'static str, &'static str),
    internal: (u16, &'static str, &'static str),
    /// The message goes before the sentence that names caller and action.
    denied: (u16, &'static str, &'static str),
}

/// The words of most services (`CloudWatch` and STS API References, "Common Errors").
const COMMON: Failures = Failures {
    throttled: (400, "Throttling", "Rate exceeded"),
    expired: (403, "ExpiredToken", "The security token included in the request is expired"),
    internal: (500, "InternalFailure", "The request processing has failed because of an unknown error, exception or failure."),
    denied: (403, "AccessDenied", ""),
};

/// What any operation of any service can meet with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Too many requests.
    Throttled,
    /// The caller's session has ended.
    Expired,
    /// AWS's own failure.
    Internal,
    /// The caller lacks the permission.
    Denied,
}

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
    /// JSON over paths and methods.
    Rest,
}

/// What services call the size of a page in a question.
const PAGE_SIZES: [&str; 6] = ["MaxResults", "maxResults", "MaxRecords", "MaxItems", "MaxDatapoints", "PageSize"];

/// A request, understood as far as needed to know whose it is.
#[derive(Debug, Clone)]
pub(super) struct Request {
    service: &'static Service,
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
    /// Whether parts of the answer fail by themselves, for operations whose answers can say so.
    marred: bool,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// A request at a moment.
pub(super) struct Call<'a> {
    /// What is asked.
    pub(super) request: &'a Request,
    /// When.
    pub(super) now: Timestamp,
    /// The id that the answer carries.
    pub(super) id: String,
}

/// A refusal in AWS's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: Cow<'static, str>,
    message: String,
    /// Why, where the service has a field for that.
    reason: Option<&'static str>,
}

impl Refusal {
    fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), reason: None }
    }

    /// A mistake of the caller.
    fn bad(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }
}

impl Request {
    /// Reads a request; for one that belongs to no service the refusal to send.
    pub(super) fn read(method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Result<Self, Reply> {
        decode::request(method, path, headers, body)
    }

    /// The service it is for.
    pub(super) fn service(&self) -> &'static str {
        self.service.id
    }

    /// Whether a word names its service, its operation, its region, its account, its access key, or a zone in which it looks for instances.
    pub(super) fn concerns(&self, word: &str) -> bool {
        [self.service.id, self.service.scope, &self.operation, &self.region, &self.account, &self.key].contains(&word)
            || self.looks_into(word)
    }

    /// True for a question about the instances of a zone, by itself or with all others of the region.
    fn looks_into(&self, zone: &str) -> bool {
        let inside = zone.strip_prefix(self.region.as_str()).is_some_and(|letter| letter.len() == 1);
        let filters = self.input.get("Filter").and_then(Value::as_array);
        let mut names = filters.into_iter().flatten().filter(|filter| filter["Name"] == "availability-zone");
        let told = |filter: &Value| filter["Value"].as_array().is_some_and(|values| values.iter().any(|value| value == zone));
        inside && self.operation.starts_with("DescribeInstance") && names.next().is_none_or(told)
    }

    /// Metrics that a `GetMetricData` asks for; 0 for any other.
    pub(super) fn metrics(&self) -> usize {
        let queries = self.input.get("MetricDataQueries").and_then(Value::as_array);
        queries.filter(|_| self.operation == "GetMetricData").map_or(0, Vec::len)
    }

    /// The same, asking for no more on a page than this.
    pub(super) fn paged(&self, most: usize) -> Self {
        let mut paged = self.clone();
        for name in PAGE_SIZES {
            if let Some(size) = paged.input.get_mut(name)
                && plain(size).and_then(|text| text.parse::<usize>().ok()).is_some_and(|wanted| wanted > most)
            {
                *size = Value::String(most.to_string());
            }
        }
        paged
    }

    /// The same, with parts of the answer failing by themselves.
    pub(super) fn marred(&self) -> Self {
        Self { marred: true, ..self.clone() }
    }

    #[cfg(test)]
    pub(super) fn sample(service: &str, operation: &str, input: Value) -> Self {
        let service = SERVICES.iter().find(|known| known.id == service).expect("a service");
        Self {
            service,
            region: "eu-west-1".to_owned(),
            account: super::world::ACCOUNT.to_owned(),
            key: "AKIA".to_owned(),
            operation: operation.to_owned(),
            protocol: service.query,
            input,
            marred: false,
        }
    }
}

/// Carries out a call.
pub(super) fn answer(world: &mut World, call: &Call<'_>) -> Reply {
    match outcome(world, call) {
        Ok(Out::Http(reply)) => encode::stamped(*reply, &call.id),
        Ok(out) => encode::reply(call, &out),
        Err(refusal) => encode::error(call, &refusal),
    }
}

/// Carries out a call, and answers in texts that mean harm.
pub(super) fn harm(world: &mut World, call: &Call<'_>) -> Reply {
    let request = Request { input: hostile::cut(&call.request.input), ..call.request.clone() };
    let call = &Call { request: &request, now: call.now, id: call.id.clone() };
    hostile::headers(match outcome(world, call) {
        Ok(Out::Http(reply)) => encode::stamped(hostile::payload(*reply), &call.id),
        Ok(out) => encode::reply(call, &hostile::answer(out)),
        Err(refusal) => encode::error(call, &hostile::refusal(refusal)),
    })
}

/// The same in texts that are no texts.
pub(super) fn mangle(world: &mut World, call: &Call<'_>) -> Reply {
    hostile::broken(harm(world, call))
}

fn outcome(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let request = call.request;
    let operation = request.service.operations.iter().find(|(name, _)| *name == request.operation);
    match operation {
        Some((_, operation)) => operation(world, call),
        None => Err(Refusal::bad("InvalidAction", format!("The action {} is not valid for this web service.", request.operation))),
    }
}

/// Refuses a call with a code; the status is the one that services send with codes of this ending.
pub(super) fn refuse(call: &Call<'_>, code: &str) -> Reply {
    let ends = |endings: &[&str]| endings.iter().any(|ending| code.contains(ending));
    let status = match () {
        () if ends(&["ServerException", "Internal", "Unavailable", "KMS", "EFS", "ENI", "EC2", "Subnet"]) => 502,
        () if ends(&["TooManyRequests"]) => 429,
        () if ends(&["RequestTooLarge"]) => 413,
        () if ends(&["AccessDenied", "Unauthorized"]) => 403,
        () => 400,
    };
    encode::error(call, &Refusal::new(status, code.to_owned(), format!("{} refused: {code}", call.request.operation)))
}

/// Fails a call in the words of its service.
pub(super) fn fail(world: &World, call: &Call<'_>, failure: Failure) -> Reply {
    let failures = &call.request.service.failures;
    let (status, code, message) = match failure {
        Failure::Throttled => failures.throttled,
        Failure::Expired => failures.expired,
        Failure::Internal => failures.internal,
        Failure::Denied => failures.denied,
    };
    let who = if failure == Failure::Denied { denial(world, call.request) } else { String::new() };
    encode::error(call, &Refusal::new(status, code, format!("{message}{who}")))
}

fn denial(world: &World, request: &Request) -> String {
    let (caller, action) = (world.caller(&request.key), format!("{}:{}", request.service.id, request.operation));
    format!("User: {caller} is not authorized to perform: {action} because no identity-based policy allows the {action} action")
}

impl Call<'_> {
    /// Everything in the caller's account and region, as it is now.
    fn region<'w>(&self, world: &'w mut World) -> &'w mut Region {
        world.region(&self.request.account, &self.request.region, self.now)
    }

    /// The caller's account and region, as they are now.
    fn fleet<'w>(&self, world: &'w mut World) -> &'w mut Fleet {
        world.fleet(&self.request.account, &self.request.region, self.now)
    }

    fn input(&self) -> &Value {
        &self.request.input
    }

    /// The words of a field; `None` when it is absent, empty, or no plain value.
    fn text(&self, name: &str) -> Option<String> {
        plain(self.input().get(name)?).filter(|text| !text.is_empty())
    }

    /// The words of a list.
    fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).iter().filter_map(plain).collect()
    }

    /// A list of anything.
    fn list(&self, name: &str) -> &[Value] {
        self.input().get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ask(request: &Request, what: impl FnOnce(&mut World, &Call<'_>) -> Reply) -> (u16, String) {
        let mut world = World::new(1, crate::sim::Sizes { instances: 3, ..crate::sim::Sizes::DEMO }, Timestamp::UNIX_EPOCH);
        let reply = what(&mut world, &Call { request, now: Timestamp::UNIX_EPOCH, id: "id-1".to_owned() });
        (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
    }

    #[test]
    fn an_unknown_action_is_refused_in_the_services_words() {
        let (status, body) = ask(&Request::sample("ec2", "MakeCoffee", Value::Null), answer);
        assert_eq!(status, 400);
        assert!(body.contains("<Code>InvalidAction</Code>") && body.contains("MakeCoffee"), "{body}");
    }

    #[test]
    fn every_service_fails_in_its_own_words_and_protocol() {
        let cases = [
            ("ec2", Protocol::Ec2, Failure::Throttled, 503, "<Response><Errors><Error><Code>RequestLimitExceeded</Code>"),
            ("ec2", Protocol::Ec2, Failure::Expired, 400, "<Code>RequestExpired</Code>"),
            ("ec2", Protocol::Ec2, Failure::Internal, 500, "<Code>InternalError</Code>"),
            ("ec2", Protocol::Ec2, Failure::Denied, 403, "arn:aws:iam::123456789012:user/operator is not authorized to perform: ec2:Op"),
            ("cloudwatch", Protocol::Query, Failure::Throttled, 400, "<Code>Throttling</Code>"),
            ("cloudwatch", Protocol::Json, Failure::Throttled, 400, "com.amazonaws.cloudwatch#ThrottlingException"),
            ("cloudwatch", Protocol::Cbor, Failure::Denied, 403, "com.amazonaws.cloudwatch#AccessDeniedException"),
            ("cloudwatch", Protocol::Cbor, Failure::Internal, 500, "com.amazonaws.cloudwatch#InternalServiceFault"),
            ("cloudwatch", Protocol::Json, Failure::Expired, 403, "ExpiredTokenException"),
            ("sts", Protocol::Query, Failure::Expired, 403, "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"),
        ];
        for (service, protocol, failure, status, words) in cases {
            let request = Request { protocol, ..Request::sample(service, "Op", json!({})) };
            let (got, body) = ask(&request, |world, call| fail(world, call, failure));
            assert!(got == status && body.contains(words), "{service} {failure:?}: {got} {body}");
        }
    }
}
