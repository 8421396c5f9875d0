//! What the screen in front waits for: whatever takes longer than a moment is seen to take time.

use jiff::Timestamp;

use super::state::{ListScreen, Overlay, Screen, State};
use crate::model::{Remote, TargetId, remote::Asking};

/// Milliseconds that an answer may take without a word about it.
const MOMENT: i128 = 300;

/// True while the screen in front waits for something to show, however short a time.
pub fn anything(state: &State) -> bool {
    first(state).is_some()
}

/// Since when the screen in front has been waiting for something to show, once that takes longer than a moment.
pub fn since(state: &State) -> Option<Timestamp> {
    first(state).filter(|since| state.now.duration_since(*since).as_millis() >= MOMENT)
}

fn first(state: &State) -> Option<Timestamp> {
    if let Some(Overlay::Plan(plan)) = &state.nav.overlay {
        return asked(&plan.probe);
    }
    match state.screen() {
        Screen::List(list) => listed(state, list),
        Screen::Raw(raw) => asked(&raw.document),
        Screen::Comparison(both) => both.sides.iter().filter_map(|side| asked(&side.document)).min(),
        Screen::Journal(_) => asked(&state.journal),
        Screen::Log(_) => asked(&state.log),
        _ => None,
    }
}

/// Where something is there already, asking again is nobody's wait.
fn asked<T>(remote: &Remote<T>) -> Option<Timestamp> {
    match (remote.value(), remote.asking()) {
        (None, Asking::Loading { since }) => Some(*since),
        _ => None,
    }
}

fn listed(state: &State, list: &ListScreen) -> Option<Timestamp> {
    let (table, part) = (state.fleet.tables.get(&list.kind.id)?, list.view.part());
    let shown = |target: &TargetId| list.view.target().is_none_or(|only| only == *target);
    let targets = (0..state.fleet.targets.len()).map(|at| TargetId(at as u16)).filter(shown);
    let listings = targets.filter_map(|target| table.listing(target, &part));
    let awaited = listings.filter_map(|listing| match listing.count.asking() {
        Asking::Loading { since } if listing.count.value().is_none() || listing.remembered() => Some(*since),
        _ => None,
    });
    awaited.min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{
        command::Command,
        effect::Effect,
        forming::tests::{bring, things},
        msg::Msg,
        update,
    };

    fn later(state: &mut State, milliseconds: i64) -> Vec<Effect> {
        let now = state.now.saturating_add(jiff::SignedDuration::from_millis(milliseconds)).expect("in range");
        update(state, Msg::Tick(now))
    }

    #[test]
    fn a_wait_is_told_after_a_moment_and_a_refresh_is_none() {
        let mut state = things(&["a"]);
        update(&mut state, Msg::Do(Command::Yaml));
        assert_eq!(since(&state), None);
        later(&mut state, 300);
        assert_eq!(since(&state), Some(Timestamp::UNIX_EPOCH));
        update(&mut state, Msg::Do(Command::Back));
        update(&mut state, Msg::Do(Command::Refresh));
        later(&mut state, 900);
        assert_eq!(since(&state), None);
    }

    #[test]
    fn a_list_that_comes_for_the_first_time_is_waited_for_until_it_is_whole() {
        let mut state = things(&["a"]);
        update(&mut state, Msg::Do(Command::Open));
        let effects = later(&mut state, 250);
        later(&mut state, 400);
        assert!(since(&state).is_some());
        bring(&mut state, &effects, Vec::new());
        assert_eq!(since(&state), None);
    }
}
