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
use http::{HeaderMap, HeaderName, HeaderValue, Method};

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
            tokio::time::sleep(after).await;
            Err(ConnectorError::io("connection reset by peer".into()))
        }
        Delivery::Whole(after, reply) => {
            tokio::time::sleep(after).await;
            response(reply)
        }
    }
}

fn read(request: &HttpRequest) -> Result<Request, Reply> {
    let odd = |_| Reply::plain(400, "not a request");
    let uri: http::Uri = request.uri().parse().map_err(|_| Reply::plain(400, "not a request"))?;
    let method = Method::from_bytes(request.method().as_bytes()).map_err(|_| Reply::plain(400, "not a request"))?;
    let headers: Result<HeaderMap, Reply> = request
        .headers()
        .iter()
        .map(|(name, value)| {
            Ok((
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| Reply::plain(400, "not a header"))?,
                HeaderValue::from_str(value).map_err(odd)?,
            ))
        })
        .collect();
    let body = Bytes::copy_from_slice(request.body().bytes().unwrap_or_default());
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    Request::read(&method, path, &headers?, &body)
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
