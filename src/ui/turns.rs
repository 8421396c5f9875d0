//! What has changed while we watched: a line for each change, the newest first.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    Look, glyph,
    layout::Areas,
    lines::{Column, Columns, Cursor, GAP},
    only, paragraph,
    pen::{self, Pen},
    reader, rule,
    strip::Piece,
    text,
    theme::Theme,
};
use crate::{
    app::{
        command::Command,
        state::State,
        turns::{Lately, Scope, Seen, Stand},
    },
    model::{Health, format},
    service,
};

/// Cells before the first column: cursor, space.
const GUTTER: usize = 2;
/// Cells of a time of day.
const TIME: usize = 8;

#[derive(Clone, Copy)]
enum What {
    Time,
    Name,
    Kind,
    Place,
    Change,
    Reason,
}

/// Draws the changes.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, lately: &Lately, state: &State, look: &Look<'_>) {
    let (lines, cursor) = lately.lines(state);
    title(buffer, areas.title, lately, &lines, state, look);
    if lines.is_empty() {
        return empty(buffer, areas.body, lately, state, look);
    }
    let columns = columns(usize::from(areas.body.width).saturating_sub(GUTTER));
    let columns = Columns { gutter: GUTTER, shown: columns, theme: look.theme };
    columns.headings(buffer, areas.headings);
    let first = lately.first(cursor, lines.len(), usize::from(areas.body.height));
    for ((at, seen), area) in lines.iter().enumerate().skip(first).zip(areas.body.rows()) {
        let cursor = Cursor::on(at == cursor);
        let mut pen = cursor.pen(buffer, area, look.theme);
        columns.cells(&mut pen, |pen, column| cell(pen, column, seen, cursor, (state, look.theme)));
    }
}

fn title(buffer: &mut Buffer, area: Rect, lately: &Lately, lines: &[&Seen], state: &State, look: &Look<'_>) {
    let theme = look.theme;
    let mut pieces = vec![Piece::left(0, Span::styled("what changed", theme.title)), Piece::left(1, text::grouped(lines.len()))];
    if let (Scope::Row, Some((_, name))) = (lately.scope, &lately.row) {
        pieces.push(Piece::left(2, Line::from_iter([Span::styled("of ", theme.muted), Span::raw(name.to_string())])));
    }
    pieces.extend(only::piece(state, 3, theme));
    if let Some((_, name)) = &lately.row {
        let other = if lately.scope == Scope::Row { "all".to_owned() } else { format!("only {name}") };
        let key = Span::styled(look.key(Command::Changes), theme.key);
        pieces.push(Piece::right(3, Line::from_iter([key, Span::styled(format!(" {other}"), theme.muted)])));
    }
    rule::draw(buffer, area, pieces, theme);
}

fn empty(buffer: &mut Buffer, area: Rect, lately: &Lately, state: &State, look: &Look<'_>) {
    let inner = reader::inset(Rect { y: area.y + u16::from(area.height > 4), ..area }.intersection(area));
    let what = match (lately.scope, &lately.row) {
        (Scope::Row, Some((_, name))) => format!(" {name} has not changed since the start."),
        _ => " Nothing has changed since the start.".to_owned(),
    };
    let mut lines = vec![Line::from_iter([look.theme.light(Health::Off), Span::styled(what, look.theme.title)]), Line::default()];
    let what = "Rows that come, go, or stand otherwise than before are written down here while qd runs.";
    lines.extend(paragraph::indented(what, 0, look.theme.muted, usize::from(inner.width)));
    if let Some(only) = only::words(state, look.theme) {
        lines.extend([Line::default(), only, only::way_back(look.theme)]);
    }
    pen::lines(buffer, inner, &lines, 0);
}

/// The columns that there is room for; the reason takes what is left.
fn columns(room: usize) -> Vec<Column<What>> {
    let column = |what, title, width| Column { what, title, width };
    let mut columns = vec![column(What::Time, "SEEN", TIME), column(What::Name, "NAME", (room / 5).clamp(14, 30))];
    if room >= 90 {
        columns.push(column(What::Kind, "KIND", 20));
    }
    if room >= 120 {
        columns.push(column(What::Place, "PLACE", 20));
    }
    columns.push(column(What::Change, "CHANGE", (room / 3).clamp(20, 30)));
    let rest = room.saturating_sub(columns.iter().map(|column| column.width + GAP).sum());
    columns.push(column(What::Reason, "WHY", rest));
    columns
}

fn cell(pen: &mut Pen<'_>, column: Column<What>, seen: &Seen, cursor: Cursor, (state, theme): (&State, &Theme)) {
    let turn = &seen.turn;
    let (words, style) = match column.what {
        What::Change => return change(pen, (turn.from.as_ref(), turn.to.as_ref()), column.width, theme),
        What::Time => (format::clock(seen.at), theme.muted),
        What::Name => (turn.name.to_string(), cursor.name(theme)),
        What::Kind => (state.fleet.tables.get(&turn.key.kind).map_or_else(String::new, |table| service::one_of(table.kind)), theme.muted),
        What::Place => (state.place(turn.key.target), theme.muted),
        What::Reason => (turn.reason.to_string(), theme.muted),
    };
    pen.left(&words, column.width, style);
}

/// `● running → ◐ stopping`; for one that came or went the one side says so.
fn change(pen: &mut Pen<'_>, (from, to): (Option<&Stand>, Option<&Stand>), width: usize, theme: &Theme) {
    let half = width.saturating_sub(3) / 2;
    match (from, to) {
        (Some(from), Some(to)) if from.state == to.state => {
            stand(pen, to, half, theme);
            let (health, words) = match to.worst {
                Some(worst) => (worst.health(), format!(" {}", worst.word())),
                None => (Health::Ok, " well again".to_owned()),
            };
            pen.put(" ", theme.text).put(&text::cut(&words, half + 2), theme.health(health));
        }
        (Some(from), Some(to)) => {
            stand(pen, from, half, theme);
            pen.put(&format!(" {} ", glyph::ARROW), theme.muted);
            stand(pen, to, half, theme);
        }
        (None, Some(to)) => {
            pen.put("new ", theme.muted);
            stand(pen, to, half, theme);
        }
        (Some(from), None) => {
            stand(pen, from, half, theme);
            pen.put(&format!(" {} gone", glyph::ARROW), theme.muted);
        }
        (None, None) => {}
    }
}

fn stand(pen: &mut Pen<'_>, stand: &Stand, width: usize, theme: &Theme) {
    let health = stand.worst.map_or(stand.health, |worst| worst.health().max(stand.health));
    let word = text::cut(stand.state.as_str(), width.saturating_sub(2)).into_owned();
    pen.put(glyph::health(health), theme.health(health)).put(&format!(" {word}"), theme.text);
}
