//! Help for the screen that it was asked on: what helps there with its present keys, then all else, then glyphs, prices and filters.

use ratatui::{
    buffer::Buffer,
    style::Style,
    text::{Line, Span},
};

use super::{Look, glyph, layout::Areas, reader, strip::Piece, text, theme::Theme};
use crate::{
    app::{
        command::{COMMANDS, Command, Entry, scope::Group},
        state::{Help, Screen, State},
    },
    model::Health,
};

/// Cells for the keys.
const KEY: usize = 16;

/// Cells that a column is worth having two of.
const COLUMN: usize = 78;

/// Cells between two columns.
const GAP: usize = 3;

const HEALTHS: &[(Health, &str)] = &[
    (Health::Ok, "working as asked"),
    (Health::Busy, "on its way from one state to another"),
    (Health::Off, "deliberately not running"),
    (Health::Unknown, "worth knowing, or nothing is known"),
    (Health::Warn, "wants a look"),
    (Health::Bad, "broken, or failed"),
];

const GLYPHS: &[(&str, &str)] = &[
    (glyph::MARKER, "the row the cursor is on"),
    (glyph::MARK, "a marked row: actions are for all marked rows"),
    (glyph::AWAITED, "a metric that was asked for and has not come"),
    (glyph::NOTHING, "a metric that nobody publishes for this row"),
    (glyph::TROUBLE, "a metric that could not be fetched or refreshed"),
    (glyph::STALE, "a metric of which nothing newer was published"),
];

const SPENDING: &[(&str, &str)] = &[
    ("CW $0.04/h", "what CloudWatch costs, going on as in the last ten minutes"),
    ("CW $0.25/h ×2", "to stay inside the budget metrics are asked for every second period only"),
    ("at its limit", "what does not fit into the budget waits; metrics.max_usd_per_hour sets it"),
];

const FILTERS: &[(&str, &str)] = &[
    ("web", "the word is in the name, the id, a column, a tag or the place; wb1a finds web-1a, in quotes it is taken as it stands"),
    ("state:run*", "the column is like this; several values with commas; also account: region: finding: severity:"),
    ("vcpus>4", "the number is larger; also smaller, and ages: age<2h"),
    ("cpu>60", "the latest value of the metric that is known; the title counts the rows of which none is"),
    ("tag:team=pay*", "the tag is like this; tag:team for any value"),
    ("!spot", "not; every other term can be turned round as well"),
];

/// A line of help: what stands before it, and what it says.
struct Hint {
    head: Span<'static>,
    words: &'static str,
    /// What it is found by beside both.
    name: &'static str,
}

impl Hint {
    fn new(head: Span<'static>, words: &'static str) -> Self {
        Self { head, words, name: "" }
    }

    fn says(&self, search: &str) -> bool {
        [&*self.head.content, self.words, self.name].iter().any(|text| text.to_lowercase().contains(search))
    }

    /// Over as many lines as it needs.
    fn lines(self, width: usize) -> Vec<Line<'static>> {
        let space = KEY.saturating_sub(text::width(&self.head.content)).max(1);
        let head = [self.head, Span::raw(" ".repeat(space))];
        let broken = text::wrap(self.words, width.saturating_sub(KEY)).into_iter().enumerate();
        let before = |at: usize| if at == 0 { head.to_vec() } else { vec![Span::raw(" ".repeat(KEY))] };
        broken.map(|(at, words)| before(at).into_iter().chain([Span::raw(words)]).collect()).collect()
    }
}

/// Hints with their heading.
struct Section {
    title: String,
    style: Style,
    hints: Vec<Hint>,
}

/// Draws the help.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, help: &Help, look: &Look<'_>) {
    let theme = look.theme;
    let screen = asked_on(state);
    let lines = sections(screen, look).into_iter().filter_map(|section| narrowed(section, &help.search));
    let width = usize::from(reader::inset(areas.body).width);
    let column = if width < 2 * COLUMN { width } else { width / 2 - GAP };
    let lines: Vec<_> = lines.flat_map(|section| told(section, column)).skip(1).collect();
    let lines = if column < width { columns(&lines, column + GAP) } else { lines };
    let mut title = vec![Piece::left(0, Span::styled("help", theme.title)), Piece::left(2, Span::raw(name(screen)))];
    if !help.search.is_empty() {
        title.push(Piece::left(1, Span::styled(help.search.clone(), theme.key)));
    }
    let lines = if lines.is_empty() { vec![Line::styled("nothing here says that: Esc goes back", theme.muted)] } else { lines };
    reader::draw(buffer, areas, title, &lines, help.scroll, theme);
}

/// The screen behind the help.
fn asked_on(state: &State) -> &Screen {
    let behind = state.nav.screens.iter().rev().find(|screen| !matches!(screen, Screen::Help(_)));
    behind.unwrap_or_else(|| state.screen())
}

/// What the screen is called.
fn name(screen: &Screen) -> &'static str {
    match screen {
        Screen::Home(_) => "findings",
        Screen::Overview(_) => "overview",
        Screen::Turns(_) => "what changed",
        Screen::List(list) => list.kind.title,
        Screen::Detail(_) => "details",
        Screen::Raw(_) => "the document",
        Screen::Comparison(_) => "the comparison",
        Screen::Report(_) => "the report",
        Screen::Outcome(_) => "the outcome",
        Screen::Help(_) => "help",
        Screen::Errors(_) => "errors",
        Screen::Log(_) => "the log",
        Screen::Targets(_) => "accounts and regions",
        Screen::Journal(_) => "the journal",
    }
}

fn sections(screen: &Screen, look: &Look<'_>) -> Vec<Section> {
    let theme = look.theme;
    let here = |command: Command| command.serves(screen);
    let mut sections: Vec<Section> = Group::ALL.iter().map(|group| commands(*group, here, group.title().to_owned(), look)).collect();
    let elsewhere = |group: &Group| commands(*group, |command| !here(command), format!("{}, elsewhere", group.title()), look);
    sections.extend(Group::ALL.iter().map(elsewhere));
    let plain = |title: &str, hints: Vec<Hint>| Section { title: title.to_owned(), style: theme.accent, hints };
    let styled = |table: &'static [(&str, &str)], style: Style| {
        table.iter().map(|(head, words)| Hint::new(Span::styled(*head, style), words)).collect()
    };
    sections.push(plain("glyphs", HEALTHS.iter().map(|(health, words)| Hint::new(theme.light(*health), words)).collect()));
    sections.push(plain("marks and metrics", styled(GLYPHS, theme.accent)));
    sections.push(plain("what metrics cost", styled(SPENDING, theme.accent)));
    sections.push(plain("filters: all terms together", styled(FILTERS, theme.key)));
    sections
}

fn commands(group: Group, wanted: impl Fn(Command) -> bool, title: String, look: &Look<'_>) -> Section {
    let entries = COMMANDS.iter().filter(|entry| entry.command.group() == group && wanted(entry.command));
    let hint = |entry: &Entry| match entry.command {
        Command::SortBy(number) if counted(look) => (number == 1).then(|| numbers(look.theme)),
        _ => Some(Hint { head: key(entry, look), words: entry.sentence, name: entry.name }),
    };
    Section { title, style: look.theme.accent, hints: entries.filter_map(hint).collect() }
}

/// True where the number keys do what they do by themselves: one line has them all.
fn counted(look: &Look<'_>) -> bool {
    (1..=10).all(|number| look.key(Command::SortBy(number)) == (number % 10).to_string())
}

fn numbers(theme: &Theme) -> Hint {
    Hint {
        head: Span::styled(format!("1 {} 0", glyph::CUT), theme.key),
        words: "sort by the column with this number on the screen; again turns the order round",
        name: "sort-1 sort-2 sort-3 sort-4 sort-5 sort-6 sort-7 sort-8 sort-9 sort-10",
    }
}

/// The key of a command, or its name for the palette when it has none.
fn key(entry: &Entry, look: &Look<'_>) -> Span<'static> {
    let key = look.key(entry.command);
    if key.is_empty() {
        return Span::styled(format!(":{}", entry.name), look.theme.muted);
    }
    Span::styled(key, look.theme.key)
}

/// What is left of a section for a search.
fn narrowed(mut section: Section, search: &str) -> Option<Section> {
    section.hints.retain(|hint| hint.says(search));
    (!section.hints.is_empty()).then_some(section)
}

fn told(section: Section, width: usize) -> Vec<Line<'static>> {
    let head = [Line::default(), Line::styled(section.title, section.style)];
    head.into_iter().chain(section.hints.into_iter().flat_map(|hint| hint.lines(width))).collect()
}

/// On a wide screen the text goes on in a second column, so many cells from the first.
fn columns(lines: &[Line<'static>], column: usize) -> Vec<Line<'static>> {
    let (left, right) = lines.split_at(lines.len().div_ceil(2));
    let pair = |(at, line): (usize, &Line<'static>)| {
        let mut line = line.clone();
        line.push_span(Span::raw(" ".repeat(column.saturating_sub(super::strip::width(&line)))));
        line.spans
            .extend(right.get(at).into_iter().flat_map(|line| line.iter().map(|span| span.clone().style(line.style.patch(span.style)))));
        line
    };
    left.iter().enumerate().map(pair).collect()
}
