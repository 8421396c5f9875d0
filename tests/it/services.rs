//! What holds for every service, today's and tomorrow's.

use std::collections::HashSet;

use futures::future::join_all;
use quarterdeck::{
    app::{
        fleet::Table,
        state::{Overlay, Policy, State},
    },
    model::{Cell, KindId, TargetId},
    service::{self, Back, End, Kind, Place, Relation, Shown},
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

#[test]
fn every_kind_has_a_line_for_the_cli_and_a_page_in_the_console() {
    for kind in service::kinds() {
        assert!(kind.cli.split(' ').nth(1).is_some_and(|call| call.starts_with("describe-") || call.starts_with("get-")), "{kind:?}");
        assert!(kind.console.contains("region={region}") && !kind.console.starts_with('/'), "{kind:?}");
    }
}

#[test]
fn every_relation_names_what_is_there() {
    for kind in service::kinds() {
        for Relation { title, to, here, there, .. } in kind.related {
            assert!(service::kinds().any(|known| std::ptr::eq(known, *to)), "{kind:?}: {title} leads to a kind of no service");
            for (end, of) in [(here, kind), (there, *to)] {
                assert!(end.column().is_none_or(|id| of.column(id).is_some()), "{kind:?}: {title} looks into no column of {of:?}");
                assert!(
                    !matches!(end, End::Parent(parent) if service::kind(parent.0).is_none()),
                    "{kind:?}: {title} by a parent of no kind"
                );
            }
        }
        assert!(unique(kind.related.iter().map(|relation| relation.title)), "{kind:?}");
    }
}

#[test]
fn every_relation_leads_back() {
    for kind in service::kinds() {
        for relation in kind.related.iter().filter(|relation| relation.back == Back::Declared) {
            let turned = |other: &Relation| other.to == kind && (other.here, other.there) == (relation.there, relation.here);
            assert!(relation.to.related.iter().any(turned), "{:?} has no way back to {kind:?} for {}", relation.to, relation.title);
        }
    }
}

/// Every kind of the simulated AWS, listed.
async fn everything() -> Pilot {
    let sim = sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    for kind in service::kinds() {
        pilot.enter(&format!(":{}", kind.id));
        pilot
            .until("the whole list", |state| {
                table(state, kind.id)
                    .is_some_and(|table| table.listing(TargetId(0), &None).is_some_and(|listing| listing.count.as_of().is_some()))
            })
            .await;
    }
    pilot
}

/// The rows that a list shows.
fn shown(state: &State) -> usize {
    state.list().map_or(0, |list| list.view.order().len())
}

/// Goes along a relation from one row after the other until it leads to something.
async fn leads(pilot: &mut Pilot, kind: &'static Kind, relation: &'static Relation) -> bool {
    pilot.enter(&format!(":{}", kind.id));
    let told = |state: &State| {
        let mut rows = table(state, kind.id).into_iter().flat_map(Table::rows);
        relation.back == Back::Declared || rows.any(|(_, row)| relation.here.any(relation.here.place(kind), &row.resource, |_| true))
    };
    pilot.until(relation.title, told).await;
    pilot.press("g");
    for _ in 0..shown(&pilot.state) {
        pilot.press("r");
        let branch = match &pilot.state.nav.overlay {
            Some(Overlay::Related(related)) => related.branches.iter().position(|branch| branch.tie.relation == relation),
            _ => None,
        };
        if let Some(at) = branch {
            (0..at).for_each(|_| pilot.press("j"));
            pilot.press("Enter");
            pilot
                .until("the list behind a relation", |state| {
                    let list = state.list().expect("a list");
                    let known = table(state, list.kind.id).and_then(|table| table.listing(TargetId(0), &list.view.part()));
                    let looking = state.fleet.targets[0].look.loading();
                    // What was there when it was listed may be gone by now: then another row is tried.
                    let told = known.is_some_and(|listing| listing.count.as_of().is_some() || listing.count.problem().is_some());
                    shown(state) > 0 || (told && !looking)
                })
                .await;
            if shown(&pilot.state) > 0 {
                return true;
            }
        }
        pilot.press("Esc");
        pilot.press("j");
    }
    false
}

#[tokio::test]
async fn every_relation_leads_somewhere_in_the_simulated_aws() {
    let mut pilot = everything().await;
    for kind in service::kinds() {
        for relation in kind.related {
            assert!(leads(&mut pilot, kind, relation).await, "{kind:?}: {} leads nowhere", relation.title);
        }
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
        let here = ("123456789012", &crate::pilot::target("eu-west-1"));
        let (line, page) = (kind.command_line(&row.resource, here, None), kind.page(&row.resource, here));
        assert!(line.starts_with("aws ") && line.ends_with(" --region eu-west-1 --profile test") && !line.contains("''"), "{line}");
        assert!(page.starts_with("https://eu-west-1.console.aws.amazon.com/") && !page.contains(['{', ' ']), "{page}");
        assert!(!page.contains("//functions") && !page.ends_with(['/', '=']) && !page.contains("=;"), "{page}");
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
    join_all(service::kinds().map(lives)).await;
}
