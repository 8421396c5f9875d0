//! A call that changed something, or may have (and what became of the locks that keep calls from being made): who made it, on what, how it was confirmed, and what came of it.

use jiff::Timestamp;

use super::text::Text;

/// One call, as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Deed {
    /// When it was about to be made.
    pub at: Timestamp,
    /// ARN of the caller, with spaces between those of several accounts; `None` when AWS did not say who that was.
    pub identity: Option<Text>,
    /// The AWS profile.
    pub profile: Text,
    /// The AWS region.
    pub region: Text,
    /// The kind of its rows.
    pub kind: Text,
    /// The action.
    pub action: Text,
    /// Its rows: id and name.
    pub rows: Vec<(Text, Text)>,
    /// What was entered for it; of documents the hash.
    pub parameters: Vec<(Text, Text)>,
    /// How it was confirmed.
    pub confirmed: Text,
    /// What came of it.
    pub standing: Standing,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It was answered, or its answer was given up.
    Settled {
        /// How long that took, in milliseconds.
        milliseconds: u64,
        /// AWS's ids of the requests.
        requests: Vec<Text>,
        /// For each row, by its id: what came of it, and in which words.
        rows: Vec<(Text, Verdict, Text)>,
    },
    /// The program that makes it is still running.
    UnderWay,
    /// The program ended before an answer came: nobody knows whether it was carried out.
    Interrupted,
    /// It took no call: the locks of policies were lifted, or put back.
    Noted,
}

/// What came of a call for one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// AWS took it.
    Accepted,
    /// The answer was lost: nobody knows.
    Unknown,
    /// AWS refused it, or it never got there.
    Failed,
}

impl Verdict {
    const ALL: [Self; 3] = [Self::Accepted, Self::Unknown, Self::Failed];

    /// The word in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    /// The verdict of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

impl Deed {
    /// What came of it in a few words, the worst of its rows first: `accepted`, `failed`, `unknown: interrupted`.
    pub fn result(&self) -> &'static str {
        match &self.standing {
            Standing::Settled { rows, .. } => rows.iter().map(|(_, verdict, _)| *verdict).max().map_or("nothing to do", Verdict::word),
            Standing::UnderWay => "under way",
            Standing::Interrupted => "unknown: interrupted",
            Standing::Noted => "noted",
        }
    }

    /// Who made it, as far as it fits into a column: ARNs without partition, service and account. `not known` when AWS did not say.
    pub fn caller(&self) -> String {
        let short = |arn: &str| arn.splitn(6, ':').nth(5).unwrap_or(arn).to_owned();
        let callers = |arns: &Text| arns.as_str().split(' ').map(short).collect::<Vec<_>>().join(", ");
        self.identity.as_ref().map_or_else(|| "not known".to_owned(), callers)
    }

    /// The names of its rows, each with its id where that says more.
    pub fn subjects(&self) -> String {
        let words = |(id, name): &(Text, Text)| if id == name { id.to_string() } else { format!("{name} ({id})") };
        self.rows.iter().map(words).collect::<Vec<_>>().join(", ")
    }
}

/// The end of the journal, as it is shown on the screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chronicle {
    /// The calls, newest first.
    pub deeds: Vec<Deed>,
    /// Lines that are no records.
    pub damaged: usize,
    /// Bytes of older records that were not read.
    pub older: u64,
}
