//! A list: column headings and the visible rows. Only what is in the window is ever looked at.

mod empty;
mod row;
pub(super) mod title;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Look, front::Front, glyph, layout::Areas, pen::Pen, text, theme::Theme};
use crate::app::{
    columns::{self, Align, Column, Fit, GUTTER, What},
    view::{Direction, Sort},
};
use row::Brush;

/// Draws headings and rows, or says why there are none.
pub(super) fn draw(buffer: &mut Buffer, areas: &Areas, front: &Front<'_>, look: &Look<'_>) {
    let order = front.list.view.order();
    if order.is_empty() {
        return empty::draw(buffer, areas.body, front, look);
    }
    let window = front.list.view.window(usize::from(areas.body.height));
    let fit = fit(areas, front);
    headings(buffer, areas.headings, &fit, front.list.view.sort, look.theme);
    let brush = Brush::new(front, &fit.columns, look.theme);
    for (area, position) in areas.body.rows().zip(window) {
        if let Some(row) = front.table.and_then(|table| table.row(order[position])) {
            brush.draw(buffer, area, row, position);
        }
    }
}

fn fit(areas: &Areas, front: &Front<'_>) -> Fit {
    let window = front.list.view.window(usize::from(areas.body.height));
    columns::fit(front.state, front.list, window, usize::from(areas.body.width).saturating_sub(GUTTER))
}

/// Where the headings are by which the list can be sorted.
pub(super) fn places(areas: &Areas, front: &Front<'_>) -> Vec<(Rect, What)> {
    let (mut x, mut places) = (areas.headings.x + GUTTER as u16, Vec::new());
    if front.list.view.order().is_empty() {
        return places;
    }
    for column in fit(areas, front).columns {
        let place = Rect { x, width: column.width as u16, ..areas.headings };
        places.push((place, column.what));
        x = place.right() + columns::GAP as u16;
    }
    places
}

fn headings(buffer: &mut Buffer, area: Rect, fit: &Fit, sort: Sort, theme: &Theme) {
    let mut pen = Pen::new(buffer, area);
    // Where the rows have their marks, so that no column is narrower for it.
    pen.skip(1);
    pen.left(if fit.before > 0 { glyph::MORE_LEFT } else { " " }, 1, theme.muted);
    pen.left(if fit.after > 0 { glyph::MORE_RIGHT } else { " " }, 1, theme.muted).skip(1);
    for column in &fit.columns {
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
    if column.what != sort.by {
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
