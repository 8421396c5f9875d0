//! The line under the list: the latest message, or what is wrong with the selected row, and how runs are getting on.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    age,
    front::Front,
    glyph,
    pen::Pen,
    strip::{self, Piece, Seam},
    text,
    theme::Theme,
};
use crate::{
    app::{
        acting::outcome::Tally,
        fleet::Row,
        geometry,
        state::{Run, Screen, State, Step, Toast, Tone},
    },
    model::{Finding, Health, Key, Problem, format},
};

/// Runs told about at the same time.
const SHOWN: usize = 2;

/// Cells between two runs.
const GAP: usize = 2;

/// Draws the line; it is blank when there is nothing to say.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, theme: &Theme) {
    let line = Rect { x: area.x + 1.min(area.width), width: area.width.saturating_sub(2), ..area };
    let runs = runs(state, theme);
    let kept: usize = runs.iter().map(|piece| piece.width() + GAP).sum();
    let seam = Seam { between: "  ", edge: "", filler: " ", style: theme.text };
    strip::draw(buffer, line, runs, seam);
    let selected = match state.screen() {
        Screen::List(_) => Front::of(state).and_then(|front| front.selected()),
        Screen::Home(_) => state.selected().and_then(|(key, _)| state.fleet.tables.get(&key.kind)?.find(&key)),
        _ => None,
    };
    let words = match (state.toasts.last(), selected) {
        (Some(toast), _) => Some(said(toast, state.toasts.len() - 1, theme)),
        (None, Some(row)) => under_way(state, row, theme).or_else(|| finding(state, row, theme).filter(|_| !noted(state))),
        (None, None) => None,
    };
    let room = Rect { width: line.width.saturating_sub(kept as u16), ..line };
    Pen::new(buffer, room).line(&fitting(words.unwrap_or_default(), usize::from(room.width)));
}

/// True where what is wrong with the row stands in the notes already.
fn noted(state: &State) -> bool {
    matches!(state.screen(), Screen::Home(_)) && geometry::finding_notes(state.size) > 0
}

/// As much of a line as there is room for, cut between words.
fn fitting(line: Line<'_>, mut room: usize) -> Line<'_> {
    if strip::width(&line) <= room {
        return line;
    }
    let mut fitting = Line::default();
    for span in line.spans {
        let words = text::words(&span.content, room).into_owned();
        room -= text::width(&words);
        let cut = words.len() < span.content.len() || words != span.content;
        fitting.push_span(Span::styled(words, span.style));
        if cut {
            break;
        }
    }
    fitting
}

/// `✗ eu-west-1 throttles ×3  +2 more`: the latest message, how often it was said, and how many others are still there.
fn said<'a>(toast: &'a Toast, others: usize, theme: &Theme) -> Line<'a> {
    let mut line = match toast.tone {
        Tone::Plain => Line::from(Span::styled(toast.text.as_str(), theme.title)),
        Tone::Bad => Line::from_iter([theme.light(Health::Bad), Span::styled(format!(" {}", toast.text), theme.bad)]),
    };
    if toast.count > 1 {
        line.push_span(Span::styled(format!(" ×{}", toast.count), theme.title));
    }
    if others > 0 {
        line.push_span(Span::styled(format!("  +{others} more"), theme.muted));
    }
    line
}

/// The step of the selected row in the latest run it is in, unless that is done.
fn under_way<'a>(state: &'a State, row: &Row, theme: &Theme) -> Option<Line<'a>> {
    let (run, step) = state.runs.iter().rev().take(3).find_map(|run| Some((run, step(run, &row.key)?)))?;
    match step {
        Step::Done { .. } | Step::Unsent => None,
        Step::Calling => Some(busy(&format!("{}: calling AWS{}", run.action.id, glyph::CUT), theme)),
        Step::Following { since, doubt: None } => {
            let age = format::age(state.now.as_second() - since.as_second());
            Some(busy(&format!("{}: accepted {age} ago, following the state{}", run.action.id, glyph::CUT), theme))
        }
        Step::Following { doubt: Some(problem), .. } => Some(doubtful(run, problem, theme)),
        Step::Failed(problem) => {
            let words = format!(" {} failed: {}", run.action.id, problem.line());
            Some(Line::from_iter([theme.light(Health::Bad), Span::styled(words, theme.bad)]))
        }
    }
}

fn step<'a>(run: &'a Run, key: &Key) -> Option<&'a Step> {
    run.rows.iter().find(|(known, _, _)| known == key).map(|(_, _, step)| step)
}

fn busy<'a>(words: &str, theme: &Theme) -> Line<'a> {
    Line::from_iter([theme.light(Health::Busy), Span::styled(format!(" {words}"), theme.busy)])
}

/// The answer of a call was lost: whether it was carried out shows in the state only.
fn doubtful<'a>(run: &Run, problem: &Problem, theme: &Theme) -> Line<'a> {
    let words = format!(" {}: no clear answer ({}), looking at the state{}", run.action.id, problem.kind.word(), glyph::CUT);
    Line::from_iter([theme.light(Health::Warn), Span::styled(words, theme.warn)])
}

/// The worst finding, of equals the first: the reason, since when, and what to do.
fn finding<'a>(state: &State, row: &'a Row, theme: &Theme) -> Option<Line<'a>> {
    let worst = row.findings.iter().rev().max_by_key(|finding| finding.severity)?;
    let mut line = sentence(worst, state, theme);
    if row.findings.len() > 1 {
        line.push_span(Span::styled(format!("  +{} more", row.findings.len() - 1), theme.muted));
    }
    Some(line)
}

/// A finding as one line.
fn sentence<'a>(finding: &'a Finding, state: &State, theme: &Theme) -> Line<'a> {
    let style = theme.severity(finding.severity);
    let mut line = Line::from_iter([theme.light(finding.severity.health()), Span::raw(" "), Span::styled(finding.reason.as_str(), style)]);
    if let Some(since) = finding.since {
        line.push_span(Span::styled(format!(" for {}", age::since(state, since)), theme.muted));
    }
    if !finding.advice.is_empty() {
        line.push_span(Span::styled(format!(" {} ", glyph::NOTHING), theme.muted));
        line.push_span(Span::raw(finding.advice));
    }
    line
}

/// `stop 12/40 done · 1 failed` for the runs that are not over, newest last.
fn runs<'a>(state: &State, theme: &Theme) -> Vec<Piece<'a>> {
    let open = state.runs.iter().rev().filter(|run| run.rows.iter().any(|(_, _, step)| !step.over())).take(SHOWN);
    let mut pieces: Vec<_> = open.map(|run| Piece::right(1, progress(run, theme))).collect();
    pieces.reverse();
    pieces
}

fn progress<'a>(run: &Run, theme: &Theme) -> Line<'a> {
    let Tally { done, failed, .. } = Tally::of(run);
    let mut line = Line::from_iter([theme.light(Health::Busy), Span::raw(format!(" {} {done}/{} done", run.action.id, run.rows.len()))]);
    if failed > 0 {
        line.push_span(Span::styled(format!(" · {failed} failed"), theme.bad));
    }
    line
}
