use proptest::prelude::*;

use super::*;
use crate::model::KindId;

const PLACE: &str = "aws default eu-west-1";

fn label(kind: &str) -> Label<'_> {
    Label { place: PLACE, kind: service::kind(kind).expect("a kind") }
}

fn text() -> impl Strategy<Value = Text> {
    any::<String>().prop_map(|raw| Text::new(&raw))
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        Just(Cell::None),
        text().prop_map(Cell::Text),
        (0..HEALTHS.len(), text()).prop_map(|(at, word)| Cell::State(HEALTHS[at], word)),
        any::<i64>().prop_map(Cell::Count),
        any::<i64>().prop_map(Cell::Time),
        any::<bool>().prop_map(Cell::Flag),
    ]
}

fn resource() -> impl Strategy<Value = Resource> {
    let cells = prop::collection::vec(cell(), label("ec2").kind.columns.len());
    let tags = prop::collection::vec((text(), text()), 0..4);
    let parents = prop::collection::vec((prop::sample::select(vec![KindId("asg"), KindId("eks")]), text()), 0..3);
    (text(), text(), cells, tags, parents).prop_map(|(id, name, cells, tags, parents)| Resource {
        id,
        name,
        cells: cells.into(),
        tags: tags.into_iter().collect(),
        parents: parents.into_iter().collect(),
    })
}

fn inventory() -> impl Strategy<Value = Inventory<Arc<Resource>>> {
    let rows = prop::collection::vec(resource().prop_map(Arc::new), 0..4);
    let at = (0_i64..4_000_000_000).prop_map(|second| Timestamp::from_second(second).expect("in range"));
    (text(), at, rows).prop_map(|(account, at, rows)| Inventory { account, at, rows })
}

fn bytes(label: Label<'_>, inventory: &Inventory<Arc<Resource>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, label, inventory).expect("written");
    bytes
}

fn one(kind: &str, cell: &Cell) -> Inventory<Arc<Resource>> {
    let cells = vec![cell.clone(); label(kind).kind.columns.len()].into();
    let tags = [("Name".into(), "web".into())].into();
    let row = Resource { id: "i-1".into(), name: "web".into(), cells, tags, parents: [].into() };
    Inventory { account: "123456789012".into(), at: Timestamp::UNIX_EPOCH, rows: vec![Arc::new(row)] }
}

/// The same bytes with a sum that fits them.
fn summed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - SUM);
    let sum = sum(&bytes);
    bytes.extend(sum);
    bytes
}

/// The bytes with one text in them replaced by another of the same length.
fn swapped(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|window| window == from).expect("it is there");
    let mut bytes = bytes.to_vec();
    bytes[at..at + to.len()].copy_from_slice(to);
    summed(bytes)
}

/// All parts together, which are of two rows here.
fn read(bytes: &[u8], label: Label<'_>) -> Option<Inventory<Resource>> {
    let mut whole: Option<Inventory<Resource>> = None;
    super::read(bytes, label, 2, |part| match &mut whole {
        Some(whole) => whole.rows.extend(part.rows),
        None => whole = Some(part),
    })?;
    whole
}

proptest! {
    #[test]
    fn what_is_written_is_read(inventory in inventory()) {
        let read = read(&bytes(label("ec2"), &inventory), label("ec2")).expect("it is whole");
        prop_assert_eq!((&read.account, read.at), (&inventory.account, inventory.at));
        prop_assert!(read.rows.iter().eq(inventory.rows.iter().map(AsRef::as_ref)));
    }

    #[test]
    fn nonsense_is_no_inventory(nonsense in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&nonsense, label("ec2")).is_none());
        let body = [MAGIC, &nonsense, &[0; SUM]].concat();
        prop_assert!(read(&summed(body), label("ec2")).is_none());
    }
}

#[test]
fn a_file_that_was_cut_anywhere_is_ignored() {
    let whole = bytes(label("ec2"), &one("ec2", &Cell::Count(7)));
    for length in 0..whole.len() {
        assert!(read(&whole[..length], label("ec2")).is_none(), "{length} of {}", whole.len());
        assert!(length < SUM || read(&summed(whole[..length].to_vec()), label("ec2")).is_none(), "{length}, with a sum that fits");
    }
}

#[test]
fn a_file_with_any_byte_changed_is_ignored() {
    let whole = bytes(label("ec2"), &one("ec2", &Cell::Text("running".into())));
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x20;
        assert!(read(&damaged, label("ec2")).is_none(), "byte {at}");
    }
}

#[test]
fn another_version_place_kind_or_table_of_columns_is_ignored() {
    let whole = bytes(label("ec2"), &one("ec2", &Cell::None));
    assert!(read(&swapped(&whole, b"fleet 2", b"fleet 2"), label("ec2")).is_some());
    assert!(read(&swapped(&whole, b"fleet 2", b"fleet 3"), label("ec2")).is_none());
    assert!(read(&swapped(&whole, b"private_ip", b"private_ix"), label("ec2")).is_none());
    assert!(read(&whole, Label { place: "aws default us-east-1", ..label("ec2") }).is_none());
    assert!(read(&whole, label("asg")).is_none());
    assert!(read(&summed([&whole[..whole.len() - SUM], &[0xf6; SUM + 1]].concat()), label("ec2")).is_none());
}

#[test]
fn whatever_could_steer_a_terminal_is_stripped_again() {
    let whole = bytes(label("ec2"), &one("ec2", &Cell::Text("abcdefgh".into())));
    let read = read(&swapped(&whole, b"abcdefgh", b"\x1b]0;evil"), label("ec2")).expect("it is whole");
    assert_eq!(read.rows[0].cells[0], Cell::Text("]0;evil".into()));
}

#[test]
fn what_passwords_are_put_into_is_not_written() {
    for kind in service::kinds() {
        let written = bytes(label(kind.id.0), &one(kind.id.0, &Cell::Text("hunter2".into())));
        let read = read(&written, label(kind.id.0)).expect("it is whole");
        for (column, cell) in kind.columns.iter().zip(read.rows[0].cells.iter()) {
            assert_eq!(*cell == Cell::None, UNKEPT.contains(&column.id), "{} {}", kind.id, column.id);
        }
    }
    let known = |id: &str| service::kinds().any(|kind| kind.columns.iter().any(|column| column.id == id));
    assert!(UNKEPT.iter().all(|id| known(id)), "a column that nobody has any more");
}
