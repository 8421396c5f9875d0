use jiff::Timestamp;

use super::{Overview, Spot, accounts};
use crate::{
    app::{
        command::Command,
        msg::Msg,
        pointing::{self, Press},
        state::{Policy, Screen, Setup, Source, State},
        update,
    },
    model::{Target, TargetId},
    service,
};

/// Two accounts, the second in one region only, as wide as this.
fn open(columns: u16) -> State {
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let places = [("prod", "eu-west-1"), ("prod", "us-east-1"), ("staging", "eu-west-1")];
    let targets = places.map(|(profile, region)| Target { profile: profile.into(), region: region.into() }).to_vec();
    let mut state = State::at_home(setup, targets, (columns, 40), Timestamp::UNIX_EPOCH);
    update(&mut state, Msg::Tick(Timestamp::UNIX_EPOCH));
    press(&mut state, &[Command::Overview]);
    state
}

fn press(state: &mut State, commands: &[Command]) {
    for command in commands {
        update(state, Msg::Do(*command));
    }
}

fn spot(state: &State) -> Spot {
    match state.screen() {
        Screen::Overview(Overview { spot }) => *spot,
        other => panic!("another screen: {other:?}"),
    }
}

#[test]
fn the_cursor_goes_over_tiles_and_cells_and_no_further() {
    let mut state = open(80);
    assert_eq!(spot(&state), Spot::Tile(0));
    press(&mut state, &[Command::PreviousTab, Command::Up]);
    assert_eq!(spot(&state), Spot::Tile(0));
    press(&mut state, &[Command::Down]);
    assert_eq!(spot(&state), Spot::Tile(3), "three tiles side by side");
    press(&mut state, &vec![Command::NextTab; service::ALL.len() - 3]);
    assert_eq!(spot(&state), Spot::Cell(TargetId(0)));
    press(&mut state, &[Command::NextTab, Command::Down]);
    assert_eq!(spot(&state), Spot::Cell(TargetId(2)), "the last of a shorter row");
    press(&mut state, &[Command::Down]);
    assert_eq!(spot(&state), Spot::Cell(TargetId(2)));
    press(&mut state, &[Command::Up, Command::Up]);
    assert!(matches!(spot(&state), Spot::Tile(_)));
}

#[test]
fn enter_opens_a_list_or_the_findings_of_a_place() {
    let mut state = open(80);
    press(&mut state, &[Command::NextTab, Command::Open]);
    assert!(matches!(state.screen(), Screen::List(list) if list.kind == service::ALL[1].kinds[0]));
    press(&mut state, &[Command::Back]);
    press(&mut state, &vec![Command::NextTab; service::ALL.len()]);
    assert_eq!(spot(&state), Spot::Cell(TargetId(1)));
    press(&mut state, &[Command::Open]);
    assert!(matches!(state.screen(), Screen::Home(home) if home.filter_text == "profile:prod region:us-east-1"));
}

#[test]
fn regions_of_an_account_stand_together() {
    let state = open(80);
    let names: Vec<(&str, usize)> = accounts(&state).into_iter().map(|(name, targets)| (name, targets.len())).collect();
    assert_eq!(names, [("prod", 2), ("staging", 1)]);
}

#[test]
fn a_press_selects_and_the_second_opens() {
    let mut state = open(80);
    let point = |state: &mut State, spot, press| drop(update(state, Msg::Pointed(pointing::Spot::Glance(spot), press)));
    point(&mut state, Spot::Cell(TargetId(2)), Press::Once);
    assert_eq!(spot(&state), Spot::Cell(TargetId(2)));
    update(&mut state, Msg::Rolled(-3));
    assert!(matches!(spot(&state), Spot::Cell(TargetId(0 | 1)) | Spot::Tile(_)), "the wheel goes a row");
    point(&mut state, Spot::Tile(1), Press::Once);
    point(&mut state, Spot::Tile(1), Press::Twice);
    assert_eq!(state.list().map(|list| list.kind.id), Some(service::ALL[1].kinds[0].id));
}
