//! A word without a column: found as it stands in anything a person may have in mind, or with letters left out in a name.

use memchr::memchr2_iter;

use super::Subject;
use crate::model::cell::Cell;

/// Letters of a name that may be left out between two letters of a word.
const LEFT_OUT: usize = 2;

/// Characters of a name that are looked at for a word with letters left out: one bit each.
const LOOKED_AT: usize = u128::BITS as usize;

/// A word, and how it is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// In small letters.
    pub(super) text: String,
    pub(super) way: Way,
}

/// How a word is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// As it stands, or with letters left out in the name.
    Loose,
    /// As it stands: it was in quotes.
    Literal,
}

impl Word {
    pub(super) fn new(text: &str, way: Way) -> Self {
        Self { text: text.to_lowercase(), way }
    }

    pub(super) fn take_literally(&mut self) {
        self.way = Way::Literal;
    }

    /// True when whatever has this word has the other one too.
    pub(super) fn implies(&self, wide: &Self) -> bool {
        match self.way {
            Way::Loose => wide.way == Way::Loose && self.text.starts_with(&wide.text),
            Way::Literal => self.text.contains(&wide.text),
        }
    }

    /// True when it is in the id, the name, the words of a column, the place or the value of a tag.
    pub(super) fn is_in(&self, subject: &Subject<'_>) -> bool {
        let row = subject.row;
        let cells = row.cells.known().filter_map(|cell| match cell {
            Cell::Text(text) | Cell::State(_, text) => Some(text.as_str()),
            _ => None,
        });
        let place = subject.place;
        let tags = row.tags.iter().map(|(_, value)| value.as_str());
        let named = [row.name.as_str(), row.id.as_str(), place.profile, place.account, place.region];
        named.into_iter().chain(cells).chain(tags).any(|text| contains(text, &self.text))
            || (self.way == Way::Loose && loosely(row.name.as_str(), &self.text))
    }
}

/// Case-insensitive search without an allocation for the ASCII text that AWS mostly sends.
fn contains(text: &str, word: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(word);
    }
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some((first, rest)) = word.split_first() else { return true };
    memchr2_iter(*first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at + 1..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(rest)))
}

/// True when the letters of the word stand in the name in their order: the first begins a part of the name (`web-1a` has two), each of
/// the others begins a part too, or comes after at most [`LEFT_OUT`] letters that were left out. So `wb1a` finds `web-1a`, and letters
/// that are strewn over a long name find nothing.
pub fn loosely(name: &str, word: &str) -> bool {
    if name.is_ascii() && word.is_ascii() {
        let name = &name.as_bytes()[..name.len().min(LOOKED_AT)];
        return strewn(name, word.as_bytes(), u8::eq_ignore_ascii_case, byte_parts(name));
    }
    let name: Vec<char> = name.to_lowercase().chars().take(LOOKED_AT).collect();
    let word: Vec<char> = word.chars().collect();
    let parts = (0..name.len()).filter(|at| name[*at].is_alphanumeric() && (*at == 0 || !name[*at - 1].is_alphanumeric()));
    strewn(&name, &word, |a, b| a == b, parts.fold(0, |bits, at| bits | 1 << at))
}

/// Where parts of a name begin: after whatever is no letter or digit, and at the capitals of `camelCase`.
fn byte_parts(name: &[u8]) -> u128 {
    let begins = |at: &usize| {
        let (here, before) = (name[*at], at.checked_sub(1).map(|before| name[before]));
        let fresh = before.is_none_or(|before| !before.is_ascii_alphanumeric());
        let capital = here.is_ascii_uppercase() && before.is_some_and(|before| before.is_ascii_lowercase());
        here.is_ascii_alphanumeric() && (fresh || capital)
    };
    (0..name.len()).filter(begins).fold(0, |bits, at| bits | 1 << at)
}

/// Every place where the letters so far may have ended is a bit, so that no choice has to be taken back.
fn strewn<T>(name: &[T], word: &[T], same: fn(&T, &T) -> bool, parts: u128) -> bool {
    let places = |letter: &T| name.iter().enumerate().filter(|(_, c)| same(c, letter)).fold(0_u128, |bits, (at, _)| bits | 1 << at);
    let Some((first, rest)) = word.split_first() else { return true };
    let mut ends = places(first) & parts;
    for letter in rest {
        if ends == 0 {
            return false;
        }
        let near = (1..=LEFT_OUT + 1).fold(0, |bits, skipped| bits | ends << skipped);
        let later = (u128::MAX << ends.trailing_zeros()) << 1;
        ends = places(letter) & (near | parts & later);
    }
    ends != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_may_be_left_out_of_a_name_but_not_strewn_over_it() {
        for (name, word) in [
            ("web-1a", "wb1a"),
            ("payments-checkout", "paychk"),
            ("payments-checkout", "pc"),
            ("orderIngest", "oi"),
            ("Web-1A", "w1a"),
            ("über-web", "üw"),
            ("web-1a", ""),
        ] {
            assert!(loosely(name, word), "{word} in {name}");
        }
        for (name, word) in [
            ("web-1a", "eb"),
            ("web-1a", "wba1"),
            ("web-1a", "web-1ab"),
            ("internationalisation", "in18n"),
            ("a-reports", "as"),
            ("worker-1b", "web"),
            ("", "a"),
        ] {
            assert!(!loosely(name, word), "{word} in {name}");
        }
    }

    proptest! {
        #[test]
        fn a_longer_word_is_never_in_more_names(name in "[abAB-]{0,20}", word in "[ab-]{1,6}") {
            let shorter = &word[..word.len() - 1];
            prop_assert!(!loosely(&name, &word) || loosely(&name, shorter));
        }

        #[test]
        fn names_of_any_sort_and_length_are_looked_at(name in any::<String>(), long in "[a-z-]{120,300}", word in "\\PC{0,9}") {
            let word = word.to_lowercase();
            loosely(&name, &word);
            loosely(&long, &word);
            prop_assert!(loosely(&long, &long[..1]) || long.starts_with('-'));
        }
    }
}
