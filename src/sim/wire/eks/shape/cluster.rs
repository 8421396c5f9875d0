//! A cluster as EKS describes it.

use serde_json::json;

use super::{super::super::Call, Out, arn, dictionary, health, role, some};
use crate::sim::world::eks::Cluster;

pub(in super::super) fn cluster(call: &Call<'_>, name: &str, cluster: &Cluster) -> Out {
    let host = cluster.chance.of("endpoint").hex(32).to_uppercase();
    let region = &call.request.region;
    let issuer = format!("https://oidc.eks.{region}.amazonaws.com/id/{host}");
    Out::some(vec![
        ("name", some(name.to_owned())),
        ("arn", some(arn(call, &format!("cluster/{name}")))),
        ("createdAt", Some(Out::Time(cluster.born))),
        ("version", some(cluster.version)),
        ("endpoint", some(format!("https://{host}.gr7.{region}.eks.amazonaws.com"))),
        ("roleArn", some(role(call, &format!("eks-{name}-cluster")))),
        ("resourcesVpcConfig", Some(vpc(cluster))),
        ("kubernetesNetworkConfig", Some(network(cluster))),
        ("logging", Some(logging())),
        ("identity", Some(Out::from(json!({"oidc": {"issuer": issuer}})))),
        ("status", some("ACTIVE")),
        ("certificateAuthority", Some(Out::from(json!({"data": cluster.chance.of("certificate").hex(32)})))),
        ("platformVersion", some(cluster.platform)),
        ("tags", Some(dictionary(cluster.tags))),
        ("health", Some(health(None))),
        ("accessConfig", Some(Out::from(json!({"authenticationMode": "API_AND_CONFIG_MAP"})))),
        ("upgradePolicy", Some(Out::Map(vec![("supportType", cluster.policy.into())]))),
        ("zonalShiftConfig", Some(Out::from(json!({"enabled": false})))),
        ("computeConfig", cluster.auto.then(|| auto(call, name))),
        ("deletionProtection", Some(Out::Flag(name != "legacy-shop"))),
    ])
}

fn vpc(cluster: &Cluster) -> Out {
    let id = |what: &str, at: u64| format!("{what}-0{}", cluster.chance.of(what).at(at).hex(16));
    let cidrs: &[&str] = if cluster.public { &["0.0.0.0/0"] } else { &[] };
    Out::from(json!({
        "subnetIds": [id("subnet", 0), id("subnet", 1), id("subnet", 2)],
        "securityGroupIds": [id("sg", 1)],
        "clusterSecurityGroupId": id("sg", 0),
        "vpcId": id("vpc", 0),
        "endpointPublicAccess": cluster.public,
        "endpointPrivateAccess": true,
        "publicAccessCidrs": cidrs,
    }))
}

fn network(cluster: &Cluster) -> Out {
    Out::from(json!({"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv4", "elasticLoadBalancing": {"enabled": cluster.auto}}))
}

fn logging() -> Out {
    Out::from(json!({"clusterLogging": [
        {"types": ["api", "audit", "authenticator"], "enabled": true},
        {"types": ["controllerManager", "scheduler"], "enabled": false},
    ]}))
}

fn auto(call: &Call<'_>, name: &str) -> Out {
    let role = role(call, &format!("eks-{name}-auto-node"));
    Out::from(json!({"enabled": true, "nodePools": ["general-purpose", "system"], "nodeRoleArn": role}))
}
