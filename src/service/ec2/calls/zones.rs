//! A big region, zone by zone at the same time: pages of one chain can only be had one after the other.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Filter, Reservation};
use futures::future::Either;
use tokio::task::JoinSet;

use super::{ZONES, chain, client};
use crate::{
    aws::{Aws, problem::problem},
    model::{Gap, Problem},
    service::Pages,
};

/// Zones under way together; the lane spaces their calls.
const TOGETHER: usize = 8;

/// The zones of instances.
pub(super) fn of(reservations: &[Reservation]) -> BTreeSet<String> {
    let mut zones = BTreeSet::new();
    let placed = reservations.iter().flat_map(Reservation::instances).filter_map(|instance| instance.placement()?.availability_zone());
    placed.for_each(|zone| {
        if !zones.contains(zone) {
            zones.insert(zone.to_owned());
        }
    });
    zones
}

/// Every page of every zone. Those that instances were `seen` in begin at once, while AWS is asked which others there are; where it does not
/// tell, or there is only one, all pages are had one after the other.
///
/// A zone that fails does not take the others along; the whole fails only where all do.
pub(super) async fn each(aws: &Aws, seen: BTreeSet<String>, pages: &Pages) -> Result<Vec<Gap>, Problem> {
    if seen.len() < 2 {
        return match names(aws).await {
            Ok(names) if names.len() > 1 => settle(chains(aws, names.union(&seen).cloned().collect(), pages).await),
            _ => everything(aws, pages).await,
        };
    }
    let others = async {
        match names(aws).await {
            Ok(names) => Either::Left(chains(aws, names.difference(&seen).cloned().collect(), pages).await),
            Err(_) => Either::Right(everything(aws, pages).await),
        }
    };
    match futures::join!(chains(aws, seen.clone(), pages), others) {
        (known, Either::Left(others)) => settle(known.into_iter().chain(others).collect()),
        (_, Either::Right(all)) => all,
    }
}

/// Every page, one after the other.
async fn everything(aws: &Aws, pages: &Pages) -> Result<Vec<Gap>, Problem> {
    chain(aws, None, pages).await.map(|()| Vec::new())
}

/// The names of all zones in which the account may have instances, local ones among them.
async fn names(aws: &Aws) -> Result<BTreeSet<String>, Problem> {
    aws.turn(&ZONES).await;
    let answer = aws.client(client).describe_availability_zones().send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.availability_zones().iter().filter_map(|zone| zone.zone_name()).map(str::to_owned).collect())
}

/// Each chain is a task of its own, for reading a page takes a processor as long as the page is under way. Dropped, they end.
async fn chains(aws: &Aws, names: BTreeSet<String>, pages: &Pages) -> Vec<Result<(), Problem>> {
    let (mut waiting, mut under_way, mut ended) = (names.into_iter(), JoinSet::new(), Vec::new());
    loop {
        for name in waiting.by_ref().take(TOGETHER - under_way.len()) {
            let (aws, pages) = (aws.clone(), pages.clone());
            under_way.spawn(async move { chain(&aws, Some(within(name)), &pages).await });
        }
        match under_way.join_next().await {
            Some(answer) => ended.push(answer.unwrap_or_else(|_| Err(Problem::defect()))),
            None => return ended,
        }
    }
}

fn within(zone: String) -> Vec<Filter> {
    vec![Filter::builder().name("availability-zone").values(zone).build()]
}

fn settle(answers: Vec<Result<(), Problem>>) -> Result<Vec<Gap>, Problem> {
    let all = answers.len();
    let mut problems: Vec<Problem> = answers.into_iter().filter_map(Result::err).collect();
    if problems.len() == all {
        return Err(problems.swap_remove(0));
    }
    Ok(problems.into_iter().map(Gap::rows).collect())
}
