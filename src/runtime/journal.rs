//! The journal: a line before each call that changes something, and a line with what came of it, both down on the disk.
//!
//! Invariant: a file that is only ever appended to, for nobody else, reached over no link. It is not rotated: a thousand actions are
//! about half a megabyte, and what has been done is not ours to throw away.

mod book;
pub mod print;
pub mod read;
mod record;

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::Value;

pub use self::book::{Book, Warrant};
use super::private::{self, Opened};
use crate::{
    app::{guard::Bolt, state::Source},
    model::{Problem, ProblemKind, Text},
    service::ledger::Duty,
};

/// The file of real fleets, and the one of the demonstration, whose deeds are none.
const REAL: &str = "journal.jsonl";
const DEMO: &str = "journal-demo.jsonl";

/// The file, and what happens when it cannot be written; cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Why there is none, otherwise.
    path: Result<PathBuf, &'static str>,
    source: String,
    duty: Duty,
}

impl Journal {
    /// The journal below the program's state directory; with none, every entry fails.
    pub fn new(directory: Option<&Path>, source: &Source, duty: Duty) -> Self {
        let name = if *source == Source::Demo { DEMO } else { REAL };
        let path = directory.map(|directory| directory.join(name)).ok_or("neither HOME nor XDG_STATE_HOME is set");
        Self(Arc::new(Inner { path, source: words(source), duty }))
    }

    /// No journal, where one is required: no call can be made.
    pub fn nowhere() -> Self {
        Self(Arc::new(Inner { path: Err("there is none"), source: String::new(), duty: Duty::Required }))
    }

    /// Where it is; otherwise why it is nowhere.
    pub fn path(&self) -> Result<&Path, &'static str> {
        self.0.path.as_deref().map_err(|why| *why)
    }

    /// What happens to a call that cannot be written down.
    pub fn duty(&self) -> Duty {
        self.0.duty
    }

    /// Writes down that locks were lifted, or are in place again.
    pub async fn note(&self, bolt: &Bolt, token: &Text, now: Timestamp) -> Result<(), Problem> {
        self.append(record::bolt(bolt, token, &self.0.source, now)).await.map_err(|why| omission(&why))
    }

    /// Writes a record as the last line, down to the disk, on a thread that may wait for it.
    async fn append(&self, record: Value) -> Result<(), String> {
        let path = self.path()?.to_owned();
        let writing = tokio::task::spawn_blocking(move || {
            append(&path, record.to_string().as_bytes()).map_err(|error| format!("{}: {error}", path.display()))
        });
        writing.await.unwrap_or_else(|error| Err(error.to_string()))
    }
}

/// How a fleet is called in the journal. An address may hold a password, so only its host and port are written.
fn words(source: &Source) -> String {
    match source {
        Source::Aws => "aws".to_owned(),
        Source::Demo => "demo".to_owned(),
        Source::Endpoint(url) => {
            let uri = url.as_str().parse::<http::Uri>().ok();
            let host = uri.as_ref().and_then(|uri| Some((uri.host()?, uri.port_u16())));
            host.map_or_else(|| "endpoint".to_owned(), |(host, port)| port.map_or(host.to_owned(), |port| format!("{host}:{port}")))
        }
    }
}

/// A call that was not made, because it could not be written down.
fn refusal(why: &str) -> Problem {
    let hint = "make room, point XDG_STATE_HOME to a folder that can be written, or set journal.required = false in the configuration";
    Problem::new(ProblemKind::Policy, format!("the journal cannot be written ({why}), so nothing was done"), hint)
}

/// A call that was made and is not written down.
fn omission(why: &str) -> Problem {
    Problem::new(ProblemKind::Policy, format!("the journal cannot be written ({why}): what was done is missing in it"), "make room for it")
}

/// One line in one piece: lines of several programs do not mix. What a program left unfinished before is ended first.
fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut file = open(path)?;
    let length = file.metadata()?.len();
    let mut last = *b"\n";
    if length > 0 {
        file.read_exact_at(&mut last, length - 1)?;
    }
    let mut bytes = Vec::with_capacity(line.len() + 2);
    bytes.extend((last != *b"\n").then_some(b'\n'));
    bytes.extend_from_slice(line);
    bytes.push(b'\n');
    file.write_all(&bytes)?;
    file.sync_data()
}

/// The file, made when there is none.
fn open(path: &Path) -> io::Result<File> {
    match private::append(path)? {
        Opened::Found(file) => Ok(file),
        Opened::Made(file) => {
            // The name of a new file must survive a power cut, too.
            File::open(path.parent().ok_or(io::ErrorKind::InvalidInput)?)?.sync_all()?;
            Ok(file)
        }
    }
}

#[cfg(test)]
mod tests;
