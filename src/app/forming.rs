//! Forms: what an action wants to know is entered, checked as it is typed, and turned into a plan.

use std::sync::Arc;

use super::{
    acting,
    editor::Editor,
    effect::Effect,
    msg::Edit,
    state::{Field, Form, Overlay, State, Tone},
};
use crate::{
    model::{Key, Resource},
    service::{Action, Input, Kind, Sort, Values},
};

type Rows = Vec<(Key, Arc<Resource>)>;

/// Opens the form of an action with what its first row suggests.
pub(super) fn open(state: &mut State, action: &'static Action, kind: &'static Kind, rows: Rows, first: (Key, &Resource)) -> Vec<Effect> {
    let (key, row) = first;
    let remembers = action.inputs.iter().any(|input| input.sort == Sort::Document);
    // What stood before stood so for one row: it is not proposed for several.
    let former = |input: &Input| state.former.get(&(key.clone(), input.id)).filter(|_| rows.len() == 1);
    let fields = action.inputs.iter().map(|input| field(input, &former(input).map_or_else(|| (input.initial)(row), ToString::to_string)));
    let fields = fields.collect();
    let mut form = Form { kind, action, rows, fields, at: 0 };
    check(&mut form);
    state.nav.overlay = Some(Overlay::Form(form));
    if remembers { vec![Effect::Recall(key)] } else { Vec::new() }
}

fn field(input: &'static Input, text: &str) -> Field {
    let editor = if input.sort == Sort::Document { Editor::new(text) } else { Editor::line(text) };
    Field { input, editor, complaint: None, history: Vec::new(), shown: None }
}

/// Every row must take what is entered; the first that does not says why.
fn check(form: &mut Form) {
    let rows: Vec<_> = form.rows.iter().filter(|(_, row)| (form.action.offered)(row).is_ok()).map(|(_, row)| row).collect();
    for field in &mut form.fields {
        let text = field.editor.text();
        field.complaint = rows.iter().find_map(|row| (field.input.check)(row, &text).err());
    }
}

/// Takes an edit.
pub(super) fn typed(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Form(mut form)) = state.nav.overlay.take() else { return Vec::new() };
    let sort = form.fields[form.at].input.sort;
    let last = form.at + 1 == form.fields.len();
    let effects = match (edit, sort) {
        (Edit::Cancel, _) => {
            state.toast(Tone::Plain, &format!("{} given up: nothing was done", form.action.id));
            return Vec::new();
        }
        (Edit::Outside, Sort::Document) => vec![Effect::Edit(form.fields[form.at].editor.text())],
        (Edit::Send, _) => return submit(state, form),
        (Edit::Submit, Sort::Line | Sort::Choice(_)) if last => return submit(state, form),
        _ => {
            enter(&mut form, edit, sort);
            Vec::new()
        }
    };
    check(&mut form);
    state.nav.overlay = Some(Overlay::Form(form));
    effects
}

fn enter(form: &mut Form, edit: &Edit, sort: Sort) {
    let field = &mut form.fields[form.at];
    match (edit, sort) {
        (Edit::Submit, Sort::Document) => field.editor.edit(&Edit::Break),
        (Edit::Next | Edit::Submit, _) => go(form, 1),
        (Edit::Previous, _) => go(form, -1),
        (Edit::Up, _) if sort != Sort::Document || field.editor.edge(edit) => go(form, -1),
        (Edit::Down, _) if sort != Sort::Document || field.editor.edge(edit) => go(form, 1),
        (Edit::Older, Sort::Document) => recall(field, 1),
        (Edit::Newer, Sort::Document) => recall(field, -1),
        (edit, Sort::Choice(words)) => turn(field, words, edit),
        (Edit::Break | Edit::Older | Edit::Newer | Edit::Outside | Edit::Send, _) => {}
        (edit, _) => field.editor.edit(edit),
    }
}

/// To the field at a position.
pub(super) fn jump(form: &mut Form, at: usize) {
    form.at = at.min(form.fields.len().saturating_sub(1));
}

/// To another field; from the last to the first and back.
fn go(form: &mut Form, step: isize) {
    let count = form.fields.len();
    form.at = (form.at + count).saturating_add_signed(step) % count;
}

/// To another of the words: the next, the one before, or the next that begins with a letter.
fn turn(field: &mut Field, words: &'static [&'static str], edit: &Edit) {
    let text = field.editor.text();
    let at = words.iter().position(|word| *word == text).unwrap_or(0);
    let chosen = match edit {
        Edit::Right | Edit::Char(' ') => (at + 1) % words.len(),
        Edit::Left => (at + words.len() - 1) % words.len(),
        Edit::Char(letter) => {
            (1..=words.len()).map(|step| (at + step) % words.len()).find(|at| words[*at].starts_with(*letter)).unwrap_or(at)
        }
        _ => at,
    };
    field.editor = Editor::new(words[chosen]);
}

/// Shows an older or newer entry; what was being written goes before the newest, so that it can be gone back to.
fn recall(field: &mut Field, step: isize) {
    if field.shown.is_none() {
        let now = field.editor.text();
        field.history.retain(|text| *text != now);
        field.history.insert(0, now);
    }
    let at = field.shown.unwrap_or(0).saturating_add_signed(step).min(field.history.len() - 1);
    field.shown = Some(at);
    field.editor = Editor::new(&field.history[at]);
}

/// Takes what was entered for the row before; the newest entry is shown unless something has been typed.
pub(super) fn recalled(state: &mut State, key: &Key, texts: Vec<String>) {
    let Some(Overlay::Form(form)) = &mut state.nav.overlay else { return };
    let Some((_, row)) = form.rows.iter().find(|(known, _)| known == key) else { return };
    let row = row.clone();
    if let Some(field) = form.fields.iter_mut().find(|field| field.input.sort == Sort::Document) {
        if let Some(newest) = texts.first().filter(|_| field.editor.text() == (field.input.initial)(&row)) {
            field.editor = Editor::new(newest);
        }
        field.history = texts;
        check(form);
    }
}

/// Takes the text that came back from the user's editor.
pub(super) fn edited(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Form(form)) = &mut state.nav.overlay {
        let at = form.at;
        form.fields[at].editor = Editor::new(text);
        check(form);
    }
    Vec::new()
}

/// Plans the action with what was entered, or goes to the field that is wrong.
fn submit(state: &mut State, mut form: Form) -> Vec<Effect> {
    check(&mut form);
    if let Some(wrong) = form.fields.iter().position(|field| field.complaint.is_some()) {
        form.at = wrong;
        state.nav.overlay = Some(Overlay::Form(form));
        return Vec::new();
    }
    let values = Values::new(form.fields.iter().map(|field| (field.input.id, field.editor.text())));
    let document = form.fields.iter().find(|field| field.input.sort == Sort::Document).map(|field| field.editor.text());
    let subject = form.rows.first().map(|(key, _)| key.clone());
    match acting::plan(state, form.action, form.kind, form.rows, values) {
        Ok(mut effects) => {
            effects.extend(subject.zip(document).map(|(key, text)| Effect::Remember(key, text)));
            effects
        }
        Err(complaint) => {
            state.toast(Tone::Bad, &complaint);
            Vec::new()
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
