//! A big region, zone by zone at the same time: pages of one chain can only be had one after the other.

use aws_sdk_ec2::types::Filter;
use futures::{StreamExt, stream};

use super::{ZONES, chain, client};
use crate::{
    aws::{Aws, problem::problem},
    model::{Gap, Problem},
    service::Pages,
};

/// Zones under way together; the lane spaces their calls.
const TOGETHER: usize = 8;

/// The names of all zones in which the account may have instances, local ones among them.
pub(super) async fn names(aws: &Aws) -> Result<Vec<String>, Problem> {
    aws.turn(&ZONES).await;
    let answer = aws.client(client).describe_availability_zones().send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.availability_zones().iter().filter_map(|zone| zone.zone_name()).map(str::to_owned).collect())
}

/// Every page of every zone. One that fails does not take the others along; the whole fails only where all do.
pub(super) async fn each(aws: &Aws, names: &[String], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let of = |name: &String| vec![Filter::builder().name("availability-zone").values(name).build()];
    let chains: Vec<_> = names.iter().map(|name| chain(aws, Some(of(name)), None, pages)).collect();
    let answers: Vec<Result<(), Problem>> = stream::iter(chains).buffer_unordered(TOGETHER).collect().await;
    let mut problems: Vec<Problem> = answers.into_iter().filter_map(Result::err).collect();
    if problems.len() == names.len() {
        return Err(problems.swap_remove(0));
    }
    Ok(problems.into_iter().map(Gap::rows).collect())
}
