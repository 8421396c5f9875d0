//! Actions: menu → plan → confirmation → calls → following each row until its new state is real.

pub mod outcome;
mod stakes;
pub mod undoing;

use std::{collections::HashSet, sync::Arc};

use super::{
    effect::{Effect, Order},
    forming,
    line::Line,
    msg::Edit,
    navigate,
    state::{Course, Menu, Overlay, Plan, Planned, Run, RunId, Screen, Scroll, State, Step, Tone},
};
use crate::{
    model::{Key, KindId, Problem, ProblemKind, Remote, Resource, Severity, Text, format},
    service::{Action, Consequence, Kind, Progress, Receipt, Values, executor::Policy, ledger::lost},
};

/// Seconds after a lost answer in which the state must have begun to change; else the call is taken not to have arrived.
const DOUBT: i64 = 45;

pub(super) type Rows = Vec<(Key, Arc<Resource>)>;

/// What an action would apply to: the marked rows, or the row under the cursor.
fn subjects(state: &State) -> Rows {
    let Some(list) = state.list() else { return Vec::new() };
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
    match state.list().map(|list| list.kind) {
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
    let clamped = |cursor: usize, count: usize| cursor.saturating_add_signed(step).min(count.saturating_sub(1));
    match &mut state.nav.overlay {
        Some(Overlay::Menu(menu)) => menu.cursor = clamped(menu.cursor, menu.kind.actions.len()),
        Some(Overlay::Below(below)) => below.cursor = clamped(below.cursor, below.kind.opens.len()),
        // Drawing alone knows how many lines it has; a plan has no more than a few for each row.
        Some(Overlay::Plan(plan)) => plan.scroll.top = clamped(plan.scroll.top, 8 * (plan.rows.len() + plan.refused.len() + 2)),
        Some(Overlay::Form(_) | Overlay::Prompt(_) | Overlay::Offer(_)) | None => {}
    }
}

/// Takes a key inside a menu.
pub(super) fn picked(state: &mut State, key: char) -> Vec<Effect> {
    if matches!(state.nav.overlay, Some(Overlay::Below(_))) {
        navigate::pick_below(state, key);
        return Vec::new();
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
    let takes = |(_, row): &&(Key, Arc<Resource>)| (action.offered)(row).is_ok();
    let Some((key, first)) = rows.iter().find(takes).cloned() else {
        let (_, row) = rows.first().ok_or("no row is selected")?;
        return Err(format!("cannot {} {}: {}", action.id, row.name, (action.offered)(row).err().unwrap_or_default()));
    };
    Ok(forming::open(state, action, kind, rows, (key, &first)))
}

fn refuse_read_only(state: &State) -> Result<(), String> {
    match state.setup.policy {
        Policy::ReadOnly => Err("this session is read-only: start qd without --read-only to act".to_owned()),
        Policy::Operator => Ok(()),
    }
}

/// Begins an action by its name, for the marked rows or the row under the cursor.
pub(super) fn begin_for(state: &mut State, action: &'static Action) -> Result<Vec<Effect>, String> {
    let Some(kind) = state.list().map(|list| list.kind) else { return Err("nothing is listed".to_owned()) };
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
    let reason =
        |key: &Key, row: &Resource| if busy.contains(key) { Err("another action on it is under way") } else { (action.offered)(row) };
    let mut refused = Vec::new();
    let mut able = Vec::new();
    for (key, resource) in rows {
        match reason(&key, &resource) {
            Ok(()) => able.push(Planned { consequences: (action.consequences)(&resource, &values), key, resource }),
            Err(why) => refused.push((resource.name.clone(), Text::new(why))),
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
    let order = Order { run: id, kind: kind.id, action: action.id, rows: subjects, values: values.clone(), confirmed: Text::default() };
    let effects = match action.probe {
        Some(_) => {
            probe.ask(state.now);
            vec![Effect::Probe(order)]
        }
        None => Vec::new(),
    };
    let expects = stakes::expected(action, &rows, state.many, stakes);
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
            return confirmed(state, plan, how);
        }
        Edit::Submit => {}
        edit => {
            plan.typed.edit(edit);
        }
    }
    state.nav.overlay = Some(Overlay::Plan(plan));
    Vec::new()
}

/// Begins the run of a plan that was confirmed.
pub(super) fn confirmed(state: &mut State, plan: Plan, how: Text) -> Vec<Effect> {
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
    });
    for screen in &mut state.nav.screens {
        if let Screen::List(list) = screen {
            list.marks.clear();
        }
    }
    if bulk || matches!(state.screen(), Screen::Outcome(_)) {
        outcome::show(state, plan.id);
    }
    vec![Effect::Act(Order { run: plan.id, kind: plan.kind.id, action: plan.action.id, rows, values, confirmed: how })]
}

/// Takes the outcome of the calls: accepted rows are followed, refused ones are told.
pub(super) fn acted(state: &mut State, id: RunId, outcomes: Vec<(Key, Result<Receipt, Problem>)>) {
    let now = state.now;
    let Some(at) = state.runs.iter().position(|run| run.id == id) else { return };
    for (key, outcome) in outcomes {
        let step = match outcome {
            Ok(receipt) => {
                received(state, at, &key, receipt);
                Step::Following { since: now, doubt: None }
            }
            Err(problem) if problem.kind == ProblemKind::Unsent => Step::Unsent,
            Err(problem) if lost(&problem) => Step::Following { since: now, doubt: Some(problem) },
            Err(problem) => Step::Failed(problem),
        };
        finish(state, at, &key, step);
    }
}

/// Tells what AWS said beside "taken"; a report opens by itself where it takes nothing from the user's hands.
fn received(state: &mut State, at: usize, key: &Key, receipt: Receipt) {
    let run = &state.runs[at];
    let name = run.rows.iter().find(|(known, ..)| known == key).map_or_else(Text::default, |(_, name, _)| name.clone());
    let title = Text::new(&format!("{} {name}", run.action.id));
    state.former.extend(receipt.former.into_iter().map(|(id, value)| ((key.clone(), id), value)));
    if !receipt.note.is_empty() {
        state.runs[at].note = receipt.note;
    }
    if !receipt.report.is_empty() {
        state.report = Some((title, state.now, receipt.report));
        if state.nav.overlay.is_none() && matches!(state.screen(), Screen::List(_) | Screen::Detail(_) | Screen::Report(_)) {
            navigate::report(state);
        }
    }
}

/// Sees how far the followed rows of a kind have come.
pub(super) fn follow(state: &mut State, kind: KindId) {
    let mut steps = Vec::new();
    for (at, run) in state.runs.iter().enumerate().filter(|(_, run)| run.kind.id == kind) {
        for (row, (key, _, step)) in run.rows.iter().enumerate() {
            let Step::Following { since, doubt } = step else { continue };
            let next = match doubt.as_ref().filter(|_| tells_nothing(run, row)) {
                Some(problem) => Some(Step::Failed(unknown(problem))),
                None => next_step(state, run, key, since.as_second(), doubt.as_ref()),
            };
            steps.extend(next.map(|next| (at, key.clone(), next)));
        }
    }
    for (at, key, step) in steps {
        finish(state, at, &key, step);
    }
}

fn next_step(state: &State, run: &Run, key: &Key, since: i64, doubt: Option<&Problem>) -> Option<Step> {
    let resource = state.resource(key);
    let waited = state.now.as_second() - since;
    let untouched = resource.as_deref().is_some_and(|row| (run.action.offered)(row).is_ok());
    match ((run.action.progress)(resource.as_deref(), &run.values), doubt) {
        (_, Some(problem)) if untouched && waited > DOUBT => Some(Step::Failed(unheard(problem))),
        (Progress::Settled, Some(_)) if untouched => None,
        (Progress::Settled, _) => Some(Step::Done { at: state.now }),
        (Progress::Astray(reason), _) => Some(Step::Failed(Problem::new(
            ProblemKind::Conflict,
            format!("it did not {}: {reason}", run.action.id),
            "look at its reason and events",
        ))),
        (Progress::Moving, _) if waited > state.patience => Some(Step::Failed(Problem::new(
            ProblemKind::Timeout,
            format!("not there after {}", format::age(state.patience)),
            "it may still come; look at its state",
        ))),
        (Progress::Moving, _) => None,
    }
}

/// True when the row was where the action would send it before anything was sent: a reboot, an invocation, a refresh show in no state.
fn tells_nothing(run: &Run, row: usize) -> bool {
    run.before.get(row).is_some_and(|before| (run.action.progress)(Some(before), &run.values) == Progress::Settled)
}

fn unknown(problem: &Problem) -> Problem {
    let headline = format!("the answer was lost ({}), and its state does not show whether it was done", problem.headline);
    Problem { headline: Text::new(&headline), hint: Text::new("look at its events or its log before you do it again"), ..problem.clone() }
}

fn unheard(problem: &Problem) -> Problem {
    let headline = format!("the answer was lost ({}) and its state has not changed", problem.headline);
    Problem {
        headline: Text::new(&headline),
        hint: Text::new("it was probably not done; look at its state, then try again"),
        ..problem.clone()
    }
}

/// Sets a row's step, and tells the end of a run.
fn finish(state: &mut State, at: usize, key: &Key, step: Step) {
    let run = &mut state.runs[at];
    let verb = run.action.id;
    let Some((_, name, known)) = run.rows.iter_mut().find(|(known, ..)| known == key) else { return };
    let name = name.clone();
    *known = step.clone();
    if let Step::Failed(problem) = step {
        state.note_failure(&format!("{verb} {name}"), problem.clone());
        state.toast(Tone::Bad, &format!("{verb} {name}: {}", problem.line()));
    }
    let run = &state.runs[at];
    if run.rows.iter().all(|(_, _, step)| step.over()) {
        conclude(state, at, &name);
    }
}

/// Tells the end of a run; the failure of a single row has been told.
fn conclude(state: &mut State, at: usize, name: &Text) {
    let run = &state.runs[at];
    let (verb, tally) = (run.action.id, outcome::Tally::of(run));
    let words = match (run.rows.len(), run.note.as_str()) {
        (1, _) if tally.unsent > 0 => format!("{verb} {name}: not sent"),
        (1, "") => format!("{verb} {name}: done"),
        (1, note) => format!("{verb} {name}: {note}"),
        _ => format!("{verb}: {}", tally.words()),
    };
    if tally.failed < run.rows.len() {
        state.toast(Tone::Plain, &words);
    }
}

#[cfg(test)]
mod tests;
