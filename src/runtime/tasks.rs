//! Effects become tasks, tasks become messages. Latest wins; what changes the world is never broken off.

use std::{collections::HashMap, future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::task::AbortOnDropHandle;

use super::{
    cache::Cache,
    drafts::Drafts,
    journal::{Book, Journal, Warrant},
    world::World,
};
use crate::{
    app::{
        effect::{Effect, Order},
        fleet::Part,
        msg::{Answer, Epoch, Fetched, Identity, Memory, Msg},
    },
    aws::{Aws, Capture, alarms, cloudwatch},
    model::{Gap, Key, KindId, Problem, ProblemKind, Resource, TargetId, Text, resource::Page, series::Query},
    service::{self, Batch, Kind, Scope, executor},
};

/// Answers waiting for the loop; beyond this the tasks wait, not the screen.
const ANSWERS: usize = 256;
/// Pages waiting to be passed on, for each listing.
const PAGES: usize = 4;

/// How long an action waits for AWS to say who makes it. Without an answer the journal says that it is not known.
const INTRODUCTION: Duration = Duration::from_secs(3);

/// Bytes of the journal's end that the screen shows: about two thousand calls. `qd journal` has all.
const SHOWN: u64 = 1 << 20;

/// What a task is about: a second one about the same replaces the first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum About {
    Identity(TargetId),
    Alarms(TargetId),
    List(TargetId, KindId, Part),
    Memory(KindId),
    Keeping(TargetId, KindId),
    Look(TargetId),
    Details(TargetId, KindId),
    Document(Key),
    Probe,
    Recall,
    Chronicle,
}

/// The tasks under way.
#[derive(Debug)]
pub struct Tasks {
    world: World,
    policy: executor::Policy,
    drafts: Option<Drafts>,
    cache: Option<Cache>,
    journal: Journal,
    latest: HashMap<About, AbortOnDropHandle<()>>,
    measuring: JoinSet<()>,
    acting: JoinSet<()>,
    out: mpsc::Sender<Msg>,
}

impl Tasks {
    /// No tasks yet, and where their answers will come out. No action is carried out without a journal: see [`Self::writing`].
    pub fn new(world: World, policy: executor::Policy, drafts: Option<Drafts>) -> (Self, mpsc::Receiver<Msg>) {
        let (out, answers) = mpsc::channel(ANSWERS);
        let tasks = Self {
            world,
            policy,
            drafts,
            cache: None,
            journal: Journal::nowhere(),
            latest: HashMap::new(),
            measuring: JoinSet::new(),
            acting: JoinSet::new(),
            out,
        };
        (tasks, answers)
    }

    /// The same with a place where the fleet is kept for the next start.
    #[must_use]
    pub fn keeping(self, cache: Option<Cache>) -> Self {
        Self { cache, ..self }
    }

    /// The same with a journal of what is done.
    #[must_use]
    pub fn writing(self, journal: Journal) -> Self {
        Self { journal, ..self }
    }

    /// Starts what the effect asks for. Effects that are not for the outside world are not for this place.
    pub fn start(&mut self, epoch: Epoch, effect: Effect) {
        self.forget_finished();
        let job = Job { world: self.world.clone(), epoch, out: self.out.clone() };
        match effect {
            Effect::Identify(target) => self.replace(About::Identity(target), job.identify(target)),
            Effect::List { target, kind, sweep, scope } => {
                // A list that is left while it comes in is finished: broken off it would count as under way for ever.
                let part = scope.part();
                self.replace(About::List(target, kind, part), job.list(target, kind, sweep, scope));
            }
            Effect::Alarms(target) => self.replace(About::Alarms(target), job.alarms(target)),
            Effect::LookBack(kind) => self.replace(About::Memory(kind), job.look_back(kind, self.cache.clone())),
            Effect::Keep(memory) => self.replace(About::Keeping(memory.target, memory.kind), job.keep(memory, self.cache.clone())),
            Effect::Reread { target, kind, ids } => self.replace(About::Look(target), job.reread(target, kind, ids)),
            Effect::Detail { target, kind, rows } => self.replace(About::Details(target, kind), job.detail(target, kind, rows)),
            Effect::Describe(key, resource) => self.replace(About::Document(key.clone()), job.describe(key, resource)),
            Effect::Probe(order) => self.replace(About::Probe, job.probe(order)),
            Effect::Measure(target, queries) => {
                self.measuring.spawn(job.measure(target, queries, Answer::Measured));
            }
            Effect::Chart(target, queries) => {
                self.measuring.spawn(job.measure(target, queries, Answer::Charted));
            }
            Effect::Act(order) => {
                self.acting.spawn(job.act(order, self.policy, self.journal.clone()));
            }
            Effect::Recall(key) => self.replace(About::Recall, job.recall(key, self.drafts.clone())),
            Effect::Remember(key, text) => {
                self.acting.spawn(job.remember(key, text, self.drafts.clone()));
            }
            Effect::Chronicle => self.replace(About::Chronicle, job.chronicle(self.journal.clone())),
            Effect::Copy(_) | Effect::Suspend | Effect::Redraw | Effect::Edit(_) => {}
        }
    }

    /// The task before it about the same thing is broken off as its handle goes.
    fn replace(&mut self, about: About, task: impl Future<Output = ()> + Send + 'static) {
        self.latest.insert(about, AbortOnDropHandle::new(tokio::spawn(task)));
    }

    fn forget_finished(&mut self) {
        self.latest.retain(|_, task| !task.is_finished());
        while self.measuring.try_join_next().is_some() || self.acting.try_join_next().is_some() {}
    }

    /// Breaks off every reading, and waits until the calls that change the world have been answered, but no longer than `patience`.
    /// Gives back how many are still unanswered.
    pub async fn finish(mut self, patience: Duration) -> usize {
        self.latest.clear();
        self.measuring.abort_all();
        let all = async { while self.acting.join_next().await.is_some() {} };
        match tokio::time::timeout(patience, all).await {
            Ok(()) => 0,
            Err(_) => self.acting.len(),
        }
    }
}

/// One task: where it may look, and where its answer goes.
struct Job {
    world: World,
    epoch: Epoch,
    out: mpsc::Sender<Msg>,
}

impl Job {
    async fn send(&self, answer: Answer) {
        if self.out.send(Msg::Answered(self.epoch, answer)).await.is_err() {
            tracing::debug!("an answer came after the end");
        }
    }

    async fn session(&self, target: TargetId) -> Result<Aws, Problem> {
        self.world.session(target).await.ok_or_else(|| Problem::new(ProblemKind::Policy, "no such target", ""))
    }

    async fn identify(self, target: TargetId) {
        let result = guarded(async {
            let (account, arn) = self.session(target).await?.identity().await?;
            Ok(Identity { account, arn })
        });
        self.send(Answer::Identified(target, result.await)).await;
    }

    async fn alarms(self, target: TargetId) {
        let result = guarded(async { alarms::ringing(&self.session(target).await?).await }).await;
        self.send(Answer::Alarms(target, result)).await;
    }

    async fn list(self, target: TargetId, kind: KindId, sweep: u32, scope: Scope) {
        let result = guarded(async {
            let aws = self.session(target).await?;
            let (sender, mut pages) = mpsc::channel(PAGES);
            let listing = (known(kind)?.list)(aws, scope, sender);
            let passing = async {
                while let Some(page) = pages.recv().await {
                    self.send(Answer::Page { target, kind, sweep, page }).await;
                }
            };
            futures::join!(listing, passing).0
        });
        let result = result.await;
        self.send(Answer::Listed { target, kind, sweep, result }).await;
    }

    async fn look_back(self, kind: KindId, cache: Option<Cache>) {
        let Some((cache, kind)) = cache.zip(known(kind).ok()) else { return };
        let Self { epoch, out, .. } = self;
        let tell = move |memories| drop(out.blocking_send(Msg::Answered(epoch, Answer::Remembered(memories))));
        if let Err(error) = tokio::task::spawn_blocking(move || cache.recall(kind, tell)).await {
            tracing::error!(%error, "what was kept could not be looked up");
        }
    }

    async fn keep(self, memory: Memory<Arc<Resource>>, cache: Option<Cache>) {
        let Some((cache, kind)) = cache.zip(known(memory.kind).ok()) else { return };
        if let Err(why) = cache.keep(kind, memory).await {
            self.send(Answer::Unkept(why)).await;
        }
    }

    async fn reread(self, target: TargetId, kind: KindId, ids: Vec<Text>) {
        let result = guarded(async {
            let aws = self.session(target).await?;
            Ok(gather(aws, known(kind)?, Scope::Ids(ids.clone())).await?.0)
        });
        let result = result.await;
        self.send(Answer::Reread { target, kind, ids, result }).await;
    }

    async fn detail(self, target: TargetId, kind: KindId, rows: Vec<Arc<Resource>>) {
        let ids = rows.iter().map(|row| row.id.clone()).collect();
        let result = guarded(async {
            let details = known(kind)?.details.ok_or_else(|| Problem::new(ProblemKind::Policy, format!("{kind} has no details"), ""))?;
            (details.fetch)(self.session(target).await?, rows).await
        });
        let result = result.await;
        self.send(Answer::Detailed { target, kind, ids, result }).await;
    }

    async fn recall(self, key: Key, drafts: Option<Drafts>) {
        let Some((drafts, row)) = drafts.zip(self.world.place(&key)) else { return };
        let texts = tokio::task::spawn_blocking(move || drafts.recall(&row)).await;
        self.send(Answer::Recalled(key, texts.unwrap_or_default())).await;
    }

    async fn remember(self, key: Key, text: String, drafts: Option<Drafts>) {
        let Some((drafts, row)) = drafts.zip(self.world.place(&key)) else { return };
        match tokio::task::spawn_blocking(move || drafts.remember(&row, &text)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "what was entered could not be kept"),
            Err(error) => tracing::error!(%error, "what was entered could not be kept"),
        }
    }

    async fn chronicle(self, journal: Journal) {
        let reading = tokio::task::spawn_blocking(move || journal.history(Some(SHOWN)));
        let history = reading.await.unwrap_or_else(|error| Err(error.to_string()));
        let unread = |why: String| Problem::new(ProblemKind::Invalid, format!("the journal cannot be read: {why}"), "look at the file");
        self.send(Answer::Chronicle(history.map(|history| Arc::new(history.chronicle())).map_err(unread))).await;
    }

    /// Fetches metrics, and answers each under the name it was asked for by.
    async fn measure<T>(self, target: TargetId, asked: Vec<(T, Query)>, answer: fn(Fetched<T>) -> Answer) {
        let (names, queries): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let result = guarded(async { Ok(cloudwatch::measure(&self.session(target).await?, &queries).await) }).await;
        let answers = match result {
            Ok(answers) => names.into_iter().zip(answers).collect(),
            Err(problem) => names.into_iter().map(|name| (name, Err(problem.clone()))).collect(),
        };
        self.send(answer(answers)).await;
    }

    async fn describe(self, key: Key, resource: Arc<Resource>) {
        let result = guarded(async {
            let aws = self.session(key.target).await?;
            let capture = Capture::default();
            let kind = known(key.kind)?;
            (kind.describe)(aws, resource, capture.clone()).await?;
            capture.document(kind.secrets).map(Arc::new)
        });
        let result = result.await;
        self.send(Answer::Document(key, result)).await;
    }

    async fn probe(self, order: Order) {
        let result = guarded(async {
            let action = known(order.kind)?.action(order.action);
            let Some(probe) = action.and_then(|action| action.probe) else { return Ok(Vec::new()) };
            let mut notes = Vec::new();
            for (target, rows) in by_target(&order) {
                let batch = Batch { rows, values: order.values.clone(), token: token() };
                notes.extend(probe(self.session(target).await?, batch).await?);
            }
            Ok(notes)
        });
        let result = result.await;
        self.send(Answer::Probed(order.run, result)).await;
    }

    /// Each target's part is answered as soon as it is done.
    async fn act(self, order: Order, policy: executor::Policy, journal: Journal) {
        for (target, rows) in by_target(&order) {
            let ids: Vec<Text> = rows.iter().map(|row| row.id.clone()).collect();
            tracing::info!(action = order.action, kind = order.kind.0, rows = ids.len(), "acting");
            let errand = executor::Errand { action: order.action, rows, values: order.values.clone(), token };
            let result = guarded(async {
                let aws = self.session(target).await?;
                let book = book(&aws, &order, journal.clone()).await;
                let outcomes = executor::execute(policy, aws, known(order.kind)?, errand, &book).await;
                Ok((outcomes, book.omissions()))
            });
            let (outcomes, omissions) =
                result.await.unwrap_or_else(|problem| (ids.into_iter().map(|id| (id, Err(problem.clone()))).collect(), Vec::new()));
            let keyed = outcomes.into_iter().map(|(id, outcome)| (Key { target, kind: order.kind, id }, outcome)).collect();
            self.send(Answer::Acted(order.run, keyed)).await;
            for omission in omissions {
                self.send(Answer::Unwritten(omission)).await;
            }
        }
    }
}

/// The journal, opened for an order in a target. Who makes the calls is asked anew: credentials may be another's than at the start.
async fn book(aws: &Aws, order: &Order, journal: Journal) -> Book {
    let identity = tokio::time::timeout(INTRODUCTION, aws.identity()).await.ok().and_then(Result::ok);
    Book::new(journal, Warrant { identity, target: aws.target().clone(), confirmed: order.confirmed.clone() })
}

/// Lists a scope to its end: the rows, and what could not be had beside them.
pub(super) async fn gather(aws: Aws, kind: &'static Kind, scope: Scope) -> Result<(Page, Vec<Gap>), Problem> {
    let (sender, mut pages) = mpsc::channel::<Page>(PAGES);
    let collecting = async {
        let mut all = Page::default();
        while let Some(page) = pages.recv().await {
            all.rows.extend(page.rows);
            all.overlays.extend(page.overlays);
        }
        all
    };
    let (result, page) = futures::join!((kind.list)(aws, scope, sender), collecting);
    result.map(|beside| (page, beside))
}

/// A client token: 32 hexadecimal digits that no other call of any program has.
fn token() -> Text {
    Text::new(&format!("{:032x}", fastrand::u128(..)))
}

fn known(kind: KindId) -> Result<&'static Kind, Problem> {
    service::kind(kind.0).ok_or_else(|| Problem::new(ProblemKind::Policy, format!("no kind “{kind}”"), ""))
}

fn by_target(order: &Order) -> Vec<(TargetId, Vec<Arc<Resource>>)> {
    let mut groups: Vec<(TargetId, Vec<Arc<Resource>>)> = Vec::new();
    for (key, resource) in &order.rows {
        match groups.iter_mut().find(|(target, _)| *target == key.target) {
            Some((_, rows)) => rows.push(resource.clone()),
            None => groups.push((key.target, vec![resource.clone()])),
        }
    }
    groups
}

/// A defect in a task becomes its answer: the row or the target says so, and everything else goes on.
async fn guarded<T>(task: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    AssertUnwindSafe(task).catch_unwind().await.unwrap_or_else(|_| {
        Err(Problem::new(ProblemKind::Service, "a defect in quarterdeck broke this off", "see the log, and please report it"))
    })
}
