//! Frames as bytes: only what changed, in as few of them as an ordinary terminal understands.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use ratatui::{
    backend::{Backend, ClearType, WindowSize},
    buffer::Cell,
    layout::{Position, Size as Extent},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr;

use crate::model::text::printable;

/// Asks the terminal to show what follows at once; terminals that do not know it ignore it.
pub(super) const BEGIN: &[u8] = b"\x1b[?2026h";
/// Ends what [`BEGIN`] began.
pub(super) const END: &[u8] = b"\x1b[?2026l";

/// Something that has a size in cells.
pub trait Size {
    /// Columns and rows.
    fn size(&self) -> io::Result<(u16, u16)>;
}

/// Collects a frame and writes it in one piece, or not at all.
#[derive(Debug)]
pub struct Screen<W> {
    out: W,
    frame: String,
    cursor: Option<Position>,
    wanted: Option<Position>,
    written: u64,
}

/// How the next character will look to the terminal.
#[derive(Clone, Copy, PartialEq)]
struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// Characters in a cell: one, and the marks on it.
const LONGEST: usize = 8;

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

const MODIFIERS: &[(Modifier, u8)] = &[
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

impl<W: Write + Size> Screen<W> {
    /// A screen of this terminal, with nothing drawn on it and no cursor shown.
    pub fn new(out: W) -> io::Result<Self> {
        out.size()?;
        Ok(Self { out, frame: String::new(), cursor: None, wanted: None, written: 0 })
    }

    /// Writes the frame, if anything is in it, and gives its length.
    pub fn commit(&mut self) -> io::Result<usize> {
        self.place_cursor();
        if self.frame.is_empty() {
            return Ok(0);
        }
        let bytes = [BEGIN, self.frame.as_bytes(), END].concat();
        self.frame.clear();
        self.send(&bytes)?;
        Ok(bytes.len())
    }

    /// Writes bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.out.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => rest = &rest[length..],
                // Standard output may have been made non-blocking by whoever shares it.
                Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => std::thread::yield_now(),
                Err(error) => return Err(error),
            }
        }
        self.written += bytes.len() as u64;
        self.out.flush()
    }

    /// Bytes written since the start.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Drops what was not written, and takes the cursor for hidden: the terminal was out of our hands.
    pub fn forget(&mut self) {
        self.frame.clear();
        self.cursor = None;
    }

    /// Drawing moves the cursor, so it is put back after every frame that drew anything, and left alone otherwise.
    fn place_cursor(&mut self) {
        match (self.wanted, self.cursor) {
            (Some(at), shown) if shown != self.wanted || !self.frame.is_empty() => {
                self.go(at.x, at.y);
                self.frame.push_str(if shown.is_none() { "\x1b[?25h" } else { "" });
            }
            (None, Some(_)) => self.frame.push_str("\x1b[?25l"),
            _ => {}
        }
        self.cursor = self.wanted;
    }

    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        let _ = self.frame.write_fmt(arguments);
    }

    fn go(&mut self, x: u16, y: u16) {
        match (x, y) {
            (0, _) => self.put(format_args!("\x1b[{}H", y + 1)),
            _ => self.put(format_args!("\x1b[{};{}H", y + 1, x + 1)),
        }
    }

    /// Moves to a cell by the shorter way. `from` is where the cursor is, if that is certain.
    fn travel(&mut self, from: Option<(u16, u16)>, x: u16, y: u16) {
        match from {
            Some(place) if place == (x, y) => {}
            Some((column, row)) if row == y && x == column + 1 => self.frame.push_str("\x1b[C"),
            Some((column, row)) if row == y && x > column => self.put(format_args!("\x1b[{}C", x - column)),
            _ => self.go(x, y),
        }
    }

    /// What is drawn is a `Text` or our own, or was typed: whatever slipped through ends here.
    fn symbol(&mut self, symbol: &str) {
        let length = self.frame.len();
        self.frame.extend(symbol.chars().take_while(|c| printable(*c)).take(LONGEST));
        if self.frame.len() == length {
            self.frame.push(' ');
        }
    }

    fn dip(&mut self, old: Pen, new: Pen) {
        if new == old {
            return;
        }
        if new == PLAIN {
            return self.frame.push_str("\x1b[m");
        }
        // A modifier is taken away with everything else: the codes to take single ones away differ between terminals.
        let fresh = !(old.modifier - new.modifier).is_empty();
        let from = if fresh { PLAIN } else { old };
        self.frame.push_str(if fresh { "\x1b[0;" } else { "\x1b[" });
        self.inks(from, new);
        self.frame.pop();
        self.frame.push('m');
    }

    /// The codes from one pen to another, each followed by a semicolon.
    fn inks(&mut self, old: Pen, new: Pen) {
        let added = new.modifier - old.modifier;
        for (_, code) in MODIFIERS.iter().filter(|(modifier, _)| added.contains(*modifier)) {
            self.put(format_args!("{code};"));
        }
        if new.fg != old.fg {
            self.ink(new.fg, 30);
        }
        if new.bg != old.bg {
            self.ink(new.bg, 40);
        }
    }

    /// A colour on the layer that starts at `base`: 30 for characters, 40 for their ground.
    fn ink(&mut self, color: Color, base: u8) {
        match (color, sixteenth(color)) {
            (Color::Rgb(r, g, b), _) => self.put(format_args!("{};2;{r};{g};{b};", base + 8)),
            (Color::Indexed(index), _) => self.put(format_args!("{};5;{index};", base + 8)),
            (_, Some(number @ 0..8)) => self.put(format_args!("{};", base + number)),
            (_, Some(number)) => self.put(format_args!("{};", base + 52 + number)),
            (_, None) => self.put(format_args!("{};", base + 9)),
        }
    }
}

/// The number of a named colour; `None` for the terminal's own.
fn sixteenth(color: Color) -> Option<u8> {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    NAMED.iter().position(|named| *named == color).map(|number| number as u8)
}

impl<W: Write + Size> Backend for Screen<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, cells: I) -> io::Result<()> {
        let (mut pen, mut place) = (PLAIN, None);
        for (x, y, cell) in cells {
            self.travel(place, x, y);
            let new = Pen { fg: cell.fg, bg: cell.bg, modifier: cell.modifier };
            self.dip(pen, new);
            pen = new;
            self.symbol(cell.symbol());
            // How wide a terminal draws anything but a plain character is its own affair: from there the way is told in full.
            place = (cell.symbol().width() == 1).then_some((x + 1, y));
        }
        self.dip(pen, PLAIN);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.wanted = None;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Asking the terminal would race with the reader of its keys; nobody here needs to know.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.wanted.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.wanted = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    /// A full screen is only ever cleared as a whole.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.frame.push_str("\x1b[2J");
        Ok(())
    }

    fn size(&self) -> io::Result<Extent> {
        let (width, height) = self.out.size()?;
        Ok(Extent { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: Backend::size(self)?, pixels: Extent::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
