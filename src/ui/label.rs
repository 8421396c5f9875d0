//! What policies show: the label of the row in front, the colour of the line over its list, and how long locks are lifted.

use ratatui::{
    style::{Modifier, Style},
    text::Span,
};

use super::{strip::Piece, theme::Theme};
use crate::{
    app::{
        guard::{self, Shown},
        state::State,
    },
    service::policy::Label,
};

/// Filled, for what is in front: without colours it is still turned round.
pub(super) fn filled(label: &Label, theme: &Theme) -> Span<'static> {
    Span::styled(format!(" {} ", label.text), theme.tint(label.tint).add_modifier(Modifier::REVERSED | Modifier::BOLD))
}

/// The label for the header: filled where the row in front is of it, a word where something else in sight is.
pub(super) fn piece<'a>(state: &State, theme: &Theme) -> Option<Piece<'a>> {
    let span = match guard::shown(state)? {
        Shown::Here(label) => filled(label, theme),
        Shown::Beside(label) => Span::styled(label.text.clone(), bare(label, theme)),
    };
    Some(Piece::right(1, span))
}

/// The style of the line over the list, where the row in front has a label.
pub(super) fn line(state: &State, theme: &Theme) -> Option<Style> {
    match guard::shown(state)? {
        Shown::Here(label) => Some(bare(label, theme)),
        Shown::Beside(_) => None,
    }
}

fn bare(label: &Label, theme: &Theme) -> Style {
    theme.tint(label.tint).remove_modifier(Modifier::REVERSED)
}

/// `UNLOCKED 9:42`, while the locks of policies are lifted.
pub(super) fn countdown<'a>(state: &State, theme: &Theme) -> Option<Piece<'a>> {
    let left = state.guard.left(state.now)?;
    Some(Piece::right(1, Span::styled(format!(" UNLOCKED {}:{:02} ", left / 60, left % 60), theme.badge)))
}
