//! What could be typed next into a filter: names of columns, metrics and tags, and the values that are in the table.

use std::collections::HashMap;

use super::{
    fleet::{Row, Slot, Table},
    line::Line,
    state::{Candidate, ListScreen, Offers, State},
};
use crate::{
    model::{
        Cell,
        filter::{self, Field, SEVERITIES, Said},
    },
    service::{Column, Kind},
};

/// Rows looked at for values, spread over the table.
const SAMPLE: usize = 1_000;

/// Candidates offered at most.
const MOST: usize = 40;

/// What could stand at the cursor of the filter of the list in front; nothing where nothing has been begun.
pub(super) fn offers(state: &State, line: &Line) -> Offers {
    let Some((list, piece)) = state.list().zip(filter::under(line.text(), line.before().len())) else { return Offers::default() };
    let Some(table) = state.fleet.tables.get(&list.kind.id) else { return Offers::default() };
    let (stem, from, all) = match piece.said() {
        Said::Word(stem, from) => (stem, from, names(list.kind, table)),
        Said::TagKey(stem, from) => (stem, from, counted(rows(table).flat_map(|row| row.resource.tags.iter().map(|(key, _)| key)))),
        Said::Value(name, stem, from) => (stem, from, values(state, list, table, &name)),
    };
    // A value in quotes begins with them.
    let from = if line.text()[..from].ends_with('"') { from - 1 } else { from };
    Offers { from, list: fitting(&stem, all), chosen: None }
}

/// Everything that a term of the list in front could begin with.
pub(super) fn begin(state: &State, line: &Line) -> Offers {
    let list = state.list().and_then(|list| Some(names(list.kind, state.fleet.tables.get(&list.kind.id)?)));
    Offers { from: line.before().len(), list: list.unwrap_or_default(), chosen: None }
}

/// Those that begin with what was typed, then those that have it in them. What is typed to its end already needs no candidate.
fn fitting(stem: &str, all: Vec<Candidate>) -> Vec<Candidate> {
    let stem = stem.to_lowercase();
    let bare = |word: &str| word.trim_matches('"').to_lowercase();
    let (first, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|candidate| bare(&candidate.word).starts_with(&stem));
    let inside = rest.into_iter().filter(|candidate| bare(&candidate.word).contains(&stem));
    let fitting: Vec<_> = first.into_iter().chain(inside).take(MOST).collect();
    if matches!(fitting.as_slice(), [only] if bare(&only.word) == stem) { Vec::new() } else { fitting }
}

/// Rows spread over the whole table, so that what sorts last is among them too.
fn rows(table: &Table) -> impl Iterator<Item = &Row> {
    let stride = table.slots().div_ceil(SAMPLE).max(1);
    (0..table.slots()).step_by(stride).filter_map(|slot| table.row(slot as Slot))
}

fn names(kind: &Kind, table: &Table) -> Vec<Candidate> {
    let columns = kind.columns.iter().enumerate().map(|(at, column)| named(at, column, table));
    let metrics =
        kind.metrics.iter().map(|metric| Candidate::new(format!("{}>", metric.id), format!("{}, {}", metric.title, metric.unit.word())));
    columns.chain(metrics).chain(common(kind)).collect()
}

/// What every kind has.
fn common(kind: &Kind) -> impl Iterator<Item = Candidate> {
    let age = kind.aged().map(|_| Candidate::new("age<", "how old it is"));
    let rest = [
        ("tag:", "key or key=value"),
        ("name:", "NAME"),
        ("id:", "ID"),
        ("account:", "its id, or the name of its profile"),
        ("profile:", "PROFILE"),
        ("region:", "REGION"),
        ("finding:", "what is wrong: the code or the reason"),
        ("severity:", "how urgent that is"),
    ];
    age.into_iter().chain(rest.into_iter().map(|(word, sentence)| Candidate::new(word, sentence)))
}

/// A column with the sign that fits its values.
fn named(at: usize, column: &Column, table: &Table) -> Candidate {
    let cell = rows(table).take(SAMPLE / 10).find_map(|row| row.resource.cells.get(at));
    let sign = match cell {
        Some(Cell::Count(_)) => '>',
        Some(Cell::Time(_)) => '<',
        _ => ':',
    };
    Candidate::new(format!("{}{sign}", column.id), column.title)
}

fn values(state: &State, list: &ListScreen, table: &Table, name: &str) -> Vec<Candidate> {
    if let Some(key) = name.strip_prefix("tag:") {
        return counted(rows(table).filter_map(|row| row.resource.tag(key)).map(crate::model::Text::as_str));
    }
    match list.kind.field(name) {
        Some(Field::Column(at)) => counted(rows(table).filter_map(|row| match row.resource.cells.get(at)? {
            Cell::Text(text) | Cell::State(_, text) => Some(text.as_str()),
            Cell::Flag(flag) => Some(if *flag { "yes" } else { "no" }),
            Cell::None | Cell::Count(_) | Cell::Time(_) => None,
        })),
        Some(Field::Name) => counted(rows(table).map(|row| row.resource.name.as_str())),
        Some(Field::Id) => counted(rows(table).map(|row| row.resource.id.as_str())),
        Some(Field::Finding) => counted(rows(table).flat_map(|row| row.findings.iter().map(|finding| finding.code))),
        Some(Field::Severity) => SEVERITIES.iter().map(|word| Candidate::new(*word, "")).collect(),
        Some(Field::Profile) => places(state, |place| vec![place.profile]),
        Some(Field::Account) => places(state, |place| vec![place.profile, place.account]),
        Some(Field::Region) => places(state, |place| vec![place.region]),
        Some(Field::Metric(..)) | None => Vec::new(),
    }
}

/// Words of the targets, each once.
fn places<'a>(state: &'a State, words: fn(filter::Place<'a>) -> Vec<&'a str>) -> Vec<Candidate> {
    let targets = (0..state.fleet.targets.len()).map(|at| crate::model::TargetId(at as u16));
    let mut seen: Vec<&str> = targets.flat_map(|target| words(state.fleet.place(target))).filter(|word| !word.is_empty()).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.into_iter().map(|word| Candidate::new(filter::quoted(word), "")).collect()
}

/// Values, those that most rows have first.
fn counted<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Candidate> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    values.filter(|value| !value.is_empty() && !value.contains('"')).for_each(|value| *counts.entry(value).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.into_iter().map(|(value, _)| Candidate::new(filter::quoted(value), "")).collect()
}
