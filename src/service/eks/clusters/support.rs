//! How long AWS supports each version of Kubernetes.

use std::{collections::HashMap, sync::Arc};

use aws_smithy_types::DateTime;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    aws::Aws,
    model::Problem,
    service::eks::calls::{PAGE, answered, turn},
};

/// The support of each version, shared by all clusters of a sweep.
pub(super) type Versions = Arc<HashMap<String, Support>>;

/// The support of a version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Support {
    /// `STANDARD_SUPPORT`, `EXTENDED_SUPPORT` or `UNSUPPORTED`.
    pub(super) status: String,
    /// The day standard support ends: `2026-12-02`.
    pub(super) standard: Option<String>,
    /// The day extended support ends.
    pub(super) extended: Option<String>,
}

impl Support {
    /// The day that counts now: the end of the support it is in.
    pub(super) fn ends(&self) -> Option<&str> {
        if self.status == "STANDARD_SUPPORT" { self.standard.as_deref() } else { self.extended.as_deref() }
    }
}

/// Asks about every version there is: one call for all clusters.
pub(super) async fn versions(aws: &Aws) -> Result<Versions, Problem> {
    let (mut known, mut token) = (HashMap::new(), None);
    loop {
        let call = turn(aws).await.describe_cluster_versions().include_all(true).max_results(PAGE).set_next_token(token);
        let answer = answered(aws, call.send().await)?;
        for version in answer.cluster_versions() {
            let support = Support {
                status: version.version_status().map_or("", |status| status.as_str()).to_owned(),
                standard: version.end_of_standard_support_date().and_then(day),
                extended: version.end_of_extended_support_date().and_then(day),
            };
            known.extend(version.cluster_version().map(|name| (name.to_owned(), support)));
        }
        token = answer.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(Arc::new(known));
        }
    }
}

fn day(moment: &DateTime) -> Option<String> {
    let at = Timestamp::from_second(moment.secs()).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date().to_string())
}

/// Days from now to a day; below 0 when it is past.
pub(super) fn days_until(day: &str, now: Timestamp) -> Option<i64> {
    let end = day.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(end.duration_since(now).as_hours() / 24)
}
