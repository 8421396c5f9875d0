//! `qd doctor`: what works from here, and what to do about the rest. Nothing is changed by it.

mod local;
mod remote;
mod report;

use std::io::{self, BufWriter, IsTerminal, Write};

use self::report::{Area, Check, Verdict};
use super::{FAILED, deeds::wrote, fleet, log::Log, settings::Sources, world::World};
use crate::{
    cli::Report,
    config::{Standing, Wrong},
    sim::Settings,
};

/// What is looked at.
pub(super) struct Visit<'a> {
    pub(super) standing: &'a Standing,
    pub(super) sources: &'a Sources,
    pub(super) simulated: Settings,
    pub(super) log: &'a Result<Log, String>,
}

/// Looks at everything and tells it; the exit code says whether anything fails.
pub(super) async fn examine(visit: Visit<'_>, output: Report) -> u8 {
    let mut checks = local::look(&visit);
    checks.extend(fleet_of(&visit).await);
    checks.sort_by_key(|check| check.area);
    let fails = checks.iter().any(|check| check.verdict == Verdict::Fail);
    let mut out = BufWriter::new(io::stdout().lock());
    let written = wrote("the report", report::write(output, &checks, &mut out).and_then(|()| out.flush()));
    if fails { FAILED } else { written }
}

async fn fleet_of(visit: &Visit<'_>) -> Vec<Check> {
    let (config, environment) = (&visit.standing.config, &visit.sources.environment);
    let targets = match fleet::targets(config, environment, fleet::nothing_kept).await {
        Ok(targets) => targets,
        Err(Wrong(why)) => return vec![Check::fail(Area::Regions, &why, "name a profile and a region, here or in the configuration")],
    };
    let world = World::new(fleet::door(config, visit.simulated.clone(), environment), targets.clone());
    let told = Progress::new();
    let checks = remote::look(&world, &targets, visit, &told).await;
    told.over();
    checks
}

/// How far the questions have come, for whoever waits at a terminal.
struct Progress(bool);

impl Progress {
    fn new() -> Self {
        Self(io::stderr().is_terminal())
    }

    fn tell(&self, done: usize, of: usize) {
        if self.0 {
            let _ = write!(io::stderr(), "\rasking AWS: {done} of {of} ");
        }
    }

    fn over(&self) {
        if self.0 {
            let _ = write!(io::stderr(), "\r\u{1b}[K");
        }
    }
}
