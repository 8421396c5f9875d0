//! Groups: how many they should have, how many serve, and what keeps them from more.

use std::{collections::BTreeSet, sync::Arc};

use aws_sdk_autoscaling::types::{AutoScalingGroup, Instance, LifecycleState};
use jiff::Timestamp;

use super::{CALLS, client};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{
        Cell, Finding, Gap, Health, Interner, Problem, Resource, Severity, Text,
        resource::{Overlay, Page},
    },
    service::{
        Pages, Place, Scope,
        row::{Cells, Position, columns, finding, joined, number, rows, send, tags, words},
        sign::{Sign, sign},
    },
};

/// Groups on a page: the most that `DescribeAutoScalingGroups` gives (Auto Scaling API Reference, `MaxRecords`).
const PAGE: i32 = 100;
/// Names in one question (Auto Scaling API Reference, `AutoScalingGroupNames`: 50 by default).
const NAMES: usize = 50;

columns! {
    /// The facts of a group.
    enum Col {
        State: "state", "STATE", 10, Place::Row(5);
        InService: "in_service", "IN SERVICE", 10, Place::Row(0);
        Desired: "desired", "DESIRED", 7, Place::Row(1);
        Min: "min", "MIN", 4, Place::Row(2);
        Max: "max", "MAX", 4, Place::Row(3);
        Unhealthy: "unhealthy", "UNHEALTHY", 9, Place::Row(6);
        Suspended: "suspended", "SUSPENDED", 28, Place::Row(7);
        LastActivity: "last_activity", "LAST ACTIVITY", 14, Place::Row(8);
        Why: "why", "LAST ACTIVITY SAYS", 60, Place::Wide;
        Standby: "standby", "STANDBY", 7, Place::Wide;
        Transition: "transition", "IN TRANSITION", 13, Place::Wide;
        Spot: "spot", "MIX", 30, Place::Wide;
        Template: "template", "LAUNCHES FROM", 32, Place::Wide;
        Refresh: "refresh", "INSTANCE REFRESH", 28, Place::Wide;
        HealthCheck: "health_check", "HEALTH CHECK", 12, Place::Detail;
        Grace: "grace", "GRACE S", 7, Place::Detail;
        Cooldown: "cooldown", "COOLDOWN S", 10, Place::Detail;
        Zones: "zones", "ZONES", 40, Place::Detail;
        Subnets: "subnets", "SUBNETS", 40, Place::Detail;
        Targets: "targets", "TARGET GROUPS", 40, Place::Detail;
        Policies: "policies", "TERMINATION POLICIES", 30, Place::Detail;
        Protected: "protected", "NEW ONES PROTECTED", 18, Place::Detail;
        Collected: "collected", "GROUP METRICS", 30, Place::Detail;
        Created: "created", "AGE", 4, Place::Wide;
        Arn: "group_arn", "GROUP ARN", 40, Place::Detail;
    }
}

fn row(group: &AutoScalingGroup, shared: &mut Interner) -> Option<Resource> {
    let name = Text::exact(group.auto_scaling_group_name()?);
    let mut cells = Cells::new(Col::COLUMNS);
    capacity(&mut cells, group);
    standing(&mut cells, group, shared);
    setting(&mut cells, group, shared);
    let tags = tags(group.tags().iter().map(|tag| (tag.key(), tag.value())), shared);
    Some(Resource { id: name.clone(), name, cells: cells.done(), tags, parents: [].into() })
}

fn capacity(cells: &mut Cells, group: &AutoScalingGroup) {
    let with = |test: fn(&Instance) -> bool| group.instances().iter().filter(|one| test(one)).count() as i64;
    cells
        .count(Col::InService, Some(with(|one| one.lifecycle_state() == Some(&LifecycleState::InService))))
        .count(Col::Standby, Some(with(|one| one.lifecycle_state() == Some(&LifecycleState::Standby))))
        .count(Col::Unhealthy, Some(with(|one| one.health_status() == Some("Unhealthy"))))
        .count(
            Col::Transition,
            Some(with(|one| !one.lifecycle_state().is_some_and(|state| matches!(state.as_str(), "InService" | "Standby")))),
        )
        .count(Col::Desired, group.desired_capacity())
        .count(Col::Min, group.min_size())
        .count(Col::Max, group.max_size());
}

/// A group has a status only while it is being deleted (Auto Scaling API Reference, `AutoScalingGroup`, `Status`).
fn standing(cells: &mut Cells, group: &AutoScalingGroup, shared: &mut Interner) {
    let state = group.status().map_or((Health::Ok, "active"), |status| (Health::Busy, status));
    let suspended = group.suspended_processes().iter().filter_map(|one| one.process_name()).map(str::to_owned);
    cells
        .set(Col::State, Cell::State(state.0, shared.text(state.1)))
        .text(Col::Suspended, joined(suspended).map(|list| shared.text(&list)))
        .time(Col::Created, group.created_time())
        .text(Col::Arn, group.auto_scaling_group_arn().map(Text::new));
}

fn setting(cells: &mut Cells, group: &AutoScalingGroup, shared: &mut Interner) {
    let mixed = group.mixed_instances_policy().and_then(|own| own.instances_distribution());
    let mix = mixed.map(|own| {
        let (base, percent) = (own.on_demand_base_capacity().unwrap_or(0), own.on_demand_percentage_above_base_capacity().unwrap_or(100));
        format!("{base} on-demand, then {percent} % on-demand, {} % spot", 100 - percent)
    });
    let template =
        group.launch_template().and_then(|own| Some(format!("{} {}", own.launch_template_name()?, own.version().unwrap_or("$Default"))));
    let targets = group.target_group_arns().iter().map(|arn| arn.rsplit(':').next().unwrap_or(arn).to_owned());
    let metrics = group.enabled_metrics().iter().filter_map(|one| one.metric()).map(str::to_owned);
    cells
        .text(Col::Spot, mix.map(|mix| shared.text(&mix)))
        .text(Col::Template, template.or_else(|| group.launch_configuration_name().map(str::to_owned)).map(|words| shared.text(&words)))
        .text(Col::HealthCheck, group.health_check_type().map(|kind| shared.text(kind)))
        .count(Col::Grace, group.health_check_grace_period())
        .count(Col::Cooldown, group.default_cooldown())
        .text(Col::Zones, joined(group.availability_zones().iter().cloned()).map(|list| shared.text(&list)))
        .text(Col::Subnets, group.vpc_zone_identifier().map(|list| shared.text(list)))
        .text(Col::Targets, joined(targets).map(|list| shared.text(&list)))
        .text(Col::Policies, joined(group.termination_policies().iter().cloned()).map(|list| shared.text(&list)))
        .set(Col::Protected, group.new_instances_protected_from_scale_in().map_or(Cell::None, Cell::Flag))
        .text(Col::Collected, joined(metrics).map(|list| shared.text(&list)));
}

/// Lists groups.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    match scope {
        Scope::Ids(ids) => {
            for names in ids.chunks(NAMES) {
                let names = names.iter().map(|id| id.original().into_owned()).collect();
                sweep(&aws, Some(names), &pages).await?;
            }
        }
        Scope::All | Scope::Within(..) => sweep(&aws, None, &pages).await?,
    }
    Ok(Vec::new())
}

async fn sweep(aws: &Aws, names: Option<Vec<String>>, pages: &Pages) -> Result<(), Problem> {
    let mut shared = Interner::default();
    let mut token = None;
    loop {
        let (groups, next) = page(aws, names.clone(), token).await?;
        send(pages, rows(groups.iter().filter_map(|group| row(group, &mut shared)).collect())).await?;
        token = next;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// A page of all groups, or of these, and the token of the next.
pub(super) async fn page(
    aws: &Aws,
    names: Option<Vec<String>>,
    token: Option<String>,
) -> Result<(Vec<AutoScalingGroup>, Option<String>), Problem> {
    let call = aws.through(&CALLS, client).await.describe_auto_scaling_groups().set_auto_scaling_group_names(names);
    let answer = call.max_records(PAGE).set_next_token(token).send().await.map_err(|error| problem(error, aws.target()))?;
    Ok((answer.auto_scaling_groups.unwrap_or_default(), answer.next_token.filter(|token| !token.is_empty())))
}

/// The ARNs of the target groups that the members of these groups are registered with.
pub(in crate::service) async fn target_groups(aws: &Aws, names: BTreeSet<String>) -> Result<BTreeSet<String>, Problem> {
    let names: Vec<String> = names.into_iter().collect();
    let mut arns = BTreeSet::new();
    for names in names.chunks(NAMES) {
        // No more names than fit on a page.
        let (groups, _) = page(aws, Some(names.to_vec()), None).await?;
        arns.extend(groups.into_iter().filter_map(|group| group.target_group_arns).flatten());
    }
    Ok(arns)
}

/// The latest activity and the latest instance refresh of the groups in sight: two calls each.
pub(super) async fn details(aws: Aws, rows: Vec<Arc<Resource>>) -> Result<Page, Problem> {
    let mut overlays = Vec::new();
    for group in rows {
        let mut cells = latest_activity(&aws, &group).await?;
        cells.push((Col::Refresh.at(), Cell::text(latest_refresh(&aws, &group).await?)));
        overlays.push(Overlay { id: group.id.clone(), cells, tags: None });
    }
    Ok(Page { rows: Vec::new(), overlays })
}

async fn latest_activity(aws: &Aws, group: &Resource) -> Result<Vec<(usize, Cell)>, Problem> {
    let call =
        aws.through(&CALLS, client).await.describe_scaling_activities().auto_scaling_group_name(group.name.original()).max_records(1);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    let Some(activity) = answer.activities().first() else { return Ok(Vec::new()) };
    let status = activity.status_code().map_or("", |code| code.as_str());
    let health = super::activities::health(status);
    let words = activity.status_message().or(activity.description()).map(Text::new);
    Ok(vec![(Col::LastActivity.at(), Cell::State(health, Text::new(status))), (Col::Why.at(), Cell::text(words))])
}

async fn latest_refresh(aws: &Aws, group: &Resource) -> Result<Option<Text>, Problem> {
    let call =
        aws.through(&CALLS, client).await.describe_instance_refreshes().auto_scaling_group_name(group.name.original()).max_records(1);
    let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.instance_refreshes().first().map(|refresh| {
        let status = refresh.status().map_or("?", |status| status.as_str());
        let percent = refresh.percentage_complete().map(|percent| format!(" {percent} %")).unwrap_or_default();
        let reason = refresh.status_reason().map(|reason| format!(": {reason}")).unwrap_or_default();
        Text::new(&format!("{status}{percent}{reason}"))
    }))
}

/// Describes one group so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, group: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let call = aws.through(&CALLS, client).await.describe_auto_scaling_groups().auto_scaling_group_names(group.name.original());
    let answer = call.customize().interceptor(capture).send().await;
    answer.map(drop).map_err(|error| problem(error, aws.target()))
}

pub(super) fn arn(group: &Resource) -> String {
    words(group, Col::Arn).to_owned()
}

pub(super) fn desired(group: &Resource) -> i64 {
    number(group, Col::Desired).unwrap_or(0)
}

pub(super) fn limits(group: &Resource) -> (i64, i64) {
    (number(group, Col::Min).unwrap_or(0), number(group, Col::Max).unwrap_or(i64::MAX))
}

pub(super) fn in_service(group: &Resource) -> i64 {
    number(group, Col::InService).unwrap_or(0)
}

pub(super) fn suspended(group: &Resource) -> &str {
    words(group, Col::Suspended)
}

/// The number that serves, for its course over time.
pub(super) fn serving(group: &Resource, _: Timestamp) -> Option<f64> {
    number(group, Col::InService).map(|count| count as f64)
}

/// A group without members publishes no metric of EC2.
pub(super) fn serves(group: &Resource) -> bool {
    in_service(group) > 0
}

pub(super) fn moving(group: &Resource) -> bool {
    number(group, Col::Transition).is_some_and(|count| count > 0)
}

/// All that can be wrong by what a row says.
pub(super) const SIGNS: &[Sign] = &[
    sign("cannot-launch", Severity::Critical, "the latest activity of the group failed"),
    sign(
        "instances-missing",
        Severity::Critical,
        "fewer instances serve than are desired, and none is on its way; critical when none serves",
    ),
    sign("members-unhealthy", Severity::Warning, "instances of it are unhealthy"),
    sign("processes-suspended", Severity::Notice, "processes of it are suspended"),
    sign("at-maximum", Severity::Notice, "it is as large as it may get, and smaller groups are allowed"),
];

/// Everything wrong with a group at this moment, worst first.
pub(super) fn findings(group: &Resource, _: Timestamp) -> Vec<Finding> {
    [cannot_launch, too_few, unhealthy, braked, full].iter().filter_map(|rule| rule(group)).collect()
}

fn cannot_launch(group: &Resource) -> Option<Finding> {
    let why = format!("it cannot launch: {}", words(group, Col::Why));
    let advice = "the reason is AWS's own: other types or zones for want of capacity, the launch template for anything else";
    (words(group, Col::LastActivity) == "Failed").then(|| finding(Severity::Critical, "cannot-launch", &why, advice))
}

fn too_few(group: &Resource) -> Option<Finding> {
    let (serve, want) = (in_service(group), desired(group));
    let severity = if serve == 0 { Severity::Critical } else { Severity::Warning };
    let why = format!("{serve} of {want} instances serve");
    (serve < want && !moving(group)).then(|| finding(severity, "instances-missing", &why, "see its activities for the reason"))
}

fn unhealthy(group: &Resource) -> Option<Finding> {
    let count = number(group, Col::Unhealthy).filter(|count| *count > 0)?;
    Some(finding(
        Severity::Warning,
        "members-unhealthy",
        &format!("{count} of its instances are unhealthy"),
        "they are replaced unless that is suspended",
    ))
}

fn braked(group: &Resource) -> Option<Finding> {
    let why = format!("suspended: {}", suspended(group));
    (!suspended(group).is_empty())
        .then(|| finding(Severity::Notice, "processes-suspended", &why, "resume them when what they were suspended for is over"))
}

fn full(group: &Resource) -> Option<Finding> {
    let (want, (min, max)) = (desired(group), limits(group));
    let why = format!("it is at its maximum of {max}");
    (want == max && min != max && max > 0)
        .then(|| finding(Severity::Notice, "at-maximum", &why, "it cannot grow with the load: raise the maximum if that is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(serve: usize, desired: i32, max: i32) -> AutoScalingGroup {
        let member = || Instance::builder().instance_id("i-1").lifecycle_state(LifecycleState::InService).health_status("Healthy").build();
        let instances = (0..serve).map(|_| member()).collect();
        let builder = AutoScalingGroup::builder().auto_scaling_group_name("web").min_size(1).max_size(max).desired_capacity(desired);
        builder.set_instances(Some(instances)).build()
    }

    #[test]
    fn what_is_wrong_with_a_group() {
        for (group, codes) in [
            (group(2, 2, 4), vec![]),
            (group(1, 2, 4), vec!["instances-missing"]),
            (group(4, 4, 4), vec!["at-maximum"]),
            (group(0, 2, 4), vec!["instances-missing"]),
        ] {
            let row = row(&group, &mut Interner::default()).expect("a row");
            let found: Vec<&str> = findings(&row, Timestamp::UNIX_EPOCH).iter().map(|finding| finding.code).collect();
            assert_eq!(found, codes);
        }
    }

    #[test]
    fn a_failed_activity_is_the_worst_of_it() {
        let mut row = row(&group(0, 2, 4), &mut Interner::default()).expect("a row");
        row.cells.set(Col::LastActivity as usize, Cell::State(Health::Bad, "Failed".into()));
        row.cells.set(Col::Why as usize, Cell::Text("no capacity".into()));
        let found = findings(&row, Timestamp::UNIX_EPOCH);
        assert_eq!((found[0].code, found[0].reason.as_str()), ("cannot-launch", "it cannot launch: no capacity"));
    }
}
