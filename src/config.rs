//! What the user wants: defaults ← file ← environment ← flags, laid over each other and checked once.
//!
//! Invariant: nothing here looks at the process. Variables come in as an [`Environment`], and the one file is read by name.

pub mod accounts;
pub mod chord;
pub mod environment;
pub mod file;
pub mod keymap;
pub mod policies;
pub mod terminal;
pub mod themes;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use self::{accounts::Account, environment::Environment, file::Wrong, keymap::Keymap, terminal::Clipboard, themes::Themes};
pub use crate::app::manner::{Link, Mouse};
use crate::{
    app::{
        meter,
        state::{self, Source},
    },
    service::{self, Kind, executor::Policy, ledger::Duty, policy::Rules},
    ui::theme::{Charset, Depth, Theme},
};

/// The default configuration, every line of it explained.
pub const DEFAULT: &str = include_str!("config/default.toml");

/// The default configuration with every key: the lines of the keymap follow its last section, each below what its command does.
pub fn default_text() -> String {
    let keys = keymap::lines().into_iter().map(|(line, sentence)| format!("\n# {sentence}\n#{line}\n"));
    format!("{}{}", DEFAULT, keys.collect::<String>())
}

/// What stands for every region that an account has enabled.
pub const EVERYWHERE: &str = "all";

/// What one of the sources has to say; what it leaves open is for the one below.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layer {
    /// Name of the theme.
    pub theme: Option<String>,
    /// Which characters to draw with.
    pub charset: Option<Charset>,
    /// Whether actions may run.
    pub policy: Option<Policy>,
    /// What may be done where.
    pub rules: Rules,
    /// Accounts with access of their own.
    pub accounts: Vec<Account>,
    /// AWS profiles.
    pub profiles: Option<Vec<String>>,
    /// AWS regions.
    pub regions: Option<Vec<String>>,
    /// An endpoint to use instead of AWS's.
    pub endpoint: Option<String>,
    /// The filter lists open with.
    pub filter: Option<String>,
    /// What is opened first: `findings`, or a kind.
    pub open: Option<String>,
    /// Dollars an hour that `CloudWatch` may cost.
    pub budget: Option<f64>,
    /// What happens to a call that cannot be written down in the journal.
    pub journal: Option<Duty>,
    /// Rows above which every action is confirmed by typing their number.
    pub confirm: Option<usize>,
    /// How a text gets on a clipboard.
    pub clipboard: Option<Clipboard>,
    /// Whose the mouse is.
    pub mouse: Option<Mouse>,
    /// How much the line to the terminal carries.
    pub link: Option<Link>,
    /// Lines of the keymap.
    pub keys: Vec<keymap::Binding>,
}

/// Which fleet is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// What the configuration says: AWS, or an endpoint.
    Configured,
    /// The simulated one; profiles and endpoints that are configured do not apply to it.
    Demo,
}

/// Everything that was decided before the first frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The theme to begin with, fitted to the terminal's colours and characters.
    pub theme: Theme,
    /// All there are to choose from, fitted like it.
    pub themes: Themes,
    /// Whether actions may run.
    pub policy: Policy,
    /// What may be done where.
    pub rules: Rules,
    /// Where the fleet is.
    pub source: Source,
    /// Accounts with access of their own.
    pub accounts: Vec<Account>,
    /// AWS profiles; empty for whatever the SDK finds.
    pub profiles: Vec<String>,
    /// AWS regions; empty for whatever the SDK finds.
    pub regions: Vec<String>,
    /// The filter lists open with.
    pub filter: String,
    /// The list that is opened first; `None` for the findings.
    pub open: Option<&'static Kind>,
    /// Dollars an hour that `CloudWatch` may cost.
    pub budget: f64,
    /// What happens to a call that cannot be written down in the journal.
    pub journal: Duty,
    /// Rows above which every action is confirmed by typing their number.
    pub confirm: usize,
    /// How a text gets on a clipboard.
    pub clipboard: Clipboard,
    /// Whose the mouse is.
    pub mouse: Mouse,
    /// How much the line to the terminal carries.
    pub link: Link,
    /// The keys.
    pub keymap: Keymap,
}

/// A configuration for a screen that opens whatever the file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What holds.
    pub config: Config,
    /// What is wrong with the file, if it cannot be used. Nothing is done then: what the file forbids is not known.
    pub broken: Option<Wrong>,
}

/// Where a configuration is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the user's directory, where it need not be.
    Usual,
    /// Here, and nowhere else.
    Named(PathBuf),
}

/// Lays the flags over the environment over the file, and checks the outcome.
pub fn load(place: &Place, environment: &Environment, flags: Layer, wanted: Wanted) -> Result<Config, Wrong> {
    let below = from_environment(environment).over(from_file(place, environment)?);
    settle(together(flags, below, wanted), environment, wanted)
}

/// The same, but a file that cannot be used locks nobody out: what it last held stands in for it, or else the defaults, and read-only
/// until it is mended. A file that is named and not there is a mistake of the command line.
pub fn stand(place: &Place, environment: &Environment, flags: &Layer, wanted: Wanted, last: Option<&str>) -> Result<Standing, Wrong> {
    let wrong = match load(place, environment, flags.clone(), wanted) {
        Ok(config) => return Ok(Standing { config, broken: None }),
        Err(wrong) => wrong,
    };
    if matches!(place, Place::Named(path) if !path.exists()) {
        return Err(wrong);
    }
    let without = |file: Layer| {
        let below = from_environment(environment).over(file);
        settle(together(flags.clone(), below, wanted), environment, wanted)
    };
    let kept = last.and_then(|text| file::read("the last good file", text).ok()).and_then(|file| without(file).ok());
    // When nothing of the file is left and it is still wrong, the flags are.
    let config = kept.map_or_else(|| without(Layer::default()), Ok)?;
    Ok(Standing { config: Config { policy: Policy::ReadOnly, ..config }, broken: Some(wrong) })
}

/// The flags over all else. What is configured about accounts and regions does not apply to the demonstration, only what is asked for with it.
fn together(flags: Layer, below: Layer, wanted: Wanted) -> Layer {
    match wanted {
        Wanted::Configured => flags.over(below),
        Wanted::Demo => flags.over(Layer { accounts: Vec::new(), profiles: None, regions: None, ..below }),
    }
}

impl Layer {
    /// This, and where it is silent the one below.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            theme: self.theme.or(below.theme),
            charset: self.charset.or(below.charset),
            policy: stricter(self.policy, below.policy),
            rules: if self.rules.is_empty() { below.rules } else { self.rules },
            accounts: if self.accounts.is_empty() { below.accounts } else { self.accounts },
            profiles: self.profiles.or(below.profiles),
            regions: self.regions.or(below.regions),
            endpoint: self.endpoint.or(below.endpoint),
            filter: self.filter.or(below.filter),
            open: self.open.or(below.open),
            budget: self.budget.or(below.budget),
            journal: self.journal.or(below.journal),
            confirm: self.confirm.or(below.confirm),
            clipboard: self.clipboard.or(below.clipboard),
            mouse: self.mouse.or(below.mouse),
            link: self.link.or(below.link),
            keys: if self.keys.is_empty() { below.keys } else { self.keys },
        }
    }
}

/// Read-only wins wherever it is said: nothing may widen what a careful hand has narrowed.
fn stricter(one: Option<Policy>, other: Option<Policy>) -> Option<Policy> {
    let either = [one, other].contains(&Some(Policy::ReadOnly)).then_some(Policy::ReadOnly);
    either.or(one).or(other)
}

fn settle(layer: Layer, environment: &Environment, wanted: Wanted) -> Result<Config, Wrong> {
    let own = layer.accounts.iter().flat_map(|account| &account.regions);
    layer.regions.iter().flatten().chain(own).try_for_each(|region| region_like(region))?;
    let link = layer.link.unwrap_or_default();
    let (depth, charset) = looks(layer.charset, link, environment);
    let themes = Themes::read(environment.config_file("themes").as_deref(), depth, charset);
    let theme = layer.theme.as_deref().map_or_else(|| Ok(Theme::for_terminal(depth, charset)), |name| themes.wanted(name).cloned())?;
    Ok(Config {
        theme,
        themes,
        policy: layer.policy.unwrap_or(Policy::Operator),
        rules: layer.rules,
        source: source(layer.endpoint.as_deref(), wanted)?,
        accounts: layer.accounts,
        profiles: layer.profiles.unwrap_or_default(),
        regions: layer.regions.unwrap_or_default(),
        open: opened(layer.open.as_deref(), layer.filter.as_deref())?,
        filter: layer.filter.unwrap_or_default(),
        budget: layer.budget.unwrap_or(meter::BUDGET),
        journal: layer.journal.unwrap_or(Duty::Required),
        confirm: layer.confirm.unwrap_or(state::MANY),
        clipboard: layer.clipboard.unwrap_or_default(),
        mouse: layer.mouse.unwrap_or_default(),
        link,
        keymap: Keymap::new(&layer.keys)?,
    })
}

/// The word for what is wrong anywhere, where a kind could stand.
const FINDINGS: &str = "findings";

/// What is opened first. A filter is for a list: that of the first kind, unless another is named.
fn opened(word: Option<&str>, filter: Option<&str>) -> Result<Option<&'static Kind>, Wrong> {
    let first = service::ALL.first().and_then(|service| service.kinds.first().copied());
    match word {
        None | Some(FINDINGS) if filter.is_none_or(str::is_empty) => Ok(None),
        None | Some(FINDINGS) => Ok(first),
        Some(word) => {
            let names = service::kinds().map(|kind| kind.id.0).chain([FINDINGS]);
            let complaint = || Wrong(format!("there is no kind `{word}` to open{}", file::nearest(word, names)));
            service::kind(word).map(Some).ok_or_else(complaint)
        }
    }
}

/// A slow line is spared what takes many bytes to say: millions of colours, and characters of three bytes.
fn looks(charset: Option<Charset>, link: Link, environment: &Environment) -> (Depth, Charset) {
    let depth = match (link, environment.depth()) {
        (Link::Slow, Depth::True | Depth::Ansi256) => Depth::Ansi16,
        (_, depth) => depth,
    };
    (depth, charset.or((link == Link::Slow).then_some(Charset::Ascii)).unwrap_or_else(|| environment.charset()))
}

/// Names as a sentence lists them.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn source(endpoint: Option<&str>, wanted: Wanted) -> Result<Source, Wrong> {
    match (wanted, endpoint) {
        (Wanted::Demo, _) => Ok(Source::Demo),
        (Wanted::Configured, None) => Ok(Source::Aws),
        (Wanted::Configured, Some(url)) => endpoint_like(url).map(|()| Source::Endpoint(url.into())),
    }
}

fn endpoint_like(url: &str) -> Result<(), Wrong> {
    let parsed = url.parse::<http::Uri>().ok();
    let usable = parsed.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some());
    let complaint = || Wrong(format!("`{url}` is no endpoint; write it like http://127.0.0.1:5000"));
    usable.then_some(()).ok_or_else(complaint)
}

fn region_like(region: &str) -> Result<(), Wrong> {
    if region == EVERYWHERE {
        return Ok(());
    }
    let letters = region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let shape = region.matches('-').count() >= 2 && region.ends_with(|c: char| c.is_ascii_digit());
    let complaint = || Wrong(format!("`{region}` is no region; regions are written like eu-west-1, or all"));
    (letters && shape).then_some(()).ok_or_else(complaint)
}

fn from_environment(environment: &Environment) -> Layer {
    let single = |name: &str| environment.get(name).map(|value| vec![value.to_owned()]);
    Layer {
        profiles: single("AWS_PROFILE"),
        regions: single("AWS_REGION").or_else(|| single("AWS_DEFAULT_REGION")),
        endpoint: environment.get("AWS_ENDPOINT_URL").map(str::to_owned),
        ..Layer::default()
    }
}

impl Place {
    /// The file; `None` for the usual one of somebody without a home.
    pub fn path(&self, environment: &Environment) -> Option<PathBuf> {
        match self {
            Self::Named(path) => Some(path.clone()),
            Self::Usual => environment.config_file("config.toml"),
        }
    }
}

fn from_file(place: &Place, environment: &Environment) -> Result<Layer, Wrong> {
    let Some(path) = place.path(environment) else { return Ok(Layer::default()) };
    match (fs::read_to_string(&path), place) {
        (Ok(text), _) => file::read(&shown(&path, environment), &text),
        (Err(error), Place::Usual) if error.kind() == io::ErrorKind::NotFound => Ok(Layer::default()),
        (Err(error), _) => Err(unreadable(&path, &error)),
    }
}

/// A path as people write it: what is wrong in the file is not to be pushed out of sight by where it is.
fn shown(path: &Path, environment: &Environment) -> String {
    let below_home = environment.get("HOME").and_then(|home| path.strip_prefix(home).ok());
    below_home.map_or_else(|| path.display().to_string(), |rest| format!("~/{}", rest.display()))
}

fn unreadable(path: &Path, error: &io::Error) -> Wrong {
    Wrong(format!("{}: cannot be read ({error}); name another file with --config", path.display()))
}

#[cfg(test)]
mod tests;
