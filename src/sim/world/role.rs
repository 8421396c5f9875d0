//! What the parts of a fleet are for; everything that instances of one part have in common.

use super::{
    instance::{Lifecycle, Protection, Root},
    kind::{self, Kind},
};

/// What a part of the fleet is for.
#[derive(Debug, PartialEq)]
pub struct Role {
    /// First part of its instances' names.
    pub name: &'static str,
    /// Instance types, one of which each has.
    pub kinds: &'static [&'static Kind],
    /// `x86_64` or `arm64`.
    pub architecture: &'static str,
    /// EC2's name of the platform.
    pub platform: &'static str,
    /// Environment tag.
    pub env: &'static str,
    /// Team tag.
    pub team: &'static str,
    /// Auto Scaling group, if any.
    pub group: Option<&'static str>,
    /// Other tags: who owns it.
    pub tags: &'static [(&'static str, &'static str)],
    /// Whether it has public addresses.
    pub public: bool,
    /// Usual CPU load at noon, percent.
    pub load: f64,
    /// How old its instances get, in hours.
    pub oldest: u32,
    /// Its share of every 48 instances.
    pub share: u32,
    /// How it is bought.
    pub lifecycle: Lifecycle,
    /// Its root volumes.
    pub root: Root,
    /// Against what it is protected.
    pub protection: Protection,
    /// Volumes beside the root volume, which stay when the instance goes.
    pub volumes: u32,
}

const LINUX: &str = "Linux/UNIX";
const ARM: &str = "arm64";

const BASE: Role = Role {
    name: "",
    kinds: &[&kind::M6I_LARGE, &kind::M7I_LARGE],
    architecture: "x86_64",
    platform: LINUX,
    env: "prod",
    team: "platform",
    group: None,
    tags: &[],
    public: false,
    load: 30.0,
    oldest: 90 * 24,
    share: 1,
    lifecycle: Lifecycle::OnDemand,
    root: Root::Ebs,
    protection: Protection::None,
    volumes: 0,
};

/// The roles of every fleet; their shares add up to 48.
pub static ROLES: &[Role] = &[
    Role { name: "web", team: "storefront", group: Some("web-asg"), public: true, load: 46.0, oldest: 14 * 24, share: 9, ..BASE },
    Role {
        name: "api",
        kinds: &[&kind::C7G_XLARGE, &kind::C7G_2XLARGE],
        architecture: ARM,
        team: "payments",
        tags: &[("aws:cloudformation:stack-name", "api-prod"), ("aws:cloudformation:logical-id", "ApiServer")],
        load: 38.0,
        share: 7,
        ..BASE
    },
    Role {
        name: "worker",
        kinds: &[&kind::C6I_2XLARGE],
        team: "payments",
        group: Some("worker-asg"),
        load: 62.0,
        oldest: 6 * 24,
        share: 5,
        ..BASE
    },
    Role {
        name: "node",
        kinds: &[&kind::M7G_LARGE, &kind::M7G_XLARGE],
        architecture: ARM,
        group: Some("eks-orders-general"),
        tags: &[("eks:cluster-name", "orders"), ("eks:nodegroup-name", "orders-general"), ("kubernetes.io/cluster/orders", "owned")],
        load: 35.0,
        oldest: 30 * 24,
        share: 3,
        ..BASE
    },
    Role {
        name: "node-spot",
        kinds: &[&kind::C7I_XLARGE],
        group: Some("eks-orders-spot"),
        tags: &[("eks:cluster-name", "orders"), ("eks:nodegroup-name", "orders-spot"), ("kubernetes.io/cluster/orders", "owned")],
        load: 49.0,
        oldest: 36,
        lifecycle: Lifecycle::Spot,
        ..BASE
    },
    Role {
        name: "karpenter",
        kinds: &[&kind::C7I_XLARGE],
        tags: &[("karpenter.sh/nodepool", "default"), ("eks:eks-cluster-name", "orders"), ("kubernetes.io/cluster/orders", "owned")],
        load: 54.0,
        oldest: 48,
        share: 3,
        lifecycle: Lifecycle::Spot,
        ..BASE
    },
    Role {
        name: "batch",
        kinds: &[&kind::C6A_4XLARGE],
        team: "data",
        group: Some("nightly-reports-batch-asg"),
        tags: &[("AWSBatchServiceTag", "batch")],
        load: 71.0,
        oldest: 12,
        share: 4,
        lifecycle: Lifecycle::Spot,
        ..BASE
    },
    Role { name: "ecs", group: Some("ecs-shop-asg"), tags: &[("AmazonECSManaged", "true")], load: 40.0, oldest: 20 * 24, share: 3, ..BASE },
    Role {
        name: "beanstalk",
        kinds: &[&kind::T3_MEDIUM],
        env: "staging",
        team: "storefront",
        group: Some("awseb-e-8ntw2mbrqd-asg"),
        tags: &[("elasticbeanstalk:environment-name", "shop-staging"), ("elasticbeanstalk:environment-id", "e-8ntw2mbrqd")],
        public: true,
        load: 12.0,
        share: 2,
        ..BASE
    },
    Role {
        name: "emr",
        kinds: &[&kind::R6I_2XLARGE],
        team: "data",
        tags: &[("aws:elasticmapreduce:job-flow-id", "j-3KMQ1VXZ7WQ2L"), ("aws:elasticmapreduce:instance-group-role", "CORE")],
        load: 48.0,
        oldest: 36,
        share: 2,
        volumes: 2,
        ..BASE
    },
    Role {
        name: "cache",
        kinds: &[&kind::R3_2XLARGE],
        team: "storefront",
        load: 22.0,
        oldest: 900 * 24,
        share: 2,
        root: Root::InstanceStore,
        ..BASE
    },
    Role {
        name: "db",
        kinds: &[&kind::R7G_2XLARGE],
        architecture: ARM,
        team: "data",
        load: 33.0,
        oldest: 400 * 24,
        share: 2,
        protection: Protection::Termination,
        volumes: 1,
        ..BASE
    },
    Role {
        name: "win",
        kinds: &[&kind::M6I_XLARGE],
        platform: "Windows",
        team: "backoffice",
        load: 18.0,
        oldest: 200 * 24,
        share: 2,
        ..BASE
    },
    Role { name: "bastion", kinds: &[&kind::T3_MICRO], public: true, load: 2.0, oldest: 400 * 24, protection: Protection::Stop, ..BASE },
    Role {
        name: "dev",
        kinds: &[&kind::T4G_SMALL],
        architecture: ARM,
        env: "dev",
        team: "payments",
        public: true,
        load: 7.0,
        share: 2,
        ..BASE
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_fill_a_block() {
        assert_eq!(ROLES.iter().map(|role| role.share).sum::<u32>(), super::super::nursery::BLOCK);
    }

    #[test]
    fn architectures_fit_types() {
        for role in ROLES {
            for kind in role.kinds {
                let family = kind.name.split('.').next().expect("a family");
                assert_eq!(family.ends_with('g'), role.architecture == ARM, "{} {}", role.name, kind.name);
            }
        }
    }
}
