//! What went wrong lately, newest first: when, how often, doing what, why, and what to do next.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{layout::Areas, paragraph, reader, strip::Piece, text, theme::Theme};
use crate::{
    app::state::{Failure, Scroll, State},
    model::{Health, format},
};

/// Cells before the words of a failure.
const INDENT: usize = 10;

/// Draws the failures.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, scroll: Scroll, theme: &Theme) {
    let width = usize::from(reader::inset(areas.body).width);
    let mut lines: Vec<_> = state.errors.iter().rev().flat_map(|failure| told(failure, theme, width)).collect();
    if lines.is_empty() {
        lines = vec![Line::default(), Line::from_iter([theme.light(Health::Ok), Span::raw(" Nothing has gone wrong since the start.")])];
    }
    let count = Piece::left(1, Span::raw(text::grouped(state.errors.len())));
    let title = vec![Piece::left(0, Span::styled("what went wrong lately", theme.title)), count];
    reader::draw(buffer, areas, title, &lines, scroll, theme);
}

fn told<'a>(failure: &'a Failure, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut head = Line::from_iter([
        Span::styled(format!("{:INDENT$}", format::clock(failure.last)), theme.muted),
        theme.light(Health::Bad),
        Span::styled(format!(" {}  ", failure.problem.kind.word()), theme.bad),
        Span::styled(failure.doing.as_str(), theme.title),
    ]);
    if failure.count > 1 {
        head.push_span(Span::styled(format!("  {} times since {}", failure.count, format::clock(failure.first)), theme.muted));
    }
    let mut lines = vec![head];
    let code = failure.problem.code.as_ref().map_or_else(String::new, |code| format!("{code}: "));
    lines.extend(paragraph::indented(&format!("{code}{}", failure.problem.headline), INDENT, theme.text, width));
    lines.extend(paragraph::indented(failure.problem.hint.as_str(), INDENT, theme.label, width));
    lines
        .extend(failure.problem.request_id.iter().flat_map(|id| paragraph::indented(&format!("request {id}"), INDENT, theme.muted, width)));
    lines.push(Line::default());
    lines
}
