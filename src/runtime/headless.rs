//! Without a screen: `qd list`, and what `qd act` and `qd invoke` do.

pub mod act;
mod drive;
pub mod export;
mod told;

use std::{
    collections::{BTreeMap, HashMap},
    io::Write,
    sync::Arc,
};

use futures::{StreamExt, stream::FuturesUnordered};
use jiff::Timestamp;

use super::{
    deeds::Way,
    fleet as places,
    tasks::{Tasks, gather},
    world::World,
};
use crate::{
    app::{
        fleet::{Alarms, Row, Table},
        guard::Guard,
        measuring,
        msg::Identity,
        sheet::{self, Columns, Entry, Form, Known, Sheet},
        state::{Fleet, Setup, TargetState},
        view::{Lens, View},
    },
    aws::{Aws, alarms, cloudwatch},
    config::Wrong,
    model::{
        Filter, Gap, Problem, Resource, Series, Target, TargetId,
        alarm::Alarm,
        filter::{Measured, Place, Subject},
        resource::Page,
    },
    service::{Kind, Reply, Scope, Wanted},
};
use act::{Broken, End};
use drive::Drive;

/// What to list, and how to write it.
#[derive(Debug)]
pub struct Wish {
    /// The kind.
    pub kind: &'static Kind,
    /// Which rows.
    pub filter: Filter,
    /// How to write them.
    pub form: Form,
    /// Which columns a table has.
    pub columns: Columns,
    /// Whether to fetch the metrics of each row; each costs money (see the README).
    pub metrics: Metrics,
}

/// Whether metrics are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metrics {
    /// Not fetched.
    Without,
    /// Fetched for every row that passes the filter.
    With,
}

/// Rows whose details are fetched, at most: each is a call or a part of one.
const DETAILED: usize = 100;

/// What there is to say about a list beside its rows.
#[derive(Debug, Default)]
pub struct Told {
    /// What could not be had.
    pub failures: Vec<String>,
    /// What was left out on purpose.
    pub notes: Vec<String>,
}

/// How long calls that are still under way at the end are waited for.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Carries out a wish on the fleet of the configuration.
pub(super) async fn acting(way: &Way<'_>, wish: &act::Wish, out: &mut impl Write) -> Result<Result<End, Broken>, Wrong> {
    let mut drive = match drive(way, wish.kind).await? {
        Ok(drive) => drive,
        Err(broken) => return Ok(Err(broken)),
    };
    let end = act::act(&mut drive, wish, &way.config.theme, out).await;
    drive.finish(PATIENCE).await;
    Ok(end)
}

/// Asks a function of the configuration's fleet, and gives what it answered.
pub(super) async fn invoking(way: &Way<'_>, wish: &act::Wish) -> Result<Result<Reply, Broken>, Wrong> {
    let mut drive = match drive(way, wish.kind).await? {
        Ok(drive) => drive,
        Err(broken) => return Ok(Err(broken)),
    };
    let reply = act::ask_of(&mut drive, wish).await;
    drive.finish(PATIENCE).await;
    Ok(reply)
}

async fn drive(way: &Way<'_>, kind: &'static Kind) -> Result<Result<Drive, Broken>, Wrong> {
    let (world, targets, unknown) = places::whole(way.config, way.simulated.clone(), way.environment).await?;
    // Rows that nobody looks for are not done to, and nobody would know.
    if let [why, ..] = unknown.as_slice() {
        return Ok(Err(Broken::Refused(format!("nothing was done: {why}; name the regions with --region"))));
    }
    let (tasks, answers) = Tasks::new(world, way.config.policy, None);
    let setup = Setup { policy: way.config.policy, source: way.config.source.clone() };
    let guard = Guard::of(way.config.rules.clone());
    let tasks = tasks.ruled(guard.rules.clone()).writing(way.journal());
    let mut drive = Drive::new(setup, targets, kind, (tasks, answers));
    drive.state.guard = guard;
    drive.state.many = way.config.confirm;
    Ok(Ok(drive))
}

/// Lists all targets at once and writes the rows, by name. The failures come back; the rows of the other targets are written all the same.
pub async fn list(world: &World, targets: Vec<Target>, wish: &Wish, now: Timestamp, out: &mut impl Write) -> std::io::Result<Told> {
    let mut fleet = Fleet { targets: targets.into_iter().map(TargetState::new).collect(), ..Fleet::default() };
    let mut table = Table::new(wish.kind);
    let mut failures = Vec::new();
    let ids = (0..fleet.targets.len()).map(|at| TargetId(at as u16));
    let mut sweeps: FuturesUnordered<_> = ids.map(|target| sweep(world, target, wish.kind)).collect();
    let mut notes = Vec::new();
    while let Some(Swept { target, identity, rows, alarms }) = sweeps.next().await {
        let words = fleet.place(target).region.to_owned();
        if let Some(known) = fleet.targets.get_mut(usize::from(target.0)) {
            known.identity.answer(identity, now);
        }
        let sweep = table.begin(target, None, now);
        match rows {
            Ok((page, beside)) => {
                table.page(target, sweep, page, now);
                failures.extend(beside.iter().map(|gap| format!("{words}: {}", gap.problem.line())));
                ring(&mut table, (target, &words), alarms, now, &mut notes);
            }
            Err(problem) => failures.push(format!("{words}: {}", problem.line())),
        }
    }
    let place = |target| fleet.place(target);
    let mut view = View::default();
    view.filter = wish.filter.unmeasured();
    let lens = Lens { table: &table, place: &place, now, shows: &|_| true, metric: &|_, _| Measured::Unknown };
    view.rebuild(&lens);
    while !view.decided() {
        view.sift(&lens);
    }
    notes.extend(detail(world, &mut table, &view, now, &mut failures).await);
    let rows: Vec<_> = view.order().iter().filter_map(|slot| table.row(*slot)).collect();
    let (rows, metrics, readings) = match wish.metrics {
        Metrics::With => {
            let readings = measure(world, wish.kind, &rows, now, &mut failures).await;
            let passing = |at: usize, row: &Row| passes(&wish.filter, row, (at, &readings), fleet.place(row.key.target), now);
            let kept: Vec<usize> = (0..rows.len()).filter(|at| passing(*at, rows[*at])).collect();
            (
                kept.iter().map(|at| Entry::of(rows[*at])).collect(),
                Some((0..wish.kind.metrics.len()).collect()),
                renumbered(readings, &kept),
            )
        }
        Metrics::Without => (rows.into_iter().map(Entry::of).collect(), None, Readings::new()),
    };
    let columns = if wish.form == Form::Csv { Columns::Every } else { wish.columns };
    let sheet = Sheet { kind: wish.kind, columns, metrics, places: sheet::seats(&fleet), rows, readings, now };
    export::write(wish.form, &sheet, out)?;
    Ok(Told { failures, notes })
}

/// True for a row that passes the filter, now that its metrics are known; where they could not be had it does not.
fn passes(filter: &Filter, row: &Row, (at, readings): (usize, &Readings), place: Place<'_>, now: Timestamp) -> bool {
    let metric = |metric: usize| match readings.get(&(at, metric)) {
        Some(Ok(series)) => series.as_ref().and_then(Series::latest).map_or(Measured::Nothing, |(_, value)| Measured::Value(value)),
        Some(Err(_)) => Measured::Unknown,
        None => Measured::Nothing,
    };
    filter.matches(&Subject { row: &row.resource, place, findings: &row.findings, metric: &metric, now })
}

/// The readings of the rows that are kept, by their new positions.
fn renumbered(readings: Readings, kept: &[usize]) -> Readings {
    let moved = |((at, metric), known)| Some(((kept.binary_search(&at).ok()?, metric), known));
    readings.into_iter().filter_map(moved).collect()
}

/// Lays over the rows what lists leave out and a screen would show. Gives back what was left out on purpose.
async fn detail(world: &World, table: &mut Table, view: &View, now: Timestamp, failures: &mut Vec<String>) -> Vec<String> {
    let Some(details) = table.kind.details.filter(|details| details.of != Wanted::Opened) else { return Vec::new() };
    let mut groups: BTreeMap<TargetId, Vec<Arc<Resource>>> = BTreeMap::new();
    for row in view.order().iter().take(DETAILED).filter_map(|slot| table.row(*slot)) {
        groups.entry(row.key.target).or_default().push(row.resource.clone());
    }
    let questions = groups.iter().flat_map(|(target, rows)| rows.chunks(details.batch).map(|rows| (*target, rows.to_vec())));
    let mut answers: FuturesUnordered<_> = questions
        .map(|(target, rows)| async move {
            let aws = world.session(target).await?;
            Some((target, (details.fetch)(aws, rows).await))
        })
        .collect();
    while let Some(answer) = answers.next().await {
        match answer {
            Some((target, Ok(page))) => {
                table.detail(target, page.overlays, now);
            }
            Some((_, Err(problem))) => failures.push(format!("details: {}", problem.line())),
            None => {}
        }
    }
    let rest = view.order().len().saturating_sub(DETAILED);
    let note = || format!("details of {rest} more rows were not asked for: a narrower --filter leaves fewer than {DETAILED}");
    (rest > 0).then(note).into_iter().collect()
}

/// What one target answered.
struct Swept {
    target: TargetId,
    identity: Result<Identity, Problem>,
    rows: Result<(Page, Vec<Gap>), Problem>,
    alarms: Result<Vec<Alarm>, Problem>,
}

async fn sweep(world: &World, target: TargetId, kind: &'static Kind) -> Swept {
    let aws = match world.reach(target).await {
        Ok(aws) => aws,
        Err(problem) => return Swept { target, identity: Err(problem.clone()), rows: Err(problem.clone()), alarms: Err(problem) },
    };
    let (identity, rows, alarms) = futures::join!(aws.identity(), gather(aws.clone(), kind, Scope::All), ringing(&aws, kind));
    Swept { target, identity: identity.map(|(account, arn)| Identity { account, arn }), rows, alarms }
}

/// The alarms that go off, where they could be on rows of a kind.
async fn ringing(aws: &Aws, kind: &Kind) -> Result<Vec<Alarm>, Problem> {
    if kind.metrics.is_empty() { Ok(Vec::new()) } else { alarms::ringing(aws).await }
}

/// Brings the alarms of a target to its rows. Where they could not be had the rows are there all the same, and that is said.
fn ring(
    table: &mut Table,
    (target, words): (TargetId, &str),
    alarms: Result<Vec<Alarm>, Problem>,
    now: Timestamp,
    notes: &mut Vec<String>,
) {
    match alarms {
        Ok(alarms) => drop(table.ring(target, &Arc::new(Alarms::new(alarms)), now)),
        Err(problem) => notes.push(format!("{words}: no alarms are among the findings: {}", problem.line())),
    }
}

/// What is known by the positions of row and metric; nothing where the row does not publish it.
type Readings = HashMap<(usize, usize), Known>;

async fn measure(
    world: &World,
    kind: &'static Kind,
    rows: &[&crate::app::fleet::Row],
    now: Timestamp,
    failures: &mut Vec<String>,
) -> Readings {
    let mut readings = Readings::new();
    let mut targets: Vec<TargetId> = rows.iter().map(|row| row.key.target).collect();
    targets.sort_unstable();
    targets.dedup();
    for target in targets {
        let Some(aws) = world.session(target).await else { continue };
        let asked: Vec<_> = questions(kind, rows, target, now);
        let queries: Vec<_> = asked.iter().map(|(_, _, query)| query.clone()).collect();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.key.target == target) {
            for (position, metric) in kind.metrics.iter().enumerate() {
                let value = metric.sampled.and_then(|value| value(&row.resource, now));
                readings.extend(value.map(|value| ((at, position), Ok(Some(measuring::sampled(None, metric, now, value))))));
            }
        }
        let measured = cloudwatch::measure(&aws, &queries).await;
        failures.extend(measured.said.iter().map(|problem| format!("metrics: {}", problem.line())));
        for ((row, metric, _), answer) in asked.into_iter().zip(measured.answers) {
            readings.insert((row, metric), answer);
        }
    }
    readings
}

fn questions(
    kind: &Kind,
    rows: &[&crate::app::fleet::Row],
    target: TargetId,
    now: Timestamp,
) -> Vec<(usize, usize, crate::model::series::Query)> {
    let mut asked = Vec::new();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.key.target == target) {
        for (position, metric) in kind.metrics.iter().enumerate().filter(|(_, metric)| (metric.published)(&row.resource)) {
            asked.extend(measuring::query(metric, kind, row, now).map(|query| (at, position, query)));
        }
    }
    asked
}
