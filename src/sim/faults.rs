//! What goes wrong on purpose, how often, and for whom.

use std::{fmt, str::FromStr, sync::Arc, time::Duration};

use super::{
    wire::{Failure, Request},
    world::chance::Chance,
};

/// How much later a slow answer comes.
const SLOW: Duration = Duration::from_secs(3);

/// A way to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Too many requests.
    Throttle,
    /// The caller lacks the permission.
    Deny,
    /// AWS's own failure.
    Internal,
    /// The answer takes three seconds longer.
    Slow,
    /// The answer never comes.
    Hang,
    /// The connection breaks in the middle of the answer.
    Cut,
    /// The answer is not AWS's protocol.
    Garbage,
    /// The caller's session has ended.
    Expired,
    /// Parts of the answer fail by themselves, where an operation's answer can say so (`GetMetricData`, and writes about several things).
    Marred,
    /// Names, tags, reasons, logs and messages of the answer hold what a terminal obeys, what hides or reorders text, and 10 KB of it.
    Hostile,
    /// The same texts, and none of them is UTF-8.
    Mangled,
    /// The service refuses with this code, and does nothing.
    Refuse(Arc<str>),
}

const NAMES: &[(&str, Fault)] = &[
    ("throttle", Fault::Throttle),
    ("deny", Fault::Deny),
    ("5xx", Fault::Internal),
    ("slow", Fault::Slow),
    ("hang", Fault::Hang),
    ("cut", Fault::Cut),
    ("garbage", Fault::Garbage),
    ("expired", Fault::Expired),
    ("marred", Fault::Marred),
    ("hostile", Fault::Hostile),
    ("mangled", Fault::Mangled),
];

/// How the fault is written that has a code.
const REFUSE: &str = "refuse:";

/// One fault: how often, and for whom.
#[derive(Debug, Clone, PartialEq)]
struct Rule {
    fault: Fault,
    /// Services, operations, regions, zones, accounts and access keys with slashes between them, all of which must fit; empty for everybody.
    only: String,
    rate: f64,
    /// From and until how many seconds after the beginning; `None` for always.
    between: Option<(u64, u64)>,
}

/// Everything that goes wrong. Written `throttle=0.3,deny@us-east-1=1,slow@ec2=30%`; the first that strikes is the one. `deny@ec2/us-east-1=1`
/// is for that service in that region, `refuse:VcpuLimitExceeded@ec2/StartInstances=1` for that operation, and `expired=1:60-105` only from
/// the 60th second to the 105th.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults(Vec<Rule>);

/// What happens to a request: a delay, and perhaps something instead of its answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) delay: Duration,
    pub(super) hit: Option<Hit>,
}

/// What happens to a request instead of its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hit {
    Hang,
    Cut,
    Garbage,
    Marred,
    Hostile,
    Mangled,
    Failure(Failure),
    Refusal(Arc<str>),
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rules = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        rules.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || NAMES.iter().map(|(name, _)| *name).chain(["refuse:CODE"]).collect::<Vec<_>>().join(", ");
        let (what, rate) =
            text.split_once('=').ok_or_else(|| format!("`{text}` has no rate; write it like throttle=0.3 (kinds: {})", names()))?;
        let (name, only) = match what.trim().split_once('@') {
            Some((_, "")) => return Err(format!("`{text}` names nobody after the @; write it like deny@us-east-1=1")),
            Some(parts) => parts,
            None => (what.trim(), ""),
        };
        let known = || NAMES.iter().find(|(known, _)| *known == name).map(|(_, fault)| fault.clone());
        let fault = match name.strip_prefix(REFUSE) {
            Some(code) => Fault::Refuse(worded(code)?.into()),
            None => known().ok_or_else(|| format!("there is no fault `{name}`; there are {}", names()))?,
        };
        let (rate, span) = rate.split_once(':').map_or((rate, None), |(rate, span)| (rate, Some(span)));
        let between = span.map(|span| window(span.trim())).transpose()?;
        Ok(Self { fault, only: only.to_owned(), rate: share(rate.trim())?, between })
    }
}

/// A code of letters, digits and dots, as all of AWS's are.
fn worded(code: &str) -> Result<&str, String> {
    let plain = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    plain.then_some(code).ok_or_else(|| format!("`{code}` is no code of AWS; write it like refuse:VcpuLimitExceeded@ec2=1"))
}

/// Seconds from and until, `60-105`.
fn window(text: &str) -> Result<(u64, u64), String> {
    let ends = text.split_once('-').and_then(|(from, until)| Some((from.parse().ok()?, until.parse().ok()?)));
    ends.filter(|(from, until): &(u64, u64)| from < until).ok_or_else(|| format!("`{text}` is no span of seconds; write 60-105"))
}

/// A rate from 0 to 1, or with a percent sign from 0 to 100.
fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let rate = number.parse::<f64>().ok().map(|number| number / scale).filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| format!("`{text}` is no rate; write 0.3 or 30%"))
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |fault: &Fault| match fault {
            Fault::Refuse(code) => format!("{REFUSE}{code}"),
            fault => NAMES.iter().find(|(_, known)| known == fault).map_or("", |(name, _)| name).to_owned(),
        };
        for (at, Rule { fault, only, rate, between }) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let only = if only.is_empty() { String::new() } else { format!("@{only}") };
            let span = between.map_or_else(String::new, |(from, until)| format!(":{from}-{until}"));
            write!(f, "{comma}{}{only}={rate}{span}", name(fault))?;
        }
        Ok(())
    }
}

impl Faults {
    /// What happens to the request with this number, so many seconds after the beginning; the same number, the same fate. Slowness comes on
    /// top of the first of the others.
    pub(super) fn strike(&self, seed: u64, (number, second): (u64, u64), request: &Request) -> Fate {
        let chance = Chance::new(seed).of("fault").at(number);
        let struck =
            self.0.iter().enumerate().filter(|(at, rule)| rule.concerns(request, second) && chance.at(*at as u64).unit() < rule.rate);
        struck.fold(Fate::default(), |fate, (_, rule)| match rule.fault.hit() {
            None => Fate { delay: SLOW, ..fate },
            hit => Fate { hit: fate.hit.or(hit), ..fate },
        })
    }
}

impl Rule {
    fn concerns(&self, request: &Request, second: u64) -> bool {
        let whom = self.only.is_empty() || self.only.split('/').all(|word| request.concerns(word));
        whom && self.between.is_none_or(|(from, until)| (from..until).contains(&second))
    }
}

impl Fault {
    fn hit(&self) -> Option<Hit> {
        Some(match self {
            Self::Refuse(code) => Hit::Refusal(code.clone()),
            Self::Slow => return None,
            Self::Hang => Hit::Hang,
            Self::Cut => Hit::Cut,
            Self::Garbage => Hit::Garbage,
            Self::Marred => Hit::Marred,
            Self::Hostile => Hit::Hostile,
            Self::Mangled => Hit::Mangled,
            Self::Throttle => Hit::Failure(Failure::Throttled),
            Self::Deny => Hit::Failure(Failure::Denied),
            Self::Expired => Hit::Failure(Failure::Expired),
            Self::Internal => Hit::Failure(Failure::Internal),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_written_as_they_are_read() {
        let faults: Faults = "throttle=30%, deny@ec2/us-east-1=1,cut=0.5:60-105,refuse:A.b@ec2/StopInstances=1".parse().expect("faults");
        assert_eq!(faults.to_string(), "throttle=0.3,deny@ec2/us-east-1=1,cut=0.5:60-105,refuse:A.b@ec2/StopInstances=1");
        assert_eq!("".parse::<Faults>(), Ok(Faults::default()));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, word) in [
            ("throtle=1", "throtle"),
            ("cut", "cut"),
            ("cut=2", "2"),
            ("cut=-1", "-1"),
            ("cut=x%", "x%"),
            ("cut=nan", "nan"),
            ("cut@=1", "cut@"),
            ("cut=1:60", "60"),
            ("cut=1:9-3", "9-3"),
            ("refuse:=1", "no code"),
            ("refuse:a b=1", "a b"),
        ] {
            let complaint = text.parse::<Faults>().expect_err("wrong");
            assert!(complaint.contains(word), "{complaint}");
        }
        assert!("x=1".parse::<Faults>().expect_err("wrong").contains("garbage"));
    }

    fn request() -> Request {
        Request::sample("cloudwatch", "GetMetricData", serde_json::Value::Null)
    }

    #[test]
    fn about_a_third_of_the_requests_is_struck_and_always_the_same_third() {
        let faults: Faults = "hang=0.3".parse().expect("faults");
        let struck = |seed| (0..1_000).filter(|number| faults.strike(seed, (*number, 0), &request()).hit.is_some()).collect::<Vec<_>>();
        assert!((250..350).contains(&struck(1).len()));
        assert_eq!(struck(1), struck(1));
        assert_ne!(struck(1), struck(2));
    }

    #[test]
    fn rules_are_for_a_service_a_region_or_an_account() {
        let struck = |text: &str| text.parse::<Faults>().expect("faults").strike(1, (1, 0), &request()).hit.is_some();
        for only in ["cloudwatch", "monitoring", "eu-west-1", "123456789012", "123456789012/eu-west-1", "cloudwatch/GetMetricData"] {
            assert!(struck(&format!("cut@{only}=1")), "{only}");
        }
        assert!(
            !struck("cut@ec2=1")
                && !struck("cut@ListMetrics=1")
                && !struck("cut@us-east-1=1")
                && !struck("cut@cloudwatch/us-east-1=1")
                && !struck("cut=0")
        );
    }

    #[test]
    fn a_zone_is_where_instances_are_looked_for() {
        let asked = |input| {
            let request = Request::sample("ec2", "DescribeInstances", input);
            "5xx@eu-west-1b=1".parse::<Faults>().expect("faults").strike(1, (1, 0), &request).hit.is_some()
        };
        let within = |zone: &str| serde_json::json!({ "Filter": [{ "Name": "availability-zone", "Value": [zone] }] });
        assert!(asked(serde_json::json!({})) && asked(within("eu-west-1b")) && !asked(within("eu-west-1a")));
    }

    #[test]
    fn two_faults_at_once_are_the_first_and_slowness() {
        let fate = "slow=1,throttle=1,cut=1".parse::<Faults>().expect("faults").strike(1, (1, 0), &request());
        assert_eq!(fate, Fate { delay: SLOW, hit: Some(Hit::Failure(Failure::Throttled)) });
    }
    #[test]
    fn a_span_has_a_beginning_and_an_end() {
        let faults: Faults = "expired=1:60-105".parse().expect("faults");
        let struck: Vec<u64> = (0..200).filter(|second| faults.strike(1, (1, *second), &request()).hit.is_some()).collect();
        assert_eq!((struck.first(), struck.last(), struck.len()), (Some(&60), Some(&104), 45));
    }
}
