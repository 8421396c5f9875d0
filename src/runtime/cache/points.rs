//! How kept points are written: what they are of, how each metric is read, and the series.

use std::io::{self, Write};

use jiff::Timestamp;
use minicbor::{Decoder, data::Type};

use super::format::{Encoded, Label, Out, length, seal, unseal};
use crate::{
    app::msg::Kept,
    model::{Range, Series, Text},
    service::{Kind, Metric},
};

/// What a file begins with; the number goes up whenever the rest is written in another way.
const MAGIC: &[u8] = b"quarterdeck points 1\n";

/// The points of a target, whose they are, and when they were kept.
#[derive(Debug, PartialEq)]
pub(super) struct Sheet {
    /// The account.
    pub(super) account: Text,
    /// When they were kept, to the second.
    pub(super) at: Timestamp,
    /// The metrics.
    pub(super) rows: Vec<Kept>,
}

/// How a metric is read: numbers of one that is read otherwise today mean something else.
fn reading(metric: &Metric) -> String {
    [metric.id, metric.namespace, metric.name, metric.stat.word(), metric.unit.word()].join(" ")
}

/// Writes points.
pub(super) fn write(to: impl Write, label: Label<'_>, sheet: &Sheet) -> io::Result<()> {
    seal(to, MAGIC, |out| body(out, label, sheet))
}

fn body<W: Write>(out: &mut Out<W>, label: Label<'_>, sheet: &Sheet) -> Encoded {
    out.str(label.place)?.str(label.kind.id.0)?.array(label.kind.metrics.len() as u64)?;
    for metric in label.kind.metrics {
        out.str(&reading(metric))?;
    }
    out.str(sheet.account.as_str())?.i64(sheet.at.as_second())?.array(sheet.rows.len() as u64)?;
    sheet.rows.iter().try_for_each(|kept| put(out, kept))
}

fn put<W: Write>(out: &mut Out<W>, kept: &Kept) -> Encoded {
    out.str(kept.id.as_str())?.u64(kept.metric as u64)?.i64(kept.at.as_second())?;
    let Some(series) = &kept.series else { return out.null().map(drop) };
    out.array(series.points.len() as u64)?.i64(series.range.start)?.i64(series.range.end)?.i64(series.range.period)?;
    series.points.iter().try_for_each(|(at, value)| out.i64(*at)?.f64(*value).map(drop))
}

/// Reads points; `None` for anything that is damaged, of another version, or not what the label says.
pub(super) fn read(bytes: &[u8], label: Label<'_>) -> Option<Sheet> {
    let rest = unseal(bytes, MAGIC)?;
    let mut input = Decoder::new(rest);
    if input.str().ok()? != label.place || input.str().ok()? != label.kind.id.0 || !known(&mut input, label.kind)? {
        return None;
    }
    let account = Text::new(input.str().ok()?);
    let at = Timestamp::from_second(input.i64().ok()?).ok()?;
    let rows = (0..length(&mut input)?).map(|_| kept(&mut input)).collect::<Option<_>>()?;
    (input.position() == rest.len()).then_some(Sheet { account, at, rows })
}

fn known(input: &mut Decoder<'_>, kind: &Kind) -> Option<bool> {
    let count = length(input)?;
    Some(count == kind.metrics.len() && kind.metrics.iter().all(|metric| input.str().is_ok_and(|words| words == reading(metric))))
}

fn kept(input: &mut Decoder<'_>) -> Option<Kept> {
    let (id, metric) = (Text::new(input.str().ok()?), usize::try_from(input.u64().ok()?).ok()?);
    let at = Timestamp::from_second(input.i64().ok()?).ok()?;
    if input.datatype().ok()? == Type::Null {
        input.null().ok()?;
        return Some(Kept { id, metric, at, series: None });
    }
    let count = length(input)?;
    let range = Range { start: input.i64().ok()?, end: input.i64().ok()?, period: input.i64().ok()? };
    let points = (0..count).map(|_| Some((input.i64().ok()?, input.f64().ok()?))).collect::<Option<Vec<_>>>()?;
    (range.period > 0 && range.start <= range.end).then(|| Kept { id, metric, at, series: Some(Series::new(range, points)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;

    fn label() -> Label<'static> {
        Label { place: "aws default eu-west-1", kind: service::kind("ec2").expect("a kind") }
    }

    fn sheet() -> Sheet {
        let at = Timestamp::from_second(1_790_000_000).expect("a time");
        let range = Range { start: 1_789_999_200, end: 1_789_999_800, period: 300 };
        let series = Series::new(range, vec![(1_789_999_200, 0.25), (1_789_999_500, 1e9)]);
        let kept = |id: &str, metric, series| Kept { id: id.into(), metric, at, series };
        Sheet { account: "123456789012".into(), at, rows: vec![kept("i-1", 0, Some(series)), kept("i-2", 1, None)] }
    }

    fn bytes(label: Label<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, label, &sheet()).expect("written");
        bytes
    }

    #[test]
    fn points_are_read_as_they_were_written() {
        assert_eq!(read(&bytes(label()), label()), Some(sheet()));
    }

    #[test]
    fn nothing_is_read_of_what_is_damaged_cut_or_of_something_else() {
        let whole = bytes(label());
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert_eq!((read(&damaged, label()), read(&whole[..at], label())), (None, None), "{at}");
        }
        let elsewhere = Label { place: "aws default us-east-1", ..label() };
        let other = Label { kind: service::kind("lambda").expect("a kind"), ..label() };
        assert_eq!((read(&whole, elsewhere), read(&whole, other)), (None, None));
    }
}
