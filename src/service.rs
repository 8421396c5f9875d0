//! A service is one file: tables saying what to show, and the few functions that fetch and act.
//!
//! Invariant: above the tables nobody names a service; `app` and `ui` read the data and never call the functions.

mod action;
pub mod asg;
pub mod batch;
mod concern;
pub mod ec2;
pub mod ecs;
pub mod eks;
mod elb;
mod elsewhere;
pub mod executor;
mod fields;
mod input;
pub mod lambda;
pub mod ledger;
pub mod policy;
mod publisher;
pub mod reads;
mod relation;
mod row;
mod session;
mod sign;
mod tier;

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::{
    aws::{Aws, Capture},
    model::{Cell, Finding, Gap, KindId, Problem, Resource, Stat, Target, Text, Unit, resource::Page},
};

pub use self::{
    action::{Action, Batch, Consequence, Outcomes, Probe, Progress, Receipt, Reply, Risk, SHARE, Turn, Undo},
    concern::{Bound, Concern},
    fields::{FIELDS, field},
    input::{Input, Sort, Values},
    publisher::{Namespaces, Publisher},
    reads::Read,
    relation::{Back, End, Relation},
    session::Session,
    sign::Sign,
    tier::Tier,
};
pub use crate::aws::{Lane, Patience};

/// Every service, in tab order. Adding one here is the whole registration.
pub static ALL: &[&Service] = &[&ec2::EC2, &asg::ASG, &ecs::ECS, &eks::EKS, &lambda::LAMBDA, &batch::BATCH];

/// Everything the program knows about one AWS service.
#[derive(Debug)]
pub struct Service {
    /// The word on its tab.
    pub title: &'static str,
    /// Its levels; the first is what the tab opens.
    pub kinds: &'static [&'static Kind],
    /// Its calls that read, all of them.
    pub reads: &'static [Read],
}

/// One level of a service: a sort of resource with a list of its own.
pub struct Kind {
    /// Its id, as typed in `qd list` and after `:`. Never changes once it is out.
    pub id: KindId,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// The heading of its list.
    pub title: &'static str,
    /// One of it: `instance`.
    pub noun: &'static str,
    /// Every fact, in the order of the detail view; lists show those that have a place in them.
    pub columns: &'static [Column],
    /// Its metrics.
    pub metrics: &'static [Metric],
    /// Who else publishes metrics about its rows, for the sake of alarms on them.
    pub publishers: &'static [Publisher],
    /// What can be done to it, in menu order.
    pub actions: &'static [Action],
    /// The levels below, first the one that `Enter` opens.
    pub opens: &'static [&'static Kind],
    /// What rows of this and other kinds its rows have to do with, and how that is found.
    pub related: &'static [Relation],
    /// True for a row with nothing below it: `Enter` shows its details instead.
    pub leaf: fn(&Resource) -> bool,
    /// The resource's ARN in this account (`None` until known) and region.
    pub arn: fn(&Resource, account: &str, &Target) -> String,
    /// All that can be wrong with it by what its rows say: each code of `findings`, and no other.
    pub signs: &'static [Sign],
    /// The call of the AWS CLI that describes it; words in braces stand for what the row has there (`elsewhere.rs`).
    pub cli: &'static str,
    /// Its page in AWS's console, behind the host, in the same way.
    pub console: &'static str,
    /// What is wrong with it at this moment.
    pub findings: fn(&Resource, Timestamp) -> Vec<Finding>,
    /// True while it is between two states and worth asking about every few seconds.
    pub moving: fn(&Resource) -> bool,
    /// How often it is listed while nobody looks at it.
    pub tier: Tier,
    /// What a list is too costly for, fetched for single rows; `None` where the list tells everything.
    pub details: Option<Details>,
    /// Fields of its raw documents, at any depth, whose values stay hidden until they are asked for.
    pub secrets: &'static [&'static str],
    /// Sends pages of rows until the inventory in scope is complete; gives back what could not be had beside the rows.
    pub list: fn(Aws, Scope, Pages) -> Answer<Vec<Gap>>,
    /// Makes the call that describes this one resource, with the capture laid over it.
    pub describe: fn(Aws, Arc<Resource>, Capture) -> Answer<()>,
}

/// What a call gives back in the end.
pub type Answer<T> = BoxFuture<'static, Result<T, Problem>>;

/// Where listed pages go. Bounded, so that a slow reader slows the lister instead of filling memory.
pub type Pages = mpsc::Sender<Page>;

/// How much of a kind to list.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// The whole account and region.
    All,
    /// Only these ids; ids that no longer exist are simply absent from the answer.
    Ids(Vec<Text>),
    /// What belongs to this row of this kind.
    Within(KindId, Arc<Resource>),
}

impl Scope {
    /// The row whose belongings it is restricted to: its kind and id.
    pub fn part(&self) -> Option<(KindId, Text)> {
        match self {
            Self::Within(kind, parent) => Some((*kind, parent.id.clone())),
            Self::All | Self::Ids(_) => None,
        }
    }
}

/// Facts that are fetched for single rows and laid over them.
#[derive(Clone, Copy)]
pub struct Details {
    /// For which rows.
    pub of: Wanted,
    /// Seconds until they are asked for again.
    pub every: i64,
    /// The most rows in one question.
    pub batch: usize,
    /// Fetches them as overlays.
    pub fetch: fn(Aws, Vec<Arc<Resource>>) -> Answer<Page>,
}

/// Which rows details are fetched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those on the screen.
    OnScreen,
    /// All of them, where the kind is listed in the background: they tell what is wrong. For kinds of which there are few.
    Always,
    /// The one that is opened.
    Opened,
}

/// Where a column appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In lists; the lower the number the longer it survives on a narrow screen.
    Row(u8),
    /// In wide lists.
    Wide,
    /// In the detail view only.
    Detail,
}

/// One fact about a resource.
#[derive(Debug)]
pub struct Column {
    /// Its id in filters, exports and configuration.
    pub id: &'static str,
    /// Its heading and its label in the detail view.
    pub title: &'static str,
    /// Cells it takes in a list.
    pub width: u16,
    /// Where it appears.
    pub place: Place,
}

/// The id of the column that holds AWS's own state of the resource; every kind has one.
pub const STATE: &str = "state";

/// Where a metric appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// As a column of lists with a sparkline of this many cells; the number ranks it among the columns on a narrow screen.
    Row(u8, u16),
    /// As a column of wide lists.
    Wide(u16),
    /// Only in the chart panel.
    Chart,
}

/// A dimension of a `CloudWatch` metric and where its value comes from.
#[derive(Debug, Clone, Copy)]
pub struct Dimension {
    /// `CloudWatch`'s name: `InstanceId`.
    pub name: &'static str,
    /// What of the resource is its value.
    pub from: From,
}

/// What of a resource a dimension's value is.
#[derive(Debug, Clone, Copy)]
pub enum From {
    /// Its id.
    Id,
    /// Its name.
    Name,
    /// The words of this column.
    Column(&'static str),
    /// The value of this tag.
    Tag(&'static str),
}

/// A `CloudWatch` metric of a kind.
pub struct Metric {
    /// Its id in exports and configuration.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// `CloudWatch` namespace: `AWS/EC2`.
    pub namespace: &'static str,
    /// `CloudWatch` metric name.
    pub name: &'static str,
    /// The statistic asked for.
    pub stat: Stat,
    /// Seconds from one point to the next as published, as a rule.
    pub period: i64,
    /// The same of a resource whose owner pays for points that are closer together; `None` for the rule.
    pub finer: fn(&Resource) -> Option<i64>,
    /// Seconds after the end of a period until `CloudWatch` has its point, as a rule.
    pub delay: i64,
    /// What the drawn number counts. `PerSecond` units divide the sum of a period by its length.
    pub unit: Unit,
    /// The exact set of dimensions it is published with.
    pub dimensions: &'static [Dimension],
    /// Where it appears.
    pub shown: Shown,
    /// Whether this resource publishes it at all.
    pub published: fn(&Resource) -> bool,
    /// When its values are a concern, and so a finding of the row.
    pub bad_when: Option<Concern>,
    /// Where AWS publishes nothing: the value as the listed row tells it, kept at each listing. Costs nothing.
    pub sampled: Option<fn(&Resource, Timestamp) -> Option<f64>>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kind({})", self.id)
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Details({:?})", self.of)
    }
}

impl fmt::Debug for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metric({})", self.id)
    }
}

impl Kind {
    /// Position of the column with this id.
    pub fn column(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.id == id)
    }

    /// The cell of the column with this id; [`Cell::None`] where the kind has no such column.
    pub fn cell<'a>(&self, row: &'a Resource, id: &str) -> &'a Cell {
        self.column(id).and_then(|at| row.cells.get(at)).unwrap_or(&Cell::None)
    }

    /// Position of the column that tells how old a resource is, or its present state where nothing else is told.
    pub fn aged(&self) -> Option<usize> {
        let titled = |title: &&str| self.columns.iter().position(|column| column.title == *title);
        ["AGE", "MODIFIED", "SINCE"].iter().find_map(titled)
    }

    /// What the code of a finding means.
    pub fn means(&self, code: &str) -> &'static str {
        let concerns = self.metrics.iter().filter_map(|metric| metric.bad_when.as_ref()).map(|concern| &concern.sign);
        self.signs.iter().chain(concerns).find(|sign| sign.code == code).map_or("an alarm is going off", |sign| sign.means)
    }

    /// The action with this id.
    pub fn action(&self, id: &str) -> Option<&'static Action> {
        self.actions.iter().find(|action| action.id == id)
    }
}

impl Metric {
    /// Seconds from one point of this resource to the next.
    pub fn step(&self, row: &Resource) -> i64 {
        (self.finer)(row).unwrap_or(self.period)
    }

    /// True where [`Self::dimensions`] has all that it takes.
    pub fn identifies(&self, kind: &Kind, row: &Resource) -> bool {
        self.dimensions.iter().all(|dimension| dimension.from.value(kind, row).is_some())
    }

    /// The dimensions with this resource's values; `None` when one is missing, so that no wrong series is ever asked for.
    pub fn dimensions(&self, kind: &Kind, row: &Resource) -> Option<Vec<(&'static str, Text)>> {
        self.dimensions.iter().map(|dimension| Some((dimension.name, dimension.from.value(kind, row)?))).collect()
    }
}

impl Dimension {
    /// Its value of this resource, where it has one.
    pub fn value(&self, kind: &Kind, row: &Resource) -> Option<Text> {
        self.from.value(kind, row)
    }
}

impl From {
    fn value(self, kind: &Kind, row: &Resource) -> Option<Text> {
        let value = match self {
            Self::Id => row.id.clone(),
            Self::Name => row.name.clone(),
            Self::Column(id) => Text::new(&kind.cell(row, id).words()),
            Self::Tag(key) => row.tag(key)?.clone(),
        };
        (!value.is_empty()).then_some(value)
    }
}

/// The ARN partition a region belongs to (AWS General Reference, "Amazon Resource Names").
pub fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

/// The kinds that are listed in the background, the most urgent first.
pub fn watched() -> impl Iterator<Item = &'static Kind> {
    Tier::WATCHED.into_iter().flat_map(|tier| kinds().filter(move |kind| kind.tier == tier))
}

/// Every kind of every service, in order.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    ALL.iter().flat_map(|service| service.kinds.iter().copied())
}

/// One resource of a kind with its service: `ECS service`.
pub fn one_of(kind: &Kind) -> String {
    let service = ALL.iter().find(|service| service.kinds.iter().any(|known| **known == *kind)).map_or("", |service| service.title);
    format!("{service} {}", kind.noun)
}

/// The kind with this id or alias.
pub fn kind(word: &str) -> Option<&'static Kind> {
    kinds().find(|kind| kind.id.0 == word || kind.aliases.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_belongs_to_a_partition() {
        assert_eq!((partition("eu-west-1"), partition("cn-north-1"), partition("us-gov-east-1")), ("aws", "aws-cn", "aws-us-gov"));
    }
}
