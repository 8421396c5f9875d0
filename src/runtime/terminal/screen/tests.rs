use proptest::prelude::*;
use ratatui::{Terminal, buffer::Buffer, layout::Rect, style::Style};

use super::*;

const WIDTH: u16 = 24;
const HEIGHT: u16 = 6;

impl Size for Vec<u8> {
    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((WIDTH, HEIGHT))
    }
}

/// A terminal of ours in front of one of an independent hand.
struct Pair {
    ours: Terminal<Screen<Vec<u8>>>,
    theirs: vt100::Parser,
}

impl Pair {
    fn new() -> Self {
        let (rows, columns) = (HEIGHT.try_into().unwrap(), WIDTH.try_into().unwrap());
        Self { ours: Terminal::new(Screen::new(Vec::new()).unwrap()).unwrap(), theirs: vt100::Parser::new(rows, columns, 0) }
    }

    fn frame(&mut self, cursor: Option<Position>, buffer: &Buffer) -> usize {
        let draw = |frame: &mut ratatui::Frame<'_>| {
            frame.buffer_mut().clone_from(buffer);
            if let Some(at) = cursor {
                frame.set_cursor_position(at);
            }
        };
        self.ours.draw(draw).unwrap();
        let screen = self.ours.backend_mut();
        let length = screen.commit().unwrap();
        let bytes = std::mem::take(&mut screen.out);
        assert_eq!(bytes.len(), length);
        self.theirs.process(&bytes);
        length
    }
}

fn canvas(words: &[(u16, u16, &str, Style)]) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
    for (x, y, word, style) in words {
        buffer.set_string(*x, *y, word, *style);
    }
    buffer
}

#[test]
fn a_frame_that_changes_nothing_writes_nothing() {
    let mut pair = Pair::new();
    let picture = canvas(&[(0, 0, "web-1a", Style::new().fg(Color::Green)), (3, 2, "stopped", Style::new())]);
    assert!(pair.frame(None, &picture) > 0);
    assert_eq!(pair.frame(None, &picture), 0);
    assert!(pair.frame(Some(Position::new(4, 1)), &picture) > 0);
    assert_eq!(pair.frame(Some(Position::new(4, 1)), &picture), 0);
    assert!(!pair.theirs.screen().hide_cursor());
    assert!(pair.frame(None, &picture) > 0);
    assert!(pair.theirs.screen().hide_cursor());
    assert_eq!(pair.frame(None, &picture), 0);
}

#[test]
fn the_cursor_is_put_back_after_drawing_elsewhere() {
    let mut pair = Pair::new();
    let at = Some(Position::new(7, 3));
    pair.frame(at, &canvas(&[]));
    pair.frame(at, &canvas(&[(0, 0, "tick", Style::new())]));
    assert_eq!(pair.theirs.screen().cursor_position(), (3, 7));
}

#[test]
fn a_small_change_costs_few_bytes() {
    let mut pair = Pair::new();
    pair.frame(None, &canvas(&[(10, 3, "87 %", Style::new().fg(Color::Red))]));
    let length = pair.frame(None, &canvas(&[(10, 3, "88 %", Style::new().fg(Color::Red))]));
    assert_eq!(length, BEGIN.len() + END.len() + "\x1b[4;12H\x1b[31m8\x1b[m".len());
}

#[test]
fn forgetting_draws_everything_again() {
    let mut pair = Pair::new();
    let picture = canvas(&[(0, 0, "web-1a", Style::new())]);
    let first = pair.frame(None, &picture);
    pair.ours.backend_mut().forget();
    pair.ours.clear().unwrap();
    assert!(pair.frame(None, &picture) >= first);
    assert!(pair.theirs.screen().contents().starts_with("web-1a"));
}

fn styles() -> impl Strategy<Value = Style> {
    let colors = || {
        prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::LightCyan),
            any::<u8>().prop_map(Color::Indexed),
            any::<[u8; 3]>().prop_map(|[r, g, b]| Color::Rgb(r, g, b)),
        ]
    };
    let modifiers = proptest::sample::subsequence(vec![Modifier::BOLD, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED], 0..=4);
    (colors(), colors(), modifiers)
        .prop_map(|(fg, bg, modifiers)| modifiers.into_iter().fold(Style::new().fg(fg).bg(bg), Style::add_modifier))
}

fn pictures() -> impl Strategy<Value = Buffer> {
    let words = proptest::sample::select(vec!["a", "web-1a", "日本", "▂▃▅", "  ", "é", "●"]);
    let word = (0..WIDTH, 0..HEIGHT, words, styles());
    proptest::collection::vec(word, 0..20).prop_map(|words| canvas(&words))
}

fn as_vt100(color: Color) -> vt100::Color {
    match (color, sixteenth(color)) {
        (Color::Rgb(r, g, b), _) => vt100::Color::Rgb(r, g, b),
        (Color::Indexed(index), _) => vt100::Color::Idx(index),
        (_, Some(number)) => vt100::Color::Idx(number),
        (_, None) => vt100::Color::Default,
    }
}

/// What the other terminal shows, in the terms of the buffer. How it colours the half that is left of a wide character when
/// the other half is written over is its own affair.
fn agrees(screen: &vt100::Screen, buffer: &Buffer, before: &Buffer) -> Result<(), TestCaseError> {
    for (x, y) in (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y))) {
        let theirs = screen.cell(y, x).unwrap();
        let ours = &buffer[(x, y)];
        if theirs.is_wide_continuation() {
            continue;
        }
        let shown = if theirs.contents().is_empty() { " " } else { theirs.contents() };
        prop_assert_eq!(shown, ours.symbol(), "at {},{}", x, y);
        if x > 0 && before[(x - 1, y)].symbol().width() > 1 {
            continue;
        }
        prop_assert_eq!((theirs.fgcolor(), theirs.bgcolor()), (as_vt100(ours.fg), as_vt100(ours.bg)), "at {},{}", x, y);
        let modifiers = [
            (Modifier::BOLD, theirs.bold()),
            (Modifier::ITALIC, theirs.italic()),
            (Modifier::UNDERLINED, theirs.underline()),
            (Modifier::REVERSED, theirs.inverse()),
        ];
        for (modifier, set) in modifiers {
            prop_assert_eq!(ours.modifier.contains(modifier), set, "{:?} at {},{}", modifier, x, y);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_drawn_over_whatever_is_what_another_terminal_shows(first in pictures(), second in pictures()) {
        let mut pair = Pair::new();
        for (picture, before) in [(&first, &canvas(&[])), (&second, &first)] {
            pair.frame(None, picture);
            agrees(pair.theirs.screen(), picture, before)?;
        }
    }
}
