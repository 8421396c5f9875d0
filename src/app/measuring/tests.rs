//! What is asked for, when, of which rows, and what a budget changes about it.

use super::*;
use crate::{
    app::{
        command::Command,
        msg::Answer,
        state::{Policy, Setup, Source},
        tests::{answer, kind, run, three, tick, with},
    },
    model::{Cell, Record, Resource, Target, Text, resource::Page},
    service,
};

fn asked(effects: &[Effect]) -> Vec<(Reading, Query)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Measure(_, queries) => Some(queries.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

/// Ticks, and answers each question with the last point of its span.
fn answered(state: &mut State, seconds: i64) -> Vec<(Reading, Query)> {
    let asked = asked(&tick(state, seconds));
    let point = |query: &Query| Series::new(query.range, vec![(query.range.end - query.range.period, 1.0)]);
    let answers = asked.iter().map(|(reading, query)| (reading.clone(), Ok(Some(point(query))))).collect();
    answer(state, Answer::Measured(answers));
    asked
}

/// Seconds until one more period of this length is published, whatever the time.
fn to_the_next(state: &State, period: i64) -> i64 {
    period - (state.now.as_second() - 120).rem_euclid(period)
}

fn names(asked: &[(Reading, Query)]) -> Vec<&str> {
    let mut names: Vec<_> = asked.iter().map(|(reading, _)| reading.key.id.as_str()).collect();
    names.dedup();
    names
}

/// The first of three instances is watched closely.
fn watched() -> State {
    let mut state = three();
    let mut row = state.fleet.tables[&kind().id].rows().next().map(|(_, row)| (*row.resource).clone()).expect("a row");
    row.cells.set(kind().column("monitoring").expect("a column"), Cell::Text("enabled".into()));
    let ids = vec![Text::new("i-1")];
    let page = Page { rows: vec![row], overlays: Vec::new() };
    answer(&mut state, Answer::Reread { target: TargetId(0), kind: kind().id, ids, result: Ok(page) });
    state
}

#[test]
fn a_row_that_is_watched_closely_is_asked_about_each_minute_and_the_others_are_not() {
    let mut state = watched();
    let first = answered(&mut state, 1);
    let of = |id: &'static str| first.iter().filter(move |(reading, _)| reading.key.id.as_str() == id);
    assert_eq!(of("i-1").chain(of("i-3")).map(|(_, query)| query.range.period).collect::<Vec<_>>(), [60, 60, 300, 300]);
    let rates: Vec<f64> = first.iter().map(|(_, query)| query.divisor).collect();
    assert_eq!(rates.iter().copied().reduce(f64::max), Some(300.0));
    let (minute, seconds) = (to_the_next(&state, 60), to_the_next(&state, 300));
    assert!(minute < seconds, "{minute} {seconds}");
    assert_eq!(answered(&mut state, minute - 1), []);
    let again = answered(&mut state, 1);
    assert_eq!((names(&again), again.len()), (vec!["i-1"], 2));
    assert!(again.iter().all(|(_, query)| query.range.slots() == 16), "a quarter of an hour that may have come late, and what is new");
}

#[test]
fn one_call_has_one_span_after_the_other() {
    let mut state = watched();
    let spans: Vec<_> = answered(&mut state, 1).into_iter().map(|(_, query)| (query.range.start, query.range.end)).collect();
    assert!(spans.is_sorted(), "{spans:?}");
}

#[test]
fn other_periods_than_before_begin_anew() {
    let minutes = Series::new(Span { start: 0, end: 600, period: 60 }, vec![(540, 9.0)]);
    let five = Series::new(Span { start: 0, end: 600, period: 300 }, vec![(300, 7.0)]);
    let metric = &kind().metrics[0];
    let now = Timestamp::from_second(720).expect("a time");
    assert_eq!(joined(Some(&minutes), Some(five.clone()), Some(metric), now), Some(five));
}

#[test]
fn an_answer_that_broke_off_is_gone_on_with_where_it_ended() {
    let mut state = three();
    let first = asked(&tick(&mut state, 20_000));
    let cut = |query: &Query| Series::new(Span { end: query.range.start + 1_200, ..query.range }, vec![(query.range.start, 1.0)]);
    answer(&mut state, Answer::Measured(first.iter().map(|(reading, query)| (reading.clone(), Ok(Some(cut(query))))).collect()));
    let seconds = to_the_next(&state, 300);
    let again = asked(&tick(&mut state, seconds));
    assert_eq!(again.len(), first.len());
    assert!(again.iter().all(|(_, query)| query.range.start == first[0].1.range.start + 300), "four of 36 periods are known");
}

/// A hundred running instances on a screen of 24.
fn hundred() -> State {
    let ids: Vec<String> = (0..100).map(|number| format!("i-{number:03}")).collect();
    let rows: Vec<_> = ids.iter().map(|id| (id.as_str(), id.as_str(), "running")).collect();
    with(Policy::Operator, &rows)
}

#[test]
fn half_a_page_beside_the_screen_is_asked_for_once_the_list_rests_and_never_again() {
    let mut state = hundred();
    run(&mut state, &[Command::PageDown, Command::PageDown]);
    let seen = answered(&mut state, 0);
    let page = names(&seen).len();
    assert_eq!((page, answered(&mut state, 0).len()), (24, 0), "nothing is asked beside a list on the move");
    let near = answered(&mut state, 1);
    assert_eq!(names(&near).len(), page, "half a page on either side");
    assert!(near.iter().all(|(reading, _)| seen.iter().all(|(other, _)| other != reading)));
    let seconds = to_the_next(&state, 300);
    assert_eq!(names(&answered(&mut state, seconds)), names(&seen), "only what is seen is kept up to date");
}

#[test]
fn what_is_near_waits_behind_what_is_seen_and_for_the_budget() {
    let mut state = hundred();
    // 50 metrics in ten minutes: the screen of 48 every four periods at most, and nothing beside it.
    state.meter.limit(0.003);
    assert_eq!((answered(&mut state, 1).len(), state.meter.stretched()), (48, 2));
    assert_eq!(answered(&mut state, 5), []);
}

#[test]
fn a_small_budget_stretches_periods_and_is_kept() {
    let mut state = hundred();
    // A screen of 48 metrics every five minutes is $0.00576 an hour.
    state.meter.limit(0.002);
    let mut times = Vec::new();
    let start = state.now.as_second();
    for _ in 0..7_200 {
        if !answered(&mut state, 1).is_empty() {
            times.push(state.now.as_second() - start);
        }
        run(&mut state, &[Command::Top]);
    }
    assert_eq!(state.meter.stretched(), 3);
    assert!(state.meter.session() <= 0.002 * 2.2, "${}", state.meter.session());
    assert!(times.len() <= 12, "the screen goes every third period: {times:?}");
    state.meter.limit(0.25);
    answered(&mut state, 1);
    assert_eq!(state.meter.stretched(), 1);
}

#[test]
fn charts_are_held_back_by_the_budget_too() {
    let mut state = hundred();
    state.meter.limit(0.003);
    answered(&mut state, 1);
    for _ in 0..4 {
        run(&mut state, &[Command::PageDown]);
        answered(&mut state, 0);
    }
    run(&mut state, &[Command::Metrics, Command::RangeLonger, Command::RangeLonger]);
    let charts = |effects: &[Effect]| effects.iter().filter(|effect| matches!(effect, Effect::Chart(..))).count();
    let held = tick(&mut state, 1);
    state.meter.limit(0.25);
    let free = tick(&mut state, 1);
    assert_eq!((charts(&held), charts(&free)), (0, 1));
}

fn groups() -> State {
    let target = Target { profile: "p".into(), region: "eu-west-1".into() };
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let mut state = State::new(setup, vec![target], asg(), (100, 30), Timestamp::UNIX_EPOCH);
    tick(&mut state, 1);
    state
}

fn asg() -> &'static Kind {
    service::kind("asg").expect("a kind")
}

fn group(at: usize, name: &str, serving: Cell) -> Resource {
    let mut cells = Record::default();
    cells.set(asg().column("in_service").expect("a column"), serving);
    Resource { id: format!("g-{at:04}").into(), name: name.into(), cells, ..Resource::default() }
}

/// One complete list, and time until the next.
fn list(state: &mut State, rows: Vec<Resource>) {
    let kind = asg().id;
    let sweep = state.fleet.tables[&kind].listing(TargetId(0), &None).expect("a listing").sweep;
    answer(state, Answer::Page { target: TargetId(0), kind, sweep, page: Page { rows, overlays: Vec::new() } });
    answer(state, Answer::Listed { target: TargetId(0), kind, sweep, result: Ok(Vec::new()) });
    tick(state, 90);
}

/// How many values of a group are kept, and what is known of it now.
fn kept(state: &State, id: &str) -> (Option<usize>, Measured) {
    let key = Key { target: TargetId(0), kind: asg().id, id: id.into() };
    let metric = serving();
    let series = state.metrics.get(&Reading { key: key.clone(), metric }).and_then(|known| known.value()?.as_ref());
    let row = state.fleet.tables[&key.kind].find(&key).expect("a row");
    (series.map(|series| series.points.len()), known((asg(), &state.metrics), row, metric, state.now))
}

fn serving() -> usize {
    asg().metrics.iter().position(|metric| metric.sampled.is_some()).expect("one")
}

/// Three thousand groups, the last of which is called first.
#[test]
fn of_many_rows_the_values_of_those_on_the_screen_are_kept_and_of_others_while_there_is_room() {
    let mut state = groups();
    for _ in 0..2 {
        let name = |at: usize| format!("{:04}", if at == 2_999 { 0 } else { at + 1 });
        list(&mut state, (0..3_000).map(|at| group(at, &name(at), Cell::Count(at as i64))).collect());
    }
    assert_eq!(state.metrics.keys().filter(|reading| reading.metric == serving()).count(), SAMPLED);
    assert_eq!(kept(&state, "g-2999"), (Some(2), Measured::Value(2_999.0)), "it is the first on the screen");
    assert_eq!(kept(&state, "g-0007"), (Some(2), Measured::Value(7.0)));
    assert_eq!(kept(&state, "g-2900"), (None, Measured::Value(2_900.0)), "its value is known from the row");
}

#[test]
fn a_list_that_does_not_tell_a_value_takes_no_history_away() {
    let mut state = groups();
    list(&mut state, vec![group(1, "a", Cell::Count(3))]);
    list(&mut state, vec![group(1, "a", Cell::None)]);
    assert_eq!(kept(&state, "g-0001"), (Some(1), Measured::Nothing));
    list(&mut state, vec![group(1, "a", Cell::Count(4))]);
    assert_eq!(kept(&state, "g-0001"), (Some(2), Measured::Value(4.0)));
}

/// Points that are there 200 seconds after their period, where 120 are usual: after a few periods questions come just late enough, and when
/// points come in time again, so do they.
#[test]
fn questions_come_as_late_as_points_are_published() {
    let mut state = three();
    let mut late = |published: i64, periods: i64| {
        let (mut questions, mut last) = (0, 0);
        for second in 0..periods * 300 {
            if second % 300 == 0 {
                // Nobody falls asleep.
                run(&mut state, &[Command::Up]);
            }
            let asked = asked(&tick(&mut state, 1));
            let now = state.now.as_second();
            let newest = (now - published).div_euclid(300) * 300 - 300;
            let point = |query: &Query| Series::new(query.range, vec![(newest.min(query.range.end - 300), 1.0)]);
            let answers = asked.iter().map(|(reading, query)| (reading.clone(), Ok(Some(point(query))))).collect();
            answer(&mut state, Answer::Measured(answers));
            if asked.iter().any(|(reading, _)| reading.key.id.as_str() == "i-3") {
                (questions, last) = (questions + 1, now.rem_euclid(300));
            }
        }
        (questions, last)
    };
    let (questions, last) = late(200, 12);
    assert!((12..=18).contains(&questions), "{questions} of twelve periods");
    assert!((200..=230).contains(&last), "{last} s after a period");
    let (_, last) = late(60, 24);
    assert_eq!(last, 120);
}

/// A question is paid for whatever comes of it: what may not be asked is not asked twice a minute, nor is who asks for less.
#[test]
fn what_could_not_be_fetched_is_asked_for_again_and_what_is_forbidden_much_later() {
    for (failure, early, late) in [(ProblemKind::Timeout, 29, 15), (ProblemKind::Denied, 599, 300), (ProblemKind::Throttled, 59, 30)] {
        let mut state = three();
        let first = asked(&tick(&mut state, 1));
        let answers = first.iter().map(|(reading, _)| (reading.clone(), Err(Problem::new(failure, "no", "")))).collect();
        answer(&mut state, Answer::Measured(answers));
        assert_eq!(asked(&tick(&mut state, early)).len(), 0, "{failure:?}");
        assert_eq!(asked(&tick(&mut state, late)).len(), first.len(), "{failure:?}");
    }
}

/// Whoever has allowed it meanwhile says so with the key that asks for everything again.
#[test]
fn a_wish_for_everything_asks_for_what_was_forbidden() {
    let mut state = three();
    let first = asked(&tick(&mut state, 1));
    let answers = first.iter().map(|(reading, _)| (reading.clone(), Err(Problem::new(ProblemKind::Denied, "no", "")))).collect();
    answer(&mut state, Answer::Measured(answers));
    assert_eq!(asked(&tick(&mut state, 5)).len(), 0);
    run(&mut state, &[Command::Refresh]);
    assert_eq!(asked(&tick(&mut state, 1)).len(), first.len());
}
