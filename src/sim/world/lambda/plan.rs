//! What functions are for, and what is the matter with some of them.

/// What a function is for; all with the same plan have this in common.
#[derive(Debug, PartialEq)]
pub struct Plan {
    /// Its name.
    pub name: &'static str,
    /// Runtime; empty for an image.
    pub runtime: &'static str,
    /// Memory in MB.
    pub memory: i64,
    /// Seconds it may run.
    pub timeout: i64,
    /// Processor.
    pub architecture: &'static str,
    /// Invocations in a minute at the middle of the day.
    pub load: f64,
    /// Median duration in milliseconds.
    pub median: f64,
    /// Concurrency reserved from the beginning.
    pub reserved: Option<i64>,
    /// What feeds it: the service and the name of the queue or stream.
    pub source: Option<(&'static str, &'static str)>,
    /// What is the matter with it.
    pub trouble: Trouble,
}

/// What is the matter with a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing.
    None,
    /// A third of its invocations fail, in waves.
    Errors,
    /// Its reserved concurrency is too low for what comes.
    Throttled,
    /// It runs close to its timeout.
    Slow,
    /// What feeds it may not be read.
    Source,
    /// Its last update failed.
    Update,
    /// It has not been called for weeks and sleeps.
    Inactive,
}

const fn plan(name: &'static str, runtime: &'static str, memory: i64, timeout: i64, load: f64, median: f64) -> Plan {
    Plan { name, runtime, memory, timeout, architecture: "arm64", load, median, reserved: None, source: None, trouble: Trouble::None }
}

/// The plans, in the order of lists.
pub static PLANS: &[Plan] = &[
    plan("auth-token", "nodejs22.x", 256, 5, 420.0, 18.0),
    plan("cart-api", "python3.13", 512, 10, 180.0, 45.0),
    Plan { source: Some(("dynamodb", "orders/stream/2026-01-01T00:00:00.000")), ..plan("catalog-index", "java21", 1_024, 60, 40.0, 320.0) },
    Plan { trouble: Trouble::Update, runtime: "", architecture: "x86_64", ..plan("edge-render", "", 2_048, 15, 60.0, 210.0) },
    Plan { source: Some(("kinesis", "clicks")), ..plan("events-fanout", "nodejs22.x", 512, 30, 240.0, 90.0) },
    Plan { trouble: Trouble::Slow, ..plan("image-resize", "python3.13", 1_536, 30, 25.0, 21_000.0) },
    Plan { source: Some(("sqs", "invoices")), trouble: Trouble::Source, ..plan("invoice-import", "python3.12", 512, 60, 0.0, 800.0) },
    Plan { architecture: "x86_64", ..plan("legacy-report", "python3.8", 256, 300, 1.5, 9_000.0) },
    Plan { source: Some(("sqs", "mail")), reserved: Some(20), ..plan("mail-sender", "nodejs22.x", 256, 30, 70.0, 260.0) },
    Plan { trouble: Trouble::Inactive, ..plan("migration-2024", "python3.12", 512, 900, 0.0, 60_000.0) },
    Plan { reserved: Some(1), trouble: Trouble::Throttled, ..plan("orders-api", "python3.13", 512, 10, 300.0, 900.0) },
    Plan { trouble: Trouble::Errors, ..plan("payments-webhook", "python3.13", 512, 15, 120.0, 140.0) },
];
