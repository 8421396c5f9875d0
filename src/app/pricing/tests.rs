//! Sorting by a metric: the price first, then one question for each row that is not known, then the order.

use super::*;
use crate::{
    app::{
        command::Command,
        msg::{Answer, Msg},
        state::Policy,
        tests::{answer, instance, kind, page, run, tick, with},
        update,
    },
    model::Series,
};

const ROWS: usize = 60;
/// The screen and half a page below it.
const KNOWN: usize = 24 + 12;

/// Sixty running instances on a screen of 24, and one that is stopped. The metrics in sight are known.
fn fleet() -> State {
    let ids: Vec<String> = (0..=ROWS).map(|number| format!("i-{number:03}")).collect();
    let standing = |number: usize| if number == ROWS { "stopped" } else { "running" };
    let rows: Vec<_> = ids.iter().enumerate().map(|(number, id)| (id.as_str(), id.as_str(), standing(number))).collect();
    let mut state = with(Policy::Operator, &rows);
    let seen = asked(&tick(&mut state, 0));
    tell(&mut state, &seen);
    state
}

fn asked(effects: &[Effect]) -> Vec<(Reading, Query)> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::Measure(_, queries) => Some(queries.clone()),
        _ => None,
    });
    asked.flatten().collect()
}

/// Every row is as busy as its number says, but for the seventh, of which nothing was published.
fn tell(state: &mut State, questions: &[(Reading, Query)]) {
    let value = |reading: &Reading| reading.key.id.as_str()[2..].parse::<f64>().expect("a number");
    let series = |reading: &Reading, query: &Query| Series::new(query.range, vec![(query.range.end - 300, value(reading))]);
    let known = |(reading, query): &(Reading, Query)| (value(reading) - 7.0).abs() > 0.1 && query.range.slots() > 0;
    let answers = questions.iter().map(|one| (one.0.clone(), Ok(known(one).then(|| series(&one.0, &one.1)))));
    answer(state, Answer::Measured(answers.collect()));
}

fn order(state: &State) -> Vec<String> {
    let table = &state.fleet.tables[&kind().id];
    let list = state.list().expect("a list");
    list.view.order().iter().filter_map(|slot| table.row(*slot)).map(|row| row.key.id.to_string()).collect()
}

/// Goes on to the first metric that the list can be sorted by.
fn choose(state: &mut State) {
    for _ in 0..30 {
        run(state, &[Command::SortNext]);
        if state.nav.overlay.is_some() || matches!(state.list().expect("a list").view.sort.by, What::Metric(_)) {
            return;
        }
    }
    unreachable!("no metric to sort by")
}

fn offer(state: &State) -> Offer {
    match &state.nav.overlay {
        Some(Overlay::Offer(offer)) => *offer,
        other => unreachable!("no offer but {other:?}"),
    }
}

#[test]
fn the_price_comes_first_and_no_is_the_default() {
    let mut state = fleet();
    let before = order(&state);
    let paid = state.meter.session();
    choose(&mut state);
    assert_eq!(
        (offer(&state).questions, offer(&state).metric),
        (ROWS - KNOWN, 0),
        "what is in sight and near it is known, and what is stopped publishes nothing"
    );
    assert!((offer(&state).dollars() - 0.000_24).abs() < 1e-9);
    assert_eq!(asked(&update(&mut state, Msg::Typed(Edit::Cancel))), []);
    assert!(state.nav.overlay.is_none() && order(&state) == before && (state.meter.session() - paid).abs() < 1e-12);
}

#[test]
fn a_yes_asks_once_for_each_row_and_sorts_with_what_is_unknown_last() {
    let mut state = fleet();
    let rate = state.meter.per_hour(state.now);
    choose(&mut state);
    let questions = asked(&update(&mut state, Msg::Typed(Edit::Submit)));
    assert_eq!(questions.len(), ROWS - KNOWN);
    tell(&mut state, &questions);
    let sorted = order(&state);
    assert_eq!((sorted[0].as_str(), sorted[1].as_str(), sorted.len()), ("i-059", "i-058", ROWS + 1));
    assert_eq!(&sorted[ROWS - 1..], ["i-007", "i-060"], "nothing published, and not asked");
    assert!((state.meter.per_hour(state.now) - rate).abs() < 1e-12, "what was agreed to leaves the screen its room");
    run(&mut state, &[Command::SortReverse]);
    let turned = order(&state);
    assert_eq!((turned[0].as_str(), &turned[ROWS - 1..]), ("i-000", &["i-007".to_owned(), "i-060".to_owned()][..]));
}

#[test]
fn the_next_column_is_one_key_away_and_a_known_metric_costs_nothing() {
    let mut state = fleet();
    choose(&mut state);
    run(&mut state, &[Command::SortNext]);
    assert_eq!(offer(&state).metric, 1, "the metric after it");
    run(&mut state, &[Command::SortPrevious]);
    let questions = asked(&update(&mut state, Msg::Typed(Edit::Submit)));
    tell(&mut state, &questions);
    run(&mut state, &[Command::SortPrevious]);
    assert!(matches!(state.list().expect("a list").view.sort.by, What::Column(_)) && state.nav.overlay.is_none());
    run(&mut state, &[Command::SortNext]);
    assert_eq!((state.list().expect("a list").view.sort.by, state.nav.overlay.is_none()), (What::Metric(0), true), "nothing to ask");
}

#[test]
fn a_value_that_comes_later_moves_its_row_and_not_the_cursor() {
    let mut state = fleet();
    choose(&mut state);
    let questions = asked(&update(&mut state, Msg::Typed(Edit::Submit)));
    tell(&mut state, &questions);
    run(&mut state, &[Command::Top]);
    let (reading, query) = questions.last().expect("one").clone();
    let burst = Series::new(query.range, vec![(query.range.end - 300, 1e6)]);
    answer(&mut state, Answer::Measured(vec![(reading.clone(), Ok(Some(burst)))]));
    assert_eq!(order(&state)[0], reading.key.id.as_str());
}

#[test]
fn the_price_of_a_long_list_is_reckoned_in_steps_and_a_yes_waits_for_all_of_it() {
    const MANY: usize = 2 * STEP + 7;
    let mut state = with(Policy::Operator, &[]);
    page(&mut state, (0..MANY).map(|number| instance(&format!("i-{number}"), "web", "running")).collect());
    choose(&mut state);
    assert_eq!((offer(&state).questions, offer(&state).next), (STEP, Some(STEP as Slot)));
    assert_eq!(update(&mut state, Msg::Typed(Edit::Submit)), [], "half a price is none");
    while update(&mut state, Msg::Sift).contains(&Effect::Sift) {}
    assert_eq!((offer(&state).questions, offer(&state).next), (MANY, None));
    assert_eq!(asked(&update(&mut state, Msg::Typed(Edit::Submit))).len(), MANY);
}
