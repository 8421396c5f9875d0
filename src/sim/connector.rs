//! The door for the SDK in the same process: its HTTP client, without a socket.

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header::HOST};
use jiff::{Timestamp, fmt::rfc2822};

use super::{
    Delivery, Sim,
    wire::{Reply, Request},
};

impl Sim {
    /// An HTTP client for the SDK whose every request ends up here.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(Inside(self.clone()))
    }
}

#[derive(Debug, Clone)]
struct Inside(Sim);

impl HttpClient for Inside {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Inside {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let sim = self.0.clone();
        HttpConnectorFuture::new(async move { deliver(&sim, &request).await })
    }
}

async fn deliver(sim: &Sim, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = match read(request) {
        Ok(request) => request,
        Err(reply) => return response(reply),
    };
    match sim.answer(&request) {
        Delivery::Never => std::future::pending().await,
        Delivery::Cut(after, _) => {
            super::wait(after).await;
            Err(ConnectorError::io("connection reset by peer".into()))
        }
        Delivery::Whole(after, reply) => {
            super::wait(after).await;
            response(reply).map(|answer| dated(answer, sim.0.clock.now()))
        }
    }
}

fn read(request: &HttpRequest) -> Result<Request, Reply> {
    let (method, path, headers) = head(request).ok_or_else(|| Reply::plain(400, "not a request"))?;
    let body = Bytes::copy_from_slice(request.body().bytes().unwrap_or_default());
    Request::read(&method, &path, &headers, &body)
}

fn head(request: &HttpRequest) -> Option<(Method, String, HeaderMap)> {
    let uri: http::Uri = request.uri().parse().ok()?;
    let header = |(name, value): (&str, &str)| Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?));
    let mut headers: HeaderMap = request.headers().iter().map(header).collect::<Option<_>>()?;
    if let Some(host) = uri.host().filter(|_| !headers.contains_key(HOST)) {
        headers.insert(HOST, HeaderValue::from_str(host).ok()?);
    }
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    Some((Method::from_bytes(request.method().as_bytes()).ok()?, path, headers))
}

/// With the time at which it was given, as every answer of HTTP has it.
fn dated(mut answer: HttpResponse, now: Timestamp) -> HttpResponse {
    static DATES: rfc2822::DateTimePrinter = rfc2822::DateTimePrinter::new();
    if let Ok(date) = DATES.timestamp_to_rfc9110_string(&now) {
        answer.headers_mut().insert("date", date);
    }
    answer
}

fn response(reply: Reply) -> Result<HttpResponse, ConnectorError> {
    let other = |error: BoxError| ConnectorError::other(error, None);
    let status = StatusCode::try_from(reply.status).map_err(|error| other(error.into()))?;
    let mut response = HttpResponse::new(status, SdkBody::from(reply.body));
    for (name, value) in reply.headers {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;
    use crate::sim::Settings;

    fn request() -> HttpRequest {
        let mut request = HttpRequest::new(SdkBody::from("Action=DescribeRegions"));
        request.set_method("POST").expect("a method");
        request.set_uri("https://ec2.eu-west-1.amazonaws.com/").expect("a URI");
        request
    }

    const LATENCY: Duration = Duration::from_millis(50);

    fn sim(faults: &str) -> Sim {
        Sim::new(Settings { latency: LATENCY, faults: faults.parse().expect("faults"), ..Settings::default() })
    }

    /// The status of the answer, and after how many half seconds it came.
    async fn timed(faults: &str) -> (u16, u128) {
        let start = Instant::now();
        let answer = deliver(&sim(faults), &request()).await.expect("an answer");
        assert!(start.elapsed() >= LATENCY);
        (answer.status().as_u16(), start.elapsed().as_millis() / 500)
    }

    #[tokio::test]
    async fn answers_take_their_time_and_slow_ones_more() {
        let (plain, slow, both) = tokio::join!(timed(""), timed("slow=1"), timed("slow=1,5xx=1"));
        assert_eq!((plain, slow, both), ((200, 0), (200, 6), (500, 6)));
    }

    #[tokio::test]
    async fn a_cut_is_an_error_and_a_hang_is_for_ever() {
        assert!(deliver(&sim("cut=1"), &request()).await.expect_err("cut").is_io());
        let hanging = tokio::time::timeout(LATENCY * 4, deliver(&sim("hang=1"), &request())).await;
        assert!(hanging.is_err());
    }

    #[tokio::test]
    async fn calls_are_counted_and_garbage_is_no_xml() {
        let sim = sim("garbage=1");
        let answer = deliver(&sim, &request()).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200);
        assert!(std::str::from_utf8(answer.body().bytes().expect("bytes")).is_err());
        assert_eq!(sim.calls(), [(("ec2".to_owned(), "DescribeRegions".to_owned()), 1)].into());
    }
}
