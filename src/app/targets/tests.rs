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
fn the_rate_is_that_of_the_last_minute_and_the_sum_of_all() {
    let mut record = Record::default();
    for second in [0, 0, 30, 59, 60] {
        record.count(at(second));
    }
    assert_eq!((record.per_minute(at(60)), record.per_minute(at(200)), record.asked()), (3, 0, 5));
}
