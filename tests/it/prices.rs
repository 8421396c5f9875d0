//! What is paid for after a yes: a list of a thousand rows sorted by a metric, by the simulated AWS's own count.

use jiff::Timestamp;
use quarterdeck::{
    app::{
        columns::What,
        state::{Overlay, Policy, State},
    },
    model::TargetId,
    sim::{Clock, Settings, Sim, Sizes},
};

use crate::pilot::{Pilot, door};

fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_225).expect("a time")
}

/// The whole list has come, and everything on the screen was answered.
fn quiet(state: &State) -> bool {
    let table = state.fleet.tables.values().next();
    let listed = table.and_then(|table| table.listing(TargetId(0), &None)).is_some_and(|listing| listing.count.value().is_some());
    listed && !state.metrics.is_empty() && state.metrics.values().all(|metric| !metric.loading())
}

fn values(state: &State) -> Vec<Option<f64>> {
    let list = state.list().expect("a list");
    let table = &state.fleet.tables[&list.kind.id];
    let rows = list.view.order().iter().filter_map(|slot| table.row(*slot));
    let value = |key: &quarterdeck::model::Key| {
        let reading = quarterdeck::app::msg::Reading { key: key.clone(), metric: 0 };
        state.metrics.get(&reading)?.value()?.as_ref()?.latest().map(|(_, value)| value)
    };
    rows.map(|row| value(&row.key)).collect()
}

#[tokio::test]
async fn a_thousand_rows_are_sorted_by_a_metric_for_the_price_that_was_told() {
    let sim = Sim::new(Settings { sizes: Sizes { instances: 1_200, ..Sizes::DEMO }, clock: Clock::new(now), ..Settings::default() });
    let mut pilot = Pilot::at(now, door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("the list and its screen", quiet).await;
    while !matches!(pilot.state.nav.overlay, Some(Overlay::Offer(_))) {
        pilot.press(">");
    }
    let Some(Overlay::Offer(offer)) = pilot.state.nav.overlay else { unreachable!("it was there") };
    let calls = || sim.calls()[&("cloudwatch".to_owned(), "GetMetricData".to_owned())];
    let (paid, before) = (sim.metrics(), calls());
    pilot.press("y");
    assert_eq!(pilot.state.list().expect("a list").view.sort.by, What::Metric(offer.metric));
    pilot.until("every row is known", quiet).await;
    let values = values(&pilot.state);
    let known: Vec<f64> = values.iter().copied().flatten().collect();
    assert!(known.len() > 700 && known.is_sorted_by(|a, b| a >= b), "{} known", known.len());
    assert!(values[known.len()..].iter().all(Option::is_none), "what is unknown comes last");
    // The rows that are on the screen now have other metrics that were not asked for before.
    let (more, screen) = (sim.metrics() - paid, pilot.state.metrics.len() as u64 - paid);
    assert!(offer.questions > 500 && more == screen && more >= offer.questions as u64, "{more} metrics, {offer:?}");
    assert!(calls() - before <= 6, "{} calls: 500 metrics in each", calls() - before);
}
