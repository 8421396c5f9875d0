//! What is typed into the last line.

use std::ops::Range;

use crate::{
    app::{command::Command, line::Line},
    model::{
        TargetId,
        filter::{Mistake, Sort},
    },
};

/// A one-line prompt.
#[derive(Debug)]
pub struct Prompt {
    /// What it asks for.
    pub asks: Asks,
    /// What has been typed.
    pub line: Line,
    /// What is wrong with it, if anything.
    pub complaint: Option<Complaint>,
    /// What it was before, to go back to.
    pub before: String,
    /// What could stand at the cursor.
    pub offers: Offers,
    /// How far back in what was typed earlier it is, and what was being typed when that began.
    pub back: Option<(usize, String)>,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// What would be right, in words.
    pub words: String,
    /// The bytes that are wrong; `None` for all of them.
    pub at: Option<Range<usize>>,
    /// Whether it is wrong, or only not written to its end.
    pub sort: Sort,
}

/// What a prompt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A filter for the list, applied as typed.
    Filter,
    /// Words to search in a text, applied as typed.
    Search,
    /// A command.
    Command,
    /// The MFA code that this target waits for.
    Code(TargetId),
}

/// What could stand at the cursor of a prompt, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// The byte of the line at which the part begins that a candidate takes the place of.
    pub from: usize,
    /// The candidates.
    pub list: Vec<Candidate>,
    /// Which of them was chosen.
    pub chosen: Option<usize>,
}

/// Something that could be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As it is typed.
    pub word: String,
    /// What it is, in words.
    pub sentence: String,
    /// The command whose key does the same.
    pub command: Option<Command>,
}

impl Candidate {
    /// A word and what it is.
    pub fn new(word: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { word: word.into(), sentence: sentence.into(), command: None }
    }
}

impl Prompt {
    /// A prompt with this text, to which it goes back when it is given up.
    pub fn new(asks: Asks, text: &str) -> Self {
        let (line, before) = (Line::new(text), text.to_owned());
        Self { asks, line, complaint: None, before, offers: Offers::default(), back: None }
    }
}

impl Complaint {
    /// Something that is wrong with the whole line.
    pub fn of_all(words: String) -> Self {
        Self { words, at: None, sort: Sort::Wrong }
    }
}

impl From<Mistake> for Complaint {
    fn from(mistake: Mistake) -> Self {
        Self { words: mistake.reason, at: Some(mistake.at), sort: mistake.sort }
    }
}

impl Offers {
    /// The next or the one before of the candidates; from the last to the first and back.
    pub fn turn(&mut self, step: isize) -> Option<&Candidate> {
        let count = self.list.len();
        let at = match (self.chosen, step.is_negative()) {
            (_, _) if count == 0 => return None,
            (None, false) => 0,
            (None, true) => count - 1,
            (Some(at), _) => (at + count).saturating_add_signed(step) % count,
        };
        self.chosen = Some(at);
        self.list.get(at)
    }
}
