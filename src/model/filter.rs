//! The filter language: `web state:running type:m6* tag:team=payments vcpus>4 !spot`, all terms together.

use std::collections::BTreeSet;

use jiff::Timestamp;
use memchr::memchr2_iter;

use super::{cell::Cell, resource::Resource, text::Text};

/// Where a term looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// A column of the kind, by position.
    Column(usize),
    /// The resource's id.
    Id,
    /// The resource's name.
    Name,
    /// The profile of its target.
    Profile,
    /// The account of its target.
    Account,
    /// The region of its target.
    Region,
}

/// What a row's target contributes to matching: profile, account, region.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    /// AWS profile.
    pub profile: &'a str,
    /// AWS account id; empty until known.
    pub account: &'a str,
    /// AWS region.
    pub region: &'a str,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Word(String),
    Glob(Field, Vec<String>),
    Compare(Field, std::cmp::Ordering, f64),
    Tag(String, Option<String>),
    Among(BTreeSet<Text>),
}

/// A parsed filter; the empty one lets every row through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    terms: Vec<(bool, Test)>,
}

impl Filter {
    /// Reads the words; `lookup` knows the names of the columns. The error names the word and what would be right.
    pub fn parse(text: &str, lookup: impl Fn(&str) -> Option<Field>) -> Result<Self, String> {
        let terms = text.split_whitespace().map(|word| term(word, &lookup)).collect::<Result<_, _>>()?;
        Ok(Self { terms })
    }

    /// Lets through the rows with these ids and no others, whatever characters are in them.
    pub fn among(ids: impl Iterator<Item = Text>) -> Self {
        Self { terms: vec![(true, Test::Among(ids.collect()))] }
    }

    /// True when every row passes.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// True when a row may come to pass or fail by mere time.
    pub fn ages(&self) -> bool {
        self.terms.iter().any(|(_, test)| matches!(test, Test::Compare(..)))
    }

    /// True when the row passes every term; ages are reckoned at `now`.
    pub fn matches(&self, row: &Resource, place: Place<'_>, now: Timestamp) -> bool {
        self.terms.iter().all(|(wanted, test)| test.holds(row, place, now) == *wanted)
    }
}

fn term(word: &str, lookup: &impl Fn(&str) -> Option<Field>) -> Result<(bool, Test), String> {
    let (wanted, body) = match word.strip_prefix('!') {
        Some(rest) if !rest.is_empty() => (false, rest),
        _ => (true, word),
    };
    let test = match body.find([':', '=', '<', '>']) {
        Some(at) if at > 0 => typed(&body[..at], &body[at..], lookup)?,
        _ => Test::Word(body.to_lowercase()),
    };
    Ok((wanted, test))
}

fn typed(name: &str, rest: &str, lookup: &impl Fn(&str) -> Option<Field>) -> Result<Test, String> {
    let (sign, value) = rest.split_at(1);
    if name == "tag" && sign == ":" {
        let (key, value) = value.split_once('=').map_or((value, None), |(key, value)| (key, Some(value)));
        return Ok(Test::Tag(key.to_owned(), value.map(str::to_lowercase)));
    }
    let field = lookup(&name.to_lowercase()).ok_or_else(|| format!("no column is called “{name}”"))?;
    match sign {
        "<" | ">" => {
            let number = quantity(value).ok_or_else(|| format!("“{value}” after {name}{sign} is not a number or an age such as 2h"))?;
            let order = if sign == "<" { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
            Ok(Test::Compare(field, order, number))
        }
        _ => Ok(Test::Glob(field, value.to_lowercase().split(',').map(str::to_owned).collect())),
    }
}

/// A plain number, or an age in seconds: `45s`, `10m`, `2h`, `3d`, `1w`.
fn quantity(text: &str) -> Option<f64> {
    let scale = match text.chars().last()? {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3_600.0,
        'd' => 86_400.0,
        'w' => 604_800.0,
        _ => return text.parse().ok(),
    };
    text[..text.len() - 1].parse::<f64>().ok().map(|number| number * scale)
}

impl Test {
    fn holds(&self, row: &Resource, place: Place<'_>, now: Timestamp) -> bool {
        match self {
            Self::Word(word) => mentions(row, place, word),
            Self::Glob(field, patterns) => {
                let text = field.words(row, place).to_lowercase();
                patterns.iter().any(|pattern| glob(pattern, &text))
            }
            Self::Compare(field, order, number) => field.number(row, now).and_then(|value| value.partial_cmp(number)) == Some(*order),
            Self::Among(ids) => ids.contains(&row.id),
            Self::Tag(key, None) => row.tag(key).is_some(),
            Self::Tag(key, Some(value)) => row.tag(key).is_some_and(|tag| glob(value, &tag.as_str().to_lowercase())),
        }
    }
}

impl Field {
    fn words<'a>(&self, row: &'a Resource, place: Place<'a>) -> std::borrow::Cow<'a, str> {
        match self {
            Self::Column(at) => row.cells[*at].words(),
            Self::Id => row.id.as_str().into(),
            Self::Name => row.name.as_str().into(),
            Self::Profile => place.profile.into(),
            Self::Account => place.account.into(),
            Self::Region => place.region.into(),
        }
    }

    fn number(&self, row: &Resource, now: Timestamp) -> Option<f64> {
        let Self::Column(at) = self else { return None };
        match &row.cells[*at] {
            Cell::Count(count) => Some(*count as f64),
            Cell::Time(second) => Some((now.as_second() - second) as f64),
            _ => None,
        }
    }
}

/// Looks for a lower-case word in everything a person may have in mind: id, name, words of the columns, place, tag values.
fn mentions(row: &Resource, place: Place<'_>, word: &str) -> bool {
    let cells = row.cells.known().filter_map(|cell| match cell {
        Cell::Text(text) | Cell::State(_, text) => Some(text.as_str()),
        _ => None,
    });
    let tags = row.tags.iter().map(|(_, value)| value.as_str());
    [row.id.as_str(), row.name.as_str(), place.profile, place.account, place.region]
        .into_iter()
        .chain(cells)
        .chain(tags)
        .any(|text| contains(text, word))
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

/// Shell-style match of the whole text: `*` any run, `?` any one character; without either the text must be equal.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Health, Text};

    fn row() -> Resource {
        Resource {
            id: Text::new("i-0abc"),
            name: Text::new("web-1a"),
            cells: [Cell::State(Health::Ok, Text::new("running")), Cell::Text(Text::new("m6i.large")), Cell::Count(8), Cell::Time(10_000)]
                .into(),
            tags: Box::new([(Text::new("team"), Text::new("Payments"))]),
            parents: Box::new([]),
        }
    }

    fn lookup(name: &str) -> Option<Field> {
        let column = ["state", "type", "vcpus", "age"].iter().position(|known| *known == name);
        column.map(Field::Column).or((name == "region").then_some(Field::Region))
    }

    fn passes(text: &str) -> bool {
        let place = Place { region: "eu-west-1", ..Place::default() };
        let now = Timestamp::from_second(13_600).expect("in range");
        Filter::parse(text, lookup).expect("parses").matches(&row(), place, now)
    }

    #[test]
    fn terms_are_all_required() {
        let yes = [
            "",
            "WEB",
            "i-0a",
            "state:running",
            "state:stopped,running",
            "type:m6*",
            "type:m?i.large",
            "vcpus>4",
            "vcpus<9",
            "age>30m",
            "age<2h",
            "tag:team",
            "tag:team=pay*",
            "!spot",
            "web !stopped",
            "region:eu-*",
            "payments",
            "!",
        ];
        let no = ["db", "state:run", "type:m5*", "vcpus>8", "age<10m", "tag:owner", "tag:team=ops", "!web", "web db"];
        for text in yes {
            assert_eq!(passes(text), text != "!", "{text}");
        }
        for text in no {
            assert!(!passes(text), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert!(Filter::parse("colour:red", lookup).expect_err("unknown").contains("colour"));
        assert!(Filter::parse("vcpus>many", lookup).expect_err("no number").contains("many"));
    }

    #[test]
    fn globs_backtrack() {
        assert!(glob("*-*a", "web-1-2a") && glob("**", "") && !glob("a*b", "acbd"));
    }
}
