//! Instances that belong to a row of another kind: AWS is asked for them by their tags, never for the whole region.

use std::collections::HashSet;

use aws_sdk_ec2::types::Filter;

use super::{
    super::row::{CLUSTER_TAGS, GROUP_TAG, NODE_TAG, NODEGROUP_TAG},
    IDS, INSTANCES, checks, client, everything,
    instances::{FULL, rows},
};
use crate::{
    aws::{Aws, problem::problem},
    model::{Gap, Interner, KindId, Problem, Sharing, Text, resource::Page},
    service::{Pages, row::send},
};

/// Lists the instances of a parent, and then the checks of just these.
pub(super) async fn list(aws: Aws, kind: KindId, parent: &Text, pages: Pages) -> Result<Vec<Gap>, Problem> {
    let Some(questions) = questions(kind, &parent.original()) else { return everything(aws, pages).await };
    let mut seen = HashSet::new();
    for filters in questions {
        instances(&aws, filters, &mut seen, (kind, parent), &pages).await?;
    }
    let ids: Vec<Text> = seen.into_iter().collect();
    let mut beside = Vec::new();
    for ids in ids.chunks(IDS) {
        beside.extend(checks::of(&aws, ids, &pages).await);
    }
    Ok(beside)
}

/// What to ask AWS for the instances of a parent. All filters of a question must hold; a node may be found by either of two.
/// `None` for a kind whose instances no tag tells.
fn questions(kind: KindId, id: &str) -> Option<Vec<Vec<Filter>>> {
    let filter = |name: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Filter::builder().name(name).set_values(Some(values)).build()
    };
    let tag = |key: &str, value: &str| filter(&format!("tag:{key}"), &[value]);
    match kind.0 {
        "asg" => Some(vec![vec![tag(GROUP_TAG, id)]]),
        "eks" => {
            let named = vec![filter("tag-key", CLUSTER_TAGS), filter("tag-value", &[id])];
            Some(vec![named, vec![filter("tag-key", &[&format!("{NODE_TAG}{id}")])]])
        }
        "eks-nodegroups" => {
            let (cluster, name) = id.split_once('/')?;
            Some(vec![vec![tag(NODEGROUP_TAG, name), filter("tag-value", &[cluster])]])
        }
        _ => None,
    }
}

/// The rows that a question finds, less those found before and those that only look alike.
async fn instances(
    aws: &Aws,
    filters: Vec<Filter>,
    seen: &mut HashSet<Text>,
    (kind, parent): (KindId, &Text),
    pages: &Pages,
) -> Result<(), Problem> {
    let (mut shared, mut token) = (<(Interner, Sharing)>::default(), None);
    loop {
        let call = aws
            .through(&INSTANCES, client)
            .await
            .describe_instances()
            .max_results(FULL)
            .set_filters(Some(filters.clone()))
            .set_next_token(token);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        let mut found: Vec<_> = answer.reservations().iter().flat_map(|reservation| rows(reservation, &mut shared)).collect();
        found.retain(|row| row.within(kind, parent) && seen.insert(row.id.clone()));
        send(pages, Page { rows: found, overlays: Vec::new() }).await?;
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: &'static str, id: &str) -> Vec<String> {
        let one = |filter: &Filter| format!("{}={}", filter.name().unwrap_or_default(), filter.values().join("|"));
        let questions = questions(KindId(kind), id).into_iter().flatten();
        questions.map(|filters| filters.iter().map(one).collect::<Vec<_>>().join(" & ")).collect()
    }

    #[test]
    fn parents_are_asked_for_by_tag() {
        assert_eq!(written("asg", "web-asg"), ["tag:aws:autoscaling:groupName=web-asg"]);
        assert_eq!(written("eks-nodegroups", "orders/general"), ["tag:eks:nodegroup-name=general & tag-value=orders"]);
        let keys = "tag-key=eks:cluster-name|aws:eks:cluster-name|eks:eks-cluster-name";
        assert_eq!(written("eks", "orders"), [&format!("{keys} & tag-value=orders"), "tag-key=kubernetes.io/cluster/orders"]);
        assert_eq!(written("ecs", "shop"), [""; 0]);
    }
}
