//! An SDK instance becomes a packed row.

use aws_sdk_ec2::{
    primitives::DateTime,
    types::{
        EbsStatusSummary, Instance, InstanceStateName, InstanceStatus, InstanceStatusEvent, InstanceStatusSummary, SummaryStatus, Tag,
    },
};

use super::Col;
use crate::{
    model::{Cell, Health, Interner, KindId, Parents, Resource, Sharing, Tags, Text, resource::Overlay},
    service::row::{Cells, joined},
};

/// Makes a row of an instance. `owner` is the reservation's account, `reservation` its id.
/// Values that a fleet repeats are kept once. `None` for an instance without an id, which AWS never sends.
pub(super) fn row(
    instance: &Instance,
    reservation: (Option<&str>, Option<&str>),
    (shared, others): &mut (Interner, Sharing),
) -> Option<Resource> {
    let id = Text::new(instance.instance_id()?);
    let tags = Tags::sharing(tags(instance.tags(), shared), others);
    let mut cells = Cells::new(Col::COLUMNS);
    standing(&mut cells, instance, shared);
    machine(&mut cells, instance, shared);
    network(&mut cells, instance, shared);
    storage(&mut cells, instance, shared);
    belonging(&mut cells, instance, &tags, shared);
    let (owner, reservation) = reservation;
    cells.text(Col::OwnerId, owner.map(|owner| shared.text(owner))).text(Col::Reservation, reservation.map(|id| shared.text(id)));
    let name = tags.get("Name").filter(|name| !name.is_empty()).cloned();
    Some(Resource {
        name: name.unwrap_or_else(|| id.clone()),
        id,
        cells: cells.sharing(COMMON, others),
        parents: parents(&tags, others),
        tags,
    })
}

/// What instances that were launched alike have in common. What is laid over rows later is not among it.
const COMMON: &[Col] = &[
    Col::Type,
    Col::Zone,
    Col::Lifecycle,
    Col::Platform,
    Col::Architecture,
    Col::Vcpus,
    Col::Image,
    Col::KeyName,
    Col::Profile,
    Col::Vpc,
    Col::Subnet,
    Col::SecurityGroups,
    Col::RootDevice,
    Col::Monitoring,
    Col::Tenancy,
    Col::Placement,
    Col::MetadataTokens,
    Col::Hibernation,
    Col::OwnerId,
];

/// Tags that name the EKS cluster of a node: of EKS itself, of its Auto Mode and of Karpenter (EKS User Guide; Karpenter's documentation).
pub(super) const CLUSTER_TAGS: &[&str] = &["eks:cluster-name", "aws:eks:cluster-name", "eks:eks-cluster-name"];
/// How the key of the tag begins that every node has, by whomever it was launched; the name of the cluster follows.
pub(super) const NODE_TAG: &str = "kubernetes.io/cluster/";
/// The tag that names the node group of a node, whose name is unique within its cluster.
pub(super) const NODEGROUP_TAG: &str = "eks:nodegroup-name";
/// The tag that names the Auto Scaling group of a member (Auto Scaling User Guide).
pub(super) const GROUP_TAG: &str = "aws:autoscaling:groupName";

/// The rows of other kinds an instance belongs to, as its tags tell.
fn parents(tags: &Tags, others: &mut Sharing) -> Parents {
    let value = |wanted: &str| tags.get(wanted).cloned();
    let owned = || tags.iter().find_map(|(key, _)| key.strip_prefix(NODE_TAG)).map(Text::new);
    let cluster = CLUSTER_TAGS.iter().find_map(|key| value(key)).or_else(owned);
    let named = cluster.clone().zip(value(NODEGROUP_TAG));
    let nodegroup = named.map(|(cluster, name)| Text::new(&format!("{cluster}/{name}")));
    let all = [(KindId("asg"), value(GROUP_TAG)), (KindId("eks-nodegroups"), nodegroup), (KindId("eks"), cluster)];
    Parents::sharing(all.into_iter().filter_map(|(kind, id)| Some((kind, id?))).collect(), others)
}

fn tags(tags: &[Tag], shared: &mut Interner) -> impl Iterator<Item = (Text, Text)> {
    let mut pair = |key: &str, value: &str| {
        // The name of a group is an identity.
        let value = if key == GROUP_TAG { shared.exact(value) } else { shared.text(value) };
        (shared.text(key), value)
    };
    tags.iter().filter_map(move |tag| Some(pair(tag.key()?, tag.value().unwrap_or_default())))
}

fn standing(cells: &mut Cells, instance: &Instance, shared: &mut Interner) {
    let state = instance.state().and_then(|state| state.name());
    let reason = instance.state_reason();
    let transition = instance.state_transition_reason();
    let why = reason.and_then(|reason| reason.message()).or(transition).filter(|why| !why.is_empty());
    cells
        .set(Col::State, state.map_or(Cell::State(Health::Unknown, shared.text("unknown")), |state| state_cell(state, shared)))
        .text(Col::Reason, transition.filter(|why| why.contains('(')).or(why).map(|why| shared.text(why)))
        .text(Col::ReasonCode, reason.and_then(|reason| reason.code()).map(|code| shared.text(code)))
        .set(Col::Launched, instance.launch_time().map_or(Cell::None, time));
}

fn state_cell(state: &InstanceStateName, shared: &mut Interner) -> Cell {
    let health = match state {
        InstanceStateName::Running => Health::Ok,
        InstanceStateName::Pending | InstanceStateName::Stopping | InstanceStateName::ShuttingDown => Health::Busy,
        InstanceStateName::Stopped | InstanceStateName::Terminated => Health::Off,
        _ => Health::Unknown,
    };
    Cell::State(health, shared.text(state.as_str()))
}

fn machine(cells: &mut Cells, instance: &Instance, shared: &mut Interner) {
    let placement = instance.placement();
    let vcpus = instance.cpu_options().and_then(|cpu| Some(i64::from(cpu.core_count()?) * i64::from(cpu.threads_per_core()?)));
    let platform = instance.platform_details().or_else(|| instance.platform().map(aws_sdk_ec2::types::PlatformValues::as_str));
    cells
        .text(Col::Type, instance.instance_type().map(|kind| shared.text(kind.as_str())))
        .text(Col::Zone, placement.and_then(|place| place.availability_zone()).map(|zone| shared.text(zone)))
        .text(Col::Tenancy, placement.and_then(|place| place.tenancy()).map(|tenancy| shared.text(tenancy.as_str())))
        .text(Col::Placement, placement.and_then(|place| place.group_name()).map(|group| shared.text(group)))
        .text(Col::Platform, platform.map(|platform| shared.text(platform)))
        .text(Col::Architecture, instance.architecture().map(|architecture| shared.text(architecture.as_str())))
        .text(Col::Image, instance.image_id().map(|image| shared.text(image)))
        .text(Col::KeyName, instance.key_name().map(|key| shared.text(key)))
        .set(Col::Vcpus, vcpus.map_or(Cell::None, Cell::Count))
        .text(Col::Lifecycle, Some(shared.text(instance.instance_lifecycle().map_or("on-demand", |cycle| cycle.as_str()))))
        .text(Col::SpotRequest, instance.spot_instance_request_id().map(Text::new))
        .text(Col::Monitoring, instance.monitoring().and_then(|own| own.state()).map(|state| shared.text(state.as_str())))
        .text(Col::MetadataTokens, instance.metadata_options().and_then(|own| own.http_tokens()).map(|own| shared.text(own.as_str())))
        .set(
            Col::Hibernation,
            instance.hibernation_options().and_then(aws_sdk_ec2::types::HibernationOptions::configured).map_or(Cell::None, Cell::Flag),
        );
}

fn network(cells: &mut Cells, instance: &Instance, shared: &mut Interner) {
    let groups = instance.security_groups().iter().map(|group| label(group.group_name(), group.group_id()));
    let interfaces = instance.network_interfaces().iter().filter_map(|own| own.network_interface_id().map(str::to_owned));
    let ipv6 = instance
        .network_interfaces()
        .iter()
        .flat_map(aws_sdk_ec2::types::InstanceNetworkInterface::ipv6_addresses)
        .filter_map(|own| own.ipv6_address().map(str::to_owned));
    cells
        .text(Col::PrivateIp, instance.private_ip_address().map(Text::new))
        .text(Col::PublicIp, instance.public_ip_address().map(Text::new))
        .text(Col::PrivateDns, instance.private_dns_name().map(Text::new))
        .text(Col::PublicDns, instance.public_dns_name().map(Text::new))
        .text(Col::Ipv6, joined(ipv6).map(|list| Text::new(&list)))
        .text(Col::Vpc, instance.vpc_id().map(|vpc| shared.text(vpc)))
        .text(Col::Subnet, instance.subnet_id().map(|subnet| shared.text(subnet)))
        .text(Col::SecurityGroups, joined(groups).map(|list| shared.text(&list)))
        .text(Col::Interfaces, joined(interfaces).map(|list| Text::new(&list)));
}

fn storage(cells: &mut Cells, instance: &Instance, shared: &mut Interner) {
    let volumes = instance.block_device_mappings().iter().filter_map(|device| {
        let ebs = device.ebs()?;
        let fate = if ebs.delete_on_termination() == Some(true) { "deleted on termination" } else { "kept" };
        Some(format!("{} {} ({fate})", device.device_name().unwrap_or("?"), ebs.volume_id().unwrap_or("?")))
    });
    cells
        .text(Col::RootDevice, instance.root_device_type().map(|kind| shared.text(kind.as_str())))
        .text(Col::Volumes, joined(volumes).map(|list| Text::new(&list)));
}

fn belonging(cells: &mut Cells, instance: &Instance, tags: &Tags, shared: &mut Interner) {
    let profile = instance.iam_instance_profile().and_then(|profile| profile.arn());
    let managed = instance.operator().filter(|operator| operator.managed() == Some(true)).and_then(|operator| operator.principal());
    let owner = managed.map(|principal| format!("{principal} (managed)")).or_else(|| owner(tags));
    cells
        .text(Col::Profile, profile.map(|arn| shared.text(arn.rsplit('/').next().unwrap_or(arn))))
        .text(Col::Owner, owner.map(|owner| shared.text(&owner)));
}

/// Tags by which AWS's services mark the instances they own, most specific first, and what they are called.
/// Sources: the tagging chapters of EKS, EMR, Elastic Beanstalk, ECS, Batch, Auto Scaling and `CloudFormation`; Karpenter's documentation.
const OWNERS: &[(&str, &str)] = &[
    ("eks:nodegroup-name", "EKS node group"),
    ("karpenter.sh/nodepool", "Karpenter node pool"),
    ("aws:elasticmapreduce:job-flow-id", "EMR cluster"),
    ("elasticbeanstalk:environment-name", "Beanstalk environment"),
    ("elasticbeanstalk:environment-id", "Beanstalk environment"),
    ("AWSBatchServiceTag", "Batch"),
    ("aws:autoscaling:groupName", "Auto Scaling group"),
    ("AmazonECSManaged", "ECS capacity provider"),
    ("eks:cluster-name", "EKS cluster"),
    ("aws:cloudformation:stack-name", "CloudFormation stack"),
];

fn owner(tags: &Tags) -> Option<String> {
    OWNERS.iter().find_map(|(key, title)| {
        let value = tags.get(key)?;
        let plain = value.is_empty() || matches!(value.as_str(), "true" | "batch");
        Some(if plain { (*title).to_owned() } else { format!("{title} {value}") })
    })
}

fn label(name: Option<&str>, id: Option<&str>) -> String {
    match (name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (one, other) => one.or(other).unwrap_or("?").to_owned(),
    }
}

fn time(at: &DateTime) -> Cell {
    Cell::Time(at.secs())
}

/// The checks and events of an instance, to lay over its row.
pub(super) fn overlay(status: &InstanceStatus, shared: &mut Interner) -> Option<Overlay> {
    let id = Text::new(status.instance_id()?);
    let checks = [
        status.system_status().and_then(InstanceStatusSummary::status),
        status.instance_status().and_then(InstanceStatusSummary::status),
        status.attached_ebs_status().and_then(EbsStatusSummary::status),
    ];
    let words = checks.map(|check| check.map_or(Cell::None, |check| check_cell(check, shared)));
    let event = status.events().iter().filter(|event| !past(event)).min_by_key(|event| event.not_before().map(DateTime::secs));
    let code = event.and_then(|event| event.code()).map(|code| shared.text(code.as_str()));
    let at = event.and_then(|event| event.not_before()).map_or(Cell::None, time);
    let [system, instance, ebs] = words;
    let cells = [
        (Col::Checks, summary(&checks, shared)),
        (Col::SystemCheck, system),
        (Col::InstanceCheck, instance),
        (Col::EbsCheck, ebs),
        (Col::Event, Cell::text(code)),
        (Col::EventAt, at),
    ];
    Some(Overlay { id, cells: cells.into_iter().map(|(at, cell)| (at as usize, cell)).collect(), tags: None })
}

/// AWS keeps an event in the list for a while after it is over and says so at the head of its description.
fn past(event: &InstanceStatusEvent) -> bool {
    let words = event.description().unwrap_or_default();
    words.starts_with("[Completed]") || words.starts_with("[Canceled]")
}

fn check_cell(check: &SummaryStatus, shared: &mut Interner) -> Cell {
    let health = match check {
        SummaryStatus::Ok => Health::Ok,
        SummaryStatus::Impaired => Health::Bad,
        SummaryStatus::Initializing => Health::Busy,
        _ => Health::Unknown,
    };
    Cell::State(health, shared.text(check.as_str()))
}

fn summary(checks: &[Option<&SummaryStatus>], shared: &mut Interner) -> Cell {
    let known: Vec<_> = checks.iter().flatten().filter(|check| !matches!(check, SummaryStatus::NotApplicable)).collect();
    let passed = known.iter().filter(|check| matches!(check, SummaryStatus::Ok)).count();
    let any = |wanted: &SummaryStatus| known.iter().any(|check| **check == wanted);
    let words = format!("{passed}/{}", known.len());
    match () {
        () if known.is_empty() => Cell::None,
        () if any(&SummaryStatus::Impaired) => Cell::State(Health::Bad, shared.text(&words)),
        () if any(&SummaryStatus::Initializing) => Cell::State(Health::Busy, shared.text("init")),
        () if passed == known.len() => Cell::State(Health::Ok, shared.text(&words)),
        () => Cell::State(Health::Unknown, shared.text(&words)),
    }
}
