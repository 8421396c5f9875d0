//! The prompt in the last line: what was typed, what of it is wrong, and why.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{Look, glyph, pen::Pen, text, theme::Theme};
use crate::{
    app::{
        signing,
        state::{Asks, Complaint, Prompt, State},
    },
    model::{Health, filter::Sort},
};

/// Draws the prompt; of a long line the part around the cursor is shown. Gives the place of the cursor.
pub(super) fn draw(buffer: &mut Buffer, line: Rect, prompt: &Prompt, state: &State, look: &Look<'_>) -> Position {
    let theme = look.theme;
    let (sign, hint) = signs(prompt.asks, state);
    let (typed, caret) = (seen(prompt, prompt.line.text()), seen(prompt, prompt.line.before()));
    let complaint = prompt.complaint.as_ref().map(|complaint| reason(complaint, theme));
    let kept = complaint.as_ref().map_or(0, |(words, _)| text::width(words)).min(usize::from(line.width / 2));
    let mut pen = Pen::new(buffer, line);
    pen.put(sign, theme.accent).skip(1);
    let room = pen.room().saturating_sub(kept + 1);
    let before = text::tail(&caret, room);
    let after = text::head(&typed[caret.len()..], room - text::width(before));
    let (start, end) = (caret.len() - before.len(), caret.len() + after.len());
    let wrong = wrong(prompt);
    put(&mut pen, &typed, start..caret.len(), &wrong, theme);
    let cursor = Position { x: pen.x().min(line.right().saturating_sub(1)), y: line.y };
    put(&mut pen, &typed, caret.len()..end, &wrong, theme);
    match complaint {
        Some((words, style)) => pen.put(&words, style),
        None if prompt.line.text().is_empty() => pen.skip(1).put(&hint, theme.muted),
        None => &mut pen,
    };
    cursor
}

fn signs(asks: Asks, state: &State) -> (&'static str, String) {
    match asks {
        Asks::Filter => ("/", "filter: words, column:value, metric>number, tag:key=value, !not; Tab completes".to_owned()),
        Asks::Search => ("/", "search".to_owned()),
        Asks::Command => (":", "command, kind, action, profile or region, by any part of its name".to_owned()),
        Asks::Code(target) => ("MFA code:", signing::asks(state, target).to_string()),
    }
}

/// What is shown of what was typed; of a code only how much it is.
fn seen(prompt: &Prompt, words: &str) -> String {
    if matches!(prompt.asks, Asks::Code(_)) { glyph::DOT.repeat(words.chars().count()) } else { words.to_owned() }
}

/// What is still to be written is no mistake.
fn reason(complaint: &Complaint, theme: &Theme) -> (String, Style) {
    match complaint.sort {
        Sort::Wrong => (format!(" {} {}", glyph::health(Health::Bad), complaint.words), theme.bad),
        Sort::Unfinished => (format!("  {}", complaint.words), theme.muted),
    }
}

/// The bytes that are wrong, or none.
fn wrong(prompt: &Prompt) -> Range<usize> {
    let wrong = prompt.complaint.as_ref().filter(|complaint| complaint.sort == Sort::Wrong);
    wrong.and_then(|complaint| complaint.at.clone()).unwrap_or(0..0)
}

/// Writes a part of the line, what is wrong in it marked.
fn put(pen: &mut Pen<'_>, typed: &str, part: Range<usize>, wrong: &Range<usize>, theme: &Theme) {
    let clip = |at: usize| at.clamp(part.start, part.end);
    let (from, to) = (clip(wrong.start), clip(wrong.end));
    for (bytes, style) in [(part.start..from, theme.text), (from..to, theme.wrong()), (to..part.end, theme.text)] {
        pen.put(typed.get(bytes).unwrap_or_default(), style);
    }
}
