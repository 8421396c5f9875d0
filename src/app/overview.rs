//! The fleet at a glance: a tile for each service and a cell for each account and region, and a cursor over both.

use std::collections::{BTreeMap, VecDeque};

use super::{
    effect::Effect,
    geometry, home,
    navigate::{self, Towards},
    state::{Screen, State},
    targets,
};
use crate::{
    model::{Key, KindId, TargetId},
    service::{self, Kind, Metric, Service, Shown},
};

/// Rows whose leading metric stands for that of their service.
const SAMPLED: usize = 24;

/// What the cursor is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The tile of a service, by its position.
    Tile(usize),
    /// An account and region.
    Cell(TargetId),
}

/// The screen: where the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// What the cursor is on.
    pub spot: Spot,
}

/// Rows whose leading metric was answered lately, by kind: what tiles draw, for nothing.
#[derive(Debug, Default)]
pub struct Samples(BTreeMap<KindId, VecDeque<Key>>);

impl Samples {
    /// Notes that the leading metric of a row is known.
    pub(super) fn note(&mut self, key: &Key) {
        let rows = self.0.entry(key.kind).or_default();
        if !rows.contains(key) {
            rows.push_back(key.clone());
            if rows.len() > SAMPLED {
                rows.pop_front();
            }
        }
    }

    /// The rows of a kind.
    pub fn of(&self, kind: KindId) -> impl Iterator<Item = &Key> {
        self.0.get(&kind).into_iter().flatten()
    }
}

/// The metric that stands for a service: the first that its first list shows.
pub fn leading(kind: &'static Kind) -> Option<(usize, &'static Metric)> {
    let rank = |metric: &Metric| match metric.shown {
        Shown::Row(rank, width) => (width == 0, rank),
        Shown::Wide(_) | Shown::Chart => (true, u8::MAX),
    };
    kind.metrics.iter().enumerate().min_by_key(|(_, metric)| rank(metric))
}

/// The accounts in sight, each with its regions, in the order of the view of targets.
pub fn accounts(state: &State) -> Vec<(&str, Vec<TargetId>)> {
    let mut accounts: Vec<(&str, Vec<TargetId>)> = Vec::new();
    let seen = state.seen();
    for target in targets::order(&state.fleet).into_iter().filter(|target| seen.shows(*target)) {
        let Some(known) = state.fleet.targets.get(usize::from(target.0)) else { continue };
        let profile = known.target.profile.as_str();
        match accounts.last_mut().filter(|(name, _)| *name == profile) {
            Some((_, regions)) => regions.push(target),
            None => accounts.push((profile, vec![target])),
        }
    }
    accounts
}

/// The regions in sight in the order in which they come, without repetition.
pub fn regions(state: &State) -> Vec<&str> {
    let mut regions: Vec<&str> = Vec::new();
    let seen = state.seen();
    for (_, known) in state.fleet.targets.iter().enumerate().filter(|(at, _)| seen.shows(TargetId(*at as u16))) {
        let region = known.target.region.as_str();
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions
}

/// Opens it on the service in front.
pub(super) fn open(state: &mut State) {
    if matches!(state.screen(), Screen::Overview(_)) {
        return;
    }
    let front = state.list().map(|list| list.kind);
    let at = front.and_then(|kind| service::ALL.iter().position(|service| service.kinds.contains(&kind)));
    state.nav.screens.push(Screen::Overview(Overview { spot: Spot::Tile(at.unwrap_or(0)) }));
}

/// One tile or cell on or back.
pub(super) fn step(state: &mut State, towards: Towards) {
    let by = match towards {
        Towards::End => 1,
        Towards::Start => -1,
    };
    shift(state, |spots, at| at.saturating_add_signed(by).min(spots.len() - 1));
}

/// One row of tiles or cells down or up; from the last row of tiles to the cells, and back.
pub(super) fn travel(state: &mut State, direction: isize) {
    let across = geometry::tiles_across(state.size.0);
    let tiles = service::ALL.len();
    let accounts: Vec<Vec<TargetId>> = accounts(state).into_iter().map(|(_, targets)| targets).collect();
    shift(state, |spots, at| match spots[at] {
        Spot::Tile(tile) => {
            let to = tile.saturating_add_signed(direction * across.cast_signed());
            if direction > 0 && to >= tiles {
                tiles.min(spots.len() - 1)
            } else if to < tiles {
                to
            } else {
                tile
            }
        }
        Spot::Cell(target) => match below(&accounts, target, direction) {
            Below::Cell(target) => spots.iter().position(|spot| *spot == Spot::Cell(target)).unwrap_or(at),
            Below::Tiles => tiles.saturating_sub(1),
            Below::Nothing => at,
        },
    });
}

/// What is above or below a cell.
enum Below {
    Cell(TargetId),
    /// Above the first row.
    Tiles,
    /// Below the last row.
    Nothing,
}

fn below(accounts: &[Vec<TargetId>], target: TargetId, direction: isize) -> Below {
    let place = accounts.iter().enumerate().find_map(|(row, targets)| Some((row, targets.iter().position(|known| *known == target)?)));
    let Some((row, column)) = place else { return Below::Nothing };
    let Some(row) = row.checked_add_signed(direction) else { return Below::Tiles };
    let cell = accounts.get(row).and_then(|targets| targets.get(column).or(targets.last()));
    cell.map_or(Below::Nothing, |target| Below::Cell(*target))
}

/// Moves the cursor among all spots in order.
fn shift(state: &mut State, to: impl Fn(&[Spot], usize) -> usize) {
    let cells = accounts(state).into_iter().flat_map(|(_, targets)| targets).map(Spot::Cell);
    let spots: Vec<Spot> = (0..service::ALL.len()).map(Spot::Tile).chain(cells).collect();
    if let Some(Screen::Overview(overview)) = state.nav.screens.last_mut() {
        let at = spots.iter().position(|spot| *spot == overview.spot).unwrap_or(0);
        overview.spot = spots[to(&spots, at)];
    }
}

/// Puts the cursor on a tile or a cell.
pub(super) fn point(state: &mut State, spot: Spot) {
    if let Some(Screen::Overview(overview)) = state.nav.screens.last_mut() {
        overview.spot = spot;
    }
}

/// Opens what is under the cursor: the list of a service, or the findings of a place.
pub(super) fn enter(state: &mut State) -> Vec<Effect> {
    let Screen::Overview(Overview { spot }) = state.screen() else { return Vec::new() };
    match *spot {
        Spot::Tile(at) => first(service::ALL[at]).into_iter().for_each(|kind| navigate::over(state, kind)),
        Spot::Cell(target) => {
            let known = state.fleet.targets.get(usize::from(target.0)).map(|known| known.target.clone());
            if let Some(place) = known {
                home::go(state);
                // Both names come from us, so the filter is understood.
                let _understood = home::filter(state, &format!("profile:{} region:{}", place.profile, place.region));
            }
        }
    }
    Vec::new()
}

/// The first level of a service.
pub fn first(service: &'static Service) -> Option<&'static Kind> {
    service.kinds.first().copied()
}

#[cfg(test)]
mod tests;
