//! What can be done to resources: what an action asks, brings about, sends, and how its end is seen.

use std::{fmt, sync::Arc};

use super::{Answer, Input, Values};
use crate::{
    aws::Aws,
    model::{Problem, Resource, Severity, Text},
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
