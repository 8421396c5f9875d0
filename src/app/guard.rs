//! What policies allow where: asked before anything is planned, shown around the screen, lifted for a while and put back.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{
    effect::Effect,
    state::{Asks, Overlay, Planned, State, Tone},
};
use crate::{
    model::{Key, Resource, Text},
    service::{
        executor::Policy,
        policy::{Confirm, Label, Rules},
    },
};

/// Seconds for which a lock is lifted unless something else is said.
const USUAL: i64 = 600;
/// Seconds for which a lock is lifted at most.
const LONGEST: i64 = 3_600;

/// The rules, and whether their locks are lifted.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// What may be done where.
    pub rules: Arc<Rules>,
    lifted: Option<Timestamp>,
}

impl Guard {
    /// With these rules, all locks in place.
    pub fn of(rules: Rules) -> Self {
        Self { rules: Arc::new(rules), lifted: None }
    }

    /// Until when the locks are lifted, if they are.
    pub fn lifted(&self) -> Option<Timestamp> {
        self.lifted
    }

    /// Seconds until the locks come back, if they are lifted.
    pub fn left(&self, now: Timestamp) -> Option<i64> {
        self.lifted.map(|until| until.duration_since(now).as_secs()).filter(|left| *left > 0)
    }
}

/// What became of the locks of policies, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bolt {
    /// The ARNs of the callers that are known, each once.
    pub who: Vec<Text>,
    /// Where it went.
    pub to: Moved,
}

/// Where the bolt of all locks went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// The locks are lifted.
    Lifted {
        /// For so many seconds.
        seconds: i64,
        /// Until then.
        until: Timestamp,
    },
    /// The locks are in place again.
    Back(Because),
}

/// Why the locks are in place again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Somebody wanted it.
    Asked,
    /// The time was over.
    Over,
    /// Nobody watched.
    Unwatched,
    /// The program ends.
    Left,
}

impl Because {
    /// In the words of the journal.
    pub fn words(self) -> &'static str {
        match self {
            Self::Asked => "asked for",
            Self::Over => "the time was over",
            Self::Unwatched => "nobody watched",
            Self::Left => "the program ended",
        }
    }
}

/// What is shown of the policies: the label of the row in front, and otherwise one of something else that is in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// The row under the cursor is of it.
    Here(&'a Label),
    /// Another target on the screen is of it.
    Beside(&'a Label),
}

/// Why a policy lets nothing be done to this row now, if so.
pub fn refusal(state: &State, key: &Key, row: &Resource) -> Option<String> {
    if state.guard.left(state.now).is_some() {
        return None;
    }
    state.guard.rules.of(state.fleet.place(key.target), row).lock.map(|lock| lock.to_string())
}

/// How the rows of a plan have to be confirmed: as the strictest of them wants it.
pub(super) fn confirm(state: &State, rows: &[Planned]) -> Confirm {
    let one = |row: &Planned| state.guard.rules.of(state.fleet.place(row.key.target), &row.resource).confirm;
    rows.iter().map(one).max().unwrap_or_default()
}

/// The labels of the rows of a plan, each once.
pub fn labels<'a>(state: &'a State, rows: &[Planned]) -> Vec<&'a Label> {
    let mut labels: Vec<&Label> = Vec::new();
    for row in rows {
        let label = state.guard.rules.of(state.fleet.place(row.key.target), &row.resource).label;
        labels.extend(label.filter(|label| !labels.contains(label)));
    }
    labels
}

/// The label to show around the screen.
pub fn shown(state: &State) -> Option<Shown<'_>> {
    let Guard { rules, .. } = &state.guard;
    if rules.is_empty() {
        return None;
    }
    let here = state.selected().and_then(|(key, row)| rules.of(state.fleet.place(key.target), &row).label);
    let targets = (0..state.fleet.targets.len()).map(|at| crate::model::TargetId(at as u16));
    let beside = || targets.into_iter().find_map(|target| rules.at(state.fleet.place(target)).label);
    here.map(Shown::Here).or_else(|| beside().map(Shown::Beside))
}

/// Opens the palette with the usual request, so that a key alone lifts nothing.
pub(super) fn ask(state: &mut State) -> Vec<super::effect::Effect> {
    let effects = super::prompts::open(state, Asks::Command);
    if let Some(Overlay::Prompt(prompt)) = &mut state.nav.overlay {
        prompt.line = super::line::Line::new("unlock 10m");
        prompt.offers = super::state::Offers::default();
    }
    effects
}

/// Lifts the locks of policies for a while: `10m`, or as long as usual when nothing is said. The error says why not.
pub(super) fn unlock(state: &mut State, words: &str) -> Result<Vec<Effect>, String> {
    if state.setup.policy == Policy::ReadOnly {
        return Err(format!("that cannot be lifted: {}", state.standing.why_read_only()));
    }
    if !state.guard.rules.lock_anything() {
        return Err("no policy makes anything read-only".to_owned());
    }
    let seconds = if words.is_empty() { USUAL } else { span(words)? };
    let until = state.now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(state.now);
    state.guard.lifted = Some(until);
    state.toast(Tone::Plain, "unlocked; lock puts it back before its time is over");
    Ok(vec![noted(state, Moved::Lifted { seconds, until })])
}

/// That it happened, for the journal.
fn noted(state: &State, to: Moved) -> Effect {
    let mut who: Vec<Text> = Vec::new();
    for identity in state.fleet.targets.iter().filter_map(|target| target.identity.value()) {
        if !who.contains(&identity.arn) {
            who.push(identity.arn.clone());
        }
    }
    Effect::Note(Bolt { who, to })
}

/// `90s`, `10m`, `1h`.
fn span(words: &str) -> Result<i64, String> {
    let (number, unit) = words.split_at(words.len() - words.chars().next_back().map_or(0, char::len_utf8));
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => 0,
    };
    let seconds = number.parse::<u32>().ok().map(|number| i64::from(number) * unit).filter(|seconds| *seconds > 0);
    match seconds {
        None => Err(format!("“{words}” is no time: write 90s, 10m or 1h")),
        Some(seconds) if seconds > LONGEST => Err("an hour is the most: unlock 1h".to_owned()),
        Some(seconds) => Ok(seconds),
    }
}

/// Puts the locks back because somebody wants it.
pub(super) fn lock(state: &mut State) -> Vec<Effect> {
    let noted = put_back(state, Because::Asked);
    if noted.is_none() {
        state.toast(Tone::Plain, "nothing is unlocked");
    }
    noted.into_iter().collect()
}

/// Puts the locks back, where they are lifted.
fn put_back(state: &mut State, why: Because) -> Option<Effect> {
    state.guard.lifted.take()?;
    state.toast(Tone::Plain, "locked again");
    Some(noted(state, Moved::Back(why)))
}

/// Puts the locks back when their time is over, and when nobody watches.
pub(super) fn tick(state: &mut State) -> Option<Effect> {
    let now = state.now;
    let until = state.guard.lifted?;
    match () {
        () if now >= until => put_back(state, Because::Over),
        () if state.pulse.attention(now).asleep() => put_back(state, Because::Unwatched),
        () => None,
    }
}

/// Puts the locks back because the program ends.
pub fn leave(state: &mut State) -> Option<Effect> {
    put_back(state, Because::Left)
}

#[cfg(test)]
mod tests;
