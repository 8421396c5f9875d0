//! One task each: what it asks of the world, and the answer it comes back with.

#![expect(clippy::disallowed_methods, reason = "a lock that was lifted comes back by the time of the world")]

mod handing;

use std::{future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::{FutureExt, StreamExt, stream};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::{
    app::{
        columns::Layouts,
        effect::Order,
        guard::Bolt,
        history,
        msg::{Answer, Epoch, Fetched, Identity, Msg, Reading},
    },
    aws::{Aws, Capture, alarms, cloudwatch, regions},
    model::{
        Gap, Key, KindId, Problem, ProblemKind, Resource, TargetId, Text,
        resource::Page,
        series::Query,
        target::{Code, Haste},
    },
    runtime::{
        cache::Cache,
        conversing::equipped,
        drafts::Drafts,
        journal::{Book, Journal, Warrant},
        layouts::LayoutFile,
        packer::Packer,
        programs::Programs,
        world::World,
    },
    service::{
        self, Batch, Kind, Outcomes, Scope,
        executor::{self, Ear, Errand, Halt, Policy},
        policy::Rules,
    },
};

/// Pages waiting to be passed on, for each listing.
const PAGES: usize = 4;
/// How long an action waits for AWS to say who makes it. Without an answer the journal says that it is not known.
const INTRODUCTION: Duration = Duration::from_secs(3);
/// Bytes of the journal's end that the screen shows: about two thousand calls. `qd journal` has all.
const SHOWN: u64 = 1 << 20;

/// Targets in which an order is carried out at the same time.
const TARGETS: usize = 8;
/// Answers to the calls of an order that are passed on together, where they come together.
const PARTS: usize = 256;

/// What it takes to carry out an order.
pub(super) struct Hand {
    pub(super) policy: Policy,
    pub(super) rules: Arc<Rules>,
    pub(super) journal: Journal,
    pub(super) programs: Option<Programs>,
    pub(super) halt: Halt,
}

/// One task: where it may look, and where its answer goes.
pub(super) struct Job {
    pub(super) world: World,
    pub(super) epoch: Epoch,
    pub(super) out: mpsc::Sender<Msg>,
    pub(super) packer: Arc<Packer>,
}

impl Job {
    pub(super) async fn send(&self, answer: Answer) {
        if self.out.send(Msg::Answered(self.epoch, answer)).await.is_err() {
            tracing::debug!("an answer came after the end");
        }
    }

    pub(super) async fn sift(self) {
        if self.out.send(Msg::Sift).await.is_err() {
            tracing::debug!("nobody filters any more");
        }
    }

    async fn session(&self, target: TargetId) -> Result<Aws, Problem> {
        self.world.reach(target).await
    }

    pub(super) async fn identify(self, target: TargetId) {
        let result = guarded(async {
            let (account, arn) = self.session(target).await?.identity().await?;
            Ok(Identity { account, arn })
        });
        let result = result.await;
        self.send(Answer::Identified(target, result)).await;
    }

    pub(super) async fn discover(self, target: TargetId) {
        let result = guarded(async { regions::enabled(&self.session(target).await?).await }).await;
        self.send(Answer::Regions(target, result)).await;
    }

    /// The sessions of before are forgotten only when the code has opened another.
    pub(super) async fn unlock(self, code: Code, targets: Vec<TargetId>) {
        let Some(first) = targets.first().copied() else { return };
        let result = guarded(self.world.unlock(first, &code)).await;
        if result.is_ok() {
            self.world.forget(&targets);
        }
        self.send(Answer::SignedIn(targets, result)).await;
    }

    pub(super) async fn alarms(self, target: TargetId) {
        let result = guarded(async { alarms::ringing(&self.session(target).await?).await }).await;
        self.send(Answer::Alarms(target, result)).await;
    }

    /// Asks about one chart after the other; what one cannot be told of does not speak for the next.
    pub(super) async fn thresholds(self, target: TargetId, asked: Vec<(Reading, Query)>) {
        let mut found = Vec::new();
        for (reading, query) in asked {
            let watches = guarded(async { alarms::on(&self.session(target).await?, &query).await }).await;
            found.push((reading, watches));
        }
        self.send(Answer::Thresholds(target, found)).await;
    }

    pub(super) async fn list(self, target: TargetId, kind: KindId, sweep: u32, (scope, haste): (Scope, Haste)) {
        let result = guarded(async {
            let aws = self.session(target).await?.with(haste);
            let (sender, mut pages) = mpsc::channel(PAGES);
            let listing = (known(kind)?.list)(aws, scope, sender);
            let job = &self;
            let passing = async move {
                while let Some(page) = pages.recv().await {
                    let page = match haste {
                        Haste::Now => job.packer.pack(page).await.ok_or_else(Problem::defect)?,
                        // Of what is only looked over nearly nothing is kept.
                        Haste::Calm => page,
                    };
                    job.send(Answer::Page { target, kind, sweep, page }).await;
                }
                Ok(())
            };
            let (listed, passed) = futures::join!(listing, passing);
            passed.and(listed)
        });
        let result = result.await;
        self.send(Answer::Listed { target, kind, sweep, result }).await;
    }

    pub(super) async fn look_back(self, kind: KindId, cache: Option<Cache>) {
        let Some((cache, known)) = cache.zip(known(kind).ok()) else {
            return self.send(Answer::RememberedPoints(kind, Vec::new())).await;
        };
        let (epoch, out) = (self.epoch, self.out.clone());
        let tell = move |answer| drop(out.blocking_send(Msg::Answered(epoch, answer)));
        if let Err(error) = tokio::task::spawn_blocking(move || cache.look_back(known, tell)).await {
            tracing::error!(%error, "what was kept could not be looked up");
            self.send(Answer::RememberedPoints(kind, Vec::new())).await;
        }
    }

    pub(super) async fn reread(self, target: TargetId, kind: KindId, ids: Vec<Text>) {
        let result = guarded(async {
            let aws = self.session(target).await?;
            Ok(gather(aws, known(kind)?, Scope::Ids(ids.clone())).await?.0)
        });
        let result = result.await;
        self.send(Answer::Reread { target, kind, ids, result }).await;
    }

    pub(super) async fn detail(self, target: TargetId, kind: KindId, rows: Vec<Arc<Resource>>) {
        let ids = rows.iter().map(|row| row.id.clone()).collect();
        let result = guarded(async {
            let details = known(kind)?.details.ok_or_else(|| Problem::new(ProblemKind::Policy, format!("{kind} has no details"), ""))?;
            (details.fetch)(self.session(target).await?, rows).await
        });
        let result = result.await;
        self.send(Answer::Detailed { target, kind, ids, result }).await;
    }

    pub(super) async fn recall(self, key: Key, drafts: Option<Drafts>) {
        let Some((drafts, row)) = drafts.zip(self.world.place(&key)) else { return };
        let texts = tokio::task::spawn_blocking(move || drafts.recall(&row)).await;
        self.send(Answer::Recalled(key, texts.unwrap_or_default())).await;
    }

    pub(super) async fn remember(self, key: Key, text: String, drafts: Option<Drafts>) {
        let Some((drafts, row)) = drafts.zip(self.world.place(&key)) else { return };
        self.kept(tokio::task::spawn_blocking(move || drafts.remember(&row, &text)).await).await;
    }

    pub(super) async fn note(self, bolt: Bolt, journal: Journal) {
        if let Err(problem) = journal.note(&bolt, &token(), Timestamp::now()).await {
            self.send(Answer::Unwritten(problem)).await;
        }
    }

    pub(super) async fn recall_lines(self, book: history::Book, lines: Option<Drafts>) {
        let Some(lines) = lines else { return };
        let kept = tokio::task::spawn_blocking(move || lines.recall(book.word())).await;
        self.send(Answer::RecalledLines(book, kept.unwrap_or_default())).await;
    }

    pub(super) async fn remember_line(self, book: history::Book, line: String, lines: Option<Drafts>) {
        let Some(lines) = lines else { return };
        self.kept(tokio::task::spawn_blocking(move || lines.remember(book.word(), &line)).await).await;
    }

    /// Tells where a text could not be written.
    async fn kept(self, written: Result<std::io::Result<()>, tokio::task::JoinError>) {
        let why = match written {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(%why, "what was typed could not be kept");
        self.send(Answer::TextUnkept(why)).await;
    }

    pub(super) async fn keep_layouts(self, layouts: Layouts, file: Option<LayoutFile>) {
        let Some(file) = file else { return };
        let kept = tokio::task::spawn_blocking(move || file.keep(&layouts)).await;
        if let Ok(Err(why)) = kept {
            self.send(Answer::LayoutsUnkept(why)).await;
        }
    }

    pub(super) async fn chronicle(self, journal: Journal) {
        let reading = tokio::task::spawn_blocking(move || journal.history(Some(SHOWN)));
        let history = reading.await.unwrap_or_else(|error| Err(error.to_string()));
        let unread = |why: String| Problem::new(ProblemKind::Invalid, format!("the journal cannot be read: {why}"), "look at the file");
        self.send(Answer::Chronicle(history.map(|history| Arc::new(history.chronicle())).map_err(unread))).await;
    }

    /// Fetches metrics, and answers each under the name it was asked for by.
    pub(super) async fn measure<T>(self, target: TargetId, asked: Vec<(T, Query)>, answer: fn(Fetched<T>) -> Answer) {
        let (names, queries): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let result = guarded(async { Ok(cloudwatch::measure(&self.session(target).await?, &queries).await) }).await;
        let answers = match result {
            Ok(measured) => {
                if !measured.said.is_empty() {
                    self.send(Answer::Remarks(target, measured.said)).await;
                }
                names.into_iter().zip(measured.answers).collect()
            }
            Err(problem) => names.into_iter().map(|name| (name, Err(problem.clone()))).collect(),
        };
        self.send(answer(answers)).await;
    }

    pub(super) async fn describe(self, key: Key, resource: Arc<Resource>) {
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

    pub(super) async fn probe(self, order: Order) {
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

    /// All targets at the same time, each at its own pace; what is done is answered as it comes.
    pub(super) async fn act(self, order: Order, hand: Hand) {
        let parts = stream::iter(by_target(&order));
        parts.for_each_concurrent(TARGETS, |(target, rows)| self.act_in(target, rows, &order, &hand)).await;
    }

    async fn act_in(&self, target: TargetId, rows: Vec<Arc<Resource>>, order: &Order, hand: &Hand) {
        tracing::info!(action = order.action, kind = order.kind.0, rows = rows.len(), "acting");
        let mut left: Vec<Text> = rows.iter().map(|row| row.id.clone()).collect();
        let (ear, mut heard) = Ear::new();
        let errand = Errand { action: order.action, rows, values: order.values.clone(), token, halt: hand.halt.clone(), ear };
        let result = guarded(async {
            let kind = known(order.kind)?;
            if let (Some(action), Some(programs)) = (kind.action(order.action), &hand.programs) {
                equipped(action, programs)?;
            }
            let aws = self.session(target).await?;
            let identity = introduced(&aws).await;
            let guard = guard(hand.policy, &hand.rules, order, identity.as_ref());
            let warrant = Warrant { identity, target: aws.target().clone(), confirmed: order.confirmed.clone() };
            let book = Book::new(hand.journal.clone(), warrant);
            let mut outcomes = executor::execute(guard, aws, kind, errand, &book).ready_chunks(PARTS);
            loop {
                let some = tokio::select! {
                    biased;
                    Some(held) = heard.recv() => {
                        self.send(Answer::Held(order.run, held)).await;
                        continue;
                    }
                    some = outcomes.next() => some,
                };
                let Some(some) = some.map(|some| some.concat()) else { break };
                left.retain(|id| !some.iter().any(|(known, _)| known == id));
                self.acted(order, target, some).await;
            }
            drop(outcomes);
            Ok(book.omissions())
        });
        match result.await {
            Ok(omissions) => {
                for omission in omissions {
                    self.send(Answer::Unwritten(omission)).await;
                }
            }
            Err(problem) => self.acted(order, target, left.into_iter().map(|id| (id, Err(problem.clone()))).collect()).await,
        }
    }

    async fn acted(&self, order: &Order, target: TargetId, outcomes: Outcomes) {
        let keyed = outcomes.into_iter().map(|(id, outcome)| (Key { target, kind: order.kind, id }, outcome)).collect();
        self.send(Answer::Acted(order.run, keyed)).await;
    }
}

/// Account and ARN of who makes the calls, asked anew: credentials may be another's than at the start.
async fn introduced(aws: &Aws) -> Option<(Text, Text)> {
    tokio::time::timeout(INTRODUCTION, aws.identity()).await.ok().and_then(Result::ok)
}

fn guard(session: executor::Policy, rules: &Arc<Rules>, order: &Order, identity: Option<&(Text, Text)>) -> executor::Guard {
    executor::Guard {
        session,
        rules: rules.clone(),
        account: identity.map(|(account, _)| account.clone()).unwrap_or_default(),
        confirmed: order.confirm,
        lifted: order.lifted,
        clock: Timestamp::now,
    }
}

/// Lists a scope to its end: the rows, and what could not be had beside them.
pub(in crate::runtime) async fn gather(aws: Aws, kind: &'static Kind, scope: Scope) -> Result<(Page, Vec<Gap>), Problem> {
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

pub(super) fn known(kind: KindId) -> Result<&'static Kind, Problem> {
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
    AssertUnwindSafe(task).catch_unwind().await.unwrap_or_else(|_| Err(Problem::defect()))
}
