//! Which places are in sight: findings, lists, changes and counts are of these accounts and regions only, whatever is listed behind them.

use super::{
    answers, home,
    overview::{Overview, Spot},
    state::{Fleet, Screen, State, Tone},
};
use crate::model::{
    TargetId,
    filter::{Place, glob},
};

/// What lets everything be seen again.
pub(super) const ALL: &str = "all";

/// Profiles and regions that are in sight, as patterns; `None` for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sight {
    /// Profiles, by name or account id.
    pub profile: Option<String>,
    /// Regions.
    pub region: Option<String>,
}

/// Which part of a place is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Profile,
    Region,
}

/// The targets in sight at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Option<Vec<bool>>);

impl Seen {
    /// True for a target in sight.
    pub fn shows(&self, target: TargetId) -> bool {
        self.0.as_ref().is_none_or(|seen| seen.get(usize::from(target.0)).is_none_or(|seen| *seen))
    }

    /// The targets in sight; `None` for all.
    pub fn targets(&self) -> Option<impl Iterator<Item = TargetId>> {
        let seen = self.0.as_ref()?;
        Some(seen.iter().enumerate().filter(|(_, seen)| **seen).map(|(at, _)| TargetId(at as u16)))
    }
}

impl Sight {
    /// True when nothing is out of sight.
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Which of the targets are in sight.
    pub fn over(&self, fleet: &Fleet) -> Seen {
        let shows = |at: usize| self.shows(fleet.place(TargetId(at as u16)));
        Seen((!self.is_whole()).then(|| (0..fleet.targets.len()).map(shows).collect()))
    }

    /// True when rows of this place are shown.
    pub fn shows(&self, place: Place<'_>) -> bool {
        let like =
            |pattern: &Option<String>, words: &[&str]| pattern.as_ref().is_none_or(|pattern| words.iter().any(|word| glob(pattern, word)));
        like(&self.profile, &[place.profile, place.account]) && like(&self.region, &[place.region])
    }

    /// The patterns in words, `prod eu-*`; `None` when everything is in sight.
    pub fn words(&self) -> Option<String> {
        let words: Vec<&str> = [&self.profile, &self.region].into_iter().flatten().map(String::as_str).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// Shows only the places whose profile or region is like this, or all of them. The error says which there are.
pub(super) fn look(state: &mut State, part: Part, words: &str) -> Result<(), String> {
    let pattern = (words != ALL).then(|| words.to_owned());
    let mut sight = state.sight.clone();
    match part {
        Part::Profile => sight.profile = pattern,
        Part::Region => sight.region = pattern,
    }
    let mut places = (0..state.fleet.targets.len()).map(|at| state.fleet.place(TargetId(at as u16)));
    if !places.any(|place| sight.shows(place)) {
        return Err(format!("nothing is like “{words}”: there is {}", known(state, part).join(", ")));
    }
    let told = sight.words().map_or_else(|| "every place is in sight".to_owned(), |words| format!("only {words} is in sight"));
    state.sight = sight;
    state.toast(Tone::Plain, &told);
    renew(state);
    Ok(())
}

/// Takes cursor and marks from what is out of sight, on every screen: nothing is acted on that is not to be seen.
pub(super) fn withdraw(state: &mut State) {
    let seen = state.sight.over(&state.fleet);
    for screen in &mut state.nav.screens {
        match screen {
            Screen::Overview(Overview { spot }) => {
                if matches!(spot, Spot::Cell(target) if !seen.shows(*target)) {
                    *spot = Spot::Tile(0);
                }
            }
            Screen::List(list) => list.marks.retain(|key| seen.shows(key.target)),
            _ => {}
        }
    }
}

/// Brings everything that is narrowed up to date: after a change of what is in sight, or of what a place is called.
pub(super) fn renew(state: &mut State) {
    withdraw(state);
    home::renew(state);
    let kinds = state.nav.screens.iter().filter_map(|screen| if let Screen::List(list) = screen { Some(list.kind.id) } else { None });
    let kinds: Vec<_> = kinds.collect();
    for kind in kinds {
        answers::rebuild(state, kind);
    }
}

impl State {
    /// The targets in sight.
    pub fn seen(&self) -> Seen {
        self.sight.over(&self.fleet)
    }
}

/// The profiles or the regions that there are, each once.
pub(super) fn known(state: &State, part: Part) -> Vec<String> {
    let word = |place: Place<'_>| match part {
        Part::Profile => place.profile.to_owned(),
        Part::Region => place.region.to_owned(),
    };
    let mut words: Vec<String> = (0..state.fleet.targets.len()).map(|at| word(state.fleet.place(TargetId(at as u16)))).collect();
    words.sort_unstable();
    words.dedup();
    words
}
