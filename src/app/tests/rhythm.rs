//! How often lists are asked for: where nothing changes, where nobody watches, and where AWS asks for less.

use super::*;
use crate::app::{pulse, schedule};

/// True for waits that are these, each with the few seconds by which questions are spread.
fn spread(waits: &[i64], usual: &[i64]) -> bool {
    waits.len() == usual.len() && waits.iter().zip(usual).all(|(wait, usual)| (0..12).contains(&(wait - usual)))
}

/// Seconds until the next list of the only target is asked for, while nobody touches anything.
fn until_listed(state: &mut State) -> i64 {
    for second in 1..4_000 {
        if tick(state, 1).iter().any(|effect| matches!(effect, Effect::List { .. })) {
            return second;
        }
    }
    i64::MAX
}

#[test]
fn a_quiet_list_is_asked_for_less_often_until_a_key_is_pressed() {
    let mut state = with(Policy::Operator, &[("i-1", "a", "running")]);
    let mut waits = Vec::new();
    for _ in 0..5 {
        waits.push(until_listed(&mut state));
        page(&mut state, vec![instance("i-1", "a", "running")]);
        listed(&mut state, Ok(Vec::new()));
    }
    assert!(spread(&waits, &[60, 120, 240, 240, 240]), "{waits:?}");
    run(&mut state, &[Command::Down]);
    waits = vec![until_listed(&mut state)];
    assert!(spread(&waits, &[60]), "{waits:?}");
    page(&mut state, vec![instance("i-1", "a", "stopped")]);
    listed(&mut state, Ok(Vec::new()));
    tick(&mut state, 120);
    page(&mut state, vec![instance("i-1", "a", "stopped")]);
    listed(&mut state, Ok(Vec::new()));
    waits = vec![until_listed(&mut state)];
    assert!(spread(&waits, &[120]), "{waits:?}");
}

#[test]
fn a_screen_that_nobody_touches_falls_asleep_and_any_key_wakes_it() {
    let mut state = with(Policy::Operator, &[("i-1", "a", "running")]);
    assert_eq!(tick(&mut state, 1_801), []);
    assert!(schedule::asleep(&state));
    assert_eq!(tick(&mut state, 600), []);
    run(&mut state, &[Command::Down]);
    assert!(tick(&mut state, 1).iter().any(|effect| matches!(effect, Effect::List { .. })));
    // Another window has the keyboard: it goes on for a while.
    update(&mut state, Msg::Focused(pulse::Focus::Elsewhere));
    tick(&mut state, 299);
    assert!(!schedule::asleep(&state));
    tick(&mut state, 1);
    assert!(schedule::asleep(&state));
}

#[test]
fn a_target_that_throttles_is_asked_half_as_often_and_comes_back() {
    let mut state = with(Policy::Operator, &[("i-1", "a", "running")]);
    until_listed(&mut state);
    listed(&mut state, Err(problem(ProblemKind::Throttled)));
    assert!(state.toasts.iter().any(|toast| toast.text.as_str().contains("2 times less often")));
    let mut waits = vec![until_listed(&mut state)];
    listed(&mut state, Err(problem(ProblemKind::Throttled)));
    waits.push(until_listed(&mut state));
    for standing in ["stopped", "running", "stopped"] {
        page(&mut state, vec![instance("i-1", "a", standing)]);
        listed(&mut state, Ok(Vec::new()));
        waits.push(until_listed(&mut state));
    }
    assert!(waits[0] >= 120 && waits[1] >= 240, "after a failure up to half as long again: {waits:?}");
    assert!(spread(&waits[2..], &[120, 60, 60]), "{waits:?}");
}
