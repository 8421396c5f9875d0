use super::*;
use crate::{
    app::{
        msg::Msg,
        state::{Setup, Source},
        update,
    },
    service::policy::Rule,
};

fn state(policy: Policy, rules: &[&str]) -> State {
    let setup = Setup { policy, source: Source::Aws };
    let mut state = State::new(setup, Vec::new(), crate::service::ALL[0].kinds[0], (80, 24), jiff::Timestamp::UNIX_EPOCH);
    state.guard = Guard::of(locked(rules));
    state.theming = Theming::new(["dark", "light"].map(Text::from).to_vec(), "dark");
    state
}

fn locked(profiles: &[&str]) -> Rules {
    let rule = |profile: &&str| Rule { profile: vec![(*profile).to_owned()], read_only: true, ..Rule::default() };
    Rules { rules: profiles.iter().map(rule).collect(), ..Rules::default() }
}

fn settings(policy: Policy, rules: &[&str]) -> Settings {
    let themes = ["dark", "light", "mine"].map(Text::from).to_vec();
    Settings { policy, rules: locked(rules), budget: 1.0, confirm: 3, themes, theme: None, mouse: None, link: None, later: Vec::new() }
}

fn read(state: &mut State, settings: Settings) -> Vec<Effect> {
    update(state, Msg::Configured(Ok(settings)))
}

fn profiles(state: &State) -> Vec<&str> {
    state.guard.rules.rules.iter().map(|rule| rule.profile[0].as_str()).collect()
}

fn toast(state: &State) -> &str {
    state.toasts.last().map_or("", |toast| toast.text.as_str())
}

#[test]
fn what_is_no_lock_holds_at_once() {
    let mut state = state(Policy::Operator, &[]);
    let effects = read(&mut state, Settings { theme: Some("mine".into()), ..settings(Policy::Operator, &[]) });
    assert_eq!((effects, state.many, state.theming.name()), (Vec::new(), 3, "mine"));
    assert_eq!(toast(&state), "the configuration was read again");
}

#[test]
fn the_theme_of_the_session_stays_while_the_configured_one_does() {
    let mut state = state(Policy::Operator, &[]);
    crate::app::theming::take(&mut state, "light").unwrap();
    read(&mut state, settings(Policy::Operator, &[]));
    assert_eq!((state.theming.name(), state.theming.names().len()), ("light", 3));
}

#[test]
fn how_the_terminal_is_used_changes_with_the_file_and_else_stays_as_the_session_has_it() {
    let mut state = state(Policy::Operator, &[]);
    let off = Settings { mouse: Some(Mouse::Off), link: Some(Link::Slow), ..settings(Policy::Operator, &[]) };
    assert_eq!(read(&mut state, off.clone()), [Effect::Mouse(Mouse::Off)]);
    assert_eq!((state.manner.mouse, state.manner.link), (Mouse::Off, Link::Slow));
    assert_eq!(read(&mut state, off), [], "it is off already");
    assert_eq!(read(&mut state, settings(Policy::Operator, &[])), []);
    assert_eq!((state.manner.mouse, state.manner.link), (Mouse::Off, Link::Slow));
}

#[test]
fn what_gets_stricter_holds_at_once() {
    let mut state = state(Policy::Operator, &["prod"]);
    let effects = read(&mut state, settings(Policy::ReadOnly, &["prod", "live"]));
    assert_eq!(effects, [Effect::Govern(Policy::ReadOnly, Arc::new(locked(&["prod", "live"])))]);
    assert_eq!((state.setup.policy, profiles(&state)), (Policy::ReadOnly, vec!["prod", "live"]));
    assert_eq!(toast(&state), "the configuration was read again");
}

#[test]
fn what_gets_looser_holds_from_the_next_start() {
    let mut state = state(Policy::ReadOnly, &["prod"]);
    let effects = read(&mut state, settings(Policy::Operator, &["live"]));
    assert_eq!(effects.len(), 1);
    assert_eq!((state.setup.policy, profiles(&state)), (Policy::ReadOnly, vec!["live", "prod"]));
    assert!(toast(&state).ends_with("from the next start on: locks that were loosened"), "{}", toast(&state));
}

#[test]
fn where_an_account_is_called_otherwise_no_policy_changes() {
    let mut state = state(Policy::Operator, &["prod"]);
    let mut rules = locked(&["prod"]);
    rules.aliases.insert("111122223333".to_owned(), "shop-prod".to_owned());
    state.guard = Guard::of(rules.clone());
    rules.aliases.insert("111122223333".to_owned(), "shop".to_owned());
    assert_eq!(read(&mut state, Settings { rules, ..settings(Policy::Operator, &[]) }), []);
    assert_eq!(state.guard.rules.aliases["111122223333"], "shop-prod");
    assert!(toast(&state).contains("from the next start on"));
}

#[test]
fn a_file_that_breaks_keeps_what_it_said_before_and_says_so_until_it_is_mended() {
    let mut state = state(Policy::Operator, &["prod"]);
    assert_eq!(update(&mut state, Msg::Configured(Err("config.toml:3:1: there is no setting `thme`".into()))), []);
    assert_eq!((state.setup.policy, profiles(&state)), (Policy::Operator, vec!["prod"]));
    assert!(matches!(&state.standing, Standing::Outdated(why) if why.as_str().contains(":3:1:")));
    assert!(toast(&state).starts_with("config.toml:3:1:") && toast(&state).ends_with("what it said before holds"));
    assert_eq!(state.errors.len(), 1);
    read(&mut state, settings(Policy::Operator, &["prod"]));
    assert_eq!(state.standing, Standing::Read);
}

#[test]
fn a_session_that_began_with_a_broken_file_is_read_only_until_it_is_mended() {
    let mut state = state(Policy::ReadOnly, &[]);
    blind(&mut state, "config.toml:1:1: this is not TOML");
    update(&mut state, Msg::Configured(Err("config.toml:2:1: this is not TOML".into())));
    assert!(matches!(&state.standing, Standing::Blind(why) if why.as_str().contains(":2:1:")));
    assert_eq!(state.setup.policy, Policy::ReadOnly);
    let refused = crate::app::guard::unlock(&mut state, "10m").unwrap_err();
    assert!(refused.contains("until the configuration is mended"), "{refused}");
    let effects = read(&mut state, settings(Policy::Operator, &["prod"]));
    assert_eq!(effects, [Effect::Govern(Policy::Operator, Arc::new(locked(&["prod"])))]);
    assert_eq!((state.setup.policy, profiles(&state)), (Policy::Operator, vec!["prod"]));
}

#[test]
fn a_mended_file_may_keep_the_session_read_only() {
    let mut state = state(Policy::ReadOnly, &[]);
    blind(&mut state, "config.toml:1:1: this is not TOML");
    assert_eq!(read(&mut state, settings(Policy::ReadOnly, &[])), []);
    assert_eq!((state.setup.policy, &state.standing), (Policy::ReadOnly, &Standing::Read));
}
