//! What many rows have in common is kept once.

use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
};

use super::{parents::Owners, record::Packed, tags::Pairs};

/// Different values that are remembered at most: more than a fleet has sorts of rows.
const SORTS: usize = 8_192;

/// What rows of one page have in common, so that equal values are kept once.
#[derive(Debug, Default)]
pub struct Sharing {
    pub(super) cells: Pool<Packed>,
    pub(super) tags: Pool<Pairs>,
    pub(super) parents: Pool<Owners>,
}

/// Equal values, kept once.
#[derive(Debug)]
pub(super) struct Pool<T: ?Sized>(HashSet<Arc<T>>);

impl<T: ?Sized> Default for Pool<T> {
    fn default() -> Self {
        Self(HashSet::new())
    }
}

impl<T: ?Sized + Eq + Hash> Pool<T> {
    /// The value that is equal to this one.
    pub(super) fn share(&mut self, value: impl Borrow<T> + Into<Arc<T>>) -> Arc<T> {
        let known = self.0.get(value.borrow()).cloned();
        known.unwrap_or_else(|| self.keep(value.into()))
    }

    fn keep(&mut self, value: Arc<T>) -> Arc<T> {
        self.0.insert(value.clone());
        value
    }
}

/// Shared values made anew, page after page; see [`super::repacking`].
#[derive(Debug)]
pub(super) struct Anew<T: ?Sized> {
    all: Pool<T>,
    /// Those of the present page, by the address of what they are made anew of.
    page: HashMap<usize, Arc<T>>,
}

impl<T: ?Sized> Default for Anew<T> {
    fn default() -> Self {
        Self { all: Pool::default(), page: HashMap::new() }
    }
}

impl<T: ?Sized + Eq + Hash> Anew<T> {
    /// Forgets addresses, which mean nothing once a page is gone.
    pub(super) fn next_page(&mut self) {
        self.page.clear();
        if self.all.0.len() > SORTS {
            self.all.0.clear();
        }
    }

    /// The same value in other memory; `make` makes it where it is not known yet.
    pub(super) fn of(&mut self, value: &Arc<T>, make: impl FnOnce(&T) -> Arc<T>) -> Arc<T> {
        let place = Arc::as_ptr(value).addr();
        let known = self.page.get(&place).or_else(|| self.all.0.get(&**value)).cloned();
        let found = known.unwrap_or_else(|| self.all.keep(make(value)));
        self.page.insert(place, found.clone());
        found
    }
}
