//! The last line: the keys that matter here, or the prompt and what is wrong with what was typed.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    Look, glyph, prompt,
    strip::{self, Piece, Seam},
    text,
};
use crate::{
    app::{
        command::Command,
        geometry,
        pricing::Offer,
        state::{Overlay, Panel, Screen, State},
    },
    model::format,
};

type Hint = (Command, &'static str);

const HOME: &[Hint] = &[
    (Command::Help, "help"),
    (Command::Open, "go to it"),
    (Command::Filter, "filter"),
    (Command::Actions, "act"),
    (Command::Metrics, "metrics"),
    (Command::NextTab, "next tab"),
    (Command::Describe, "describe"),
    (Command::Palette, "command"),
    (Command::Below, "below"),
    (Command::Yaml, "raw"),
    (Command::Overview, "overview"),
    (Command::Changes, "what changed"),
    (Command::Targets, "targets"),
    (Command::Refresh, "refresh"),
    (Command::Errors, "errors"),
    (Command::CopyId, "copy id"),
    (Command::Quit, "quit"),
];

const OVERVIEW: &[Hint] = &[
    (Command::Back, "back"),
    (Command::Open, "open"),
    (Command::NextTab, "next"),
    (Command::PreviousTab, "previous"),
    (Command::Down, "down"),
    (Command::Up, "up"),
    (Command::Changes, "what changed"),
    (Command::Home, "findings"),
    (Command::Refresh, "refresh"),
    (Command::Help, "help"),
];

const TURNS: &[Hint] = &[
    (Command::Back, "back"),
    (Command::Open, "go to it"),
    (Command::Changes, "of the row, or of all"),
    (Command::PageDown, "page down"),
    (Command::Help, "help"),
];

const LIST: &[Hint] = &[
    (Command::Help, "help"),
    (Command::Filter, "filter"),
    (Command::Open, "open"),
    (Command::Below, "below"),
    (Command::Related, "related"),
    (Command::Actions, "act"),
    (Command::Findings, "findings"),
    (Command::Metrics, "metrics"),
    (Command::Palette, "command"),
    (Command::Describe, "describe"),
    (Command::Yaml, "raw"),
    (Command::Mark, "mark"),
    (Command::Refresh, "refresh"),
    (Command::Wide, "wide"),
    (Command::Columns, "columns"),
    (Command::NextTab, "next tab"),
    (Command::Home, "all findings"),
    (Command::Errors, "errors"),
    (Command::Targets, "targets"),
    (Command::CopyMenu, "copy"),
    (Command::Save, "save"),
    (Command::Quit, "quit"),
];

const DETAIL: &[Hint] = &[
    (Command::Back, "back"),
    (Command::Actions, "act"),
    (Command::Related, "related"),
    (Command::Yaml, "raw"),
    (Command::CopyMenu, "copy"),
    (Command::CopyArn, "copy ARN"),
    (Command::Refresh, "refresh"),
    (Command::Help, "help"),
];

const RAW: &[Hint] = &[
    (Command::Back, "back"),
    (Command::Filter, "search"),
    (Command::NextMatch, "next"),
    (Command::PreviousMatch, "previous"),
    (Command::Yaml, "YAML"),
    (Command::Json, "JSON"),
    (Command::Help, "help"),
];

const MENU: &[Hint] = &[(Command::Back, "close"), (Command::Open, "plan"), (Command::Down, "down"), (Command::Up, "up")];

const BELOW: &[Hint] = &[(Command::Back, "close"), (Command::Open, "open"), (Command::Down, "down"), (Command::Up, "up")];

const THEMES: &[Hint] = &[(Command::Back, "as before"), (Command::Open, "keep"), (Command::Down, "down"), (Command::Up, "up")];
const COPYING: &[Hint] = &[(Command::Back, "close"), (Command::Open, "copy"), (Command::Down, "down"), (Command::Up, "up")];

const COLUMNS: &[Hint] = &[(Command::Back, "close"), (Command::Down, "down"), (Command::Up, "up")];

const FORM: &[Hint] = &[(Command::Back, "leave without doing anything")];

const PLAN: &[Hint] = &[(Command::Back, "leave without doing anything")];

const COMPARISON: &[Hint] = &[
    (Command::Back, "back"),
    (Command::NextMatch, "next difference"),
    (Command::PreviousMatch, "previous"),
    (Command::PageDown, "page down"),
    (Command::Refresh, "refresh"),
    (Command::Quit, "quit"),
];

const TARGETS: &[Hint] = &[
    (Command::Back, "back"),
    (Command::SignIn, "sign in"),
    (Command::Refresh, "ask again"),
    (Command::Errors, "errors"),
    (Command::Help, "help"),
    (Command::Quit, "quit"),
];

const OUTCOME: &[Hint] = &[
    (Command::Back, "call off, or back"),
    (Command::Undo, "undo"),
    (Command::Journal, "journal"),
    (Command::PageDown, "page down"),
    (Command::Quit, "back"),
];

const HELP: &[Hint] = &[
    (Command::Back, "back"),
    (Command::Filter, "look for"),
    (Command::PageDown, "page down"),
    (Command::PageUp, "page up"),
    (Command::Theme, "themes"),
    (Command::Quit, "quit"),
];

const TEXT: &[Hint] = &[(Command::Back, "back"), (Command::PageDown, "page down"), (Command::PageUp, "page up"), (Command::Quit, "quit")];

/// Draws the keys or the prompt; gives the place of the text cursor when there is one.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, look: &Look<'_>) -> Option<Position> {
    let line = inset(area);
    if let Some(Overlay::Prompt(prompt)) = &state.nav.overlay {
        return Some(prompt::draw(buffer, line, prompt, state, look));
    }
    if let Some(Overlay::Offer(offer)) = &state.nav.overlay {
        price(buffer, line, offer, look);
        return None;
    }
    keys(buffer, line, state, look);
    None
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area }
}

/// `sorting by CPU asks for 412 metrics: $0.004  y ask  Esc leave it`
fn price(buffer: &mut Buffer, line: Rect, offer: &Offer, look: &Look<'_>) {
    let title = offer.kind.metrics.get(offer.metric).map_or("?", |metric| metric.title);
    let so_far = if offer.next.is_some() { glyph::CUT } else { "" };
    let questions = text::count(offer.questions, "metric");
    let words = format!("sorting by {title} asks for {questions}: {}{so_far}", format::cost(offer.dollars()));
    let mut pieces = vec![Piece::left(0, Span::styled(words, look.theme.warn))];
    let key = |key: String, word: &'static str| {
        Line::from_iter([Span::styled(key, look.theme.key), Span::styled(format!(" {word}"), look.theme.muted)])
    };
    pieces.push(Piece::left(1, key("y".to_owned(), "ask")));
    pieces.push(Piece::left(2, key(look.key(Command::Back), "leave it")));
    pieces.extend(hint(Command::SortNext, "next column", 3, look));
    strip::draw(buffer, line, pieces, Seam { between: "  ", edge: "", filler: " ", style: look.theme.text });
}

fn keys(buffer: &mut Buffer, line: Rect, state: &State, look: &Look<'_>) {
    let mut pieces: Vec<_> = offered(state, look).into_iter().map(|(_, piece)| piece).collect();
    pieces.extend(shortage(state, look));
    strip::draw(buffer, line, pieces, seam(look));
}

fn seam(look: &Look<'_>) -> Seam {
    Seam { between: "  ", edge: "", filler: " ", style: look.theme.text }
}

fn offered<'a>(state: &State, look: &Look<'_>) -> Vec<(Command, Piece<'a>)> {
    let fitting = hints(state).iter().filter(|(command, _)| fits(*command, state)).zip(1..);
    fitting.filter_map(|((command, word), rank)| Some((*command, hint(*command, word, rank, look)?))).collect()
}

/// Where the keys are that are offered.
pub(super) fn places(area: Rect, state: &State, look: &Look<'_>) -> Vec<(Rect, Command)> {
    if matches!(state.nav.overlay, Some(Overlay::Prompt(_) | Overlay::Offer(_))) {
        return Vec::new();
    }
    let line = inset(area);
    let (commands, mut pieces): (Vec<_>, Vec<_>) = offered(state, look).into_iter().unzip();
    pieces.extend(shortage(state, look));
    let places = strip::places(line, pieces, seam(look)).into_iter();
    places.filter_map(|(place, at)| Some((place, *commands.get(at)?))).collect()
}

fn shortage<'a>(state: &State, look: &Look<'_>) -> Option<Piece<'a>> {
    if state.nav.charts == Panel::Open && matches!(state.screen(), Screen::List(_)) && state.size.1 < geometry::CHARTS_FROM {
        let words = format!("charts need {} lines", geometry::CHARTS_FROM);
        return Some(Piece::right(1, Span::styled(words, look.theme.warn)));
    }
    None
}

/// A key that would do nothing here is not mentioned.
fn fits(command: Command, state: &State) -> bool {
    let kind = state.kind();
    match command {
        Command::Below => kind.is_some_and(|kind| !kind.opens.is_empty()),
        Command::Related => kind.is_some_and(|kind| !kind.related.is_empty()),
        Command::Actions => kind.is_some_and(|kind| !kind.actions.is_empty()),
        _ => true,
    }
}

fn hints(state: &State) -> &'static [Hint] {
    match (&state.nav.overlay, state.screen()) {
        (Some(Overlay::Menu(_)), _) => MENU,
        (Some(Overlay::Below(_) | Overlay::Related(_)), _) => BELOW,
        (Some(Overlay::Themes(_)), _) => THEMES,
        (Some(Overlay::Copying(_)), _) => COPYING,
        (Some(Overlay::Columns(_)), _) => COLUMNS,
        (Some(Overlay::Form(_)), _) => FORM,
        (Some(Overlay::Plan(_) | Overlay::Offer(_)), _) => PLAN,
        (_, Screen::Home(_)) => HOME,
        (_, Screen::Overview(_)) => OVERVIEW,
        (_, Screen::Turns(_)) => TURNS,
        (_, Screen::List(_)) => LIST,
        (_, Screen::Detail(_)) => DETAIL,
        (_, Screen::Raw(_)) => RAW,
        (_, Screen::Comparison(_)) => COMPARISON,
        (_, Screen::Targets(_)) => TARGETS,
        (_, Screen::Outcome(_)) => OUTCOME,
        (_, Screen::Help(_)) => HELP,
        (_, Screen::Errors(_) | Screen::Log(_) | Screen::Journal(_) | Screen::Report(_)) => TEXT,
    }
}

/// `/ filter`; a command without a key is not mentioned.
fn hint<'a>(command: Command, word: &'a str, rank: u8, look: &Look<'_>) -> Option<Piece<'a>> {
    let key = look.key(command);
    let shown = !key.is_empty();
    shown.then(|| {
        Piece::left(rank, Line::from_iter([Span::styled(key, look.theme.key), Span::styled(format!(" {word}"), look.theme.muted)]))
    })
}
