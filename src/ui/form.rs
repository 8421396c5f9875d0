//! What an action wants to know: its fields, what may stand in them, and what is wrong with what does.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{glyph, menu, panel, pen::Pen, text, theme::Theme};
use crate::{
    app::state::{Field, Form},
    model::Health,
    service::Sort,
};

/// Cells inside the panel, at most.
const WIDTH: u16 = 96;
/// Lines of a text field, at least.
const LINES: u16 = 6;

pub(super) fn draw(buffer: &mut Buffer, area: Rect, form: &Form, theme: &Theme) -> Option<Position> {
    let inner = panel::open(buffer, area, title(form, theme), room(area, form), theme);
    let mut cursor = None;
    for (place, at) in places(area, form) {
        let held = at == form.at;
        let seen = field(buffer, place, form, &form.fields[at], held, theme);
        cursor = cursor.or(seen.filter(|_| held));
    }
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
    Pen::new(buffer, last).line(&keys(form, theme));
    cursor
}

/// Fields of one line, and texts.
fn sorts(form: &Form) -> (u16, u16) {
    let texts = form.fields.iter().filter(|field| field.input.sort == Sort::Document).count();
    ((form.fields.len() - texts) as u16, texts as u16)
}

/// The columns and lines that the panel wants.
fn room(area: Rect, form: &Form) -> (u16, u16) {
    let (plain, texts) = sorts(form);
    (WIDTH.min(area.width.saturating_sub(4)), plain * 2 + texts * (document_lines(form) + 2) + 2)
}

/// Where each field is, by its position: the texts share what the others leave.
pub(super) fn places(area: Rect, form: &Form) -> Vec<(Rect, usize)> {
    let ((plain, texts), inner) = (sorts(form), panel::inside(area, room(area, form)));
    let spare = inner.height.saturating_sub(plain * 2 + texts * 2 + 2);
    let mut line = inner.y;
    let place = |(at, field): (usize, &Field)| {
        let height = if field.input.sort == Sort::Document { spare / texts.max(1) + 2 } else { 2 };
        let place = Rect { y: line, height, ..inner }.intersection(inner);
        line = line.saturating_add(height);
        (place, at)
    };
    form.fields.iter().enumerate().map(place).collect()
}

/// As many lines as the longest text has, within reason.
fn document_lines(form: &Form) -> u16 {
    let texts = form.fields.iter().filter(|field| field.input.sort == Sort::Document);
    texts.map(|field| field.editor.lines().len() as u16 + 1).max().unwrap_or(0).clamp(LINES, 40)
}

fn title<'a>(form: &Form, theme: &Theme) -> Line<'a> {
    let what = match form.rows.as_slice() {
        [(_, row)] => row.name.to_string(),
        rows => text::count(rows.len(), form.kind.noun),
    };
    let mut line = Line::from(Span::styled(format!(" {} {what} ", form.action.id), theme.title));
    line.push_span(Span::styled("─ ", theme.border));
    line.spans.extend(menu::risk(form.action.risk, theme).spans);
    line.push_span(" ");
    line
}

/// A field on its own lines, and below it what may stand there or what is wrong; gives the place of its cursor.
fn field(buffer: &mut Buffer, area: Rect, form: &Form, field: &Field, held: bool, theme: &Theme) -> Option<Position> {
    let words = Rect { height: 1.min(area.height), ..area };
    let mut pen = Pen::new(buffer, words);
    pen.left(if held { glyph::MARKER } else { " " }, 2, theme.marker);
    pen.put(field.input.title, if held { theme.selected } else { theme.label }).skip(2);
    let cursor = match field.input.sort {
        Sort::Choice(words) => choice(&mut pen, words, &field.editor.text(), theme),
        Sort::Line | Sort::Private => line(&mut pen, field, theme).map(|x| Position { x, y: area.y }),
        Sort::Document => {
            let body = Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(2) };
            document(buffer, body, field, theme)
        }
    };
    let below = Rect { y: area.bottom().saturating_sub(1), height: u16::from(area.height > 1), ..area };
    remark(&mut Pen::new(buffer, below), form, field, theme);
    cursor
}

fn choice(pen: &mut Pen<'_>, words: &[&str], chosen: &str, theme: &Theme) -> Option<Position> {
    for word in words {
        let style = if *word == chosen { theme.selected } else { theme.muted };
        pen.put(if *word == chosen { glyph::MARKER } else { " " }, theme.marker).put(word, style).skip(2);
    }
    None
}

fn line(pen: &mut Pen<'_>, field: &Field, theme: &Theme) -> Option<u16> {
    let line = field.editor.lines().first()?;
    let room = pen.room().saturating_sub(1);
    let before = text::tail(line.before(), room);
    pen.put(before, theme.text);
    let cursor = pen.x();
    pen.put(text::head(line.after(), room.saturating_sub(text::width(before))), theme.text);
    Some(cursor)
}

/// The lines around the cursor; a long line is shown around the cursor, too.
fn document(buffer: &mut Buffer, area: Rect, field: &Field, theme: &Theme) -> Option<Position> {
    let height = usize::from(area.height);
    let top = (field.editor.at() + 1).saturating_sub(height);
    let mut cursor = None;
    for (row, (at, line)) in area.rows().zip(field.editor.lines().iter().enumerate().skip(top)) {
        let mut pen = Pen::new(buffer, row);
        let room = pen.room().saturating_sub(5);
        pen.right(&(at + 1).to_string(), 3, theme.faint).skip(1);
        let here = at == field.editor.at();
        let before = if here { text::tail(line.before(), room) } else { text::head(line.text(), room) };
        pen.put(before, theme.text);
        if here {
            cursor = Some(Position { x: pen.x(), y: row.y });
            pen.put(text::head(line.after(), room.saturating_sub(text::width(before))), theme.text);
        }
    }
    cursor
}

fn remark(pen: &mut Pen<'_>, form: &Form, field: &Field, theme: &Theme) {
    pen.skip(2);
    let hint = form.rows.first().map_or_else(String::new, |(_, row)| (field.input.hint)(row));
    match &field.complaint {
        Some(complaint) => pen.put(glyph::health(Health::Bad), theme.bad).skip(1).put(complaint, theme.bad),
        None => pen.put(&hint, theme.muted),
    };
}

fn keys<'a>(form: &Form, theme: &Theme) -> Line<'a> {
    let document = form.fields.get(form.at).is_some_and(|field| field.input.sort == Sort::Document);
    let own: &[_] =
        if document { &[("Ctrl-o", "editor"), ("Ctrl-p", "older"), ("Ctrl-n", "newer")] } else { &[("Enter", "next, then plan")] };
    let pairs = [("Ctrl-s", "plan")].iter().chain(own).chain(&[("Tab", "next")]);
    pairs.flat_map(|(key, words)| [Span::styled(*key, theme.key), Span::styled(format!(" {words}  "), theme.muted)]).collect()
}
