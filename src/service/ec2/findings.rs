//! What is wrong with an instance, from what the listing says: no further call, no charge.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::Col;
use crate::{
    model::{Finding, Resource, Severity},
    service::{
        row::{finding, words},
        sign::{Sign, sign},
    },
};

/// A stop or a termination that takes longer than this is stuck (EC2 User Guide, "Troubleshoot stopping": normally minutes).
const STUCK: i64 = 20 * 60;
/// A launch that takes longer than this is stuck.
const SLOW_LAUNCH: i64 = 10 * 60;

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("system-check-failed", Severity::Critical, "its system status check fails"),
    sign("instance-check-failed", Severity::Critical, "its instance status check fails"),
    sign("ebs-check-failed", Severity::Critical, "an attached EBS volume does not answer"),
    sign("scheduled-event", Severity::Critical, "AWS has work planned on its host; critical within a day of it"),
    sign("stuck", Severity::Warning, "it has been stopping or shutting down for twenty minutes, or starting for ten"),
    sign("spot-interrupted", Severity::Warning, "AWS took the spot instance back"),
    sign("launch-failed", Severity::Warning, "it could not start, for want of capacity, by a limit or an error"),
];

/// Everything wrong with an instance at this moment, worst first.
pub(super) fn findings(instance: &Resource, now: Timestamp) -> Vec<Finding> {
    let rules = [system_check, instance_check, ebs_check, stuck, spot_ended, failed_launch, event];
    let mut findings: Vec<Finding> = rules.iter().filter_map(|rule| rule(instance, now)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn system_check(instance: &Resource, _: Timestamp) -> Option<Finding> {
    (words(instance, Col::SystemCheck) == "impaired").then(|| {
        let advice = "AWS's host is at fault: stop and start moves it to another host, a reboot does not";
        finding(Severity::Critical, "system-check-failed", "the system status check fails", advice)
    })
}

fn instance_check(instance: &Resource, _: Timestamp) -> Option<Finding> {
    (words(instance, Col::InstanceCheck) == "impaired").then(|| {
        let advice = "the guest is at fault: look at its console output, memory and disk; a reboot often helps";
        finding(Severity::Critical, "instance-check-failed", "the instance status check fails", advice)
    })
}

fn ebs_check(instance: &Resource, _: Timestamp) -> Option<Finding> {
    (words(instance, Col::EbsCheck) == "impaired").then(|| {
        let advice = "a volume does not answer: look at its I/O metrics and the AWS Health Dashboard";
        finding(Severity::Critical, "ebs-check-failed", "an attached EBS volume does not answer", advice)
    })
}

/// How long a state between two states has lasted, where AWS says when it began: in parentheses at the end of the reason.
fn stuck(instance: &Resource, now: Timestamp) -> Option<Finding> {
    let state = words(instance, Col::State);
    let (since, limit) = match state {
        "stopping" | "shutting-down" => (reason_time(words(instance, Col::Reason))?, STUCK),
        "pending" => (instance.cells[Col::Launched as usize].moment()?, SLOW_LAUNCH),
        _ => return None,
    };
    (now.duration_since(since).as_secs() > limit).then(|| {
        let advice = "force the stop from the AWS CLI (stop-instances --force), or open a support case";
        let reason = format!("{state} for {}", crate::model::format::age(now.duration_since(since).as_secs()));
        Finding { since: Some(since), ..finding(Severity::Warning, "stuck", &reason, advice) }
    })
}

/// The time in `User initiated (2026-11-21 12:00:00 GMT)`.
fn reason_time(reason: &str) -> Option<Timestamp> {
    let (_, rest) = reason.rsplit_once('(')?;
    let time = rest.trim_end_matches(')').trim_end_matches(" GMT").trim_end_matches(" UTC");
    let time = DateTime::strptime("%Y-%m-%d %H:%M:%S", time).ok()?;
    time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn spot_ended(instance: &Resource, _: Timestamp) -> Option<Finding> {
    words(instance, Col::ReasonCode).starts_with("Server.SpotInstance").then(|| {
        let reason = format!("AWS took the spot instance back: {}", words(instance, Col::Reason));
        let advice = "see that its group or fleet replaced it; spread over more types and zones";
        Finding { since: reason_time(words(instance, Col::Reason)), ..finding(Severity::Warning, "spot-interrupted", &reason, advice) }
    })
}

/// Codes of a launch that failed (EC2 API Reference, `StateReason`), beside the `Server.Insufficient…` ones.
const FAILED_LAUNCH: &[&str] =
    &["Server.InternalError", "Client.InternalError", "Client.VolumeLimitExceeded", "Client.InvalidSnapshot.NotFound"];

fn failed_launch(instance: &Resource, _: Timestamp) -> Option<Finding> {
    let code = words(instance, Col::ReasonCode);
    let failed = code.starts_with("Server.Insufficient") || FAILED_LAUNCH.contains(&code);
    failed.then(|| {
        let reason = format!("it could not start: {}", words(instance, Col::Reason));
        finding(Severity::Warning, "launch-failed", &reason, "try again later, in another zone, or with another type")
    })
}

fn event(instance: &Resource, now: Timestamp) -> Option<Finding> {
    let code = words(instance, Col::Event);
    let at = instance.cells[Col::EventAt as usize].moment();
    let (what, advice) = match code {
        "" => return None,
        "instance-retirement" => ("AWS retires its host", "stop and start it before then, at a time that suits you"),
        "instance-stop" => ("AWS will stop it", "stop and start it before then, at a time that suits you"),
        "instance-reboot" | "system-reboot" => ("AWS will reboot it", "reboot it before then, or let it happen"),
        _ => ("AWS has work planned on its host", "expect a short loss of power or network"),
    };
    let when = at.map_or_else(String::new, |at| format!(", not before {}", crate::model::format::moment(at)));
    let soon = at.is_none_or(|at| at.duration_since(now).as_secs() < 86_400);
    let severity = if soon { Severity::Critical } else { Severity::Warning };
    Some(finding(severity, "scheduled-event", &format!("{what} ({code}{when})"), advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cell, Health, Text};

    fn instance(cells: &[(Col, &str)]) -> Resource {
        let mut row = vec![Cell::None; Col::COLUMNS.len()];
        for (at, words) in cells {
            row[*at as usize] = Cell::State(Health::Unknown, Text::new(words));
        }
        Resource { id: "i-1".into(), name: "web".into(), cells: row.into(), tags: [].into(), parents: [].into() }
    }

    type Case = (&'static [(Col, &'static str)], &'static [&'static str]);

    fn codes(cells: &[(Col, &str)], now: &str) -> Vec<&'static str> {
        findings(&instance(cells), now.parse().expect("a time")).iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_fault_is_named() {
        let now = "2026-11-21T14:00:00Z";
        let cases: &[Case] = &[
            (&[(Col::State, "running"), (Col::SystemCheck, "ok")], &[]),
            (&[(Col::SystemCheck, "impaired"), (Col::InstanceCheck, "impaired")], &["system-check-failed", "instance-check-failed"]),
            (&[(Col::EbsCheck, "impaired")], &["ebs-check-failed"]),
            (&[(Col::State, "stopping"), (Col::Reason, "User initiated (2026-11-21 11:00:00 GMT)")], &["stuck"]),
            (&[(Col::State, "stopping"), (Col::Reason, "User initiated (2026-11-21 13:59:30 GMT)")], &[]),
            (&[(Col::State, "stopping"), (Col::Reason, "who knows")], &[]),
            (&[(Col::ReasonCode, "Server.SpotInstanceTermination")], &["spot-interrupted"]),
            (&[(Col::ReasonCode, "Server.InsufficientInstanceCapacity")], &["launch-failed"]),
            (&[(Col::ReasonCode, "Client.UserInitiatedShutdown")], &[]),
            (&[(Col::Event, "instance-retirement")], &["scheduled-event"]),
        ];
        for (cells, expected) in cases {
            assert_eq!(codes(cells, now), *expected, "{cells:?}");
        }
    }
}
