//! Thresholds: what is asked for them, when, and that they stand in the charts.

use super::*;
use crate::{
    app::{
        alarming,
        command::Command,
        msg::{Answer, Identity},
        tests::{HERE, answer, kind, problem, run, three, tick},
    },
    model::{Text, alarm::Alarm},
};

fn asked(effects: &[Effect]) -> Vec<(Reading, Query)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Thresholds(_, queries) => Some(queries.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

fn answers(asked: &[(Reading, Query)], answer: &Result<Vec<Watch>, Problem>) -> Answer {
    Answer::Thresholds(HERE, asked.iter().map(|(reading, _)| (reading.clone(), answer.clone())).collect())
}

/// What an alarm on the metric of a query holds it against.
fn watch(query: &Query, threshold: f64) -> Watch {
    Watch {
        namespace: query.namespace.into(),
        metric: query.name.into(),
        stat: query.stat.word().into(),
        period: 300,
        dimensions: query.dimensions.iter().map(|(name, value)| (Text::new(name), value.clone())).collect(),
        threshold: Some(threshold),
    }
}

/// The lines in the chart of the first metric of the selected row.
fn lines(state: &State) -> Vec<f64> {
    let row = charting::selected(state).expect("a row");
    alarming::limits(state, kind(), row, (0, &kind().metrics[0]), 300)
}

#[test]
fn the_charts_of_a_row_at_rest_are_asked_about_once_and_have_the_lines_of_quiet_alarms() {
    let mut state = three();
    assert_eq!(asked(&tick(&mut state, 2)).len(), 0, "no charts, no thresholds");
    run(&mut state, &[Command::Metrics]);
    let first = asked(&tick(&mut state, 1));
    assert_eq!(first.len(), 2, "two charts are side by side");
    assert_eq!(asked(&tick(&mut state, 1)), [], "on their way");
    let (_, query) = &first[0];
    answer(&mut state, answers(&first, &Ok(vec![watch(query, 80.0)])));
    assert_eq!(lines(&state), [80.0]);
    assert_eq!(asked(&tick(&mut state, EVERY - 1)), []);
    assert_eq!(asked(&tick(&mut state, 1)).len(), 2, "an alarm may have been set up since");
    run(&mut state, &[Command::Down]);
    let second = asked(&tick(&mut state, 1));
    assert!(second.iter().all(|(reading, _)| reading.key.id.as_str() == "i-2") && lines(&state).is_empty());
}

#[test]
fn where_it_is_forbidden_it_is_told_once_and_asked_no_more() {
    let mut state = three();
    run(&mut state, &[Command::Metrics]);
    let first = asked(&tick(&mut state, 1));
    answer(&mut state, answers(&first, &Err(problem(ProblemKind::Denied))));
    assert_eq!(state.errors.len(), 1);
    run(&mut state, &[Command::Down]);
    assert_eq!(asked(&tick(&mut state, 2)), []);
}

#[test]
fn a_failure_is_asked_about_again_after_a_while() {
    let mut state = three();
    run(&mut state, &[Command::Metrics]);
    let first = asked(&tick(&mut state, 1));
    answer(&mut state, answers(&first, &Err(problem(ProblemKind::Timeout))));
    assert_eq!(asked(&tick(&mut state, 9)), []);
    assert_eq!((0..6).map(|_| asked(&tick(&mut state, 1)).len()).sum::<usize>(), 2, "each once, and not at the second");
}

#[test]
fn who_signs_in_again_may_ask_for_what_was_forbidden_before() {
    let mut state = three();
    let me = || Identity { account: "1".into(), arn: Text::default() };
    answer(&mut state, Answer::Identified(HERE, Ok(me())));
    run(&mut state, &[Command::Metrics]);
    let first = asked(&tick(&mut state, 1));
    answer(&mut state, answers(&first, &Err(problem(ProblemKind::Denied))));
    answer(&mut state, Answer::Identified(HERE, Err(problem(ProblemKind::Expired))));
    answer(&mut state, Answer::Identified(HERE, Ok(me())));
    run(&mut state, &[Command::Down, Command::Down]);
    assert_eq!(asked(&tick(&mut state, 2)).len(), 2);
}

#[test]
fn an_alarm_that_goes_off_is_a_line_although_it_was_set_up_after_the_question() {
    let mut state = three();
    run(&mut state, &[Command::Metrics]);
    let first = asked(&tick(&mut state, 1));
    let (_, query) = &first[0];
    answer(&mut state, answers(&first, &Ok(vec![watch(query, 80.0)])));
    let ringing = |level| Alarm { name: "new".into(), reason: Text::default(), since: None, watches: vec![watch(query, level)] };
    answer(&mut state, Answer::Alarms(HERE, Ok(vec![ringing(95.0), ringing(80.0)])));
    assert_eq!(lines(&state), [80.0, 95.0]);
}
