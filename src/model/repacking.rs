//! Pages and rows made anew: the same, in memory that holds nothing else.

use super::{
    parents::Owners,
    record::Packed,
    resource::{Overlay, Page, Resource},
    sharing::Anew,
    tags::{Pairs, Tags},
    text::{Interner, Text},
};

/// Makes pages anew, one after the other. What rows have in common is kept once over all of them.
#[derive(Debug, Default)]
pub struct Repacking {
    texts: Texts,
    cells: Anew<Packed>,
    tags: Anew<Pairs>,
    parents: Anew<Owners>,
}

/// Texts made anew: those that several rows share are shared again.
#[derive(Debug, Default)]
pub(super) struct Texts(Interner);

impl Texts {
    pub(super) fn anew(&mut self, text: &Text) -> Text {
        if text.alone() { text.anew() } else { self.0.share(text) }
    }
}

impl Resource {
    /// The same row, in the memory of a former one as far as it is the same: nothing is kept of the memory that it came in.
    #[must_use]
    pub fn renewed(&self, former: &Self) -> Self {
        let id = self.id.renewed(Some(&former.id));
        Self {
            name: if self.name == self.id { id.clone() } else { self.name.renewed(Some(&former.name)) },
            id,
            cells: self.cells.renewed(&former.cells),
            tags: self.tags.renewed(&former.tags),
            parents: self.parents.renewed(&former.parents),
        }
    }
}

impl Repacking {
    /// The same page.
    pub fn page(&mut self, page: &Page) -> Page {
        // Kept from page to page, names would pile up in here.
        self.texts = Texts::default();
        self.cells.next_page();
        self.tags.next_page();
        self.parents.next_page();
        let rows = page.rows.iter().map(|row| self.row(row)).collect();
        Page { rows, overlays: page.overlays.iter().map(|overlay| self.overlay(overlay)).collect() }
    }

    fn row(&mut self, row: &Resource) -> Resource {
        Resource {
            id: self.texts.anew(&row.id),
            name: self.texts.anew(&row.name),
            cells: row.cells.anew(&mut self.texts, &mut self.cells),
            tags: self.tags(&row.tags),
            parents: row.parents.anew(&mut self.texts, &mut self.parents),
        }
    }

    fn tags(&mut self, tags: &Tags) -> Tags {
        tags.anew(&mut self.texts, &mut self.tags)
    }

    fn overlay(&mut self, overlay: &Overlay) -> Overlay {
        Overlay {
            id: self.texts.anew(&overlay.id),
            cells: overlay.cells.iter().map(|(at, cell)| (*at, cell.anew(&mut self.texts))).collect(),
            tags: overlay.tags.as_ref().map(|tags| self.tags(tags)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Cell, KindId, Record, Sharing};

    fn row(at: usize, words: &[String], sharing: &mut Sharing, shared: &mut Interner) -> Resource {
        let cells: Vec<Cell> = words.iter().map(|word| Cell::text(Some(shared.text(word)))).collect();
        Resource {
            id: Text::new(&format!("i-{at}")),
            name: shared.text(words.first().map_or("", String::as_str)),
            cells: Record::sharing(&cells, 0b1010, sharing),
            tags: Tags::sharing(words.iter().map(|word| (shared.text("team"), shared.text(word))), sharing),
            parents: [(KindId("asg"), shared.text("group"))].into(),
        }
    }

    proptest! {
        #[test]
        fn a_page_made_anew_says_the_same(rows in proptest::collection::vec(proptest::collection::vec("[a-c]{0,2}", 0..6), 0..9)) {
            let (mut sharing, mut shared) = <(Sharing, Interner)>::default();
            let rows: Vec<Resource> = rows.iter().enumerate().map(|(at, words)| row(at, words, &mut sharing, &mut shared)).collect();
            let overlays = rows.iter().map(|row| Overlay { id: row.id.clone(), cells: vec![(2, Cell::Flag(true))], tags: Some(row.tags.clone()) });
            let page = Page { overlays: overlays.collect(), rows };
            let mut repacking = Repacking::default();
            prop_assert_eq!(&repacking.page(&page), &page);
            prop_assert_eq!(repacking.page(&page), page);
        }
    }

    #[test]
    fn a_row_in_the_place_of_another_takes_from_it_what_is_the_same() {
        let (mut sharing, mut shared) = <(Sharing, Interner)>::default();
        let words = ["a", "b", "c", "d"].map(str::to_owned);
        let mut row = |words: &[String]| row(1, words, &mut sharing, &mut shared);
        let (former, same, other) = (row(&words), row(&words), row(&["a", "x", "c"].map(str::to_owned)));
        for fresh in [&same, &other] {
            assert_eq!(fresh.renewed(&former), *fresh);
            assert_eq!(fresh.renewed(&Resource::default()), *fresh);
        }
        assert_eq!(same.renewed(&former).cells.common_address(), former.cells.common_address());
        assert_ne!(other.renewed(&former).cells.common_address(), other.cells.common_address());
    }

    #[test]
    fn what_rows_had_in_common_they_have_in_common_again_over_pages_too() {
        let (mut sharing, mut shared) = <(Sharing, Interner)>::default();
        let words = ["a", "b", "c", "d"].map(str::to_owned);
        let page =
            Page { rows: vec![row(1, &words, &mut sharing, &mut shared), row(2, &words, &mut sharing, &mut shared)], overlays: Vec::new() };
        let mut repacking = Repacking::default();
        let (first, second) = (repacking.page(&page), repacking.page(&page));
        let common = |page: &Page, at: usize| page.rows[at].cells.common_address();
        assert_eq!(common(&first, 0), common(&first, 1));
        assert_eq!(common(&first, 0), common(&second, 0));
        assert_ne!(common(&first, 0), common(&page, 0), "it is not the memory of before");
    }
}
