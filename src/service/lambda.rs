//! AWS Lambda: functions, their versions and aliases, and the event sources that feed them.

mod actions;
mod calls;
mod functions;
mod invoke;
mod reads;
mod sources;
mod versions;

use super::{Bound, Concern, Details, Dimension, End, From, Kind, Metric, Publisher, Relation, Service, Shown, Tier, Wanted, sign::sign};
use crate::{
    aws::{Lane, Patience},
    model::{KindId, Severity, Stat, Unit},
};

/// The id of the kind every other belongs to.
const FUNCTION: &str = "lambda";

/// AWS Lambda.
pub static LAMBDA: Service = Service { title: "Lambda", kinds: &[&FUNCTIONS, &VERSIONS, &SOURCES], reads: reads::READS };

/// All control-plane calls but `GetFunction` together (Lambda Developer Guide, "Lambda quotas": 15 requests a second, not raisable).
static CONTROL: Lane = Lane { name: "lambda-control", published: 15.0, burst: 1, patience: Patience::Long };
/// Lambda Developer Guide, "Lambda quotas": ten times the concurrency of the account, of which a new one has ten.
static INVOKE: Lane = Lane { name: "lambda-invoke", published: 100.0, burst: 1, patience: Patience::Run };

/// Functions of one account and region.
pub static FUNCTIONS: Kind = Kind {
    id: KindId(FUNCTION),
    aliases: &["functions", "fn"],
    title: "Lambda functions",
    noun: "function",
    columns: functions::Col::COLUMNS,
    metrics: METRICS,
    publishers: PUBLISHERS,
    actions: actions::ACTIONS,
    opens: &[&VERSIONS, &SOURCES],
    related: &[
        Relation::new(&SOURCES, "its event sources", "of", End::Id, End::Parent(KindId("lambda"))),
        Relation::new(&VERSIONS, "its versions and aliases", "of", End::Id, End::Parent(KindId("lambda"))),
    ],
    leaf: |_| false,
    arn: functions::arn,
    signs: functions::SIGNS,
    cli: "lambda get-function-configuration --function-name {name}",
    console: "lambda/home?region={region}#/functions/{name}",
    findings: functions::findings,
    moving: functions::moving,
    tier: Tier::Cold,
    details: Some(Details { of: Wanted::Opened, every: 60, batch: 1, fetch: |aws, rows| Box::pin(calls::details(aws, rows)) }),
    secrets: &["Variables"],
    list: |aws, scope, pages| Box::pin(calls::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(calls::describe(aws, row, capture)),
};

/// Versions and aliases of functions.
pub static VERSIONS: Kind = Kind {
    id: KindId("lambda-versions"),
    aliases: &["lambda-aliases"],
    title: "Lambda versions and aliases",
    noun: "version",
    columns: versions::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&FUNCTIONS, "its function", "of", End::Parent(KindId("lambda")), End::Id)],
    leaf: |_| true,
    arn: versions::arn,
    signs: &[],
    cli: "lambda get-function-configuration --function-name {function} --qualifier {name}",
    console: "lambda/home?region={region}#/functions/{function}?tab=versions",
    findings: |_, _| Vec::new(),
    moving: |_| false,
    tier: Tier::Never,
    details: None,
    secrets: &["Variables"],
    list: |aws, scope, pages| Box::pin(versions::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(versions::describe(aws, row, capture)),
};

/// Event source mappings.
pub static SOURCES: Kind = Kind {
    id: KindId("lambda-sources"),
    aliases: &["event-sources"],
    title: "Lambda event sources",
    noun: "event source",
    columns: sources::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: actions::SOURCE_ACTIONS,
    opens: &[],
    related: &[Relation::new(&FUNCTIONS, "its function", "of", End::Parent(KindId("lambda")), End::Id)],
    leaf: |_| true,
    arn: sources::arn,
    signs: sources::SIGNS,
    cli: "lambda get-event-source-mapping --uuid {id}",
    console: "lambda/home?region={region}#/functions/{function}?tab=configure",
    findings: sources::findings,
    moving: sources::moving,
    tier: Tier::Cold,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(sources::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(sources::describe(aws, row, capture)),
};

/// Versions and aliases have metrics of their own beside those of the function (Lambda Developer Guide, "Viewing metrics for Lambda functions");
/// Lambda Insights writes the dimension its own way (`CloudWatch` User Guide, "Metrics collected by Lambda Insights").
const PUBLISHERS: &[Publisher] =
    &[Publisher::of(&["AWS/Lambda"], BY_FUNCTION), Publisher::custom(BY_FUNCTION), Publisher::custom(BY_INSIGHTS)];
const BY_INSIGHTS: &[Dimension] = &[Dimension { name: "function_name", from: From::Name }];
const BY_FUNCTION: &[Dimension] = &[Dimension { name: "FunctionName", from: From::Name }];

/// Seconds from point to point (Lambda Developer Guide, "Types of metrics for Lambda functions": one minute).
const PERIOD: i64 = 60;
/// Seconds after a minute until most of its points are there. They carry the time of the invocation, so a long one comes later still.
const DELAY: i64 = 120;

const fn metric(id: &'static str, title: &'static str, name: &'static str, stat: Stat, unit: Unit, shown: Shown) -> Metric {
    Metric {
        id,
        title,
        namespace: "AWS/Lambda",
        name,
        stat,
        period: PERIOD,
        delay: DELAY,
        unit,
        dimensions: BY_FUNCTION,
        shown,
        published: |_| true,
        bad_when: None,
        finer: |_| None,
        sampled: None,
    }
}

/// The newest minute counts: what failed before is in the charts.
const ERRORS: Option<Concern> = Some(Concern {
    bound: Bound::Above(0.5),
    periods: 1,
    sign: sign("invocations-fail", Severity::Warning, "invocations of it fail"),
    advice: "see its log for the error; look at its versions when it began with a deploy",
});

/// Asynchronous ones are tried again, all others are lost.
const THROTTLES: Option<Concern> = Some(Concern {
    bound: Bound::Above(0.5),
    periods: 1,
    sign: sign("invocations-throttled", Severity::Warning, "invocations of it are throttled"),
    advice: "raise its reserved concurrency, or that of the account",
});

/// Names and units: Lambda Developer Guide, "Types of metrics for Lambda functions".
static METRICS: &[Metric] = &[
    metric("invocations", "INVOKED", "Invocations", Stat::Sum, Unit::Count, Shown::Row(2, 8)),
    Metric { bad_when: ERRORS, ..metric("errors", "ERRORS", "Errors", Stat::Sum, Unit::Count, Shown::Row(0, 0)) },
    metric("p95", "P95", "Duration", Stat::P95, Unit::Milliseconds, Shown::Row(3, 0)),
    Metric { bad_when: THROTTLES, ..metric("throttles", "THROTTLED", "Throttles", Stat::Sum, Unit::Count, Shown::Row(1, 0)) },
    metric("concurrency", "CONCURRENT", "ConcurrentExecutions", Stat::Maximum, Unit::Count, Shown::Wide(0)),
    metric("p50", "P50", "Duration", Stat::P50, Unit::Milliseconds, Shown::Chart),
    metric("p99", "P99", "Duration", Stat::P99, Unit::Milliseconds, Shown::Chart),
];
