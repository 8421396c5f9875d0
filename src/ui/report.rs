//! What an action gave back to read: a function's answer and its log.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{age, layout::Areas, reader, strip::Piece, text, theme::Theme};
use crate::app::{
    geometry,
    state::{Report, State},
};

pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, report: &Report, theme: &Theme) {
    let pieces = vec![
        Piece::left(0, Span::styled(report.title.as_str(), theme.title)),
        Piece::left(2, Span::styled(text::count(report.lines.len(), "line"), theme.muted)),
        Piece::right(1, Span::styled(age::old(state, report.at), theme.muted)),
    ];
    let lines: Vec<Line<'_>> = geometry::folded(&report.lines, state.size.0).into_iter().map(|line| styled(line, theme)).collect();
    reader::draw(buffer, areas, pieces, &lines, report.scroll, theme);
}

/// A line that is indented belongs to the heading above it.
fn styled<'a>(line: &'a str, theme: &Theme) -> Line<'a> {
    let heading = !line.is_empty() && !line.starts_with(' ');
    Line::styled(line, if heading { theme.label } else { theme.text })
}
