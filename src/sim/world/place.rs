//! Where things are: regions, zones, networks, and the ids of what every instance is attached to.

use super::{chance::Chance, instance::Instance};

/// Regions that are offered, with the short form their zone ids have (AWS Regions and Availability Zones User Guide).
pub const REGIONS: &[(&str, &str)] = &[
    ("ap-northeast-1", "apne1"),
    ("ap-south-1", "aps1"),
    ("ap-southeast-1", "apse1"),
    ("ap-southeast-2", "apse2"),
    ("ca-central-1", "cac1"),
    ("eu-central-1", "euc1"),
    ("eu-north-1", "eun1"),
    ("eu-west-1", "euw1"),
    ("eu-west-2", "euw2"),
    ("sa-east-1", "sae1"),
    ("us-east-1", "use1"),
    ("us-east-2", "use2"),
    ("us-west-1", "usw1"),
    ("us-west-2", "usw2"),
];

/// Regions that exist, and that no account has asked for.
pub const OFF: &[&str] = &["ap-east-1", "me-south-1"];

/// Zones of every region.
pub const ZONES: &[char] = &['a', 'b', 'c'];

/// Addresses of a /24 that AWS does not keep for itself, less a few more (VPC User Guide, "Subnet CIDR blocks").
const HOSTS: u64 = 250;

/// The id of a zone, which means the same place in every account.
pub fn zone_id(region: &str, letter: char) -> String {
    let short = REGIONS.iter().find(|(name, _)| *name == region).map_or("sim1", |(_, short)| short);
    format!("{short}-az{}", u32::from(letter) - u32::from('a') + 1)
}

/// A name's own branch of chance, the same in every fleet of one account and region.
fn named(fleet: Chance, name: &str) -> Chance {
    fleet.of("place").of(name)
}

/// The VPC of an environment.
pub(super) fn vpc(fleet: Chance, env: &str) -> String {
    format!("vpc-0{}", named(fleet, env).hex(16))
}

impl Instance {
    /// The VPC: one for each environment.
    pub fn vpc(&self) -> String {
        vpc(self.home, self.role.env)
    }

    /// The subnet: one for each zone of a VPC.
    pub fn subnet(&self) -> String {
        format!("subnet-0{}", named(self.home, self.role.env).at(u64::from(self.zone)).hex(16))
    }

    /// The security group: one for each role; id and name.
    pub fn security_group(&self) -> (String, String) {
        (format!("sg-0{}", named(self.home, self.role.name).hex(16)), format!("{}-sg", self.role.name))
    }

    /// The image: one for each role.
    pub fn image(&self) -> String {
        format!("ami-0{}", named(self.home, self.role.platform).of(self.role.architecture).of(self.role.name).hex(16))
    }

    /// The main network interface.
    pub fn interface(&self) -> String {
        format!("eni-0{}", self.chance.of("eni").hex(16))
    }

    /// The private address, which no other instance of the fleet has.
    pub fn private_ip(&self) -> String {
        let number = u64::from(self.number);
        // Neighbours in the list are no neighbours in the network: a step that shares no factor with 64,000 visits every address.
        let spread = number * 27_413 % 64_000;
        format!("10.{}.{}.{}", 16 + number / 64_000, spread / HOSTS, spread % HOSTS + 4)
    }

    /// The public address, while it has one: in a public subnet, and not stopped. Every start brings another.
    pub fn public_ip(&self) -> Option<String> {
        let chance = self.chance.of("public").at(u64::from(self.starts));
        let part = |at: u64, bound: u64| chance.at(at).below(bound);
        let address = || format!("{}.{}.{}.{}", chance.pick(&[3, 18, 34, 52, 54]), part(1, 256), part(2, 256), part(3, 254) + 1);
        (self.role.public && self.phase.up()).then(address)
    }
}
