//! Sweeps of the same rows that are under way together.

use super::*;
use crate::{
    app::forming::tests::{HERE, PARTS, row},
    model::KindId,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn thing(id: &str) -> (KindId, Text) {
    (KindId("things"), id.into())
}

fn page(rows: Vec<Resource>) -> Page {
    Page { rows, overlays: Vec::new() }
}

fn ids(table: &Table) -> Vec<&str> {
    let mut ids: Vec<_> = table.rows().map(|(_, row)| row.resource.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

fn changed() -> Resource {
    let mut row = row(&PARTS, "a1", &["a"]);
    row.name = "renamed".into();
    row
}

/// Whichever of the two began first, and whether the row is as it was or not: what one of them has seen is there.
#[test]
fn a_row_that_two_sweeps_bring_in_turn_stays() {
    for again in [row(&PARTS, "a1", &["a"]), changed()] {
        for (first, second) in [(None, Some(thing("a"))), (Some(thing("a")), None)] {
            let mut table = Table::new(&PARTS);
            let (early, late) = (table.begin(HERE, first, NOW), table.begin(HERE, second, NOW));
            table.page(HERE, late, page(vec![row(&PARTS, "a1", &["a"])]), NOW);
            table.page(HERE, early, page(vec![again.clone()]), NOW);
            for sweep in [late, early] {
                assert!(table.end(HERE, sweep, Ok(Vec::new()), NOW).gone.is_empty());
                assert_eq!(ids(&table), ["a1"]);
            }
        }
    }
}

#[test]
fn a_row_that_was_looked_at_while_a_sweep_is_under_way_is_counted_with_it() {
    let mut table = Table::new(&PARTS);
    let sweep = table.begin(HERE, None, NOW);
    let rows = || vec![row(&PARTS, "a1", &["a"]), row(&PARTS, "b1", &["b"])];
    table.page(HERE, sweep, page(rows()), NOW);
    table.end(HERE, sweep, Ok(Vec::new()), NOW);
    let sweep = table.begin(HERE, None, NOW);
    table.reread(HERE, &["a1".into()], page(vec![changed()]), NOW);
    table.page(HERE, sweep, page(rows()), NOW);
    table.end(HERE, sweep, Ok(Vec::new()), NOW);
    assert_eq!(table.listing(HERE, &None).and_then(|listing| listing.count.value()), Some(&2));
}

#[test]
fn the_end_of_a_part_takes_only_what_was_in_it() {
    let mut table = Table::new(&PARTS);
    let sweep = table.begin(HERE, None, NOW);
    table.page(HERE, sweep, page(vec![row(&PARTS, "a1", &["a"]), row(&PARTS, "a2", &["a"]), row(&PARTS, "b1", &["b"])]), NOW);
    table.end(HERE, sweep, Ok(Vec::new()), NOW);
    let sweep = table.begin(HERE, Some(thing("a")), NOW);
    table.page(HERE, sweep, page(vec![row(&PARTS, "a2", &["a"])]), NOW);
    assert_eq!(table.end(HERE, sweep, Ok(Vec::new()), NOW).gone.len(), 1);
    assert_eq!(
        (ids(&table), table.listing(HERE, &Some(thing("a"))).and_then(|listing| listing.count.value().copied())),
        (vec!["a2", "b1"], Some(1))
    );
}
