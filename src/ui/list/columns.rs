//! Which columns a list has room for, and how wide each is: by the size of the screen and the kind, never by what scrolls past.

use std::ops::Range;

use crate::{
    app::{fleet::Table, manner::Link, state::ListWidth, view::By},
    model::Cell,
    service::{Kind, Place, Shown},
    ui::{front::Front, metric},
};

/// Cells between two columns.
pub(super) const GAP: usize = 2;

/// Cells of the smallest sparkline that says anything.
const LEAST_SPARK: usize = 5;

/// Rows looked at to find out whether names differ from ids at all.
const SAMPLE: usize = 50;

/// Ranks of the columns that every kind has, among those of its table (each times ten).
const PROFILE_RANK: u16 = 15;
const REGION_RANK: u16 = 25;
const ID_RANK: u16 = 28;
/// A sparkline is worth this much more room than its value alone.
const SPARK_RANK: u16 = 25;
const WIDE_RANK: u16 = 10_000;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum What {
    Name,
    Id,
    /// A column of the kind's table.
    Column(usize),
    /// A metric of the kind's table.
    Metric(usize),
    Profile,
    Region,
}

/// To which end of its column a heading goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ui) enum Align {
    Left,
    Right,
}

/// A column as drawn.
#[derive(Debug)]
pub(in crate::ui) struct Column {
    pub(super) what: What,
    pub(super) title: &'static str,
    pub(super) width: usize,
    pub(super) align: Align,
    most: usize,
    rank: u16,
    spark: usize,
}

impl Column {
    fn fixed(what: What, title: &'static str, width: usize, rank: u16) -> Self {
        Self { what, title, width, align: Align::Left, most: width, rank, spark: 0 }
    }

    fn growing(what: What, title: &'static str, width: usize, most: usize, rank: u16) -> Self {
        Self { most, ..Self::fixed(what, title, width, rank) }
    }

    /// What the list can be sorted by under its heading.
    pub(super) fn sorts(&self) -> Option<By> {
        match self.what {
            What::Name => Some(By::Name),
            What::Id => Some(By::Id),
            What::Column(at) => Some(By::Column(at)),
            What::Metric(at) => Some(By::Metric(at)),
            What::Profile | What::Region => None,
        }
    }

    /// Cells it can use of the spare ones; a sparkline that was given up comes back as a whole or not at all.
    fn growth(&self, limit: usize, spare: usize) -> usize {
        let growth = self.most.min(limit).saturating_sub(self.width).min(spare);
        let bare = matches!(self.what, What::Metric(_)) && self.spark == 0;
        if bare && growth < LEAST_SPARK { 0 } else { growth }
    }
}

/// The columns that fit into `room` cells, in order, with the room shared out.
pub(super) fn fit(front: &Front<'_>, window: Range<usize>, room: usize) -> Vec<Column> {
    let mut columns = candidates(front);
    while total(&columns) > room && give_up(&mut columns) {}
    share(&mut columns, room);
    align(&mut columns, front, window);
    columns
}

fn candidates(front: &Front<'_>) -> Vec<Column> {
    let kind = front.list.kind;
    let mut columns = vec![Column::growing(What::Name, "NAME", 14, 40, 0)];
    if names_differ(front) {
        columns.push(Column::growing(What::Id, "ID", 11, 19, ID_RANK));
    }
    columns.extend(facts(kind, front.state.nav.width));
    columns.extend(metrics(kind, front.state.nav.width, front.state.manner.link));
    columns.extend(places(front));
    columns
}

/// Where a thing has no name of its own, its id is its name and one column is enough.
fn names_differ(front: &Front<'_>) -> bool {
    let mut rows = front.table.into_iter().flat_map(Table::rows).take(SAMPLE);
    rows.any(|(_, row)| row.resource.name != row.resource.id)
}

fn facts(kind: &Kind, width: ListWidth) -> impl Iterator<Item = Column> {
    kind.columns.iter().enumerate().filter_map(move |(at, column)| {
        let rank = match (column.place, width) {
            (Place::Row(rank), _) => u16::from(rank) * 10,
            (Place::Wide, ListWidth::Wide) => WIDE_RANK + at as u16,
            _ => return None,
        };
        Some(Column::fixed(What::Column(at), column.title, usize::from(column.width), rank))
    })
}

/// A sparkline changes with every point: a slow line to the terminal is spared them.
fn metrics(kind: &Kind, width: ListWidth, link: Link) -> impl Iterator<Item = Column> {
    kind.metrics.iter().enumerate().filter_map(move |(at, metric)| {
        let (rank, spark) = match (metric.shown, width) {
            (Shown::Row(rank, spark), _) => (u16::from(rank) * 10, spark),
            (Shown::Wide(spark), ListWidth::Wide) => (WIDE_RANK + at as u16, spark),
            _ => return None,
        };
        let (value, spark) = (metric::value_width(metric.unit), if link == Link::Slow { 0 } else { usize::from(spark) });
        let least = value + spark.min(LEAST_SPARK);
        let column = Column::growing(What::Metric(at), metric.title, least, value + spark, rank);
        Some(Column { spark: spark.min(LEAST_SPARK), ..column })
    })
}

fn places(front: &Front<'_>) -> Vec<Column> {
    let targets = &front.state.fleet.targets;
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

fn total(columns: &[Column]) -> usize {
    columns.iter().map(|column| column.width + GAP).sum::<usize>().saturating_sub(GAP)
}

/// Gives up the least important column or sparkline; false when only the first column, the name, is left.
fn give_up(columns: &mut Vec<Column>) -> bool {
    let worth = |column: &Column| column.rank + if column.spark > 0 { SPARK_RANK } else { 0 };
    let Some(at) = (1..columns.len()).max_by_key(|at| worth(&columns[*at])) else { return false };
    match columns[at].spark {
        0 => drop(columns.remove(at)),
        spark => {
            columns[at].width -= spark;
            columns[at].spark = 0;
        }
    }
    true
}

/// Which columns may grow, and up to what width.
type Step = (fn(What) -> bool, usize);

/// Gives the spare cells out: readable names first, then whole ids and places, sparklines, and long names last.
fn share(columns: &mut [Column], room: usize) {
    let mut spare = room.saturating_sub(total(columns));
    let steps: [Step; 6] = [
        (|what| what == What::Name, 16),
        (|what| matches!(what, What::Metric(_)), usize::MAX),
        (|what| what == What::Name, 20),
        (|what| matches!(what, What::Id | What::Region), 19),
        (|what| what == What::Profile, 16),
        (|what| what == What::Name, usize::MAX),
    ];
    for (wanted, limit) in steps {
        for column in columns.iter_mut().filter(|column| wanted(column.what)) {
            let growth = column.growth(limit, spare);
            column.width += growth;
            spare -= growth;
        }
    }
}

/// Numbers and ages stand at the right, under a heading that does so too.
fn align(columns: &mut [Column], front: &Front<'_>, window: Range<usize>) {
    let order = &front.list.view.order()[window];
    let rows = || order.iter().filter_map(|slot| front.table?.row(*slot));
    for column in columns {
        let right = match column.what {
            What::Metric(_) => true,
            What::Column(at) => rows().any(|row| matches!(row.resource.cells.get(at), Some(Cell::Count(_) | Cell::Time(_)))),
            _ => false,
        };
        column.align = if right { Align::Right } else { Align::Left };
    }
}
