//! What an action wants to know before it can be planned, and what the user entered.

use std::fmt;

use crate::model::Resource;

/// One field of an action's form; on the command line `--param id=value`.
pub struct Input {
    /// Its id.
    pub id: &'static str,
    /// Its label.
    pub title: &'static str,
    /// What is entered.
    pub sort: Sort,
    /// What it stands at when the form opens.
    pub initial: fn(&Resource) -> String,
    /// What may be entered, for this resource: `2 to 10`. Empty for nothing to say.
    pub hint: fn(&Resource) -> String,
    /// What is wrong with a value for this resource, in one sentence.
    pub check: fn(&Resource, &str) -> Result<(), String>,
}

/// What is entered into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// One line.
    Line,
    /// One line in which secrets may travel: of it the journal has the hash.
    Private,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A JSON document of many lines, remembered for each resource.
    Document,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Input({})", self.id)
    }
}

/// What the user entered, by the ids of the fields; exactly as entered, for it goes to AWS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values(Vec<(&'static str, String)>);

impl Values {
    /// The values of these fields.
    pub fn new(values: impl IntoIterator<Item = (&'static str, impl ToString)>) -> Self {
        Self(values.into_iter().map(|(id, value)| (id, value.to_string())).collect())
    }

    /// The value of a field; empty when there is none.
    pub fn get(&self, id: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == id).map_or("", |(_, value)| value.as_str())
    }

    /// The value of a field as a whole number.
    pub fn number(&self, id: &str) -> Option<i64> {
        self.get(id).trim().parse().ok()
    }

    /// Every field and its value, in the order of the form.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(id, value)| (*id, value.as_str()))
    }
}
