//! A failure as a person needs it: what went wrong, in whose words, and what to do next.

use std::fmt;

use super::text::Text;

/// What sort of failure it is; decides the glyph, the back-off and whether the account or the call is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// AWS asks us to slow down.
    Throttled,
    /// The identity may not make this call.
    Denied,
    /// The session ended.
    Expired,
    /// No usable credentials were found.
    Credentials,
    /// A code of an MFA device is wanted first.
    Mfa,
    /// Nobody answered at the address.
    Unreachable,
    /// An answer did not come in time.
    Timeout,
    /// An answer came that is not AWS's protocol.
    Garbled,
    /// The thing asked for does not exist (any more).
    NotFound,
    /// The request does not fit the thing's present state.
    Conflict,
    /// A quota of the account is used up.
    Quota,
    /// The request itself was refused as wrong.
    Invalid,
    /// AWS failed on its side.
    Service,
    /// Our own rules refuse it (read-only mode).
    Policy,
    /// It was called off before it was sent.
    Unsent,
}

impl ProblemKind {
    /// True where no call of the account can succeed until somebody does something about its credentials.
    pub fn about_the_session(self) -> bool {
        matches!(self, Self::Expired | Self::Credentials | Self::Mfa)
    }

    /// One word for the target strip.
    pub fn word(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::Credentials => "no credentials",
            Self::Mfa => "needs MFA code",
            Self::Unreachable => "unreachable",
            Self::Timeout => "no answer",
            Self::Garbled => "garbled",
            Self::NotFound => "not found",
            Self::Conflict => "conflict",
            Self::Quota => "quota used up",
            Self::Invalid => "invalid",
            Self::Service => "AWS error",
            Self::Policy => "refused",
            Self::Unsent => "not sent",
        }
    }
}

/// What a listing that came to its end could not have.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// What is missing.
    pub of: Missing,
    /// Why.
    pub problem: Problem,
}

/// What may be missing from a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Some rows: that a row did not come says nothing about whether it is still there.
    Rows,
    /// Facts beside the rows, which are all there.
    Facts,
}

impl Gap {
    /// Rows that could not be had.
    pub fn rows(problem: Problem) -> Self {
        Self { of: Missing::Rows, problem }
    }

    /// Facts that could not be had.
    pub fn facts(problem: Problem) -> Self {
        Self { of: Missing::Facts, problem }
    }
}

/// What a person can do about it from the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// Run this program with these arguments, which are never given to a shell: names of profiles come from files.
    Run(Vec<String>),
    /// Give a code of an MFA device.
    Code {
        /// The profile that wants it.
        profile: Text,
        /// The serial number or ARN of the device.
        serial: Text,
    },
}

impl fmt::Display for Remedy {
    /// The command as it would be typed; it is for reading only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(words) => f.write_str(&words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")),
            Self::Code { profile, .. } => write!(f, "an MFA code for profile {profile}"),
        }
    }
}

/// A word as a shell would read it back, without anything that a terminal would obey.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@+=,".contains(c);
    let shown = Text::new(word);
    if !word.is_empty() && word.chars().all(plain) { shown.to_string() } else { format!("'{}'", shown.as_str().replace('\'', "'\\''")) }
}

/// A failure with its explanation.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// What sort it is.
    pub kind: ProblemKind,
    /// AWS's error code, if an error document came.
    pub code: Option<Text>,
    /// What went wrong, one sentence.
    pub headline: Text,
    /// What to do next, one sentence; may be empty.
    pub hint: Text,
    /// The whole chain of causes, for the log and the details view.
    pub detail: Text,
    /// What can be done about it from the screen.
    pub remedy: Option<Remedy>,
    /// AWS's id of the request, for support cases.
    pub request_id: Option<Text>,
}

impl Problem {
    /// A failure of our own making, without an AWS error document behind it.
    pub fn new(kind: ProblemKind, headline: impl Into<Text>, hint: impl Into<Text>) -> Self {
        Self { kind, code: None, headline: headline.into(), hint: hint.into(), detail: Text::default(), request_id: None, remedy: None }
    }

    /// What a panic leaves behind: a part that is broken takes nothing else along.
    pub fn defect() -> Self {
        Self::new(ProblemKind::Service, "a defect in quarterdeck broke this off", "see the log, and please report it")
    }

    /// The same of a part of what was asked about, which it names.
    #[must_use]
    pub fn of(self, part: &str) -> Self {
        let headline = if part.is_empty() { self.headline } else { format!("{part}: {}", self.headline).into() };
        Self { headline, ..self }
    }

    /// One line: code, headline and hint.
    pub fn line(&self) -> String {
        let code = self.code.as_ref().map_or_else(String::new, |code| format!("{code}: "));
        let hint = if self.hint.is_empty() { String::new() } else { format!(" – {}", self.hint) };
        format!("{code}{}{hint}", self.headline)
    }
}
