//! Every action of every service by itself: done, forbidden by us, refused by AWS with each code that it is known to meet, throttled, with
//! its answer lost, called off and killed in the middle. What the journal says is what the simulated world saw, and nothing was done twice.
//!
//! The world is put back before each try, so that what two tries made of it can be held against each other.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use futures::{StreamExt, future::BoxFuture};
use jiff::Timestamp;
use quarterdeck::{
    app::state::Source,
    aws::{Aws, Door, Pace},
    model::{Problem, ProblemKind, Resource, Text, deed::Standing},
    runtime::journal::{Book, Journal, Warrant},
    service::{
        self, Action, Kind, Outcomes, Values,
        executor::{Ear, Errand, Guard, Halt, Policy, execute},
        ledger::{Call, Duty, Entry, Ledger},
        policy::{Confirm, Rule, Rules},
    },
    sim::{Clock, Faults, Settings, Sim, world::World},
};
use tempfile::TempDir;

use crate::{
    journal::detailed,
    pilot::{door, target},
};

/// What an action sends, and what AWS is known to refuse it with (API references of the services, "Errors" of each operation).
type Hand = (&'static str, &'static str, &'static str, &'static [&'static str]);

const STATE: &str = "IncorrectInstanceState";
const BUSY_GROUP: &[&str] = &["ScalingActivityInProgress", "ResourceContention", "ValidationError"];
const REFRESHING: &[&str] = &["InstanceRefreshInProgress", "ResourceContention", "LimitExceeded", "ValidationError"];
const SERVICE: &[&str] = &[
    "ServiceNotFoundException",
    "ServiceNotActiveException",
    "ClusterNotFoundException",
    "InvalidParameterException",
    "AccessDeniedException",
    "ThrottlingException",
];
const NODES: &[&str] = &["ResourceInUseException", "InvalidParameterException", "ResourceNotFoundException", "ServerException"];
const CONCURRENCY: &[&str] = &["InvalidParameterValueException", "ResourceConflictException", "ResourceNotFoundException"];
const SOURCE: &[&str] = &["ResourceInUseException", "ResourceConflictException", "TooManyRequestsException"];
const BATCH: &[&str] = &["ClientException", "ServerException"];
const INVOKE: &[&str] = &[
    "TooManyRequestsException",
    "ResourceConflictException",
    "ResourceNotReadyException",
    "ResourceNotFoundException",
    "RequestTooLargeException",
    "InvalidRequestContentException",
    "KMSAccessDeniedException",
    "KMSDisabledException",
    "EFSMountFailureException",
    "EFSIOException",
    "ENILimitReachedException",
    "SubnetIPAddressLimitReachedException",
    "InvalidRuntimeException",
    "ServiceException",
];
const PLACED: &[&str] = &[
    "ClusterNotFoundException",
    "InvalidParameterException",
    "ConflictException",
    "PlatformUnknownException",
    "PlatformTaskDefinitionIncompatibilityException",
    "BlockedException",
    "AccessDeniedException",
];

static HANDS: &[Hand] = &[
    (
        "ec2",
        "start",
        "ec2/StartInstances",
        &[
            STATE,
            "InsufficientInstanceCapacity",
            "UnsupportedOperation",
            "InstanceLimitExceeded",
            "VcpuLimitExceeded",
            "InsufficientHostCapacity",
            "RequestLimitExceeded",
        ],
    ),
    ("ec2", "stop", "ec2/StopInstances", &[STATE, "UnsupportedOperation", "OperationNotPermitted", "InvalidInstanceID.NotFound"]),
    ("ec2", "reboot", "ec2/RebootInstances", &[STATE, "InvalidInstanceID.NotFound"]),
    ("ec2", "standby", "autoscaling/EnterStandby", BUSY_GROUP),
    ("ec2", "terminate", "ec2/TerminateInstances", &["OperationNotPermitted", "UnauthorizedOperation"]),
    ("asg", "set-desired", "autoscaling/SetDesiredCapacity", BUSY_GROUP),
    ("asg", "refresh", "autoscaling/StartInstanceRefresh", REFRESHING),
    ("asg", "cancel-refresh", "autoscaling/CancelInstanceRefresh", &["ActiveInstanceRefreshNotFound", "ResourceContention"]),
    ("asg", "suspend", "autoscaling/SuspendProcesses", &["ResourceInUse", "ResourceContention"]),
    ("asg", "resume", "autoscaling/ResumeProcesses", &["ResourceInUse", "ResourceContention"]),
    ("asg-instances", "standby", "autoscaling/EnterStandby", BUSY_GROUP),
    ("asg-instances", "return", "autoscaling/ExitStandby", BUSY_GROUP),
    ("asg-instances", "terminate", "autoscaling/TerminateInstanceInAutoScalingGroup", BUSY_GROUP),
    ("ecs-services", "scale", "ecs/UpdateService", SERVICE),
    ("ecs-services", "redeploy", "ecs/UpdateService", SERVICE),
    ("ecs-services", "rollback", "ecs/UpdateService", SERVICE),
    ("ecs-services", "update", "ecs/UpdateService", SERVICE),
    ("ecs-tasks", "stop", "ecs/StopTask", &["InvalidParameterException", "ClusterNotFoundException"]),
    (
        "ecs-tasks",
        "exec",
        "ecs/ExecuteCommand",
        &["TargetNotConnectedException", "InvalidParameterException", "ClusterNotFoundException", "AccessDeniedException"],
    ),
    ("ecs-instances", "drain", "ecs/UpdateContainerInstancesState", &["ClusterNotFoundException", "InvalidParameterException"]),
    ("ecs-instances", "activate", "ecs/UpdateContainerInstancesState", &["ClusterNotFoundException", "InvalidParameterException"]),
    ("ecs-taskdefs", "run", "ecs/RunTask", PLACED),
    ("eks-nodegroups", "scale", "eks/UpdateNodegroupConfig", NODES),
    ("eks-nodegroups", "update", "eks/UpdateNodegroupVersion", NODES),
    ("lambda", "invoke", "lambda/Invoke", INVOKE),
    ("lambda", "brake", "lambda/PutFunctionConcurrency", CONCURRENCY),
    ("lambda", "release", "lambda/DeleteFunctionConcurrency", CONCURRENCY),
    ("lambda-sources", "enable", "lambda/UpdateEventSourceMapping", SOURCE),
    ("lambda-sources", "disable", "lambda/UpdateEventSourceMapping", SOURCE),
    ("batch", "enable", "batch/UpdateJobQueue", BATCH),
    ("batch", "disable", "batch/UpdateJobQueue", BATCH),
    ("batch-envs", "enable", "batch/UpdateComputeEnvironment", BATCH),
    ("batch-envs", "disable", "batch/UpdateComputeEnvironment", BATCH),
    ("batch-jobs", "cancel", "batch/CancelJob", BATCH),
    ("batch-jobs", "terminate", "batch/TerminateJob", BATCH),
    ("batch-jobdefs", "submit", "batch/SubmitJob", BATCH),
];

/// What is entered where a form would open with nothing that the simulated world has.
const ENTERED: &[(&str, &str, &str)] =
    &[("batch-jobdefs", "queue", "reports"), ("ecs-taskdefs", "cluster", "prod"), ("ecs-taskdefs", "subnets", "subnet-1")];

/// How often a throttled call is made before it is given up.
const SENT: usize = 6;
/// Rows that are tried until AWS takes one.
const TRIED: usize = 12;
/// Seconds between two rounds, in which the world goes on; and rounds until every action has found a row.
const ROUND: i64 = 600;
const ROUNDS: usize = 4;

thread_local! {
    /// Makes the token of each case of a test, the same for all tries: AWS remembers it.
    static CASES: Cell<i64> = const { Cell::new(0) };
}

/// A simulated AWS whose time stands still unless it is told to pass.
struct Bench {
    sim: Sim,
    aws: Aws,
    clock: Arc<AtomicI64>,
}

/// What became of one order.
struct Done {
    outcomes: Outcomes,
    /// What the journal says of each call, oldest first: its id, and what came of it.
    told: Vec<(String, String)>,
    /// How often the operation was asked for.
    sent: u64,
}

/// A journal that is looked at while it is written.
struct Watched<'a> {
    book: Book,
    look: &'a (dyn Fn(&Call) + Send + Sync),
}

impl Ledger for Watched<'_> {
    fn intend(&self, call: Call) -> BoxFuture<'_, Result<Box<dyn Entry>, Problem>> {
        (self.look)(&call);
        self.book.intend(call)
    }
}

/// An action on a row, from a world in which the row takes it.
struct Case<'a> {
    bench: &'a Bench,
    hand: &'static Hand,
    kind: &'static Kind,
    action: &'static Action,
    row: Resource,
    before: World,
    /// What the world is once it is done.
    after: World,
}

impl Bench {
    async fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(1_790_000_000));
        let read = clock.clone();
        let now = move || Timestamp::from_second(read.load(Ordering::Relaxed)).unwrap();
        let sim = Sim::new(Settings { clock: Clock::new(now), ..Settings::default() });
        let unhurried = Door { pace: Pace::Counted(Arc::default()), ..door(&sim) };
        let aws = Aws::open(target("eu-west-1"), &unhurried).await.unwrap();
        Self { sim, aws, clock }
    }

    fn world(&self) -> World {
        self.sim.look(|world, _| world.clone())
    }

    fn put_back(&self, world: &World) {
        self.sim.look(|now, _| now.clone_from(world));
        self.sim.set_faults(Faults::default());
    }

    fn fault(&self, text: &str) {
        self.sim.set_faults(text.parse().unwrap());
    }

    fn asked(&self, operation: &str) -> u64 {
        let (service, name) = operation.split_once('/').unwrap();
        self.sim.calls().get(&(service.to_owned(), name.to_owned())).copied().unwrap_or_default()
    }
}

fn entered(kind: &Kind, action: &Action, row: &Resource) -> Values {
    let said = |id: &str| ENTERED.iter().find(|(of, field, _)| *of == kind.id.0 && *field == id).map(|(.., text)| (*text).to_owned());
    let another = |text: String| text.parse::<i64>().map_or(text, |number| (number + 1).to_string());
    Values::new(action.inputs.iter().map(|input| {
        let opens = said(input.id).unwrap_or_else(|| (input.initial)(row));
        // A size that is set to what it is would change nothing.
        let other = another(opens.clone());
        let text = if input.id == "desired" && (input.check)(row, &other).is_ok() && kind.id.0 != "eks-nodegroups" { other } else { opens };
        (input.id, text)
    }))
}

impl Case<'_> {
    fn operation(&self) -> &'static str {
        self.hand.2
    }

    fn errand(&self, rows: &[Resource], halt: Halt) -> Errand {
        let values = entered(self.kind, self.action, &self.row);
        let token = || Text::new(&format!("{:032x}", CASES.get()));
        Errand { action: self.action.id, rows: rows.iter().cloned().map(Arc::new).collect(), values, token, halt, ear: Ear::default() }
    }

    /// From the world as it was before, with these faults, looked at as it is written down.
    async fn attempt(&self, faults: &str, guard: impl Into<Guard>, halt: Halt, look: &(dyn Fn(&Call) + Send + Sync)) -> Done {
        self.bench.put_back(&self.before);
        self.bench.fault(faults);
        let (home, before) = (TempDir::new().unwrap(), self.bench.asked(self.operation()));
        let journal = Journal::new(Some(home.path()), &Source::Aws, Duty::Required);
        let ledger = Watched { book: Book::new(journal.clone(), warrant(&self.bench.aws)), look };
        let errand = self.errand(std::slice::from_ref(&self.row), halt);
        let outcomes = execute(guard, self.bench.aws.clone(), self.kind, errand, &ledger).concat().await;
        Done { outcomes, told: told(&journal), sent: self.bench.asked(self.operation()) - before }
    }

    async fn plainly(&self, faults: &str) -> Done {
        self.attempt(faults, Policy::Operator, Halt::default(), &|_| {}).await
    }

    fn scene(&self) -> Scene {
        let values = entered(self.kind, self.action, &self.row);
        let fields = self.action.inputs.iter().map(|input| (input.id, values.get(input.id).to_owned()));
        Scene {
            kind: self.hand.0,
            action: self.hand.1,
            operation: self.hand.2,
            row: self.row.id.to_string(),
            entered: fields.collect(),
            now: Timestamp::from_second(self.bench.clock.load(Ordering::Relaxed)).unwrap(),
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }

    fn name(&self) -> String {
        format!("{} {} on {}", self.hand.0, self.hand.1, self.row.id)
    }

    fn unchanged(&self) -> bool {
        self.bench.world() == self.before
    }
}

fn warrant(aws: &Aws) -> Warrant {
    Warrant { identity: None, target: aws.target().clone(), confirmed: "y".into() }
}

fn told(journal: &Journal) -> Vec<(String, String)> {
    let calls = journal.history(None).unwrap().calls;
    calls.iter().map(|call| (call.intent["id"].as_str().unwrap().to_owned(), call.deed.result().to_owned())).collect()
}

fn results(done: &Done) -> Vec<&str> {
    done.told.iter().map(|(_, result)| result.as_str()).collect()
}

fn problem(done: &Done) -> &Problem {
    done.outcomes[0].1.as_ref().unwrap_err()
}

/// Whoever adds an action says here what it sends, and what AWS may say to it.
#[test]
fn every_action_is_in_the_table_with_what_it_may_meet() {
    let all: Vec<_> = service::kinds().flat_map(|kind| kind.actions.iter().map(move |action| (kind.id.0, action.id))).collect();
    let mut here: Vec<_> = HANDS.iter().map(|(kind, action, ..)| (*kind, *action)).collect();
    for one in &all {
        let at = here.iter().position(|known| known == one);
        here.remove(at.unwrap_or_else(|| panic!("{one:?} is not in the table")));
    }
    assert!(here.is_empty() && HANDS.iter().all(|(.., codes)| !codes.is_empty()), "{here:?}");
}

#[tokio::test]
async fn every_action_is_proved() {
    each(&Bench::new().await, async |case| prove(case).await).await;
}

/// An action on a row that takes it, for whoever carries it out otherwise than here.
pub(crate) struct Scene {
    pub(crate) kind: &'static str,
    pub(crate) action: &'static str,
    /// `service/Operation`.
    pub(crate) operation: &'static str,
    pub(crate) row: String,
    /// What is entered, by field.
    pub(crate) entered: Vec<(&'static str, String)>,
    pub(crate) now: Timestamp,
    pub(crate) before: World,
    pub(crate) after: World,
}

/// A scene of each action of every service.
pub(crate) async fn scenes() -> Vec<Scene> {
    let (bench, mut scenes) = (Bench::new().await, Vec::new());
    each(&bench, async |case| scenes.push(case.scene())).await;
    scenes
}

/// Finds for each action a row that takes it, if need be after the others have made it ready. The others go on from where it was done.
async fn each<'a>(bench: &'a Bench, mut with: impl AsyncFnMut(&Case<'a>)) {
    let mut left: Vec<&'static Hand> = HANDS.iter().collect();
    for _ in 0..ROUNDS {
        let mut still = Vec::new();
        for hand in left {
            match case(bench, hand).await {
                Some(case) => {
                    with(&case).await;
                    bench.put_back(&case.after);
                }
                None => still.push(hand),
            }
        }
        left = still;
        bench.clock.fetch_add(ROUND, Ordering::Relaxed);
    }
    assert!(left.is_empty(), "no row takes {:?}", left.iter().map(|(kind, action, ..)| (kind, action)).collect::<Vec<_>>());
}

/// The first row for which AWS does it, and the worlds before and after.
async fn case<'a>(bench: &'a Bench, hand: &'static Hand) -> Option<Case<'a>> {
    let kind = service::kind(hand.0).unwrap();
    let action = kind.action(hand.1).unwrap();
    let able: Vec<_> = detailed(&bench.aws, kind).await.into_iter().filter(|row| (action.offered)(row).is_ok()).take(TRIED).collect();
    let before = bench.world();
    CASES.set(CASES.get() + 1);
    for row in able {
        let mut case = Case { bench, hand, kind, action, row, before: before.clone(), after: before.clone() };
        let done = case.plainly("").await;
        if done.outcomes[0].1.is_ok() {
            assert_eq!((done.sent, results(&done)), (1, vec!["accepted"]), "{}", case.name());
            case.after = bench.world();
            return Some(case);
        }
        assert_eq!((done.sent, results(&done)), (1, vec!["failed"]), "{}: {:?}", case.name(), done.outcomes);
    }
    bench.put_back(&before);
    None
}

async fn prove(case: &Case<'_>) {
    forbidden(case).await;
    refused(case).await;
    lost(case).await;
    throttled(case).await;
    called_off(case).await;
    killed(case).await;
}

/// By the session, by a policy, and by AWS's own permissions.
async fn forbidden(case: &Case<'_>) {
    let rule = Rule { profile: vec!["*".to_owned()], ..Rule::default() };
    let ruled = |rule| Guard { rules: Arc::new(Rules { rules: vec![rule], ..Rules::default() }), ..Policy::Operator.into() };
    let guards: [Guard; 3] =
        [Policy::ReadOnly.into(), ruled(Rule { read_only: true, ..rule.clone() }), ruled(Rule { confirm: Confirm::Typed, ..rule })];
    for guard in guards {
        let done = case.attempt("", guard, Halt::default(), &|_| {}).await;
        assert!(problem(&done).kind == ProblemKind::Policy && !problem(&done).hint.is_empty(), "{}: {:?}", case.name(), done.outcomes);
        assert!(done.sent == 0 && done.told.is_empty() && case.unchanged(), "{}", case.name());
    }
    let done = case.plainly(&format!("deny@{}=1", case.operation())).await;
    assert_eq!((problem(&done).kind, done.sent, results(&done)), (ProblemKind::Denied, 1, vec!["failed"]), "{}", case.name());
    assert!(case.unchanged(), "{}", case.name());
}

/// Each code is told with its words and with what to do, at the row and in the journal; nothing is done, and only a throttle is sent again.
async fn refused(case: &Case<'_>) {
    for code in case.hand.3 {
        let done = case.plainly(&format!("refuse:{code}@{}=1", case.operation())).await;
        let (problem, what) = (problem(&done), format!("{} with {code}: {:?}", case.name(), done.outcomes));
        assert_eq!(problem.code.as_ref().map(Text::as_str), Some(*code), "{what}");
        assert!(problem.headline.as_str().contains(code) && !problem.hint.is_empty() && problem.request_id.is_some(), "{what}");
        let (sent, verdict) = match problem.kind {
            ProblemKind::Throttled => (SENT, "failed"),
            ProblemKind::Service => (1, "unknown"),
            _ => (1, "failed"),
        };
        assert_eq!((done.sent as usize, results(&done)), (sent, vec![verdict; sent]), "{what}");
        assert!(case.unchanged(), "{what}");
    }
}

/// Done once, and nobody knows; or not done, and nobody knows that either.
async fn lost(case: &Case<'_>) {
    let done = case.plainly(&format!("cut@{}=1", case.operation())).await;
    assert_eq!((done.sent, results(&done), problem(&done).kind), (1, vec!["unknown"], ProblemKind::Unreachable), "{}", case.name());
    assert!(case.bench.world() == case.after, "{}: not what one call does", case.name());
    for fault in ["5xx", "garbage"] {
        let done = case.plainly(&format!("{fault}@{}=1", case.operation())).await;
        assert_eq!((done.sent, results(&done)), (1, vec!["unknown"]), "{} {fault}: {:?}", case.name(), done.outcomes);
        assert!(case.unchanged(), "{} {fault}", case.name());
    }
}

/// A throttle has done nothing: the call is made again with the token that it had, each time is written down, and it is done once.
async fn throttled(case: &Case<'_>) {
    let fault = format!("throttle@{}=1", case.operation());
    let sim = case.bench.sim.clone();
    let ease = move |call: &Call| {
        if call.throttled == 2 {
            sim.set_faults(Faults::default());
        }
    };
    let done = case.attempt(&fault, Policy::Operator, Halt::default(), &ease).await;
    assert!(done.outcomes[0].1.is_ok(), "{}: {:?}", case.name(), done.outcomes);
    assert_eq!((done.sent, results(&done)), (3, vec!["failed", "failed", "accepted"]), "{}", case.name());
    let token = &done.told[0].0;
    let ids: Vec<_> = done.told.iter().map(|(id, _)| id.clone()).collect();
    assert_eq!(ids, [token.clone(), format!("{token}-2"), format!("{token}-3")], "{}", case.name());
    assert!(case.bench.world() == case.after, "{}: not what one call does", case.name());

    let done = case.plainly(&fault).await;
    assert_eq!((done.sent as usize, results(&done)), (SENT, vec!["failed"; SENT]), "{}", case.name());
    assert!(
        problem(&done).kind == ProblemKind::Throttled && problem(&done).hint.as_str().contains("nothing was done"),
        "{:?}",
        done.outcomes
    );
    assert!(case.unchanged(), "{}", case.name());
}

/// Esc, and SIGTERM, which does the same: what was not sent is not, and what was written down by then is sent and awaited.
async fn called_off(case: &Case<'_>) {
    let before = Halt::default();
    before.call();
    let done = case.attempt("", Policy::Operator, before, &|_| {}).await;
    assert!(problem(&done).kind == ProblemKind::Unsent && done.sent == 0 && done.told.is_empty() && case.unchanged(), "{}", case.name());

    let meanwhile = Halt::default();
    let esc = meanwhile.clone();
    let done = case.attempt("", Policy::Operator, meanwhile, &move |_| esc.call()).await;
    assert!(done.outcomes[0].1.is_ok() && done.sent == 1, "{}: {:?}", case.name(), done.outcomes);
    assert!(results(&done) == ["accepted"] && case.bench.world() == case.after, "{}", case.name());

    // Between a throttle and the next time nothing has been done.
    let held = Halt::default();
    let esc = held.clone();
    let fault = format!("throttle@{}=1", case.operation());
    let done = case.attempt(&fault, Policy::Operator, held, &move |_| esc.call()).await;
    assert!(problem(&done).kind == ProblemKind::Unsent && results(&done) == ["failed"] && case.unchanged(), "{}", case.name());
}

/// Killed while the answer is outstanding: the intent is there, without an outcome, and it was done once.
async fn killed(case: &Case<'_>) {
    case.bench.put_back(&case.before);
    case.bench.fault(&format!("slow@{}=1", case.operation()));
    let (home, before) = (TempDir::new().unwrap(), case.bench.asked(case.operation()));
    let journal = Journal::new(Some(home.path()), &Source::Aws, Duty::Required);
    let book = Book::new(journal.clone(), warrant(&case.bench.aws));
    let errand = case.errand(std::slice::from_ref(&case.row), Halt::default());
    let doing = execute(Policy::Operator, case.bench.aws.clone(), case.kind, errand, &book).concat();
    let sent = async {
        while case.bench.asked(case.operation()) == before {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        outcomes = doing => panic!("{}: answered at once: {outcomes:?}", case.name()),
        () = sent => {}
    }
    let calls = journal.history(None).unwrap().calls;
    assert!(calls.len() == 1 && calls[0].outcome.is_none() && calls[0].deed.standing == Standing::UnderWay, "{}: {calls:?}", case.name());
    assert_eq!(case.bench.asked(case.operation()) - before, 1, "{}", case.name());
    assert!(case.bench.world() == case.after, "{}: not what one call does", case.name());
}
