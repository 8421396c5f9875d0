//! The body of a response, caught on its way to the SDK and shown as it came.

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{Intercept, context::AfterDeserializationInterceptorContextRef, dyn_dispatch_hint},
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::{Map, Value};

use crate::model::{
    Problem, ProblemKind, Text,
    document::{Document, MASK},
};

/// An SDK interceptor that keeps the latest response body. Give a clone to the call, take the document afterwards.
#[derive(Debug, Clone, Default)]
pub struct Capture(Arc<Mutex<Vec<u8>>>);

#[dyn_dispatch_hint]
impl Intercept for Capture {
    fn name(&self) -> &'static str {
        "Capture"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(body) = context.response().body().bytes() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = body.to_vec();
        }
        Ok(())
    }
}

impl Capture {
    /// The document that was caught, with the values of these fields masked at any depth.
    pub fn document(&self, secrets: &[&str]) -> Result<Document, Problem> {
        let body = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let value = parse(&body).ok_or_else(|| {
            Problem::new(ProblemKind::Garbled, "the answer is neither XML nor JSON", "ask again, or look at the endpoint")
        })?;
        let mut masked = value.clone();
        mask(&mut masked, secrets);
        let clear = (masked != value).then(|| Box::new(written(&value, None)));
        Ok(written(&masked, clear))
    }
}

fn written(value: &Value, clear: Option<Box<Document>>) -> Document {
    Document { yaml: lines(&yaml(value)), json: lines(&json(value)), clear }
}

/// Puts a mask over every plain value below fields with these names.
fn mask(value: &mut Value, secrets: &[&str]) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if secrets.contains(&name.as_str()) { cover(value) } else { mask(value, secrets) }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| mask(value, secrets)),
        _ => {}
    }
}

fn cover(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(cover),
        Value::Array(list) => list.iter_mut().for_each(cover),
        Value::Null => {}
        plain => *plain = MASK.into(),
    }
}

fn lines(text: &str) -> Vec<Text> {
    text.lines().map(Text::new).collect()
}

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn yaml(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_else(|_| json(value))
}

fn parse(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().or_else(|| xml(std::str::from_utf8(body).ok()?))
}

/// An XML document as a value: elements are fields, lists (`item`, `member`, or a repeated name) are arrays, text stays text.
fn xml(text: &str) -> Option<Value> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().trim_text(false);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => open.push(Element::named(tag.local_name().as_ref())),
            Event::Empty(tag) => open.last_mut()?.add(tag.local_name().as_ref(), Value::Null),
            Event::End(_) => {
                let element = open.pop()?;
                let name = element.name.clone();
                open.last_mut()?.add(&name, element.value());
            }
            Event::Text(words) => open.last_mut()?.text.push_str(&words.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(entity) => open.last_mut()?.text.push_str(&entity_text(&entity)?),
            Event::CData(words) => open.last_mut()?.text.push_str(&words.xml_content(XmlVersion::Implicit1_0)),
            Event::Eof => break,
            _ => {}
        }
    }
    let root = (open.len() == 1).then(|| open.pop())??;
    (!root.fields.is_empty()).then(|| root.value())
}

/// The text behind `&name;` or `&#number;`.
fn entity_text(entity: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    if let Some(c) = entity.resolve_char_ref().ok()? {
        return Some(c.to_string());
    }
    let name = entity.as_ref();
    quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned)
}

#[derive(Default)]
struct Element {
    name: String,
    text: String,
    fields: Vec<(String, Value)>,
}

impl Element {
    fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn add(&mut self, name: &str, value: Value) {
        self.fields.push((name.to_owned(), value));
    }

    fn value(self) -> Value {
        if self.fields.is_empty() {
            return if self.text.is_empty() { Value::Null } else { Value::String(self.text) };
        }
        if self.fields.iter().all(|(name, _)| name == "item" || name == "member") {
            return Value::Array(self.fields.into_iter().map(|(_, value)| value).collect());
        }
        let mut map = Map::new();
        for (name, value) in self.fields {
            match map.get_mut(&name) {
                Some(Value::Array(list)) => list.push(value),
                Some(known) => *known = Value::Array(vec![known.take(), value]),
                None => {
                    map.insert(name, value);
                }
            }
        }
        Value::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_lists_and_text_is_untouched() {
        let body = "<R><id>a &lt;b&gt; &#233;</id><set><item><k>1</k></item></set><none/><twice>1</twice><twice>2</twice></R>";
        let expected = json!({"R": {"id": "a <b> é", "set": [{"k": "1"}], "none": null, "twice": ["1", "2"]}});
        assert_eq!(parse(body.as_bytes()), Some(expected));
    }

    #[test]
    fn order_is_kept_and_both_notations_say_the_same() {
        let capture = Capture(Arc::new(Mutex::new(b"<R><z>1</z><a>two words</a></R>".to_vec())));
        let document = capture.document(&[]).expect("a document");
        let joined = |lines: &[Text]| lines.iter().map(Text::as_str).collect::<Vec<_>>().join("\n");
        assert_eq!(joined(&document.json), "{\n  \"R\": {\n    \"z\": \"1\",\n    \"a\": \"two words\"\n  }\n}");
        assert_eq!(joined(&document.yaml), "R:\n  z: \"1\"\n  a: two words");
    }

    #[test]
    fn what_is_neither_is_refused() {
        for body in ["", "hello", "<a><b></a>", "\u{0}\u{1}"] {
            assert_eq!(parse(body.as_bytes()), None, "{body:?}");
        }
    }

    #[test]
    fn secrets_are_masked_at_any_depth_and_can_be_uncovered() {
        let body =
            br#"{"Name": "f", "Environment": {"Variables": {"DB": {"PASSWORD": "hunter2"}, "N": 3}}, "List": [{"Variables": ["x"]}]}"#;
        let capture = Capture(Arc::new(Mutex::new(body.to_vec())));
        let document = capture.document(&["Variables"]).expect("a document");
        let text = |lines: &[Text]| lines.iter().map(Text::as_str).collect::<Vec<_>>().join("\n");
        let (masked, clear) = (text(&document.json), text(&document.clear.as_ref().expect("something was masked").json));
        assert!(
            !masked.contains("hunter2") && masked.contains("PASSWORD") && masked.contains("\"f\"") && masked.matches(MASK).count() == 3
        );
        assert!(clear.contains("hunter2") && !text(&document.yaml).contains("hunter2"));
    }
}
