//! What has changed while we watched: a line for each change, the newest first.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    Look, glyph,
    layout::Areas,
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
/// Cells between two columns.
const GAP: usize = 2;
/// Cells of a time of day.
const TIME: usize = 8;

/// The widths of the columns that there is room for; 0 for one that there is none for.
struct Widths {
    name: usize,
    kind: usize,
    place: usize,
    change: usize,
    reason: usize,
}

/// Draws the changes.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, lately: &Lately, state: &State, look: &Look<'_>) {
    let (lines, cursor) = lately.lines(&state.turns);
    title(buffer, areas.title, lately, &lines, look);
    if lines.is_empty() {
        return empty(buffer, areas.body, lately, look);
    }
    let widths = widths(usize::from(areas.body.width).saturating_sub(GUTTER));
    headings(buffer, areas.headings, &widths, look.theme);
    let first = lately.first(cursor, lines.len(), usize::from(areas.body.height));
    for ((at, seen), area) in lines.iter().enumerate().skip(first).zip(areas.body.rows()) {
        one(buffer, area, seen, at == cursor, (&widths, state, look.theme));
    }
}

fn title(buffer: &mut Buffer, area: Rect, lately: &Lately, lines: &[&Seen], look: &Look<'_>) {
    let theme = look.theme;
    let mut pieces = vec![Piece::left(0, Span::styled("what changed", theme.title)), Piece::left(1, text::grouped(lines.len()))];
    if let (Scope::Row, Some((_, name))) = (lately.scope, &lately.row) {
        pieces.push(Piece::left(2, Line::from_iter([Span::styled("of ", theme.muted), Span::raw(name.to_string())])));
    }
    if let Some((_, name)) = &lately.row {
        let other = if lately.scope == Scope::Row { "all".to_owned() } else { format!("only {name}") };
        let key = Span::styled((look.keys)(Command::Changes), theme.key);
        pieces.push(Piece::right(3, Line::from_iter([key, Span::styled(format!(" {other}"), theme.muted)])));
    }
    rule::draw(buffer, area, pieces, theme);
}

fn empty(buffer: &mut Buffer, area: Rect, lately: &Lately, look: &Look<'_>) {
    let inner = reader::inset(Rect { y: area.y + u16::from(area.height > 4), ..area }.intersection(area));
    let what = match (lately.scope, &lately.row) {
        (Scope::Row, Some((_, name))) => format!(" {name} has not changed since the start."),
        _ => " Nothing has changed since the start.".to_owned(),
    };
    let lines = [
        Line::from_iter([look.theme.light(Health::Off), Span::styled(what, look.theme.title)]),
        Line::default(),
        Line::styled("Rows that come, go, or stand otherwise than before are written down here while qd runs.", look.theme.muted),
    ];
    pen::lines(buffer, inner, &lines, 0);
}

fn widths(room: usize) -> Widths {
    let (name, kind) = ((room / 5).clamp(14, 30), if room >= 90 { 20 } else { 0 });
    let (place, change) = (if room >= 120 { 20 } else { 0 }, (room / 3).clamp(20, 30));
    let taken = [TIME, name, kind, place, change].into_iter().filter(|width| *width > 0).map(|width| width + GAP).sum();
    Widths { name, kind, place, change, reason: room.saturating_sub(taken) }
}

fn headings(buffer: &mut Buffer, area: Rect, widths: &Widths, theme: &Theme) {
    let mut pen = Pen::new(buffer, area);
    pen.skip(GUTTER);
    let columns = [
        ("SEEN", TIME),
        ("NAME", widths.name),
        ("KIND", widths.kind),
        ("PLACE", widths.place),
        ("CHANGE", widths.change),
        ("WHY", widths.reason),
    ];
    for (title, width) in columns.into_iter().filter(|(_, width)| *width > 0) {
        pen.left(title, width, theme.heading).skip(GAP);
    }
}

fn one(buffer: &mut Buffer, area: Rect, seen: &Seen, selected: bool, (widths, state, theme): (&Widths, &State, &Theme)) {
    let turn = &seen.turn;
    let mut pen = Pen::new(buffer, area);
    pen.left(if selected { glyph::MARKER } else { " " }, 1, theme.marker).skip(GUTTER - 1);
    pen.left(&format::clock(seen.at), TIME, theme.muted).skip(GAP);
    pen.left(turn.name.as_str(), widths.name, if selected { theme.selected } else { theme.text }).skip(GAP);
    if widths.kind > 0 {
        let kind = state.fleet.tables.get(&turn.key.kind).map_or_else(String::new, |table| service::one_of(table.kind));
        pen.left(&kind, widths.kind, theme.muted).skip(GAP);
    }
    if widths.place > 0 {
        pen.left(&state.place(turn.key.target), widths.place, theme.muted).skip(GAP);
    }
    let before = pen.room();
    change(&mut pen, (turn.from.as_ref(), turn.to.as_ref()), widths.change, theme);
    let used = before - pen.room();
    pen.skip(widths.change.saturating_sub(used) + GAP).left(turn.reason.as_str(), widths.reason, theme.muted);
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
