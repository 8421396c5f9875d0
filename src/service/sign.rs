//! What can be wrong with a kind, as a table: the codes of its findings, how bad they are, and what each means.

use crate::model::Severity;

/// One thing that can be wrong with resources of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sign {
    /// The code of its findings, for scripts. Never changes once it is out.
    pub code: &'static str,
    /// How urgent it is at worst.
    pub severity: Severity,
    /// When it is found, as a sentence.
    pub means: &'static str,
}

/// A line of a table of signs.
pub(super) const fn sign(code: &'static str, severity: Severity, means: &'static str) -> Sign {
    Sign { code, severity, means }
}
