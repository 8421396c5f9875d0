//! The calls of EC2 Auto Scaling that read.

use super::client;
use crate::service::{
    Read,
    reads::{NOBODY, reads},
};

pub(super) static READS: &[Read] = reads![client;
    "autoscaling:DescribeAutoScalingGroups" = describe_auto_scaling_groups().max_records(1),
    "autoscaling:DescribeAutoScalingInstances" = describe_auto_scaling_instances().max_records(1),
    "autoscaling:DescribeScalingActivities" = describe_scaling_activities().max_records(1),
    "autoscaling:DescribeInstanceRefreshes" = describe_instance_refreshes().auto_scaling_group_name(NOBODY),
];
