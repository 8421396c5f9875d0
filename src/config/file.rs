//! One configuration file: what may stand in it, and complaints that name the line.

use std::{fmt, ops::Range};

use toml::de::{DeTable, DeValue};

use super::{
    Layer, Link, Mouse, accounts,
    keymap::{self, Binding},
    policies,
    terminal::Clipboard,
};
use crate::{
    service::{executor::Policy, ledger::Duty},
    ui::theme::Charset,
};

/// What is wrong with a configuration or a command line, and what to do about it; one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

const SETTINGS: &[&str] = &[
    "theme",
    "ascii",
    "read_only",
    "profile",
    "region",
    "endpoint_url",
    "filter",
    "open",
    "targets",
    "policy",
    "aliases",
    "metrics",
    "journal",
    "confirm",
    "clipboard",
    "mouse",
    "low_bandwidth",
    "keys",
];
/// What may stand under `[metrics]`.
const METRICS: &[&str] = &["max_usd_per_hour"];
/// What may stand under `[journal]`.
const JOURNAL: &[&str] = &["required"];

/// What may stand under `[confirm]`.
const CONFIRM: &[&str] = &["rows"];

/// A file with the name it is complained about by.
pub(super) struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

/// A value and what it is the value of.
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    value: &'a DeValue<'a>,
    place: String,
}

/// Reads a configuration.
pub fn read(name: &str, text: &str) -> Result<Layer, Wrong> {
    let mut layer = Layer::default();
    let source = Source { name, text };
    source.each(|entry, source| source.setting(&mut layer, entry))?;
    Ok(layer)
}

/// Reads a table of keys that stands alone in a file.
pub(super) fn keys(name: &str, text: &str) -> Result<Vec<Binding>, Wrong> {
    let mut bindings = Vec::new();
    Source { name, text }.each(|entry, _| {
        bindings.push(entry.binding()?);
        Ok(())
    })?;
    Ok(bindings)
}

impl Source<'_> {
    fn each(&self, mut take: impl FnMut(&Entry<'_>, &Self) -> Result<(), Wrong>) -> Result<(), Wrong> {
        let table = DeTable::parse(self.text).map_err(|error| self.broken(&error))?;
        self.entries(table.get_ref()).iter().try_for_each(|entry| take(entry, self))
    }

    /// In the order of the file, so that the first mistake is told first.
    pub(super) fn entries<'t>(&self, table: &'t DeTable<'_>) -> Vec<Entry<'t>> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&'t toml::Spanned<_>, &'t toml::Spanned<DeValue<'_>>)| self.entry(key, value);
        entries.into_iter().map(entry).collect()
    }

    fn entry<'t>(&self, key: &'t toml::Spanned<std::borrow::Cow<'_, str>>, value: &'t toml::Spanned<DeValue<'_>>) -> Entry<'t> {
        Entry { key: key.get_ref(), value: value.get_ref(), place: self.place(&key.span()) }
    }

    fn place(&self, span: &Range<usize>) -> String {
        place(self.name, self.text, span.start)
    }

    fn broken(&self, error: &toml::de::Error) -> Wrong {
        let place = error.span().map_or_else(|| self.name.to_owned(), |span| self.place(&span));
        let message: Vec<&str> = error.message().split_whitespace().collect();
        Wrong(format!("{place}: this is not TOML: {}", message.join(" ")))
    }

    fn setting(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        match entry.key {
            "theme" => layer.theme = Some(entry.word()?),
            "ascii" => layer.charset = entry.flag()?.then_some(Charset::Ascii),
            "read_only" => layer.policy = Some(if entry.flag()? { Policy::ReadOnly } else { Policy::Operator }),
            "profile" => layer.profiles = Some(entry.words()?),
            "region" => layer.regions = Some(entry.words()?),
            "endpoint_url" => layer.endpoint = Some(entry.word()?),
            "filter" => layer.filter = Some(entry.word()?),
            "open" => layer.open = Some(entry.word()?),
            "targets" => self.targets(layer, entry)?,
            "policy" => self.policies(layer, entry)?,
            "aliases" => self.aliases(layer, entry)?,
            "metrics" => self.metrics(layer, entry)?,
            "journal" => self.journal(layer, entry)?,
            "confirm" => self.confirm(layer, entry)?,
            "clipboard" => layer.clipboard = Some(entry.clipboard()?),
            "mouse" => layer.mouse = Some(if entry.flag()? { Mouse::On } else { Mouse::Off }),
            "low_bandwidth" => layer.link = Some(if entry.flag()? { Link::Slow } else { Link::Fast }),
            "keys" => layer.keys = self.bindings(entry)?,
            other => return entry.wrong(&format!("there is no setting `{other}`{}", nearest(other, SETTINGS.iter().copied()))),
        }
        Ok(())
    }

    fn targets(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        let complaint = "`targets` are tables: write [[targets]] above the lines of each";
        let Some(tables) = entry.value.as_array() else { return entry.wrong(complaint) };
        for table in tables {
            let Some(lines) = table.get_ref().as_table() else { return entry.wrong(complaint) };
            layer.accounts.extend(accounts::read(self, lines, &self.place(&table.span()))?);
        }
        Ok(())
    }

    fn policies(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        let complaint = "`policy` are tables: write [[policy]] above the lines of each";
        let Some(tables) = entry.value.as_array() else { return entry.wrong(complaint) };
        for table in tables {
            let Some(lines) = table.get_ref().as_table() else { return entry.wrong(complaint) };
            layer.rules.rules.push(policies::read(self, lines, &self.place(&table.span()))?);
        }
        Ok(())
    }

    fn aliases(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        let Some(table) = entry.value.as_table() else { return entry.wrong("`aliases` is a table: write [aliases] above its lines") };
        for entry in self.entries(table) {
            layer.rules.aliases.insert(entry.key.to_owned(), entry.word()?);
        }
        Ok(())
    }

    fn metrics(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        let Some(table) = entry.value.as_table() else { return entry.wrong("`metrics` is a table: write [metrics] above its lines") };
        self.entries(table).iter().try_for_each(|entry| match entry.key {
            "max_usd_per_hour" => {
                layer.budget = Some(entry.dollars()?);
                Ok(())
            }
            other => entry.wrong(&format!("there is no setting `metrics.{other}`{}", nearest(other, METRICS.iter().copied()))),
        })
    }

    fn journal(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        let Some(table) = entry.value.as_table() else { return entry.wrong("`journal` is a table: write [journal] above its lines") };
        self.entries(table).iter().try_for_each(|entry| match entry.key {
            "required" => {
                layer.journal = Some(if entry.flag()? { Duty::Required } else { Duty::Wished });
                Ok(())
            }
            other => entry.wrong(&format!("there is no setting `journal.{other}`{}", nearest(other, JOURNAL.iter().copied()))),
        })
    }

    fn confirm(&self, layer: &mut Layer, entry: &Entry<'_>) -> Result<(), Wrong> {
        let Some(table) = entry.value.as_table() else { return entry.wrong("`confirm` is a table: write [confirm] above its lines") };
        self.entries(table).iter().try_for_each(|entry| match entry.key {
            "rows" => {
                layer.confirm = Some(entry.count()?);
                Ok(())
            }
            other => entry.wrong(&format!("there is no setting `confirm.{other}`{}", nearest(other, CONFIRM.iter().copied()))),
        })
    }

    fn bindings(&self, entry: &Entry<'_>) -> Result<Vec<Binding>, Wrong> {
        let Some(table) = entry.value.as_table() else { return entry.wrong("`keys` is a table: write [keys] above its lines") };
        self.entries(table).iter().map(Entry::binding).collect()
    }
}

impl Entry<'_> {
    pub(super) fn wrong<T>(&self, what: &str) -> Result<T, Wrong> {
        Err(Wrong(format!("{}: {what}", self.place)))
    }

    pub(super) fn flag(&self) -> Result<bool, Wrong> {
        self.value.as_bool().map_or_else(|| self.wrong(&format!("`{}` is true or false", self.key)), Ok)
    }

    /// A sum of money; 0 for none.
    fn dollars(&self) -> Result<f64, Wrong> {
        let number = match self.value {
            DeValue::Float(float) => float.as_str().parse::<f64>().ok(),
            DeValue::Integer(integer) => integer.as_str().parse::<f64>().ok(),
            _ => None,
        };
        let sum = number.filter(|sum| sum.is_finite() && *sum >= 0.0);
        sum.map_or_else(|| self.wrong(&format!("`{}` is a number of dollars, like 0.25", self.key)), Ok)
    }

    fn count(&self) -> Result<usize, Wrong> {
        let number = match self.value {
            DeValue::Integer(integer) => integer.as_str().parse::<usize>().ok(),
            _ => None,
        };
        number.map_or_else(|| self.wrong(&format!("`{}` is a number of rows, like 10", self.key)), Ok)
    }

    fn clipboard(&self) -> Result<Clipboard, Wrong> {
        let named = Clipboard::named(&self.word()?);
        named.map_or_else(|| self.wrong(&format!("`{}` is one of {}", self.key, super::listed(Clipboard::NAMES))), Ok)
    }

    pub(super) fn word(&self) -> Result<String, Wrong> {
        let word = self.value.as_str().map(str::to_owned);
        word.map_or_else(|| self.wrong(&format!("`{}` takes a text in quotes", self.key)), Ok)
    }

    /// A list of texts; a single text counts as a list with commas.
    pub(super) fn words(&self) -> Result<Vec<String>, Wrong> {
        match self.value.as_str() {
            Some(text) => Ok(text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()),
            None => Ok(self.list()?.into_iter().map(str::to_owned).collect()),
        }
    }

    fn list(&self) -> Result<Vec<&str>, Wrong> {
        let texts = |values: &'_ toml::de::DeArray<'_>| values.iter().all(|value| value.get_ref().is_str());
        match self.value.as_array() {
            Some(values) if texts(values) => Ok(values.iter().filter_map(|value| value.get_ref().as_str()).collect()),
            _ => self.wrong(&format!("`{}` takes a text in quotes or a list of them", self.key)),
        }
    }

    /// A comma is a key, so a single text is one chord and not a list.
    fn binding(&self) -> Result<Binding, Wrong> {
        let keys = self.value.as_str().map_or_else(|| self.list(), |single| Ok(vec![single]))?;
        keymap::binding(self.key, &keys, self.place.clone())
    }
}

/// `config.toml:7:3`: line and column of a byte, both from 1, the column in characters.
pub(super) fn place(name: &str, text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    format!("{name}:{}:{}", before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// `; did you mean …?` when one of the names is close enough to be meant, else nothing.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let scored = names.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(word, name), name));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0));
    best.filter(|(score, _)| *score > 0.5).map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        read("config.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn every_setting_is_read() {
        let text = "theme = \"nord\"\nascii = true\nread_only = true\nprofile = \"a, b\"\nregion = [\"eu-west-1\"]\n\
                    endpoint_url = \"http://127.0.0.1:5000\"\nfilter = \"state:running\"\n[metrics]\nmax_usd_per_hour = 1.5\n\
                    [journal]\nrequired = false\n[confirm]\nrows = 3\n[keys]\nwide = \"W\"";
        let layer = read("config.toml", text).unwrap();
        assert_eq!(layer.profiles.as_deref(), Some(["a".to_owned(), "b".to_owned()].as_slice()));
        assert_eq!(layer.regions.as_deref(), Some(["eu-west-1".to_owned()].as_slice()));
        assert_eq!((layer.charset, layer.policy), (Some(Charset::Ascii), Some(Policy::ReadOnly)));
        assert_eq!((layer.keys.len(), layer.keys[0].place.as_str(), layer.budget), (1, "config.toml:15:1", Some(1.5)));
        assert_eq!((layer.journal, layer.confirm), (Some(Duty::Wished), Some(3)));
    }

    #[test]
    fn mistakes_name_the_line_and_the_remedy() {
        assert_eq!(complaint("\nthme = \"x\""), "config.toml:2:1: there is no setting `thme`; did you mean `theme`?");
        assert_eq!(complaint("zzz = 1"), "config.toml:1:1: there is no setting `zzz`");
        assert_eq!(complaint("ascii = 1"), "config.toml:1:1: `ascii` is true or false");
        assert_eq!(complaint("region = [1]"), "config.toml:1:1: `region` takes a text in quotes or a list of them");
        assert_eq!(complaint("# x\n[keys]\nwyde = \"w\""), "config.toml:3:1: there is no command `wyde`; did you mean `wide`?");
        assert!(complaint("keys = 3").contains("[keys]"));
        assert_eq!(
            complaint("[metrics]\nmax_usd_hour = 1"),
            "config.toml:2:1: there is no setting `metrics.max_usd_hour`; did you mean `max_usd_per_hour`?"
        );
        assert!(complaint("[metrics]\nmax_usd_per_hour = -1").contains("a number of dollars"));
        assert!(complaint("[journal]\nneeded = true").contains("there is no setting `journal.needed`"));
        assert!(complaint("[confirm]\nrows = -1").contains("a number of rows"));
        assert!(complaint("[confirm]\nrow = 1").contains("did you mean `rows`"));
        assert!(complaint("journal = true").contains("[journal]"));
    }

    #[test]
    fn a_broken_file_is_one_line() {
        let complaint = complaint("theme = \"x\"\nregion = \n");
        assert!(complaint.starts_with("config.toml:2:10: this is not TOML") && !complaint.contains('\n'), "{complaint}");
    }
}
