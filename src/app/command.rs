//! The command table: what a user can ask for, once, with its name and its sentence.
//!
//! Keymap, help, palette and README are made from it.

pub mod scope;

/// Something a user can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// A screenful down.
    PageDown,
    /// A screenful up.
    PageUp,
    /// Half a screenful down.
    HalfDown,
    /// Half a screenful up.
    HalfUp,
    /// First row.
    Top,
    /// Last row.
    Bottom,
    /// What is wrong anywhere.
    Home,
    /// The fleet at a glance.
    Overview,
    /// What has changed while we watched.
    Changes,
    /// Into the row.
    Open,
    /// Choose among the levels below the row.
    Below,
    /// Choose among what the row is related to.
    Related,
    /// What the latest action gave back.
    Report,
    /// How the latest action gets on.
    Outcome,
    /// Take it back.
    Undo,
    /// Out of what is open.
    Back,
    /// Every fact about the row.
    Describe,
    /// The document as AWS sent it, YAML.
    Yaml,
    /// The document as AWS sent it, JSON.
    Json,
    /// Charts of the row.
    Metrics,
    /// Charts that look further back.
    RangeLonger,
    /// Charts that look less far back.
    RangeShorter,
    /// An earlier point of the charts.
    ChartLeft,
    /// A later point of the charts.
    ChartRight,
    /// The action menu.
    Actions,
    /// Narrow the list, or search the text.
    Filter,
    /// Show masked values.
    Reveal,
    /// Next match of the search.
    NextMatch,
    /// Previous match of the search.
    PreviousMatch,
    /// A command by name.
    Palette,
    /// Only rows with findings.
    Findings,
    /// Mark the row.
    Mark,
    /// Mark all rows in view, or none.
    MarkAll,
    /// Mark the rows from the one marked last to the cursor.
    MarkRange,
    /// Mark what is not marked, and only that.
    MarkInvert,
    /// Mark none.
    MarkNone,
    /// Sort by the next column.
    SortNext,
    /// Sort by the previous column.
    SortPrevious,
    /// Turn the sort order round.
    SortReverse,
    /// Sort by a column by its number on the screen, from 1.
    SortBy(u8),
    /// More columns.
    Wide,
    /// Which columns, in what order, how wide.
    Columns,
    /// Columns further to the right.
    ColumnsRight,
    /// Columns further to the left.
    ColumnsLeft,
    /// Ask AWS again now.
    Refresh,
    /// The list before this one.
    LastView,
    /// Back through the lists that were visited.
    ViewBack,
    /// Forward through them.
    ViewForward,
    /// Next service.
    NextTab,
    /// Previous service.
    PreviousTab,
    /// Copy the id.
    CopyId,
    /// Copy the ARN.
    CopyArn,
    /// Choose what to copy.
    CopyMenu,
    /// Save the table.
    Save,
    /// Hold two rows against each other.
    Compare,
    /// What went wrong so far.
    Errors,
    /// The program's own log.
    Log,
    /// Accounts and regions.
    Targets,
    /// A new session for an account whose credentials are over.
    SignIn,
    /// What was done.
    Journal,
    /// Lift what policies keep read-only, for a while.
    Unlock,
    /// Put it back.
    Lock,
    /// What the screen looks like.
    Theme,
    /// This help.
    Help,
    /// Take the mouse, or leave it to the terminal.
    Mouse,
    /// Draw the screen anew.
    Redraw,
    /// Back to the shell for a while.
    Suspend,
    /// Leave a list screen, or the program at the root.
    Quit,
    /// Leave the program.
    QuitNow,
}

/// A row of the command table.
#[derive(Debug)]
pub struct Entry {
    /// The command.
    pub command: Command,
    /// Its name in the keymap and the palette.
    pub name: &'static str,
    /// What it does, for help.
    pub sentence: &'static str,
}

const fn entry(command: Command, name: &'static str, sentence: &'static str) -> Entry {
    Entry { command, name, sentence }
}

/// Every command, in the order of help.
pub const COMMANDS: &[Entry] = &[
    entry(Command::Down, "down", "one row down"),
    entry(Command::Up, "up", "one row up"),
    entry(Command::PageDown, "page-down", "one screen down"),
    entry(Command::PageUp, "page-up", "one screen up"),
    entry(Command::HalfDown, "half-down", "half a screen down"),
    entry(Command::HalfUp, "half-up", "half a screen up"),
    entry(Command::Top, "top", "first row"),
    entry(Command::Bottom, "bottom", "last row"),
    entry(Command::Home, "home", "the findings: what is wrong anywhere, worst first"),
    entry(Command::Overview, "overview", "the fleet at a glance: a tile for each service, accounts by regions"),
    entry(Command::Changes, "changes", "what changed while we watched: of the row, or of everything; again for the other of the two"),
    entry(Command::Open, "open", "open the row: the level below, or its details"),
    entry(Command::Below, "below", "choose among the levels below the row"),
    entry(Command::Related, "related", "what the row belongs to and what belongs to it, and go there"),
    entry(Command::Report, "report", "what the latest action gave back to read"),
    entry(Command::Outcome, "outcome", "how the latest action gets on; Esc there calls off what is not sent"),
    entry(Command::Undo, "undo", "beside the outcome of an action: plan what takes it back"),
    entry(Command::Back, "back", "close what is open, or the reading of the charts; in a list clear marks, then the filter"),
    entry(Command::Describe, "describe", "every fact and tag of the row"),
    entry(Command::Yaml, "yaml", "the document as AWS sent it, as YAML"),
    entry(Command::Json, "json", "the document as AWS sent it, as JSON"),
    entry(Command::Compare, "compare", "where the documents of two rows differ: both marked, or one and the cursor on the other"),
    entry(Command::Metrics, "metrics", "charts of the row, on and off"),
    entry(Command::RangeLonger, "range-longer", "charts look further back: 1 h, 3 h, 12 h, 1 d, 1 w"),
    entry(Command::RangeShorter, "range-shorter", "charts look less far back"),
    entry(Command::ChartLeft, "chart-left", "read the charts at their newest point, then at earlier ones"),
    entry(Command::ChartRight, "chart-right", "read the charts at later points"),
    entry(Command::Actions, "actions", "what can be done to the row, or to the marked rows"),
    entry(Command::Filter, "filter", "narrow the list, or search in a text"),
    entry(Command::Reveal, "reveal", "show masked values in a document, and mask them again"),
    entry(Command::NextMatch, "next-match", "next match in a text"),
    entry(Command::PreviousMatch, "previous-match", "previous match in a text"),
    entry(Command::Palette, "palette", "a command, kind or action by name"),
    entry(Command::Findings, "findings", "only rows with something wrong, on and off"),
    entry(Command::Mark, "mark", "mark the row, and go one down"),
    entry(Command::MarkAll, "mark-all", "mark every row of the list, or none"),
    entry(Command::MarkRange, "mark-range", "mark the rows from the one marked last to this one"),
    entry(Command::MarkInvert, "mark-invert", "mark every row that is not marked, and no other"),
    entry(Command::MarkNone, "mark-none", "mark no row"),
    entry(Command::SortNext, "sort-next", "sort by the next column"),
    entry(Command::SortPrevious, "sort-previous", "sort by the previous column"),
    entry(Command::SortReverse, "sort-reverse", "turn the order round"),
    entry(Command::SortBy(1), "sort-1", "sort by the first column on the screen; again turns the order round"),
    entry(Command::SortBy(2), "sort-2", "sort by the second column on the screen"),
    entry(Command::SortBy(3), "sort-3", "sort by the third column on the screen"),
    entry(Command::SortBy(4), "sort-4", "sort by the fourth column on the screen"),
    entry(Command::SortBy(5), "sort-5", "sort by the fifth column on the screen"),
    entry(Command::SortBy(6), "sort-6", "sort by the sixth column on the screen"),
    entry(Command::SortBy(7), "sort-7", "sort by the seventh column on the screen"),
    entry(Command::SortBy(8), "sort-8", "sort by the eighth column on the screen"),
    entry(Command::SortBy(9), "sort-9", "sort by the ninth column on the screen"),
    entry(Command::SortBy(10), "sort-10", "sort by the tenth column on the screen"),
    entry(Command::Wide, "wide", "more columns, on and off"),
    entry(Command::Columns, "columns", "choose the columns of the list, their order and their widths; they are kept"),
    entry(Command::ColumnsRight, "columns-right", "columns further to the right; the name stays"),
    entry(Command::ColumnsLeft, "columns-left", "columns further to the left"),
    entry(Command::Refresh, "refresh", "ask AWS again now"),
    entry(Command::LastView, "last-view", "what was in front before; again comes back here"),
    entry(Command::ViewBack, "view-back", "back through what was visited"),
    entry(Command::ViewForward, "view-forward", "forward again through what was visited"),
    entry(Command::NextTab, "next-tab", "next tab: the findings, then each service"),
    entry(Command::PreviousTab, "previous-tab", "previous tab"),
    entry(Command::CopyId, "copy-id", "copy the id to the clipboard"),
    entry(Command::CopyArn, "copy-arn", "copy the ARN to the clipboard"),
    entry(Command::CopyMenu, "copy", "choose what to copy: a line for the AWS CLI, an address in the console, the row as JSON, the table"),
    entry(Command::Save, "save", "save the table as it is on the screen; :save FILE.csv, .json, .ndjson or .md names the file"),
    entry(Command::Errors, "errors", "what went wrong lately, with hints"),
    entry(Command::Log, "log", "the end of the program's own log"),
    entry(Command::Targets, "targets", "accounts and regions: how each stands, and what to do about it"),
    entry(Command::SignIn, "sign-in", "sign in where credentials are over: run the command that is shown, or give an MFA code"),
    entry(Command::Journal, "journal", "what was done, by whom, with what outcome"),
    entry(Command::Unlock, "unlock", "lift what policies keep read-only for a while: unlock 10m; an hour at most"),
    entry(Command::Lock, "lock", "put back what was lifted, before its time is over"),
    entry(Command::Theme, "theme", "choose a theme: each is shown as the cursor comes to it; :theme NAME takes it"),
    entry(Command::Help, "help", "this help"),
    entry(Command::Mouse, "mouse", "the mouse for this screen or for the terminal, which selects text with it"),
    entry(Command::Redraw, "redraw", "draw the screen anew"),
    entry(Command::Suspend, "suspend", "back to the shell; fg returns"),
    entry(Command::Quit, "quit", "close what is open; at the root leave the program"),
    entry(Command::QuitNow, "quit-now", "leave the program"),
];

/// The table's row of a command.
pub fn describe(command: Command) -> Option<&'static Entry> {
    COMMANDS.iter().find(|entry| entry.command == command)
}

/// The command with this name.
pub fn named(name: &str) -> Option<Command> {
    COMMANDS.iter().find(|entry| entry.name == name).map(|entry| entry.command)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_commands_are_unique() {
        let names: HashSet<_> = COMMANDS.iter().map(|entry| entry.name).collect();
        let commands: HashSet<_> = COMMANDS.iter().map(|entry| entry.command).collect();
        assert_eq!((names.len(), commands.len()), (COMMANDS.len(), COMMANDS.len()));
    }
}
