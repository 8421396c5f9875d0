//! The mouse as messages: where it was pressed, how often, and the wheel.

use std::time::{Duration, Instant};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::{
    app::{
        msg::Msg,
        pointing::{Press, WHEEL},
        state::State,
    },
    ui::{
        Look,
        places::{self, Place},
    },
};

/// How soon after the first a press is the second of two.
const SOON: Duration = Duration::from_millis(400);

/// The latest press.
#[derive(Debug, Default)]
pub struct Presses {
    latest: Option<(Instant, (u16, u16))>,
}

impl Presses {
    /// Whether a press is the first or the second at its place; after a second one counting begins anew.
    pub fn count(&mut self, at: (u16, u16), now: Instant) -> Press {
        let twice = self.latest.is_some_and(|(before, place)| place == at && now.duration_since(before) <= SOON);
        self.latest = (!twice).then_some((now, at));
        if twice { Press::Twice } else { Press::Once }
    }
}

/// What a movement of the mouse means at this moment.
pub fn translate(event: &MouseEvent, state: &State, look: &Look<'_>, presses: &mut Presses, now: Instant) -> Option<Msg> {
    let at = (event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => Some(Msg::Rolled(WHEEL)),
        MouseEventKind::ScrollUp => Some(Msg::Rolled(-WHEEL)),
        MouseEventKind::Down(MouseButton::Left) => {
            let press = presses.count(at, now);
            Some(match places::at(state, look, at)? {
                Place::Spot(spot) => Msg::Pointed(spot, press),
                Place::Key(command) => Msg::Do(command),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_press_at_a_place_counts_when_it_comes_soon() {
        let (mut presses, start) = (Presses::default(), Instant::now());
        let mut press = |at, after| presses.count(at, start + Duration::from_millis(after));
        assert_eq!([press((1, 1), 0), press((1, 1), 300), press((1, 1), 500)], [Press::Once, Press::Twice, Press::Once]);
        assert_eq!([press((1, 2), 600), press((1, 2), 1_001)], [Press::Once, Press::Once]);
    }
}
