//! The log: a private file for each day, written beside the loop, with nothing in it that AWS sent or was sent.

mod days;

use std::{
    borrow::Cow,
    fs::{self, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt};

use super::private;
use crate::{
    app::logging::{Cut, Tail},
    config::Environment,
    model::{Text, format},
};
use days::Days;

/// The name under which the latest day is found; the others are beside it.
const LATEST: &str = "qd.log";
/// Lines that wait to be written, at most; what comes on top of them is lost. Room for all of them is taken when the log is started, which
/// for the 128,000 of the crate are five megabytes and three milliseconds before the first frame.
const WAITING: usize = 4_096;

/// A log under way; what is waiting to be written is written when this is dropped.
#[derive(Debug)]
pub struct Log {
    /// The file of the latest day.
    pub path: PathBuf,
    _writer: WorkerGuard,
}

/// Starts the log. Without one the program runs as well: the error is a sentence for the user.
pub fn start(environment: &Environment) -> Result<Log, String> {
    let directory = environment.state_directory().ok_or("there is no log: neither HOME nor XDG_STATE_HOME is set")?;
    let level = level(environment.get("QD_LOG"))?;
    let path = directory.join(LATEST);
    let file = Days::open(&directory, Timestamp::now)
        .map_err(|error| format!("there is no log: {} cannot be written ({error})", path.display()))?;
    let (lines, writer) = NonBlockingBuilder::default().buffered_lines_limit(WAITING).finish(file);
    // A second start in one process, as tests do, keeps the first subscriber.
    let _ = tracing::subscriber::set_global_default(subscriber(level, lines));
    Ok(Log { path, _writer: writer })
}

/// The end of the file of the latest day, so many bytes at most. What is in it went through the same strainer as the screen, but a
/// file may have been written by anybody, so each line goes through it again.
pub fn tail(folder: &Path, bytes: u64) -> io::Result<Tail> {
    let day = fs::read_link(folder.join(LATEST))?;
    let name = day.file_name().filter(|_| day.components().count() == 1).ok_or(io::ErrorKind::InvalidInput)?;
    let path = folder.join(name);
    let mut file = private::present(&path, OpenOptions::new().read(true))?;
    let length = file.metadata()?.len();
    let start = length.saturating_sub(bytes);
    file.seek(SeekFrom::Start(start))?;
    let mut text = Vec::new();
    file.take(bytes).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    // The first line of a part is a part of a line.
    let lines = text.lines().skip(usize::from(start > 0)).map(|line| Text::new(&brief(line))).collect();
    let cut = if start > 0 { Cut::Older } else { Cut::Whole };
    Ok(Tail { path: Text::new(&path.display().to_string()), lines, cut })
}

/// The time of day to the second in place of the moment to the microsecond: the day is in the name of the file.
fn brief(line: &str) -> Cow<'_, str> {
    let at = line.split_once(' ').and_then(|(word, rest)| Some((word.parse::<Timestamp>().ok()?, rest)));
    at.map_or(Cow::Borrowed(line), |(at, rest)| Cow::Owned(format!("{}Z {}", format::clock(at), rest.trim_start())))
}

/// What is said: at this level by us, warnings by everybody else. The SDK's own debug lines hold requests, answers and
/// sometimes credentials, so there is no setting that lets them in.
fn filter(level: LevelFilter) -> Targets {
    let others = level.min(LevelFilter::WARN);
    Targets::new().with_default(others).with_target("quarterdeck", level).with_target("qd", level)
}

fn subscriber(level: LevelFilter, lines: NonBlocking) -> impl tracing::Subscriber + Send + Sync {
    let format = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(lines);
    tracing_subscriber::registry().with(filter(level)).with(format)
}

fn level(word: Option<&str>) -> Result<LevelFilter, String> {
    let word = word.unwrap_or("info");
    word.parse().map_err(|_| format!("there is no log: QD_LOG is off, error, warn, info, debug or trace, not `{word}`"))
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write, os::unix::fs::PermissionsExt, path::Path};

    use tracing::Level;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_reads_the_log() {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("state/quarterdeck");
        let mut file = Days::open(&directory, Timestamp::now).unwrap();
        file.write_all(b"a line\n").unwrap();
        assert_eq!((mode(&directory), mode(&directory.join(LATEST))), (0o700, 0o600));
        assert_eq!(fs::read_to_string(directory.join(LATEST)).unwrap(), "a line\n");
    }

    #[test]
    fn the_end_of_the_log_is_read_in_whole_clean_lines() {
        let home = tempfile::tempdir().unwrap();
        let mut log = Days::open(home.path(), Timestamp::now).unwrap();
        for number in 0..100 {
            log.write_all(format!("line {number} \x1b[2J\n").as_bytes()).unwrap();
        }
        let whole = tail(home.path(), 1 << 20).unwrap();
        assert_eq!((whole.lines.len(), whole.cut), (100, Cut::Whole));
        assert!(!whole.lines[99].as_str().contains('\x1b') && whole.lines[99].as_str().starts_with("line 99"));
        let end = tail(home.path(), 64).unwrap();
        assert_eq!((end.lines.len(), end.cut), (4, Cut::Older));
        assert!(tail(&home.path().join("none"), 64).is_err());
    }

    #[test]
    fn lines_of_the_log_begin_with_the_time_of_day() {
        assert_eq!(brief("2026-11-21T14:02:31.123456Z  WARN quarterdeck: x"), "14:02:31Z WARN quarterdeck: x");
        assert_eq!(brief("what goes on below"), "what goes on below");
    }

    #[test]
    fn a_second_start_on_the_same_day_goes_on_in_the_file() {
        let home = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            Days::open(home.path(), Timestamp::now).unwrap().write_all(b"x").unwrap();
        }
        assert_eq!(fs::read_to_string(home.path().join(LATEST)).unwrap(), "xx");
    }

    #[test]
    fn a_directory_that_cannot_be_is_a_sentence() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let environment = Environment::from([("XDG_STATE_HOME", file.path().to_str().unwrap())]);
        let complaint = start(&environment).unwrap_err();
        assert!(complaint.starts_with("there is no log: ") && !complaint.contains('\n'), "{complaint}");
        assert!(start(&Environment::default()).is_err());
    }

    #[test]
    fn the_sdk_is_never_heard_below_a_warning() {
        for word in ["trace", "debug", "info"] {
            let filter = filter(level(Some(word)).unwrap());
            for other in ["aws_smithy_runtime::client::orchestrator", "aws_config", "hyper_util", "rustls"] {
                assert!(!filter.would_enable(other, &Level::INFO) && filter.would_enable(other, &Level::WARN), "{word} {other}");
            }
            assert!(filter.would_enable("quarterdeck::aws", &Level::INFO));
        }
        assert!(level(Some("aws_config=debug")).is_err());
    }
}
