//! A full inventory against a bare paginator of the SDK that only counts: time at 100 ms a page, and processor time.
//! `qd sim` serves both over HTTP from a process of its own.
//!
//! `cargo bench --bench inventory`

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a bench reads the clock and reports to people")]
#![expect(dead_code, reason = "of what is shared only the simulated fleet is needed")]

/// The one of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[path = "shared/screen.rs"]
mod screen;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use quarterdeck::{
    app::{
        self,
        effect::Effect,
        msg::Msg,
        state::{Policy, Setup, Source, State},
    },
    aws::{self, Aws, Door, Login, Pace},
    model::{Target, TargetId},
    runtime::{tasks::Tasks, world::World},
    service,
};
use screen::{Sim, spread};

/// Wall time, and the processor time of this process.
type Cost = (Duration, Duration);

const RUNS: usize = 5;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    runtime.block_on(async {
        compare("10,000 instances in three zones, 100 ms a page", &Sim::start(&["--instances", "10000", "--latency", "100ms"]), 10_000)
            .await;
        compare("100,000 instances", &Sim::start(&["--instances", "100000"]), 100_000).await;
    });
}

async fn compare(what: &str, sim: &Sim, instances: usize) {
    let (mut bare, mut pairs, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bare.push(paginated(door(sim), instances).await);
        pairs.push(paired(sim, instances).await);
        ours.push(listed(sim, instances).await);
    }
    println!("{what}: median of {RUNS}, {}", if cfg!(debug_assertions) { "NOT a release build" } else { "release build" });
    tell("time", ("bare paginator", &bare), &ours, |cost| cost.0);
    tell("processor time", ("bare paginator", &bare), &ours, |cost| cost.1);
    tell("processor time", ("one of two at once", &pairs), &ours, |cost| cost.1);
}

fn tell(name: &str, (whose, theirs): (&str, &[Cost]), ours: &[Cost], of: fn(&Cost) -> Duration) {
    let middle = |costs: &[Cost]| spread(costs.iter().map(of).collect()).1;
    let (theirs, ours) = (middle(theirs), middle(ours));
    let times = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("  {name:<16} {whose:<18} {theirs:>8.2?}   listed and merged {ours:>8.2?}   {times:.2} ×");
}

/// One of two bare paginators that run at the same time: as busy as both processors are while ours lists, each does less for its time.
async fn paired(sim: &Sim, instances: usize) -> Cost {
    let begun = (Instant::now(), processor());
    let pair = [door(sim), door(sim)].map(|door| tokio::spawn(paginated(door, instances)));
    for one in pair {
        one.await.expect("all pages");
    }
    (begun.0.elapsed(), processor().saturating_sub(begun.1) / 2)
}

fn processor() -> Duration {
    screen::processor(&std::fs::read_to_string("/proc/self/stat").expect("Linux"))
}

fn door(sim: &Sim) -> Door {
    Door { http: aws::http_client(), endpoint: Some(sim.url.clone()), credentials: Login::Fixed("AKIABENCH"), pace: Pace::Real }
}

fn here() -> Target {
    Target { profile: "bench".into(), region: "eu-west-1".into() }
}

async fn paginated(door: Door, instances: usize) -> Cost {
    let aws = Aws::open(here(), &door).await.expect("a session");
    let client = aws.client(|_, config| aws_sdk_ec2::Client::new(config));
    let begun = (Instant::now(), processor());
    let (mut token, mut count) = (None, 0);
    loop {
        let answer = client.describe_instances().max_results(1_000).set_next_token(token).send().await.expect("a page");
        count += answer.reservations().iter().map(|reservation| reservation.instances().len()).sum::<usize>();
        token = answer.next_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(count, instances);
    (begun.0.elapsed(), processor().saturating_sub(begun.1))
}

/// What the dashboard does, without drawing: identity, status checks, findings and order included.
async fn listed(sim: &Sim, instances: usize) -> Cost {
    let begun = (Instant::now(), processor());
    let kind = service::ALL[0].kinds[0];
    let setup = Setup { policy: Policy::Operator, source: Source::Demo };
    let mut state = State::new(setup, vec![here()], kind, (160, 45), Timestamp::now());
    let (mut tasks, mut answers) = Tasks::new(World::new(door(sim), vec![here()]), Policy::Operator, None);
    let mut effects = app::update(&mut state, Msg::Tick(Timestamp::now()));
    while state.fleet.tables.get(&kind.id).and_then(|table| table.listing(TargetId(0), &None)?.count.value().copied()).is_none() {
        for effect in effects.drain(..).filter(|effect| !matches!(effect, Effect::Keep(_))) {
            tasks.start(state.epoch, effect);
        }
        effects = app::update(&mut state, answers.recv().await.expect("an answer"));
    }
    assert_eq!(state.list().expect("a list").view.order().len(), instances);
    (begun.0.elapsed(), processor().saturating_sub(begun.1))
}
