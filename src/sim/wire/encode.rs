//! Answers as they go over the wire: one tree, four ways to write it.

use bytes::Bytes;
use jiff::Timestamp;
use minicbor::{Encoder, data::Tag, encode::Error};
use quick_xml::escape::escape;
use serde_json::{Map, Value, json};

use super::{Protocol, Refusal, Request, Service};
use crate::sim::world::chance::Chance;

/// An answer before it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Out {
    /// Words.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Any number.
    Float(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Time(Timestamp),
    /// A list.
    List(Vec<Out>),
    /// Named parts, in order.
    Map(Vec<(&'static str, Out)>),
}

impl Out {
    /// Words.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Named parts without those that are absent.
    pub(super) fn some(parts: Vec<(&'static str, Option<Self>)>) -> Self {
        Self::Map(parts.into_iter().filter_map(|(name, part)| Some((name, part?))).collect())
    }
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim) struct Reply {
    /// HTTP status.
    pub(in crate::sim) status: u16,
    /// Header names and values.
    pub(in crate::sim) headers: Vec<(&'static str, String)>,
    /// The body.
    pub(in crate::sim) body: Bytes,
}

impl Reply {
    /// An answer that is no protocol of AWS.
    pub(in crate::sim) fn garbage() -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", "text/html".to_owned())],
            body: Bytes::from_static(b"\x00\xffI am not <an answer"),
        }
    }

    /// Plain words.
    pub(in crate::sim) fn plain(status: u16, text: &str) -> Self {
        Self {
            status,
            headers: vec![("content-type", "text/plain; charset=utf-8".to_owned())],
            body: Bytes::copy_from_slice(text.as_bytes()),
        }
    }
}

/// An id for a request: the same answer, the same id, so that runs can be compared.
fn request_id(body: &str) -> String {
    let chance = Chance::new(body.len() as u64).of(&body[..body.len().min(256)]);
    let hex = chance.hex(32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn written(status: u16, kind: &str, id: String, body: Vec<u8>) -> Reply {
    let headers = vec![("content-type", kind.to_owned()), ("x-amzn-requestid", id)];
    Reply { status, headers, body: body.into() }
}

/// The answer to a request.
pub(super) fn reply(request: &Request, service: Option<&Service>, out: &Out) -> Reply {
    let namespace = service.map_or("", |service| service.namespace);
    let operation = &request.operation;
    match request.protocol {
        Protocol::Ec2 => {
            let inner = xml_parts(out, "item");
            let id = request_id(&inner);
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{operation}Response xmlns=\"{namespace}\"><requestId>{id}</requestId>{inner}</{operation}Response>"
            );
            written(200, "text/xml;charset=UTF-8", id, body.into_bytes())
        }
        Protocol::Query => {
            let inner = xml_parts(out, "member");
            let id = request_id(&inner);
            let body = format!(
                "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{inner}</{operation}Result><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>"
            );
            written(200, "text/xml", id, body.into_bytes())
        }
        Protocol::Json => {
            let body = json_value(out).to_string();
            written(200, "application/x-amz-json-1.0", request_id(&body), body.into_bytes())
        }
        Protocol::Cbor => cbor_reply(200, out),
    }
}

fn cbor_reply(status: u16, out: &Out) -> Reply {
    let body = cbor_bytes(out);
    let mut reply = written(status, "application/cbor", request_id(&json_value(out).to_string()), body);
    reply.headers.push(("smithy-protocol", "rpc-v2-cbor".to_owned()));
    reply
}

/// A refusal in a protocol.
pub(super) fn error(protocol: Protocol, service: Option<&Service>, refusal: &Refusal) -> Reply {
    let Refusal { status, code, message } = refusal;
    let (words, id) = (escape(message.as_str()), request_id(message));
    match protocol {
        Protocol::Ec2 => {
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{words}</Message></Error></Errors><RequestID>{id}</RequestID></Response>"
            );
            written(*status, "text/xml;charset=UTF-8", id, body.into_bytes())
        }
        Protocol::Query => {
            let namespace = service.map_or("", |service| service.namespace);
            let side = if *status < 500 { "Sender" } else { "Receiver" };
            let body = format!(
                "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{side}</Type><Code>{code}</Code><Message>{words}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
            );
            written(*status, "text/xml", id, body.into_bytes())
        }
        Protocol::Json => {
            let body = json!({"__type": code, "message": message}).to_string();
            written(*status, "application/x-amz-json-1.0", id, body.into_bytes())
        }
        Protocol::Cbor => cbor_reply(*status, &Out::Map(vec![("__type", Out::text(*code)), ("message", Out::text(message))])),
    }
}

fn xml_parts(out: &Out, item: &str) -> String {
    let mut text = String::new();
    xml(out, item, &mut text);
    text
}

fn xml(out: &Out, item: &str, into: &mut String) {
    match out {
        Out::Text(text) => into.push_str(&escape(text.as_str())),
        Out::Int(number) => into.push_str(&number.to_string()),
        Out::Float(number) => into.push_str(&number.to_string()),
        Out::Flag(flag) => into.push_str(if *flag { "true" } else { "false" }),
        Out::Time(at) => into.push_str(&iso(*at)),
        Out::List(list) => list.iter().for_each(|part| element(item, part, item, into)),
        Out::Map(parts) => parts.iter().for_each(|(name, part)| element(name, part, item, into)),
    }
}

fn element(name: &str, part: &Out, item: &str, into: &mut String) {
    into.extend(["<", name, ">"]);
    xml(part, item, into);
    into.extend(["</", name, ">"]);
}

/// ISO 8601 with milliseconds, as EC2 writes it.
fn iso(at: Timestamp) -> String {
    format!("{}.{:03}Z", at.strftime("%Y-%m-%dT%H:%M:%S"), at.subsec_millisecond())
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1_000.0
}

fn json_value(out: &Out) -> Value {
    match out {
        Out::Text(text) => json!(text),
        Out::Int(number) => json!(number),
        Out::Float(number) => json!(number),
        Out::Flag(flag) => json!(flag),
        Out::Time(at) => json!(seconds(*at)),
        Out::List(list) => list.iter().map(json_value).collect(),
        Out::Map(parts) => Value::Object(parts.iter().map(|(name, part)| ((*name).to_owned(), json_value(part))).collect::<Map<_, _>>()),
    }
}

fn cbor_bytes(out: &Out) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // Writing into memory cannot fail.
    let written: Result<(), Error<std::convert::Infallible>> = cbor(out, &mut encoder);
    written.map_or_else(|_| Vec::new(), |()| encoder.into_writer())
}

fn cbor(out: &Out, into: &mut Encoder<Vec<u8>>) -> Result<(), Error<std::convert::Infallible>> {
    match out {
        Out::Text(text) => into.str(text).map(drop),
        Out::Int(number) => into.i64(*number).map(drop),
        Out::Float(number) => into.f64(*number).map(drop),
        Out::Flag(flag) => into.bool(*flag).map(drop),
        Out::Time(at) => into.tag(Tag::new(1))?.f64(seconds(*at)).map(drop),
        Out::List(list) => {
            into.array(list.len() as u64)?;
            list.iter().try_for_each(|part| cbor(part, into))
        }
        Out::Map(parts) => {
            into.map(parts.len() as u64)?;
            parts.iter().try_for_each(|(name, part)| {
                into.str(name)?;
                cbor(part, into)
            })
        }
    }
}
