//! One simulated EC2 instance.

use jiff::Timestamp;

use super::chance::Chance;

/// The states of EC2's life cycle (EC2 API Reference, `InstanceState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Being prepared.
    Pending,
    /// Running.
    Running,
    /// Being stopped.
    Stopping,
    /// Stopped.
    Stopped,
    /// Being terminated.
    ShuttingDown,
    /// Gone; listed for one hour more.
    Terminated,
}

impl Phase {
    /// EC2's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
        }
    }

    /// EC2's code.
    pub fn code(self) -> u16 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }
}

/// What is going on with an instance beside its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
    /// Nothing.
    None,
    /// The instance status check fails.
    InstanceImpaired,
    /// The system status check fails.
    SystemImpaired,
    /// AWS retires the host at this moment.
    Retirement(Timestamp),
    /// AWS takes the spot instance back at this moment.
    SpotInterruption(Timestamp),
    /// A process eats all of the CPU.
    Runaway,
    /// It never gets out of `stopping`.
    StuckStopping,
}

/// How fine its metrics are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monitoring {
    /// Every five minutes.
    Basic,
    /// Every minute.
    Detailed,
}

/// What kind of root volume it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// EBS: can stop.
    Ebs,
    /// Instance store: can only terminate.
    InstanceStore,
}

/// How it was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// By the hour.
    OnDemand,
    /// Spare capacity, one-time request.
    Spot,
}

/// Against what it is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Nothing.
    None,
    /// Termination by the API.
    Termination,
    /// Stopping by the API.
    Stop,
}

/// A simulated instance. What can be worked out from `chance` is not stored: addresses, subnet, volumes and the like.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// `i-` and 17 hexadecimal digits.
    pub id: String,
    /// The `Name` tag.
    pub name: String,
    /// Its own branch of chance.
    pub chance: Chance,
    /// Its place in the naming of its role: the tags and the type go by it.
    pub role: &'static super::nursery::Role,
    /// The availability zone.
    pub zone: String,
    /// The reservation it was launched in.
    pub reservation: String,
    /// Its state.
    pub phase: Phase,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// When it was launched, or started last.
    pub launched: Timestamp,
    /// How often it was started; each start gives another public address.
    pub starts: u64,
    /// Why it is in its state: EC2's code and message.
    pub reason: Option<(&'static str, String)>,
    /// EC2's older sentence for the same.
    pub transition: String,
    /// What is going on.
    pub incident: Incident,
    /// How fine its metrics are.
    pub monitoring: Monitoring,
    /// Its root volume.
    pub root: Root,
    /// How it was bought.
    pub lifecycle: Lifecycle,
    /// Against what it is protected.
    pub protection: Protection,
    /// Spans in which it was running, oldest first; the last one may be open. Seconds since the epoch.
    pub running: Vec<(i64, Option<i64>)>,
    /// Moments at which it was rebooted.
    pub reboots: Vec<i64>,
}

impl Instance {
    /// True when time alone will change it.
    pub fn restless(&self) -> bool {
        match self.phase {
            Phase::Pending | Phase::ShuttingDown | Phase::Terminated => true,
            Phase::Stopping => self.incident != Incident::StuckStopping,
            Phase::Running => matches!(self.incident, Incident::SpotInterruption(_)),
            Phase::Stopped => false,
        }
    }

    /// True for every second in which it ran.
    pub fn ran_at(&self, second: i64) -> bool {
        self.running.iter().any(|(from, to)| *from <= second && to.is_none_or(|to| second < to))
    }

    /// Its private address.
    pub fn private_ip(&self) -> String {
        let chance = self.chance.of("private");
        format!("10.{}.{}.{}", chance.at(1).below(4), chance.at(2).below(256), chance.at(3).below(250) + 4)
    }

    /// Its public address, while it has one: in a public subnet, and not stopped.
    pub fn public_ip(&self) -> Option<String> {
        let up = matches!(self.phase, Phase::Pending | Phase::Running | Phase::Stopping);
        (up && self.role.public).then(|| {
            let chance = self.chance.of("public").at(self.starts);
            format!(
                "{}.{}.{}.{}",
                chance.pick(&[3, 18, 34, 52, 54]),
                chance.at(1).below(256),
                chance.at(2).below(256),
                chance.at(3).below(254) + 1
            )
        })
    }

    /// Its tags.
    pub fn tags(&self) -> Vec<(String, String)> {
        let own = [("Name", self.name.as_str()), ("env", self.role.env), ("team", self.role.team)];
        own.iter().chain(self.role.tags).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }
}
