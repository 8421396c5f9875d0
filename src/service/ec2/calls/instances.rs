//! Pages of instances.

use aws_sdk_ec2::{
    operation::describe_instances::DescribeInstancesOutput,
    types::{Filter, Reservation},
};
use futures::FutureExt;

use super::{
    super::row,
    INSTANCES, client,
    paged::{Ask, Paged, Region, Turned, chain},
};
use crate::{
    aws::{Aws, problem::problem},
    model::{Gap, Interner, Problem, Resource, Sharing, Text, resource::Page},
    service::{Pages, row::send},
};

/// A full page holds the most that `DescribeInstances` gives (EC2 API Reference, `MaxResults`: 5 to 1000). The first is short, for a page
/// takes AWS, the line and the SDK as long as it is big; those of a refresh are of half the size, for reading a full one takes 26 MB.
const PAGED: Paged = Paged { first: 100, hasty: FULL, calm: 500, page: |aws, ask, pages| page(aws, ask, pages).boxed() };
/// Instances on a full page.
pub(super) const FULL: i32 = 1_000;

/// All of a region.
pub(super) async fn all(region: &Region) -> Result<Vec<Gap>, Problem> {
    Ok(region.all(PAGED).await?.into_iter().map(Gap::rows).collect())
}

/// Just these. By a filter, not by a list of ids: an id that is gone is then absent from the answer instead of failing it.
pub(super) async fn of(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let values = ids.iter().map(|id| id.as_str().to_owned()).collect();
    let filter = Filter::builder().name("instance-id").set_values(Some(values)).build();
    chain(aws, PAGED, Some(vec![filter]), pages).await.map(|()| Vec::new())
}

async fn page(aws: &Aws, ask: Ask, pages: &Pages) -> Result<Turned, Problem> {
    let call =
        aws.through(&INSTANCES, client).await.describe_instances().max_results(ask.size).set_filters(ask.filters).set_next_token(ask.token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    let turned = Turned::new(answer.next_token(), zones(&answer));
    let mut shared = <(Interner, Sharing)>::default();
    let rows = answer.reservations().iter().flat_map(|reservation| rows(reservation, &mut shared)).collect();
    // A page of answers is several times the size of its rows: it is not kept while the rows wait to be taken.
    drop(answer);
    send(pages, Page { rows, overlays: Vec::new() }).await?;
    Ok(turned)
}

fn zones(answer: &DescribeInstancesOutput) -> impl Iterator<Item = &str> {
    answer.reservations().iter().flat_map(Reservation::instances).filter_map(|instance| instance.placement()?.availability_zone())
}

/// A reservation holds every instance of one launch: 1 or 500.
pub(super) fn rows(reservation: &Reservation, shared: &mut (Interner, Sharing)) -> Vec<Resource> {
    let belongs = (reservation.owner_id(), reservation.reservation_id());
    reservation.instances().iter().filter_map(|instance| row::row(instance, belongs, shared)).collect()
}
