//! The only place that touches the world: terminal, clock, environment, files, tasks, process.
//!
//! Invariant: decides nothing. It turns events into messages, effects into tasks, and the state into frames.

#![expect(clippy::disallowed_methods, reason = "the one place that touches the world")]

mod aids;
pub mod cache;
pub mod clipboard;
mod codes;
mod conversing;
mod deck;
mod deeds;
mod doctor;
pub mod drafts;
mod fleet;
pub mod headless;
pub mod input;
pub mod journal;
mod json;
pub mod layouts;
pub mod log;
mod packer;
mod private;
pub mod programs;
mod saving;
mod settings;
pub mod signals;
mod signing;
pub mod tasks;
pub mod terminal;
mod thrift;
pub mod world;

use std::{
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use jiff::Timestamp;

use crate::{
    app::sheet::{Columns, Form},
    cli::{self, Cli, Command, Output, Stop},
    config::{self, Config, Environment, Standing, Wrong},
    model::{Filter, Text},
    service,
    sim::{Faults, Settings, Sim, Sizes},
};
use cache::Cache;
use deeds::{Way, wrote};
use headless::{Metrics, Wish};

/// Everything was done.
const DONE: u8 = 0;
/// The work failed.
const FAILED: u8 = 1;
/// The command line or the configuration is wrong.
const WRONG: u8 = 2;

/// How far threads that read answers stand back: a third of the share of a thread that does not.
const POLITE: i32 = 5;

/// The whole program: reads the command line, runs it, and gives the exit code (0 done, 1 failed, 2 asked wrongly).
pub fn main() -> ExitCode {
    let environment = std::env::vars_os().collect();
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(Stop::Told(text)) => return tell(&text),
        Err(Stop::Wrong(wrong)) => return refuse(&wrong),
    };
    match run(&cli, &environment) {
        Ok(code) => ExitCode::from(code),
        Err(wrong) => refuse(&wrong),
    }
}

fn tell(text: &str) -> ExitCode {
    let written = io::stdout().write_all(text.as_bytes());
    ExitCode::from(written.map_or(FAILED, |()| DONE))
}

fn refuse(wrong: &Wrong) -> ExitCode {
    complain(&wrong.to_string());
    ExitCode::from(WRONG)
}

/// One line on stderr. When even that cannot be written there is nobody left to tell.
fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "qd: {}", Text::new(line));
}

fn run(cli: &Cli, environment: &Environment) -> Result<u8, Wrong> {
    let sources = settings::Sources::new(cli.place(), environment.clone(), cli.layer(), cli.wanted());
    // The dashboard opens whatever the file holds; what is asked for by a line is refused by a line.
    let standing = match &cli.command {
        None | Some(Command::Doctor(_)) => sources.stand()?,
        Some(Command::Aid(aid)) => return aids::help(aid, cli, environment),
        Some(_) => Standing { config: config::load(&sources.place, environment, cli.layer(), cli.wanted())?, broken: None },
    };
    let config = &standing.config;
    let simulated = simulated(cli)?;
    let log = log::start(environment);
    let manner: fn() = if cli.command.is_none() { give_way } else { || () };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .on_thread_start(manner)
        .on_thread_park(thrift::give_back)
        .enable_all()
        .build()
        .map_err(|error| Wrong(format!("no threads can be started: {error}")))?;
    let code = match &cli.command {
        None => {
            let opening = Opening { standing: &standing, sources, simulated, warning: log.as_ref().err().cloned() };
            dashboard(&runtime, environment, opening)
        }
        Some(Command::Doctor(wish)) => {
            let visit = doctor::Visit { standing: &standing, sources: &sources, simulated, log: &log };
            Ok(runtime.block_on(doctor::examine(visit, wish.output)))
        }
        Some(Command::List(list)) => runtime.block_on(inventory(config, simulated, environment, list)),
        Some(Command::Act(act)) => {
            let way = Way { config, environment, simulated };
            runtime.block_on(deeds::act(way, act, cli.global.filter.as_deref()))
        }
        Some(Command::Invoke(invoke)) => {
            let way = Way { config, environment, simulated };
            runtime.block_on(deeds::invoke(way, invoke))
        }
        Some(Command::Journal(wish)) => Ok(deeds::told(&Way { config, environment, simulated }.journal(), wish)),
        Some(Command::Sim(sim)) => Ok(runtime.block_on(serve(simulated, sim))),
        // Answered before anything was started.
        Some(Command::Aid(_)) => Ok(DONE),
    };
    // What is waiting to be written to the log is written when it goes.
    drop(log);
    // A task that waits for a name server or a terminal must not keep the process.
    runtime.shutdown_background();
    code
}

/// Lets the thread that draws go before the calling one, which reads answers: where there are fewer processors than work, a key waits for
/// none of it. On Linux a priority is a thread's own (setpriority(2), "C library/kernel differences"); elsewhere nothing is changed.
fn give_way() {
    if cfg!(target_os = "linux")
        && let Err(error) = rustix::process::setpriority_process(None, POLITE)
    {
        tracing::debug!(%error, "threads keep their priority");
    }
}

/// How the simulated fleet is made; also read when there is none, so that a mistake in it is always told.
fn simulated(cli: &Cli) -> Result<Settings, Wrong> {
    let wanted = &cli.global.simulation;
    let usual = Settings::default();
    let faults = wanted.faults.join(",").parse::<Faults>().map_err(|error| Wrong(format!("--fault: {error}")))?;
    Ok(Settings {
        seed: wanted.seed.unwrap_or(usual.seed),
        sizes: Sizes {
            instances: wanted.instances.unwrap_or(usual.sizes.instances),
            services: wanted.services.unwrap_or(usual.sizes.services),
            functions: wanted.functions.unwrap_or(usual.sizes.functions),
            jobs: wanted.jobs.unwrap_or(usual.sizes.jobs),
        },
        page: usual.page,
        latency: wanted.latency.unwrap_or(usual.latency),
        faults,
        clock: crate::sim::Clock::new(Timestamp::now),
    })
}

/// What the dashboard is opened with.
struct Opening<'a> {
    standing: &'a Standing,
    sources: settings::Sources,
    simulated: Settings,
    warning: Option<String>,
}

fn dashboard(runtime: &tokio::runtime::Runtime, environment: &Environment, opening: Opening<'_>) -> Result<u8, Wrong> {
    let Opening { standing: Standing { config, broken }, sources, simulated, warning } = opening;
    terminal::check(environment)?;
    let filter = filter(config.open, &config.filter)?;
    color_eyre::install().map_err(|error| Wrong(error.to_string()))?;
    terminal::restore_on_panic();
    let simulated = if simulated.faults == Faults::default() { Settings { faults: trouble()?, ..simulated } } else { simulated };
    let outcome = runtime.block_on(async {
        // What stands in for a broken file may lack what the fleet is found by.
        let missing =
            |wrong: Wrong| broken.as_ref().map_or_else(|| wrong.clone(), |broken| Wrong(format!("{broken}; without it: {wrong}")));
        let cache = environment.cache_directory().and_then(|directory| Cache::new(&directory, &config.source, &[]));
        let kept = |profile: &str| cache.as_ref().map(|cache| cache.regions(profile)).unwrap_or_default();
        let targets = fleet::targets(config, environment, kept).await.map_err(missing)?;
        if let Some(cache) = &cache {
            cache.admit(&targets);
        }
        let seeds = fleet::seeds(config, &targets);
        let start = deck::Start { config, broken: broken.clone(), sources, environment, filter, cache, targets, seeds, warning };
        Ok(deck::run(start, || fleet::door(config, simulated, environment)).await)
    });
    match outcome? {
        Ok(code) => Ok(code),
        Err(error) => {
            complain(&format!("the terminal cannot be used: {error}"));
            Ok(FAILED)
        }
    }
}

/// A filter from the command line or the configuration. Over the findings a filter knows no columns.
fn filter(kind: Option<&service::Kind>, text: &str) -> Result<Filter, Wrong> {
    Filter::parse(text, |name| kind.and_then(|kind| kind.field(name))).map_err(|mistake| Wrong(format!("--filter: {mistake}")))
}

/// What goes wrong in the demonstration by itself.
fn trouble() -> Result<Faults, Wrong> {
    fleet::DEMO_FAULTS.parse().map_err(Wrong)
}

async fn inventory(config: &Config, simulated: Settings, environment: &Environment, list: &cli::List) -> Result<u8, Wrong> {
    let kind = service::kind(&list.kind).ok_or_else(|| Wrong(format!("no kind “{}”", list.kind)))?;
    let filter = filter(Some(kind), &config.filter)?.literal();
    if let Some(name) = filter.metrics().next().filter(|_| !list.metrics) {
        let words = "is a metric: with --metrics it is fetched for each row that passes the rest, which costs money";
        return Err(Wrong(format!("--filter: {name} {words}")));
    }
    let (world, targets, unknown) = fleet::whole(config, simulated, environment).await?;
    let metrics = if list.metrics { Metrics::With } else { Metrics::Without };
    let columns = if list.wide { Columns::Wide } else { Columns::Usual };
    let wish = Wish { kind, filter, form: form(list.output), metrics, columns };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = headless::list(&world, targets, &wish, Timestamp::now(), &mut out).await;
    match written.and_then(|told| out.flush().map(|()| told)) {
        Ok(told) => {
            told.notes.iter().chain(&unknown).chain(&told.failures).for_each(|line| complain(line));
            Ok(if told.failures.is_empty() && unknown.is_empty() { DONE } else { FAILED })
        }
        Err(error) => Ok(wrote("the list", Err(error))),
    }
}

fn form(output: Output) -> Form {
    match output {
        Output::Table => Form::Table,
        Output::Json => Form::Json,
        Output::Ndjson => Form::Ndjson,
        Output::Csv => Form::Csv,
    }
}

async fn serve(simulated: Settings, sim: &cli::Sim) -> u8 {
    let listener = match tokio::net::TcpListener::bind(sim.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            complain(&format!("cannot listen on {}: {error}; choose another with --listen", sim.listen));
            return FAILED;
        }
    };
    // Before the address is told: whoever reads it may send a signal at once.
    let ended = match signals::asked_to_end() {
        Ok(ended) => ended,
        Err(error) => {
            complain(&format!("cannot wait for signals: {error}"));
            return FAILED;
        }
    };
    let address = listener.local_addr().unwrap_or(sim.listen);
    complain(&format!("the simulated fleet listens on http://{address}; Ctrl-C ends it"));
    match crate::sim::serve(Sim::new(simulated), listener, ended).await {
        Ok(()) => DONE,
        Err(error) => {
            complain(&format!("the simulated fleet broke off: {error}"));
            FAILED
        }
    }
}
