//! The tags of a row. A fleet repeats its tags by the thousand, all but the name: so that stands apart, and the others are kept once.

use std::sync::Arc;

use super::{
    repacking::Texts,
    sharing::{Anew, Sharing},
    text::Text,
};

/// The key of the tag that AWS's own console shows as the name (EC2 User Guide, "Tag your Amazon EC2 resources").
const NAME: &str = "Name";

/// Tags by key. A vector, for what points to it is half as wide as what points to a slice.
pub(super) type Pairs = Vec<(Text, Text)>;

/// The tags of a row: the name, then the others by key, for AWS tells them in no order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tags {
    name: Option<Text>,
    others: Option<Arc<Pairs>>,
}

impl Tags {
    /// These tags; the others than the name are kept once for all rows that have the same.
    pub fn sharing(pairs: impl IntoIterator<Item = (Text, Text)>, sharing: &mut Sharing) -> Self {
        let (mut name, mut others) = (None, Vec::new());
        for (key, value) in pairs {
            if key.as_str() == NAME { name = Some(value) } else { others.push((key, value)) }
        }
        others.sort_unstable();
        Self { name, others: (!others.is_empty()).then(|| sharing.tags.share(others)) }
    }

    /// Every tag, by key and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Text)> {
        let others = self.others.iter().flat_map(|others| others.iter());
        self.name.iter().map(|name| (NAME, name)).chain(others.map(|(key, value)| (key.as_str(), value)))
    }

    /// The value of a tag.
    pub fn get(&self, key: &str) -> Option<&Text> {
        self.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The number of tags.
    pub fn len(&self) -> usize {
        usize::from(self.name.is_some()) + self.others.as_ref().map_or(0, |others| others.len())
    }

    /// True when there are none, or none were told.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same tags, in the memory of former ones as far as they are the same.
    pub(super) fn renewed(&self, former: &Self) -> Self {
        let again = |pairs: &Arc<Pairs>| Arc::new(pairs.iter().map(|(key, value)| (key.anew(), value.anew())).collect());
        let others = if self.others == former.others { former.others.clone() } else { self.others.as_ref().map(again) };
        Self { name: self.name.as_ref().map(|name| name.renewed(former.name.as_ref())), others }
    }

    /// The same tags, made anew.
    pub(super) fn anew(&self, texts: &mut Texts, sets: &mut Anew<Pairs>) -> Self {
        let mut again = |pairs: &Pairs| Arc::new(pairs.iter().map(|(key, value)| (texts.anew(key), texts.anew(value))).collect());
        let others = self.others.as_ref().map(|others| sets.of(others, &mut again));
        Self { name: self.name.as_ref().map(|name| texts.anew(name)), others }
    }
}

impl FromIterator<(Text, Text)> for Tags {
    fn from_iter<I: IntoIterator<Item = (Text, Text)>>(pairs: I) -> Self {
        Self::sharing(pairs, &mut Sharing::default())
    }
}

impl<const N: usize> From<[(Text, Text); N]> for Tags {
    fn from(pairs: [(Text, Text); N]) -> Self {
        pairs.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)], sharing: &mut Sharing) -> Tags {
        Tags::sharing(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())), sharing)
    }

    #[test]
    fn in_whatever_order_aws_tells_them_they_are_the_same() {
        let mut sharing = Sharing::default();
        let first = tags(&[("team", "data"), ("Name", "web-1"), ("env", "prod")], &mut sharing);
        let second = tags(&[("env", "prod"), ("team", "data"), ("Name", "web-1")], &mut sharing);
        assert_eq!(first, second);
        let told: Vec<_> = first.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(told, ["Name=web-1", "env=prod", "team=data"]);
        assert_eq!((first.len(), first.get("team").map(Text::as_str), first.get("cost")), (3, Some("data"), None));
        assert!(Tags::default().is_empty() && !first.is_empty());
    }

    #[test]
    fn rows_that_differ_in_their_names_only_keep_the_others_once() {
        let mut sharing = Sharing::default();
        let mut others = |name: &str| tags(&[("Name", name), ("env", "prod")], &mut sharing).others.expect("one");
        assert!(Arc::ptr_eq(&others("web-1"), &others("web-2")));
    }
}
