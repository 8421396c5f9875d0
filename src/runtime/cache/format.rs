//! How a kept inventory is written: a word and a version, what it is of, its rows, and a sum over all of it.
//!
//! Whatever is not exactly as it would be written today is no inventory: the next complete listing writes it anew.

use std::{
    hash::{DefaultHasher, Hasher},
    io::{self, BufWriter, Write},
    sync::Arc,
};

use jiff::Timestamp;
use minicbor::{
    Decoder, Encoder,
    data::Type,
    encode::{self, write::Writer},
};

use crate::{
    model::{Cell, Health, Interner, Parents, Record, Resource, Sharing, Tags, Text},
    service::{self, Kind},
};

/// What a file begins with; the number goes up whenever the rest is written in another way.
const MAGIC: &[u8] = b"quarterdeck fleet 2\n";
/// Bytes of the sum at the end.
const SUM: usize = 8;
/// Bytes that are written and summed together.
const BLOCK: usize = 1 << 16;
/// Columns that people put passwords into, whatever AWS says: what is run, with which words. They come back with the next listing.
pub(super) const UNKEPT: &[&str] = &["command", "parameters", "configuration"];

/// The concerns a state can have, by the number they are written as.
const HEALTHS: [Health; 6] = [Health::Ok, Health::Busy, Health::Off, Health::Unknown, Health::Warn, Health::Bad];

pub(super) type Encoded = Result<(), encode::Error<io::Error>>;
pub(super) type Out<W> = Encoder<Writer<W>>;

/// What an inventory is of: one that is labelled otherwise is not read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label<'a> {
    /// Where: source, profile and region.
    pub(super) place: &'a str,
    /// The kind of its rows.
    pub(super) kind: &'static Kind,
}

/// The rows of a complete listing, whose they are, and when they were complete.
#[derive(Debug, PartialEq)]
pub(super) struct Inventory<R> {
    /// The account.
    pub(super) account: Text,
    /// When the listing was complete, to the second.
    pub(super) at: Timestamp,
    /// The rows.
    pub(super) rows: Vec<R>,
}

/// Writes an inventory.
pub(super) fn write(to: impl Write, label: Label<'_>, inventory: &Inventory<Arc<Resource>>) -> io::Result<()> {
    seal(to, MAGIC, |out| body(out, label, inventory))
}

/// Writes a body after the word that says what it is, and before its sum.
pub(super) fn seal<W: Write>(to: W, magic: &[u8], body: impl FnOnce(&mut Out<&mut BufWriter<Summing<W>>>) -> Encoded) -> io::Result<()> {
    let mut block = BufWriter::with_capacity(BLOCK, Summing { to, sum: DefaultHasher::new() });
    block.write_all(magic)?;
    body(&mut Encoder::new(Writer::new(&mut block))).map_err(told)?;
    let mut summing = block.into_inner().map_err(io::IntoInnerError::into_error)?;
    let sum = summing.sum.finish();
    summing.to.write_all(&sum.to_be_bytes())?;
    summing.to.flush()
}

/// The error of the file itself, which says more than that something could not be encoded.
fn told(error: encode::Error<io::Error>) -> io::Error {
    let words = error.to_string();
    error.into_write().unwrap_or_else(|| io::Error::other(words))
}

/// Passes bytes on and sums them up.
pub(super) struct Summing<W> {
    to: W,
    sum: DefaultHasher,
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.to.write(bytes)?;
        self.sum.write(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Should the standard library sum in another way one day, every cache is ignored once.
fn sum(bytes: &[u8]) -> [u8; SUM] {
    let mut sum = DefaultHasher::new();
    bytes.chunks(BLOCK).for_each(|block| sum.write(block));
    sum.finish().to_be_bytes()
}

fn body<W: Write>(out: &mut Out<W>, label: Label<'_>, inventory: &Inventory<Arc<Resource>>) -> Encoded {
    let columns = label.kind.columns;
    out.str(label.place)?.str(label.kind.id.0)?.array(columns.len() as u64)?;
    for column in columns {
        out.str(column.id)?;
    }
    out.str(inventory.account.as_str())?.i64(inventory.at.as_second())?.array(inventory.rows.len() as u64)?;
    inventory.rows.iter().try_for_each(|row| put_row(out, label.kind, row))
}

fn put_row<W: Write>(out: &mut Out<W>, kind: &Kind, row: &Resource) -> Encoded {
    out.str(row.id.as_str())?.str(row.name.as_str())?.u64(row.cells.shared())?;
    for (column, cell) in kind.columns.iter().zip(row.cells.iter()) {
        put_cell(out, if UNKEPT.contains(&column.id) { &Cell::None } else { cell })?;
    }
    out.array(row.tags.len() as u64)?;
    for (key, value) in row.tags.iter() {
        out.str(key)?.str(value.as_str())?;
    }
    out.array(row.parents.len() as u64)?;
    row.parents.iter().try_for_each(|(kind, id)| out.str(kind.0)?.str(id.as_str()).map(drop))
}

/// The type of the value tells the cell: a list of one is a moment, a list of two a state.
fn put_cell<W: Write>(out: &mut Out<W>, cell: &Cell) -> Encoded {
    match cell {
        Cell::None => out.null()?,
        Cell::Text(text) => out.str(text.as_str())?,
        Cell::State(health, text) => out.array(2)?.u8(*health as u8)?.str(text.as_str())?,
        Cell::Count(count) => out.i64(*count)?,
        Cell::Time(second) => out.array(1)?.i64(*second)?,
        Cell::Flag(flag) => out.bool(*flag)?,
    };
    Ok(())
}

/// What stands between the word that says what it is and a sum that fits.
pub(super) fn unseal<'a>(bytes: &'a [u8], magic: &[u8]) -> Option<&'a [u8]> {
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(SUM)?)?;
    body.strip_prefix(magic).filter(|_| self::sum(body) == sum)
}

/// Reads an inventory, and tells it in parts of at most so many rows, one at least; `None` for anything that is damaged, of another version,
/// or not what the label says.
pub(super) fn read(bytes: &[u8], label: Label<'_>, most: usize, tell: impl FnMut(Inventory<Resource>)) -> Option<()> {
    let rest = unseal(bytes, MAGIC)?;
    let mut input = Decoder::new(rest);
    if input.str().ok()? != label.place || input.str().ok()? != label.kind.id.0 {
        return None;
    }
    rows(&mut input, label.kind, most, tell)
}

fn rows(input: &mut Decoder<'_>, kind: &'static Kind, most: usize, mut tell: impl FnMut(Inventory<Resource>)) -> Option<()> {
    let count = length(input)?;
    if count != kind.columns.len() || !kind.columns.iter().all(|column| input.str().is_ok_and(|id| id == column.id)) {
        return None;
    }
    let account = Text::new(input.str().ok()?);
    let at = Timestamp::from_second(input.i64().ok()?).ok()?;
    let mut shared = <(Interner, Sharing)>::default();
    let mut left = length(input)?;
    loop {
        let part = left.min(most);
        let rows = (0..part).map(|_| row(input, kind, &mut shared)).collect::<Option<_>>()?;
        left -= part;
        if left == 0 && input.position() != input.input().len() {
            return None;
        }
        tell(Inventory { account: account.clone(), at, rows });
        if left == 0 {
            return Some(());
        }
    }
}

fn row(input: &mut Decoder<'_>, kind: &'static Kind, (shared, others): &mut (Interner, Sharing)) -> Option<Resource> {
    let (id, name) = (input.str().ok()?, input.str().ok()?);
    let id = Text::new(id);
    let name = if name == id.as_str() { id.clone() } else { shared.text(name) };
    let common = input.u64().ok()?;
    let cells = kind.columns.iter().map(|_| cell(input, shared)).collect::<Option<Vec<_>>>()?;
    let cells = Record::sharing(&cells, common, others);
    let tags = Tags::sharing(pairs(input, shared, |key, shared| Some(shared.text(key)))?, others);
    let parents = Parents::sharing(pairs(input, shared, |kind, _| Some(service::kind(kind)?.id))?, others);
    Some(Resource { id, name, cells, tags, parents })
}

fn cell(input: &mut Decoder<'_>, shared: &mut Interner) -> Option<Cell> {
    let read = match input.datatype().ok()? {
        Type::Null => input.null().map(|()| Cell::None),
        Type::String => input.str().map(|text| Cell::Text(shared.text(text))),
        Type::Bool => input.bool().map(Cell::Flag),
        Type::Array => return listed_cell(input, shared),
        _ => input.i64().map(Cell::Count),
    };
    read.ok()
}

fn listed_cell(input: &mut Decoder<'_>, shared: &mut Interner) -> Option<Cell> {
    if length(input)? == 1 {
        return input.i64().ok().map(Cell::Time);
    }
    let health = *HEALTHS.get(usize::from(input.u8().ok()?))?;
    Some(Cell::State(health, shared.text(input.str().ok()?)))
}

fn pairs<T>(input: &mut Decoder<'_>, shared: &mut Interner, first: impl Fn(&str, &mut Interner) -> Option<T>) -> Option<Vec<(T, Text)>> {
    let count = length(input)?;
    let pair = |_| Some((first(input.str().ok()?, shared)?, shared.text(input.str().ok()?)));
    (0..count).map(pair).collect()
}

/// The length of a list that begins here.
pub(super) fn length(input: &mut Decoder<'_>) -> Option<usize> {
    usize::try_from(input.array().ok()??).ok()
}

#[cfg(test)]
mod tests;
