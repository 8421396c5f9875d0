use super::*;
use crate::{
    app::{
        msg::{Edit, Msg},
        state::{Overlay, Policy, Prompt, Screen},
        tests::{answer, blank, instance, names, run, three, tick},
        update,
    },
    model::{Target, TargetId, resource::Page},
};

fn edit(state: &mut State, edits: &[Edit]) -> Vec<Effect> {
    edits.iter().flat_map(|edit| update(state, Msg::Typed(edit.clone()))).collect()
}

fn typed(state: &mut State, text: &str) {
    run(state, &[Command::Palette]);
    text.chars().for_each(|letter| drop(edit(state, &[Edit::Char(letter)])));
}

fn prompt(state: &State) -> &Prompt {
    match &state.nav.overlay {
        Some(Overlay::Prompt(prompt)) => prompt,
        other => panic!("no prompt but {other:?}"),
    }
}

fn words(state: &State) -> Vec<&str> {
    prompt(state).offers.list.iter().map(|candidate| candidate.word.as_str()).collect()
}

fn kind(state: &State) -> &str {
    state.list().expect("a list").kind.id.0
}

/// Two profiles, each in two regions, with an instance everywhere.
fn places() -> State {
    let mut state = blank(Policy::Operator);
    let target = |profile: &str, region: &str| Target { profile: profile.into(), region: region.into() };
    let targets =
        vec![target("prod", "eu-west-1"), target("prod", "us-east-1"), target("staging", "eu-west-1"), target("staging", "us-east-1")];
    state = State::new(state.setup.clone(), targets, state.list().expect("a list").kind, (100, 30), state.now);
    tick(&mut state, 60);
    for (at, name) in ["a", "b", "c", "d"].iter().enumerate() {
        let (target, kind) = (TargetId(at as u16), state.list().expect("a list").kind.id);
        let sweep = state.fleet.tables[&kind].listing(target, &None).expect("a listing").sweep;
        let page = Page { rows: vec![instance(&format!("i-{at}"), name, "running")], overlays: Vec::new() };
        answer(&mut state, crate::app::msg::Answer::Page { target, kind, sweep, page });
    }
    state
}

#[test]
fn every_command_kind_and_action_is_found_by_its_name() {
    let state = three();
    let names = COMMANDS.iter().map(|entry| entry.name).chain(service::kinds().map(|kind| kind.id.0));
    let actions = state.list().expect("a list").kind.actions.iter().map(|action| action.id);
    for name in names.chain(actions) {
        assert_eq!(offers(&state, name).list.first().map(|best| best.word.as_str()), Some(name));
    }
}

#[test]
fn a_part_of_a_name_is_enough_and_enter_takes_the_best() {
    let mut state = three();
    typed(&mut state, "lamb");
    assert_eq!(words(&state).first(), Some(&"lambda"));
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(kind(&state), "lambda");
    typed(&mut state, "bjd");
    assert_eq!(words(&state).first(), Some(&"batch-jobdefs"));
    typed(&mut state, "colour of nothing");
    assert_eq!(words(&state), [""; 0]);
}

#[test]
fn what_is_said_word_for_word_is_meant_whatever_else_fits() {
    let mut state = three();
    typed(&mut state, "i");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(kind(&state), "ec2", "an alias, and the beginning of others");
    typed(&mut state, "stop");
    edit(&mut state, &[Edit::Submit]);
    assert!(matches!(state.nav.overlay, Some(Overlay::Plan(_))), "a plan, and nothing done");
}

#[test]
fn candidates_are_chosen_by_tab_and_by_arrows_once_something_was_typed() {
    let mut state = three();
    typed(&mut state, "batch");
    assert_eq!(words(&state)[..2], ["batch", "batch-jobs"]);
    edit(&mut state, &[Edit::Next, Edit::Down, Edit::Submit]);
    assert_eq!(kind(&state), "batch-jobs");
    typed(&mut state, "batch");
    edit(&mut state, &[Edit::Next, Edit::Next, Edit::Previous, Edit::Submit]);
    assert_eq!(kind(&state), "batch");
}

#[test]
fn on_an_empty_line_up_brings_back_what_was_run() {
    let mut state = three();
    typed(&mut state, "lamb");
    let effects = edit(&mut state, &[Edit::Submit]);
    assert!(effects.contains(&Effect::RememberLine(crate::app::history::Book::Commands, "lambda".to_owned())), "{effects:?}");
    typed(&mut state, "ec2");
    edit(&mut state, &[Edit::Submit]);
    run(&mut state, &[Command::Palette]);
    edit(&mut state, &[Edit::Up, Edit::Up]);
    assert_eq!(prompt(&state).line.text(), "lambda");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(kind(&state), "lambda");
}

#[test]
fn lists_show_the_places_that_were_asked_for_until_all_are() {
    let mut state = places();
    let mut say = |text: &str| {
        typed(&mut state, text);
        edit(&mut state, &[Edit::Submit]);
        (names(&state).concat(), state.list().expect("a list").view.total())
    };
    assert_eq!(say("profile prod"), ("ab".to_owned(), 2));
    assert_eq!(say("region us-*"), ("b".to_owned(), 1));
    assert_eq!(say("profile all"), ("bd".to_owned(), 2));
    assert_eq!(say("region all"), ("abcd".to_owned(), 4));
}

#[test]
fn marks_do_not_go_out_of_sight_with_their_rows() {
    let mut state = places();
    run(&mut state, &[Command::MarkAll]);
    typed(&mut state, "profile prod");
    edit(&mut state, &[Edit::Submit]);
    let marked = |state: &State| state.list().expect("a list").marks.len();
    assert_eq!((marked(&state), names(&state).len()), (2, 2));
    typed(&mut state, "profile all");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!((marked(&state), names(&state).len()), (2, 4));
}

#[test]
fn what_comes_later_is_out_of_sight_too_and_other_lists_are() {
    let mut state = places();
    typed(&mut state, "profile staging");
    edit(&mut state, &[Edit::Submit]);
    let (kind, target) = (state.list().expect("a list").kind.id, TargetId(0));
    let sweep = state.fleet.tables[&kind].listing(target, &None).expect("a listing").sweep;
    let rows = vec![instance("i-9", "aa", "running")];
    answer(&mut state, crate::app::msg::Answer::Page { target, kind, sweep, page: Page { rows, overlays: Vec::new() } });
    assert_eq!(names(&state).concat(), "cd");
    run(&mut state, &[Command::NextTab, Command::PreviousTab]);
    assert_eq!((names(&state).concat(), state.sight.words()), ("cd".to_owned(), Some("staging".to_owned())));
}

#[test]
fn a_place_that_there_is_not_is_told_with_those_that_there_are() {
    let mut state = places();
    typed(&mut state, "profile dev");
    edit(&mut state, &[Edit::Submit]);
    let complaint = prompt(&state).complaint.as_ref().expect("a complaint");
    assert!(complaint.words.contains("prod, staging"), "{}", complaint.words);
    assert_eq!(state.sight, crate::app::sight::Sight::default());
    assert!(matches!(state.screen(), Screen::List(_)));
}

#[test]
fn profiles_and_regions_are_among_the_candidates_where_there_are_several() {
    let state = places();
    let found = |text: &str| offers(&state, text).list.iter().map(|candidate| candidate.word.clone()).collect::<Vec<_>>();
    assert_eq!(found("profile ")[..3], ["profile prod", "profile staging", "profile all"]);
    assert!(found("prod").contains(&"profile prod".to_owned()) && found("us-east").contains(&"region us-east-1".to_owned()));
}

#[test]
fn findings_changes_overview_and_counts_are_of_the_places_in_sight() {
    let mut state = places();
    let kind = state.list().expect("a list").kind;
    for at in 0..4_u16 {
        let sweep = state.fleet.tables[&kind.id].listing(TargetId(at), &None).expect("a listing").sweep;
        let mut ill = instance(&format!("i-{at}"), ["a", "b", "c", "d"][usize::from(at)], "running");
        let check = kind.column("system_check").expect("a column");
        ill.cells.set(check, crate::model::Cell::State(crate::model::Health::Bad, "impaired".into()));
        let page = Page { rows: vec![ill], overlays: Vec::new() };
        answer(&mut state, crate::app::msg::Answer::Page { target: TargetId(at), kind: kind.id, sweep, page });
        answer(&mut state, crate::app::msg::Answer::Listed { target: TargetId(at), kind: kind.id, sweep, result: Ok(Vec::new()) });
    }
    run(&mut state, &[Command::Home]);
    let counted = |state: &State| {
        let Screen::Home(home) = &state.nav.screens[0] else { panic!("not the findings") };
        let lines = home.lines(state).0.len();
        let tally = state.fleet.tables[&kind.id].tally(&state.seen()).into_owned();
        let regions = crate::app::overview::accounts(state).iter().map(|(_, targets)| targets.len()).sum::<usize>();
        (
            lines,
            crate::app::home::severities(state)[2],
            tally.rows,
            tally.unwell,
            tally.states().map(|(.., count)| count).sum::<usize>(),
            regions,
        )
    };
    assert_eq!(counted(&state), (4, 4, 4, 4, 4, 4));
    typed(&mut state, "profile prod");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(counted(&state), (2, 2, 2, 2, 2, 2));
    typed(&mut state, "region us-*");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(counted(&state), (1, 1, 1, 1, 1, 1));
    // What comes later is out of sight too, and a filter narrows what is left.
    run(&mut state, &[Command::Filter]);
    "c".chars().for_each(|letter| drop(edit(&mut state, &[Edit::Char(letter)])));
    edit(&mut state, &[Edit::Submit]);
    typed(&mut state, "profile all");
    edit(&mut state, &[Edit::Submit]);
    typed(&mut state, "region all");
    edit(&mut state, &[Edit::Submit]);
    assert_eq!(counted(&state).1, 4);
    assert!(counted(&state).0 < 4 || state.findings.board.passing() == 4, "the filter still holds");
}

#[test]
fn changes_elsewhere_are_out_of_sight() {
    let mut state = places();
    let kind = state.list().expect("a list").kind.id;
    let listed = |state: &mut State, at: u16, rows| {
        let sweep = state.fleet.tables[&kind].listing(TargetId(at), &None).expect("a listing").sweep;
        answer(state, crate::app::msg::Answer::Page { target: TargetId(at), kind, sweep, page: Page { rows, overlays: Vec::new() } });
        answer(state, crate::app::msg::Answer::Listed { target: TargetId(at), kind, sweep, result: Ok(Vec::new()) });
    };
    (0..4).for_each(|at| listed(&mut state, at, Vec::new()));
    for _ in 0..2 {
        tick(&mut state, 600);
    }
    (0..4).for_each(|at| listed(&mut state, at, vec![instance(&format!("i-{}", at + 7), "new", "running")]));
    run(&mut state, &[Command::Changes, Command::Changes]);
    let lines = |state: &State| match state.screen() {
        Screen::Turns(lately) => lately.lines(state).0.len(),
        other => panic!("another screen: {other:?}"),
    };
    let all = lines(&state);
    typed(&mut state, "profile prod");
    edit(&mut state, &[Edit::Submit]);
    assert!(all > 1 && lines(&state) * 2 == all, "{} of {all}", lines(&state));
}
