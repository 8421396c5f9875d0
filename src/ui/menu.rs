//! The action menu: what can be done to the row or the marked rows, how much it can hurt, and why not where it cannot.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    Look, glyph,
    panel::{self, Choices},
    pen::Pen,
    text,
    theme::Theme,
};
use crate::{
    app::{
        guard,
        state::{Menu, State},
    },
    service::{Action, Risk, executor::Policy},
};

/// Cells inside the box.
const WIDTH: u16 = 76;

/// Lines below the entries.
const CLOSING: u16 = 2;

/// Cells for the title of an action.
const TITLE: usize = 30;

/// Draws the menu.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, menu: &Menu, look: &Look<'_>) {
    let theme = look.theme;
    let lines = menu.kind.actions.len().max(1) as u16 + CLOSING;
    let inner = panel::open(buffer, area, title(menu, theme), (WIDTH, lines), theme);
    let Choices { body, first, .. } = choices(area, menu);
    for (line, (at, action)) in body.rows().zip(menu.kind.actions.iter().enumerate().skip(first)) {
        entry(&mut Pen::new(buffer, line), action, (menu, at), state, look);
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
    Pen::new(buffer, last).line(&closing(state, menu, theme));
}

/// Where its entries are.
pub(super) fn choices(area: Rect, menu: &Menu) -> Choices {
    Choices::new(area, WIDTH, (menu.kind.actions.len(), menu.cursor), CLOSING)
}

fn title<'a>(menu: &'a Menu, theme: &Theme) -> Line<'a> {
    let what = match menu.rows.as_slice() {
        [(_, row)] => row.name.to_string(),
        rows => text::count(rows.len(), menu.kind.noun),
    };
    Line::styled(format!(" act on {what} "), theme.title)
}

fn closing<'a>(state: &State, menu: &Menu, theme: &Theme) -> Line<'a> {
    if menu.kind.actions.is_empty() {
        return Line::styled("AWS has no actions for this", theme.muted);
    }
    match state.setup.policy {
        Policy::ReadOnly => Line::styled("read-only: plans can be looked at, nothing can be run", theme.warn),
        Policy::Operator if menu.rows.iter().any(|(key, row)| guard::refusal(state, key, row).is_some()) => {
            Line::styled("a policy keeps it read-only: :unlock lifts that for a while", theme.warn)
        }
        Policy::Operator => Line::styled("nothing runs before you have seen its plan and said yes", theme.muted),
    }
}

fn entry(pen: &mut Pen<'_>, action: &Action, (menu, at): (&Menu, usize), state: &State, look: &Look<'_>) {
    let theme = look.theme;
    let offered = offered(action, menu, state);
    let (key, words) = if offered.is_ok() { (theme.key, theme.text) } else { (theme.faint, theme.muted) };
    let chosen = at == menu.cursor;
    pen.left(if chosen { glyph::MARKER } else { " " }, 2, theme.marker);
    pen.left(&action.key.to_string(), 3, key);
    pen.left(action.title, TITLE, if chosen { theme.selected } else { words }).skip(2);
    match offered {
        Ok(()) => pen.line(&risk(action.risk, theme)),
        Err(reason) => pen.put(&reason, theme.muted),
    };
}

/// Offered when at least one row can take it and its policy lets it; otherwise the reason of the first that cannot.
fn offered(action: &Action, menu: &Menu, state: &State) -> Result<(), String> {
    let mut refusal = None;
    for (key, row) in &menu.rows {
        let reason = (action.offered)(row).err().map(str::to_owned).or_else(|| guard::refusal(state, key, row));
        match reason {
            None => return Ok(()),
            reason => refusal = refusal.or(reason),
        }
    }
    Err(refusal.unwrap_or_else(|| "nothing is selected".to_owned()))
}

/// How much it can hurt.
pub(super) fn risk(risk: Risk, theme: &Theme) -> Line<'static> {
    let (style, words) = match risk {
        Risk::Harmless => (theme.ok, "harmless"),
        Risk::Disruptive => (theme.warn, "disruptive"),
        Risk::Destructive => (theme.bad, "destructive"),
    };
    Line::from(Span::styled(words, style))
}
