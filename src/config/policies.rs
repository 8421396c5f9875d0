//! `[[policy]]`: what may be done where, how it is confirmed, and what is shown there; and `[aliases]`, what accounts are called.

use toml::de::DeTable;

use super::file::{Entry, Source, Wrong, nearest};
use crate::service::policy::{Confirm, Label, Rule, Tag, Tint};

/// What may stand under `[[policy]]`.
const SETTINGS: &[&str] = &["profile", "account", "alias", "tag", "read_only", "confirm", "label", "colour"];
/// Words of `confirm`.
const CONFIRMS: &[(&str, Confirm)] = &[("usual", Confirm::Usual), ("typed", Confirm::Typed)];

/// A table of `[[policy]]` as written.
#[derive(Default)]
struct Written {
    rule: Rule,
    label: Option<String>,
    tint: Option<Tint>,
}

/// Reads one table.
pub(super) fn read(source: &Source<'_>, table: &DeTable<'_>, place: &str) -> Result<Rule, Wrong> {
    let mut written = Written::default();
    for entry in source.entries(table) {
        take(&mut written, &entry)?;
    }
    let Written { rule, label, tint } = written;
    if rule.profile.is_empty() && rule.account.is_empty() && rule.alias.is_empty() && rule.tag.is_empty() {
        return Err(Wrong(format!("{place}: a policy says what it is about: `profile`, `account`, `alias` or `tag`")));
    }
    if tint.is_some() && label.is_none() {
        return Err(Wrong(format!("{place}: `colour` is the colour of a `label`, and this policy has none")));
    }
    let rule = Rule { label: label.map(|text| Label { text, tint: tint.unwrap_or_default() }), ..rule };
    if !rule.read_only && rule.confirm == Confirm::Usual && rule.label.is_none() {
        return Err(Wrong(format!("{place}: a policy says what holds there: `read_only = true`, `confirm = \"typed\"` or a `label`")));
    }
    Ok(rule)
}

fn take(written: &mut Written, entry: &Entry<'_>) -> Result<(), Wrong> {
    let rule = &mut written.rule;
    match entry.key {
        "profile" => rule.profile = patterns(entry)?,
        "account" => rule.account = patterns(entry)?,
        "alias" => rule.alias = patterns(entry)?,
        "tag" => rule.tag = patterns(entry)?.iter().map(|text| tag(entry, text)).collect::<Result<_, _>>()?,
        "read_only" => rule.read_only = entry.flag()?,
        "confirm" => rule.confirm = chosen(entry, CONFIRMS)?,
        "label" => written.label = Some(label(entry)?),
        "colour" => written.tint = Some(chosen(entry, Tint::WORDS)?),
        other => return entry.wrong(&format!("there is no setting `policy.{other}`{}", nearest(other, SETTINGS.iter().copied()))),
    }
    Ok(())
}

/// An empty list would be about everything, which is hardly what was meant.
fn patterns(entry: &Entry<'_>) -> Result<Vec<String>, Wrong> {
    let words = entry.words()?;
    if words.iter().all(String::is_empty) {
        entry.wrong(&format!("`{}` is empty: leave it out, or write \"*\"", entry.key))
    } else {
        Ok(words)
    }
}

fn tag(entry: &Entry<'_>, text: &str) -> Result<Tag, Wrong> {
    Tag::read(text).map_or_else(|| entry.wrong(&format!("`{text}` is no tag; write it like env=prod")), Ok)
}

/// A word for the header: short, and nothing that a terminal would obey.
fn label(entry: &Entry<'_>) -> Result<String, Wrong> {
    let text = crate::model::Text::new(entry.word()?.trim()).to_string();
    let fits = (1..=12).contains(&text.chars().count());
    if fits { Ok(text) } else { entry.wrong("`label` is a word of at most 12 characters, like PROD") }
}

fn chosen<T: Copy>(entry: &Entry<'_>, words: &[(&str, T)]) -> Result<T, Wrong> {
    let word = entry.word()?;
    let names = || words.iter().map(|(name, _)| *name);
    let complaint = || format!("there is no {} `{word}`{} (there are: {})", entry.key, nearest(&word, names()), super::listed(names()));
    words.iter().find(|(name, _)| *name == word).map_or_else(|| entry.wrong(&complaint()), |(_, value)| Ok(*value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::file, service::policy::Rules};

    fn rules(text: &str) -> Rules {
        file::read("config.toml", text).expect("a configuration").rules
    }

    #[test]
    fn everything_that_may_be_said_is_read() {
        let text = "[aliases]\n\"111122223333\" = \"shop-prod\"\n\
                    [[policy]]\nprofile = \"prod*, live\"\naccount = [\"1111*\"]\nalias = \"*-prod\"\ntag = \"env=prod\"\n\
                    read_only = true\nconfirm = \"typed\"\nlabel = \"PROD\"\ncolour = \"red\"\n\
                    [[policy]]\nprofile = \"*\"\nlabel = \"all\"\n";
        let Rules { rules, aliases } = rules(text);
        let words = |text: &str| vec![text.to_owned()];
        let label = |text: &str, tint| Some(Label { text: text.to_owned(), tint });
        let first = Rule {
            profile: vec!["prod*".to_owned(), "live".to_owned()],
            account: words("1111*"),
            alias: words("*-prod"),
            tag: vec![Tag { key: "env".to_owned(), value: "prod".to_owned() }],
            read_only: true,
            confirm: Confirm::Typed,
            label: label("PROD", Tint::Bad),
        };
        assert_eq!(rules, [first, Rule { profile: words("*"), label: label("all", Tint::Accent), ..Rule::default() }]);
        assert_eq!(aliases.get("111122223333").map(String::as_str), Some("shop-prod"));
    }

    #[test]
    fn mistakes_name_the_line_and_the_nearest_word() {
        let cases = [
            ("[[policy]]\nprofil = \"x\"", "config.toml:2:1: there is no setting `policy.profil`; did you mean `profile`?"),
            ("[[policy]]\nprofile = \"x\"\nconfirm = \"type\"", "config.toml:3:1: there is no confirm `type`; did you mean `typed`?"),
            (
                "[[policy]]\nprofile = \"x\"\nlabel = \"X\"\ncolour = \"rde\"",
                "config.toml:4:1: there is no colour `rde`; did you mean `red`?",
            ),
            ("[[policy]]\nread_only = true", "config.toml:1:1: a policy says what it is about"),
            ("[[policy]]\nprofile = \"x\"", "config.toml:1:1: a policy says what holds there"),
            ("[[policy]]\nprofile = \"x\"\ncolour = \"red\"", "config.toml:1:1: `colour` is the colour of a `label`"),
            ("[[policy]]\nprofile = \"\"\nread_only = true", "config.toml:2:1: `profile` is empty"),
            ("[[policy]]\ntag = \"=prod\"\nread_only = true", "config.toml:2:1: `=prod` is no tag"),
            ("[[policy]]\nprofile = \"x\"\nlabel = \"PRODUCTION EUROPE\"", "config.toml:3:1: `label` is a word"),
            ("[[policy]]\nprofile = \"x\"\nread_only = 1", "config.toml:3:1: `read_only` is true or false"),
            ("policy = 1", "[[policy]]"),
            ("aliases = 1", "[aliases]"),
        ];
        for (text, words) in cases {
            let complaint = file::read("config.toml", text).expect_err(text).to_string();
            assert!(complaint.contains(words) && !complaint.contains('\n'), "{text}: {complaint}");
        }
    }
}
