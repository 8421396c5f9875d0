//! What a column shows and a list is sorted by: its heading, and the name it is kept by.

use std::borrow::Cow;

use crate::service::Kind;

/// What a column shows, and what the list is sorted by under its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The name.
    Name,
    /// The id.
    Id,
    /// A column of the kind's table.
    Column(usize),
    /// A metric of the kind's table.
    Metric(usize),
    /// The profile of the row's target.
    Profile,
    /// The region of the row's target.
    Region,
}

impl What {
    /// The name it goes by in what is kept of the user's choices.
    pub fn id(self, kind: &Kind) -> Cow<'static, str> {
        match self {
            Self::Name => "name".into(),
            Self::Id => "id".into(),
            Self::Column(at) => kind.columns[at].id.into(),
            Self::Metric(at) => format!("metrics.{}", kind.metrics[at].id).into(),
            Self::Profile => "profile".into(),
            Self::Region => "region".into(),
        }
    }

    /// Its heading.
    pub fn title(self, kind: &Kind) -> &'static str {
        match self {
            Self::Name => "NAME",
            Self::Id => "ID",
            Self::Column(at) => kind.columns[at].title,
            Self::Metric(at) => kind.metrics[at].title,
            Self::Profile => "PROFILE",
            Self::Region => "REGION",
        }
    }
}
