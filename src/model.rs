//! The vocabulary every layer shares: what a resource, a series, a finding and a problem are.
//!
//! Invariant: pure data and pure functions. No IO, no clock, no terminal, no AWS SDK; time is always an argument.

pub mod alarm;
pub mod cell;
pub mod compare;
pub mod deed;
pub mod document;
pub mod filter;
pub mod finding;
pub mod format;
pub mod parents;
pub mod problem;
pub mod record;
pub mod remote;
pub mod repacking;
pub mod resource;
pub mod series;
mod sharing;
pub mod tags;
pub mod target;
pub mod text;

pub use cell::{Cell, Health};
pub use deed::Deed;
pub use filter::Filter;
pub use finding::{Finding, Severity};
pub use parents::Parents;
pub use problem::{Gap, Missing, Problem, ProblemKind};
pub use record::{Layer, Record};
pub use remote::Remote;
pub use resource::{Key, KindId, Resource};
pub use series::{Range, Series, Stat, Unit};
pub use sharing::Sharing;
pub use tags::Tags;
pub use target::{Target, TargetId};
pub use text::{Interner, Text};
