//! Add-ons: software in the cluster that EKS keeps up to date.

use std::sync::Arc;

use aws_sdk_eks::types::{Addon, AddonHealth, AddonIssueCode};
use jiff::Timestamp;

use super::{
    calls::{PAGE, answered, comma, laid, present, turn},
    issues::{self, Places},
    level::{self, Level, Told, bare, id},
};
use crate::{
    aws::{Aws, Capture},
    model::{Finding, Problem, Resource, Severity, Target, Text, resource::Overlay, resource::Page},
    service::{
        Answer, Place,
        row::{Cells, columns, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of an add-on.
    enum Col {
        State: "state", "STATE", 13, Place::Row(0);
        Version: "version", "VERSION", 20, Place::Row(1);
        Cluster: "cluster", "CLUSTER", 18, Place::Row(2);
        Issue: "issue", "ISSUE", 28, Place::Row(3);
        Modified: "modified", "MODIFIED", 8, Place::Row(4);
        Reason: "reason", "REASON", 40, Place::Wide;
        Publisher: "publisher", "PUBLISHER", 10, Place::Wide;
        Created: "created", "AGE", 4, Place::Wide;
        IssueResources: "issue_resources", "CONCERNS", 30, Place::Detail;
        Owner: "owner", "OWNER", 20, Place::Detail;
        Role: "role", "SERVICE ACCOUNT ROLE", 30, Place::Detail;
        PodIdentities: "pod_identities", "POD IDENTITIES", 30, Place::Detail;
        Namespace: "namespace", "NAMESPACE", 20, Place::Detail;
        Configuration: "configuration", "CONFIGURATION", 40, Place::Detail;
        Product: "product", "MARKETPLACE PRODUCT", 30, Place::Detail;
        Arn: "addon_arn", "ADD-ON ARN", 40, Place::Detail;
    }
}

const ISSUES: Places<Col> = Places(Col::Issue, Col::Reason, Col::IssueResources);

/// How they are listed.
pub(super) static LEVEL: Level = Level { page, one, closely: one, told: Told::Names };

fn page(aws: Aws, cluster: String, token: Option<String>) -> Answer<(Vec<Resource>, Option<String>)> {
    Box::pin(async move {
        let call = turn(&aws).await.list_addons().cluster_name(&cluster).max_results(PAGE).set_next_token(token);
        let answer = answered(&aws, call.send().await)?;
        let rows = answer.addons().iter().map(|name| bare(&cluster, name, Col::COLUMNS, Col::Cluster)).collect();
        Ok((rows, answer.next_token().map(str::to_owned)))
    })
}

fn one(aws: Aws, cluster: String, name: String) -> Answer<Page> {
    Box::pin(async move {
        let call = turn(&aws).await.describe_addon().cluster_name(&cluster).addon_name(&name);
        let answer = present(&aws, call.send().await)?;
        Ok(answer.and_then(|answer| answer.addon).map_or_else(Page::default, |addon| Page {
            rows: vec![bare(&cluster, &name, Col::COLUMNS, Col::Cluster)],
            overlays: vec![overlay(&cluster, &name, &addon)],
        }))
    })
}

fn overlay(cluster: &str, name: &str, addon: &Addon) -> Overlay {
    let mut cells = Cells::new(Col::COLUMNS);
    let list = addon.health().map(AddonHealth::issues).unwrap_or_default();
    let list = list.iter().map(|issue| (issue.code().map(AddonIssueCode::as_str), issue.message(), issue.resource_ids()));
    issues::fill(&mut cells, ISSUES, list);
    cells
        .set(Col::State, issues::state(addon.status().map_or("", |status| status.as_str())))
        .text(Col::Cluster, Some(Text::new(cluster)))
        .text(Col::Version, addon.addon_version().map(Text::new))
        .time(Col::Modified, addon.modified_at())
        .time(Col::Created, addon.created_at())
        .text(Col::Publisher, addon.publisher().map(Text::new))
        .text(Col::Owner, addon.owner().map(Text::new))
        .text(Col::Role, addon.service_account_role_arn().map(Text::new))
        .text(Col::PodIdentities, comma(addon.pod_identity_associations.as_deref()))
        .text(Col::Namespace, addon.namespace_config().and_then(|own| own.namespace()).map(Text::new))
        .text(Col::Configuration, addon.configuration_values().map(Text::new))
        .text(Col::Product, addon.marketplace_information().and_then(|own| own.product_id()).map(Text::new))
        .text(Col::Arn, addon.addon_arn().map(Text::new));
    laid(&id(cluster, name), cells, addon.tags())
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] =
    &[sign("addon-issue", Severity::Critical, "EKS reports an issue with the add-on; critical when the add-on is degraded or has failed")];

pub(super) fn findings(row: &Resource, _: Timestamp) -> Vec<Finding> {
    issues::finding_of(row, Col::State, ISSUES, "addon-issue").into_iter().collect()
}

pub(super) fn moving(row: &Resource) -> bool {
    issues::busy(row, Col::State)
}

/// It holds an id that only the description tells.
pub(super) fn arn(row: &Resource, _: &str, _: &Target) -> String {
    words(row, Col::Arn).to_owned()
}

/// Describes one add-on so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, row: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (cluster, name) = level::parts(&row.id);
    let call = turn(&aws).await.describe_addon().cluster_name(cluster).addon_name(name);
    answered(&aws, call.customize().interceptor(capture).send().await).map(drop)
}
