//! Where each region lies: drawing and the mouse agree because both ask here.

use ratatui::layout::Rect;

use crate::app::{
    geometry,
    state::{Panel, Screen, State},
};

/// The regions of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Areas {
    /// Targets and clock.
    pub header: Rect,
    /// Services.
    pub tabs: Rect,
    /// What is shown below it, and how old it is.
    pub title: Rect,
    /// Column headings of a list, also of targets and findings; empty under a text.
    pub headings: Rect,
    /// Rows or text.
    pub body: Rect,
    /// Charts; empty when there are none.
    pub charts: Rect,
    /// Findings, runs and messages.
    pub reason: Rect,
    /// Keys, or the prompt.
    pub footer: Rect,
}

impl Areas {
    /// All between the tabs and the reason line: where boxes lie.
    pub(super) fn middle(&self) -> Rect {
        Rect { height: self.reason.y.saturating_sub(self.title.y), ..self.title }
    }
}

/// The regions of a screen of this size.
pub fn areas(size: Rect, state: &State) -> Areas {
    let list = matches!(state.screen(), Screen::List(_));
    let columns = list || matches!(state.screen(), Screen::Targets(_) | Screen::Home(_) | Screen::Turns(_));
    let charts = if list { chart_lines(size, state.nav.charts) } else { 0 };
    let mut cutter = Cutter { rest: size };
    let (header, tabs, title) = (cutter.top(1), cutter.top(1), cutter.top(1));
    let headings = cutter.top(u16::from(columns));
    let (footer, reason, charts) = (cutter.bottom(1), cutter.bottom(1), cutter.bottom(charts));
    Areas { header, tabs, title, headings, body: cutter.rest, charts, reason, footer }
}

/// Rows that a list shows at once on a screen of this size.
pub fn list_height(size: (u16, u16), charts: Panel) -> usize {
    geometry::list_rows(size, charts)
}

fn chart_lines(size: Rect, charts: Panel) -> u16 {
    geometry::chart_lines((size.width, size.height), charts)
}

/// Takes lines off an area until nothing is left.
struct Cutter {
    rest: Rect,
}

impl Cutter {
    fn top(&mut self, lines: u16) -> Rect {
        let lines = lines.min(self.rest.height);
        let cut = Rect { height: lines, ..self.rest };
        self.rest = Rect { y: self.rest.y + lines, height: self.rest.height - lines, ..self.rest };
        cut
    }

    fn bottom(&mut self, lines: u16) -> Rect {
        let lines = lines.min(self.rest.height);
        self.rest.height -= lines;
        Rect { y: self.rest.bottom(), height: lines, ..self.rest }
    }
}
