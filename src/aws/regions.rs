//! Which regions an account has enabled.

use aws_sdk_ec2::{Client, config::Builder};

use super::{Aws, Lane, Patience, SdkConfig, problem::problem};
use crate::model::{Problem, Text};

/// EC2 API Reference, "Request throttling": `DescribeRegions` is among the calls that are not changed (100 at once, 20 a second).
static REGIONS: Lane = Lane { name: "ec2-regions", published: 20.0, burst: 100, patience: Patience::Short };
/// What a region is called that exists, and that the account has not asked for (EC2 API Reference, `Region`).
const OFF: &str = "not-opted-in";

fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("ec2")).build())
}

/// The regions that the account of this session has enabled, by name (EC2 API Reference, `DescribeRegions`, `AllRegions`).
pub async fn enabled(aws: &Aws) -> Result<Vec<Text>, Problem> {
    let answer = aws
        .through(&REGIONS, client)
        .await
        .describe_regions()
        .all_regions(false)
        .send()
        .await
        .map_err(|error| problem(error, aws.target()))?;
    let on = answer.regions().iter().filter(|region| region.opt_in_status() != Some(OFF));
    let mut names: Vec<Text> = on.filter_map(|region| region.region_name()).map(Text::new).collect();
    names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    Ok(names)
}
