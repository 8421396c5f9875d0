//! Pages of status checks and events, which are laid over instances. Without them the rows live on, and say what is missing.

use aws_sdk_ec2::operation::describe_instance_status::builders::DescribeInstanceStatusFluentBuilder;
use futures::FutureExt;

use super::{
    super::row,
    client,
    paged::{Ask, Paged, Region, Turned},
};
use crate::{
    aws::{Aws, Lane, Patience, problem::problem},
    model::{Gap, Interner, Problem, ProblemKind, Text, resource::Page},
    service::{Pages, row::send},
};

static STATUSES: Lane = Lane { name: "ec2-instance-status", published: 20.0, burst: 100, patience: Patience::Long };

/// A status is a tenth of an instance, so that every page holds the most that `DescribeInstanceStatus` gives (EC2 API Reference, `MaxResults`:
/// 5 to 1000).
const PAGED: Paged = Paged { first: 1_000, hasty: 1_000, calm: 1_000, page: |aws, ask, pages| page(aws, ask, pages).boxed() };

/// Those of a region: only running instances have them.
pub(super) async fn all(region: &Region) -> Vec<Gap> {
    region.all(PAGED).await.unwrap_or_else(|problem| vec![problem]).into_iter().filter_map(gap).collect()
}

/// Those of just these instances. Every one is asked for, so that the checks of one that has just stopped are cleared. Ids and `MaxResults`
/// exclude each other.
pub(super) async fn of(aws: &Aws, ids: &[Text], pages: &Pages) -> Vec<Gap> {
    let ids: Vec<String> = ids.iter().map(|id| id.as_str().to_owned()).collect();
    let mut token = None;
    loop {
        let call = aws.through(&STATUSES, client).await.describe_instance_status().include_all_instances(true);
        match turned(aws, call.set_instance_ids(Some(ids.clone())).set_next_token(token), pages).await {
            Ok(Turned { next: Some(next), .. }) => token = Some(next),
            Ok(_) => return Vec::new(),
            Err(problem) => return gap(problem).into_iter().collect(),
        }
    }
}

/// An instance that is gone has no checks, and nothing is missing.
fn gap(problem: Problem) -> Option<Gap> {
    (problem.kind != ProblemKind::NotFound).then(|| Gap::facts(problem))
}

async fn page(aws: &Aws, ask: Ask, pages: &Pages) -> Result<Turned, Problem> {
    let call = aws.through(&STATUSES, client).await.describe_instance_status().max_results(ask.size);
    turned(aws, call.set_filters(ask.filters).set_next_token(ask.token), pages).await
}

async fn turned(aws: &Aws, call: DescribeInstanceStatusFluentBuilder, pages: &Pages) -> Result<Turned, Problem> {
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    let turned = Turned::new(answer.next_token(), answer.instance_statuses().iter().filter_map(|status| status.availability_zone()));
    let mut shared = Interner::default();
    let overlays = answer.instance_statuses().iter().filter_map(|status| row::overlay(status, &mut shared)).collect();
    drop(answer);
    send(pages, Page { rows: Vec::new(), overlays }).await?;
    Ok(turned)
}
