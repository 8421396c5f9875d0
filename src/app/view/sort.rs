//! The words of an order: what by, and which way.

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The name.
    Name,
    /// The id.
    Id,
    /// A column, by position in the kind's table.
    Column(usize),
    /// The latest value of a metric, by position in the kind's table.
    Metric(usize),
    /// The profile of the target.
    Profile,
    /// The region of the target.
    Region,
}

impl By {
    /// True for what is not in the row itself.
    pub(super) fn beside(self) -> bool {
        matches!(self, Self::Metric(_) | Self::Profile | Self::Region)
    }
}

/// The sort order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What by.
    pub by: By,
    /// Which way.
    pub direction: Direction,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Up,
    /// Largest first.
    Down,
}
