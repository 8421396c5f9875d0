//! `update(&mut State, Msg) -> Vec<Effect>`: the whole behaviour of the program.
//!
//! Invariant: pure. No IO, no clock, no failure, no waiting; time comes in as a message, everything else goes out as an effect.

pub mod acting;
pub mod alarming;
mod answers;
mod arranging;
pub mod awaiting;
pub mod charting;
mod chronicle;
pub mod columns;
pub mod command;
pub mod compare;
mod completing;
mod concerns;
pub mod copying;
pub mod direct;
pub mod discovering;
pub mod editor;
pub mod effect;
pub mod fleet;
mod forming;
pub mod geometry;
pub mod guard;
pub mod history;
pub mod home;
pub mod keeping;
pub mod lags;
pub mod line;
pub mod logging;
pub mod manner;
pub mod measuring;
pub mod meter;
pub mod msg;
pub mod navigate;
pub mod overview;
pub mod pacing;
mod palette;
pub mod pointing;
pub mod pricing;
mod prompts;
pub mod pulse;
mod ranks;
pub mod rate;
pub mod relating;
pub mod schedule;
pub mod settings;
pub mod sheet;
pub mod sight;
pub mod signing;
pub mod state;
pub mod targets;
pub mod theming;
pub mod thresholds;
mod toasting;
pub mod trail;
pub mod turns;
pub mod view;

use effect::Effect;
use jiff::Timestamp;
use msg::Msg;
use state::{Overlay, Screen, State};

/// Moves the program one step. Never waits, never reads the clock, never fails.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    if matches!(msg, Msg::Do(_) | Msg::Typed(_) | Msg::Picked(_) | Msg::Edited(_) | Msg::Pointed(..) | Msg::Rolled(_)) {
        state.pulse.touch(state.now);
    }
    match msg {
        Msg::Called(calls) => return targets::called(state, &calls),
        Msg::Tick(now) if !state.pulse.looks(now) => return pass(state, now),
        Msg::Tick(_) | Msg::Sift => {}
        _ => state.pulse.stir(),
    }
    let before = asked(&msg).then(|| (trail::spot(state), trail::here(state)));
    let mut effects = match msg {
        Msg::Tick(now) => tick(state, now),
        Msg::Resized(columns, rows) => {
            state.size = (columns, rows);
            Vec::new()
        }
        Msg::Focused(focus) => {
            state.pulse.focus(focus, state.now);
            Vec::new()
        }
        Msg::Do(command) => navigate::command(state, command),
        Msg::Typed(edit) => prompts::typed(state, &edit),
        Msg::Edited(text) => forming::edited(state, &text),
        Msg::Sift => {
            state.sifting = false;
            answers::sift_on(state);
            home::sift(state);
            relating::count_on(state);
            pricing::count_on(state);
            Vec::new()
        }
        Msg::Picked(key) => acting::picked(state, key),
        Msg::Configured(read) => settings::take(state, read),
        Msg::Pointed(spot, press) => pointing::pressed(state, spot, press),
        Msg::Rolled(rows) => navigate::roll(state, rows),
        Msg::Answered(epoch, answer) if epoch == state.epoch => answers::take(state, answer),
        Msg::Answered(..) | Msg::Called(_) => Vec::new(),
    };
    if let Some(before) = before {
        trail::note(state, before);
    }
    settle_window(state);
    effects.extend(go_on_sifting(state));
    effects.extend(arranging::due(state));
    effects.retain(|effect| !matches!(effect, Effect::Measure(_, queries) if queries.is_empty()));
    effects
}

/// True for what a user asked for.
fn asked(msg: &Msg) -> bool {
    !matches!(msg, Msg::Tick(_) | Msg::Resized(..) | Msg::Focused(_) | Msg::Sift | Msg::Answered(..))
}

/// Lets time pass in which nothing has come: what is due was looked for in this second already.
fn pass(state: &mut State, now: Timestamp) -> Vec<Effect> {
    state.now = now;
    toasting::tick(state);
    guard::tick(state).into_iter().collect()
}

fn tick(state: &mut State, now: Timestamp) -> Vec<Effect> {
    let locked = pass(state, now);
    concerns::expire(state);
    schedule::due(state).into_iter().chain(locked).collect()
}

/// One request at a time, however many keys and pages come meanwhile.
fn go_on_sifting(state: &mut State) -> Option<Effect> {
    let counting = relating::counting(state) || pricing::counting(state);
    let undecided = answers::undecided(state).next().is_some() || !state.findings.board.decided();
    let wanted = !state.sifting && (undecided || counting);
    state.sifting |= wanted;
    wanted.then_some(Effect::Sift)
}

/// The list scrolls only as far as the cursor needs: each step remembers where the window is.
fn settle_window(state: &mut State) {
    home::settle(state);
    let height = geometry::list_rows(state.size, state.nav.charts);
    let State { nav, fleet, size, .. } = state;
    for screen in &mut nav.screens {
        match screen {
            Screen::List(list) => {
                list.view.settle(height);
                if let Some(table) = fleet.tables.get(&list.kind.id) {
                    list.view.see(height, table);
                }
            }
            Screen::Targets(roster) => roster.settle(fleet, geometry::target_rows(*size)),
            _ => {}
        }
    }
}

/// True while a text is being typed, so that keys are characters.
pub fn typing(state: &State) -> bool {
    match &state.nav.overlay {
        Some(Overlay::Prompt(_) | Overlay::Form(_)) => true,
        Some(Overlay::Plan(plan)) => plan.expects.is_some(),
        Some(
            Overlay::Menu(_)
            | Overlay::Below(_)
            | Overlay::Related(_)
            | Overlay::Copying(_)
            | Overlay::Themes(_)
            | Overlay::Columns(_)
            | Overlay::Offer(_),
        )
        | None => false,
    }
}

#[cfg(test)]
mod tests;
