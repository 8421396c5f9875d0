//! Nothing that comes from outside steers the terminal: any text in any state, a simulated AWS that means harm, and the whole program in
//! front of it. What is told apart is the bytes that are written.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

pub(crate) mod alphabet;
mod program;
mod secrets;
mod world;

use std::io::{self, Write};

use alphabet::{Paper, stray};
use proptest::prelude::*;
use quarterdeck::{
    app::state::State,
    runtime::terminal::screen::{Screen, Size},
    ui::{
        self, Look,
        theme::{Charset, Depth, Theme},
    },
};
use ratatui::Terminal;

use crate::frames::{any_state, keys};

/// Pieces of which evil texts are made.
const PIECES: &[&str] = &[
    "\u{1b}",
    "\u{1b}[2J",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}]52;c;cm0=\u{7}",
    "\u{9b}31m",
    "\u{9d}0;x\u{9c}",
    "\u{90}",
    "\u{7f}",
    "\u{8}",
    "\0",
    "\r\n",
    "\t",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{61c}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "\u{3164}",
    "\u{fe0f}",
    "\u{e0041}",
    "\u{301}",
    "\u{489}",
    "日",
    "👩‍🚀",
    "🇩🇪",
    "ﷺ",
    "é",
    "a",
    " ",
    "{",
    "\"",
    "'",
    ":",
    "web-1a",
    "=1+1",
];

/// Bytes that would have gone to a terminal of this size.
#[derive(Default)]
struct Paperwork {
    bytes: Vec<u8>,
    size: (u16, u16),
}

impl Write for Paperwork {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Size for &mut Paperwork {
    fn size(&self) -> io::Result<(u16, u16)> {
        Ok(self.size)
    }
}

/// What the terminal gets when this state is drawn on it for the first time.
fn written(state: &State, size: (u16, u16), theme: &Theme) -> Vec<u8> {
    let mut paper = Paperwork { size, ..Paperwork::default() };
    {
        let mut terminal = Terminal::new(Screen::new(&mut paper).unwrap()).unwrap();
        let look = Look { theme, keys: &keys };
        terminal.draw(|frame| ui::draw(frame, state, &look)).unwrap();
        terminal.backend_mut().commit().unwrap();
    }
    assert!(paper.bytes.len() > 20, "nothing was drawn");
    paper.bytes
}

fn evil() -> impl Strategy<Value = String> {
    let pieces =
        proptest::collection::vec(prop_oneof![4 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()], 0..12);
    (pieces, 1_usize..40).prop_map(|(pieces, times)| {
        let text = pieces.concat();
        if times == 1 { text.repeat(10_240 / text.len().max(1)) } else { text }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Also what was typed or pasted, which is no `Text`.
    #[test]
    fn any_state_of_evil_texts_is_written_in_our_alphabet(state in any_state(evil()), width in 20_u16..=160, height in 6_u16..=50) {
        let (state, ascii) = state;
        let charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        let bytes = written(&state, (width, height), &Theme::for_terminal(Depth::True, charset));
        prop_assert_eq!(stray(&bytes, Paper::Screen), None);
    }
}
