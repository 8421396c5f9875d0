//! Sentences over as many lines as they need.

use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{text, theme::Theme};
use crate::model::Health;

/// Words with the light of their concern before the first line.
pub(super) fn lit<'a>(health: Health, words: &str, style: Style, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let broken = text::wrap(words, width.saturating_sub(2)).into_iter().enumerate();
    let line = |(at, words): (usize, String)| {
        let first = if at == 0 { theme.light(health) } else { Span::raw(" ") };
        Line::from_iter([first, Span::raw(" "), Span::styled(words, style)])
    };
    broken.map(line).collect()
}

/// Words some cells from the left; no line at all for no words.
pub(super) fn indented<'a>(words: &str, cells: usize, style: Style, width: usize) -> Vec<Line<'a>> {
    let broken = text::wrap(words, width.saturating_sub(cells)).into_iter().filter(|line| !line.is_empty());
    broken.map(|line| Line::styled(format!("{}{line}", " ".repeat(cells)), style)).collect()
}
