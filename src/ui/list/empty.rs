//! A list without rows says why, and what to do about it.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{command::Command, view::Rows},
    model::{Health, TargetId},
    ui::{Look, front::Front, glyph, only, pen, targets::Standing, text, wheel},
};

/// Targets explained one by one.
const EXPLAINED: usize = 12;

/// Draws the reason in words.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, front: &Front<'_>, look: &Look<'_>) {
    let area = Rect { x: area.x + 3.min(area.width), width: area.width.saturating_sub(6), ..area };
    let lines = words(front, look, usize::from(area.width));
    let top = Rect { y: area.y + u16::from(area.height > 4), ..area }.intersection(area);
    pen::lines(buffer, top, &lines, 0);
}

fn words<'a>(front: &Front<'a>, look: &Look<'_>, width: usize) -> Vec<Line<'a>> {
    if front.list.view.total() > 0 {
        return hidden(front, look);
    }
    let sweep = front.sweep();
    let listed = (sweep.first + sweep.waiting, sweep.failed) == (0, 0);
    if let Some(places) = front.state.sight.words().filter(|_| listed && front.table.is_some_and(|table| !table.is_empty())) {
        return out_of_sight(front, places, look);
    }
    let title = front.list.kind.title;
    let told = |health, headline| Line::from_iter([look.theme.light(health), Span::styled(headline, look.theme.title)]);
    let headline = match (sweep.first + sweep.waiting, sweep.failed) {
        (0, 0) => told(Health::Off, format!(" No {title} here.")),
        (0, _) => told(Health::Bad, format!(" No {title} could be listed.")),
        _ => wheel::line(front.state, &format!("Loading {title}"), look.theme.title, look.theme),
    };
    let mut lines = vec![headline, Line::default()];
    lines.extend(places(front, look, width));
    if front.state.sight.words().is_some() {
        lines.extend([Line::default(), only::way_back(look.theme)]);
    }
    lines
}

/// There are rows, in other places than those that are in sight.
fn out_of_sight<'a>(front: &Front<'a>, places: String, look: &Look<'_>) -> Vec<Line<'a>> {
    let theme = look.theme;
    vec![
        Line::from_iter([Span::styled(format!("No {} in ", front.list.kind.title), theme.title), Span::styled(places, theme.accent)]),
        Line::default(),
        only::way_back(theme),
    ]
}

/// There are rows, and the filter or the findings switch hides them all.
fn hidden<'a>(front: &Front<'a>, look: &Look<'_>) -> Vec<Line<'a>> {
    let (view, theme) = (&front.list.view, look.theme);
    if !view.decided() {
        return vec![Line::from_iter([theme.light(Health::Busy), Span::styled(format!(" Looking{}", glyph::CUT), theme.title)])];
    }
    if let Some(parent) = front.list.parent.as_ref().filter(|_| view.filter_text.is_empty() && view.rows == Rows::All) {
        return vec![Line::from_iter([
            theme.light(Health::Off),
            Span::styled(format!(" No {} {} {}.", front.list.kind.title, front.list.how(), parent.name), theme.title),
        ])];
    }
    let all = text::grouped(view.total());
    let title = front.list.kind.title;
    let key = |command| Span::styled(look.key(command), theme.key);
    if view.filter_text.is_empty() && view.rows == Rows::Findings {
        let well = Line::from_iter([
            theme.light(Health::Ok),
            Span::styled(format!(" Nothing is wrong: all {all} {title} are well."), theme.title),
        ]);
        return vec![well, Line::default(), Line::from_iter([key(Command::Findings), Span::raw(" shows them all again")])];
    }
    let none = format!("None of {all} {title} passes ");
    let mut lines = vec![
        Line::from_iter([Span::styled(none, theme.title), Span::styled(view.filter_text.as_str(), theme.accent)]),
        Line::default(),
        Line::from_iter([key(Command::Back), Span::raw(" clears the filter   "), key(Command::Filter), Span::raw(" changes it")]),
    ];
    if view.unmeasured().len() > 0 {
        let left_out = text::count(view.unmeasured().len(), "row");
        lines.push(Line::default());
        lines.push(Line::raw(format!("{left_out} could pass, but nothing is known of the metric yet")));
        lines.push(Line::from_iter([key(Command::SortNext), Span::raw(" to that column says what asking about all of them costs")]));
    }
    lines
}

/// How each target stands, with the reason and the hint where it failed.
fn places<'a>(front: &Front<'a>, look: &Look<'_>, width: usize) -> Vec<Line<'a>> {
    let known = |target: TargetId| front.state.fleet.targets.get(usize::from(target.0));
    let targets = front.listings().filter_map(|(target, listing)| Some((listing, known(target)?)));
    let mut lines = Vec::new();
    for (listing, state) in targets.take(EXPLAINED) {
        let standing = Standing::of(state, listing);
        let place = format!(" {} {}  ", state.target.profile, state.target.region);
        let word = Span::styled(standing.word(), look.theme.health(standing.health()));
        lines.push(Line::from_iter([look.theme.light(standing.health()), Span::raw(place), word]));
        let problem = state.identity.problem().or_else(|| listing?.count.problem());
        for words in problem.into_iter().flat_map(|problem| [problem.headline.as_str(), problem.hint.as_str()]) {
            let wrapped = text::wrap(words, width.saturating_sub(4));
            lines.extend(
                wrapped
                    .into_iter()
                    .filter(|line| !line.is_empty())
                    .map(|line| Line::from(Span::styled(format!("  {line}"), look.theme.muted))),
            );
        }
    }
    let more = front.listings().count().saturating_sub(EXPLAINED);
    if more > 0 {
        lines.push(Line::from(Span::styled(format!("and {} more", text::count(more, "target")), look.theme.muted)));
    }
    lines
}
