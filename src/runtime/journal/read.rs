//! Reading the journal: intents joined with their outcomes, in the order in which they were written.

#![expect(clippy::disallowed_methods, reason = "whether a call may still be under way depends on the time of the world")]

use std::{
    collections::HashMap,
    fs::OpenOptions,
    io::{self, Read, Seek, SeekFrom},
};

use jiff::Timestamp;
use rustix::process::{Pid, test_kill_process};
use serde_json::Value;

use super::{Journal, record};
use crate::{
    model::{
        Deed,
        deed::{Chronicle, Standing},
    },
    runtime::private,
};

/// Seconds that a call may take: a function runs for 900 at most, and its answer has 60 more (`service/lambda/invoke.rs`).
const LONGEST: i64 = 960;

/// Calls with what came of them, oldest first.
#[derive(Debug, Default)]
pub struct History {
    /// The calls.
    pub calls: Vec<Record>,
    /// The numbers of the lines that are no records; 1 is the first that was read.
    pub damaged: Vec<usize>,
    /// Bytes of older records that were not read.
    pub older: u64,
}

/// A call with what came of it, or that locks were lifted or put back.
#[derive(Debug)]
pub struct Record {
    /// As it is shown.
    pub deed: Deed,
    /// What was written before it was made.
    pub intent: Value,
    /// What was written afterwards.
    pub outcome: Option<Value>,
}

impl Journal {
    /// Reads the last `bytes` of the journal, or all of it. No file is no calls; an error is a sentence with the path.
    pub fn history(&self, bytes: Option<u64>) -> Result<History, String> {
        let path = self.path()?;
        let read = || -> io::Result<(Vec<u8>, u64)> {
            let mut file = private::present(path, OpenOptions::new().read(true))?;
            let skipped = bytes.map_or(0, |bytes| file.metadata().map_or(0, |file| file.len().saturating_sub(bytes)));
            file.seek(SeekFrom::Start(skipped))?;
            let mut text = Vec::new();
            file.read_to_end(&mut text)?;
            // The first line of a part is a part of a line.
            let first = if skipped == 0 { 0 } else { text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1) };
            Ok((text.split_off(first), skipped))
        };
        match read() {
            Ok((text, older)) => Ok(History { older, ..join(&text, Timestamp::now()) }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(History::default()),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }
}

impl History {
    /// As it is shown on the screen: the newest first.
    pub fn chronicle(self) -> Chronicle {
        let deeds = self.calls.into_iter().rev().map(|call| call.deed).collect();
        Chronicle { deeds, damaged: self.damaged.len(), older: self.older }
    }
}

pub(super) fn join(text: &[u8], now: Timestamp) -> History {
    let mut intents: Vec<Value> = Vec::new();
    let mut outcomes: HashMap<String, Value> = HashMap::new();
    let mut damaged = Vec::new();
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')).filter(|(_, line)| !line.is_empty()) {
        let record = serde_json::from_slice::<Value>(line).unwrap_or_default();
        match (record["record"].as_str(), record["id"].as_str()) {
            (Some("intent" | "lock"), Some(_)) => intents.push(record),
            (Some("outcome"), Some(id)) => drop(outcomes.insert(id.to_owned(), record)),
            // A later version may write records that this one does not know.
            (Some(_), Some(_)) => {}
            _ => damaged.push(number),
        }
    }
    let calls = intents.into_iter().filter_map(|intent| {
        let outcome = intent["id"].as_str().and_then(|id| outcomes.remove(id));
        let open = if intent["record"] == "lock" { Standing::Noted } else { open(&intent, now) };
        let deed = record::deed(&intent, outcome.as_ref(), open)?;
        Some(Record { deed, intent, outcome })
    });
    History { calls: calls.collect(), damaged, older: 0 }
}

/// How a call without an outcome stands: while the program that makes it runs, and for as long as a call may take, it is under way.
fn open(intent: &Value, now: Timestamp) -> Standing {
    let at = intent["time"].as_str().and_then(|time| time.parse::<Timestamp>().ok());
    let young = at.is_some_and(|at| now.duration_since(at).as_secs() < LONGEST);
    let pid = intent["pid"].as_u64().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    let alive = pid.is_some_and(|pid| test_kill_process(pid).is_ok());
    if young && alive { Standing::UnderWay } else { Standing::Interrupted }
}
