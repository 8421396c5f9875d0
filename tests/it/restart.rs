//! A start after another: what the simulated AWS is asked for again, by its own count.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use jiff::Timestamp;
use quarterdeck::{
    app::state::{Policy, State},
    model::TargetId,
    sim::{Clock, Settings, Sim, Sizes},
};

use crate::pilot::{Pilot, door};

/// Five seconds after a period of a minute and one of five were published.
static SECOND: AtomicI64 = AtomicI64::new(1_790_000_100 + 125);

fn now() -> Timestamp {
    Timestamp::from_second(SECOND.load(Ordering::Relaxed)).expect("a time")
}

fn start(sim: &Sim, home: &Path) -> Pilot {
    Pilot::at(now, door(sim), &["eu-west-1"], Policy::Operator).at_home(home)
}

/// Everything on the screen was answered, in a complete listing of this start.
fn complete(state: &State) -> bool {
    let listed = state.fleet.tables.values().next().and_then(|table| table.listing(TargetId(0), &None));
    let here = listed.is_some_and(|listing| !listing.remembered() && listing.count.as_of() == Some(state.now));
    let known = state.metrics.values().filter(|metric| metric.value().is_some_and(Option::is_some)).count();
    here && known >= 20 && state.metrics.values().all(|metric| !metric.loading())
}

fn points(home: &Path) -> bool {
    let below = |path: &Path| fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>();
    below(&home.join("fleet")).iter().flat_map(|folder| below(folder)).any(|path| path.ends_with("ec2.points"))
}

#[tokio::test]
async fn a_start_in_the_same_period_pays_nothing_and_a_later_one_for_the_tails_only() {
    let home = tempfile::tempdir().expect("a folder");
    let sim = Sim::new(Settings { sizes: Sizes { instances: 40, ..Sizes::DEMO }, clock: Clock::new(now), ..Settings::default() });
    let mut first = start(&sim, home.path());
    first.until("all metrics", complete).await;
    first.until("they are kept", |_| points(home.path())).await;
    let (paid, rows) = (sim.metrics(), first.state.metrics.len() as u64);
    assert_eq!(paid, rows, "each once");
    drop(first);
    SECOND.fetch_add(30, Ordering::Relaxed);
    let mut second = start(&sim, home.path());
    second.until("the same metrics", complete).await;
    assert_eq!((sim.metrics(), second.state.meter.session()), (paid, 0.0), "nothing is asked again");
    SECOND.fetch_add(300, Ordering::Relaxed);
    second.until("new metrics", |state| sim.metrics() >= paid + rows && state.metrics.values().all(|metric| !metric.loading())).await;
    let now = second.state.metrics.len() as u64;
    assert!(now >= rows, "beside what was seen, half a page below the screen");
    assert_eq!(sim.metrics(), paid + now, "each once more");
    let long =
        |state: &State| state.metrics.values().filter_map(|metric| metric.value()?.as_ref()).all(|series| series.range.slots() >= 36);
    assert!(long(&second.state), "three hours are still there");
}
