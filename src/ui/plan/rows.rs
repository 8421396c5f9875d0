//! The rows of a plan, every one with its name, its id and its place: what is confirmed is what is read here.

use ratatui::text::{Line, Span};

use crate::{
    app::state::{Plan, Planned, State},
    ui::{
        text::{self, count},
        theme::Theme,
    },
};

/// Cells of the longest name that is shown whole.
const NAME: usize = 36;

/// The one row, below the place: nothing is confirmed without its name and its id in sight.
pub(super) fn only<'a>(plan: &Plan, theme: &Theme, width: usize) -> Option<Line<'a>> {
    let [row] = plan.rows.as_slice() else { return None };
    Some(Line::styled(text::cut(&named(row, 0), width).into_owned(), theme.text))
}

/// A line for each of several rows; with their places, where they are not all in one.
pub(super) fn lines<'a>(state: &State, plan: &Plan, theme: &Theme, width: usize) -> Vec<Line<'a>> {
    let [first, rest @ ..] = plan.rows.as_slice() else { return Vec::new() };
    if rest.is_empty() {
        return Vec::new();
    }
    let names = plan.rows.iter().map(|row| text::width(&name(row))).max().unwrap_or(0);
    let apart = rest.iter().any(|row| row.key.target != first.key.target);
    let line = |row: &Planned| {
        let place = if apart { format!("  {}", state.place(row.key.target)) } else { String::new() };
        let words = format!("{}{place}", named(row, names));
        Line::from(Span::styled(format!("  {}", text::cut(&words, width.saturating_sub(2))), theme.text))
    };
    let heading = [Line::default(), Line::styled(format!("these {}:", count(plan.rows.len(), plan.kind.noun)), theme.label)];
    heading.into_iter().chain(plan.rows.iter().map(line)).collect()
}

fn name(row: &Planned) -> String {
    text::cut(row.resource.name.as_str(), NAME).into_owned()
}

/// `web-1a  i-0559e5d2d67be3a64`; what is called by its id is called once.
fn named(row: &Planned, names: usize) -> String {
    let name = name(row);
    if row.resource.name == row.key.id {
        return name;
    }
    format!("{name}{}  {}", " ".repeat(names.saturating_sub(text::width(&name))), row.key.id)
}
