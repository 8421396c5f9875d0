//! The tile of a service: how many there are, how they stand, its leading metric, and what changed.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        fleet::Tally,
        msg::Reading,
        overview::{self, Overview, Spot},
        sight::Seen,
        state::State,
    },
    model::{Health, Series, Unit, format},
    service::{Kind, Metric, Service},
    ui::{front, glyph, metric, pen::Pen, text, theme::Theme},
};

/// Seconds back in which changes are counted.
const LATELY: i64 = 3_600;

/// In the order of drawing: the worst first.
const HEALTHS: [Health; 6] = [Health::Bad, Health::Warn, Health::Busy, Health::Ok, Health::Off, Health::Unknown];

/// Draws a tile in as many lines as there are: the first says the most.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    (at, service): (usize, &'static Service),
    overview: &Overview,
    state: &State,
    theme: &Theme,
) {
    let selected = overview.spot == Spot::Tile(at);
    let Some(kind) = overview::first(service) else { return };
    let seen = state.seen();
    let tally = front::tally(state, &seen, kind.id);
    let lines: [fn(&mut Pen<'_>, Tile<'_>); 4] = [heading, states, trend, changes];
    for (line, row) in lines.into_iter().zip(area.rows()) {
        let mut pen = Pen::new(buffer, Rect { width: row.width.saturating_sub(2), ..row });
        pen.put(if selected { glyph::MARKER } else { " " }, theme.marker).skip(1);
        line(&mut pen, Tile { service, kind, tally: tally.as_deref(), seen: &seen, state, theme, selected });
    }
}

/// What a tile is drawn from.
#[derive(Clone, Copy)]
struct Tile<'a> {
    service: &'static Service,
    kind: &'static Kind,
    tally: Option<&'a Tally>,
    seen: &'a Seen,
    state: &'a State,
    theme: &'a Theme,
    selected: bool,
}

fn heading(pen: &mut Pen<'_>, tile: Tile<'_>) {
    let theme = tile.theme;
    let name = if tile.selected { theme.selected } else { theme.title };
    pen.put(tile.service.title, name).put(" ", theme.text);
    let Some(tally) = tile.tally else {
        pen.put("not listed yet", theme.muted);
        return;
    };
    pen.put(&text::grouped(tally.rows), theme.text);
    let wrong = front::unwell(tile.state, tile.seen, tile.service);
    if wrong > 0 {
        pen.put(&format!(" {}{}", glyph::TROUBLE, text::grouped(wrong)), theme.warn);
    }
}

/// `✗ 3 failed  ● 401 running`, the worst states first; without their words where not all of them fit.
fn states(pen: &mut Pen<'_>, tile: Tile<'_>) {
    let Some(tally) = tile.tally else { return };
    let all = || HEALTHS.into_iter().flat_map(|health| tally.states().filter(move |(_, known, _)| *known == health));
    let worded: Vec<(Health, String)> =
        all().map(|(word, health, count)| (health, format!(" {} {}", text::grouped(count), word.as_str().to_lowercase()))).collect();
    let room = worded.iter().map(|(_, words)| text::width(words) + 1 + GAP).sum::<usize>();
    let bare = || {
        HEALTHS.into_iter().filter_map(|health| {
            let count: usize = tally.states().filter(|(_, known, _)| *known == health).map(|(.., count)| count).sum();
            (count > 0).then(|| (health, format!(" {}", text::grouped(count))))
        })
    };
    let shown = if room <= pen.room() + GAP { worded } else { bare().collect() };
    for (health, words) in shown {
        pen.put(glyph::health(health), tile.theme.health(health)).put(&words, tile.theme.muted).skip(GAP);
    }
}

/// The leading metric of the rows that were in sight lately.
fn trend(pen: &mut Pen<'_>, tile: Tile<'_>) {
    let Some((at, metric)) = overview::leading(tile.kind) else { return };
    let keys = tile.state.samples.of(tile.kind.id).filter(|key| tile.seen.shows(key.target));
    let series: Vec<&Series> =
        keys.filter_map(|key| tile.state.metrics.get(&Reading { key: key.clone(), metric: at })?.value()?.as_ref()).collect();
    let Some(newest) = series.iter().filter_map(|series| series.latest()).map(|(at, _)| at).max() else { return };
    pen.put(metric.title, tile.theme.muted).put(" ", tile.theme.text);
    let cells = pen.room().saturating_sub(VALUE).min(WIDEST);
    let slots = together(&series, metric, cells);
    metric::spark_of(pen, &slots, metric.unit, tile.theme.spark);
    let now = series.iter().filter_map(|series| series.latest().filter(|(at, _)| *at == newest)).map(|(_, value)| value);
    let (sum, count) = now.fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    let value = if averaged(metric.unit) { sum / f64::from(count.max(1)) } else { sum };
    pen.put(" ", tile.theme.text).put(&format::value(value, metric.unit), tile.theme.text);
}

/// Cells between two states.
const GAP: usize = 2;
/// Cells for the value, and the most that a sparkline takes.
const VALUE: usize = 8;
const WIDEST: usize = 24;

fn averaged(unit: Unit) -> bool {
    matches!(unit, Unit::Percent | Unit::Milliseconds | Unit::Seconds)
}

/// Several series as one: the mean of percentages and spans, the sum of all else.
fn together(series: &[&Series], metric: &Metric, cells: usize) -> Vec<Option<f64>> {
    let slots: Vec<Vec<Option<f64>>> = series.iter().map(|series| series.resample(cells)).collect();
    (0..cells)
        .map(|at| {
            let values: Vec<f64> = slots.iter().filter_map(|slots| slots[at]).collect();
            let sum: f64 = values.iter().sum();
            let share = if averaged(metric.unit) { values.len().max(1) as f64 } else { 1.0 };
            (!values.is_empty()).then_some(sum / share)
        })
        .collect()
}

fn changes(pen: &mut Pen<'_>, tile: Tile<'_>) {
    let since = tile.state.now.as_second() - LATELY;
    let ours = |id| tile.service.kinds.iter().any(|kind| kind.id == id);
    let newest = tile.state.turns.newest(None).take_while(|seen| seen.at.as_second() >= since);
    let count = newest.filter(|change| ours(change.turn.key.kind) && tile.seen.shows(change.turn.key.target)).count();
    if count > 0 {
        let line = Line::from(Span::styled(format!("{} in 1 h", text::count(count, "change")), tile.theme.muted));
        pen.line(&line);
    }
}
