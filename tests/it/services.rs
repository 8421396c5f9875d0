//! What holds for every service, today's and tomorrow's.

use std::collections::HashSet;

use quarterdeck::{
    app::{fleet::Table, state::Policy},
    model::{Cell, KindId, TargetId},
    service::{self, Kind, Place, Shown},
    sim::Settings,
};

use crate::pilot::{Pilot, door, sim};

/// The names that every exported row begins with; a column of the same name would hide one.
const HEAD: [&str; 10] = ["kind", "profile", "account", "region", "id", "arn", "name", "findings", "tags", "metrics"];

fn unique<T: std::hash::Hash + Eq>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = HashSet::new();
    items.into_iter().all(|item| seen.insert(item))
}

#[test]
fn ids_titles_and_keys_are_unique() {
    let words = service::kinds().flat_map(|kind| std::iter::once(kind.id.0).chain(kind.aliases.iter().copied()));
    assert!(unique(words));
    assert!(unique(service::ALL.iter().map(|service| service.title)));
    for kind in service::kinds() {
        assert!(unique(kind.columns.iter().map(|column| column.id)), "{kind:?}");
        assert!(unique(kind.metrics.iter().map(|metric| metric.id)), "{kind:?}");
        assert!(unique(kind.actions.iter().map(|action| action.key)), "{kind:?}");
        assert!(unique(kind.actions.iter().map(|action| action.id)), "{kind:?}");
    }
}

#[test]
fn every_kind_has_a_state_and_no_column_hides_the_head() {
    for kind in service::kinds() {
        assert!(kind.column(service::STATE).is_some(), "{kind:?}");
        assert!(kind.columns.iter().all(|column| !HEAD.contains(&column.id)), "{kind:?}");
        assert!(kind.columns.iter().any(|column| matches!(column.place, Place::Row(_))), "{kind:?}");
    }
}

#[test]
fn menu_keys_leave_the_keys_of_the_menu_alone() {
    for action in service::kinds().flat_map(|kind| kind.actions) {
        assert!(!"jkq".contains(action.key), "{action:?}");
        assert!(action.batch > 0);
    }
}

#[test]
fn sparklines_rank_among_the_columns() {
    for kind in service::kinds() {
        let ranks = kind.columns.iter().filter_map(|column| match column.place {
            Place::Row(rank) => Some(rank),
            _ => None,
        });
        let metrics = kind.metrics.iter().filter_map(|metric| match metric.shown {
            Shown::Row(rank, _) => Some(rank),
            _ => None,
        });
        assert!(unique(ranks.chain(metrics)), "{kind:?}: which goes first on a narrow screen");
    }
}

/// Against the simulated AWS: cells fit the table, dimensions are there, every raw document names its row.
async fn lives(kind: &'static Kind) {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.enter(&format!(":{}", kind.id));
    pilot
        .until("rows", |state| {
            table(state, kind.id)
                .is_some_and(|table| table.listing(TargetId(0), &None).is_some_and(|listing| listing.count.as_of().is_some()))
        })
        .await;
    let table = table(&pilot.state, kind.id).expect("a table");
    assert!(!table.is_empty(), "{kind:?}: nothing");
    for (_, row) in table.rows() {
        assert!(row.resource.cells.width() <= kind.columns.len(), "{kind:?}");
        assert!(matches!(kind.cell(&row.resource, service::STATE), Cell::State(..) | Cell::None), "{kind:?} {}", row.resource.id);
        assert!(row.resource.parents.iter().all(|(parent, _)| service::kind(parent.0).is_some()), "{kind:?}: a parent of no kind");
        let arn = (kind.arn)(&row.resource, "123456789012", &crate::pilot::target("eu-west-1"));
        let named = arn.contains(row.resource.id.as_str()) || arn.contains(row.resource.name.as_str());
        assert!(arn.is_empty() || (arn.starts_with("arn:aws:") && named), "{kind:?}: {arn}");
        for metric in kind.metrics.iter().filter(|metric| (metric.published)(&row.resource)) {
            assert!(metric.dimensions(kind, &row.resource).is_some(), "{metric:?} of {}", row.resource.id);
        }
    }
    let row = pilot.state.selected().expect("a row").1;
    pilot.press("y");
    pilot
        .until(
            "the raw document",
            |state| matches!(state.screen(), quarterdeck::app::state::Screen::Raw(raw) if raw.document.value().is_some()),
        )
        .await;
    let quarterdeck::app::state::Screen::Raw(raw) = pilot.state.screen() else { unreachable!("the raw screen is open") };
    let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
    let names = [row.id.to_string(), last(row.id.as_str()), row.name.to_string()];
    assert!(raw.lines().iter().any(|line| names.iter().any(|name| line.as_str().contains(name))), "{kind:?}: {:?}", raw.lines());
}

fn table(state: &quarterdeck::app::state::State, kind: KindId) -> Option<&Table> {
    state.fleet.tables.get(&kind)
}

#[tokio::test]
async fn every_kind_lives_in_the_simulated_aws() {
    for kind in service::kinds() {
        lives(kind).await;
    }
}
