//! The first line: who we are, where, how each target stands, what must not be forgotten, and the time.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    glyph, label, only,
    strip::{self, Piece, Seam},
    targets,
    theme::Theme,
};
use crate::{
    app::{
        manner::Link,
        schedule,
        settings::Standing,
        state::{Source, State},
    },
    model::format,
    service::executor::Policy,
};

/// Below this width the program's name is short.
const NARROW: u16 = 100;

/// Cells kept for the target strip in any case, those for which what is spent gives way, and those for which what is asked does: how each
/// target stands matters more.
const TARGETS: usize = 18;
const WORDS: usize = 40;
const PROFILES: usize = 72;
/// The rank of the first piece about what is spent, and that of what is asked.
const SPENT: u8 = 8;
const CALLS: u8 = 11;

/// Draws the header.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, theme: &Theme) {
    let line = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let mut pieces = around(line.width, state, theme);
    let seam = Seam { between: "  ", edge: "", filler: " ", style: theme.text };
    strip::shed(&mut pieces, CALLS, 2, usize::from(line.width).saturating_sub(PROFILES));
    strip::shed(&mut pieces, SPENT, 2, usize::from(line.width).saturating_sub(WORDS));
    strip::fit(&mut pieces, 2, usize::from(line.width).saturating_sub(TARGETS));
    let taken: usize = pieces.iter().map(|piece| piece.width() + 2).sum();
    let room = usize::from(line.width).saturating_sub(taken + 4);
    if room > 0 {
        let mut targets = targets::line(state, theme, room);
        targets.spans.insert(0, Span::styled(format!("{} ", glyph::BAR), theme.rule));
        pieces.insert(1, Piece::left(9, targets));
    }
    strip::draw(buffer, line, pieces, seam);
}

/// Everything but the targets. The clock is in the terminal's own colour: it is what an idle screen writes every second.
fn around<'a>(width: u16, state: &'a State, theme: &Theme) -> Vec<Piece<'a>> {
    let name = if width < NARROW { "qd" } else { "quarterdeck" };
    let mut pieces = vec![Piece::left(0, Span::styled(name, theme.accent))];
    pieces.extend(source(&state.setup.source, theme));
    if state.setup.policy == Policy::ReadOnly {
        pieces.push(Piece::right(1, Span::styled(" READ-ONLY ", theme.badge)));
    }
    pieces.extend(file(&state.standing, theme));
    pieces.extend(only::elsewhere(state, theme).map(|words| Piece::right(4, words)));
    pieces.extend(label::countdown(state, theme));
    pieces.extend(label::piece(state, theme));
    if schedule::asleep(state) {
        pieces.push(Piece::right(1, Span::styled("asleep: any key asks again", theme.warn)));
    }
    pieces.extend(calls(state).map(|words| Piece::right(CALLS, Line::from_iter([Span::styled("API ", theme.muted), Span::raw(words)]))));
    if state.meter.session() > 0.0 {
        let session = format!("{} so far", format::cost(state.meter.session()));
        pieces.push(Piece::right(10, Span::styled(session, theme.muted)));
        pieces.push(Piece::right(SPENT, Line::from_iter([Span::styled("CW ", theme.muted), Span::raw(spend(state))])));
    }
    let clock = match state.manner.link {
        Link::Fast => format::clock(state.now),
        Link::Slow => format::minute(state.now),
    };
    pieces.push(Piece::right(2, Line::from(format!("{clock}Z"))));
    pieces
}

/// `2.1/s`, over the last minute; nothing where none was made.
fn calls(state: &State) -> Option<String> {
    let rate = state.fleet.calls.steady();
    (rate > 0.0).then(|| if rate < 0.1 { "<0.1/s".to_owned() } else { format!("{rate:.1}/s") })
}

/// `$0.04/h`; under a cent in tenths of one, so that little is not shown as nothing.
fn spend(state: &State) -> String {
    let rate = state.meter.per_hour(state.now);
    let dollars = if rate > 0.0 { format!("{}/h", format::cost(rate)) } else { "$0/h".to_owned() };
    let stretched = match state.meter.stretched() {
        1 => dollars,
        times => format!("{dollars} ×{times}"),
    };
    if state.meter.holding(state.now) { format!("{stretched} at its limit") } else { stretched }
}

/// That the file of the configuration cannot be used, until it can.
fn file<'a>(standing: &Standing, theme: &Theme) -> Option<Piece<'a>> {
    match standing {
        Standing::Read => None,
        Standing::Outdated(_) => Some(Piece::right(1, Span::styled("config broken", theme.warn))),
        Standing::Blind(_) => Some(Piece::right(1, Span::styled(" CONFIG BROKEN ", theme.badge))),
    }
}

fn source<'a>(source: &'a Source, theme: &Theme) -> Option<Piece<'a>> {
    match source {
        Source::Aws => None,
        Source::Demo => Some(Piece::right(3, Span::styled(" DEMO ", theme.badge))),
        Source::Endpoint(url) => {
            let place = url.as_str().split_once("://").map_or(url.as_str(), |(_, place)| place);
            Some(Piece::right(3, Span::styled(format!("at {place}"), theme.accent)))
        }
    }
}
