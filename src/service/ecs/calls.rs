//! The calls that every level shares: the client, the names of clusters, whole lists of ARNs.

use aws_sdk_ecs::{Client, config::Builder};
use futures::future::BoxFuture;

use super::{CLUSTER, CLUSTERS_READ, SERVICE};
use crate::{
    aws::{Aws, SdkConfig, problem::problem},
    model::{Cell, Gap, KindId, Problem, Resource, resource::Overlay},
    service::{Column, Scope},
};

/// ARNs on a page: the most that the List calls of ECS give (ECS API Reference, `maxResults`: at most 100).
pub(super) const PAGE: i32 = 100;

/// The client, with retries budgeted for this target alone.
pub(super) fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("ecs")).build())
}

/// The last part of an ARN: a name or an id.
pub(super) fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// `cluster/name`: unique in an account and region, also where ARNs are of the old, short form.
pub(super) fn id(cluster: &str, arn: &str) -> String {
    format!("{}/{}", last(cluster), last(arn))
}

/// A page of ARNs and the token of the next.
pub(super) type Listed = Result<(Vec<String>, Option<String>), Problem>;

/// The names of all clusters.
pub(super) async fn clusters(aws: &Aws) -> Result<Vec<String>, Problem> {
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let (page, next) = cluster_page(aws, token).await?;
        names.extend(page.iter().map(|arn| last(arn).to_owned()));
        token = next;
        if token.is_none() {
            return Ok(names);
        }
    }
}

pub(super) async fn cluster_page(aws: &Aws, token: Option<String>) -> Listed {
    let call = aws.through(&CLUSTERS_READ, client).await.list_clusters().max_results(PAGE).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.cluster_arns.unwrap_or_default(), answer.next_token.filter(|token| !token.is_empty())))
}

/// Where to look: a cluster, and the service within it if only that one is asked for.
pub(super) struct Place {
    pub(super) cluster: String,
    pub(super) service: Option<String>,
}

/// The places in a scope that is not a list of ids.
pub(super) async fn places(aws: &Aws, scope: &Scope) -> Result<Vec<Place>, Problem> {
    Ok(match scope {
        Scope::Within(KindId(CLUSTER), cluster) => vec![Place { cluster: cluster.name.as_str().to_owned(), service: None }],
        Scope::Within(KindId(SERVICE), service) => {
            let (cluster, name) = service.id.as_str().split_once('/').unwrap_or_default();
            vec![Place { cluster: cluster.to_owned(), service: Some(name.to_owned()) }]
        }
        _ => clusters(aws).await?.into_iter().map(|cluster| Place { cluster, service: None }).collect(),
    })
}

/// Does the same in every place. One that fails does not keep the others back; the whole fails only where all do.
pub(super) async fn everywhere<'a>(
    places: &'a [Place],
    each: impl Fn(&'a Place) -> BoxFuture<'a, Result<Vec<Gap>, Problem>>,
) -> Result<Vec<Gap>, Problem> {
    let (mut problems, mut failed) = (Vec::new(), 0);
    for place in places {
        match each(place).await {
            Ok(beside) => problems.extend(beside),
            Err(problem) => {
                failed += 1;
                problems.push(Gap::rows(problem));
            }
        }
    }
    match problems.pop() {
        Some(gap) if failed == places.len() => Err(gap.problem),
        last => Ok(problems.into_iter().chain(last).collect()),
    }
}

/// Ids of the form `cluster/rest`, by cluster.
pub(super) fn by_cluster(ids: &[crate::model::Text]) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (cluster, rest) in ids.iter().filter_map(|id| id.as_str().split_once('/')) {
        match groups.iter_mut().find(|(known, _)| known == cluster) {
            Some((_, members)) => members.push(rest.to_owned()),
            None => groups.push((cluster.to_owned(), vec![rest.to_owned()])),
        }
    }
    groups
}

/// Everything a row tells in these columns, to lay over the bare row with its id.
pub(super) fn overlay(row: Resource, columns: &[Column]) -> Overlay {
    let cells: Vec<(usize, Cell)> = row.cells.spread(columns.len()).into_iter().enumerate().collect();
    Overlay { id: row.id, cells, tags: Some(row.tags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_hold_for_long_and_short_arns() {
        let cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod";
        assert_eq!(id(cluster, "arn:aws:ecs:eu-west-1:123456789012:service/prod/web"), "prod/web");
        assert_eq!(id("prod", "arn:aws:ecs:eu-west-1:123456789012:service/web"), "prod/web");
        let ids = ["a/1", "b/2", "a/3"].map(crate::model::Text::new);
        assert_eq!(by_cluster(&ids), [("a".to_owned(), vec!["1".to_owned(), "3".to_owned()]), ("b".to_owned(), vec!["2".to_owned()])]);
    }
}
