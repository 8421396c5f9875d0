//! The themes to choose from. The one under the cursor is in force already, so the screen behind is its picture.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    glyph,
    panel::{self, Choices},
    pen::Pen,
    theme::Theme,
};
use crate::{
    app::state::State,
    model::{Health, Text},
};

/// Cells inside the box.
const WIDTH: u16 = 44;

/// Lines below the names.
const CLOSING: u16 = 2;

/// What a theme is to tell apart.
const MEANINGS: &[(Health, &str)] =
    &[(Health::Ok, "ok"), (Health::Busy, "busy"), (Health::Off, "off"), (Health::Warn, "warn"), (Health::Bad, "bad")];

/// Draws the names, and below them what the one in force makes of each health.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, theme: &Theme) {
    let names = state.theming.names();
    let title = Line::styled(" theme ", theme.title);
    let inner = panel::open(buffer, area, title, (WIDTH, names.len() as u16 + CLOSING), theme);
    let Choices { body, first, .. } = choices(area, state);
    let current = state.theming.current();
    for (line, (at, name)) in body.rows().zip(names.iter().enumerate().skip(first)) {
        entry(&mut Pen::new(buffer, line), name, at == current, theme);
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
    Pen::new(buffer, last).line(&meanings(theme));
}

/// Where its entries are.
pub(super) fn choices(area: Rect, state: &State) -> Choices {
    Choices::new(area, WIDTH, (state.theming.names().len(), state.theming.current()), CLOSING)
}

fn entry(pen: &mut Pen<'_>, name: &Text, chosen: bool, theme: &Theme) {
    pen.left(if chosen { glyph::MARKER } else { " " }, 2, theme.marker);
    pen.put(name.as_str(), if chosen { theme.selected } else { theme.text });
}

fn meanings(theme: &Theme) -> Line<'static> {
    let spans = MEANINGS
        .iter()
        .flat_map(|(health, word)| [theme.light(*health), Span::raw(" "), Span::styled(*word, theme.health(*health)), Span::raw("  ")]);
    spans.collect()
}
