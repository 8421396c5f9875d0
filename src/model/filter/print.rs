//! A filter as it would be typed: reading it again gives the same filter.

use std::fmt;

use super::{Filter, Pattern, Term, Test, quoted, read::named, word::Way};

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            term.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (not, name) = (if self.wanted { "" } else { "!" }, named(&self.name));
        match &self.test {
            Test::Word(word) if word.way == Way::Literal => write!(f, "{not}\"{}\"", word.text),
            Test::Word(word) => write!(f, "{not}{}", word.text),
            Test::Like(_, patterns) => write!(f, "{not}{name}:{}", list(patterns)),
            Test::Compare(_, sign, number) => write!(f, "{not}{name}{}{number}", sign.word()),
            Test::Among(ids) => write!(f, "{not}{name}:{}", ids.iter().map(|id| quoted(id.as_str())).collect::<Vec<_>>().join(",")),
            Test::Tag(key, None) => write!(f, "{not}tag:{}", quoted(key)),
            Test::Tag(key, Some(patterns)) => write!(f, "{not}tag:{}={}", quoted(key), list(patterns)),
        }
    }
}

fn list(patterns: &[Pattern]) -> String {
    patterns.iter().map(|pattern| quoted(pattern)).collect::<Vec<_>>().join(",")
}
