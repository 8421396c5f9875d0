use super::*;
use crate::{app::state::TargetState, model::Target};

fn fleet(places: &[(&str, &str)]) -> Fleet {
    let target = |(profile, region): &(&str, &str)| Target { profile: (*profile).into(), region: (*region).into() };
    Fleet { targets: places.iter().map(target).map(TargetState::new).collect(), ..Fleet::default() }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("in range")
}

#[test]
fn regions_that_come_later_stand_with_their_profile_and_the_cursor_stays_with_its_target() {
    let before = fleet(&[("prod", "eu-west-1"), ("dev", "eu-west-1")]);
    let mut roster = Roster { cursor: TargetId(0), top: 0 };
    roster.jump(1, &order(&before));
    let after = order(&fleet(&[("prod", "eu-west-1"), ("dev", "eu-west-1"), ("prod", "us-east-1")]));
    assert_eq!(after, [TargetId(0), TargetId(2), TargetId(1)]);
    assert_eq!((roster.cursor, roster.position(&after)), (TargetId(1), 2));
    roster.jump(usize::MAX, &after);
    assert_eq!(roster.position(&after), 2);
}

#[test]
fn the_window_scrolls_no_more_than_the_cursor_needs() {
    let places: Vec<String> = (0..600).map(|number| format!("region-{number}")).collect();
    let places: Vec<(&str, &str)> = places.iter().map(|region| ("org", region.as_str())).collect();
    let fleet = fleet(&places);
    let order = order(&fleet);
    let mut roster = Roster { cursor: TargetId(0), top: 0 };
    let mut step = |position: usize| {
        roster.jump(position, &order);
        roster.settle(&fleet, 10);
        roster.top
    };
    assert_eq!([9, 10, 5, 0, 599, 595].map(&mut step), [0, 1, 1, 0, 590, 590]);
}

#[test]
fn calls_are_counted_for_their_targets_and_for_all_of_them() {
    let setup = crate::app::state::Setup { policy: crate::app::state::Policy::Operator, source: crate::app::state::Source::Demo };
    let targets = fleet(&[("prod", "eu-west-1"), ("prod", "us-east-1")]).targets.into_iter().map(|known| known.target).collect();
    let mut state = State::at_home(setup, targets, (80, 24), at(7));
    for calls in [vec![(TargetId(0), 3), (TargetId(1), 1)], vec![(TargetId(1), 2), (TargetId(9), 1)]] {
        assert_eq!(crate::app::update(&mut state, crate::app::msg::Msg::Called(calls)), []);
    }
    let each: Vec<u32> = state.fleet.targets.iter().map(|known| known.record.calls.per_minute(at(7))).collect();
    assert_eq!((each.as_slice(), state.fleet.calls.per_minute(at(7))), ([3, 3].as_slice(), 7));
}
