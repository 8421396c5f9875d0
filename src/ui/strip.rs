//! A line made of pieces, of which the least important go when it gets narrow.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{pen::Pen, text};

/// From which end of the line a piece is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// From the left.
    Left,
    /// From the right.
    Right,
}

/// A part of a line that stays whole or goes.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    line: Line<'a>,
    side: Side,
    rank: u8,
    /// Its position among the pieces of the strip, once it was laid.
    at: usize,
}

impl<'a> Piece<'a> {
    /// A piece at the left. Rank 0 never goes; of the others the highest goes first.
    pub(super) fn left(rank: u8, line: impl Into<Line<'a>>) -> Self {
        Self { line: line.into(), side: Side::Left, rank, at: 0 }
    }

    /// A piece at the right.
    pub(super) fn right(rank: u8, line: impl Into<Line<'a>>) -> Self {
        Self { line: line.into(), side: Side::Right, rank, at: 0 }
    }

    /// Cells it takes.
    pub(super) fn width(&self) -> usize {
        width(&self.line)
    }
}

/// Cells that a line takes.
pub(super) fn width(line: &Line<'_>) -> usize {
    line.iter().map(|span| text::width(&span.content)).sum()
}

/// Removes the least important pieces until the rest, with `gap` cells for each, fits into `room`.
pub(super) fn fit(pieces: &mut Vec<Piece<'_>>, gap: usize, room: usize) {
    shed(pieces, 1, gap, room);
}

/// The same, but of those of this rank and above only.
pub(super) fn shed(pieces: &mut Vec<Piece<'_>>, rank: u8, gap: usize, room: usize) {
    while pieces.iter().map(|piece| piece.width() + gap).sum::<usize>() > room {
        let worst = pieces.iter().enumerate().filter(|(_, piece)| piece.rank >= rank).max_by_key(|(_, piece)| piece.rank);
        match worst.map(|(at, _)| at) {
            Some(at) => pieces.remove(at),
            None => return,
        };
    }
}

/// A separator between the pieces of a strip, and what lies between its two ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seam {
    /// Between two pieces.
    pub(super) between: &'static str,
    /// Around the pieces of each side.
    pub(super) edge: &'static str,
    /// Repeated between the left and the right end.
    pub(super) filler: &'static str,
    /// Of both.
    pub(super) style: Style,
}

/// Draws what fits of the pieces over the width of `area`.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, mut pieces: Vec<Piece<'_>>, seam: Seam) {
    let mut pen = Pen::new(buffer, area);
    fit(&mut pieces, text::width(seam.between).max(1), pen.room());
    let right = block(&pieces, Side::Right, seam);
    pen.line(&block(&pieces, Side::Left, seam));
    let filler = pen.room().saturating_sub(width(&right));
    pen.fill(seam.filler, filler, seam.style).line(&right);
}

/// Where the pieces at the left are that there is room for, each by its position among all.
pub(super) fn places(area: Rect, mut pieces: Vec<Piece<'_>>, seam: Seam) -> Vec<(Rect, usize)> {
    pieces.iter_mut().enumerate().for_each(|(at, piece)| piece.at = at);
    fit(&mut pieces, text::width(seam.between).max(1), usize::from(area.width));
    let mut x = area.x + text::width(seam.edge) as u16;
    let left = pieces.iter().filter(|piece| piece.side == Side::Left);
    left.map(|piece| {
        let place = Rect { x, width: piece.width() as u16, ..area };
        x = place.right() + text::width(seam.between) as u16;
        (place.intersection(area), piece.at)
    })
    .collect()
}

/// The pieces of one side as one line.
fn block<'a>(pieces: &[Piece<'a>], side: Side, seam: Seam) -> Line<'a> {
    let mut line = Line::default();
    for piece in pieces.iter().filter(|piece| piece.side == side) {
        let before = if line.spans.is_empty() { seam.edge } else { seam.between };
        line.push_span(Span::styled(before, seam.style));
        line.spans.extend(piece.line.iter().map(|span| span.clone().style(piece.line.style.patch(span.style))));
    }
    if !line.spans.is_empty() {
        line.push_span(Span::styled(seam.edge, seam.style));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: u16) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buffer = Buffer::empty(area);
        let pieces = vec![Piece::left(0, "name"), Piece::left(2, "filter"), Piece::right(1, "age")];
        draw(&mut buffer, area, pieces, Seam { between: " | ", edge: " ", filler: "-", style: Style::new() });
        buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn the_least_important_go_first_and_the_rest_spreads() {
        assert_eq!(drawn(30), " name | filter ---------- age ");
        assert_eq!(drawn(16), " name ----- age ");
        assert_eq!(drawn(9), " name ---");
        assert_eq!(drawn(4), " na…");
    }
}
