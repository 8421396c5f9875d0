//! Charts: what they ask for as they look further back, and that nothing is asked for twice.

use super::*;
use crate::{
    app::{
        command::Command,
        msg::Answer,
        state::Policy,
        tests::{answer, kind, problem, run, three, tick, with},
    },
    model::{ProblemKind, Unit},
};

fn asked(effects: &[Effect]) -> Vec<(Stretch, Query)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Chart(_, queries) => Some(queries.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

fn measured(effects: &[Effect]) -> Vec<(Reading, Query)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Measure(_, queries) => Some(queries.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

/// Charts of the first of three instances, two of them side by side, with its own readings answered.
fn open() -> State {
    let mut state = three();
    run(&mut state, &[Command::Metrics]);
    let effects = tick(&mut state, 1);
    let answers = measured(&effects).into_iter().map(|(reading, query)| (reading, Ok(Some(Series::new(query.range, vec![(0, 1.0)])))));
    answer(&mut state, Answer::Measured(answers.collect()));
    state
}

#[test]
fn up_to_three_hours_the_rows_own_readings_are_drawn_and_nothing_is_asked() {
    let mut state = open();
    assert_eq!(tick(&mut state, 1), []);
    run(&mut state, &[Command::RangeShorter]);
    assert_eq!((state.nav.timeline.reach, tick(&mut state, 1)), (Reach::Hour, vec![]));
    run(&mut state, &[Command::RangeShorter]);
    assert_eq!(state.nav.timeline.reach, Reach::Hour);
}

#[test]
fn a_longer_reach_asks_for_the_charts_on_the_screen_once_a_period() {
    let mut state = open();
    run(&mut state, &[Command::RangeLonger, Command::RangeLonger, Command::RangeLonger, Command::RangeLonger]);
    assert_eq!(state.nav.timeline.reach, Reach::Week);
    let effects = tick(&mut state, 1);
    let week = asked(&effects);
    assert_eq!((week.len(), measured(&effects).len()), (2, 0), "two charts are side by side, and the row's own readings stand");
    assert!(week.iter().all(|(_, query)| query.range.period == 1_800 && query.range.end - query.range.start == 604_800));
    assert_eq!(asked(&tick(&mut state, 1)), [], "on their way");
    answer(&mut state, Answer::Charted(week.iter().map(|(stretch, _)| (stretch.clone(), Ok(None))).collect()));
    let rest = 1_800 - (state.now.as_second() - 120).rem_euclid(1_800);
    assert_eq!(asked(&tick(&mut state, rest - 1)), []);
    assert_eq!(asked(&tick(&mut state, 1)).len(), 2);
}

#[test]
fn a_chart_that_failed_is_left_alone_for_a_while_and_is_told() {
    let mut state = open();
    run(&mut state, &[Command::RangeLonger]);
    let day = asked(&tick(&mut state, 1));
    answer(&mut state, Answer::Charted(day.iter().map(|(stretch, _)| (stretch.clone(), Err(problem(ProblemKind::Denied)))).collect()));
    assert_eq!(state.errors.len(), 1);
    assert_eq!(asked(&tick(&mut state, 599)), [], "what is forbidden most likely still is");
    assert_eq!(asked(&tick(&mut state, 300)).len(), 2);
}

#[test]
fn charts_that_are_not_drawn_ask_nothing() {
    let mut state = open();
    run(&mut state, &[Command::RangeLonger, Command::Help]);
    assert_eq!(asked(&tick(&mut state, 1)), []);
    run(&mut state, &[Command::Back, Command::Metrics]);
    assert_eq!(asked(&tick(&mut state, 1)), []);
    run(&mut state, &[Command::RangeLonger]);
    assert_eq!(state.nav.timeline.reach, Reach::HalfDay, "no charts, no range to change");
}

#[test]
fn periods_are_multiples_of_what_is_published_and_points_are_few() {
    let of = |published| {
        let metric = Metric { period: published, ..kind_metric() };
        REACHES.map(|reach| reach.period(&metric))
    };
    assert_eq!(of(60), [60, 60, 120, 300, 1_800]);
    assert_eq!(of(300), [300, 300, 300, 300, 1_800]);
    assert_eq!(of(86_400), [86_400; 5]);
}

fn kind_metric() -> Metric {
    let metric = &kind().metrics[0];
    Metric {
        id: metric.id,
        title: metric.title,
        namespace: metric.namespace,
        name: metric.name,
        stat: metric.stat,
        period: metric.period,
        delay: metric.delay,
        unit: metric.unit,
        dimensions: metric.dimensions,
        shown: metric.shown,
        published: metric.published,
        bad_when: metric.bad_when,
        finer: metric.finer,
        sampled: metric.sampled,
    }
}

#[test]
fn a_rate_is_divided_by_the_period_it_is_asked_with() {
    let rate = |reading: &Reading| kind().metrics[reading.metric].unit == Unit::BytesPerSecond;
    let divided = |reading: &Reading, query: &Query| {
        let divisor = if rate(reading) { query.range.period as f64 } else { 1.0 };
        (query.divisor - divisor).abs() < 1e-9
    };
    let mut state = three();
    run(&mut state, &[Command::Metrics]);
    let own = measured(&tick(&mut state, 1));
    assert!(own.iter().any(|(reading, _)| rate(reading)) && own.iter().all(|(reading, query)| divided(reading, query)), "in the list");
    let mut state = open();
    run(&mut state, &[Command::RangeLonger, Command::RangeLonger, Command::RangeLonger]);
    let week = asked(&tick(&mut state, 1));
    assert!(week.iter().any(|(stretch, query)| rate(&stretch.reading) && query.range.period == 1_800), "{week:?}");
    assert!(week.iter().all(|(stretch, query)| divided(&stretch.reading, query)), "in a chart");
}

/// A running instance, with points of both its charts that stand at different times.
fn read_off() -> State {
    let mut state = three();
    tick(&mut state, 20_000);
    run(&mut state, &[Command::Metrics]);
    let effects = tick(&mut state, 1);
    let points = |at: usize| if at == 0 { vec![(9_300, 1.0), (9_600, 2.0), (18_900, 9.0)] } else { vec![(9_600, 3.0), (9_900, 4.0)] };
    let answers = measured(&effects).into_iter().map(|(reading, query)| {
        let series = Series::new(query.range, points(reading.metric));
        (reading, Ok(Some(series)))
    });
    answer(&mut state, Answer::Measured(answers.collect()));
    state
}

#[test]
fn the_mark_goes_from_point_to_point_of_all_charts_and_escape_takes_it_away() {
    let mut state = read_off();
    let mut step = |command| {
        run(&mut state, &[command]);
        state.nav.timeline.mark
    };
    let left = [0; 5].map(|_| step(Command::ChartLeft));
    assert_eq!(left, [18_900, 9_900, 9_600, 9_300, 9_300].map(Some), "it starts with the newest and stays at the oldest");
    assert_eq!([0; 4].map(|_| step(Command::ChartRight)), [9_600, 9_900, 18_900, 18_900].map(Some));
    assert_eq!(step(Command::Down), Some(18_900), "the next row is read at the same time");
    assert_eq!(step(Command::Back), None);
}

#[test]
fn a_mark_goes_before_what_it_is_drawn_over_and_with_the_charts() {
    let mut state = read_off();
    run(&mut state, &[Command::Mark, Command::Up, Command::ChartLeft, Command::Back]);
    assert_eq!((state.nav.timeline.mark, state.list().expect("a list").marks.len()), (None, 1));
    run(&mut state, &[Command::ChartLeft, Command::Metrics]);
    assert_eq!(state.nav.timeline.mark, None);
    run(&mut state, &[Command::ChartLeft]);
    assert_eq!(state.nav.timeline.mark, None, "no charts, nothing to read");
}

/// Two running instances of three, the first marked and the cursor on the third.
fn held() -> State {
    let mut state = open();
    run(&mut state, &[Command::Mark, Command::Down]);
    state
}

#[test]
fn the_only_other_marked_row_is_held_against_the_selected_one() {
    let mut state = held();
    let name = |state: &State| beside(state).map(|row| row.resource.name.to_string());
    assert_eq!(name(&state).as_deref(), Some("a"));
    run(&mut state, &[Command::Mark]);
    assert_eq!(name(&state).as_deref(), Some("a"), "that the selected one is marked too does no harm");
    run(&mut state, &[Command::Up, Command::Mark, Command::Bottom]);
    assert_eq!(name(&state), None, "of two others none");
    run(&mut state, &[Command::Back, Command::Mark]);
    assert_eq!(name(&state), None, "not against itself");
}

#[test]
fn both_rows_are_asked_about_and_neither_twice() {
    let mut state = held();
    let own = measured(&tick(&mut state, 1));
    assert!(own.iter().all(|(reading, _)| reading.key.id.as_str() == "i-3"), "the other has been asked about");
    answer(&mut state, Answer::Measured(own.into_iter().map(|(reading, _)| (reading, Ok(None))).collect()));
    run(&mut state, &[Command::RangeLonger]);
    let effects = tick(&mut state, 1);
    let ids: Vec<_> = asked(&effects).iter().map(|(stretch, _)| stretch.reading.key.id.to_string()).collect();
    assert_eq!((ids, measured(&effects)), (["i-3", "i-1", "i-3", "i-1"].map(str::to_owned).to_vec(), vec![]));
    assert_eq!(asked(&tick(&mut state, 1)), []);
}

#[test]
fn a_row_that_is_held_against_another_is_asked_about_out_of_sight_too() {
    let names: Vec<String> = (0..60).map(|number| format!("i-{number:02}")).collect();
    let rows: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_str(), "running")).collect();
    let mut state = with(Policy::Operator, &rows);
    run(&mut state, &[Command::Metrics, Command::Mark, Command::Bottom]);
    let asked = measured(&tick(&mut state, 1));
    let of = |id: &str| asked.iter().filter(|(reading, _)| reading.key.id.as_str() == id).count();
    assert_eq!((of("i-00"), of("i-01")), (of("i-59"), 0));
}
