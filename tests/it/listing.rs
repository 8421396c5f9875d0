//! Inventories through the real SDK: complete, streamed, and the same without a screen.

#![expect(clippy::disallowed_methods, reason = "ages are reckoned at the present")]

use std::time::Duration;

use quarterdeck::{
    app::{
        fleet::Table,
        msg::Reading,
        sheet::{Columns, Form},
        state::{Policy, State},
    },
    aws::Aws,
    model::{Cell, Gap, Health, KindId, Missing, Problem, ProblemKind, TargetId, resource::Page, target::Haste},
    runtime::{
        headless::{self, Metrics, Wish},
        world::World,
    },
    service,
    sim::{Settings, Sim, Sizes},
};
use serde_json::Value;

use crate::pilot::{Pilot, door, sim, target};

#[tokio::test]
async fn ten_thousand_instances_stream_in_page_by_page_and_keys_work_meanwhile() {
    let sim =
        sim(Settings { sizes: Sizes { instances: 10_000, ..Sizes::DEMO }, latency: Duration::from_millis(100), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("the first page", |state| Pilot::rows(state) > 0).await;
    assert!(Pilot::rows(&pilot.state) < 10_000, "rows do not wait for the last page");
    let first = pilot.state.selected().expect("a row");
    pilot.press("j j j");
    let moved = pilot.state.selected().expect("a row");
    assert_ne!(first.0, moved.0);
    pilot.until("all pages", |state| Pilot::rows(state) == 10_000).await;
    assert_eq!(pilot.state.selected().expect("a row").0, moved.0, "the cursor stays with its row");
}

/// What one look at every instance of `eu-west-1` comes to, and the zone of each row that it brought.
async fn swept(sim: &Sim, haste: Haste) -> (Result<Vec<Gap>, Problem>, Vec<String>) {
    let kind = service::kind("ec2").expect("a kind");
    let aws = Aws::open(target("eu-west-1"), &door(sim)).await.expect("a session").with(haste);
    let (sender, mut pages) = tokio::sync::mpsc::channel::<Page>(1);
    let reading = async {
        let mut zones = Vec::new();
        while let Some(page) = pages.recv().await {
            zones.extend(page.rows.iter().map(|row| kind.cell(row, "zone").words().into_owned()));
        }
        zones
    };
    futures::join!((kind.list)(aws, service::Scope::All, sender), reading)
}

/// A question about all zones fails as a whole where one of them does: the others are had by themselves, whoever waits.
#[tokio::test]
async fn a_zone_that_fails_keeps_no_other_back() {
    for haste in [Haste::Now, Haste::Calm] {
        let sim = sim(Settings { sizes: Sizes { instances: 300, ..Sizes::DEMO }, ..Settings::default() });
        let (_, all) = swept(&sim, haste).await;
        let elsewhere = |zones: &[String]| zones.iter().filter(|zone| *zone != "eu-west-1b").count();
        sim.set_faults("5xx@ec2/eu-west-1b=1".parse().expect("faults"));
        let (listed, rows) = swept(&sim, haste).await;
        let gaps: Vec<_> = listed.expect("the other zones").into_iter().map(|gap| (gap.of, gap.problem.kind)).collect();
        assert_eq!(gaps, [(Missing::Rows, ProblemKind::Service), (Missing::Facts, ProblemKind::Service)], "{haste:?}");
        assert!(rows.len() == elsewhere(&rows) && rows.len() > 100, "{haste:?}");
        assert!(haste == Haste::Now || rows.len() == elsewhere(&all), "{} of {}", rows.len(), elsewhere(&all));
        // Where every zone fails so does the whole.
        sim.set_faults("5xx@ec2/DescribeInstances=1".parse().expect("faults"));
        assert_eq!(swept(&sim, haste).await.0.map_err(|problem| problem.kind), Err(ProblemKind::Service));
    }
}

/// The first time zone by zone; what is known is looked over page by page, so that a refresh takes the room of one answer.
#[tokio::test]
async fn a_big_region_is_listed_at_once_in_haste_and_page_by_page_in_calm() {
    for (haste, zones) in [(Haste::Now, 1), (Haste::Calm, 0)] {
        let sim = sim(Settings { sizes: Sizes { instances: 3_000, ..Sizes::DEMO }, ..Settings::default() });
        let (listed, rows) = swept(&sim, haste).await;
        assert_eq!(listed, Ok(Vec::new()));
        let rows = rows.len();
        let asked = |operation: &str| sim.calls().get(&("ec2".to_owned(), operation.to_owned())).copied().unwrap_or_default();
        // The first page shows that there is more, and comes again with its zone.
        let expected = if haste == Haste::Now { 3_000..=3_100 } else { 3_000..=3_000 };
        assert!(expected.contains(&rows), "{rows} rows");
        assert_eq!(asked("DescribeAvailabilityZones"), zones, "{haste:?}");
    }
}

/// Who may not know which zones there are has every instance all the same: one chain does as well, only slower.
#[tokio::test]
async fn a_big_region_whose_zones_are_not_told_is_whole() {
    let sim = sim(Settings { sizes: Sizes { instances: 3_000, ..Sizes::DEMO }, ..Settings::default() });
    sim.set_faults("deny@ec2/DescribeAvailabilityZones=1".parse().expect("faults"));
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    let counted = |state: &State| state.fleet.tables.values().find_map(|table| table.listing(TargetId(0), &None)?.count.value().copied());
    pilot.until("the end of the list", |state| counted(state).is_some()).await;
    assert_eq!((counted(&pilot.state), Pilot::rows(&pilot.state)), (Some(3_000), 3_000));
    assert!(sim.calls().contains_key(&("ec2".to_owned(), "DescribeAvailabilityZones".to_owned())));
}

/// Broken off it would count as under way for ever, and never be asked for again.
#[tokio::test]
async fn a_list_that_is_left_for_a_level_below_comes_to_its_end() {
    let sim = sim(Settings { latency: Duration::from_millis(60), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    let jobs = KindId("batch-jobs");
    pilot.enter(":batch-jobs");
    pilot.enter("/monthly-report");
    pilot
        .until("an array", |state| state.selected().is_some_and(|(_, row)| !(service::kind("batch-jobs").expect("a kind").leaf)(&row)))
        .await;
    let whole = |state: &State| {
        let listing = state.fleet.tables.get(&jobs).and_then(|table| table.listing(TargetId(0), &None));
        listing.is_some_and(|listing| listing.count.value().is_some())
    };
    assert!(!whole(&pilot.state));
    pilot.press("Enter");
    pilot.until("the children", |state| state.list().is_some_and(|list| list.view.order().len() == 12)).await;
    pilot.until("the whole list", whole).await;
}

#[tokio::test]
async fn checks_are_laid_over_rows_and_make_findings() {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    let wanted = ["system-check-failed", "instance-check-failed", "scheduled-event", "stuck", "launch-failed"];
    let found = |state: &State| {
        let rows = state.fleet.tables.values().flat_map(Table::rows);
        let codes: Vec<_> = rows.flat_map(|(_, row)| row.findings.iter().map(|finding| finding.code)).collect();
        wanted.iter().all(|code| codes.contains(code))
    };
    pilot.until("findings of every sort", found).await;
    let table = pilot.state.fleet.tables.values().next().expect("a table");
    let checks = table.rows().filter(|(_, row)| matches!(table.kind.cell(&row.resource, "checks"), Cell::State(Health::Ok, _))).count();
    assert!(checks > 30, "{checks}");
}

async fn written(form: Form, metrics: Metrics) -> String {
    let sim = sim(Settings::default());
    let targets = vec![target("eu-west-1"), target("us-east-1")];
    let world = World::new(door(&sim), targets.clone());
    let kind = service::kind("ec2").expect("a kind");
    let wish = Wish { kind, filter: quarterdeck::model::Filter::default(), form, metrics, columns: Columns::Usual };
    let mut out = Vec::new();
    let failures = headless::list(&world, targets, &wish, jiff::Timestamp::now(), &mut out).await.expect("written").failures;
    assert_eq!(failures, Vec::<String>::new());
    String::from_utf8(out).expect("text")
}

#[tokio::test]
async fn json_has_the_head_of_the_contract_first() {
    let rows: Vec<Value> = serde_json::from_str(&written(Form::Json, Metrics::With).await).expect("JSON");
    assert_eq!(rows.len(), 96);
    for row in &rows {
        let keys: Vec<_> = row.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys[..9], ["kind", "profile", "account", "region", "id", "arn", "name", "state", "findings"]);
        assert_eq!((row["profile"].as_str(), row["account"].as_str()), (Some("test"), Some("111122223333")));
        let running = row["state"] == "running";
        let value = row["metrics"]["cpu"]["value"].as_f64();
        assert!(!running || value.is_none_or(|value| (0.0..=100.0).contains(&value)), "{row}");
    }
    assert!(rows.iter().filter(|row| row["metrics"]["cpu"]["value"].is_number()).count() > 70);
}

#[tokio::test]
async fn one_object_a_line_and_csv_say_the_same() {
    let lines = written(Form::Ndjson, Metrics::Without).await;
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let text = written(Form::Csv, Metrics::Without).await;
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let heading = table.headers().expect("a heading").clone();
    let records: Vec<_> = table.records().map(|record| record.expect("a record")).collect();
    assert_eq!((objects.len(), records.len()), (96, 96));
    let id = heading.iter().position(|name| name == "id").expect("an id");
    assert!(records.iter().zip(&objects).all(|(record, object)| object["id"] == record[id]));
}

/// Broken off by the questions about the next row they would count as under way for ever, and the chart would never have its lines.
#[tokio::test]
async fn the_thresholds_of_a_row_that_was_left_come_all_the_same() {
    let sim = sim(Settings { latency: Duration::from_millis(500), ..Settings::default() });
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.until("rows", |state| Pilot::rows(state) > 10).await;
    pilot.press("m");
    let chart = |pilot: &Pilot| Reading { key: pilot.state.selected().expect("a row").0, metric: 0 };
    let first = chart(&pilot);
    let asked = || sim.calls().contains_key(&("cloudwatch".to_owned(), "DescribeAlarmsForMetric".to_owned()));
    pilot.until("a question about the first row", |_| asked()).await;
    pilot.press("j");
    let second = chart(&pilot);
    assert_ne!(first, second);
    pilot.until("the thresholds of both", |state| [&first, &second].iter().all(|chart| state.thresholds.on(chart).is_some())).await;
}
