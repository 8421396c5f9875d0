//! Pictures of the screen: the simulated fleet through the real SDK, core and drawing, at a moment that stands still.
//! `cargo test screenshots` compares them; `QD_SCREENSHOTS=write cargo test screenshots` makes them anew.

#![expect(clippy::disallowed_methods, reason = "whether pictures are to be written, the environment tells")]

use std::path::PathBuf;

use jiff::Timestamp;
use quarterdeck::{
    app::{
        meter::Meter,
        state::{Overlay, Policy, State},
    },
    config::Keymap,
    sim::{Clock, Settings, Sim},
    ui::{
        self, Look,
        svg::svg,
        theme::{Charset, Depth, Theme},
    },
};

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use crate::pilot::{Pilot, door};

/// Columns and rows of a picture.
const SIZE: (u16, u16) = (140, 36);

/// 2026-11-21 14:02:31 UTC.
fn moment() -> Timestamp {
    Timestamp::from_second(1_795_269_751).expect("in range")
}

fn picture(name: &str, state: &State, theme: &Theme) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(format!("{name}.svg"));
    let drawn = svg(&buffer(state, theme), theme);
    if std::env::var_os("QD_SCREENSHOTS").is_some() {
        std::fs::write(&path, &drawn).expect("writes the picture");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "{} is out of date: QD_SCREENSHOTS=write cargo test screenshots", path.display());
}

/// The frame with the keys that users have.
fn buffer(state: &State, theme: &Theme) -> Buffer {
    let keymap = Keymap::new(&[]).expect("the built-in keymap");
    let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("in memory");
    let look = Look { theme, keys: &|command| keymap.hint(command) };
    terminal.draw(|frame| ui::draw(frame, state, &look)).expect("draws");
    terminal.backend().buffer().clone()
}

fn measured(state: &State) -> bool {
    let rung = state.fleet.targets.iter().all(|target| target.alarms.value().is_some());
    rung && !state.metrics.is_empty() && state.metrics.values().all(|metric| metric.as_of().is_some())
}

fn settled(state: &State) -> bool {
    let tables = state.fleet.tables.values();
    let listed = tables.flat_map(|table| (0..2).map(|at| table.listing(quarterdeck::model::TargetId(at), &None)));
    let listed = listed.flatten().filter(|listing| listing.count.as_of().is_some()).count() == 2;
    listed && state.fleet.targets.iter().all(|target| target.identity.value().is_some()) && measured(state)
}

#[tokio::test]
async fn screenshots_show_what_is_drawn() {
    let dark = Theme::for_terminal(Depth::True, Charset::Unicode);
    let light = Theme::named("quarterdeck-light").expect("embedded");
    let sim = Sim::new(Settings { clock: Clock::new(moment), ..Settings::default() });
    let mut pilot = Pilot::at(moment, door(&sim), &["eu-west-1", "us-east-1"], Policy::Operator);
    pilot.state.size = SIZE;
    for known in &mut pilot.state.fleet.targets {
        known.target.profile = "demo".into();
    }
    pilot.press("m");
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
    picture("list", &pilot.state, &dark);
    picture("list-light", &pilot.state, &light);
    pilot.press("a S");
    pilot
        .until("AWS was asked beforehand", |state| matches!(&state.nav.overlay, Some(Overlay::Plan(plan)) if plan.probe.value().is_some()))
        .await;
    picture("plan", &pilot.state, &dark);
    pilot.press("n d");
    pilot.state.toasts.clear();
    picture("detail", &pilot.state, &dark);
}
