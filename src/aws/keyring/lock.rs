//! Profiles with `mfa_serial`: a code opens a session, which serves all accounts and regions of the profile until it is over.
//!
//! The SDK does not ask for codes and leaves `mfa_serial` aside (SDK and Tools Reference Guide, "Assume role credential provider").

use std::sync::{Mutex, PoisonError};

use aws_config::{ConfigLoader, profile::ProfileSet, provider_config::ProviderConfig};
use aws_sdk_sts::{
    Client,
    config::{Credentials, SharedCredentialsProvider},
    types::Credentials as Given,
};

use super::{fixed, profiled};
use crate::{
    aws::problem::problem,
    model::{Problem, ProblemKind, Target, Text, problem::Remedy, target::Code},
};

/// A profile that wants a code, and the session that the latest code has opened.
#[derive(Debug)]
pub(in crate::aws) struct Lock {
    profile: String,
    serial: String,
    role: Option<Role>,
    source: Source,
    session: Mutex<Option<SharedCredentialsProvider>>,
}

/// The role that the profile takes on with the code; without one the code opens a session of the user.
#[derive(Debug)]
struct Role {
    arn: String,
    external_id: Option<String>,
    session_name: String,
    seconds: Option<i32>,
}

/// Where the credentials are that ask for the session.
#[derive(Debug)]
enum Source {
    Profile(String),
    /// A profile that is its own source: key id, secret, token.
    Keys(String, String, Option<String>),
}

impl Lock {
    /// The lock of a profile, if it has one that we can open.
    pub(super) fn of(profiles: &ProfileSet, name: &str) -> Option<Self> {
        let profile = profiles.get_profile(name)?;
        let text = |word: &str| profile.get(word).map(str::to_owned);
        let serial = text("mfa_serial")?;
        let role = text("role_arn").map(|arn| Role {
            arn,
            external_id: text("external_id"),
            session_name: text("role_session_name").unwrap_or_else(|| "quarterdeck".to_owned()),
            seconds: text("duration_seconds").and_then(|seconds| seconds.parse().ok()),
        });
        let keys = || Some(Source::Keys(text("aws_access_key_id")?, text("aws_secret_access_key")?, text("aws_session_token")));
        let source = match (&role, text("source_profile")) {
            (Some(_), Some(source)) if source != name => Source::Profile(source),
            (Some(_), None) => return None,
            _ => keys()?,
        };
        Some(Self { profile: name.to_owned(), serial, role, source, session: Mutex::default() })
    }

    /// The credentials of the session that the latest code has opened.
    pub(super) fn session(&self) -> Option<SharedCredentialsProvider> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Says that a code is wanted, from now on: the session before is over.
    pub(in crate::aws) fn close(&self) -> Problem {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.wanted()
    }

    /// Says that a code is wanted.
    pub(super) fn wanted(&self) -> Problem {
        let headline = format!("profile {} wants a code of the MFA device {}", self.profile, self.serial);
        let remedy = Remedy::Code { profile: Text::new(&self.profile), serial: Text::new(&self.serial) };
        Problem { remedy: Some(remedy), ..Problem::new(ProblemKind::Mfa, headline, "give the six digits that it shows") }
    }

    /// Opens a session with a code (STS API Reference, `AssumeRole` and `GetSessionToken`).
    pub(super) async fn open(
        &self,
        target: &Target,
        (loader, settings): (ConfigLoader, &ProviderConfig),
        code: &Code,
    ) -> Result<(), Problem> {
        let loader = match &self.source {
            Source::Profile(profile) => profiled(loader, profile, settings),
            Source::Keys(id, secret, token) => loader.credentials_provider(Credentials::new(id, secret, token.clone(), None, "profile")),
        };
        let client = Client::new(&loader.load().await);
        let given = if let Some(role) = &self.role {
            self.assume(&client, role, code, target).await?
        } else {
            let call = client.get_session_token().serial_number(&self.serial).token_code(code.digits()).send();
            call.await.map_err(|error| problem(error, target))?.credentials
        };
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(given.as_ref().map_or_else(|| fixed(""), kept));
        Ok(())
    }

    async fn assume(&self, client: &Client, role: &Role, code: &Code, target: &Target) -> Result<Option<Given>, Problem> {
        let call = client.assume_role().role_arn(&role.arn).role_session_name(&role.session_name);
        let call = call.set_external_id(role.external_id.clone()).set_duration_seconds(role.seconds);
        let call = call.serial_number(&self.serial).token_code(code.digits());
        Ok(call.send().await.map_err(|error| problem(error, target))?.credentials)
    }
}

/// The credentials of a session, until it is over.
fn kept(given: &Given) -> SharedCredentialsProvider {
    let token = Some(given.session_token().to_owned());
    let until = (*given.expiration()).try_into().ok();
    let credentials = Credentials::new(given.access_key_id(), given.secret_access_key(), token, until, "mfa");
    SharedCredentialsProvider::new(credentials)
}
