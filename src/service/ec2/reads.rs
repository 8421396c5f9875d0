//! The calls of EC2 that read.

use super::calls::client;
use crate::service::{Read, reads::reads};

/// EC2 API Reference: five is the least that `MaxResults` may be.
pub(super) static READS: &[Read] = reads![client;
    "ec2:DescribeInstances" = describe_instances().max_results(5),
    "ec2:DescribeInstanceStatus" = describe_instance_status().max_results(5),
    "ec2:DescribeAvailabilityZones" = describe_availability_zones(),
];
