//! Two texts side by side: the lines that differ, with a few around them.

use similar::{ChangeTag, TextDiff};

use super::text::Text;

/// Lines that stay around each difference.
const AROUND: usize = 3;

/// What a line of a comparison is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// In both.
    Both,
    /// In the first alone.
    First,
    /// In the second alone.
    Second,
    /// In place of lines that both have and that are left out.
    Cut,
}

/// The lines that differ and those around them, in order; empty for equal texts.
pub fn compare(first: &[Text], second: &[Text]) -> Vec<(Line, Text)> {
    let [old, new] = [first, second].map(|lines| lines.iter().map(Text::as_str).collect::<Vec<&str>>());
    let diff = TextDiff::from_slices(&old, &new);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(AROUND) {
        if !lines.is_empty() {
            lines.push((Line::Cut, Text::default()));
        }
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        lines.extend(changes.map(|change| (line(change.tag()), Text::new(change.value()))));
    }
    lines
}

fn line(tag: ChangeTag) -> Line {
    match tag {
        ChangeTag::Equal => Line::Both,
        ChangeTag::Delete => Line::First,
        ChangeTag::Insert => Line::Second,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &str) -> Vec<Text> {
        words.split(' ').map(Text::new).collect()
    }

    fn written(first: &str, second: &str) -> String {
        let sign = |line: Line| match line {
            Line::Both => " ",
            Line::First => "-",
            Line::Second => "+",
            Line::Cut => "…",
        };
        compare(&texts(first), &texts(second)).iter().map(|(line, text)| format!("{}{text}", sign(*line))).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn only_what_differs_and_what_is_near_it_is_left() {
        assert_eq!(written("a b c", "a b c"), "");
        assert_eq!(written("a b c", "a x c"), " a|-b|+x| c");
        assert_eq!(written("1 2 3 4 5 6 7 8 9 10", "0 1 2 3 4 5 6 7 8 9"), "+0| 1| 2| 3|…| 7| 8| 9|-10");
    }
}
