//! The columns that a kind has by itself, and those that it can have beside them.

use super::What;
use crate::{
    app::{
        fleet::Table,
        manner::Link,
        state::{ListScreen, ListWidth, State},
    },
    model::format,
    service::{Kind, Place, Shown},
};

/// Cells of the smallest sparkline that says anything.
const LEAST_SPARK: usize = 5;

/// Cells of the narrowest column that anybody may want.
const NARROWEST: usize = 4;

/// Rows looked at to find out whether names differ from ids at all.
const SAMPLE: usize = 50;

/// Ranks of the columns that every kind has, among those of its table (each times ten).
const PROFILE_RANK: u16 = 15;
const REGION_RANK: u16 = 25;
const ID_RANK: u16 = 28;
/// A sparkline is worth this much more room than its value alone.
pub(super) const SPARK_RANK: u16 = 25;
const WIDE_RANK: u16 = 10_000;
/// What was chosen by hand stays longer than anything else.
pub(super) const CHOSEN_RANK: u16 = 1;

/// To which end of its column a heading goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// To its start.
    Left,
    /// To its end.
    Right,
}

/// A column as drawn.
#[derive(Debug)]
pub struct Column {
    /// What it shows.
    pub what: What,
    /// Its heading.
    pub title: &'static str,
    /// Its cells.
    pub width: usize,
    /// To which end its heading goes.
    pub align: Align,
    /// Cells it may grow to.
    pub(super) most: usize,
    /// What it is worth on a narrow screen; the highest is given up first.
    pub(super) rank: u16,
    /// Cells of its sparkline.
    pub(super) spark: usize,
}

impl Column {
    fn fixed(what: What, title: &'static str, width: usize, rank: u16) -> Self {
        Self { what, title, width, align: Align::Left, most: width, rank, spark: 0 }
    }

    fn growing(what: What, title: &'static str, width: usize, most: usize, rank: u16) -> Self {
        Self { most, ..Self::fixed(what, title, width, rank) }
    }

    /// Cells it can use of the spare ones; a sparkline that was given up comes back as a whole or not at all.
    pub(super) fn growth(&self, limit: usize, spare: usize) -> usize {
        let growth = self.most.min(limit).saturating_sub(self.width).min(spare);
        let bare = matches!(self.what, What::Metric(_)) && self.spark == 0;
        if bare && growth < LEAST_SPARK { 0 } else { growth }
    }

    /// By so many cells wider, or narrower, which takes from its sparkline first.
    pub(super) fn stretch(&mut self, cells: i16) {
        let stretch = |width: usize| width.saturating_add_signed(isize::from(cells)).max(NARROWEST);
        if cells != 0 {
            let value = self.width - self.spark;
            (self.width, self.most) = (stretch(self.width), stretch(self.most.max(self.width)));
            self.spark = self.spark.min(self.width.saturating_sub(value));
        }
    }
}

/// The columns that a kind has by itself.
pub(super) fn natural(state: &State, list: &ListScreen) -> Vec<Column> {
    let (kind, width) = (list.kind, state.nav.width);
    let mut columns = vec![Column::growing(What::Name, "NAME", 14, 40, 0)];
    if names_differ(state.fleet.tables.get(&kind.id)) {
        columns.push(id());
    }
    let facts = (0..kind.columns.len()).filter_map(|at| fact(kind, at, width));
    let metrics = (0..kind.metrics.len()).filter_map(|at| metric(state, kind, at));
    columns.extend(facts.chain(metrics));
    columns.extend(places(state));
    columns
}

fn id() -> Column {
    Column::growing(What::Id, "ID", 11, 19, ID_RANK)
}

/// A column that the kind would not show by itself.
pub(super) fn added(state: &State, kind: &Kind, what: What) -> Option<Column> {
    match what {
        What::Id => Some(id()),
        What::Column(at) => {
            let column = &kind.columns[at];
            Some(Column::fixed(what, column.title, usize::from(column.width), CHOSEN_RANK))
        }
        What::Metric(at) => Some(measured(state, kind, at, CHOSEN_RANK)),
        What::Name | What::Profile | What::Region => None,
    }
}

/// Where a thing has no name of its own, its id is its name and one column is enough.
fn names_differ(table: Option<&Table>) -> bool {
    let mut rows = table.into_iter().flat_map(Table::rows).take(SAMPLE);
    rows.any(|(_, row)| row.resource.name != row.resource.id)
}

fn fact(kind: &Kind, at: usize, width: ListWidth) -> Option<Column> {
    let column = &kind.columns[at];
    let rank = match (column.place, width) {
        (Place::Row(rank), _) => u16::from(rank) * 10,
        (Place::Wide, ListWidth::Wide) => WIDE_RANK + at as u16,
        _ => return None,
    };
    Some(Column::fixed(What::Column(at), column.title, usize::from(column.width), rank))
}

fn metric(state: &State, kind: &Kind, at: usize) -> Option<Column> {
    match (kind.metrics[at].shown, state.nav.width) {
        (Shown::Row(rank, _), _) => Some(measured(state, kind, at, u16::from(rank) * 10)),
        (Shown::Wide(_), ListWidth::Wide) => Some(measured(state, kind, at, WIDE_RANK + at as u16)),
        _ => None,
    }
}

/// A sparkline changes with every point: a slow line to the terminal is spared them.
fn measured(state: &State, kind: &Kind, at: usize, rank: u16) -> Column {
    let metric = &kind.metrics[at];
    let spark = match metric.shown {
        Shown::Row(_, spark) | Shown::Wide(spark) if state.manner.link != Link::Slow => usize::from(spark),
        _ => 0,
    };
    let value = format::value_width(metric.unit);
    let least = value + spark.min(LEAST_SPARK);
    Column { spark: spark.min(LEAST_SPARK), ..Column::growing(What::Metric(at), metric.title, least, value + spark, rank) }
}

/// Where things are, as far as there are several places.
pub(super) fn places(state: &State) -> Vec<Column> {
    let targets = &state.fleet.targets;
    let mut columns = Vec::new();
    let Some(first) = targets.first() else { return columns };
    if targets.iter().any(|state| state.target.profile != first.target.profile) {
        columns.push(Column::growing(What::Profile, "PROFILE", 8, 16, PROFILE_RANK));
    }
    if targets.iter().any(|state| state.target.region != first.target.region) {
        columns.push(Column::growing(What::Region, "REGION", 10, 14, REGION_RANK));
    }
    columns
}
