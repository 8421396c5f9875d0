//! What can be done to resources: what an action asks, brings about, sends, and how its end is seen.

use std::{fmt, sync::Arc, time::Duration};

use super::{Answer, Input, Session, Values};
use crate::{
    aws::{Aws, Lane},
    model::{KindId, Problem, Resource, Severity, Text},
};

/// How much an action can hurt; decides how it is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Nothing is interrupted: `y` or Enter.
    Harmless,
    /// Somebody may notice: `y`, the default is No.
    Disruptive,
    /// Something is lost for good: the name (or the count) is typed.
    Destructive,
}

/// Percent of what serves above which it is much to take out: of a group such a plan is confirmed by typing.
pub const SHARE: usize = 20;

/// One thing an action will bring about, as the plan tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Consequence {
    /// How grave.
    pub severity: Severity,
    /// What will happen, one sentence.
    pub text: Text,
}

/// How far a resource has come on its way to where an action sends it.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// There.
    Settled,
    /// On its way.
    Moving,
    /// It will not get there: the reason.
    Astray(Text),
}

/// What came of a call for each row of a batch, by the row's id.
pub type Outcomes = Vec<(Text, Result<Receipt, Problem>)>;

/// What AWS said when it took a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Receipt {
    /// One sentence for the message line; empty when there is nothing to add to "done".
    pub note: Text,
    /// What the user asked to see, line by line: a function's answer and its log. Empty for most actions.
    pub report: Vec<Text>,
    /// What stood before and nothing else remembers, by the id of the field of a form that would bring it back.
    pub former: Vec<(&'static str, Text)>,
    /// What the thing itself answered, where the action is a question to it.
    pub reply: Option<Reply>,
    /// The conversation that was opened, for a program that holds it on the terminal.
    pub session: Option<Session>,
}

/// What a function answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The answer as it came.
    pub body: Vec<u8>,
    /// The end of its log, line by line.
    pub log: Vec<Text>,
    /// Why it failed, when it did: the call was taken all the same.
    pub failure: Option<Text>,
}

/// One call of an action: rows of one target, what the user entered, and the call's own token.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The rows; at most as many as the action's `batch`.
    pub rows: Vec<Arc<Resource>>,
    /// What the user entered.
    pub values: Values,
    /// Unique to this confirmed call, 32 letters and digits: AWS carries out only the first of several calls with the same client token.
    pub token: Text,
}

/// What AWS counts a call of an action against, which rows may share one, and how many may be under way at the same time.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    calls: &'static Lane,
    rows: Option<&'static Lane>,
    apart: Option<fn(&Resource) -> &str>,
    /// Calls of one order under way at the same time in one target; the lanes space them, this hides the time each takes.
    pub together: usize,
}

/// Calls under way at the same time where nothing speaks against it.
const TOGETHER: usize = 4;

impl Turn {
    /// Calls are counted.
    pub const fn of(calls: &'static Lane) -> Self {
        Self { calls, rows: None, apart: None, together: TOGETHER }
    }

    /// Calls are counted, and the rows of each as well.
    pub const fn of_each(calls: &'static Lane, rows: &'static Lane) -> Self {
        Self { rows: Some(rows), ..Self::of(calls) }
    }

    /// Calls are counted, and are made one after the other: two at once would get in each other's way.
    pub const fn one_by_one(calls: &'static Lane) -> Self {
        Self { together: 1, ..Self::of(calls) }
    }

    /// The same, but rows that differ in this share no call: AWS may carry out a call about them in part, and not say which.
    #[must_use]
    pub const fn apart(self, by: fn(&Resource) -> &str) -> Self {
        Self { apart: Some(by), ..self }
    }

    /// The rows in the parts that may share a call, in the order in which the first of each comes.
    pub fn parts(&self, rows: Vec<Arc<Resource>>) -> Vec<Vec<Arc<Resource>>> {
        let Some(by) = self.apart else { return vec![rows] };
        let mut parts: Vec<Vec<Arc<Resource>>> = Vec::new();
        for row in rows {
            match parts.iter_mut().find(|part| part.first().is_some_and(|first| by(first) == by(&row))) {
                Some(part) => part.push(row),
                None => parts.push(vec![row]),
            }
        }
        parts
    }

    /// The lanes that it goes through.
    pub fn lanes(&self) -> impl Iterator<Item = &'static Lane> {
        std::iter::once(self.calls).chain(self.rows)
    }

    /// Slows its calls down after one was throttled. The lane of the rows is left as it is: half of it would be minutes for one call.
    pub fn hold(&self, aws: &Aws, pause: Duration) {
        aws.hold(self.calls, pause);
    }

    /// Waits until a call about so many rows may be made.
    pub async fn wait(&self, aws: &Aws, rows: usize) {
        if let Some(lane) = self.rows {
            aws.turns(lane, u32::try_from(rows).unwrap_or(u32::MAX)).await;
        }
        aws.turn(self.calls).await;
    }
}

/// What brings a row back to where an action found it.
#[derive(Debug, Clone, Copy)]
pub struct Undo {
    /// The action of the same kind that does it.
    pub action: &'static str,
    /// What to enter for it, from the row as it was before and what was entered then; `None` where that would not bring it back.
    pub values: fn(&Resource, &Values) -> Option<Values>,
}

/// Asks AWS about an action beforehand.
pub type Probe = fn(Aws, Batch) -> Answer<Vec<Consequence>>;

/// Something a user may do to resources of a kind.
pub struct Action {
    /// Its id and verb: `stop`.
    pub id: &'static str,
    /// The sentence in the menu.
    pub title: &'static str,
    /// Its key inside the menu.
    pub key: char,
    /// How much it can hurt.
    pub risk: Risk,
    /// `Ok` when this resource can take it; otherwise the reason why not.
    pub offered: fn(&Resource) -> Result<(), &'static str>,
    /// What it wants to know before it is planned, in the order of the form.
    pub inputs: &'static [Input],
    /// What it will bring about for this resource, from what is known already.
    pub consequences: fn(&Resource, &Values) -> Vec<Consequence>,
    /// Asks AWS, without changing anything, whether it would be allowed; gives notes for the plan. `None` where AWS has no such call.
    pub probe: Option<Probe>,
    /// Whether the resource, as listed after the call, is where the action sends it. `None`: it is gone from the list.
    pub progress: fn(Option<&Resource>, &Values) -> Progress,
    /// The most ids one call takes.
    pub batch: usize,
    /// What each call is counted against; the executor waits for it.
    pub turn: Turn,
    /// What takes it back, where anything does.
    pub undo: Option<Undo>,
    /// The kind of the group in which fewer serve while or after it is done; `None` where no row that serves is taken out of anything.
    pub out_of: Option<KindId>,
    /// The program of this machine without which nothing comes of it; it is looked for before anything is sent.
    pub needs: Option<&'static str>,
    /// Makes the one call. Retries are off: a lost answer is followed by a look at the state, never by a second call.
    /// Private to the executor by convention and by test.
    pub run: fn(Aws, Batch) -> Answer<Outcomes>,
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Action({})", self.id)
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
