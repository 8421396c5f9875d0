//! What is on this machine: terminal, configuration, files, journal, log.

use std::{
    fs,
    io::{self, IsTerminal},
    path::Path,
};

use super::{
    Visit,
    report::{Area, Check},
};
use crate::{
    app::geometry::SMALLEST,
    config::Environment,
    runtime::{journal::Journal, private, terminal},
    service::ledger::Duty,
    ui::theme::{Charset, Depth},
};

/// Everything that can be looked at without asking anybody.
pub(super) fn look(visit: &Visit<'_>) -> Vec<Check> {
    let environment = &visit.sources.environment;
    let mut checks = vec![size(), colours(environment), characters(environment)];
    checks.extend(clipboard(environment));
    checks.extend(configuration(visit));
    checks.extend(folders(environment));
    checks.push(journal(visit));
    checks.push(match visit.log {
        Ok(log) => Check::ok(Area::Log, &log.path.display().to_string()),
        Err(why) => Check::warn(Area::Log, why, "the program runs without one"),
    });
    checks
}

fn size() -> Check {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Check::warn(Area::Terminal, "this is none", "ask again at the terminal you mean; for scripts there is `qd list`");
    }
    match terminal::size() {
        Ok((columns, rows)) => sized(columns, rows),
        Err(error) => Check::warn(Area::Terminal, &format!("its size is not known ({error})"), "80 × 24 is taken for it"),
    }
}

fn sized(columns: u16, rows: u16) -> Check {
    let words = format!("{columns} × {rows}");
    if columns < SMALLEST.0 || rows < SMALLEST.1 {
        return Check::fail(Area::Terminal, &words, &format!("the dashboard needs {} × {}: enlarge it", SMALLEST.0, SMALLEST.1));
    }
    Check::ok(Area::Terminal, &words)
}

fn colours(environment: &Environment) -> Check {
    let term = environment.get("TERM").unwrap_or("not set");
    match environment.depth() {
        Depth::True => Check::ok(Area::Terminal, &format!("all colours (TERM {term})")),
        Depth::Ansi256 => {
            Check::ok(Area::Terminal, &format!("256 colours (TERM {term})")).but("COLORTERM=truecolor where it has all of them")
        }
        Depth::Ansi16 => Check::warn(Area::Terminal, &format!("16 colours (TERM {term})"), "TERM=xterm-256color, or tmux-256color in tmux"),
        Depth::None => Check::ok(Area::Terminal, "no colours").but("NO_COLOR or TERM says so"),
    }
}

fn characters(environment: &Environment) -> Check {
    match environment.charset() {
        Charset::Unicode => Check::ok(Area::Terminal, "all characters (the locale is UTF-8)"),
        Charset::Ascii => Check::warn(Area::Terminal, "ASCII only, by its locale", "LANG=C.UTF-8, or another that ends in UTF-8"),
    }
}

/// How what is copied reaches the clipboard: it is given to the terminal (OSC 52), which may be behind others.
fn clipboard(environment: &Environment) -> Option<Check> {
    let remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| environment.get(name).is_some());
    let over = if remote { "over ssh, " } else { "" };
    if environment.get("TMUX").is_some() {
        let words = format!("{over}in tmux: what is copied goes through it");
        return Some(
            Check::ok(Area::Terminal, &words).but("tmux set -g set-clipboard on, and allow-passthrough on where that is not enough"),
        );
    }
    if environment.get("STY").is_some() {
        return Some(Check::warn(Area::Terminal, "in screen: what is copied may not reach the clipboard", "tmux passes it on"));
    }
    remote.then(|| Check::ok(Area::Terminal, "over ssh: what is copied is given to your own terminal").but("it has to allow OSC 52"))
}

fn configuration(visit: &Visit<'_>) -> Vec<Check> {
    let Some(path) = visit.sources.place.path(&visit.sources.environment) else {
        return vec![Check::warn(Area::Configuration, "there is no place for it", "set HOME or XDG_CONFIG_HOME")];
    };
    let themes = visit.standing.config.themes.wrong();
    let wrong = themes.iter().map(|wrong| Check::warn(Area::Configuration, &wrong.to_string(), "mend the theme, or take it away"));
    let main = match &visit.standing.broken {
        Some(wrong) => Check::fail(Area::Configuration, &wrong.to_string(), "mend it; until then the dashboard opens read-only"),
        None if path.exists() => Check::ok(Area::Configuration, &path.display().to_string()),
        None => Check::ok(Area::Configuration, "the defaults").but(&format!("qd config default > {}", path.display())),
    };
    std::iter::once(main).chain(wrong).collect()
}

fn folders(environment: &Environment) -> Vec<Check> {
    let folders = [("state", environment.state_directory()), ("what is kept of the fleet", environment.cache_directory())];
    let check = |(what, folder): (&str, Option<std::path::PathBuf>)| match folder {
        Some(folder) => written(what, &folder),
        None => Check::warn(Area::Files, &format!("no place for {what}"), "set HOME"),
    };
    folders.map(check).into()
}

/// A file is made and taken away again, as the program makes its own.
fn written(what: &str, folder: &Path) -> Check {
    let trial = folder.join(format!("doctor-{}", std::process::id()));
    let made = private::folder(folder).and_then(|()| private::fresh(&trial)).and_then(|_| fs::remove_file(&trial));
    let shown = folder.display();
    match made {
        Ok(()) => Check::ok(Area::Files, &format!("{what}: {shown}, for you alone")),
        Err(error) => {
            Check::fail(Area::Files, &format!("{what}: {shown} cannot be written ({error})"), "make it a folder of yours, with room")
        }
    }
}

fn journal(visit: &Visit<'_>) -> Check {
    let config = &visit.standing.config;
    let journal = Journal::new(visit.sources.environment.state_directory().as_deref(), &config.source, config.journal);
    let place = journal.path().map(|path| path.display().to_string()).unwrap_or_default();
    match journal.history(None) {
        Ok(history) if history.damaged.is_empty() => Check::ok(Area::Journal, &format!("{} calls in {place}", history.calls.len())),
        Ok(history) => {
            let words = format!("{} lines of {place} are damaged", history.damaged.len());
            Check::warn(Area::Journal, &words, "a crash leaves such lines: they are left out")
        }
        Err(why) if config.journal == Duty::Required => Check::fail(Area::Journal, &why, "without it nothing is done: make it writable"),
        Err(why) => Check::warn(Area::Journal, &why, "what is done is not written down"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::report::Verdict, *};

    #[test]
    fn a_terminal_that_is_too_small_fails() {
        assert_eq!((sized(59, 40).verdict, sized(60, 15).verdict, sized(200, 60).verdict), (Verdict::Fail, Verdict::Ok, Verdict::Ok));
    }

    #[test]
    fn the_way_of_what_is_copied_is_told_where_something_is_in_between() {
        let told =
            |variables: [(&str, &str); 2]| clipboard(&Environment::from(variables)).map(|check| (check.verdict, check.what.to_string()));
        assert_eq!(told([("TERM", "x"), ("LANG", "C")]), None);
        assert!(told([("TMUX", "/tmp/x"), ("SSH_TTY", "/dev/pts/1")]).is_some_and(|(_, words)| words.starts_with("over ssh, in tmux")));
        assert!(told([("STY", "1"), ("TERM", "screen")]).is_some_and(|(verdict, _)| verdict == Verdict::Warn));
    }

    #[test]
    fn a_folder_that_cannot_be_written_fails() {
        let home = tempfile::tempdir().unwrap();
        assert_eq!(written("state", &home.path().join("quarterdeck")).verdict, Verdict::Ok);
        fs::write(home.path().join("file"), "").unwrap();
        assert_eq!(written("state", &home.path().join("file/quarterdeck")).verdict, Verdict::Fail);
    }
}
