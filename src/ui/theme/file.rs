//! A theme file: whole, or what it changes of another.

use std::{collections::BTreeMap, fmt};

use ratatui::style::{Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

use super::{EMBEDDED, Ground, ROLES, Theme, depth};

/// How alike two names must be to be taken for each other.
const ALIKE: f64 = 0.5;

/// A theme file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    base: Option<Spanned<String>>,
    ground: Option<Ground>,
    #[serde(default)]
    styles: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// What is wrong with a theme file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands, in bytes from the start; `None` for the file as a whole.
    pub at: Option<usize>,
    /// What it is, one line.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Mistake {
    fn new<T>(at: impl Into<Option<usize>>, what: String) -> Result<T, Self> {
        Err(Self { at: at.into(), what })
    }
}

impl Theme {
    /// Reads a theme file: with a `base` what it changes of that embedded theme, otherwise a style for every meaning.
    pub fn parse(name: &str, text: &str) -> Result<Self, Mistake> {
        let file: File =
            toml::from_str(text).or_else(|error| Mistake::new(error.span().map(|span| span.start), one_line(error.message())))?;
        let base = file.base.as_ref().map(below).transpose()?;
        let mut styles = BTreeMap::new();
        for (role, words) in &file.styles {
            styles.insert(known(role)?, written(words)?);
        }
        let ground = file.ground.or(base.as_ref().map(|base| base.ground)).unwrap_or_default();
        Self::build(name, ground, |role| {
            let style = styles.get(role).copied().or_else(|| base.as_ref()?.role(role));
            style.map_or_else(|| Mistake::new(None, format!("the style `{role}` is missing; name a `base` to take it from")), Ok)
        })
    }
}

fn below(name: &Spanned<String>) -> Result<Theme, Mistake> {
    let names = || EMBEDDED.iter().map(|(name, _)| *name);
    let complaint = || format!("there is no theme `{}` to begin with{}", name.get_ref(), nearest(name.get_ref(), names()));
    Theme::named(name.get_ref()).map_or_else(|| Mistake::new(name.span().start, complaint()), Ok)
}

fn known(role: &Spanned<String>) -> Result<&str, Mistake> {
    let name = role.get_ref().as_str();
    let complaint = || format!("there is no style `{name}`{}", nearest(name, ROLES.iter().copied()));
    if ROLES.contains(&name) { Ok(name) } else { Mistake::new(role.span().start, complaint()) }
}

fn written(words: &Spanned<String>) -> Result<Style, Mistake> {
    style(words.get_ref()).or_else(|what| Mistake::new(words.span().start, what))
}

fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> String {
    let best = names.map(|name| (strsim::normalized_damerau_levenshtein(word, name), name)).max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(score, _)| *score > ALIKE).map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

/// `#e3b565 on black bold`: a colour, a background after `on`, and modifiers, each as wanted.
pub(super) fn style(words: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "default" => style,
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underline" => style.add_modifier(Modifier::UNDERLINED),
            "reverse" => style.add_modifier(Modifier::REVERSED),
            "on" => style.bg(depth::colour(words.next().unwrap_or_default())?),
            _ => style.fg(depth::colour(word)?),
        };
    }
    Ok(style)
}
