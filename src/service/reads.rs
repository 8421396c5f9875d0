//! The calls that read, and the least of each that shows whether it is allowed: what `qd doctor` asks.

use std::fmt;

use super::Answer;
use crate::aws::{self, Aws};

/// A call that reads.
#[derive(Clone, Copy)]
pub struct Read {
    /// The IAM action: `ec2:DescribeInstances`.
    pub action: &'static str,
    /// Makes the call about as little as it can be about. Whatever it finds: AWS looks at permissions first. `None` where it can only be
    /// made about something that is known.
    pub probe: Option<fn(Aws) -> Answer<()>>,
}

impl fmt::Debug for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Read({})", self.action)
    }
}

/// What nothing is called: a call about it is answered that there is no such thing, if it is allowed.
pub(super) const NOBODY: &str = "quarterdeck-doctor";

/// What every service needs beside its own calls.
pub static COMMON: &[Read] = &[
    Read { action: "ec2:DescribeRegions", probe: Some(|aws| Box::pin(async move { aws::regions::enabled(&aws).await.map(drop) })) },
    Read { action: "cloudwatch:DescribeAlarms", probe: Some(|aws| Box::pin(async move { aws::alarms::probe(&aws).await })) },
    Read {
        action: "cloudwatch:DescribeAlarmsForMetric",
        probe: Some(|aws| Box::pin(async move { aws::alarms::on(&aws, &aws::cloudwatch::nothing()).await.map(drop) })),
    },
    Read { action: "cloudwatch:GetMetricData", probe: Some(|aws| Box::pin(async move { aws::cloudwatch::probe(&aws).await })) },
];

/// A table of calls: the IAM action, and the SDK's method with as little as it takes. `client` makes the service's client.
macro_rules! reads {
    ($client:path; $($action:literal = $method:ident($($argument:expr),*)$(.$more:ident($($value:expr),*))*),* $(; $($silent:literal),*)? $(,)?) => {
        &[$($crate::service::Read {
            action: $action,
            probe: Some(|aws| Box::pin(async move {
                let asked = aws.client($client).$method($($argument),*)$(.$more($($value),*))*.send().await;
                asked.map(drop).map_err(|error| $crate::aws::problem::problem(error, aws.target()))
            })),
        }),*, $($($crate::service::Read { action: $silent, probe: None }),*)?]
    };
}
pub(super) use reads;
