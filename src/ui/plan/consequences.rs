//! What a plan brings about: the same thing for many rows is said once, the gravest first.

use std::{cmp::Reverse, collections::BTreeMap};

use ratatui::text::Line;

use crate::{
    app::state::Plan,
    model::Severity,
    ui::{paragraph, text, theme::Theme},
};

/// Names said for one consequence.
const NAMES: usize = 6;

/// Every consequence with the rows it is for.
pub(super) fn lines<'a>(plan: &'a Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let mut groups: BTreeMap<(Reverse<Severity>, &str), Vec<&str>> = BTreeMap::new();
    for row in &plan.rows {
        for consequence in &row.consequences {
            groups.entry((Reverse(consequence.severity), consequence.text.as_str())).or_default().push(row.resource.name.as_str());
        }
    }
    let all = plan.rows.len();
    let mut lines: Vec<_> =
        groups.into_iter().flat_map(|((severity, words), rows)| group(severity.0, words, &rows, all, theme, width)).collect();
    if lines.is_empty() && all > 0 {
        lines.push(Line::styled("no consequences are known", theme.muted));
    }
    lines.extend(bare(plan, theme, width));
    lines
}

fn group<'a>(severity: Severity, words: &str, rows: &[&str], all: usize, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let style = if severity == Severity::Notice { theme.text } else { theme.severity(severity) };
    let mut lines = paragraph::lit(severity.health(), words, style, theme, width);
    let whom = if rows.len() == all && all > 1 { format!("all {}", text::grouped(all)) } else { names(rows.iter().copied()) };
    if all > 1 {
        lines.push(Line::styled(format!("  {}", text::cut(&whom, width.saturating_sub(2))), theme.muted));
    }
    lines
}

/// The rows for which nothing was said, so that every row is accounted for.
fn bare<'a>(plan: &Plan, theme: &Theme, width: usize) -> Option<Line<'a>> {
    let silent: Vec<_> = plan.rows.iter().filter(|row| row.consequences.is_empty()).map(|row| row.resource.name.as_str()).collect();
    let words = format!("nothing else for {}", names(silent.iter().copied()));
    (!silent.is_empty() && silent.len() < plan.rows.len()).then(|| Line::styled(text::cut(&words, width).into_owned(), theme.muted))
}

/// Names by what is said of them, in the order first said.
pub(super) fn grouped<'a>(said: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(&'a str, String)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for (words, name) in said {
        match groups.iter_mut().find(|(known, _)| *known == words) {
            Some((_, names)) => names.push(name),
            None => groups.push((words, vec![name])),
        }
    }
    groups.into_iter().map(|(words, all)| (words, names(all.into_iter()))).collect()
}

/// `web-1a, web-1b and 12 more`.
fn names<'a>(all: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = all.len().saturating_sub(NAMES);
    let shown: Vec<_> = all.take(NAMES).collect();
    let rest = if more > 0 { format!(" and {} more", text::grouped(more)) } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}
