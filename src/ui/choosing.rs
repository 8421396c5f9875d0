//! A box in which one of several things is chosen by its key: the levels below a row, what it is related to, what can be copied of it.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    glyph,
    panel::{self, Choices},
    pen::Pen,
    text,
    theme::Theme,
};
use crate::{
    app::{
        copying::{Copying, What},
        relating::{Branch, Count, Related},
        state::{Below, Overlay},
    },
    model::Text,
};

/// Cells for how many there are.
const COUNT: usize = 8;

/// What a box asks, and what there is to choose from.
pub(super) struct Choosing<'a> {
    title: String,
    /// Cells inside the box, and those of what an entry is.
    widths: (u16, usize),
    cursor: usize,
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    key: String,
    title: &'a str,
    /// What there is to say of it.
    words: String,
    /// How many there are, where that is counted.
    count: Option<Count>,
}

impl<'a> Choosing<'a> {
    /// The box over the screen, where it is one of these.
    pub(super) fn of(overlay: &'a Overlay) -> Option<Self> {
        match overlay {
            Overlay::Below(below) => Some(below_a_row(below)),
            Overlay::Related(related) => Some(related_to(related)),
            Overlay::Copying(copying) => Some(copied_from(copying)),
            _ => None,
        }
    }

    /// Draws it in the middle of `area`.
    pub(super) fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let title = Line::from(Span::styled(format!(" {} ", self.title), theme.title));
        panel::open(buffer, area, title, (self.widths.0, self.entries.len() as u16), theme);
        let Choices { body, first, .. } = self.choices(area);
        for (line, (at, entry)) in body.rows().zip(self.entries.iter().enumerate().skip(first)) {
            self.entry(&mut Pen::new(buffer, line), entry, at == self.cursor, theme);
        }
    }

    fn entry(&self, pen: &mut Pen<'_>, entry: &Entry<'_>, chosen: bool, theme: &Theme) {
        pen.left(if chosen { glyph::MARKER } else { " " }, 2, theme.marker);
        pen.left(&entry.key, 3, theme.key);
        pen.left(entry.title, self.widths.1, if chosen { theme.selected } else { theme.text }).skip(1);
        let room = pen.room().saturating_sub(entry.count.map_or(0, |_| COUNT));
        pen.left(&entry.words, room, theme.muted);
        if let Some(count) = entry.count {
            pen.right(&counted(count), COUNT, if count == Count::Unknown { theme.muted } else { theme.text });
        }
    }

    /// Where its entries are.
    pub(super) fn choices(&self, area: Rect) -> Choices {
        Choices::new(area, self.widths.0, (self.entries.len(), self.cursor), 0)
    }
}

fn below_a_row(below: &Below) -> Choosing<'_> {
    let entry = |(at, kind): (usize, &&'static crate::service::Kind)| Entry {
        key: (at + 1).to_string(),
        title: kind.title,
        words: String::new(),
        count: None,
    };
    let entries = below.kind.opens.iter().enumerate().map(entry).collect();
    Choosing { title: format!("below {}", below.resource.name), widths: (44, 38), cursor: below.cursor, entries }
}

fn related_to(related: &Related) -> Choosing<'_> {
    let entry = |(at, branch): (usize, &'_ Branch)| Entry {
        key: (at + 1).to_string(),
        title: branch.tie.relation.title,
        words: known_by(branch),
        count: Some(branch.count),
    };
    let entries = related.branches.iter().enumerate().map(entry).collect();
    Choosing { title: format!("related to {}", related.resource.name), widths: (70, 30), cursor: related.cursor, entries }
}

fn copied_from(copying: &Copying) -> Choosing<'_> {
    let entries = copying
        .offers
        .iter()
        .map(|offer| Entry { key: offer.key.to_string(), title: offer.title, words: comes_to(&offer.what), count: None })
        .collect();
    Choosing { title: format!("copy from {}", copying.title), widths: (112, 25), cursor: copying.cursor, entries }
}

/// The ids of what is at the other end, where the row names them.
fn known_by(branch: &Branch) -> String {
    branch.tie.ids().map_or_else(String::new, |ids| ids.iter().map(Text::as_str).collect::<Vec<_>>().join(", "))
}

/// What of a row would be copied.
fn comes_to(what: &What) -> String {
    match what {
        What::Words(words) => words.clone(),
        What::Row => String::new(),
        What::Rows(_, rows) => text::count(*rows, "row"),
    }
}

/// `?` for what was not listed: going there lists it.
fn counted(count: Count) -> String {
    match count {
        Count::Unknown => "?".to_owned(),
        Count::Least(found, _) => format!("{}+", text::grouped(found)),
        Count::Exact(found) => text::grouped(found),
    }
}
