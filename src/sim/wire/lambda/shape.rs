//! How Lambda writes its things.

use jiff::Timestamp;

use super::Out;
use crate::sim::world::{
    SECRET,
    lambda::{Function, Source, plan::Trouble},
};

/// The alias that every function has.
pub(super) const LIVE: &str = "live";

/// `2026-11-21T14:02:31.000+0000`, as Lambda writes the time of a change.
fn stamp(at: Timestamp) -> Out {
    at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string().into()
}

/// A function as lists tell it: without its state.
pub(super) fn listed(function: Function<'_>, version: &str) -> Out {
    Out::some(facts(function, version))
}

/// A function as it tells about itself.
pub(super) fn function(function: Function<'_>, version: &str) -> Out {
    let mut parts = facts(function, version);
    parts.extend(standing(function.plan.trouble));
    Out::some(parts)
}

fn standing(trouble: Trouble) -> Vec<(&'static str, Option<Out>)> {
    let words = |state: &'static str, update: &'static str| vec![("State", Some(state.into())), ("LastUpdateStatus", Some(update.into()))];
    match trouble {
        Trouble::Update => {
            let mut parts = words("Active", "Failed");
            let reason = "Lambda does not have permission to access the ECR image. Check the ECR permissions.";
            parts.extend([
                ("LastUpdateStatusReason", Some(reason.into())),
                ("LastUpdateStatusReasonCode", Some("ImageAccessDenied".into())),
            ]);
            parts
        }
        Trouble::Inactive => {
            let mut parts = words("Inactive", "Successful");
            parts.extend([("StateReason", Some("The function has been idle.".into())), ("StateReasonCode", Some("Idle".into()))]);
            parts
        }
        _ => words("Active", "Successful"),
    }
}

fn facts(function: Function<'_>, version: &str) -> Vec<(&'static str, Option<Out>)> {
    let (plan, name, chance) = (function.plan, function.name(), function.chance());
    let image = plan.runtime.is_empty();
    let arn = if version == "$LATEST" { function.arn() } else { format!("{}:{version}", function.arn()) };
    let layer = format!("{}:layer:observability:7", function.arn().split(":function:").next().unwrap_or_default());
    vec![
        ("FunctionName", Some(name.clone().into())),
        ("FunctionArn", Some(arn.into())),
        ("Runtime", (!image).then(|| plan.runtime.into())),
        ("Role", Some(format!("arn:aws:iam::{}:role/lambda-{}", function.arn().split(':').nth(4).unwrap_or_default(), plan.name).into())),
        ("Handler", (!image).then(|| "app.handler".into())),
        ("CodeSize", Some(Out::Int(if image { 0 } else { 90_000 + chance.of("size").below(30_000_000) as i64 }))),
        ("Description", Some("".into())),
        ("Timeout", Some(Out::Int(plan.timeout))),
        ("MemorySize", Some(Out::Int(plan.memory))),
        ("LastModified", Some(stamp(function.modified()))),
        ("CodeSha256", Some(chance.of("sha").at(version.len() as u64).hex(32).into())),
        ("Version", Some(version.to_owned().into())),
        ("Environment", Some(Out::Map(vec![("Variables", variables(function))]))),
        ("TracingConfig", Some(Out::Map(vec![("Mode", "PassThrough".into())]))),
        ("RevisionId", Some(chance.of("revision").hex(32).into())),
        ("Layers", (!image).then(|| Out::List(vec![Out::Map(vec![("Arn", layer.into()), ("CodeSize", Out::Int(1_048_576))])]))),
        ("PackageType", Some(if image { "Image".into() } else { "Zip".into() })),
        ("Architectures", Some(Out::List(vec![plan.architecture.into()]))),
        ("EphemeralStorage", Some(Out::Map(vec![("Size", Out::Int(512))]))),
        ("LoggingConfig", Some(Out::Map(vec![("LogFormat", "Text".into()), ("LogGroup", format!("/aws/lambda/{name}").into())]))),
    ]
}

fn variables(function: Function<'_>) -> Out {
    let secret = format!("{SECRET}-{}", function.chance().of("secret").hex(24));
    Out::Dictionary(vec![("STAGE".to_owned(), "prod".into()), ("DB_PASSWORD".to_owned(), secret.into())])
}

pub(super) fn tags(function: Function<'_>) -> Out {
    let team = ["payments", "platform", "growth"][function.number % 3];
    Out::Dictionary(vec![("team".to_owned(), team.into()), ("env".to_owned(), "prod".into())])
}

/// The alias points at the version before the newest; every fifth function shifts a tenth of its traffic to the newest.
pub(super) fn alias(function: Function<'_>) -> Out {
    let newest = function.version();
    let weights = Out::Dictionary(vec![(newest.to_string(), Out::Float(0.1))]);
    let shifting = function.number % 5 == 1;
    Out::some(vec![
        ("AliasArn", Some(format!("{}:{LIVE}", function.arn()).into())),
        ("Name", Some(LIVE.into())),
        ("FunctionVersion", Some((newest - 1).to_string().into())),
        ("Description", Some("".into())),
        ("RoutingConfig", shifting.then(|| Out::Map(vec![("AdditionalVersionWeights", weights)]))),
        ("RevisionId", Some(function.chance().of("alias").hex(32).into())),
    ])
}

pub(super) fn source(source: Source<'_>, now: Timestamp) -> Out {
    let function = source.function;
    let (service, name) = function.plan.source.unwrap_or_default();
    let place = function.arn().split(':').skip(3).take(2).collect::<Vec<_>>().join(":");
    let resource = match service {
        "sqs" => name.to_owned(),
        "kinesis" => format!("stream/{name}"),
        _ => format!("table/{name}"),
    };
    let (state, reason) = source.state(now);
    let result = if function.plan.trouble == Trouble::Source {
        "PROBLEM: Not authorized to perform the operation sqs:ReceiveMessage. Check the execution role."
    } else {
        "OK"
    };
    let stream = service != "sqs";
    Out::some(vec![
        ("UUID", Some(source.id().into())),
        ("StartingPosition", stream.then(|| "LATEST".into())),
        ("BatchSize", Some(Out::Int(if stream { 100 } else { 10 }))),
        ("MaximumBatchingWindowInSeconds", Some(Out::Int(0))),
        ("ParallelizationFactor", stream.then_some(Out::Int(1))),
        ("EventSourceArn", Some(format!("arn:aws:{service}:{place}:{resource}").into())),
        ("FunctionArn", Some(function.arn().into())),
        ("LastModified", Some(Out::Time(source.modified()))),
        ("LastProcessingResult", Some(result.into())),
        ("State", Some(state.into())),
        ("StateTransitionReason", Some(reason.into())),
    ])
}
