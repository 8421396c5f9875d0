//! Everything that can happen.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    charting::Reach,
    command::Command,
    history::Book,
    logging::Tail,
    pointing::{Press, Spot},
    pulse::Focus,
    settings::Settings,
    sheet::Form,
    state::RunId,
    thresholds,
};
use crate::{
    model::{
        Gap, Key, KindId, Problem, Resource, Series, TargetId, Text, alarm::Alarm, deed::Chronicle, document::Document, resource::Page,
    },
    service::{Consequence, Receipt, executor::Held},
};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The clock; the only way time enters.
    Tick(Timestamp),
    /// The terminal has a new size: columns, rows.
    Resized(u16, u16),
    /// The terminal has the keyboard, or another window has.
    Focused(Focus),
    /// A key, click or palette entry, already resolved.
    Do(Command),
    /// Text for the open prompt.
    Typed(Edit),
    /// A key inside the action menu.
    Picked(char),
    /// The mouse was pressed on something.
    Pointed(Spot, Press),
    /// The wheel was turned by so many rows.
    Rolled(isize),
    /// The text that came back from the user's editor.
    Edited(String),
    /// The configuration has changed.
    Configured(Result<Settings, Text>),
    /// So many calls were made to targets since this was told last.
    Called(Vec<(TargetId, u32)>),
    /// Decide about further rows of a list too long to be filtered at once.
    Sift,
    /// Something asked for has come; answers of an older epoch are dropped.
    Answered(Epoch, Answer),
}

/// Number of the connection an answer was asked under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epoch(pub u32);

/// An edit of a one-line prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Insert a character.
    Char(char),
    /// Delete before the cursor.
    Backspace,
    /// Delete under the cursor.
    Delete,
    /// Delete the word before the cursor.
    Word,
    /// Delete everything before the cursor.
    Line,
    /// Move left.
    Left,
    /// Move right.
    Right,
    /// Move to the start.
    Home,
    /// Move to the end.
    End,
    /// A line break, in a text of several lines.
    Break,
    /// One line up, or the field above.
    Up,
    /// One line down, or the field below.
    Down,
    /// The next field of a form, or the next candidate of a prompt.
    Next,
    /// The field before, or the candidate before.
    Previous,
    /// An older entry of the same field or prompt.
    Older,
    /// A newer entry of the same field or prompt.
    Newer,
    /// The field in an editor of the user's choice.
    Outside,
    /// Accept the whole form, wherever the cursor is.
    Send,
    /// Accept.
    Submit,
    /// Give up.
    Cancel,
}

/// Who we are in a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// AWS account id, twelve digits.
    pub account: Text,
    /// ARN of the caller.
    pub arn: Text,
}

/// What has come back from the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The identity behind a target.
    Identified(TargetId, Result<Identity, Problem>),
    /// The program that begins a new session has ended, or a code was answered to.
    SignedIn(Vec<TargetId>, Result<(), Problem>),
    /// The regions that the account of a target has enabled.
    Regions(TargetId, Result<Vec<Text>, Problem>),
    /// A part of an inventory.
    Page {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// Which sweep.
        sweep: u32,
        /// The rows.
        page: Page,
    },
    /// A sweep has ended.
    Listed {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// Which sweep.
        sweep: u32,
        /// Complete, with what could not be had beside the rows; or why it broke off.
        result: Result<Vec<Gap>, Problem>,
    },
    /// What was kept from the last start.
    Remembered(Vec<Memory<Resource>>),
    /// All points of a kind that were kept from the last start; nothing where there are none.
    RememberedPoints(KindId, Vec<Memory<Kept>>),
    /// What was to be kept could not be, with the path and the reason.
    Unkept(String),
    /// What the user has made of the columns could not be kept, with the path and the reason.
    LayoutsUnkept(String),
    /// What was entered or typed could not be kept for the next time, and why.
    TextUnkept(String),
    /// Some rows were looked at again; ids that were asked for and are not in the page are gone.
    Reread {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// The ids asked for.
        ids: Vec<Text>,
        /// What came.
        result: Result<Page, Problem>,
    },
    /// Details of some rows.
    Detailed {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// The ids asked for.
        ids: Vec<Text>,
        /// What came, as overlays.
        result: Result<Page, Problem>,
    },
    /// What `CloudWatch` said beside its answers.
    Remarks(TargetId, Vec<Problem>),
    /// Metrics of rows.
    Measured(Fetched<Reading>),
    /// The alarms that are going off in a target.
    Alarms(TargetId, Result<Vec<Alarm>, Problem>),
    /// Metrics of charts.
    Charted(Fetched<Stretch>),
    /// What alarms hold charts of a target against.
    Thresholds(TargetId, thresholds::Found),
    /// The raw document of a row.
    Document(Key, Result<Arc<Document>, Problem>),
    /// What was entered for a row before, newest first.
    Recalled(Key, Vec<String>),
    /// What was typed into prompts of one sort before, newest first.
    RecalledLines(Book, Vec<String>),
    /// What AWS says beforehand about an action.
    Probed(RunId, Result<Vec<Consequence>, Problem>),
    /// The calls of an action have been made for these rows.
    Acted(RunId, Vec<(Key, Result<Receipt, Problem>)>),
    /// The session that a run opened for a row is over, or went wrong on this machine.
    Conversed(RunId, Key, Result<(), Problem>),
    /// AWS has throttled a call of an action, which is made again.
    Held(RunId, Held),
    /// The end of the log.
    Log(Result<Arc<Tail>, Problem>),
    /// The end of the journal.
    Chronicle(Result<Arc<Chronicle>, Problem>),
    /// A call was made, and could not be written down in the journal.
    Unwritten(Problem),
    /// Rows as a text to copy.
    Composed {
        /// How they were written.
        form: Form,
        /// How many there are.
        rows: usize,
        /// The text.
        text: String,
    },
    /// So many rows were saved under this path; or why they were not.
    Saved(usize, Result<String, String>),
    /// A text did not get on the clipboard, and why.
    Uncopied(String),
}

/// Series under the names they were asked for by; `None` where nothing was published.
pub type Fetched<T> = Vec<(T, Result<Option<Series>, Problem>)>;

/// The rows of a kind in a target at the end of a complete listing, or a part of them, as they are kept from one start to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory<R> {
    /// Where.
    pub target: TargetId,
    /// What.
    pub kind: KindId,
    /// The account they are of: a profile may name another one at the next start.
    pub account: Text,
    /// When the listing was complete.
    pub at: Timestamp,
    /// The rows.
    pub rows: Vec<R>,
}

/// One metric of one row as it is kept from one start to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The row.
    pub id: Text,
    /// Position in the kind's table of metrics.
    pub metric: usize,
    /// When it was fetched.
    pub at: Timestamp,
    /// Its points; `None` where nothing was published.
    pub series: Option<Series>,
}

/// One metric of one row: the key of the metric store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reading {
    /// The row.
    pub key: Key,
    /// Position in the kind's table of metrics.
    pub metric: usize,
}

/// One metric of one row as far back as its chart looks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// The metric and its row.
    pub reading: Reading,
    /// How far back.
    pub reach: Reach,
}
