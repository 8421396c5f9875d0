//! Credentials, found once for each account and shared by all of its regions: a role is taken on once, not once a region.

mod lock;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_config::{
    ConfigLoader, Region, SdkConfig,
    environment::EnvironmentVariableCredentialsProvider,
    identity::IdentityCache,
    profile::{ProfileFileCredentialsProvider, ProfileSet},
    provider_config::ProviderConfig,
    sts::{AssumeRoleProvider, AssumeRoleProviderBuilder},
};
use aws_sdk_sts::config::{Credentials, ProvideCredentials, SharedCredentialsProvider, SharedIdentityCache};
use tokio::sync::OnceCell;

pub(super) use self::lock::Lock;
use super::{Aws, Door, Login, Metadata, chain, heard::Count, lane::Shared, plain};
use crate::model::{
    Problem, Target, Text,
    problem::Remedy,
    target::{Access, Code},
};

/// Identities remembered for each account: those of the account, and those that its credentials were made from.
const IDENTITIES: usize = 4;
/// The fewest identities to have room for (the SDK's own default).
const FEWEST: usize = 64;
/// Profiles that may take their credentials from one another, one after the other, before we stop looking.
const LONGEST_CHAIN: usize = 8;

/// The credentials of every account; cheap to clone.
#[derive(Debug, Clone)]
pub struct Keyring(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    door: Door,
    lanes: Arc<Shared>,
    cache: SharedIdentityCache,
    profiles: OnceCell<Option<ProfileSet>>,
    keys: Mutex<HashMap<Text, Arc<OnceCell<Key>>>>,
    locks: Mutex<HashMap<String, Arc<Lock>>>,
}

/// How the calls of one account are signed.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) credentials: SharedCredentialsProvider,
    /// The profile in the AWS configuration files that the account's calls take their settings from.
    profile: Option<String>,
    /// What a person can do once the credentials are over.
    pub(super) remedy: Option<Remedy>,
    /// What its credentials are locked with.
    pub(super) lock: Option<Arc<Lock>>,
}

impl Keyring {
    /// No credentials yet. The number of accounts is how many identities are remembered: one that is forgotten too soon means another call
    /// of `AssumeRole`.
    pub fn new(door: Door, accounts: usize) -> Self {
        let room = accounts.saturating_mul(IDENTITIES).max(FEWEST);
        let cache = IdentityCache::lazy().max_partitions(room).build();
        let lanes = Arc::new(Shared::new(door.pace.clone()));
        Self(Arc::new(Inner { door, lanes, cache, profiles: OnceCell::new(), keys: Mutex::default(), locks: Mutex::default() }))
    }

    /// Prepares a session with a target. Asks nobody yet; fails where an MFA code is wanted first.
    pub async fn open(&self, target: Target) -> Result<Aws, Problem> {
        let key = self.key(&target).await?;
        let named = |loader: ConfigLoader| match &key.profile {
            Some(profile) => loader.profile_name(profile),
            None => loader,
        };
        let count = Count::default();
        let loader = named(plain(&target, &self.0.door, &count)).no_credentials().identity_cache(self.0.cache.clone());
        let loader = if self.fleet_is_simulated() { loader.empty_test_environment() } else { loader };
        let config = loader.load().await.into_builder().credentials_provider(key.credentials.clone()).build();
        Ok(Aws::new(target, config, key, (self.0.lanes.clone(), count)))
    }

    /// Forgets the credentials of an account, so that they are looked for again.
    pub fn forget(&self, account: &Text) {
        self.keys().remove(account);
    }

    /// Gives the MFA code that a target's credentials wait for.
    pub async fn unlock(&self, target: &Target, code: &Code) -> Result<(), Problem> {
        let Some(lock) = self.lock(target).await else { return Ok(()) };
        lock.open(target, (self.base(target), &self.provider(target)), code).await
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, HashMap<Text, Arc<OnceCell<Key>>>> {
        self.0.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn key(&self, target: &Target) -> Result<Key, Problem> {
        let cell = self.keys().entry(target.profile.clone()).or_default().clone();
        cell.get_or_try_init(|| self.find(target)).await.cloned()
    }

    async fn find(&self, target: &Target) -> Result<Key, Problem> {
        let lock = self.lock(target).await;
        let session = lock.as_ref().map(|lock| lock.session().ok_or_else(|| lock.wanted())).transpose()?;
        let access = self.access(target);
        let (loader, profile) = (self.base(target), self.profile(target));
        let own = match session {
            Some(session) => loader.no_credentials().load().await.into_builder().credentials_provider(session).build(),
            None => self.found(loader, target).load().await,
        };
        let credentials = match access.and_then(|access| access.role) {
            Some(role) => SharedCredentialsProvider::new(assume(&role, &own).await),
            None => own.credentials_provider().unwrap_or_else(|| fixed("")),
        };
        let remedy = self.remedy(target).await;
        Ok(Key { credentials, profile, remedy, lock })
    }

    /// Everything but credentials, with the identities in the shared cache.
    fn base(&self, target: &Target) -> ConfigLoader {
        plain(target, &self.0.door, &Count::default()).identity_cache(self.0.cache.clone())
    }

    /// The same with the credentials that there are without a code.
    fn found(&self, loader: ConfigLoader, target: &Target) -> ConfigLoader {
        match &self.0.door.credentials {
            Login::Fixed(key) => loader.credentials_provider(fixed(key)).empty_test_environment(),
            Login::Known(keys) => {
                let key = keys.iter().find(|(known, _)| *known == target.profile.as_str()).map_or("", |(_, key)| key);
                loader.credentials_provider(fixed(key)).empty_test_environment()
            }
            Login::Chain(metadata) => self.chained(loader, target, *metadata),
            Login::Configured(_, metadata) => match self.profile(target) {
                Some(profile) => profiled(loader, &profile, &self.provider(target)),
                None => self.chained(loader, target, *metadata),
            },
            Login::Profile => profiled(loader, target.profile.as_str(), &self.provider(target)),
        }
    }

    /// The same with the credentials that the default chain finds.
    fn chained(&self, loader: ConfigLoader, target: &Target, metadata: Metadata) -> ConfigLoader {
        match metadata {
            Metadata::Absent => loader.credentials_provider(chain::without_metadata(&self.provider(target))),
            Metadata::Asked => loader,
        }
    }

    /// What providers of credentials make calls of their own with: the one HTTP client, and a region that is known to exist.
    fn provider(&self, target: &Target) -> ProviderConfig {
        let region = Region::new(target.region.to_string());
        ProviderConfig::default().with_http_client(self.0.door.http.clone()).with_region(Some(region))
    }

    fn fleet_is_simulated(&self) -> bool {
        matches!(self.0.door.credentials, Login::Fixed(_) | Login::Known(_))
    }

    /// How a target is configured to be reached, if it is.
    fn access(&self, target: &Target) -> Option<Access> {
        match &self.0.door.credentials {
            Login::Configured(all, _) => all.get(target.profile.as_str()).cloned(),
            _ => None,
        }
    }

    /// The profile whose credentials a target uses; `None` for whatever the SDK finds, and in a simulated fleet.
    fn profile(&self, target: &Target) -> Option<String> {
        match &self.0.door.credentials {
            Login::Configured(all, _) => match all.get(target.profile.as_str()) {
                Some(access) => access.profile.clone(),
                None => Some(target.profile.to_string()),
            },
            Login::Profile => Some(target.profile.to_string()),
            Login::Chain(_) | Login::Fixed(_) | Login::Known(_) => None,
        }
    }

    /// The same, where the SDK finds the profile by itself, too: keys in the environment come before it.
    async fn settled(&self, target: &Target) -> Option<String> {
        match (&self.0.door.credentials, self.profile(target)) {
            (Login::Chain(_), _) => {
                let keys = EnvironmentVariableCredentialsProvider::new().provide_credentials().await;
                keys.is_err().then(|| target.profile.to_string())
            }
            (_, profile) => profile,
        }
    }

    /// What the credentials of a target are locked with; the same for all targets of a profile.
    async fn lock(&self, target: &Target) -> Option<Arc<Lock>> {
        let profile = self.settled(target).await?;
        let lock = Lock::of(self.profiles().await?, &profile)?;
        let mut locks = self.0.locks.lock().unwrap_or_else(PoisonError::into_inner);
        Some(locks.entry(profile).or_insert_with(|| Arc::new(lock)).clone())
    }

    /// The command that begins a new session, where there is one: for profiles of IAM Identity Center.
    async fn remedy(&self, target: &Target) -> Option<Remedy> {
        let profiles = self.profiles().await?;
        let mut name = self.settled(target).await?;
        for _ in 0..LONGEST_CHAIN {
            let profile = profiles.get_profile(&name)?;
            if ["sso_session", "sso_start_url"].iter().any(|word| profile.get(word).is_some()) {
                let words = ["aws", "sso", "login", "--profile", name.as_str()];
                return Some(Remedy::Run(words.map(str::to_owned).to_vec()));
            }
            profile.get("source_profile")?.clone_into(&mut name);
        }
        None
    }

    /// The AWS configuration files. What is wrong with them is told when a profile of them is used.
    async fn profiles(&self) -> Option<&ProfileSet> {
        let read = async {
            let (files, environment, places) = Default::default();
            let set = aws_config::profile::load(&files, &environment, &places, None).await;
            set.inspect_err(|error| tracing::warn!(%error, "the AWS configuration files cannot be read")).ok()
        };
        self.0.profiles.get_or_init(|| read).await.as_ref()
    }
}

/// The credentials of a profile and nothing else.
fn profiled(loader: ConfigLoader, profile: &str, settings: &ProviderConfig) -> ConfigLoader {
    let provider = ProfileFileCredentialsProvider::builder().configure(settings).profile_name(profile).build();
    loader.profile_name(profile).credentials_provider(provider)
}

/// A role on top of these credentials, taken on when the first call needs it.
async fn assume(role: &crate::model::target::Role, base: &SdkConfig) -> AssumeRoleProvider {
    let builder = AssumeRoleProvider::builder(&role.arn).session_name(&role.session_name).configure(base);
    role.external_id.iter().fold(builder, AssumeRoleProviderBuilder::external_id).build().await
}

/// For the simulated fleet, which verifies no secret.
fn fixed(key: &str) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new(key, "simulated", None, None, "fixed"))
}
