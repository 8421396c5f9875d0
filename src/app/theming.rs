//! Which theme is in force, by name; what a name looks like is known to drawing alone.

use super::state::{Overlay, State, Tone};
use crate::model::Text;

/// The names of the themes there are, and which of them is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theming {
    names: Vec<Text>,
    current: usize,
}

/// The theme that was in force when the choice was opened, by name: a file of the user may come or go meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before(Text);

impl Theming {
    /// These themes, and the one in force; the first where there is none of this name.
    pub fn new(names: Vec<Text>, current: &str) -> Self {
        let current = names.iter().position(|name| name.as_str() == current).unwrap_or(0);
        Self { names, current }
    }

    /// Every theme that can be chosen.
    pub fn names(&self) -> &[Text] {
        &self.names
    }

    /// The place of the theme in force among them.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The name of the theme in force; empty where there is none to choose.
    pub fn name(&self) -> &str {
        self.names.get(self.current).map_or("", Text::as_str)
    }

    /// Puts the next one in force, or the one before.
    pub(super) fn step(&mut self, step: isize) {
        self.current = self.current.saturating_add_signed(step).min(self.names.len().saturating_sub(1));
    }
}

/// Offers the themes.
pub(super) fn open(state: &mut State) {
    if state.theming.names.is_empty() {
        state.toast(Tone::Plain, "there is only this theme");
    } else {
        state.nav.overlay = Some(Overlay::Themes(Before(state.theming.name().into())));
    }
}

/// Puts a theme in force by its name; the error names the nearest one.
pub(super) fn take(state: &mut State, name: &str) -> Result<(), String> {
    let names = &state.theming.names;
    if let Some(at) = names.iter().position(|known| known.as_str() == name) {
        state.theming.current = at;
        told(state);
        return Ok(());
    }
    let near =
        names.iter().max_by(|one, other| strsim::jaro_winkler(name, one.as_str()).total_cmp(&strsim::jaro_winkler(name, other.as_str())));
    Err(near.map_or_else(|| format!("no theme “{name}”"), |near| format!("no theme “{name}”: did you mean “{near}”?")))
}

/// Puts the theme at a position in force, to be seen; the one that is in force is kept.
pub(super) fn choose(state: &mut State, at: usize) {
    match at {
        _ if at == state.theming.current => keep(state),
        _ if at < state.theming.names.len() => state.theming.current = at,
        _ => {}
    }
}

/// Leaves the choice with the theme that is seen.
pub(super) fn keep(state: &mut State) {
    state.nav.overlay = None;
    told(state);
}

/// Back to the theme of before, where the choice is open.
pub(super) fn restore(state: &mut State) {
    let State { nav, theming, .. } = state;
    if let Some(Overlay::Themes(Before(name))) = &nav.overlay {
        theming.current = theming.names.iter().position(|known| known == name).unwrap_or(theming.current);
    }
}

/// The configuration is the user's own file: nothing is written into it.
fn told(state: &mut State) {
    let words = format!("to keep it: theme = \"{}\" in the configuration", state.theming.name());
    state.toast(Tone::Plain, &words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{
        command::Command,
        msg::Msg,
        navigate,
        state::{Policy, Setup, Source},
        update,
    };

    fn state() -> State {
        let setup = Setup { policy: Policy::Operator, source: Source::Demo };
        let mut state = State::new(setup, Vec::new(), crate::service::ALL[0].kinds[0], (80, 24), jiff::Timestamp::UNIX_EPOCH);
        state.theming = Theming::new(["dark", "light", "paper"].map(Text::from).to_vec(), "light");
        state
    }

    fn after(commands: &[Command]) -> State {
        let mut state = state();
        for command in commands {
            update(&mut state, Msg::Do(*command));
        }
        state
    }

    #[test]
    fn each_theme_is_in_force_while_the_cursor_is_on_it() {
        assert_eq!(after(&[Command::Theme]).theming.name(), "light");
        assert_eq!(after(&[Command::Theme, Command::Down]).theming.name(), "paper");
        assert_eq!(after(&[Command::Theme, Command::Down, Command::Down]).theming.name(), "paper");
        assert_eq!(after(&[Command::Theme, Command::Up]).theming.name(), "dark");
    }

    #[test]
    fn leaving_brings_the_old_one_back_and_enter_keeps_the_new_one() {
        let left = after(&[Command::Theme, Command::Down, Command::Back]);
        assert!(left.nav.overlay.is_none() && left.theming.name() == "light");
        let kept = after(&[Command::Theme, Command::Down, Command::Open]);
        assert!(kept.nav.overlay.is_none() && kept.theming.name() == "paper");
        assert!(kept.toasts[0].text.as_str().contains("theme = \"paper\""));
    }

    #[test]
    fn what_comes_back_is_the_old_theme_though_others_came_before_it() {
        let mut state = after(&[Command::Theme, Command::Down]);
        state.theming = Theming::new(["dark", "dim", "light", "paper"].map(Text::from).to_vec(), "paper");
        update(&mut state, Msg::Do(Command::Back));
        assert_eq!(state.theming.name(), "light");
    }

    #[test]
    fn a_theme_is_taken_by_its_name() {
        let mut state = state();
        assert_eq!(take(&mut state, "papre"), Err("no theme “papre”: did you mean “paper”?".to_owned()));
        assert_eq!((take(&mut state, "paper"), state.theming.name()), (Ok(()), "paper"));
        state.theming = Theming::default();
        navigate::command(&mut state, Command::Theme);
        assert!(state.nav.overlay.is_none());
    }
}
