//! Metrics of services: which there are, and the samples of any minute. Nothing is stored; the same question has the same answer.

/// Seconds of one step: these services publish every minute.
pub const STEP: i64 = 60;
/// Seconds after the end of a minute until it is published.
pub const DELAY: i64 = 60;

/// A metric of a resource.
pub struct Signal<'a> {
    /// `CloudWatch`'s unit: `Percent`, `Count`, `Milliseconds`, `Bytes`.
    pub unit: &'static str,
    /// The first second from which there is anything.
    pub since: i64,
    /// The samples of the minute that begins at this second, in seconds since the epoch; empty when nothing was published.
    pub samples: Box<dyn Fn(i64) -> Vec<f64> + 'a>,
}

impl std::fmt::Debug for Signal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signal({} since {})", self.unit, self.since)
    }
}

/// That a metric exists, as `ListMetrics` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// `CloudWatch` namespace.
    pub namespace: &'static str,
    /// Metric name.
    pub name: &'static str,
    /// Dimensions, in the order they are listed.
    pub dimensions: Vec<(&'static str, String)>,
}
