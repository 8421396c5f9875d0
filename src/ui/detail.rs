//! Every fact about one row: what is wrong, its columns, metrics and tags, and where it was seen.

use ratatui::{
    buffer::Buffer,
    text::{Line, Span},
};

use super::{
    age, glyph,
    layout::Areas,
    metric::{Measure, Trust},
    paragraph, reader,
    strip::Piece,
    text,
    theme::Theme,
};
use crate::{
    app::{
        fleet::Row,
        state::{Reader, State},
    },
    model::{Cell, Finding, Health, format},
    service::{Column, Kind, Metric},
};

/// Cells for labels.
const LABEL: usize = 18;

/// Draws the details.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, state: &State, reader: &Reader, theme: &Theme) {
    let row = state.fleet.tables.get(&reader.key.kind).and_then(|table| table.find(&reader.key));
    let name = row.map_or(reader.key.id.as_str(), |row| row.resource.name.as_str());
    let title = vec![Piece::left(0, Span::styled(name, theme.title)), Piece::left(1, Span::raw(reader.kind.noun))];
    let width = usize::from(reader::inset(areas.body).width);
    let lines = match row {
        Some(row) => facts(state, row, reader.kind, theme, width),
        None => vec![
            Line::default(),
            Line::from_iter([theme.light(Health::Off), Span::raw(format!(" This {} is no longer listed.", reader.kind.noun))]),
        ],
    };
    reader::draw(buffer, areas, title, &lines, reader.scroll, theme);
}

fn facts<'a>(state: &'a State, row: &'a Row, kind: &'static Kind, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut page = Page { lines: Vec::new(), theme, width };
    page.findings(state, row);
    page.identity(state, row, kind);
    page.section(kind.title);
    for (column, cell) in kind.columns.iter().zip(row.resource.cells.iter()) {
        page.cell(state, column, cell);
    }
    page.metrics(state, row, kind);
    page.tags(row);
    page.lines
}

/// The text as it grows.
struct Page<'a, 't> {
    lines: Vec<Line<'a>>,
    theme: &'t Theme,
    width: usize,
}

impl<'a> Page<'a, '_> {
    fn section(&mut self, title: &'static str) {
        self.lines.push(Line::default());
        self.lines.push(Line::styled(title, self.theme.accent));
    }

    /// One fact; a long value goes on below itself, never out of sight.
    fn fact(&mut self, label: &str, value: &str) {
        for (at, part) in text::wrap(value, self.width.saturating_sub(LABEL)).into_iter().enumerate() {
            let label = if at == 0 { text::cut(label, LABEL - 2).into_owned() } else { String::new() };
            let space = LABEL - text::width(&label);
            let label = Span::styled(format!("{label}{}", " ".repeat(space)), self.theme.label);
            self.lines.push(Line::from_iter([label, Span::raw(part)]));
        }
    }

    fn findings(&mut self, state: &'a State, row: &'a Row) {
        let mut findings: Vec<_> = row.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        for finding in findings {
            self.finding(state, finding);
        }
        if row.findings.is_empty() {
            self.lines.push(Line::from_iter([self.theme.light(Health::Ok), Span::raw(" nothing is known to be wrong")]));
        }
    }

    fn finding(&mut self, state: &State, finding: &Finding) {
        let health = finding.severity.health();
        let since = finding.since.map_or_else(String::new, |at| format!(", for {}", age::since(state, at)));
        let words = format!("{}{since}", finding.reason);
        self.lines.extend(paragraph::lit(health, &words, self.theme.health(health), self.theme, self.width));
        self.lines.extend(paragraph::indented(finding.advice, 2, self.theme.text, self.width));
    }

    fn identity(&mut self, state: &'a State, row: &'a Row, kind: &'static Kind) {
        self.section("identity");
        self.fact("NAME", row.resource.name.as_str());
        self.fact("ID", row.resource.id.as_str());
        let account = state.account(row.key.target);
        let Some(known) = state.fleet.targets.get(usize::from(row.key.target.0)) else { return };
        self.fact("ARN", &(kind.arn)(&row.resource, account, &known.target));
        self.fact("PROFILE", known.target.profile.as_str());
        self.fact("ACCOUNT", if account.is_empty() { "not known yet" } else { account });
        self.fact("REGION", known.target.region.as_str());
        self.seen(state, row);
    }

    fn seen(&mut self, state: &State, row: &Row) {
        let table = state.fleet.tables.get(&row.key.kind);
        let listing = table.and_then(|table| table.listing(row.key.target, &state.list().and_then(|list| list.view.part())));
        if let Some(at) = listing.and_then(|listing| listing.count.as_of()) {
            self.fact("LISTED", &since(state, at));
        }
        if let Some(problem) = listing.and_then(|listing| listing.count.problem()) {
            self.fact("NOT NEWER", &problem.line());
        }
    }

    fn cell(&mut self, state: &State, column: &Column, cell: &Cell) {
        let label = column.title;
        match (cell, cell.moment()) {
            (Cell::None, _) => {}
            (Cell::State(health, word), _) => {
                let space = " ".repeat(LABEL.saturating_sub(text::width(label)));
                let label = Span::styled(format!("{label}{space}"), self.theme.label);
                let word = Span::styled(format!(" {word}"), self.theme.health(*health));
                self.lines.push(Line::from_iter([label, self.theme.light(*health), word]));
            }
            (_, Some(at)) => self.fact(label, &since(state, at)),
            _ => self.fact(label, &cell.words()),
        }
    }

    fn metrics(&mut self, state: &State, row: &Row, kind: &'static Kind) {
        if kind.metrics.is_empty() {
            return;
        }
        self.section("metrics");
        for (at, metric) in kind.metrics.iter().enumerate() {
            let measure = Measure::of(state, &row.key, &row.resource, at, metric);
            self.fact(metric.title, &measured(measure, metric));
        }
    }

    fn tags(&mut self, row: &'a Row) {
        self.section("tags");
        for (key, value) in row.resource.tags.iter() {
            self.fact(key, value.as_str());
        }
        if row.resource.tags.is_empty() {
            self.lines.push(Line::styled("none", self.theme.muted));
        }
    }
}

/// `2026-11-21 14:02:31Z, 3h ago`
fn since(state: &State, at: jiff::Timestamp) -> String {
    let seconds = age::present(state).as_second() - at.as_second();
    match seconds {
        -10.. => format!("{}, {} ago", format::moment(at), format::age(seconds)),
        _ => format!("{}, in {}", format::moment(at), format::age(-seconds)),
    }
}

fn measured(measure: Measure<'_>, metric: &Metric) -> String {
    match measure {
        Measure::Unasked => "not asked for yet".to_owned(),
        Measure::Awaited => format!("asking CloudWatch{}", glyph::CUT),
        Measure::Nothing => "no data published".to_owned(),
        Measure::Failed(problem) => format!("could not fetch: {}", problem.line()),
        Measure::Known(known) => {
            let value = format!("{} at {}", format::value(known.value, metric.unit), format::minute(known.at));
            match known.trust {
                Trust::Fresh => value,
                Trust::Stale => format!("{value}, nothing newer was published"),
                Trust::Unrefreshed(problem) => format!("{value}, could not refresh: {}", problem.line()),
            }
        }
    }
}
