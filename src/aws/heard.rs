//! The ids that AWS gives to requests, heard on the way back: those of answers that went well are nowhere in the SDK's outcome. A web page is
//! no answer of AWS, and is turned away here: the SDK takes anything for the answer to a call that answers nothing.

use std::{
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use aws_smithy_types::config_bag::ConfigBag;
use jiff::{Timestamp, fmt::rfc2822};

use crate::model::Text;

/// The headers that carry the id; which one differs by service ("Common Response Headers" of each API reference).
const HEADERS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

/// What is said of an answer that is none of AWS's.
pub(super) const FOREIGN: &str = "is not in AWS's protocol";

type Ids = Arc<Mutex<Vec<Text>>>;

type Date = Arc<Mutex<Option<Timestamp>>>;

tokio::task_local! {
    static HEARD: Ids;
    static DATED: Date;
}

/// Carries out a task, and gives what time it was at AWS when it answered last, to the second.
pub async fn dated<T>(task: impl Future<Output = T>) -> (T, Option<Timestamp>) {
    let date = Date::default();
    let outcome = DATED.scope(date.clone(), task).await;
    let date = *date.lock().unwrap_or_else(PoisonError::into_inner);
    (outcome, date)
}

/// Carries out a task, and gives the ids of the requests that were answered meanwhile, in the order of the answers. Those of the calls that
/// the credentials took are among them.
pub async fn heard<T>(task: impl Future<Output = T>) -> (T, Vec<Text>) {
    let ids = Ids::default();
    let outcome = HEARD.scope(ids.clone(), task).await;
    let ids = std::mem::take(&mut *ids.lock().unwrap_or_else(PoisonError::into_inner));
    (outcome, ids)
}

/// An HTTP client whose requests are counted and whose answers are heard.
#[derive(Debug)]
pub(super) struct Listening(pub(super) SharedHttpClient, pub(super) Count);

/// Requests that were made since somebody asked last.
#[derive(Debug, Clone, Default)]
pub(super) struct Count(Arc<AtomicU32>);

impl Count {
    /// How many there were, and begins anew.
    pub(super) fn take(&self) -> u32 {
        self.0.swap(0, Ordering::Relaxed)
    }

    fn one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl HttpClient for Listening {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Ear(self.0.http_connector(settings, components), self.1.clone()))
    }

    fn validate_base_client_config(&self, components: &RuntimeComponentsBuilder, config: &ConfigBag) -> Result<(), BoxError> {
        self.0.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.0.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

#[derive(Debug)]
struct Ear(SharedHttpConnector, Count);

impl HttpConnector for Ear {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.1.one();
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await?;
            note(&answer);
            if page(&answer) {
                return Err(foreign(&answer));
            }
            note_date(&answer);
            Ok(answer)
        })
    }
}

fn id(answer: &HttpResponse) -> Option<&str> {
    HEADERS.iter().find_map(|name| answer.headers().get(*name))
}

/// True for a page as proxies and portals send it with a good status: AWS names its requests, and writes no HTML.
fn page(answer: &HttpResponse) -> bool {
    let html = answer.headers().get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    answer.status().is_success() && html && id(answer).is_none()
}

fn foreign(answer: &HttpResponse) -> ConnectorError {
    ConnectorError::other(format!("the answer (HTTP {}) {FOREIGN}", answer.status().as_u16()).into(), None)
}

/// Outside of [`heard`] nobody listens.
fn note(answer: &HttpResponse) {
    let Some(id) = id(answer) else { return };
    let _ = HEARD.try_with(|ids| ids.lock().unwrap_or_else(PoisonError::into_inner).push(Text::new(id)));
}

/// HTTP dates are those of mails (RFC 9110, 5.6.7).
fn note_date(answer: &HttpResponse) {
    static DATES: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();
    let Some(date) = answer.headers().get("date").and_then(|date| DATES.parse_timestamp(date).ok()) else { return };
    let _ = DATED.try_with(|dated| *dated.lock().unwrap_or_else(PoisonError::into_inner) = Some(date));
}
