//! The targets as a list: each account and region with how it stands, and below it what there is to know about the one under the cursor.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{Standing, trouble};
use crate::{
    app::{
        command::Command,
        geometry,
        state::{State, TargetState},
        targets::{Roster, order},
    },
    model::{Health, Problem, TargetId, format, problem::Remedy},
    ui::{
        Look, age, glyph,
        layout::Areas,
        lines::{Column, Columns, Cursor, GAP},
        paragraph,
        pen::{self, Pen},
        reader, rule,
        strip::Piece,
        text,
        theme::Theme,
    },
};

/// Cells before the first column: cursor, space.
const GUTTER: usize = 2;
/// The most that a profile's name takes.
const PROFILE: usize = 24;
/// What is left for the words of a failure must be worth reading.
const WORTH: usize = 16;
/// The rank of the columns that go first.
const LAST: u8 = 3;

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Profile,
    Region,
    State,
    Good,
    Account,
    Asked,
    Bad,
}

/// In the order of the screen, with the rank by which they go when it gets narrow; rank 0 never goes.
const COLUMNS: &[(What, &str, usize, u8)] = &[
    (What::Profile, "PROFILE", 7, 0),
    (What::Account, "ACCOUNT", 12, 2),
    (What::Region, "REGION", 14, 0),
    (What::State, "STATE", 16, 0),
    (What::Good, "LAST OK", 7, 1),
    (What::Asked, "CALLS/MIN", 9, LAST),
];

/// Draws the list and the notes.
pub(in crate::ui) fn draw(buffer: &mut Buffer, areas: &Areas, roster: &Roster, state: &State, look: &Look<'_>) {
    let order = order(&state.fleet);
    title(buffer, areas.title, &order, roster, look.theme);
    let columns = columns(state, usize::from(areas.body.width).saturating_sub(GUTTER));
    let columns = Columns { gutter: GUTTER, shown: columns, theme: look.theme };
    columns.headings(buffer, areas.headings);
    let (list, first) = window(areas, roster, &order);
    for (area, target) in list.rows().zip(order.iter().skip(first)) {
        let Some(known) = state.fleet.targets.get(usize::from(target.0)) else { continue };
        let cursor = Cursor::on(*target == roster.cursor);
        let mut pen = cursor.pen(buffer, area, look.theme);
        columns.cells(&mut pen, |pen, column| cell(pen, column, (known, *target), cursor, (state, look.theme)));
    }
    about(buffer, Rect { y: list.bottom(), height: areas.body.bottom() - list.bottom(), ..areas.body }, roster.cursor, state, look);
}

/// Where the targets are, and the first of them in view.
pub(in crate::ui) fn window(areas: &Areas, roster: &Roster, order: &[TargetId]) -> (Rect, usize) {
    let notes = geometry::TARGET_NOTES.min(areas.body.height);
    let list = Rect { height: areas.body.height - notes, ..areas.body };
    (list, roster.first(order, usize::from(list.height)))
}

fn title(buffer: &mut Buffer, area: Rect, order: &[TargetId], roster: &Roster, theme: &Theme) {
    let place = format!("{} of {}", text::grouped(roster.position(order) + 1), text::grouped(order.len()));
    let name = Piece::left(0, Span::styled("accounts and regions", theme.title));
    rule::draw(buffer, area, vec![name, Piece::right(1, Span::styled(place, theme.muted))], theme);
}

/// The columns that there is room for; the words of the latest failure take the rest where that is worth it.
fn columns(state: &State, room: usize) -> Vec<Column<What>> {
    let longest = state.fleet.targets.iter().map(|known| text::width(known.target.profile.as_str())).max().unwrap_or(0);
    let width = |what: What, least: usize| if what == What::Profile { longest.clamp(least, PROFILE) } else { least };
    let fitting = |most: u8| -> Vec<Column<What>> {
        let kept = COLUMNS.iter().filter(|(.., rank)| *rank <= most);
        kept.map(|(what, title, least, _)| Column { what: *what, title, width: width(*what, *least) }).collect()
    };
    let taken = |columns: &[Column<What>]| columns.iter().map(|column| column.width + GAP).sum::<usize>();
    let mut columns = (0..=LAST).rev().map(fitting).find(|columns| taken(columns) <= room + GAP).unwrap_or_else(|| fitting(0));
    let rest = room.saturating_sub(taken(&columns));
    if rest >= WORTH {
        columns.push(Column { what: What::Bad, title: "LATEST FAILURE", width: rest });
    }
    columns
}

fn cell(
    pen: &mut Pen<'_>,
    column: Column<What>,
    (known, target): (&TargetState, TargetId),
    cursor: Cursor,
    (state, theme): (&State, &Theme),
) {
    let (words, style) = match column.what {
        What::State => return standing(pen, Standing::seen(state, target), column.width, theme),
        What::Profile => (known.target.profile.to_string(), cursor.name(theme)),
        What::Region => (known.target.region.to_string(), theme.text),
        What::Account => (state.account(target).to_owned(), theme.muted),
        What::Good => (known.record.good.map(|at| age::since(state, at)).unwrap_or_default(), theme.text),
        What::Asked => (asked(known, state), theme.muted),
        What::Bad => (known.record.bad.as_ref().map(|(problem, _)| problem.line()).unwrap_or_default(), theme.muted),
    };
    pen.left(if words.is_empty() { glyph::NOTHING } else { &words }, column.width, style);
}

/// Calls of the last minute, and how many times less often it is asked than usual.
fn asked(known: &TargetState, state: &State) -> String {
    let minute = known.record.calls.per_minute(age::present(state));
    match known.pace.times() {
        1 => minute.to_string(),
        times => format!("{minute} /{times}"),
    }
}

fn standing(pen: &mut Pen<'_>, standing: Standing, cells: usize, theme: &Theme) {
    let style = theme.health(standing.health());
    pen.left(glyph::health(standing.health()), 1, style).skip(1).left(standing.word(), cells.saturating_sub(2), style);
}

/// What there is to know about the target under the cursor.
fn about(buffer: &mut Buffer, area: Rect, target: TargetId, state: &State, look: &Look<'_>) {
    let theme = look.theme;
    let Some(known) = state.fleet.targets.get(usize::from(target.0)) else { return };
    let words = format!("{} {}", known.target.profile, known.target.region);
    rule::draw(buffer, Rect { height: 1.min(area.height), ..area }, vec![Piece::left(0, Span::styled(words, theme.title))], theme);
    let inner = reader::inset(Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area });
    let mut lines = notes(known, trouble(state, target), theme, usize::from(inner.width));
    let way = known.lapse.as_ref().and_then(|lapse| lapse.remedy.as_ref());
    // Above the rest, for which there may be no room.
    lines.splice(..0, way.map(|remedy| sign_in(remedy, look)));
    pen::lines(buffer, inner, &lines, 0);
}

/// What is wrong, or what was; what to do about it; and as whom we ask.
fn notes<'a>(known: &'a TargetState, trouble: Option<&'a Problem>, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut lines = match (trouble, &known.record.bad) {
        (Some(problem), _) => paragraph::lit(Health::Bad, &said(problem), theme.bad, theme, width),
        (None, Some((problem, at))) => {
            paragraph::lit(Health::Unknown, &format!("at {}: {}", format::clock(*at), said(problem)), theme.text, theme, width)
        }
        (None, None) if known.record.good.is_none() => {
            paragraph::lit(Health::Off, "nothing has been answered here yet", theme.text, theme, width)
        }
        (None, None) => paragraph::lit(Health::Ok, "nothing has gone wrong here since the start", theme.text, theme, width),
    };
    let hint = trouble.or(known.record.bad.as_ref().map(|(problem, _)| problem)).map_or("", |problem| problem.hint.as_str());
    lines.extend(paragraph::indented(hint, 2, theme.label, width));
    let slowed = Some(known.pace.times()).filter(|times| *times > 1);
    lines.extend(slowed.map(|times| Line::styled(format!("  it throttled: asked {times} times less often than usual"), theme.warn)));
    lines.extend(known.identity.value().map(|identity| Line::styled(format!("  as {}", identity.arn), theme.muted)));
    lines
}

/// The key that leads back in, and what it does.
fn sign_in<'a>(remedy: &Remedy, look: &Look<'_>) -> Line<'a> {
    let verb = match remedy {
        Remedy::Run(_) => "runs",
        Remedy::Code { .. } => "asks for",
    };
    let key = look.key(Command::SignIn);
    Line::from_iter([
        Span::raw("  "),
        Span::styled(if key.is_empty() { ":sign-in".to_owned() } else { key }, look.theme.key),
        Span::styled(format!(" {verb} {remedy}"), look.theme.title),
    ])
}

fn said(problem: &Problem) -> String {
    let code = problem.code.as_ref().map_or_else(String::new, |code| format!("{code}: "));
    format!("{code}{}", problem.headline)
}
