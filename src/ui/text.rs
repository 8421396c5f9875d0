//! Text measured in cells: how wide, how much of it fits, where its lines break.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use super::glyph;

/// Cells that `text` takes on the screen.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(cells).sum() }
}

/// Control characters are never drawn; ratatui leaves them out as well.
fn cells(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { usize::from(grapheme.cell_width()) }
}

/// `text` if it fits into `room` cells, otherwise as much as does, between characters, and `…`.
pub fn cut(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    match room {
        0 => Cow::Borrowed(""),
        _ => Cow::Owned(format!("{}{}", head(text, room - 1), glyph::CUT)),
    }
}

/// `text` if it fits into `room` cells, otherwise as many whole words as do, and `…`; a first word that is too long is cut.
pub(super) fn words(text: &str, room: usize) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    if room == 0 {
        return Cow::Borrowed("");
    }
    let start = head(text, room - 1);
    let ends = |c: char| c.is_whitespace() || ";,.:)".contains(c);
    let whole = if text[start.len()..].starts_with(ends) { Some(start.len()) } else { start.rfind(char::is_whitespace) };
    match whole.map(|end| start[..end].trim_end()).filter(|words| !words.is_empty()) {
        Some(words) => Cow::Owned(format!("{words}{}", glyph::CUT)),
        None => cut(text, room),
    }
}

/// As many whole characters from the start as fit into `room` cells.
pub(super) fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += cells(grapheme);
        if used > room {
            return &text[..at];
        }
    }
    text
}

/// As many whole characters from the end as fit into `room` cells.
pub(super) fn tail(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += cells(grapheme);
        if used > room {
            return &text[at + grapheme.len()..];
        }
    }
    text
}

/// `text` broken between words into lines of at most `room` cells; a longer word is broken where it must be.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        push(&mut lines, word, room.max(2));
    }
    lines
}

fn push(lines: &mut Vec<String>, word: &str, room: usize) {
    let used = lines.last().map_or(0, |line| width(line));
    match lines.last_mut() {
        Some(line) if used == 0 && width(word) <= room => line.push_str(word),
        Some(line) if used > 0 && used + 1 + width(word) <= room => {
            line.push(' ');
            line.push_str(word);
        }
        Some(_) if used > 0 => {
            lines.push(String::new());
            push(lines, word, room);
        }
        _ => broken(lines, word, room),
    }
}

/// A word that is longer than a line, on as many lines as it takes. A character that is wider than a line is left out with a sign.
fn broken(lines: &mut Vec<String>, word: &str, room: usize) {
    let mut rest = word;
    while width(rest) > room {
        let start = head(rest, room);
        let taken = if start.is_empty() { rest.graphemes(true).next().map_or(rest.len(), str::len) } else { start.len() };
        if let Some(line) = lines.last_mut() {
            line.push_str(if start.is_empty() { glyph::CUT } else { start });
        }
        lines.push(String::new());
        rest = &rest[taken..];
    }
    if let Some(line) = lines.last_mut() {
        line.push_str(rest);
    }
}

/// `3 rows`, `1 row`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number with its thousands apart: `12,345`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(cut("web-1a", 6), "web-1a");
        assert_eq!(cut("web-1a", 5), "web-…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("👩‍🚀 crew", 3), "👩‍🚀…");
        assert_eq!((cut("abc", 1), cut("abc", 0)), ("…".into(), "".into()));
    }

    #[test]
    fn sentences_are_cut_between_words() {
        assert_eq!([words("asked less often", 16), words("asked less often", 15)], ["asked less often", "asked less…"]);
        assert_eq!([words("asked less often", 11), words("asked less often", 10)], ["asked less…", "asked…"]);
        assert_eq!([words("incomprehensibilities", 8), words("a b", 0)], ["incompr…", ""]);
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("the data on it is lost", 10), ["the data", "on it is", "lost"]);
        assert_eq!(wrap("a incomprehensibilities", 8), ["a", "incompre", "hensibil", "ities"]);
        assert_eq!(wrap("", 8), [""]);
    }

    /// Signs that stand before a number make one character with it, as wide as all of them.
    #[test]
    fn a_character_that_is_wider_than_the_line_is_left_out() {
        let wide = "\u{600}\u{600}\u{600}\u{600}1";
        assert_eq!((wide.graphemes(true).count(), width(wide) > 2), (1, true));
        assert_eq!(wrap(&format!("{wide}ab"), 2), ["…", "ab"]);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([7, 412, 3_000, 1_234_567].map(grouped), ["7", "412", "3,000", "1,234,567"]);
        assert_eq!((count(1, "row"), count(0, "row")), ("1 row".into(), "0 rows".into()));
    }

    proptest! {
        #[test]
        fn nothing_is_ever_wider_than_its_room(text in any::<String>(), room in 0_usize..40) {
            prop_assert!(width(&cut(&text, room)) <= room);
            prop_assert!(width(&words(&text, room)) <= room);
            prop_assert!(width(head(&text, room)) <= room);
            prop_assert!(width(tail(&text, room)) <= room);
            prop_assert!(wrap(&text, room).iter().all(|line| width(line) <= room.max(2)));
        }
    }
}
