//! Health issues as EKS tells them of clusters, node groups, add-ons and Fargate profiles: codes, words, and what they concern.

use crate::{
    model::{Cell, Finding, Health, Resource, Severity, Text},
    service::row::{Cells, Position, finding, joined, words},
};

/// One issue: code, message, ids of the resources it concerns.
pub(super) type Issue<'a> = (Option<&'a str>, Option<&'a str>, &'a [String]);

/// Where a kind keeps its issues: codes, messages, resources.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places<P>(pub(super) P, pub(super) P, pub(super) P);

/// Fills the cells of issues; several are told one after the other.
pub(super) fn fill<'a, P: Position>(
    cells: &mut Cells,
    Places(codes, messages, resources): Places<P>,
    issues: impl Iterator<Item = Issue<'a>>,
) {
    let issues: Vec<_> = issues.collect();
    let text = |list: Option<String>| list.map(|list| Text::new(&list));
    let each = |part: fn(&Issue<'a>) -> Option<String>| joined(issues.iter().filter_map(part));
    cells
        .text(codes, text(each(|(code, ..)| code.map(str::to_owned))))
        .text(messages, text(each(|(_, message, _)| message.map(str::to_owned))))
        .text(resources, text(each(|(.., ids)| (!ids.is_empty()).then(|| ids.join(", ")))));
}

/// A state in EKS's word: what it means is the same for every kind.
pub(super) fn state(word: &str) -> Cell {
    let health = match word {
        "ACTIVE" | "PASSING" | "Successful" => Health::Ok,
        "CREATING" | "UPDATING" | "DELETING" | "PENDING" | "InProgress" => Health::Busy,
        "WARNING" => Health::Warn,
        "DEGRADED" | "FAILED" | "CREATE_FAILED" | "DELETE_FAILED" | "UPDATE_FAILED" | "ERROR" | "Failed" => Health::Bad,
        "Cancelled" => Health::Off,
        _ => Health::Unknown,
    };
    Cell::State(health, Text::new(word))
}

/// True while AWS is working on it.
pub(super) fn busy(row: &Resource, at: impl Position) -> bool {
    matches!(row.cells.get(at.at()), Some(Cell::State(Health::Busy, _)))
}

/// What the issues and the state of a row amount to: an issue of something that works is a warning.
pub(super) fn finding_of<P: Position>(row: &Resource, at: P, Places(codes, messages, _): Places<P>, code: &'static str) -> Option<Finding> {
    let (state, issue, message) = (words(row, at), words(row, codes), words(row, messages));
    let broken = matches!(row.cells.get(at.at()), Some(Cell::State(Health::Bad, _)));
    let reason = match (issue, message) {
        ("", _) if broken => format!("it is {state}; EKS gives no reason"),
        ("", _) => return None,
        (issue, "") => format!("{state}: {issue}"),
        (issue, message) => format!("{issue}: {message}"),
    };
    let severity = if broken { Severity::Critical } else { Severity::Warning };
    Some(finding(severity, code, &reason, advice(issue)))
}

/// What to do about the first of these codes (EKS User Guide, "Managed node group errors"; EKS API Reference, `Issue`).
fn advice(codes: &str) -> &'static str {
    let code = codes.split(',').next().unwrap_or_default();
    ADVICE
        .iter()
        .find(|(known, _)| known.contains(&code))
        .map_or("look at its events and at the AWS Health Dashboard", |(_, advice)| advice)
}

const ADVICE: &[(&[&str], &str)] = &[
    (
        &["AsgInstanceLaunchFailures", "InstanceLimitExceeded"],
        "open the Auto Scaling group's activities; try more instance types and zones, or ask for a higher quota",
    ),
    (
        &["Ec2LaunchTemplateNotFound", "Ec2LaunchTemplateVersionMismatch", "SourceEc2LaunchTemplateNotFound"],
        "the launch template is gone or was changed by hand: restore the version EKS made, or replace the node group",
    ),
    (&["Ec2LaunchTemplateInvalidConfiguration"], "mend the launch template, then update the node group to its new version"),
    (
        &["AutoScalingGroupNotFound", "AutoScalingGroupInvalidConfiguration"],
        "its Auto Scaling group was changed by hand: replace the node group",
    ),
    (&["Ec2SubnetNotFound", "Ec2SubnetInvalidConfiguration"], "its subnets were changed or deleted: replace the node group"),
    (&["InsufficientFreeAddresses", "IpNotAvailable"], "its subnets have no free addresses: add subnets or free some"),
    (&["NodeCreationFailure"], "the nodes do not join: look at their role, network, and the cluster's endpoint access"),
    (&["PodEvictionFailure"], "a pod disruption budget forbids the eviction: relax it, or force the update"),
    (
        &["IamNodeRoleNotFound", "IamInstanceProfileNotFound", "AccessDenied", "AddonPermissionFailure"],
        "restore the IAM role and what it may do",
    ),
    (&["InsufficientNumberOfReplicas"], "its pods do not run: look for room on the nodes, taints, and image pulls"),
    (&["ConfigurationConflict"], "someone changed what the add-on manages: update it and say whose values win"),
    (&["ClusterUnreachable"], "EKS cannot reach the cluster: look at its security groups, webhooks and endpoint"),
    (
        &["KmsKeyDisabled", "KmsKeyNotFound", "KmsKeyMarkedForDeletion", "KmsGrantRevoked"],
        "restore the KMS key: without it the cluster is lost",
    ),
];
