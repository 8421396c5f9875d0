//! How much is at stake: which part of its group a plan takes out of service, and what has to be typed before it is done.
//!
//! Invariant: says nothing of a group that was not listed to its end.

use std::collections::BTreeMap;

use super::Planned;
use crate::{
    app::state::State,
    model::{Cell, Health, KindId, Missing, Resource, Severity, TargetId, Text},
    service::{Action, Consequence, Kind, Risk, SHARE, STATE, policy::Confirm},
};

/// A group in a target.
type Group = (TargetId, Text);

/// Members of a group that serve: all of them, and those that the plan is about.
#[derive(Debug, Clone, Copy, Default)]
struct Serving {
    all: usize,
    planned: usize,
}

/// Adds to the rows of a plan what it leaves of their groups; true when a group loses more than the share that is let pass.
pub(super) fn weigh(state: &State, action: &Action, kind: &Kind, rows: &mut [Planned]) -> Stakes {
    let Some(of) = action.out_of else { return Stakes::Usual };
    let groups = serving(state, kind, of, rows);
    let mut stakes = Stakes::Usual;
    for row in rows.iter_mut().filter(|row| serves(kind, &row.resource)) {
        let Some(group) = group(&row.resource, of) else { continue };
        let Some(count) = groups.get(&(row.key.target, group.clone())) else { continue };
        if count.planned * 100 > SHARE * count.all {
            stakes = Stakes::High;
        }
        row.consequences.push(told(&group, *count));
    }
    stakes
}

/// How much of a group a plan concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stakes {
    /// No group is known to lose much.
    Usual,
    /// A group loses more than a fifth of what serves.
    High,
}

/// The groups of the rows of which every member is listed.
fn serving(state: &State, kind: &Kind, of: KindId, rows: &[Planned]) -> BTreeMap<Group, Serving> {
    let mut groups: BTreeMap<Group, Serving> = BTreeMap::new();
    for row in rows.iter().filter(|row| serves(kind, &row.resource)) {
        let group = group(&row.resource, of).map(|group| (row.key.target, group)).filter(|group| listed(state, kind, of, group));
        if let Some(group) = group {
            groups.entry(group).or_default().planned += 1;
        }
    }
    if groups.is_empty() {
        return groups;
    }
    let all = state.fleet.tables.get(&kind.id).into_iter().flat_map(crate::app::fleet::Table::rows);
    for (_, row) in all.filter(|(_, row)| serves(kind, &row.resource)) {
        let known = group(&row.resource, of).and_then(|group| groups.get_mut(&(row.key.target, group)));
        if let Some(count) = known {
            count.all += 1;
        }
    }
    groups
}

/// True when all of its members are known: the region was listed to its end, or what is within the group.
fn listed(state: &State, kind: &Kind, of: KindId, (target, group): &Group) -> bool {
    let Some(table) = state.fleet.tables.get(&kind.id) else { return false };
    let complete = |part| {
        let listing = table.listing(*target, &part);
        listing.is_some_and(|known| known.count.as_of().is_some() && known.missing.iter().all(|gap| gap.of != Missing::Rows))
    };
    complete(None) || complete(Some((of, group.clone())))
}

fn group(row: &Resource, of: KindId) -> Option<Text> {
    row.parents.iter().find(|(kind, _)| *kind == of).map(|(_, id)| id.clone())
}

/// What its state says; whether it is healthy to those who use it is not known here.
fn serves(kind: &Kind, row: &Resource) -> bool {
    kind.column(STATE).is_some_and(|at| matches!(row.cells.get(at), Some(Cell::State(Health::Ok, _))))
}

fn told(group: &Text, Serving { all, planned }: Serving) -> Consequence {
    let (severity, text) = match (planned, all) {
        (1, 1) => (Severity::Critical, format!("it is the last of {group} that serves")),
        (planned, all) if planned >= all => (Severity::Critical, format!("all {all} of {group} that serve: none is left")),
        (planned, all) => {
            let percent = planned * 100 / all;
            let severity = if planned * 100 > SHARE * all { Severity::Warning } else { Severity::Notice };
            (severity, format!("{planned} of the {all} of {group} that serve ({percent} %)"))
        }
    };
    Consequence { severity, text: Text::new(&text) }
}

/// What must be typed: for a loss, for much of a group, for more rows than `many` and where a policy wants it, the name of the one, or the
/// count of several.
pub(super) fn expected(action: &Action, rows: &[Planned], confirm: Confirm, many: usize, stakes: Stakes) -> Option<String> {
    let grave = action.risk == Risk::Destructive || confirm == Confirm::Typed;
    let typed = grave || stakes == Stakes::High || rows.len() > many;
    typed.then(|| word(rows))
}

/// The name of the one, or the count of several.
pub(in crate::app) fn word(rows: &[Planned]) -> String {
    match rows {
        [row] => row.resource.name.to_string(),
        rows => rows.len().to_string(),
    }
}
