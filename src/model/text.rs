//! Text from outside, made safe at the edge where it enters.

use std::{
    borrow::{Borrow, Cow},
    collections::HashSet,
    fmt,
};

use arcstr::ArcStr;
use unicode_width::UnicodeWidthChar;

/// Marks that may stand on one character. Vietnamese needs two and Thai three; what is more draws over the neighbouring lines.
const MARKS: usize = 4;

/// What a character that cannot be shown is written between in an exact text.
const OPEN: char = '⟨';
const CLOSE: char = '⟩';

/// A shared string that a terminal can print: no control or escape characters, nothing that reorders text, nothing that cannot be seen,
/// and no towers of marks.
///
/// One machine word, cheap to clone. Every name, tag, log line and error that comes from outside is held as this type.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(ArcStr);

impl Text {
    /// Takes text from anywhere; line breaks and tabs become spaces, whatever else could steer a terminal, or deceive who reads it, is dropped.
    pub fn new(raw: &str) -> Self {
        let plain = |byte: u8| (b' '..0x7f).contains(&byte);
        if raw.bytes().all(plain) {
            return Self(ArcStr::from(raw));
        }
        // A mark without a character of its own would stand on whatever is drawn before it.
        let mut marks = MARKS;
        let clean: String = raw.chars().filter_map(|c| fate(c).apply(c)).filter(|c| bearable(*c, &mut marks)).collect();
        Self(ArcStr::from(clean))
    }

    /// Takes an identity from anywhere. What [`Self::new`] would drop or change is written as its number, `⟨200B⟩`, so that two things whose
    /// names differ only in that stay two, and everybody sees why.
    pub fn exact(raw: &str) -> Self {
        let (mut marks, mut exact) = (MARKS, String::with_capacity(raw.len()));
        for c in raw.chars() {
            if c != OPEN && printable(c) && bearable(c, &mut marks) {
                exact.push(c);
            } else {
                exact.extend(format!("{OPEN}{:X}{CLOSE}", u32::from(c)).chars());
                marks = 0;
            }
        }
        Self(ArcStr::from(exact))
    }

    /// What an exact text was made of: what calls name a thing by.
    pub fn original(&self) -> Cow<'_, str> {
        let Some((start, rest)) = self.0.split_once(OPEN) else { return Cow::Borrowed(&self.0) };
        let mut whole = start.to_owned();
        for part in rest.split(OPEN) {
            let number = part.split_once(CLOSE).and_then(|(number, rest)| Some((u32::from_str_radix(number, 16).ok()?, rest)));
            match number.and_then(|(number, rest)| Some((char::from_u32(number)?, rest))) {
                Some((c, rest)) => whole.extend([String::from(c).as_str(), rest]),
                None => whole.extend([String::from(OPEN).as_str(), part]),
            }
        }
        Cow::Owned(whole)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when nobody else holds the same allocation.
    pub(super) fn alone(&self) -> bool {
        ArcStr::strong_count(&self.0) == Some(1)
    }

    /// The same text in an allocation of its own.
    pub(super) fn anew(&self) -> Self {
        Self(ArcStr::from(self.as_str()))
    }

    /// The same text in the allocation of a former one, or in one of its own.
    pub(super) fn renewed(&self, former: Option<&Self>) -> Self {
        former.filter(|former| *former == self).cloned().unwrap_or_else(|| self.anew())
    }
}

#[derive(PartialEq)]
enum Fate {
    Keep,
    Space,
    Drop,
}

impl Fate {
    fn apply(self, c: char) -> Option<char> {
        match self {
            Self::Keep => Some(c),
            Self::Space => Some(' '),
            Self::Drop => None,
        }
    }
}

/// Line and paragraph separators count as breaks; what reorders or cannot be seen is dropped (Unicode TR 36, and the property
/// `Default_Ignorable_Code_Point` of UAX 44; joiners of emoji with it, for no two terminals agree how wide the joined ones are).
fn fate(c: char) -> Fate {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Fate::Space,
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}'
        | '\u{FFFE}'..='\u{FFFF}'
        | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}' => Fate::Drop,
        _ if c.is_control() => Fate::Drop,
        _ => Fate::Keep,
    }
}

/// False for a mark too many. `marks` is how many the character before has, as many as it may have where there is none.
fn bearable(c: char, marks: &mut usize) -> bool {
    *marks = match c.width() {
        Some(0) => *marks + 1,
        _ if c == ' ' => MARKS,
        _ => 0,
    };
    *marks <= MARKS
}

/// True for a character that a terminal may be given: a [`Text`] has no others.
pub fn printable(c: char) -> bool {
    fate(c) == Fate::Keep
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::new(&raw)
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Shares one allocation between equal texts: a fleet repeats its types, zones, subnets and tag keys by the thousand.
#[derive(Debug, Default)]
pub struct Interner(HashSet<Text>);

impl Interner {
    /// The shared text equal to `raw` made safe.
    pub fn text(&mut self, raw: &str) -> Text {
        if let Some(known) = self.0.get(raw) {
            return known.clone();
        }
        let text = Text::new(raw);
        self.0.insert(text.clone());
        text
    }

    /// The shared text equal to this one, in an allocation that is not this one's.
    pub(super) fn share(&mut self, text: &Text) -> Text {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let fresh = text.anew();
        self.0.insert(fresh.clone());
        fresh
    }

    /// The shared text equal to `raw` as an identity.
    pub fn exact(&mut self, raw: &str) -> Text {
        let text = Text::exact(raw);
        if let Some(known) = self.0.get(&text) {
            return known.clone();
        }
        self.0.insert(text.clone());
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escape_sequences_lose_their_teeth() {
        assert_eq!(Text::new("a\u{1b}[31mred\u{7}").as_str(), "a[31mred");
        assert_eq!(Text::new("c1\u{9b}2J").as_str(), "c12J");
        assert_eq!(Text::new("evil\u{202e}txt.exe").as_str(), "eviltxt.exe");
        assert_eq!(Text::new("two\nlines\tand\rmore").as_str(), "two lines and more");
    }

    #[test]
    fn ordinary_text_of_any_script_is_untouched() {
        for text in ["web-1a", "données", "日本語", "עברית", "Việt", "กำลังเริ่ม", "🚀 crew"] {
            assert_eq!(Text::new(text).as_str(), text);
        }
    }

    #[test]
    fn equal_texts_share_one_allocation() {
        let mut interner = Interner::default();
        let (first, second) = (interner.text("m6i.large"), interner.text("m6i.large"));
        assert!(ArcStr::ptr_eq(&first.0, &second.0));
    }

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        assert_eq!(Text::new("pro\u{200b}d\u{ad}\u{3164}\u{fe0f}\u{e0041}\u{200d}").as_str(), "prod");
    }

    #[test]
    fn marks_stand_on_a_character_and_few_of_them() {
        assert_eq!(Text::new(&format!("e{}x", "\u{301}".repeat(5_000))).as_str(), format!("e{}x", "\u{301}".repeat(MARKS)));
        assert_eq!(Text::new("\u{301}a \u{489}b").as_str(), "a b");
    }

    #[test]
    fn identities_that_look_alike_stay_apart() {
        assert_eq!(Text::exact("web\u{200b}-asg").as_str(), "web⟨200B⟩-asg");
        assert_eq!(Text::exact("web asg\t⟨1⟩").as_str(), "web asg⟨9⟩⟨27E8⟩1⟩");
        assert_eq!(Text::exact("web-asg").original(), "web-asg");
        let mut interner = Interner::default();
        let both = [interner.exact("a\u{200b}"), interner.exact("a⟨200B⟩")];
        assert_ne!(both[0], both[1]);
    }

    proptest! {
        #[test]
        fn an_exact_text_can_be_shown_and_gives_back_what_it_was_made_of(raw in "[a⟨⟩0-9B\u{200b}\u{301}\u{1b}\n ]{0,20}|.{0,20}") {
            let text = Text::exact(&raw);
            prop_assert_eq!(text.original(), raw);
            prop_assert_eq!(&Text::new(text.as_str()), &text);
        }

        #[test]
        fn nothing_that_steers_a_terminal_survives(raw in any::<String>()) {
            let text = Text::new(&raw);
            prop_assert!(text.as_str().chars().all(|c| !c.is_control() && printable(c)));
            prop_assert_eq!(&Text::new(text.as_str()), &text);
        }
    }
}
