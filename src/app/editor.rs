//! A text of several lines being edited.

use super::{line::Line, msg::Edit};

/// Lines and a cursor in one of them; never without a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    lines: Vec<Line>,
    at: usize,
}

impl Editor {
    /// An editor with this text, the cursor at the end of its first line.
    pub fn new(text: &str) -> Self {
        let mut lines: Vec<Line> = text.lines().map(Line::new).collect();
        if lines.is_empty() {
            lines.push(Line::default());
        }
        Self { lines, at: 0 }
    }

    /// An editor of one line, the cursor at its end.
    pub fn line(text: &str) -> Self {
        Self { lines: vec![Line::new(text)], at: 0 }
    }

    /// The whole text.
    pub fn text(&self) -> String {
        self.lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The line the cursor is in.
    pub fn at(&self) -> usize {
        self.at
    }

    /// True when the cursor cannot go further up, or down.
    pub fn edge(&self, edit: &Edit) -> bool {
        match edit {
            Edit::Up => self.at == 0,
            Edit::Down => self.at + 1 == self.lines.len(),
            _ => false,
        }
    }

    /// Applies an edit.
    pub fn edit(&mut self, edit: &Edit) {
        let line = &self.lines[self.at];
        match edit {
            Edit::Break => self.split(),
            Edit::Up => self.at = self.at.saturating_sub(1),
            Edit::Down => self.at = (self.at + 1).min(self.lines.len() - 1),
            Edit::Backspace | Edit::Word if line.before().is_empty() => self.join(),
            Edit::Delete if line.before().len() == line.text().len() && self.at + 1 < self.lines.len() => {
                self.at += 1;
                self.join();
            }
            edit => {
                self.lines[self.at].edit(edit);
            }
        }
    }

    fn split(&mut self) {
        let line = &self.lines[self.at];
        let (before, after) = (Line::new(line.before()), Line::around("", line.after()));
        self.lines[self.at] = before;
        self.lines.insert(self.at + 1, after);
        self.at += 1;
    }

    /// Puts the cursor's line behind the one before it, the cursor between the two.
    fn join(&mut self) {
        let Some(before) = self.at.checked_sub(1) else { return };
        let line = self.lines.remove(self.at);
        self.at = before;
        self.lines[before] = Line::around(self.lines[before].text(), line.text());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(text: &str, edits: &[Edit]) -> (String, usize) {
        let mut editor = Editor::new(text);
        for edit in edits {
            editor.edit(edit);
        }
        (editor.text(), editor.at())
    }

    #[test]
    fn lines_break_and_join() {
        assert_eq!(after("ab\ncd", &[Edit::Home, Edit::Right, Edit::Break]), ("a\nb\ncd".to_owned(), 1));
        assert_eq!(after("ab\ncd", &[Edit::Down, Edit::Home, Edit::Backspace, Edit::Char('x')]), ("abxcd".to_owned(), 0));
        assert_eq!(after("ab\ncd", &[Edit::End, Edit::Delete]), ("abcd".to_owned(), 0));
        assert_eq!(after("", &[Edit::Backspace, Edit::Up, Edit::Char('{')]), ("{".to_owned(), 0));
    }

    fn edit() -> impl Strategy<Value = Edit> {
        let all =
            [Edit::Break, Edit::Up, Edit::Down, Edit::Left, Edit::Right, Edit::Home, Edit::End, Edit::Backspace, Edit::Delete, Edit::Word];
        prop_oneof![proptest::sample::select(all.to_vec()), "[a-zé👩‍👩‍👧{}]".prop_map(|s| Edit::Char(s.chars().next().unwrap_or('x')))]
    }

    proptest! {
        #[test]
        fn any_edits_leave_a_cursor_inside_the_text(edits in proptest::collection::vec(edit(), 0..60)) {
            let mut editor = Editor::new("one\ntwo");
            for edit in &edits {
                editor.edit(edit);
                prop_assert!(editor.at() < editor.lines().len());
                let line = &editor.lines()[editor.at()];
                prop_assert!(line.text().starts_with(line.before()));
            }
        }
    }
}
