//! Fargate profiles: which pods run without nodes.

use std::sync::Arc;

use aws_sdk_eks::types::{FargateProfile, FargateProfileHealth, FargateProfileIssueCode, FargateProfileSelector};
use jiff::Timestamp;

use super::{
    calls::{PAGE, answered, comma, laid, pairs, present, turn},
    issues::{self, Places},
    level::{self, Level, Told, bare, id},
};
use crate::{
    aws::{Aws, Capture},
    model::{Finding, Problem, Resource, Severity, Target, Text, resource::Overlay, resource::Page},
    service::{
        Answer, Place,
        row::{Cells, columns, joined, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of a Fargate profile.
    enum Col {
        State: "state", "STATE", 13, Place::Row(0);
        Cluster: "cluster", "CLUSTER", 18, Place::Row(1);
        Selectors: "selectors", "SELECTORS", 36, Place::Row(2);
        Issue: "issue", "ISSUE", 24, Place::Row(4);
        Created: "created", "AGE", 4, Place::Row(3);
        Reason: "reason", "REASON", 40, Place::Wide;
        IssueResources: "issue_resources", "CONCERNS", 30, Place::Detail;
        Role: "role", "POD ROLE", 30, Place::Detail;
        Subnets: "subnets", "SUBNETS", 40, Place::Detail;
        Arn: "profile_arn", "PROFILE ARN", 40, Place::Detail;
    }
}

const ISSUES: Places<Col> = Places(Col::Issue, Col::Reason, Col::IssueResources);

/// How they are listed.
pub(super) static LEVEL: Level = Level { page, one, closely: one, told: Told::Names };

fn page(aws: Aws, cluster: String, token: Option<String>) -> Answer<(Vec<Resource>, Option<String>)> {
    Box::pin(async move {
        let call = turn(&aws).await.list_fargate_profiles().cluster_name(&cluster).max_results(PAGE).set_next_token(token);
        let answer = answered(&aws, call.send().await)?;
        let rows = answer.fargate_profile_names().iter().map(|name| bare(&cluster, name, Col::COLUMNS, Col::Cluster)).collect();
        Ok((rows, answer.next_token().map(str::to_owned)))
    })
}

fn one(aws: Aws, cluster: String, name: String) -> Answer<Page> {
    Box::pin(async move {
        let call = turn(&aws).await.describe_fargate_profile().cluster_name(&cluster).fargate_profile_name(&name);
        let answer = present(&aws, call.send().await)?;
        Ok(answer.and_then(|answer| answer.fargate_profile).map_or_else(Page::default, |profile| Page {
            rows: vec![bare(&cluster, &name, Col::COLUMNS, Col::Cluster)],
            overlays: vec![overlay(&cluster, &name, &profile)],
        }))
    })
}

fn overlay(cluster: &str, name: &str, profile: &FargateProfile) -> Overlay {
    let mut cells = Cells::new(Col::COLUMNS);
    let list = profile.health().map(FargateProfileHealth::issues).unwrap_or_default();
    let list = list.iter().map(|issue| (issue.code().map(FargateProfileIssueCode::as_str), issue.message(), issue.resource_ids()));
    issues::fill(&mut cells, ISSUES, list);
    cells
        .set(Col::State, issues::state(profile.status().map_or("", |status| status.as_str())))
        .text(Col::Cluster, Some(Text::new(cluster)))
        .text(Col::Selectors, joined(profile.selectors().iter().map(selector)).map(|list| Text::new(&list)))
        .time(Col::Created, profile.created_at())
        .text(Col::Role, profile.pod_execution_role_arn().map(Text::new))
        .text(Col::Subnets, comma(profile.subnets.as_deref()))
        .text(Col::Arn, profile.fargate_profile_arn().map(Text::new));
    laid(&id(cluster, name), cells, profile.tags())
}

/// `namespace`, or `namespace {label=value}`.
fn selector(selector: &FargateProfileSelector) -> String {
    let namespace = selector.namespace().unwrap_or("*");
    pairs(selector.labels()).map_or_else(|| namespace.to_owned(), |labels| format!("{namespace} {{{labels}}}"))
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] =
    &[sign("fargate-profile-issue", Severity::Critical, "EKS reports an issue with the profile; critical when the profile has failed")];

pub(super) fn findings(row: &Resource, _: Timestamp) -> Vec<Finding> {
    issues::finding_of(row, Col::State, ISSUES, "fargate-profile-issue").into_iter().collect()
}

pub(super) fn moving(row: &Resource) -> bool {
    issues::busy(row, Col::State)
}

/// It holds an id that only the description tells.
pub(super) fn arn(row: &Resource, _: &str, _: &Target) -> String {
    words(row, Col::Arn).to_owned()
}

/// Describes one profile so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, row: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (cluster, name) = level::parts(&row.id);
    let call = turn(&aws).await.describe_fargate_profile().cluster_name(cluster).fargate_profile_name(name);
    answered(&aws, call.customize().interceptor(capture).send().await).map(drop)
}
