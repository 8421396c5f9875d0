//! Requests as they come over the wire.

use bytes::Bytes;
use http::{HeaderMap, Method};
use minicbor::{
    Decoder,
    data::{Tag, Type},
};
use serde_json::{Map, Number, Value};

use super::{Protocol, Reply, Request, SERVICES, Service, encode};
use crate::sim::world;

mod rest;

/// How deep a request may be nested: deeper than any of AWS's, and shallow enough for any stack.
const DEPTH: usize = 32;

/// Whose credentials signed a request; the signature itself is not verified.
struct Scope {
    key: String,
    region: String,
    service: String,
}

/// A request in one of the protocols, before anybody knows whose it is.
struct Message {
    protocol: Protocol,
    target: String,
    operation: String,
    input: Value,
}

/// Reads a request.
pub(super) fn request(method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Result<Request, Reply> {
    if let Some(request) = rest::request(method, path, headers, body) {
        return request;
    }
    let lost = |what: &str| encode::lost(format!("The simulated AWS does not understand this request: {what}"));
    let message = message(method, path, headers, body).ok_or_else(|| lost("it is in no protocol of AWS that is simulated"))?;
    let scope = scope(header(headers, "authorization")).or_else(|| presigned(&message.input));
    let service = match &scope {
        Some(scope) => SERVICES.iter().copied().find(|service| service.scope == scope.service),
        None => offering(&message, header(headers, "host")),
    };
    let service =
        service.ok_or_else(|| lost(&format!("no service {}", scope.as_ref().map_or("has that operation", |scope| &scope.service))))?;
    let Scope { key, region, .. } = scope.unwrap_or_else(|| unsigned(header(headers, "host")));
    Ok(Request {
        service,
        region,
        account: world::account(&key).to_owned(),
        key,
        operation: message.operation,
        protocol: if message.protocol == Protocol::Query { service.query } else { message.protocol },
        input: message.input,
        marred: false,
    })
}

/// The service of an unsigned request: by host name, by the target it names, or by who has such an operation.
fn offering(message: &Message, host: &str) -> Option<&'static Service> {
    let first = host.split('.').next().unwrap_or_default();
    let has = |service: &Service| service.operations.iter().any(|(name, _)| *name == message.operation);
    let all = || SERVICES.iter().copied();
    let hosted = all().find(|service| service.scope == first);
    let targeted = || all().find(|service| !message.target.is_empty() && service.target == message.target);
    hosted.or_else(targeted).or_else(|| all().find(|service| has(service)))
}

/// Who asks without a signature: nobody, in the region of the host name.
fn unsigned(host: &str) -> Scope {
    let region = host.split('.').nth(1).filter(|part| part.contains('-')).unwrap_or("us-east-1");
    Scope { key: String::new(), region: region.to_owned(), service: String::new() }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`
fn scope(authorization: &str) -> Option<Scope> {
    credential(authorization.split_once("Credential=")?.1.split([',', ' ']).next()?)
}

/// A signature in the parameters instead of in a header.
fn presigned(input: &Value) -> Option<Scope> {
    credential(input.get("X-Amz-Credential")?.as_str()?)
}

fn credential(text: &str) -> Option<Scope> {
    let mut parts = text.split('/');
    let (key, _, region, service) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(Scope { key: key.to_owned(), region: region.to_owned(), service: service.to_owned() })
}

fn message(method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Option<Message> {
    if header(headers, "smithy-protocol") == "rpc-v2-cbor" {
        let (rest, operation) = path.trim_end_matches('/').rsplit_once("/operation/")?;
        let target = rest.rsplit('/').next()?.to_owned();
        let input = if body.is_empty() { Value::Null } else { cbor(&mut Decoder::new(body), DEPTH)? };
        return Some(Message { protocol: Protocol::Cbor, target, operation: operation.to_owned(), input });
    }
    if let Some((target, operation)) = header(headers, "x-amz-target").rsplit_once('.') {
        let input = if body.is_empty() { Value::Null } else { serde_json::from_slice(body).ok()? };
        return Some(Message { protocol: Protocol::Json, target: target.to_owned(), operation: operation.to_owned(), input });
    }
    let query = if *method == Method::GET { path.split_once('?')?.1.as_bytes() } else { body };
    let input = form(query);
    let operation = input.get("Action")?.as_str()?.to_owned();
    Some(Message { protocol: Protocol::Query, target: String::new(), operation, input })
}

/// Flat parameters as a tree: `Filter.1.Name=x` and `Filters.member.1.Name=x` both become a list of objects.
fn form(body: &[u8]) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, value) in form_urlencoded::parse(body) {
        let path: Vec<&str> = name.split('.').filter(|part| *part != "member" && *part != "entry").collect();
        if path.len() <= DEPTH {
            plant(&mut root, &path, value.into_owned());
        }
    }
    lists(root)
}

fn plant(node: &mut Value, path: &[&str], value: String) {
    let Some((first, rest)) = path.split_first() else {
        *node = Value::String(value);
        return;
    };
    if !node.is_object() {
        *node = Value::Object(Map::new());
    }
    if let Value::Object(map) = node {
        plant(map.entry(*first).or_insert(Value::Null), rest, value);
    }
}

/// Objects whose names are all numbers are lists, in the order of the numbers.
fn lists(node: Value) -> Value {
    let Value::Object(map) = node else { return node };
    let numbers: Option<Vec<u32>> = map.keys().map(|key| key.parse().ok()).collect();
    match numbers.filter(|numbers| !numbers.is_empty()) {
        Some(numbers) => {
            let mut items: Vec<(u32, Value)> = numbers.into_iter().zip(map.into_iter().map(|(_, value)| lists(value))).collect();
            items.sort_by_key(|(number, _)| *number);
            Value::Array(items.into_iter().map(|(_, value)| value).collect())
        }
        None => Value::Object(map.into_iter().map(|(key, value)| (key, lists(value))).collect()),
    }
}

/// A CBOR value (RFC 8949) as JSON: moments (tag 1) are numbers of seconds. `None` for what no Smithy client sends.
fn cbor(from: &mut Decoder<'_>, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    Some(match from.datatype().ok()? {
        Type::Map | Type::MapIndef => cbor_map(from, depth)?,
        Type::Array | Type::ArrayIndef => cbor_list(from, depth)?,
        Type::String | Type::StringIndef => Value::String(from.str_iter().ok()?.collect::<Result<String, _>>().ok()?),
        Type::Tag => {
            let tag: Tag = from.tag().ok()?;
            (tag == Tag::new(1)).then(|| cbor(from, depth))??
        }
        Type::Bool => Value::Bool(from.bool().ok()?),
        Type::Null | Type::Undefined => {
            from.skip().ok()?;
            Value::Null
        }
        Type::F16 | Type::F32 | Type::F64 => Value::Number(Number::from_f64(cbor_float(from)?)?),
        _ => Value::Number(i64::try_from(from.int().ok()?).ok()?.into()),
    })
}

fn cbor_float(from: &mut Decoder<'_>) -> Option<f64> {
    match from.datatype().ok()? {
        Type::F32 => from.f32().ok().map(f64::from),
        Type::F64 => from.f64().ok(),
        _ => None,
    }
}

fn cbor_map(from: &mut Decoder<'_>, depth: usize) -> Option<Value> {
    let mut map = Map::new();
    let mut left = from.map().ok()?;
    while more(from, &mut left)? {
        let key = from.str().ok()?.to_owned();
        map.insert(key, cbor(from, depth)?);
    }
    Some(Value::Object(map))
}

fn cbor_list(from: &mut Decoder<'_>, depth: usize) -> Option<Value> {
    let mut list = Vec::new();
    let mut left = from.array().ok()?;
    while more(from, &mut left)? {
        list.push(cbor(from, depth)?);
    }
    Some(Value::Array(list))
}

/// Whether a collection goes on: by its length, or until the break.
fn more(from: &mut Decoder<'_>, left: &mut Option<u64>) -> Option<bool> {
    match left {
        Some(0) => Some(false),
        Some(count) => {
            *count -= 1;
            Some(true)
        }
        None if from.datatype().ok()? == Type::Break => {
            from.skip().ok()?;
            Some(false)
        }
        None => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn flat_parameters_become_a_tree() {
        let tree = form(b"Action=X&Filter.1.Name=state&Filter.1.Value.2=b&Filter.1.Value.1=a&Q.member.1.Stat.Period=60");
        assert_eq!(tree, json!({"Action": "X", "Filter": [{"Name": "state", "Value": ["a", "b"]}], "Q": [{"Stat": {"Period": "60"}}]}));
    }

    #[test]
    fn a_signature_says_whose_and_where() {
        let scope = scope("AWS4-HMAC-SHA256 Credential=AKIA1/20261121/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
            .expect("a scope");
        assert_eq!((scope.key.as_str(), scope.region.as_str(), scope.service.as_str()), ("AKIA1", "eu-west-1", "ec2"));
        assert!(super::scope("Bearer x").is_none());
    }

    #[test]
    fn cbor_of_both_kinds_is_read() {
        let indefinite = [0xbf, 0x61, b'a', 0x9f, 0x01, 0x20, 0xff, 0x61, b't', 0xc1, 0xfb, 0x41, 0xd9, 0, 0, 0, 0, 0, 0, 0xff];
        assert_eq!(cbor(&mut Decoder::new(&indefinite), DEPTH), Some(json!({"a": [1, -1], "t": 1_677_721_600.0})));
    }

    proptest! {
        #[test]
        fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = cbor(&mut Decoder::new(&bytes), DEPTH);
            let _ = form(&bytes);
        }
    }
}
