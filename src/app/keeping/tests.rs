use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    app::{
        command::Command,
        msg::{Answer, Identity, Msg},
        state::{Overlay, Policy, Setup},
        update,
    },
    model::{Cell, Gap, Target, Text, resource::Page},
    service::Kind,
};

const HERE: TargetId = TargetId(0);
const OURS: &str = "111111111111";

fn kind() -> &'static Kind {
    service::ALL[0].kinds[0]
}

fn row(id: &str) -> Resource {
    let cells = vec![Cell::None; kind().columns.len()].into();
    Resource { id: id.into(), name: id.into(), cells, tags: [].into(), parents: [].into() }
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("in range")
}

fn blank(source: Source) -> State {
    let target = Target { profile: "p".into(), region: "eu-west-1".into() };
    State::new(Setup { policy: Policy::Operator, source }, vec![target], kind(), (100, 30), moment(10_000))
}

fn tell(state: &mut State, answer: Answer) -> Vec<Effect> {
    let epoch = state.epoch;
    update(state, Msg::Answered(epoch, answer))
}

fn tick(state: &mut State, seconds: i64) -> Vec<Effect> {
    let now = state.now + SignedDuration::from_secs(seconds);
    update(state, Msg::Tick(now))
}

fn remember(state: &mut State, account: &str, at: i64, ids: &[&str]) {
    let rows = ids.iter().map(|id| row(id)).collect();
    let memory = Memory { target: HERE, kind: kind().id, account: account.into(), at: moment(at), rows };
    assert_eq!(tell(state, Answer::Remembered(vec![memory])), []);
}

fn identify(state: &mut State, account: &str) -> Vec<Effect> {
    let identity = Identity { account: account.into(), arn: "arn".into() };
    tell(state, Answer::Identified(HERE, Ok(identity)))
}

fn sweep(state: &State) -> u32 {
    state.fleet.tables[&kind().id].listing(HERE, &None).expect("a listing").sweep
}

fn list(state: &mut State, ids: &[&str], missing: Vec<Gap>) -> Vec<Effect> {
    let sweep = sweep(state);
    let page = Page { rows: ids.iter().map(|id| row(id)).collect(), overlays: Vec::new() };
    tell(state, Answer::Page { target: HERE, kind: kind().id, sweep, page });
    tell(state, Answer::Listed { target: HERE, kind: kind().id, sweep, result: Ok(missing) })
}

fn ids(state: &State) -> Vec<String> {
    let table = &state.fleet.tables[&kind().id];
    let order = state.list().expect("a list").view.order();
    order.iter().filter_map(|slot| table.row(*slot)).map(|row| row.key.id.to_string()).collect()
}

fn as_of(state: &State) -> Option<Timestamp> {
    state.fleet.tables[&kind().id].listing(HERE, &None).and_then(|listing| listing.count.as_of())
}

/// The rows that are to be kept, by id, and as of when.
fn kept(effects: &[Effect]) -> Option<(Vec<&str>, Timestamp)> {
    let memory: &Memory<Arc<Resource>> = effects.iter().find_map(|effect| match effect {
        Effect::Keep(memory) => Some(memory),
        _ => None,
    })?;
    let mut ids: Vec<_> = memory.rows.iter().map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    Some((ids, memory.at))
}

#[test]
fn what_was_kept_is_shown_with_its_age_until_it_is_listed_anew() {
    let mut state = blank(Source::Aws);
    remember(&mut state, OURS, 4_000, &["i-1", "i-2"]);
    remember(&mut state, OURS, 4_000, &["i-3"]);
    assert_eq!((ids(&state), as_of(&state)), (vec!["i-1".to_owned(), "i-2".into(), "i-3".into()], Some(moment(4_000))));
    let effects = tick(&mut state, 1);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::List { .. })), "it is listed at once: {effects:?}");
    assert_eq!(as_of(&state), Some(moment(4_000)));
    list(&mut state, &["i-2", "i-4"], Vec::new());
    assert_eq!((ids(&state), as_of(&state)), (vec!["i-2".to_owned(), "i-4".into()], Some(state.now)));
    remember(&mut state, OURS, 4_000, &["i-1"]);
    assert_eq!(ids(&state).len(), 2, "too late");
}

#[test]
fn rows_that_are_there_already_are_newer() {
    let mut state = blank(Source::Aws);
    tick(&mut state, 1);
    let sweep = sweep(&state);
    let fresh = Resource { name: "new".into(), ..row("i-1") };
    tell(&mut state, Answer::Page { target: HERE, kind: kind().id, sweep, page: Page { rows: vec![fresh], overlays: Vec::new() } });
    remember(&mut state, OURS, 4_000, &["i-1", "i-2"]);
    let table = &state.fleet.tables[&kind().id];
    let name = |id: &str| table.rows().find(|(_, row)| row.key.id.as_str() == id).map(|(_, row)| row.resource.name.to_string());
    assert_eq!((name("i-1").as_deref(), name("i-2").as_deref()), (Some("new"), Some("i-2")));
}

#[test]
fn a_failure_keeps_what_was_kept_with_its_age() {
    let mut state = blank(Source::Aws);
    remember(&mut state, OURS, 4_000, &["i-1"]);
    tick(&mut state, 1);
    let sweep = sweep(&state);
    let problem = Problem::new(ProblemKind::Unreachable, "nobody answered", "");
    let effects = tell(&mut state, Answer::Listed { target: HERE, kind: kind().id, sweep, result: Err(problem) });
    assert_eq!((ids(&state), as_of(&state), kept(&effects)), (vec!["i-1".to_owned()], Some(moment(4_000)), None));
}

#[test]
fn rows_of_another_account_are_forgotten_when_it_is_known() {
    let mut state = blank(Source::Aws);
    remember(&mut state, "222222222222", 4_000, &["i-1"]);
    tick(&mut state, 1);
    identify(&mut state, OURS);
    assert_eq!((ids(&state), as_of(&state)), (Vec::new(), None));
    remember(&mut state, "222222222222", 4_000, &["i-1"]);
    assert_eq!(ids(&state).len(), 0, "nor taken later");
    remember(&mut state, OURS, 20_000, &["i-1"]);
    assert_eq!(ids(&state).len(), 0, "nor from the future");
    remember(&mut state, OURS, 4_000, &["i-1"]);
    assert_eq!(ids(&state).len(), 1);
}

#[test]
fn nothing_is_done_to_a_row_that_was_not_listed_since_the_start() {
    let mut state = blank(Source::Aws);
    remember(&mut state, OURS, 4_000, &["i-1"]);
    update(&mut state, Msg::Do(Command::Actions));
    assert!(state.nav.overlay.is_none() && state.toasts[0].text.as_str().contains("from the last start"));
    tick(&mut state, 1);
    list(&mut state, &["i-1"], Vec::new());
    update(&mut state, Msg::Do(Command::Actions));
    assert!(matches!(state.nav.overlay, Some(Overlay::Menu(_))));
}

#[test]
fn a_complete_list_is_kept_once_it_is_known_whose_it_is_and_then_every_five_minutes() {
    let mut state = blank(Source::Aws);
    tick(&mut state, 1);
    assert_eq!(kept(&list(&mut state, &["i-1", "i-2"], Vec::new())), None);
    let complete = state.now;
    tick(&mut state, 2);
    assert_eq!(kept(&identify(&mut state, OURS)), Some((vec!["i-1", "i-2"], complete)));
    tick(&mut state, 70);
    assert_eq!(kept(&list(&mut state, &["i-1"], Vec::new())), None, "too soon");
    tick(&mut state, 300);
    assert_eq!(kept(&list(&mut state, &["i-1"], Vec::new())), Some((vec!["i-1"], state.now)));
}

#[test]
fn an_incomplete_list_is_not_kept_and_neither_is_the_demonstration() {
    let mut state = blank(Source::Aws);
    tick(&mut state, 1);
    identify(&mut state, OURS);
    let gap = Gap::rows(Problem::new(ProblemKind::Throttled, "slow down", ""));
    assert_eq!(kept(&list(&mut state, &["i-1"], vec![gap])), None);
    let mut state = blank(Source::Demo);
    assert!(!tick(&mut state, 1).contains(&Effect::LookBack(kind().id)));
    identify(&mut state, OURS);
    assert_eq!(kept(&list(&mut state, &["i-1"], Vec::new())), None);
}

#[test]
fn each_kind_is_looked_up_once() {
    let mut state = blank(Source::Aws);
    assert!(tick(&mut state, 1).contains(&Effect::LookBack(kind().id)));
    assert!(!tick(&mut state, 100).contains(&Effect::LookBack(kind().id)));
}

#[test]
fn that_nothing_can_be_kept_is_told_once_and_not_tried_again() {
    let mut state = blank(Source::Aws);
    tick(&mut state, 1);
    identify(&mut state, OURS);
    assert!(kept(&list(&mut state, &["i-1"], Vec::new())).is_some());
    tell(&mut state, Answer::Unkept("/home/ada: no space left".to_owned()));
    tell(&mut state, Answer::Unkept("/home/ada: no space left".to_owned()));
    assert_eq!((state.toasts.len(), state.errors.len(), state.errors[0].count), (1, 1, 1));
    assert_eq!(state.errors[0].problem.headline, Text::new("/home/ada: no space left"));
    tick(&mut state, 400);
    assert_eq!(kept(&list(&mut state, &["i-1"], Vec::new())), None);
}

#[test]
fn that_what_is_typed_cannot_be_kept_is_told_once_and_counted() {
    let mut state = blank(Source::Aws);
    for _ in 0..3 {
        tell(&mut state, Answer::TextUnkept("read-only file system".to_owned()));
    }
    assert_eq!((state.toasts.len(), state.errors.len(), state.errors[0].count), (1, 1, 3));
}
