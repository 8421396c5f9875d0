//! How time and calls change an instance.

use jiff::{SignedDuration, Timestamp};

use super::instance::{Incident, Instance, Phase, Reason};

/// Milliseconds a launch or a start takes, at least; chance adds up to two seconds.
const START: i64 = 5_000;
/// Milliseconds a stop takes, at least.
const STOP: i64 = 7_000;
/// Milliseconds a termination takes, at least.
const TERMINATE: i64 = 5_000;
/// Seconds a terminated instance stays in the list (EC2 API Reference, `DescribeInstances`: about an hour).
const MEMORY: i64 = 3_600;

/// What time does next to an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It goes on to its next state.
    Step,
    /// AWS takes it back.
    Interrupt,
    /// It disappears from the list.
    Forget,
}

/// When an instance will change by itself; `None` while only calls can change it.
pub(super) fn due(instance: &Instance) -> Option<Timestamp> {
    let extra = instance.chance.of("pace").at(u64::from(instance.starts)).below(2_000) as i64;
    let after = |least: i64| instance.since.saturating_add(SignedDuration::from_millis(least + extra)).ok();
    match (instance.phase, instance.incident()) {
        (Phase::Pending, _) => after(START),
        (Phase::Stopping, Some(Incident::StuckStopping)) | (Phase::Stopped, _) => None,
        (Phase::Stopping, _) => after(STOP),
        (Phase::ShuttingDown, _) => after(TERMINATE),
        (Phase::Terminated, _) => after(MEMORY * 1_000),
        (Phase::Running, Some(Incident::SpotInterruption(at))) => Some(at),
        (Phase::Running, _) => None,
    }
}

/// What will happen then.
pub(super) fn next(instance: &Instance) -> Next {
    match instance.phase {
        Phase::Terminated => Next::Forget,
        Phase::Running => Next::Interrupt,
        _ => Next::Step,
    }
}

/// The change itself.
pub(super) fn step(instance: &mut Instance, at: Timestamp) {
    match instance.phase {
        Phase::Pending => {
            enter(instance, Phase::Running, at);
            instance.up = Some(at.as_second());
        }
        Phase::Stopping => enter(instance, Phase::Stopped, at),
        Phase::ShuttingDown => enter(instance, Phase::Terminated, at),
        Phase::Running | Phase::Stopped | Phase::Terminated => {}
    }
}

fn enter(instance: &mut Instance, phase: Phase, at: Timestamp) {
    (instance.phase, instance.since) = (phase, at);
}

fn end_run(instance: &mut Instance, at: Timestamp) {
    if let Some(from) = instance.up.take() {
        instance.past.push((from, at.as_second()));
    }
}

/// Ends what is going on with an instance.
fn heal(instance: &mut Instance, at: Timestamp) {
    if let Some(ordeal) = instance.ordeal.as_mut().filter(|ordeal| ordeal.to.is_none()) {
        ordeal.to = Some(at);
    }
}

/// AWS takes a spot instance back.
pub(super) fn interrupt(instance: &mut Instance, at: Timestamp) {
    terminate(instance, at);
    instance.reason = Reason::Spot;
}

/// Starts a stopped instance. It gets another host, and with it another public address and an end of its ordeal.
pub(in crate::sim) fn start(instance: &mut Instance, now: Timestamp) {
    enter(instance, Phase::Pending, now);
    instance.launched = now;
    instance.starts += 1;
    instance.reason = Reason::None;
    heal(instance, now);
}

/// Stops a running instance.
pub(in crate::sim) fn stop(instance: &mut Instance, now: Timestamp) {
    enter(instance, Phase::Stopping, now);
    end_run(instance, now);
    instance.reason = Reason::User;
}

/// Ends what keeps an instance in `stopping`, as `Force` does; it needs its usual time from then on.
pub(in crate::sim) fn force(instance: &mut Instance, now: Timestamp) {
    if instance.incident() == Some(Incident::StuckStopping) {
        heal(instance, now);
        instance.since = now;
    }
}

/// Terminates an instance.
pub(in crate::sim) fn terminate(instance: &mut Instance, now: Timestamp) {
    enter(instance, Phase::ShuttingDown, now);
    end_run(instance, now);
    heal(instance, now);
    instance.reason = Reason::User;
}

/// Reboots a running instance: its guest is as new, its host the same.
pub(in crate::sim) fn reboot(instance: &mut Instance, now: Timestamp) {
    instance.reboots.push(now.as_second());
    if matches!(instance.incident(), Some(Incident::InstanceImpaired | Incident::Runaway)) {
        heal(instance, now);
    }
}
