//! The configuration of a running program: broken, mended and changed under its feet; and the theme chosen by looking.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::fs;

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
