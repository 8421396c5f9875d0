//! Which key asks for which command: the built-in table with the user's laid over it.

use super::{
    chord::{Chord, Key},
    file::{self, Wrong},
};
use crate::app::command::{COMMANDS, Command, describe, named};

/// The built-in keys, which are also their documentation.
pub const DEFAULT: &str = include_str!("keymap.toml");

/// A command, the chords that ask for it, and where that is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// The command.
    pub command: Command,
    /// Its chords, the one to show first.
    pub chords: Vec<Chord>,
    /// `config.toml:7:1`.
    pub place: String,
}

/// Every key and its command.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap(Vec<Binding>);

impl Keymap {
    /// The built-in keys with these laid over them, command by command.
    pub fn new(laid_over: &[Binding]) -> Result<Self, Wrong> {
        let mut bindings = builtin()?;
        for binding in laid_over {
            bindings.retain(|known| known.command != binding.command);
            bindings.push(binding.clone());
        }
        bindings.sort_by_key(|binding| COMMANDS.iter().position(|entry| entry.command == binding.command));
        conflict(&bindings).map_or(Ok(Self(bindings)), Err)
    }

    /// The command that a chord asks for.
    pub fn command(&self, chord: Chord) -> Option<Command> {
        self.0.iter().find(|binding| binding.chords.contains(&chord)).map(|binding| binding.command)
    }

    /// The chords of a command, the one to show first.
    pub fn chords(&self, command: Command) -> &[Chord] {
        self.0.iter().find(|binding| binding.command == command).map_or(&[], |binding| &binding.chords)
    }

    /// The chords of a command as help shows them: `j ↓`.
    pub fn keys(&self, command: Command) -> String {
        let glyphs: Vec<String> = self.chords(command).iter().map(|chord| chord.glyph()).collect();
        glyphs.join(" ")
    }

    /// The first chord of a command as the footer shows it; empty where it has none.
    pub fn hint(&self, command: Command) -> String {
        self.chords(command).first().map_or_else(String::new, |chord| chord.glyph())
    }
}

/// A line of a table of keys.
pub(super) fn binding(name: &str, keys: &[&str], place: String) -> Result<Binding, Wrong> {
    let command = named(name).ok_or_else(|| {
        let names = COMMANDS.iter().map(|entry| entry.name);
        Wrong(format!("{place}: there is no command `{name}`{}", file::nearest(name, names)))
    })?;
    let chords: Result<Vec<Chord>, String> = keys.iter().map(|key| key.parse()).collect();
    let chords = chords.map_err(|complaint| Wrong(format!("{place}: {complaint}")))?;
    Ok(Binding { command, chords, place })
}

/// The lines of the built-in keymap, in the order of the command table, each with the sentence of its command.
pub fn lines() -> Vec<(&'static str, &'static str)> {
    let line = |name: &str| DEFAULT.lines().find(|line| line.split_once(" = ").is_some_and(|(known, _)| known == name));
    COMMANDS.iter().filter_map(|entry| Some((line(entry.name)?, entry.sentence))).collect()
}

fn builtin() -> Result<Vec<Binding>, Wrong> {
    file::keys("keymap.toml", DEFAULT)
}

/// A chord that two commands claim, told by the line that was written last.
fn conflict(bindings: &[Binding]) -> Option<Wrong> {
    let claims = bindings.iter().flat_map(|binding| binding.chords.iter().map(move |chord| (*chord, binding)));
    let mut seen: Vec<(Chord, &Binding)> = Vec::new();
    for (chord, binding) in claims {
        if let Some((_, other)) = seen.iter().find(|(known, _)| *known == chord) {
            return Some(clash(chord, other, binding));
        }
        seen.push((chord, binding));
    }
    None
}

fn clash(chord: Chord, one: &Binding, other: &Binding) -> Wrong {
    let name = |binding: &Binding| describe(binding.command).map_or("", |entry| entry.name);
    let place = if one.place.starts_with("keymap.toml") { &other.place } else { &one.place };
    let (one, other) = (name(one), name(other));
    if one == other {
        return Wrong(format!("{place}: `{chord}` is given twice for `{one}`"));
    }
    Wrong(format!("{place}: `{chord}` would ask for both `{one}` and `{other}`; give one of them another key"))
}

impl Chord {
    /// True for the chord that leaves the program even when the keymap forgets it.
    pub fn interrupts(self) -> bool {
        self.key == Key::Char('c') && self.held.ctrl && !self.held.alt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    fn over(lines: &str) -> Result<Keymap, Wrong> {
        Keymap::new(&file::keys("config.toml", lines)?)
    }

    #[test]
    fn every_command_has_a_key_and_is_found_by_it() {
        let keymap = over("").unwrap();
        for entry in COMMANDS {
            assert!(!keymap.chords(entry.command).is_empty(), "{} has no key", entry.name);
            for chord in keymap.chords(entry.command) {
                assert_eq!(keymap.command(*chord), Some(entry.command));
            }
        }
    }

    #[test]
    fn every_command_has_its_line_and_can_be_given_another_key() {
        assert_eq!(lines().len(), COMMANDS.len());
        for entry in COMMANDS {
            let keymap = over(&format!("{} = \"F12\"", entry.name)).unwrap();
            assert_eq!((keymap.command(chord("F12")), keymap.chords(entry.command).len()), (Some(entry.command), 1), "{}", entry.name);
            assert_eq!(named(entry.name), Some(entry.command));
        }
    }

    #[test]
    fn prefixes_of_terminal_multiplexers_and_pane_moves_are_left_alone() {
        let keymap = over("").unwrap();
        assert_eq!(keymap.command(chord("Ctrl-a")), None);
        for pane in ["Ctrl-j", "Ctrl-k"] {
            assert_eq!(keymap.command(chord(pane)), None);
        }
    }

    #[test]
    fn a_line_of_the_user_replaces_the_built_in_one() {
        let keymap = over("down = [\"b\", \"Down\"]\nwide = \"X\"").unwrap();
        assert_eq!(keymap.command(chord("b")), Some(Command::Down));
        assert_eq!(keymap.command(chord("j")), None);
        assert_eq!((keymap.keys(Command::Down), keymap.hint(Command::Open)), ("b ↓".to_owned(), "⏎".to_owned()));
    }

    #[test]
    fn a_conflict_names_both_commands_the_chord_and_the_line() {
        let complaint = over("\nwide = \"m\"").unwrap_err().to_string();
        assert_eq!(complaint, "config.toml:2:1: `m` would ask for both `metrics` and `wide`; give one of them another key");
        assert!(over("wide = \"m\"\nmetrics = \"w\"").is_ok());
        assert!(over("wide = [\"w\", \"w\"]").is_err_and(|wrong| wrong.to_string().contains("twice")));
    }

    #[test]
    fn mistakes_are_named_with_the_nearest_match() {
        let complaint = over("refesh = \"r\"").unwrap_err().to_string();
        assert_eq!(complaint, "config.toml:1:1: there is no command `refesh`; did you mean `refresh`?");
        assert!(over("wide = 3").is_err_and(|wrong| wrong.to_string().starts_with("config.toml:1:1: `wide` takes")));
    }
}
