//! The documents of two rows held against each other: two revisions, a member that fails and one that does not.

use std::sync::Arc;

use super::{
    effect::Effect,
    state::{Screen, Scroll, State, Tone},
};
use crate::model::{
    Key, Problem, Remote, Resource, Text,
    compare::{Line, compare},
    document::Document,
};

/// The documents of two rows, and where they differ.
#[derive(Debug)]
pub struct Comparison {
    /// The row with the older or smaller name first, so that what was added reads as added.
    pub sides: [Side; 2],
    /// What differs; empty until both documents are there.
    pub lines: Vec<(Line, Text)>,
    /// What is seen of it.
    pub scroll: Scroll,
}

/// One of the two.
#[derive(Debug)]
pub struct Side {
    /// The row.
    pub key: Key,
    /// Its document, masked where it has secrets.
    pub document: Remote<Arc<Document>>,
}

/// Opens the comparison of the two marked rows, or of the one that is marked and the one under the cursor.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    let Some(mut rows) = chosen(state) else {
        state.toast(Tone::Plain, "mark two rows to compare them, or one and put the cursor on another");
        return Vec::new();
    };
    rows.sort_by(|(a, first), (b, second)| {
        natural(first.name.as_str()).cmp(&natural(second.name.as_str())).then_with(|| natural(a.id.as_str()).cmp(&natural(b.id.as_str())))
    });
    let now = state.now;
    let side = |key: &Key| {
        let mut document = Remote::default();
        document.ask(now);
        Side { key: key.clone(), document }
    };
    let sides = [side(&rows[0].0), side(&rows[1].0)];
    state.nav.screens.push(Screen::Comparison(Comparison { sides, lines: Vec::new(), scroll: Scroll::default() }));
    rows.into_iter().map(|(key, resource)| Effect::Describe(key, resource)).collect()
}

/// Exactly two rows.
fn chosen(state: &State) -> Option<Vec<(Key, Arc<Resource>)>> {
    let Screen::List(list) = state.screen() else { return None };
    let mut keys: Vec<Key> = list.marks.iter().cloned().collect();
    if let ([marked], Some((cursor, _))) = (keys.as_slice(), state.selected())
        && *marked != cursor
    {
        keys.push(cursor);
    }
    let rows: Vec<_> = keys.into_iter().filter_map(|key| Some((key.clone(), state.resource(&key)?))).collect();
    (rows.len() == 2).then_some(rows)
}

/// Numbers within a name count as numbers: `web:9` comes before `web:10`.
fn natural(name: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    let mut digits = String::new();
    for c in name.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        if !digits.is_empty() {
            parts.push((digits.parse().unwrap_or(u64::MAX), String::new()));
            digits.clear();
        }
        match parts.last_mut() {
            Some((0, words)) => words.push(c),
            _ => parts.push((0, c.to_string())),
        }
    }
    parts
}

/// Takes the document of a row that is being compared.
pub(super) fn document(state: &mut State, key: &Key, result: &Result<Arc<Document>, Problem>) {
    let now = state.now;
    for screen in &mut state.nav.screens {
        let Screen::Comparison(both) = screen else { continue };
        for side in both.sides.iter_mut().filter(|side| side.key == *key) {
            side.document.answer(result.clone(), now);
        }
        if let [Some(first), Some(second)] = both.sides.each_ref().map(|side| side.document.value()) {
            both.lines = compare(&first.yaml, &second.yaml);
        }
    }
}

/// Asks for both documents again.
pub(super) fn refresh(state: &mut State) -> Vec<Effect> {
    let now = state.now;
    let Some(Screen::Comparison(both)) = state.nav.screens.last_mut() else { return Vec::new() };
    let idle = both.sides.iter_mut().filter(|side| !side.document.loading());
    let keys: Vec<Key> = idle
        .map(|side| {
            side.document.ask(now);
            side.key.clone()
        })
        .collect();
    keys.into_iter().filter_map(|key| Some(Effect::Describe(key.clone(), state.resource(&key)?))).collect()
}

impl Comparison {
    /// The first lines of differences.
    pub(super) fn differences(&self) -> impl Iterator<Item = usize> {
        let changed = |at: usize| self.lines.get(at).is_some_and(|(line, _)| matches!(line, Line::First | Line::Second));
        (0..self.lines.len()).filter(move |at| changed(*at) && !at.checked_sub(1).is_some_and(changed))
    }
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = ["web:10", "web:9", "web", "api:2"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["api:2", "web", "web:9", "web:10"]);
    }
}
