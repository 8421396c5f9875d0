//! Key → frame, page → frame, filter and sort, at 1,000, 10,000 and 100,000 rows; the bars are in CONTRIBUTING.
//!
//! `cargo bench --bench deck`

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use quarterdeck::{
    app::{
        command::Command,
        msg::{Answer, Edit, Msg},
        state::{Overlay, Policy, Setup, Source, State},
        update,
    },
    model::{Cell, Health, KindId, Resource, Target, TargetId, Text, resource::Page},
    service::{self, Kind},
    ui::{
        self, Look,
        theme::{Charset, Depth, Theme},
    },
};
use ratatui::{Terminal, backend::TestBackend};

const HERE: TargetId = TargetId(0);
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const PAGE: usize = 1_000;
/// The kind of a row that instances belong to, one in a hundred.
const GROUPS: KindId = KindId("eks-nodegroups");
const GROUP: &str = "orders/general";

fn kind() -> &'static Kind {
    service::ALL[0].kinds[0]
}

fn instance(at: usize) -> Resource {
    let mut cells = vec![Cell::None; kind().columns.len()];
    let mut set = |id: &str, cell: Cell| cells[kind().column(id).expect("a column")] = cell;
    set("state", Cell::State(Health::Ok, Text::new("running")));
    set("type", Cell::Text(Text::new(["m6i.large", "c7g.xlarge", "t3.micro"][at % 3])));
    set("zone", Cell::Text(Text::new(["eu-west-1a", "eu-west-1b"][at % 2])));
    set("launched", Cell::Time(1_700_000_000 + at as i64));
    set("private_ip", Cell::Text(Text::new(&format!("10.0.{}.{}", at / 250 % 250, at % 250))));
    let name = format!("{}-{:05}", ["web", "api", "worker", "batch"][at % 4], at * 7_919 % 100_000);
    let group = at.is_multiple_of(100).then(|| (GROUPS, Text::new(GROUP))).into_iter().collect();
    Resource { id: Text::new(&format!("i-{at:017x}")), name: Text::new(&name), cells: cells.into(), tags: [].into(), parents: group }
}

fn answer(state: &mut State, answer: Answer) {
    let epoch = state.epoch;
    black_box(update(state, Msg::Answered(epoch, answer)));
}

fn page(state: &mut State, rows: Vec<Resource>) {
    let sweep = state.fleet.tables[&kind().id].listing(HERE, &None).expect("a listing").sweep;
    answer(state, Answer::Page { target: HERE, kind: kind().id, sweep, page: Page { rows, overlays: Vec::new() } });
}

fn fleet(rows: usize) -> State {
    let target = Target { profile: "p".into(), region: "eu-west-1".into() };
    let now = Timestamp::from_second(1_800_000_000).expect("in range");
    let mut state = State::new(Setup { policy: Policy::Operator, source: Source::Demo }, vec![target], kind(), (160, 45), now);
    update(&mut state, Msg::Tick(now));
    for from in (0..rows).step_by(PAGE) {
        page(&mut state, (from..(from + PAGE).min(rows)).map(instance).collect());
    }
    state
}

fn screen() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(160, 45)).expect("in memory")
}

fn draw(terminal: &mut Terminal<TestBackend>, state: &State, theme: &Theme) {
    let look = Look { theme, keys: &|_| String::from("x") };
    terminal.draw(|frame| ui::draw(frame, state, &look)).expect("in memory");
}

fn keys(c: &mut Criterion) {
    let theme = Theme::for_terminal(Depth::True, Charset::Unicode);
    let mut group = c.benchmark_group("key to frame");
    for rows in SIZES {
        let (mut state, mut terminal) = (fleet(rows), screen());
        draw(&mut terminal, &state, &theme);
        let mut steps = [Command::Down, Command::Down, Command::PageDown, Command::Bottom, Command::Top].into_iter().cycle();
        group.bench_function(BenchmarkId::new("movement", rows), |b| {
            b.iter(|| {
                update(&mut state, Msg::Do(steps.next().expect("a cycle")));
                draw(&mut terminal, &state, &theme);
            });
        });
        update(&mut state, Msg::Do(Command::Filter));
        let mut letters = [Edit::Char('w'), Edit::Char('e'), Edit::Char('b'), Edit::Line].into_iter().cycle();
        group.bench_function(BenchmarkId::new("filter keystroke", rows), |b| {
            b.iter(|| {
                update(&mut state, Msg::Typed(letters.next().expect("a cycle")));
                draw(&mut terminal, &state, &theme);
            });
        });
        update(&mut state, Msg::Typed(Edit::Line));
        update(&mut state, Msg::Typed(Edit::Submit));
        group.bench_function(BenchmarkId::new("sort", rows), |b| {
            b.iter(|| {
                update(&mut state, Msg::Do(Command::SortNext));
                draw(&mut terminal, &state, &theme);
            });
        });
    }
    group.finish();
}

/// From a node group to its nodes among all instances, and back.
fn below(c: &mut Criterion) {
    let theme = Theme::for_terminal(Depth::True, Charset::Unicode);
    let mut group = c.benchmark_group("down a level and back");
    for rows in SIZES {
        let (mut state, mut terminal) = (fleet(rows), screen());
        update(&mut state, Msg::Do(Command::Palette));
        GROUPS.0.chars().for_each(|letter| drop(update(&mut state, Msg::Typed(Edit::Char(letter)))));
        update(&mut state, Msg::Typed(Edit::Submit));
        let now = state.now;
        update(&mut state, Msg::Tick(now));
        let sweep = state.fleet.tables[&GROUPS].listing(HERE, &None).expect("a listing").sweep;
        let one = Resource { id: GROUP.into(), name: GROUP.into(), cells: Vec::new().into(), tags: [].into(), parents: [].into() };
        answer(&mut state, Answer::Page { target: HERE, kind: GROUPS, sweep, page: Page { rows: vec![one], overlays: Vec::new() } });
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter(|| {
                update(&mut state, Msg::Do(Command::Open));
                draw(&mut terminal, &state, &theme);
                assert_eq!(state.list().expect("a list").view.order().len(), rows / 100);
                update(&mut state, Msg::Do(Command::Back));
                draw(&mut terminal, &state, &theme);
            });
        });
    }
    group.finish();
}

/// From the key of an action to the frame with its plan, for five hundred marked rows.
fn plans(c: &mut Criterion) {
    const MARKED: usize = 500;
    let theme = Theme::for_terminal(Depth::True, Charset::Unicode);
    let mut group = c.benchmark_group("500 marked rows planned and drawn");
    for rows in SIZES {
        let (mut state, mut terminal) = (fleet(rows), screen());
        (0..MARKED).for_each(|_| drop(update(&mut state, Msg::Do(Command::Mark))));
        let stop = kind().action("stop").expect("an action").key;
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter(|| {
                update(&mut state, Msg::Do(Command::Actions));
                update(&mut state, Msg::Picked(stop));
                draw(&mut terminal, &state, &theme);
                assert!(matches!(&state.nav.overlay, Some(Overlay::Plan(plan)) if plan.rows.len() == MARKED));
                update(&mut state, Msg::Typed(Edit::Cancel));
            });
        });
    }
    group.finish();
}

/// A page of rows that are as they were, and one of rows that have all changed in the column the list is sorted by.
fn pages(c: &mut Criterion) {
    merge(c, "page of 1,000 as they were, merged and drawn", |_, row| row);
    merge(c, "page of 1,000 that changed, merged and drawn", |turn, row| Resource {
        name: Text::new(&format!("{turn:06}-{}", row.name)),
        ..row
    });
}

fn merge(c: &mut Criterion, what: &str, change: fn(usize, Resource) -> Resource) {
    let theme = Theme::for_terminal(Depth::True, Charset::Unicode);
    let mut group = c.benchmark_group(what);
    for rows in SIZES {
        let (mut state, mut terminal) = (fleet(rows), screen());
        let mut turn = 0;
        group.bench_function(BenchmarkId::from_parameter(rows), |b| {
            b.iter_batched(
                || {
                    turn += 1;
                    let first = turn * PAGE % rows;
                    (first..first + PAGE).map(|at| change(turn, instance(at))).collect()
                },
                |page_rows| {
                    page(&mut state, page_rows);
                    draw(&mut terminal, &state, &theme);
                },
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, keys, below, plans, pages);
criterion_main!(benches);
