//! Behaviour as (before, keys, after): a state, commands, and the effects and state they lead to. No SDK function is ever called here.

use jiff::{SignedDuration, Timestamp};

mod actions;
mod filters;
mod marks;
mod rhythm;

use super::{
    command::Command,
    effect::Effect,
    msg::{Answer, Edit, Epoch, Msg},
    state::{Overlay, Policy, Screen, Setup, Source, State, Step},
    update,
};
use crate::{
    model::{
        Cell, Gap, Health, Problem, ProblemKind, Resource, Target, TargetId, Text,
        resource::{self, Page},
    },
    service::{self, Kind, Receipt},
};

pub(super) const HERE: TargetId = TargetId(0);

pub(super) fn kind() -> &'static Kind {
    service::ALL[0].kinds[0]
}

pub(super) fn instance(id: &str, name: &str, state: &str) -> Resource {
    let mut cells = vec![Cell::None; kind().columns.len()];
    let health = match state {
        "running" => Health::Ok,
        "stopped" | "terminated" => Health::Off,
        _ => Health::Busy,
    };
    cells[kind().column("state").expect("a state")] = Cell::State(health, Text::new(state));
    Resource { id: id.into(), name: name.into(), cells: cells.into(), tags: [].into(), parents: [].into() }
}

pub(super) fn blank(policy: Policy) -> State {
    let target = Target { profile: "p".into(), region: "eu-west-1".into() };
    State::new(Setup { policy, source: Source::Demo }, vec![target], kind(), (100, 30), Timestamp::UNIX_EPOCH)
}

fn after(state: &State, seconds: i64) -> Timestamp {
    state.now.saturating_add(SignedDuration::from_secs(seconds)).expect("in range")
}

pub(super) fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = after(state, seconds);
    update(state, Msg::Tick(now))
}

pub(super) fn answer(state: &mut State, answer: Answer) -> Vec<Effect> {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer))
}

pub(super) fn page(state: &mut State, rows: Vec<Resource>) {
    let sweep = sweep(state);
    answer(state, Answer::Page { target: HERE, kind: kind().id, sweep, page: Page { rows, overlays: Vec::new() } });
}

/// Lays cells over the instance `i-1`.
fn lay(state: &mut State, cells: Vec<(usize, Cell)>) {
    let overlays = vec![resource::Overlay { id: "i-1".into(), cells, tags: None }];
    let page = Page { rows: Vec::new(), overlays };
    answer(state, Answer::Page { target: HERE, kind: kind().id, sweep: sweep(state), page });
}

fn sweep(state: &State) -> u32 {
    state.fleet.tables[&kind().id].listing(HERE, &None).expect("a listing").sweep
}

pub(super) fn listed(state: &mut State, result: Result<Vec<Gap>, Problem>) {
    let sweep = sweep(state);
    answer(state, Answer::Listed { target: HERE, kind: kind().id, sweep, result });
}

/// A list of these instances that is complete.
pub(super) fn with(policy: Policy, rows: &[(&str, &str, &str)]) -> State {
    let mut state = blank(policy);
    tick(&mut state, 1);
    page(&mut state, rows.iter().map(|(id, name, standing)| instance(id, name, standing)).collect());
    listed(&mut state, Ok(Vec::new()));
    state
}

pub(super) fn three() -> State {
    with(Policy::Operator, &[("i-1", "a", "running"), ("i-2", "b", "stopped"), ("i-3", "c", "running")])
}

pub(super) fn run(state: &mut State, commands: &[Command]) -> Vec<Effect> {
    commands.iter().flat_map(|command| update(state, Msg::Do(*command))).collect()
}

pub(super) fn type_in(state: &mut State, text: &str) {
    for c in text.chars() {
        update(state, Msg::Typed(Edit::Char(c)));
    }
}

pub(super) fn names(state: &State) -> Vec<String> {
    let table = &state.fleet.tables[&kind().id];
    let list = state.list().expect("a list");
    list.view.order().iter().filter_map(|slot| table.row(*slot)).map(|row| row.resource.name.to_string()).collect()
}

fn cursor(state: &State) -> String {
    state.selected().map(|(_, row)| row.name.to_string()).unwrap_or_default()
}

pub(super) fn read(state: &mut State, ids: &[&str], rows: Vec<Resource>) {
    let ids = ids.iter().map(|id| Text::new(id)).collect();
    answer(state, Answer::Reread { target: HERE, kind: kind().id, ids, result: Ok(Page { rows, overlays: Vec::new() }) });
}

pub(super) fn problem(kind: ProblemKind) -> Problem {
    Problem::new(kind, "what went wrong", "what to do")
}

#[test]
fn the_first_tick_asks_who_and_what_and_the_second_asks_nothing() {
    let mut state = blank(Policy::Operator);
    let effects = tick(&mut state, 1);
    assert!(matches!(effects.as_slice(), [Effect::Identify(HERE), Effect::List { target: HERE, .. }]), "{effects:?}");
    assert_eq!(tick(&mut state, 1), []);
}

#[test]
fn a_complete_list_is_asked_for_again_after_its_time_and_not_before() {
    let mut state = three();
    let lists = |effects: Vec<Effect>| effects.iter().filter(|effect| matches!(effect, Effect::List { .. })).count();
    assert_eq!(lists(tick(&mut state, 59)), 0);
    assert_eq!((0..12).map(|_| lists(tick(&mut state, 1))).sum::<usize>(), 1, "and not at the second");
}

#[test]
fn the_cursor_stays_with_its_row_whatever_comes_and_goes() {
    let mut state = three();
    run(&mut state, &[Command::Down]);
    assert_eq!(cursor(&state), "b");
    tick(&mut state, 72);
    let come = [("i-0", "aa"), ("i-4", "ab"), ("i-2", "b"), ("i-3", "c")];
    page(&mut state, come.map(|(id, name)| instance(id, name, "running")).to_vec());
    assert_eq!((names(&state).concat(), cursor(&state)), ("aaaabbc".to_owned(), "b".to_owned()), "two have come before it");
    listed(&mut state, Ok(Vec::new()));
    assert_eq!((names(&state).concat(), cursor(&state)), ("aaabbc".to_owned(), "b".to_owned()), "and one before it has gone");
}

#[test]
fn a_failed_sweep_keeps_the_rows_and_is_told() {
    let mut state = three();
    tick(&mut state, 72);
    listed(&mut state, Err(problem(ProblemKind::Throttled)));
    assert_eq!(names(&state).len(), 3);
    assert_eq!(state.errors.len(), 1);
    tick(&mut state, 21);
    listed(&mut state, Err(problem(ProblemKind::Throttled)));
    assert_eq!((state.errors.len(), state.errors[0].count), (1, 2));
}

/// One cluster of many is out of reach: what was in it may still be there. Where only facts are missing every row has come.
#[test]
fn rows_that_could_not_be_had_stay_and_those_that_are_gone_go() {
    for (gap, left) in [(Gap::rows(problem(ProblemKind::Denied)), 3), (Gap::facts(problem(ProblemKind::Denied)), 1)] {
        let mut state = three();
        tick(&mut state, 72);
        page(&mut state, vec![instance("i-1", "a", "running")]);
        listed(&mut state, Ok(vec![gap]));
        assert_eq!((names(&state).len(), state.errors.len()), (left, 1));
    }
}

/// A check that could not be asked for is as it was: what it said is neither gone nor a change.
#[test]
fn checks_that_could_not_be_had_stay_until_they_are_told_again() {
    let at = kind().column("checks").expect("checks");
    let mut state = blank(Policy::Operator);
    let mut sweep = |checks: bool, gaps: Vec<Gap>| {
        tick(&mut state, 72);
        page(&mut state, vec![instance("i-1", "a", "running")]);
        if checks {
            lay(&mut state, vec![(at, Cell::State(Health::Bad, "1/2".into()))]);
        }
        listed(&mut state, Ok(gaps));
        state.fleet.tables[&kind().id].rows().next().expect("a row").1.resource.cells[at].clone()
    };
    let missing = || vec![Gap::facts(problem(ProblemKind::Service))];
    let bad = Cell::State(Health::Bad, "1/2".into());
    assert_eq!(sweep(true, Vec::new()), bad);
    for _ in 0..3 {
        assert_eq!(sweep(false, missing()), bad);
    }
    // Of an instance that has none any more nothing is told.
    sweep(false, Vec::new());
    assert_eq!(sweep(false, Vec::new()), Cell::None);
}

#[test]
fn a_row_that_comes_twice_in_a_sweep_counts_once() {
    let mut state = blank(Policy::Operator);
    tick(&mut state, 1);
    page(&mut state, vec![instance("i-1", "a", "pending")]);
    page(&mut state, vec![instance("i-1", "a", "running"), instance("i-2", "b", "running")]);
    listed(&mut state, Ok(Vec::new()));
    let listing = state.fleet.tables[&kind().id].listing(HERE, &None).expect("a listing");
    assert_eq!(listing.count.value(), Some(&2));
}

#[test]
fn answers_of_another_epoch_or_sweep_are_dropped() {
    let mut state = three();
    let old = Answer::Page {
        target: HERE,
        kind: kind().id,
        sweep: 0,
        page: Page { rows: vec![instance("i-9", "z", "running")], overlays: vec![] },
    };
    answer(&mut state, old.clone());
    update(&mut state, Msg::Answered(Epoch(99), old));
    assert_eq!(names(&state).len(), 3);
}

#[test]
fn the_filter_applies_as_typed_and_escape_brings_the_old_one_back() {
    let mut state = three();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "state:running");
    assert_eq!(names(&state), ["a", "c"]);
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, " nothing-like-this");
    assert_eq!(names(&state), [""; 0]);
    update(&mut state, Msg::Typed(Edit::Cancel));
    assert_eq!(names(&state), ["a", "c"]);
    run(&mut state, &[Command::Back]);
    assert_eq!(names(&state), ["a", "b", "c"]);
}

#[test]
fn a_mistake_in_the_filter_is_told_in_place_and_changes_nothing() {
    let mut state = three();
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "colour:red");
    update(&mut state, Msg::Typed(Edit::Submit));
    let Some(Overlay::Prompt(prompt)) = &state.nav.overlay else { panic!("the prompt stays open") };
    assert!(prompt.complaint.as_ref().is_some_and(|complaint| complaint.words.contains("colour") && complaint.at == Some(0..10)));
    assert_eq!(names(&state).len(), 3);
}

#[test]
fn sorting_by_state_puts_what_is_off_last_and_turns_round() {
    let mut state = three();
    run(&mut state, &[Command::SortNext, Command::SortNext]);
    assert_eq!(names(&state), ["a", "c", "b"]);
    run(&mut state, &[Command::SortReverse]);
    assert_eq!(names(&state), ["b", "a", "c"]);
}

#[test]
fn metrics_are_asked_for_visible_running_rows_once_a_period() {
    let mut state = three();
    let effects = tick(&mut state, 1);
    let asked: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Measure(_, queries) => Some(queries),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(asked.len(), 4, "two running rows, two metrics in the list each");
    assert!(asked.iter().all(|(_, query)| query.range.end % 300 == 0 && query.range.end <= state.now.as_second()));
    let answers = asked.iter().map(|(reading, _)| (reading.clone(), Ok(None))).collect();
    answer(&mut state, Answer::Measured(answers));
    let again = |effects: Vec<Effect>| effects.iter().any(|effect| matches!(effect, Effect::Measure(..)));
    let to_the_next = 300 - (state.now.as_second() - 120).rem_euclid(300);
    assert!(!again(tick(&mut state, to_the_next - 1)));
    assert!(again(tick(&mut state, 1)));
}

#[test]
fn escape_closes_one_thing_at_a_time_and_never_leaves() {
    let mut state = three();
    run(&mut state, &[Command::Describe, Command::Help, Command::Palette]);
    update(&mut state, Msg::Typed(Edit::Cancel));
    assert!(matches!(state.screen(), Screen::Help(_)));
    run(&mut state, &[Command::Back, Command::Back, Command::Back, Command::Back]);
    assert!(matches!(state.screen(), Screen::List(_)) && !state.quitting);
    run(&mut state, &[Command::Quit]);
    assert!(state.quitting);
}

#[test]
fn the_palette_takes_commands_kinds_and_actions_and_suggests_what_is_near() {
    let mut state = three();
    for (words, near) in [("stpo", "stop"), ("hepl", "help")] {
        run(&mut state, &[Command::Palette]);
        type_in(&mut state, words);
        update(&mut state, Msg::Typed(Edit::Submit));
        let Some(Overlay::Prompt(prompt)) = &state.nav.overlay else { panic!("the prompt stays open") };
        assert!(prompt.complaint.as_ref().is_some_and(|complaint| complaint.words.contains(near)), "{:?}", prompt.complaint);
        update(&mut state, Msg::Typed(Edit::Cancel));
    }
    run(&mut state, &[Command::Palette]);
    type_in(&mut state, "stop");
    update(&mut state, Msg::Typed(Edit::Submit));
    assert!(matches!(state.nav.overlay, Some(Overlay::Plan(_))));
}

/// Narrowing as typed and building anew must agree: after every keystroke, forwards and backwards.
#[test]
fn a_filter_typed_is_the_same_as_a_filter_pasted() {
    let rows = [("i-1", "web-1", "running"), ("i-2", "web-2", "stopped"), ("i-3", "db-1", "running"), ("i-4", "web-10", "running")];
    let mut typed = with(Policy::Operator, &rows);
    run(&mut typed, &[Command::Filter]);
    let text = "web !stop state:running -1";
    for end in 1..=text.len() {
        type_in(&mut typed, &text[end - 1..end]);
        let mut pasted = with(Policy::Operator, &rows);
        run(&mut pasted, &[Command::Filter]);
        super::prompts::apply(&mut pasted, super::state::Asks::Filter, &text[..end]);
        assert_eq!(names(&typed), names(&pasted), "{}", &text[..end]);
    }
}

#[test]
fn giving_up_a_shorter_filter_brings_every_row_of_the_longer_one_back() {
    let rows = [("i-1", "web-1", "running"), ("i-2", "web-2", "running"), ("i-3", "db-1", "running")];
    let mut state = with(Policy::Operator, &rows);
    super::prompts::apply(&mut state, super::state::Asks::Filter, "");
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "!web-2 -1");
    update(&mut state, Msg::Typed(Edit::Submit));
    run(&mut state, &[Command::Filter]);
    for _ in 0.." -1".len() + "-2".len() {
        update(&mut state, Msg::Typed(Edit::Backspace));
    }
    assert_eq!(names(&state), ["db-1"]);
    update(&mut state, Msg::Typed(Edit::Cancel));
    assert_eq!(names(&state), ["db-1", "web-1"]);
}

/// A row that has not changed may still grow too old for a filter.
#[test]
fn a_filter_by_age_is_decided_anew_with_each_list() {
    let at = kind().column("launched").expect("a launch time");
    let young = |second: i64| {
        let mut row = instance("i-1", "a", "running");
        row.cells.set(at, Cell::Time(second));
        row
    };
    let mut state = blank(Policy::Operator);
    tick(&mut state, 1_000);
    page(&mut state, vec![young(0)]);
    listed(&mut state, Ok(Vec::new()));
    run(&mut state, &[Command::Filter]);
    type_in(&mut state, "launched<30m");
    update(&mut state, Msg::Typed(Edit::Submit));
    assert_eq!(names(&state), ["a"]);
    run(&mut state, &[Command::Up]);
    tick(&mut state, 900);
    page(&mut state, vec![young(0)]);
    listed(&mut state, Ok(Vec::new()));
    assert_eq!(names(&state), [""; 0]);
}
