//! The journal without a screen: one line or one object for each call, the latest last.

use std::{io, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::read::{History, Record};
use crate::{
    cli::Telling,
    model::{Deed, deed::Standing, format},
    runtime::json,
};

/// Which part of the journal is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// Only what was done within this time before `now`.
    pub since: Option<Duration>,
    /// Only so many, the latest.
    pub number: Option<usize>,
    /// The present.
    pub now: Timestamp,
}

/// Writes the part of the history.
pub fn write(telling: Telling, history: History, part: Part, out: &mut impl io::Write) -> io::Result<()> {
    let mut calls = history.calls;
    let from = part.since.and_then(|since| part.now.checked_sub(SignedDuration::try_from(since).ok()?).ok());
    calls.retain(|call| from.is_none_or(|from| call.deed.at >= from));
    let calls = calls.split_off(calls.len().saturating_sub(part.number.unwrap_or(usize::MAX)));
    match telling {
        Telling::Table => table(&calls, out),
        Telling::Ndjson => calls.into_iter().try_for_each(|call| writeln!(out, "{}", json::line(&object(call)))),
        Telling::Json => writeln!(out, "{}", json::pretty(&calls.into_iter().map(object).collect())),
    }
}

/// Both records as they were written, as one object; `outcome` is `null` where there is none.
fn object(call: Record) -> Value {
    let Record { deed, mut intent, outcome } = call;
    let part = |mut record: Value| {
        if let Some(fields) = record.as_object_mut() {
            fields.shift_remove("record");
            fields.shift_remove("id");
        }
        record
    };
    if let Some(fields) = intent.as_object_mut() {
        fields.shift_remove("record");
        fields.insert("result".to_owned(), deed.result().into());
        fields.insert("outcome".to_owned(), outcome.map_or(Value::Null, part));
    }
    intent
}

fn table(calls: &[Record], out: &mut impl io::Write) -> io::Result<()> {
    let heading = ["TIME", "WHO", "WHERE", "ACTION", "ON", "CONFIRMED", "RESULT", "TOOK", "REQUESTS"].map(str::to_owned);
    let lines: Vec<[String; 9]> = std::iter::once(heading).chain(calls.iter().map(|call| line(&call.deed))).collect();
    let widths: Vec<usize> = (0..9).map(|at| lines.iter().map(|line| line[at].width()).max().unwrap_or(0)).collect();
    for line in &lines {
        let padded = line.iter().zip(&widths).map(|(text, width)| format!("{text}{}", " ".repeat(width - text.width())));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn on(deed: &Deed) -> String {
    let entered = || deed.parameters.iter().map(|(id, value)| format!("{id} {value}")).collect::<Vec<_>>().join(", ");
    if deed.standing == Standing::Noted { entered() } else { deed.subjects() }
}

fn line(deed: &Deed) -> [String; 9] {
    let (took, requests) = match &deed.standing {
        Standing::Settled { milliseconds, requests, .. } => {
            (format!("{milliseconds} ms"), requests.iter().map(ToString::to_string).collect())
        }
        Standing::UnderWay | Standing::Interrupted | Standing::Noted => (String::new(), Vec::new()),
    };
    [
        format::moment(deed.at),
        deed.caller(),
        format!("{} {}", deed.profile, deed.region).trim().to_owned(),
        format!("{} {}", deed.kind, deed.action),
        on(deed),
        deed.confirmed.to_string(),
        deed.result().to_owned(),
        took,
        requests.join(" "),
    ]
}
