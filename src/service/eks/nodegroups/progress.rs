//! Whether a node group is where an action sends it.

use super::Col;
use crate::{
    model::{Resource, Text},
    service::{
        Progress, Values,
        row::{number, words},
    },
};

/// The sizes an action asks for, with the cells that hold them.
pub(super) const SIZES: [(&str, Col); 3] = [("min", Col::Min), ("desired", Col::Desired), ("max", Col::Max)];

/// At rest with the sizes asked for. The Cluster Autoscaler may have moved the desired size on by then, so bounds count there.
pub(super) fn scaled(group: Option<&Resource>, values: &Values) -> Progress {
    at_rest(group, |group| SIZES.iter().all(|(id, at)| values.number(id).is_none_or(|wanted| number(group, *at) == Some(wanted))))
}

/// At rest with the version and release asked for; where neither was named, at rest.
pub(super) fn updated(group: Option<&Resource>, values: &Values) -> Progress {
    let named = |id: &str, has: &str| values.get(id).trim().is_empty() || values.get(id).trim() == has;
    at_rest(group, |group| named("version", words(group, Col::Version)) && named("release", words(group, Col::Release)))
}

/// While EKS works on it, it moves; at rest it is there, or the latest update failed, or the call has not been noticed yet.
fn at_rest(group: Option<&Resource>, there: impl Fn(&Resource) -> bool) -> Progress {
    let astray = |reason: &str| Progress::Astray(Text::new(reason));
    let Some(group) = group else { return astray("it is gone from the list") };
    match words(group, Col::State) {
        "ACTIVE" | "DEGRADED" if words(group, Col::Update) == "Failed" => astray(words(group, Col::UpdateError)),
        "ACTIVE" | "DEGRADED" if there(group) && words(group, Col::Update) != "InProgress" => Progress::Settled,
        "UPDATING" | "CREATING" | "ACTIVE" | "DEGRADED" | "" => Progress::Moving,
        state => astray(&format!("it is {state}: {}", words(group, Col::Reason))),
    }
}
