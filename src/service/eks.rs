//! Amazon EKS: clusters, and the node groups, Fargate profiles, add-ons and insights within them; nodes are EC2 instances.

mod addons;
mod calls;
mod clusters;
mod fargate;
mod insights;
mod issues;
mod level;
mod metrics;
mod nodegroups;
mod reads;

use super::{Details, End, Kind, Relation, Service, Tier, Wanted, ec2};
use crate::model::KindId;

/// The id of the kind every other belongs to.
const CLUSTER: &str = "eks";

/// Amazon Elastic Kubernetes Service.
pub static EKS: Service = Service { title: "EKS", kinds: &[&CLUSTERS, &NODEGROUPS, &FARGATE, &ADDONS, &INSIGHTS], reads: reads::READS };

/// Clusters of one account and region.
pub static CLUSTERS: Kind = Kind {
    id: KindId(CLUSTER),
    aliases: &["eks-clusters"],
    title: "EKS clusters",
    noun: "cluster",
    columns: clusters::Col::COLUMNS,
    metrics: metrics::METRICS,
    publishers: metrics::PUBLISHERS,
    actions: &[],
    opens: &[&NODEGROUPS, &FARGATE, &ADDONS, &INSIGHTS, &ec2::INSTANCES],
    related: &[
        Relation::new(&NODEGROUPS, "its node groups", "of", End::Id, End::Parent(KindId("eks"))),
        Relation::new(&ec2::INSTANCES, "its nodes", "of", End::Id, End::Parent(KindId("eks"))),
        Relation::new(&FARGATE, "its Fargate profiles", "of", End::Id, End::Parent(KindId("eks"))),
        Relation::new(&ADDONS, "its add-ons", "of", End::Id, End::Parent(KindId("eks"))),
        Relation::new(&INSIGHTS, "its insights", "of", End::Id, End::Parent(KindId("eks"))),
    ],
    leaf: |_| false,
    arn: clusters::arn,
    signs: clusters::SIGNS,
    cli: "eks describe-cluster --name {name}",
    console: "eks/clusters/{name}?region={region}",
    findings: clusters::findings,
    moving: clusters::moving,
    tier: Tier::Cold,
    details: None,
    secrets: &["activationCode"],
    list: |aws, scope, pages| Box::pin(clusters::list(aws, scope, pages)),
    describe: |aws, row, capture| Box::pin(clusters::describe(aws, row, capture)),
};

/// Managed node groups of clusters.
pub static NODEGROUPS: Kind = Kind {
    id: KindId("eks-nodegroups"),
    aliases: &["nodegroups", "ng"],
    title: "EKS node groups",
    noun: "node group",
    columns: nodegroups::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: nodegroups::actions::ACTIONS,
    opens: &[&ec2::INSTANCES],
    related: &[
        Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("eks")), End::Id),
        Relation::new(&super::asg::GROUPS, "its Auto Scaling groups", "of", End::Each("groups"), End::Id),
        Relation::new(&ec2::INSTANCES, "its nodes", "of", End::Id, End::Parent(KindId("eks-nodegroups"))),
    ],
    leaf: |_| false,
    arn: nodegroups::arn,
    signs: nodegroups::SIGNS,
    cli: "eks describe-nodegroup --cluster-name {1} --nodegroup-name {2}",
    console: "eks/clusters/{1}/nodegroups/{2}?region={region}",
    findings: nodegroups::findings,
    moving: nodegroups::moving,
    tier: Tier::Cold,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(level::list(aws, scope, pages, &nodegroups::LEVEL)),
    describe: |aws, row, capture| Box::pin(nodegroups::describe(aws, row, capture)),
};

/// Fargate profiles of clusters.
pub static FARGATE: Kind = Kind {
    id: KindId("eks-fargate"),
    aliases: &["fargate-profiles"],
    title: "EKS Fargate profiles",
    noun: "Fargate profile",
    columns: fargate::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("eks")), End::Id)],
    leaf: |_| true,
    arn: fargate::arn,
    signs: fargate::SIGNS,
    cli: "eks describe-fargate-profile --cluster-name {1} --fargate-profile-name {2}",
    console: "eks/clusters/{1}/fargate-profiles/{2}?region={region}",
    findings: fargate::findings,
    moving: fargate::moving,
    tier: Tier::Cold,
    details: None,
    secrets: &[],
    list: |aws, scope, pages| Box::pin(level::list(aws, scope, pages, &fargate::LEVEL)),
    describe: |aws, row, capture| Box::pin(fargate::describe(aws, row, capture)),
};

/// Add-ons of clusters.
pub static ADDONS: Kind = Kind {
    id: KindId("eks-addons"),
    aliases: &["addons"],
    title: "EKS add-ons",
    noun: "add-on",
    columns: addons::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("eks")), End::Id)],
    leaf: |_| true,
    arn: addons::arn,
    signs: addons::SIGNS,
    cli: "eks describe-addon --cluster-name {1} --addon-name {2}",
    console: "eks/clusters/{1}/add-ons/{2}?region={region}",
    findings: addons::findings,
    moving: addons::moving,
    tier: Tier::Cold,
    details: None,
    secrets: &["configurationValues"],
    list: |aws, scope, pages| Box::pin(level::list(aws, scope, pages, &addons::LEVEL)),
    describe: |aws, row, capture| Box::pin(addons::describe(aws, row, capture)),
};

/// What EKS has found out about clusters: whether they are ready for an upgrade, and whether they are configured well.
pub static INSIGHTS: Kind = Kind {
    id: KindId("eks-insights"),
    aliases: &["insights"],
    title: "EKS insights",
    noun: "insight",
    columns: insights::Col::COLUMNS,
    metrics: &[],
    publishers: &[],
    actions: &[],
    opens: &[],
    related: &[Relation::new(&CLUSTERS, "its cluster", "of", End::Parent(KindId("eks")), End::Id)],
    leaf: |_| true,
    arn: |_, _, _| String::new(),
    signs: insights::SIGNS,
    cli: "eks describe-insight --cluster-name {1} --id {2}",
    console: "eks/clusters/{1}?region={region}",
    findings: insights::findings,
    moving: |_| false,
    tier: Tier::Cold,
    details: Some(Details { of: Wanted::Opened, every: 300, batch: 1, fetch: |aws, rows| Box::pin(insights::details(aws, rows)) }),
    secrets: &[],
    list: |aws, scope, pages| Box::pin(level::list(aws, scope, pages, &insights::LEVEL)),
    describe: |aws, row, capture| Box::pin(insights::describe(aws, row, capture)),
};
