//! What is typed into the last line.

use crate::{app::line::Line, model::TargetId};

/// A one-line prompt.
#[derive(Debug)]
pub struct Prompt {
    /// What it asks for.
    pub asks: Asks,
    /// What has been typed.
    pub line: Line,
    /// What is wrong with it, if anything.
    pub complaint: Option<String>,
    /// What it was before, to go back to.
    pub before: String,
}

/// What a prompt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A filter for the list, applied as typed.
    Filter,
    /// Words to search in a text, applied as typed.
    Search,
    /// A command.
    Command,
    /// The MFA code that this target waits for.
    Code(TargetId),
}
