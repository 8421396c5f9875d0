//! Charts: what they ask for as they look further back, and that nothing is asked for twice.

use super::*;
use crate::{
    app::{
        command::Command,
        msg::Answer,
        tests::{answer, kind, problem, run, three, tick},
    },
    model::ProblemKind,
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
    assert_eq!(asked(&tick(&mut state, PAUSE - 1)), []);
    assert_eq!(asked(&tick(&mut state, 1)).len(), 2);
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
        bad_above: metric.bad_above,
        sampled: metric.sampled,
    }
}

#[test]
fn a_rate_is_divided_by_the_period_it_is_asked_with() {
    let mut state = open();
    run(&mut state, &[Command::RangeLonger, Command::RangeLonger, Command::RangeLonger]);
    let week = asked(&tick(&mut state, 1));
    let divisor = |stretch: &Stretch| if kind().metrics[stretch.reading.metric].unit == Unit::BytesPerSecond { 1_800.0 } else { 1.0 };
    assert!(week.iter().all(|(stretch, query)| (query.divisor - divisor(stretch)).abs() < 1e-9));
}
