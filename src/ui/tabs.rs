//! The second line: every service with its number of rows and findings.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{front, glyph, pen::Pen, strip, text, theme::Theme};
use crate::{
    app::{
        home,
        sight::Seen,
        state::{Screen, State},
    },
    model::KindId,
    service::{self, Service},
};

/// Cells between two tabs.
const BETWEEN: u16 = 3;

/// How much a tab says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Counts,
    Title,
}

/// Draws the tabs; the one in front is always among them.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, theme: &Theme) {
    let line = inset(area);
    let (tabs, (first, last)) = fitting(line, state, theme);
    let mut pen = Pen::new(buffer, line);
    if first > 0 {
        pen.put(glyph::MORE_LEFT, theme.muted).skip(1);
    }
    for (at, tab) in tabs.iter().enumerate().take(last).skip(first) {
        if at > first {
            pen.put(&format!(" {} ", glyph::BAR), theme.rule);
        }
        pen.line(tab);
    }
    if last < tabs.len() {
        pen.skip(1).put(glyph::MORE_RIGHT, theme.muted);
    }
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// The tabs, and which of them there is room for.
fn fitting<'a>(line: Rect, state: &'a State, theme: &Theme) -> (Vec<Line<'a>>, (usize, usize)) {
    let front = match state.surface() {
        Some(Screen::List(list)) => position(list.kind.id).map_or(0, |at| at + 1),
        _ => 0,
    };
    let room = usize::from(line.width);
    let full = tabs(state, theme, front, Detail::Counts);
    let tabs = if length(&full) <= room { full } else { tabs(state, theme, front, Detail::Title) };
    let seen = visible(&tabs, front, room);
    (tabs, seen)
}

/// Where the tabs are, by their position: the findings, then the services.
pub(super) fn places(area: Rect, state: &State, theme: &Theme) -> Vec<(Rect, usize)> {
    let line = inset(area);
    let (tabs, (first, last)) = fitting(line, state, theme);
    let mut x = line.x + if first > 0 { 2 } else { 0 };
    let place = |at: usize| {
        let place = Rect { x, width: strip::width(&tabs[at]) as u16, ..line };
        x = place.right() + BETWEEN;
        (place.intersection(line), at)
    };
    (first..last).map(place).collect()
}

fn position(kind: KindId) -> Option<usize> {
    service::ALL.iter().position(|service| service.kinds.iter().any(|known| known.id == kind))
}

fn tabs<'a>(state: &State, theme: &Theme, front: usize, detail: Detail) -> Vec<Line<'a>> {
    let look = |at: usize| if at == front { (theme.tab, Detail::Counts) } else { (theme.text, detail) };
    let seen = state.seen();
    let services = (1..).zip(service::ALL).map(|(at, service)| tab(state, &seen, service, theme, look(at)));
    std::iter::once(findings(state, theme, look(0))).chain(services).collect()
}

/// `Findings 7`: how many rows there are that something is wrong with.
fn findings<'a>(state: &State, theme: &Theme, (style, detail): (Style, Detail)) -> Line<'a> {
    let mut line = Line::from(Span::styled("Findings", style));
    let counts = home::severities(state);
    let all: usize = counts.iter().sum();
    if all > 0 && detail == Detail::Counts {
        let [.., critical] = counts;
        let style = if critical > 0 { theme.bad } else { theme.warn };
        line.push_span(Span::styled(format!(" {}", text::grouped(all)), style));
    }
    line
}

/// `EC2 412 !7`, of what is in sight: nothing is said of what was never listed. What is wrong is counted over all levels of the service.
fn tab<'a>(state: &State, seen: &Seen, service: &Service, theme: &Theme, (style, detail): (Style, Detail)) -> Line<'a> {
    let mut line = Line::from(Span::styled(service.title, style));
    let tally = service.kinds.first().and_then(|kind| front::tally(state, seen, kind.id));
    if let (Some(tally), Detail::Counts) = (tally, detail) {
        line.push_span(Span::styled(format!(" {}", text::grouped(tally.rows)), theme.muted));
        let wrong = front::unwell(state, seen, service);
        if wrong > 0 {
            line.push_span(Span::styled(format!(" {}{}", glyph::TROUBLE, text::grouped(wrong)), theme.warn));
        }
    }
    line
}

fn length(tabs: &[Line<'_>]) -> usize {
    tabs.iter().map(|tab| strip::width(tab) + 3).sum::<usize>().saturating_sub(3)
}

/// The tabs around `front` that fit, with two cells kept at each end to say that there are more.
fn visible(tabs: &[Line<'_>], front: usize, room: usize) -> (usize, usize) {
    if length(tabs) <= room {
        return (0, tabs.len());
    }
    let room = room.saturating_sub(4);
    let (mut first, mut last) = (front.min(tabs.len()), (front + 1).min(tabs.len()));
    loop {
        if last < tabs.len() && length(&tabs[first..=last]) <= room {
            last += 1;
        } else if first > 0 && length(&tabs[first - 1..last]) <= room {
            first -= 1;
        } else {
            return (first, last);
        }
    }
}
