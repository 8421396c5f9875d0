use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    app::forming::tests::{HERE, THINGS},
    model::{
        Cell, Health, KindId,
        resource::{Overlay, Page},
    },
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn thing(id: &str, state: &str, parents: &[String]) -> Resource {
    Resource {
        id: id.into(),
        name: id.into(),
        cells: vec![Cell::State(Health::Ok, state.into())].into(),
        tags: [].into(),
        parents: parents.iter().map(|parent| (KindId("things"), Text::new(parent))).collect(),
    }
}

fn table(rows: Vec<Resource>) -> Table {
    let mut table = Table::new(&THINGS);
    let sweep = table.begin(HERE, None, NOW);
    table.page(HERE, sweep, Page { rows, overlays: Vec::new() }, NOW);
    table
}

fn ids(table: &Table, word: &str) -> Vec<String> {
    table.bearing(&[word.into()]).map(|(_, row)| row.resource.id.to_string()).collect()
}

proptest! {
    #[test]
    fn every_row_that_holds_a_word_is_among_those_that_may(all in prop::collection::vec((prop::collection::vec("[a-e]{1,2}", 0..4), "[a-e]{1,2}"), 1..40)) {
        let rows = (0..).zip(&all).map(|(at, (parents, state))| thing(&format!("t{at}"), state, parents)).collect();
        let table = table(rows);
        for (at, (parents, state)) in all.iter().enumerate() {
            for word in parents.iter().chain([state]) {
                prop_assert!(ids(&table, word).contains(&format!("t{at}")), "{} bears {}", at, word);
            }
        }
    }
}

#[test]
fn few_rows_are_looked_at_that_hold_another_word() {
    let rows = (0..10_000).map(|at| thing(&format!("t{at}"), &format!("s{at}"), &[format!("a{at}"), format!("b{at}"), format!("c{at}")]));
    let found = ids(&table(rows.collect()), "a77");
    assert!(found.contains(&"t77".to_owned()));
    assert!(found.len() < 1_000, "{} of ten thousand", found.len());
}

#[test]
fn a_row_is_found_by_what_was_laid_over_it_since() {
    let mut table = table(vec![thing("t", "old", &[])]);
    assert!(ids(&table, "new").is_empty());
    let laid = Overlay { id: "t".into(), cells: vec![(0, Cell::State(Health::Ok, "new".into()))], tags: None };
    table.detail(HERE, vec![laid], NOW);
    assert_eq!((ids(&table, "new"), ids(&table, "old")), (vec!["t".to_owned()], vec![]));
}
