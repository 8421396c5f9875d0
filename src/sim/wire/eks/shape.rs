//! Clusters and their parts as EKS describes them. Field names: EKS API Reference.

mod cluster;
mod parts;

use jiff::Timestamp;
use serde_json::json;

use super::super::{Call, Out};
use crate::sim::world::eks::{Change, Eks, Issue, Update, Version};

pub(super) use self::{
    cluster::cluster,
    parts::{addon, insight, insight_summary, nodegroup, profile},
};

/// Named parts, some of them absent.
type Parts = Vec<(&'static str, Option<Out>)>;

#[expect(clippy::unnecessary_wraps, reason = "it stands among parts that may be absent")]
fn some(text: impl Into<Out>) -> Option<Out> {
    Some(text.into())
}

fn texts(words: &[&str]) -> Out {
    Out::List(words.iter().map(|word| Out::from((*word).to_owned())).collect())
}

fn dictionary(pairs: &[(&'static str, &'static str)]) -> Out {
    Out::Dictionary(pairs.iter().map(|(key, value)| ((*key).to_owned(), Out::from(*value))).collect())
}

/// The ARN of something in the caller's account and region.
fn arn(call: &Call<'_>, rest: &str) -> String {
    format!("arn:aws:eks:{}:{}:{rest}", call.request.region, call.request.account)
}

fn role(call: &Call<'_>, name: &str) -> String {
    format!("arn:aws:iam::{}:role/{name}", call.request.account)
}

/// Issues, or none.
fn health(issue: Option<&Issue>) -> Out {
    let told = |issue: &Issue| {
        let resources = issue.resources.iter().cloned().map(Out::from).collect();
        Out::Map(vec![("code", issue.code.into()), ("message", issue.message.clone().into()), ("resourceIds", Out::List(resources))])
    };
    Out::Map(vec![("issues", Out::List(issue.map(told).into_iter().collect()))])
}

/// How long a version is supported.
pub(super) fn version(eks: &Eks, version: &Version, now: Timestamp) -> Out {
    let [out, standard, extended] = version.days(eks.origin);
    let status = version.status(eks.origin, now);
    let older = status.to_lowercase().replace('_', "-");
    Out::Map(vec![
        ("clusterVersion", version.name.into()),
        ("clusterType", "eks".into()),
        ("defaultPlatformVersion", version.platform.into()),
        ("defaultVersion", Out::Flag(version.name == "1.34")),
        ("releaseDate", Out::Time(out)),
        ("endOfStandardSupportDate", Out::Time(standard)),
        ("endOfExtendedSupportDate", Out::Time(extended)),
        ("status", older.into()),
        ("versionStatus", status.into()),
        ("kubernetesPatchVersion", format!("{}.5", version.name).into()),
    ])
}

/// An update, and why it failed if it did.
pub(super) fn update(update: &Update, now: Timestamp) -> Out {
    let (kind, params) = match &update.change {
        Change::Scaling(scaling) => {
            let sizes = [("MinSize", scaling.min), ("MaxSize", scaling.max), ("DesiredSize", scaling.desired)];
            ("ConfigUpdate", sizes.map(|(name, size)| param(name, size.to_string())).to_vec())
        }
        Change::Version { version, release, .. } => {
            ("VersionUpdate", vec![param("Version", version.clone()), param("ReleaseVersion", release.clone())])
        }
    };
    let status = update.status(now);
    let errors = update.fails.filter(|_| status == "Failed").map(evicted);
    Out::Map(vec![
        ("id", update.id.clone().into()),
        ("status", status.into()),
        ("type", kind.into()),
        ("params", Out::List(params)),
        ("createdAt", Out::Time(update.begun)),
        ("errors", Out::List(errors.into_iter().collect())),
    ])
}

fn param(name: &'static str, value: String) -> Out {
    Out::Map(vec![("type", name.into()), ("value", value.into())])
}

fn evicted(pod: &'static str) -> Out {
    let message = format!("Reached max retries while trying to evict pods from nodes in node group: {pod}");
    Out::from(json!({"errorCode": "PodEvictionFailure", "errorMessage": message, "resourceIds": [pod]}))
}
