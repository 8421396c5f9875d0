//! What is wrong with a resource, in words.

use jiff::Timestamp;

use super::{cell::Health, text::Text};

/// How urgent a finding is, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Notice,
    /// Will hurt if left alone.
    Warning,
    /// Hurts now.
    Critical,
}

impl Severity {
    /// The word used in lists and exports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The health whose colours and glyph it wears.
    pub fn health(self) -> Health {
        match self {
            Self::Notice => Health::Unknown,
            Self::Warning => Health::Warn,
            Self::Critical => Health::Bad,
        }
    }
}

/// One thing that is wrong with one resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// How urgent.
    pub severity: Severity,
    /// A stable name for scripts: `status-check-failed`.
    pub code: &'static str,
    /// The reason in words, AWS's own where it gives one.
    pub reason: Text,
    /// When it began, where AWS says so.
    pub since: Option<Timestamp>,
    /// What to do about it.
    pub advice: &'static str,
}

/// The most urgent severity among `findings`.
pub fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}
