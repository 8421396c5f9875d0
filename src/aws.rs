//! Sessions with AWS: credentials, endpoints, timeouts, retries, and the SDK's errors turned into ours.
//!
//! Invariant: knows how to talk to AWS and nothing about any service's inventory; no layer but `service` sees the SDK through it.

pub mod alarms;
mod chain;
pub mod cloudwatch;
mod heard;
mod hints;
mod keyring;
pub mod lane;
mod patience;
pub mod problem;
pub mod profile;
pub mod raw;
pub mod regions;

use std::{
    any::{Any, TypeId},
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub use aws_config::SdkConfig;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, Region, retry::RetryConfig};
use aws_sdk_sts::config::{ProvideCredentials, retry::RetryPartition};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::Timestamp;

pub use self::{
    chain::Metadata,
    heard::{dated, heard},
    keyring::Keyring,
    lane::{Lane, Pace},
    patience::Patience,
    raw::Capture,
};
use self::{heard::Count, keyring::Key, lane::Shared};
use crate::model::{
    Problem, ProblemKind, Target, Text,
    target::{Access, Haste},
};

/// IAM User Guide, "IAM and AWS STS quotas": 600 requests a second in an account and region.
static IDENTITIES: Lane = Lane { name: "sts", published: 600.0, burst: 1, patience: Patience::Short };
/// First attempt and repeats of a read.
const ATTEMPTS: u32 = 3;
/// The patience of what no lane speaks for.
const USUAL: Patience = Patience::Long;

/// How the client of a service is made for a session: of this configuration, and with a retry budget of the session's own.
pub type Make<C> = fn(&Aws, &SdkConfig) -> C;

/// How to reach AWS, shared by all targets.
#[derive(Debug, Clone)]
pub struct Door {
    /// The one HTTP client of the process: one set of root certificates, and a pool of connections for each patience.
    pub http: SharedHttpClient,
    /// An address to use instead of AWS's own.
    pub endpoint: Option<String>,
    /// Whose credentials to use.
    pub credentials: Login,
    /// How the turns in a rate lane are waited for.
    pub pace: Pace,
}

/// Whose credentials to use.
#[derive(Debug, Clone)]
pub enum Login {
    /// The SDK's default chain: environment, shared files, containers, instance metadata where there is any.
    Chain(Metadata),
    /// The target's profile and nothing else: a profile that was asked for by name beats keys in the environment.
    Profile,
    /// As it is configured for the target's name, where no profile is with the default chain; a name that is not is a profile.
    Configured(Arc<BTreeMap<String, Access>>, Metadata),
    /// This access key id. For the simulated fleet, which verifies no secret.
    Fixed(&'static str),
    /// The access key id beside the target's profile. For the simulated fleet.
    Known(&'static [(&'static str, &'static str)]),
}

/// A session with one target; cheap to clone.
#[derive(Debug, Clone)]
pub struct Aws(Arc<Session>, Haste);

#[derive(Debug)]
struct Session {
    target: Target,
    config: SdkConfig,
    key: Key,
    clients: Mutex<HashMap<(TypeId, Patience), Box<dyn Any + Send + Sync>>>,
    lanes: Arc<Shared>,
    count: Count,
}

impl Aws {
    /// Prepares a session with credentials of its own. Asks nobody yet: credentials are found when the first call needs them.
    pub async fn open(target: Target, door: &Door) -> Result<Self, Problem> {
        Keyring::new(door.clone(), 1).open(target).await
    }

    fn new(target: Target, config: SdkConfig, key: Key, (lanes, count): (Arc<Shared>, Count)) -> Self {
        Self(Arc::new(Session { target, config, key, clients: Mutex::default(), lanes, count }), Haste::Now)
    }

    /// The same session for somebody who is in this haste.
    #[must_use]
    pub fn with(self, haste: Haste) -> Self {
        Self(self.0, haste)
    }

    /// How soon the answer is wanted.
    pub fn haste(&self) -> Haste {
        self.1
    }

    /// The target this session is with.
    pub fn target(&self) -> &Target {
        &self.0.target
    }

    /// A retry budget of this target's own. The SDK's default is one budget per service and region for all accounts of the process.
    pub fn retry_partition(&self, service: &'static str) -> RetryPartition {
        let Target { profile, region } = self.target();
        RetryPartition::new(format!("{service}-{profile}-{region}"))
    }

    /// The client of a service for a call that a lane counts, once it is this call's turn, as patient as the lane is.
    pub async fn through<C: Clone + Send + Sync + 'static>(&self, lane: &Lane, make: Make<C>) -> C {
        self.turn(lane).await;
        self.patient(lane.patience, make)
    }

    /// The client of a service for a call whose turn was waited for, or that no lane counts.
    pub fn client<C: Clone + Send + Sync + 'static>(&self, make: Make<C>) -> C {
        self.patient(USUAL, make)
    }

    /// The client of a service, made at its first use.
    fn patient<C: Clone + Send + Sync + 'static>(&self, patience: Patience, make: Make<C>) -> C {
        let mut clients = self.0.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let known = clients.get(&(TypeId::of::<C>(), patience)).and_then(|client| client.downcast_ref::<C>());
        if let Some(client) = known {
            return client.clone();
        }
        let config = self.0.config.to_builder().timeout_config(patience.timeouts()).build();
        let client = make(self, &config);
        clients.insert((TypeId::of::<C>(), patience), Box::new(client.clone()));
        client
    }

    /// Waits for the next turn in a rate lane.
    pub async fn turn(&self, lane: &Lane) {
        self.turns(lane, 1).await;
    }

    /// Waits for so many turns in a rate lane: what AWS counts by the things a call is about, not by calls.
    pub async fn turns(&self, lane: &Lane, count: u32) {
        self.0.lanes.of(self.target()).turns(lane, count).await;
    }

    /// Slows a rate lane down, because AWS has throttled a call in it: no turn for so long, and then at half of the pace for a minute.
    pub fn hold(&self, lane: &Lane, pause: Duration) {
        self.0.lanes.of(self.target()).hold(lane, pause);
    }

    /// Requests that were made in this session since this was asked last; those for its credentials aside.
    pub fn calls(&self) -> u32 {
        self.0.count.take()
    }

    /// Account id and ARN of the caller (STS `GetCallerIdentity`, free of charge, allowed to every identity).
    pub async fn identity(&self) -> Result<(Text, Text), Problem> {
        let client = self.through(&IDENTITIES, tokens).await;
        let answer = client.get_caller_identity().send().await.map_err(|error| self.explain(problem::problem(error, self.target())))?;
        let account = Text::new(answer.account().unwrap_or_default());
        self.0.lanes.learn(&self.target().profile, &account);
        Ok((account, answer.arn().unwrap_or_default().into()))
    }

    /// When the credentials of this session end, if they are known to.
    pub async fn ends(&self) -> Option<Timestamp> {
        let held = self.0.config.credentials_provider()?.provide_credentials().await.ok()?;
        Timestamp::try_from(held.expiry()?).ok()
    }

    /// What a person can do about credentials that are over or were not found.
    fn explain(&self, problem: Problem) -> Problem {
        let Key { remedy, lock, .. } = &self.0.key;
        match (problem.kind, lock, remedy) {
            (ProblemKind::Expired, Some(lock), _) => lock.close(),
            (ProblemKind::Expired | ProblemKind::Credentials, None, Some(remedy)) => hints::over(problem, self.target(), remedy),
            _ => problem,
        }
    }
}

/// Everything but credentials.
fn plain(target: &Target, door: &Door, count: &Count) -> ConfigLoader {
    let region = Region::new(target.region.as_str().to_owned());
    let loader =
        aws_config::defaults(BehaviorVersion::latest()).region(region).http_client(heard::Listening(door.http.clone(), count.clone()));
    let loader = loader.timeout_config(USUAL.timeouts()).retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    let loader = match &door.endpoint {
        Some(url) => loader.endpoint_url(url),
        None => loader,
    };
    AppName::new("quarterdeck").into_iter().fold(loader, ConfigLoader::app_name)
}

fn tokens(aws: &Aws, config: &SdkConfig) -> aws_sdk_sts::Client {
    let config = aws_sdk_sts::config::Builder::from(config).retry_partition(aws.retry_partition("sts"));
    aws_sdk_sts::Client::from_conf(config.build())
}

/// The HTTP client for real endpoints: hyper with rustls and AWS-LC, the system's proxy settings and root certificates.
pub fn http_client() -> SharedHttpClient {
    use aws_smithy_http_client::{Builder, tls};
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
    Builder::new().tls_provider(provider).build_https()
}
