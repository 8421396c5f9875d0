//! How many rows there are, how many of them something is wrong with, and in which states they are: of all targets, or of those in sight.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Table, turning::Past};
use crate::{
    app::sight::Seen,
    model::{Health, TargetId, Text},
};

/// Rows, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub rows: usize,
    /// Those that something is wrong with.
    pub unwell: usize,
    /// By their state.
    states: BTreeMap<Text, (Health, usize)>,
}

impl Tally {
    /// The states that rows are in, in AWS's words, with what each means and how many rows are in it.
    pub fn states(&self) -> impl Iterator<Item = (&Text, Health, usize)> {
        self.states.iter().map(|(word, (health, count))| (word, *health, *count))
    }

    /// Takes a row as it stands now in the place of what it was.
    fn turn(&mut self, before: Option<&Past>, now: Option<&Past>) {
        self.rows = self.rows + usize::from(now.is_some()) - usize::from(before.is_some());
        let unwell = |past: Option<&Past>| usize::from(past.is_some_and(|past| past.unwell));
        self.unwell = self.unwell + unwell(now) - unwell(before);
        let (from, to) = (before.map(|past| &past.stand), now.map(|past| &past.stand));
        if from.map(|stand| &stand.state) != to.map(|stand| &stand.state) {
            if let Some(stand) = to {
                self.enter(&stand.state, stand.health, 1);
            }
            if let Some(stand) = from {
                self.leave(&stand.state);
            }
        }
    }

    fn enter(&mut self, state: &Text, health: Health, count: usize) {
        match self.states.get_mut(state) {
            Some((_, known)) => *known += count,
            None => drop(self.states.insert(state.clone(), (health, count))),
        }
    }

    fn leave(&mut self, state: &Text) {
        if let Some((_, count)) = self.states.get_mut(state) {
            *count -= 1;
            if *count == 0 {
                self.states.remove(state);
            }
        }
    }

    fn with(mut self, other: &Self) -> Self {
        self.rows += other.rows;
        self.unwell += other.unwell;
        other.states().for_each(|(state, health, count)| self.enter(state, health, count));
        self
    }
}

impl Table {
    /// The rows of the targets in sight, counted.
    pub fn tally(&self, seen: &Seen) -> Cow<'_, Tally> {
        match seen.targets() {
            None => Cow::Borrowed(&self.whole),
            Some(targets) => Cow::Owned(targets.filter_map(|target| self.tallies.get(&target)).fold(Tally::default(), Tally::with)),
        }
    }

    /// Counts a row of a target as it stands now in the place of what it was.
    pub(super) fn count(&mut self, target: TargetId, before: Option<&Past>, now: Option<&Past>) {
        self.whole.turn(before, now);
        self.tallies.entry(target).or_default().turn(before, now);
    }
}
