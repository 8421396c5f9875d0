//! What services are for, and what is the matter with some of them.

/// What a service is for.
#[derive(Debug, PartialEq)]
pub struct Plan {
    /// Its cluster.
    pub cluster: &'static str,
    /// Its name, and the family of its task definition.
    pub name: &'static str,
    /// Tasks it is to run at first.
    pub desired: usize,
    /// Launch type or capacity provider.
    pub launch: Launch,
    /// Revision of its task definition at first.
    pub revision: u32,
    /// CPU in percent at the middle of the day.
    pub load: f64,
    /// CPU units and memory in MiB of a task.
    pub size: (u32, u32),
    /// What is the matter with it.
    pub trouble: Trouble,
    /// Whether commands can be run in its tasks.
    pub exec: bool,
}

/// What tasks run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Launch {
    /// Fargate.
    Fargate,
    /// Fargate's spare capacity.
    Spot,
    /// Container instances.
    Ec2,
}

/// What is the matter with a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// It is deployed again and again.
    Rolling,
    /// Its latest revision does not start.
    Failing,
    /// Its tasks run out of memory after some minutes.
    Memory,
    /// A task of it fails its health check, and is replaced, again and again.
    Unhealthy,
    /// There is no room for its last task.
    NoRoom,
}

const fn plan(cluster: &'static str, name: &'static str, desired: usize, launch: Launch, load: f64) -> Plan {
    Plan { cluster, name, desired, launch, revision: 12, load, size: (512, 1_024), trouble: Trouble::None, exec: false }
}

/// The plans, in the order of lists.
pub static PLANS: &[Plan] = &[
    Plan { trouble: Trouble::Rolling, ..plan("prod", "api", 6, Launch::Fargate, 55.0) },
    Plan { trouble: Trouble::Failing, revision: 41, ..plan("prod", "checkout", 4, Launch::Fargate, 40.0) },
    plan("prod", "feed", 3, Launch::Fargate, 30.0),
    plan("prod", "mailer", 2, Launch::Spot, 20.0),
    Plan { trouble: Trouble::Memory, size: (1_024, 2_048), ..plan("prod", "search", 3, Launch::Fargate, 60.0) },
    Plan { exec: true, ..plan("prod", "web", 8, Launch::Fargate, 45.0) },
    plan("prod", "worker", 5, Launch::Spot, 70.0),
    Plan { trouble: Trouble::Unhealthy, ..plan("prod", "profile", 2, Launch::Fargate, 25.0) },
    plan("core-ec2", "cache-warmer", 2, Launch::Ec2, 35.0),
    Plan { trouble: Trouble::NoRoom, size: (2_048, 6_144), ..plan("core-ec2", "ingest", 4, Launch::Ec2, 50.0) },
    plan("core-ec2", "metrics-agent", 3, Launch::Ec2, 5.0),
    plan("staging", "api-staging", 1, Launch::Fargate, 10.0),
    plan("staging", "nightly", 0, Launch::Spot, 0.0),
    Plan { exec: true, ..plan("staging", "web-staging", 1, Launch::Fargate, 12.0) },
];

/// Every service beyond these.
pub static MORE: Plan = plan("prod", "shop", 1, Launch::Fargate, 30.0);

impl Launch {
    /// AWS's word for launch type or capacity provider.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fargate => "FARGATE",
            Self::Spot => "FARGATE_SPOT",
            Self::Ec2 => "EC2",
        }
    }
}

/// CPU units and MiB of a container instance.
pub const MACHINE: (u32, u32) = (8_192, 15_800);
