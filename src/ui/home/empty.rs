//! No findings: because all is well, because nobody has answered yet, or because nothing can be seen. And what cannot be seen.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        command::Command,
        home::{self, Home, Sight},
        state::State,
    },
    model::Health,
    service,
    ui::{Look, glyph, only, paragraph, pen, reader, text, theme::Theme},
};

/// Draws the reason in words.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, screen: &Home, state: &State, sight: &Sight<'_>, look: &Look<'_>) {
    let inner = reader::inset(Rect { y: area.y + u16::from(area.height > 4), ..area }.intersection(area));
    if home::severities(state) != [0; 3] {
        return pen::lines(buffer, inner, &hidden(screen, state, look), 0);
    }
    let (health, headline) = headline(state, sight);
    let mut lines = vec![Line::from_iter([look.theme.light(health), Span::styled(format!(" {headline}"), look.theme.title)])];
    lines.extend(paragraph::indented(&beyond(state, sight), 2, look.theme.muted, usize::from(inner.width)));
    if let Some(only) = only::words(state, look.theme) {
        lines.extend([Line::default(), only, only::way_back(look.theme)]);
    }
    pen::lines(buffer, inner, &lines, 0);
    let used = (lines.len() as u16).min(inner.height);
    unseen(buffer, Rect { y: inner.y + used, height: inner.height - used, ..area }, state, sight, look.theme);
}

fn headline(state: &State, sight: &Sight<'_>) -> (Health, String) {
    let blind = sight.unseen.iter().filter(|(_, kind, _)| kind.is_none()).count();
    if blind == sight.places {
        return (Health::Bad, "Nothing can be seen: no place answers as it should.".to_owned());
    }
    let places = text::count(sight.places, "place");
    match (sight.answered, rows(state)) {
        (0, 0) => (Health::Busy, format!("Looking at {places}: nothing is known yet.")),
        (answered, _) if answered < sight.places => {
            (Health::Busy, format!("Nothing is wrong so far: {answered} of {places} have answered for everything."))
        }
        (_, rows) => (Health::Ok, format!("Nothing is wrong with {} in {places}.", text::count(rows, "resource"))),
    }
}

fn rows(state: &State) -> usize {
    let seen = state.seen();
    service::watched().filter_map(|kind| state.fleet.tables.get(&kind.id)).map(|table| table.tally(&seen).rows).sum()
}

/// What that is known from, so that nobody takes it for more than it is.
fn beyond(state: &State, sight: &Sight<'_>) -> String {
    if rows(state) == 0 && sight.answered < sight.places {
        return String::new();
    }
    let seen = state.seen();
    let known = service::watched().filter(|kind| state.fleet.tables.get(&kind.id).is_some_and(|table| table.tally(&seen).rows > 0));
    let titles: Vec<&str> = known.map(|kind| kind.title).collect();
    if titles.is_empty() { String::new() } else { format!("Looked at: {}.", titles.join(", ")) }
}

/// There are findings, and the filter hides them all.
fn hidden<'a>(screen: &'a Home, state: &State, look: &Look<'_>) -> Vec<Line<'a>> {
    let theme = look.theme;
    if !state.findings.board.decided() {
        return vec![Line::from_iter([theme.light(Health::Busy), Span::styled(format!(" Looking{}", glyph::CUT), theme.title)])];
    }
    let none = format!("None of {} has ", text::count(home::severities(state).iter().sum(), "finding"));
    let key = |command| Span::styled(look.key(command), theme.key);
    vec![
        Line::from_iter([Span::styled(none, theme.title), Span::styled(screen.filter_text.as_str(), theme.accent)]),
        Line::default(),
        Line::from_iter([key(Command::Back), Span::raw(" clears the filter   "), key(Command::Filter), Span::raw(" changes it")]),
    ]
}

/// What cannot be seen, and why, as far as there is room.
pub(super) fn unseen(buffer: &mut Buffer, area: Rect, state: &State, sight: &Sight<'_>, theme: &Theme) {
    if sight.unseen.is_empty() || area.height < 3 {
        return;
    }
    let inner = reader::inset(Rect { y: area.y + 1, height: area.height - 1, ..area });
    let width = usize::from(inner.width);
    let mut lines = vec![Line::styled("not seen", theme.accent)];
    for (target, kind, problem) in &sight.unseen {
        let what = kind.map_or_else(String::new, |kind| format!(" {}", kind.title));
        let words = format!("{}{what}: {}", state.place(*target), problem.headline);
        let health = if kind.is_some() { Health::Warn } else { Health::Bad };
        lines.extend(paragraph::lit(health, &words, theme.health(health), theme, width));
        lines.extend(paragraph::indented(problem.hint.as_str(), 2, theme.muted, width));
    }
    if lines.len() > usize::from(inner.height) {
        lines.truncate(usize::from(inner.height).saturating_sub(1));
        lines.push(Line::styled(format!("{} more: the list of accounts and regions has all", glyph::CUT), theme.muted));
    }
    pen::lines(buffer, inner, &lines, 0);
}
