//! What counts as unhealthy, as the tables say it, held against what the services find.

use std::{collections::HashSet, path::Path};

use quarterdeck::{
    app::state::{Policy, Screen, State},
    service::{self, Kind},
};

use quarterdeck::sim::Sim;

use crate::pilot::{Pilot, door, sim_with_a_deployment_under_way, sim_with_a_failed_deployment};

/// Every sign of a kind: of its rows and of its metrics.
fn signs(kind: &'static Kind) -> impl Iterator<Item = &'static service::Sign> {
    let concerns = kind.metrics.iter().filter_map(|metric| metric.bad_when.as_ref()).map(|concern| &concern.sign);
    kind.signs.iter().chain(concerns)
}

fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default().split("#[cfg(test)]").next().unwrap_or_default().to_owned();
    entries.map(|path| if path.is_dir() { sources(&path) } else { text(&path) }).collect()
}

#[test]
fn a_code_means_one_thing_in_a_kind_and_is_said_in_a_sentence() {
    for kind in service::kinds() {
        let mut seen = HashSet::new();
        for sign in signs(kind) {
            assert!(seen.insert(sign.code), "{kind:?}: {} twice", sign.code);
            assert!(sign.code.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !sign.means.ends_with('.'), "{sign:?}");
        }
    }
}

/// That every code found is declared, debug builds hold wherever a row is merged.
#[test]
fn every_code_declared_is_found_somewhere() {
    let text = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service"));
    for sign in service::kinds().flat_map(|kind| kind.signs) {
        assert!(text.matches(&format!("\"{}\"", sign.code)).count() > 1, "nothing finds {}", sign.code);
    }
}

#[test]
fn kinds_with_findings_of_their_own_are_watched_or_told_by_what_they_belong_to() {
    for kind in service::kinds().filter(|kind| !kind.signs.is_empty() && kind.tier.every().is_none()) {
        let told = service::watched().any(|above| above.opens.contains(&kind) && !above.signs.is_empty());
        let below = service::kinds().filter(|above| above.opens.contains(&kind)).any(|above| above.tier.every().is_none());
        assert!(told || below, "{kind:?}: nobody sees what is wrong with it");
    }
}

/// From the start of the demonstration: a failing deployment with its reason, its metrics and its stopped tasks, in six keys; while it is
/// still tried, from the first task that failed on, and after it was given up.
#[tokio::test]
async fn a_failing_deployment_is_found_within_six_keys_at_any_minute() {
    found(&sim_with_a_deployment_under_way(40), "tasks-failing", "is failing").await;
    found(&sim_with_a_deployment_under_way(150), "tasks-failing", "none of it runs").await;
    found(&sim_with_a_failed_deployment(), "rollout-failed", "circuit breaker").await;
}

async fn found(sim: &Sim, code: &str, told: &str) {
    let mut pilot = Pilot::at_the_findings(door(sim), &["eu-west-1", "us-east-1"], Policy::Operator);
    let deployment = |state: &State| {
        let Screen::Home(home) = state.screen() else { return None };
        let (lines, _) = home.lines(state);
        lines.iter().position(|line| matches!(line, quarterdeck::app::home::board::Line::Row(cause, _) if cause.code == code))
    };
    pilot.until("everything has been answered for", |state| quarterdeck::app::home::sight(state).answered == 2).await;
    // What has begun within the hour leads: on the smallest screen it is under the cursor.
    let at = deployment(&pilot.state).unwrap_or_else(|| panic!("the demonstration has a failing deployment: {code}"));
    assert_eq!(at, 0, "{code}");
    let mut keys = 0;
    let mut press = |pilot: &mut Pilot, key: &str| {
        pilot.press(key);
        keys += 1;
    };
    (0..at).for_each(|_| press(&mut pilot, "j"));
    let reason = pilot.state.selected().and_then(|(key, _)| {
        let row = pilot.state.fleet.tables.get(&key.kind)?.find(&key)?;
        row.findings.iter().find(|finding| finding.code == code).map(|finding| finding.reason.clone())
    });
    assert!(reason.as_ref().is_some_and(|reason| reason.as_str().contains(told)), "the reason is there in words: {reason:?}");
    press(&mut pilot, "Enter");
    assert_eq!(pilot.state.list().map(|list| list.kind.id.0), Some("ecs-services"));
    press(&mut pilot, "m");
    let service = pilot.state.selected().expect("the service").0;
    pilot
        .until("its metrics", |state| state.metrics.iter().any(|(reading, known)| reading.key == service && known.value().is_some()))
        .await;
    press(&mut pilot, "Enter");
    assert_eq!(pilot.state.list().map(|list| list.kind.id.0), Some("ecs-tasks"));
    pilot
        .until("a stopped task with its reason", |state| {
            let table = state.list().and_then(|list| Some((list, state.fleet.tables.get(&list.kind.id)?)));
            table.is_some_and(|(list, table)| {
                let rows = list.view.order().iter().filter_map(|slot| table.row(*slot));
                rows.flat_map(|row| &row.findings).any(|finding| finding.code == "task-stopped" && finding.reason.as_str().len() > 20)
            })
        })
        .await;
    assert!(keys <= 6, "{keys} keys");
}
