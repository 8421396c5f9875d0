//! The configuration file while the program runs: looked at every second, read again once it has changed and then kept still, and kept
//! as it last was when it could be used.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::private;
use crate::{
    app::settings::Settings,
    config::{self, Config, Environment, Layer, Place, Standing, Wanted, Wrong, themes},
    model::Text,
};

/// How often it is looked whether a file has changed: a look at its time and size, no more.
const EVERY: Duration = Duration::from_secs(1);
/// What the file is kept as, in the program's folder of state.
const KEPT: &str = "config.last.toml";

/// What a configuration is made of, to make it anew.
#[derive(Debug, Clone)]
pub(super) struct Sources {
    pub(super) place: Place,
    pub(super) environment: Environment,
    pub(super) flags: Layer,
    pub(super) wanted: Wanted,
    /// The files as they were before they were first read.
    seen: Stamps,
}

/// The files that a configuration is read from, and when each was last written.
type Stamps = Vec<(PathBuf, Stamp)>;

/// When a file was last written, and its size; `None` where there is none.
type Stamp = Option<(SystemTime, u64)>;

impl Sources {
    /// These sources, with the files as they are now.
    pub(super) fn new(place: Place, environment: Environment, flags: Layer, wanted: Wanted) -> Self {
        let sources = Self { place, environment, flags, wanted, seen: Stamps::new() };
        Self { seen: sources.stamps(), ..sources }
    }

    /// The configuration, whatever the file holds; a file that can be used is kept.
    pub(super) fn stand(&self) -> Result<Standing, Wrong> {
        let last = self.kept().and_then(|path| fs::read_to_string(path).ok());
        let standing = config::stand(&self.place, &self.environment, &self.flags, self.wanted, last.as_deref())?;
        if standing.broken.is_none() {
            self.keep(last.as_deref());
        }
        Ok(standing)
    }

    fn read(&self) -> Result<Config, Wrong> {
        let config = config::load(&self.place, &self.environment, self.flags.clone(), self.wanted)?;
        self.keep(None);
        Ok(config)
    }

    /// Where the usual file is kept. One that was named is the affair of whoever named it.
    fn kept(&self) -> Option<PathBuf> {
        let state = self.environment.state_directory().filter(|_| self.place == Place::Usual);
        state.map(|state| state.join(KEPT))
    }

    /// Keeps the file as it is. That it cannot be kept is no reason not to start.
    fn keep(&self, last: Option<&str>) {
        let text = self.place.path(&self.environment).and_then(|path| fs::read_to_string(path).ok());
        let (Some(text), Some(kept)) = (text, self.kept()) else { return };
        if last != Some(text.as_str())
            && let Err(error) = write(&kept, &text)
        {
            tracing::warn!(%error, "the configuration is not kept");
        }
    }

    /// When each of the files was last written: the configuration, and the themes of the user.
    fn stamps(&self) -> Stamps {
        let themes = self.environment.config_file("themes").map(|folder| themes::files(&folder)).unwrap_or_default();
        let files = self.place.path(&self.environment).into_iter().chain(themes);
        files.map(|path| (path.clone(), stamp(&path))).collect()
    }
}

fn stamp(path: &Path) -> Stamp {
    let found = fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// Replaces the kept file whole or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    private::folder(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?;
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    io::Write::write_all(&mut private::fresh(&fresh)?, text.as_bytes())?;
    fs::rename(fresh, path)
}

/// Reads the configuration whenever one of its files has changed. The looking is done beside the loop: a home behind a network may stall.
pub(super) fn watch(sources: Sources) -> UnboundedReceiver<Result<Config, Wrong>> {
    let (out, changes) = unbounded_channel();
    tokio::spawn(follow(sources, EVERY, out));
    changes
}

async fn follow(sources: Sources, every: Duration, out: UnboundedSender<Result<Config, Wrong>>) {
    let look = || {
        let sources = sources.clone();
        tokio::task::spawn_blocking(move || sources.stamps())
    };
    let (mut read, mut before) = (sources.seen.clone(), sources.seen.clone());
    let mut clock = tokio::time::interval(every);
    while !out.is_closed() {
        clock.tick().await;
        let Ok(now) = look().await else { return };
        // An editor may write in several steps: what has just changed is read at the next look.
        if now != read && now == before {
            read.clone_from(&now);
            let sources = sources.clone();
            let Ok(config) = tokio::task::spawn_blocking(move || sources.read()).await else { return };
            if out.send(config).is_err() {
                return;
            }
        }
        before = now;
    }
}

/// What of a configuration holds at once, beside the one before it.
pub(super) fn settings(config: &Config, before: &Config) -> Settings {
    let changed = [
        ("targets", config.accounts != before.accounts),
        ("profile", config.profiles != before.profiles),
        ("region", config.regions != before.regions),
        ("endpoint_url", config.source != before.source),
        ("filter", config.filter != before.filter),
        ("journal", config.journal != before.journal),
    ];
    Settings {
        policy: config.policy,
        rules: config.rules.clone(),
        budget: config.budget,
        confirm: config.confirm,
        themes: names(config),
        theme: (config.theme.name != before.theme.name).then(|| Text::new(&config.theme.name)),
        mouse: (config.mouse != before.mouse).then_some(config.mouse),
        link: (config.link != before.link).then_some(config.link),
        later: changed.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect(),
    }
}

/// The names of the themes that can be chosen.
pub(super) fn names(config: &Config) -> Vec<Text> {
    config.themes.names().map(Text::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Link, Mouse},
        service::executor::Policy,
    };

    fn at(home: &tempfile::TempDir) -> Sources {
        let environment = Environment::from([("HOME", home.path().to_str().unwrap())]);
        Sources::new(Place::Usual, environment, Layer::default(), Wanted::Demo)
    }

    fn put(home: &tempfile::TempDir, text: &str) {
        let folder = home.path().join(".config/quarterdeck");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), text).unwrap();
    }

    #[test]
    fn a_broken_file_is_stood_in_for_by_what_it_last_held() {
        let home = tempfile::tempdir().unwrap();
        put(&home, "theme = \"nord\"");
        let good = at(&home).stand().unwrap();
        assert_eq!((good.config.theme.name.as_str(), good.config.policy, &good.broken), ("nord", Policy::Operator, &None));
        put(&home, "theme = \"nord\"\nread_onyl = true");
        let standing = at(&home).stand().unwrap();
        assert_eq!((standing.config.theme.name.as_str(), standing.config.policy), ("nord", Policy::ReadOnly));
        assert!(standing.broken.is_some_and(|wrong| wrong.to_string().contains("config.toml:2:1: there is no setting `read_onyl`")));
    }

    #[test]
    fn with_nothing_kept_the_defaults_stand_in() {
        let home = tempfile::tempdir().unwrap();
        put(&home, "theme = \"nord\nconfirm = 3");
        let standing = at(&home).stand().unwrap();
        assert_eq!((standing.config.policy, standing.config.confirm), (Policy::ReadOnly, crate::app::state::MANY));
        assert!(standing.broken.is_some_and(|wrong| wrong.to_string().contains("config.toml:1:")));
    }

    #[test]
    fn a_wrong_flag_is_still_a_mistake_of_the_command_line() {
        let home = tempfile::tempdir().unwrap();
        put(&home, "oops");
        let flags = Layer { theme: Some("purple".to_owned()), ..Layer::default() };
        assert!(Sources { flags, ..at(&home) }.stand().unwrap_err().to_string().contains("purple"));
        let absent = Sources { place: Place::Named(home.path().join("absent.toml")), ..at(&home) };
        assert!(absent.stand().unwrap_err().to_string().contains("absent.toml"));
    }

    #[test]
    fn what_cannot_change_while_it_runs_is_named() {
        let home = tempfile::tempdir().unwrap();
        let before = at(&home).stand().unwrap().config;
        let after = Config { regions: vec!["eu-west-1".to_owned()], budget: 3.0, ..before.clone() };
        let settings = settings(&after, &before);
        assert_eq!((settings.later, settings.budget, settings.theme), (vec!["region"], 3.0, None));
    }

    #[test]
    fn how_the_terminal_is_used_is_told_where_it_has_changed() {
        let home = tempfile::tempdir().unwrap();
        let before = at(&home).stand().unwrap().config;
        let same = settings(&before, &before);
        assert_eq!((same.mouse, same.link), (None, None));
        let after = Config { mouse: Mouse::Off, link: Link::Slow, ..before.clone() };
        let other = settings(&after, &before);
        assert_eq!((other.mouse, other.link, other.later), (Some(Mouse::Off), Some(Link::Slow), Vec::new()));
    }

    #[tokio::test]
    async fn a_file_is_read_again_when_it_has_changed() {
        let home = tempfile::tempdir().unwrap();
        put(&home, "");
        let (out, mut changes) = unbounded_channel();
        tokio::spawn(follow(at(&home), Duration::from_millis(5), out));
        put(&home, "theme = \"nord\"");
        let told = changes.recv().await.unwrap();
        assert_eq!(told.unwrap().theme.name, "nord");
        put(&home, "theme = \"nrod\"");
        assert!(changes.recv().await.unwrap().unwrap_err().to_string().contains("did you mean `nord`?"));
    }
}
