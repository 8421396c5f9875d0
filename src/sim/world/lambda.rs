//! Lambda in one account and region: functions that are called all day, some of them in trouble, and what feeds them.
//!
//! A function is worked out from its number; only what calls have changed is stored.

pub mod plan;
pub mod run;
mod signal;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use self::plan::{PLANS, Plan};
use super::{
    chance::Chance,
    signal::{Published, Signal},
};

/// Milliseconds that turning an event source on or off takes, at least; chance adds up to three seconds.
const TURN: i64 = 4_000;

/// What Lambda has in one account and region.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// The account, twelve digits.
    pub account: String,
    /// The region.
    pub region: String,
    chance: Chance,
    origin: Timestamp,
    count: usize,
    /// Changes of the reserved concurrency by calls, oldest first, by function number.
    reserved: BTreeMap<usize, Vec<(i64, Option<i64>)>>,
    /// The latest switch of an event source, by its number: when, and to what.
    switched: BTreeMap<usize, (Timestamp, Wanted)>,
}

/// What an event source was told to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// On.
    Enabled,
    /// Off.
    Disabled,
}

/// A function.
#[derive(Debug, Clone, Copy)]
pub struct Function<'a> {
    lambda: &'a Lambda,
    /// Its number, which is its place in lists.
    pub number: usize,
    /// What it is for.
    pub plan: &'static Plan,
}

/// An event source mapping.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// What it feeds.
    pub function: Function<'a>,
}

impl Lambda {
    pub(super) fn new(chance: Chance, account: &str, region: &str, count: usize, origin: Timestamp) -> Self {
        let (account, region) = (account.to_owned(), region.to_owned());
        Self { account, region, chance: chance.of("lambda"), origin, count, reserved: BTreeMap::new(), switched: BTreeMap::new() }
    }

    /// The functions from this number on.
    pub fn from(&self, number: usize) -> impl Iterator<Item = Function<'_>> {
        (number..self.count).map(|number| self.at(number))
    }

    fn at(&self, number: usize) -> Function<'_> {
        Function { lambda: self, number, plan: &PLANS[number % PLANS.len()] }
    }

    /// The function with this name, or with this ARN.
    pub fn function(&self, name: &str) -> Option<Function<'_>> {
        let name = if name.starts_with("arn:") { name.split(':').nth(6)? } else { name };
        let planned = |stem: &str| PLANS.iter().position(|plan| plan.name == stem);
        let numbered = || {
            let (stem, block) = name.rsplit_once('-')?;
            let block = block.parse::<usize>().ok().filter(|block| *block > 1)?;
            Some(planned(stem)? + (block - 1) * PLANS.len())
        };
        let at = planned(name).or_else(numbered).filter(|at| *at < self.count)?;
        Some(self.at(at))
    }

    /// The event sources from this function number on.
    pub fn sources(&self, number: usize) -> impl Iterator<Item = Source<'_>> {
        self.from(number).filter(|function| function.plan.source.is_some()).map(|function| Source { function })
    }

    /// The event source with this id.
    pub fn source(&self, id: &str) -> Option<Source<'_>> {
        // The last group of the id is the function's number.
        let number = usize::from_str_radix(id.rsplit('-').next()?, 16).ok().filter(|number| *number < self.count)?;
        let source = Source { function: self.at(number) };
        (source.function.plan.source.is_some() && source.id() == id).then_some(source)
    }

    /// Reserves concurrency for a function, or takes the reservation away.
    pub fn reserve(&mut self, number: usize, to: Option<i64>, now: Timestamp) {
        self.reserved.entry(number).or_default().push((now.as_second(), to));
    }

    /// Turns an event source on or off.
    pub fn switch(&mut self, number: usize, to: Wanted, now: Timestamp) {
        self.switched.insert(number, (now, to));
    }

    /// A metric of a function.
    pub(super) fn signal(&self, namespace: &str, name: &str, dimensions: &[(String, String)]) -> Option<Signal<'_>> {
        let [(key, function)] = dimensions else { return None };
        let wanted = namespace == signal::NAMESPACE && key == "FunctionName";
        signal::signal(self.function(function).filter(|_| wanted)?, name)
    }

    /// Every metric of every function.
    pub(super) fn published(&self) -> impl Iterator<Item = Published> {
        self.from(0).flat_map(|function| {
            signal::NAMES.iter().map(move |(name, _)| Published {
                namespace: signal::NAMESPACE,
                name,
                dimensions: vec![("FunctionName", function.name())],
            })
        })
    }
}

impl Function<'_> {
    /// The stem of its plan; later blocks are numbered.
    pub fn name(&self) -> String {
        let block = self.number / PLANS.len();
        if block == 0 { self.plan.name.to_owned() } else { format!("{}-{}", self.plan.name, block + 1) }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:function:{}", self.lambda.region, self.lambda.account, self.name())
    }

    /// Its own branch of chance.
    pub fn chance(&self) -> Chance {
        self.lambda.chance.at(self.number as u64)
    }

    /// When its code was changed last.
    pub fn modified(&self) -> Timestamp {
        let age = 3_600 + self.chance().of("age").below(300 * 86_400) as i64;
        self.lambda.origin.saturating_sub(SignedDuration::from_secs(age)).unwrap_or(self.lambda.origin)
    }

    /// The newest published version.
    pub fn version(&self) -> u64 {
        3 + self.chance().of("version").below(40)
    }

    /// The concurrency reserved for it at a second.
    pub fn reserved_at(&self, second: i64) -> Option<i64> {
        let changes = self.lambda.reserved.get(&self.number).map_or(&[][..], Vec::as_slice);
        let latest = changes.iter().rev().find(|(at, _)| *at <= second);
        latest.map_or(self.plan.reserved, |(_, to)| *to)
    }
}

impl Source<'_> {
    /// Its id in the form of a UUID.
    pub fn id(&self) -> String {
        let hex = self.function.chance().of("source").hex(20);
        format!("{}-{}-4{}-a{}-{:012x}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], self.function.number)
    }

    /// Its state at a moment, and why.
    pub fn state(&self, now: Timestamp) -> (&'static str, &'static str) {
        let number = self.function.number;
        let Some((at, wanted)) = self.function.lambda.switched.get(&number) else { return ("Enabled", "USER_INITIATED") };
        let extra = self.function.chance().of("turn").at(at.as_second().cast_unsigned()).below(3_000) as i64;
        let turning = now.duration_since(*at).as_millis() < i128::from(TURN + extra);
        let word = match (wanted, turning) {
            (Wanted::Enabled, true) => "Enabling",
            (Wanted::Enabled, false) => "Enabled",
            (Wanted::Disabled, true) => "Disabling",
            (Wanted::Disabled, false) => "Disabled",
        };
        (word, "USER_INITIATED")
    }

    /// When it was changed last.
    pub fn modified(&self) -> Timestamp {
        let switched = self.function.lambda.switched.get(&self.function.number);
        switched.map_or_else(|| self.function.modified(), |(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).expect("a time")
    }

    fn lambda(count: usize) -> Lambda {
        Lambda::new(Chance::new(7), "123456789012", "eu-west-1", count, at(0))
    }

    #[test]
    fn every_function_is_found_by_its_name_and_its_arn() {
        let lambda = lambda(100);
        for function in lambda.from(0) {
            assert_eq!(lambda.function(&function.name()).map(|found| found.number), Some(function.number));
            assert_eq!(lambda.function(&function.arn()).map(|found| found.number), Some(function.number));
        }
        assert!(lambda.function("nobody").is_none() && lambda.function("payments-webhook-99").is_none());
        for source in lambda.sources(0) {
            assert_eq!(lambda.source(&source.id()).map(|found| found.function.number), Some(source.function.number));
        }
    }

    #[test]
    fn a_source_is_turned_off_over_some_seconds() {
        let mut lambda = lambda(24);
        let (id, number) = lambda.sources(0).map(|source| (source.id(), source.function.number)).next().expect("one");
        lambda.switch(number, Wanted::Disabled, at(0));
        let state = |lambda: &Lambda, second| lambda.source(&id).expect("there").state(at(second)).0;
        assert_eq!((state(&lambda, 1), state(&lambda, 10)), ("Disabling", "Disabled"));
    }

    #[test]
    fn a_braked_function_runs_no_more_and_throttles_everything() {
        let mut lambda = lambda(24);
        lambda.reserve(0, Some(0), at(0));
        let name = lambda.at(0).name();
        let sum = |lambda: &Lambda, metric: &str, second: i64| {
            let asked = [("FunctionName".to_owned(), name.clone())];
            (lambda.signal("AWS/Lambda", metric, &asked).expect("published").samples)(1_790_000_000 + second).iter().sum::<f64>()
        };
        assert!(sum(&lambda, "Invocations", -600) > 0.0);
        assert!(sum(&lambda, "Invocations", 600) < 0.5 && sum(&lambda, "Throttles", 600) > 0.0);
    }

    /// Whenever somebody looks: the incidents of the demonstration are going on.
    #[test]
    fn there_is_always_one_that_fails_and_one_that_is_turned_away() {
        let lambda = lambda(24);
        let sum = |function: &str, metric: &str, from: i64| {
            let asked = [("FunctionName".to_owned(), function.to_owned())];
            let signal = lambda.signal("AWS/Lambda", metric, &asked).expect("published");
            (0..10).flat_map(|minute| (signal.samples)(from + minute * 60)).sum::<f64>()
        };
        for hour in 0..24 {
            let from = 1_790_000_000 + hour * 3_600;
            assert!(sum("payments-webhook", "Errors", from) > 10.0, "no errors at hour {hour}");
            assert!(sum("orders-api", "Throttles", from) > 10.0, "nobody is turned away at hour {hour}");
        }
    }
}
