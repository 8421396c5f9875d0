//! The sessions behind the targets: opened at their first use, shared by every task.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::{
    aws::{Aws, Door, Keyring},
    model::{Key, Problem, ProblemKind, Target, TargetId, target::Code},
};

/// Every target with its session; cheap to clone.
#[derive(Debug, Clone)]
pub struct World(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keyring: Keyring,
    sessions: Mutex<Vec<Session>>,
}

#[derive(Debug, Clone)]
struct Session {
    target: Target,
    aws: Arc<OnceCell<Aws>>,
    /// Calls of sessions that were forgotten, which nobody has heard of yet.
    calls: u32,
}

impl Session {
    fn new(target: Target) -> Self {
        Self { target, aws: Arc::default(), calls: 0 }
    }
}

impl World {
    /// A world of these targets. Opens nothing yet.
    pub fn new(door: Door, targets: Vec<Target>) -> Self {
        let keyring = Keyring::new(door, targets.len());
        Self(Arc::new(Inner { keyring, sessions: Mutex::new(targets.into_iter().map(Session::new).collect()) }))
    }

    /// Adds targets behind those that there are.
    pub fn admit(&self, targets: Vec<Target>) {
        self.sessions().extend(targets.into_iter().map(Session::new));
    }

    /// Forgets sessions and their credentials, so that the next call looks for them again.
    pub fn forget(&self, targets: &[TargetId]) {
        for target in targets {
            if let Some(session) = self.sessions().get_mut(usize::from(target.0)) {
                self.0.keyring.forget(&session.target.profile);
                session.calls += session.aws.get().map_or(0, Aws::calls);
                session.aws = Arc::default();
            }
        }
    }

    /// Forgets the credentials of a target's account and every session that is made with them.
    pub fn forget_account(&self, target: TargetId) {
        let sessions = self.sessions();
        let Some(profile) = sessions.get(usize::from(target.0)).map(|session| session.target.profile.clone()) else { return };
        let same = (0..).zip(sessions.iter()).filter(|(_, session)| session.target.profile == profile);
        let all: Vec<TargetId> = same.map(|(at, _)| TargetId(at)).collect();
        drop(sessions);
        self.forget(&all);
    }

    /// Gives the MFA code that a target waits for.
    pub async fn unlock(&self, target: TargetId, code: &Code) -> Result<(), Problem> {
        self.0.keyring.unlock(&self.known(target)?.target, code).await
    }

    /// The words for a row that stay the same from one start to the next: kind, profile, region and id.
    pub fn place(&self, key: &Key) -> Option<String> {
        let Target { profile, region } = self.known(key.target).ok()?.target;
        Some(format!("{} {profile} {region} {}", key.kind, key.id))
    }

    /// The session with a target; `None` where there is none at present.
    pub async fn session(&self, target: TargetId) -> Option<Aws> {
        self.reach(target).await.ok()
    }

    /// The session with a target, or why there is none at present.
    pub async fn reach(&self, target: TargetId) -> Result<Aws, Problem> {
        let Session { target, aws, .. } = self.known(target)?;
        aws.get_or_try_init(|| self.0.keyring.open(target)).await.cloned()
    }

    /// The calls that were made to each target since this was asked last, where there were any.
    pub fn calls(&self) -> Vec<(TargetId, u32)> {
        let mut sessions = self.sessions();
        let made = |session: &mut Session| std::mem::take(&mut session.calls) + session.aws.get().map_or(0, Aws::calls);
        (0..).zip(sessions.iter_mut()).map(|(at, session)| (TargetId(at), made(session))).filter(|(_, calls)| *calls > 0).collect()
    }

    fn known(&self, target: TargetId) -> Result<Session, Problem> {
        let known = self.sessions().get(usize::from(target.0)).cloned();
        known.ok_or_else(|| Problem::new(ProblemKind::Policy, "no such target", ""))
    }

    fn sessions(&self) -> MutexGuard<'_, Vec<Session>> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
