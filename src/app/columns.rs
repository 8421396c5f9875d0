//! Which columns a list has room for, in which order, and how wide each is: by the size of the screen, the kind, what the user has
//! arranged, and the longest words that have been on the screen.

mod column;
pub mod layout;
mod what;
mod widest;

use std::ops::Range;

pub use column::{Align, Column};
use column::{CHOSEN_RANK, SPARK_RANK};
pub use layout::{Choice, Layout, Layouts};
pub use what::What;
pub use widest::Widest;

use super::{
    geometry,
    state::{ListScreen, State},
};
use crate::{model::Cell, service::Kind};

/// Cells between two columns.
pub const GAP: usize = 2;

/// Cells before the first column: cursor, mark, concern, space.
pub const GUTTER: usize = 4;

/// Cells of the widest column that words make by themselves.
const WIDEST: usize = 60;

/// How a list stands across the screen.
#[derive(Debug, Clone, Default)]
pub struct Across {
    /// Columns that are scrolled out behind the name.
    pub shift: usize,
    /// The longest words that were on the screen.
    pub widest: Widest,
}

/// The columns of a list that are on the screen.
#[derive(Debug)]
pub struct Fit {
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// How many were scrolled out at the left.
    pub before: usize,
    /// How many have no room.
    pub after: usize,
}

/// The columns of a list as the screen has them.
pub fn on_screen(state: &State, list: &ListScreen) -> Fit {
    let window = list.view.window(geometry::list_rows(state.size, state.nav.charts));
    fit(state, list, window, usize::from(state.size.0).saturating_sub(GUTTER))
}

/// The columns of a list that fit into `room` cells, with the room shared out; `window` is the part of its rows that is seen.
pub fn fit(state: &State, list: &ListScreen, window: Range<usize>, room: usize) -> Fit {
    let mut columns = candidates(state, list);
    let all = columns.len();
    let (mut before, mut after) = (0, 0);
    if list.view.across.shift == 0 {
        while total(&columns) > room && give_up(&mut columns) {}
        after = all - columns.len();
    } else {
        before = list.view.across.shift.min(columns.len().saturating_sub(2));
        columns.drain(1..=before);
        while total(&columns) > room && columns.len() > 2 {
            columns.pop();
            after += 1;
        }
    }
    share(&mut columns, &list.view.across.widest, room);
    align(&mut columns, state, list, window);
    Fit { columns, before, after }
}

/// Everything that could be a column of a list, in the user's order, the name first.
pub fn every(state: &State, list: &ListScreen) -> Vec<What> {
    let columns = (0..list.kind.columns.len()).map(What::Column);
    let metrics = (0..list.kind.metrics.len()).map(What::Metric);
    let mut all: Vec<What> = [What::Name, What::Id].into_iter().chain(columns).chain(metrics).collect();
    all.extend(column::places(state).into_iter().map(|column| column.what));
    let layout = state.layouts.of(list.kind.id);
    all.sort_by_key(|what| (*what != What::Name, layout.place(&what.id(list.kind))));
    all
}

/// What a list can be sorted by, in the order of its columns.
pub fn sortable(state: &State, list: &ListScreen) -> Vec<What> {
    let mut choices: Vec<What> = wanted(state, list);
    if !choices.contains(&What::Id) {
        choices.insert(1, What::Id);
    }
    choices
}

/// The columns that are on a screen wide enough for all, in order.
pub fn wanted(state: &State, list: &ListScreen) -> Vec<What> {
    candidates(state, list).into_iter().map(|column| column.what).collect()
}

/// Whether a column of a kind was taken in or out by hand.
pub(super) fn chosen(state: &State, kind: &Kind, what: What) -> Option<Choice> {
    let layout = state.layouts.of(kind.id);
    if layout.is_plain() { None } else { layout.choice(&what.id(kind)) }
}

/// Every column that is wanted, able to grow as far as its words go.
fn candidates(state: &State, list: &ListScreen) -> Vec<Column> {
    let mut columns = column::natural(state, list);
    for column in &mut columns {
        column.most = column.most.max(list.view.across.widest.of(column.what).min(WIDEST));
    }
    if state.layouts.of(list.kind.id).is_plain() { columns } else { arranged(columns, state, list) }
}

/// As they were chosen, ordered and made wider by hand.
fn arranged(mut columns: Vec<Column>, state: &State, list: &ListScreen) -> Vec<Column> {
    let (kind, layout) = (list.kind, state.layouts.of(list.kind.id));
    let choice = |what: What| layout.choice(&what.id(kind));
    let missing = |what: &What| columns.iter().all(|column| column.what != *what);
    let asked = every(state, list).into_iter().filter(|what| missing(what) && choice(*what) == Some(Choice::Shown));
    let added: Vec<Column> = asked.filter_map(|what| column::added(state, kind, what)).collect();
    columns.extend(added);
    columns.retain(|column| column.what == What::Name || choice(column.what) != Some(Choice::Hidden));
    columns.sort_by_key(|column| (column.what != What::Name, layout.place(&column.what.id(kind))));
    for column in &mut columns {
        if choice(column.what) == Some(Choice::Shown) {
            column.rank = CHOSEN_RANK;
        }
        column.stretch(layout.stretch(&column.what.id(kind)));
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

/// How far columns may grow.
enum Limit {
    /// To so many cells.
    Cells(usize),
    /// As far as their words go, and no further than so many cells.
    Words(usize),
}

/// Which columns may grow, and how far.
type Step = (fn(What) -> bool, Limit);

/// Gives the spare cells out: readable names first, then whole words, sparklines, whole ids and places, and room around names last.
fn share(columns: &mut [Column], widest: &Widest, room: usize) {
    let mut spare = room.saturating_sub(total(columns));
    let steps: [Step; 9] = [
        (|what| what == What::Name, Limit::Cells(16)),
        (|what| what == What::Name, Limit::Words(24)),
        (|what| matches!(what, What::Column(_)), Limit::Words(16)),
        (|what| matches!(what, What::Metric(_)), Limit::Cells(usize::MAX)),
        (|what| what == What::Name, Limit::Words(WIDEST)),
        (|what| matches!(what, What::Id | What::Region), Limit::Cells(19)),
        (|what| what == What::Profile, Limit::Cells(16)),
        (|what| matches!(what, What::Column(_)), Limit::Words(WIDEST)),
        (|what| what == What::Name, Limit::Cells(40)),
    ];
    for (wanted, limit) in steps {
        for column in columns.iter_mut().filter(|column| wanted(column.what)) {
            let limit = match limit {
                Limit::Cells(cells) => cells,
                Limit::Words(cells) => widest.of(column.what).min(cells),
            };
            let growth = column.growth(limit, spare);
            column.width += growth;
            spare -= growth;
        }
    }
}

/// Numbers and ages stand at the right, under a heading that does so too.
fn align(columns: &mut [Column], state: &State, list: &ListScreen, window: Range<usize>) {
    let Some(table) = state.fleet.tables.get(&list.kind.id) else { return };
    let order = list.view.order().get(window).unwrap_or_default();
    let rows = || order.iter().filter_map(|slot| table.row(*slot));
    for column in columns {
        let right = match column.what {
            What::Metric(_) => true,
            What::Column(at) => rows().any(|row| matches!(row.resource.cells.get(at), Some(Cell::Count(_) | Cell::Time(_)))),
            _ => false,
        };
        column.align = if right { Align::Right } else { Align::Left };
    }
}
