//! The columns of a list, to take in and out, to move, and to make wider or narrower.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::{
    glyph,
    panel::{self, Choices},
    pen::Pen,
    theme::Theme,
};
use crate::{
    app::{
        columns::{self, What},
        state::{Arranging, State},
    },
    service::{Kind, Place, Shown},
};

/// Cells inside the box, and of a heading in it.
const WIDTH: u16 = 60;
const TITLE: usize = 22;

/// What the keys do, in two lines.
const KEYS: [&[(&str, &str)]; 2] =
    [&[("Space", "in or out"), ("J K", "move it"), ("+ -", "wider, narrower")], &[("R", "all as they come"), ("Enter", "done, and kept")]];

/// Lines below the entries: where the cursor is among them when not all are in view, and the keys.
const NOTES: u16 = 1 + KEYS.len() as u16;

/// Draws the choice.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, state: &State, arranging: Arranging, theme: &Theme) {
    let Some(list) = state.list() else { return };
    let (all, wanted) = (columns::every(state, list), columns::wanted(state, list));
    let title = Line::styled(format!(" columns of {} ", list.kind.title), theme.title);
    let inner = panel::open(buffer, below(area), title, (WIDTH, all.len() as u16 + NOTES), theme);
    let Choices { body, first, .. } = layout(area, arranging, all.len());
    for (line, (at, what)) in body.rows().zip(all.iter().enumerate().skip(first)) {
        let mut pen = Pen::new(buffer, line);
        pen.left(if at == arranging.cursor { glyph::MARKER } else { " " }, 2, theme.marker);
        let stretch = state.layouts.of(list.kind.id).stretch(&what.id(list.kind));
        let words = match (at == arranging.cursor, wanted.contains(what)) {
            (true, _) => theme.selected,
            (false, true) => theme.text,
            (false, false) => theme.muted,
        };
        entry(&mut pen, list.kind, *what, (wanted.contains(what), stretch), words, theme);
    }
    let mut notes = Rect { y: body.bottom(), height: inner.height - body.height, ..inner }.rows();
    if let Some(line) = notes.next().filter(|_| all.len() > usize::from(body.height)) {
        Pen::new(buffer, line).left(&format!("{} of {}", arranging.cursor + 1, all.len()), TITLE, theme.muted);
    }
    for (line, keys) in notes.zip(KEYS) {
        let spans = keys.iter().flat_map(|(key, words)| [Span::styled(*key, theme.key), Span::styled(format!(" {words}  "), theme.muted)]);
        Pen::new(buffer, line).line(&spans.collect());
    }
}

/// Where its entries are; nowhere once no list is in front.
pub(super) fn choices(area: Rect, state: &State, arranging: Arranging) -> Option<Choices> {
    Some(layout(area, arranging, columns::every(state, state.list()?).len()))
}

fn layout(area: Rect, arranging: Arranging, count: usize) -> Choices {
    Choices::new(below(area), WIDTH, (count, arranging.cursor), NOTES)
}

/// Under the title and the headings of the list, in which the changes are seen.
fn below(area: Rect) -> Rect {
    let taken = 2.min(area.height);
    Rect { y: area.y + taken, height: area.height - taken, ..area }
}

/// `✓ STATE     +4   in wide lists`
fn entry(pen: &mut Pen<'_>, kind: &Kind, what: What, (shown, stretch): (bool, i16), words: Style, theme: &Theme) {
    pen.left(if shown { glyph::MARK } else { " " }, 2, theme.mark);
    pen.left(what.title(kind), TITLE, words).skip(2);
    pen.right(&if stretch == 0 { String::new() } else { format!("{stretch:+}") }, 4, theme.accent).skip(2);
    pen.put(place(kind, what), theme.muted);
}

/// Where the kind has it by itself.
fn place(kind: &Kind, what: What) -> &'static str {
    match what {
        What::Name => "always, and first",
        What::Id => "where it is not the name",
        What::Column(at) => match kind.columns[at].place {
            Place::Row(_) => "in lists",
            Place::Wide => "in wide lists",
            Place::Detail => "in details",
        },
        What::Metric(at) => match kind.metrics[at].shown {
            Shown::Row(..) => "measured, in lists",
            Shown::Wide(_) => "measured, in wide lists",
            Shown::Chart => "measured, in charts",
        },
        What::Profile | What::Region => "where there are several",
    }
}
