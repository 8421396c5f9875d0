//! What a cluster's description says, cell by cell.

use aws_sdk_eks::types::{
    Cluster, ClusterHealth, ClusterIssueCode, ComputeConfigResponse, EncryptionConfig, LogSetup, Logging, VpcConfigResponse,
    ZonalShiftConfigResponse,
};

use super::{Col, ISSUES, Support};
use crate::{
    model::{Cell, Health, Text, resource::Overlay},
    service::{
        eks::{
            calls::{comma, laid},
            issues,
        },
        row::{Cells, joined},
    },
};

/// The description of a cluster, to lay over its row.
pub(super) fn overlay(name: &str, cluster: &Cluster, support: Option<&Support>) -> Overlay {
    let mut cells = Cells::new(Col::COLUMNS);
    standing(&mut cells, cluster);
    version(&mut cells, cluster, support);
    network(&mut cells, cluster);
    rights(&mut cells, cluster);
    nodes(&mut cells, cluster);
    laid(name, cells, cluster.tags())
}

fn standing(cells: &mut Cells, cluster: &Cluster) {
    let list = cluster.health().map(ClusterHealth::issues).unwrap_or_default();
    let list = list.iter().map(|issue| (issue.code().map(ClusterIssueCode::as_str), issue.message(), issue.resource_ids()));
    issues::fill(cells, ISSUES, list);
    cells
        .set(Col::State, issues::state(cluster.status().map_or("", |status| status.as_str())))
        .time(Col::Created, cluster.created_at())
        .set(Col::Protected, flag(cluster.deletion_protection()))
        .set(Col::ZonalShift, flag(cluster.zonal_shift_config().and_then(ZonalShiftConfigResponse::enabled)))
        .text(Col::Connector, cluster.connector_config().and_then(|own| own.provider()).map(Text::new))
        .text(Col::Logs, logs(cluster));
}

fn version(cells: &mut Cells, cluster: &Cluster, support: Option<&Support>) {
    let policy = cluster.upgrade_policy().and_then(|policy| policy.support_type());
    let day = |day: Option<&str>| day.map(Text::new);
    cells
        .text(Col::Version, cluster.version().map(Text::new))
        .text(Col::Platform, cluster.platform_version().map(Text::new))
        .text(Col::UpgradePolicy, policy.map(|policy| Text::new(policy.as_str())))
        .set(Col::Support, support.map_or(Cell::None, |support| supported(&support.status)))
        .text(Col::SupportEnds, day(support.and_then(Support::ends)))
        .text(Col::ExtendedEnds, day(support.and_then(|support| support.extended.as_deref())))
        .text(Col::Tier, cluster.control_plane_scaling_config().and_then(|own| own.tier()).map(|tier| Text::new(tier.as_str())));
}

fn supported(status: &str) -> Cell {
    let health = match status {
        "" => return Cell::None,
        "STANDARD_SUPPORT" => Health::Ok,
        "EXTENDED_SUPPORT" => Health::Warn,
        "UNSUPPORTED" => Health::Bad,
        _ => Health::Unknown,
    };
    Cell::State(health, Text::new(status))
}

fn network(cells: &mut Cells, cluster: &Cluster) {
    let vpc = cluster.resources_vpc_config();
    let own = cluster.kubernetes_network_config();
    let groups = vpc.map(|vpc| vpc.cluster_security_group_id().into_iter().chain(vpc.security_group_ids().iter().map(String::as_str)));
    let groups = joined(groups.into_iter().flatten().map(str::to_owned));
    cells
        .text(Col::Access, vpc.and_then(access).map(Text::new))
        .text(Col::PublicCidrs, vpc.and_then(|vpc| comma(vpc.public_access_cidrs.as_deref())))
        .text(Col::Vpc, vpc.and_then(|vpc| vpc.vpc_id()).map(Text::new))
        .text(Col::Subnets, vpc.and_then(|vpc| comma(vpc.subnet_ids.as_deref())))
        .text(Col::SecurityGroups, groups.map(|list| Text::new(&list)))
        .text(Col::Endpoint, cluster.endpoint().map(Text::new))
        .text(Col::Services, own.and_then(|own| own.service_ipv4_cidr().or(own.service_ipv6_cidr())).map(Text::new))
        .text(Col::IpFamily, own.and_then(|own| own.ip_family()).map(|family| Text::new(family.as_str())));
}

/// From where the API server can be reached; `None` for a cluster that has no endpoint of EKS's.
fn access(vpc: &VpcConfigResponse) -> Option<&'static str> {
    match (vpc.endpoint_public_access(), vpc.endpoint_private_access()) {
        (true, true) => Some("public+private"),
        (true, false) => Some("public"),
        (false, true) => Some("private"),
        (false, false) => None,
    }
}

fn rights(cells: &mut Cells, cluster: &Cluster) {
    let keys = cluster.encryption_config().iter().filter_map(key);
    let issuer = cluster.identity().and_then(|identity| identity.oidc()).and_then(|oidc| oidc.issuer());
    let mode = cluster.access_config().and_then(|access| access.authentication_mode());
    cells
        .text(Col::Role, cluster.role_arn().map(Text::new))
        .text(Col::Issuer, issuer.map(Text::new))
        .text(Col::Authentication, mode.map(|mode| Text::new(mode.as_str())))
        .text(Col::Encryption, joined(keys).map(|list| Text::new(&list)));
}

fn key(config: &EncryptionConfig) -> Option<String> {
    config.provider().and_then(|provider| provider.key_arn()).map(str::to_owned)
}

fn nodes(cells: &mut Cells, cluster: &Cluster) {
    let auto = cluster.compute_config();
    cells
        .set(Col::AutoMode, flag(auto.and_then(ComputeConfigResponse::enabled)))
        .text(Col::NodePools, auto.and_then(|auto| comma(auto.node_pools.as_deref())))
        .text(Col::NodeRole, auto.and_then(|auto| auto.node_role_arn()).map(Text::new));
}

fn flag(value: Option<bool>) -> Cell {
    value.map_or(Cell::None, Cell::Flag)
}

/// The control plane's logs that are sent to `CloudWatch`.
fn logs(cluster: &Cluster) -> Option<Text> {
    let setups = cluster.logging().map(Logging::cluster_logging).unwrap_or_default();
    let on = setups.iter().filter(|setup| setup.enabled() == Some(true));
    joined(on.flat_map(LogSetup::types).map(|log| log.as_str().to_owned())).map(|list| Text::new(&list))
}
