//! The line over a list: what is listed, how much of it, by what order, how old, and what is wrong with that.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::view::Rows,
    ui::{
        age,
        front::{Front, Sweep},
        glyph, label, only, rule,
        strip::Piece,
        text,
        theme::Theme,
        wheel,
    },
};

/// Draws the title line.
pub(in crate::ui) fn draw(buffer: &mut Buffer, area: Rect, front: &Front<'_>, theme: &Theme) {
    let sweep = front.sweep();
    let pieces = [what(front, theme), how(front, theme), state(front, &sweep, theme)].concat();
    rule::styled(buffer, area, pieces, label::line(front.state, theme).unwrap_or(theme.rule));
}

/// A number is shown once there is one: nothing listed yet is not the same as none.
fn what<'a>(front: &Front<'a>, theme: &Theme) -> Vec<Piece<'a>> {
    let list = front.list;
    let mut pieces = vec![Piece::left(0, Span::styled(list.kind.title, theme.title))];
    if let Some(parent) = &list.parent {
        pieces.push(Piece::left(
            2,
            Line::from_iter([Span::styled(format!("{} ", list.how()), theme.muted), Span::raw(parent.name.as_str())]),
        ));
    }
    if !front.known() {
        return pieces;
    }
    let (shown, all) = (list.view.order().len(), list.view.total());
    let count = if shown == all {
        text::grouped(all)
    } else {
        let so_far = if list.view.decided() { "" } else { "+" };
        format!("{}{so_far} of {}", text::grouped(shown), text::grouped(all))
    };
    pieces.push(Piece::left(1, Span::raw(count)));
    let unmeasured = list.view.unmeasured().len();
    if unmeasured > 0 {
        pieces.push(Piece::left(2, Span::styled(format!("{} not measured", text::grouped(unmeasured)), theme.warn)));
    }
    pieces
}

fn how<'a>(front: &Front<'a>, theme: &Theme) -> Vec<Piece<'a>> {
    let view = &front.list.view;
    let mut pieces = Vec::new();
    pieces.extend(only::piece(front.state, 3, theme));
    if view.rows == Rows::Findings {
        pieces.push(Piece::left(3, Span::styled("with findings only", theme.warn)));
    }
    if !view.filter_text.is_empty() {
        pieces.push(Piece::left(4, Span::styled(view.filter_text.as_str(), theme.accent)));
    }
    if !front.list.marks.is_empty() {
        let marks = format!("{} {} marked", glyph::MARK, text::grouped(front.list.marks.len()));
        pieces.push(Piece::left(3, Span::styled(marks, theme.mark)));
    }
    pieces.push(Piece::right(7, sort(front, theme)));
    pieces
}

fn sort<'a>(front: &Front<'a>, theme: &Theme) -> Line<'a> {
    let sort = front.list.view.sort;
    let title = sort.by.title(front.list.kind);
    let under_way = if front.list.view.in_order() { "" } else { glyph::CUT };
    Line::from_iter([Span::styled("sort: ", theme.muted), Span::raw(format!("{title} {}{under_way}", super::arrow(sort.direction)))])
}

/// ` loading 1,200 of ~4,000…`: as many as there were at an earlier start are expected.
fn loading(sweep: &Sweep<'_>) -> String {
    let of = sweep.expected.filter(|expected| *expected >= sweep.arrived && *expected > 0);
    let of = of.map_or_else(String::new, |expected| format!(" of ~{}", text::grouped(expected)));
    let number = if sweep.arrived > 0 { format!(" {}", text::grouped(sweep.arrived)) } else { String::new() };
    let all = if number.is_empty() { String::new() } else { format!("{number}{of}") };
    format!(" loading{all}{}", glyph::CUT)
}

fn state<'a>(front: &Front<'a>, sweep: &Sweep<'a>, theme: &Theme) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    if sweep.first > 0 {
        pieces.push(Piece::right(2, Line::from_iter([wheel::turning(front.state, theme), Span::styled(loading(sweep), theme.busy)])));
    }
    if let Some(problem) = sweep.missing {
        let words = format!("{} incomplete: {}", glyph::health(crate::model::Health::Warn), text::cut(problem.headline.as_str(), 40));
        pieces.push(Piece::right(3, Span::styled(words, theme.warn)));
    }
    let age = sweep.oldest.map(|at| age::old(front.state, at));
    match (age, sweep.problem) {
        (age, Some((problem, _))) => {
            let age = age.map_or_else(String::new, |age| format!("{age} {} ", glyph::NOTHING));
            let what = if sweep.failed > 1 { format!("{} targets failed", sweep.failed) } else { problem.kind.word().to_owned() };
            let words = text::cut(problem.headline.as_str(), 48).into_owned();
            pieces.push(Piece::right(2, Span::styled(format!("{age}{what}"), theme.warn)));
            pieces.push(Piece::right(6, Span::styled(words, theme.muted)));
        }
        // Younger than a step or not, it is not of this start.
        (Some(age), None) if sweep.remembered > 0 => {
            pieces.push(Piece::right(1, Span::styled(format!("last start, {age}"), theme.warn)));
        }
        (Some(age), None) => pieces.push(Piece::right(5, Span::styled(age, theme.muted))),
        (None, None) => {}
    }
    pieces
}
