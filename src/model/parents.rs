//! What a row belongs to. The instances of a group all belong to the same, so that is kept once.

use std::{ops::Deref, sync::Arc};

use super::{
    repacking::Texts,
    resource::KindId,
    sharing::{Anew, Sharing},
    text::Text,
};

/// Rows of other kinds, by kind and id. A vector, for what points to it is half as wide as what points to a slice.
pub(super) type Owners = Vec<(KindId, Text)>;

/// The rows of other kinds that a row belongs to, by kind and id; reads as a slice of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parents(Option<Arc<Owners>>);

impl Parents {
    /// These, kept once for all rows that belong to the same.
    pub fn sharing(owners: Vec<(KindId, Text)>, sharing: &mut Sharing) -> Self {
        Self((!owners.is_empty()).then(|| sharing.parents.share(owners)))
    }

    /// The same, in the memory of former ones where they are the same.
    pub(super) fn renewed(&self, former: &Self) -> Self {
        if self == former { former.clone() } else { self.iter().map(|(kind, id)| (*kind, id.anew())).collect() }
    }

    /// The same, made anew.
    pub(super) fn anew(&self, texts: &mut Texts, sets: &mut Anew<Owners>) -> Self {
        let mut again = |owners: &Owners| Arc::new(owners.iter().map(|(kind, id)| (*kind, texts.anew(id))).collect());
        Self(self.0.as_ref().map(|owners| sets.of(owners, &mut again)))
    }
}

impl Deref for Parents {
    type Target = [(KindId, Text)];

    fn deref(&self) -> &Self::Target {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl FromIterator<(KindId, Text)> for Parents {
    fn from_iter<I: IntoIterator<Item = (KindId, Text)>>(owners: I) -> Self {
        Self::sharing(owners.into_iter().collect(), &mut Sharing::default())
    }
}

impl<const N: usize> From<[(KindId, Text); N]> for Parents {
    fn from(owners: [(KindId, Text); N]) -> Self {
        owners.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_same_group_keep_it_once() {
        let mut sharing = Sharing::default();
        let mut of = |group: &str| Parents::sharing(vec![(KindId("asg"), group.into())], &mut sharing);
        let (first, second, other) = (of("web"), of("web"), of("api"));
        assert!(std::ptr::eq(&raw const *first, &raw const *second));
        assert!(first == second && first != other && Parents::default().is_empty());
        assert_eq!(other.first(), Some(&(KindId("asg"), "api".into())));
    }
}
