//! The configuration while the program runs: what of it changes at once, and what of a file that cannot be used is said.
//!
//! What gets stricter holds at once. What gets looser holds from the next start: nothing that was locked when the session began is
//! unlocked by an editor in another window. Only the lock of a file that could not be read goes when it is mended.

use std::sync::Arc;

use super::{
    effect::Effect,
    guard::Guard,
    manner::{Link, Mouse},
    state::{State, Tone},
    theming::Theming,
};
use crate::{
    model::{Problem, ProblemKind, Text},
    service::{executor::Policy, policy::Rules},
};

/// What holds from the moment on at which it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Whether actions may run.
    pub policy: Policy,
    /// What may be done where.
    pub rules: Rules,
    /// Dollars an hour that `CloudWatch` may cost.
    pub budget: f64,
    /// Rows above which every action is confirmed by typing their number.
    pub confirm: usize,
    /// The themes there are.
    pub themes: Vec<Text>,
    /// The theme that is configured; `None` where that has not changed.
    pub theme: Option<Text>,
    /// Whose the mouse is; `None` where that has not changed.
    pub mouse: Option<Mouse>,
    /// How much the line to the terminal carries; `None` where that has not changed.
    pub link: Option<Link>,
    /// What has changed as well and holds from the next start, by its names in the file.
    pub later: Vec<&'static str>,
}

/// How the configuration stands with its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// What holds is what the file says.
    #[default]
    Read,
    /// The file has become wrong, because; what it said before holds.
    Outdated(Text),
    /// The file was wrong when the program started, because. What it forbids is not known, so nothing is done.
    Blind(Text),
}

impl Standing {
    /// Why nothing can be done in a session that is read-only, and what to do about it.
    pub fn why_read_only(&self) -> &'static str {
        match self {
            Self::Blind(_) => "read-only until the configuration is mended: e says what is wrong with it",
            Self::Read | Self::Outdated(_) => "this session is read-only: start qd without --read-only to act",
        }
    }
}

/// What the configuration says, or why it cannot be used.
pub(super) fn take(state: &mut State, read: Result<Settings, Text>) -> Vec<Effect> {
    match read {
        Ok(settings) => changed(state, settings),
        Err(why) => {
            broken(state, &why);
            Vec::new()
        }
    }
}

/// What is wrong with the file the program was started with.
pub fn blind(state: &mut State, why: &str) {
    state.standing = Standing::Blind(why.into());
    state.toast(Tone::Bad, &format!("{why}; read-only until it is mended"));
    note(state, why, "mend it: it is read again as soon as it is saved; until then this session is read-only");
}

fn broken(state: &mut State, why: &Text) {
    state.toast(Tone::Bad, &format!("{why}; what it said before holds"));
    note(state, why.as_str(), "mend it: it is read again as soon as it is saved; until then what it said before holds");
    state.standing = match &state.standing {
        Standing::Blind(_) => Standing::Blind(why.clone()),
        Standing::Read | Standing::Outdated(_) => Standing::Outdated(why.clone()),
    };
}

fn note(state: &mut State, why: &str, hint: &str) {
    state.note_failure("read the configuration", Problem::new(ProblemKind::Invalid, why, hint));
}

fn changed(state: &mut State, settings: Settings) -> Vec<Effect> {
    state.meter.limit(settings.budget);
    state.many = settings.confirm;
    let theme = settings.theme.unwrap_or_else(|| state.theming.name().into());
    state.theming = Theming::new(settings.themes, theme.as_str());
    state.manner.link = settings.link.unwrap_or(state.manner.link);
    let pointed = settings.mouse.filter(|mouse| *mouse != state.manner.mouse).map(|mouse| {
        state.manner.mouse = mouse;
        Effect::Mouse(mouse)
    });
    let before = (state.setup.policy, state.guard.rules.clone());
    let after = governed(state, settings.policy, settings.rules.clone());
    let mut later = settings.later;
    if after.0 != settings.policy || *after.1 != settings.rules {
        later.push("locks that were loosened");
    }
    state.standing = Standing::Read;
    state.toast(Tone::Plain, &told(&later));
    let governed = (before != after).then(|| govern(state, after));
    governed.into_iter().chain(pointed).collect()
}

/// Who governs from now on. The strictest of the rules that fit counts, so that all of both come to the stricter of both; but not where
/// an account is called otherwise than before, for then a rule may have been about what no other is about.
fn governed(state: &State, policy: Policy, rules: Rules) -> (Policy, Arc<Rules>) {
    let present = &state.guard.rules;
    if matches!(state.standing, Standing::Blind(_)) {
        return (policy, Arc::new(rules));
    }
    let policy = if state.setup.policy == Policy::ReadOnly { Policy::ReadOnly } else { policy };
    if present.aliases.iter().any(|(account, name)| rules.aliases.get(account) != Some(name)) {
        return (policy, present.clone());
    }
    let kept: Vec<_> = present.rules.iter().filter(|rule| !rules.rules.contains(rule)).cloned().collect();
    (policy, Arc::new(Rules { rules: [rules.rules, kept].concat(), aliases: rules.aliases }))
}

fn govern(state: &mut State, (policy, rules): (Policy, Arc<Rules>)) -> Effect {
    state.setup.policy = policy;
    if state.guard.rules != rules {
        state.guard = Guard::of(Rules::clone(&rules));
    }
    Effect::Govern(policy, rules)
}

fn told(later: &[&str]) -> String {
    match later {
        [] => "the configuration was read again".to_owned(),
        later => format!("the configuration was read again; from the next start on: {}", later.join(", ")),
    }
}

#[cfg(test)]
mod tests;
