//! The clusters every account and region begins with: one that is well, one whose nodes do not come, one that nobody has upgraded.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Addon, Cluster, Issue, Nodegroup, Profile, Scaling, Spell, insight::insights};
use crate::sim::world::{chance::Chance, fleet::Fleet, nursery::before};

/// Seconds of a day.
const DAY: i64 = 86_400;

pub(super) fn clusters(chance: Chance, fleet: &Fleet, origin: Timestamp) -> BTreeMap<String, Cluster> {
    let place = Place { chance, fleet, origin };
    [("orders", place.orders()), ("analytics", place.analytics()), ("legacy-shop", place.legacy())]
        .into_iter()
        .map(|(name, cluster)| (name.to_owned(), cluster))
        .collect()
}

/// Where clusters are founded.
struct Place<'a> {
    chance: Chance,
    fleet: &'a Fleet,
    origin: Timestamp,
}

impl Place<'_> {
    fn ago(&self, seconds: i64) -> Timestamp {
        before(self.origin, seconds)
    }

    fn cluster(&self, name: &str, version: &'static str, next: &'static str, days: i64) -> Cluster {
        let chance = self.chance.of(name);
        Cluster {
            version,
            platform: super::VERSIONS.iter().find(|known| known.name == version).map_or("eks.1", |known| known.platform),
            born: self.ago(days * DAY),
            policy: "EXTENDED",
            auto: false,
            public: true,
            tags: &[("env", "prod"), ("team", "platform")],
            load: 9_000.0,
            pending: 0.4,
            chance,
            nodegroups: BTreeMap::new(),
            addons: self.addons(version, days),
            profiles: BTreeMap::new(),
            insights: insights(chance, next, name == "legacy-shop", self.origin),
        }
    }

    fn group(&self, name: &str, days: i64, scaling: Scaling) -> Nodegroup {
        Nodegroup {
            born: self.ago(days * DAY),
            chance: self.chance.of("nodegroup").of(name),
            scaling,
            image: ("1.33", "1.33.5-20261103"),
            ami: "AL2023_ARM_64_STANDARD",
            capacity: "ON_DEMAND",
            types: &["m7g.large", "m7g.xlarge"],
            group: format!("eks-{name}"),
            labels: &[("workload", "general")],
            taints: &[],
            tags: &[("env", "prod"), ("team", "platform")],
            issue: None,
            ill: Spell::Never,
            guarded: None,
            updates: Vec::new(),
        }
    }

    /// As many nodes as the fleet has with a role.
    fn nodes(&self, role: &str) -> i64 {
        self.fleet.from(0).filter(|instance| instance.role.name == role).count() as i64
    }

    fn addon(&self, version: &'static str, days: i64) -> Addon {
        Addon { version, born: self.ago(days * DAY), issue: None, ill: Spell::Never, updating: Spell::Never }
    }

    fn addons(&self, version: &str, days: i64) -> BTreeMap<String, Addon> {
        let own = match version {
            "1.34" => ["v1.12.4-eksbuild.1", "v1.34.0-eksbuild.4"],
            "1.33" => ["v1.12.3-eksbuild.1", "v1.33.3-eksbuild.6"],
            _ => ["v1.11.1-eksbuild.4", "v1.31.2-eksbuild.3"],
        };
        let all =
            [("vpc-cni", "v1.20.4-eksbuild.1"), ("coredns", own[0]), ("kube-proxy", own[1]), ("aws-ebs-csi-driver", "v1.51.1-eksbuild.1")];
        all.into_iter().map(|(name, version)| (name.to_owned(), self.addon(version, days))).collect()
    }

    /// Well: on demand and spot, with nodes of Karpenter beside them. AWS takes spot capacity away now and then, and an add-on is
    /// kept up to date.
    fn orders(&self) -> Cluster {
        let mut cluster = self.cluster("orders", "1.33", "1.34", 320);
        let sized = |desired: i64, max: i64| Scaling { min: desired.min(1), desired, max };
        let general = self.group("orders-general", 320, sized(self.nodes("node"), 12));
        let spot = Nodegroup {
            capacity: "SPOT",
            ami: "AL2023_x86_64_STANDARD",
            types: &["c7i.xlarge", "c6i.xlarge", "c6a.xlarge"],
            labels: &[("workload", "interruptible")],
            taints: &[("spot", "true", "NO_SCHEDULE")],
            tags: &[("env", "prod"), ("k8s.io/cluster-autoscaler/enabled", "true"), ("k8s.io/cluster-autoscaler/orders", "owned")],
            issue: Some(launch_failure(
                "eks-orders-spot",
                "Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration.",
            )),
            ill: Spell::Recurring { from: self.ago(-420), every: 900, lasts: 150 },
            ..self.group("orders-spot", 120, sized(self.nodes("node-spot"), 8))
        };
        cluster.nodegroups = named([("orders-general", general), ("orders-spot", spot)]);
        let updating = Spell::Recurring { from: self.ago(-90), every: 600, lasts: 60 };
        if let Some(addon) = cluster.addons.get_mut("kube-proxy") {
            addon.updating = updating;
        }
        cluster
    }

    /// Its nodes do not come: one group finds no capacity, the launch template of the other was deleted by hand.
    fn analytics(&self) -> Cluster {
        let mut cluster = Cluster { auto: true, public: false, pending: 11.0, load: 4_200.0, ..self.cluster("analytics", "1.34", "", 64) };
        let gpu = Nodegroup {
            image: ("1.34", "1.34.1-20261103"),
            ami: "AL2023_x86_64_NVIDIA",
            types: &["p4d.24xlarge"],
            labels: &[("accelerator", "nvidia")],
            taints: &[("nvidia.com/gpu", "present", "NO_SCHEDULE")],
            issue: Some(launch_failure(
                "eks-analytics-gpu",
                "We currently do not have sufficient p4d.24xlarge capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity. Launching EC2 instance failed.",
            )),
            ill: Spell::Since(self.ago(47 * 60)),
            ..self.group("analytics-gpu", 40, Scaling { min: 0, desired: 2, max: 4 })
        };
        let message = "The Amazon EC2 Launch Template for your managed node group was not found.";
        let template = format!("lt-0{}", self.chance.of("template").hex(16));
        let etl = Nodegroup {
            image: ("1.34", "1.34.0-20261006"),
            ami: "AL2023_x86_64_STANDARD",
            types: &["r7i.2xlarge"],
            issue: Some(Issue { code: "Ec2LaunchTemplateNotFound", message: message.to_owned(), resources: vec![template] }),
            ill: Spell::Since(self.ago(26 * 3_600)),
            guarded: Some("analytics/spark-history-0"),
            ..self.group("analytics-etl", 64, Scaling { min: 0, desired: 0, max: 6 })
        };
        cluster.nodegroups = named([("analytics-gpu", gpu), ("analytics-etl", etl)]);
        cluster
    }

    /// Nobody has upgraded it: on Fargate, with an add-on whose pods do not run, and a version whose support ends.
    fn legacy(&self) -> Cluster {
        let mut cluster = Cluster { policy: "STANDARD", pending: 2.5, load: 1_800.0, ..self.cluster("legacy-shop", "1.31", "1.32", 830) };
        cluster.tags = &[("env", "prod"), ("team", "storefront")];
        let tools = Nodegroup {
            image: ("1.29", "1.29.15-20250819"),
            ami: "AL2_x86_64",
            types: &["t3.medium"],
            guarded: Some("shop/session-store-1"),
            ..self.group("legacy-tools", 600, Scaling { min: 0, desired: 0, max: 3 })
        };
        cluster.nodegroups = named([("legacy-tools", tools)]);
        let message = "The add-on is unhealthy because it doesn't have the desired number of replicas.";
        if let Some(coredns) = cluster.addons.get_mut("coredns") {
            coredns.issue = Some(Issue { code: "InsufficientNumberOfReplicas", message: message.to_owned(), resources: Vec::new() });
            coredns.ill = Spell::Since(self.ago(3 * DAY + 4_000));
        }
        let profile = |days, selectors| Profile { born: self.ago(days * DAY), selectors };
        cluster.profiles = [
            ("fp-default".to_owned(), profile(830, &[("default", &[] as &[_]), ("kube-system", &[("k8s-app", "kube-dns")])])),
            ("fp-shop".to_owned(), profile(410, &[("shop", &[("runs-on", "fargate")])])),
        ]
        .into();
        cluster
    }
}

fn named<const N: usize>(groups: [(&str, Nodegroup); N]) -> BTreeMap<String, Nodegroup> {
    groups.into_iter().map(|(name, group)| (name.to_owned(), group)).collect()
}

fn launch_failure(group: &str, message: &str) -> Issue {
    Issue { code: "AsgInstanceLaunchFailures", message: message.to_owned(), resources: vec![group.to_owned()] }
}
