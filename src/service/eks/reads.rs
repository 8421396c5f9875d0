//! The calls of EKS that read.

use super::calls::client;
use crate::service::{
    Read,
    reads::{NOBODY, reads},
};

pub(super) static READS: &[Read] = reads![client;
    "eks:ListClusters" = list_clusters().max_results(1),
    "eks:DescribeCluster" = describe_cluster().name(NOBODY),
    "eks:DescribeClusterVersions" = describe_cluster_versions().max_results(1),
    "eks:ListNodegroups" = list_nodegroups().cluster_name(NOBODY),
    "eks:DescribeNodegroup" = describe_nodegroup().cluster_name(NOBODY).nodegroup_name(NOBODY),
    "eks:ListFargateProfiles" = list_fargate_profiles().cluster_name(NOBODY),
    "eks:DescribeFargateProfile" = describe_fargate_profile().cluster_name(NOBODY).fargate_profile_name(NOBODY),
    "eks:ListAddons" = list_addons().cluster_name(NOBODY),
    "eks:DescribeAddon" = describe_addon().cluster_name(NOBODY).addon_name(NOBODY),
    "eks:ListInsights" = list_insights().cluster_name(NOBODY),
    "eks:DescribeInsight" = describe_insight().cluster_name(NOBODY).id(NOBODY),
    "eks:ListUpdates" = list_updates().name(NOBODY),
    "eks:DescribeUpdate" = describe_update().name(NOBODY).update_id(NOBODY),
];
