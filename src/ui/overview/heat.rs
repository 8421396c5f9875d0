//! Accounts by regions: in each cell how we stand there, or the worst that is wrong there and how much there is.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use crate::{
    app::{
        overview::{self, Overview, Spot},
        state::State,
    },
    model::{Health, Severity, TargetId},
    service,
    ui::{glyph, pen::Pen, rule, strip::Piece, targets::Standing, text, theme::Theme},
};

/// The most that the name of an account takes.
const NAME: usize = 20;
/// Cells that a place needs: glyph, findings, resources.
const CELL: usize = 12;
/// Cells between two columns.
const GAP: usize = 2;

/// Draws the map as far as there is room, with the cursor in sight.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, overview: &Overview, state: &State, theme: &Theme) {
    let (accounts, regions) = (overview::accounts(state), overview::regions(state));
    if area.height < 2 {
        return;
    }
    rule::draw(buffer, Rect { height: 1, ..area }, vec![Piece::left(0, Span::styled("accounts and regions", theme.title))], theme);
    let name = accounts.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0).clamp(7, NAME);
    let room = usize::from(area.width).saturating_sub(2 + name + GAP);
    let longest = regions.iter().map(|region| text::width(region)).max().unwrap_or(0).max(CELL);
    let cell = longest.min((room / regions.len().max(1)).saturating_sub(GAP)).max(CELL.min(longest));
    let columns = (room / (cell + GAP)).max(1);
    let here = at(overview, &accounts, &regions, state);
    let first = crate::app::geometry::first(0, here.1, regions.len(), columns);
    let shown: Vec<&str> = regions.iter().skip(first).take(columns).copied().collect();
    let mut pen = Pen::new(buffer, Rect { y: area.y + 1, height: 1, ..area });
    pen.skip(2).left("ACCOUNT", name, theme.heading).skip(GAP);
    for region in &shown {
        pen.left(region, cell, theme.heading).skip(GAP);
    }
    if first + shown.len() < regions.len() {
        pen.put(glyph::MORE_RIGHT, theme.muted);
    }
    let body = Rect { y: area.y + 2, height: area.height - 2, ..area };
    let top = crate::app::geometry::first(0, here.0, accounts.len(), usize::from(body.height));
    for ((profile, targets), row) in accounts.iter().skip(top).zip(body.rows()) {
        line(buffer, row, (profile, targets), &Map { shown: &shown, name, cell, overview, state, theme });
    }
}

/// The row and the column of the cursor; the first of both while it is on a tile.
fn at(overview: &Overview, accounts: &[(&str, Vec<TargetId>)], regions: &[&str], state: &State) -> (usize, usize) {
    let Spot::Cell(target) = overview.spot else { return (0, 0) };
    let row = accounts.iter().position(|(_, targets)| targets.contains(&target)).unwrap_or(0);
    let region = state.fleet.targets.get(usize::from(target.0)).map_or("", |known| known.target.region.as_str());
    (row, regions.iter().position(|known| *known == region).unwrap_or(0))
}

/// What is the same for all lines of the map.
struct Map<'a> {
    shown: &'a [&'a str],
    name: usize,
    cell: usize,
    overview: &'a Overview,
    state: &'a State,
    theme: &'a Theme,
}

fn line(buffer: &mut Buffer, area: Rect, (profile, targets): (&str, &[TargetId]), map: &Map<'_>) {
    let mut pen = Pen::new(buffer, area);
    pen.skip(2).left(profile, map.name, map.theme.text);
    for region in map.shown {
        let region_of = |target: &&TargetId| map.state.fleet.targets.get(usize::from(target.0)).map(|known| known.target.region.as_str());
        let target = targets.iter().find(|target| region_of(target) == Some(*region));
        let Some(target) = target else {
            pen.skip(GAP + map.cell);
            continue;
        };
        let selected = map.overview.spot == Spot::Cell(*target);
        pen.skip(1).put(if selected { glyph::MARKER } else { " " }, map.theme.marker);
        let (health, words) = cell(map.state, *target);
        let style: Style = map.theme.health(health);
        pen.put(glyph::health(health), style).skip(1);
        pen.left(&words, map.cell.saturating_sub(2), if selected { map.theme.selected } else { style });
    }
}

/// How a place stands: its trouble, or its findings and its resources.
fn cell(state: &State, target: TargetId) -> (Health, String) {
    let standing = Standing::over(state, target);
    if !matches!(standing, Standing::Live) && !matches!(standing, Standing::Loading) {
        return (standing.health(), standing.word().to_owned());
    }
    let [notices, warnings, critical] = state.findings.board.in_target(target);
    let health = match (critical, warnings, notices) {
        (1.., ..) => Severity::Critical.health(),
        (_, 1.., _) => Severity::Warning.health(),
        (_, _, 1..) => Severity::Notice.health(),
        _ => standing.health(),
    };
    let wrong = notices + warnings + critical;
    let rows: usize = service::ALL
        .iter()
        .filter_map(|service| state.fleet.tables.get(&service.kinds.first()?.id)?.listing(target, &None)?.count.value())
        .sum();
    let all = text::grouped(rows);
    (health, if wrong > 0 { format!("{} of {all}", text::grouped(wrong)) } else { all })
}
