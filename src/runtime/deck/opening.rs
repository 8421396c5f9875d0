//! What the dashboard opens with: the state that was configured, and what was kept of the last session.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Start;
use crate::{
    app::{
        self,
        guard::Guard,
        keeping,
        manner::Manner,
        msg::{Answer, Msg},
        schedule::Watch,
        settings::blind,
        state::{Screen, Setup, State},
        theming::Theming,
    },
    model::Remote,
    runtime::{cache::Cache, layouts::LayoutFile, settings},
    service::{self, Kind},
};

/// How long the first frame waits for what was kept from the last start; what takes longer is drawn when it is there.
const HEAD_START: Duration = Duration::from_millis(36);

/// The state before anything has happened, as the configuration and the last session want it.
pub(super) fn state(start: &Start<'_>, size: (u16, u16)) -> State {
    let setup = Setup { policy: start.config.policy, source: start.config.source.clone() };
    let mut state = match start.config.open {
        Some(kind) => State::new(setup, start.targets.clone(), kind, size, Timestamp::now()),
        None => State::at_home(setup, start.targets.clone(), size, Timestamp::now()),
    };
    state.fleet.discoveries = start.seeds.iter().map(|seed| (*seed, Remote::default())).collect();
    state.meter.limit(start.config.budget);
    state.guard = Guard::of(start.config.rules.clone());
    state.many = start.config.confirm;
    state.theming = Theming::new(settings::names(start.config), &start.config.theme.name);
    state.watch = Watch::Fleet;
    state.manner = Manner { mouse: start.config.mouse, link: start.config.link };
    if let Some(Screen::List(list)) = state.nav.screens.last_mut() {
        list.view.filter.clone_from(&start.filter);
        list.view.filter_text.clone_from(&start.config.filter);
    }
    start.config.themes.wrong().iter().for_each(|wrong| state.warn(&wrong.to_string()));
    match start.environment.state_directory().map(|directory| LayoutFile::new(&directory).read()) {
        Some(Ok(layouts)) => state.layouts = layouts,
        Some(Err(why)) => state.warn(&why),
        None => {}
    }
    if let Some(warning) = &start.warning {
        state.warn(warning);
    }
    if let Some(wrong) = &start.broken {
        blind(&mut state, &wrong.to_string());
    }
    state
}

/// Puts what was kept of the list in front, or of all lists that findings come from, into the state, as much as is there in time; gives
/// back where the rest will come out.
pub(super) async fn recall(state: &mut State, cache: Option<&Cache>) -> UnboundedReceiver<Msg> {
    let deadline = tokio::time::Instant::now() + HEAD_START;
    let (out, mut memories) = unbounded_channel();
    let epoch = state.epoch;
    for kind in first(state).into_iter().filter(|kind| keeping::look_back(state, kind.id).is_some()).collect::<Vec<_>>() {
        if let Some(cache) = cache.cloned() {
            let out = out.clone();
            let tell = move |answer| drop(out.send(Msg::Answered(epoch, answer)));
            tokio::task::spawn_blocking(move || cache.look_back(kind, tell));
        } else {
            // Nobody waits for what nobody keeps.
            app::update(state, Msg::Answered(epoch, Answer::RememberedPoints(kind.id, Vec::new())));
        }
    }
    drop(out);
    while let Ok(Some(msg)) = tokio::time::timeout_at(deadline, memories.recv()).await {
        app::update(state, msg);
    }
    memories
}

/// The kinds that the first frame shows something of.
fn first(state: &State) -> Vec<&'static Kind> {
    state.list().map_or_else(|| service::watched().collect(), |list| vec![list.kind])
}
