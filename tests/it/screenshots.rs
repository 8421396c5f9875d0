//! Pictures of the screen: the simulated fleet through the real SDK, core and drawing, at a moment that stands still.
//! `cargo test screenshots` compares them; `QD_SCREENSHOTS=write cargo test screenshots` makes them anew.

#![expect(clippy::disallowed_methods, reason = "whether pictures are to be written, the environment tells")]

use std::path::PathBuf;

use jiff::Timestamp;
use quarterdeck::{
    app::{
        self,
        command::Command,
        meter::Meter,
        msg::Msg,
        overview::Spot,
        state::{Overlay, Policy, Screen, Scroll, State, Step},
        theming::Theming,
    },
    config::Keymap,
    model::{Resource, TargetId, Text},
    sim::{Clock, Faults, Settings, Sim},
    ui::{
        self, Look,
        svg::svg,
        theme::{EMBEDDED, Theme},
    },
};

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use crate::{
    fixture,
    pilot::{Pilot, door},
};

/// Columns and rows of a picture.
const SIZE: (u16, u16) = (140, 36);

/// 2026-11-21 14:02:31 UTC.
fn moment() -> Timestamp {
    Timestamp::from_second(1_795_269_751).expect("in range")
}

/// A picture: its file, its theme, the keys that lead to it from the list, what has to be so before it is taken, and the keys back.
struct Shot {
    name: &'static str,
    theme: &'static str,
    keys: &'static str,
    ready: fn(&State) -> bool,
    then: &'static str,
    back: &'static str,
}

impl Shot {
    /// With these keys as well, once it is ready.
    const fn then(self, then: &'static str) -> Self {
        Self { then, ..self }
    }
}

const DARK: &str = "quarterdeck-dark";

const fn shot(name: &'static str, theme: &'static str, keys: &'static str, ready: fn(&State) -> bool, back: &'static str) -> Shot {
    Shot { name, theme, keys, ready, then: "", back }
}

/// Every picture, in an order in which none disturbs the next. A new screen is a line here, and a word in the README.
const SHOTS: &[Shot] = &[
    shot("list", DARK, "", at_once, ""),
    shot("list-light", "quarterdeck-light", "", at_once, ""),
    shot("list-colour-blind", "colour-blind-dark", "", at_once, ""),
    shot("list-16", "quarterdeck-16", "", at_once, ""),
    shot("list-monochrome", "monochrome", "", at_once, ""),
    shot("themes", "night-watch", "Ctrl-t j j j j j j j j", at_once, "Esc"),
    shot("help", DARK, "?", at_once, "Esc"),
    shot("palette", DARK, ": s t o", at_once, "Esc"),
    shot("actions", DARK, "a", at_once, "Esc"),
    shot("detail", DARK, "d", at_once, "Esc"),
    // Past the id of the request, which is another each time.
    shot("document", DARK, "y", documented, "Esc").then("j j j"),
    shot("plan", DARK, "a S", asked, "n"),
    shot("outcome", DARK, "a S y O", accepted, "Esc"),
];

fn at_once(_: &State) -> bool {
    true
}

fn asked(state: &State) -> bool {
    matches!(&state.nav.overlay, Some(Overlay::Plan(plan)) if plan.probe.value().is_some())
}

fn documented(state: &State) -> bool {
    matches!(state.screen(), Screen::Raw(raw) if raw.document.value().is_some())
}

/// The call was answered, and the row was seen on its way.
fn accepted(state: &State) -> bool {
    let following = state.runs.iter().flat_map(|run| &run.rows).any(|(_, _, step)| matches!(step, Step::Following { .. }));
    let stopping = |row: &Resource| state.list().is_some_and(|list| list.kind.cell(row, "state").words().contains("stopping"));
    following && state.selected().is_some_and(|(_, row)| stopping(&row))
}

/// Makes what is drawn.
type Made = fn() -> State;

/// Screens that take a bad day, or a long one, to come by, of the made-up fleet.
const MADE: &[(&str, Made)] = &[
    ("errors", errors),
    ("journal", journal),
    ("targets", targets),
    ("findings", findings),
    ("overview", overview),
    ("changes", changes),
    ("related", related),
    ("copy", copy),
    ("columns", columns),
];

fn findings() -> State {
    fixture::findings::many(SIZE)
}

fn overview() -> State {
    let mut state = fixture::findings::turned(SIZE);
    fixture::findings::overview(&mut state, Spot::Tile(0));
    state
}

fn changes() -> State {
    let mut state = fixture::findings::turned(SIZE);
    app::update(&mut state, Msg::Do(Command::Changes));
    state
}

fn related() -> State {
    let mut state = fixture::full(SIZE);
    fixture::forms::related(&mut state);
    state
}

fn copy() -> State {
    let mut state = fixture::full(SIZE);
    fixture::forms::copying(&mut state);
    state
}

fn columns() -> State {
    let mut state = fixture::full(SIZE);
    fixture::forms::columns(&mut state);
    state
}

fn errors() -> State {
    let mut state = fixture::full(SIZE);
    fixture::failures(&mut state);
    state.nav.screens.push(Screen::Errors(Scroll::default()));
    state
}

fn targets() -> State {
    let mut state = fixture::targets::all(SIZE);
    fixture::targets::open(&mut state, 2);
    state
}

fn journal() -> State {
    let mut state = fixture::full(SIZE);
    fixture::deeds::journal(&mut state, 0);
    state
}

fn picture(name: &str, state: &State, theme: &str) {
    let theme = Theme::named(theme).expect("embedded");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(format!("{name}.svg"));
    let drawn = svg(&buffer(state, &theme), &theme);
    if std::env::var_os("QD_SCREENSHOTS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
        std::fs::write(&path, &drawn).expect("writes the picture");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{} is out of date: QD_SCREENSHOTS=write cargo test screenshots", path.display());
}

/// The frame with the keys that users have.
fn buffer(state: &State, theme: &Theme) -> Buffer {
    let keymap = Keymap::new(&[]).expect("the built-in keymap");
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).expect("in memory");
    let look = Look { theme, keys: &|command| keymap.hint(command) };
    terminal.draw(|frame| ui::draw(frame, state, &look)).expect("draws");
    terminal.backend().buffer().clone()
}

fn measured(state: &State) -> bool {
    let rung = state.fleet.targets.iter().all(|target| target.alarms.value().is_some());
    rung && !state.metrics.is_empty() && state.metrics.values().all(|metric| metric.as_of().is_some())
}

/// Whether a target has been listed to its end.
fn listed(state: &State, target: u16) -> bool {
    let listings = state.fleet.tables.values().filter_map(|table| table.listing(TargetId(target), &None));
    listings.filter(|listing| listing.count.as_of().is_some()).count() == 1
}

fn settled(state: &State) -> bool {
    listed(state, 0) && listed(state, 1) && state.fleet.targets.iter().all(|target| target.identity.value().is_some()) && measured(state)
}

#[tokio::test]
async fn screenshots_show_what_is_drawn() {
    // Rows of one name stand in the order in which they came: the second region comes after the first.
    let late = "slow@us-east-1=1".parse().expect("faults");
    let sim = Sim::new(Settings { clock: Clock::new(moment), faults: late, ..Settings::default() });
    let mut pilot = Pilot::at(moment, door(&sim), &["eu-west-1", "us-east-1"], Policy::Operator);
    pilot.state.size = SIZE;
    for known in &mut pilot.state.fleet.targets {
        known.target.profile = "demo".into();
    }
    pilot.press("m");
    pilot.until("the first region is there", |state| listed(state, 0)).await;
    sim.set_faults(Faults::default());
    pilot.until("the fleet is there", settled).await;
    let runaway = |state: &State| state.selected().is_some_and(|(_, row)| row.name.as_str() == "worker-2b");
    let rows = Pilot::rows(&pilot.state);
    for _ in 0..rows {
        if !runaway(&pilot.state) {
            pilot.press("j");
        }
    }
    assert!(runaway(&pilot.state), "the demonstration has a runaway");
    pilot.until("the rows in sight are measured", measured).await;
    // A look that finds nothing new to ask about is the last one.
    while !pilot.feed(quarterdeck::app::msg::Msg::Tick(moment())).is_empty() {
        pilot.until("what the charts want is measured", measured).await;
    }
    // How much was asked depends on what was in sight while the rows came in, and that is different each time.
    pilot.state.meter = Meter::default();
    pilot.state.theming = Theming::new(EMBEDDED.iter().map(|(name, _)| Text::new(name)).collect(), DARK);
    for shot in SHOTS {
        pilot.state.toasts.clear();
        pilot.press(shot.keys);
        pilot.until(shot.name, shot.ready).await;
        pilot.press(shot.then);
        picture(shot.name, &pilot.state, shot.theme);
        pilot.press(shot.back);
    }
}

#[test]
fn screens_of_a_bad_day_are_drawn() {
    for (name, make) in MADE {
        picture(name, &make(), DARK);
    }
}

/// Each theme in the same small list, side by side in the README.
#[test]
fn every_theme_is_drawn() {
    let state = fixture::full((100, 20));
    for (name, _) in EMBEDDED {
        picture(&format!("themes/{name}"), &state, name);
    }
}
