//! The end of the program's own log: what it did and what went wrong with it, by the time.

use ratatui::{
    buffer::Buffer,
    style::Style,
    text::{Line, Span},
};

use super::{layout::Areas, paragraph, reader, strip::Piece, theme::Theme, wheel};
use crate::{
    app::{
        logging::{Cut, folded},
        state::{Scroll, State},
    },
    model::Health,
};

/// Draws the lines in view.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, scroll: Scroll, theme: &Theme) {
    let width = usize::from(reader::inset(areas.body).width);
    let mut title = vec![Piece::left(0, Span::styled("the log", theme.title))];
    let alone = |health, words: &str| {
        let words = paragraph::lit(health, words, theme.text, theme, width);
        std::iter::once(Line::default()).chain(words).collect()
    };
    let lines: Vec<Line<'_>> = match (state.log.value(), state.log.problem()) {
        (Some(tail), _) if !tail.lines.is_empty() => {
            title.push(Piece::left(2, Span::styled(tail.path.as_str(), theme.muted)));
            title.extend((tail.cut == Cut::Older).then(|| Piece::left(1, Span::styled("its end", theme.muted))));
            let mut style = theme.text;
            let told = |line| {
                style = level(line, theme).unwrap_or(style);
                Line::styled(line, style)
            };
            folded(tail, areas.body.width).into_iter().map(told).collect()
        }
        (_, Some(problem)) => alone(Health::Bad, &problem.line()),
        (Some(_), None) => alone(Health::Ok, "Nothing has been written today."),
        (None, None) => vec![Line::default(), wheel::line(state, "reading", theme.text, theme)],
    };
    reader::draw(buffer, areas, title, &lines, scroll, theme);
}

/// `14:02:31Z WARN quarterdeck::aws: …`: the second word of a line is its level; what goes on below has none.
fn level(line: &str, theme: &Theme) -> Option<Style> {
    match line.split_whitespace().nth(1)? {
        "ERROR" => Some(theme.bad),
        "WARN" => Some(theme.warn),
        "INFO" => Some(theme.text),
        "DEBUG" | "TRACE" => Some(theme.muted),
        _ => None,
    }
}
