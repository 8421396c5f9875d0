//! States as a program would have them, made by hand: a kind of its own, so that frames change with drawing only.

pub(crate) mod deeds;
pub(crate) mod findings;
pub(crate) mod forms;
pub(crate) mod targets;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use quarterdeck::{
    app::{
        charting::Reach,
        compare::{Comparison, Side},
        fleet::Table,
        line::Line,
        msg::{Answer, Identity, Msg, Reading, Stretch},
        state::{
            Asks, Complaint, Course, Failure, Menu, Notation, Outcome, Overlay, Panel, Plan, Planned, Prompt, RawScreen, Reader, Run,
            RunId, Screen, Scroll, Setup, Source, State, Step, Throttled, Veil,
        },
        update,
    },
    model::{
        Cell, Finding, Gap, Health, Key, KindId, Problem, ProblemKind, Range, Remote, Resource, Series, Severity, Stat, Target, TargetId,
        Text, Unit,
        alarm::{Alarm, Watch},
        compare::compare,
        document::Document,
        filter::Sort,
        resource::Page,
    },
    service::{
        Action, Bound, Column, Concern, Consequence, Dimension, End, From, Kind, Lane, Metric, Patience, Place, Progress, Relation, Risk,
        Shown, Sign, Tier, Turn, Values,
        executor::{Held, Policy},
    },
};

/// 2026-11-21 14:02:31 UTC.
pub(crate) fn now() -> Timestamp {
    "2026-11-21T14:02:31Z".parse().expect("a moment")
}

const fn column(id: &'static str, title: &'static str, width: u16, place: Place) -> Column {
    Column { id, title, width, place }
}

static COLUMNS: &[Column] = &[
    column("state", "STATE", 13, Place::Row(0)),
    column("type", "TYPE", 11, Place::Row(3)),
    column("zone", "AZ", 10, Place::Row(5)),
    column("checks", "CHECKS", 8, Place::Row(2)),
    column("launched", "AGE", 4, Place::Row(4)),
    column("private_ip", "PRIVATE IP", 15, Place::Wide),
    column("vcpus", "VCPUS", 5, Place::Wide),
    column("image", "IMAGE", 21, Place::Detail),
    column("reason", "REASON", 28, Place::Detail),
];

const CPU: Metric = Metric {
    id: "cpu",
    title: "CPU",
    namespace: "AWS/EC2",
    name: "CPUUtilization",
    stat: Stat::Average,
    period: 300,
    delay: 120,
    unit: Unit::Percent,
    dimensions: &[Dimension { name: "InstanceId", from: From::Id }],
    shown: Shown::Row(1, 10),
    published: |row| !matches!(row.cells.get(0), Some(Cell::State(Health::Off, _))),
    bad_when: Some(Concern {
        bound: Bound::Above(90.0),
        periods: 1,
        sign: Sign { code: "cpu-high", severity: Severity::Warning, means: "its CPU is nearly used up" },
        advice: "see what runs on it",
    }),
    finer: |_| None,
    sampled: None,
};

static METRICS: &[Metric] = &[
    CPU,
    Metric {
        id: "net_in",
        title: "NET IN",
        name: "NetworkIn",
        stat: Stat::Sum,
        unit: Unit::BytesPerSecond,
        shown: Shown::Row(6, 0),
        bad_when: None,
        ..CPU
    },
    Metric {
        id: "status",
        title: "FAILED",
        name: "StatusCheckFailed",
        stat: Stat::Maximum,
        unit: Unit::Count,
        shown: Shown::Chart,
        bad_when: None,
        ..CPU
    },
];

/// What a call of these is counted against; none is made.
const TURN: Turn = Turn::of(&Lane { name: "drawn", published: 1.0, burst: 1, patience: Patience::Long });

const STOP: Action = Action {
    id: "stop",
    title: "stop",
    key: 's',
    risk: Risk::Disruptive,
    inputs: &[],
    offered: |row| if running(row) { Ok(()) } else { Err("is not running") },
    consequences: |_, _| vec![],
    probe: Some(|_, _| unreachable!("drawing asks nobody")),
    progress: |_, _| Progress::Settled,
    batch: 100,
    turn: TURN,
    undo: None,
    out_of: None,
    needs: None,
    run: |_, _| unreachable!("drawing does nothing"),
};

static ACTIONS: &[Action] = &[
    Action {
        id: "start",
        title: "start",
        key: 'a',
        risk: Risk::Harmless,
        offered: |row| if running(row) { Err("is running already") } else { Ok(()) },
        ..STOP
    },
    STOP,
    Action { id: "reboot", title: "reboot", key: 'r', ..STOP },
    Action { id: "terminate", title: "terminate for good", key: 't', risk: Risk::Destructive, offered: |_| Ok(()), ..STOP },
];

fn running(row: &Resource) -> bool {
    matches!(row.cells.get(0), Some(Cell::State(Health::Ok, _)))
}

/// A kind under the id of the first tab.
pub(crate) static INSTANCES: Kind = Kind {
    related: &[Relation::new(&INSTANCES, "other instances of its image", "with the image of", End::Column("image"), End::Column("image"))],
    ..KIND
};

const KIND: Kind = Kind {
    id: KindId("ec2"),
    aliases: &[],
    title: "EC2 instances",
    noun: "instance",
    columns: COLUMNS,
    metrics: METRICS,
    publishers: &[],
    actions: ACTIONS,
    opens: &[],
    related: &[],
    leaf: |_| false,
    arn: |row, account, target| format!("arn:aws:ec2:{}:{account}:instance/{}", target.region, row.id),
    signs: SIGNS,
    cli: "ec2 describe-instances --instance-ids {id}",
    console: "ec2/home?region={region}#InstanceDetails:instanceId={id}",
    findings,
    moving: |_| false,
    tier: Tier::Warm,
    details: None,
    secrets: &[],
    list: |_, _, _| unreachable!("drawing asks nobody"),
    describe: |_, _, _| unreachable!("drawing asks nobody"),
};

static SIGNS: &[Sign] = &[
    Sign { code: "status-check-failed", severity: Severity::Critical, means: "a status check fails" },
    Sign { code: "initialising", severity: Severity::Warning, means: "its checks have not passed yet" },
    Sign { code: "old-image", severity: Severity::Notice, means: "its image is older than a year" },
];

fn findings(row: &Resource, now: Timestamp) -> Vec<Finding> {
    let since = Timestamp::from_second(now.as_second() - 720).ok();
    let finding = |severity, code, reason: &str, advice| Finding { severity, code, reason: Text::new(reason), since, advice };
    match row.cells.get(3).map(|cell| cell.words().into_owned()).as_deref() {
        Some("1/2") => vec![
            finding(
                Severity::Critical,
                "status-check-failed",
                "system status check failed",
                "stop and start it: AWS moves it to another host",
            ),
            finding(Severity::Notice, "old-image", "image is older than a year", "rebuild it"),
        ],
        Some("0/2") => vec![finding(Severity::Warning, "initialising", "checks have not passed yet", "look at the system log")],
        _ => Vec::new(),
    }
}

fn problem(kind: ProblemKind, code: &str, headline: &str, hint: &str) -> Problem {
    Problem { code: Some(Text::new(code)), request_id: Some(Text::new("5f0c-11ab")), ..Problem::new(kind, headline, hint) }
}

pub(crate) fn denied() -> Problem {
    problem(
        ProblemKind::Denied,
        "UnauthorizedOperation",
        "the role ops/reader may not call ec2:DescribeInstances",
        "allow ec2:DescribeInstances for this role, or take the region off with --region",
    )
}

pub(crate) fn throttled() -> Problem {
    problem(ProblemKind::Throttled, "RequestLimitExceeded", "EC2 asks us to slow down", "it is asked again later")
}

/// A program with these targets, nothing listed yet.
pub(crate) fn started(size: (u16, u16), targets: &[(&str, &str)]) -> State {
    let target = |(profile, region): &(&str, &str)| Target { profile: Text::new(profile), region: Text::new(region) };
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let mut state = State::new(setup, targets.iter().map(target).collect(), &INSTANCES, size, now());
    state.fleet.tables.insert(INSTANCES.id, Table::new(&INSTANCES));
    state
}

/// What a program is started with in most frames: three places in two accounts.
pub(crate) const PLACES: &[(&str, &str)] = &[("prod", "eu-west-1"), ("prod", "us-east-1"), ("staging", "eu-west-1")];

fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() - seconds).expect("in range")
}

fn table(state: &mut State) -> &mut Table {
    state.fleet.tables.get_mut(&INSTANCES.id).expect("inserted")
}

/// Puts an answer in as it would come.
pub(crate) fn answer(state: &mut State, answer: Answer) {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer));
}

/// Says who we are in a target.
pub(crate) fn identify(state: &mut State, target: u16, account: &str) {
    let identity = Identity { account: Text::new(account), arn: Text::new("arn:aws:iam::1:role/ops") };
    answer(state, Answer::Identified(TargetId(target), Ok(identity)));
}

/// Begins to list a target.
pub(crate) fn begin(state: &mut State, target: u16) -> u32 {
    table(state).begin(TargetId(target), None, now())
}

/// Brings rows of the sweep under way.
pub(crate) fn page(state: &mut State, target: u16, sweep: u32, rows: Vec<Resource>) {
    let page = Page { rows, overlays: Vec::new() };
    answer(state, Answer::Page { target: TargetId(target), kind: INSTANCES.id, sweep, page });
}

/// Ends the sweep under way.
pub(crate) fn end(state: &mut State, target: u16, sweep: u32, result: Result<Vec<Gap>, Problem>) {
    answer(state, Answer::Listed { target: TargetId(target), kind: INSTANCES.id, sweep, result });
}

/// Lists a target completely, this many seconds ago.
pub(crate) fn listed(state: &mut State, target: u16, rows: Vec<Resource>, seconds: i64) {
    state.now = ago(seconds);
    let sweep = begin(state, target);
    page(state, target, sweep, rows);
    end(state, target, sweep, Ok(Vec::new()));
    state.now = now();
}

/// One instance; its number decides what it is like.
pub(crate) fn instance(place: &str, number: usize) -> Resource {
    let names = ["web", "api", "batch", "cache", "ingest", "日本語-worker"];
    let (health, word) = match number % 17 {
        5 => (Health::Off, "stopped"),
        9 => (Health::Busy, "stopping"),
        _ => (Health::Ok, "running"),
    };
    let checks = match (word, number % 13) {
        ("running", 3) => "1/2",
        ("running", 7) => "0/2",
        ("running", _) => "2/2",
        _ => "",
    };
    let types = ["m6i.large", "c7g.xlarge", "r6g.2xlarge"];
    let text = |text: &str| Cell::text(Some(Text::new(text)));
    let cells = [
        Cell::State(health, Text::new(word)),
        text(types[number % 3]),
        text(&format!("{place}{}", ["a", "b", "c"][number % 3])),
        text(checks),
        Cell::time(ago(i64::try_from(number).expect("few") * 7_919 + 45)),
        text(&format!("10.0.{}.{}", number / 250, number % 250)),
        Cell::Count(1 << (number % 4 + 1)),
        text("ami-0123456789abcdef0"),
        Cell::None,
    ];
    let name = format!("{}-{}{}", names[number % names.len()], number / names.len() + 1, ["a", "b"][number % 2]);
    let tag = |key: &str, value: &str| (Text::new(key), Text::new(value));
    Resource {
        id: Text::new(&format!("i-{:017x}", (number as u64 + 1) * 0x9e37_79b9_7f4a)),
        name: Text::new(&name),
        cells: cells.into(),
        tags: [tag("Name", &name), tag("team", "payments"), tag("cost-centre", "4711")].into(),
        parents: [].into(),
    }
}

/// A span that ends just before [`now`].
pub(crate) fn span() -> Range {
    Range::closed(now(), 300, 10_800, 120)
}

/// A curve that differs by row.
pub(crate) fn curve(seed: usize, scale: f64) -> Series {
    let range = span();
    let value = |slot: i64| {
        let phase = (slot as f64 / 5.0 + seed as f64).sin() + (slot as f64 / 1.7 + seed as f64 * 3.0).sin() / 3.0;
        (0.45 + 0.35 * phase).clamp(0.0, 1.0) * scale
    };
    let gap = |slot: &i64| seed % 4 == 1 && (12..17).contains(slot);
    Series::new(
        range,
        (0..i64::try_from(range.slots()).expect("few"))
            .filter(|slot| !gap(slot))
            .map(|slot| (range.start + slot * 300, value(slot)))
            .collect(),
    )
}

fn good(value: Option<Series>) -> Remote<Option<Series>> {
    let mut remote = Remote::default();
    remote.answer(Ok(value), now());
    remote
}

/// The state of a metric by the number of the row: each honest state comes up.
pub(crate) fn metric(row: usize, scale: f64) -> Remote<Option<Series>> {
    let mut remote = Remote::default();
    match row % 11 {
        4 => remote.ask(now()),
        6 => remote = good(None),
        7 => remote.answer(Err(throttled()), now()),
        8 => {
            remote = good(Some(curve(row, scale)));
            remote.answer(Err(denied()), now());
        }
        9 => {
            let mut series = curve(row, scale);
            series.points.truncate(24);
            remote = good(Some(series));
        }
        10 => {}
        _ => remote = good(Some(curve(row, scale))),
    }
    remote
}

/// Measures the rows that are listed.
pub(crate) fn measured(state: &mut State) {
    let table = &state.fleet.tables[&INSTANCES.id];
    let mut keys: Vec<Key> = table.rows().map(|(_, row)| row.key.clone()).collect();
    keys.sort();
    for (at, key) in keys.into_iter().enumerate() {
        let mut put = |metric: usize, remote| {
            state.metrics.insert(Reading { key: key.clone(), metric }, remote);
        };
        put(0, metric(at, 105.0));
        put(1, metric(at, 2.4e6));
        put(2, good(Some(Series::new(span(), (0..36).map(|slot| (span().start + slot * 300, f64::from(u8::from(slot > 30)))).collect()))));
    }
}

/// An alarm on the CPU of the selected row, and one made of it.
pub(crate) fn alarm(state: &mut State, threshold: f64) {
    let key = key(state);
    let watch = Watch {
        namespace: Text::new("AWS/EC2"),
        metric: Text::new("CPUUtilization"),
        stat: Text::new("Average"),
        period: 300,
        dimensions: vec![(Text::new("InstanceId"), key.id.clone())],
        threshold: Some(threshold),
    };
    let reason = "Threshold Crossed: 1 datapoint [83.1] was greater than the threshold (75.0).";
    let ring = |name: &str, watch| Alarm { name: Text::new(name), reason: Text::new(reason), since: Some(ago(660)), watches: vec![watch] };
    let composite = Watch { threshold: None, ..watch.clone() };
    answer(state, Answer::Alarms(key.target, Ok(vec![ring("cpu-high", watch), ring("fleet-unwell", composite)])));
}

/// Charts that look a week back, as they came for the selected row.
pub(crate) fn week(state: &mut State) {
    charts(state);
    state.nav.timeline.reach = Reach::Week;
    let key = key(state);
    let range = Range::closed(now(), 1_800, Reach::Week.seconds(), 120);
    let points = |scale: f64| {
        (0..336).map(move |slot: i32| (range.start + i64::from(slot) * 1_800, scale * (0.5 + 0.4 * (f64::from(slot) / 7.6).sin())))
    };
    for (metric, scale) in [(0, 100.0), (1, 2.4e6)] {
        let reading = Reading { key: key.clone(), metric };
        state.stretches.insert(Stretch { reading, reach: Reach::Week }, good(Some(Series::new(range, points(scale).collect()))));
    }
}

/// Forty instances in three places, with metrics.
pub(crate) fn full(size: (u16, u16)) -> State {
    let mut state = started(size, PLACES);
    identify(&mut state, 0, "123456789012");
    identify(&mut state, 1, "123456789012");
    identify(&mut state, 2, "567890123456");
    listed(&mut state, 0, (0..18).map(|number| instance("eu-west-1", number)).collect(), 12);
    listed(&mut state, 1, (18..30).map(|number| instance("us-east-1", number)).collect(), 8);
    listed(&mut state, 2, (30..40).map(|number| instance("eu-west-1", number)).collect(), 4);
    measured(&mut state);
    state
}

/// The list in front.
pub(crate) fn list(state: &mut State) -> &mut quarterdeck::app::state::ListScreen {
    match state.nav.screens.last_mut() {
        Some(Screen::List(list)) => list,
        _ => unreachable!("a list is in front"),
    }
}

/// Puts the cursor on a position.
pub(crate) fn select(state: &mut State, position: usize) {
    let State { fleet, nav, .. } = state;
    let Some(Screen::List(list)) = nav.screens.last_mut() else { unreachable!("a list is in front") };
    list.view.jump(position, &fleet.tables[&INSTANCES.id]);
}

/// Position of the first row with this name.
pub(crate) fn position(state: &State, name: &str) -> usize {
    let table = &state.fleet.tables[&INSTANCES.id];
    let order = state.list().expect("a list").view.order();
    order.iter().position(|slot| table.row(*slot).is_some_and(|row| row.resource.name.as_str() == name)).expect("such a row")
}

/// The selected row's identity.
pub(crate) fn key(state: &State) -> Key {
    state.selected().expect("a row").0
}

/// The first rows in the order of the list.
pub(crate) fn rows(state: &State, number: usize) -> Vec<(Key, Arc<Resource>)> {
    let table = &state.fleet.tables[&INSTANCES.id];
    let order = state.list().expect("a list").view.order();
    order.iter().take(number).filter_map(|slot| table.row(*slot)).map(|row| (row.key.clone(), row.resource.clone())).collect()
}

pub(crate) fn detail(state: &mut State) {
    let reader = Reader { key: key(state), kind: &INSTANCES, scroll: Scroll::default() };
    state.nav.screens.push(Screen::Detail(reader));
}

pub(crate) fn raw(state: &mut State, search: &str, document: Remote<Arc<Document>>) {
    let key = key(state);
    let raw = RawScreen { key, document, notation: Notation::Yaml, veil: Veil::Down, scroll: Scroll { top: 0 }, search: search.to_owned() };
    state.nav.screens.push(Screen::Raw(raw));
}

/// The first two rows held against each other, with these lines in the documents of each.
pub(crate) fn comparison(state: &mut State, texts: [Option<&str>; 2], top: usize) {
    let rows = rows(state, 2);
    let sides = [0, 1].map(|at| {
        let mut document = Remote::default();
        document.ask(now());
        if let Some(text) = texts[at] {
            let lines: Vec<Text> = text.lines().map(Text::new).collect();
            document.answer(Ok(Arc::new(Document { yaml: lines.clone(), json: lines, clear: None })), now());
        }
        Side { key: rows[at].0.clone(), document }
    });
    let lines = match sides.each_ref().map(|side| side.document.value()) {
        [Some(first), Some(second)] => compare(&first.yaml, &second.yaml),
        _ => Vec::new(),
    };
    state.nav.screens.push(Screen::Comparison(Comparison { sides, lines, scroll: Scroll { top } }));
}

pub(crate) fn document() -> Remote<Arc<Document>> {
    let yaml = |at: usize| match at % 4 {
        0 => format!("- DeviceName: /dev/sd{}", ["a", "b", "c"][at % 3]),
        1 => "  State:".to_owned(),
        2 => "    Name: Running".to_owned(),
        _ => format!("  VolumeId: vol-{at:017x}"),
    };
    let lines: Vec<Text> = (0..60).map(|at| Text::new(&yaml(at))).collect();
    let mut remote = Remote::default();
    remote.answer(Ok(Arc::new(Document { yaml: lines.clone(), json: lines, clear: None })), ago(20));
    remote
}

pub(crate) fn menu(state: &mut State, number: usize, cursor: usize) {
    let rows = rows(state, number);
    state.nav.overlay = Some(Overlay::Menu(Menu { kind: &INSTANCES, rows, cursor }));
}

pub(crate) fn prompt(state: &mut State, asks: Asks, text: &str, complaint: Option<&str>) {
    let complaint = complaint.map(|words| Complaint { words: words.to_owned(), at: Some(0..text.len()), sort: Sort::Wrong });
    let prompt = Prompt { complaint, ..Prompt::new(asks, text) };
    state.nav.overlay = Some(Overlay::Prompt(prompt));
}

/// A plan to stop or terminate the first rows.
pub(crate) fn plan(state: &mut State, action: &str, number: usize, expects: Option<&str>, typed: &str) {
    let consequence = |severity, text: &str| Consequence { severity, text: Text::new(text) };
    let planned = rows(state, number).into_iter().enumerate().map(|(at, (key, resource))| {
        let mut consequences = vec![consequence(Severity::Notice, "its public address changes when it is started again")];
        if at % 3 == 0 {
            consequences.push(consequence(
                Severity::Critical,
                "everything on its instance store is lost: no snapshot holds it and nothing brings it back",
            ));
        }
        Planned { key, resource, consequences }
    });
    let refused = vec![(Text::new("ingest-4b"), Text::new("is stopped already")), (Text::new("web-3a"), Text::new("is stopped already"))];
    let plan = Plan {
        id: RunId(7),
        kind: &INSTANCES,
        action: INSTANCES.action(action).expect("known"),
        rows: planned.collect(),
        refused,
        values: Values::default(),
        probe: Remote::default(),
        expects: expects.map(str::to_owned),
        typed: Line::new(typed),
        scroll: Scroll::default(),
    };
    state.nav.overlay = Some(Overlay::Plan(plan));
}

/// The plan in front.
pub(crate) fn planned(state: &mut State) -> &mut Plan {
    match state.nav.overlay.as_mut() {
        Some(Overlay::Plan(plan)) => plan,
        _ => unreachable!("a plan is in front"),
    }
}

/// A run of the first rows: some done, one failed, the rest on the way.
pub(crate) fn run(state: &mut State, number: usize) {
    let rows = rows(state, number).into_iter().enumerate().map(|(at, (key, resource))| {
        let step = match at % 4 {
            0 => Step::Following { since: ago(12), doubt: None },
            1 => Step::Done { at: now() },
            2 => Step::Calling,
            _ => Step::Failed(denied()),
        };
        (key, resource.name.clone(), step)
    });
    let run = Run {
        id: RunId(3),
        kind: &INSTANCES,
        action: INSTANCES.action("stop").expect("known"),
        values: Values::default(),
        note: Text::default(),
        started: ago(12),
        before: Vec::new(),
        course: Course::UnderWay,
        held: None,
        rows: rows.collect(),
    };
    state.runs.push(run);
}

/// The outcome of a run of the first rows in front, scrolled to a line; nothing has been sent of the last of them.
pub(crate) fn outcome(state: &mut State, number: usize, course: Course, top: usize) {
    run(state, number);
    let before = rows(state, number).into_iter().map(|(_, resource)| resource).collect();
    if let Some(run) = state.runs.last_mut() {
        (run.before, run.course) = (before, course);
        run.rows.iter_mut().skip(2).step_by(4).for_each(|(.., step)| *step = Step::Unsent);
    }
    state.nav.screens.push(Screen::Outcome(Outcome { run: RunId(3), scroll: Scroll { top } }));
}

/// AWS has throttled the run in front three times, the last of them a moment ago.
pub(crate) fn throttle(state: &mut State) {
    let latest = Held { rows: 3, pause: Duration::from_secs(4) };
    let run = state.runs.last_mut().expect("a run");
    run.held = Some(Throttled { times: 3, latest, at: ago(1) });
    run.rows.iter_mut().skip(2).step_by(4).for_each(|(.., step)| *step = Step::Calling);
}

pub(crate) fn failures(state: &mut State) {
    let failure = |seconds: i64, count, doing: &str, problem| Failure {
        first: ago(seconds + 300),
        last: ago(seconds),
        count,
        doing: Text::new(doing),
        problem,
    };
    state.errors.clear();
    state.errors.push(failure(600, 1, "list ec2 in staging eu-west-1", denied()));
    state.errors.push(failure(20, 14, "list ec2 in prod us-east-1", throttled()));
}

/// Opens the chart panel.
pub(crate) fn charts(state: &mut State) {
    state.nav.charts = Panel::Open;
}

/// The first list, whatever lies over it.
pub(crate) fn list_mut(state: &mut State) -> &mut quarterdeck::app::state::ListScreen {
    match state.nav.screens.first_mut() {
        Some(Screen::List(list)) => list,
        _ => unreachable!("the root is a list"),
    }
}
