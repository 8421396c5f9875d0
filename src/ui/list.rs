//! A list: column headings and the visible rows. Only what is in the window is ever looked at.

pub(super) mod columns;
mod empty;
mod row;
pub(super) mod title;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Look, front::Front, glyph, layout::Areas, pen::Pen, text, theme::Theme};
use crate::app::view::{By, Direction, Sort};
use columns::{Align, Column};
use row::Brush;

/// Cells before the first column: cursor, mark, concern, space.
const GUTTER: usize = 4;

/// Draws headings and rows, or says why there are none.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, front: &Front<'_>, look: &Look<'_>) {
    let order = front.list.view.order();
    if order.is_empty() {
        return empty::draw(buffer, areas.body, front, look);
    }
    let window = front.list.view.window(usize::from(areas.body.height));
    let columns = columns(areas, front);
    headings(buffer, areas.headings, &columns, front.list.view.sort, look.theme);
    let brush = Brush::new(front, &columns, look.theme);
    for (area, position) in areas.body.rows().zip(window) {
        if let Some(row) = front.table.and_then(|table| table.row(order[position])) {
            brush.draw(buffer, area, row, position);
        }
    }
}

fn columns(areas: &Areas, front: &Front<'_>) -> Vec<Column> {
    let window = front.list.view.window(usize::from(areas.body.height));
    columns::fit(front, window, usize::from(areas.body.width).saturating_sub(GUTTER))
}

/// Where the headings are by which the list can be sorted.
pub(super) fn places(areas: &Areas, front: &Front<'_>) -> Vec<(Rect, By)> {
    let (mut x, mut places) = (areas.headings.x + GUTTER as u16, Vec::new());
    if front.list.view.order().is_empty() {
        return places;
    }
    for column in columns(areas, front) {
        let place = Rect { x, width: column.width as u16, ..areas.headings };
        places.extend(column.sorts().map(|by| (place, by)));
        x = place.right() + columns::GAP as u16;
    }
    places
}

fn headings(buffer: &mut Buffer, area: Rect, columns: &[Column], sort: Sort, theme: &Theme) {
    let mut pen = Pen::new(buffer, area);
    pen.skip(GUTTER);
    for column in columns {
        let heading = heading(column, sort);
        match column.align {
            Align::Left => pen.left(&heading, column.width, theme.heading),
            Align::Right => pen.right(&heading, column.width, theme.heading),
        };
        pen.skip(columns::GAP);
    }
}

/// The title, cut so that the arrow of the sorted column always shows.
fn heading(column: &Column, sort: Sort) -> String {
    if column.sorts() != Some(sort.by) {
        return column.title.to_owned();
    }
    format!("{}{}", text::cut(column.title, column.width.saturating_sub(1)), arrow(sort.direction))
}

/// The arrow of a sort order.
fn arrow(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => glyph::UP,
        Direction::Down => glyph::DOWN,
    }
}
