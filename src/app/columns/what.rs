//! What a column shows: its heading, what the list is sorted by under it, and the name it is kept by.

use std::borrow::Cow;

use crate::{app::view::By, service::Kind};

/// What a column shows.
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
    /// What the list can be sorted by under its heading.
    pub fn sorts(self) -> By {
        match self {
            Self::Name => By::Name,
            Self::Id => By::Id,
            Self::Column(at) => By::Column(at),
            Self::Metric(at) => By::Metric(at),
            Self::Profile => By::Profile,
            Self::Region => By::Region,
        }
    }

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
