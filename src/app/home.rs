//! The findings, which the program opens on: what is wrong anywhere, worst first, with a cursor that stays with its finding.

pub mod board;
mod words;

use std::{collections::HashSet, sync::Arc};

use board::{Board, Cause, Line};
use words::Words;

use super::{
    answers,
    fleet::{Change, Row, Slot},
    geometry,
    state::{Fleet, ListScreen, Panel, Screen, State},
    view::{Rows, View},
};
use crate::{
    model::{Key, KindId, Problem, Resource, TargetId},
    service::{self, Kind},
};

/// What a line of the findings is about, whatever its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// A row.
    Row(Key),
    /// The further rows of a cause.
    More(Cause),
}

/// All findings of the fleet, and what of them is wanted on the screen.
#[derive(Debug, Default)]
pub struct Findings {
    /// All of them, in order.
    pub board: Board,
    words: Words,
}

/// The screen: its cursor and its filter.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// The finding under the cursor; `None` for the first.
    mark: Option<Mark>,
    /// Where it was last.
    at: usize,
    top: usize,
    /// The filter as typed.
    pub filter_text: String,
}

/// How far the fleet has been looked at.
#[derive(Debug, Default, PartialEq)]
pub struct Sight<'a> {
    /// Places where every kind has been answered for, well or badly.
    pub answered: usize,
    /// All places in sight.
    pub places: usize,
    /// Lists of which only an earlier start knows.
    pub remembered: usize,
    /// What could not be seen: the place, the kind (`None` for the whole place), and why.
    pub unseen: Vec<(TargetId, Option<&'static Kind>, &'a Problem)>,
}

impl Home {
    /// The lines, and the position of the cursor among them.
    pub fn lines(&self, state: &State) -> (Vec<Line>, usize) {
        let lines = state.findings.board.lines(self.kept(&state.fleet), state.now);
        let found = self.mark.as_ref().and_then(|mark| lines.iter().position(|line| marks(&state.fleet, *line).as_ref() == Some(mark)));
        let at = if self.mark.is_none() { 0 } else { found.unwrap_or(self.at) };
        let last = lines.len().saturating_sub(1);
        (lines, at.min(last))
    }

    fn kept(&self, fleet: &Fleet) -> Option<(KindId, Slot)> {
        let Some(Mark::Row(key)) = &self.mark else { return None };
        Some((key.kind, fleet.tables.get(&key.kind)?.slot(key)?))
    }

    /// The first line of a window of `height` lines that scrolls no more than the cursor needs.
    pub fn first(&self, cursor: usize, count: usize, height: usize) -> usize {
        geometry::first(self.top, cursor, count, height)
    }
}

fn marks(fleet: &Fleet, line: Line) -> Option<Mark> {
    match line {
        Line::Row(cause, slot) => Some(Mark::Row(fleet.tables.get(&cause.kind)?.row(slot)?.key.clone())),
        Line::More(cause, _) => Some(Mark::More(cause)),
    }
}

/// The row of a line.
pub fn row(fleet: &Fleet, line: Line) -> Option<&Row> {
    match line {
        Line::Row(cause, slot) => fleet.tables.get(&cause.kind)?.row(slot),
        Line::More(..) => None,
    }
}

/// The findings in front, or behind the text in front.
fn home(state: &State) -> Option<&Home> {
    state.nav.screens.iter().rev().find_map(|screen| match screen {
        Screen::Home(home) => Some(home),
        _ => None,
    })
}

/// The row under the cursor of the findings.
pub(super) fn selected(state: &State) -> Option<(Key, Arc<Resource>)> {
    let (lines, at) = home(state)?.lines(state);
    let row = row(&state.fleet, *lines.get(at)?)?;
    Some((row.key.clone(), row.resource.clone()))
}

/// Moves the cursor to a line.
pub(super) fn travel(state: &mut State, lead: impl Fn(usize, usize) -> usize) {
    let Some((lines, at)) = home(state).map(|home| home.lines(state)) else { return };
    let to = lead(at, geometry::finding_rows(state.size)).min(lines.len().saturating_sub(1));
    let mark = lines.get(to).and_then(|line| marks(&state.fleet, *line));
    if let Some(Screen::Home(home)) = state.nav.screens.last_mut() {
        (home.mark, home.at) = (mark, to);
    }
}

/// Remembers where cursor and window are, so that the next step scrolls no more than it must and nothing jumps when a finding goes.
pub(super) fn settle(state: &mut State) {
    let Some((lines, at)) = home(state).map(|home| home.lines(state)) else { return };
    let height = geometry::finding_rows(state.size);
    let gone = |home: &Home| home.mark.is_some() && !lines.iter().any(|line| marks(&state.fleet, *line) == home.mark);
    let fresh = home(state).filter(|home| gone(home)).and(lines.get(at)).and_then(|line| marks(&state.fleet, *line));
    let home = state.nav.screens.iter_mut().rev().find_map(|screen| match screen {
        Screen::Home(home) => Some(home),
        _ => None,
    });
    if let Some(home) = home {
        home.top = home.first(at, lines.len(), height);
        home.at = at;
        home.mark = fresh.or(home.mark.take());
    }
}

/// Brings the findings up to date with a change of a table.
pub(super) fn absorb(state: &mut State, kind: KindId, change: &Change) {
    let State { fleet, findings: Findings { board, words }, now, sight, .. } = state;
    let Some(table) = fleet.tables.get(&kind) else { return };
    let seen = sight.over(fleet);
    let passes = |row: &Row| seen.shows(row.key.target) && words.pass(table.kind, row, fleet.place(row.key.target), *now);
    board.update(table, &change.gone, *now, passes);
    board.update(table, &change.touched, *now, passes);
}

/// Narrows the findings to what has these words; gives back what is wrong with them, and then changes nothing.
pub(super) fn filter(state: &mut State, text: &str) -> Result<(), String> {
    state.findings.words = Words::parse(text)?;
    if let Some(Screen::Home(home)) = state.nav.screens.last_mut() {
        text.clone_into(&mut home.filter_text);
    }
    renew(state);
    Ok(())
}

/// Decides anew which findings pass: those in sight that have the words of the filter.
pub(super) fn renew(state: &mut State) {
    let State { findings: Findings { board, words }, sight, .. } = state;
    if words.is_empty() && sight.is_whole() {
        board.widen();
    } else {
        board.narrow();
    }
    sift(state);
}

/// Decides about further findings.
pub(super) fn sift(state: &mut State) {
    let State { fleet, findings: Findings { board, words }, now, sight, .. } = state;
    let seen = sight.over(fleet);
    board.sift(|kind, slot| {
        let table = fleet.tables.get(&kind);
        let row = table.and_then(|table| Some((table.kind, table.row(slot)?)));
        row.is_some_and(|(kind, row)| seen.shows(row.key.target) && words.pass(kind, row, fleet.place(row.key.target), *now))
    });
}

/// Rows in sight by their worst finding, whatever the filter: notices, warnings, critical ones.
pub fn severities(state: &State) -> [usize; 3] {
    let board = &state.findings.board;
    let seen = state.seen();
    let Some(targets) = seen.targets() else { return board.severities() };
    targets.map(|target| board.in_target(target)).fold([0; 3], |sum, counts| std::array::from_fn(|at| sum[at] + counts[at]))
}

/// Goes to the findings, which lie under everything else.
pub(super) fn go(state: &mut State) {
    state.nav.overlay = None;
    match state.nav.screens.first() {
        Some(Screen::Home(_)) => state.nav.screens.truncate(1),
        _ => state.nav.screens = vec![Screen::Home(Home::default())],
    }
    resume(state);
}

/// Narrows the findings to what their screen says, where another has been narrowed meanwhile.
pub(super) fn resume(state: &mut State) {
    // It was accepted when it was typed.
    if let Some(Ok(words)) = home(state).map(|home| Words::parse(&home.filter_text)) {
        state.findings.words = words;
        renew(state);
    }
}

/// Opens the list of the finding under the cursor: with the cursor on its row, or narrowed to what is wrong where it stands for many.
pub(super) fn open(state: &mut State) {
    let Some((lines, at)) = home(state).map(|home| home.lines(state)) else { return };
    match lines.get(at) {
        Some(Line::Row(cause, slot)) => list(state, *cause, *slot, Rows::All),
        Some(Line::More(cause, _)) => {
            if let Some(slot) = state.findings.board.hidden(*cause) {
                list(state, *cause, slot, Rows::Findings);
            }
        }
        None => {}
    }
}

fn list(state: &mut State, cause: Cause, slot: Slot, rows: Rows) {
    let found = state.fleet.tables.get(&cause.kind).and_then(|table| Some((table.kind, table.row(slot)?.key.clone())));
    if let Some((kind, key)) = found {
        show(state, kind, key, rows);
    }
}

/// Opens the list of a kind over what is in front, with the cursor on a row.
pub(super) fn show(state: &mut State, kind: &'static Kind, key: Key, rows: Rows) {
    state.nav.screens.push(Screen::List(ListScreen { kind, parent: None, view: View::at(key, rows), marks: HashSet::new() }));
    answers::table(state, kind);
    answers::fill(state, kind.id);
}

/// Opens the list of the row under the cursor with its charts: findings have none.
pub(super) fn charts(state: &mut State) {
    open(state);
    if matches!(state.screen(), Screen::List(_)) {
        state.nav.charts = Panel::Open;
    }
}

/// How far what is in sight of the fleet has been looked at.
pub fn sight(state: &State) -> Sight<'_> {
    let mut sight = Sight::default();
    let seen = state.seen();
    for target in (0..state.fleet.targets.len()).map(|at| TargetId(at as u16)).filter(|target| seen.shows(*target)) {
        sight.places += 1;
        let (answered, failed) = look(state, target);
        sight.answered += usize::from(answered);
        sight.unseen.extend(failed);
    }
    let lists = service::watched().filter_map(|kind| state.fleet.tables.get(&kind.id));
    sight.remembered = lists.map(|table| table.remembered(&seen)).sum();
    sight
}

/// What could not be seen in one place.
type Unseen<'a> = Vec<(TargetId, Option<&'static Kind>, &'a Problem)>;

/// Whether everything in a place has been answered for, and what was answered badly.
pub fn look(state: &State, target: TargetId) -> (bool, Unseen<'_>) {
    let known = state.fleet.targets.get(usize::from(target.0));
    if let Some(problem) = known.and_then(|known| known.lapse.as_ref().or(known.identity.problem())) {
        return (true, vec![(target, None, problem)]);
    }
    let (mut answered, mut failed, mut kinds) = (true, Vec::new(), 0);
    for kind in service::watched() {
        let listing = state.fleet.tables.get(&kind.id).and_then(|table| table.listing(target, &None));
        kinds += 1;
        match listing {
            Some(listing) if listing.count.problem().is_some() => {
                failed.extend(listing.count.problem().map(|problem| (target, Some(kind), problem)));
            }
            Some(listing) => answered &= listing.count.value().is_some() && !listing.remembered(),
            None => answered = false,
        }
    }
    if failed.len() == kinds {
        failed.truncate(1);
        for (_, kind, _) in &mut failed {
            *kind = None;
        }
    }
    (answered, failed)
}

/// True where anything has been asked.
pub fn asked(state: &State, target: TargetId) -> bool {
    let mut tables = service::watched().filter_map(|kind| state.fleet.tables.get(&kind.id));
    tables.any(|table| table.listing(target, &None).is_some())
}

impl State {
    /// The kind of the row under the cursor, or of the list in front.
    pub fn kind(&self) -> Option<&'static Kind> {
        match self.surface()? {
            Screen::List(list) => Some(list.kind),
            _ => self.selected().and_then(|(key, _)| Some(self.fleet.tables.get(&key.kind)?.kind)),
        }
    }

    /// The screen with rows in front, or behind the text in front.
    pub fn surface(&self) -> Option<&Screen> {
        self.nav.screens.iter().rev().find(|screen| matches!(screen, Screen::List(_) | Screen::Home(_)))
    }
}

#[cfg(test)]
mod tests;
