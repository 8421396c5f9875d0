//! JSON as it is printed: what a terminal would obey or not show is written by its number, and reads back as what it was.

use serde_json::Value;

use crate::model::text::printable;

/// On one line.
pub(super) fn line(value: &Value) -> String {
    numbered(value.to_string())
}

/// Over many lines, for people.
pub(super) fn pretty(value: &Value) -> String {
    // A value has nothing that JSON cannot say.
    numbered(serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()))
}

/// Only strings have such characters, and there every character may go by number (RFC 8259, 7).
fn numbered(text: String) -> String {
    let plain = |c: char| printable(c) || c == '\n';
    if text.chars().all(plain) {
        return text;
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if plain(c) {
            safe.push(c);
        } else {
            safe.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_printed_is_harmless_and_reads_back_as_it_was() {
        let value = json!({"a\u{202e}b": ["\u{1b}[2J\u{9b}2J\u{7f}", "\u{e0041}\u{200b}\n", "日本 é"], "n": 1});
        for text in [line(&value), pretty(&value)] {
            assert!(text.chars().all(|c| printable(c) || c == '\n'), "{text}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        }
        assert!(line(&value).contains("\\udb40\\udc41") && line(&value).contains("日本 é"));
    }
}
