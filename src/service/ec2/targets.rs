//! Instances as targets of load balancers.

use std::sync::Arc;

use super::{Col, row::GROUP_TAG};
use crate::{
    aws::Aws,
    model::Resource,
    service::{
        Consequence,
        elb::{self, Among, Subject},
        row::words,
    },
};

/// Whether load balancers lose healthy targets with these instances. Those that do not run are no healthy ones.
pub(super) async fn last_healthy(aws: &Aws, rows: &[Arc<Resource>]) -> Vec<Consequence> {
    let running: Vec<&Arc<Resource>> = rows.iter().filter(|row| words(row, Col::State) == "running").collect();
    if running.is_empty() {
        return Vec::new();
    }
    // A target is registered by its id or by its address.
    let subjects: Vec<Subject<'_>> =
        running.iter().map(|row| Subject { name: &row.name, ids: vec![row.id.as_str(), words(row, Col::PrivateIp)] }).collect();
    let vpcs = running.iter().map(|row| words(row, Col::Vpc).to_owned()).collect();
    let groups = running.iter().filter_map(|row| row.tag(GROUP_TAG)).map(|group| group.original().into_owned()).collect();
    elb::last_healthy(aws, &subjects, Among::Vpcs(vpcs, groups)).await
}
