//! Movements of the cursor and of texts.

use crate::app::{
    acting, arranging,
    command::{COMMANDS, Command},
    effect::Effect,
    geometry, home, logging, overview,
    state::{Overlay, Screen, State},
    targets, turns,
};

#[derive(Clone, Copy)]
pub(in crate::app) enum Towards {
    Start,
    End,
}

/// A movement of the cursor or of a text.
#[derive(Clone, Copy)]
pub(super) enum Motion {
    By(isize),
    Screens(isize),
    Halves(isize),
    Start,
    End,
}

impl Motion {
    pub(super) fn of(command: Command) -> Option<Self> {
        Some(match command {
            Command::Down => Self::By(1),
            Command::Up => Self::By(-1),
            Command::PageDown => Self::Screens(1),
            Command::PageUp => Self::Screens(-1),
            Command::HalfDown => Self::Halves(1),
            Command::HalfUp => Self::Halves(-1),
            Command::Top => Self::Start,
            Command::Bottom => Self::End,
            _ => return None,
        })
    }

    /// Which way it goes: -1 up, 1 down.
    fn direction(self) -> isize {
        match self {
            Self::By(count) | Self::Screens(count) | Self::Halves(count) => count.signum(),
            Self::Start => -1,
            Self::End => 1,
        }
    }

    /// Where it leads from `at` on a screen of `height` lines; clamped by whoever knows the end.
    fn lead(self, at: usize, height: usize) -> usize {
        let height = height.max(2).cast_signed();
        match self {
            Self::By(rows) => at.saturating_add_signed(rows),
            Self::Screens(count) => at.saturating_add_signed(count * (height - 1)),
            Self::Halves(count) => at.saturating_add_signed(count * (height / 2)),
            Self::Start => 0,
            Self::End => usize::MAX,
        }
    }
}

/// Goes by rows, or by one entry of a box.
pub(in crate::app) fn roll(state: &mut State, rows: isize) -> Vec<Effect> {
    travel(state, Motion::By(rows))
}

pub(super) fn travel(state: &mut State, motion: Motion) -> Vec<Effect> {
    match (&state.nav.overlay, motion) {
        (Some(Overlay::Columns(_)), Motion::Screens(_) | Motion::Start | Motion::End) => {
            let height = geometry::column_rows(state.size);
            arranging::leap(state, |at| motion.lead(at, height));
            return Vec::new();
        }
        (Some(_), _) => {
            acting::travel(state, motion.direction());
            return Vec::new();
        }
        (None, _) => {}
    }
    match state.screen() {
        Screen::Home(_) => home::travel(state, |at, height| motion.lead(at, height)),
        Screen::Turns(_) => turns::travel(state, |at, height| motion.lead(at, height)),
        Screen::Overview(_) => overview::travel(state, motion.direction()),
        _ => scroll(state, motion),
    }
    Vec::new()
}

fn scroll(state: &mut State, motion: Motion) {
    let (size, charts) = (state.size, state.nav.charts);
    let State { nav, fleet, errors, journal, log, runs, .. } = state;
    let lines = geometry::text_lines(size);
    match nav.screens.last_mut() {
        Some(Screen::List(list)) => {
            if let Some(table) = fleet.tables.get(&list.kind.id) {
                list.view.jump(motion.lead(list.view.cursor(), geometry::list_rows(size, charts)), table);
            }
        }
        Some(Screen::Raw(raw)) => {
            let end = raw.lines().len().saturating_sub(lines);
            raw.scroll.top = motion.lead(raw.scroll.top, lines).min(end);
        }
        Some(Screen::Detail(reader)) => {
            let end = fleet
                .tables
                .get(&reader.key.kind)
                .and_then(|table| table.find(&reader.key))
                .map_or(0, |row| reader.kind.columns.len() + row.resource.tags.len() + row.findings.len() * 2 + DETAIL_HEADINGS);
            reader.scroll.top = motion.lead(reader.scroll.top, lines).min(end.saturating_sub(lines));
        }
        Some(Screen::Comparison(both)) => {
            both.scroll.top = motion.lead(both.scroll.top, lines).min(both.lines.len().saturating_sub(lines));
        }
        Some(Screen::Report(report)) => {
            report.scroll.top =
                motion.lead(report.scroll.top, lines).min(geometry::folded(&report.lines, size.0).len().saturating_sub(lines));
        }
        Some(Screen::Outcome(outcome)) => {
            let rows = runs.iter().find(|run| run.id == outcome.run).map_or(0, |run| run.rows.len());
            outcome.scroll.top = motion.lead(outcome.scroll.top, lines).min((rows * ROW_LINES + OUTCOME_LINES).saturating_sub(lines));
        }
        Some(Screen::Help(help)) => help.scroll.top = motion.lead(help.scroll.top, lines).min(HELP_LINES.saturating_sub(lines)),
        Some(Screen::Errors(scroll)) => scroll.top = motion.lead(scroll.top, lines).min((errors.len() * ERROR_LINES).saturating_sub(lines)),
        Some(Screen::Targets(roster)) => {
            let order = targets::order(fleet);
            roster.jump(motion.lead(roster.position(&order), geometry::target_rows(size)), &order);
        }
        Some(Screen::Log(scroll)) => {
            let end = log.value().map_or(0, |tail| logging::folded(tail, size.0).len()).saturating_sub(lines);
            scroll.top = motion.lead(scroll.top.min(end), lines).min(end);
        }
        Some(Screen::Journal(scroll)) => {
            let end = journal.value().map_or(0, |chronicle| chronicle.deeds.len() * geometry::DEED_LINES);
            scroll.top = motion.lead(scroll.top, lines).min(end.saturating_sub(lines));
        }
        Some(Screen::Home(_) | Screen::Turns(_) | Screen::Overview(_)) | None => {}
    }
}

/// Lines of the detail view beside its facts, tags and findings, generously; drawing clamps to the true end.
const DETAIL_HEADINGS: usize = 12;
/// Lines of help, generously.
const HELP_LINES: usize = COMMANDS.len() + 56;
/// Lines of one row of an outcome, and of what stands above them, generously.
const ROW_LINES: usize = 3;
const OUTCOME_LINES: usize = 12;
/// Lines of one failure in the errors view, generously.
const ERROR_LINES: usize = 5;
