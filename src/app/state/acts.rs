//! Actions from the menu to their end, as data.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    app::{editor::Editor, line::Line, state::Scroll},
    model::{Key, Problem, Remote, Resource, Text},
    service::{Action, Consequence, Input, Kind, Values, executor::Held},
};

/// The action menu.
#[derive(Debug)]
pub struct Menu {
    /// The kind of the rows.
    pub kind: &'static Kind,
    /// What it would act on.
    pub rows: Vec<(Key, Arc<Resource>)>,
    /// The highlighted action.
    pub cursor: usize,
}

/// What an action wants to know, being entered.
#[derive(Debug)]
pub struct Form {
    /// The kind of the rows.
    pub kind: &'static Kind,
    /// The action.
    pub action: &'static Action,
    /// The rows it would act on, those included that will not take it.
    pub rows: Vec<(Key, Arc<Resource>)>,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// The field with the cursor.
    pub at: usize,
}

/// A field of a form.
#[derive(Debug)]
pub struct Field {
    /// What it is for.
    pub input: &'static Input,
    /// What stands in it.
    pub editor: Editor,
    /// What is wrong with that.
    pub complaint: Option<String>,
    /// What was entered for the row before, newest first.
    pub history: Vec<String>,
    /// Which of these it shows; `None` for what is being written.
    pub shown: Option<usize>,
}

/// The columns of the list in front, to arrange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arranging {
    /// The highlighted column, among all that there could be.
    pub cursor: usize,
}

/// The levels below a row, to choose from.
#[derive(Debug)]
pub struct Below {
    /// The kind of the row.
    pub kind: &'static Kind,
    /// The row.
    pub key: Key,
    /// The row as it is.
    pub resource: Arc<Resource>,
    /// The highlighted kind.
    pub cursor: usize,
}

/// An action planned, explained and waiting for a yes.
#[derive(Debug)]
pub struct Plan {
    /// Its number, kept when it becomes a run.
    pub id: RunId,
    /// The kind of the rows.
    pub kind: &'static Kind,
    /// The action.
    pub action: &'static Action,
    /// The rows that will take it, with what that brings about.
    pub rows: Vec<Planned>,
    /// The rows left out, and why.
    pub refused: Vec<(Text, Text)>,
    /// What was entered for it.
    pub values: Values,
    /// What AWS says beforehand.
    pub probe: Remote<Vec<Consequence>>,
    /// What is to be typed; `None` for a plain yes.
    pub expects: Option<String>,
    /// What has been typed.
    pub typed: Line,
    /// What is seen of it.
    pub scroll: Scroll,
}

/// A row of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// The row.
    pub key: Key,
    /// The row as it is now.
    pub resource: Arc<Resource>,
    /// What the action brings about for it.
    pub consequences: Vec<Consequence>,
}

/// Number of a plan, and of the run it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u32);

/// An action that was confirmed.
#[derive(Debug)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// The kind of its rows.
    pub kind: &'static Kind,
    /// The action.
    pub action: &'static Action,
    /// What was entered for it.
    pub values: Values,
    /// What AWS said when it took the call for the last row that it said anything about.
    pub note: Text,
    /// When it was confirmed.
    pub started: Timestamp,
    /// Its rows and how far each has come.
    pub rows: Vec<(Key, Text, Step)>,
    /// The same rows as they were when it was confirmed.
    pub before: Vec<Arc<Resource>>,
    /// Whether anybody has called it off.
    pub course: Course,
    /// What AWS has throttled of it so far.
    pub held: Option<Throttled>,
}

/// That AWS has throttled calls of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttled {
    /// How often.
    pub times: usize,
    /// The latest call.
    pub latest: Held,
    /// When that was.
    pub at: Timestamp,
}

/// Whether a run sends what there is to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It does.
    UnderWay,
    /// What had not been sent then is not sent.
    CalledOff,
}

/// The outcome of a run, being looked at.
#[derive(Debug)]
pub struct Outcome {
    /// The run.
    pub run: RunId,
    /// What is seen of it.
    pub scroll: Scroll,
}

/// How far a row has come in a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The call has not been answered.
    Calling,
    /// The call was accepted; the state is being followed.
    Following {
        /// When the call was answered, or its answer given up.
        since: Timestamp,
        /// Why nobody knows whether the call was carried out, if its answer was lost.
        doubt: Option<Problem>,
    },
    /// The state asked for is real.
    Done {
        /// Since when.
        at: Timestamp,
    },
    /// It will not come to that, because.
    Failed(Problem),
    /// It was called off before it was sent.
    Unsent,
}

impl Step {
    /// True when nothing more will happen.
    pub fn over(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Failed(_) | Self::Unsent)
    }
}
