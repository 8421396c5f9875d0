//! How an action gets on: a bar for all rows, and below it what became of each, the failed ones first with what to do.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{Look, glyph, layout::Areas, paragraph, reader, strip::Piece, text, theme::Theme};
use crate::{
    app::{
        acting::{
            outcome::Tally,
            undoing::{self, Offer},
        },
        command::Command,
        state::{Course, Outcome, Run, State, Step, Throttled},
    },
    model::{Health, Problem, format},
};

/// Cells of the bar, where there is room.
const BAR: usize = 40;
/// Cells before the names of rows.
const INDENT: usize = 2;

/// Draws the outcome of a run.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, outcome: &Outcome, look: &Look<'_>) {
    let theme = look.theme;
    let Some(run) = state.runs.iter().find(|run| run.id == outcome.run) else { return };
    let width = usize::from(reader::inset(areas.body).width);
    let tally = Tally::of(run);
    let title = vec![
        Piece::left(0, Span::styled(format!("{} {}", run.action.id, text::count(run.rows.len(), run.kind.noun)), theme.title)),
        Piece::left(1, standing(run, tally, theme)),
        Piece::right(2, Span::styled(format!("begun at {}Z", format::clock(run.started)), theme.muted)),
    ];
    let mut lines = vec![Line::default(), bar(tally, run.rows.len(), width, theme)];
    lines.extend(paragraph::indented(&tally.words(), 0, theme.title, width));
    lines.extend(throttled(state, run, tally, theme, width));
    lines.push(Line::default());
    lines.extend(offered(state, run, look, width));
    lines.extend(failures(state, run, theme, width));
    lines.extend(going(run, theme, width));
    lines.extend(named(run, "not sent", Health::Off, |step| matches!(step, Step::Unsent), theme, width));
    lines.extend(named(run, "not answered yet", Health::Busy, |step| matches!(step, Step::Calling), theme, width));
    lines.extend(named(run, "done", Health::Ok, |step| matches!(step, Step::Done { .. }), theme, width));
    reader::draw(buffer, areas, title, &lines, outcome.scroll, theme);
}

fn standing<'a>(run: &Run, tally: Tally, theme: &Theme) -> Span<'a> {
    match (tally.over() == run.rows.len(), run.course) {
        (true, _) => Span::styled("over", theme.muted),
        (false, Course::CalledOff) => Span::styled("called off", theme.warn),
        (false, Course::UnderWay) => Span::styled("under way", theme.busy),
    }
}

/// `███████████░░░░░  48 %`: done, then what is over without being done, then the rest.
fn bar<'a>(tally: Tally, all: usize, width: usize, theme: &Theme) -> Line<'a> {
    let room = BAR.min(width.saturating_sub(6));
    let part = |count: usize, of: usize| count * of / all.max(1);
    let cells = |count: usize| part(count, room);
    let (done, failed) = (cells(tally.done), cells(tally.failed + tally.unsent));
    let block = |count: usize, sign: &str, style| Span::styled(sign.repeat(count), style);
    Line::from_iter([
        block(done, glyph::FULL, theme.ok),
        block(failed, glyph::FULL, theme.bad),
        block(room - done - failed, glyph::EMPTY, theme.muted),
        Span::styled(format!("  {} %", part(tally.over(), 100)), theme.muted),
    ])
}

/// That AWS wants fewer calls, and what is done about it; once nothing is left to send, that it did.
fn throttled<'a>(state: &State, run: &Run, tally: Tally, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let Some(Throttled { times, latest, at }) = run.held else { return Vec::new() };
    if tally.calling == 0 {
        let words = format!("AWS throttled it {}; what was throttled was sent again", text::count(times, "time"));
        return paragraph::indented(&words, 0, theme.muted, width);
    }
    let left = latest.pause.as_secs().cast_signed() - state.now.duration_since(at).as_secs();
    let when = if left > 0 { format!("in {left} s") } else { "now".to_owned() };
    let rows = text::count(latest.rows, run.kind.noun);
    let words = format!("AWS throttles ({} so far): {rows} sent again {when}, the rest at half of the pace", text::count(times, "time"));
    paragraph::lit(Health::Warn, &words, theme.warn, theme, width)
}

/// What takes it back, where anything does now.
fn offered<'a>(state: &State, run: &Run, look: &Look<'_>, width: usize) -> Vec<Line<'a>> {
    let Some(Offer { action, rows, .. }) = undoing::offer(state, run) else { return Vec::new() };
    let key = look.key(Command::Undo);
    let words = format!("{key} undoes it: {} {}, through a plan of its own", action.id, text::count(rows.len(), run.kind.noun));
    let mut lines = paragraph::indented(&words, 0, look.theme.label, width);
    lines.push(Line::default());
    lines
}

/// What went wrong, said once for all rows with the same, and the rows.
fn failures<'a>(state: &State, run: &'a Run, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut sorts: Vec<(&Problem, Vec<String>)> = Vec::new();
    for (key, name, step) in &run.rows {
        let Step::Failed(problem) = step else { continue };
        let row = format!("{name}  {}  {}", key.id, state.place(key.target));
        let same = |known: &Problem| (known.kind, &known.code, &known.hint) == (problem.kind, &problem.code, &problem.hint);
        match sorts.iter_mut().find(|(known, _)| same(known)) {
            Some((_, rows)) => rows.push(row),
            None => sorts.push((problem, vec![row])),
        }
    }
    let mut lines = Vec::new();
    for (problem, rows) in sorts {
        let code = problem.code.as_ref().map_or_else(String::new, |code| format!("{code}: "));
        let words = format!("failed: {}. {code}{}", rows.len(), problem.headline);
        lines.extend(paragraph::lit(Health::Bad, &words, theme.bad, theme, width));
        lines.extend(paragraph::indented(problem.hint.as_str(), INDENT, theme.label, width));
        let row = |row: &String| Line::styled(format!("  {}", text::cut(row, width.saturating_sub(INDENT))), theme.text);
        lines.extend(rows.iter().map(row));
        lines.push(Line::default());
    }
    lines
}

fn going<'a>(run: &Run, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let sure = named(run, "still going", Health::Busy, |step| matches!(step, Step::Following { doubt: None, .. }), theme, width);
    let doubtful = |step: &Step| matches!(step, Step::Following { doubt: Some(_), .. });
    let words = "no clear answer: nobody knows whether it was done, their state is looked at";
    sure.into_iter().chain(named(run, words, Health::Warn, doubtful, theme, width)).collect()
}

/// The names of the rows that have come so far, after what is said of them.
fn named<'a>(run: &Run, said: &str, health: Health, wanted: impl Fn(&Step) -> bool, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let names: Vec<_> = run.rows.iter().filter(|(.., step)| wanted(step)).map(|(_, name, _)| name.as_str()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let mut lines = paragraph::lit(health, &format!("{said}: {}", text::grouped(names.len())), theme.text, theme, width);
    lines.extend(paragraph::indented(&names.join(", "), INDENT, theme.muted, width));
    lines.push(Line::default());
    lines
}
