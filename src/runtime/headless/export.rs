//! Rows as a table, JSON, one JSON object a line, or CSV.

use std::io::{self, Write};

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use super::RowSeries;
use crate::{
    app::{fleet::Row, state::Fleet},
    model::{Cell, Finding, Problem, Series},
    runtime::json,
    service::{Column, Kind, Metric, Place, STATE},
    ui,
};

/// The widest cell of a table, in cells of the terminal: one long name must not push all others off the screen.
const WIDEST: usize = 120;
/// A field that begins so is a formula to a spreadsheet (OWASP, "CSV Injection").
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for people.
    Table,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// CSV with a heading (RFC 4180).
    Csv,
}

/// Which columns a table has; the other formats have all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// Those of the list on the screen.
    Usual,
    /// Those of the wide list, too.
    All,
}

impl Width {
    fn shows(self, place: Place) -> bool {
        match place {
            Place::Row(_) => true,
            Place::Wide => self == Self::All,
            Place::Detail => false,
        }
    }
}

/// What is to be written.
pub struct Listed<'a> {
    /// The kind of the rows.
    pub kind: &'static Kind,
    /// Where accounts and regions are found.
    pub fleet: &'a Fleet,
    /// The rows, in order.
    pub rows: Vec<&'a Row>,
    /// The metrics of each row, if asked for.
    pub series: Option<Vec<RowSeries>>,
    /// The moment ages are reckoned at.
    pub now: Timestamp,
    /// Which columns a table has.
    pub width: Width,
}

/// Writes the rows.
pub fn write(format: Format, listed: &Listed<'_>, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table => table(listed, out),
        Format::Csv => csv(listed, out),
        Format::Ndjson => objects(listed).try_for_each(|object| writeln!(out, "{}", json::line(&object))),
        Format::Json => writeln!(out, "{}", json::pretty(&objects(listed).collect())),
    }
}

fn objects<'a>(listed: &'a Listed<'_>) -> impl Iterator<Item = Value> + 'a {
    (0..listed.rows.len()).map(|at| object(listed, at))
}

/// The head of every object, whatever the kind; then the columns, the tags, and the metrics where asked for.
fn object(listed: &Listed<'_>, at: usize) -> Value {
    let row = listed.rows[at];
    let mut object = head(listed, row);
    for (column, cell) in others(listed.kind, row) {
        object.insert(column.id.to_owned(), value(cell));
    }
    let tags = row.resource.tags.iter().map(|(key, value)| (key.to_string(), json!(value)));
    object.insert("tags".to_owned(), Value::Object(tags.collect()));
    if let Some(series) = &listed.series {
        let metrics = listed.kind.metrics.iter().zip(&series[at]);
        let metrics = metrics.map(|(metric, series)| (metric.id.to_owned(), reading(metric, series.as_ref())));
        object.insert("metrics".to_owned(), Value::Object(metrics.collect()));
    }
    Value::Object(object)
}

fn head(listed: &Listed<'_>, row: &Row) -> Map<String, Value> {
    let place = listed.fleet.place(row.key.target);
    let target = &listed.fleet.targets[usize::from(row.key.target.0)].target;
    let pairs = [
        ("kind", json!(listed.kind.id.0)),
        ("profile", json!(place.profile)),
        ("account", json!(place.account)),
        ("region", json!(place.region)),
        ("id", json!(row.resource.id)),
        ("arn", json!((listed.kind.arn)(&row.resource, place.account, target))),
        ("name", json!(row.resource.name)),
        ("state", value(listed.kind.cell(&row.resource, STATE))),
        ("findings", row.findings.iter().map(finding).collect()),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Every column but the state, which stands in the head.
fn others<'a>(kind: &'static Kind, row: &'a Row) -> impl Iterator<Item = (&'static Column, &'a Cell)> {
    kind.columns.iter().zip(row.resource.cells.iter()).filter(|(column, _)| column.id != STATE)
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::None => Value::Null,
        Cell::Count(count) => json!(count),
        Cell::Flag(flag) => json!(flag),
        Cell::Text(_) | Cell::State(..) | Cell::Time(_) => json!(cell.words()),
    }
}

fn finding(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity.word(),
        "code": finding.code,
        "reason": finding.reason,
        "since": finding.since.map(|at| at.to_string()),
        "advice": finding.advice,
    })
}

/// `null` where the row publishes no such metric or nothing was published; an object with the value, or with the error.
fn reading(metric: &Metric, series: Option<&Result<Option<Series>, Problem>>) -> Value {
    match series {
        Some(Ok(Some(series))) => series.latest().map_or(
            Value::Null,
            |(at, value)| json!({"value": value, "at": at.to_string(), "unit": metric.unit.word(), "statistic": metric.stat.word()}),
        ),
        Some(Err(problem)) => json!({"error": problem.line()}),
        Some(Ok(None)) | None => Value::Null,
    }
}

fn csv(listed: &Listed<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let fixed = ["kind", "profile", "account", "region", "id", "arn", "name", "state", "findings"];
    let columns = listed.kind.columns.iter().map(|column| column.id).filter(|id| *id != STATE);
    let metrics = listed.kind.metrics.iter().map(|metric| metric.id).filter(|_| listed.series.is_some());
    writer.write_record(fixed.into_iter().chain(columns).chain(metrics))?;
    for at in 0..listed.rows.len() {
        writer.write_record(record(listed, at).into_iter().map(inert))?;
    }
    writer.flush()
}

fn record(listed: &Listed<'_>, at: usize) -> Vec<String> {
    let row = listed.rows[at];
    let findings = row.findings.iter().map(|finding| finding.code).collect::<Vec<_>>().join(" ");
    let mut fields: Vec<String> =
        head(listed, row).into_iter().filter(|(key, _)| key != "findings").map(|(_, value)| bare(&value)).collect();
    fields.push(findings);
    fields.extend(others(listed.kind, row).map(|(_, cell)| cell.words().into_owned()));
    if let Some(series) = &listed.series {
        let metrics = listed.kind.metrics.iter().zip(&series[at]);
        fields.extend(metrics.map(|(metric, series)| bare(&reading(metric, series.as_ref())["value"])));
    }
    fields
}

/// A field that no spreadsheet takes for a formula: an apostrophe goes before what looks like one and is no number.
fn inert(field: String) -> String {
    if field.starts_with(FORMULA) && field.parse::<f64>().is_err() { format!("'{field}") } else { field }
}

fn bare(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn table(listed: &Listed<'_>, out: &mut impl Write) -> io::Result<()> {
    let columns: Vec<usize> = (0..listed.kind.columns.len()).filter(|at| listed.width.shows(listed.kind.columns[*at].place)).collect();
    let mut lines = vec![heading(listed, &columns)];
    lines.extend(
        (0..listed.rows.len()).map(|at| line(listed, at, &columns).iter().map(|text| ui::cut(text, WIDEST).into_owned()).collect()),
    );
    let widths: Vec<usize> = (0..lines[0].len()).map(|at| lines.iter().map(|line| line[at].width()).max().unwrap_or(0)).collect();
    for line in &lines {
        let padded = line.iter().zip(&widths).map(|(text, width)| format!("{text}{}", " ".repeat(width - text.width())));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

fn heading(listed: &Listed<'_>, columns: &[usize]) -> Vec<String> {
    let own = columns.iter().map(|at| listed.kind.columns[*at].title);
    let metrics = listed.kind.metrics.iter().map(|metric| metric.title).filter(|_| listed.series.is_some());
    ["NAME", "ID"].into_iter().chain(own).chain(metrics).chain(["PROFILE", "ACCOUNT", "REGION", "FINDINGS"]).map(str::to_owned).collect()
}

fn line(listed: &Listed<'_>, at: usize, columns: &[usize]) -> Vec<String> {
    let row = listed.rows[at];
    let place = listed.fleet.place(row.key.target);
    let mut fields = vec![row.resource.name.to_string(), row.resource.id.to_string()];
    fields.extend(columns.iter().map(|at| row.resource.cells[*at].brief(listed.now).into_owned()));
    if let Some(series) = &listed.series {
        fields.extend(listed.kind.metrics.iter().zip(&series[at]).map(|(metric, series)| brief(metric, series.as_ref())));
    }
    fields.extend([place.profile, place.account, place.region].map(str::to_owned));
    fields.push(row.findings.iter().map(|finding| finding.code).collect::<Vec<_>>().join(" "));
    fields
}

fn brief(metric: &Metric, series: Option<&Result<Option<Series>, Problem>>) -> String {
    match series {
        Some(Ok(Some(series))) => {
            series.latest().map_or_else(|| "–".to_owned(), |(_, value)| crate::model::format::value(value, metric.unit))
        }
        Some(Ok(None)) => "–".to_owned(),
        Some(Err(problem)) => problem.kind.word().to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula_and_numbers_stay_numbers() {
        let inert = |field: &str| inert(field.to_owned());
        assert_eq!(
            (inert("=1+1"), inert("@SUM(A1)"), inert("-2+3|cmd")),
            ("'=1+1".to_owned(), "'@SUM(A1)".to_owned(), "'-2+3|cmd".to_owned())
        );
        assert_eq!(
            (inert("-2.5"), inert("+3"), inert("web-1"), inert("")),
            ("-2.5".to_owned(), "+3".to_owned(), "web-1".to_owned(), String::new())
        );
    }
}
