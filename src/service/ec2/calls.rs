//! The calls that list and describe instances.

mod checks;
mod instances;
mod paged;
mod within;
mod zones;

use std::{future::Future, sync::Arc};

use aws_sdk_ec2::{Client, config::Builder};
use paged::Region;

use crate::{
    aws::{Aws, Capture, Lane, Patience, SdkConfig, problem::problem},
    model::{Gap, Problem, Resource, target::Haste},
    service::{Pages, Scope},
};

/// Ids in one question: the most that `DescribeInstanceStatus` takes (EC2 API Reference, `InstanceIds`: at most 100).
const IDS: usize = 100;

/// EC2 has a bucket for each action (EC2 API Reference, "Request throttling": 100 at once and 20 a second with `MaxResults` or a filter).
static INSTANCES: Lane = Lane { name: "ec2-instances", published: 20.0, burst: 100, patience: Patience::Long };

/// The client, with retries budgeted for this target alone.
pub(super) fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("ec2")).build())
}

/// Lists instances and, at the same time, their checks: rows need not wait for the second, and live without it.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::All => everything(aws, pages).await,
        Scope::Within(kind, parent) => within::list(aws, kind, &parent.id, pages).await,
        Scope::Ids(ids) => {
            let mut beside = Vec::new();
            for ids in ids.chunks(IDS) {
                beside.extend(both(aws.haste(), instances::of(&aws, ids, &pages), checks::of(&aws, ids, &pages)).await?);
            }
            Ok(beside)
        }
    }
}

/// All instances of the account and region.
async fn everything(aws: Aws, pages: Pages) -> Result<Vec<Gap>, Problem> {
    let haste = aws.haste();
    let region = Region::new(aws, pages);
    both(haste, instances::all(&region), checks::all(&region)).await
}

/// Rows and what is laid over them: at the same time where somebody waits, else in turn, so that a refresh takes the room of one answer.
async fn both(
    haste: Haste,
    rows: impl Future<Output = Result<Vec<Gap>, Problem>>,
    checks: impl Future<Output = Vec<Gap>>,
) -> Result<Vec<Gap>, Problem> {
    let (rows, checks) = match haste {
        Haste::Now => futures::join!(rows, checks),
        Haste::Calm => (rows.await, checks.await),
    };
    let mut gaps = rows?;
    gaps.extend(checks);
    Ok(gaps)
}

/// Describes one instance so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, instance: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&INSTANCES, client).await.describe_instances().instance_ids(instance.id.as_str());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}
