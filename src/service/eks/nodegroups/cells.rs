//! What a node group's description says, cell by cell.

use aws_sdk_eks::types::{
    AutoScalingGroup, LaunchTemplateSpecification, NodeRepairConfig, Nodegroup, NodegroupHealth, NodegroupIssueCode, NodegroupResources,
    NodegroupScalingConfig, NodegroupUpdateConfig, Taint,
};

use super::{Col, ISSUES};
use crate::{
    model::{Cell, Text, resource::Overlay},
    service::{
        eks::{
            calls::{comma, laid, pairs},
            issues,
            level::id,
        },
        row::{Cells, joined},
    },
};

/// The description of a node group, to lay over its row.
pub(super) fn overlay(cluster: &str, name: &str, group: &Nodegroup) -> Overlay {
    let mut cells = Cells::new(Col::COLUMNS);
    standing(&mut cells, cluster, group);
    size(&mut cells, group);
    machine(&mut cells, group);
    surroundings(&mut cells, group);
    laid(&id(cluster, name), cells, group.tags())
}

fn standing(cells: &mut Cells, cluster: &str, group: &Nodegroup) {
    let list = group.health().map(NodegroupHealth::issues).unwrap_or_default();
    let list = list.iter().map(|issue| (issue.code().map(NodegroupIssueCode::as_str), issue.message(), issue.resource_ids()));
    issues::fill(cells, ISSUES, list);
    cells
        .set(Col::State, issues::state(group.status().map_or("", |status| status.as_str())))
        .text(Col::Cluster, Some(Text::new(cluster)))
        .time(Col::Created, group.created_at())
        .time(Col::Modified, group.modified_at())
        .text(Col::Arn, group.nodegroup_arn().map(Text::new));
}

fn size(cells: &mut Cells, group: &Nodegroup) {
    let scaling = group.scaling_config();
    let update = group.update_config();
    let count = update.and_then(NodegroupUpdateConfig::max_unavailable).map(|count| count.to_string());
    let share = update.and_then(NodegroupUpdateConfig::max_unavailable_percentage).map(|share| format!("{share}%"));
    cells
        .count(Col::Desired, scaling.and_then(NodegroupScalingConfig::desired_size))
        .count(Col::Min, scaling.and_then(NodegroupScalingConfig::min_size))
        .count(Col::Max, scaling.and_then(NodegroupScalingConfig::max_size))
        .text(Col::Unavailable, count.or(share).map(|text| Text::new(&text)))
        .text(Col::Strategy, update.and_then(|update| update.update_strategy()).map(|strategy| Text::new(strategy.as_str())))
        .set(Col::Repair, group.node_repair_config().and_then(NodeRepairConfig::enabled).map_or(Cell::None, Cell::Flag));
}

fn machine(cells: &mut Cells, group: &Nodegroup) {
    cells
        .text(Col::Types, comma(group.instance_types.as_deref()))
        .text(Col::Capacity, group.capacity_type().map(|capacity| Text::new(capacity.as_str())))
        .text(Col::Version, group.version().map(Text::new))
        .text(Col::Release, group.release_version().map(Text::new))
        .text(Col::Image, group.ami_type().map(|image| Text::new(image.as_str())))
        .text(Col::Template, group.launch_template().and_then(template).map(|text| Text::new(&text)))
        .count(Col::Disk, group.disk_size());
}

/// `name version 3`.
fn template(template: &LaunchTemplateSpecification) -> Option<String> {
    let name = template.name().or(template.id())?;
    Some(template.version().map_or_else(|| name.to_owned(), |version| format!("{name} version {version}")))
}

fn surroundings(cells: &mut Cells, group: &Nodegroup) {
    let groups = group.resources().map(NodegroupResources::auto_scaling_groups).unwrap_or_default();
    let groups = joined(groups.iter().filter_map(AutoScalingGroup::name).map(str::to_owned));
    cells
        .text(Col::Groups, groups.map(|list| Text::new(&list)))
        .text(Col::Labels, pairs(group.labels()))
        .text(Col::Taints, joined(group.taints().iter().map(taint)).map(|list| Text::new(&list)))
        .text(Col::Subnets, comma(group.subnets.as_deref()))
        .text(Col::Role, group.node_role().map(Text::new))
        .text(Col::Key, group.remote_access().and_then(|access| access.ec2_ssh_key()).map(Text::new));
}

/// `key=value:NO_SCHEDULE`.
fn taint(taint: &Taint) -> String {
    let effect = taint.effect().map_or("", |effect| effect.as_str());
    format!("{}={}:{effect}", taint.key().unwrap_or_default(), taint.value().unwrap_or_default())
}
