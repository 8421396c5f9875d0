//! One sample of a metric: what a machine of this role does at this minute.

use std::f64::consts::TAU;

use super::super::instance::{Incident, Instance};

/// Seconds for which a reboot is felt: half of them down, half of them busy starting.
const REBOOT: i64 = 180;
/// Hour of the day, UTC, at which load is highest.
const PEAK: f64 = 14.0;

/// The sample of the minute that begins at a second.
pub(super) fn sample(instance: &Instance, name: &str, at: i64) -> f64 {
    let noise = instance.chance.of(name).at(at.cast_unsigned()).unit();
    let cpu = cpu(instance, at);
    let size = f64::from(instance.kind.vcpus());
    match name {
        "CPUUtilization" => cpu,
        "NetworkIn" => (cpu * size * 310_000.0 * (0.7 + 0.6 * noise)).round(),
        "NetworkOut" => (cpu * size * 720_000.0 * (0.7 + 0.6 * noise)).round(),
        "NetworkPacketsIn" => (cpu * size * 610.0 * (0.8 + 0.4 * noise)).round(),
        "NetworkPacketsOut" => (cpu * size * 570.0 * (0.8 + 0.4 * noise)).round(),
        "EBSReadOps" => (cpu * 9.0 * (0.4 + noise)).round(),
        "EBSWriteOps" => (cpu * 31.0 * (0.4 + noise)).round(),
        "EBSReadBytes" => (cpu * 9.0 * 24_576.0 * (0.4 + noise)).round(),
        "EBSWriteBytes" => (cpu * 31.0 * 16_384.0 * (0.4 + noise)).round(),
        "StatusCheckFailed" => failing(instance, at, &[Incident::InstanceImpaired, Incident::SystemImpaired]),
        "StatusCheckFailed_Instance" => failing(instance, at, &[Incident::InstanceImpaired]),
        "StatusCheckFailed_System" => failing(instance, at, &[Incident::SystemImpaired]),
        // A credit is one virtual CPU at full load for a minute (EC2 User Guide, "CPU credits").
        "CPUCreditUsage" => cpu / 100.0 * size * 5.0,
        "CPUCreditBalance" => f64::from(instance.kind.credits) * (1.0 - cpu / 70.0).clamp(0.0, 1.0),
        _ => 0.0,
    }
}

fn failing(instance: &Instance, at: i64, checks: &[Incident]) -> f64 {
    f64::from(u8::from(instance.incident_at(at).is_some_and(|incident| checks.contains(&incident))))
}

/// CPU in percent: the load of the role, the time of day, a slow swell of its own, noise, and what is going on.
fn cpu(instance: &Instance, at: i64) -> f64 {
    let chance = instance.chance.of("cpu");
    let noise = chance.at(at.cast_unsigned()).unit() - 0.5;
    match instance.incident_at(at) {
        Some(Incident::Runaway) => return 98.0 + noise * 3.0,
        // The guest does not answer; it does not work either.
        Some(Incident::InstanceImpaired) => return 1.0 + noise,
        _ => {}
    }
    let busy = load(instance, at) + noise * instance.role.load * 0.25;
    match instance.reboots.iter().map(|reboot| at - reboot).find(|since| (0..REBOOT).contains(since)) {
        Some(since) if since < REBOOT / 2 => 0.4 + noise * 0.4,
        Some(_) => (busy * 1.6).clamp(30.0, 95.0),
        None => busy.clamp(0.3, 97.0),
    }
}

fn load(instance: &Instance, at: i64) -> f64 {
    let chance = instance.chance.of("load");
    let hour = at.rem_euclid(86_400) as f64 / 3_600.0;
    let day = ((hour - PEAK) / 24.0 * TAU).cos();
    let length = 2_400.0 + chance.at(1).unit() * 3_000.0;
    let swell = ((at as f64 / length + chance.at(2).unit()) * TAU).sin();
    let own = 0.75 + 0.5 * chance.at(3).unit();
    instance.role.load * own * (0.78 + 0.28 * day + 0.2 * swell)
}
