//! What rows of different kinds have to do with each other: two ends that hold the same words.

use super::Kind;
use crate::model::{Cell, KindId, Resource};

/// A way from a row to rows of the same or another kind in the same account and region.
#[derive(Debug, PartialEq)]
pub struct Relation {
    /// What is at the other end, as it is called beside the row: `its cluster`, `tasks on it`.
    pub title: &'static str,
    /// What stands before the row's name over the list that it leads to: `of`, `on`.
    pub of: &'static str,
    /// The kind at the other end.
    pub to: &'static Kind,
    /// What of the row it goes by.
    pub here: End,
    /// What of the rows at the other end is the same.
    pub there: End,
    /// Whether the way back is in the other kind's table.
    pub back: Back,
}

/// Whether a relation can be followed from its other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// It is in the table of the other kind, turned round.
    Declared,
    /// It is not, for what lists tell of the other end does not do: rows that hold it would be missed, or rows that do not be offered it.
    Missed,
}

/// Something of a row that may be the same in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Its id.
    Id,
    /// What stands behind the last slash of its id.
    Tail,
    /// The id of a row of this kind that it belongs to.
    Parent(KindId),
    /// The words of this column.
    Column(&'static str),
    /// Each of the words of this column that commas part.
    Each(&'static str),
    /// What stands behind the last slash in this column: the name in an ARN.
    Last(&'static str),
}

impl Relation {
    /// A relation that the other kind's table has as well.
    pub const fn new(to: &'static Kind, title: &'static str, of: &'static str, here: End, there: End) -> Self {
        Self { title, of, to, here, there, back: Back::Declared }
    }

    /// A relation that can be followed from this end only.
    pub const fn one_way(to: &'static Kind, title: &'static str, of: &'static str, here: End, there: End) -> Self {
        Self { back: Back::Missed, ..Self::new(to, title, of, here, there) }
    }
}

impl End {
    /// The id of the column it looks into.
    pub fn column(self) -> Option<&'static str> {
        match self {
            Self::Column(id) | Self::Each(id) | Self::Last(id) => Some(id),
            Self::Id | Self::Tail | Self::Parent(_) => None,
        }
    }

    /// Where that column is in the kind's table.
    pub fn place(self, kind: &Kind) -> Option<usize> {
        self.column().and_then(|id| kind.column(id))
    }

    /// True when any of the words that a row holds at this end passes. `place` is that of its column.
    pub fn any(self, place: Option<usize>, row: &Resource, mut passes: impl FnMut(&str) -> bool) -> bool {
        let mut full = |words: &str| !words.is_empty() && passes(words);
        match self {
            Self::Id => full(row.id.as_str()),
            Self::Tail => full(last(row.id.as_str())),
            Self::Parent(kind) => row.parents.iter().any(|(known, id)| *known == kind && full(id.as_str())),
            Self::Column(_) | Self::Each(_) | Self::Last(_) => {
                let words = place.and_then(|place| row.cells.get(place)).map(Cell::words).unwrap_or_default();
                match self {
                    Self::Each(_) => words.split(", ").any(full),
                    Self::Last(_) => full(last(&words)),
                    _ => full(&words),
                }
            }
        }
    }
}

fn last(words: &str) -> &str {
    words.rsplit('/').next().unwrap_or(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;

    #[test]
    fn an_end_tells_its_words_one_after_the_other() {
        let cells = ["", "a, b", "arn:aws:ecs:eu-west-1:1:cluster/prod"].map(|words| Cell::text(Some(Text::new(words))));
        let parents = [(KindId("asg"), "one".into()), (KindId("eks"), "two".into())].into();
        let row = Resource { id: "prod/abc".into(), name: "abc".into(), cells: cells.into(), tags: [].into(), parents };
        let told = |end: End, place: Option<usize>| {
            let mut words = Vec::new();
            end.any(place, &row, |word| {
                words.push(word.to_owned());
                false
            });
            words.join("|")
        };
        assert_eq!([told(End::Id, None), told(End::Tail, None), told(End::Parent(KindId("eks")), None)], ["prod/abc", "abc", "two"]);
        assert_eq!(
            [told(End::Each("x"), Some(1)), told(End::Column("x"), Some(1)), told(End::Last("x"), Some(2))],
            ["a|b", "a, b", "prod"]
        );
        assert_eq!([told(End::Column("x"), Some(0)), told(End::Each("x"), None)], ["", ""]);
    }
}
