//! Actions: menu → plan → confirmation → calls → following each row until its new state is real.

mod following;
pub mod outcome;
pub(super) mod stakes;
pub mod undoing;

use std::{collections::HashSet, sync::Arc};

pub(super) use following::{acted, conversed, follow, held};

use super::{
    arranging, columns, copying,
    effect::{Effect, Order},
    forming, guard,
    line::Line,
    msg::Edit,
    navigate, relating,
    state::{Course, Menu, Overlay, Plan, Planned, Run, RunId, Screen, Scroll, State, Step, Tone},
};
use crate::{
    model::{Key, Problem, Remote, Resource, Severity, Text},
    service::{Action, Consequence, Kind, Values, executor::Policy, policy::Confirm},
};

pub(super) type Rows = Vec<(Key, Arc<Resource>)>;

/// What an action would apply to: the marked rows, or the row under the cursor.
fn subjects(state: &State) -> Rows {
    let Some(Screen::List(list)) = state.surface() else { return state.selected().into_iter().collect() };
    let Some(table) = state.fleet.tables.get(&list.kind.id) else { return Vec::new() };
    if list.marks.is_empty() || !matches!(state.screen(), Screen::List(_)) {
        return state.selected().into_iter().collect();
    }
    let mut rows: Rows = list.marks.iter().filter_map(|key| table.find(key)).map(|row| (row.key.clone(), row.resource.clone())).collect();
    rows.sort_by(|a, b| a.1.name.cmp(&b.1.name).then_with(|| a.0.cmp(&b.0)));
    rows
}

/// What was kept from an earlier start is for looking at: it may be of another account, and whatever it says may have changed.
fn refuse_remembered(state: &State, rows: &Rows) -> Result<(), String> {
    match rows.iter().find(|(key, _)| state.fleet.remembers(key)) {
        Some((_, row)) => Err(format!("{} is from the last start: wait until it is listed", row.name)),
        None => Ok(()),
    }
}

/// Opens the action menu.
pub(super) fn menu(state: &mut State) {
    let rows = subjects(state);
    if let Err(complaint) = refuse_remembered(state, &rows) {
        return state.toast(Tone::Bad, &complaint);
    }
    match state.kind() {
        Some(kind) if !rows.is_empty() && !kind.actions.is_empty() => {
            let fits = |action: &Action| rows.iter().any(|(_, row)| (action.offered)(row).is_ok());
            let cursor = kind.actions.iter().position(fits).unwrap_or(0);
            state.nav.overlay = Some(Overlay::Menu(Menu { kind, rows, cursor }));
        }
        Some(kind) if kind.actions.is_empty() => state.toast(Tone::Plain, &format!("there is nothing to do to {}", kind.title)),
        _ => {}
    }
}

/// Moves the highlight of a menu, or scrolls a plan.
pub(super) fn travel(state: &mut State, step: isize) {
    let columns = state.list().map_or(0, |list| columns::every(state, list).len());
    let clamped = |cursor: usize, count: usize| cursor.saturating_add_signed(step).min(count.saturating_sub(1));
    match &mut state.nav.overlay {
        Some(Overlay::Menu(menu)) => menu.cursor = clamped(menu.cursor, menu.kind.actions.len()),
        Some(Overlay::Below(below)) => below.cursor = clamped(below.cursor, below.kind.opens.len()),
        Some(Overlay::Themes(_)) => state.theming.step(step),
        Some(Overlay::Copying(copying)) => copying.cursor = clamped(copying.cursor, copying.offers.len()),
        Some(Overlay::Related(related)) => related.cursor = clamped(related.cursor, related.branches.len()),
        Some(Overlay::Columns(arranging)) => arranging.cursor = clamped(arranging.cursor, columns),
        // Drawing alone knows how many lines it has; a plan has no more than a few for each row.
        Some(Overlay::Plan(plan)) => plan.scroll.top = clamped(plan.scroll.top, 8 * (plan.rows.len() + plan.refused.len() + 2)),
        Some(Overlay::Form(_) | Overlay::Prompt(_) | Overlay::Offer(_)) | None => {}
    }
}

/// Takes a key inside a menu.
pub(super) fn picked(state: &mut State, key: char) -> Vec<Effect> {
    if matches!(state.nav.overlay, Some(Overlay::Columns(_))) {
        arranging::picked(state, key);
        return Vec::new();
    }
    if matches!(state.nav.overlay, Some(Overlay::Below(_))) {
        navigate::pick_below(state, key);
        return Vec::new();
    }
    match state.nav.overlay {
        Some(Overlay::Related(_)) => return relating::pick(state, key),
        Some(Overlay::Copying(_)) => return copying::pick(state, key),
        _ => {}
    }
    let Some(Overlay::Menu(menu)) = &state.nav.overlay else { return Vec::new() };
    match menu.kind.actions.iter().find(|action| action.key == key) {
        Some(action) => choose(state, action),
        None => Vec::new(),
    }
}

/// Takes the highlighted action of the menu.
pub(super) fn pick_highlighted(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Menu(menu)) = &state.nav.overlay else { return Vec::new() };
    match menu.kind.actions.get(menu.cursor) {
        Some(action) => choose(state, action),
        None => Vec::new(),
    }
}

fn choose(state: &mut State, action: &'static Action) -> Vec<Effect> {
    let Some(Overlay::Menu(menu)) = state.nav.overlay.take() else { return Vec::new() };
    begin(state, action, menu.kind, menu.rows).unwrap_or_else(|complaint| {
        state.toast(Tone::Bad, &complaint);
        Vec::new()
    })
}

/// Asks for what the action wants to know, or plans it at once when that is nothing.
fn begin(state: &mut State, action: &'static Action, kind: &'static Kind, rows: Rows) -> Result<Vec<Effect>, String> {
    if action.inputs.is_empty() {
        return plan(state, action, kind, rows, Values::default());
    }
    refuse_read_only(state)?;
    let takes = |(key, row): &&(Key, Arc<Resource>)| (action.offered)(row).is_ok() && guard::refusal(state, key, row).is_none();
    let Some((key, first)) = rows.iter().find(takes).cloned() else {
        let (key, row) = rows.first().ok_or("no row is selected")?;
        let why = (action.offered)(row).err().map(str::to_owned).or_else(|| guard::refusal(state, key, row)).unwrap_or_default();
        return Err(format!("cannot {} {}: {why}", action.id, row.name));
    };
    Ok(forming::open(state, action, kind, rows, (key, &first)))
}

fn refuse_read_only(state: &State) -> Result<(), String> {
    match state.setup.policy {
        Policy::ReadOnly => Err(state.standing.why_read_only().to_owned()),
        Policy::Operator => Ok(()),
    }
}

/// Begins an action by its name, for the marked rows or the row under the cursor.
pub(super) fn begin_for(state: &mut State, action: &'static Action) -> Result<Vec<Effect>, String> {
    let Some(kind) = state.kind() else { return Err("no row is selected".to_owned()) };
    let rows = subjects(state);
    refuse_remembered(state, &rows)?;
    begin(state, action, kind, rows)
}

/// Works out what an action would do, and lays it before the user.
pub(super) fn plan(
    state: &mut State,
    action: &'static Action,
    kind: &'static Kind,
    rows: Rows,
    values: Values,
) -> Result<Vec<Effect>, String> {
    refuse_read_only(state)?;
    let busy = busy(state);
    let reason = |key: &Key, row: &Resource| {
        let under_way = busy.contains(key).then(|| "another action on it is under way".to_owned());
        under_way.or_else(|| (action.offered)(row).err().map(str::to_owned)).or_else(|| guard::refusal(state, key, row))
    };
    let mut refused = Vec::new();
    let mut able = Vec::new();
    for (key, resource) in rows {
        match reason(&key, &resource) {
            None => able.push(Planned { consequences: (action.consequences)(&resource, &values), key, resource }),
            Some(why) => refused.push((resource.name.clone(), Text::new(&why))),
        }
    }
    if able.is_empty() {
        let (name, why) = refused.first().ok_or("no row is selected")?;
        return Err(format!("cannot {} {name}: {why}", action.id));
    }
    Ok(propose(state, action, kind, able, refused, values))
}

/// Rows that an unfinished run is working on: nothing is done to them twice.
fn busy(state: &State) -> HashSet<Key> {
    let rows = state.runs.iter().flat_map(|run| &run.rows);
    rows.filter(|(_, _, step)| !step.over()).map(|(key, ..)| key.clone()).collect()
}

fn propose(
    state: &mut State,
    action: &'static Action,
    kind: &'static Kind,
    mut rows: Vec<Planned>,
    refused: Vec<(Text, Text)>,
    values: Values,
) -> Vec<Effect> {
    let stakes = stakes::weigh(state, action, kind, &mut rows);
    let id = RunId(state.next_run);
    state.next_run += 1;
    let mut probe = Remote::default();
    let subjects = rows.iter().map(|row| (row.key.clone(), row.resource.clone())).collect();
    let order = Order {
        run: id,
        kind: kind.id,
        action: action.id,
        rows: subjects,
        values: values.clone(),
        confirmed: Text::default(),
        confirm: Confirm::Usual,
        lifted: None,
    };
    let effects = match action.probe {
        Some(_) => {
            probe.ask(state.now);
            vec![Effect::Probe(order)]
        }
        None => Vec::new(),
    };
    let expects = stakes::expected(action, &rows, guard::confirm(state, &rows), state.many, stakes);
    state.nav.overlay = Some(Overlay::Plan(Plan {
        id,
        kind,
        action,
        rows,
        refused,
        values,
        probe,
        expects,
        typed: Line::default(),
        scroll: Scroll::default(),
    }));
    effects
}

/// Takes what AWS said beforehand; what it calls grave, such as protection, is confirmed by typing.
pub(super) fn probed(state: &mut State, run: RunId, result: Result<Vec<Consequence>, Problem>) {
    let now = state.now;
    if let Some(Overlay::Plan(plan)) = &mut state.nav.overlay
        && plan.id == run
    {
        let grave = |notes: &Vec<Consequence>| notes.iter().any(|note| note.severity == Severity::Critical);
        if result.as_ref().is_ok_and(grave) && plan.expects.is_none() {
            plan.expects = Some(stakes::word(&plan.rows));
        }
        plan.probe.answer(result, now);
    }
}

/// Takes an edit of the confirmation.
pub(super) fn typed(state: &mut State, edit: &Edit) -> Vec<Effect> {
    let Some(Overlay::Plan(mut plan)) = state.nav.overlay.take() else { return Vec::new() };
    match edit {
        Edit::Cancel => {
            state.toast(Tone::Plain, &format!("{} given up: nothing was done", plan.action.id));
            return Vec::new();
        }
        Edit::Submit if plan.expects.as_deref().is_none_or(|expected| expected == plan.typed.text()) => {
            let how = plan.expects.as_ref().map_or_else(|| "y".into(), |word| format!("typed {word}").into());
            let confirm = if plan.expects.is_some() { Confirm::Typed } else { Confirm::Usual };
            return confirmed(state, plan, how, confirm);
        }
        Edit::Submit => {}
        edit => {
            plan.typed.edit(edit);
        }
    }
    state.nav.overlay = Some(Overlay::Plan(plan));
    Vec::new()
}

/// Begins the run of a plan that was confirmed, unless a lock has come back since it was laid out.
pub(super) fn confirmed(state: &mut State, plan: Plan, how: Text, confirm: Confirm) -> Vec<Effect> {
    if let Some(why) = plan.rows.iter().find_map(|row| guard::refusal(state, &row.key, &row.resource)) {
        state.toast(Tone::Bad, &format!("{} was not done: {why}", plan.action.id));
        return Vec::new();
    }
    let rows: Rows = plan.rows.into_iter().map(|row| (row.key, row.resource)).collect();
    let steps = rows.iter().map(|(key, resource)| (key.clone(), resource.name.clone(), Step::Calling)).collect();
    let before = rows.iter().map(|(_, resource)| resource.clone()).collect();
    let (values, bulk) = (plan.values, rows.len() > 1);
    state.runs.push(Run {
        id: plan.id,
        kind: plan.kind,
        action: plan.action,
        values: values.clone(),
        note: Text::default(),
        started: state.now,
        rows: steps,
        before,
        course: Course::UnderWay,
        held: None,
    });
    for screen in &mut state.nav.screens {
        if let Screen::List(list) = screen {
            list.marks.clear();
        }
    }
    if bulk || matches!(state.screen(), Screen::Outcome(_)) {
        outcome::show(state, plan.id);
    }
    vec![Effect::Act(Order {
        run: plan.id,
        kind: plan.kind.id,
        action: plan.action.id,
        rows,
        values,
        confirmed: how,
        confirm,
        lifted: state.guard.lifted(),
    })]
}
#[cfg(test)]
mod tests;
