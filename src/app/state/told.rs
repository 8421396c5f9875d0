//! What the user is told: short messages that pass, and failures that are kept.

use jiff::Timestamp;

use crate::model::{Problem, Text};

/// A short message.
#[derive(Debug, Clone, PartialEq)]
pub struct Toast {
    /// When it was said.
    pub at: Timestamp,
    /// Its colour.
    pub tone: Tone,
    /// What it says.
    pub text: Text,
    /// How often it was said while it was there.
    pub count: u32,
}

/// The colour of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good or neutral.
    Plain,
    /// Bad.
    Bad,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// First time.
    pub first: Timestamp,
    /// Last time.
    pub last: Timestamp,
    /// How often in a row.
    pub count: u32,
    /// What was being done: `list ec2 in eu-west-1`.
    pub doing: Text,
    /// What went wrong.
    pub problem: Problem,
}
