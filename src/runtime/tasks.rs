//! Effects become tasks, tasks become messages. Latest wins; what changes the world is never broken off.

mod job;
mod kept;

use std::{collections::HashMap, future::Future, path::PathBuf, sync::Arc, time::Duration};

pub(super) use job::gather;
use job::{Hand, Job};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::task::AbortOnDropHandle;

use super::{
    cache::Cache, clipboard::Way, drafts::Drafts, journal::Journal, layouts::LayoutFile, packer::Packer, programs::Programs, world::World,
};
use crate::{
    app::{
        effect::Effect,
        fleet::Part,
        history::Book,
        msg::{Answer, Epoch, Msg},
        state::RunId,
    },
    model::{Key, KindId, TargetId},
    service::{
        executor::{self, Halt},
        policy::Rules,
    },
};

/// Answers waiting for the loop; beyond this the tasks wait, not the screen.
const ANSWERS: usize = 256;

/// What a task is about: a second one about the same replaces the first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum About {
    Identity(TargetId),
    Regions(TargetId),
    Code,
    Alarms(TargetId),
    List(TargetId, KindId, Part),
    Memory(KindId),
    Keeping(TargetId, KindId),
    Points(TargetId, KindId),
    Look(TargetId),
    Details(TargetId, KindId),
    Document(Key),
    Probe,
    Recall,
    Lines(Book),
    Sifting,
    Chronicle,
    Log,
    Copying,
}

/// The tasks under way.
#[derive(Debug)]
pub struct Tasks {
    world: World,
    policy: executor::Policy,
    rules: Arc<Rules>,
    drafts: Option<Drafts>,
    lines: Option<Drafts>,
    layouts: Option<LayoutFile>,
    cache: Option<Cache>,
    journal: Journal,
    programs: Option<Programs>,
    tables: Option<PathBuf>,
    logs: Option<PathBuf>,
    way: Way,
    latest: HashMap<About, AbortOnDropHandle<()>>,
    measuring: JoinSet<()>,
    acting: JoinSet<()>,
    halts: HashMap<RunId, Halt>,
    out: mpsc::Sender<Msg>,
    packer: Arc<Packer>,
}

impl Tasks {
    /// No tasks yet, and where their answers will come out. No action is carried out without a journal: see [`Self::writing`].
    pub fn new(world: World, policy: executor::Policy, drafts: Option<Drafts>) -> (Self, mpsc::Receiver<Msg>) {
        let (out, answers) = mpsc::channel(ANSWERS);
        let tasks = Self {
            world,
            policy,
            rules: Arc::default(),
            drafts,
            lines: None,
            layouts: None,
            cache: None,
            journal: Journal::nowhere(),
            programs: None,
            tables: None,
            logs: None,
            way: Way::Direct,
            latest: HashMap::new(),
            measuring: JoinSet::new(),
            acting: JoinSet::new(),
            halts: HashMap::new(),
            out,
            packer: Arc::default(),
        };
        (tasks, answers)
    }

    /// The same with a place where the fleet is kept for the next start.
    #[must_use]
    pub fn keeping(self, cache: Option<Cache>) -> Self {
        Self { cache, ..self }
    }

    /// The same with a place where the lines of prompts are kept.
    #[must_use]
    pub fn noting(self, lines: Option<Drafts>) -> Self {
        Self { lines, ..self }
    }

    /// The same with a place where arranged columns are kept.
    #[must_use]
    pub fn arranging(self, layouts: Option<LayoutFile>) -> Self {
        Self { layouts, ..self }
    }

    /// The same with what may be done where.
    #[must_use]
    pub fn ruled(self, rules: Arc<Rules>) -> Self {
        Self { rules, ..self }
    }

    /// The same with a journal of what is done.
    #[must_use]
    pub fn writing(self, journal: Journal) -> Self {
        Self { journal, ..self }
    }

    /// The same on a machine with these programs, where those that actions need are looked for; otherwise they are taken to be there.
    #[must_use]
    pub fn equipped(self, programs: Programs) -> Self {
        Self { programs: Some(programs), ..self }
    }

    /// The same with the folder of the log.
    #[must_use]
    pub fn logging(self, logs: Option<PathBuf>) -> Self {
        Self { logs, ..self }
    }

    /// Takes another way to the clipboard from now on.
    pub(super) fn copy_by(&mut self, way: Way) {
        self.way = way;
    }

    /// The same with a folder for tables that are saved, and a way to the clipboard.
    #[must_use]
    pub fn copying(self, tables: Option<PathBuf>, way: Way) -> Self {
        Self { tables, way, ..self }
    }

    /// The calls that were made to each target since this was asked last.
    pub fn calls(&self) -> Vec<(TargetId, u32)> {
        self.world.calls()
    }

    /// Starts what the effect asks for. Effects that are not for the outside world are not for this place.
    pub fn start(&mut self, epoch: Epoch, effect: Effect) {
        self.forget_finished();
        let job = Job { world: self.world.clone(), epoch, out: self.out.clone(), packer: self.packer.clone() };
        match effect {
            Effect::Identify(target) => self.replace(About::Identity(target), job.identify(target)),
            Effect::Forget(target) => self.world.forget_account(target),
            Effect::Discover(target) => self.replace(About::Regions(target), job.discover(target)),
            Effect::Unlock { code, targets } => self.replace(About::Code, job.unlock(code, targets)),
            Effect::Admit(targets) => {
                self.cache.iter().for_each(|cache| cache.admit(&targets));
                self.world.admit(targets);
            }
            Effect::KeepRegions(profile, regions) => self.undertake(job.keep_regions(profile, regions, self.cache.clone())),
            Effect::List { target, kind, sweep, scope, haste } => {
                // A list that is left while it comes in is finished: broken off it would count as under way for ever.
                let part = scope.part();
                self.replace(About::List(target, kind, part), job.list(target, kind, sweep, (scope, haste)));
            }
            Effect::Alarms(target) => self.replace(About::Alarms(target), job.alarms(target)),
            Effect::LookBack(kind) => self.replace(About::Memory(kind), job.look_back(kind, self.cache.clone())),
            Effect::Keep(memory) => self.replace(About::Keeping(memory.target, memory.kind), job.keep(memory, self.cache.clone())),
            Effect::KeepPoints(memory) => {
                self.replace(About::Points(memory.target, memory.kind), job.keep_points(memory, self.cache.clone()));
            }
            Effect::Reread { target, kind, ids } => self.replace(About::Look(target), job.reread(target, kind, ids)),
            Effect::Detail { target, kind, rows } => self.replace(About::Details(target, kind), job.detail(target, kind, rows)),
            Effect::Describe(key, resource) => self.replace(About::Document(key.clone()), job.describe(key, resource)),
            Effect::Probe(order) => self.replace(About::Probe, job.probe(order)),
            Effect::Measure(target, queries) => self.measure(job.measure(target, queries, Answer::Measured)),
            Effect::Chart(target, queries) => self.measure(job.measure(target, queries, Answer::Charted)),
            Effect::Thresholds(target, queries) => self.measure(job.thresholds(target, queries)),
            Effect::Act(order) => {
                let hand = self.hand(order.run);
                self.acting.spawn(job.act(order, hand));
            }
            Effect::Govern(policy, rules) => (self.policy, self.rules) = (policy, rules),
            Effect::Halt(run) => self.halts.get(&run).into_iter().for_each(Halt::call),
            Effect::Recall(key) => self.replace(About::Recall, job.recall(key, self.drafts.clone())),
            Effect::Remember(key, text) => self.undertake(job.remember(key, text, self.drafts.clone())),
            Effect::Note(bolt) => self.undertake(job.note(bolt, self.journal.clone())),
            Effect::RecallLines(book) => self.replace(About::Lines(book), job.recall_lines(book, self.lines.clone())),
            Effect::RememberLine(book, line) => self.undertake(job.remember_line(book, line, self.lines.clone())),
            Effect::Log => self.replace(About::Log, job.log(self.logs.clone())),
            Effect::KeepLayouts(layouts) => self.undertake(job.keep_layouts(layouts, self.layouts.clone())),
            Effect::Chronicle => self.replace(About::Chronicle, job.chronicle(self.journal.clone())),
            // Behind what waits already, so that keys and pages come in between.
            Effect::Sift => self.replace(About::Sifting, job.sift()),
            Effect::Write { sheet, form, goal } => self.undertake(job.write(sheet, form, goal, self.tables.clone())),
            Effect::Copy(text) => {
                if let Way::Program(program) = &self.way {
                    self.replace(About::Copying, job.copy(text, program.clone()));
                }
            }
            Effect::Mouse(_) | Effect::Suspend | Effect::SignIn { .. } | Effect::Converse(..) | Effect::Redraw | Effect::Edit(_) => {}
        }
    }

    /// What it takes to carry out an order now, and to call it off later.
    fn hand(&mut self, run: RunId) -> Hand {
        let halt = self.halts.entry(run).or_default().clone();
        let (rules, journal, programs) = (self.rules.clone(), self.journal.clone(), self.programs.clone());
        Hand { policy: self.policy, rules, journal, programs, halt }
    }

    /// Forgets the sessions with these targets, so that their credentials are looked for again.
    pub fn forget(&self, targets: &[TargetId]) {
        self.world.forget(targets);
    }

    /// The task before it about the same thing is broken off as its handle goes.
    fn replace(&mut self, about: About, task: impl Future<Output = ()> + Send + 'static) {
        self.latest.insert(about, AbortOnDropHandle::new(tokio::spawn(task)));
    }

    /// Questions about other rows do not break these off: they would count as under way for ever.
    fn measure(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.measuring.spawn(task);
    }

    /// What is begun here is never broken off.
    fn undertake(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.acting.spawn(task);
    }

    fn forget_finished(&mut self) {
        self.latest.retain(|_, task| !task.is_finished());
        while self.measuring.try_join_next().is_some() || self.acting.try_join_next().is_some() {}
    }

    /// Breaks off every reading, calls off what has not been sent, and waits until the calls that change the world have been answered, but no
    /// longer than `patience`. Gives back how many are still unanswered.
    pub async fn finish(mut self, patience: Duration) -> usize {
        self.halts.values().for_each(Halt::call);
        self.latest.clear();
        self.measuring.abort_all();
        let all = async { while self.acting.join_next().await.is_some() {} };
        match tokio::time::timeout(patience, all).await {
            Ok(()) => 0,
            Err(_) => self.acting.len(),
        }
    }
}
