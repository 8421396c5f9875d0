//! Answers as somebody writes them who means harm: the same facts, and behind every free text something that a terminal obeys, that
//! hides, that reorders or that overflows.

use std::borrow::Cow;

use aws_smithy_types::base64;
use bytes::Bytes;
use serde_json::Value;

use super::{Out, Refusal, Reply};

/// Where the harm begins. What comes back in a question is cut there, so that a name that was adorned still finds its thing.
pub(super) const SEAM: char = '¦';
/// As many bytes as the seam has in UTF-8, and no UTF-8: lengths that were written before stay true.
const BROKEN: [u8; 2] = [0xff, 0xc3];
/// How often a part of a long one is repeated.
const OFTEN: usize = 1_024;

/// What a terminal would obey, could not show, or would show in another order (Unicode TR 36; ECMA-48).
const NASTY: &[&str] = &[
    "\u{1b}[31;5mred\u{1b}[2J\u{1b}[1;1H\u{1b}[?1049l",
    "\u{1b}]0;owned\u{7}\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJmIC8=\u{7}",
    "\u{1b}P+q544e\u{1b}\\\u{1b}_x\u{1b}\\\u{1b}^y\u{1b}\\\u{1b}Xz\u{1b}\\\u{1b}c",
    "\u{9b}2J\u{9d}0;owned\u{9c}\u{90}x\u{9c}\u{85}\u{84}",
    "\u{202e}gpj.exe\u{202c}\u{2066}x\u{2069}\u{200f}\u{61c}",
    "a\u{200b}b\u{200d}c\u{feff}d\u{ad}e\u{2060}f\u{180e}g\u{fe0f}h\u{e0041}i\u{34f}j\u{3164}k\u{fff9}",
    "日本語のサーバー👩‍👩‍👧‍👦🇩🇪ﷺ",
    "\r\n\t\u{8}\u{8}\u{b}\u{c}\u{7f}\u{5}\u{e}two\u{2028}three\u{2029}four",
    "\u{202e}\u{1b}[8mhidden\u{1b}]2;owned\u{1b}\\",
];
/// Repeated until it is long.
const LONG: [&str; 2] = ["0123456789", "e\u{301}\u{35f}\u{489}"];

/// Fields that hold what somebody has written, or what AWS says in words: names, reasons, descriptions, commands.
const FREE: &[&str] = &[
    "alarmdescription",
    "alarmname",
    "autoscalinggroupname",
    "cause",
    "command",
    "computeenvironmentname",
    "containername",
    "description",
    "details",
    "dockerversion",
    "functionname",
    "groupname",
    "handler",
    "image",
    "jobdefinitionname",
    "jobname",
    "jobqueuename",
    "keyname",
    "label",
    "lastupdatestatusreason",
    "logstreamname",
    "message",
    "platformdetails",
    "reason",
    "recommendation",
    "rolloutstatereason",
    "startedby",
    "statereason",
    "statetransitionreason",
    "statusmessage",
    "statusreason",
    "stoppedreason",
    "suspensionreason",
];

/// A text with one of the nasty things behind it, the same for the same text; every tenth is 10 KB long.
pub(super) fn adorned(text: &str) -> String {
    let sum: usize = text.bytes().map(usize::from).sum();
    let nasty = match sum % (NASTY.len() + LONG.len()) {
        long @ 0..2 => Cow::Owned(LONG[long].repeat(OFTEN)),
        other => Cow::Borrowed(NASTY[other - LONG.len()]),
    };
    format!("{text}{SEAM}{nasty}")
}

/// An answer with every free text adorned, and every tag.
pub(super) fn answer(out: Out) -> Out {
    match out {
        Out::List(list) => Out::List(list.into_iter().map(answer).collect()),
        Out::Map(parts) if tag(&parts) => Out::Map(parts.into_iter().map(|(name, part)| (name, tagged(name, part))).collect()),
        Out::Map(parts) => Out::Map(parts.into_iter().map(|(name, part)| (name, field(name, part))).collect()),
        Out::Dictionary(parts) => Out::Dictionary(parts.into_iter().map(entry).collect()),
        Out::Json(value) => json(*value, "").into(),
        plain => plain,
    }
}

fn free(name: &str) -> bool {
    FREE.contains(&name.to_ascii_lowercase().as_str())
}

/// Words in capitals are codes, by which a program decides.
fn code(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn field(name: &str, part: Out) -> Out {
    match part {
        Out::Text(text) if free(name) && !code(&text) => adorned(&text).into(),
        Out::List(list) if free(name) => Out::List(list.into_iter().map(|one| field(name, one)).collect()),
        other => answer(other),
    }
}

fn tag(parts: &[(&'static str, Out)]) -> bool {
    matches!(parts, [("key" | "Key", Out::Text(_)), ("value" | "Value", Out::Text(_))])
}

/// The tag `Name` is known by its key.
fn tagged(name: &str, part: Out) -> Out {
    match part {
        Out::Text(text) if text != "Name" || name.eq_ignore_ascii_case("value") => adorned(&text).into(),
        other => other,
    }
}

fn entry((name, part): (String, Out)) -> (String, Out) {
    match part {
        Out::Text(text) => (adorned(&name), adorned(&text).into()),
        other => (name, answer(other)),
    }
}

fn json(value: Value, name: &str) -> Value {
    match value {
        Value::String(text) if free(name) && !code(&text) => adorned(&text).into(),
        Value::Array(list) => list.into_iter().map(|one| json(one, name)).collect(),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name.clone(), json(value, &name))).collect()),
        plain => plain,
    }
}

/// A refusal with its message adorned.
pub(super) fn refusal(mut refusal: Refusal) -> Refusal {
    refusal.message = adorned(&refusal.message);
    refusal
}

/// A payload that is half JSON and half something else; of headers the words, and the log.
pub(super) fn payload(mut reply: Reply) -> Reply {
    let nasty: Vec<u8> = NASTY.iter().flat_map(|nasty| [nasty.as_bytes(), b"\n", &BROKEN].concat()).collect();
    if reply.status == 200 {
        reply.body = Bytes::from([&reply.body, b"\n".as_slice(), &nasty].concat());
    }
    for (name, value) in &mut reply.headers {
        match *name {
            "x-amz-log-result" => *value = base64::encode([base64::decode(value.as_str()).unwrap_or_default(), nasty.clone()].concat()),
            "x-amz-function-error" | "x-amz-executed-version" => value.push_str("\u{9b}2J\u{202e}\u{200b}"),
            _ => {}
        }
    }
    reply
}

/// Headers take no control characters of ASCII; they take these.
pub(super) fn headers(mut reply: Reply) -> Reply {
    for (_, value) in reply.headers.iter_mut().filter(|(name, _)| *name == "x-amzn-requestid") {
        value.push_str("\u{9b}2J\u{202e}\u{200b}");
    }
    reply
}

/// An answer whose adorned texts are no UTF-8.
pub(super) fn broken(mut reply: Reply) -> Reply {
    let mut seam = [0; 4];
    let seam = SEAM.encode_utf8(&mut seam).as_bytes();
    let mut body = reply.body.to_vec();
    for at in 0..body.len().saturating_sub(1) {
        if &body[at..at + BROKEN.len()] == seam {
            body[at..at + BROKEN.len()].copy_from_slice(&BROKEN);
        }
    }
    reply.body = body.into();
    reply
}

/// An input without what was added to its texts.
pub(super) fn cut(input: &Value) -> Value {
    match input {
        Value::String(text) => text.split(SEAM).next().unwrap_or_default().into(),
        Value::Array(list) => list.iter().map(cut).collect(),
        Value::Object(fields) => Value::Object(fields.iter().map(|(name, value)| (name.clone(), cut(value))).collect()),
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_adorned_and_codes_are_not() {
        let out = Out::Map(vec![
            ("reason", "Scaling activity".into()),
            ("code", "x".into()),
            ("Reason", "MISSING".into()),
            ("tags", Out::List(vec![Out::Map(vec![("key", "Name".into()), ("value", "web".into())])])),
        ]);
        let Out::Map(parts) = answer(out) else { panic!("a map") };
        assert_eq!(parts[0].1, adorned("Scaling activity").into());
        assert_eq!((&parts[1].1, &parts[2].1), (&"x".into(), &"MISSING".into()));
        let tags = Out::List(vec![Out::Map(vec![("key", "Name".into()), ("value", adorned("web").into())])]);
        assert_eq!(parts[3].1, tags);
    }

    #[test]
    fn a_question_about_an_adorned_name_is_about_the_name() {
        assert_eq!(cut(&json!({"Names": [adorned("web"), "plain"], "n": 1})), json!({"Names": ["web", "plain"], "n": 1}));
    }

    #[test]
    fn every_nasty_thing_is_met() {
        let all: Vec<String> = (0_u8..=255).map(|number| adorned(&char::from(number).to_string())).collect();
        assert!(NASTY.iter().all(|nasty| all.iter().any(|text| text.ends_with(nasty))));
        assert!(all.iter().any(|text| text.len() > 10_000));
    }

    #[test]
    fn a_broken_text_is_as_long_as_it_was_and_no_utf_8() {
        let reply = Reply::plain(200, &adorned("web"));
        let broken = broken(reply.clone());
        assert_eq!(broken.body.len(), reply.body.len());
        assert!(std::str::from_utf8(&reply.body).is_ok() && std::str::from_utf8(&broken.body).is_err());
    }
}
