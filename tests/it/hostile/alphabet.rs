//! What may reach a terminal, told independently of what the program thinks: the few sequences of our own, and characters that can be seen.

use unicode_width::UnicodeWidthChar;

/// Sequences without numbers: synchronized update, cursor, screen, wrap, focus, paste, presses of the mouse, clearing, plain ink.
const FIXED: &[&str] = &[
    "\x1b[?2026h",
    "\x1b[?2026l",
    "\x1b[?25h",
    "\x1b[?25l",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[?7h",
    "\x1b[?7l",
    "\x1b[?1004h",
    "\x1b[?1004l",
    "\x1b[?2004h",
    "\x1b[?2004l",
    "\x1b[?1000h",
    "\x1b[?1000l",
    "\x1b[?1006h",
    "\x1b[?1006l",
    "\x1b[2J",
];
/// Marks on one character.
const MARKS: usize = 8;

/// What is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paper {
    /// A screen: our sequences, and no line breaks.
    Screen,
    /// Lines: line breaks, and no sequences.
    Lines,
}

/// The first thing in these bytes that must not be there.
pub(crate) fn stray(bytes: &[u8], paper: Paper) -> Option<String> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => return Some(format!("no UTF-8 at byte {}", error.valid_up_to())),
    };
    let mut rest = text;
    let mut marks = 0;
    while let Some(c) = rest.chars().next() {
        let length = match (c, paper) {
            ('\x1b', Paper::Screen) => sequence(rest),
            ('\n' | '\r', Paper::Lines) => Some(1),
            _ => visible(c, &mut marks).then(|| c.len_utf8()),
        };
        let Some(length) = length else { return Some(rest.chars().take(24).flat_map(char::escape_default).collect()) };
        rest = &rest[length..];
    }
    None
}

/// The length of one of our sequences.
fn sequence(text: &str) -> Option<usize> {
    if let Some(known) = FIXED.iter().find(|known| text.starts_with(**known)) {
        return Some(known.len());
    }
    if let Some(copy) = text.strip_prefix("\x1b]52;c;") {
        let length = copy.find('\x07')?;
        let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        return copy[..length].chars().all(base64).then_some("\x1b]52;c;".len() + length + 1);
    }
    let numbers = text.strip_prefix("\x1b[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    matches!(numbers[end..].chars().next()?, 'm' | 'H' | 'C').then_some("\x1b[".len() + end + 1)
}

/// A character with a place of its own, or one of few marks; nothing that turns text round (Unicode TR 36).
fn visible(c: char, marks: &mut usize) -> bool {
    let turns = matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let joins = matches!(c, '\u{AD}' | '\u{34F}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}');
    *marks = if c.width() == Some(0) { *marks + 1 } else { 0 };
    !(c.is_control() || turns || joins) && *marks <= MARKS
}

#[test]
fn our_own_letters_are_known_and_no_others() {
    let ours = "\x1b[?2026h\x1b[3;12H\x1b[0;1;38;2;1;2;3mweb-1a é 日本\x1b[m\x1b[C\x1b[12C\x1b[2J\x1b]52;c;Zm9v\x07\x1b[?25h\x1b[?2026l";
    assert_eq!(stray(ours.as_bytes(), Paper::Screen), None);
    assert_eq!(stray("NAME  é\r\nweb\n".as_bytes(), Paper::Lines), None);
    for strange in [
        "\x1b[?1003h",
        "\x1b]0;owned\x07",
        "\x1b]52;c;?\x07",
        "\x1b[6n",
        "\x1bc",
        "\x1b[1A",
        "\u{9b}2J",
        "a\nb",
        "\u{7f}",
        "\u{202e}",
        "a\u{200b}",
        "\u{ad}",
        "\0",
        "\x1b",
        "\x1b[",
    ] {
        assert!(stray(strange.as_bytes(), Paper::Screen).is_some(), "{strange:?}");
    }
    assert!(stray(&format!("e{}", "\u{301}".repeat(9)).into_bytes(), Paper::Screen).is_some());
    assert!(stray(b"\xff", Paper::Screen).is_some() && stray(b"\x1b[m", Paper::Lines).is_some());
}
