//! The last line: the keys that matter here, or the prompt and what is wrong with what was typed.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    Look, glyph,
    pen::Pen,
    strip::{self, Piece, Seam},
    text,
};
use crate::{
    app::{
        command::Command,
        geometry,
        pricing::Offer,
        signing,
        state::{Asks, Overlay, Panel, Prompt, Screen, State},
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
    (Command::Actions, "act"),
    (Command::Findings, "findings"),
    (Command::Metrics, "metrics"),
    (Command::Palette, "command"),
    (Command::Describe, "describe"),
    (Command::Yaml, "raw"),
    (Command::Mark, "mark"),
    (Command::Refresh, "refresh"),
    (Command::Wide, "wide"),
    (Command::NextTab, "next tab"),
    (Command::Home, "all findings"),
    (Command::Errors, "errors"),
    (Command::Targets, "targets"),
    (Command::CopyId, "copy id"),
    (Command::Quit, "quit"),
];

const DETAIL: &[Hint] = &[
    (Command::Back, "back"),
    (Command::Actions, "act"),
    (Command::Yaml, "raw"),
    (Command::CopyArn, "copy ARN"),
    (Command::CopyId, "copy id"),
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
    let line = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    if let Some(Overlay::Prompt(prompt)) = &state.nav.overlay {
        return Some(ask(buffer, line, prompt, state, look));
    }
    if let Some(Overlay::Offer(offer)) = &state.nav.overlay {
        price(buffer, line, offer, look);
        return None;
    }
    keys(buffer, line, state, look);
    None
}

/// `sorting by CPU asks for 412 metrics: $0.004  y ask  Esc leave it`
fn price(buffer: &mut Buffer, line: Rect, offer: &Offer, look: &Look<'_>) {
    let title = offer.kind.metrics.get(offer.metric).map_or("?", |metric| metric.title);
    let words = format!("sorting by {title} asks for {}: {}", text::count(offer.questions, "metric"), format::cost(offer.dollars()));
    let mut pieces = vec![Piece::left(0, Span::styled(words, look.theme.warn))];
    let key = |key: String, word: &'static str| {
        Line::from_iter([Span::styled(key, look.theme.key), Span::styled(format!(" {word}"), look.theme.muted)])
    };
    pieces.push(Piece::left(1, key("y".to_owned(), "ask")));
    pieces.push(Piece::left(2, key((look.keys)(Command::Back), "leave it")));
    pieces.extend(hint(Command::SortNext, "next column", 3, look));
    strip::draw(buffer, line, pieces, Seam { between: "  ", edge: "", filler: " ", style: look.theme.text });
}

fn keys(buffer: &mut Buffer, line: Rect, state: &State, look: &Look<'_>) {
    let mut pieces: Vec<_> = hints(state)
        .iter()
        .filter(|(command, _)| fits(*command, state))
        .zip(1..)
        .filter_map(|((command, word), rank)| hint(*command, word, rank, look))
        .collect();
    if state.nav.charts == Panel::Open && matches!(state.screen(), Screen::List(_)) && state.size.1 < geometry::CHARTS_FROM {
        let words = format!("charts need {} lines", geometry::CHARTS_FROM);
        pieces.push(Piece::right(1, Span::styled(words, look.theme.warn)));
    }
    strip::draw(buffer, line, pieces, Seam { between: "  ", edge: "", filler: " ", style: look.theme.text });
}

/// A key that would do nothing here is not mentioned.
fn fits(command: Command, state: &State) -> bool {
    let kind = state.kind();
    match command {
        Command::Below => kind.is_some_and(|kind| !kind.opens.is_empty()),
        Command::Actions => kind.is_some_and(|kind| !kind.actions.is_empty()),
        _ => true,
    }
}

fn hints(state: &State) -> &'static [Hint] {
    match (&state.nav.overlay, state.screen()) {
        (Some(Overlay::Menu(_)), _) => MENU,
        (Some(Overlay::Below(_)), _) => BELOW,
        (Some(Overlay::Themes(_)), _) => THEMES,
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
        (_, Screen::Errors(_) | Screen::Journal(_) | Screen::Report(_)) => TEXT,
    }
}

/// `/ filter`; a command without a key is not mentioned.
fn hint<'a>(command: Command, word: &'a str, rank: u8, look: &Look<'_>) -> Option<Piece<'a>> {
    let key = (look.keys)(command);
    let shown = !key.is_empty();
    shown.then(|| {
        Piece::left(rank, Line::from_iter([Span::styled(key, look.theme.key), Span::styled(format!(" {word}"), look.theme.muted)]))
    })
}

/// What is shown of what was typed; of a code only how much it is.
fn seen(prompt: &Prompt, words: &str) -> String {
    if matches!(prompt.asks, Asks::Code(_)) { glyph::DOT.repeat(words.chars().count()) } else { words.to_owned() }
}

/// The prompt with what was typed; of a long line the part around the cursor is shown.
fn ask(buffer: &mut Buffer, line: Rect, prompt: &Prompt, state: &State, look: &Look<'_>) -> Position {
    let theme = look.theme;
    let (sign, hint) = match prompt.asks {
        Asks::Filter => ("/", "filter: words, column:value, column>number, tag:key=value, !not".to_owned()),
        Asks::Search => ("/", "search".to_owned()),
        Asks::Command => (":", "command, kind or action".to_owned()),
        Asks::Code(target) => ("MFA code:", signing::asks(state, target).to_string()),
    };
    let (typed, caret) = (seen(prompt, prompt.line.text()), seen(prompt, prompt.line.before()));
    let complaint = prompt.complaint.as_deref().map(|words| format!(" {} {words}", glyph::health(crate::model::Health::Bad)));
    let kept = complaint.as_deref().map_or(0, text::width).min(usize::from(line.width / 2));
    let mut pen = Pen::new(buffer, line);
    pen.put(sign, theme.accent).skip(1);
    let room = pen.room().saturating_sub(kept + 1);
    let before = text::tail(&caret, room);
    pen.put(before, theme.text);
    let cursor = Position { x: pen.x().min(line.right().saturating_sub(1)), y: line.y };
    let after = &typed[caret.len()..];
    pen.put(text::head(after, room - text::width(before)), theme.text);
    match complaint {
        Some(words) => pen.put(&words, theme.bad),
        None if prompt.line.text().is_empty() => pen.skip(1).put(&hint, theme.muted),
        None => &mut pen,
    };
    cursor
}
