//! Elastic Load Balancing, which has no kind of its own here: whether a plan takes the last healthy target from a load balancer.
//!
//! Asked when a plan is laid out, never polled. Invariant: what could not be looked at is said, and never taken for safe.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::{
    Client,
    config::Builder,
    types::{TargetGroup, TargetHealthDescription, TargetHealthStateEnum, TargetTypeEnum},
};
use futures::{StreamExt, stream};

use super::{Consequence, SHARE, asg, row::note};
use crate::{
    aws::{Aws, Lane, Patience, SdkConfig, problem::problem},
    model::{Problem, ProblemKind, Severity, Text},
};

/// Elastic Load Balancing User Guide, "Request throttling for the ELB API": a bucket of 40 for all that reads, filled with 10 a second.
static READS: Lane = Lane { name: "elb-read", published: 10.0, burst: 40, patience: Patience::Short };

/// Target groups on a page: the most that `DescribeTargetGroups` gives (ELB API Reference, `PageSize`).
const PAGE: i32 = 400;
/// Pages that are read for a plan: two thousand target groups.
const PAGES: usize = 5;
/// Target groups whose health is asked for one plan in one account and region, one call each: about three seconds in its lane.
const LOOKED_AT: usize = 30;
/// Calls under way at the same time.
const TOGETHER: usize = 4;

/// What a plan takes out of service, and the ids under which load balancers may have it: of an instance, an address.
pub(super) struct Subject<'a> {
    /// What the plan calls it.
    pub(super) name: &'a Text,
    /// Its ids; targets with any of them are the subject.
    pub(super) ids: Vec<&'a str>,
}

/// Target groups that may have the subjects for targets.
pub(super) enum Among {
    /// Those of these VPCs; where that is too many, those of these Auto Scaling groups first.
    Vpcs(BTreeSet<String>, BTreeSet<String>),
    /// Those with these ARNs.
    These(Vec<String>),
}

/// Target groups by ARN, and whether there may be more.
type Listed = (Vec<String>, bool);

/// The client, with retries budgeted for this target alone.
fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("elasticloadbalancing")).build())
}

/// What the plan has to say about targets: that no healthy one is left, that much is taken, or that it is not known.
pub(super) async fn last_healthy(aws: &Aws, subjects: &[Subject<'_>], among: Among) -> Vec<Consequence> {
    match found(aws, among).await {
        Ok((arns, more)) => looked_at(aws, subjects, arns, more).await,
        Err(problem) => vec![unknown(&problem)],
    }
}

/// What cannot be told, and why not.
pub(super) fn unknown(problem: &Problem) -> Consequence {
    let text = format!("whether it is the last healthy target of a load balancer is not known: {}", problem.headline);
    note(Severity::Warning, &text)
}

async fn found(aws: &Aws, among: Among) -> Result<Listed, Problem> {
    let (vpcs, favoured) = match among {
        Among::These(arns) => return Ok((arns, false)),
        Among::Vpcs(vpcs, favoured) => (vpcs, favoured),
    };
    let (mut arns, more) = listed(aws, &vpcs).await?;
    if arns.len() > LOOKED_AT && !favoured.is_empty() {
        let first = asg::target_groups(aws, favoured).await?;
        arns.sort_by_key(|arn| !first.contains(arn));
    }
    Ok((arns, more))
}

async fn listed(aws: &Aws, vpcs: &BTreeSet<String>) -> Result<Listed, Problem> {
    let (mut arns, mut marker) = (Vec::new(), None);
    for _ in 0..PAGES {
        let call = aws.through(&READS, client).await.describe_target_groups().page_size(PAGE).set_marker(marker);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        let fitting = answer.target_groups().iter().filter(|group| may_have(group, vpcs));
        arns.extend(fitting.filter_map(|group| group.target_group_arn()).map(str::to_owned));
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok((arns, false));
        }
    }
    Ok((arns, true))
}

/// True where instances or addresses of these VPCs may be targets, and a load balancer sends them anything.
fn may_have(group: &TargetGroup, vpcs: &BTreeSet<String>) -> bool {
    let kind = group.target_type().is_none_or(|kind| matches!(kind, TargetTypeEnum::Instance | TargetTypeEnum::Ip));
    kind && !group.load_balancer_arns().is_empty() && group.vpc_id().is_none_or(|vpc| vpcs.contains(vpc))
}

/// A few calls at a time. What one of them is refused, the others would be too.
async fn looked_at(aws: &Aws, subjects: &[Subject<'_>], mut arns: Vec<String>, more: bool) -> Vec<Consequence> {
    let left = arns.split_off(LOOKED_AT.min(arns.len())).len();
    let known = subjects.iter().enumerate().flat_map(|(at, subject)| subject.ids.iter().map(move |id| (*id, at))).collect();
    let mut notes = Vec::new();
    let calls = stream::iter(arns).map(|arn| async move { (healthy(aws, &arn).await, arn) });
    let mut answers = std::pin::pin!(calls.buffered(TOGETHER));
    while let Some((answer, arn)) = answers.next().await {
        match answer {
            Ok(healthy) => notes.extend(told(name(&arn), &healthy, subjects, &known)),
            // It was deleted meanwhile.
            Err(problem) if problem.kind == ProblemKind::NotFound => {}
            Err(problem) => {
                notes.push(unknown(&problem));
                break;
            }
        }
    }
    if left > 0 || more {
        let many = if more { format!("{left} or more") } else { left.to_string() };
        let text = format!("{many} target groups were not looked at: whether it is the last healthy target of one of them is not known");
        notes.push(note(Severity::Warning, &text));
    }
    notes
}

/// The ids of the targets to which a load balancer sends requests.
async fn healthy(aws: &Aws, arn: &str) -> Result<BTreeSet<String>, Problem> {
    let answer = aws.through(&READS, client).await.describe_target_health().target_group_arn(arn).send().await;
    let answer = answer.map_err(|error| problem(error, aws.target()))?;
    let serves = |target: &&TargetHealthDescription| {
        target.target_health().and_then(|health| health.state()) == Some(&TargetHealthStateEnum::Healthy)
    };
    let targets = answer.target_health_descriptions().iter().filter(serves).filter_map(|one| one.target()?.id());
    Ok(targets.map(str::to_owned).collect())
}

/// `web` of `arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/73e2d6bc24d8a067`.
fn name(arn: &str) -> &str {
    arn.split('/').nth(1).unwrap_or(arn)
}

/// What becomes of the healthy targets of a group; nothing where it is little.
fn told(group: &str, healthy: &BTreeSet<String>, subjects: &[Subject<'_>], known: &BTreeMap<&str, usize>) -> Option<Consequence> {
    let planned: Vec<usize> = healthy.iter().filter_map(|id| known.get(id.as_str()).copied()).collect();
    let (severity, text) = match (planned.as_slice(), healthy.len()) {
        ([], _) => return None,
        ([one], 1) => (Severity::Critical, format!("{} is the last healthy target of {group}", subjects[*one].name)),
        (several, all) if several.len() == all => (Severity::Critical, format!("all {all} healthy targets of {group}: none is left")),
        (several, all) if several.len() * 100 > SHARE * all => {
            let percent = several.len() * 100 / all;
            (Severity::Warning, format!("{} of the {all} healthy targets of {group} ({percent} %)", several.len()))
        }
        _ => return None,
    };
    Some(note(severity, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(healthy: &[&str], planned: &[&str]) -> Option<(Severity, String)> {
        let names: Vec<Text> = planned.iter().map(|id| Text::new(&format!("web {id}"))).collect();
        let subjects: Vec<Subject<'_>> = names.iter().zip(planned).map(|(name, id)| Subject { name, ids: vec![id, "10.0.0.1"] }).collect();
        let known = planned.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let healthy = healthy.iter().map(|id| (*id).to_owned()).collect();
        told("web", &healthy, &subjects, &known).map(|note| (note.severity, note.text.to_string()))
    }

    #[test]
    fn what_is_left_of_a_target_group_is_told() {
        let some = |severity, text: &str| Some((severity, text.to_owned()));
        assert_eq!(notes(&["a"], &["a"]), some(Severity::Critical, "web a is the last healthy target of web"));
        assert_eq!(notes(&["a", "b"], &["a", "b", "c"]), some(Severity::Critical, "all 2 healthy targets of web: none is left"));
        assert_eq!(notes(&["a", "b", "c"], &["b"]), some(Severity::Warning, "1 of the 3 healthy targets of web (33 %)"));
        assert_eq!(notes(&["a", "b", "c", "d", "e"], &["b"]), None, "a fifth is let pass");
        assert_eq!(notes(&["a"], &["b"]), None, "what is not healthy gets no requests anyway");
        assert_eq!(notes(&[], &["b"]), None);
    }

    #[test]
    fn only_groups_that_may_have_instances_or_addresses_of_the_vpc_are_asked() {
        let vpcs = BTreeSet::from(["vpc-1".to_owned()]);
        let group = || TargetGroup::builder().target_type(TargetTypeEnum::Instance).vpc_id("vpc-1").load_balancer_arns("lb");
        let cases = [
            (group().build(), true),
            (group().target_type(TargetTypeEnum::Ip).build(), true),
            (group().target_type(TargetTypeEnum::Lambda).build(), false),
            (group().vpc_id("vpc-2").build(), false),
            (group().set_load_balancer_arns(None).build(), false),
        ];
        for (group, asked) in cases {
            assert_eq!(may_have(&group, &vpcs), asked, "{group:?}");
        }
    }
}
