//! Forms from the menu to the order that goes out, on a kind that no service has.

use jiff::Timestamp;

use crate::{
    app::{
        command::Command,
        effect::Effect,
        msg::{Answer, Edit, Msg},
        state::{Overlay, Policy, Screen, Setup, Source, State},
        update,
    },
    model::{Cell, Health, KindId, Resource, Target, TargetId, Text, resource::Page},
    service::{Action, Column, End, Input, Kind, Lane, Patience, Place, Progress, Receipt, Relation, Risk, Sort, Tier, Turn},
};

pub(in crate::app) const HERE: TargetId = TargetId(0);

static INPUTS: &[Input] = &[
    Input {
        id: "payload",
        title: "payload",
        sort: Sort::Document,
        initial: |_| "{}".to_owned(),
        hint: |_| "JSON".to_owned(),
        check: |_, text| if text.starts_with('{') && text.ends_with('}') { Ok(()) } else { Err("no object".to_owned()) },
    },
    Input {
        id: "way",
        title: "way",
        sort: Sort::Choice(&["sync", "async", "dry-run"]),
        initial: |_| "sync".to_owned(),
        hint: |_| String::new(),
        check: |_, _| Ok(()),
    },
    Input {
        id: "count",
        title: "count",
        sort: Sort::Line,
        initial: |_| "1".to_owned(),
        hint: |row| format!("up to 9 for {}", row.name),
        check: |_, text| text.parse::<u8>().map(drop).map_err(|_| "not a number".to_owned()),
    },
];

static ACTIONS: &[Action] = &[Action {
    id: "call",
    title: "call it",
    key: 'c',
    risk: Risk::Disruptive,
    inputs: INPUTS,
    offered: |row| if row.name.as_str() == "deaf" { Err("it is deaf") } else { Ok(()) },
    consequences: |_, _| Vec::new(),
    probe: None,
    progress: |_, _| Progress::Settled,
    batch: 1,
    turn: Turn::of(&Lane { name: "things", published: 1.0, burst: 1, patience: Patience::Long }),
    undo: None,
    out_of: None,
    needs: None,
    run: |_, _| unreachable!("the core runs nothing"),
}];

static COLUMNS: &[Column] = &[Column { id: "state", title: "STATE", width: 8, place: Place::Row(0) }];

/// A kind with two levels below it, the first of which is itself.
pub(in crate::app) static THINGS: Kind = Kind {
    id: KindId("things"),
    aliases: &[],
    title: "things",
    noun: "thing",
    columns: COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: ACTIONS,
    opens: &[&PARTS, &THINGS],
    related: &[
        Relation::new(&PARTS, "its parts", "of", End::Id, End::Parent(KindId("things"))),
        Relation::new(&THINGS, "things in its state", "in the state of", End::Column("state"), End::Column("state")),
    ],
    leaf: |_| false,
    arn: |_, _, _| String::new(),
    signs: &[],
    cli: "things describe {id}",
    console: "things/{id}",
    findings: |_, _| Vec::new(),
    moving: |_| false,
    tier: Tier::Never,
    details: None,
    secrets: &[],
    list: |_, _, _| unreachable!("the core lists nothing"),
    describe: |_, _, _| unreachable!("the core describes nothing"),
};

/// What things are made of; told in detail only for what is on the screen.
pub(in crate::app) static PARTS: Kind = Kind {
    id: KindId("parts"),
    title: "parts",
    noun: "part",
    aliases: &[],
    columns: COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&THINGS, "its thing", "of", End::Parent(KindId("things")), End::Id)],
    leaf: |_| true,
    arn: |_, _, _| String::new(),
    signs: &[],
    cli: "things describe {id}",
    console: "things/{id}",
    findings: |_, _| Vec::new(),
    moving: |_| false,
    tier: Tier::Never,
    details: Some(crate::service::Details {
        of: crate::service::Wanted::OnScreen,
        every: 60,
        batch: 2,
        fetch: |_, _| unreachable!("the core fetches nothing"),
    }),
    secrets: &[],
    list: |_, _, _| unreachable!("the core lists nothing"),
    describe: |_, _, _| unreachable!("the core describes nothing"),
};

pub(in crate::app) fn row(kind: &Kind, name: &str, parents: &[&str]) -> Resource {
    Resource {
        id: name.into(),
        name: name.into(),
        cells: vec![Cell::State(Health::Ok, "ok".into()); kind.columns.len()].into(),
        tags: [].into(),
        parents: parents.iter().map(|parent| (THINGS.id, Text::new(parent))).collect(),
    }
}

/// A list of things with these names.
pub(in crate::app) fn things(names: &[&str]) -> State {
    let target = Target { profile: "p".into(), region: "eu-west-1".into() };
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let mut state = State::new(setup, vec![target], &THINGS, (100, 30), Timestamp::UNIX_EPOCH);
    let effects = update(&mut state, Msg::Tick(Timestamp::UNIX_EPOCH));
    bring(&mut state, &effects, names.iter().map(|name| row(&THINGS, name, &[])).collect());
    state
}

/// Answers the listing among the effects with these rows, completely.
pub(in crate::app) fn bring(state: &mut State, effects: &[Effect], rows: Vec<Resource>) {
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::List { target, kind, sweep, .. } => Some((*target, *kind, *sweep)),
        _ => None,
    });
    let (target, kind, sweep) = asked.expect("a listing was asked for");
    answer(state, Answer::Page { target, kind, sweep, page: Page { rows, overlays: Vec::new() } });
    answer(state, Answer::Listed { target, kind, sweep, result: Ok(Vec::new()) });
}

pub(in crate::app) fn answer(state: &mut State, answer: Answer) -> Vec<Effect> {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer))
}

fn edit(state: &mut State, edits: &[Edit]) -> Vec<Effect> {
    edits.iter().flat_map(|edit| update(state, Msg::Typed(edit.clone()))).collect()
}

/// The texts of the fields of the form in front, and the complaint of each.
fn fields(state: &State) -> Vec<(String, Option<String>)> {
    let Some(Overlay::Form(form)) = &state.nav.overlay else { panic!("no form: {:?}", state.nav.overlay) };
    form.fields.iter().map(|field| (field.editor.text(), field.complaint.clone())).collect()
}

fn opened(names: &[&str]) -> (State, Vec<Effect>) {
    let mut state = things(names);
    update(&mut state, Msg::Do(Command::Actions));
    let effects = update(&mut state, Msg::Picked('c'));
    (state, effects)
}

#[test]
fn a_form_opens_with_what_the_row_suggests_and_asks_what_was_entered_before() {
    let (state, effects) = opened(&["a"]);
    assert_eq!(fields(&state).iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>(), ["{}", "sync", "1"]);
    assert!(matches!(effects.as_slice(), [Effect::Recall(key)] if key.id.as_str() == "a"));
}

#[test]
fn what_was_entered_becomes_the_plan_and_the_order() {
    let (mut state, _) = opened(&["a"]);
    edit(&mut state, &[Edit::Left, Edit::Submit, Edit::Next, Edit::Right, Edit::Next, Edit::Backspace, Edit::Char('7')]);
    let effects = edit(&mut state, &[Edit::Submit]);
    assert!(matches!(effects.as_slice(), [Effect::Remember(key, text)] if key.id.as_str() == "a" && text == "{\n}"), "{effects:?}");
    let Some(Overlay::Plan(plan)) = &state.nav.overlay else { panic!("no plan") };
    assert_eq!(plan.values.iter().collect::<Vec<_>>(), [("payload", "{\n}"), ("way", "async"), ("count", "7")]);
    let effects = edit(&mut state, &[Edit::Submit]);
    assert!(matches!(effects.as_slice(), [Effect::Act(order)] if order.values.number("count") == Some(7)), "{effects:?}");
}

#[test]
fn a_wrong_field_is_told_at_once_and_holds_the_plan_back() {
    let (mut state, _) = opened(&["a"]);
    edit(&mut state, &[Edit::Backspace, Edit::Next, Edit::Next]);
    assert_eq!(fields(&state)[0].1.as_deref(), Some("no object"));
    edit(&mut state, &[Edit::Send]);
    let Some(Overlay::Form(form)) = &state.nav.overlay else { panic!("the form has gone") };
    assert_eq!(form.at, 0);
    edit(&mut state, &[Edit::Cancel]);
    assert!(state.nav.overlay.is_none() && state.runs.is_empty());
}

#[test]
fn older_entries_can_be_gone_through_and_what_was_typed_is_kept() {
    let (mut state, _) = opened(&["a"]);
    let key = state.selected().expect("a row").0;
    let recalled = |state: &mut State| {
        answer(state, Answer::Recalled(key.clone(), vec!["{\"n\": 2}".to_owned(), "{\"n\": 1}".to_owned()]));
    };
    recalled(&mut state);
    assert_eq!(fields(&state)[0].0, "{\"n\": 2}");
    edit(&mut state, &[Edit::Home, Edit::Char(' '), Edit::Older]);
    assert_eq!(fields(&state)[0].0, "{\"n\": 2}");
    edit(&mut state, &[Edit::Older]);
    assert_eq!(fields(&state)[0].0, "{\"n\": 1}");
    edit(&mut state, &[Edit::Older, Edit::Newer, Edit::Newer, Edit::Newer]);
    assert_eq!(fields(&state)[0].0, " {\"n\": 2}");
}

#[test]
fn what_has_been_typed_is_not_overwritten_by_what_comes_late() {
    let (mut state, _) = opened(&["a"]);
    edit(&mut state, &[Edit::Home, Edit::Char('{'), Edit::End, Edit::Char('}')]);
    let key = state.selected().expect("a row").0;
    answer(&mut state, Answer::Recalled(key, vec!["{\"old\": 1}".to_owned()]));
    assert_eq!(fields(&state)[0].0, "{{}}");
}

#[test]
fn the_users_editor_gets_the_text_and_gives_it_back() {
    let (mut state, _) = opened(&["a"]);
    assert_eq!(edit(&mut state, &[Edit::Outside]), [Effect::Edit("{}".to_owned())]);
    update(&mut state, Msg::Edited("{\n  \"a\": 1\n}\n".to_owned()));
    assert_eq!(fields(&state)[0], ("{\n  \"a\": 1\n}".to_owned(), None));
}

#[test]
fn no_form_for_a_row_that_cannot_take_it_or_in_a_session_that_only_looks() {
    let (state, effects) = opened(&["deaf"]);
    assert!(state.nav.overlay.is_none() && effects.is_empty());
    assert!(state.toasts.iter().any(|toast| toast.text.as_str().contains("it is deaf")));
    let mut state = things(&["a"]);
    state.setup.policy = Policy::ReadOnly;
    update(&mut state, Msg::Do(Command::Actions));
    update(&mut state, Msg::Picked('c'));
    assert!(state.nav.overlay.is_none());
}

#[test]
fn a_report_opens_by_itself_but_never_over_what_the_user_is_doing() {
    let (mut state, _) = opened(&["a"]);
    edit(&mut state, &[Edit::Send, Edit::Submit]);
    let (run, key) = (state.runs[0].id, state.runs[0].rows[0].0.clone());
    let receipt = Receipt { note: "200".into(), report: vec!["response".into(), "  1".into()], ..Receipt::default() };
    update(&mut state, Msg::Do(Command::Filter));
    answer(&mut state, Answer::Acted(run, vec![(key, Ok(receipt))]));
    assert!(matches!(state.screen(), Screen::List(_)));
    update(&mut state, Msg::Typed(Edit::Cancel));
    update(&mut state, Msg::Do(Command::Report));
    assert!(matches!(state.screen(), Screen::Report(report) if report.title.as_str() == "call a" && report.lines.len() == 2));
}

#[test]
fn what_stood_before_is_proposed_when_it_is_to_come_back() {
    let (mut state, _) = opened(&["a"]);
    edit(&mut state, &[Edit::Send, Edit::Submit]);
    let (run, key) = (state.runs[0].id, state.runs[0].rows[0].0.clone());
    let receipt = Receipt { former: vec![("count", "7".into())], ..Receipt::default() };
    answer(&mut state, Answer::Acted(run, vec![(key, Ok(receipt))]));
    update(&mut state, Msg::Do(Command::Actions));
    update(&mut state, Msg::Picked('c'));
    assert_eq!(fields(&state)[2].0, "7");
}
