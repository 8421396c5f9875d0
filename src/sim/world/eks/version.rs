//! Versions of Kubernetes and how long they are supported, in days from the beginning of the world: so that the stories that hang on
//! them are true whenever the demonstration is run. The order and the distances are those of the EKS User Guide's release calendar.

use jiff::{SignedDuration, Timestamp};

/// A version of Kubernetes.
#[derive(Debug, PartialEq, Eq)]
pub struct Version {
    /// Its name.
    pub name: &'static str,
    /// EKS's newest version of its control plane.
    pub platform: &'static str,
    /// Days from the beginning of the world until standard support ends.
    standard: i64,
}

/// Days of extended support (EKS User Guide, "Kubernetes version lifecycle": 12 months after 14 months of standard support).
const EXTENDED: i64 = 365;
/// Days of standard support.
const STANDARD: i64 = 426;

/// Every version, newest first.
pub static VERSIONS: &[Version] = &[
    Version { name: "1.34", platform: "eks.9", standard: 376 },
    Version { name: "1.33", platform: "eks.21", standard: 251 },
    Version { name: "1.32", platform: "eks.28", standard: 123 },
    Version { name: "1.31", platform: "eks.44", standard: 24 },
    Version { name: "1.30", platform: "eks.52", standard: -121 },
    Version { name: "1.29", platform: "eks.57", standard: -244 },
    Version { name: "1.28", platform: "eks.62", standard: -372 },
];

impl Version {
    /// When it came out, when standard support ends, when extended support ends.
    pub fn days(&self, origin: Timestamp) -> [Timestamp; 3] {
        [-STANDARD, 0, EXTENDED].map(|more| {
            let hours = SignedDuration::from_hours((self.standard + more) * 24);
            origin.saturating_add(hours).unwrap_or(origin)
        })
    }

    /// EKS's word for its support at a moment.
    pub fn status(&self, origin: Timestamp, now: Timestamp) -> &'static str {
        let [_, standard, extended] = self.days(origin);
        match () {
            () if now < standard => "STANDARD_SUPPORT",
            () if now < extended => "EXTENDED_SUPPORT",
            () => "UNSUPPORTED",
        }
    }
}
