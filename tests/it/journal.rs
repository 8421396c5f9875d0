//! What is written down about every action, before its call and after its answer, and what happens when that cannot be.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{fs, sync::Arc, time::Duration};

use quarterdeck::{
    app::{
        effect::{Effect, Order},
        msg::{Answer, Epoch, Msg},
        state::{Policy, RunId, Screen, Source, Step},
    },
    aws::{Aws, Door, Pace},
    model::{Key, ProblemKind, Resource, TargetId, Text, deed::Standing},
    runtime::{
        journal::{Journal, read::History},
        tasks::Tasks,
        world::World,
    },
    service::{self, Action, Kind, Receipt, Scope, Values, ledger::Duty, policy::Confirm},
    sim::{Settings, Sim},
};
use tempfile::TempDir;
use tokio::{sync::mpsc::Receiver, time::Instant};

use crate::{
    acts::rows,
    pilot::{Pilot, door, sim, target},
};

/// How long it may take until a row is ready for an action.
const PATIENCE: Duration = Duration::from_mins(1);

/// The real tasks with a journal of their own.
struct Bench {
    home: TempDir,
    journal: Journal,
    world: World,
    tasks: Tasks,
    answers: Receiver<Msg>,
}

/// What came of an order: of its rows, and of the journal.
type Done = (Vec<(Key, Result<Receipt, quarterdeck::model::Problem>)>, usize);

impl Bench {
    fn new(sim: &Sim, duty: Duty) -> Self {
        let home = TempDir::new().unwrap();
        let journal = Journal::new(Some(home.path()), &Source::Aws, duty);
        let unhurried = Door { pace: Pace::Counted(Arc::default()), ..door(sim) };
        let world = World::new(unhurried, vec![target("eu-west-1")]);
        let (tasks, answers) = Tasks::new(world.clone(), Policy::Operator, None);
        Self { home, tasks: tasks.writing(journal.clone()), journal, world, answers }
    }

    async fn aws(&self) -> Aws {
        self.world.session(TargetId(0)).await.unwrap()
    }

    async fn act(&mut self, kind: &'static Kind, action: &'static Action, row: &Resource, values: Values) -> Done {
        let key = Key { target: TargetId(0), kind: kind.id, id: row.id.clone() };
        let confirmed = Text::new("y");
        let order = Order {
            run: RunId(1),
            kind: kind.id,
            action: action.id,
            rows: vec![(key, Arc::new(row.clone()))],
            values,
            confirmed,
            confirm: Confirm::Usual,
            lifted: None,
        };
        self.tasks.start(Epoch(0), Effect::Act(order));
        let Some(Msg::Answered(_, Answer::Acted(_, outcomes))) = self.answers.recv().await else { panic!("no answer") };
        let mut unwritten = 0;
        let grace = Duration::from_millis(if self.journal.duty() == Duty::Wished { 500 } else { 0 });
        while let Ok(Some(Msg::Answered(_, Answer::Unwritten(_)))) = tokio::time::timeout(grace, self.answers.recv()).await {
            unwritten += 1;
        }
        (outcomes, unwritten)
    }

    fn history(&self) -> History {
        self.journal.history(None).unwrap()
    }

    /// Nothing can be written any more, as on a full disk.
    fn block(&self) {
        fs::create_dir(self.home.path().join("journal.jsonl")).unwrap();
    }
}

/// The rows with the facts that only single rows are asked for.
pub(crate) async fn detailed(aws: &Aws, kind: &'static Kind) -> Vec<Resource> {
    let mut rows = rows(aws, kind.id.0, Scope::All).await;
    let Some(details) = kind.details else { return rows };
    for chunk in rows.chunks_mut(details.batch) {
        let asked = chunk.iter().cloned().map(Arc::new).collect();
        for overlay in (details.fetch)(aws.clone(), asked).await.unwrap().overlays {
            let row = chunk.iter_mut().find(|row| row.id == overlay.id).unwrap();
            overlay.cells.into_iter().for_each(|(at, cell)| row.cells.set(at, cell));
        }
    }
    rows
}

fn proposed(action: &Action, row: &Resource) -> Values {
    Values::new(action.inputs.iter().map(|input| (input.id, (input.initial)(row))))
}

/// Those that no row takes at first (release, return, cancel) have their turn once another has made a row ready for them.
#[tokio::test]
async fn every_action_is_written_down_before_and_after() {
    let mut bench = Bench::new(&sim(Settings::default()), Duty::Required);
    let aws = bench.aws().await;
    let mut left: Vec<(&Kind, &Action)> = service::kinds().flat_map(|kind| kind.actions.iter().map(move |action| (kind, action))).collect();
    let all = left.clone();
    let deadline = Instant::now() + PATIENCE;
    while !left.is_empty() && Instant::now() < deadline {
        let mut still = Vec::new();
        for (kind, action) in left {
            match detailed(&aws, kind).await.iter().find(|row| (action.offered)(row).is_ok()) {
                Some(row) => drop(bench.act(kind, action, row, proposed(action, row)).await),
                None => still.push((kind, action)),
            }
        }
        left = still;
    }
    assert!(left.is_empty(), "no row takes {:?}", left.iter().map(|(kind, action)| (kind.id, action.id)).collect::<Vec<_>>());
    let history = bench.history();
    for (kind, action) in all {
        let calls: Vec<_> =
            history.calls.iter().filter(|call| call.deed.kind.as_str() == kind.id.0 && call.deed.action.as_str() == action.id).collect();
        assert!(!calls.is_empty(), "{} {}", kind.id, action.id);
        for call in calls {
            let Standing::Settled { requests, rows, .. } = &call.deed.standing else { panic!("no outcome: {call:?}") };
            assert!(!requests.is_empty() && rows.len() == call.deed.rows.len(), "{call:?}");
            assert!(call.deed.identity.as_ref().is_some_and(|arn| arn.as_str().starts_with("arn:aws:")), "{call:?}");
            assert!(call.outcome.as_ref().unwrap()["time"].as_str() >= call.intent["time"].as_str());
        }
    }
}

/// Calls that change something, as the simulated AWS has counted them.
fn writes(sim: &Sim) -> u64 {
    let reads = ["Describe", "Get", "List", "AssumeRole"];
    sim.calls().iter().filter(|((_, name), _)| !reads.iter().any(|start| name.starts_with(start))).map(|(_, count)| count).sum()
}

/// The same fault for every service, but not for the question who we are.
fn faults(name: &str) -> quarterdeck::sim::Faults {
    let all = ["ec2", "autoscaling", "ecs", "eks", "lambda", "batch"].map(|service| format!("{name}@{service}=1"));
    all.join(",").parse().unwrap()
}

/// Each action of each kind through the tasks: refused for want of a permission, and done with its answer lost. Each sends one call or
/// none, never two, and the journal says as much of each as is known. Each action by itself, with all that it may meet, is in `hands.rs`.
#[tokio::test]
async fn every_action_that_is_refused_or_loses_its_answer_is_sent_once_and_told_as_it_is() {
    let sim = sim(Settings::default());
    let mut bench = Bench::new(&sim, Duty::Required);
    let aws = bench.aws().await;
    let mut left: Vec<(&Kind, &Action)> = service::kinds().flat_map(|kind| kind.actions.iter().map(move |action| (kind, action))).collect();
    let deadline = Instant::now() + PATIENCE;
    while !left.is_empty() && Instant::now() < deadline {
        let mut still = Vec::new();
        for (kind, action) in left {
            let Some(row) = detailed(&aws, kind).await.into_iter().find(|row| (action.offered)(row).is_ok()) else {
                still.push((kind, action));
                continue;
            };
            for (fault, verdict) in [("deny", "failed"), ("5xx", "unknown"), ("cut", "unknown")] {
                let (before, known) = (writes(&sim), bench.history().calls.len());
                sim.set_faults(faults(fault));
                let (outcomes, _) = bench.act(kind, action, &row, proposed(action, &row)).await;
                sim.set_faults(quarterdeck::sim::Faults::default());
                let what = format!("{} {} with {fault}: {outcomes:?}", kind.id, action.id);
                let calls = bench.history().calls;
                assert_eq!((calls.len(), calls[known].deed.result()), (known + 1, verdict), "{what}");
                assert!(outcomes.len() == 1 && outcomes[0].1.is_err(), "{what}");
                // What an action has to ask first may fail before anything is sent.
                let sent = writes(&sim) - before;
                assert!(sent == 1 || sent == 0 && action.id == "brake", "{sent} calls: {what}");
            }
        }
        left = still;
    }
    // What a lost answer has changed is changed, so that these two find no row until it is over.
    assert!(left.is_empty(), "no row takes {:?}", left.iter().map(|(kind, action)| (kind.id, action.id)).collect::<Vec<_>>());
}

/// The first row of a kind that takes an action.
async fn ready(aws: &Aws, kind: &str, action: &str) -> (&'static Kind, &'static Action, Resource) {
    let kind = service::kind(kind).unwrap();
    let action = kind.action(action).unwrap();
    let row = rows(aws, kind.id.0, Scope::All).await.into_iter().find(|row| (action.offered)(row).is_ok()).unwrap();
    (kind, action, row)
}

#[tokio::test]
async fn a_payload_is_known_by_its_hash_alone() {
    let mut bench = Bench::new(&sim(Settings::default()), Duty::Required);
    let (kind, action, row) = ready(&bench.aws().await, "lambda", "invoke").await;
    let values = Values::new([("payload", "{\"card\": 4711}"), ("qualifier", "$LATEST"), ("type", "sync")]);
    let (outcomes, _) = bench.act(kind, action, &row, values).await;
    assert!(outcomes[0].1.is_ok(), "{outcomes:?}");
    let text = fs::read_to_string(bench.journal.path().unwrap()).unwrap();
    assert!(!text.contains("4711") && !text.contains("card"), "{text}");
    let intent = &bench.history().calls[0].intent;
    // printf '{"card": 4711}' | sha256sum
    let sum = "f7c941378753fa53b3452669512fbaada59e587ae980e9297c627e8871615399";
    assert_eq!((&intent["parameters"]["payload"]["sha256"], &intent["parameters"]["type"]), (&sum.into(), &"sync".into()));
    assert_eq!((&intent["confirmed"], &intent["source"]), (&"y".into(), &"aws".into()));
}

#[tokio::test]
async fn without_an_entry_nothing_is_done() {
    let sim = sim(Settings::default());
    let mut bench = Bench::new(&sim, Duty::Required);
    let (kind, action, row) = ready(&bench.aws().await, "ec2", "stop").await;
    bench.block();
    let (outcomes, _) = bench.act(kind, action, &row, Values::default()).await;
    let problem = outcomes[0].1.clone().unwrap_err();
    assert!(problem.kind == ProblemKind::Policy && problem.line().contains("journal.required = false"), "{problem:?}");
    assert!(!sim.calls().contains_key(&("ec2".to_owned(), "StopInstances".to_owned())));
}

#[tokio::test]
async fn where_it_is_only_wished_for_it_is_done_and_the_gap_is_told() {
    let sim = sim(Settings::default());
    let mut bench = Bench::new(&sim, Duty::Wished);
    let (kind, action, row) = ready(&bench.aws().await, "ec2", "stop").await;
    bench.block();
    let (outcomes, unwritten) = bench.act(kind, action, &row, Values::default()).await;
    assert!(outcomes[0].1.is_ok() && unwritten == 2, "{outcomes:?} {unwritten}");
    assert_eq!(sim.calls().get(&("ec2".to_owned(), "StopInstances".to_owned())), Some(&1));
}

/// A lost answer is no failure: the journal says that nobody knows.
#[tokio::test]
async fn a_lost_answer_is_unknown_and_a_refusal_is_a_failure() {
    for (fault, expected) in [("cut@ec2=1", "unknown"), ("deny@ec2=1", "failed")] {
        let sim = sim(Settings::default());
        let mut bench = Bench::new(&sim, Duty::Required);
        let (kind, action, row) = ready(&bench.aws().await, "ec2", "stop").await;
        sim.set_faults(fault.parse().unwrap());
        bench.act(kind, action, &row, Values::default()).await.0[0].1.clone().unwrap_err();
        assert_eq!(bench.history().calls[0].deed.result(), expected, "{fault}");
    }
}

/// One caller, between two entries: what goes another way is no action of this program.
#[test]
fn nobody_but_the_executor_makes_the_call() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut callers = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if [".run)(", "action.run"].iter().any(|word| fs::read_to_string(&path).unwrap().contains(word)) {
                callers.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    assert_eq!(callers, ["executor.rs"]);
}

/// What was done from the screen is on the screen: the view reads the file itself, so what other programs wrote is in it, too.
#[tokio::test]
async fn an_action_is_seen_in_the_view_with_how_it_was_confirmed() {
    let mut pilot = Pilot::new(door(&sim(Settings::default())), &["eu-west-1"], Policy::Operator);
    pilot.enter("/state:running");
    pilot.until("a row", |state| state.selected().is_some_and(|(_, row)| !row.cells[0].words().is_empty())).await;
    let (key, row) = pilot.state.selected().unwrap();
    pilot.press("a T");
    row.name.as_str().chars().for_each(|c| pilot.press(&c.to_string()));
    pilot.press("Enter");
    pilot.until("the call", |state| state.runs.iter().all(|run| run.rows.iter().all(|(.., step)| *step != Step::Calling))).await;
    pilot.enter(":journal");
    pilot.until("the journal", |state| state.journal.value().is_some()).await;
    let chronicle = pilot.state.journal.value().unwrap().clone();
    let deed = &chronicle.deeds[0];
    assert_eq!((deed.action.as_str(), deed.rows[0].0.clone(), deed.result()), ("terminate", key.id, "accepted"));
    assert_eq!(deed.confirmed.as_str(), format!("typed {}", row.name));
    assert!(matches!(pilot.state.screen(), Screen::Journal(_)));
    // Nothing is asked twice, and a refresh asks again.
    pilot.press("Ctrl-r");
    assert!(pilot.state.journal.loading());
    pilot.until("the journal again", |state| !state.journal.loading()).await;
    assert_eq!(pilot.state.journal.value().unwrap().deeds.len(), 1);
}
