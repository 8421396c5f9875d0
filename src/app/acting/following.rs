//! What becomes of the rows of a run: accepted ones are looked at until their new state is real, refused ones are told.

use super::outcome::Tally;
use crate::{
    app::{
        effect::Effect,
        navigate,
        state::{Run, RunId, Screen, State, Step, Throttled, Tone},
    },
    model::{Key, KindId, Problem, ProblemKind, Text, format},
    service::{Progress, Receipt, executor::Held, ledger::lost},
};

/// Seconds after a lost answer in which the state must have begun to change; else the call is taken not to have arrived.
const DOUBT: i64 = 45;

/// Takes the outcome of the calls: accepted rows are followed, refused ones are told, sessions are held.
pub(in crate::app) fn acted(state: &mut State, id: RunId, outcomes: Vec<(Key, Result<Receipt, Problem>)>) -> Vec<Effect> {
    let now = state.now;
    let mut effects = Vec::new();
    let Some(at) = state.runs.iter().position(|run| run.id == id) else { return effects };
    for (key, outcome) in outcomes {
        let step = match outcome {
            Ok(receipt) => {
                effects.extend(received(state, at, &key, receipt));
                Step::Following { since: now, doubt: None }
            }
            Err(problem) if problem.kind == ProblemKind::Unsent => Step::Unsent,
            Err(problem) if lost(&problem) => Step::Following { since: now, doubt: Some(problem) },
            Err(problem) => Step::Failed(problem),
        };
        finish(state, at, &key, step);
    }
    effects
}

/// Takes note that a session is over, which is told with the end of the run. One that could not be held has failed.
pub(in crate::app) fn conversed(state: &mut State, id: RunId, key: &Key, result: Result<(), Problem>) {
    let Some(at) = state.runs.iter().position(|run| run.id == id) else { return };
    match result {
        Ok(()) => state.runs[at].note = Text::new("the session is over"),
        Err(problem) => finish(state, at, key, Step::Failed(problem)),
    }
}

/// Takes note that AWS throttles; of a run of many rows the outcome in front says so.
pub(in crate::app) fn held(state: &mut State, id: RunId, latest: Held) {
    let now = state.now;
    let Some(run) = state.runs.iter_mut().find(|run| run.id == id) else { return };
    let times = run.held.map_or(0, |before| before.times) + 1;
    run.held = Some(Throttled { times, latest, at: now });
    if let [(_, name, _)] = run.rows.as_slice() {
        let words = format!("{} {name}: AWS throttles, so it is sent again in {} s", run.action.id, latest.pause.as_secs());
        state.toast(Tone::Plain, &words);
    }
}

/// Tells what AWS said beside "taken"; a report opens by itself where it takes nothing from the user's hands. Gives the session that was opened.
fn received(state: &mut State, at: usize, key: &Key, receipt: Receipt) -> Option<Effect> {
    let run = &state.runs[at];
    let name = run.rows.iter().find(|(known, ..)| known == key).map_or_else(Text::default, |(_, name, _)| name.clone());
    let title = Text::new(&format!("{} {name}", run.action.id));
    let session = receipt.session.map(|session| Effect::Converse(run.id, key.clone(), session));
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
    session
}

/// Sees how far the followed rows of a kind have come.
pub(in crate::app) fn follow(state: &mut State, kind: KindId) {
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
    let (verb, tally) = (run.action.id, Tally::of(run));
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
