//! Everything the core can ask of the world, as plain comparable data.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    columns::Layouts,
    guard::Bolt,
    history::Book,
    manner::Mouse,
    msg::{Kept, Memory, Reading, Stretch},
    sheet::{Form, Goal, Sheet},
    state::RunId,
};
use crate::{
    model::{
        Key, KindId, Resource, Target, TargetId, Text,
        series::Query,
        target::{Code, Haste},
    },
    service::{
        Scope, Session, Values,
        executor::Policy,
        policy::{Confirm, Rules},
    },
};

/// One request to the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Find out who we are in this target.
    Identify(TargetId),
    /// Look for the credentials of this target's account anew with the next question: whoever renews keys in the shared files tells nobody.
    Forget(TargetId),
    /// List a kind in a target.
    List {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// Which sweep; echoed in the answer.
        sweep: u32,
        /// How much of it.
        scope: Scope,
        /// How soon it is wanted.
        haste: Haste,
    },
    /// Look up what was kept of a kind at an earlier start.
    LookBack(KindId),
    /// Keep a complete listing for the next start.
    Keep(Memory<Arc<Resource>>),
    /// Keep points of metrics for the next start.
    KeepPoints(Memory<Kept>),
    /// Look at some rows again.
    Reread {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// Which.
        ids: Vec<Text>,
    },
    /// Fetch details of some rows.
    Detail {
        /// Where.
        target: TargetId,
        /// What.
        kind: KindId,
        /// Which.
        rows: Vec<Arc<Resource>>,
    },
    /// Fetch metrics, all of one target.
    Measure(TargetId, Vec<(Reading, Query)>),
    /// Fetch what charts show, all of one target.
    Chart(TargetId, Vec<(Stretch, Query)>),
    /// Find out what alarms hold these charts against.
    Thresholds(TargetId, Vec<(Reading, Query)>),
    /// Find out which alarms are going off in this target.
    Alarms(TargetId),
    /// Fetch the raw document of a row.
    Describe(Key, Arc<Resource>),
    /// Find out what was entered for a row before.
    Recall(Key),
    /// Keep what was entered for a row.
    Remember(Key, String),
    /// Find out what was typed into prompts of one sort before.
    RecallLines(Book),
    /// Keep a line that was typed into a prompt.
    RememberLine(Book, String),
    /// Keep what the user has made of the columns.
    KeepLayouts(Layouts),
    /// Let the user edit a text in an editor of their choice.
    Edit(String),
    /// Ask AWS beforehand about an action.
    Probe(Order),
    /// Carry out an action that was confirmed.
    Act(Order),
    /// Whether actions may be carried out, and what may be done where, from now on.
    Govern(Policy, Arc<Rules>),
    /// Call off what of an action has not been sent.
    Halt(RunId),
    /// Send [`super::msg::Msg::Sift`] once what waits has been taken.
    Sift,
    /// Write down what became of the locks of policies.
    Note(Bolt),
    /// Read the end of the journal.
    Chronicle,
    /// Read the end of the program's own log.
    Log,
    /// Put text on the clipboard.
    Copy(String),
    /// Write rows in a form, and put that where it is wanted.
    Write {
        /// The rows.
        sheet: Arc<Sheet>,
        /// The form.
        form: Form,
        /// Where it goes.
        goal: Goal,
    },
    /// Stop the process as the shell's job control does.
    Suspend,
    /// Lend the terminal to the program that begins a new session, and then look for the credentials of these targets again.
    SignIn {
        /// The program and its arguments, which no shell is to see.
        command: Vec<String>,
        /// Whose credentials it renews.
        targets: Vec<TargetId>,
    },
    /// Lend the terminal to the program that holds the session which a run has opened for a row.
    Converse(RunId, Key, Session),
    /// Give the MFA code that the first of these targets waits for, and then use the session for all of them.
    Unlock {
        /// The code.
        code: Code,
        /// Who waits for it; never empty.
        targets: Vec<TargetId>,
    },
    /// Take these targets in, behind those that there are.
    Admit(Vec<Target>),
    /// Find out which regions an account has enabled.
    Discover(TargetId),
    /// Keep the regions that an account turned out to have for the next start: by its profile.
    KeepRegions(Text, Vec<Text>),
    /// Take the mouse, or leave it to the terminal.
    Mouse(Mouse),
    /// Draw everything anew.
    Redraw,
}

impl Effect {
    /// The one target that is asked something by it.
    pub fn target(&self) -> Option<TargetId> {
        match self {
            Self::Identify(target)
            | Self::Discover(target)
            | Self::Alarms(target)
            | Self::Measure(target, _)
            | Self::Chart(target, _)
            | Self::Thresholds(target, _)
            | Self::List { target, .. }
            | Self::Reread { target, .. }
            | Self::Detail { target, .. } => Some(*target),
            Self::Describe(key, _) => Some(key.target),
            _ => None,
        }
    }
}

/// An action on rows of one kind, possibly of several targets.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Which run; echoed in the answers.
    pub run: RunId,
    /// The kind of the rows.
    pub kind: KindId,
    /// The action's id.
    pub action: &'static str,
    /// The rows, as they were when the plan was confirmed.
    pub rows: Vec<(Key, Arc<Resource>)>,
    /// What was entered for it.
    pub values: Values,
    /// How it was confirmed: `y`, `typed web-1a`, `--yes`. Empty before that.
    pub confirmed: Text,
    /// What that comes to.
    pub confirm: Confirm,
    /// Until when what policies keep read-only is unlocked.
    pub lifted: Option<Timestamp>,
}
