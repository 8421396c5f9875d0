//! The document as AWS sent it, with the matches of a search.

use ratatui::{
    buffer::Buffer,
    style::Style,
    text::{Line, Span},
};

use super::{Look, age, layout::Areas, pen::Pen, reader, rule, strip::Piece, text, theme::Theme, wheel};
use crate::{
    app::{
        command::Command,
        state::{Notation, RawScreen, State, Veil},
    },
    model::{Health, Text, remote::Asking},
};

/// Draws the lines in view, or how asking for them stands.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, raw: &RawScreen, look: &Look<'_>) {
    let theme = look.theme;
    let lines = raw.lines();
    let top = reader::top(raw.scroll, lines.len(), areas.body.height);
    let mut title = title(state, raw, lines, look);
    title.extend(reader::position(top, lines.len(), areas.body.height, theme));
    rule::draw(buffer, areas.title, title, theme);
    for (area, line) in reader::inset(areas.body).rows().zip(lines.iter().skip(top)) {
        Pen::new(buffer, area).line(&found(line.as_str(), &raw.search, theme));
    }
    if raw.document.value().is_none() {
        super::pen::lines(buffer, reader::inset(areas.body), &absent(state, raw, look, usize::from(areas.body.width)), 0);
    }
}

fn title<'a>(state: &State, raw: &'a RawScreen, lines: &[Text], look: &Look<'_>) -> Vec<Piece<'a>> {
    let theme = look.theme;
    let notation = match raw.notation {
        Notation::Yaml => "YAML",
        Notation::Json => "JSON",
    };
    let mut pieces = vec![Piece::left(0, Span::styled(raw.key.id.as_str(), theme.title)), Piece::left(1, Span::raw(notation))];
    if !raw.search.is_empty() {
        let number = lines.iter().map(|line| spans(line.as_str(), &raw.search).len()).sum();
        pieces.push(Piece::left(
            2,
            Line::from_iter([Span::styled(raw.search.as_str(), theme.accent), Span::styled(format!(" {}", matches(number)), theme.muted)]),
        ));
    }
    if raw.document.value().is_some_and(|document| document.clear.is_some()) {
        let words = if raw.veil == Veil::Down { "masked values: " } else { "values shown: " };
        let key = Span::styled(look.key(Command::Reveal), theme.key);
        pieces.push(Piece::right(1, Line::from_iter([Span::styled(words, theme.warn), key])));
    }
    match (raw.document.as_of(), raw.document.problem()) {
        (Some(_), Some(problem)) => pieces.push(Piece::right(2, Span::styled(format!("not newer: {}", problem.kind.word()), theme.warn))),
        (Some(at), None) => {
            pieces.push(Piece::right(5, Span::styled(age::old(state, at), theme.muted)));
        }
        (None, _) => {}
    }
    pieces
}

fn matches(number: usize) -> String {
    format!("{} match{}", text::grouped(number), if number == 1 { "" } else { "es" })
}

/// Why there is no document.
fn absent<'a>(state: &State, raw: &RawScreen, look: &Look<'_>, width: usize) -> Vec<Line<'a>> {
    let theme = look.theme;
    match raw.document.asking() {
        Asking::Failed { problem, .. } => {
            let mut lines = vec![
                Line::default(),
                Line::from_iter([theme.light(Health::Bad), Span::styled(format!(" {}", problem.headline), theme.title)]),
            ];
            lines.extend(
                text::wrap(problem.hint.as_str(), width.saturating_sub(8)).into_iter().map(|words| Line::raw(format!("  {words}"))),
            );
            lines.push(Line::from_iter([Span::raw("  "), Span::styled(look.key(Command::Refresh), theme.key), Span::raw(" asks again")]));
            lines
        }
        _ => vec![Line::default(), wheel::line(state, "asking AWS", theme.busy, theme)],
    }
}

/// The line with its key in the colour of labels and every match highlighted.
fn found<'a>(line: &'a str, search: &str, theme: &Theme) -> Line<'a> {
    let key = key_length(line);
    let base = |at: usize| if at < key { theme.label } else { theme.text };
    let mut spans_out = Vec::new();
    let mut done = 0;
    for (start, end) in spans(line, search) {
        plain(&mut spans_out, line, (done, start), key, base);
        spans_out.push(Span::styled(&line[start..end], theme.found));
        done = end;
    }
    plain(&mut spans_out, line, (done, line.len()), key, base);
    Line::from(spans_out)
}

fn plain<'a>(spans: &mut Vec<Span<'a>>, line: &'a str, (start, end): (usize, usize), key: usize, style: impl Fn(usize) -> Style) {
    let middle = key.clamp(start, end);
    for (from, to) in [(start, middle), (middle, end)] {
        if from < to {
            spans.push(Span::styled(&line[from..to], style(from)));
        }
    }
}

/// Bytes up to the colon after the key, in YAML and in JSON; 0 for a line without one.
fn key_length(line: &str) -> usize {
    let body = line.trim_start().trim_start_matches("- ");
    let at = line.len() - body.len();
    let quoted = body.starts_with('"');
    let end = if quoted { body.find("\":").map(|at| at + 1) } else { body.find(": ").or(body.ends_with(':').then(|| body.len() - 1)) };
    end.filter(|end| quoted || !body[..*end].contains(' ')).map_or(0, |end| at + end)
}

/// Where the search matches, without regard to case. Lines whose lower case has other lengths are matched as they are.
fn spans(line: &str, search: &str) -> Vec<(usize, usize)> {
    if search.is_empty() {
        return Vec::new();
    }
    let lower = line.to_lowercase();
    let text = if lower.len() == line.len() && line.is_ascii() { lower.as_str() } else { line };
    text.match_indices(search).map(|(at, found)| (at, at + found.len())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_end_at_their_colon() {
        assert_eq!(key_length("  - InstanceId: i-0abc"), 14);
        assert_eq!(key_length("Tags:"), 4);
        assert_eq!(key_length("    \"Image\": \"a: b\","), 11);
        assert_eq!(key_length("- a plain sentence: with a colon"), 0);
    }

    #[test]
    fn matches_do_not_regard_case() {
        assert_eq!(spans("State: Running, running", "running"), [(7, 14), (16, 23)]);
        assert_eq!(spans("Straße RUNNING", "ing"), []);
        assert_eq!(spans("anything", ""), []);
    }
}
