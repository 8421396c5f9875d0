//! Accounts by regions: in each cell how we stand there, or the worst that is wrong there and how much there is.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use crate::{
    app::{
        geometry,
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

/// What of the map there is room for, with the cursor in sight.
struct Map<'a> {
    /// The accounts in view, each with its places.
    accounts: Vec<(&'a str, Vec<TargetId>)>,
    /// The regions in view.
    regions: Vec<&'a str>,
    /// Whether there are further regions.
    more: bool,
    /// Cells of an account's name, and of a place.
    widths: (usize, usize),
}

impl<'a> Map<'a> {
    fn of(area: Rect, overview: &Overview, state: &'a State) -> Self {
        let (accounts, regions) = (overview::accounts(state), overview::regions(state));
        let name = accounts.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0).clamp(7, NAME);
        let room = usize::from(area.width).saturating_sub(2 + name + GAP);
        let longest = regions.iter().map(|region| text::width(region)).max().unwrap_or(0).max(CELL);
        let cell = longest.min((room / regions.len().max(1)).saturating_sub(GAP)).max(CELL.min(longest));
        let columns = (room / (cell + GAP)).max(1);
        let (row, column) = at(overview, &accounts, &regions, state);
        let first = geometry::first(0, column, regions.len(), columns);
        let height = usize::from(area.height.saturating_sub(2));
        let top = geometry::first(0, row, accounts.len(), height);
        Self {
            more: first + columns < regions.len(),
            accounts: accounts.into_iter().skip(top).take(height).collect(),
            regions: regions.into_iter().skip(first).take(columns).collect(),
            widths: (name, cell),
        }
    }

    /// The cells from left to right of the account at a position, with what is there; from `x` on.
    fn cells(&self, at: usize, area: Rect, state: &State) -> Vec<(Rect, TargetId)> {
        let (name, cell) = self.widths;
        let region_of = |target: &TargetId| state.fleet.targets.get(usize::from(target.0)).map(|known| known.target.region.as_str());
        let place = |(column, region): (usize, &&str)| {
            let target = self.accounts.get(at)?.1.iter().find(|target| region_of(target) == Some(*region))?;
            let x = area.x + (2 + name + column * (GAP + cell)) as u16;
            let place = Rect { x, width: (GAP + cell) as u16, y: area.y + 2 + at as u16, height: 1 };
            Some((place.intersection(area), *target))
        };
        self.regions.iter().enumerate().filter_map(place).collect()
    }
}

/// Where each cell is.
pub(super) fn places(area: Rect, overview: &Overview, state: &State) -> Vec<(Rect, Spot)> {
    let map = Map::of(area, overview, state);
    (0..map.accounts.len()).flat_map(|at| map.cells(at, area, state)).map(|(place, target)| (place, Spot::Cell(target))).collect()
}

/// Draws the map.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, overview: &Overview, state: &State, theme: &Theme) {
    if area.height < 2 {
        return;
    }
    rule::draw(buffer, Rect { height: 1, ..area }, vec![Piece::left(0, Span::styled("accounts and regions", theme.title))], theme);
    let map = Map::of(area, overview, state);
    let (name, cell) = map.widths;
    let mut pen = Pen::new(buffer, Rect { y: area.y + 1, height: 1, ..area });
    pen.skip(2).left("ACCOUNT", name, theme.heading).skip(GAP);
    for region in &map.regions {
        pen.left(region, cell, theme.heading).skip(GAP);
    }
    if map.more {
        pen.put(glyph::MORE_RIGHT, theme.muted);
    }
    for (at, (profile, _)) in map.accounts.iter().enumerate() {
        let line = Rect { y: area.y + 2 + at as u16, height: 1, ..area };
        Pen::new(buffer, line).skip(2).left(profile, name, theme.text);
        for (place, target) in map.cells(at, area, state) {
            one(buffer, place, target, overview, (state, theme));
        }
    }
}

/// The row and the column of the cursor; the first of both while it is on a tile.
fn at(overview: &Overview, accounts: &[(&str, Vec<TargetId>)], regions: &[&str], state: &State) -> (usize, usize) {
    let Spot::Cell(target) = overview.spot else { return (0, 0) };
    let row = accounts.iter().position(|(_, targets)| targets.contains(&target)).unwrap_or(0);
    let region = state.fleet.targets.get(usize::from(target.0)).map_or("", |known| known.target.region.as_str());
    (row, regions.iter().position(|known| *known == region).unwrap_or(0))
}

fn one(buffer: &mut Buffer, area: Rect, target: TargetId, overview: &Overview, (state, theme): (&State, &Theme)) {
    let selected = overview.spot == Spot::Cell(target);
    let mut pen = Pen::new(buffer, area);
    pen.skip(1).put(if selected { glyph::MARKER } else { " " }, theme.marker);
    let (health, words) = cell(state, target);
    let style: Style = theme.health(health);
    let rest = pen.put(glyph::health(health), style).skip(1).room();
    pen.left(&words, rest, if selected { theme.selected } else { style });
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
