//! Drives the real core with the real tasks, without a terminal: what the screen would show, as state.

#![expect(clippy::disallowed_methods, reason = "what drives the core gives it the time")]

use std::{path::Path, time::Duration};

use futures::future::BoxFuture;
use jiff::Timestamp;
use quarterdeck::{
    app::{
        self,
        effect::Effect,
        guard::Guard,
        msg::Msg,
        state::{Policy, Setup, Source, State},
    },
    aws::{Door, Login, Pace},
    config::{Keymap, chord::Chord},
    model::{Problem, Target, Text},
    runtime::{cache::Cache, journal::Journal, tasks::Tasks, world::World},
    service::{
        self, Outcomes,
        ledger::{Call, Duty, Entry, Ledger},
        policy::Rules,
    },
    sim::{Clock, Settings, Sim},
};
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;

/// How long a condition may take before the test has failed; far above what any should take.
const PATIENCE: Duration = Duration::from_mins(2);

/// A program without a terminal.
pub(crate) struct Pilot {
    pub(crate) state: State,
    tasks: Tasks,
    answers: Receiver<Msg>,
    now: fn() -> Timestamp,
    /// What was written down.
    pub(crate) journal: Journal,
    /// Where the journal is, for as long as the program runs.
    _home: TempDir,
}

/// A ledger for tests of what is done, not of what is written down about it.
pub(crate) struct Unwritten;

impl Ledger for Unwritten {
    fn intend(&self, _: Call) -> BoxFuture<'_, Result<Box<dyn Entry>, Problem>> {
        Box::pin(async { Ok(Box::new(Self) as Box<dyn Entry>) })
    }
}

impl Entry for Unwritten {
    fn settle(self: Box<Self>, _: &Result<Outcomes, Problem>, _: Vec<Text>) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

/// The simulated AWS while its failing deployment has failed. It is tried anew at the beginning of each half hour, and for four minutes has not
/// failed yet; then it is ten minutes ago there.
pub(crate) fn sim_with_a_failed_deployment() -> Sim {
    let clock = || {
        let now = Timestamp::now();
        let trying = now.as_second().rem_euclid(1_800) < 420;
        if trying { now - jiff::SignedDuration::from_mins(10) } else { now }
    };
    Sim::new(Settings { clock: Clock::new(clock), ..Settings::default() })
}

/// A simulated AWS in which a deployment that fails began so many seconds ago; from then on its clock goes as the real one does.
pub(crate) fn sim_with_a_deployment_under_way(seconds: i64) -> Sim {
    let into = seconds - Timestamp::now().as_second().rem_euclid(1_800);
    let clock = move || Timestamp::now() + jiff::SignedDuration::from_secs(into);
    Sim::new(Settings { clock: Clock::new(clock), ..Settings::default() })
}

/// A simulated AWS with the real clock.
pub(crate) fn sim(settings: Settings) -> Sim {
    Sim::new(Settings { clock: Clock::new(Timestamp::now), ..settings })
}

/// The door to a simulated AWS in this process.
pub(crate) fn door(sim: &Sim) -> Door {
    Door { http: sim.http_client(), endpoint: None, credentials: Login::Fixed("AKIADEMO000000000000"), pace: Pace::Real }
}

/// The door to an endpoint over HTTP.
pub(crate) fn endpoint(url: &str) -> Door {
    Door { http: quarterdeck::aws::http_client(), endpoint: Some(url.to_owned()), credentials: Login::Fixed("AKIATEST"), pace: Pace::Real }
}

pub(crate) fn target(region: &str) -> Target {
    Target { profile: "test".into(), region: region.into() }
}

impl Pilot {
    /// A program on these regions that has not done anything yet.
    pub(crate) fn new(door: Door, regions: &[&str], policy: Policy) -> Self {
        Self::at(Timestamp::now, door, regions, policy)
    }

    /// The same on the findings, with the whole fleet watched, as the program starts.
    pub(crate) fn at_the_findings(door: Door, regions: &[&str], policy: Policy) -> Self {
        let mut pilot = Self::new(door, regions, policy);
        let targets = pilot.state.fleet.targets.iter().map(|known| known.target.clone()).collect();
        pilot.state = State::at_home(pilot.state.setup.clone(), targets, pilot.state.size, pilot.state.now);
        pilot
    }

    /// The same by another clock.
    pub(crate) fn at(now: fn() -> Timestamp, door: Door, regions: &[&str], policy: Policy) -> Self {
        let targets: Vec<_> = regions.iter().map(|region| target(region)).collect();
        let setup = Setup { policy, source: Source::Demo };
        let state = State::new(setup, targets.clone(), service::ALL[0].kinds[0], (120, 40), now());
        let home = TempDir::new().expect("a folder");
        let journal = Journal::new(Some(home.path()), &Source::Demo, Duty::Required);
        let (tasks, answers) = Tasks::new(World::new(door, targets), policy, None);
        let tasks = tasks.writing(journal.clone());
        Self { state, tasks, answers, now, journal, _home: home }
    }

    /// The same under these policies, on the screen and where the calls are made.
    pub(crate) fn ruled(mut self, rules: Rules) -> Self {
        self.state.guard = Guard::of(rules);
        self.tasks = self.tasks.ruled(self.state.guard.rules.clone());
        self
    }

    /// The same with a home in which the fleet is kept.
    pub(crate) fn at_home(mut self, home: &Path) -> Self {
        self.state.setup.source = Source::Aws;
        let targets: Vec<_> = self.state.fleet.targets.iter().map(|known| known.target.clone()).collect();
        self.tasks = self.tasks.keeping(Cache::new(home, &Source::Aws, &targets));
        self
    }

    /// Feeds a message, and starts what it asks for.
    pub(crate) fn feed(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = app::update(&mut self.state, msg);
        for effect in effects.clone() {
            self.tasks.start(self.state.epoch, effect);
        }
        effects
    }

    /// Presses keys, written as in the keymap, separated by spaces.
    pub(crate) fn press(&mut self, keys: &str) {
        let keymap = Keymap::new(&[]).expect("the built-in keymap");
        for key in keys.split_whitespace() {
            let chord: Chord = key.parse().expect("a chord");
            if let Some(msg) = quarterdeck::runtime::input::pressed(chord, &self.state, &keymap) {
                self.feed(msg);
            }
        }
    }

    /// Types a line of the palette, or any other text that ends with Enter; the first character opens what it is typed into.
    pub(crate) fn enter(&mut self, text: &str) {
        text.chars().for_each(|c| self.press(&if c == ' ' { "Space".to_owned() } else { c.to_string() }));
        self.press("Enter");
    }

    /// Runs until the condition holds; the test fails when it does not within a minute.
    pub(crate) async fn until(&mut self, what: &str, condition: impl Fn(&State) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut clock = tokio::time::interval(Duration::from_millis(50));
        while !condition(&self.state) {
            assert!(
                tokio::time::Instant::now() < deadline,
                "never: {what}; toasts {:?}, errors {:?}",
                self.state.toasts,
                self.state.errors
            );
            tokio::select! {
                Some(answer) = self.answers.recv() => {
                    self.feed(answer);
                }
                _ = clock.tick() => {
                    self.feed(Msg::Tick((self.now)()));
                }
            }
        }
    }

    /// Number of rows that are listed.
    pub(crate) fn rows(state: &State) -> usize {
        state.fleet.tables.values().map(quarterdeck::app::fleet::Table::len).sum()
    }
}
