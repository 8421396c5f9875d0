//! Where the words of a filter look: in what rows of every kind have, and in a kind's own columns and metrics.

use super::Kind;
use crate::model::filter::Field;

/// Where a filter's word before the colon looks in rows of any kind.
pub fn field(name: &str) -> Option<Field> {
    FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
}

/// The words that rows of every kind know, in the order in which they are told.
pub const FIELDS: [(&str, Field); 7] = [
    ("name", Field::Name),
    ("id", Field::Id),
    ("profile", Field::Profile),
    ("account", Field::Account),
    ("region", Field::Region),
    ("finding", Field::Finding),
    ("severity", Field::Severity),
];

impl Kind {
    /// Where a filter's word before the colon looks.
    pub fn field(&self, name: &str) -> Option<Field> {
        let own = || match name {
            "age" => self.aged().map(Field::Column),
            _ => self.column(name).map(Field::Column).or_else(|| self.measured(name)).or_else(|| self.titled(name)),
        };
        field(name).or_else(own)
    }

    fn measured(&self, id: &str) -> Option<Field> {
        let at = self.metrics.iter().position(|metric| metric.id == id)?;
        Some(Field::Metric(at, self.metrics[at].unit))
    }

    /// The column or metric with this heading, in any case: what is read on the screen can be typed.
    fn titled(&self, heading: &str) -> Option<Field> {
        let is = |title: &str| title.len() == heading.len() && title.bytes().zip(heading.bytes()).all(|(a, b)| same_letter(a, b));
        let column = self.columns.iter().position(|column| is(column.title)).map(Field::Column);
        let metric = || self.metrics.iter().position(|metric| is(metric.title));
        column.or_else(|| metric().map(|at| Field::Metric(at, self.metrics[at].unit)))
    }
}

/// In a heading a space may be typed as a hyphen or an underscore.
fn same_letter(title: u8, typed: u8) -> bool {
    title.eq_ignore_ascii_case(&typed) || (title == b' ' && matches!(typed, b'-' | b'_'))
}
