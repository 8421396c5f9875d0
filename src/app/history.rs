//! What was typed into prompts before: newest first, in this session and, where they are kept, in those before it.

use std::collections::BTreeMap;

use super::{
    effect::Effect,
    state::{Asks, Prompt},
};

/// Lines kept of each book.
pub const KEPT: usize = 100;

/// Where lines of one sort are kept together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Book {
    /// Filters of lists.
    Filters,
    /// Searches in texts.
    Searches,
    /// Lines of the palette.
    Commands,
}

impl Book {
    /// The book of a prompt; `None` for what nobody may write down.
    pub fn of(asks: Asks) -> Option<Self> {
        match asks {
            Asks::Filter => Some(Self::Filters),
            Asks::Search => Some(Self::Searches),
            Asks::Command => Some(Self::Commands),
            Asks::Code(_) => None,
        }
    }

    /// The word it goes by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Filters => "filters",
            Self::Searches => "searches",
            Self::Commands => "commands",
        }
    }
}

/// What was typed before. A book that is here has been asked for what was kept of it.
#[derive(Debug, Default)]
pub struct History(BTreeMap<Book, Vec<String>>);

impl History {
    /// The lines of a book, newest first.
    pub fn lines(&self, book: Book) -> &[String] {
        self.0.get(&book).map_or(&[], Vec::as_slice)
    }

    /// Asks for what was kept of a book, the first time.
    pub(super) fn open(&mut self, asks: Asks) -> Option<Effect> {
        let book = Book::of(asks).filter(|book| !self.0.contains_key(book))?;
        self.0.insert(book, Vec::new());
        Some(Effect::RecallLines(book))
    }

    /// Takes a line that was accepted.
    pub(super) fn add(&mut self, asks: Asks, line: &str) -> Option<Effect> {
        let book = Book::of(asks).filter(|_| !line.trim().is_empty())?;
        let lines = self.0.entry(book).or_default();
        lines.retain(|known| known != line);
        lines.insert(0, line.to_owned());
        lines.truncate(KEPT);
        Some(Effect::RememberLine(book, line.to_owned()))
    }

    /// Takes what was kept of a book, behind what this session has typed.
    pub(super) fn recalled(&mut self, book: Book, kept: Vec<String>) {
        let lines = self.0.entry(book).or_default();
        let older: Vec<String> = kept.into_iter().filter(|line| !lines.contains(line)).collect();
        lines.extend(older);
        lines.truncate(KEPT);
    }

    /// Puts an older or newer line into a prompt; behind the newest is what was being typed. True when there is another.
    pub(super) fn turn(&self, prompt: &mut Prompt, step: isize) -> bool {
        let Some(book) = Book::of(prompt.asks) else { return false };
        let typed = prompt.back.as_ref().map_or_else(|| prompt.line.text().to_owned(), |(_, typed)| typed.clone());
        let lines: Vec<&String> = self.lines(book).iter().filter(|line| **line != typed).collect();
        // Counted from what was being typed, which is 0.
        let at = prompt.back.as_ref().map_or(0, |(at, _)| *at).saturating_add_signed(step).min(lines.len());
        if prompt.back.as_ref().map_or(0, |(at, _)| *at) == at {
            return false;
        }
        let text = if at == 0 { typed.as_str() } else { lines[at - 1] };
        prompt.line = super::line::Line::new(text);
        prompt.back = Some((at, typed));
        true
    }
}
