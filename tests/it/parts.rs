//! Orders that AWS carries out in part, and rows that are hard to tell apart: each row is told for itself, and what the journal says of it
//! is what became of it.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{collections::BTreeSet, sync::Arc};

use futures::StreamExt;
use jiff::Timestamp;
use quarterdeck::{
    app::state::{Policy, Source, State},
    aws::{Aws, Door, Pace},
    model::{Key, ProblemKind, Resource, TargetId, Text, deed::Standing},
    runtime::journal::{Book, Journal, Warrant},
    service::{
        self, Outcomes, Scope, Values,
        executor::{Ear, Errand, Halt, execute},
        ledger::Duty,
    },
    sim::{Clock, Settings, Sim, Sizes, world::instance::Protection},
};
use tempfile::TempDir;

use crate::{
    acts::rows,
    pilot::{Pilot, door, target},
};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

/// Two groups of which people see the same, and one that no shell and no filter likes.
const PLAIN: &str = "web-asg";
const TWIN: &str = "web\u{200b}-asg";
const ODD: &str = "old group, *kept*";

/// A simulated AWS whose time stands still, and a session in which turns are counted instead of waited for.
async fn still(sizes: Sizes) -> (Sim, Aws) {
    let sim = Sim::new(Settings { sizes, clock: Clock::new(|| Timestamp::from_second(1_790_000_000).unwrap()), ..Settings::default() });
    let unhurried = Door { pace: Pace::Counted(Arc::default()), ..door(&sim) };
    let aws = Aws::open(target(REGION), &unhurried).await.unwrap();
    (sim, aws)
}

/// What became of an order: of its rows, and of each call in the journal the rows with what is said of them.
struct Done {
    outcomes: Outcomes,
    calls: Vec<Vec<(String, String)>>,
}

async fn act(aws: &Aws, kind: &str, action: &'static str, chosen: &[Resource], values: Values) -> Done {
    let home = TempDir::new().unwrap();
    let journal = Journal::new(Some(home.path()), &Source::Aws, Duty::Required);
    let warrant = Warrant { identity: None, target: aws.target().clone(), confirmed: "y".into() };
    let book = Book::new(journal.clone(), warrant);
    let token = || Text::new(&format!("{:032x}", fastrand::u128(..)));
    let rows = chosen.iter().cloned().map(Arc::new).collect();
    let errand = Errand { action, rows, values, token, halt: Halt::default(), ear: Ear::default() };
    let outcomes = execute(Policy::Operator, aws.clone(), service::kind(kind).unwrap(), errand, &book).concat().await;
    let told = |standing: &Standing| match standing {
        Standing::Settled { rows, .. } => rows.iter().map(|(id, verdict, _)| (id.to_string(), verdict.word().to_owned())).collect(),
        _ => Vec::new(),
    };
    let calls = journal.history(None).unwrap().calls.iter().map(|call| told(&call.deed.standing)).collect();
    Done { outcomes, calls }
}

fn asked(sim: &Sim, service: &str, operation: &str) -> u64 {
    sim.calls().get(&(service.to_owned(), operation.to_owned())).copied().unwrap_or_default()
}

fn words(kind: &str, row: &Resource, column: &str) -> String {
    service::kind(kind).unwrap().cell(row, column).words().into_owned()
}

/// A protected instance saves those of its zone from the same call, so no call is about two zones: each has done all of it or nothing.
#[tokio::test]
async fn a_protected_instance_is_told_apart_and_no_call_is_carried_out_in_part() {
    let (sim, aws) = still(Sizes { instances: 192, ..Sizes::DEMO }).await;
    let all = rows(&aws, "ec2", Scope::All).await;
    let running = |row: &&Resource| words("ec2", row, "state") == "running";
    let protected = |id: &str| sim.instance(ACCOUNT, REGION, id).unwrap().role.protection == Protection::Termination;
    let guarded = all.iter().filter(running).find(|row| protected(row.id.as_str())).unwrap().clone();
    let others = all.iter().filter(running).filter(|row| !protected(row.id.as_str())).take(29);
    let chosen: Vec<Resource> = others.cloned().chain([guarded.clone()]).collect();
    let done = act(&aws, "ec2", "terminate", &chosen, Values::default()).await;

    let failed: Vec<_> = done.outcomes.iter().filter(|(_, outcome)| outcome.is_err()).collect();
    assert!(failed.len() == 1 && failed[0].0 == guarded.id && done.outcomes.len() == 30, "{failed:?}");
    let zone = |id: &str| words("ec2", chosen.iter().find(|row| row.id.as_str() == id).unwrap(), "zone");
    let mut accepted = BTreeSet::new();
    for call in &done.calls {
        let zones: BTreeSet<_> = call.iter().map(|(id, _)| zone(id)).collect();
        assert_eq!(zones.len(), 1, "{call:?}");
        let said: BTreeSet<_> = call.iter().map(|(_, word)| word.as_str()).collect();
        assert_eq!(said.len(), 1, "{call:?}");
        for (id, _) in call.iter().filter(|(_, word)| word == "accepted") {
            assert!(accepted.insert(id.clone()), "{id} twice");
        }
    }
    assert_eq!(accepted.len(), 29);
    for row in &chosen {
        let phase = sim.instance(ACCOUNT, REGION, row.id.as_str()).unwrap().phase.word();
        assert_eq!(phase == "running", row.id == guarded.id, "{} is {phase}", row.id);
    }
}

#[tokio::test]
async fn a_quota_that_is_used_up_is_asked_about_once_and_a_bad_row_is_looked_for() {
    let (sim, aws) = still(Sizes { instances: 480, ..Sizes::DEMO }).await;
    let stopped: Vec<Resource> =
        rows(&aws, "ec2", Scope::All).await.into_iter().filter(|row| words("ec2", row, "state") == "stopped").take(8).collect();
    assert_eq!(stopped.len(), 8);
    sim.set_faults("refuse:VcpuLimitExceeded@ec2/StartInstances=1".parse().unwrap());
    let done = act(&aws, "ec2", "start", &stopped, Values::default()).await;
    assert!(done.outcomes.iter().all(|(_, outcome)| outcome.as_ref().unwrap_err().kind == ProblemKind::Quota), "{:?}", done.outcomes);
    assert_eq!((asked(&sim, "ec2", "StartInstances"), done.calls.len()), (1, 1));
    sim.set_faults("refuse:IncorrectInstanceState@ec2/StartInstances=1".parse().unwrap());
    act(&aws, "ec2", "start", &stopped, Values::default()).await;
    assert_eq!(asked(&sim, "ec2", "StartInstances"), 1 + 15, "down to each of eight");
}

/// ECS starts some of the tasks and says in a good answer that the others were refused.
#[tokio::test]
async fn tasks_that_were_not_started_are_told_beside_those_that_were() {
    let (sim, aws) = still(Sizes::DEMO).await;
    let definition = rows(&aws, "ecs-taskdefs", Scope::All).await.remove(0);
    let values = |count: &'static str| {
        Values::new([("cluster", "prod"), ("count", count), ("launch", "FARGATE"), ("subnets", "subnet-1"), ("groups", "")])
    };
    let before = rows(&aws, "ecs-tasks", Scope::All).await.len();
    sim.set_faults("marred@ecs/RunTask=1".parse().unwrap());
    let done = act(&aws, "ecs-taskdefs", "run", std::slice::from_ref(&definition), values("4")).await;
    let receipt = done.outcomes[0].1.as_ref().unwrap();
    assert_eq!(receipt.note.as_str(), "started 2 of 4, the rest was refused: RESOURCE:CPU");
    assert_eq!(receipt.reply.as_ref().and_then(|reply| reply.failure.as_ref()), Some(&receipt.note), "so that a script hears of it");
    assert_eq!((asked(&sim, "ecs", "RunTask"), rows(&aws, "ecs-tasks", Scope::All).await.len() - before), (1, 2));
    let none = act(&aws, "ecs-taskdefs", "run", &[definition], values("1")).await;
    let problem = none.outcomes[0].1.as_ref().unwrap_err();
    assert!(problem.code.as_ref().is_some_and(|code| code.as_str() == "RESOURCE:CPU") && !problem.hint.is_empty(), "{problem:?}");
    assert_eq!(none.calls[0][0].1, "failed");
}

#[tokio::test]
async fn jobs_and_machines_of_which_a_good_answer_says_no_are_told_row_by_row() {
    let (sim, aws) = still(Sizes::DEMO).await;
    let mut jobs: Vec<Resource> = rows(&aws, "batch-jobs", Scope::All).await;
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    jobs.dedup_by(|a, b| a.id == b.id);
    let able = |action: &str| {
        let action = service::kind("batch-jobs").unwrap().action(action).unwrap();
        jobs.iter().filter(|job| (action.offered)(job).is_ok()).take(5).cloned().collect::<Vec<_>>()
    };
    let why = || Values::new([("reason", "over")]);
    sim.set_faults("marred@batch=1".parse().unwrap());
    for (action, operation) in [("cancel", "CancelJobs"), ("terminate", "TerminateJobs")] {
        let chosen = able(action);
        let done = act(&aws, "batch-jobs", action, &chosen, why()).await;
        let refused: Vec<bool> = done.outcomes.iter().map(|(_, outcome)| outcome.is_err()).collect();
        let expected: Vec<bool> = (0..chosen.len()).map(|at| at % 2 == 1).collect();
        assert_eq!((refused, asked(&sim, "batch", operation)), (expected, 1), "{action}");
        let said: Vec<&str> = done.calls[0].iter().map(|(_, word)| word.as_str()).collect();
        assert!(
            said.iter().enumerate().all(|(at, word)| *word == ["accepted", "failed"][at % 2]) && chosen.len() > 2,
            "{action}: {said:?}"
        );
    }
    sim.set_faults("marred@ecs/UpdateContainerInstancesState=1".parse().unwrap());
    let kind = service::kind("ecs-instances").unwrap();
    let drain = kind.action("drain").unwrap();
    let machine = rows(&aws, "ecs-instances", Scope::All).await.into_iter().find(|row| (drain.offered)(row).is_ok()).unwrap();
    let done = act(&aws, "ecs-instances", "drain", &[machine], Values::default()).await;
    assert_eq!(done.outcomes[0].1.as_ref().unwrap_err().code.as_ref().map(Text::as_str), Some("MISSING"));
    assert_eq!(done.calls[0][0].1, "failed");
}

fn with_twins(sim: &Sim) {
    sim.look(|world, now| world.region(ACCOUNT, REGION, now).scaling.empty.extend([TWIN, ODD].map(str::to_owned)));
}

fn suspended(sim: &Sim, group: &str) -> bool {
    sim.look(|world, now| world.region(ACCOUNT, REGION, now).scaling.suspended.get(group).is_some_and(|processes| !processes.is_empty()))
}

/// Two groups whose names differ only in what cannot be seen are two rows, and what is done to one is done to that one.
#[tokio::test]
async fn groups_that_look_alike_are_two_rows_and_the_one_that_was_meant_is_acted_on() {
    let sim = crate::pilot::sim(Settings::default());
    with_twins(&sim);
    let mut pilot = Pilot::new(door(&sim), &[REGION], Policy::Operator);
    pilot.enter(":asg");
    let key = |id: &str| Key { target: TargetId(0), kind: service::kind("asg").unwrap().id, id: Text::exact(id) };
    let listed = |state: &State, id: &str| state.resource(&key(id)).is_some();
    pilot.until("both", |state| listed(state, PLAIN) && listed(state, TWIN)).await;
    assert_eq!(pilot.state.resource(&key(TWIN)).unwrap().name.as_str(), "web⟨200B⟩-asg", "what differs is seen");
    pilot.enter("/id:*200B*");
    pilot.until("the twin", |state| state.selected().is_some_and(|(on, _)| on == key(TWIN))).await;
    pilot.press("a p Ctrl-s");
    pilot.press("y");
    pilot.until("the end", |state| !state.runs.is_empty() && state.runs[0].rows.iter().all(|(.., step)| step.over())).await;
    assert!(suspended(&sim, TWIN) && !suspended(&sim, PLAIN), "{:?}", pilot.state.runs[0].rows);
    let deed = pilot.journal.history(None).unwrap().calls.remove(0).deed;
    assert_eq!(deed.rows, [(Text::exact(TWIN), Text::exact(TWIN))], "the journal tells them apart, too");

    let aws = Aws::open(target(REGION), &door(&sim)).await.unwrap();
    for name in [PLAIN, TWIN, ODD] {
        let alone = rows(&aws, "asg", Scope::Ids(vec![Text::exact(name)])).await;
        assert_eq!(alone.iter().map(|row| row.id.original().into_owned()).collect::<Vec<_>>(), [name]);
        let within = Scope::Within(service::kind("asg").unwrap().id, Arc::new(alone[0].clone()));
        assert_eq!(rows(&aws, "asg-instances", within).await.is_empty(), name != PLAIN);
    }
}
