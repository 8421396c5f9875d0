//! Rows as they stand at a moment, to be written somewhere else than on the screen: with them goes all that it takes.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;

use super::{
    columns::{self, What},
    fleet::Row,
    msg::Reading,
    state::{Fleet, ListScreen, State},
};
use crate::{
    model::{Finding, Key, Problem, Resource, Series, Target, Text},
    service::{Kind, Place},
};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Aligned columns for people.
    Table,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// The first row as a JSON object.
    Object,
    /// CSV with a heading (RFC 4180).
    Csv,
    /// A table of Markdown.
    Markdown,
}

/// Where what is written goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// To the clipboard.
    Clipboard,
    /// Into a file of this name in the folder for tables.
    Folder(String),
    /// Into this file.
    File(String),
}

/// Which columns are written where not all are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Those of a list.
    Usual,
    /// Those of a wide list.
    Wide,
    /// Those of the details, too.
    Every,
}

/// Rows of one kind, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The kind.
    pub kind: &'static Kind,
    /// Which of its columns, by position in its table, in order.
    pub columns: Vec<usize>,
    /// Which of its metrics, by position in its table; `None` where they are not asked for.
    pub metrics: Option<Vec<usize>>,
    /// Accounts and regions, by `TargetId`.
    pub places: Vec<Seat>,
    /// The rows.
    pub rows: Vec<Entry>,
    /// What is known of the metrics, by the position of the row and of the metric in the kind's table.
    pub readings: HashMap<(usize, usize), Known>,
    /// The moment ages are reckoned at.
    pub now: Timestamp,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its identity.
    pub key: Key,
    /// Its state.
    pub resource: Arc<Resource>,
    /// What is wrong with it.
    pub findings: Box<[Finding]>,
}

/// A place that rows are of.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Profile and region.
    pub target: Target,
    /// The account id; empty until known.
    pub account: Text,
}

/// What is known of a metric: its points, that nothing was published, or why it could not be fetched.
pub type Known = Result<Option<Series>, Problem>;

impl Columns {
    /// Their positions in the table of a kind.
    pub fn of(self, kind: &Kind) -> Vec<usize> {
        (0..kind.columns.len()).filter(|at| self.has(kind.columns[*at].place)).collect()
    }

    fn has(self, place: Place) -> bool {
        match place {
            Place::Row(_) => true,
            Place::Wide => self != Self::Usual,
            Place::Detail => self == Self::Every,
        }
    }
}

impl Form {
    /// The form that the end of a file's name asks for.
    pub fn named(file: &str) -> Option<Self> {
        let (_, ending) = file.rsplit_once('.')?;
        match ending {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" => Some(Self::Ndjson),
            "md" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table => "a table",
            Self::Json | Self::Object => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
        }
    }
}

impl Entry {
    /// A row of a table.
    pub fn of(row: &Row) -> Self {
        Self { key: row.key.clone(), resource: row.resource.clone(), findings: row.findings.clone() }
    }
}

/// The places of a fleet.
pub fn seats(fleet: &Fleet) -> Vec<Seat> {
    let account = |known: &super::state::TargetState| known.identity.value().map(|own| own.account.clone()).unwrap_or_default();
    fleet.targets.iter().map(|known| Seat { target: known.target.clone(), account: account(known) }).collect()
}

/// The rows of the list in front in their order, or those of them that are marked, with the columns that are chosen, whether the screen
/// has room for them or not; `None` where there is nothing.
pub(super) fn of(state: &State) -> Option<Sheet> {
    let list = state.list()?;
    let rows: Vec<Entry> = listed(state, list).map(Entry::of).collect();
    let kind = list.kind;
    let wanted = columns::wanted(state, list);
    let columns = wanted.iter().filter_map(|what| if let What::Column(at) = what { Some(*at) } else { None }).collect();
    let metrics: Vec<usize> = wanted.iter().filter_map(|what| if let What::Metric(at) = what { Some(*at) } else { None }).collect();
    let readings = readings(state, &rows, &metrics);
    (!rows.is_empty()).then(|| Sheet { kind, columns, metrics: Some(metrics), places: seats(&state.fleet), rows, readings, now: state.now })
}

/// The number of rows that [`of`] would give.
pub(super) fn length(state: &State) -> usize {
    match state.list() {
        Some(list) if list.marks.is_empty() => list.view.order().len(),
        Some(list) => listed(state, list).count(),
        None => 0,
    }
}

/// The row under the cursor with all its columns.
pub(super) fn of_row(state: &State) -> Option<Sheet> {
    let (key, _) = state.selected()?;
    let table = state.fleet.tables.get(&key.kind)?;
    let (kind, row) = (table.kind, table.find(&key)?);
    let (rows, metrics) = (vec![Entry::of(row)], (0..kind.metrics.len()).collect::<Vec<_>>());
    let readings = readings(state, &rows, &metrics);
    let columns = Columns::Every.of(kind);
    Some(Sheet { kind, columns, metrics: Some(metrics), places: seats(&state.fleet), rows, readings, now: state.now })
}

fn listed<'a>(state: &'a State, list: &'a ListScreen) -> impl Iterator<Item = &'a Row> {
    let table = state.fleet.tables.get(&list.kind.id);
    let rows = list.view.order().iter().filter_map(move |slot| table?.row(*slot));
    rows.filter(|row| list.marks.is_empty() || list.marks.contains(&row.key))
}

/// Only what the screen has asked for anyway: writing a list costs nothing.
fn readings(state: &State, rows: &[Entry], metrics: &[usize]) -> HashMap<(usize, usize), Known> {
    let mut known = HashMap::new();
    if state.metrics.is_empty() {
        return known;
    }
    for (at, row) in rows.iter().enumerate() {
        for metric in metrics {
            let reading = state.metrics.get(&Reading { key: row.key.clone(), metric: *metric });
            let told = reading.and_then(|remote| remote.value().cloned().map(Ok).or_else(|| remote.problem().cloned().map(Err)));
            if let Some(told) = told {
                known.insert((at, *metric), told);
            }
        }
    }
    known
}
