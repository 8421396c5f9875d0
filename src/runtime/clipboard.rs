//! Copying: over ssh the terminal is asked to put text on the clipboard of the machine it runs on (OSC 52); on this machine a
//! program does it.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use super::programs::Programs;
use crate::config::{Clipboard, Environment};

/// Terminals cut or ignore what is longer: xterm takes 100,000 characters of base64.
pub const LIMIT: usize = 74_994;

/// Bytes of a sequence that GNU screen passes on in one piece; it takes 768 at most.
const PIECE: usize = 512;

/// How a text gets on a clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Nothing is between us and the terminal.
    Direct,
    /// tmux, which takes the sequence itself or hands it on, as it is set up.
    Tmux,
    /// GNU screen, which hands on what is wrapped for it.
    Screen,
    /// A program of this machine.
    Program(Program),
}

/// A program that takes a text on its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
    arguments: &'static [&'static str],
}

/// A program, what it wants to be told, and the variable without which it has no clipboard; none for those that always have one.
type Known = (&'static str, &'static [&'static str], Option<&'static str>);

/// In the order in which they are tried.
const PROGRAMS: &[Known] = &[
    ("wl-copy", &[], Some("WAYLAND_DISPLAY")),
    ("xclip", &["-selection", "clipboard"], Some("DISPLAY")),
    ("xsel", &["--clipboard", "--input"], Some("DISPLAY")),
    ("pbcopy", &[], None),
    ("clip.exe", &[], None),
];

/// Set by sshd for whoever comes in over it.
const SSH: &[&str] = &["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// The way that is wished for, as far as there is one. In a session over ssh the clipboard of this machine is nobody's.
pub fn way(wish: Clipboard, environment: &Environment) -> Way {
    let remote = SSH.iter().any(|name| environment.get(name).is_some());
    let native = match wish {
        Clipboard::Native => true,
        Clipboard::Auto => !remote,
        Clipboard::Osc52 => false,
    };
    let program = if native { program(environment) } else { None };
    program.map_or_else(|| terminal(environment), Way::Program)
}

fn terminal(environment: &Environment) -> Way {
    if environment.get("TMUX").is_some() {
        Way::Tmux
    } else if environment.get("STY").is_some() {
        Way::Screen
    } else {
        Way::Direct
    }
}

fn program(environment: &Environment) -> Option<Program> {
    let programs = Programs::of(environment);
    let fits = |(_, _, wants): &&Known| wants.is_none_or(|name| environment.get(name).is_some());
    PROGRAMS.iter().filter(fits).find_map(|(name, arguments, _)| Some(Program { path: programs.find(name)?, arguments }))
}

impl Program {
    /// Hands a text over, and waits until it was taken.
    pub fn take(&self, text: &str) -> io::Result<()> {
        let mut command = Command::new(&self.path);
        command.args(self.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.current_dir("/").spawn()?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(text.as_bytes())?;
        }
        let status = child.wait()?;
        if status.success() { Ok(()) } else { Err(io::Error::other(format!("{} failed ({status})", self.name()))) }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }
}

/// The bytes that copy a text by the terminal; `None` when it is too long for any terminal to take.
pub fn copy(text: &str, way: &Way) -> Option<Vec<u8>> {
    let sequence = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    let bytes = match way {
        Way::Direct | Way::Program(_) => sequence,
        Way::Tmux => format!("{sequence}\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
        Way::Screen => pieces(&sequence),
    };
    (text.len() <= LIMIT).then(|| bytes.into_bytes())
}

/// Wrapped for GNU screen, which hands on each piece as it is.
fn pieces(sequence: &str) -> String {
    let pieces = sequence.as_bytes().chunks(PIECE).map(String::from_utf8_lossy);
    pieces.flat_map(|piece| ["\x1bP".into(), piece, "\x1b\\".into()]).collect()
}

fn base64(bytes: &[u8]) -> String {
    bytes.chunks(3).flat_map(quartet).collect()
}

/// Three bytes as four characters, the last ones `=` where bytes are missing.
fn quartet(bytes: &[u8]) -> [char; 4] {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or(0));
    let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    let digit = |at: usize| char::from(DIGITS[(bits >> (18 - 6 * at) & 63) as usize]);
    std::array::from_fn(|at| if at <= bytes.len() { digit(at) } else { '=' })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("ÿþ", "w7/Dvg=="),
        ];
        for (text, encoded) in cases {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn tmux_gets_it_twice_once_to_hand_on() {
        assert_eq!(copy("foo", &Way::Direct).unwrap(), b"\x1b]52;c;Zm9v\x07");
        assert_eq!(copy("foo", &Way::Tmux).unwrap(), b"\x1b]52;c;Zm9v\x07\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\");
    }

    #[test]
    fn what_no_terminal_takes_is_not_sent() {
        assert!(copy(&"x".repeat(LIMIT), &Way::Direct).is_some());
        assert_eq!(copy(&"x".repeat(LIMIT + 1), &Way::Direct), None);
    }

    #[test]
    fn screen_gets_it_in_pieces_that_it_passes_on() {
        let bytes = copy(&"x".repeat(1_000), &Way::Screen).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let pieces: Vec<&str> = text.split_inclusive("\x1b\\").collect();
        assert!(
            pieces.len() > 2 && pieces.iter().all(|piece| piece.len() < 768 && piece.starts_with("\x1bP") && piece.ends_with("\x1b\\"))
        );
        let whole: String = pieces.iter().map(|piece| &piece[2..piece.len() - 2]).collect();
        assert_eq!(whole.into_bytes(), copy(&"x".repeat(1_000), &Way::Direct).unwrap());
    }

    /// A folder with a program that writes down what it was given.
    fn folder(name: &str) -> (tempfile::TempDir, String) {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\ncat > {}/taken\n", home.path().display())).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let folder = home.path().to_str().unwrap().to_owned();
        (home, folder)
    }

    #[test]
    fn a_program_of_this_machine_is_taken_where_the_clipboard_is_ours() {
        let (home, path) = folder("xclip");
        let here = Environment::from([("PATH", path.as_str()), ("DISPLAY", ":0")]);
        let there = Environment::from([("PATH", path.as_str()), ("DISPLAY", ":0"), ("SSH_TTY", "/dev/pts/1"), ("TMUX", "x")]);
        let Way::Program(program) = way(Clipboard::Auto, &here) else { panic!("a program") };
        program.take("a text").unwrap();
        assert_eq!((program.name().as_str(), std::fs::read_to_string(home.path().join("taken")).unwrap().as_str()), ("xclip", "a text"));
        assert_eq!((way(Clipboard::Auto, &there), way(Clipboard::Osc52, &here)), (Way::Tmux, Way::Direct));
        assert!(matches!(way(Clipboard::Native, &there), Way::Program(_)));
        let blind = Environment::from([("PATH", path.as_str()), ("STY", "1.x")]);
        assert_eq!(way(Clipboard::Native, &blind), Way::Screen);
        assert_eq!(way(Clipboard::Auto, &Environment::from([("PATH", ".:bin"), ("DISPLAY", ":0")])), Way::Direct);
    }
}
