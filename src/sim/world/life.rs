//! How time and calls change instances.

use jiff::Timestamp;

use super::{
    Fleet,
    instance::{Incident, Instance, Lifecycle, Phase},
    nursery::{self, before, gmt},
};

/// Seconds a launch or a start takes, at least; chance adds up to 3.
const START: i64 = 5;
/// Seconds a stop takes, at least.
const STOP: i64 = 7;
/// Seconds a termination takes, at least.
const TERMINATE: i64 = 5;
/// Seconds a terminated instance stays in the list (EC2 API Reference, `DescribeInstances`: about an hour).
const MEMORY: i64 = 3_600;

impl Fleet {
    /// Lets time pass. Costs only what is changing.
    pub(super) fn advance(&mut self, now: Timestamp) {
        let mut watched = std::mem::take(&mut self.restless);
        let mut interrupted = 0;
        for at in &watched {
            let instance = &mut self.instances[*at];
            while let Some(due) = due(instance).filter(|due| *due <= now) {
                interrupted += usize::from(matches!(instance.incident, Incident::SpotInterruption(_)) && instance.phase == Phase::Running);
                step(instance, due);
            }
        }
        watched.retain(|at| self.instances[*at].restless());
        self.restless = watched;
        for _ in 0..interrupted {
            self.replace(now);
        }
        self.forget(now);
    }

    /// A spot instance that was taken back is replaced, as its fleet would.
    fn replace(&mut self, now: Timestamp) {
        let mut instance = nursery::birth(self, self.births, now);
        instance.lifecycle = Lifecycle::Spot;
        (instance.phase, instance.since, instance.launched) = (Phase::Pending, now, now);
        instance.running = Vec::new();
        self.add(instance);
    }

    /// Takes instances off the list that were terminated an hour ago. Rare, so the index is simply made anew.
    fn forget(&mut self, now: Timestamp) {
        let old = |instance: &Instance| instance.phase == Phase::Terminated && now.duration_since(instance.since).as_secs() > MEMORY;
        if !self.restless.iter().any(|at| old(&self.instances[*at])) {
            return;
        }
        self.instances.retain(|instance| !old(instance));
        self.index = self.instances.iter().enumerate().map(|(at, instance)| (instance.id.clone(), at)).collect();
        self.restless = (0..self.instances.len()).filter(|at| self.instances[*at].restless()).collect();
    }
}

/// When an instance will change by itself.
fn due(instance: &Instance) -> Option<Timestamp> {
    let extra = instance.chance.of("pace").at(instance.starts).below(4) as i64;
    let after = |seconds: i64| Some(before(instance.since, -(seconds + extra)));
    match (instance.phase, instance.incident) {
        (Phase::Pending, _) => after(START),
        (Phase::Stopping, Incident::StuckStopping) => None,
        (Phase::Stopping, _) => after(STOP),
        (Phase::ShuttingDown, _) => after(TERMINATE),
        (Phase::Running, Incident::SpotInterruption(at)) => Some(at),
        _ => None,
    }
}

/// The change itself.
fn step(instance: &mut Instance, at: Timestamp) {
    match instance.phase {
        Phase::Pending => run(instance, at),
        Phase::Stopping => enter(instance, Phase::Stopped, at),
        Phase::ShuttingDown => enter(instance, Phase::Terminated, at),
        Phase::Running => interrupt(instance, at),
        Phase::Stopped | Phase::Terminated => {}
    }
}

fn enter(instance: &mut Instance, phase: Phase, at: Timestamp) {
    instance.phase = phase;
    instance.since = at;
}

fn run(instance: &mut Instance, at: Timestamp) {
    enter(instance, Phase::Running, at);
    instance.running.push((at.as_second(), None));
}

fn end_run(instance: &mut Instance, at: Timestamp) {
    if let Some((_, end @ None)) = instance.running.last_mut() {
        *end = Some(at.as_second());
    }
}

fn interrupt(instance: &mut Instance, at: Timestamp) {
    terminate(instance, at);
    instance.incident = Incident::None;
    instance.reason = Some(("Server.SpotInstanceTermination", "Server.SpotInstanceTermination: Spot instance termination".to_owned()));
    instance.transition = format!("Server.SpotInstanceTermination ({})", gmt(at));
}

/// Starts a stopped instance. It gets another host, and another public address.
pub(in crate::sim) fn start(instance: &mut Instance, now: Timestamp) {
    enter(instance, Phase::Pending, now);
    instance.launched = now;
    instance.starts += 1;
    instance.reason = None;
    instance.transition = String::new();
    if matches!(instance.incident, Incident::SystemImpaired | Incident::Retirement(_) | Incident::InstanceImpaired | Incident::Runaway) {
        instance.incident = Incident::None;
    }
}

/// Stops a running instance.
pub(in crate::sim) fn stop(instance: &mut Instance, now: Timestamp) {
    enter(instance, Phase::Stopping, now);
    end_run(instance, now);
    instance.reason = Some(("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown".to_owned()));
    instance.transition = format!("User initiated ({})", gmt(now));
}

/// Ends one that hangs in `stopping`, as `--force` does.
pub(in crate::sim) fn force(instance: &mut Instance) {
    if instance.incident == Incident::StuckStopping {
        instance.incident = Incident::None;
    }
}

/// Terminates an instance.
pub(in crate::sim) fn terminate(instance: &mut Instance, now: Timestamp) {
    enter(instance, Phase::ShuttingDown, now);
    end_run(instance, now);
    instance.reason = Some(("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown".to_owned()));
    instance.transition = format!("User initiated ({})", gmt(now));
}

/// Reboots a running instance: its guest is as new, its host the same.
pub(in crate::sim) fn reboot(instance: &mut Instance, now: Timestamp) {
    instance.reboots.push(now.as_second());
    if matches!(instance.incident, Incident::InstanceImpaired | Incident::Runaway) {
        instance.incident = Incident::None;
    }
}
