//! A frame as a picture: what the terminal would show, as a standalone SVG that is the same on every machine.

use std::fmt::Write;

use ratatui::{
    buffer::{Buffer, Cell, CellWidth},
    layout::Position,
    style::{Color, Modifier},
};

use super::theme::{Theme, depth};

/// Size of a cell and its text, in pixels: a monospace advance is three fifths of the size.
const WIDTH: f64 = 9.0;
const HEIGHT: f64 = 18.0;
const FONT: f64 = 15.0;
const BASELINE: f64 = 13.5;
const MARGIN: f64 = 12.0;

/// The look of a cell, all that decides whether two cells can share a run.
#[derive(Debug, Clone, PartialEq)]
struct Paint {
    ink: String,
    ground: Option<String>,
    modifier: Modifier,
}

/// Neighbouring cells that look the same.
struct Run {
    text: String,
    x: u16,
    y: u16,
    cells: u16,
    paint: Paint,
}

/// Renders a buffer in the colours of a theme.
pub fn svg(buffer: &Buffer, theme: &Theme) -> String {
    let (ink, ground) = screen(theme);
    let width = f64::from(buffer.area.width) * WIDTH + 2.0 * MARGIN;
    let height = f64::from(buffer.area.height) * HEIGHT + 2.0 * MARGIN;
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{ground}\"/>\n\
         <g font-family=\"'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,monospace\" font-size=\"{FONT}\" xml:space=\"preserve\">\n"
    );
    for y in buffer.area.top()..buffer.area.bottom() {
        for run in runs(buffer, y, &ink, &ground) {
            draw(&mut picture, &run);
        }
    }
    picture.push_str("</g>\n</svg>\n");
    picture
}

/// The theme's ink and ground for the terminal's own colours.
fn screen(theme: &Theme) -> (String, String) {
    let hex = |colour: Option<Color>, otherwise: Color| colour.and_then(depth::hex).or_else(|| depth::hex(otherwise)).unwrap_or_default();
    (hex(theme.screen.fg, Color::White), hex(theme.screen.bg, Color::Black))
}

fn runs(buffer: &Buffer, y: u16, ink: &str, ground: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = buffer.area.left();
    while x < buffer.area.right() {
        let Some(cell) = buffer.cell(Position { x, y }) else { break };
        let cells = cell.symbol().cell_width().max(1);
        let paint = paint(cell, ink, ground);
        match runs.last_mut() {
            Some(run) if run.paint == paint && cells == 1 && run.text.is_ascii() && cell.symbol().is_ascii() => {
                run.text.push_str(cell.symbol());
                run.cells += 1;
            }
            _ => runs.push(Run { text: cell.symbol().to_owned(), x: x - buffer.area.left(), y: y - buffer.area.top(), cells, paint }),
        }
        x += cells;
    }
    runs
}

fn paint(cell: &Cell, ink: &str, ground: &str) -> Paint {
    let fg = depth::hex(cell.fg).unwrap_or_else(|| ink.to_owned());
    let bg = depth::hex(cell.bg).filter(|own| own != ground);
    if cell.modifier.contains(Modifier::REVERSED) {
        return Paint { ink: bg.unwrap_or_else(|| ground.to_owned()), ground: Some(fg), modifier: cell.modifier };
    }
    Paint { ink: fg, ground: bg, modifier: cell.modifier }
}

fn draw(picture: &mut String, run: &Run) {
    let (x, y) = (MARGIN + f64::from(run.x) * WIDTH, MARGIN + f64::from(run.y) * HEIGHT);
    let length = f64::from(run.cells) * WIDTH;
    if let Some(ground) = &run.paint.ground {
        let _ = writeln!(picture, "<rect x=\"{x}\" y=\"{y}\" width=\"{length}\" height=\"{HEIGHT}\" fill=\"{ground}\"/>");
    }
    let underlined = run.paint.modifier.contains(Modifier::UNDERLINED);
    if run.text.trim().is_empty() && !underlined {
        return;
    }
    let bold = if run.paint.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line = if underlined { " text-decoration=\"underline\"" } else { "" };
    let (text, baseline, ink) = (escaped(&run.text), y + BASELINE, &run.paint.ink);
    let _ = writeln!(
        picture,
        "<text x=\"{x}\" y=\"{baseline}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{bold}{line}>{text}</text>"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Style};

    use super::*;
    use crate::ui::theme::{Charset, Depth};

    #[test]
    fn runs_share_one_element_and_text_is_escaped() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 9, 1));
        buffer.set_string(0, 0, "a<b", Style::new().add_modifier(Modifier::BOLD));
        buffer.set_string(4, 0, "日", Style::new().bg(Color::Red));
        let picture = svg(&buffer, &Theme::for_terminal(Depth::True, Charset::Unicode));
        assert!(picture.contains(r#"font-weight="bold">a&lt;b</text>"#), "{picture}");
        assert!(picture.contains(r##"<rect x="48" y="12" width="18" height="18" fill="#cd0000"/>"##), "{picture}");
        assert_eq!(picture.matches("<text").count(), 2);
    }
}
