use jiff::{SignedDuration, Timestamp};

use super::{Home, board::Line};
use crate::{
    app::{
        command::Command,
        effect::Effect,
        msg::{Answer, Edit, Msg, Reading},
        pointing::{Press, Spot},
        state::{Overlay, Policy, Reader, Screen, Scroll, Setup, Source, State},
        update,
        view::Rows,
    },
    model::{Cell, Key, KindId, Range, Resource, Series, Target, TargetId, Text, resource::Page},
    service,
};

const HERE: TargetId = TargetId(0);
const EC2: KindId = KindId("ec2");

fn home() -> State {
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let target = Target { profile: "p".into(), region: "eu-west-1".into() };
    let mut state = State::at_home(setup, vec![target], (120, 30), Timestamp::UNIX_EPOCH);
    tick(&mut state, 1);
    state
}

fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = state.now.saturating_add(SignedDuration::from_secs(seconds)).expect("in range");
    update(state, Msg::Tick(now))
}

fn answer(state: &mut State, answer: Answer) {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer));
}

/// An instance of which these checks fail.
fn instance(name: &str, failing: &[&str]) -> Resource {
    let kind = service::kind("ec2").expect("instances");
    let mut cells = vec![Cell::None; kind.columns.len()];
    let mut set = |id: &str, health, word: &str| cells[kind.column(id).expect("a column")] = Cell::State(health, Text::new(word));
    set("state", crate::model::Health::Ok, "running");
    for check in failing {
        set(check, crate::model::Health::Bad, "impaired");
    }
    Resource { id: format!("i-{name}").as_str().into(), name: name.into(), cells: cells.into(), tags: [].into(), parents: [].into() }
}

fn brings(state: &mut State, rows: Vec<Resource>) {
    let sweep = state.fleet.tables[&EC2].listing(HERE, &None).expect("a listing").sweep;
    answer(state, Answer::Page { target: HERE, kind: EC2, sweep, page: Page { rows, overlays: Vec::new() } });
}

fn screen(state: &State) -> &Home {
    match state.nav.screens.first() {
        Some(Screen::Home(home)) => home,
        other => panic!("not the findings: {other:?}"),
    }
}

fn lines(state: &State) -> Vec<String> {
    let name = |line: &Line| match line {
        Line::More(_, hidden) => format!("+{hidden}"),
        line @ Line::Row(..) => super::row(&state.fleet, *line).map_or_else(String::new, |row| row.resource.name.to_string()),
    };
    screen(state).lines(state).0.iter().map(name).collect()
}

fn cursor(state: &State) -> String {
    lines(state)[screen(state).lines(state).1].clone()
}

fn run(state: &mut State, commands: &[Command]) {
    for command in commands {
        update(state, Msg::Do(*command));
    }
}

fn type_in(state: &mut State, text: &str) {
    run(state, &[Command::Filter]);
    text.chars().for_each(|c| drop(update(state, Msg::Typed(Edit::Char(c)))));
    update(state, Msg::Typed(Edit::Submit));
}

#[test]
fn what_is_wrong_is_there_and_goes_when_it_is_mended() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &[]), instance("b", &["system_check"]), instance("c", &["ebs_check"])]);
    let mut seen = lines(&state);
    seen.sort();
    assert_eq!(seen, ["b", "c"]);
    assert_eq!((state.findings.board.len(), state.findings.board.severities()), (2, [0, 0, 2]));
    brings(&mut state, vec![instance("b", &[])]);
    assert_eq!((lines(&state), state.findings.board.in_target(HERE)), (vec!["c".to_owned()], [0, 0, 1]));
}

#[test]
fn the_cursor_stays_with_its_finding_whatever_comes_and_goes() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &["system_check"]), instance("b", &["system_check"])]);
    run(&mut state, &[Command::Down]);
    assert_eq!(cursor(&state), "b");
    tick(&mut state, 60);
    brings(&mut state, vec![instance("c", &["system_check"]), instance("d", &["instance_check"])]);
    assert_eq!(cursor(&state), "b");
    brings(&mut state, vec![instance("b", &[])]);
    assert!(lines(&state).contains(&cursor(&state)), "it is on a line that is there");
}

#[test]
fn what_many_have_in_common_takes_a_few_lines_and_opens_all_of_them() {
    let mut state = home();
    let many = (0..5_000).map(|at| instance(&format!("w{at:04}"), &["system_check"])).collect();
    brings(&mut state, many);
    let seen = lines(&state);
    assert_eq!((seen.len(), seen[3].as_str()), (4, "+4997"));
    run(&mut state, &[Command::Bottom, Command::Open]);
    while state.list().is_some_and(|list| !list.view.decided()) {
        update(&mut state, Msg::Sift);
    }
    let list = state.list().expect("the list of instances");
    assert_eq!((list.view.rows, list.view.order().len()), (Rows::Findings, 5_000));
    run(&mut state, &[Command::Back]);
    assert_eq!(cursor(&state), "+4997");
}

#[test]
fn a_row_far_down_keeps_its_line_while_the_cursor_is_on_it() {
    let mut state = home();
    brings(&mut state, vec![instance("old", &["system_check"])]);
    run(&mut state, &[Command::Top]);
    tick(&mut state, 10);
    brings(&mut state, (0..50).map(|at| instance(&format!("w{at}"), &["system_check"])).collect());
    assert_eq!((cursor(&state), lines(&state).len()), ("old".to_owned(), 5));
}

#[test]
fn enter_goes_to_the_row_and_back_to_the_same_finding() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &["system_check"]), instance("b", &["system_check"]), instance("z", &[])]);
    run(&mut state, &[Command::Down, Command::Open]);
    let row = state.selected().expect("a row");
    assert!(matches!(state.screen(), Screen::List(list) if list.kind.id == EC2));
    assert_eq!(row.1.name.as_str(), "b");
    run(&mut state, &[Command::Back]);
    assert_eq!(cursor(&state), "b");
    run(&mut state, &[Command::Metrics]);
    assert!(matches!((state.screen(), state.nav.charts), (Screen::List(_), crate::app::state::Panel::Open)));
}

/// Its metrics and what lists leave out are asked for as they are of a row that was opened from its list.
#[test]
fn a_row_that_is_read_over_the_findings_is_asked_about() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &["system_check"])]);
    answer(&mut state, Answer::RememberedPoints(EC2, Vec::new()));
    let measured = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Measure(HERE, _)));
    assert!(!measured(&tick(&mut state, 2)), "of findings nothing is shown");
    run(&mut state, &[Command::Describe]);
    assert!(measured(&tick(&mut state, 2)));
    let lambda = service::kind("lambda").expect("functions");
    let cells = vec![Cell::None; lambda.columns.len()];
    let row = Resource { id: "f".into(), name: "f".into(), cells: cells.into(), tags: [].into(), parents: [].into() };
    let key = Key { target: HERE, kind: lambda.id, id: "f".into() };
    let sweep = state.fleet.tables[&lambda.id].listing(HERE, &None).expect("a listing").sweep;
    answer(&mut state, Answer::Page { target: HERE, kind: lambda.id, sweep, page: Page { rows: vec![row], overlays: Vec::new() } });
    state.nav.screens.push(Screen::Detail(Reader { key, kind: lambda, scroll: Scroll::default() }));
    let effects = tick(&mut state, 2);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Detail { kind, .. } if *kind == lambda.id)), "{effects:?}");
}

#[test]
fn what_can_be_done_with_a_row_can_be_done_with_its_finding() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &["system_check"])]);
    run(&mut state, &[Command::Actions]);
    assert!(matches!(&state.nav.overlay, Some(Overlay::Menu(menu)) if menu.rows.len() == 1 && menu.kind.id == EC2));
    run(&mut state, &[Command::Back, Command::Describe]);
    assert!(matches!(state.screen(), Screen::Detail(reader) if reader.key.id.as_str() == "i-a"));
    run(&mut state, &[Command::Back]);
    let copied = update(&mut state, Msg::Do(Command::CopyId));
    assert_eq!(copied, [Effect::Copy("i-a".to_owned())]);
}

#[test]
fn words_narrow_the_findings_and_escape_takes_them_back() {
    let mut state = home();
    brings(&mut state, vec![instance("web", &["system_check"]), instance("api", &["ebs_check"])]);
    for (words, left) in
        [("ebs", "api"), ("critical !ebs", "web"), ("name:web", "web"), ("instances web", "web"), ("region:eu-* api", "api")]
    {
        type_in(&mut state, words);
        assert_eq!(lines(&state), [left], "{words}");
        run(&mut state, &[Command::Back]);
        assert_eq!(lines(&state).len(), 2);
    }
    type_in(&mut state, "web");
    brings(&mut state, vec![instance("web", &[]), instance("web2", &["system_check"])]);
    assert_eq!(lines(&state), ["web2"], "what comes later is narrowed too");
}

#[test]
fn tabs_begin_with_the_findings_and_come_round_to_them() {
    let mut state = home();
    run(&mut state, &[Command::NextTab]);
    assert!(matches!(state.screen(), Screen::List(list) if list.kind.id == EC2));
    run(&mut state, &[Command::PreviousTab]);
    assert!(matches!(state.screen(), Screen::Home(_)));
    run(&mut state, &vec![Command::NextTab; service::ALL.len() + 1]);
    assert!(matches!(state.screen(), Screen::Home(_)));
    run(&mut state, &[Command::NextTab, Command::Home]);
    assert!(matches!(state.screen(), Screen::Home(_)));
}

/// Points of the first metric of an instance: its processor, in percent, the newest just closed.
fn points(state: &State, values: &[f64]) -> Series {
    let range = Range::closed(state.now, 300, 3_600, 120);
    let first = range.end - 300 * values.len() as i64;
    Series::new(range, (0..).zip(values).map(|(at, value)| (first + at * 300, *value)).collect())
}

#[test]
fn metrics_that_were_fetched_anyway_make_findings_until_they_are_old() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &[])]);
    tick(&mut state, 86_400);
    let reading = Reading { key: Key { target: HERE, kind: EC2, id: "i-a".into() }, metric: 0 };
    let measured = |state: &mut State, values: &[f64]| {
        let series = points(state, values);
        answer(state, Answer::Measured(vec![(reading.clone(), Ok(Some(series)))]));
    };
    measured(&mut state, &[20.0, 95.0, 96.0]);
    assert_eq!(lines(&state), [""; 0], "two periods are not three");
    measured(&mut state, &[94.0, 95.0, 96.0]);
    assert_eq!((lines(&state), state.fleet.tables[&EC2].findings()), (vec!["a".to_owned()], 1));
    tick(&mut state, 400);
    assert_eq!(lines(&state), ["a"]);
    tick(&mut state, 1_200);
    assert_eq!((lines(&state), state.fleet.tables[&EC2].findings()), (Vec::new(), 0), "old points say nothing");
}

fn point(state: &mut State, at: usize, press: Press) {
    update(state, Msg::Pointed(Spot::Row(at), press));
}

#[test]
fn a_press_selects_a_finding_the_second_opens_it_and_the_wheel_scrolls() {
    let mut state = home();
    brings(&mut state, vec![instance("a", &["system_check"]), instance("b", &["system_check"]), instance("c", &["ebs_check"])]);
    let last = lines(&state)[2].clone();
    point(&mut state, 2, Press::Once);
    assert_eq!((cursor(&state), matches!(state.screen(), Screen::Home(_))), (last.clone(), true));
    update(&mut state, Msg::Rolled(-3));
    assert_eq!(cursor(&state), lines(&state)[0]);
    point(&mut state, 2, Press::Once);
    point(&mut state, 2, Press::Twice);
    assert_eq!(state.list().map(|list| list.kind.id), Some(EC2));
    assert_eq!(state.selected().map(|(_, row)| row.name.to_string()), Some(last));
}
