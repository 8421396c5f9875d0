//! Managed node groups: how many nodes of what sort, with which image, and why some do not come.

pub(super) mod actions;
mod cells;
mod progress;
mod updates;

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    calls::{PAGE, answered, present, turn},
    issues::{self, Places},
    level::{self, Level, Told, bare},
};
use crate::{
    aws::{Aws, Capture},
    model::{Cell, Finding, Problem, Resource, Severity, Target, resource::Page},
    service::{
        Answer, Place,
        row::{columns, finding, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a node group.
    enum Col {
        State: "state", "STATE", 13, Place::Row(0);
        Desired: "desired", "DESIRED", 7, Place::Row(1);
        Min: "min", "MIN", 4, Place::Row(3);
        Max: "max", "MAX", 4, Place::Row(4);
        Issue: "issue", "ISSUE", 25, Place::Row(2);
        Cluster: "cluster", "CLUSTER", 16, Place::Row(5);
        Types: "types", "TYPES", 14, Place::Row(6);
        Capacity: "capacity", "CAPACITY", 9, Place::Row(7);
        Version: "version", "VERSION", 7, Place::Row(8);
        Release: "release", "AMI RELEASE", 16, Place::Row(9);
        Created: "created", "AGE", 4, Place::Row(10);
        Reason: "reason", "REASON", 40, Place::Wide;
        Image: "ami_type", "AMI TYPE", 22, Place::Wide;
        Modified: "modified", "MODIFIED", 8, Place::Wide;
        IssueResources: "issue_resources", "CONCERNS", 30, Place::Detail;
        Update: "update", "LATEST UPDATE", 12, Place::Detail;
        UpdateError: "update_error", "UPDATE ERROR", 60, Place::Detail;
        Groups: "groups", "AUTO SCALING GROUPS", 40, Place::Detail;
        Template: "launch_template", "LAUNCH TEMPLATE", 30, Place::Detail;
        Labels: "labels", "LABELS", 40, Place::Detail;
        Taints: "taints", "TAINTS", 40, Place::Detail;
        Unavailable: "max_unavailable", "MAX UNAVAILABLE", 6, Place::Detail;
        Strategy: "update_strategy", "UPDATE STRATEGY", 10, Place::Detail;
        Repair: "repair", "NODE REPAIR", 5, Place::Detail;
        Disk: "disk", "DISK GIB", 6, Place::Detail;
        Subnets: "subnets", "SUBNETS", 40, Place::Detail;
        Role: "role", "NODE ROLE", 40, Place::Detail;
        Key: "key", "SSH KEY", 16, Place::Detail;
        Arn: "nodegroup_arn", "NODE GROUP ARN", 40, Place::Detail;
    }
}

/// Where the issues are.
const ISSUES: Places<Col> = Places(Col::Issue, Col::Reason, Col::IssueResources);
/// A node group is made, changed or deleted in minutes; an update of many nodes may take an hour. Longer than this is stuck.
const SLOW: i64 = 2 * 3_600;

/// How they are listed.
pub(super) static LEVEL: Level = Level { page, one, closely, told: Told::Names };

fn page(aws: Aws, cluster: String, token: Option<String>) -> Answer<(Vec<Resource>, Option<String>)> {
    Box::pin(async move {
        let call = turn(&aws).await.list_nodegroups().cluster_name(&cluster).max_results(PAGE).set_next_token(token);
        let answer = answered(&aws, call.send().await)?;
        let rows = answer.nodegroups().iter().map(|name| bare(&cluster, name, Col::COLUMNS, Col::Cluster)).collect();
        Ok((rows, answer.next_token().map(str::to_owned)))
    })
}

fn one(aws: Aws, cluster: String, name: String) -> Answer<Page> {
    Box::pin(async move {
        let call = turn(&aws).await.describe_nodegroup().cluster_name(&cluster).nodegroup_name(&name);
        let answer = present(&aws, call.send().await)?;
        Ok(answer.and_then(|answer| answer.nodegroup).map_or_else(Page::default, |group| Page {
            rows: vec![bare(&cluster, &name, Col::COLUMNS, Col::Cluster)],
            overlays: vec![cells::overlay(&cluster, &name, &group)],
        }))
    })
}

/// One that somebody waits for: once it is at rest, how its latest update ended.
fn closely(aws: Aws, cluster: String, name: String) -> Answer<Page> {
    Box::pin(async move {
        let mut page = one(aws.clone(), cluster.clone(), name.clone()).await?;
        let state = page.overlays.first().and_then(|overlay| overlay.cells.get(Col::State as usize));
        if state.is_some_and(|(_, cell)| matches!(cell.words().as_ref(), "ACTIVE" | "DEGRADED")) {
            let latest = updates::latest(&aws, &cluster, &name).await;
            page.overlays.iter_mut().for_each(|overlay| updates::lay(overlay, latest.as_ref()));
        }
        Ok(page)
    })
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign(
        "node-group-issue",
        Severity::Critical,
        "EKS reports an issue with the node group; critical when the group is degraded or has failed",
    ),
    sign("update-failed", Severity::Warning, "its latest update failed"),
    sign("stuck", Severity::Warning, "it has been between two states for too long"),
];

/// What is wrong with a node group.
pub(super) fn findings(group: &Resource, now: Timestamp) -> Vec<Finding> {
    let health = issues::finding_of(group, Col::State, ISSUES, "node-group-issue");
    health.into_iter().chain(failed_update(group)).chain(stuck(group, now)).collect()
}

fn failed_update(group: &Resource) -> Option<Finding> {
    (words(group, Col::Update) == "Failed").then(|| {
        let reason = format!("its latest update failed: {}", words(group, Col::UpdateError));
        finding(Severity::Warning, "update-failed", &reason, "look at the nodes and pods it names, then update again")
    })
}

fn stuck(group: &Resource, now: Timestamp) -> Option<Finding> {
    let since = group.cells[Col::Modified as usize].moment().filter(|_| moving(group))?;
    (now.duration_since(since).as_secs() > SLOW).then(|| {
        let reason = format!("{} for {}", words(group, Col::State), crate::model::format::age(now.duration_since(since).as_secs()));
        let advice = "look for pods that cannot be evicted, and at its Auto Scaling group's activities";
        Finding { since: Some(since), ..finding(Severity::Warning, "stuck", &reason, advice) }
    })
}

/// True while it is between two states.
pub(super) fn moving(row: &Resource) -> bool {
    matches!(row.cells.get(Col::State as usize), Some(Cell::State(crate::model::Health::Busy, _)))
}

/// It holds an id that only the description tells.
pub(super) fn arn(row: &Resource, _: &str, _: &Target) -> String {
    words(row, Col::Arn).to_owned()
}

/// Describes one node group so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, row: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (cluster, name) = level::parts(&row.id);
    let call = turn(&aws).await.describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    answered(&aws, call.customize().interceptor(capture).send().await).map(drop)
}

#[cfg(test)]
mod tests;
