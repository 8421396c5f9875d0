//! That not every place is in sight: said wherever something is counted.

use ratatui::text::{Line, Span};

use super::{strip::Piece, theme::Theme};
use crate::app::state::{Screen, State};

/// `only prod eu-*`, for a title, to go at this rank where it gets narrow; `None` while every place is in sight.
pub(super) fn piece<'a>(state: &State, rank: u8, theme: &Theme) -> Option<Piece<'a>> {
    Some(Piece::left(rank, words(state, theme)?))
}

/// The same as words.
pub(super) fn words<'a>(state: &State, theme: &Theme) -> Option<Line<'a>> {
    let places = state.sight.words()?;
    Some(Line::from_iter([Span::styled("only ", theme.muted), Span::styled(places, theme.warn)]))
}

/// The same on a screen that has no title of its own to say it in, for the counts of the tabs.
pub(super) fn elsewhere<'a>(state: &State, theme: &Theme) -> Option<Line<'a>> {
    let says = matches!(state.screen(), Screen::List(_) | Screen::Home(_) | Screen::Overview(_) | Screen::Turns(_));
    words(state, theme).filter(|_| !says)
}

/// How every place comes into sight again.
pub(super) fn way_back<'a>(theme: &Theme) -> Line<'a> {
    let way = |line| Span::styled(line, theme.key);
    Line::from_iter([way(":profile all"), Span::raw("   "), way(":region all"), Span::raw("   show every place again")])
}
