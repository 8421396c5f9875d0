//! What has changed while we watched: rows that came, went, or stand otherwise than before. Bounded, newest last.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use super::{
    effect::Effect,
    geometry, home,
    state::{Screen, State, Tone},
    view::Rows,
};
use crate::model::{Health, Key, Severity, Text};

/// Changes kept of the whole fleet.
const KEPT: usize = 2_000;
/// Changes kept of one row: one that comes and goes all the time does not push out the others.
const OF_ONE: usize = 40;

/// How a row stood at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The health of its state.
    pub health: Health,
    /// AWS's word for its state; empty where it has none.
    pub state: Text,
    /// How urgent the worst is that is wrong with it.
    pub worst: Option<Severity>,
}

/// One change of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The row.
    pub key: Key,
    /// Its name.
    pub name: Text,
    /// How it stood before; `None` for one that was not there.
    pub from: Option<Stand>,
    /// How it stands since; `None` for one that is gone.
    pub to: Option<Stand>,
    /// Why, in AWS's words where there are any.
    pub reason: Text,
}

/// A change and when it was seen.
#[derive(Debug)]
pub struct Seen {
    /// When.
    pub at: Timestamp,
    /// What.
    pub turn: Turn,
    /// Its number since the start.
    number: u64,
}

/// The changes seen.
#[derive(Debug, Default)]
pub struct Turns {
    log: VecDeque<Seen>,
    of: HashMap<Key, usize>,
    next: u64,
}

/// What the screen is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everything.
    Fleet,
    /// One row.
    Row,
}

/// The screen: about what, and where the cursor is.
#[derive(Debug, Clone)]
pub struct Lately {
    /// The row it was opened from, with its name.
    pub row: Option<(Key, Text)>,
    /// What it is about.
    pub scope: Scope,
    /// The number of the change under the cursor; `None` for the newest.
    cursor: Option<u64>,
    top: usize,
}

impl Turns {
    /// Takes changes that have just been seen.
    pub(super) fn note(&mut self, now: Timestamp, turns: Vec<Turn>) {
        for turn in turns {
            let count = self.of.entry(turn.key.clone()).or_default();
            *count += 1;
            let excess = if *count > OF_ONE { self.log.iter().position(|seen| seen.turn.key == turn.key) } else { None };
            self.log.push_back(Seen { at: now, turn, number: self.next });
            self.next += 1;
            match excess {
                Some(at) => self.forget(at),
                None if self.log.len() > KEPT => self.forget(0),
                None => {}
            }
        }
    }

    fn forget(&mut self, at: usize) {
        let Some(seen) = self.log.remove(at) else { return };
        if let Some(count) = self.of.get_mut(&seen.turn.key) {
            *count -= 1;
            if *count == 0 {
                self.of.remove(&seen.turn.key);
            }
        }
    }

    /// The changes of the fleet or of a row, newest first.
    pub fn newest<'a>(&'a self, of: Option<&'a Key>) -> impl Iterator<Item = &'a Seen> {
        self.log.iter().rev().filter(move |seen| of.is_none_or(|key| seen.turn.key == *key))
    }
}

impl Lately {
    /// The row it is about; `None` for all.
    pub fn about(&self) -> Option<&Key> {
        self.row.as_ref().filter(|_| self.scope == Scope::Row).map(|(key, _)| key)
    }

    /// The changes in sight, and the position of the cursor among them.
    pub fn lines<'a>(&'a self, state: &'a State) -> (Vec<&'a Seen>, usize) {
        let seen = state.seen();
        let lines: Vec<&Seen> = state.turns.newest(self.about()).filter(|change| seen.shows(change.turn.key.target)).collect();
        let at = self.cursor.map_or(0, |number| lines.partition_point(|seen| seen.number > number));
        let last = lines.len().saturating_sub(1);
        (lines, at.min(last))
    }

    /// The first line of a window of `height` lines that scrolls no more than the cursor needs.
    pub fn first(&self, cursor: usize, count: usize, height: usize) -> usize {
        geometry::first(self.top, cursor, count, height)
    }
}

fn front(state: &State) -> Option<&Lately> {
    match state.screen() {
        Screen::Turns(lately) => Some(lately),
        _ => None,
    }
}

/// Opens the changes: of the row under the cursor of a list, of everything elsewhere. Where they are open, the other of the two.
pub(super) fn open(state: &mut State) {
    let row = state.selected().map(|(key, row)| (key, row.name.clone()));
    let listed = matches!(state.screen(), Screen::List(_) | Screen::Detail(_) | Screen::Raw(_));
    if let Some(Screen::Turns(lately)) = state.nav.screens.last_mut() {
        match (lately.scope, &lately.row) {
            (Scope::Fleet, Some(_)) => (lately.scope, lately.cursor) = (Scope::Row, None),
            (Scope::Fleet, None) => state.toast(Tone::Plain, "no row was under the cursor when this was opened"),
            (Scope::Row, _) => (lately.scope, lately.cursor) = (Scope::Fleet, None),
        }
        return;
    }
    let scope = if row.is_some() && listed { Scope::Row } else { Scope::Fleet };
    state.nav.screens.push(Screen::Turns(Lately { row, scope, cursor: None, top: 0 }));
}

/// Moves the cursor.
pub(super) fn travel(state: &mut State, lead: impl Fn(usize, usize) -> usize) {
    let height = geometry::turn_rows(state.size);
    let Some((lines, at)) = front(state).map(|lately| lately.lines(state)) else { return };
    let to = lead(at, height).min(lines.len().saturating_sub(1));
    // At the top the cursor stays with what comes next.
    let number = lines.get(to).filter(|_| to > 0).map(|seen| seen.number);
    let count = lines.len();
    if let Some(Screen::Turns(lately)) = state.nav.screens.last_mut() {
        lately.cursor = number;
        lately.top = lately.first(to, count, height);
    }
}

/// Goes to the row of the change under the cursor.
pub(super) fn go(state: &mut State) -> Vec<Effect> {
    let Some(turn) = front(state).and_then(|lately| {
        let (lines, at) = lately.lines(state);
        lines.get(at).map(|seen| seen.turn.clone())
    }) else {
        return Vec::new();
    };
    let found = state.fleet.tables.get(&turn.key.kind).filter(|table| table.find(&turn.key).is_some()).map(|table| table.kind);
    match found {
        Some(kind) => home::show(state, kind, turn.key, Rows::All),
        None => state.toast(Tone::Plain, &format!("{} is gone", turn.name)),
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
