//! What could be typed next, above the prompt: each candidate with what it is and the key that does the same.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::Span,
    widgets::{Clear, Widget},
};

use super::{Look, glyph, pen::Pen, rule, strip::Piece, text, theme::Theme};
use crate::app::state::{Asks, Candidate, Prompt};

/// Candidates shown at once at most, and the share of the screen that they may take.
const MOST: usize = 8;
const SHARE: u16 = 3;

/// Cells before a candidate: marker and space, as the rows of a list have them.
const GUTTER: usize = 2;

/// Cells of a sentence that are worth the room.
const SENTENCE: usize = 12;

/// Draws the candidates at the end of `area`, under a line that says how many there are.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, prompt: &Prompt, look: &Look<'_>) {
    let offers = &prompt.offers;
    let Some((body, first)) = window(area, prompt) else { return };
    let (panel, shown) = (Rect { y: body.y - 1, height: body.height + 1, ..body }, usize::from(body.height));
    Clear.render(panel, buffer);
    let chosen = chosen(prompt);
    title(buffer, Rect { height: 1, ..panel }, prompt, (first, shown), look.theme);
    let words = offers.list.iter().skip(first).take(shown).map(|candidate| text::width(&candidate.word)).max().unwrap_or(0);
    for (line, (at, candidate)) in body.rows().zip(offers.list.iter().enumerate().skip(first)) {
        let chosen = if chosen == Some(at) { Chosen::This } else { Chosen::Another };
        entry(&mut Pen::new(buffer, line), candidate, chosen, words, look);
    }
}

/// All of the middle of the screen and the line below it: what lies under the candidates is read again when one has been chosen.
pub(super) fn above_the_footer(middle: Rect) -> Rect {
    Rect { height: middle.height + 1, ..middle }
}

/// Where the candidates are, and the first of them in view; `None` where there are none to show.
fn window(area: Rect, prompt: &Prompt) -> Option<(Rect, usize)> {
    let shown = prompt.offers.list.len().min(MOST).min(usize::from(area.height / SHARE).saturating_sub(1));
    let body = Rect { y: area.bottom() - shown as u16, height: shown as u16, ..area };
    (shown > 0).then(|| (body, (chosen(prompt).unwrap_or(0) + 1).saturating_sub(shown)))
}

/// Where each candidate is, by its position.
pub(super) fn places(area: Rect, prompt: &Prompt) -> Vec<(Rect, usize)> {
    window(area, prompt).map(|(body, first)| body.rows().zip(first..).collect()).unwrap_or_default()
}

/// The candidate that is taken: in the palette, where nothing else was chosen, the best one.
fn chosen(prompt: &Prompt) -> Option<usize> {
    let best = prompt.asks == Asks::Command && !prompt.line.text().trim().is_empty();
    prompt.offers.chosen.or(best.then_some(0))
}

/// How a candidate is taken.
fn keys(asks: Asks) -> &'static str {
    match asks {
        Asks::Command => "Tab chooses, Enter runs",
        Asks::Filter | Asks::Search | Asks::Code(_) => "Tab completes",
    }
}

/// Whether a candidate is the chosen one.
#[derive(Clone, Copy, PartialEq)]
enum Chosen {
    This,
    Another,
}

/// `─ Tab takes it ──────────── 1–8 of 23 ─`
fn title(buffer: &mut Buffer, area: Rect, prompt: &Prompt, (first, shown): (usize, usize), theme: &Theme) {
    let all = prompt.offers.list.len();
    let mut pieces = vec![Piece::left(0, Span::styled(keys(prompt.asks), theme.muted))];
    if shown < all {
        let words = format!("{}{}{} of {}", first + 1, glyph::NOTHING, first + shown, text::grouped(all));
        pieces.push(Piece::right(1, Span::styled(words, theme.muted)));
    }
    rule::draw(buffer, area, pieces, theme);
}

fn entry(pen: &mut Pen<'_>, candidate: &Candidate, chosen: Chosen, words: usize, look: &Look<'_>) {
    let theme = look.theme;
    let this = chosen == Chosen::This;
    pen.left(if this { glyph::MARKER } else { " " }, GUTTER, theme.marker);
    let room = pen.room().saturating_sub(SENTENCE);
    pen.left(&candidate.word, words.min(room), if this { theme.selected } else { theme.text }).skip(2);
    let key = candidate.command.map(|command| look.key(command)).unwrap_or_default();
    let sentence = pen.room().saturating_sub(if key.is_empty() { 0 } else { text::width(&key) + 2 });
    pen.left(&candidate.sentence, text::width(&candidate.sentence).min(sentence), theme.muted);
    if !key.is_empty() {
        pen.skip(2).put(&key, theme.key);
    }
}
