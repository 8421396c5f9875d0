//! Deployments of a service at a moment.

use super::{Service, plan::Trouble};

/// Seconds from one deployment of a rolling service to the next.
const EVERY: i64 = 300;
/// Seconds from the start of a deployment to its first replaced task, and from each to the next.
const PACE: i64 = 12;
/// Seconds after the last replaced task until a deployment is over.
const SETTLE: i64 = 25;
/// Seconds of a failing deployment: how long it is tried, and after how long it is tried again.
const TRIED: i64 = 240;
const AGAIN: i64 = 1_800;
/// Seconds between two failed starts.
pub(super) const RETRY: i64 = 30;
/// Seconds from a start until it has failed.
pub(super) const FAILS: i64 = 15;
/// Failed tasks at which the circuit breaker gives up (ECS Developer Guide, "Deployment circuit breaker": 3 at least).
const THRESHOLD: i64 = 8;

/// How a deployment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Under way.
    InProgress,
    /// Over.
    Completed,
    /// Given up.
    Failed,
}

/// A deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deployment {
    /// When it began.
    pub at: i64,
    /// Revision of the task definition.
    pub revision: u32,
    /// How it stands.
    pub state: State,
    /// Tasks of it that did not start.
    pub failed: i64,
    /// True for one whose tasks never start.
    pub doomed: bool,
}

impl Service<'_> {
    /// Every deployment that began up to a second and may still have left a trace, oldest first.
    pub(super) fn deployments_until(&self, second: i64) -> Vec<Deployment> {
        let mut all = vec![self.deployment(self.created(), self.plan.revision, second, false)];
        match self.plan.trouble {
            Trouble::Rolling => {
                let newest = second.div_euclid(EVERY);
                let each = (newest - 13..=newest).map(|turn| (turn * EVERY, self.plan.revision + 1 + (turn.rem_euclid(2)) as u32));
                all.extend(each.map(|(at, revision)| self.deployment(at, revision, second, false)));
            }
            Trouble::Failing => {
                let at = second.div_euclid(AGAIN) * AGAIN;
                all.extend([at - AGAIN, at].map(|at| self.deployment(at, self.plan.revision + 1, second, true)));
            }
            _ => {}
        }
        let asked = self.changes().into_iter().flat_map(|all| &all.deploys).filter(|(at, _)| *at <= second);
        all.extend(asked.map(|(at, revision)| self.deployment(*at, *revision, second, self.dooms(*revision))));
        all.sort_by_key(|one| one.at);
        all
    }

    /// A failing service's newer revisions never start; older ones do.
    fn dooms(&self, revision: u32) -> bool {
        self.plan.trouble == Trouble::Failing && revision > self.plan.revision
    }

    fn deployment(&self, at: i64, revision: u32, second: i64, doomed: bool) -> Deployment {
        let age = second - at;
        let failed = if doomed { ((age.min(TRIED) + RETRY - FAILS) / RETRY).clamp(0, THRESHOLD) } else { 0 };
        let over = age >= self.desired_at(second) as i64 * PACE + SETTLE;
        let state = match (doomed, over) {
            (true, _) if failed >= THRESHOLD => State::Failed,
            (true, _) | (false, false) => State::InProgress,
            (false, true) => State::Completed,
        };
        Deployment { at, revision, state, failed, doomed }
    }

    /// The deployment that is wanted at a second, and the one before it while that still has tasks.
    pub fn deployments(&self, second: i64) -> (Deployment, Option<Deployment>) {
        let mut all = self.deployments_until(second);
        let primary = all.pop().unwrap_or_else(|| self.deployment(self.created(), self.plan.revision, second, false));
        let before = all.into_iter().rev().find(|one| !one.doomed);
        (primary, before.filter(|_| primary.state != State::Completed))
    }

    /// The second at which the latest task of a deployment failed; `None` while none has.
    pub fn failed_at(deployment: &Deployment) -> Option<i64> {
        (deployment.failed > 0).then(|| deployment.at + (deployment.failed - 1) * RETRY + FAILS)
    }

    /// The second at which a deployment replaces the task of a slot; never for one whose tasks do not start.
    pub(super) fn reaches(deployment: &Deployment, slot: usize) -> Option<i64> {
        (!deployment.doomed).then(|| deployment.at + PACE * slot as i64)
    }
}
