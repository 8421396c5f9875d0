//! Where fleets come from: roles, names, and the incidents that are going on when the curtain rises.

use jiff::{SignedDuration, Timestamp};

use super::{
    Fleet,
    instance::{Incident, Instance, Lifecycle, Monitoring, Phase, Protection, Root},
};

/// What a part of the fleet is for.
#[derive(Debug, PartialEq)]
pub struct Role {
    /// First part of its instances' names.
    pub name: &'static str,
    /// Instance type.
    pub kind: &'static str,
    /// Cores and threads of a core.
    pub cpu: (u32, u32),
    /// `x86_64` or `arm64`.
    pub architecture: &'static str,
    /// EC2's name of the platform.
    pub platform: &'static str,
    /// Environment tag.
    pub env: &'static str,
    /// Team tag.
    pub team: &'static str,
    /// Other tags: who owns it.
    pub tags: &'static [(&'static str, &'static str)],
    /// Whether it has public addresses.
    pub public: bool,
    /// Usual CPU load at noon, percent.
    pub load: f64,
    /// Its share of the fleet.
    pub share: u64,
}

const LINUX: &str = "Linux/UNIX";

const BASE: Role = Role {
    name: "",
    kind: "m6i.large",
    cpu: (1, 2),
    architecture: "x86_64",
    platform: LINUX,
    env: "prod",
    team: "platform",
    tags: &[],
    public: false,
    load: 30.0,
    share: 4,
};

/// The roles of every fleet.
pub static ROLES: &[Role] = &[
    Role { name: "web", team: "storefront", tags: &[("aws:autoscaling:groupName", "web-asg")], public: true, load: 46.0, share: 8, ..BASE },
    Role {
        name: "api",
        kind: "c7g.xlarge",
        cpu: (4, 1),
        architecture: "arm64",
        team: "payments",
        tags: &[("aws:cloudformation:stack-name", "api-prod")],
        load: 38.0,
        share: 6,
        ..BASE
    },
    Role {
        name: "worker",
        kind: "c6i.2xlarge",
        cpu: (4, 2),
        team: "payments",
        tags: &[("aws:autoscaling:groupName", "worker-asg")],
        load: 62.0,
        share: 5,
        ..BASE
    },
    Role {
        name: "node",
        kind: "m7g.large",
        cpu: (2, 1),
        architecture: "arm64",
        tags: &[("eks:cluster-name", "orders"), ("eks:nodegroup-name", "orders-general")],
        load: 35.0,
        share: 5,
        ..BASE
    },
    Role {
        name: "karpenter",
        kind: "c7i.xlarge",
        cpu: (2, 2),
        tags: &[("karpenter.sh/nodepool", "default"), ("eks:cluster-name", "orders")],
        load: 54.0,
        share: 3,
        ..BASE
    },
    Role {
        name: "batch",
        kind: "c6a.4xlarge",
        cpu: (8, 2),
        team: "data",
        tags: &[("AWSBatchServiceTag", "batch")],
        load: 71.0,
        share: 3,
        ..BASE
    },
    Role { name: "ecs", tags: &[("AmazonECSManaged", "true")], load: 40.0, share: 3, ..BASE },
    Role {
        name: "beanstalk",
        kind: "t3.medium",
        env: "staging",
        team: "storefront",
        tags: &[("elasticbeanstalk:environment-name", "shop-staging"), ("elasticbeanstalk:environment-id", "e-8ntw2mbrqd")],
        public: true,
        load: 12.0,
        share: 2,
        ..BASE
    },
    Role {
        name: "emr",
        kind: "r6i.2xlarge",
        cpu: (4, 2),
        team: "data",
        tags: &[("aws:elasticmapreduce:job-flow-id", "j-3KMQ1VXZ7WQ2L")],
        load: 48.0,
        share: 3,
        ..BASE
    },
    Role { name: "db", kind: "r7g.2xlarge", cpu: (8, 1), architecture: "arm64", team: "data", load: 33.0, share: 2, ..BASE },
    Role { name: "win", kind: "m6i.xlarge", cpu: (2, 2), platform: "Windows", team: "backoffice", load: 18.0, share: 2, ..BASE },
    Role { name: "bastion", kind: "t3.micro", public: true, load: 2.0, share: 1, ..BASE },
    Role {
        name: "dev",
        kind: "t4g.small",
        cpu: (2, 1),
        architecture: "arm64",
        env: "dev",
        team: "payments",
        public: true,
        load: 7.0,
        share: 5,
        ..BASE
    },
];

/// A fleet of this many instances with its incidents, as it is when it is first looked at.
pub(super) fn fleet(fleet: &Fleet, instances: usize, now: Timestamp) -> Vec<Instance> {
    let mut born: Vec<Instance> = (0..instances as u64).map(|at| birth(fleet, at, now)).collect();
    rest(&mut born, now);
    trouble(&mut born, now);
    born
}

/// The instance that comes as number `at`, running for some days.
pub(super) fn birth(fleet: &Fleet, at: u64, now: Timestamp) -> Instance {
    let chance = fleet.chance.of("instance").at(at);
    let (role, nth) = role(at);
    let zone = ["a", "b", "c"][(at % 3) as usize];
    let age = 3_600 + chance.of("age").below(60 * 86_400) as i64;
    let launched = before(now, age);
    Instance {
        id: format!("i-0{}", chance.of("id").hex(16)),
        name: format!("{}-{nth}{zone}", role.name),
        chance,
        role,
        zone: format!("{}{zone}", fleet.region),
        reservation: format!("r-0{}", fleet.chance.of("reservation").at(at / 5).hex(16)),
        phase: Phase::Running,
        since: launched,
        launched,
        starts: 1,
        reason: None,
        transition: String::new(),
        incident: Incident::None,
        monitoring: if chance.of("monitoring").below(5) == 0 { Monitoring::Detailed } else { Monitoring::Basic },
        root: if role.name == "emr" && at.is_multiple_of(2) { Root::InstanceStore } else { Root::Ebs },
        lifecycle: if matches!(role.name, "batch" | "karpenter") { Lifecycle::Spot } else { Lifecycle::OnDemand },
        protection: match role.name {
            "db" => Protection::Termination,
            "bastion" => Protection::Stop,
            _ => Protection::None,
        },
        running: vec![(launched.as_second(), None)],
        reboots: Vec::new(),
    }
}

fn total_share() -> u64 {
    ROLES.iter().map(|role| role.share).sum()
}

/// The role of the instance that comes as number `at`, and which of its role it is, from 1.
fn role(at: u64) -> (&'static Role, u64) {
    let mut rest = at % total_share();
    for role in ROLES {
        if rest < role.share {
            return (role, at / total_share() * role.share + rest + 1);
        }
        rest -= role.share;
    }
    (&ROLES[0], at)
}

/// `now` less some seconds; fleets live well inside the range of times.
pub(super) fn before(now: Timestamp, seconds: i64) -> Timestamp {
    now.saturating_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

/// Some of the development machines are off.
fn rest(born: &mut [Instance], now: Timestamp) {
    for (at, instance) in born.iter_mut().enumerate().filter(|(_, instance)| instance.role.env == "dev") {
        if at % 3 != 0 {
            let since = before(now, 7_200 + instance.chance.of("rest").below(200_000) as i64);
            halt(instance, since);
        }
    }
}

fn halt(instance: &mut Instance, since: Timestamp) {
    let since = since.max(instance.launched);
    instance.phase = Phase::Stopped;
    instance.since = since;
    instance.running = vec![(instance.launched.as_second(), Some(since.as_second()))];
    instance.reason = Some(("Client.UserInitiatedShutdown", "Client.UserInitiatedShutdown: User initiated shutdown".to_owned()));
    instance.transition = format!("User initiated ({})", gmt(since));
}

/// The time as EC2 writes it in its transition reasons.
pub(super) fn gmt(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S GMT").to_string()
}

/// What befalls an instance.
type Trouble = fn(&mut Instance, Timestamp);

/// What is wrong in every fleet that is large enough, and with whom.
fn trouble(born: &mut [Instance], now: Timestamp) {
    let cases: [(&str, usize, Trouble); 7] = [
        ("web", 3, |instance, _| instance.incident = Incident::InstanceImpaired),
        ("api", 2, |instance, _| instance.incident = Incident::SystemImpaired),
        ("db", 1, |instance, now| instance.incident = Incident::Retirement(before(now, -3 * 86_400))),
        ("batch", 1, |instance, now| instance.incident = Incident::SpotInterruption(before(now, -150))),
        ("worker", 1, |instance, _| instance.incident = Incident::Runaway),
        ("beanstalk", 0, stick),
        ("win", 1, starve),
    ];
    for (role, nth, case) in cases {
        if let Some(instance) = born.iter_mut().filter(|instance| instance.role.name == role).nth(nth) {
            case(instance, now);
        }
    }
}

fn stick(instance: &mut Instance, now: Timestamp) {
    let since = before(now, 3 * 3_600 + 420);
    halt(instance, since);
    instance.phase = Phase::Stopping;
    instance.incident = Incident::StuckStopping;
}

fn starve(instance: &mut Instance, now: Timestamp) {
    halt(instance, before(now, 5_400));
    let message = "Server.InsufficientInstanceCapacity: Insufficient capacity to satisfy instance request".to_owned();
    instance.reason = Some(("Server.InsufficientInstanceCapacity", message));
    "Server.InsufficientInstanceCapacity".clone_into(&mut instance.transition);
}
