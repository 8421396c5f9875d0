//! The terminal, taken for as long as the program runs and given back whatever happens.
//!
//! Invariant: each frame is one write, and a frame that changes nothing is none. The screen is restored once, by whoever
//! comes first: quitting, dropping, a panic, a signal.

pub mod screen;

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    queue,
    terminal::{DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::Frame;

pub use self::screen::{Screen, Size};
use crate::{
    app::manner::Mouse,
    config::{Environment, Wrong},
};

/// Presses and the wheel, told in numbers that have no limit (xterm, "Mouse Tracking"). Movements are not asked for: each would be bytes.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
/// Ends what [`MOUSE_ON`] began.
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Whether the terminal is in our hands. The panic hook and the signal task must know it without asking the loop.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours.
#[derive(Debug)]
pub struct Terminal {
    frames: ratatui::Terminal<Screen<Tty>>,
    hold: Hold,
    mouse: Mouse,
}

/// Whether we mean to have the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Drawing,
    Suspended,
}

/// Standard output without the lock and the line buffer of the standard library: a panic may come while either is held.
#[derive(Debug, Default)]
pub struct Tty;

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(rustix::stdio::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Size for Tty {
    fn size(&self) -> io::Result<(u16, u16)> {
        size()
    }
}

/// Columns and rows of the terminal; 80 × 24 where it does not know.
pub fn size() -> io::Result<(u16, u16)> {
    let window = rustix::termios::tcgetwinsize(rustix::stdio::stdout())?;
    let known = window.ws_col > 0 && window.ws_row > 0;
    Ok(if known { (window.ws_col, window.ws_row) } else { (80, 24) })
}

/// Says what to do when this process has no terminal that a screen can be drawn on.
pub fn check(environment: &Environment) -> Result<(), Wrong> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Wrong(
            "the dashboard needs a terminal for input and output; for pipes and scripts there is `qd list ec2 -o json`".to_owned(),
        ));
    }
    match environment.get("TERM") {
        Some("dumb") => Err(Wrong("this terminal cannot place a cursor (TERM=dumb); set TERM, or use `qd list ec2`".to_owned())),
        _ => Ok(()),
    }
}

/// Restores the terminal before a panic is reported, so that the report can be read. To be called after the reporter is installed.
pub fn restore_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        report(panic);
    }));
}

/// Gives the terminal back. May be called at any time from anywhere, any number of times; what fails is left at that.
pub fn restore() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = leave(&mut Tty);
        let _ = disable_raw_mode();
    }
}

impl Terminal {
    /// Takes the terminal; on failure it is as it was.
    pub fn enter() -> io::Result<Self> {
        let frames = ratatui::Terminal::new(Screen::new(Tty)?)?;
        take().inspect_err(|_| restore())?;
        Ok(Self { frames, hold: Hold::Drawing, mouse: Mouse::Off })
    }

    /// Draws a frame and gives the number of bytes it took; nothing while suspended. Fails when a panic on another thread
    /// has given the terminal back, so that the loop ends and the report stays on the screen.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<usize> {
        match (self.hold, TAKEN.load(Ordering::SeqCst)) {
            (Hold::Suspended, _) => return Ok(0),
            (Hold::Drawing, false) => return Err(io::Error::other("a part of the program has failed; the log may say more")),
            (Hold::Drawing, true) => {}
        }
        self.frames.draw(render)?;
        self.frames.backend_mut().commit()
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.frames.clear()
    }

    /// Sends bytes that are no part of a frame: a copy to the clipboard.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.frames.backend_mut().send(bytes)
    }

    /// Takes the mouse, or leaves it to the terminal.
    pub fn point(&mut self, mouse: Mouse) -> io::Result<()> {
        self.mouse = mouse;
        self.send(if mouse == Mouse::On { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Gives the terminal back for a while: before the process stops, or another program takes the screen.
    pub fn suspend(&mut self) {
        self.hold = Hold::Suspended;
        restore();
    }

    /// Takes the terminal again, whatever was done to it meanwhile, and gives its present size.
    pub fn resume(&mut self) -> io::Result<(u16, u16)> {
        // A debugger or `kill -STOP` stops us without notice: crossterm would think that raw mode is still on.
        restore();
        take()?;
        self.hold = Hold::Drawing;
        self.frames.backend_mut().forget();
        self.frames.clear()?;
        self.point(self.mouse)?;
        size()
    }

    /// Bytes written since the start.
    pub fn written(&self) -> u64 {
        self.frames.backend().written()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// The flag goes up first: a half-taken terminal must be given back too.
fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    let mut bytes = Vec::new();
    queue!(bytes, EnterAlternateScreen, Hide, DisableLineWrap, EnableBracketedPaste, EnableFocusChange)?;
    Tty.write_all(&bytes)
}

fn leave(out: &mut impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    // Should a frame have been cut short, its end is made up for first: the terminal would go on waiting for it.
    bytes.extend_from_slice(screen::END);
    bytes.extend_from_slice(MOUSE_OFF);
    queue!(bytes, DisableFocusChange, DisableBracketedPaste, EnableLineWrap, Show, LeaveAlternateScreen)?;
    out.write_all(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_undoes_everything_that_taking_did() {
        let mut bytes = Vec::new();
        leave(&mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for off in ["\x1b[?2026l", "\x1b[?1000l", "\x1b[?1006l", "\x1b[?1004l", "\x1b[?2004l", "\x1b[?7h", "\x1b[?25h", "\x1b[?1049l"] {
            assert!(text.contains(off), "{off:?}");
        }
    }

    #[test]
    fn restoring_what_was_never_taken_does_nothing() {
        restore();
        restore();
        assert!(!TAKEN.load(Ordering::SeqCst));
    }

    #[test]
    fn a_terminal_that_cannot_draw_is_told_what_else_there_is() {
        let complaint = check(&Environment::from([("TERM", "dumb")])).unwrap_err().to_string();
        assert!(complaint.contains("qd list"));
    }
}
