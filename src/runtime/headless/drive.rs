//! The core without a terminal: the same state and the same tasks, asked for nothing but what an action needs.

#![expect(clippy::disallowed_methods, reason = "the loop gives the core its time")]

use std::{io, time::Duration};

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::{sync::mpsc::Receiver, time::Instant};

use crate::{
    app::{
        self,
        direct::{self, Rows},
        effect::Effect,
        fleet::Table,
        msg::{Answer, Msg},
        state::{Setup, State},
    },
    model::{Key, Remote, Target, TargetId, Text, remote::Asking},
    runtime::{complain, signals, tasks::Tasks},
    service::{Kind, Receipt},
};

/// How often the clock is told: what is due is looked for this often.
const TICK: Duration = Duration::from_millis(100);
/// How often it is told how far long work is.
const PROGRESS: Duration = Duration::from_secs(5);
/// Columns and rows of the screen that is not there: none is in sight until it is known which are meant, and then all of them.
const BLIND: (u16, u16) = (200, 0);
const WIDE: (u16, u16) = (200, u16::MAX);

/// Comes when somebody wants the program to end.
pub(super) type Ending = BoxFuture<'static, ()>;

/// Somebody wants the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended;

/// The core, its tasks, and what they have given back.
pub(super) struct Drive {
    pub(super) state: State,
    /// What AWS said when it took a call, by row.
    pub(super) receipts: Vec<(Key, Receipt)>,
    tasks: Tasks,
    answers: Receiver<Msg>,
    /// Somebody wants the program to end.
    ending: Ending,
    /// Listings that are due and wait until they are wanted.
    listings: Vec<Effect>,
}

impl Drive {
    /// Nothing is asked yet.
    pub(super) fn new(setup: Setup, targets: Vec<Target>, kind: &'static Kind, (tasks, answers): (Tasks, Receiver<Msg>)) -> Self {
        let state = State::new(setup, targets, kind, BLIND, Timestamp::now());
        // Until something is sent the signals do what they always do.
        let ending: Ending = Box::pin(std::future::pending());
        let mut drive = Self { state, receipts: Vec::new(), tasks, answers, ending, listings: Vec::new() };
        drive.feed(Msg::Tick(Timestamp::now()));
        drive
    }

    /// Gives the core a message, and starts what it asks for.
    pub(super) fn feed(&mut self, msg: Msg) {
        self.hear(&msg);
        let effects = app::update(&mut self.state, msg);
        self.start(effects);
    }

    /// What the core keeps for the screen, and a script is to have at once.
    fn hear(&mut self, msg: &Msg) {
        match msg {
            Msg::Answered(_, Answer::Acted(_, outcomes)) => {
                self.receipts.extend(outcomes.iter().filter_map(|(key, outcome)| Some((key.clone(), outcome.clone().ok()?))));
            }
            Msg::Answered(_, Answer::Held(_, held)) => {
                complain(&format!("AWS throttles: sent again in {} s, the rest at half of the pace", held.pause.as_secs()));
            }
            Msg::Answered(_, Answer::Unwritten(problem)) => complain(&problem.line()),
            _ => {}
        }
    }

    /// Starts what an action needs. Nobody looks at metrics, alarms and what was kept; a listing waits until it is wanted.
    pub(super) fn start(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::List { .. } => self.listings.push(effect),
                Effect::Identify(_)
                | Effect::Forget(_)
                | Effect::Reread { .. }
                | Effect::Detail { .. }
                | Effect::Probe(_)
                | Effect::Act(_)
                | Effect::Halt(_) => {
                    self.tasks.start(self.state.epoch, effect);
                }
                _ => {}
            }
        }
    }

    /// Runs until it is so, or the time is over; true when it is so.
    pub(super) async fn until(&mut self, limit: Option<Duration>, mut met: impl FnMut(&State) -> bool) -> bool {
        let deadline = limit.map(|limit| Instant::now() + limit);
        let mut clock = tokio::time::interval(TICK);
        while !met(&self.state) {
            let over = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(answer) = self.answers.recv() => self.feed(answer),
                () = over => return met(&self.state),
                _ = clock.tick() => self.feed(Msg::Tick(Timestamp::now())),
            }
        }
        true
    }

    /// Runs until it is so, the time is over, or somebody wants the program to end; true when it is so.
    pub(super) async fn until_or_ending(&mut self, limit: Option<Duration>, met: impl FnMut(&State) -> bool) -> Result<bool, Ended> {
        let mut ending = std::mem::replace(&mut self.ending, Box::pin(std::future::pending()));
        let outcome = tokio::select! {
            biased;
            () = &mut ending => Err(Ended),
            so = self.until(limit, met) => Ok(so),
        };
        if outcome.is_ok() {
            self.ending = ending;
        }
        outcome
    }

    /// From now on a request to end is heard, and does nothing by itself.
    pub(super) fn heed(&mut self) -> io::Result<()> {
        self.ending = Box::pin(signals::asked_to_end()?);
        Ok(())
    }

    /// Calls off what of the latest run has not been sent.
    pub(super) fn call_off(&mut self) {
        let run = direct::run(&self.state).map(|run| run.id);
        self.start(run.map(Effect::Halt).into_iter().collect());
    }

    /// Looks at single rows in every target.
    pub(super) async fn look(&mut self, kind: &'static Kind, ids: &[String]) {
        // A word is an identity as AWS has it, or as it is shown here.
        let mut ids: Vec<Text> = ids.iter().flat_map(|id| [Text::exact(id), Text::new(id)]).collect();
        ids.sort_unstable();
        ids.dedup();
        let now = self.state.now;
        let looks = self.state.fleet.targets.iter_mut().zip(0..).map(|(target, at)| {
            target.look.ask(now);
            Effect::Reread { target: TargetId(at), kind: kind.id, ids: ids.clone() }
        });
        let looks = looks.collect();
        self.start(looks);
        self.until(None, |state| state.fleet.targets.iter().all(|target| !target.look.loading())).await;
        // A word that is no id makes the question fail: that is no reason to leave the target alone.
        for target in &mut self.state.fleet.targets {
            target.look = Remote::default();
        }
        self.state.errors.clear();
    }

    /// Lists every target once.
    pub(super) async fn list(&mut self, kind: &'static Kind) {
        let listings = std::mem::take(&mut self.listings);
        for listing in listings {
            self.tasks.start(self.state.epoch, listing);
        }
        let listed = |table: &Table, at| table.listing(TargetId(at as u16), &None).is_some_and(|listing| !listing.count.loading());
        self.until(None, |state| {
            state.fleet.tables.get(&kind.id).is_some_and(|table| (0..state.fleet.targets.len()).all(|at| listed(table, at)))
        })
        .await;
    }

    /// Waits until it is known whose each target is, or that it will not be.
    pub(super) async fn introduced(&mut self, limit: Duration) {
        let known = |state: &State| state.fleet.targets.iter().all(|target| !matches!(target.identity.asking(), Asking::Loading { .. }));
        self.until(Some(limit), known).await;
    }

    /// Fetches what lists leave out of these rows, and gives the rows with it.
    pub(super) async fn detailed(&mut self, kind: &'static Kind, rows: Rows) -> Rows {
        direct::narrow(&mut self.state, &rows);
        self.state.size = WIDE;
        let wanted = kind.details.is_some_and(|details| details.of != crate::service::Wanted::Opened);
        let fetched = |state: &State, key: &Key| {
            let lapsed = state.fleet.targets.get(usize::from(key.target.0)).is_some_and(|known| known.lapse.is_some());
            let failed = lapsed || state.details.get(key).is_some_and(Option::is_some);
            failed || state.fleet.tables.get(&kind.id).is_none_or(|table| table.find(key).is_none() || table.detailed(key).is_some())
        };
        while wanted && !self.until(Some(PROGRESS), |state| rows.iter().all(|(key, _)| fetched(state, key))).await {
            let known = rows.iter().filter(|(key, _)| fetched(&self.state, key)).count();
            complain(&format!("looking at what lists leave out: {known} of {} rows", rows.len()));
        }
        rows.into_iter().filter_map(|(key, _)| Some((key.clone(), self.state.resource(&key)?))).collect()
    }

    /// Waits for calls that are under way, but no longer than this; tells how many are left.
    pub(super) async fn finish(mut self, patience: Duration) {
        let tasks = self.tasks;
        let left = tasks.finish(patience).await;
        while let Ok(msg) = self.answers.try_recv() {
            if let Msg::Answered(_, Answer::Unwritten(problem)) = msg {
                complain(&problem.line());
            }
        }
        if left > 0 {
            complain(&format!("{left} calls were sent and not answered yet: look at the state before sending them again"));
        }
    }
}
