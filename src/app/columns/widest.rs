//! How long the words of each column are, of the rows that have been on the screen: columns grow with them and never shrink again, so
//! that nothing jumps to and fro as rows pass by.

use unicode_width::UnicodeWidthStr;

use super::What;
use crate::{app::fleet::Row, model::Cell};

/// Cells that a state takes beside its word: a glyph and a space.
const LIGHT: usize = 2;

/// The most cells that the words of each column took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Widest {
    name: usize,
    columns: Vec<usize>,
}

impl Widest {
    /// The most cells that the words of a column took; 0 where there were none.
    pub fn of(&self, what: What) -> usize {
        match what {
            What::Name => self.name,
            What::Column(at) => self.columns.get(at).copied().unwrap_or(0),
            What::Id | What::Metric(_) | What::Profile | What::Region => 0,
        }
    }

    /// Takes in a row that is on the screen, of a kind with so many columns.
    pub fn see(&mut self, row: &Row, columns: usize) {
        self.name = self.name.max(cells(row.resource.name.as_str()));
        self.columns.resize(columns, 0);
        for (at, known) in self.columns.iter_mut().enumerate() {
            *known = (*known).max(match &row.resource.cells[at] {
                Cell::Text(text) => cells(text.as_str()),
                Cell::State(_, text) => cells(text.as_str()) + LIGHT,
                _ => 0,
            });
        }
    }
}

fn cells(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}
