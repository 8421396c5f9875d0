//! An hour of the dashboard in simulated time: what it asks for and what that costs, by the simulated AWS's own count.

use std::{
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
        msg::{Answer, Msg},
        schedule::Watch,
        state::{Policy, Setup, Source, State},
    },
    aws::{Aws, Door, Pace},
    model::target::Haste,
    runtime::{tasks::Tasks, world::World},
    service::{self, Scope},
    sim::{Clock, Settings, Sim, Sizes},
};
use tokio::sync::mpsc::{self, Receiver};

use crate::pilot::{door, target};

/// Dollars for one metric (`CloudWatch` pricing: `GetMetricData`, $0.01 for 1,000).
const PRICE: f64 = 0.000_01;

/// What such an hour took when it was counted last (1,684 metrics, 1,616 calls; CONTRIBUTING, "Measuring"), and a quarter more: far below what
/// was promised, so that a habit which asks twice is noticed long before that is broken.
const METRICS: u64 = 2_100;
const CALLS: u64 = 2_000;

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

/// One screen of EC2 instances, open for an hour with everything else that is watched behind it; somebody moves the cursor every five minutes.
async fn an_hour(sim: &Sim) -> Turns {
    let turns = Turns::default();
    let door = Door { pace: Pace::Counted(turns.clone()), ..door(sim) };
    let targets = vec![target("eu-west-1")];
    let (mut tasks, mut answers) = Tasks::new(World::new(door, targets.clone()), Policy::Operator, None);
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let mut state = State::new(setup, targets, service::ALL[0].kinds[0], (160, 45), now());
    state.watch = Watch::Fleet;
    for second in 0..3_600 {
        SECOND.fetch_add(1, Ordering::Relaxed);
        if second % 300 == 299 {
            app::update(&mut state, Msg::Do(Command::Down));
        }
        let effects = app::update(&mut state, Msg::Tick(now()));
        settle(&mut state, &mut tasks, &mut answers, effects).await;
    }
    turns
}

/// Calls that it takes to list everything once, in calm.
async fn everything(sizes: Sizes) -> u64 {
    let sim = Sim::new(Settings { sizes, clock: Clock::new(now), ..Settings::default() });
    let door = Door { pace: Pace::Counted(Turns::default()), ..door(&sim) };
    let aws = Aws::open(target("eu-west-1"), &door).await.expect("a session").with(Haste::Calm);
    for kind in service::kinds() {
        let (sender, mut pages) = mpsc::channel(1);
        let reading = async { while pages.recv().await.is_some() {} };
        let (result, ()) = futures::join!((kind.list)(aws.clone(), Scope::All, sender), reading);
        assert_eq!(result.expect("listed"), []);
    }
    sim.calls().values().sum()
}

#[tokio::test]
async fn an_hour_of_a_thousand_instances_is_cheap_and_polite() {
    let sizes = Sizes { instances: 1_000, ..Sizes::DEMO };
    let sim = Sim::new(Settings { sizes, clock: Clock::new(now), ..Settings::default() });
    let turns = an_hour(&sim).await;
    let dollars = sim.metrics() as f64 * PRICE;
    assert!(sim.metrics() > 500 && dollars <= 0.10, "${dollars} of GetMetricData");
    let calls: u64 = sim.calls().values().sum();
    let naive = everything(sizes).await * 360;
    eprintln!("{calls} calls and {} metrics, ${dollars:.3}; everything every ten seconds: {naive} calls", sim.metrics());
    assert!(calls * 20 <= naive, "{calls} calls, {naive} for everything every ten seconds");
    assert!(sim.metrics() <= METRICS && calls <= CALLS, "{} metrics and {calls} calls: a quarter more than last time", sim.metrics());
    let turns = turns.lock().expect("no panic").clone();
    assert_eq!(turns.len() as u64, calls, "a call took no turn");
}
