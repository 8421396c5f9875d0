//! The filter language: `web state:running type:m6* cpu>60 tag:team=payments age<2h !spot`, all terms together.

mod glob;
mod print;
mod read;
mod word;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub use glob::glob;
pub use read::{Mistake, Piece, Said, Sort, quoted, under};
use word::Word;
pub use word::loosely;

use super::{
    cell::Cell,
    finding::{Finding, Severity},
    resource::Resource,
    series::Unit,
    text::Text,
};

/// Where a term looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// A column of the kind, by position.
    Column(usize),
    /// A metric of the kind, by position, and what it counts.
    Metric(usize, Unit),
    /// The codes and the reasons of the findings.
    Finding,
    /// How urgent the findings are.
    Severity,
    /// The resource's id.
    Id,
    /// The resource's name.
    Name,
    /// The profile of its target.
    Profile,
    /// The account of its target: its id, or the name it goes by.
    Account,
    /// The region of its target.
    Region,
}

/// What a row's target contributes to matching: profile, account, region.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// AWS profile, or the name of the configured target.
    pub profile: &'a str,
    /// AWS account id; empty until known.
    pub account: &'a str,
    /// AWS region.
    pub region: &'a str,
}

/// What is known of a metric of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// Nobody has asked, or no answer has come.
    Unknown,
    /// There is none.
    Nothing,
    /// The latest value, in the unit that is drawn.
    Value(f64),
}

/// A row, and all that terms ask about it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The row.
    pub row: &'a Resource,
    /// Its target.
    pub place: Place<'a>,
    /// What is wrong with it.
    pub findings: &'a [Finding],
    /// Its metrics, by position in the kind's table.
    pub metric: &'a dyn Fn(usize) -> Measured,
    /// The present, by which ages are reckoned.
    pub now: Timestamp,
}

/// What a filter says about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It passes.
    Pass,
    /// It does not.
    Fail,
    /// It would, but for a metric of which nothing is known.
    Unmeasured,
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Less,
    AtMost,
    AtLeast,
    More,
}

/// A value with `*` and `?`, in small letters.
type Pattern = String;

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Word(Word),
    Like(Field, Vec<Pattern>),
    Compare(Field, Sign, f64),
    Tag(String, Option<Vec<Pattern>>),
    Among(BTreeSet<Text>),
}

/// A test, the word it was asked under, and whether it must hold or must not.
#[derive(Debug, Clone, PartialEq)]
struct Term {
    wanted: bool,
    name: String,
    test: Test,
}

/// A parsed filter; the empty one lets every row through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
}

impl Filter {
    /// Reads the terms; `lookup` knows the names of columns and metrics, in small letters. The mistake says where it is and what would
    /// be right.
    pub fn parse(text: &str, lookup: impl Fn(&str) -> Option<Field>) -> Result<Self, Mistake> {
        let (filter, mistake) = Self::sound(text, lookup);
        mistake.map_or(Ok(filter), Err)
    }

    /// Reads what is right in a line that is still being typed, and says what is wrong first.
    pub fn sound(text: &str, lookup: impl Fn(&str) -> Option<Field>) -> (Self, Option<Mistake>) {
        let (mut terms, mut mistake) = (Vec::new(), None);
        for piece in read::pieces(text) {
            match read::term(&piece, &lookup) {
                Ok(term) => terms.push(term),
                Err(wrong) => mistake = mistake.or(Some(wrong)),
            }
        }
        (Self { terms }, mistake)
    }

    /// The same, but words are only found as they stand: what nobody looks at before it is used must not rest on a guess.
    #[must_use]
    pub fn literal(mut self) -> Self {
        for term in &mut self.terms {
            if let Test::Word(word) = &mut term.test {
                word.take_literally();
            }
        }
        self
    }

    /// The same without what it asks about metrics.
    #[must_use]
    pub fn unmeasured(&self) -> Self {
        let stays = |term: &&Term| !matches!(term.test, Test::Compare(Field::Metric(..), ..));
        Self { terms: self.terms.iter().filter(stays).cloned().collect() }
    }

    /// Lets through the rows with these ids and no others, whatever characters are in them.
    pub fn among(ids: impl Iterator<Item = Text>) -> Self {
        Self { terms: vec![Term { wanted: true, name: "id".to_owned(), test: Test::Among(ids.collect()) }] }
    }

    /// True when every row passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True when a row may come to pass or fail by mere time.
    pub fn ages(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Compare(Field::Column(_), ..)))
    }

    /// True when it asks about metrics.
    pub fn measures(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Compare(Field::Metric(..), ..)))
    }

    /// The names of the metrics it asks about, as they were typed.
    pub fn metrics(&self) -> impl Iterator<Item = &str> {
        let measures = |term: &&Term| matches!(term.test, Test::Compare(Field::Metric(..), ..));
        self.terms.iter().filter(measures).map(|term| term.name.as_str())
    }

    /// True when no row can pass that did not pass `wider`. Not every filter of which that is so is known to be one.
    pub fn narrows(&self, wider: &Self) -> bool {
        // Rows that are not measured are counted, and so have to be looked at each time.
        !self.measures() && wider.terms.iter().all(|wide| self.terms.iter().any(|term| term.implies(wide)))
    }

    /// What it says about a row.
    pub fn judge(&self, subject: &Subject<'_>) -> Verdict {
        let mut verdict = Verdict::Pass;
        for term in &self.terms {
            match term.test.holds(subject) {
                Some(holds) if holds == term.wanted => {}
                Some(_) => return Verdict::Fail,
                None => verdict = Verdict::Unmeasured,
            }
        }
        verdict
    }

    /// True when the row passes every term.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        self.judge(subject) == Verdict::Pass
    }
}

impl Term {
    fn implies(&self, wide: &Self) -> bool {
        match (&self.test, &wide.test) {
            (Test::Word(narrow), Test::Word(word)) if self.wanted && wide.wanted => narrow.implies(word),
            _ => self == wide,
        }
    }
}

impl Test {
    /// `None` where that is not known.
    fn holds(&self, subject: &Subject<'_>) -> Option<bool> {
        Some(match self {
            Self::Word(word) => word.is_in(subject),
            Self::Like(Field::Finding, patterns) => {
                subject.findings.iter().any(|finding| like(patterns, finding.code) || like(patterns, finding.reason.as_str()))
            }
            Self::Like(Field::Severity, patterns) => subject.findings.iter().any(|finding| like(patterns, finding.severity.word())),
            Self::Like(Field::Account, patterns) => [subject.place.account, subject.place.profile].iter().any(|name| like(patterns, name)),
            Self::Like(field, patterns) => like(patterns, &field.words(subject)),
            Self::Compare(Field::Metric(at, _), sign, number) => match (subject.metric)(*at) {
                Measured::Unknown => return None,
                Measured::Nothing => false,
                Measured::Value(value) => sign.holds(value, *number),
            },
            Self::Compare(field, sign, number) => field.number(subject).is_some_and(|value| sign.holds(value, *number)),
            Self::Among(ids) => ids.contains(&subject.row.id),
            Self::Tag(key, None) => subject.row.tag(key).is_some(),
            Self::Tag(key, Some(patterns)) => subject.row.tag(key).is_some_and(|tag| like(patterns, tag.as_str())),
        })
    }
}

fn like(patterns: &[Pattern], text: &str) -> bool {
    patterns.iter().any(|pattern| glob::like(pattern, text))
}

impl Sign {
    fn holds(self, value: f64, number: f64) -> bool {
        match self {
            Self::Less => value < number,
            Self::AtMost => value <= number,
            Self::AtLeast => value >= number,
            Self::More => value > number,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::More => ">",
        }
    }
}

impl Field {
    fn words<'a>(self, subject: &Subject<'a>) -> std::borrow::Cow<'a, str> {
        match self {
            Self::Column(at) => subject.row.cells[at].words(),
            Self::Id => subject.row.id.as_str().into(),
            Self::Name => subject.row.name.as_str().into(),
            Self::Profile => subject.place.profile.into(),
            Self::Account => subject.place.account.into(),
            Self::Region => subject.place.region.into(),
            Self::Metric(..) | Self::Finding | Self::Severity => "".into(),
        }
    }

    fn number(self, subject: &Subject<'_>) -> Option<f64> {
        let Self::Column(at) = self else { return None };
        match &subject.row.cells[at] {
            Cell::Count(count) => Some(*count as f64),
            Cell::Time(second) => Some((subject.now.as_second() - second) as f64),
            _ => None,
        }
    }

    /// True where its values are numbers that are measured, or words, so that it can be asked one way only.
    fn compared(self) -> Compared {
        match self {
            Self::Metric(..) => Compared::ByNumber,
            Self::Column(_) => Compared::Either,
            Self::Finding | Self::Severity | Self::Id | Self::Name | Self::Profile | Self::Account | Self::Region => Compared::ByWord,
        }
    }
}

/// How a field can be asked about.
#[derive(PartialEq)]
enum Compared {
    ByWord,
    ByNumber,
    Either,
}

/// The words for how urgent a finding is, most urgent first.
pub const SEVERITIES: [&str; 3] = ["critical", "warning", "notice"];

const _: () = assert!(SEVERITIES.len() == Severity::Critical as usize + 1);

#[cfg(test)]
mod tests;
