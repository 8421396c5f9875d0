//! What changes something, and what was changed.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::value;

/// Something to do.
#[derive(Debug, Args)]
pub struct Act {
    /// To what: ec2, …
    #[arg(value_name = "KIND", value_parser = value::Known(value::kinds).checked(value::kind))]
    pub kind: String,
    /// What: stop, …
    #[arg(value_name = "ACTION", value_parser = value::Known(value::actions), hide_possible_values = true)]
    pub action: String,
    /// To which rows: ids, ARNs or names; or those that pass --filter
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// A field of the action: desired=4; of a document also payload=@FILE (repeatable)
    #[arg(long = "param", value_name = "FIELD=VALUE", value_parser = value::pair)]
    pub given: Vec<(String, String)>,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    /// The name of the row, or the count of several: beside --yes where a policy wants it typed
    #[arg(long, value_name = "NAME|COUNT", requires = "yes")]
    pub confirm: Option<String>,
    /// Only plan it, and ask AWS whether it would be allowed where it can be asked
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// How long to look until the new state is real; 10m unless you say otherwise
    #[arg(long, value_name = "TIME", value_parser = value::span, num_args = 0..=1, require_equals = true, default_missing_value = "10m")]
    pub wait: Option<Duration>,
    /// How to tell the plan and the outcome
    #[arg(short, long, value_enum, default_value_t = Answering::Text)]
    pub output: Answering,
}

/// How an action is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answering {
    /// Sentences for people
    Text,
    /// One object
    Json,
}

/// A function to invoke.
#[derive(Debug, Args)]
pub struct Invoke {
    /// Which function: its name or ARN
    #[arg(value_name = "FUNCTION")]
    pub function: String,
    /// What it is given: JSON, @FILE, or - for stdin
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}", hide_default_value = true, allow_hyphen_values = true)]
    pub payload: String,
    /// Its version or alias
    #[arg(long, value_name = "VERSION|ALIAS", default_value = "$LATEST")]
    pub qualifier: String,
    /// Only hand it over: it runs later, and its answer is not waited for
    #[arg(long = "async")]
    pub later: bool,
    /// The name of the function, where a policy wants it typed
    #[arg(long, value_name = "NAME")]
    pub confirm: Option<String>,
    /// Only ask whether it would be allowed
    #[arg(long, conflicts_with = "later")]
    pub dry_run: bool,
}

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
