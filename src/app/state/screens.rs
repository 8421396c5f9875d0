//! Lists and the texts about one row.

use std::{collections::HashSet, sync::Arc};

use super::{Notation, Scroll, Veil};
use crate::{
    app::view::View,
    model::{Key, Remote, Resource, document::Document},
    service::Kind,
};

/// A list of one kind.
#[derive(Debug)]
pub struct ListScreen {
    /// What is listed.
    pub kind: &'static Kind,
    /// The row it was opened from; what belongs to it is in the view.
    pub parent: Option<Arc<Resource>>,
    /// Which rows, in what order, and the cursor.
    pub view: View,
    /// Marked rows.
    pub marks: HashSet<Key>,
}

impl ListScreen {
    /// How its rows belong to the row it was opened from: `in`, `of`, `on`.
    pub fn how(&self) -> &'static str {
        self.view.tie.as_ref().map_or("in", |tie| tie.relation.of)
    }
}

/// A text about one row.
#[derive(Debug)]
pub struct Reader {
    /// The row.
    pub key: Key,
    /// Its kind.
    pub kind: &'static Kind,
    /// What is seen of the text.
    pub scroll: Scroll,
}

/// The raw document of a row.
#[derive(Debug)]
pub struct RawScreen {
    /// The row.
    pub key: Key,
    /// The document.
    pub document: Remote<Arc<Document>>,
    /// How it is written.
    pub notation: Notation,
    /// Whether masked values are shown.
    pub veil: Veil,
    /// What is seen of it.
    pub scroll: Scroll,
    /// What is searched for, lower case; empty for nothing.
    pub search: String,
}
