//! The command line: what may be typed, and one line for whatever may not.
//!
//! Invariant: parsing looks at nothing but its arguments, and never prints or ends the process.

#![expect(clippy::doc_markdown, reason = "clap prints these comments as they are")]

mod aids;
mod deeds;
mod value;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint, error::ErrorKind};

pub use self::{
    aids::{Aid, Completions, Configured, Doctor, Part, Report, completions, manual},
    deeds::{Act, Answering, Invoke, Journal, Telling},
};
use crate::{
    config::{Layer, Link, Mouse, Place, Wanted, Wrong, file},
    service::{executor::Policy, policy::Rules},
    ui::theme::Charset,
};

const EXAMPLES: &str = "\
Examples:
  qd --demo                                   look round a simulated fleet: no account, no network
  qd                                          the fleet of your default AWS credentials and region
  qd --profile prod,staging --region eu-west-1,us-east-1 --read-only
  qd --endpoint-url http://127.0.0.1:5000     anything that speaks the protocols of AWS
  qd --demo --fault throttle=0.3 --latency 200ms
  qd list ec2 --filter 'state:stopped' -o json
  qd act ec2 stop i-0abc1234 --dry-run         what it would do; --yes does it and waits until it is so
  qd invoke web-hook --payload @event.json     its answer on stdout, the end of its log on stderr
  qd journal --since 2h                       what was done, by whom, with what outcome
  qd sim --instances 1000                     the simulated fleet, for any AWS client
  qd doctor --profile prod                    what works from here, and what to do about the rest
  qd config default > config.toml             every setting and key, explained

Exit status: 0 done, 1 the work failed, 2 the command line or the configuration is wrong.";

/// A terminal dashboard for AWS compute fleets: inventory, CloudWatch metrics and safe actions on one screen.
#[derive(Debug, Parser)]
#[command(name = "qd", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Cli {
    /// What goes with every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do; the dashboard when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What goes with every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Show a simulated fleet: no account, no network
    #[arg(long, global = true)]
    pub demo: bool,
    /// AWS profiles to show together [env: AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME,…", value_delimiter = ',')]
    pub profile: Option<Vec<String>>,
    /// AWS regions to show together; `all` for those that each account has enabled [env: AWS_REGION]
    #[arg(long, global = true, value_name = "REGION,…", value_delimiter = ',')]
    pub region: Option<Vec<String>>,
    /// Any endpoint that speaks the protocols of AWS [env: AWS_ENDPOINT_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Look, but touch nothing: no action can be run
    #[arg(long, global = true)]
    pub read_only: bool,
    /// A configuration file instead of the usual one
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    /// The filter to start with: words, `column:value`, `column>number`, `!not`
    #[arg(long, global = true, value_name = "TEXT")]
    pub filter: Option<String>,
    /// What to open first: `findings`, or a kind such as `lambda`
    #[arg(long, global = true, value_name = "KIND")]
    pub open: Option<String>,
    /// The theme, by name
    #[arg(long, global = true, value_name = "NAME", value_parser = value::Known(value::themes))]
    pub theme: Option<String>,
    /// Draw with the characters of ASCII only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// How the terminal is used.
    #[command(flatten)]
    pub manner: Manner,
    /// How the simulated fleet is made and how it fails.
    #[command(flatten)]
    pub simulation: Simulation,
}

/// How the terminal is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct Manner {
    /// Write less to the terminal: fewer frames, no sparklines, no seconds, ASCII and 16 colours
    #[arg(long, global = true)]
    pub low_bandwidth: bool,
    /// Leave the mouse to the terminal
    #[arg(long, global = true)]
    pub no_mouse: bool,
}

/// How the simulated fleet is made and how it fails.
#[derive(Debug, Clone, Default, PartialEq, Args)]
#[command(next_help_heading = "The simulated fleet (with --demo or sim)")]
pub struct Simulation {
    /// The number it grows from; the same number, the same fleet
    #[arg(long, global = true, value_name = "NUMBER")]
    pub seed: Option<u64>,
    /// How many EC2 instances each of its regions has
    #[arg(long, global = true, value_name = "NUMBER")]
    pub instances: Option<usize>,
    /// How many ECS services each of its regions has
    #[arg(long, global = true, value_name = "NUMBER")]
    pub services: Option<usize>,
    /// How many Lambda functions each of its regions has
    #[arg(long, global = true, value_name = "NUMBER")]
    pub functions: Option<usize>,
    /// How many Batch jobs each of its regions has
    #[arg(long, global = true, value_name = "NUMBER")]
    pub jobs: Option<usize>,
    /// How long each answer takes: 100ms, 1.5s
    #[arg(long, global = true, value_name = "TIME", value_parser = value::duration)]
    pub latency: Option<Duration>,
    /// What goes wrong, and how often, from 0 to 1: throttle=0.3 (repeatable). Kinds: throttle, deny, 5xx, slow, hang, cut, garbage,
    /// expired, marred, hostile and mangled, whose texts mean harm to a terminal, and refuse:CODE
    #[arg(long = "fault", global = true, value_name = "KIND=RATE")]
    pub faults: Vec<String>,
}

/// What to do instead of the dashboard.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print an inventory: the same rows, without a screen
    List(List),
    /// Do something to rows: the same actions, plan and policy as on the screen
    Act(Act),
    /// Invoke a Lambda function: its answer on stdout, the end of its log on stderr
    Invoke(Invoke),
    /// Print what was done: who, what, when, with what outcome
    Journal(Journal),
    /// Serve the simulated fleet to any AWS client over HTTP
    Sim(Sim),
    /// Look at credentials, regions, permissions, clock, terminal and files: what works, and what to do about the rest
    Doctor(Doctor),
    /// What needs no fleet.
    #[command(flatten)]
    Aid(Aid),
}

/// An inventory to print.
#[derive(Debug, Args)]
pub struct List {
    /// What to list: ec2, …
    #[arg(value_name = "KIND", value_parser = value::Known(value::kinds).checked(value::kind))]
    pub kind: String,
    /// How to print it
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    pub output: Output,
    /// Fetch the metrics too
    #[arg(long)]
    pub metrics: bool,
    /// All columns
    #[arg(long)]
    pub wide: bool,
}

/// How an inventory is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Columns for people
    Table,
    /// One array of objects
    Json,
    /// One object a line
    Ndjson,
    /// Comma-separated values with a heading
    Csv,
}

/// The simulated fleet as a server.
#[derive(Debug, Args)]
pub struct Sim {
    /// Where to listen; this machine only
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4599", value_parser = value::loopback)]
    pub listen: SocketAddr,
}

/// Why there is nothing to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Help or the version was asked for: this belongs on stdout, with status 0.
    Told(String),
    /// The command line is wrong: this belongs on stderr, with status 2.
    Wrong(Wrong),
}

/// Reads the command line, the program's name first.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Stop> {
    let cli = Cli::try_parse_from(arguments).map_err(|error| stop(&error))?;
    cli.check().map_err(Stop::Wrong)?;
    Ok(cli)
}

impl Cli {
    /// What the flags say about the configuration.
    pub fn layer(&self) -> Layer {
        let flags = &self.global;
        Layer {
            theme: flags.theme.clone(),
            charset: flags.ascii.then_some(Charset::Ascii),
            policy: flags.read_only.then_some(Policy::ReadOnly),
            rules: Rules::default(),
            accounts: Vec::new(),
            profiles: flags.profile.clone(),
            regions: flags.region.clone(),
            endpoint: flags.endpoint_url.clone(),
            filter: flags.filter.clone(),
            open: flags.open.clone(),
            budget: None,
            journal: None,
            confirm: None,
            clipboard: None,
            link: flags.manner.low_bandwidth.then_some(Link::Slow),
            mouse: flags.manner.no_mouse.then_some(Mouse::Off),
            keys: Vec::new(),
        }
    }

    /// Where the configuration is.
    pub fn place(&self) -> Place {
        self.global.config.clone().map_or(Place::Usual, Place::Named)
    }

    /// Which fleet is asked for.
    pub fn wanted(&self) -> Wanted {
        if self.simulated() { Wanted::Demo } else { Wanted::Configured }
    }

    fn simulated(&self) -> bool {
        self.global.demo || matches!(self.command, Some(Command::Sim(_)))
    }

    /// What clap cannot see, because global flags may stand on either side of the command.
    fn check(&self) -> Result<(), Wrong> {
        let flags = &self.global;
        // The demonstration has profiles of its own; `qd sim` answers whoever asks.
        let served = matches!(self.command, Some(Command::Sim(_)));
        let real = [("--profile", flags.profile.is_some() && served), ("--endpoint-url", flags.endpoint_url.is_some())];
        let given = real.iter().find(|(_, given)| *given).map(|(name, _)| *name);
        match (self.simulated(), given, flags.simulation.first_flag()) {
            (true, Some(real), _) => Err(Wrong(format!("the simulated fleet needs no {real}; leave one of them out"))),
            (false, _, Some(knob)) => Err(Wrong(format!("{knob} shapes the simulated fleet; add --demo, or use it with `qd sim`"))),
            _ => Ok(()),
        }
    }
}

impl Simulation {
    fn first_flag(&self) -> Option<&'static str> {
        let flags = [
            ("--seed", self.seed.is_some()),
            ("--instances", self.instances.is_some()),
            ("--services", self.services.is_some()),
            ("--functions", self.functions.is_some()),
            ("--jobs", self.jobs.is_some()),
            ("--latency", self.latency.is_some()),
            ("--fault", !self.faults.is_empty()),
        ];
        flags.iter().find(|(_, given)| *given).map(|(name, _)| *name)
    }
}

fn stop(error: &clap::Error) -> Stop {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Told(text),
        _ => Stop::Wrong(Wrong(one_line(&text))),
    }
}

/// The complaint and the tip of clap's report, whose usage would push both out of sight on a small screen.
fn one_line(report: &str) -> String {
    let report = report.split("\n\nUsage:").next().unwrap_or(report);
    let words = report.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_start_matches("error: ").replace(" For more information, try '--help'.", "").replace(" tip: ", "; ");
    format!("{}; see qd --help", words.trim_end_matches('.'))
}

/// A complaint about a word that is none of a list.
fn unknown(what: &str, word: &str, names: &[&str]) -> String {
    let nearest = file::nearest(word, names.iter().copied());
    format!("there is no {what} `{word}`{nearest} (there are: {})", crate::config::listed(names.iter().copied()))
}

#[cfg(test)]
mod tests;
