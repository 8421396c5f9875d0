//! What was paid for is not paid for again: points kept, taken back, and asked for from where they end.

use super::*;
use crate::{
    app::{
        msg::{Answer, Identity},
        tests::{HERE, answer, kind, three, tick},
    },
    model::{Range, series::Query},
};

const OURS: &str = "111111111111";

fn asked(effects: &[Effect]) -> Vec<(Reading, Query)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Measure(_, queries) => Some(queries.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

fn identify(state: &mut State, account: &str) {
    answer(state, Answer::Identified(HERE, Ok(Identity { account: account.into(), arn: Text::default() })));
}

/// Three instances of AWS itself at a time in the middle of a period, nothing asked yet.
fn ours() -> State {
    let mut state = three();
    state.now = Timestamp::from_second(1_790_000_250).expect("a time");
    state.pulse = crate::app::pulse::Pulse::new(state.now);
    state.setup.source = Source::Aws;
    state
}

fn series(state: &State) -> Series {
    let range = Range::closed(state.now, 300, HISTORY, 120);
    Series::new(range, vec![(range.end - 300, 7.0)])
}

fn kept(state: &State, id: &str, ago: i64) -> Kept {
    let at = Timestamp::from_second(state.now.as_second() - ago).expect("a time");
    Kept { id: id.into(), metric: 0, at, series: Some(series(state)) }
}

fn memory(state: &State, account: &str, rows: Vec<Kept>) -> Memory<Kept> {
    Memory { target: HERE, kind: kind().id, account: account.into(), at: state.now, rows }
}

use crate::model::Series;

#[test]
fn nothing_is_asked_before_it_is_known_what_was_kept_and_then_only_the_rest() {
    let mut state = ours();
    let effects = tick(&mut state, 1);
    assert!(effects.contains(&Effect::LookBack(kind().id)));
    assert_eq!(asked(&effects), []);
    let memory = memory(&state, OURS, vec![kept(&state, "i-1", 20), kept(&state, "i-3", 400)]);
    answer(&mut state, Answer::RememberedPoints(kind().id, vec![memory]));
    let rest = asked(&tick(&mut state, 1));
    let of = |id: &str, metric: usize| rest.iter().find(|(known, _)| known.key.id.as_str() == id && known.metric == metric);
    assert!(of("i-1", 0).is_none() && of("i-1", 1).is_some(), "known of this period");
    let (_, tail) = of("i-3", 0).expect("of an earlier period");
    assert!(tail.range.slots() <= 4, "only its end: {tail:?}");
}

#[test]
fn what_came_is_kept_with_its_time_and_not_at_every_tick() {
    let mut state = ours();
    answer(&mut state, Answer::RememberedPoints(kind().id, Vec::new()));
    tick(&mut state, 1);
    answer(&mut state, Answer::RememberedPoints(kind().id, Vec::new()));
    let questions = asked(&tick(&mut state, 1));
    let answers = |questions: &[(Reading, Query)]| questions.iter().map(|(reading, _)| (reading.clone(), Ok(None))).collect();
    answer(&mut state, Answer::Measured(answers(&questions)));
    let pages = |effects: Vec<Effect>| {
        let memories = effects.into_iter().filter_map(|effect| match effect {
            Effect::KeepPoints(memory) => Some(memory),
            _ => None,
        });
        memories.collect::<Vec<_>>()
    };
    assert_eq!(pages(tick(&mut state, 1)), [], "nobody knows yet whose they are");
    let came = Timestamp::from_second(state.now.as_second() - 1).expect("a time");
    identify(&mut state, OURS);
    let first = pages(tick(&mut state, 1));
    assert_eq!((first.len(), first[0].rows.len(), first[0].account.as_str()), (1, questions.len(), OURS));
    assert!(first[0].rows.iter().all(|kept| kept.at == came && kept.series.is_none()));
    assert_eq!(pages(tick(&mut state, EVERY)), [], "nothing new");
    answer(&mut state, Answer::Measured(answers(&questions[..1])));
    assert_eq!(pages(tick(&mut state, 1)).len(), 1);
    answer(&mut state, Answer::Measured(answers(&questions[..1])));
    assert_eq!((pages(tick(&mut state, EVERY - 1)).len(), pages(tick(&mut state, 1)).len()), (0, 1));
}

#[test]
fn what_is_old_of_another_account_or_of_a_time_to_come_is_not_taken() {
    let mut state = ours();
    tick(&mut state, 1);
    let late = Kept {
        series: Some(Series::new(Range { end: state.now.as_second() + 300, ..series(&state).range }, vec![])),
        ..kept(&state, "i-3", 1)
    };
    let odd = Kept { metric: 99, ..kept(&state, "i-1", 1) };
    let rows = vec![kept(&state, "i-1", HISTORY), kept(&state, "i-2", -1), late, odd];
    let old = memory(&state, OURS, rows);
    answer(&mut state, Answer::RememberedPoints(kind().id, vec![old]));
    assert!(state.metrics.is_empty(), "{:?}", state.metrics);
    let foreign = memory(&state, "222222222222", vec![kept(&state, "i-1", 20)]);
    answer(&mut state, Answer::RememberedPoints(kind().id, vec![foreign.clone()]));
    assert_eq!(state.metrics.len(), 1);
    identify(&mut state, OURS);
    assert!(state.metrics.is_empty(), "now it is known whose they are not");
    answer(&mut state, Answer::RememberedPoints(kind().id, vec![foreign]));
    assert!(state.metrics.is_empty());
}

#[test]
fn only_so_many_are_kept_and_those_asked_for_last_stay() {
    let mut state = ours();
    identify(&mut state, OURS);
    let all = (0..MOST as i64 + 100).map(|number| kept(&state, &format!("i-{number:06}"), number % HISTORY));
    let whole = memory(&state, OURS, all.collect());
    answer(&mut state, Answer::RememberedPoints(kind().id, vec![whole]));
    let memory = super::memory(&state, kind().id, HERE).expect("points");
    assert_eq!(memory.rows.len(), MOST);
    assert!(memory.rows.iter().all(|kept| kept.id.as_str() < "i-002000"));
}

#[test]
fn the_demonstration_keeps_nothing() {
    let mut state = three();
    identify(&mut state, OURS);
    let questions = asked(&tick(&mut state, 1));
    assert!(!questions.is_empty(), "nor does it wait");
    answer(&mut state, Answer::Measured(questions.into_iter().map(|(reading, _)| (reading, Ok(None))).collect()));
    assert!(!tick(&mut state, 1).iter().any(|effect| matches!(effect, Effect::KeepPoints(_))));
}
