//! Policy per target: rules over profile, account, alias and tags, and what they come to for a place and a row. Pure; the screen and the
//! executor ask the same question.
//!
//! All patterns of a rule must fit, and of the rules that fit the strictest counts: nothing that one rule forbids another can allow. What a
//! pattern is about may not be known (an account before AWS has told it, the tags of a row that shows none): such a rule counts as fitting
//! for what it forbids, and as not fitting for what it shows.

use std::{collections::BTreeMap, fmt};

use crate::model::{
    Problem, ProblemKind, Resource,
    filter::{Place, glob},
};

/// How an action has to be confirmed; later ones are stricter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confirm {
    /// As the risk of the action wants it.
    #[default]
    Usual,
    /// The name of the row, or the count of several, is typed.
    Typed,
}

/// What a label looks like, by a meaning of the theme, so that it is seen on every terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tint {
    /// As what is broken: red.
    Bad,
    /// As what wants a look: yellow.
    Warn,
    /// As what works: green.
    Ok,
    /// As what is on its way: blue.
    Busy,
    /// The program's own colour.
    #[default]
    Accent,
    /// As what may be overlooked: grey.
    Muted,
}

impl Tint {
    /// The words for each, in a configuration: the colour, and the meaning that gives it.
    pub const WORDS: &[(&str, Self)] = &[
        ("red", Self::Bad),
        ("bad", Self::Bad),
        ("yellow", Self::Warn),
        ("warn", Self::Warn),
        ("green", Self::Ok),
        ("ok", Self::Ok),
        ("blue", Self::Busy),
        ("busy", Self::Busy),
        ("accent", Self::Accent),
        ("grey", Self::Muted),
        ("muted", Self::Muted),
    ];
}

/// A word that is shown wherever something of the rule is in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The word.
    pub text: String,
    /// Its colour.
    pub tint: Tint,
}

/// A tag of rows: `env=prod*`; without a value any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// The pattern of its value.
    pub value: String,
}

impl Tag {
    /// Reads `key=pattern` or `key`.
    pub fn read(text: &str) -> Option<Self> {
        let (key, value) = text.split_once('=').unwrap_or((text, "*"));
        let (key, value) = (key.trim().to_owned(), value.trim().to_owned());
        (!key.is_empty()).then_some(Self { key, value })
    }
}

/// One rule: what it is about, and what holds there. Patterns are as in the shell (`*`, `?`); of several any may fit, and none asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// Names of profiles and targets.
    pub profile: Vec<String>,
    /// Account ids.
    pub account: Vec<String>,
    /// What the configuration calls accounts.
    pub alias: Vec<String>,
    /// Tags of rows; a rule with any is about rows only.
    pub tag: Vec<Tag>,
    /// Nothing is done there.
    pub read_only: bool,
    /// How what is done there is confirmed.
    pub confirm: Confirm,
    /// What is shown there.
    pub label: Option<Label>,
}

/// Whether something fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    /// What decides it is not known.
    Unknown(&'static str),
    Yes,
}

/// All rules, and what the configuration calls accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// The rules; their order means nothing but which label is shown first.
    pub rules: Vec<Rule>,
    /// Aliases by account id.
    pub aliases: BTreeMap<String, String>,
}

/// What the rules come to somewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// Why nothing may be done there, if so.
    pub lock: Option<Lock<'a>>,
    /// How what is done there is confirmed.
    pub confirm: Confirm,
    /// What is shown there.
    pub label: Option<&'a Label>,
}

/// Why nothing may be done somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lock<'a> {
    rule: &'a Rule,
    unknown: Option<&'static str>,
}

impl fmt::Display for Lock<'_> {
    /// `read-only by policy PROD`, short enough for a line of the menu.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unknown {
            None => write!(f, "read-only by policy {}", self.rule),
            Some(what) => write!(f, "maybe {}: {what}", self.rule),
        }
    }
}

impl Lock<'_> {
    /// The refusal of a call.
    pub fn problem(&self) -> Problem {
        Problem::new(ProblemKind::Policy, self.to_string(), "`:unlock 10m` lifts it for a while, on the screen only")
    }
}

impl fmt::Display for Rule {
    /// Its label, else what it is about.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = &self.label {
            return f.write_str(&label.text);
        }
        let tags = self.tag.iter().map(|tag| &tag.key);
        let first = self.profile.iter().chain(&self.account).chain(&self.alias).chain(tags).next();
        f.write_str(first.map_or("", String::as_str))
    }
}

impl Rules {
    /// True when there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// True when a rule forbids anything anywhere.
    pub fn lock_anything(&self) -> bool {
        self.rules.iter().any(|rule| rule.read_only)
    }

    /// What holds in a place, for whatever row.
    pub fn at(&self, place: Place<'_>) -> Verdict<'_> {
        self.verdict(place, |rule| if rule.tag.is_empty() { Fit::Yes } else { Fit::No })
    }

    /// What holds for a row in a place.
    pub fn of(&self, place: Place<'_>, row: &Resource) -> Verdict<'_> {
        self.verdict(place, |rule| tagged(&rule.tag, row))
    }

    fn verdict<'a>(&'a self, place: Place<'_>, row: impl Fn(&Rule) -> Fit) -> Verdict<'a> {
        let mut verdict = Verdict::default();
        for rule in &self.rules {
            match row(rule).min(self.placed(rule, place)) {
                Fit::No => {}
                Fit::Unknown(what) => verdict.forbid(rule, Some(what)),
                Fit::Yes => {
                    verdict.forbid(rule, None);
                    verdict.label = verdict.label.or(rule.label.as_ref());
                }
            }
        }
        verdict
    }

    fn placed(&self, rule: &Rule, place: Place<'_>) -> Fit {
        let account = Some(place.account).filter(|account| !account.is_empty());
        let alias = account.map(|account| self.aliases.get(account).map_or("", String::as_str));
        let unknown = "account not known yet";
        one(&rule.profile, Some(place.profile), unknown).min(one(&rule.account, account, unknown)).min(one(&rule.alias, alias, unknown))
    }
}

impl<'a> Verdict<'a> {
    /// What is certain is told rather than what is not.
    fn forbid(&mut self, rule: &'a Rule, unknown: Option<&'static str>) {
        self.confirm = self.confirm.max(rule.confirm);
        if rule.read_only && self.lock.is_none_or(|lock| lock.unknown.is_some() && unknown.is_none()) {
            self.lock = Some(Lock { rule, unknown });
        }
    }
}

/// Whether one of the patterns fits what is there; `None` for not known.
fn one(patterns: &[String], there: Option<&str>, unknown: &'static str) -> Fit {
    match there {
        _ if patterns.is_empty() => Fit::Yes,
        None => Fit::Unknown(unknown),
        Some(text) if patterns.iter().any(|pattern| glob(pattern, text)) => Fit::Yes,
        Some(_) => Fit::No,
    }
}

/// Whether one of the tags is on the row. Many lists tell no tags at all, so a row without any may have the one that is meant.
fn tagged(tags: &[Tag], row: &Resource) -> Fit {
    let on = |tag: &Tag| row.tag(&tag.key).is_some_and(|value| glob(&tag.value, value.as_str()));
    match tags {
        [] => Fit::Yes,
        _ if row.tags.is_empty() => Fit::Unknown("tags not known"),
        tags if tags.iter().any(on) => Fit::Yes,
        _ => Fit::No,
    }
}

#[cfg(test)]
mod tests;
