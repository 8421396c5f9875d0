//! What is awaited: a wheel that turns as long as it takes longer than a moment, and how long it has taken.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{glyph, theme::Theme};
use crate::{
    app::{awaiting, manner::Link, state::State},
    model::{Health, format},
};

/// Seconds of waiting from which they are told.
const TOLD: i64 = 2;

/// `◷ asking AWS… 3s`.
pub(super) fn line<'a>(state: &State, words: &str, style: Style, theme: &Theme) -> Line<'a> {
    let taken = awaiting::since(state).map(|since| state.now.as_second() - since.as_second()).filter(|taken| *taken >= TOLD);
    let taken = taken.map_or_else(String::new, |taken| format!(" {}", format::age(taken)));
    Line::from_iter([turning(state, theme), Span::styled(format!(" {words}{}", glyph::CUT), style), Span::styled(taken, theme.muted)])
}

/// The wheel; the light of what is on its way before it begins to turn, and where the line to the terminal is slow.
pub(super) fn turning<'a>(state: &State, theme: &Theme) -> Span<'a> {
    match (awaiting::since(state), state.manner.link) {
        (Some(_), Link::Fast) => Span::styled(glyph::wheel(state.now), theme.busy),
        _ => theme.light(Health::Busy),
    }
}
