//! What is said on a screen too small for anything else.

use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use super::{glyph, pen, text, theme::Theme};
use crate::app::{geometry::SMALLEST, home, state::State};

/// True when the screen cannot be drawn in this area.
pub(super) fn too_small(area: Rect) -> bool {
    area.width < SMALLEST.0 || area.height < SMALLEST.1
}

/// Says what is needed, and still how many things are wrong.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, theme: &Theme) {
    let seen = state.seen();
    let findings: usize = state.fleet.tables.values().map(|table| table.tally(&seen).unwell).sum();
    let sight = home::sight(state);
    let wrong = match findings {
        0 if sight.answered < sight.places => ("nothing wrong so far".to_owned(), theme.busy),
        0 => (format!("{} nothing wrong", glyph::MARK), theme.ok),
        _ => (format!("{} wrong", text::count(findings, "thing")), theme.warn),
    };
    let only = state.sight.words().map(|places| (format!("only {places}"), theme.warn));
    let rest = [
        (format!("terminal too small: {}×{}", area.width, area.height), theme.title),
        (format!("at least {}×{} is needed", SMALLEST.0, SMALLEST.1), theme.muted),
    ];
    let room = usize::from(area.width);
    let wrapped = std::iter::once(wrong)
        .chain(only)
        .chain(rest)
        .flat_map(|(words, style)| text::wrap(&words, room).into_iter().map(|line| Line::styled(line.clone(), style)).collect::<Vec<_>>());
    pen::lines(buffer, area, &wrapped.collect::<Vec<_>>(), 0);
}
