//! What each command is about, and on which screens it does something: help tells first what helps here.

use super::Command;
use crate::app::state::Screen;

/// What a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The cursor, or the part of a text that is seen.
    Moving,
    /// The row under the cursor.
    Row,
    /// Which rows a list shows, in what order.
    List,
    /// The charts.
    Charts,
    /// A text that is read.
    Text,
    /// What is done to rows.
    Acting,
    /// Other screens.
    Views,
    /// The program itself.
    Program,
}

impl Group {
    /// All of them, in the order of help.
    pub const ALL: &[Self] = &[Self::Row, Self::List, Self::Text, Self::Charts, Self::Acting, Self::Moving, Self::Views, Self::Program];

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Row => "the row",
            Self::List => "the list",
            Self::Charts => "charts",
            Self::Text => "the text",
            Self::Acting => "acting",
            Self::Views => "other screens",
            Self::Program => "the program",
        }
    }
}

impl Command {
    /// What it is about.
    pub fn group(self) -> Group {
        match self {
            Self::Down | Self::Up | Self::PageDown | Self::PageUp | Self::HalfDown | Self::HalfUp | Self::Top | Self::Bottom => {
                Group::Moving
            }
            Self::Open
            | Self::Below
            | Self::Related
            | Self::Describe
            | Self::Yaml
            | Self::Json
            | Self::Compare
            | Self::CopyMenu
            | Self::CopyId
            | Self::CopyArn => Group::Row,
            Self::Filter
            | Self::Findings
            | Self::Mark
            | Self::MarkAll
            | Self::MarkRange
            | Self::MarkInvert
            | Self::MarkNone
            | Self::SortNext
            | Self::SortPrevious
            | Self::SortReverse
            | Self::SortBy(_)
            | Self::Wide
            | Self::Columns
            | Self::ColumnsRight
            | Self::ColumnsLeft
            | Self::Save
            | Self::Refresh => Group::List,
            Self::Metrics | Self::RangeLonger | Self::RangeShorter | Self::ChartLeft | Self::ChartRight => Group::Charts,
            Self::Reveal | Self::NextMatch | Self::PreviousMatch => Group::Text,
            Self::Actions | Self::Report | Self::Outcome | Self::Undo | Self::Unlock | Self::Lock => Group::Acting,
            Self::LastView
            | Self::ViewBack
            | Self::ViewForward
            | Self::Home
            | Self::Overview
            | Self::Changes
            | Self::Palette
            | Self::NextTab
            | Self::PreviousTab
            | Self::Errors
            | Self::Log
            | Self::Targets
            | Self::SignIn
            | Self::Journal => Group::Views,
            Self::Back | Self::Help | Self::Theme | Self::Mouse | Self::Redraw | Self::Suspend | Self::Quit | Self::QuitNow => {
                Group::Program
            }
        }
    }

    /// True when it does something on this screen.
    pub fn serves(self, screen: &Screen) -> bool {
        match self.group() {
            Group::Moving | Group::Views | Group::Program => true,
            Group::Charts => matches!(screen, Screen::List(_)) || matches!((self, screen), (Self::Metrics, Screen::Home(_))),
            Group::Row => self.about_a_row(screen),
            Group::List => self.about_a_list(screen),
            Group::Text => self.about_a_text(screen),
            Group::Acting => match screen {
                Screen::List(_) | Screen::Home(_) | Screen::Detail(_) => self != Self::Undo,
                Screen::Outcome(_) => matches!(self, Self::Undo | Self::Report),
                _ => false,
            },
        }
    }

    fn about_a_row(self, screen: &Screen) -> bool {
        match screen {
            Screen::List(_) => true,
            Screen::Home(_) => self != Self::Compare,
            Screen::Overview(_) | Screen::Turns(_) => self == Self::Open,
            Screen::Detail(_) => !matches!(self, Self::Open | Self::Below | Self::Describe | Self::Compare),
            Screen::Raw(_) => matches!(self, Self::Yaml | Self::Json | Self::Related | Self::CopyMenu | Self::CopyId | Self::CopyArn),
            _ => false,
        }
    }

    fn about_a_list(self, screen: &Screen) -> bool {
        let again = |screen: &Screen| {
            let text = matches!(screen, Screen::Detail(_) | Screen::Raw(_) | Screen::Comparison(_) | Screen::Log(_) | Screen::Journal(_));
            text || matches!(screen, Screen::Home(_) | Screen::Overview(_) | Screen::Targets(_))
        };
        match self {
            Self::Filter => matches!(screen, Screen::List(_) | Screen::Home(_) | Screen::Raw(_) | Screen::Help(_)),
            Self::Refresh => matches!(screen, Screen::List(_)) || again(screen),
            _ => matches!(screen, Screen::List(_)),
        }
    }

    fn about_a_text(self, screen: &Screen) -> bool {
        match screen {
            Screen::Raw(_) => true,
            Screen::Comparison(_) => self != Self::Reveal,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{command::COMMANDS, state::Scroll};

    #[test]
    fn every_group_has_commands_and_a_title_of_its_own() {
        for group in Group::ALL {
            assert!(COMMANDS.iter().any(|entry| entry.command.group() == *group), "{group:?}");
            assert_eq!(Group::ALL.iter().filter(|other| other.title() == group.title()).count(), 1, "{group:?}");
        }
        assert!(COMMANDS.iter().all(|entry| Group::ALL.contains(&entry.command.group())));
    }

    #[test]
    fn what_a_text_does_not_know_does_not_serve_there() {
        let errors = Screen::Errors(Scroll::default());
        assert!(Command::PageDown.serves(&errors) && Command::Back.serves(&errors));
        assert!(!Command::Mark.serves(&errors) && !Command::Reveal.serves(&errors) && !Command::Actions.serves(&errors));
    }
}
