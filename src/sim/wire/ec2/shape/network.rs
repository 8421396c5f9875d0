//! Addresses, interfaces and groups of an instance. Element names: EC2 API Reference, `InstanceNetworkInterface`.

use super::{super::super::Out, Parts, some};
use crate::sim::world::{
    fleet::Fleet,
    instance::{Instance, Phase},
};

/// The name inside the VPC; the first region has an older form than the others.
pub(in super::super) fn private_dns(fleet: &Fleet, instance: &Instance) -> String {
    let host = format!("ip-{}", instance.private_ip().replace('.', "-"));
    if fleet.region == "us-east-1" { format!("{host}.ec2.internal") } else { format!("{host}.{}.compute.internal", fleet.region) }
}

/// The name outside.
pub(in super::super) fn public_dns(fleet: &Fleet, address: &str) -> String {
    let host = format!("ec2-{}", address.replace('.', "-"));
    if fleet.region == "us-east-1" {
        format!("{host}.compute-1.amazonaws.com")
    } else {
        format!("{host}.{}.compute.amazonaws.com", fleet.region)
    }
}

/// What is known of its network; a terminated instance has none.
pub(super) fn parts(fleet: &Fleet, instance: &Instance) -> Parts {
    if instance.phase == Phase::Terminated {
        let none = || Some(Out::List(Vec::new()));
        return vec![("privateDnsName", some("")), ("dnsName", some("")), ("groupSet", none()), ("networkInterfaceSet", none())];
    }
    let public = instance.public_ip();
    let name_options = Out::Map(vec![
        ("hostnameType", "ip-name".into()),
        ("enableResourceNameDnsARecord", Out::Flag(false)),
        ("enableResourceNameDnsAAAARecord", Out::Flag(false)),
    ]);
    vec![
        ("privateIpAddress", some(instance.private_ip())),
        ("privateDnsName", some(private_dns(fleet, instance))),
        ("dnsName", some(public.as_deref().map(|address| public_dns(fleet, address)).unwrap_or_default())),
        ("ipAddress", public.map(Out::from)),
        ("subnetId", some(instance.subnet())),
        ("vpcId", some(instance.vpc())),
        ("sourceDestCheck", Some(Out::Flag(true))),
        ("privateDnsNameOptions", Some(name_options)),
        ("groupSet", Some(groups(instance))),
        ("networkInterfaceSet", Some(Out::List(vec![interface(fleet, instance)]))),
    ]
}

fn groups(instance: &Instance) -> Out {
    let (id, name) = instance.security_group();
    Out::List(vec![Out::Map(vec![("groupId", id.into()), ("groupName", name.into())])])
}

fn interface(fleet: &Fleet, instance: &Instance) -> Out {
    Out::some(vec![
        ("networkInterfaceId", some(instance.interface())),
        ("subnetId", some(instance.subnet())),
        ("vpcId", some(instance.vpc())),
        ("description", some("")),
        ("ownerId", some(fleet.account.clone())),
        ("status", some("in-use")),
        ("macAddress", some(mac(instance))),
        ("privateIpAddress", some(instance.private_ip())),
        ("privateDnsName", some(private_dns(fleet, instance))),
        ("sourceDestCheck", Some(Out::Flag(true))),
        ("groupSet", Some(groups(instance))),
        ("attachment", Some(attachment(instance))),
        ("association", association(fleet, instance)),
        ("privateIpAddressesSet", Some(Out::List(vec![address(fleet, instance)]))),
        ("ipv6AddressesSet", Some(Out::List(Vec::new()))),
        ("interfaceType", some("interface")),
        ("operator", Some(Out::Map(vec![("managed", Out::Flag(false))]))),
    ])
}

fn mac(instance: &Instance) -> String {
    let hex = instance.chance.of("mac").hex(10);
    let pairs: Vec<&str> = (0..10).step_by(2).map(|at| &hex[at..at + 2]).collect();
    format!("06:{}", pairs.join(":"))
}

fn attachment(instance: &Instance) -> Out {
    Out::Map(vec![
        ("attachmentId", format!("eni-attach-0{}", instance.chance.of("attachment").hex(16)).into()),
        ("deviceIndex", Out::Int(0)),
        ("networkCardIndex", Out::Int(0)),
        ("status", "attached".into()),
        ("attachTime", Out::Time(instance.born)),
        ("deleteOnTermination", Out::Flag(true)),
    ])
}

fn association(fleet: &Fleet, instance: &Instance) -> Option<Out> {
    let address = instance.public_ip()?;
    let name = public_dns(fleet, &address);
    Some(Out::Map(vec![("publicIp", address.into()), ("publicDnsName", name.into()), ("ipOwnerId", "amazon".into())]))
}

fn address(fleet: &Fleet, instance: &Instance) -> Out {
    Out::some(vec![
        ("privateIpAddress", some(instance.private_ip())),
        ("privateDnsName", some(private_dns(fleet, instance))),
        ("primary", Some(Out::Flag(true))),
        ("association", association(fleet, instance)),
    ])
}
