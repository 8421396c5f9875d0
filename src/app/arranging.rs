//! Arranging columns: taken in and out, moved, made wider, scrolled past.

use super::{
    columns::{self, Choice, What},
    effect::Effect,
    navigate::Towards,
    state::{Arranging, Overlay, Screen, State, Tone},
};

/// Opens the choice of columns of the list in front.
pub(super) fn open(state: &mut State) {
    if matches!(state.screen(), Screen::List(_)) {
        state.nav.overlay = Some(Overlay::Columns(Arranging::default()));
    }
}

/// Takes a key of the choice: space takes a column in or out, `J` and `K` move it, `+` and `-` make it wider and narrower, and `R` puts
/// everything back.
pub(super) fn picked(state: &mut State, key: char) {
    let Some((cursor, list)) = arranging(state).zip(state.list()) else { return };
    let (kind, all) = (list.kind, columns::every(state, list));
    let Some(what) = all.get(cursor).copied() else { return };
    match key {
        ' ' => toggle(state, what),
        'J' => shift(state, &all, cursor, 1),
        'K' => shift(state, &all, cursor, -1),
        '+' => state.layouts.change(kind.id).widen(&what.id(kind), 1),
        '-' => state.layouts.change(kind.id).widen(&what.id(kind), -1),
        'R' => state.layouts.reset(kind.id),
        _ => {}
    }
}

fn arranging(state: &State) -> Option<usize> {
    match &state.nav.overlay {
        Some(Overlay::Columns(arranging)) => Some(arranging.cursor),
        _ => None,
    }
}

/// Moves the highlight further than by one.
pub(super) fn leap(state: &mut State, to: impl Fn(usize) -> usize) {
    let Some((cursor, list)) = arranging(state).zip(state.list()) else { return };
    let count = columns::every(state, list).len();
    state.nav.overlay = Some(Overlay::Columns(Arranging { cursor: to(cursor).min(count - 1) }));
}

/// Takes a column in or out. What the kind would do by itself is not written down.
fn toggle(state: &mut State, what: What) {
    if what == What::Name {
        return state.toast(Tone::Plain, "the name is in every list");
    }
    let Some(kind) = state.list().map(|list| list.kind) else { return };
    let shown = |state: &State| state.list().is_some_and(|list| columns::wanted(state, list).contains(&what));
    let (id, before) = (what.id(kind), shown(state));
    state.layouts.change(kind.id).choose(&id, None);
    if shown(state) == before {
        let choice = if before { Choice::Hidden } else { Choice::Shown };
        state.layouts.change(kind.id).choose(&id, Some(choice));
    }
}

/// Moves a column, and the cursor with it. The name stays where it is.
fn shift(state: &mut State, all: &[What], cursor: usize, step: isize) {
    let Some(list) = state.list() else { return };
    let kind = list.kind;
    let to = cursor.saturating_add_signed(step);
    if cursor == 0 || to == 0 || to >= all.len() {
        return;
    }
    let mut order: Vec<String> = all.iter().map(|what| what.id(kind).into_owned()).collect();
    order.swap(cursor, to);
    state.layouts.change(kind.id).arrange(order);
    state.nav.overlay = Some(Overlay::Columns(Arranging { cursor: to }));
}

/// Scrolls the columns behind the name.
pub(super) fn sideways(state: &mut State, towards: Towards) {
    let Screen::List(list) = state.screen() else { return };
    let fit = columns::on_screen(state, list);
    let shift = match towards {
        Towards::Start => fit.before.saturating_sub(1),
        Towards::End if fit.after == 0 => return state.toast(Tone::Plain, "there are no columns further to the right"),
        Towards::End => fit.before + 1,
    };
    if let Some(Screen::List(list)) = state.nav.screens.last_mut() {
        list.view.across.shift = shift;
    }
}

/// What was changed is kept once the choice is closed.
pub(super) fn due(state: &mut State) -> Option<Effect> {
    let open = matches!(state.nav.overlay, Some(Overlay::Columns(_)));
    (!open && state.layouts.take_unkept()).then(|| Effect::KeepLayouts(state.layouts.clone()))
}

#[cfg(test)]
mod tests;
