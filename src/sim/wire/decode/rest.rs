//! Requests of the REST protocols: the method and the path say what is asked, and hold part of the input.

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Map, Value};

use super::{
    super::{Protocol, Reply, Request, SERVICES, Service, encode},
    Scope, header, scope,
};
use crate::sim::world;

/// Reads a request that is signed for a service with routes, or sent to one of its paths; `None` for any other.
pub(super) fn request(method: &Method, path: &str, headers: &HeaderMap, body: &Bytes) -> Option<Result<Request, Reply>> {
    let (plain, query) = path.split_once('?').unwrap_or((path, ""));
    let scope = scope(header(headers, "authorization"));
    let signed = |service: &&&Service| scope.as_ref().is_none_or(|scope| scope.service == service.scope);
    let mut services = SERVICES.iter().filter(|service| !service.routes.is_empty()).filter(signed).peekable();
    scope.as_ref().and(services.peek().copied())?;
    let routed = services.find_map(|service| Some((*service, route(service, method, plain)?)));
    let Some((service, (operation, mut input))) = routed else {
        return Some(Err(encode::lost(format!("The simulated AWS has no operation at {method} {plain}"))));
    };
    let Scope { key, region, .. } = scope?;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        add(&mut input, &name, value.into_owned());
    }
    take_headers(&mut input, headers);
    take_body(&mut input, body);
    Some(Ok(Request {
        service,
        region,
        account: world::account(&key).to_owned(),
        key,
        operation: operation.to_owned(),
        protocol: Protocol::Rest,
        input: Value::Object(input),
        marred: false,
    }))
}

/// The operation at a path, and the input that the path holds.
fn route(service: &Service, method: &Method, path: &str) -> Option<(&'static str, Map<String, Value>)> {
    service.routes.iter().find_map(|(verb, pattern, operation)| {
        let input = (*verb == method.as_str()).then(|| fit(pattern, path)).flatten()?;
        Some((*operation, input))
    })
}

/// The parts of a path by the names in the pattern; a name that ends in `+` takes the rest of the path.
fn fit(pattern: &str, path: &str) -> Option<Map<String, Value>> {
    let mut input = Map::new();
    let mut parts = path.trim_matches('/').split('/');
    for wanted in pattern.trim_matches('/').split('/') {
        let part = parts.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => match name.strip_suffix('+') {
                Some(name) => {
                    let rest: Vec<&str> = std::iter::once(part).chain(parts.by_ref()).collect();
                    input.insert(name.to_owned(), decoded(&rest.join("/")).into());
                }
                None => {
                    input.insert(name.to_owned(), decoded(part).into());
                }
            },
            None if wanted == part => {}
            None => return None,
        }
    }
    parts.next().is_none().then_some(input)
}

/// A part of a path without its percent signs; a plus stays a plus there.
fn decoded(part: &str) -> String {
    let sheltered = part.replace('+', "%2B");
    let pairs = form_urlencoded::parse(sheltered.as_bytes());
    pairs.map(|(name, _)| name.into_owned()).next().unwrap_or_default()
}

/// A parameter that comes twice is a list.
fn add(input: &mut Map<String, Value>, name: &str, value: String) {
    match input.get_mut(name) {
        Some(Value::Array(list)) => list.push(value.into()),
        Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        None => {
            input.insert(name.to_owned(), value.into());
        }
    }
}

/// Input in headers (`X-Amz-Invocation-Type`) keeps the header's name in lower case.
fn take_headers(input: &mut Map<String, Value>, headers: &HeaderMap) {
    for (name, value) in headers {
        if let (true, Ok(value)) = (name.as_str().starts_with("x-amz-"), value.to_str()) {
            input.entry(name.as_str()).or_insert_with(|| value.into());
        }
    }
}

/// The members of a JSON object join the input; the body itself is there as text under `body`, for payloads.
fn take_body(input: &mut Map<String, Value>, body: &Bytes) {
    if let Ok(Value::Object(members)) = serde_json::from_slice(body) {
        for (name, value) in members {
            input.entry(name).or_insert(value);
        }
    }
    if let Ok(text) = std::str::from_utf8(body) {
        input.insert("body".to_owned(), text.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_fit_their_patterns() {
        let fits = |pattern: &str, path: &str| fit(pattern, path).map(Value::Object);
        assert_eq!(fits("/clusters/{name}", "/clusters/my%20one"), Some(json!({"name": "my one"})));
        assert_eq!(fits("/clusters/{name}", "/clusters/a/b"), None);
        assert_eq!(fits("/clusters/{name}/node-groups", "/clusters/a/node-groups"), Some(json!({"name": "a"})));
        assert_eq!(fits("/tags/{arn+}", "/tags/arn%3Aaws/x/y"), Some(json!({"arn": "arn:aws/x/y"})));
        assert_eq!(fits("/2015-03-31/functions/", "/2015-03-31/functions"), Some(json!({})));
        assert_eq!(fits("/a/{b}", "/a/x+y"), Some(json!({"b": "x+y"})));
    }
}
