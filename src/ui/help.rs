//! Help: every command with its present key, what the glyphs mean, and the language of filters.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{Look, glyph, layout::Areas, reader, strip::Piece, text, theme::Theme};
use crate::{
    app::{
        command::{COMMANDS, Entry},
        state::Scroll,
    },
    model::Health,
};

/// Cells for the keys.
const KEY: usize = 16;

const HEALTHS: &[(Health, &str)] = &[
    (Health::Ok, "working as asked"),
    (Health::Busy, "on its way from one state to another"),
    (Health::Off, "deliberately not running"),
    (Health::Unknown, "worth knowing, or nothing is known"),
    (Health::Warn, "wants a look"),
    (Health::Bad, "broken, or failed"),
];

const GLYPHS: &[(&str, &str)] = &[
    (glyph::MARKER, "the row the cursor is on"),
    (glyph::MARK, "a marked row: actions are for all marked rows"),
    (glyph::AWAITED, "a metric that was asked for and has not come"),
    (glyph::NOTHING, "a metric that nobody publishes for this row"),
    (glyph::TROUBLE, "a metric that could not be fetched or refreshed"),
    (glyph::STALE, "a metric of which nothing newer was published"),
];

const SPENDING: &[(&str, &str)] = &[
    ("CW $0.04/h", "what CloudWatch costs, going on as in the last ten minutes"),
    ("CW $0.25/h ×2", "to stay inside the budget metrics are asked for every second period only"),
    ("at its limit", "what does not fit into the budget waits; metrics.max_usd_per_hour sets it"),
];

const FILTERS: &[(&str, &str)] = &[
    ("web", "the word is in the name, the id, a column, a tag or the place"),
    ("state:run*", "the column is like this; several values with commas"),
    ("vcpus>4", "the number is larger; also smaller, and ages: age<2h"),
    ("tag:team=pay*", "the tag is like this; tag:team for any value"),
    ("!spot", "not; every other term can be turned round as well"),
];

/// Draws the help.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, scroll: Scroll, look: &Look<'_>) {
    let theme = look.theme;
    let mut lines = section("keys", theme).split_off(1);
    lines.extend(COMMANDS.iter().map(|entry| line(key(entry, look), entry.sentence)));
    lines.extend(section("glyphs", theme));
    lines.extend(HEALTHS.iter().map(|(health, words)| line(theme.light(*health), words)));
    lines.extend(GLYPHS.iter().map(|(glyph, words)| line(Span::styled(*glyph, theme.accent), words)));
    lines.extend(section("what metrics cost", theme));
    lines.extend(SPENDING.iter().map(|(words, meaning)| line(Span::styled(*words, theme.accent), meaning)));
    lines.extend(section("filters: all terms together", theme));
    lines.extend(FILTERS.iter().map(|(term, words)| line(Span::styled(*term, theme.key), words)));
    let lines = columns(lines, usize::from(reader::inset(areas.body).width));
    reader::draw(buffer, areas, vec![Piece::left(0, Span::styled("help", theme.title))], &lines, scroll, theme);
}

fn section<'a>(title: &'static str, theme: &Theme) -> Vec<Line<'a>> {
    vec![Line::default(), Line::styled(title, theme.accent)]
}

/// The key of a command, or its name for the palette when it has none.
fn key<'a>(entry: &Entry, look: &Look<'_>) -> Span<'a> {
    let key = (look.keys)(entry.command);
    if key.is_empty() {
        return Span::styled(format!(":{}", entry.name), look.theme.muted);
    }
    Span::styled(key, look.theme.key)
}

fn line<'a>(head: Span<'a>, words: &'a str) -> Line<'a> {
    let space = KEY.saturating_sub(text::width(&head.content)).max(1);
    Line::from_iter([head, Span::raw(" ".repeat(space)), Span::raw(words)])
}

/// On a wide screen the text goes on in a second column.
fn columns(lines: Vec<Line<'_>>, width: usize) -> Vec<Line<'_>> {
    const WIDTH: usize = 78;
    if width < 2 * WIDTH {
        return lines;
    }
    let half = lines.len().div_ceil(2);
    let (left, right) = lines.split_at(half);
    let pair = |at: usize| {
        let mut line = left[at].clone();
        let space = WIDTH.saturating_sub(super::strip::width(&line));
        line.push_span(Span::raw(" ".repeat(space)));
        line.spans.extend(
            right
                .get(at)
                .into_iter()
                .flat_map(|line| line.iter().map(|span| span.clone().patch_style(line.style).style(line.style.patch(span.style)))),
        );
        line
    };
    (0..half).map(pair).collect()
}
