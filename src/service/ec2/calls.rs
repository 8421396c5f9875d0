//! The calls that list and describe instances.

mod within;
mod zones;

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_ec2::{
    Client,
    config::Builder,
    types::{Filter, Reservation},
};

use super::row;
use crate::{
    aws::{Aws, Capture, Lane, problem::problem},
    model::{Gap, Interner, Problem, ProblemKind, Resource, Sharing, Text, resource::Page, target::Haste},
    service::{Pages, Scope, row::send},
};

/// Instances on a page: the most that `DescribeInstances` gives (EC2 API Reference, `MaxResults`: 5 to 1000).
const PAGE: i32 = 1_000;
/// Instances on the first page where somebody waits: a page takes AWS, the line and the SDK as long as it is big, and what this one holds of
/// a bigger region comes again with its zone.
const FIRST: i32 = 100;
/// Instances on a page where nobody waits: reading a full one takes 26 MB for a moment, every minute.
const CALM: i32 = 500;
/// Ids in one question: the most that `DescribeInstanceStatus` takes (EC2 API Reference, `InstanceIds`: at most 100).
const IDS: usize = 100;

/// EC2 has a bucket for each action (EC2 API Reference, "Request throttling": 100 at once and 20 a second with `MaxResults` or a filter).
static INSTANCES: Lane = Lane { name: "ec2-instances", published: 20.0, burst: 100 };
static STATUSES: Lane = Lane { name: "ec2-instance-status", published: 20.0, burst: 100 };
static ZONES: Lane = Lane { name: "ec2-zones", published: 20.0, burst: 100 };

/// The client, with retries budgeted for this target alone.
pub(super) fn client(aws: &Aws) -> Client {
    Client::from_conf(Builder::from(aws.config()).retry_partition(aws.retry_partition("ec2")).build())
}

/// Lists instances and, at the same time, their checks: rows need not wait for the second, and live without it.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::All => both(&aws, &[], &pages).await,
        Scope::Within(kind, parent) => within::list(&aws, kind, &parent.id, &pages).await,
        Scope::Ids(ids) => {
            let mut beside = Vec::new();
            for ids in ids.chunks(IDS) {
                beside.extend(both(&aws, ids, &pages).await?);
            }
            Ok(beside)
        }
    }
}

/// All instances, or these.
async fn both(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let (instances, checks) = match aws.haste() {
        Haste::Now => futures::join!(instances(aws, ids, pages), checks(aws, ids, pages)),
        Haste::Calm => (instances(aws, ids, pages).await, checks(aws, ids, pages).await),
    };
    let mut gaps = instances?;
    gaps.extend(checks.err().filter(|problem| problem.kind != ProblemKind::NotFound).map(Gap::facts));
    Ok(gaps)
}

/// A filter, not a list of ids: an id that is gone is then absent from the answer instead of failing it.
fn by_id(ids: &[Text]) -> Option<Vec<Filter>> {
    let values = ids.iter().map(|id| id.as_str().to_owned()).collect();
    (!ids.is_empty()).then(|| vec![Filter::builder().name("instance-id").set_values(Some(values)).build()])
}

/// Where somebody waits, a short first page, and when there is more, every zone at the same time.
async fn instances(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    if aws.haste() == Haste::Calm || !ids.is_empty() {
        return chain(aws, by_id(ids), pages).await.map(|()| Vec::new());
    }
    let first = page(aws, FIRST, None, None, pages).await?;
    match first.next {
        Some(_) => zones::each(aws, first.zones, pages).await,
        None => Ok(Vec::new()),
    }
}

/// Page after page.
async fn chain(aws: &Aws, filters: Option<Vec<Filter>>, pages: &Pages) -> Result<(), Problem> {
    let size = if aws.haste() == Haste::Calm { CALM } else { PAGE };
    let mut token = None;
    loop {
        token = page(aws, size, filters.clone(), token, pages).await?.next;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// What a page says about the others.
struct Turned {
    /// The token of the next.
    next: Option<String>,
    /// The zones that its instances are in.
    zones: BTreeSet<String>,
}

/// Passes a page of this size on.
async fn page(aws: &Aws, size: i32, filters: Option<Vec<Filter>>, token: Option<String>, pages: &Pages) -> Result<Turned, Problem> {
    aws.turn(&INSTANCES).await;
    let call = aws.client(client).describe_instances().max_results(size).set_filters(filters).set_next_token(token);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    let mut shared = <(Interner, Sharing)>::default();
    let next = answer.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
    let zones = zones::of(answer.reservations());
    let rows = answer.reservations().iter().flat_map(|reservation| rows(reservation, &mut shared)).collect();
    // A page of answers is several times the size of its rows: it is not kept while the rows wait to be taken.
    drop(answer);
    send(pages, Page { rows, overlays: Vec::new() }).await?;
    Ok(Turned { next, zones })
}

/// A reservation holds every instance of one launch: 1 or 500.
fn rows(reservation: &Reservation, shared: &mut (Interner, Sharing)) -> Vec<Resource> {
    let belongs = (reservation.owner_id(), reservation.reservation_id());
    reservation.instances().iter().filter_map(|instance| row::row(instance, belongs, shared)).collect()
}

/// Checks and events. In a sweep only running instances have them; of single instances every one is asked for,
/// so that the checks of one that has just stopped are cleared. Ids and `MaxResults` exclude each other.
async fn checks(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<(), Problem> {
    let call = aws.client(client).describe_instance_status();
    let call = match ids {
        [] => call.max_results(PAGE),
        ids => call.set_instance_ids(Some(ids.iter().map(|id| id.as_str().to_owned()).collect())).include_all_instances(true),
    };
    let (mut shared, mut token) = (Interner::default(), None);
    loop {
        aws.turn(&STATUSES).await;
        let answer = call.clone().set_next_token(token).send().await.map_err(|error| problem(error, aws.target()))?;
        let overlays = answer.instance_statuses().iter().filter_map(|status| row::overlay(status, &mut shared)).collect();
        send(pages, Page { rows: Vec::new(), overlays }).await?;
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(());
        }
    }
}

/// Describes one instance so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, instance: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    aws.turn(&INSTANCES).await;
    let call = aws.client(client).describe_instances().instance_ids(instance.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}
