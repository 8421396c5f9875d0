//! Clusters: their control plane, how they are reached, and how long their version is supported.

mod cells;
mod support;

use std::sync::Arc;

use jiff::Timestamp;

use self::support::{Support, Versions};
use super::{
    calls::{answered, cluster_names, describe_all, note, present, turn},
    issues::{self, Places},
    level,
};
use crate::{
    aws::{Aws, Capture},
    model::{Finding, Gap, Problem, Resource, Severity, Target, Text, resource::Page},
    service::{
        Answer, Pages, Place, Scope, partition,
        row::{Cells, columns, finding, rows, send, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a cluster.
    enum Col {
        State: "state", "STATE", 8, Place::Row(0);
        Version: "version", "VERSION", 7, Place::Row(2);
        Support: "support", "SUPPORT", 17, Place::Row(5);
        SupportEnds: "support_ends", "SUPPORT ENDS", 12, Place::Row(3);
        Platform: "platform", "PLATFORM", 8, Place::Row(8);
        Access: "access", "ENDPOINT", 14, Place::Row(7);
        AutoMode: "auto_mode", "AUTO MODE", 9, Place::Row(4);
        Created: "created", "AGE", 4, Place::Row(9);
        Issue: "issue", "ISSUE", 24, Place::Wide;
        Reason: "reason", "REASON", 40, Place::Wide;
        UpgradePolicy: "upgrade_policy", "UPGRADE POLICY", 14, Place::Wide;
        Protected: "protected", "DELETION PROTECTION", 5, Place::Wide;
        Logs: "logs", "LOGS", 30, Place::Wide;
        ExtendedEnds: "extended_ends", "EXTENDED SUPPORT ENDS", 12, Place::Detail;
        IssueResources: "issue_resources", "CONCERNS", 30, Place::Detail;
        Endpoint: "endpoint", "API SERVER", 60, Place::Detail;
        PublicCidrs: "public_cidrs", "PUBLIC ACCESS FROM", 40, Place::Detail;
        NodePools: "node_pools", "AUTO MODE NODE POOLS", 30, Place::Detail;
        NodeRole: "node_role", "AUTO MODE NODE ROLE", 40, Place::Detail;
        Authentication: "authentication", "AUTHENTICATION", 20, Place::Detail;
        Vpc: "vpc", "VPC", 21, Place::Detail;
        Subnets: "subnets", "SUBNETS", 40, Place::Detail;
        SecurityGroups: "security_groups", "SECURITY GROUPS", 40, Place::Detail;
        Services: "service_cidr", "SERVICE ADDRESSES", 20, Place::Detail;
        IpFamily: "ip_family", "IP FAMILY", 6, Place::Detail;
        Role: "role", "CLUSTER ROLE", 40, Place::Detail;
        Issuer: "issuer", "OIDC ISSUER", 60, Place::Detail;
        Encryption: "encryption", "SECRETS ENCRYPTED WITH", 40, Place::Detail;
        ZonalShift: "zonal_shift", "ZONAL SHIFT", 5, Place::Detail;
        Tier: "tier", "CONTROL PLANE TIER", 10, Place::Detail;
        Connector: "connector", "CONNECTED FROM", 20, Place::Detail;
    }
}

/// Where the issues are.
const ISSUES: Places<Col> = Places(Col::Issue, Col::Reason, Col::IssueResources);
/// Days before the end of standard support from which it is told.
const SOON: i64 = 60;
/// A cluster is made in 10 to 15 minutes (EKS User Guide, "Create a cluster"); longer than this is stuck.
const SLOW: i64 = 40 * 60;

/// Lists clusters: names, then each as it is described.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    if let Scope::Ids(ids) = scope {
        return these(&aws, &ids, &pages).await;
    }
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let (page, next) = cluster_names(aws.clone(), token).await?;
        send(&pages, rows(page.iter().map(|name| bare(name)).collect())).await?;
        names.extend(page);
        token = next;
        if token.is_none() {
            break;
        }
    }
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let (versions, mut problems) = match support::versions(&aws).await {
        Ok(versions) => (versions, Vec::new()),
        Err(problem) => (Versions::default(), vec![problem]),
    };
    let calls = names.iter().map(|name| one(&aws, name, &versions)).collect();
    for problem in describe_all(&pages, calls, level::overlays).await? {
        note(&mut problems, problem);
    }
    Ok(problems.into_iter().map(Gap::facts).collect())
}

/// These clusters alone.
async fn these(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let versions = support::versions(aws).await;
    let known = versions.as_ref().map_or_else(|_| Versions::default(), Clone::clone);
    let calls = ids.iter().map(|id| one(aws, id.as_str(), &known)).collect();
    match describe_all(pages, calls, |page| page).await?.into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(versions.err().into_iter().map(Gap::facts).collect()),
    }
}

fn bare(name: &str) -> Resource {
    Resource { id: Text::new(name), name: Text::new(name), cells: Cells::new(Col::COLUMNS).done(), tags: [].into(), parents: [].into() }
}

fn one(aws: &Aws, name: &str, versions: &Versions) -> Answer<Page> {
    let (aws, name, versions) = (aws.clone(), name.to_owned(), versions.clone());
    Box::pin(async move {
        let answer = present(&aws, turn(&aws).await.describe_cluster().name(&name).send().await)?;
        Ok(answer.and_then(|answer| answer.cluster).map_or_else(Page::default, |cluster| {
            let support = cluster.version().and_then(|version| versions.get(version));
            Page { rows: vec![bare(&name)], overlays: vec![cells::overlay(&name, &cluster, support)] }
        }))
    })
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("cluster-issue", Severity::Critical, "EKS reports an issue with the cluster; critical when the cluster has failed"),
    sign("version-unsupported", Severity::Critical, "its Kubernetes version is not supported any more"),
    sign("extended-support", Severity::Critical, "its version is in extended support, which costs more; critical near the end of it"),
    sign("stuck", Severity::Warning, "it has been creating for too long"),
    sign("support-ends", Severity::Warning, "standard support of its version ends soon"),
];

/// What is wrong with a cluster.
pub(super) fn findings(cluster: &Resource, now: Timestamp) -> Vec<Finding> {
    let health = issues::finding_of(cluster, Col::State, ISSUES, "cluster-issue");
    health.into_iter().chain(stuck(cluster, now)).chain(unsupported(cluster, now)).collect()
}

fn stuck(cluster: &Resource, now: Timestamp) -> Option<Finding> {
    let since = cluster.cells[Col::Created as usize].moment().filter(|_| words(cluster, Col::State) == "CREATING")?;
    (now.duration_since(since).as_secs() > SLOW).then(|| {
        let reason = format!("CREATING for {}", crate::model::format::age(now.duration_since(since).as_secs()));
        let advice = "look at its subnets, security groups and role; delete it and try again";
        Finding { since: Some(since), ..finding(Severity::Warning, "stuck", &reason, advice) }
    })
}

/// EKS User Guide, "Understand the Kubernetes version lifecycle": extended support costs more, and what is not supported is upgraded.
fn unsupported(cluster: &Resource, now: Timestamp) -> Option<Finding> {
    let (version, extended) = (words(cluster, Col::Version), words(cluster, Col::UpgradePolicy) != "STANDARD");
    let days = support::days_until(words(cluster, Col::SupportEnds), now);
    let (severity, code, reason) = match (words(cluster, Col::Support), days) {
        ("UNSUPPORTED", _) => (Severity::Critical, "version-unsupported", format!("Kubernetes {version} is not supported any more")),
        ("EXTENDED_SUPPORT", days) => {
            let end = days.map_or_else(String::new, |days| format!(", {days} days are left of it"));
            let severity = if days.is_some_and(|days| days <= SOON) { Severity::Critical } else { Severity::Warning };
            (severity, "extended-support", format!("Kubernetes {version} is in extended support, which costs more{end}"))
        }
        (_, Some(days)) if days <= SOON => {
            let then = if extended { "then it costs more, in extended support" } else { "then EKS upgrades it by itself" };
            let reason = format!("standard support of Kubernetes {version} ends in {days} days; {then}");
            (Severity::Warning, "support-ends", reason)
        }
        _ => return None,
    };
    Some(finding(severity, code, &reason, "look at its insights, mend what they name, and upgrade one minor version at a time"))
}

/// True while it is between two states.
pub(super) fn moving(row: &Resource) -> bool {
    issues::busy(row, Col::State)
}

/// Its ARN.
pub(super) fn arn(row: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:eks:{}:{account}:cluster/{}", partition(target.region.as_str()), target.region, row.id)
}

/// Describes one cluster so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, row: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = turn(&aws).await.describe_cluster().name(row.id.as_str());
    answered(&aws, call.customize().interceptor(capture).send().await).map(drop)
}

#[cfg(test)]
mod tests;
