//! Insights: what EKS has looked at in a cluster by itself, about once a day, and what came of it.

use std::sync::Arc;

use aws_sdk_eks::types::{
    Category, DeprecationDetail, Insight, InsightCategorySpecificSummary, InsightStatus, InsightStatusValue, InsightSummary,
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::{
    CLUSTER,
    calls::{PAGE, answered, pairs, present, turn},
    issues,
    level::{self, Level, Told, id},
};
use crate::{
    aws::{Aws, Capture},
    model::{Finding, Problem, Resource, Severity, Text, resource::Overlay, resource::Page},
    service::{
        Answer, Place,
        row::{Cells, columns, finding, joined, parent, words},
        sign::{Sign, sign},
    },
};

columns! {
    /// The facts of an insight.
    enum Col {
        State: "state", "STATE", 9, Place::Row(0);
        Category: "category", "CATEGORY", 17, Place::Row(2);
        Kubernetes: "kubernetes", "FOR VERSION", 11, Place::Row(3);
        Cluster: "cluster", "CLUSTER", 18, Place::Row(1);
        Reason: "reason", "REASON", 40, Place::Row(4);
        Changed: "changed", "SINCE", 5, Place::Row(5);
        Refreshed: "refreshed", "LOOKED", 6, Place::Wide;
        Description: "description", "DESCRIPTION", 60, Place::Detail;
        Recommendation: "recommendation", "RECOMMENDATION", 60, Place::Detail;
        Resources: "resources", "RESOURCES", 60, Place::Detail;
        Deprecations: "deprecations", "DEPRECATIONS", 60, Place::Detail;
        Addons: "addon_versions", "ADD-ON VERSIONS THAT FIT", 60, Place::Detail;
        More: "more", "MORE", 60, Place::Detail;
    }
}

/// The list tells all that a row shows; the rest is fetched for the one that is opened.
pub(super) static LEVEL: Level = Level { page, one, closely: one, told: Told::Rows };

fn page(aws: Aws, cluster: String, token: Option<String>) -> Answer<(Vec<Resource>, Option<String>)> {
    Box::pin(async move {
        let call = turn(&aws).await.list_insights().cluster_name(&cluster).max_results(PAGE).set_next_token(token);
        let answer = answered(&aws, call.send().await)?;
        let rows = answer.insights().iter().filter_map(|insight| row(&cluster, &Facts::from(insight))).collect();
        Ok((rows, answer.next_token().map(str::to_owned)))
    })
}

async fn insight(aws: &Aws, cluster: &str, name: &str) -> Result<Option<Insight>, Problem> {
    let call = turn(aws).await.describe_insight().cluster_name(cluster).id(name);
    Ok(present(aws, call.send().await)?.and_then(|answer| answer.insight))
}

fn one(aws: Aws, cluster: String, name: String) -> Answer<Page> {
    Box::pin(async move {
        let insight = insight(&aws, &cluster, &name).await?;
        let rows = insight.and_then(|insight| row(&cluster, &Facts::from(&insight))).into_iter().collect();
        Ok(Page { rows, overlays: Vec::new() })
    })
}

/// What the list does not tell, of the rows that are opened.
pub(super) async fn details(aws: Aws, rows: Vec<Arc<Resource>>) -> Result<Page, Problem> {
    let mut overlays = Vec::new();
    for row in rows {
        let (cluster, name) = level::parts(&row.id);
        overlays.extend(insight(&aws, &cluster, &name).await?.map(|insight| overlay(row.id.clone(), &insight)));
    }
    Ok(Page { rows: Vec::new(), overlays })
}

/// What the list and the description have in common, though in two types.
struct Facts<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    category: Option<&'a Category>,
    kubernetes: Option<&'a str>,
    refreshed: Option<&'a DateTime>,
    changed: Option<&'a DateTime>,
    description: Option<&'a str>,
    status: Option<&'a InsightStatus>,
}

macro_rules! facts {
    ($type:ty) => {
        impl<'a> From<&'a $type> for Facts<'a> {
            fn from(insight: &'a $type) -> Self {
                Self {
                    id: insight.id(),
                    name: insight.name(),
                    category: insight.category(),
                    kubernetes: insight.kubernetes_version(),
                    refreshed: insight.last_refresh_time(),
                    changed: insight.last_transition_time(),
                    description: insight.description(),
                    status: insight.insight_status(),
                }
            }
        }
    };
}
facts!(Insight);
facts!(InsightSummary);

fn row(cluster: &str, facts: &Facts<'_>) -> Option<Resource> {
    let key = facts.id?;
    let mut cells = Cells::new(Col::COLUMNS);
    let status = facts.status.and_then(|status| status.status()).map_or("", InsightStatusValue::as_str);
    cells
        .set(Col::State, issues::state(status))
        .text(Col::Category, facts.category.map(|category| Text::new(category.as_str())))
        .text(Col::Kubernetes, facts.kubernetes.map(Text::new))
        .text(Col::Cluster, Some(Text::new(cluster)))
        .text(Col::Reason, facts.status.and_then(|status| status.reason()).map(Text::new))
        .time(Col::Changed, facts.changed)
        .time(Col::Refreshed, facts.refreshed)
        .text(Col::Description, facts.description.map(Text::new));
    Some(Resource {
        id: Text::new(&id(cluster, key)),
        name: Text::new(facts.name.unwrap_or(key)),
        cells: cells.done(),
        tags: [].into(),
        parents: parent(CLUSTER, cluster),
    })
}

fn overlay(id: Text, insight: &Insight) -> Overlay {
    let mut cells = Cells::new(Col::COLUMNS);
    let text = |list: Option<String>| list.map(|list| Text::new(&list));
    let resources = insight.resources().iter().map(|resource| {
        let status = resource.insight_status().and_then(|status| status.status()).map_or("", InsightStatusValue::as_str);
        format!("{} {status}", resource.kubernetes_resource_uri().or(resource.arn()).unwrap_or("?")).trim_end().to_owned()
    });
    let summary = insight.category_specific_summary();
    let deprecations = summary.map(InsightCategorySpecificSummary::deprecation_details).unwrap_or_default();
    let addons = summary.map(InsightCategorySpecificSummary::addon_compatibility_details).unwrap_or_default();
    let addons = addons.iter().map(|addon| format!("{} {}", addon.name().unwrap_or("?"), addon.compatible_versions().join(" or ")));
    cells
        .text(Col::Recommendation, insight.recommendation().map(Text::new))
        .text(Col::Resources, text(joined(resources)))
        .text(Col::Deprecations, text(joined(deprecations.iter().map(deprecation))))
        .text(Col::Addons, text(joined(addons)))
        .text(Col::More, pairs(insight.additional_info()));
    Overlay { id, cells: cells.filled(), tags: None }
}

/// What is used that goes away, when, what replaces it, and by whom it was called.
fn deprecation(detail: &DeprecationDetail) -> String {
    let clients = detail
        .client_stats()
        .iter()
        .map(|client| format!("{} ({} calls in 30 days)", client.user_agent().unwrap_or("?"), client.number_of_requests_last30_days()));
    let clients = joined(clients).map_or_else(String::new, |list| format!(", called by {list}"));
    let until = detail.stop_serving_version().map_or_else(String::new, |version| format!(" ends with {version}"));
    let instead = detail.replaced_with().map_or_else(String::new, |instead| format!(", use {instead}"));
    format!("{}{until}{instead}{clients}", detail.usage().unwrap_or("?"))
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("upgrade-not-ready", Severity::Critical, "something would break in the next upgrade; critical where EKS says error"),
    sign("rollback-not-ready", Severity::Critical, "something would break in a rollback; critical where EKS says error"),
    sign("misconfigured", Severity::Critical, "EKS finds a configuration wanting; critical where EKS says error"),
];

pub(super) fn findings(row: &Resource, _: Timestamp) -> Vec<Finding> {
    let severity = match words(row, Col::State) {
        "ERROR" => Severity::Critical,
        "WARNING" => Severity::Warning,
        _ => return Vec::new(),
    };
    let (code, advice) = match words(row, Col::Category) {
        "UPGRADE_READINESS" => ("upgrade-not-ready", "open it for EKS's recommendation, and mend it before the upgrade"),
        "ROLLBACK_READINESS" => ("rollback-not-ready", "open it for EKS's recommendation, and mend it before a rollback"),
        _ => ("misconfigured", "open it for EKS's recommendation"),
    };
    let reason = format!("{}: {}", row.name, words(row, Col::Reason));
    vec![Finding { since: row.cells[Col::Changed as usize].moment(), ..finding(severity, code, &reason, advice) }]
}

/// Describes one insight so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, row: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (cluster, name) = level::parts(&row.id);
    let call = turn(&aws).await.describe_insight().cluster_name(cluster).id(name);
    answered(&aws, call.customize().interceptor(capture).send().await).map(drop)
}
