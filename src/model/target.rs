//! Where resources live: one account seen through one profile, in one region.

use std::fmt;

use super::text::Text;

/// Position of a target in the list the program was started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TargetId(pub u16);

/// A profile and a region: the unit of credentials, endpoints and quotas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The AWS profile, `default` when none was named.
    pub profile: Text,
    /// The AWS region, `eu-west-1`.
    pub region: Text,
}

/// How soon somebody wants an answer that takes many calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Haste {
    /// As soon as can be: nothing is known yet.
    #[default]
    Now,
    /// One call after the other: what is known is only looked over, and several answers at the same time take the room of several.
    Calm,
}

/// How an account is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The AWS profile with the credentials; `None` for whatever the SDK finds.
    pub profile: Option<String>,
    /// The role that these credentials take on.
    pub role: Option<Role>,
}

/// A code of an MFA device: six digits, which neither the log nor a panic shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// The six digits in a text; spaces between them are left out.
    pub fn read(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(digits))
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// A role to take on (STS API Reference, `AssumeRole`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// What the role's account wants to be told by others than its own.
    pub external_id: Option<String>,
    /// What the session is called in the logs of the account.
    pub session_name: String,
}
