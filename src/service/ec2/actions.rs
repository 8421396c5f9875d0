//! What can be done to instances, what that brings about, and how to see that it has happened.

use std::sync::Arc;

use aws_sdk_ec2::{config::Builder, types::InstanceAttributeName};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, retry::RetryConfig};

use super::{Col, calls::client, owners, row::GROUP_TAG, targets};
use crate::{
    aws::{Aws, Lane, Patience, problem::problem},
    model::{KindId, Problem, ProblemKind, Resource, Severity, Text},
    service::{
        Action, Answer, Batch, Consequence, Outcomes, Progress, Receipt, Risk, Turn, Undo, Values, asg,
        row::{note, words},
    },
};

// Amazon EC2 API Reference, "Request throttling": each of these has a bucket of its own, and instances are counted as well as calls.
static START: Lane = Lane { name: "ec2-start", published: 2.0, burst: 5, patience: Patience::Long };
static STARTED: Lane = Lane { name: "ec2-started-instances", published: 2.0, burst: 1_000, patience: Patience::Long };
static STOP: Lane = Lane { name: "ec2-stop", published: 5.0, burst: 50, patience: Patience::Long };
static STOPPED: Lane = Lane { name: "ec2-stopped-instances", published: 20.0, burst: 1_000, patience: Patience::Long };
static REBOOT: Lane = Lane { name: "ec2-reboot", published: 5.0, burst: 50, patience: Patience::Long };
static TERMINATE: Lane = Lane { name: "ec2-terminate", published: 5.0, burst: 100, patience: Patience::Long };
static TERMINATED: Lane = Lane { name: "ec2-terminated-instances", published: 20.0, burst: 1_000, patience: Patience::Long };
static ATTRIBUTES: Lane = Lane { name: "ec2-instance-attribute", published: 20.0, burst: 100, patience: Patience::Short };

/// Ids in one call. AWS takes up to 1,000; one bad id fails the call, and a small call is cheap to split.
const BATCH: usize = 50;
/// Ids in one dry run, which a bad id fails but does not sink: the most a call takes (EC2 API Reference, `TerminateInstances`).
const CHECKED: usize = 1_000;
/// Above this many rows protection is not asked about beforehand: one call a row would drain the quota others need too.
const PROBED: usize = 20;

/// Start, stop, reboot, standby, terminate; in menu order.
pub(super) static ACTIONS: &[Action] = &[
    Action {
        id: "start",
        title: "start",
        key: 's',
        inputs: &[],
        risk: Risk::Harmless,
        offered: |row| in_state(row, &["stopped"]),
        consequences: |row, _| notes(row, &[start_costs, owned_by_group_start]),
        probe: Some(|aws, batch| Box::pin(probe(aws, batch.rows, Call::Start, None))),
        progress: |row, _| reached(row, "running", &["pending", "stopped"]),
        batch: BATCH,
        turn: Turn::of_each(&START, &STARTED),
        undo: Some(Undo { action: "stop", values: |_, _| Some(Values::default()) }),
        out_of: None,
        needs: None,
        run: |aws, batch| call(aws, batch.rows, Call::Start),
    },
    Action {
        id: "stop",
        title: "stop",
        key: 'S',
        inputs: &[],
        risk: Risk::Disruptive,
        offered: |row| in_state(row, &["running", "pending"]).and_then(|()| stoppable(row)),
        consequences: |row, _| [owners::respond(row), notes(row, &[spot_stop, public_address_lost, instance_store])].concat(),
        probe: Some(|aws, batch| Box::pin(probe(aws, batch.rows, Call::Stop, Some(InstanceAttributeName::DisableApiStop)))),
        progress: |row, _| reached(row, "stopped", &["stopping", "running", "pending"]),
        batch: BATCH,
        turn: Turn::of_each(&STOP, &STOPPED),
        undo: Some(Undo { action: "start", values: |_, _| Some(Values::default()) }),
        out_of: Some(KindId("asg")),
        needs: None,
        run: |aws, batch| call(aws, batch.rows, Call::Stop),
    },
    Action {
        id: "reboot",
        title: "reboot",
        key: 'r',
        inputs: &[],
        risk: Risk::Disruptive,
        offered: |row| in_state(row, &["running"]),
        consequences: |row, _| notes(row, &[reboot_note]),
        probe: Some(|aws, batch| Box::pin(probe(aws, batch.rows, Call::Reboot, None))),
        progress: |row, _| reached(row, "running", &[]),
        batch: BATCH,
        turn: Turn::of(&REBOOT),
        undo: None,
        out_of: Some(KindId("asg")),
        needs: None,
        run: |aws, batch| call(aws, batch.rows, Call::Reboot),
    },
    Action {
        id: "standby",
        title: "put into standby of its group",
        key: 'b',
        inputs: asg::CAPACITY,
        risk: Risk::Disruptive,
        offered: |row| in_state(row, &["running"]).and_then(|()| group(row).map(drop)),
        consequences: |_, values| asg::standing_by(values),
        probe: Some(|aws, batch| Box::pin(async move { Ok(targets::last_healthy(&aws, &batch.rows).await) })),
        progress: |_, _| Progress::Settled,
        batch: 1,
        turn: Turn::of(&asg::CALLS),
        undo: None,
        out_of: Some(KindId("asg")),
        needs: None,
        run: |aws, batch| Box::pin(standby(aws, batch)),
    },
    Action {
        id: "terminate",
        title: "terminate",
        key: 'T',
        inputs: &[],
        risk: Risk::Destructive,
        offered: |row| in_state(row, &["running", "pending", "stopping", "stopped"]),
        consequences: |row, _| [owners::respond(row), notes(row, &[volumes_lost, public_address_lost, instance_store])].concat(),
        probe: Some(|aws, batch| Box::pin(probe(aws, batch.rows, Call::Terminate, Some(InstanceAttributeName::DisableApiTermination)))),
        progress: |row, _| gone(row),
        batch: BATCH,
        // A protected instance saves those of its own zone alone (EC2 API Reference, `TerminateInstances`).
        turn: Turn::of_each(&TERMINATE, &TERMINATED).apart(|row| words(row, Col::Zone)),
        undo: None,
        out_of: Some(KindId("asg")),
        needs: None,
        run: |aws, batch| call(aws, batch.rows, Call::Terminate),
    },
];

/// The write operations of EC2 that this program makes; nothing else does.
#[derive(Debug, Clone, Copy)]
enum Call {
    Start,
    Stop,
    Reboot,
    Terminate,
}

impl Call {
    /// Dry runs are requests like any other.
    fn lane(self) -> &'static Lane {
        match self {
            Self::Start => &START,
            Self::Stop => &STOP,
            Self::Reboot => &REBOOT,
            Self::Terminate => &TERMINATE,
        }
    }

    /// Whether an instance serves nobody while or after it is done.
    fn takes_out(self) -> bool {
        !matches!(self, Self::Start)
    }
}

/// Whether a call is to be carried out or only checked for permission.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Real,
    DryRun,
}

fn in_state(row: &Resource, states: &[&str]) -> Result<(), &'static str> {
    match words(row, Col::State) {
        state if states.contains(&state) => Ok(()),
        "running" => Err("it is running"),
        "stopped" => Err("it is stopped"),
        "pending" => Err("it is still starting"),
        "stopping" => Err("it is already stopping"),
        "shutting-down" => Err("it is being terminated"),
        "terminated" => Err("it is terminated"),
        _ => Err("its state is not known"),
    }
}

/// The Auto Scaling group that has it.
fn group(row: &Resource) -> Result<&Text, &'static str> {
    row.tag(GROUP_TAG).ok_or("no Auto Scaling group has it")
}

/// What becomes of it only its group tells: EC2 goes on running it.
async fn standby(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let Some(row) = batch.rows.first() else { return Ok(Outcomes::new()) };
    let group = group(row).map_err(|why| Problem::new(ProblemKind::Conflict, why, ""))?;
    asg::enter_standby(&aws, group, row, &batch.values).await?;
    let note = Text::new("the group lists it as standby in asg-instances once it is out of service");
    Ok(vec![(row.id.clone(), Ok(Receipt { note, ..Receipt::default() }))])
}

/// EC2 User Guide, "Stop and start": an instance with an instance-store root volume cannot be stopped.
fn stoppable(row: &Resource) -> Result<(), &'static str> {
    if words(row, Col::RootDevice) == "instance-store" {
        Err("its root volume is instance store: it cannot stop, only terminate")
    } else {
        Ok(())
    }
}

fn notes(row: &Resource, rules: &[fn(&Resource) -> Option<Consequence>]) -> Vec<Consequence> {
    rules.iter().filter_map(|rule| rule(row)).collect()
}

fn start_costs(row: &Resource) -> Option<Consequence> {
    (words(row, Col::Lifecycle) == "spot").then(|| note(Severity::Notice, "a spot instance starts only when AWS has room at its price"))
}

fn owned_by_group_start(row: &Resource) -> Option<Consequence> {
    let group = row.tag(GROUP_TAG)?;
    Some(note(Severity::Notice, &format!("Auto Scaling group {group} may terminate it again: a stopped member counts as unhealthy")))
}

/// EC2 User Guide, "Stop Spot Instances": only an instance of a persistent request can be stopped by its owner.
fn spot_stop(row: &Resource) -> Option<Consequence> {
    (words(row, Col::Lifecycle) == "spot")
        .then(|| note(Severity::Warning, "spot: only a persistent request can stop; a one-time request refuses"))
}

/// EC2 User Guide, "Instance IP addressing": the public address is released at a stop unless it is an Elastic IP address.
fn public_address_lost(row: &Resource) -> Option<Consequence> {
    // Without the address: what is the same for many rows is said once.
    (!words(row, Col::PublicIp).is_empty()).then(|| note(Severity::Notice, "its public address is lost unless it is an Elastic IP"))
}

fn instance_store(row: &Resource) -> Option<Consequence> {
    (words(row, Col::RootDevice) == "instance-store")
        .then(|| note(Severity::Critical, "its root volume is instance store: all data on it is lost"))
}

fn volumes_lost(row: &Resource) -> Option<Consequence> {
    let lost = words(row, Col::Volumes).split(", ").filter(|volume| volume.ends_with("(deleted on termination)")).count();
    let plural = if lost == 1 { "volume is" } else { "volumes are" };
    (lost > 0).then(|| note(Severity::Critical, &format!("{lost} {plural} deleted with all data")))
}

/// EC2 User Guide, "Reboot": keeps host, addresses and volumes; forced when the guest does not shut down within minutes.
#[expect(clippy::unnecessary_wraps, reason = "rules share one shape")]
fn reboot_note(_: &Resource) -> Option<Consequence> {
    Some(note(Severity::Notice, "it keeps its addresses and data; EC2 shows no state for it, and forces it after a few minutes"))
}

fn reached(row: Option<&Resource>, goal: &str, between: &[&str]) -> Progress {
    match row.map(|row| (row, words(row, Col::State))) {
        Some((_, state)) if state == goal => Progress::Settled,
        Some((_, state)) if between.contains(&state) => Progress::Moving,
        Some((row, state)) => Progress::Astray(Text::new(&format!("it is {state}: {}", words(row, Col::Reason)))),
        None => Progress::Astray(Text::new("it is gone from the list")),
    }
}

fn gone(row: Option<&Resource>) -> Progress {
    match row.map(|row| words(row, Col::State)) {
        None | Some("terminated") => Progress::Settled,
        Some(_) => Progress::Moving,
    }
}

fn ids(rows: &[Arc<Resource>]) -> Vec<String> {
    rows.iter().map(|row| row.id.as_str().to_owned()).collect()
}

fn call(aws: Aws, rows: Vec<Arc<Resource>>, call: Call) -> Answer<Outcomes> {
    Box::pin(async move {
        send(&aws, ids(&rows), call, Mode::Real).await?;
        Ok(rows.iter().map(|row| (row.id.clone(), Ok(Receipt::default()))).collect())
    })
}

/// One write, once: retries are off, because after a lost answer only the state tells whether it was done.
async fn send(aws: &Aws, ids: Vec<String>, call: Call, mode: Mode) -> Result<(), Problem> {
    let ec2 = aws.client(client);
    let once = || Builder::new().retry_config(RetryConfig::disabled());
    let dry = mode == Mode::DryRun;
    macro_rules! write {
        ($operation:ident) => {
            settle(ec2.$operation().set_instance_ids(Some(ids)).dry_run(dry).customize().config_override(once()).send().await, aws)
        };
    }
    match call {
        Call::Start => write!(start_instances),
        Call::Stop => write!(stop_instances),
        Call::Reboot => write!(reboot_instances),
        Call::Terminate => write!(terminate_instances),
    }
}

/// A dry run that is allowed comes back as the error `DryRunOperation` (EC2 API Reference, `DryRun`).
fn settle<O, E>(answer: Result<O, SdkError<E, aws_smithy_runtime_api::http::Response>>, aws: &Aws) -> Result<(), Problem>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answer {
        Ok(_) => Ok(()),
        Err(error) if error.code() == Some("DryRunOperation") => Ok(()),
        Err(error) => Err(problem(error, aws.target())),
    }
}

/// Asks whether the caller may do it, which instances are protected against it, and whether load balancers do without them.
async fn probe(
    aws: Aws,
    rows: Vec<Arc<Resource>>,
    call: Call,
    protection: Option<InstanceAttributeName>,
) -> Result<Vec<Consequence>, Problem> {
    for part in rows.chunks(CHECKED) {
        aws.turn(call.lane()).await;
        send(&aws, ids(part), call, Mode::DryRun).await?;
    }
    let targets = async { if call.takes_out() { targets::last_healthy(&aws, &rows).await } else { Vec::new() } };
    let (protection, targets) = futures::join!(protections(&aws, &rows, protection), targets);
    Ok([protection?, targets].concat())
}

/// What is protected, or why that is not known.
async fn protections(aws: &Aws, rows: &[Arc<Resource>], attribute: Option<InstanceAttributeName>) -> Result<Vec<Consequence>, Problem> {
    let Some(attribute) = attribute else { return Ok(Vec::new()) };
    if rows.len() > PROBED {
        let text = format!("protection is not checked beforehand for more than {PROBED} instances");
        return Ok(vec![note(Severity::Notice, &text)]);
    }
    let mut notes = Vec::new();
    for row in rows {
        match protected(aws, row, &attribute).await {
            Ok(true) => notes.push(note(Severity::Critical, &format!("{} is protected: AWS will refuse", row.name))),
            Ok(false) => {}
            Err(problem) if problem.kind == ProblemKind::Denied => {
                notes.push(note(Severity::Notice, "protection is not known: the identity may not look (DescribeInstanceAttribute)"));
                break;
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(notes)
}

async fn protected(aws: &Aws, row: &Resource, attribute: &InstanceAttributeName) -> Result<bool, Problem> {
    let call =
        aws.through(&ATTRIBUTES, client).await.describe_instance_attribute().instance_id(row.id.as_str()).attribute(attribute.clone());
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    let flags = [answer.disable_api_termination(), answer.disable_api_stop()];
    Ok(flags.into_iter().flatten().any(|flag| flag.value() == Some(true)))
}
