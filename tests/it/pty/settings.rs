//! The configuration of a running program: broken, mended and changed under its feet; and the theme chosen by looking.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{fs, os::unix::fs::PermissionsExt as _};

use tempfile::TempDir;

use super::deck::Deck;

const FLEET: [&str; 9] = ["--demo", "--open", "ec2", "--profile", "prod", "--region", "eu-west-1", "--instances", "5"];

struct Home(TempDir);

impl Home {
    fn new(configuration: &str) -> Self {
        let home = Self(TempDir::new().unwrap());
        home.put(configuration);
        home
    }

    fn put(&self, configuration: &str) {
        let folder = self.0.path().join(".config/quarterdeck");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), configuration).unwrap();
    }

    /// A program that is found by its name; gives the folders to look for it in.
    fn program(&self, name: &str, script: &str) -> String {
        let folder = self.0.path().join("bin");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        format!("{}:/usr/bin:/bin", folder.display())
    }

    fn start(&self) -> Deck {
        let mut deck = Deck::at_home(self.0.path(), &[("COLORTERM", "truecolor")], &FLEET);
        shows(&mut deck, "running");
        deck
    }
}

fn shows(deck: &mut Deck, words: &str) {
    deck.until(words, |screen| screen.contents().contains(words));
}

fn hides(deck: &mut Deck, words: &str) {
    deck.until(&format!("no more {words}"), |screen| !screen.contents().contains(words));
}

#[test]
fn a_broken_file_locks_nobody_out_and_lets_nothing_be_done_until_it_is_mended() {
    let home = Home::new("read_onyl = true\n");
    let mut deck = home.start();
    shows(&mut deck, "CONFIG BROKEN");
    shows(&mut deck, "READ-ONLY");
    deck.press("e");
    shows(&mut deck, "config.toml:1:1: there is no setting `read_onyl`; did you mean `read_only`?");
    deck.press("\x1b");
    home.put("confirm = { rows = 3 }\n");
    shows(&mut deck, "the configuration was read again");
    hides(&mut deck, "CONFIG BROKEN");
    hides(&mut deck, "READ-ONLY");
}

#[test]
fn keys_and_themes_change_at_once_and_a_file_that_breaks_changes_nothing() {
    let home = Home::new("");
    let mut deck = home.start();
    home.put("theme = \"nord\"\n[keys]\nhelp = \"Z\"\n");
    shows(&mut deck, "the configuration was read again");
    let nord = vt100::Color::Rgb(0x2e, 0x34, 0x40);
    deck.until("the ground of nord", |screen| screen.cell(10, 2).is_some_and(|cell| cell.bgcolor() == nord));
    home.put("theme = \"nord\"\n[keys]\nhelp = \"j\"\n");
    shows(&mut deck, "config broken");
    shows(&mut deck, "config.toml:3:1: `j` would ask for both `down` and `help`");
    deck.press("Z");
    shows(&mut deck, "open the row");
}

#[test]
fn a_theme_is_seen_before_it_is_chosen_and_gone_when_it_is_not() {
    let home = Home::new("");
    let mut deck = home.start();
    let ground = |deck: &mut Deck, what: &str, colour: vt100::Color| {
        deck.until(what, |screen| screen.cell(1, 150).is_some_and(|cell| cell.bgcolor() == colour));
    };
    let paper = vt100::Color::Rgb(0xfb, 0xf9, 0xf4);
    deck.press("\x14");
    shows(&mut deck, "colour-blind-dark");
    deck.press("j");
    ground(&mut deck, "the light theme", paper);
    deck.press("\x1b");
    ground(&mut deck, "the old theme", vt100::Color::Default);
    deck.press(":theme quarterdeck-light\r");
    ground(&mut deck, "the light theme, by its name", paper);
    shows(&mut deck, "to keep it: theme = \"quarterdeck-light\"");
}

/// Each is seen from outside: what the terminal is asked about the mouse, a clock without seconds, and a program that takes what is copied.
#[test]
fn mouse_line_and_clipboard_change_with_the_file() {
    let home = Home::new("clipboard = \"osc52\"\n");
    let programs = home.program("xclip", "cat > \"$HOME/copied\"");
    let variables = [("PATH", programs.as_str()), ("DISPLAY", ":0")];
    let mut deck = Deck::at_home(home.0.path(), &variables, &FLEET);
    shows(&mut deck, "running");
    deck.until("presses are asked for", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease);
    home.put("mouse = false\nlow_bandwidth = true\nclipboard = \"native\"\n");
    deck.until("no presses are asked for", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    deck.until("a clock without seconds", |screen| {
        screen
            .contents()
            .lines()
            .next()
            .is_some_and(|line| line.trim_end().rsplit(' ').next().is_some_and(|clock| clock.matches(':').count() == 1))
    });
    deck.press("c");
    shows(&mut deck, "copied");
    let copied = home.0.path().join("copied");
    deck.until("a text on the clipboard", |_| fs::read_to_string(&copied).is_ok_and(|text| text.starts_with("i-")));
    home.put("mouse = true\n");
    deck.until("presses are asked for again", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease);
}
