//! Queues, environments and jobs that a business has, and what is the matter with some of them.

/// A job queue.
#[derive(Debug, PartialEq)]
pub struct Queue {
    /// Its name.
    pub name: &'static str,
    /// Of several queues on the same environment the highest goes first.
    pub priority: i64,
    /// Whether it takes jobs from the beginning.
    pub enabled: bool,
    /// Its environments by place in [`ENVIRONMENTS`], in the order in which they are tried.
    pub environments: &'static [usize],
}

/// The queues, in the order of lists.
pub static QUEUES: &[Queue] = &[
    Queue { name: "etl", priority: 10, enabled: true, environments: &[0, 1] },
    Queue { name: "nightly", priority: 1, enabled: false, environments: &[1] },
    Queue { name: "render", priority: 8, enabled: true, environments: &[2] },
    Queue { name: "reports", priority: 5, enabled: true, environments: &[3, 4] },
    Queue { name: "simulate", priority: 1, enabled: true, environments: &[5] },
];

/// A compute environment.
#[derive(Debug, PartialEq)]
pub struct Environment {
    /// Its name.
    pub name: &'static str,
    /// `EC2`, `SPOT`, `FARGATE` or `FARGATE_SPOT`.
    pub sort: &'static str,
    /// The fewest and the most vCPUs.
    pub size: (i64, i64),
    /// What it launches; empty for Fargate.
    pub types: &'static [&'static str],
    /// Why it is invalid; empty when it is not.
    pub invalid: &'static str,
}

/// The environments, in the order of lists.
pub static ENVIRONMENTS: &[Environment] = &[
    Environment { name: "etl-spot", sort: "SPOT", size: (0, 256), types: &["c7g", "m7g"], invalid: "" },
    Environment { name: "etl-ondemand", sort: "EC2", size: (4, 64), types: &["m7g"], invalid: "" },
    Environment { name: "render-gpu", sort: "EC2", size: (0, 192), types: &["p4d.24xlarge"], invalid: "" },
    Environment { name: "reports-fargate", sort: "FARGATE", size: (0, 128), types: &[], invalid: "" },
    Environment { name: "reports-fargate-spot", sort: "FARGATE_SPOT", size: (0, 128), types: &[], invalid: "" },
    Environment { name: "simulate-small", sort: "EC2", size: (0, 16), types: &["c7i.4xlarge"], invalid: "" },
    Environment {
        name: "legacy-x86",
        sort: "EC2",
        size: (0, 32),
        types: &["m5"],
        invalid: "CLIENT_ERROR - Not authorized to perform sts:AssumeRole on role AWSBatchServiceRole-legacy",
    },
];

/// Jobs of one sort: what each asks for, how long it takes, and what goes wrong.
#[derive(Debug, PartialEq)]
pub struct Plan {
    /// Its job definition.
    pub definition: &'static str,
    /// The newest revision of that.
    pub revision: u32,
    /// The place of its queue in [`QUEUES`].
    pub queue: usize,
    /// What it asks for.
    pub vcpus: i64,
    /// MiB it asks for.
    pub memory: i64,
    /// Seconds it waits for a machine: at least, and the range of chance on top.
    pub wait: (i64, i64),
    /// Seconds it runs: at least, and the range of chance on top.
    pub run: (i64, i64),
    /// Jobs in its array; 0 for a job by itself.
    pub array: u32,
    /// What is the matter with some of its jobs.
    pub trouble: Trouble,
}

/// What is the matter with jobs of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// Some end with an exit code, after a second attempt.
    Exit,
    /// Some are killed for want of memory.
    Memory,
    /// Each waits for the ingest before it.
    Depends,
    /// There are no such machines to be had.
    Capacity,
    /// It asks for more than its environment may ever have.
    Oversized,
    /// Its queue takes nothing, so that it was left over.
    Left,
}

const fn plan(definition: &'static str, revision: u32, queue: usize, size: (i64, i64), wait: (i64, i64), run: (i64, i64)) -> Plan {
    Plan { definition, revision, queue, vcpus: size.0, memory: size.1, wait, run, array: 0, trouble: Trouble::None }
}

/// The sorts of jobs; the jobs of a list take turns among them.
pub static PLANS: &[Plan] = &[
    plan("ingest", 7, 0, (2, 4_096), (15, 60), (180, 300)),
    Plan { trouble: Trouble::Exit, ..plan("transform", 12, 0, (4, 16_384), (20, 120), (240, 500)) },
    Plan { array: 12, ..plan("monthly-report", 3, 3, (1, 2_048), (10, 20), (60, 120)) },
    Plan { trouble: Trouble::Oversized, ..plan("wind-tunnel", 2, 4, (32, 131_072), (0, 0), (0, 0)) },
    plan("ingest", 7, 0, (2, 4_096), (15, 60), (180, 300)),
    Plan { trouble: Trouble::Memory, ..plan("export", 5, 0, (2, 2_048), (20, 90), (150, 400)) },
    Plan { trouble: Trouble::Capacity, ..plan("frame", 9, 2, (96, 1_048_576), (0, 0), (0, 0)) },
    plan("invoice-pdf", 21, 3, (1, 2_048), (5, 20), (30, 60)),
    Plan { trouble: Trouble::Depends, ..plan("aggregate", 4, 0, (4, 8_192), (15, 60), (200, 300)) },
    plan("preview", 6, 2, (8, 65_536), (40, 200), (300, 600)),
    plan("invoice-pdf", 21, 3, (1, 2_048), (5, 20), (30, 60)),
    Plan { trouble: Trouble::Left, ..plan("backup", 1, 1, (2, 4_096), (0, 0), (0, 0)) },
];

/// A job definition by name: the newest sort of job that has it.
pub fn defined(name: &str) -> Option<&'static Plan> {
    PLANS.iter().find(|plan| plan.definition == name)
}

/// Every job definition once, in the order of lists.
pub fn definitions() -> Vec<&'static Plan> {
    let mut all: Vec<&Plan> = PLANS.iter().collect();
    all.sort_by_key(|plan| plan.definition);
    all.dedup_by_key(|plan| plan.definition);
    all
}
