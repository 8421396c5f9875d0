//! An hour of the dashboard in simulated time: what it asks for and what that costs, by the simulated AWS's own count.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use quarterdeck::{
    app::{
        self,
        command::Command,
        effect::Effect,
        fleet::Row,
        msg::{Answer, Msg},
        schedule::Watch,
        state::{Policy, Setup, Source, State},
    },
    aws::{Door, Pace},
    model::{Cell, Health},
    runtime::{tasks::Tasks, world::World},
    service,
    sim::{Clock, Settings, Sim, Sizes},
};
use tokio::sync::mpsc::Receiver;

use crate::pilot::{door, target};

/// Dollars for one metric (`CloudWatch` pricing: `GetMetricData`, $0.01 for 1,000).
const PRICE: f64 = 0.000_01;

/// What such an hour took when it was counted last (1,684 metrics, 1,644 calls; CONTRIBUTING, "Measuring"), and an eighth to a quarter more: far below what
/// was promised, so that a habit which asks twice is noticed long before that is broken.
const METRICS: u64 = 2_100;
const CALLS: u64 = 1_850;

static SECOND: AtomicI64 = AtomicI64::new(1_790_000_000);

fn now() -> Timestamp {
    Timestamp::from_second(SECOND.load(Ordering::Relaxed)).expect("a time")
}

/// True for the last answer to an effect.
fn last(msg: &Msg) -> bool {
    !matches!(msg, Msg::Answered(_, Answer::Page { .. }))
}

/// Starts effects and takes answers until nothing is under way.
async fn settle(state: &mut State, tasks: &mut Tasks, answers: &mut Receiver<Msg>, mut effects: Vec<Effect>) {
    let mut under_way = 0;
    loop {
        for effect in effects.drain(..) {
            // Everything else is answered.
            under_way += usize::from(!matches!(effect, Effect::Forget(_)));
            tasks.start(state.epoch, effect);
        }
        if under_way == 0 {
            return;
        }
        let msg = tokio::time::timeout(Duration::from_mins(1), answers.recv()).await.expect("an answer").expect("tasks");
        under_way -= usize::from(last(&msg));
        effects = app::update(state, msg);
    }
}

type Turns = Arc<Mutex<Vec<(&'static str, Duration)>>>;

/// What came of an hour.
struct Hour {
    /// The turns that calls took in their lanes.
    turns: Turns,
    /// Calls of the first ten seconds, in which everything that is watched is asked for once: lists, what they leave out, alarms, metrics.
    once: u64,
    /// Instances that ran at its end.
    running: usize,
}

/// One screen of EC2 instances, open for an hour with everything else that is watched behind it; somebody moves the cursor every five minutes.
async fn an_hour(sim: &Sim) -> Hour {
    let turns = Turns::default();
    let door = Door { pace: Pace::Counted(turns.clone()), ..door(sim) };
    let targets = vec![target("eu-west-1")];
    let (mut tasks, mut answers) = Tasks::new(World::new(door, targets.clone()), Policy::Operator, None);
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let mut state = State::new(setup, targets, service::ALL[0].kinds[0], (160, 45), now());
    state.watch = Watch::Fleet;
    let (mut before, mut once) = (Calls::new(), 0);
    for second in 0..3_600 {
        if second % 60 == 0 {
            let calls = sim.calls();
            polite(&before, &calls);
            before = calls;
        }
        SECOND.fetch_add(1, Ordering::Relaxed);
        if second % 300 == 299 {
            app::update(&mut state, Msg::Do(Command::Down));
        }
        let effects = app::update(&mut state, Msg::Tick(now()));
        settle(&mut state, &mut tasks, &mut answers, effects).await;
        if second == 9 {
            once = sim.calls().values().sum();
        }
    }
    polite(&before, &sim.calls());
    let running =
        |row: &Row| (row.resource.cells.iter()).any(|cell| matches!(cell, Cell::State(Health::Ok, word) if word.as_str() == "running"));
    let running = state.fleet.tables[&service::ALL[0].kinds[0].id].rows().filter(|(_, row)| running(row)).count();
    Hour { turns, once, running }
}

/// Calls by service and operation, as the simulated AWS counts them.
type Calls = BTreeMap<(String, String), u64>;

/// What AWS lets everybody together call in a second of each service: of the lanes that its calls go through the slowest.
const PUBLISHED: [(&str, u64); 8] = [
    ("autoscaling", 10),
    ("batch", 10),
    ("cloudwatch", 9),
    ("ec2", 20),
    ("ecs", 20),
    ("eks", 10),
    ("elasticloadbalancing", 10),
    ("lambda", 15),
];

/// No minute holds more calls of a service, all of them together, than half of what is published for one of its lanes.
fn polite(before: &Calls, after: &Calls) {
    for (service, published) in PUBLISHED {
        let of = |calls: &Calls| calls.iter().filter(|((name, _), _)| name == service).map(|(_, count)| count).sum::<u64>();
        let calls = of(after) - of(before);
        assert!(calls <= published * 30, "{calls} calls of {service} in a minute");
    }
    let unknown = |name: &str| name != "sts" && PUBLISHED.iter().all(|(service, _)| *service != name);
    assert!(!after.keys().any(|(name, _)| unknown(name)), "a service without a rate: {after:?}");
}

#[tokio::test]
async fn an_hour_of_a_thousand_instances_is_cheap_and_polite() {
    let sizes = Sizes { instances: 1_200, ..Sizes::DEMO };
    let sim = Sim::new(Settings { sizes, clock: Clock::new(now), ..Settings::default() });
    let Hour { turns, once, running } = an_hour(&sim).await;
    assert!(running >= 1_000, "{running} run");
    let dollars = sim.metrics() as f64 * PRICE;
    assert!(sim.metrics() > 500 && dollars <= 0.10, "${dollars} of GetMetricData");
    let calls: u64 = sim.calls().values().sum();
    let naive = once * 360;
    eprintln!(
        "{calls} calls and {} metrics, ${dollars:.3}, {running} run; all of it every ten seconds: {naive} calls ({once} once)",
        sim.metrics()
    );
    assert!(calls * 20 <= naive, "{calls} calls, {naive} for everything every ten seconds");
    assert!(sim.metrics() <= METRICS && calls <= CALLS, "{} metrics and {calls} calls: more than last time by far", sim.metrics());
    let turns = turns.lock().expect("no panic").clone();
    assert_eq!(turns.len() as u64, calls, "a call took no turn");
}
