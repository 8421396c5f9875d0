//! Instance types (EC2 User Guide, "Instance types"): cores, threads of a core, and what they earn in CPU credits.

/// An instance type.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Cores.
    pub cores: u32,
    /// Threads of each core.
    pub threads: u32,
    /// Most CPU credits it can save; 0 where it is not burstable.
    pub credits: u32,
}

const fn kind(name: &'static str, cores: u32, threads: u32) -> Kind {
    Kind { name, cores, threads, credits: 0 }
}

const fn burstable(name: &'static str, cores: u32, threads: u32, credits: u32) -> Kind {
    Kind { name, cores, threads, credits }
}

pub(super) static M6I_LARGE: Kind = kind("m6i.large", 1, 2);
pub(super) static M7I_LARGE: Kind = kind("m7i.large", 1, 2);
pub(super) static M6I_XLARGE: Kind = kind("m6i.xlarge", 2, 2);
pub(super) static M7G_LARGE: Kind = kind("m7g.large", 2, 1);
pub(super) static M7G_XLARGE: Kind = kind("m7g.xlarge", 4, 1);
pub(super) static C7G_XLARGE: Kind = kind("c7g.xlarge", 4, 1);
pub(super) static C7G_2XLARGE: Kind = kind("c7g.2xlarge", 8, 1);
pub(super) static C6I_2XLARGE: Kind = kind("c6i.2xlarge", 4, 2);
pub(super) static C7I_XLARGE: Kind = kind("c7i.xlarge", 2, 2);
pub(super) static C6A_4XLARGE: Kind = kind("c6a.4xlarge", 8, 2);
pub(super) static R6I_2XLARGE: Kind = kind("r6i.2xlarge", 4, 2);
pub(super) static R7G_2XLARGE: Kind = kind("r7g.2xlarge", 8, 1);
pub(super) static R3_2XLARGE: Kind = kind("r3.2xlarge", 4, 2);
pub(super) static T3_MICRO: Kind = burstable("t3.micro", 1, 2, 288);
pub(super) static T3_MEDIUM: Kind = burstable("t3.medium", 1, 2, 576);
pub(super) static T4G_SMALL: Kind = burstable("t4g.small", 2, 1, 576);

impl Kind {
    /// Virtual CPUs.
    pub fn vcpus(&self) -> u32 {
        self.cores * self.threads
    }

    /// Whether it runs on Nitro; the third generation still runs on Xen.
    pub fn nitro(&self) -> bool {
        !self.name.starts_with("r3.")
    }
}
