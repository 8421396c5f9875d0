//! AWS Lambda in REST JSON: functions, versions, aliases, event sources, concurrency, and invoking.

mod invoke;
mod shape;

use serde_json::Value;

use super::{
    Call, Failures, Out, Protocol, Refusal, Service,
    encode::Reply,
    page::{resume, token},
};
use crate::sim::world::{
    World,
    lambda::{Function, Lambda, Wanted},
};

pub(super) static LAMBDA: Service = Service {
    id: "lambda",
    scope: "lambda",
    namespace: "",
    target: "",
    model: "com.amazonaws.lambda",
    query: Protocol::Rest,
    // Lambda API Reference, "Common Errors" and the errors of each operation.
    failures: Failures {
        throttled: (429, "TooManyRequestsException", "Rate exceeded"),
        expired: (403, "ExpiredTokenException", "The security token included in the request is expired"),
        internal: (500, "ServiceException", "An error occurred and the request cannot be processed."),
        denied: (403, "AccessDeniedException", ""),
    },
    shapes: &[],
    routes: &[
        ("GET", "/2015-03-31/functions", "ListFunctions"),
        ("GET", "/2015-03-31/functions/{FunctionName}/configuration", "GetFunctionConfiguration"),
        ("GET", "/2015-03-31/functions/{FunctionName}/versions", "ListVersionsByFunction"),
        ("GET", "/2015-03-31/functions/{FunctionName}/aliases", "ListAliases"),
        ("GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "GetAlias"),
        ("POST", "/2015-03-31/functions/{FunctionName}/invocations", "Invoke"),
        ("GET", "/2019-09-30/functions/{FunctionName}/concurrency", "GetFunctionConcurrency"),
        ("PUT", "/2017-10-31/functions/{FunctionName}/concurrency", "PutFunctionConcurrency"),
        ("DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", "DeleteFunctionConcurrency"),
        ("GET", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "ListProvisionedConcurrencyConfigs"),
        ("GET", "/2015-03-31/event-source-mappings", "ListEventSourceMappings"),
        ("GET", "/2015-03-31/event-source-mappings/{UUID}", "GetEventSourceMapping"),
        ("PUT", "/2015-03-31/event-source-mappings/{UUID}", "UpdateEventSourceMapping"),
        ("GET", "/2017-03-31/tags/{Resource+}", "ListTags"),
    ],
    operations: &[
        ("ListFunctions", functions),
        ("GetFunctionConfiguration", configuration),
        ("ListVersionsByFunction", versions),
        ("ListAliases", aliases),
        ("GetAlias", alias),
        ("Invoke", invoke::invoke),
        ("GetFunctionConcurrency", concurrency),
        ("PutFunctionConcurrency", reserve),
        ("DeleteFunctionConcurrency", release),
        ("ListProvisionedConcurrencyConfigs", provisioned),
        ("ListEventSourceMappings", sources),
        ("GetEventSourceMapping", source),
        ("UpdateEventSourceMapping", switch),
        ("ListTags", tags),
    ],
};

/// Functions on a page, and event sources: the most that there are (Lambda API Reference, `MaxItems`).
const FUNCTIONS: usize = 50;
const SOURCES: usize = 100;

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterValueException", message)
}

fn missing(what: &str) -> Refusal {
    Refusal::new(404, "ResourceNotFoundException", what)
}

fn place<'w>(world: &'w mut World, call: &Call<'_>) -> &'w mut Lambda {
    &mut call.region(world).lambda
}

/// The function that a call names.
fn named<'l>(lambda: &'l Lambda, call: &Call<'_>) -> Result<Function<'l>, Refusal> {
    let name = call.text("FunctionName").unwrap_or_default();
    let arn = format!("arn:aws:lambda:{}:{}:function:{name}", lambda.region, lambda.account);
    lambda.function(&name).ok_or_else(|| missing(&format!("Function not found: {arn}")))
}

/// How many a call wants on a page.
fn wanted(call: &Call<'_>, most: usize) -> Result<usize, Refusal> {
    let Some(text) = call.text("MaxItems") else { return Ok(most) };
    let number = text.parse::<usize>().ok().filter(|number| (1..=10_000).contains(number));
    number.map(|number| number.min(most)).ok_or_else(|| invalid(format!("The value {text} of MaxItems is not valid")))
}

/// A page of what comes from a place on, and the marker of the next.
fn page(call: &Call<'_>, name: &'static str, most: usize, from: impl FnOnce(usize) -> Vec<(usize, Out)>) -> Result<Out, Refusal> {
    let size = wanted(call, most)?;
    let at = resume(call, name, invalid("Invalid Marker"))? as usize;
    let mut items = from(at);
    let next = items.get(size).map(|(place, _)| token(call, name, *place as u64));
    items.truncate(size);
    let list = items.into_iter().map(|(_, item)| item).collect();
    Ok(Out::some(vec![(name, Some(Out::List(list))), ("NextMarker", next.map(Out::from))]))
}

fn functions(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    page(call, "Functions", FUNCTIONS, |at| {
        lambda.from(at).take(FUNCTIONS + 1).map(|function| (function.number, shape::listed(function, "$LATEST"))).collect()
    })
}

fn configuration(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    Ok(shape::function(named(lambda, call)?, &call.text("Qualifier").unwrap_or_else(|| "$LATEST".to_owned())))
}

/// `$LATEST` and the last three that were published.
fn versions(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let function = named(place(world, call), call)?;
    let newest = function.version();
    let numbers = std::iter::once("$LATEST".to_owned()).chain((newest - 2..=newest).map(|number| number.to_string()));
    let all: Vec<_> = numbers.enumerate().map(|(at, version)| (at, shape::listed(function, &version))).collect();
    page(call, "Versions", FUNCTIONS, |at| all.into_iter().skip(at).collect())
}

fn aliases(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let function = named(place(world, call), call)?;
    page(call, "Aliases", FUNCTIONS, |at| vec![(0, shape::alias(function))].into_iter().skip(at).collect())
}

fn alias(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let function = named(place(world, call), call)?;
    match call.text("Name").as_deref() {
        Some(shape::LIVE) => Ok(shape::alias(function)),
        name => Err(missing(&format!("Cannot find alias arn: {}:{}", function.arn(), name.unwrap_or_default()))),
    }
}

fn concurrency(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let reserved = named(place(world, call), call)?.reserved_at(call.now.as_second());
    Ok(Out::some(vec![("ReservedConcurrentExecutions", reserved.map(Out::Int))]))
}

fn reserve(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    let number = named(lambda, call)?.number;
    let wanted = call.text("ReservedConcurrentExecutions").and_then(|text| text.parse::<i64>().ok()).filter(|number| *number >= 0);
    let wanted = wanted.ok_or_else(|| invalid("The concurrency has to be a whole number of 0 or more"))?;
    lambda.reserve(number, Some(wanted), call.now);
    Ok(Out::Map(vec![("ReservedConcurrentExecutions", Out::Int(wanted))]))
}

fn release(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    let number = named(lambda, call)?.number;
    lambda.reserve(number, None, call.now);
    Ok(Out::from(Reply { status: 204, headers: Vec::new(), body: bytes::Bytes::new() }))
}

fn provisioned(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    named(place(world, call), call)?;
    Ok(Out::Map(vec![("ProvisionedConcurrencyConfigs", Out::List(Vec::new()))]))
}

fn sources(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    let only = match call.text("FunctionName") {
        Some(_) => Some(named(lambda, call)?.number),
        None => None,
    };
    let now = call.now;
    page(call, "EventSourceMappings", SOURCES, |at| {
        let fits = |number: usize| only.is_none_or(|only| only == number);
        let all = lambda.sources(only.unwrap_or(0).max(at)).take_while(|source| only.is_none_or(|only| source.function.number <= only));
        let fitting = all.filter(|source| fits(source.function.number));
        fitting.take(SOURCES + 1).map(|source| (source.function.number, shape::source(source, now))).collect()
    })
}

fn source(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    let found = call.text("UUID").and_then(|id| lambda.source(&id));
    found.map(|source| shape::source(source, call.now)).ok_or_else(|| missing("The resource you requested does not exist."))
}

fn switch(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    let id = call.text("UUID").unwrap_or_default();
    let found = lambda.source(&id).map(|source| (source.function.number, source.state(call.now).0));
    let (number, state) = found.ok_or_else(|| missing("The resource you requested does not exist."))?;
    if state.ends_with("ing") {
        let text = "Cannot update the event source mapping because it is in use.";
        return Err(Refusal::bad("ResourceInUseException", text));
    }
    match call.input().get("Enabled") {
        Some(Value::Bool(true)) => lambda.switch(number, Wanted::Enabled, call.now),
        Some(Value::Bool(false)) => lambda.switch(number, Wanted::Disabled, call.now),
        _ => {}
    }
    source(world, call)
}

fn tags(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let lambda = place(world, call);
    let function = lambda.function(&call.text("Resource").unwrap_or_default()).ok_or_else(|| missing("Function not found"))?;
    Ok(Out::Map(vec![("Tags", shape::tags(function))]))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::{
        super::{Request, answer},
        *,
    };

    fn ask(world: &mut World, operation: &str, input: Value) -> (u16, String) {
        let request = Request::sample("lambda", operation, input);
        let reply = answer(world, &Call { request: &request, now: Timestamp::UNIX_EPOCH, id: "id-1".to_owned() });
        (reply.status, String::from_utf8_lossy(&reply.body).into_owned())
    }

    #[test]
    fn pages_cover_every_function_once_at_every_size() {
        for count in [0, 1, 49, 50, 51, 101] {
            let mut world = World::new(7, crate::sim::Sizes { functions: count, ..crate::sim::Sizes::DEMO }, Timestamp::UNIX_EPOCH);
            let (mut seen, mut marker, mut pages) = (0, json!(""), 0);
            while !marker.is_null() {
                let (_, body) = ask(&mut world, "ListFunctions", json!({"MaxItems": "10000", "Marker": marker}));
                let page: Value = serde_json::from_str(&body).expect("JSON");
                seen += page["Functions"].as_array().expect("a list").len();
                marker = page["NextMarker"].clone();
                pages += 1;
            }
            assert_eq!((seen, pages), (count, count.div_ceil(50).max(1)));
        }
    }

    #[test]
    fn mistakes_are_told_in_lambdas_words() {
        let mut world = World::new(7, crate::sim::Sizes::DEMO, Timestamp::UNIX_EPOCH);
        let cases = [
            (
                "GetFunctionConfiguration",
                json!({"FunctionName": "nobody"}),
                404,
                "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nobody",
            ),
            ("ListFunctions", json!({"Marker": "x"}), 400, "Invalid Marker"),
            ("PutFunctionConcurrency", json!({"FunctionName": "cart-api", "ReservedConcurrentExecutions": -1}), 400, "concurrency"),
            ("GetEventSourceMapping", json!({"UUID": "x"}), 404, "does not exist"),
            ("Invoke", json!({"FunctionName": "cart-api", "body": "{"}), 400, "Could not parse request body into json"),
        ];
        for (operation, input, status, words) in cases {
            let (got, body) = ask(&mut world, operation, input);
            assert!(got == status && body.contains(words), "{operation}: {got} {body}");
        }
    }
}
