//! What is answered without a fleet: completions, the manual page, and the configuration's default, place and state.

use std::io::{self, Write};

use super::{DONE, FAILED, deeds::wrote};
use crate::{
    cli::{self, Aid, Cli, Part},
    config::{self, Environment, Wrong},
};

/// Answers what needs no fleet.
pub(super) fn help(aid: &Aid, cli: &Cli, environment: &Environment) -> Result<u8, Wrong> {
    match aid {
        Aid::Completions(wish) => Ok(print("the completions", &cli::completions(wish.shell))),
        Aid::Man => Ok(manual()),
        Aid::Config(wish) => configuration(wish.part, cli, environment),
    }
}

fn manual() -> u8 {
    match cli::manual() {
        Ok(page) => print("the manual page", &page),
        Err(error) => wrote("the manual page", Err(error)).max(FAILED),
    }
}

fn configuration(part: Part, cli: &Cli, environment: &Environment) -> Result<u8, Wrong> {
    let path = cli.place().path(environment);
    let path = path.ok_or_else(|| Wrong("there is no place for it: set HOME or XDG_CONFIG_HOME, or name a file with --config".to_owned()));
    match part {
        Part::Default => Ok(print("the configuration", config::default_text().as_bytes())),
        Part::Path => Ok(print("the path", format!("{}\n", path?.display()).as_bytes())),
        Part::Check => {
            let path = path?;
            let config = config::load(&cli.place(), environment, cli.layer(), cli.wanted())?;
            // Of several mistakes the first is told, as everywhere.
            config.themes.wrong().first().map_or(Ok(()), |wrong| Err(wrong.clone()))?;
            let themes = config.themes.names().len();
            let found = if path.exists() { "right" } else { "not there, and need not be: the defaults hold" };
            Ok(print("the answer", format!("{}: {found}; {themes} themes\n", path.display()).as_bytes()))
        }
    }
}

fn print(what: &str, bytes: &[u8]) -> u8 {
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    if wrote(what, written) == DONE { DONE } else { FAILED }
}
