//! The findings: a line for each row that something is wrong with, worst first, and below them all there is to know about the one under
//! the cursor.

mod empty;

use jiff::Timestamp;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line as Words, Span},
};

use super::{
    Look, age, glyph,
    layout::Areas,
    lines::{Column, Columns, Cursor, GAP},
    only, paragraph,
    pen::{self, Pen},
    reader, rule,
    strip::Piece,
    text,
    theme::Theme,
};
use crate::{
    app::{
        command::Command,
        fleet::{Row, Slot},
        geometry,
        home::{
            self, Home, Sight,
            board::{self, Begun, Cause, Line},
        },
        state::{State, TargetState},
    },
    model::{Health, Key, KindId, Severity, TargetId, Text, format},
    service::{self, Kind},
};

/// Cells before the first column: cursor, space, glyph, space.
const GUTTER: usize = 4;
/// The most that the words of a place take.
const PLACE: usize = 24;
/// The most that the words of an account take where room is short.
const BRIEF: usize = 10;
/// From this width on there is room for what to do beside the reason.
const ADVICE_FROM: usize = 150;

#[derive(Clone, Copy)]
enum What {
    Name,
    Kind,
    Place(Part),
    Since,
    Reason,
    Advice,
}

/// How much of a place there is room for.
#[derive(Clone, Copy)]
enum Part {
    All,
    Profile,
    Region,
}

/// Draws the findings and the notes.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, home: &Home, state: &State, look: &Look<'_>) {
    let (lines, cursor) = home.lines(state);
    let sight = home::sight(state);
    title(buffer, areas.title, home, state, &sight, look.theme);
    let (list, first) = window(areas, home, state, (cursor, lines.len()));
    let notes = areas.body.height - list.height;
    if lines.is_empty() {
        return empty::draw(buffer, list, home, state, &sight, look);
    }
    let columns = columns(state, usize::from(areas.body.width).saturating_sub(GUTTER));
    let brush = Brush { state, columns: Columns { gutter: GUTTER, shown: columns, theme: look.theme } };
    brush.columns.headings(buffer, areas.headings);
    for ((at, line), area) in lines.iter().enumerate().skip(first).zip(list.rows()) {
        brush.line(buffer, area, *line, Cursor::on(at == cursor));
    }
    let used = (lines.len() - first).min(usize::from(list.height)) as u16;
    empty::unseen(buffer, Rect { y: list.y + used, height: list.height - used, ..list }, state, &sight, look.theme);
    if let Some(line) = lines.get(cursor).filter(|_| notes > 0) {
        about(buffer, Rect { y: list.bottom(), height: notes, ..areas.body }, *line, state, look);
    }
}

/// Where the lines are, and the first of them in view, with the cursor at this one of so many.
pub(super) fn window(areas: &Areas, home: &Home, state: &State, (cursor, count): (usize, usize)) -> (Rect, usize) {
    let notes = if count == 0 { 0 } else { geometry::finding_notes(state.size).min(areas.body.height) };
    let list = Rect { height: areas.body.height - notes, ..areas.body };
    (list, home.first(cursor, count, usize::from(list.height)))
}

/// `─ findings ─ 7 ─ 2 critical · 5 warnings ──── 3 of 12 places answered ─ ✗ 1 place not seen ─`
fn title(buffer: &mut Buffer, area: Rect, screen: &Home, state: &State, sight: &Sight<'_>, theme: &Theme) {
    let (board, counts) = (&state.findings.board, home::severities(state));
    let mut pieces = vec![Piece::left(0, Span::styled("findings", theme.title))];
    if counts != [0; 3] {
        let (shown, all) = (board.passing(), counts.iter().sum());
        let so_far = if board.decided() { "" } else { "+" };
        let count = if shown == all { text::grouped(all) } else { format!("{}{so_far} of {}", text::grouped(shown), text::grouped(all)) };
        pieces.push(Piece::left(1, count));
        pieces.push(Piece::left(4, severities(counts, theme)));
    }
    pieces.extend(only::piece(state, 2, theme));
    if !screen.filter_text.is_empty() {
        pieces.push(Piece::left(2, Span::styled(screen.filter_text.as_str(), theme.accent)));
    }
    let looked = format!("{} of {} answered", text::grouped(sight.answered), text::count(sight.places, "place"));
    let whole = sight.answered == sight.places;
    pieces.push(Piece::right(if whole { 5 } else { 2 }, Span::styled(looked, if whole { theme.muted } else { theme.busy })));
    if sight.remembered > 0 {
        pieces.push(Piece::right(1, Span::styled("some from the last start", theme.warn)));
    }
    let blind = sight.unseen.iter().filter(|(_, kind, _)| kind.is_none()).count();
    if blind > 0 {
        let words = format!("{} {} not seen", glyph::health(Health::Bad), text::count(blind, "place"));
        pieces.push(Piece::right(3, Span::styled(words, theme.bad)));
    }
    rule::draw(buffer, area, pieces, theme);
}

fn severities<'a>(counts: [usize; 3], theme: &Theme) -> Words<'a> {
    let mut line = Words::default();
    for (severity, word) in [(Severity::Critical, "critical"), (Severity::Warning, "warning"), (Severity::Notice, "notice")] {
        let count = counts[severity as usize];
        if count == 0 {
            continue;
        }
        if !line.spans.is_empty() {
            line.push_span(Span::styled(" · ", theme.rule));
        }
        let words = if severity == Severity::Critical { format!("{} {word}", text::grouped(count)) } else { text::count(count, word) };
        line.push_span(Span::styled(words, theme.severity(severity)));
    }
    line
}

/// The columns that there is room for: the reason takes what is left, and shares it with what to do where that is much.
fn columns(state: &State, room: usize) -> Vec<Column<What>> {
    let name = (room / 5).clamp(16, 30);
    let mut columns = vec![Column { what: What::Name, title: "NAME", width: name }];
    if room >= 70 {
        columns.push(Column { what: What::Kind, title: "KIND", width: if room >= 110 { 22 } else { 14 } });
    }
    columns.extend(place(state, room));
    columns.push(Column { what: What::Since, title: "SINCE", width: 5 });
    let rest = room.saturating_sub(columns.iter().map(|column| column.width + GAP).sum());
    if room >= ADVICE_FROM {
        let reason = rest * 11 / 20;
        columns.push(Column { what: What::Reason, title: "WHY", width: reason });
        columns.push(Column { what: What::Advice, title: "WHAT TO DO", width: rest.saturating_sub(reason + GAP) });
    } else {
        columns.push(Column { what: What::Reason, title: "WHY", width: rest });
    }
    columns
}

/// Where a row is: in full where there is room, and else the account, or the region where all are of one account.
fn place(state: &State, room: usize) -> Option<Column<What>> {
    let targets = &state.fleet.targets;
    let widest = |word: fn(&TargetState) -> &Text| {
        let differ = targets.windows(2).any(|two| word(&two[0]) != word(&two[1]));
        differ.then(|| targets.iter().map(|one| text::width(word(one).as_str())).max().unwrap_or(0))
    };
    let column =
        |part, title: &'static str, width: usize| Column { what: What::Place(part), title, width: width.clamp(title.len(), PLACE) };
    match room {
        100.. => {
            let all = (0..targets.len()).map(|at| text::width(&state.place(TargetId(at as u16)))).max();
            Some(column(Part::All, "PLACE", all.unwrap_or(0)))
        }
        70.. => {
            let profile = widest(|one| &one.target.profile).map(|width| column(Part::Profile, "PROFILE", width.min(BRIEF)));
            profile.or_else(|| widest(|one| &one.target.region).map(|width| column(Part::Region, "REGION", width)))
        }
        _ => None,
    }
}

/// What is the same for all lines of a frame.
struct Brush<'a> {
    state: &'a State,
    columns: Columns<'a, What>,
}

/// `… and 4,990 more EC2 instances, each: its system status check fails`
fn more(state: &State, cause: Cause, hidden: usize) -> String {
    let Some(kind) = kind(state, cause.kind) else { return String::new() };
    format!("{} and {} more {}, {}", glyph::CUT, text::grouped(hidden), kind.title, of_each(kind, cause))
}

/// What is wrong with many: the sentences of signs are about one.
fn of_each(kind: &Kind, cause: Cause) -> String {
    format!("each: {}", kind.means(cause.code))
}

fn kind(state: &State, id: KindId) -> Option<&'static Kind> {
    state.fleet.tables.get(&id).map(|table| table.kind)
}

impl Brush<'_> {
    fn line(&self, buffer: &mut Buffer, area: Rect, line: Line, cursor: Cursor) {
        let theme = self.columns.theme;
        let mut pen = cursor.pen(buffer, area, theme);
        match line {
            Line::Row(cause, slot) => {
                let Some(row) = home::row(&self.state.fleet, line) else { return };
                pen.left(glyph::health(cause.severity.health()), 1, theme.severity(cause.severity)).skip(1);
                self.columns.cells(&mut pen, |pen, column| self.cell(pen, column, row, slot, cursor.name(theme)));
            }
            Line::More(cause, hidden) => {
                pen.skip(2).put(&more(self.state, cause, hidden), cursor.over(theme.muted, theme));
            }
        }
    }

    fn cell(&self, pen: &mut Pen<'_>, column: Column<What>, row: &Row, slot: Slot, name: Style) {
        let (state, theme) = (self.state, self.columns.theme);
        let Some(finding) = board::leading(row) else { return };
        let (words, style) = match column.what {
            What::Name => (row.resource.name.to_string(), name),
            What::Kind => (kind(state, row.key.kind).map_or_else(String::new, service::one_of), theme.muted),
            What::Place(part) => (part.of(state, row.key.target), theme.muted),
            What::Since => (since(state, row, slot), theme.muted),
            What::Reason => (finding.reason.to_string(), theme.severity(finding.severity)),
            What::Advice => (finding.advice.to_owned(), theme.text),
        };
        pen.left(&words, column.width, style);
    }
}

impl Part {
    fn of(self, state: &State, target: TargetId) -> String {
        match self {
            Self::All => state.place(target),
            Self::Profile => state.fleet.place(target).profile.to_owned(),
            Self::Region => state.fleet.place(target).region.to_owned(),
        }
    }
}

/// `12m`, or `≥12m` where nobody says when it began and this is how long we have seen it.
fn since(state: &State, row: &Row, slot: Slot) -> String {
    let age = |at: Timestamp| format::age(age::present(state).as_second() - at.as_second());
    match state.findings.board.since(row, slot) {
        Some((at, Begun::Then)) => age(at),
        Some((at, Begun::Before)) => format!("{}{}", glyph::AT_LEAST, age(at)),
        None => String::new(),
    }
}

/// All there is to know about the finding under the cursor.
fn about(buffer: &mut Buffer, area: Rect, line: Line, state: &State, look: &Look<'_>) {
    let inner = reader::inset(Rect { y: area.y + 1.min(area.height), height: area.height.saturating_sub(1), ..area });
    let width = usize::from(inner.width);
    let (title, lines) = match (line, home::row(&state.fleet, line)) {
        (_, Some(row)) => (named(state, &row.key, row), notes(state, row, look.theme, width)),
        (Line::More(cause, hidden), _) => (vec![format!("{} more", text::grouped(hidden))], further(state, cause, look, width)),
        _ => return,
    };
    let pieces = (0..).zip(title).map(|(rank, words)| {
        let style = if rank == 0 { look.theme.title } else { look.theme.muted };
        Piece::left(rank, Span::styled(words, style))
    });
    rule::draw(buffer, Rect { height: 1.min(area.height), ..area }, pieces.collect(), look.theme);
    pen::lines(buffer, inner, &lines, 0);
}

/// What a row is called, what it is, where it is.
fn named(state: &State, key: &Key, row: &Row) -> Vec<String> {
    let mut words = vec![row.resource.name.to_string()];
    words.extend(kind(state, key.kind).map(service::one_of));
    words.push(state.place(key.target));
    if row.resource.id != row.resource.name {
        words.push(key.id.to_string());
    }
    words
}

/// Everything that is wrong with a row, the worst first, each with what to do.
fn notes<'a>(state: &State, row: &Row, theme: &Theme, width: usize) -> Vec<Words<'a>> {
    let mut findings: Vec<_> = row.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let note = |finding: &&crate::model::Finding| {
        let since = finding.since.map_or_else(String::new, |at| format!(", for {}", age::since(state, at)));
        let style = theme.severity(finding.severity);
        let mut lines = paragraph::lit(finding.severity.health(), &format!("{}{since}", finding.reason), style, theme, width);
        lines.extend(paragraph::indented(finding.advice, 2, theme.text, width));
        lines
    };
    findings.iter().flat_map(note).collect()
}

fn further<'a>(state: &State, cause: Cause, look: &Look<'_>, width: usize) -> Vec<Words<'a>> {
    let Some(kind) = kind(state, cause.kind) else { return Vec::new() };
    let key = look.key(Command::Open);
    let mut lines = paragraph::lit(cause.severity.health(), &of_each(kind, cause), look.theme.severity(cause.severity), look.theme, width);
    let words = format!("  opens the {} that something is wrong with, the marks and the actions on many of them", kind.title);
    lines.push(Words::from_iter([Span::raw("  "), Span::styled(key, look.theme.key), Span::styled(words, look.theme.text)]));
    lines
}
