//! A line of text being edited.

use unicode_segmentation::UnicodeSegmentation;

use super::msg::Edit;

/// A line and its cursor, which moves by what a person calls a character.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    cursor: usize,
}

impl Line {
    /// A line with this text and the cursor at its end.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A line with this text before and this text after the cursor.
    pub fn around(before: &str, after: &str) -> Self {
        Self { text: format!("{before}{after}"), cursor: before.len() }
    }

    /// The text after the cursor.
    pub fn after(&self) -> &str {
        &self.text[self.cursor..]
    }

    /// The text before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Applies an edit; true when the text changed.
    pub fn edit(&mut self, edit: &Edit) -> bool {
        let length = self.text.len();
        match edit {
            Edit::Char(c) if !c.is_control() => {
                self.text.insert(self.cursor, *c);
                self.cursor += c.len_utf8();
            }
            Edit::Backspace => self.cut(self.left()),
            Edit::Delete => {
                let end = self.right();
                self.text.replace_range(self.cursor..end, "");
            }
            Edit::Word => self.cut(self.word()),
            Edit::Line => self.cut(0),
            Edit::Left => self.cursor = self.left(),
            Edit::Right => self.cursor = self.right(),
            Edit::Home => self.cursor = 0,
            Edit::End => self.cursor = length,
            _ => {}
        }
        self.text.len() != length
    }

    fn cut(&mut self, from: usize) {
        self.text.replace_range(from..self.cursor, "");
        self.cursor = from;
    }

    fn left(&self) -> usize {
        self.before().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |step| self.cursor + step.len())
    }

    fn word(&self) -> usize {
        let trimmed = self.before().trim_end();
        trimmed.char_indices().rfind(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(edits: &[Edit]) -> (String, String) {
        let mut line = Line::default();
        for edit in edits {
            line.edit(edit);
        }
        (line.text().to_owned(), line.before().to_owned())
    }

    #[test]
    fn words_and_characters_go_as_a_shell_user_expects() {
        let mut line = Line::new("state:running  web");
        line.edit(&Edit::Word);
        assert_eq!(line.text(), "state:running  ");
        line.edit(&Edit::Word);
        assert_eq!(line.text(), "");
        let family = "👩‍🚀";
        let mut line = Line::new(family);
        line.edit(&Edit::Backspace);
        assert_eq!(line.text(), "");
        assert_eq!(typed(&[Edit::Char('a'), Edit::Home, Edit::Char('b'), Edit::Delete]), ("b".into(), "b".into()));
    }

    proptest! {
        #[test]
        fn no_edit_breaks_the_line(text in any::<String>(), picks in proptest::collection::vec(0_usize..9, 0..30)) {
            let edits = [Edit::Char('é'), Edit::Backspace, Edit::Delete, Edit::Word, Edit::Line, Edit::Left, Edit::Right, Edit::Home, Edit::End];
            let mut line = Line::new(&text);
            for pick in picks {
                line.edit(&edits[pick]);
                prop_assert!(line.text().starts_with(line.before()));
            }
        }
    }
}
