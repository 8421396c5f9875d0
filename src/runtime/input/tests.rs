use super::*;
use crate::{
    app::{
        line::Line,
        pulse::Focus,
        state::{Asks, Menu, Prompt, RunId, Setup, Source},
    },
    model::{Remote, Target},
    service::{self, executor::Policy},
};

const KIND: &service::Kind = service::ALL[0].kinds[0];

fn state(overlay: Option<Overlay>) -> State {
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let target = Target { profile: "default".into(), region: "eu-west-1".into() };
    let mut state = State::new(setup, vec![target], KIND, (80, 24), jiff::Timestamp::UNIX_EPOCH);
    state.nav.overlay = overlay;
    state
}

fn prompt() -> Overlay {
    Overlay::Prompt(Prompt::new(Asks::Filter, ""))
}

fn menu() -> Overlay {
    Overlay::Menu(Menu { kind: KIND, rows: Vec::new(), cursor: 0 })
}

fn plan(risk: Risk, expects: Option<&str>) -> Overlay {
    let action = KIND.actions.iter().find(|action| action.risk == risk).unwrap();
    Overlay::Plan(Plan {
        id: RunId(1),
        kind: KIND,
        action,
        rows: Vec::new(),
        refused: Vec::new(),
        values: crate::service::Values::default(),
        probe: Remote::default(),
        expects: expects.map(str::to_owned),
        typed: Line::default(),
        scroll: crate::app::state::Scroll::default(),
    })
}

fn key(text: &str) -> Event {
    let code = match text {
        "Enter" => KeyCode::Enter,
        "Esc" => KeyCode::Esc,
        "Up" => KeyCode::Up,
        "Down" => KeyCode::Down,
        "Backspace" => KeyCode::Backspace,
        "Shift-Tab" => KeyCode::BackTab,
        _ => KeyCode::Char(text.chars().last().unwrap()),
    };
    let held = if text.starts_with("Ctrl-") { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
    Event::Key(KeyEvent::new(code, held))
}

/// The one message that a key becomes under this overlay.
fn means(overlay: Option<Overlay>, text: &str) -> Option<Msg> {
    let keymap = Keymap::new(&[]).unwrap();
    let mut messages = translate(&key(text), &state(overlay), &keymap);
    assert!(messages.len() <= 1);
    messages.pop()
}

fn does(overlay: Option<Overlay>, text: &str, command: Command) {
    assert_eq!(means(overlay, text), Some(Msg::Do(command)), "{text}");
}

fn types_in(overlay: Option<Overlay>, text: &str, edit: Edit) {
    assert_eq!(means(overlay, text), Some(Msg::Typed(edit)), "{text}");
}

#[test]
fn on_a_screen_keys_are_commands() {
    does(None, "j", Command::Down);
    does(None, "Ctrl-d", Command::HalfDown);
    does(None, "Shift-Tab", Command::PreviousTab);
    does(None, "Ctrl-c", Command::QuitNow);
    assert_eq!(means(None, "X"), None);
    let capital = Event::Key(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT));
    assert_eq!(translate(&capital, &state(None), &Keymap::new(&[]).unwrap()), [Msg::Do(Command::Bottom)]);
}

#[test]
fn in_a_prompt_keys_are_text() {
    for (text, edit) in [
        ("q", Edit::Char('q')),
        ("/", Edit::Char('/')),
        ("Ctrl-w", Edit::Word),
        ("Ctrl-a", Edit::Home),
        ("Enter", Edit::Submit),
        ("Esc", Edit::Cancel),
        ("Ctrl-c", Edit::Cancel),
    ] {
        types_in(Some(prompt()), text, edit);
    }
    assert_eq!(means(Some(prompt()), "Ctrl-x"), None);
}

#[test]
fn in_a_menu_letters_pick_and_arrows_move() {
    assert_eq!(means(Some(menu()), "s"), Some(Msg::Picked('s')));
    does(Some(menu()), "j", Command::Down);
    does(Some(menu()), "Up", Command::Up);
    does(Some(menu()), "Enter", Command::Open);
    for out in ["Esc", "q", "Ctrl-c"] {
        does(Some(menu()), out, Command::Back);
    }
    assert_eq!(means(Some(menu()), "Ctrl-s"), None);
}

#[test]
fn enter_confirms_only_what_does_no_harm() {
    let disruptive = || Some(plan(Risk::Disruptive, None));
    types_in(disruptive(), "y", Edit::Submit);
    for no in ["n", "Esc", "q", "Enter", "Ctrl-c"] {
        types_in(disruptive(), no, Edit::Cancel);
    }
    does(disruptive(), "j", Command::Down);
    assert_eq!(means(disruptive(), "x"), None);
    assert_eq!(answer(Chord::plain(Key::Enter), Risk::Harmless), Some(Edit::Submit));
}

#[test]
fn where_a_name_is_to_be_typed_letters_are_letters() {
    let destructive = || Some(plan(Risk::Destructive, Some("web-1a")));
    types_in(destructive(), "y", Edit::Char('y'));
    types_in(destructive(), "q", Edit::Char('q'));
    does(destructive(), "Down", Command::Down);
    types_in(destructive(), "Esc", Edit::Cancel);
}

#[test]
fn suspending_works_from_everywhere() {
    for overlay in [None, Some(prompt()), Some(menu()), Some(plan(Risk::Disruptive, None))] {
        does(overlay, "Ctrl-z", Command::Suspend);
    }
}

#[test]
fn pasted_text_never_runs_and_never_submits() {
    let keymap = Keymap::new(&[]).unwrap();
    let paste = Event::Paste("q\r\n\u{1b}y".to_owned());
    assert_eq!(translate(&paste, &state(None), &keymap), []);
    assert_eq!(translate(&paste, &state(Some(menu())), &keymap), []);
    assert_eq!(translate(&paste, &state(Some(plan(Risk::Disruptive, None))), &keymap), []);
    let typed = [Msg::Typed(Edit::Char('q')), Msg::Typed(Edit::Char('y'))];
    assert_eq!(translate(&paste, &state(Some(prompt())), &keymap), typed);
}

#[test]
fn releases_mean_nothing_and_focus_and_sizes_pass() {
    let keymap = Keymap::new(&[]).unwrap();
    let release = Event::Key(KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release));
    assert_eq!(translate(&release, &state(None), &keymap), []);
    assert_eq!(translate(&Event::FocusLost, &state(None), &keymap), [Msg::Focused(Focus::Elsewhere)]);
    assert_eq!(translate(&Event::FocusGained, &state(None), &keymap), [Msg::Focused(Focus::Here)]);
    assert_eq!(translate(&Event::Resize(90, 30), &state(None), &keymap), [Msg::Resized(90, 30)]);
}

#[test]
fn no_action_hides_behind_a_key_of_the_menu() {
    for kind in service::kinds() {
        for action in kind.actions {
            assert!(!['j', 'k', 'q'].contains(&action.key), "{}: {} is on `{}`", kind.id, action.id, action.key);
        }
    }
}
