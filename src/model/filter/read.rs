//! Reading: a line is cut into pieces at its spaces, quotes hold together, and each piece is a term.

use std::ops::Range;

use super::{
    Compared, Field, Sign, Term, Test,
    word::{Way, Word},
};
use crate::model::series::Unit;

/// Characters that mean something in a piece.
const SIGNS: [char; 4] = [':', '=', '<', '>'];

/// What is wrong with a line, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The bytes of the piece.
    pub at: Range<usize>,
    /// Whether it is wrong, or only not written to its end.
    pub sort: Sort,
    /// What would be right, in words.
    pub reason: String,
}

/// Whether something is wrong, or only not written to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Nothing that is added makes it right.
    Wrong,
    /// The value has still to come.
    Unfinished,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

/// A part of a line without spaces outside of quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes.
    pub at: Range<usize>,
    letters: Vec<Letter>,
}

/// A character that is not a quote, where it stands, and whether quotes are around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    c: char,
    at: usize,
    quoted: bool,
}

/// What a piece says, as far as it is written.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// A word, or the beginning of a name; where it begins.
    Word(String, usize),
    /// The key of a tag, up to the end of the piece; where it begins.
    TagKey(String, usize),
    /// The name that it is about, `tag:team` for a tag, and the last of its values; where that begins.
    Value(String, String, usize),
}

/// The piece that goes on until this byte of a line, if one does.
pub fn under(text: &str, cursor: usize) -> Option<Piece> {
    pieces(&text[..cursor]).pop().filter(|piece| piece.at.end == cursor)
}

/// Cuts a line into its pieces. A quote that is not closed goes on to the end.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let (mut pieces, mut piece, mut quoted) = (Vec::new(), None::<Piece>, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && !quoted {
            pieces.extend(piece.take());
            continue;
        }
        let piece = piece.get_or_insert_with(|| Piece { at: at..at, letters: Vec::new() });
        piece.at.end = at + c.len_utf8();
        match c {
            '"' => quoted = !quoted,
            c => piece.letters.push(Letter { c, at, quoted }),
        }
    }
    pieces.extend(piece);
    pieces
}

/// A value as it must be typed, so that it is one value.
pub fn quoted(value: &str) -> String {
    let special = |c: char| c.is_whitespace() || c == ',' || c == '=';
    if value.is_empty() || value.contains(special) { format!("\"{value}\"") } else { value.to_owned() }
}

/// The name of a column as it must be typed.
pub(super) fn named(name: &str) -> String {
    let special = |c: char| c.is_whitespace() || SIGNS.contains(&c);
    if name.starts_with('!') || name.contains(special) { format!("\"{name}\"") } else { name.to_owned() }
}

impl Piece {
    /// Its letters without a `!` in front, and whether there was one.
    fn body(&self) -> (bool, &[Letter]) {
        match self.letters.split_first() {
            Some((first, rest)) if first.c == '!' && !first.quoted && !rest.is_empty() => (false, rest),
            _ => (true, &self.letters),
        }
    }

    /// What it says, for whoever completes it.
    pub fn said(&self) -> Said {
        let (_, body) = self.body();
        let at = |letters: &[Letter]| letters.first().map_or(self.at.end, |letter| letter.at);
        let Some((name, sign, value)) = split(body) else { return Said::Word(words(body), at(body)) };
        if name != "tag" {
            let last = last(value);
            return Said::Value(name, words(last), at(last));
        }
        match value.iter().position(|letter| letter.c == '=' && !letter.quoted).filter(|_| sign == Asked::Like) {
            None => Said::TagKey(words(value), at(value)),
            Some(cut) => {
                let last = last(&value[cut + 1..]);
                Said::Value(format!("tag:{}", words(&value[..cut])), words(last), at(last))
            }
        }
    }

    /// True when no quote is behind its last letter: after the sign that is a value which has still to come, and not an empty one.
    fn open(&self) -> bool {
        self.letters.last().is_some_and(|letter| letter.at + letter.c.len_utf8() == self.at.end)
    }

    fn has_quotes(&self) -> bool {
        self.letters.iter().map(|letter| letter.c.len_utf8()).sum::<usize>() < self.at.len()
    }

    fn mistake(&self, sort: Sort, reason: String) -> Mistake {
        Mistake { at: self.at.clone(), sort, reason }
    }
}

/// What a sign asks.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Asked {
    Like,
    Number(Sign),
}

fn words(letters: &[Letter]) -> String {
    letters.iter().map(|letter| letter.c).collect()
}

/// The values of a list with commas, those in quotes not counted.
fn values(letters: &[Letter]) -> Vec<String> {
    letters.split(|letter| letter.c == ',' && !letter.quoted).map(|value| words(value).to_lowercase()).collect()
}

fn last(letters: &[Letter]) -> &[Letter] {
    let comma = letters.iter().rposition(|letter| letter.c == ',' && !letter.quoted);
    &letters[comma.map_or(0, |comma| comma + 1)..]
}

/// Name, sign and value; `None` for a word.
fn split(letters: &[Letter]) -> Option<(String, Asked, &[Letter])> {
    let at = letters.iter().position(|letter| SIGNS.contains(&letter.c) && !letter.quoted).filter(|at| *at > 0)?;
    let (name, rest) = (words(&letters[..at]).to_lowercase(), &letters[at + 1..]);
    let equal = rest.first().is_some_and(|next| next.c == '=' && !next.quoted);
    let (asked, taken) = match (letters[at].c, equal) {
        ('<', false) => (Asked::Number(Sign::Less), 0),
        ('<', true) => (Asked::Number(Sign::AtMost), 1),
        ('>', false) => (Asked::Number(Sign::More), 0),
        ('>', true) => (Asked::Number(Sign::AtLeast), 1),
        _ => (Asked::Like, 0),
    };
    Some((name, asked, &rest[taken..]))
}

/// Reads one term.
pub(super) fn term(piece: &Piece, lookup: &impl Fn(&str) -> Option<Field>) -> Result<Term, Mistake> {
    let (wanted, body) = piece.body();
    let Some((name, asked, value)) = split(body) else {
        let way = if piece.has_quotes() { Way::Literal } else { Way::Loose };
        return Ok(Term { wanted, name: String::new(), test: Test::Word(Word::new(&words(body), way)) });
    };
    let test = if name == "tag" { tag(piece, asked, value)? } else { typed(piece, &name, asked, value, lookup)? };
    Ok(Term { wanted, name, test })
}

fn tag(piece: &Piece, asked: Asked, value: &[Letter]) -> Result<Test, Mistake> {
    if asked != Asked::Like {
        return Err(piece.mistake(Sort::Wrong, "tags are asked about with tag:key or tag:key=value".to_owned()));
    }
    if value.is_empty() {
        return Err(piece.mistake(Sort::Unfinished, "tag: wants the key of a tag, and maybe =value".to_owned()));
    }
    let Some(cut) = value.iter().position(|letter| letter.c == '=' && !letter.quoted) else {
        return Ok(Test::Tag(words(value), None));
    };
    let key = words(&value[..cut]);
    if value.len() == cut + 1 && piece.open() {
        return Err(piece.mistake(Sort::Unfinished, format!("tag:{key}= wants a value; \"\" is an empty one")));
    }
    Ok(Test::Tag(key, Some(values(&value[cut + 1..]))))
}

fn typed(piece: &Piece, name: &str, asked: Asked, value: &[Letter], lookup: &impl Fn(&str) -> Option<Field>) -> Result<Test, Mistake> {
    let wrong = |reason| piece.mistake(Sort::Wrong, reason);
    let field = lookup(name).ok_or_else(|| wrong(format!("no column is called “{name}”; in quotes it is a word")))?;
    match (asked, field.compared()) {
        (Asked::Like, Compared::ByNumber) => Err(wrong(format!("{name} is measured: compare it with < or >"))),
        (Asked::Number(_), Compared::ByWord) => Err(wrong(format!("{name} is no number: ask with {name}:"))),
        _ if value.is_empty() && piece.open() => Err(piece.mistake(Sort::Unfinished, unfinished(name, asked))),
        (Asked::Like, _) => Ok(Test::Like(field, values(value))),
        (Asked::Number(sign), _) => {
            let text = words(value);
            let number = quantity(&text, field).ok_or_else(|| wrong(format!("“{text}” is not {}", examples(field))))?;
            Ok(Test::Compare(field, sign, number))
        }
    }
}

fn unfinished(name: &str, asked: Asked) -> String {
    match asked {
        Asked::Like => format!("{name}: wants a value; * stands for anything"),
        Asked::Number(sign) => format!("{name}{} wants a number", sign.word()),
    }
}

/// What a number of a field looks like.
fn examples(field: Field) -> &'static str {
    match field {
        Field::Metric(_, Unit::Percent) => "a number of percent, such as 60",
        Field::Metric(_, Unit::Bytes | Unit::BytesPerSecond) => "a number of bytes, such as 10M",
        Field::Metric(_, Unit::Milliseconds | Unit::Seconds) => "a span, such as 250ms or 2s",
        Field::Metric(..) => "a number, such as 100 or 2k",
        _ => "a number or an age such as 2h",
    }
}

/// Units of what is counted, and of spans in seconds.
const PREFIXES: &[(&str, f64)] = &[("", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12)];
const SPANS: &[(&str, f64)] =
    &[("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("min", 60.0), ("h", 3_600.0), ("d", 86_400.0), ("w", 604_800.0), ("y", 31_536_000.0)];

/// A number in the unit of its field: plain, with a prefix or as a span (`45s`, `10m`, `2h`, `3d`, `1w`), whichever fits.
fn quantity(text: &str, field: Field) -> Option<f64> {
    let cut = text.find(|c: char| c.is_alphabetic() || c == '%').unwrap_or(text.len());
    let (number, unit) = text.split_at(cut);
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let of = |units: &[(&str, f64)], unit: &str| units.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size);
    let scale = match field {
        _ if unit.is_empty() => 1.0,
        Field::Metric(_, Unit::Percent) => (unit == "%").then_some(1.0)?,
        Field::Metric(_, Unit::Milliseconds) => of(SPANS, unit)? * 1e3,
        Field::Metric(_, Unit::Bytes | Unit::BytesPerSecond) => of(PREFIXES, unit.trim_end_matches("/s").trim_end_matches('B'))?,
        Field::Metric(_, Unit::PerSecond | Unit::Count) => of(PREFIXES, unit.trim_end_matches("/s"))?,
        _ => of(SPANS, unit).filter(|_| unit != "ms")?,
    };
    Some(number * scale)
}
