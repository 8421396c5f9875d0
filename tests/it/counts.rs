//! Counts that no machine changes: bytes written, allocations, room for a row. A large step up is a mistake; what is measured in time
//! is in `benches`. Calls and dollars of an hour are counted in `hour.rs`.

use std::io::{self, Write};

use allocation_counter::measure;
use jiff::Timestamp;
use quarterdeck::{
    app::{
        self,
        command::Command,
        fleet::Table,
        manner::Link,
        msg::{Edit, Msg},
        state::{Overlay, State},
    },
    aws::Aws,
    model::{TargetId, resource::Page},
    runtime::terminal::screen::{Screen, Size},
    service::{self, Scope},
    sim::{Settings, Sim, Sizes},
    ui::{
        self, Look,
        theme::{Charset, Depth, Theme},
    },
};
use ratatui::Terminal;
use tokio::sync::mpsc;

use crate::{
    fixture,
    pilot::{door, sim, target},
};

const COLUMNS: u16 = 160;
const ROWS: u16 = 45;

/// A terminal that nobody looks at.
struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Size for Nowhere {
    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((COLUMNS, ROWS))
    }
}

/// A screen of many rows that has been drawn.
struct Drawn {
    state: State,
    terminal: Terminal<Screen<Nowhere>>,
    theme: Theme,
}

impl Drawn {
    fn new() -> Self {
        let terminal = Terminal::new(Screen::new(Nowhere).expect("a size")).expect("a terminal");
        let mut drawn = Self { state: fixture::full((COLUMNS, ROWS)), terminal, theme: Theme::for_terminal(Depth::True, Charset::Unicode) };
        let now = drawn.state.now;
        drawn.step(Msg::Tick(now));
        drawn.step(Msg::Do(Command::Top));
        drawn
    }

    /// Takes a message and draws; gives the bytes that were written.
    fn step(&mut self, msg: Msg) -> usize {
        app::update(&mut self.state, msg);
        let look = Look { theme: &self.theme, keys: &|_| String::from("x") };
        self.terminal.draw(|frame| ui::draw(frame, &self.state, &look)).expect("it draws");
        self.terminal.backend_mut().commit().expect("it writes")
    }
}

/// The bar is 700 bytes (DESIGN 6); 331 at most were seen.
#[test]
fn a_step_of_the_cursor_writes_little() {
    let mut drawn = Drawn::new();
    for _ in 0..20 {
        let bytes = drawn.step(Msg::Do(Command::Down));
        assert!((1..=450).contains(&bytes), "{bytes} bytes");
    }
    let still = drawn.state.now;
    assert_eq!(drawn.step(Msg::Tick(still)), 0, "nothing has changed");
}

/// What a slow line is spared: a good third of the first frame, and the seconds.
#[test]
fn a_slow_line_is_written_less_to() {
    let written = |link, theme: Theme| {
        let mut drawn = Drawn::new();
        (drawn.state.manner.link, drawn.theme) = (link, theme);
        drawn.terminal.clear().expect("it clears");
        let now = drawn.state.now;
        let first = drawn.step(Msg::Tick(now));
        let minute = (1..=60).map(|second| {
            let now = now.saturating_add(jiff::SignedDuration::from_secs(second)).expect("in range");
            drawn.step(Msg::Tick(now))
        });
        (first, minute.sum::<usize>())
    };
    let (first, minute) = written(Link::Fast, Theme::for_terminal(Depth::True, Charset::Unicode));
    let (slow_first, slow_minute) = written(Link::Slow, Theme::for_terminal(Depth::Ansi16, Charset::Ascii));
    assert!(slow_first * 3 < first * 2, "{slow_first} bytes against {first}");
    assert!(slow_minute * 3 < minute, "{slow_minute} bytes against {minute}");
}

/// The clock alone: the bar of an idle minute is 4 KB.
#[test]
fn a_second_that_changes_nothing_writes_the_clock() {
    let mut drawn = Drawn::new();
    let second = drawn.state.now.saturating_add(jiff::SignedDuration::from_secs(1)).expect("in range");
    let bytes = drawn.step(Msg::Tick(second));
    assert!((1..=32).contains(&bytes), "{bytes} bytes");
}

#[test]
fn a_frame_and_a_keystroke_allocate_little() {
    let mut drawn = Drawn::new();
    drawn.step(Msg::Do(Command::Down));
    let step = measure(|| {
        drawn.step(Msg::Do(Command::Down));
    })
    .count_total;
    assert!(step <= 600, "{step} allocations for a step of the cursor and its frame");
    drawn.step(Msg::Do(Command::Filter));
    let letter = measure(|| {
        drawn.step(Msg::Typed(Edit::Char('w')));
    })
    .count_total;
    assert!(letter <= 500, "{letter} allocations for a letter of the filter and its frame");
}

/// A plan for five hundred marked rows is there with the key that asks for it, and its frame with it: what that takes does not grow with
/// the list, and is a few dozen allocations a row.
#[test]
fn a_plan_for_five_hundred_rows_takes_the_same_in_a_long_list() {
    let planned = |instances: usize| {
        let mut drawn = Drawn::new();
        drawn.state = fixture::started((COLUMNS, ROWS), fixture::PLACES);
        fixture::listed(&mut drawn.state, 0, (0..instances).map(|number| fixture::instance("eu-west-1", number)).collect(), 5);
        drawn.step(Msg::Do(Command::Top));
        (0..500).for_each(|_| drop(app::update(&mut drawn.state, Msg::Do(Command::Mark))));
        let stop = drawn.state.list().and_then(|list| list.kind.action("stop")).expect("an action").key;
        drawn.step(Msg::Do(Command::Actions));
        let count = measure(|| {
            drawn.step(Msg::Picked(stop));
        });
        assert!(matches!(&drawn.state.nav.overlay, Some(Overlay::Plan(plan)) if plan.rows.len() + plan.refused.len() == 500));
        count.count_total
    };
    let (short, long) = (planned(500), planned(5_000));
    assert!(long <= short + short / 10, "{short} allocations in a list of 500, {long} in one of 5,000");
    assert!(short <= 500 * 40, "{short} allocations");
}

/// Everything a simulated region sends about its instances, as it comes.
async fn pages(instances: usize) -> Vec<Page> {
    let sim = sim(Settings { sizes: Sizes { instances, ..Sizes::DEMO }, ..Settings::default() });
    told(&sim).await
}

async fn told(sim: &Sim) -> Vec<Page> {
    let aws = Aws::open(target("eu-west-1"), &door(sim)).await.expect("a session");
    let (sender, mut pages) = mpsc::channel(1);
    let mut all = Vec::new();
    let reading = async {
        while let Some(page) = pages.recv().await {
            all.push(page);
        }
    };
    let (result, ()) = futures::join!((service::ALL[0].kinds[0].list)(aws, Scope::All, sender), reading);
    assert_eq!(result.expect("listed"), []);
    all
}

/// A table of that many instances, and the bytes that it holds.
fn held(instances: usize) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a thread");
    let mut table = Table::new(service::ALL[0].kinds[0]);
    let held = measure(|| {
        let sweep = table.begin(TargetId(0), None, Timestamp::UNIX_EPOCH);
        for page in runtime.block_on(pages(instances)) {
            table.page(TargetId(0), sweep, page, Timestamp::UNIX_EPOCH);
        }
        drop(runtime);
    });
    assert_eq!(table.len(), instances);
    held.bytes_current.unsigned_abs()
}

/// The bar is 150 MB for 100,000 rows, the program and what the allocator rounds up (DESIGN 6); 827 bytes were seen.
#[test]
fn a_row_takes_little_room() {
    held(100);
    let (some, more) = (held(1_000), held(3_000));
    let row = (more - some) / 2_000;
    eprintln!("{row} bytes for each row");
    assert!((400..=900).contains(&row), "{row} bytes for each row");
}

/// What a list finds as it was takes no memory, touches no row, and leaves the order alone: checks and events among it.
#[test]
fn a_second_list_that_finds_everything_as_it_was_costs_next_to_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a thread");
    let sim = sim(Settings { sizes: Sizes { instances: 2_000, ..Sizes::DEMO }, ..Settings::default() });
    let mut table = Table::new(service::ALL[0].kinds[0]);
    let (mut touched, mut count) = (0, 0);
    for _ in 0..2 {
        let sweep = table.begin(TargetId(0), None, Timestamp::UNIX_EPOCH);
        let pages = runtime.block_on(told(&sim));
        touched = 0;
        let merged = measure(|| {
            touched = pages.into_iter().map(|page| table.page(TargetId(0), sweep, page, Timestamp::UNIX_EPOCH).touched.len()).sum();
        });
        count = merged.count_total;
        table.end(TargetId(0), sweep, Ok(Vec::new()), Timestamp::UNIX_EPOCH);
    }
    assert_eq!((touched, table.len()), (0, 2_000));
    assert!(count < 400, "{count} allocations for 2,000 rows and their checks");
}
