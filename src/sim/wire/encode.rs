//! Answers as they go over the wire: one tree, four ways to write it.

use std::borrow::Cow;

use bytes::Bytes;
use jiff::Timestamp;
use minicbor::{Encoder, data::Tag, encode::Error};
use quick_xml::escape::escape;
use serde_json::{Map, Value, json};

use super::{Call, Protocol, Refusal};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const JSON: &str = "application/x-amz-json-1.0";
const REST: &str = "application/json";

/// An answer before it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Out {
    /// Words.
    Text(Cow<'static, str>),
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
    /// Named parts whose names are data.
    Dictionary(Vec<(String, Out)>),
    /// Any JSON, as it is; for the JSON protocols only. Boxed, as the next is: a page of instances is a hundred thousand parts.
    Json(Box<Value>),
    /// A whole HTTP answer, for operations whose body is the payload.
    Http(Box<Reply>),
}

impl From<Value> for Out {
    fn from(value: Value) -> Self {
        Self::Json(Box::new(value))
    }
}

impl From<Reply> for Out {
    fn from(reply: Reply) -> Self {
        Self::Http(Box::new(reply))
    }
}

impl From<&'static str> for Out {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Out {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for Out {
    fn from(text: Cow<'static, str>) -> Self {
        Self::Text(text)
    }
}

impl Out {
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

fn written(status: u16, kind: &'static str, id: &str, body: Vec<u8>) -> Reply {
    let headers = vec![("content-type", kind.to_owned()), ("x-amzn-requestid", id.to_owned())];
    Reply { status, headers, body: body.into() }
}

/// A whole HTTP answer with the request's id.
pub(super) fn stamped(mut reply: Reply, id: &str) -> Reply {
    reply.headers.push(("x-amzn-requestid", id.to_owned()));
    reply
}

/// The answer to a call.
pub(super) fn reply(call: &Call<'_>, out: &Out) -> Reply {
    let (id, operation, namespace) = (&call.id, &call.request.operation, call.request.service.namespace);
    match call.request.protocol {
        Protocol::Ec2 => {
            let mut body = format!("{DECLARATION}\n<{operation}Response xmlns=\"{namespace}\"><requestId>{id}</requestId>");
            xml(out, "item", &mut body);
            body.extend(["</", operation, "Response>"]);
            written(200, "text/xml;charset=UTF-8", id, body.into_bytes())
        }
        Protocol::Query => {
            let mut body = format!("<{operation}Response xmlns=\"{namespace}\"><{operation}Result>");
            xml(out, "member", &mut body);
            let rest =
                format!("</{operation}Result><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>");
            body.push_str(&rest);
            written(200, "text/xml", id, body.into_bytes())
        }
        Protocol::Json => written(200, JSON, id, json_value(out).to_string().into_bytes()),
        Protocol::Rest => written(200, REST, id, json_value(out).to_string().into_bytes()),
        Protocol::Cbor => cbor_reply(200, id, out),
    }
}

fn cbor_reply(status: u16, id: &str, out: &Out) -> Reply {
    let mut reply = written(status, "application/cbor", id, cbor_bytes(out));
    reply.headers.push(("smithy-protocol", "rpc-v2-cbor".to_owned()));
    reply
}

/// A refusal in the protocol of the call.
pub(super) fn error(call: &Call<'_>, refusal: &Refusal) -> Reply {
    let (id, service) = (&call.id, call.request.service);
    let Refusal { status, code, message, reason } = refusal;
    let words = escaped(message);
    match call.request.protocol {
        Protocol::Ec2 => {
            let error = format!("<Error><Code>{code}</Code><Message>{words}</Message></Error>");
            let body = format!("{DECLARATION}\n<Response><Errors>{error}</Errors><RequestID>{id}</RequestID></Response>");
            written(*status, "text/xml;charset=UTF-8", id, body.into_bytes())
        }
        Protocol::Query => query_error(refusal, id, service.namespace),
        Protocol::Rest => {
            let mut body = json!({"message": message, "Message": message, "Type": if *status < 500 { "User" } else { "Service" }});
            if let Some(reason) = reason {
                body["Reason"] = json!(reason);
            }
            let mut reply = written(*status, REST, id, body.to_string().into_bytes());
            reply.headers.push(("x-amzn-errortype", code.to_string()));
            reply
        }
        Protocol::Json | Protocol::Cbor => {
            let shape = service.shapes.iter().find(|(query, _)| query == code).map_or(code.as_ref(), |(_, shape)| *shape);
            let kind = format!("{}#{shape}", service.model);
            let mut reply = if call.request.protocol == Protocol::Json {
                written(*status, JSON, id, json!({"__type": kind, "message": message}).to_string().into_bytes())
            } else {
                cbor_reply(*status, id, &Out::Map(vec![("__type", kind.into()), ("message", message.clone().into())]))
            };
            // What clients of the older protocol were promised as the code goes on in a header.
            reply.headers.push(("x-amzn-query-error", format!("{code};{}", side(*status))));
            reply
        }
    }
}

fn side(status: u16) -> &'static str {
    if status < 500 { "Sender" } else { "Receiver" }
}

fn query_error(refusal: &Refusal, id: &str, namespace: &str) -> Reply {
    let (words, code, side) = (escaped(&refusal.message), &refusal.code, side(refusal.status));
    let error = format!("<Error><Type>{side}</Type><Code>{code}</Code><Message>{words}</Message></Error>");
    let body = format!("<ErrorResponse xmlns=\"{namespace}\">{error}<RequestId>{id}</RequestId></ErrorResponse>");
    written(refusal.status, "text/xml", id, body.into_bytes())
}

/// The refusal of a request that belongs to no service.
pub(super) fn lost(message: String) -> Reply {
    query_error(&Refusal::bad("InvalidRequest", message), "00000000-0000-4000-8000-000000000000", "")
}

fn xml(out: &Out, item: &str, into: &mut String) {
    match out {
        Out::Text(text) => into.push_str(&escaped(text)),
        Out::Int(number) => into.push_str(&number.to_string()),
        Out::Float(number) => into.push_str(&number.to_string()),
        Out::Flag(flag) => into.push_str(if *flag { "true" } else { "false" }),
        Out::Time(at) => into.push_str(&iso(*at)),
        Out::List(list) => list.iter().for_each(|part| element(item, part, item, into)),
        Out::Map(parts) => parts.iter().for_each(|(name, part)| element(name, part, item, into)),
        Out::Dictionary(parts) => parts.iter().for_each(|(name, part)| entry(name, part, item, into)),
        Out::Json(_) | Out::Http(_) => {}
    }
}

/// Text as XML. Control characters go by number, for they must not stand in it (XML 1.0, 2.2).
fn escaped(text: &str) -> Cow<'_, str> {
    let harmless = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'>' | b'&' | b'\'' | b'"');
    if text.bytes().all(harmless) {
        return Cow::Borrowed(text);
    }
    let plain = escape(text);
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    if !plain.contains(odd) {
        return plain;
    }
    let reference = |c: char| if odd(c) { format!("&#x{:x};", u32::from(c)) } else { c.to_string() };
    Cow::Owned(plain.chars().map(reference).collect())
}

fn element(name: &str, part: &Out, item: &str, into: &mut String) {
    into.extend(["<", name, ">"]);
    xml(part, item, into);
    into.extend(["</", name, ">"]);
}

fn entry(name: &str, part: &Out, item: &str, into: &mut String) {
    into.extend(["<entry><key>", &escaped(name), "</key><value>"]);
    xml(part, item, into);
    into.push_str("</value></entry>");
}

/// ISO 8601 with milliseconds, as EC2 writes it.
pub(super) fn iso(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1_000.0
}

pub(super) fn json_value(out: &Out) -> Value {
    match out {
        Out::Text(text) => json!(text),
        Out::Int(number) => json!(number),
        Out::Float(number) => json!(number),
        Out::Flag(flag) => json!(flag),
        Out::Time(at) => json!(seconds(*at)),
        Out::List(list) => list.iter().map(json_value).collect(),
        Out::Map(parts) => Value::Object(parts.iter().map(|(name, part)| ((*name).to_owned(), json_value(part))).collect::<Map<_, _>>()),
        Out::Dictionary(parts) => Value::Object(parts.iter().map(|(name, part)| (name.clone(), json_value(part))).collect::<Map<_, _>>()),
        Out::Json(value) => (**value).clone(),
        Out::Http(_) => Value::Null,
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
            parts.iter().try_for_each(|(name, part)| cbor(part, into.str(name)?))
        }
        Out::Dictionary(parts) => {
            into.map(parts.len() as u64)?;
            parts.iter().try_for_each(|(name, part)| cbor(part, into.str(name)?))
        }
        Out::Json(_) | Out::Http(_) => into.null().map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_milliseconds() {
        let at: Timestamp = "2026-11-21T12:00:00.5Z".parse().expect("a time");
        assert_eq!((iso(at), iso(Timestamp::UNIX_EPOCH)), ("2026-11-21T12:00:00.500Z".to_owned(), "1970-01-01T00:00:00.000Z".to_owned()));
    }

    #[test]
    fn text_is_escaped_and_lists_are_named_by_protocol() {
        let out = Out::Map(vec![("name", "<a & b>".into()), ("set", Out::List(vec![Out::Int(1), Out::Flag(true)]))]);
        let mut text = String::new();
        xml(&out, "item", &mut text);
        assert_eq!(text, "<name>&lt;a &amp; b&gt;</name><set><item>1</item><item>true</item></set>");
    }

    #[test]
    fn a_time_is_a_tagged_number_in_cbor() {
        assert_eq!(cbor_bytes(&Out::Time(Timestamp::UNIX_EPOCH)), [0xc1, 0xfb, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}
