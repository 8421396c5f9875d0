//! Copying and saving: the words of a row, the row, and the table as it is on the screen.

use super::{
    effect::Effect,
    sheet::{self, Form, Goal, Sheet},
    state::{Overlay, Source, State, Tone},
};
use crate::model::{Key, Resource, Text};

/// What can be copied, to choose from.
#[derive(Debug)]
pub struct Copying {
    /// What stands over it: the name of the row, or of the list.
    pub title: Text,
    /// What there is; never empty.
    pub offers: Vec<Offer>,
    /// The highlighted one.
    pub cursor: usize,
}

/// Something that can be copied.
#[derive(Debug)]
pub struct Offer {
    /// The letter that picks it.
    pub key: char,
    /// What it is.
    pub title: &'static str,
    /// What is copied.
    pub what: What,
}

/// What is copied.
#[derive(Debug)]
pub enum What {
    /// These words.
    Words(String),
    /// The row under the cursor.
    Row,
    /// The rows of the list, of which there are so many.
    Rows(Form, usize),
}

/// Offers what can be copied.
pub(super) fn open(state: &mut State) {
    let Some(kind) = state.kind() else { return };
    let selected = state.selected();
    let title = selected.as_ref().map_or_else(|| Text::new(kind.title), |(_, row)| row.name.clone());
    let mut offers = selected.map(|(key, row)| of_row(state, &key, &row)).unwrap_or_default();
    let rows = sheet::length(state);
    if rows > 0 {
        let table = |key, title, form| Offer { key, title, what: What::Rows(form, rows) };
        offers.extend([table('t', "the table as CSV", Form::Csv), table('m', "the table as Markdown", Form::Markdown)]);
    }
    if offers.is_empty() {
        return state.toast(Tone::Plain, "there is nothing to copy");
    }
    state.nav.overlay = Some(Overlay::Copying(Copying { title, offers, cursor: 0 }));
}

fn of_row(state: &State, key: &Key, row: &Resource) -> Vec<Offer> {
    let (Some(kind), Some(known)) = (state.kind(), state.fleet.targets.get(usize::from(key.target.0))) else { return Vec::new() };
    let place = (state.account(key.target), &known.target);
    let endpoint = match &state.setup.source {
        Source::Endpoint(url) => Some(url.as_str()),
        Source::Aws | Source::Demo => None,
    };
    let words = [
        ('i', "id", row.id.to_string()),
        ('n', "name", row.name.to_string()),
        ('a', "ARN", (kind.arn)(row, place.0, place.1)),
        ('l', "line for the AWS CLI", kind.command_line(row, place, endpoint)),
        ('u', "address in AWS's console", kind.page(row, place)),
    ];
    let told = words.into_iter().filter(|(.., words)| !words.is_empty());
    let offers = told.map(|(key, title, words)| Offer { key, title, what: What::Words(words) });
    offers.chain([Offer { key: 'o', title: "the row as JSON", what: What::Row }]).collect()
}

/// Copies the id of the row.
pub(super) fn id(state: &mut State) -> Vec<Effect> {
    let id = state.selected().map(|(key, _)| key.id.to_string());
    id.map(|id| words_of(state, id)).unwrap_or_default()
}

/// Copies the ARN of the row.
pub(super) fn arn(state: &mut State) -> Vec<Effect> {
    let (Some(kind), Some((key, row))) = (state.kind(), state.selected()) else { return Vec::new() };
    let target = state.fleet.targets.get(usize::from(key.target.0)).map(|known| &known.target);
    match target.map(|target| (kind.arn)(&row, state.account(key.target), target)) {
        Some(arn) if !arn.is_empty() => words_of(state, arn),
        _ => {
            state.toast(Tone::Plain, &format!("a {} has no ARN", kind.noun));
            Vec::new()
        }
    }
}

/// Takes a letter of the menu.
pub(super) fn pick(state: &mut State, letter: char) -> Vec<Effect> {
    let at = match &state.nav.overlay {
        Some(Overlay::Copying(copying)) => copying.offers.iter().position(|offer| offer.key == letter),
        _ => None,
    };
    at.map(|at| choose(state, at)).unwrap_or_default()
}

/// Copies one of what is offered.
pub(super) fn choose(state: &mut State, at: usize) -> Vec<Effect> {
    let Some(Overlay::Copying(mut copying)) = state.nav.overlay.take() else { return Vec::new() };
    if at >= copying.offers.len() {
        return Vec::new();
    }
    let (sheet, form) = match copying.offers.swap_remove(at).what {
        What::Words(words) => return words_of(state, words),
        What::Row => (sheet::of_row(state), Form::Object),
        What::Rows(form, _) => (sheet::of(state), form),
    };
    sheet.map(|sheet| write(sheet, form, Goal::Clipboard)).into_iter().collect()
}

/// Copies words, and says so.
fn words_of(state: &mut State, words: String) -> Vec<Effect> {
    state.toast(Tone::Plain, &format!("copied {words}"));
    vec![Effect::Copy(words)]
}

fn write(sheet: Sheet, form: Form, goal: Goal) -> Effect {
    Effect::Write { sheet: sheet.into(), form, goal }
}

/// Saves the table: under this name, or under one of its own in the folder for tables.
pub(super) fn save(state: &mut State, file: Option<&str>) -> Result<Vec<Effect>, String> {
    let sheet = sheet::of(state).ok_or("there is nothing to save")?;
    let (form, goal) = match file {
        Some(file) => (Form::named(file).ok_or("a file of a table ends in .csv, .json, .ndjson or .md")?, Goal::File(file.to_owned())),
        None => (Form::Csv, Goal::Folder(format!("{}-{}.csv", sheet.kind.id, state.now.strftime("%Y%m%dT%H%M%SZ")))),
    };
    Ok(vec![write(sheet, form, goal)])
}

/// Saves the table under a name of its own.
pub(super) fn save_as_usual(state: &mut State) -> Vec<Effect> {
    save(state, None).unwrap_or_else(|complaint| {
        state.toast(Tone::Bad, &complaint);
        Vec::new()
    })
}

/// Rows have been written as a text to copy.
pub(super) fn composed(state: &mut State, form: Form, rows: usize, text: String) -> Vec<Effect> {
    let words = match form {
        Form::Object => "copied the row as JSON".to_owned(),
        form => format!("copied {} as {}", counted(rows), form.word()),
    };
    state.toast(Tone::Plain, &words);
    vec![Effect::Copy(text)]
}

/// Rows have been written to a file, whose path comes back, or have not.
pub(super) fn saved(state: &mut State, rows: usize, result: Result<String, String>) {
    match result {
        Ok(path) => state.toast(Tone::Plain, &format!("saved {} to {path}", counted(rows))),
        Err(why) => state.warn(&format!("not saved: {why}")),
    }
}

fn counted(rows: usize) -> String {
    format!("{rows} row{}", if rows == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests;
