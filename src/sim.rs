//! The simulated AWS: a fleet that lives, behind the protocols of AWS, so that the demonstration and the tests run the real SDK.
//!
//! Invariant: `world` is pure (seed, clock value and calls decide everything); `wire` turns requests into calls on it and answers
//! into protocol; only the doors (`connector`, `server`) wait. Nothing here is known to any other layer but `runtime`.

mod connector;
mod faults;
mod server;
mod wire;
pub mod world;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use self::{
    faults::Hit,
    wire::{Call, Reply, Request},
    world::{World, chance::Chance, instance::Instance},
};
pub use self::{
    faults::{Fault, Faults},
    server::serve,
    world::Sizes,
};

/// Where the simulated AWS takes the time from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks this function.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// What a simulated AWS is made of.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The number its fleets grow from.
    pub seed: u64,
    /// How many of each there are in an account and region.
    pub sizes: Sizes,
    /// The most on a page of any list: AWS may give fewer than were asked for. Calls that ask for no number get what they always get.
    pub page: usize,
    /// How long each answer takes.
    pub latency: Duration,
    /// What goes wrong.
    pub faults: Faults,
    /// Where it takes the time from.
    pub clock: Clock,
}

impl Default for Settings {
    /// The demonstration's sizes, no latency, no faults, and a clock that stands still at the epoch: give it one.
    fn default() -> Self {
        Self {
            seed: 7,
            sizes: Sizes::DEMO,
            page: usize::MAX,
            latency: Duration::ZERO,
            faults: Faults::default(),
            clock: Clock::new(|| Timestamp::UNIX_EPOCH),
        }
    }
}

/// A simulated AWS; clones share one world.
#[derive(Debug, Clone)]
pub struct Sim(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Clock,
    begun: Timestamp,
    page: usize,
    latency: Duration,
    seed: u64,
    state: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    world: World,
    faults: Faults,
    requests: u64,
    calls: BTreeMap<(String, String), u64>,
    metrics: u64,
}

/// How an answer goes out.
#[derive(Debug)]
enum Delivery {
    /// After this long, whole.
    Whole(Duration, Reply),
    /// After this long, the connection breaks in the middle of it.
    Cut(Duration, Reply),
    /// Never.
    Never,
}

impl Sim {
    /// A world that has just been made; its fleets grow when they are first asked about.
    pub fn new(settings: Settings) -> Self {
        let Settings { seed, sizes, page, latency, faults, clock } = settings;
        let begun = clock.now();
        let inside = Inside { world: World::new(seed, sizes, begun), faults, requests: 0, calls: BTreeMap::new(), metrics: 0 };
        Self(Arc::new(Inner { clock, begun, page, latency, seed, state: Mutex::new(inside) }))
    }

    /// Changes what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        self.inside().faults = faults;
    }

    /// What goes wrong at present, in the words it is set with.
    pub fn faults(&self) -> String {
        self.inside().faults.to_string()
    }

    /// How often each operation has been asked for, by service and name; faults included.
    pub fn calls(&self) -> BTreeMap<(String, String), u64> {
        self.inside().calls.clone()
    }

    /// How many metrics `GetMetricData` has been asked for, faults included: what `CloudWatch` bills.
    pub fn metrics(&self) -> u64 {
        self.inside().metrics
    }

    /// An instance as it is now.
    pub fn instance(&self, account: &str, region: &str, id: &str) -> Option<Instance> {
        self.look(|world, now| world.fleet(account, region, now).instance(id).cloned())
    }

    /// Looks at the world as it is now.
    pub fn look<T>(&self, look: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let now = self.0.clock.now();
        look(&mut self.inside().world, now)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request. Never waits: how long the answer takes is part of it.
    fn answer(&self, request: &Request) -> Delivery {
        let now = self.0.clock.now();
        let mut inside = self.inside();
        let Inside { world, faults, requests, calls, metrics } = &mut *inside;
        *requests += 1;
        *calls.entry((request.service().to_owned(), request.operation.clone())).or_default() += 1;
        *metrics += request.metrics() as u64;
        let second = now.duration_since(self.0.begun).as_secs().max(0).cast_unsigned();
        let fate = faults.strike(self.0.seed, (*requests, second), request);
        let after = self.0.latency + fate.delay;
        let request = &request.paged(self.0.page);
        let call = Call { request, now, id: request_id(self.0.seed, *requests) };
        match fate.hit {
            None => Delivery::Whole(after, wire::answer(world, &call)),
            Some(Hit::Marred) => Delivery::Whole(after, wire::answer(world, &Call { request: &request.marred(), ..call })),
            Some(Hit::Hostile) => Delivery::Whole(after, wire::harm(world, &call)),
            Some(Hit::Mangled) => Delivery::Whole(after, wire::mangle(world, &call)),
            Some(Hit::Cut) => Delivery::Cut(after, wire::answer(world, &call)),
            Some(Hit::Hang) => Delivery::Never,
            Some(Hit::Garbage) => Delivery::Whole(after, Reply::garbage()),
            Some(Hit::Refusal(code)) => Delivery::Whole(after, wire::refuse(&call, &code)),
            Some(Hit::Failure(failure)) => Delivery::Whole(after, wire::fail(world, &call, failure)),
        }
    }
}

/// Lets time pass by tokio's clock, which tests can turn; without a delay no runtime is needed.
async fn wait(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

/// An id in the form of a UUID of version 4; the same request of the same run has the same.
fn request_id(seed: u64, number: u64) -> String {
    let hex = Chance::new(seed).of("request").at(number).hex(32);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
