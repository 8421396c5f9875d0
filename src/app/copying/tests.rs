//! What is copied and saved, as effects.

use super::*;
use crate::app::{
    command::Command,
    forming::tests::{answer, things},
    msg::{Answer, Msg},
    update,
};

fn press(state: &mut State, command: Command) -> Vec<Effect> {
    update(state, Msg::Do(command))
}

fn picked(state: &mut State, letter: char) -> Vec<Effect> {
    press(state, Command::CopyMenu);
    update(state, Msg::Picked(letter))
}

fn rows(effects: &[Effect]) -> (Vec<String>, Form, Goal) {
    let [Effect::Write { sheet, form, goal }] = effects else { panic!("{effects:?}") };
    (sheet.rows.iter().map(|row| row.resource.name.to_string()).collect(), *form, goal.clone())
}

#[test]
fn words_are_copied_at_once() {
    let mut state = things(&["a", "b"]);
    assert_eq!(picked(&mut state, 'i'), [Effect::Copy("a".to_owned())]);
    assert_eq!(picked(&mut state, 'l'), [Effect::Copy("aws things describe a --region eu-west-1 --profile p".to_owned())]);
    assert_eq!(picked(&mut state, 'u'), [Effect::Copy("https://eu-west-1.console.aws.amazon.com/things/a".to_owned())]);
    assert!(state.nav.overlay.is_none());
    press(&mut state, Command::CopyMenu);
    press(&mut state, Command::Down);
    press(&mut state, Command::Down);
    assert_eq!(press(&mut state, Command::Open), [Effect::Copy("aws things describe a --region eu-west-1 --profile p".to_owned())]);
}

/// Filtered and sorted as on the screen; of marked rows only these.
#[test]
fn the_table_is_the_one_on_the_screen() {
    let mut state = things(&["a", "b", "c"]);
    press(&mut state, Command::SortReverse);
    assert_eq!(rows(&picked(&mut state, 't')), (vec!["c".into(), "b".into(), "a".into()], Form::Csv, Goal::Clipboard));
    press(&mut state, Command::Top);
    press(&mut state, Command::Mark);
    press(&mut state, Command::Mark);
    assert_eq!(rows(&picked(&mut state, 'm')), (vec!["c".into(), "b".into()], Form::Markdown, Goal::Clipboard));
    assert_eq!(rows(&picked(&mut state, 'o')), (vec!["a".into()], Form::Object, Goal::Clipboard));
    let effects = answer(&mut state, Answer::Composed { form: Form::Markdown, rows: 2, text: "| a |".into() });
    assert_eq!(effects, [Effect::Copy("| a |".to_owned())]);
    assert!(state.toasts.iter().any(|toast| toast.text.as_str() == "copied 2 rows as Markdown"), "{:?}", state.toasts);
}

#[test]
fn a_table_is_saved_under_its_own_name_or_the_one_that_was_typed() {
    let mut state = things(&["a"]);
    let named = |name: &str| Goal::Folder(name.to_owned());
    assert_eq!(rows(&press(&mut state, Command::Save)), (vec!["a".into()], Form::Csv, named("things-19700101T000000Z.csv")));
    let effects = save(&mut state, Some("../x.json")).expect("a form");
    assert_eq!(rows(&effects), (vec!["a".into()], Form::Json, Goal::File("../x.json".into())));
    assert!(save(&mut state, Some("x.xls")).unwrap_err().contains(".csv"));
    answer(&mut state, Answer::Saved(1, Ok("/tmp/x.json".into())));
    assert_eq!(state.toasts[0].text.as_str(), "saved 1 row to /tmp/x.json");
    assert!(save(&mut things(&[]), None).is_err());
}

#[test]
fn the_table_has_the_columns_that_were_chosen_in_their_order() {
    let mut state = crate::app::tests::three();
    let columns = |state: &mut State| {
        let effects = press(state, Command::Save);
        let [Effect::Write { sheet, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        let facts = sheet.columns.iter().map(|at| sheet.kind.columns[*at].id);
        (facts.collect::<Vec<_>>(), sheet.metrics.as_ref().map_or(0, Vec::len))
    };
    let (usual, metrics) = columns(&mut state);
    assert!(usual.starts_with(&["state", "type", "zone"]) && metrics > 0, "{usual:?}");
    let kept =
        r#"{"ec2": {"order": ["zone"], "choices": {"state": "hidden", "subnet": "shown", "metrics.cpu": "hidden"}, "stretches": {}}}"#;
    state.layouts = serde_json::from_str(kept).expect("layouts");
    let (chosen, fewer) = columns(&mut state);
    assert!(chosen.starts_with(&["zone", "type"]) && chosen.contains(&"subnet") && fewer == metrics - 1, "{chosen:?}");
}
