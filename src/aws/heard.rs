//! The ids that AWS gives to requests, heard on the way back: those of answers that went well are nowhere in the SDK's outcome.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        connector_metadata::ConnectorMetadata,
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        runtime_components::{RuntimeComponents, RuntimeComponentsBuilder},
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use crate::model::Text;

/// The headers that carry the id; which one differs by service ("Common Response Headers" of each API reference).
const HEADERS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

type Ids = Arc<Mutex<Vec<Text>>>;

tokio::task_local! {
    static HEARD: Ids;
}

/// Carries out a task, and gives the ids of the requests that were answered meanwhile, in the order of the answers. Those of the calls that
/// the credentials took are among them.
pub async fn heard<T>(task: impl Future<Output = T>) -> (T, Vec<Text>) {
    let ids = Ids::default();
    let outcome = HEARD.scope(ids.clone(), task).await;
    let ids = std::mem::take(&mut *ids.lock().unwrap_or_else(PoisonError::into_inner));
    (outcome, ids)
}

/// An HTTP client whose answers are heard.
#[derive(Debug)]
pub(super) struct Listening(pub(super) SharedHttpClient);

impl HttpClient for Listening {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Ear(self.0.http_connector(settings, components)))
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
struct Ear(SharedHttpConnector);

impl HttpConnector for Ear {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            answer.iter().for_each(note);
            answer
        })
    }
}

/// Outside of [`heard`] nobody listens.
fn note(answer: &HttpResponse) {
    let Some(id) = HEADERS.iter().find_map(|name| answer.headers().get(*name)) else { return };
    let _ = HEARD.try_with(|ids| ids.lock().unwrap_or_else(PoisonError::into_inner).push(Text::new(id)));
}
