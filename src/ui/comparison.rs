//! Two documents held against each other.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{Look, glyph, layout::Areas, reader, strip::Piece, text, theme::Theme};
use crate::{
    app::compare::{Comparison, Side},
    model::{Health, compare},
};

pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, both: &Comparison, look: &Look<'_>) {
    let theme = look.theme;
    let [first, second] = both.sides.each_ref().map(|side| side.key.id.as_str());
    let title = vec![
        Piece::left(0, Line::from_iter([Span::styled("- ", theme.bad), Span::styled(first, theme.title)])),
        Piece::left(1, Line::from_iter([Span::styled("+ ", theme.ok), Span::styled(second, theme.title)])),
        Piece::right(2, Span::styled("YAML", theme.muted)),
    ];
    let lines: Vec<Line<'_>> = if both.lines.is_empty() {
        standing(both, theme)
    } else {
        both.lines.iter().map(|(line, text)| styled(*line, text.as_str(), theme)).collect()
    };
    reader::draw(buffer, areas, title, &lines, both.scroll, theme);
}

fn styled<'a>(line: compare::Line, text: &'a str, theme: &Theme) -> Line<'a> {
    let (sign, style) = match line {
        compare::Line::Both => ("  ", theme.muted),
        compare::Line::First => ("- ", theme.bad),
        compare::Line::Second => ("+ ", theme.ok),
        compare::Line::Cut => return Line::styled(glyph::CUT, theme.faint),
    };
    Line::from_iter([Span::styled(sign, style), Span::styled(text, style)])
}

/// Why there is nothing to see.
fn standing<'a>(both: &'a Comparison, theme: &Theme) -> Vec<Line<'a>> {
    let problem = |side: &'a Side| Some((side.key.id.as_str(), side.document.problem()?));
    if let Some((id, problem)) = both.sides.iter().find_map(problem) {
        let words = format!(" {id}: {}", problem.headline);
        return vec![
            Line::default(),
            Line::from_iter([theme.light(Health::Bad), Span::styled(words, theme.title)]),
            Line::raw(problem.hint.as_str()),
        ];
    }
    let light = |health: Health, words: String| vec![Line::default(), Line::from_iter([theme.light(health), Span::raw(words)])];
    match both.sides.iter().filter(|side| side.document.value().is_none()).count() {
        0 => light(Health::Ok, " Both are the same.".to_owned()),
        missing => light(Health::Busy, format!(" asking AWS for {}{}", text::count(missing, "document"), glyph::CUT)),
    }
}
