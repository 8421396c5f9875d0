//! Many rows at once: within the quotas, row by row, and nothing twice.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "in a test a panic is the report; whoever waits for a state must see time pass"
)]

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use futures::StreamExt;
use jiff::Timestamp;
use quarterdeck::{
    app::{
        acting::outcome::Tally,
        command::Command,
        effect::{Effect, Order},
        fleet::Row,
        msg::{Answer, Epoch, Msg},
        state::{Overlay, Policy, RunId, Screen, Source, State, Step},
    },
    aws::{Aws, Door, Pace},
    model::{Key, Problem, Resource, TargetId, deed::Standing},
    runtime::{journal::Journal, tasks::Tasks, world::World},
    service::{
        self, Receipt, Scope, Values,
        executor::{Ear, Errand, Halt, execute},
        ledger::Duty,
        policy::Confirm,
    },
    sim::{Clock, Settings, Sim, Sizes},
};
use tempfile::TempDir;
use tokio::sync::mpsc::Receiver;

use crate::{
    acts::rows,
    pilot::{Pilot, Unwritten, door, target},
};

type Turns = Arc<Mutex<Vec<(&'static str, Duration)>>>;
type Told = Vec<(Key, Result<Receipt, Problem>)>;

/// Instances that belong to nobody, each block of the simulated fleet has a few.
const ALONE: [&str; 3] = ["win-", "db-", "dev-"];

/// A clock that is ten times as fast as it should be.
fn hurried() -> Timestamp {
    static BEGUN: LazyLock<(Timestamp, std::time::Instant)> = LazyLock::new(|| (Timestamp::now(), std::time::Instant::now()));
    BEGUN.0 + BEGUN.1.elapsed() * 10
}

/// A region with more than five hundred instances that belong to nobody.
fn sim(now: fn() -> Timestamp) -> Sim {
    let sizes = Sizes { instances: 5_760, ..Sizes::DEMO };
    Sim::new(Settings { sizes, clock: Clock::new(now), ..Settings::default() })
}

/// A door behind which turns are counted instead of waited for.
fn unhurried(sim: &Sim) -> (Door, Turns) {
    let turns = Turns::default();
    (Door { pace: Pace::Counted(turns.clone()), ..door(sim) }, turns)
}

/// The real tasks with a journal of their own.
struct Bench {
    _home: TempDir,
    journal: Journal,
    world: World,
    tasks: Tasks,
    answers: Receiver<Msg>,
}

impl Bench {
    fn new(door: Door) -> Self {
        let home = TempDir::new().unwrap();
        let journal = Journal::new(Some(home.path()), &Source::Aws, Duty::Required);
        let world = World::new(door, vec![target("eu-west-1")]);
        let (tasks, answers) = Tasks::new(world.clone(), Policy::Operator, None);
        Self { _home: home, tasks: tasks.writing(journal.clone()), journal, world, answers }
    }

    async fn aws(&self) -> Aws {
        self.world.session(TargetId(0)).await.unwrap()
    }

    fn start(&mut self, kind: &str, action: &'static str, rows: &[Resource], values: Values) {
        let kind = service::kind(kind).unwrap();
        let key = |row: &Resource| Key { target: TargetId(0), kind: kind.id, id: row.id.clone() };
        let rows = rows.iter().map(|row| (key(row), Arc::new(row.clone()))).collect();
        let order =
            Order { run: RunId(1), kind: kind.id, action, rows, values, confirmed: "y".into(), confirm: Confirm::Usual, lifted: None };
        self.tasks.start(Epoch(0), Effect::Act(order));
    }

    /// The next answer to calls.
    async fn told(&mut self) -> Told {
        loop {
            if let Some(Msg::Answered(_, Answer::Acted(_, told))) = self.answers.recv().await {
                return told;
            }
        }
    }

    /// What is told until every row has been told of.
    async fn all_told(&mut self, count: usize) -> Told {
        let mut all = Told::new();
        while all.len() < count {
            all.extend(self.told().await);
        }
        assert_eq!(all.len(), count, "a row was told of twice");
        all
    }
}

/// So many that belong to nobody and run, the protected one among them.
async fn chosen(aws: &Aws, count: usize) -> Vec<Resource> {
    let kind = service::kind("ec2").unwrap();
    let mut all = rows(aws, "ec2", Scope::All).await;
    // What has got on meanwhile comes twice.
    let mut seen = HashSet::new();
    all.retain(|row| seen.insert(row.id.clone()));
    let running = |row: &&Resource| kind.cell(row, "state").words() == "running";
    let alone = all.iter().filter(running).filter(|row| ALONE.iter().any(|start| row.name.as_str().starts_with(start)));
    let guarded = all.iter().filter(running).find(|row| row.name.as_str().starts_with("bastion-")).unwrap();
    let chosen: Vec<Resource> = alone.take(count - 1).chain([guarded]).cloned().collect();
    assert_eq!(chosen.len(), count);
    chosen
}

/// No second holds more than half of what is published in the long run, once half of the burst is used up.
fn polite(turns: &Turns, lane: &str, published: f64, burst: usize) -> usize {
    let turns: Vec<Duration> = turns.lock().unwrap().iter().filter(|(name, _)| *name == lane).map(|(_, turn)| *turn).collect();
    let waited: Vec<_> = turns.iter().filter(|turn| !turn.is_zero()).collect();
    assert!(turns.len() - waited.len() <= burst.div_ceil(2), "{lane}: {turns:?}");
    for pair in waited.windows(2) {
        assert!(pair[1].saturating_sub(*pair[0]).as_secs_f64() > 2.0 / published - 0.001, "{lane}: {turns:?}");
    }
    turns.len()
}

fn codes(told: &Told) -> BTreeMap<String, usize> {
    let mut codes = BTreeMap::new();
    for (_, outcome) in told {
        let code = outcome.as_ref().map_or_else(|problem| problem.code.as_ref().map_or("none", |code| code.as_str()), |_| "");
        *codes.entry(code.to_owned()).or_default() += 1;
    }
    codes
}

/// One is protected and one is gone meanwhile: the others stop, these two are told by themselves, and each call had its turn.
#[tokio::test]
async fn five_hundred_are_stopped_within_the_quotas_and_two_are_told_apart() {
    let sim = sim(Timestamp::now);
    let (door, turns) = unhurried(&sim);
    let mut bench = Bench::new(door);
    let aws = bench.aws().await;
    let chosen = chosen(&aws, 500).await;
    let doomed = chosen.iter().find(|row| row.name.as_str().starts_with("dev-")).unwrap().clone();
    bench.start("ec2", "terminate", &[doomed], Values::default());
    assert!(bench.all_told(1).await[0].1.is_ok());
    bench.start("ec2", "stop", &chosen, Values::default());
    let told = bench.all_told(500).await;
    let expected = [(String::new(), 498), ("IncorrectInstanceState".to_owned(), 1), ("OperationNotPermitted".to_owned(), 1)];
    assert_eq!(codes(&told), BTreeMap::from(expected));
    let calls = sim.calls()[&("ec2".to_owned(), "StopInstances".to_owned())];
    assert!((12..=36).contains(&calls), "{calls} calls");
    assert_eq!(polite(&turns, "ec2-stop", 5.0, 50) as u64, calls);
    assert_eq!(polite(&turns, "ec2-stopped-instances", 20.0, 1_000) as u64, calls);

    // What the journal says is what the world saw: each accepted row once, and it is on its way.
    let history = bench.journal.history(None).unwrap();
    let stops: Vec<_> = history.calls.iter().filter(|call| call.deed.action.as_str() == "stop").collect();
    assert_eq!(stops.len() as u64, calls);
    let mut accepted = HashSet::new();
    for call in stops.iter().filter(|call| call.deed.result() == "accepted") {
        let Standing::Settled { rows, .. } = &call.deed.standing else { panic!("no outcome: {call:?}") };
        assert!(rows.iter().all(|(id, ..)| accepted.insert(id.clone())), "twice: {rows:?}");
    }
    assert_eq!(accepted.len(), 498);
    for id in accepted {
        let phase = sim.instance("111122223333", "eu-west-1", id.as_str()).unwrap().phase;
        assert!(matches!(phase.word(), "stopping" | "stopped"), "{id} is {}", phase.word());
    }
}

/// From the marks to the end on the screen: the plan is there with the key, the bar moves, and the outcome stays.
#[tokio::test]
async fn five_hundred_marked_rows_are_planned_at_once_and_followed_to_the_end() {
    let sim = sim(hurried);
    let (door, _) = unhurried(&sim);
    let mut pilot = Pilot::at(hurried, door.clone(), &["eu-west-1"], Policy::Operator);
    let listed = |state: &State| {
        state
            .fleet
            .tables
            .values()
            .next()
            .is_some_and(|table| table.listing(TargetId(0), &None).is_some_and(|known| known.count.as_of().is_some()))
    };
    pilot.until("every instance", listed).await;
    let (marks, doomed) = marked(&pilot.state);
    let Some(Screen::List(list)) = pilot.state.nav.screens.first_mut() else { panic!("no list") };
    list.marks = marks;

    // No answer of anybody is taken between the key and the plan.
    pilot.feed(Msg::Do(Command::Actions));
    pilot.feed(Msg::Picked('S'));
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { panic!("no plan") };
    assert_eq!((plan.rows.len(), plan.expects.as_deref()), (500, Some("500")));
    let aws = Aws::open(target("eu-west-1"), &door).await.unwrap();
    let errand = Errand {
        action: "terminate",
        rows: vec![doomed],
        values: Values::default(),
        token: || "0123".into(),
        halt: Halt::default(),
        ear: Ear::default(),
    };
    let gone = execute(Policy::Operator, aws, service::kind("ec2").unwrap(), errand, &Unwritten).concat().await;
    assert!(gone[0].1.is_ok(), "{gone:?}");

    pilot.enter("500");
    let tally = |state: &State| state.runs.last().map(Tally::of).unwrap_or_default();
    pilot.until("the bar moves", |state| (1..400).contains(&tally(state).done) && tally(state).going > 0).await;
    pilot.until("the end", |state| tally(state).over() == 500).await;
    assert_eq!(tally(&pilot.state).words(), "498 of 500 done, 2 failed");
    let failed = |code: &str| {
        let failed =
            |step: &Step| matches!(step, Step::Failed(problem) if problem.code.as_ref().is_some_and(|known| known.as_str() == code));
        pilot.state.runs[0].rows.iter().filter(|(.., step)| failed(step)).count()
    };
    assert_eq!((failed("OperationNotPermitted"), failed("IncorrectInstanceState")), (1, 1));
    assert!(matches!(pilot.state.screen(), Screen::Outcome(_)), "it stays until it is closed");
    pilot.press("Esc O");
    assert!(matches!(pilot.state.screen(), Screen::Outcome(_)), "and is there again");
    pilot.press("u");
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { panic!("no plan") };
    assert_eq!((plan.action.id, plan.rows.len()), ("start", 498));
}

/// Five hundred that belong to nobody and run, with a protected one among them; and one of them that is not.
fn marked(state: &State) -> (HashSet<Key>, Arc<Resource>) {
    let kind = service::kind("ec2").unwrap();
    let running = |row: &&Row| kind.cell(&row.resource, "state").words() == "running";
    let table = &state.fleet.tables[&kind.id];
    let named = |starts: &'static [&str]| move |row: &&Row| starts.iter().any(|start| row.resource.name.as_str().starts_with(start));
    let all = || table.rows().map(|(_, row)| row).filter(running);
    let guarded = all().find(named(&["bastion-"])).unwrap();
    let doomed = all().find(named(&["dev-"])).unwrap();
    let others = all().filter(named(&ALONE)).filter(|row| row.key != doomed.key).take(498);
    (others.chain([guarded, doomed]).map(|row| row.key.clone()).collect(), doomed.resource.clone())
}

/// Every action of every service has a lane, and no two lanes of the same name differ.
#[test]
fn every_action_takes_turns() {
    let mut lanes: BTreeMap<String, String> = BTreeMap::new();
    for action in service::kinds().flat_map(|kind| kind.actions) {
        for lane in action.turn.lanes() {
            assert!(lane.published > 0.0 && lane.burst > 0, "{}: {lane:?}", action.id);
            let words = format!("{lane:?}");
            assert_eq!(lanes.entry(lane.name.to_owned()).or_insert_with(|| words.clone()), &words);
        }
    }
    assert!(lanes.len() > 10, "{lanes:?}");
}
