//! How often what nobody looks at is listed, so that findings and counts over the whole fleet are true.

/// How often a kind is listed in each account and region while its list is not in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// What breaks and mends within minutes, and costs few calls.
    Hot,
    /// What changes now and then.
    Warm,
    /// What changes when somebody deploys, and what is throttled early.
    Cold,
    /// Never: what is only worth its calls when it is opened, or is told by the kind above it.
    Never,
}

impl Tier {
    /// Those that are listed at all, the most urgent first.
    pub const WATCHED: [Self; 3] = [Self::Hot, Self::Warm, Self::Cold];

    /// Seconds from one list to the next; `None` for never.
    pub const fn every(self) -> Option<i64> {
        match self {
            Self::Hot => Some(60),
            Self::Warm => Some(120),
            Self::Cold => Some(600),
            Self::Never => None,
        }
    }

    /// The word for it in documents.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Warm => "warm",
            Self::Cold => "cold",
            Self::Never => "when opened",
        }
    }
}
