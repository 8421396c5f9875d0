//! The filter of the findings: words that the finding, its row or its place must have.

use jiff::Timestamp;

use crate::{
    app::fleet::Row,
    model::{
        Filter,
        filter::{Measured, Place, Subject},
    },
    service::{FIELDS, Kind, field},
};

/// A filter as understood; the empty one lets every finding through.
#[derive(Debug, Default)]
pub(super) struct Words(Vec<Word>);

/// What a word means to each reader of it.
#[derive(Debug)]
struct Word {
    /// As typed without what turns it round, lower case.
    text: String,
    /// Whether it is to be there or not to be there.
    wanted: bool,
    /// How lists understand it.
    filter: Filter,
}

impl Words {
    /// Reads words. The error names the one that is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let words = || FIELDS.map(|(word, _)| word).join(", ");
        let word = |word: &str| {
            let (wanted, body) = word.strip_prefix('!').filter(|rest| !rest.is_empty()).map_or((true, word), |rest| (false, rest));
            let filter = Filter::parse(body, field).map_err(|why| format!("{why}: here only {} and tag", words()))?;
            Ok(Word { text: body.to_lowercase(), wanted, filter })
        };
        text.split_whitespace().map(word).collect::<Result<_, String>>().map(Self)
    }

    /// True when every finding passes.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True when a row and what is wrong with it have every word.
    pub(super) fn pass(&self, kind: &Kind, row: &Row, place: Place<'_>, now: Timestamp) -> bool {
        let subject = Subject { row: &row.resource, place, findings: &row.findings, metric: &|_| Measured::Unknown, now };
        self.0.iter().all(|word| word.wanted == (word.filter.matches(&subject) || word.told(kind, row)))
    }
}

impl Word {
    /// True when the finding itself has it: severity, code, reason, or the kind.
    fn told(&self, kind: &Kind, row: &Row) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.text);
        let mut findings = row.findings.iter();
        has(kind.title) || findings.any(|finding| has(finding.severity.word()) || has(finding.code) || has(finding.reason.as_str()))
    }
}
