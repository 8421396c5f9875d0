//! What changes something, and what was changed.

#![expect(clippy::doc_markdown, reason = "clap prints these comments as they are")]

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::value;

/// The journal, to print.
#[derive(Debug, Args)]
pub struct Journal {
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Telling::Table)]
    pub output: Telling,
    /// Only what was done within this time: 30m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = value::span)]
    pub since: Option<Duration>,
    /// Only so many, the latest ones
    #[arg(short = 'n', long = "number", value_name = "NUMBER")]
    pub number: Option<usize>,
}

/// How the journal is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Telling {
    /// Columns for people
    Table,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
}
