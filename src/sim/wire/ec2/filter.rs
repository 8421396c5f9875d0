//! EC2's filters: names with lists of values, wildcards, all of them together.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    super::{Call, Refusal, plain},
    shape,
};
use crate::sim::world::{fleet::Fleet, instance::Instance};

/// Values of one filter (EC2 API Reference, `FilterLimitExceeded`).
const VALUES: usize = 200;

/// What a filter looks at.
type Fact = fn(&Fleet, &Instance, Timestamp) -> Vec<Cow<'static, str>>;
/// The filters that an operation knows.
pub(super) type Facts = &'static [(&'static str, Fact)];

/// A filter: passes when one of its values matches.
pub(super) struct Filter {
    looks: Looks,
    values: Vec<String>,
}

enum Looks {
    At(&'static str, Fact),
    AtTag(String),
}

fn one(text: impl Into<Cow<'static, str>>) -> Vec<Cow<'static, str>> {
    vec![text.into()]
}

fn some(text: Option<impl Into<Cow<'static, str>>>) -> Vec<Cow<'static, str>> {
    text.map(Into::into).into_iter().collect()
}

fn time(at: Timestamp) -> Vec<Cow<'static, str>> {
    one(super::super::encode::iso(at))
}

/// Filters of `DescribeInstances` (EC2 API Reference). Those with no fact are known, and match nothing here.
pub(super) static INSTANCES: Facts = &[
    ("affinity", |_, _, _| Vec::new()),
    ("architecture", |_, it, _| one(it.role.architecture)),
    ("availability-zone", |fleet, it, _| one(format!("{}{}", fleet.region, it.zone))),
    ("availability-zone-id", |fleet, it, _| one(crate::sim::world::place::zone_id(&fleet.region, it.zone))),
    ("block-device-mapping.attach-time", |_, it, _| time(it.born)),
    ("block-device-mapping.delete-on-termination", |_, it, _| shape::volumes(it).into_iter().map(|volume| volume.word().into()).collect()),
    ("block-device-mapping.device-name", |_, it, _| shape::volumes(it).into_iter().map(|volume| volume.device.into()).collect()),
    ("block-device-mapping.status", |_, it, _| shape::volumes(it).into_iter().map(|_| "attached".into()).collect()),
    ("block-device-mapping.volume-id", |_, it, _| shape::volumes(it).into_iter().map(|volume| volume.id.into()).collect()),
    ("client-token", |_, it, _| one(shape::client_token(it))),
    ("dns-name", |fleet, it, _| some(it.public_ip().map(|address| shape::public_dns(fleet, &address)))),
    ("hibernation-options.configured", |_, it, _| one(if shape::hibernates(it) { "true" } else { "false" })),
    ("host-id", |_, _, _| Vec::new()),
    ("hypervisor", |_, _, _| one("xen")),
    ("iam-instance-profile.arn", |fleet, it, _| one(shape::profile(fleet, it))),
    ("image-id", |_, it, _| one(it.image())),
    ("instance-id", |_, it, _| one(it.id())),
    ("instance-lifecycle", |_, it, _| some(shape::lifecycle(it))),
    ("instance-state-code", |_, it, _| one(it.phase.code().to_string())),
    ("instance-state-name", |_, it, _| one(it.phase.word())),
    ("instance-type", |_, it, _| one(it.kind.name)),
    ("instance.group-id", |_, it, _| one(it.security_group().0)),
    ("instance.group-name", |_, it, _| one(it.security_group().1)),
    ("ip-address", |_, it, _| some(it.public_ip())),
    ("kernel-id", |_, _, _| Vec::new()),
    ("key-name", |_, it, _| one(shape::key(it))),
    ("launch-index", |_, it, _| one((it.rank % 3).to_string())),
    ("launch-time", |_, it, _| time(it.launched)),
    ("metadata-options.http-tokens", |_, it, _| one(shape::tokens(it))),
    ("monitoring-state", |_, it, _| one(it.monitoring.word())),
    ("network-interface.network-interface-id", |_, it, _| one(it.interface())),
    ("network-interface.private-ip-address", |_, it, _| one(it.private_ip())),
    ("network-interface.subnet-id", |_, it, _| one(it.subnet())),
    ("network-interface.vpc-id", |_, it, _| one(it.vpc())),
    ("outpost-arn", |_, _, _| Vec::new()),
    ("owner-id", |fleet, _, _| one(fleet.account.clone())),
    ("placement-group-name", |_, _, _| Vec::new()),
    ("platform", |_, it, _| some(shape::platform(it))),
    ("platform-details", |_, it, _| one(it.role.platform)),
    ("private-dns-name", |fleet, it, _| one(shape::private_dns(fleet, it))),
    ("private-ip-address", |_, it, _| one(it.private_ip())),
    ("product-code", |_, _, _| Vec::new()),
    ("ramdisk-id", |_, _, _| Vec::new()),
    ("reason", |_, it, _| one(it.reason.transition(it.since))),
    ("requester-id", |_, it, _| some(shape::requester(it))),
    ("reservation-id", |_, it, _| one(it.reservation())),
    ("root-device-name", |_, it, _| one(shape::root_device(it))),
    ("root-device-type", |_, it, _| one(shape::root(it))),
    ("source-dest-check", |_, _, _| one("true")),
    ("spot-instance-request-id", |_, it, _| some(shape::spot_request(it))),
    ("state-reason-code", |_, it, _| some(it.reason.code())),
    ("state-reason-message", |_, it, _| one(it.reason.message())),
    ("subnet-id", |_, it, _| one(it.subnet())),
    ("tag-key", |_, it, _| it.tags().into_iter().map(|(key, _)| key.into()).collect()),
    ("tag-value", |_, it, _| it.tags().into_iter().map(|(_, value)| value).collect()),
    ("tenancy", |_, _, _| one("default")),
    ("usage-operation", |_, it, _| one(shape::usage(it))),
    ("virtualization-type", |_, _, _| one("hvm")),
    ("vpc-id", |_, it, _| one(it.vpc())),
];

/// Filters of `DescribeInstanceStatus` (EC2 API Reference).
pub(super) static STATUSES: Facts = &[
    ("attached-ebs-status.status", |_, it, now| one(shape::Checks::of(it, now).volumes)),
    ("availability-zone", |fleet, it, _| one(format!("{}{}", fleet.region, it.zone))),
    ("availability-zone-id", |fleet, it, _| one(crate::sim::world::place::zone_id(&fleet.region, it.zone))),
    ("event.code", |_, it, _| some(shape::event(it).map(|event| event.code))),
    ("event.description", |_, it, _| some(shape::event(it).map(|event| event.description))),
    ("event.instance-event-id", |_, it, _| some(shape::event(it).map(|event| event.id))),
    ("event.not-after", |_, _, _| Vec::new()),
    ("event.not-before", |_, it, _| shape::event(it).map_or_else(Vec::new, |event| time(event.not_before))),
    ("event.not-before-deadline", |_, _, _| Vec::new()),
    ("instance-state-code", |_, it, _| one(it.phase.code().to_string())),
    ("instance-state-name", |_, it, _| one(it.phase.word())),
    ("instance-status.reachability", |_, it, now| some(shape::reachability(shape::Checks::of(it, now).guest))),
    ("instance-status.status", |_, it, now| one(shape::Checks::of(it, now).guest)),
    ("system-status.reachability", |_, it, now| some(shape::reachability(shape::Checks::of(it, now).system))),
    ("system-status.status", |_, it, now| one(shape::Checks::of(it, now).system)),
];

/// The filters of a request; a name that the operation does not know is refused.
pub(super) fn read(call: &Call<'_>, facts: Facts) -> Result<Vec<Filter>, Refusal> {
    call.list("Filter").iter().map(|value| filter(value, facts)).collect()
}

fn filter(value: &Value, facts: Facts) -> Result<Filter, Refusal> {
    let name = value.get("Name").and_then(plain).unwrap_or_default();
    let values: Vec<String> = value.get("Value").and_then(Value::as_array).into_iter().flatten().filter_map(plain).collect();
    let known = facts.iter().find(|(known, _)| *known == name).map(|(name, fact)| Looks::At(name, *fact));
    let tag = || name.strip_prefix("tag:").filter(|_| std::ptr::eq(facts, INSTANCES)).map(|key| Looks::AtTag(key.to_owned()));
    let invalid = |text: String| Refusal::bad("InvalidParameterValue", text);
    let looks = known.or_else(tag).ok_or_else(|| invalid(format!("The filter '{name}' is invalid")))?;
    match values.len() {
        0 => Err(invalid(format!("The filter '{name}' requires at least one value"))),
        1..=VALUES => Ok(Filter { looks, values }),
        _ => {
            Err(Refusal::bad("FilterLimitExceeded", format!("The maximum number of filter values specified on a single call is {VALUES}")))
        }
    }
}

/// True when every filter lets the instance through.
pub(super) fn passes(filters: &[Filter], fleet: &Fleet, instance: &Instance, now: Timestamp) -> bool {
    filters.iter().all(|filter| match &filter.looks {
        Looks::At(_, fact) => fact(fleet, instance, now).iter().any(|fact| filter.matches(fact)),
        Looks::AtTag(key) => instance.tags().iter().any(|(known, value)| known == key && filter.matches(value)),
    })
}

impl Filter {
    fn matches(&self, fact: &str) -> bool {
        self.values.iter().any(|value| glob(value.as_bytes(), fact.as_bytes()))
    }

    /// The ids it asks for, if it asks for nothing but whole ids.
    pub(super) fn ids(&self) -> Option<&[String]> {
        let whole = || self.values.iter().all(|value| !value.contains(['*', '?', '\\']));
        (matches!(self.looks, Looks::At("instance-id", _)) && whole()).then_some(&self.values)
    }
}

/// EC2's wildcards: `*` for any text, `?` for one character, a backslash before one that is meant literally. Case counts.
pub(super) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
            }
            Some(b'\\') if pattern.get(p + 1) == Some(&text[t]) => (p, t) = (p + 2, t + 1),
            Some(b'?') => (p, t) = (p + 1, next(text, t)),
            Some(byte) if *byte == text[t] && *byte != b'\\' => (p, t) = (p + 1, t + 1),
            _ => match &mut star {
                Some((after, from)) => {
                    *from += 1;
                    (p, t) = (*after, *from);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// Where the next character begins: those after the first byte of one look like 10xxxxxx.
fn next(text: &[u8], at: usize) -> usize {
    (at + 1..text.len()).find(|at| text[*at] & 0xC0 != 0x80).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wildcards_match_as_in_ec2() {
        let yes = [
            ("", ""),
            ("*", ""),
            ("web-*", "web-1a"),
            ("*a", "web-1a"),
            ("w?b-*a", "web-1a"),
            ("a\\*b", "a*b"),
            ("?", "é"),
            ("**", "x"),
            ("a*b*c", "aXbbYc"),
        ];
        let no =
            [("", "x"), ("?", ""), ("web", "web-1a"), ("Web-*", "web-1a"), ("a\\*b", "aXb"), ("??", "é"), ("a*b*c", "aXcYb"), ("\\", "x")];
        let matching = |(pattern, text): &&(&str, &str)| glob(pattern.as_bytes(), text.as_bytes());
        assert_eq!(yes.iter().filter(matching).count(), yes.len());
        assert_eq!(no.iter().find(matching), None);
    }

    #[test]
    fn names_are_known_once() {
        for facts in [INSTANCES, STATUSES] {
            assert!(facts.is_sorted_by(|(a, _), (b, _)| a < b));
        }
    }

    proptest! {
        #[test]
        fn wildcards_never_fail_and_text_matches_itself(pattern in ".{0,12}", text in "[a-z0-9é-]{0,12}") {
            let _ = glob(pattern.as_bytes(), text.as_bytes());
            prop_assert!(glob(text.as_bytes(), text.as_bytes()));
            let (around, inside) = (format!("*{text}*"), format!("x{text}y"));
            prop_assert!(glob(around.as_bytes(), inside.as_bytes()));
        }
    }
}
