//! Rows as a table, Markdown, JSON, one JSON object a line, or CSV.

use std::io::{self, Write};

use serde_json::{Map, Value, json};
use unicode_width::UnicodeWidthStr;

use crate::{
    app::sheet::{Columns, Entry, Form, Known, Sheet},
    model::{Cell, Finding},
    runtime::json,
    service::{Column, Kind, Metric, STATE},
    ui,
};

/// The widest cell of a table, in cells of the terminal: one long name must not push all others off the screen.
const WIDEST: usize = 120;
/// A field that begins so is a formula to a spreadsheet (OWASP, "CSV Injection").
const FORMULA: [char; 4] = ['=', '+', '-', '@'];

/// Writes the rows. A table has the columns that the sheet wants, and so has CSV; JSON always has all.
pub fn write(form: Form, sheet: &Sheet, out: &mut impl Write) -> io::Result<()> {
    match form {
        Form::Table => table(sheet, out),
        Form::Csv => csv(sheet, out),
        Form::Markdown => markdown(sheet, out),
        Form::Ndjson => objects(sheet).try_for_each(|object| writeln!(out, "{}", json::line(&object))),
        Form::Json => writeln!(out, "{}", json::pretty(&objects(sheet).collect())),
        Form::Object => objects(sheet).take(1).try_for_each(|object| writeln!(out, "{}", json::pretty(&object))),
    }
}

fn objects(sheet: &Sheet) -> impl Iterator<Item = Value> + '_ {
    (0..sheet.rows.len()).map(|at| object(sheet, at))
}

/// The head of every object, whatever the kind; then the columns, the tags, and the metrics where there are any.
fn object(sheet: &Sheet, at: usize) -> Value {
    let row = &sheet.rows[at];
    let mut object = head(sheet, row);
    for (column, cell) in others(sheet.kind, &Columns::Every.of(sheet.kind), row) {
        object.insert(column.id.to_owned(), value(cell));
    }
    let tags = row.resource.tags.iter().map(|(key, value)| (key.to_string(), json!(value)));
    object.insert("tags".to_owned(), Value::Object(tags.collect()));
    if sheet.metrics.is_some() {
        let metrics = metrics(sheet, at).map(|(metric, known)| (metric.id.to_owned(), reading(metric, known)));
        object.insert("metrics".to_owned(), Value::Object(metrics.collect()));
    }
    Value::Object(object)
}

fn head(sheet: &Sheet, row: &Entry) -> Map<String, Value> {
    let seat = &sheet.places[usize::from(row.key.target.0)];
    let pairs = [
        ("kind", json!(sheet.kind.id.0)),
        ("profile", json!(seat.target.profile)),
        ("account", json!(seat.account)),
        ("region", json!(seat.target.region)),
        ("id", json!(row.resource.id)),
        ("arn", json!((sheet.kind.arn)(&row.resource, seat.account.as_str(), &seat.target))),
        ("name", json!(row.resource.name)),
        ("state", value(sheet.kind.cell(&row.resource, STATE))),
        ("findings", row.findings.iter().map(finding).collect()),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Every column that is wanted but the state, which stands in the head.
fn others<'a>(kind: &'static Kind, columns: &'a [usize], row: &'a Entry) -> impl Iterator<Item = (&'static Column, &'a Cell)> {
    let cells = columns.iter().map(|at| (&kind.columns[*at], &row.resource.cells[*at]));
    cells.filter(|(column, _)| column.id != STATE)
}

/// The metrics of a row that are wanted, and what is known of them.
fn metrics(sheet: &Sheet, at: usize) -> impl Iterator<Item = (&'static Metric, Option<&Known>)> {
    sheet.metrics.iter().flatten().map(move |metric| (&sheet.kind.metrics[*metric], sheet.readings.get(&(at, *metric))))
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
fn reading(metric: &Metric, known: Option<&Known>) -> Value {
    match known {
        Some(Ok(Some(series))) => series.latest().map_or(
            Value::Null,
            |(at, value)| json!({"value": value, "at": at.to_string(), "unit": metric.unit.word(), "statistic": metric.stat.word()}),
        ),
        Some(Err(problem)) => json!({"error": problem.line()}),
        Some(Ok(None)) | None => Value::Null,
    }
}

fn csv(sheet: &Sheet, out: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let fixed = ["kind", "profile", "account", "region", "id", "arn", "name", "state", "findings"];
    let columns = sheet.columns.iter().map(|at| &sheet.kind.columns[*at]).filter(|column| column.id != STATE);
    let metrics = sheet.metrics.iter().flatten().map(|at| sheet.kind.metrics[*at].id);
    writer.write_record(fixed.into_iter().chain(columns.map(|column| column.id)).chain(metrics))?;
    for at in 0..sheet.rows.len() {
        writer.write_record(record(sheet, at).into_iter().map(inert))?;
    }
    writer.flush()
}

fn record(sheet: &Sheet, at: usize) -> Vec<String> {
    let row = &sheet.rows[at];
    let mut fields: Vec<String> =
        head(sheet, row).into_iter().filter(|(key, _)| key != "findings").map(|(_, value)| bare(&value)).collect();
    fields.push(codes(row));
    fields.extend(others(sheet.kind, &sheet.columns, row).map(|(_, cell)| cell.words().into_owned()));
    fields.extend(metrics(sheet, at).map(|(metric, known)| bare(&reading(metric, known)["value"])));
    fields
}

fn codes(row: &Entry) -> String {
    row.findings.iter().map(|finding| finding.code).collect::<Vec<_>>().join(" ")
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

fn table(sheet: &Sheet, out: &mut impl Write) -> io::Result<()> {
    let mut lines = vec![heading(sheet)];
    lines.extend((0..sheet.rows.len()).map(|at| line(sheet, at).iter().map(|text| ui::cut(text, WIDEST).into_owned()).collect()));
    let widths: Vec<usize> = (0..lines[0].len()).map(|at| lines.iter().map(|line| line[at].width()).max().unwrap_or(0)).collect();
    for line in &lines {
        let padded = line.iter().zip(&widths).map(|(text, width)| format!("{text}{}", " ".repeat(width - text.width())));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// The same columns as a table for people.
fn markdown(sheet: &Sheet, out: &mut impl Write) -> io::Result<()> {
    let heading = heading(sheet);
    let rule = vec!["---".to_owned(); heading.len()];
    let rows = (0..sheet.rows.len()).map(|at| line(sheet, at).iter().map(|text| literal(text)).collect());
    for fields in [heading, rule].into_iter().chain(rows) {
        writeln!(out, "| {} |", fields.join(" | "))?;
    }
    Ok(())
}

/// A field that Markdown takes for nothing but what it is (`CommonMark`, "Backslash escapes").
fn literal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '|' | '`' | '*' | '_' | '<' | '[' | ']' | '&' | '!') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

fn heading(sheet: &Sheet) -> Vec<String> {
    let own = sheet.columns.iter().map(|at| sheet.kind.columns[*at].title);
    let metrics = sheet.metrics.iter().flatten().map(|at| sheet.kind.metrics[*at].title);
    ["NAME", "ID"].into_iter().chain(own).chain(metrics).chain(["PROFILE", "ACCOUNT", "REGION", "FINDINGS"]).map(str::to_owned).collect()
}

fn line(sheet: &Sheet, at: usize) -> Vec<String> {
    let row = &sheet.rows[at];
    let seat = &sheet.places[usize::from(row.key.target.0)];
    let mut fields = vec![row.resource.name.to_string(), row.resource.id.to_string()];
    fields.extend(sheet.columns.iter().map(|at| row.resource.cells[*at].brief(sheet.now).into_owned()));
    fields.extend(metrics(sheet, at).map(|(metric, known)| brief(metric, known)));
    fields.extend([&seat.target.profile, &seat.account, &seat.target.region].map(|word| word.as_str().to_owned()));
    fields.push(codes(row));
    fields
}

fn brief(metric: &Metric, known: Option<&Known>) -> String {
    match known {
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

    #[test]
    fn no_field_is_markup() {
        assert_eq!(literal("a|b <img> *x* [y](z) `c`"), "a\\|b \\<img> \\*x\\* \\[y\\](z) \\`c\\`");
    }
}
