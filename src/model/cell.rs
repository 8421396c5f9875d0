//! One typed value of one column: sorting, colouring and exporting look at the type, never at the text.

use std::{borrow::Cow, cmp::Ordering};

use jiff::Timestamp;

use super::{format, repacking::Texts, text::Text};

/// How well a thing is, in the order of concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Health {
    /// Working as asked.
    Ok,
    /// On its way from one state to another.
    Busy,
    /// Deliberately not running.
    Off,
    /// Nothing is known about it.
    Unknown,
    /// Works, but wants a look.
    Warn,
    /// Broken.
    Bad,
}

/// Where a number of 64 bits stands in [`Cell::sort_prefix`]: right below the eight bits of the rank, so that it is whole in the upper 96.
const NUMBER: u32 = 56;

/// Where texts stand among values of other types.
const TEXT: u8 = 5;

/// A value in a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Cell {
    /// AWS sent no value for this field.
    #[default]
    None,
    /// Words.
    Text(Text),
    /// A state in AWS's own word, with what it means.
    State(Health, Text),
    /// A number of things.
    Count(i64),
    /// A moment: seconds since the Unix epoch.
    Time(i64),
    /// Yes or no.
    Flag(bool),
}

impl Cell {
    /// A moment, kept to the second.
    pub fn time(at: Timestamp) -> Self {
        Self::Time(at.as_second())
    }

    /// Words, or nothing when they are absent or empty.
    pub fn text(text: Option<Text>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::None, Self::Text)
    }

    /// The same value, with texts made anew.
    pub(super) fn anew(&self, texts: &mut Texts) -> Self {
        match self {
            Self::Text(text) => Self::Text(texts.anew(text)),
            Self::State(health, text) => Self::State(*health, texts.anew(text)),
            Self::None | Self::Count(_) | Self::Time(_) | Self::Flag(_) => self.clone(),
        }
    }

    /// The same value, with its text where a former cell has it.
    pub(super) fn renewed(&self, former: Option<&Self>) -> Self {
        match (self, former) {
            (own, Some(former)) if own == former => former.clone(),
            (Self::Text(text), _) => Self::Text(text.anew()),
            (Self::State(health, text), _) => Self::State(*health, text.anew()),
            (own, _) => own.clone(),
        }
    }

    /// The cell as words; moments in full (RFC 3339, UTC). Empty for a missing value.
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::None => Cow::Borrowed(""),
            Self::Text(text) | Self::State(_, text) => Cow::Borrowed(text.as_str()),
            Self::Count(count) => Cow::Owned(count.to_string()),
            Self::Time(_) => Cow::Owned(self.moment().map_or_else(String::new, |at| at.to_string())),
            Self::Flag(flag) => Cow::Borrowed(if *flag { "yes" } else { "no" }),
        }
    }

    /// The cell as words for a list drawn at `now`: moments become ages.
    pub fn brief(&self, now: Timestamp) -> Cow<'_, str> {
        match self.moment() {
            Some(at) => Cow::Owned(format::age(now.duration_since(at).as_secs())),
            None => self.words(),
        }
    }

    /// The moment in the cell, if it holds one.
    pub fn moment(&self) -> Option<Timestamp> {
        match self {
            Self::Time(second) => Timestamp::from_second(*second).ok(),
            _ => None,
        }
    }

    /// Order within a column. Missing values come last, states by concern and then by word, moments newest first (as ages grow).
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::State(a, x), Self::State(b, y)) => a.cmp(b).then_with(|| x.cmp(y)),
            (Self::Count(a), Self::Count(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => b.cmp(a),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// A number that sorts as [`Cell::order`] does wherever two numbers differ, and so do its upper 96 bits. Numbers that are equal and end
    /// in a zero byte are of equal values; others need the full comparison.
    pub fn sort_prefix(&self) -> u128 {
        let body = match self {
            Self::None => 0,
            Self::Text(text) => return text_prefix(text),
            Self::State(health, text) => u128::from(*health as u8) << 112 | prefix(text.as_str().as_bytes(), 14),
            Self::Count(count) => u128::from(count.cast_unsigned() ^ (1 << 63)) << NUMBER,
            Self::Time(second) => u128::from(!(second.cast_unsigned() ^ (1 << 63))) << NUMBER,
            Self::Flag(flag) => u128::from(*flag) << NUMBER,
        };
        u128::from(self.rank()) << 120 | body
    }

    /// From 1, so that no number turned round is that of a missing value.
    fn rank(&self) -> u8 {
        match self {
            Self::State(..) => 1,
            Self::Count(_) => 2,
            Self::Time(_) => 3,
            Self::Flag(_) => 4,
            Self::Text(_) => TEXT,
            Self::None => 6,
        }
    }
}

/// [`Cell::sort_prefix`] of a cell with this text.
pub fn text_prefix(text: &Text) -> u128 {
    u128::from(TEXT) << 120 | prefix(text.as_str().as_bytes(), 15)
}

/// The first `width` bytes, 1 to 16, as a big-endian number, so that numbers sort as the text does.
pub fn prefix(bytes: &[u8], width: usize) -> u128 {
    const ALL: usize = size_of::<u128>();
    let (mut number, known) = ([0; ALL], bytes.len().min(width));
    number[..known].copy_from_slice(&bytes[..known]);
    u128::from_be_bytes(number) >> (u8::BITS as usize * (ALL - width))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = Cell> {
        let health = prop_oneof![Just(Health::Ok), Just(Health::Busy), Just(Health::Bad)];
        prop_oneof![
            Just(Cell::None),
            "[a-c]{0,18}".prop_map(|text| Cell::Text(Text::new(&text))),
            (health, "[a-c]{0,18}").prop_map(|(health, text)| Cell::State(health, Text::new(&text))),
            any::<i64>().prop_map(Cell::Count),
            (-10_i64..2_000_000_000).prop_map(Cell::Time),
            any::<bool>().prop_map(Cell::Flag),
        ]
    }

    proptest! {
        #[test]
        fn the_prefix_never_contradicts_the_order(a in cell(), b in cell()) {
            let (p, q) = (a.sort_prefix(), b.sort_prefix());
            if p != q {
                prop_assert_eq!(p.cmp(&q), a.order(&b));
            }
        }
    }

    #[test]
    fn a_cell_stays_two_words() {
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn missing_values_come_last_and_the_young_come_first() {
        assert_eq!(Cell::Text(Text::new("z")).order(&Cell::None), Ordering::Less);
        assert_eq!(Cell::Time(200).order(&Cell::Time(100)), Ordering::Less);
    }
}
