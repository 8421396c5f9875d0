//! One simulated EC2 instance.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{chance::Chance, kind::Kind, role::Role};

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

    /// True while it holds a host and so a public address.
    pub fn up(self) -> bool {
        matches!(self, Self::Pending | Self::Running | Self::Stopping)
    }
}

/// Why an instance is in its state (EC2 API Reference, `StateReason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Nothing to tell.
    None,
    /// Somebody called the API.
    User,
    /// Somebody shut it down from within.
    Guest,
    /// AWS wanted its spare capacity back.
    Spot,
    /// There was no room for it.
    Capacity,
}

impl Reason {
    /// EC2's code.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::User => Some("Client.UserInitiatedShutdown"),
            Self::Guest => Some("Client.InstanceInitiatedShutdown"),
            Self::Spot => Some("Server.SpotInstanceTermination"),
            Self::Capacity => Some("Server.InsufficientInstanceCapacity"),
        }
    }

    /// EC2's sentence.
    pub fn message(self) -> &'static str {
        match self {
            Self::None => "",
            Self::User => "Client.UserInitiatedShutdown: User initiated shutdown",
            Self::Guest => "Client.InstanceInitiatedShutdown: Instance initiated shutdown",
            Self::Spot => "Server.SpotInstanceTermination: Spot instance termination",
            Self::Capacity => "Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy instance request",
        }
    }

    /// EC2's older sentence, which for a user's doing is the only place that tells the time.
    pub fn transition(self, since: Timestamp) -> String {
        match self {
            Self::User => format!("User initiated ({})", since.strftime("%Y-%m-%d %H:%M:%S GMT")),
            other => other.message().to_owned(),
        }
    }
}

/// What can be going on with an instance beside its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Incident {
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
    /// It does not get out of `stopping`.
    StuckStopping,
}

/// An incident and its time. It stays on record when it is over, for what was measured meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordeal {
    /// What.
    pub incident: Incident,
    /// Since when.
    pub from: Timestamp,
    /// Until when; `None` while it goes on.
    pub to: Option<Timestamp>,
}

/// How fine its metrics are published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Monitoring {
    /// Every five minutes.
    Basic,
    /// Every minute.
    Detailed,
}

impl Monitoring {
    /// EC2's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Basic => "disabled",
            Self::Detailed => "enabled",
        }
    }
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

/// A simulated instance. Only what cannot be worked out is stored, so that a hundred thousand of them fit into little memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// When it was born, counted in instances; the order of listings.
    pub number: u32,
    /// The last 16 digits of its id.
    pub digits: u64,
    /// Its own branch of chance.
    pub chance: Chance,
    /// The branch of its fleet.
    pub home: Chance,
    /// What it is for.
    pub role: &'static Role,
    /// Its type.
    pub kind: &'static Kind,
    /// Which repetition of the roles it belongs to: groups are made within one.
    pub block: u32,
    /// Its place among those with its role.
    pub rank: u32,
    /// The launch it came with: what was launched together shares a reservation.
    pub launch: u32,
    /// Letter of the availability zone.
    pub zone: char,
    /// Its state.
    pub phase: Phase,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// Why.
    pub reason: Reason,
    /// When it was made.
    pub born: Timestamp,
    /// When it was launched, or started last.
    pub launched: Timestamp,
    /// How often it was started.
    pub starts: u32,
    /// What is, or was, going on.
    pub ordeal: Option<Ordeal>,
    /// How fine its metrics are.
    pub monitoring: Monitoring,
    /// Since when it runs, in seconds since the epoch; `None` while it does not.
    pub up: Option<i64>,
    /// Earlier spans in which it ran, oldest first.
    pub past: Vec<(i64, i64)>,
    /// Moments at which it was rebooted.
    pub reboots: Vec<i64>,
}

/// The digits of an id that may be one of ours: `i-0` and 16 lower-case hexadecimal digits.
pub fn digits(id: &str) -> Option<u64> {
    let digits = id.strip_prefix("i-0").filter(|digits| digits.len() == 16)?;
    let lower = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    lower.then(|| u64::from_str_radix(digits, 16).ok())?
}

impl Instance {
    /// `i-` and 17 hexadecimal digits.
    pub fn id(&self) -> String {
        format!("i-0{:016x}", self.digits)
    }

    /// The `Name` tag.
    pub fn name(&self) -> String {
        format!("{}-{}{}", self.role.name, self.block * self.role.share + self.rank + 1, self.zone)
    }

    /// The reservation it was launched in, shared with its like.
    pub fn reservation(&self) -> String {
        format!("r-0{}", self.home.of("reservation").of(self.role.name).at(u64::from(self.launch)).hex(16))
    }

    /// What instances of the same reservation have in common; cheaper than its id.
    pub(in crate::sim) fn launch_key(&self) -> (&'static str, u32) {
        (self.role.name, self.launch)
    }

    /// The Auto Scaling group it belongs to; every block has its own.
    pub fn group(&self) -> Option<Cow<'static, str>> {
        let name = self.role.group?;
        Some(if self.block == 0 { Cow::Borrowed(name) } else { Cow::Owned(format!("{name}-{}", self.block + 1)) })
    }

    /// What is going on with it now.
    pub fn incident(&self) -> Option<Incident> {
        self.ordeal.filter(|ordeal| ordeal.to.is_none()).map(|ordeal| ordeal.incident)
    }

    /// What was going on with it at a second.
    pub fn incident_at(&self, second: i64) -> Option<Incident> {
        let then = |ordeal: &Ordeal| ordeal.from.as_second() <= second && ordeal.to.is_none_or(|to| second < to.as_second());
        self.ordeal.filter(then).map(|ordeal| ordeal.incident)
    }

    /// True for every second in which it ran.
    pub fn ran_at(&self, second: i64) -> bool {
        self.up.is_some_and(|from| from <= second) || self.past.iter().any(|(from, to)| (*from..*to).contains(&second))
    }

    /// The first second in which it ever ran.
    pub fn first_second(&self) -> Option<i64> {
        self.past.first().map(|(from, _)| *from).or(self.up)
    }

    /// Its tags.
    pub fn tags(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        let mut tags = vec![("Name", Cow::Owned(self.name())), ("env", self.role.env.into()), ("team", self.role.team.into())];
        tags.extend(self.group().map(|group| ("aws:autoscaling:groupName", group)));
        tags.extend(self.role.tags.iter().map(|(key, value)| (*key, Cow::Borrowed(*value))));
        tags
    }
}
