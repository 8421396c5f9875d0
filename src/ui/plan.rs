//! A plan: what would be done to which rows where, what that brings about, what AWS says beforehand, and how to say yes.

mod consequences;
mod places;
mod rows;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    Look, glyph, label, menu, panel, paragraph,
    pen::{self, Pen},
    text,
    theme::Theme,
    wheel,
};
use crate::{
    app::{
        guard,
        state::{Plan, State},
    },
    model::{Health, Text, remote::Asking},
    service::{Consequence, Input},
};

/// Cells inside the box.
const WIDTH: u16 = 84;

/// Draws the plan; gives the place of the text cursor when something is to be typed.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, plan: &Plan, look: &Look<'_>) -> Option<Position> {
    let theme = look.theme;
    let width = WIDTH.min(area.width.saturating_sub(4));
    let lines = words(state, plan, theme, usize::from(width));
    let inner = panel::open(buffer, area, title(plan, theme), (width, lines.len() as u16 + 2), theme);
    let body = Rect { height: inner.height.saturating_sub(2), ..inner };
    body_lines(buffer, body, lines, plan.scroll.top, theme);
    let last = Rect { y: inner.bottom().saturating_sub(1), height: 1.min(inner.height), ..inner };
    confirmation(&mut Pen::new(buffer, last), plan, theme).map(|x| Position { x, y: last.y })
}

/// On a low screen the blank lines go first. What still does not fit is counted, so that nobody takes a part for the whole.
/// A plan that does not fit loses its empty lines first; then its last line says how much is out of sight.
fn body_lines(buffer: &mut Buffer, body: Rect, mut lines: Vec<Line<'_>>, top: usize, theme: &Theme) {
    let room = usize::from(body.height);
    if lines.len() > room {
        lines.retain(|line| !line.spans.is_empty());
    }
    if lines.len() <= room || room == 0 {
        pen::lines(buffer, body, &lines, 0);
        return;
    }
    let top = top.min(lines.len() - (room - 1));
    let below = lines.len() - top - (room - 1);
    pen::lines(buffer, Rect { height: body.height - 1, ..body }, &lines, top);
    let words = match (top, below) {
        (0, below) => format!("{} {} more: ↓ shows them", glyph::CUT, text::count(below, "line")),
        (above, 0) => format!("{} {} above: ↑ shows them", glyph::CUT, text::count(above, "line")),
        (above, below) => format!("{} {above} above, {below} below", glyph::CUT),
    };
    let last = Rect { y: body.bottom().saturating_sub(1), height: 1, ..body };
    pen::lines(buffer, last, &[Line::styled(words, theme.warn)], 0);
}

/// The words of a plan without its rows as plain lines, at most `width` cells wide.
pub(super) fn plain(state: &State, plan: &Plan, theme: &Theme, width: usize) -> Vec<String> {
    let bare = |line: Line<'_>| line.spans.iter().map(|span| span.content.as_ref()).collect::<String>();
    let lines = whereabouts(state, plan, theme, width).into_iter().chain(explanation(state, plan, theme, width));
    lines.map(|line| bare(line).trim_end().to_owned()).collect()
}

fn title<'a>(plan: &'a Plan, theme: &Theme) -> Line<'a> {
    let mut line = Line::from(Span::styled(format!(" {} {} ", plan.action.id, text::count(plan.rows.len(), plan.kind.noun)), theme.title));
    line.push_span(Span::styled("─ ", theme.border));
    line.spans.extend(menu::risk(plan.action.risk, theme).spans);
    line.push_span(" ");
    line
}

/// What it brings about stands before the rows where these are many: that is what may change a mind.
fn words<'a>(state: &'a State, plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut lines = whereabouts(state, plan, theme, width);
    lines.extend(rows::only(plan, theme, width));
    lines.extend(explanation(state, plan, theme, width));
    lines.extend(rows::lines(state, plan, theme, width));
    lines
}

fn whereabouts<'a>(state: &'a State, plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'_>> = labels(state, plan, theme).into_iter().collect();
    lines.extend(paragraph::indented(&places::words(state, plan), 0, theme.title, width));
    lines
}

fn explanation<'a>(state: &State, plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut lines = entered(plan, theme, width);
    if !plan.rows.is_empty() {
        lines.push(Line::default());
        lines.extend(consequences::lines(plan, theme, width));
    }
    lines.extend(refused(plan, theme, width));
    lines.extend(probe(state, plan, theme, width));
    lines
}

/// What policies call the rows, so that nobody takes one fleet for another.
fn labels<'a>(state: &State, plan: &Plan, theme: &Theme) -> Option<Line<'a>> {
    let labels = guard::labels(state, &plan.rows);
    (!labels.is_empty()).then(|| labels.into_iter().flat_map(|one| [label::filled(one, theme), Span::raw(" ")]).collect())
}

/// What was entered; of a text of many lines the first.
fn entered<'a>(plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let inputs = plan.action.inputs.iter().filter(|input| !plan.values.get(input.id).is_empty());
    let line = |input: &Input| {
        let text = plan.values.get(input.id);
        let more =
            if text.lines().count() > 1 { format!(" {} {}", glyph::CUT, text::count(text.lines().count(), "line")) } else { String::new() };
        let words = Text::new(text.lines().next().unwrap_or_default());
        let words = text::cut(words.as_str(), width.saturating_sub(text::width(input.title) + 3 + text::width(&more))).into_owned();
        Line::from_iter([Span::styled(format!("{}: ", input.title), theme.label), Span::raw(words), Span::styled(more, theme.muted)])
    };
    inputs.map(line).collect()
}

/// The rows left out, by reason.
fn refused<'a>(plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    if plan.refused.is_empty() {
        return Vec::new();
    }
    let groups = consequences::grouped(plan.refused.iter().map(|(name, reason)| (reason.as_str(), name.as_str())));
    let mut lines =
        vec![Line::default(), Line::styled(format!("left out: {}", text::count(plan.refused.len(), plan.kind.noun)), theme.label)];
    for (reason, names) in groups {
        let words = text::cut(&format!("{reason}: {names}"), width.saturating_sub(2)).into_owned();
        lines.push(Line::from_iter([theme.light(Health::Off), Span::styled(format!(" {words}"), theme.muted)]));
    }
    lines
}

/// What AWS itself answered.
fn probe<'a>(state: &State, plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    if plan.action.probe.is_none() {
        return Vec::new();
    }
    let mut lines = vec![Line::default(), Line::styled("AWS, asked beforehand", theme.label)];
    match (plan.probe.asking(), plan.probe.value()) {
        (Asking::Failed { problem, .. }, _) => lines.extend(paragraph::lit(Health::Bad, &problem.line(), theme.bad, theme, width)),
        (_, Some(notes)) if notes.is_empty() => {
            lines.push(Line::from_iter([theme.light(Health::Ok), Span::raw(" nothing speaks against it")]));
        }
        (_, Some(notes)) => lines.extend(notes.iter().flat_map(|note| self::note(note, theme, width))),
        _ => lines.push(wheel::line(state, "checking", theme.busy, theme)),
    }
    lines
}

fn note<'a>(note: &Consequence, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    paragraph::lit(note.severity.health(), note.text.as_str(), theme.text, theme, width)
}

/// The last line: how to say yes. Anything else is No.
fn confirmation(pen: &mut Pen<'_>, plan: &Plan, theme: &Theme) -> Option<u16> {
    if plan.rows.is_empty() {
        pen.put("nothing is left to be done; Esc closes this", theme.muted);
        return None;
    }
    let Some(expected) = &plan.expects else {
        pen.line(&Line::from_iter([
            Span::styled("y", theme.key),
            Span::raw(format!(" {}   ", plan.action.id)),
            Span::styled("n", theme.key),
            Span::raw(" no (the default)"),
        ]));
        return None;
    };
    let ask =
        Line::from_iter([Span::raw("type "), Span::styled(expected.as_str(), theme.key), Span::raw(format!(" to {}: ", plan.action.id))]);
    pen.line(&ask);
    let room = pen.room().saturating_sub(12);
    let right = expected.starts_with(plan.typed.text());
    pen.put(text::tail(plan.typed.before(), room), if right { theme.title } else { theme.bad });
    let cursor = pen.x();
    pen.put(&plan.typed.text()[plan.typed.before().len()..], theme.title);
    if plan.typed.text() == expected.as_str() {
        pen.put(" then Enter", theme.ok);
    }
    Some(cursor)
}
