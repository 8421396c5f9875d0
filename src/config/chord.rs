//! A key press as people write it: `j`, `Ctrl-f`, `PageDown`.

use std::{fmt, str::FromStr};

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character as typed; capitals are characters of their own.
    Char(char),
    /// A function key.
    F(u8),
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor left.
    Left,
    /// Cursor right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
}

/// What is held down with a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Modifiers {
    /// Control.
    pub ctrl: bool,
    /// Alt, or Meta.
    pub alt: bool,
    /// Shift; never set with a character, whose capital says it already.
    pub shift: bool,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// What is held down with it.
    pub held: Modifiers,
}

const NAMES: &[(Key, &str, &str)] = &[
    (Key::Up, "Up", "↑"),
    (Key::Down, "Down", "↓"),
    (Key::Left, "Left", "←"),
    (Key::Right, "Right", "→"),
    (Key::Home, "Home", "Home"),
    (Key::End, "End", "End"),
    (Key::PageUp, "PageUp", "PgUp"),
    (Key::PageDown, "PageDown", "PgDn"),
    (Key::Enter, "Enter", "⏎"),
    (Key::Esc, "Esc", "Esc"),
    (Key::Tab, "Tab", "Tab"),
    (Key::BackTab, "BackTab", "Shift-Tab"),
    (Key::Char(' '), "Space", "Space"),
    (Key::Backspace, "Backspace", "Backspace"),
    (Key::Delete, "Delete", "Del"),
    (Key::Insert, "Insert", "Ins"),
];

/// The chords that reach us as another key: a terminal sends the same byte for both.
const TWINS: &[(char, Key)] = &[('i', Key::Tab), ('m', Key::Enter), ('[', Key::Esc)];

impl Chord {
    /// The key in its one form: shift is part of a character, control makes its letter small.
    pub fn new(key: Key, held: Modifiers) -> Self {
        let key = match (key, held) {
            // What a terminal sends with control held is the same for both.
            (Key::Char('4'), Modifiers { ctrl: true, .. }) => Key::Char('\\'),
            (Key::Char(c), Modifiers { ctrl: true, .. }) => Key::Char(c.to_ascii_lowercase()),
            (Key::Char(c), Modifiers { shift: true, .. }) => Key::Char(c.to_ascii_uppercase()),
            (Key::Tab, Modifiers { shift: true, .. }) => Key::BackTab,
            (key, _) => key,
        };
        let shift = held.shift && !matches!(key, Key::Char(_) | Key::BackTab);
        Self { key, held: Modifiers { shift, ..held } }
    }

    /// The key alone.
    pub fn plain(key: Key) -> Self {
        Self::new(key, Modifiers::default())
    }

    /// The character it types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.key {
            Key::Char(c) if !self.held.ctrl && !self.held.alt => Some(c),
            _ => None,
        }
    }

    /// As help and footer show it: `⏎`, `Ctrl-f`, `PgDn`.
    pub fn glyph(self) -> String {
        self.spelled(|(_, _, glyph)| glyph)
    }

    fn spelled(self, pick: fn(&(Key, &'static str, &'static str)) -> &'static str) -> String {
        let Modifiers { ctrl, alt, shift } = self.held;
        let held = [(ctrl, "Ctrl-"), (alt, "Alt-"), (shift, "Shift-")];
        let held: String = held.iter().filter(|(held, _)| *held).map(|(_, name)| *name).collect();
        match (NAMES.iter().find(|entry| entry.0 == self.key), self.key) {
            (Some(entry), _) => format!("{held}{}", pick(entry)),
            (None, Key::Char(c)) => format!("{held}{c}"),
            (None, Key::F(number)) => format!("{held}F{number}"),
            (None, _) => held,
        }
    }
}

impl fmt::Display for Chord {
    /// As configuration spells it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.spelled(|(_, name, _)| name))
    }
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (held, rest) = modifiers(text);
        let key = key(rest).ok_or_else(|| format!("`{text}` is no key; keys look like j, G, Ctrl-f, PageDown or F1"))?;
        let chord = Self::new(key, held);
        match TWINS.iter().find(|(c, _)| chord.held.ctrl && chord.key == Key::Char(*c)) {
            Some((_, twin)) => Err(format!("`{text}` and {} are the same to a terminal; name that one", Self::plain(*twin))),
            None => Ok(chord),
        }
    }
}

fn modifiers(text: &str) -> (Modifiers, &str) {
    let mut held = Modifiers::default();
    let mut rest = text;
    while let Some((word, tail)) = rest.split_once('-').filter(|(_, tail)| !tail.is_empty()) {
        match word.to_ascii_lowercase().as_str() {
            "ctrl" | "control" | "c" => held.ctrl = true,
            "alt" | "meta" => held.alt = true,
            "shift" => held.shift = true,
            _ => break,
        }
        rest = tail;
    }
    (held, rest)
}

fn key(word: &str) -> Option<Key> {
    let mut characters = word.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return (!only.is_control()).then_some(Key::Char(only));
    }
    if let Some(number) = word.strip_prefix(['F', 'f']).and_then(|digits| digits.parse().ok()) {
        return (1..=24).contains(&number).then_some(Key::F(number));
    }
    NAMES.iter().find(|(_, name, _)| name.eq_ignore_ascii_case(word)).map(|(key, _, _)| *key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read_back() {
        for text in [
            "j",
            "G",
            "?",
            "-",
            "Ctrl-f",
            "Ctrl--",
            "Ctrl-\\",
            "Ctrl-Space",
            "Alt-x",
            "Ctrl-Alt-Up",
            "Shift-F3",
            "Space",
            "BackTab",
            "PageDown",
            "F12",
            "é",
        ] {
            assert_eq!(text.parse::<Chord>().map(|chord| chord.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn one_key_has_one_form() {
        let same = [
            ("Shift-a", "A"),
            ("shift-tab", "BackTab"),
            ("ctrl-F", "Ctrl-f"),
            ("Ctrl-4", "Ctrl-\\"),
            ("C-f", "Ctrl-f"),
            ("enter", "Enter"),
            (" ", "Space"),
        ];
        for (written, canonical) in same {
            assert_eq!(written.parse::<Chord>(), canonical.parse());
        }
    }

    #[test]
    fn what_is_no_key_is_said_in_one_line() {
        for text in ["", "gg", "Ctrl-", "Hyper-x", "F99"] {
            assert!(text.parse::<Chord>().is_err_and(|complaint| complaint.contains("is no key")), "{text}");
        }
        assert!("Ctrl-i".parse::<Chord>().is_err_and(|complaint| complaint.contains("Tab")));
    }
}
