//! `draw(frame, &State, &Look)`: all rendering, one screen region a file.
//!
//! Invariant: pure. No clock (time is `state.now`), no IO, no mutation, no lock; only the rows in view are ever looked at.

mod age;
mod arranging;
mod charts;
mod choosing;
mod comparison;
mod detail;
mod errors;
mod footer;
mod form;
mod front;
mod glyph;
mod header;
mod help;
mod home;
mod journal;
mod label;
pub mod layout;
mod lines;
mod list;
mod log;
mod menu;
mod metric;
mod offers;
mod only;
mod outcome;
mod overview;
mod panel;
mod paragraph;
mod pen;
pub mod places;
mod plan;
mod prompt;
mod raw;
mod reader;
mod reason;
mod report;
mod rule;
mod small;
mod strip;
pub mod svg;
mod tabs;
mod targets;
mod text;
pub mod theme;
mod themes;
mod turns;
mod wheel;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::app::{
    command::Command,
    state::{Overlay, Screen, State},
};
use choosing::Choosing;
use front::Front;
use layout::Areas;
pub use text::cut;
use theme::{Charset, Theme};

/// What drawing needs besides the state: the theme, and the present key of each command.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Styles and charset.
    pub theme: &'a Theme,
    /// The key of a command as shown, `Ctrl-f`; empty when it has none.
    pub keys: &'a dyn Fn(Command) -> String,
}

impl Look<'_> {
    /// The key of a command in the letters that the terminal has; empty when it has none.
    fn key(&self, command: Command) -> String {
        let key = (self.keys)(command);
        if self.theme.charset == Charset::Ascii { glyph::key_in_ascii(&key) } else { key }
    }
}

/// Draws the whole screen.
///
/// ```text
///  quarterdeck  │ prod 1234… ● eu-west-1 ✗ us-east-1 denied        READ-ONLY   14:02:31Z    header, targets
///  Findings 7 │ EC2 412 !3 │ ECS 9 │ Lambda 230 │ …                                         tabs
/// ─ EC2 instances ─ 37 of 412 ─ state:running ─────────── sort: NAME ▲ ─ 10 s old ─         list::title
///     NAME        ID            STATE       TYPE        CPU                 REGION          list
/// ▌ ▲ web-1a      i-0abc…       ● running   m6i.large   ▂▃▅▆▇▇▇     87 %    eu-west-1
///  ✓  web-1b      i-0def…       ● running   m6i.large   ▂▂▂▃▂▂▂     21 %    eu-west-1
/// ─ web-1a ─ CPUUtilization · Average · 5 min ─ last 3 h ── 87 % at 14:00 ─                 charts
///    100 % ┤                     ⡠⠊⠉⠉⠒⠤⠤⠒⠉
///      0 % ┤⣀⣀⣀⡠⠤⠒⠒⠊⠉⠉
///           11:00       12:00       13:00
///  ▲ system status check failed for 12m – stop and start it     ◐ stop 12/40 done           reason
///  ? help  / filter  ⏎ open  a act  m metrics                                               footer, prompt
/// ```
///
/// The action menu and plans lie over it; findings, details, raw documents, help and errors take the place of list and charts.
pub fn draw(frame: &mut Frame<'_>, state: &State, look: &Look<'_>) {
    let area = frame.area();
    let buffer = frame.buffer_mut();
    let cursor = if small::too_small(area) {
        small::draw(buffer, area, state, look.theme);
        None
    } else {
        screen(buffer, area, state, look)
    };
    if look.theme.charset == Charset::Ascii {
        glyph::to_ascii(buffer);
    }
    look.theme.paint(buffer);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
}

/// What a plan says on the screen, as plain lines for whoever has none.
pub fn planned(state: &State, plan: &crate::app::state::Plan, theme: &Theme, width: usize) -> Vec<String> {
    plan::plain(state, plan, theme, width)
}

/// Draws every region; gives the place of the text cursor when something is being typed.
fn screen(buffer: &mut Buffer, area: Rect, state: &State, look: &Look<'_>) -> Option<Position> {
    let areas = layout::areas(area, state);
    header::draw(buffer, areas.header, state, look.theme);
    tabs::draw(buffer, areas.tabs, state, look.theme);
    front(buffer, &areas, state, look);
    reason::draw(buffer, areas.reason, state, look.theme);
    let typing = footer::draw(buffer, areas.footer, state, look);
    overlay(buffer, areas.middle(), state, look).or(typing)
}

fn front(buffer: &mut Buffer, areas: &Areas, state: &State, look: &Look<'_>) {
    match state.screen() {
        Screen::Home(home) => home::draw(buffer, areas, home, state, look),
        Screen::Overview(overview) => overview::draw(buffer, areas, overview, state, look),
        Screen::Turns(lately) => turns::draw(buffer, areas, lately, state, look),
        Screen::List(_) => {
            let Some(front) = Front::of(state) else { return };
            list::title::draw(buffer, areas.title, &front, look.theme);
            list::draw(buffer, areas, &front, look);
            charts::draw(buffer, areas.charts, &front, look.theme);
        }
        Screen::Detail(reader) => detail::draw(buffer, areas, state, reader, look.theme),
        Screen::Raw(raw) => raw::draw(buffer, areas, state, raw, look),
        Screen::Comparison(both) => comparison::draw(buffer, areas, both, look),
        Screen::Report(report) => report::draw(buffer, areas, state, report, look.theme),
        Screen::Outcome(outcome) => outcome::draw(buffer, areas, state, outcome, look),
        Screen::Help(help) => help::draw(buffer, areas, state, help, look),
        Screen::Targets(roster) => targets::view::draw(buffer, areas, roster, state, look),
        Screen::Log(scroll) => log::draw(buffer, areas, state, *scroll, look.theme),
        Screen::Journal(scroll) => journal::draw(buffer, areas, state, *scroll, look.theme),
        Screen::Errors(scroll) => errors::draw(buffer, areas, state, *scroll, look.theme),
    }
}

fn overlay(buffer: &mut Buffer, area: Rect, state: &State, look: &Look<'_>) -> Option<Position> {
    let overlay = state.nav.overlay.as_ref()?;
    if let Some(choosing) = Choosing::of(overlay) {
        choosing.draw(buffer, area, look.theme);
    }
    match overlay {
        Overlay::Menu(menu) => menu::draw(buffer, area, state, menu, look),
        Overlay::Themes(_) => themes::draw(buffer, area, state, look.theme),
        Overlay::Columns(arranging) => arranging::draw(buffer, area, state, *arranging, look.theme),
        Overlay::Form(form) => return form::draw(buffer, area, form, look.theme),
        Overlay::Plan(plan) => return plan::draw(buffer, area, state, plan, look),
        Overlay::Prompt(prompt) => {
            offers::draw(buffer, offers::above_the_footer(area), prompt, look);
        }
        Overlay::Below(_) | Overlay::Related(_) | Overlay::Copying(_) | Overlay::Offer(_) => {}
    }
    None
}
