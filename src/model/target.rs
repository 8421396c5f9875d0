//! Where resources live: one account seen through one profile, in one region.

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
