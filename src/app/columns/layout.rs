//! What the user has made of the columns of each kind: which, in what order, how wide. Kept from one start to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::KindId;

/// Cells by which a column is made wider or narrower at most.
const STRETCH: i16 = 100;

/// Whether a column was taken in or out by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// In every list, and longer than others where there is little room.
    Shown,
    /// In none.
    Hidden,
}

/// The columns of one kind, by the ids of [`super::What::id`]. What is not said is as the kind has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Layout {
    /// The order; columns that are not in it come behind those that are.
    order: Vec<String>,
    /// Columns that were taken in or out.
    choices: BTreeMap<String, Choice>,
    /// Cells by which columns are wider, or narrower.
    stretches: BTreeMap<String, i16>,
}

/// The columns of every kind that was arranged, by the id of the kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layouts {
    kinds: BTreeMap<String, Layout>,
    /// Whether something was changed since it was kept.
    #[serde(skip)]
    unkept: bool,
}

/// A kind that nobody has arranged.
static PLAIN: Layout = Layout { order: Vec::new(), choices: BTreeMap::new(), stretches: BTreeMap::new() };

impl Layouts {
    /// The columns of a kind.
    pub fn of(&self, kind: KindId) -> &Layout {
        self.kinds.get(kind.0).unwrap_or(&PLAIN)
    }

    /// The columns of a kind, to be changed.
    pub(in crate::app) fn change(&mut self, kind: KindId) -> &mut Layout {
        self.unkept = true;
        self.kinds.entry(kind.0.to_owned()).or_default()
    }

    /// True, once, when something was changed that has to be kept.
    pub(in crate::app) fn take_unkept(&mut self) -> bool {
        self.kinds.retain(|_, layout| !layout.is_plain());
        std::mem::take(&mut self.unkept)
    }

    /// Puts the columns of a kind back as they were.
    pub(in crate::app) fn reset(&mut self, kind: KindId) {
        self.unkept |= self.kinds.remove(kind.0).is_some();
    }
}

impl Layout {
    /// True when nothing was changed.
    pub fn is_plain(&self) -> bool {
        *self == PLAIN
    }

    /// Where a column stands; those that were not moved are behind, in their own order.
    pub(super) fn place(&self, id: &str) -> usize {
        self.order.iter().position(|known| known == id).unwrap_or(usize::MAX)
    }

    /// Whether a column was taken in or out.
    pub fn choice(&self, id: &str) -> Option<Choice> {
        self.choices.get(id).copied()
    }

    /// Cells by which a column is wider than by itself.
    pub fn stretch(&self, id: &str) -> i16 {
        self.stretches.get(id).copied().unwrap_or(0).clamp(-STRETCH, STRETCH)
    }

    /// Takes a column in or out.
    pub(in crate::app) fn choose(&mut self, id: &str, choice: Option<Choice>) {
        match choice {
            Some(choice) => self.choices.insert(id.to_owned(), choice),
            None => self.choices.remove(id),
        };
    }

    /// Makes a column wider or narrower.
    pub(in crate::app) fn widen(&mut self, id: &str, cells: i16) {
        let stretch = (self.stretch(id) + cells).clamp(-STRETCH, STRETCH);
        match stretch {
            0 => self.stretches.remove(id),
            _ => self.stretches.insert(id.to_owned(), stretch),
        };
    }

    /// Puts the columns that there are now in this order; others, those of several regions for one, keep theirs behind them.
    pub(in crate::app) fn arrange(&mut self, mut order: Vec<String>) {
        order.extend(self.order.drain(..).filter(|id| !order.contains(id)).collect::<Vec<_>>());
        self.order = order;
    }
}
