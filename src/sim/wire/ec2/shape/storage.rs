//! Volumes of an instance. Element names: EC2 API Reference, `InstanceBlockDeviceMapping`.

use super::{super::super::Out, Parts, root, some};
use crate::sim::world::instance::{Instance, Phase, Root};

/// Where volumes beside the root volume are attached.
const DEVICES: &[&str] = &["/dev/sdf", "/dev/sdg", "/dev/sdh"];

/// An attached volume.
pub(in super::super) struct Volume {
    pub(in super::super) device: &'static str,
    pub(in super::super) id: String,
    /// Whether it goes with the instance, or stays.
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Goes,
    Stays,
}

impl Volume {
    fn new(instance: &Instance, device: &'static str, fate: Fate) -> Self {
        Self { device, id: format!("vol-0{}", instance.chance.of("volume").of(device).hex(16)), fate }
    }

    /// Whether it is deleted on termination, as filters write it.
    pub(in super::super) fn word(&self) -> &'static str {
        if self.fate == Fate::Goes { "true" } else { "false" }
    }
}

/// The device of the root volume.
pub(in super::super) fn root_device(instance: &Instance) -> &'static str {
    if instance.role.platform == "Windows" { "/dev/sda1" } else { "/dev/xvda" }
}

/// Its EBS volumes: instance store is not listed, and a terminated instance has none.
pub(in super::super) fn volumes(instance: &Instance) -> Vec<Volume> {
    if instance.phase == Phase::Terminated {
        return Vec::new();
    }
    let root = (instance.role.root == Root::Ebs).then(|| Volume::new(instance, root_device(instance), Fate::Goes));
    let more = DEVICES.iter().take(instance.role.volumes as usize).map(|device| Volume::new(instance, device, Fate::Stays));
    root.into_iter().chain(more).collect()
}

/// What is known of its storage.
pub(super) fn parts(instance: &Instance) -> Parts {
    let devices = volumes(instance).into_iter().map(|volume| mapping(instance, volume)).collect();
    vec![
        ("rootDeviceType", some(root(instance))),
        ("rootDeviceName", some(root_device(instance))),
        ("blockDeviceMapping", Some(Out::List(devices))),
    ]
}

fn mapping(instance: &Instance, volume: Volume) -> Out {
    let ebs = Out::Map(vec![
        ("volumeId", volume.id.into()),
        ("status", "attached".into()),
        ("attachTime", Out::Time(instance.born)),
        ("deleteOnTermination", Out::Flag(volume.fate == Fate::Goes)),
    ]);
    Out::Map(vec![("deviceName", volume.device.into()), ("ebs", ebs)])
}
