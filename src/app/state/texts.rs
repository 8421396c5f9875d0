//! Texts that are read on the screen: what an action gave back, and how a document is written.

use jiff::Timestamp;

use super::Scroll;
use crate::model::Text;

/// What an action gave back to read.
#[derive(Debug)]
pub struct Report {
    /// What it is about: `invoke web-hook`.
    pub title: Text,
    /// When it came.
    pub at: Timestamp,
    /// The text.
    pub lines: Vec<Text>,
    /// What is seen of it.
    pub scroll: Scroll,
}

/// Help for the screen behind it.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// What it is narrowed to, lower case; empty for all of it.
    pub search: String,
    /// What is seen of it.
    pub scroll: Scroll,
}

/// Whether masked values are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Veil {
    /// They stay hidden.
    #[default]
    Down,
    /// They were asked for.
    Lifted,
}

/// How a raw document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}
