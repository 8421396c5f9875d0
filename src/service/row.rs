//! What every service makes rows with: tables whose positions have names, cells filled by position, pages on their way.

use aws_smithy_types::DateTime;

use super::{Column, Consequence, Pages, Place};
use crate::model::{
    Cell, Finding, Interner, KindId, Parents, Problem, ProblemKind, Record, Resource, Severity, Sharing, Tags, Text, resource::Page,
};

/// A named position in a kind's table of columns.
pub(super) trait Position: Copy {
    /// Counted from 0.
    fn at(self) -> usize;
}

/// A kind's table of columns and the names of its positions, in one: `Name: id, heading, cells, place;` for each column.
macro_rules! columns {
    ($(#[$doc:meta])* enum $col:ident { $($name:ident: $id:literal, $title:literal, $width:literal, $place:expr;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub(in crate::service) enum $col { $($name),+ }

        impl $col {
            /// The table.
            pub(in crate::service) const COLUMNS: &'static [$crate::service::Column] = {
                let all: &[$crate::service::Column] = &[$($crate::service::row::column($id, $title, $width, $place)),+];
                assert!(all.len() <= $crate::model::record::WIDEST, "more columns than a row can hold");
                all
            };
        }

        impl $crate::service::row::Position for $col {
            fn at(self) -> usize {
                self as usize
            }
        }
    };
}
pub(super) use columns;

/// A column of a table.
pub(super) const fn column(id: &'static str, title: &'static str, width: u16, place: Place) -> Column {
    Column { id, title, width, place }
}

/// The cells of a row, filled by position.
pub(super) struct Cells(Vec<Cell>);

impl Cells {
    /// Empty cells for a table.
    pub(super) fn new(columns: &[Column]) -> Self {
        Self(vec![Cell::None; columns.len()])
    }

    /// Fills a cell.
    pub(super) fn set(&mut self, at: impl Position, cell: Cell) -> &mut Self {
        self.0[at.at()] = cell;
        self
    }

    /// Fills a cell with words, or leaves it empty.
    pub(super) fn text(&mut self, at: impl Position, words: Option<Text>) -> &mut Self {
        self.set(at, Cell::text(words))
    }

    /// Fills a cell with a number, or leaves it empty.
    pub(super) fn count(&mut self, at: impl Position, number: Option<impl Into<i64>>) -> &mut Self {
        self.set(at, number.map_or(Cell::None, |number| Cell::Count(number.into())))
    }

    /// Fills a cell with a moment, or leaves it empty.
    pub(super) fn time(&mut self, at: impl Position, moment: Option<&DateTime>) -> &mut Self {
        self.set(at, moment.map_or(Cell::None, |moment| Cell::Time(moment.secs())))
    }

    /// The filled cells.
    pub(super) fn done(self) -> Record {
        self.0.into()
    }

    /// The filled cells with their positions, and these also where they are empty: what was there before is no longer so.
    pub(super) fn whole(self, always: &[impl Position]) -> Vec<(usize, Cell)> {
        let wanted = |at: usize, cell: &Cell| *cell != Cell::None || always.iter().any(|position| position.at() == at);
        self.0.into_iter().enumerate().filter(|(at, cell)| wanted(*at, cell)).collect()
    }

    /// The filled cells; those in `common` columns, which hardly ever change, are kept once for all rows that have the same.
    pub(super) fn sharing(self, common: &[impl Position], others: &mut Sharing) -> Record {
        Record::sharing(&self.0, common.iter().fold(0, |bits, position| bits | 1 << position.at()), others)
    }

    /// All cells with their positions: what was there before is no longer so.
    pub(super) fn every(self) -> Vec<(usize, Cell)> {
        self.0.into_iter().enumerate().collect()
    }

    /// The filled cells with their positions, to lay over a row that has them already.
    pub(super) fn filled(self) -> Vec<(usize, Cell)> {
        self.0.into_iter().enumerate().filter(|(_, cell)| *cell != Cell::None).collect()
    }
}

/// The words in a cell of a row; empty for numbers and missing values.
pub(super) fn words(row: &Resource, at: impl Position) -> &str {
    match row.cells.get(at.at()) {
        Some(Cell::Text(text) | Cell::State(_, text)) => text.as_str(),
        _ => "",
    }
}

/// The number in a cell of a row.
pub(super) fn number(row: &Resource, at: impl Position) -> Option<i64> {
    match row.cells.get(at.at()) {
        Some(Cell::Count(number)) => Some(*number),
        _ => None,
    }
}

/// Tags by key, shared with other rows that have the same.
pub(super) fn tags<'a>(tags: impl Iterator<Item = (Option<&'a str>, Option<&'a str>)>, shared: &mut Interner) -> Tags {
    tags.filter_map(|(key, value)| Some((shared.text(key?), shared.text(value.unwrap_or_default())))).collect()
}

/// Parts as one text with commas; `None` for none.
pub(super) fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let list = parts.collect::<Vec<_>>().join(", ");
    (!list.is_empty()).then_some(list)
}

/// The one row a resource belongs to.
pub(super) fn parent(kind: &'static str, id: &str) -> Parents {
    [(KindId(kind), Text::new(id))].into()
}

/// A sentence of a plan.
pub(super) fn note(severity: Severity, text: &str) -> Consequence {
    Consequence { severity, text: Text::new(text) }
}

/// Something wrong, since an unknown moment.
pub(super) fn finding(severity: Severity, code: &'static str, reason: &str, advice: &'static str) -> Finding {
    Finding { severity, code, reason: Text::new(reason), since: None, advice }
}

/// Passes a page on. Fails only when nobody listens any more: the listing was superseded.
pub(super) async fn send(pages: &Pages, page: Page) -> Result<(), Problem> {
    let gone = |_| Problem::new(ProblemKind::Policy, "the listing was superseded", "");
    pages.send(page).await.map_err(gone)
}

/// A page of rows.
pub(super) fn rows(rows: Vec<Resource>) -> Page {
    Page { rows, overlays: Vec::new() }
}
