//! What the actions ask.

use super::super::Col;
use crate::{
    model::Resource,
    service::{
        Input, Sort,
        row::{Position, number, words},
    },
};

/// Sizes of a node group (EKS API Reference, `NodegroupScalingConfig`).
pub(super) const SIZE: &[Input] = &[
    Input {
        id: "min",
        title: "at least",
        sort: Sort::Line,
        initial: |group| shown(group, Col::Min),
        hint: |group| now(group, Col::Min),
        check: |_, text| at_least(0, text),
    },
    Input {
        id: "desired",
        title: "nodes",
        sort: Sort::Line,
        initial: |group| shown(group, Col::Desired),
        hint: |group| now(group, Col::Desired),
        check: |_, text| at_least(0, text),
    },
    Input {
        id: "max",
        title: "at most",
        sort: Sort::Line,
        initial: |group| shown(group, Col::Max),
        hint: |group| now(group, Col::Max),
        check: |_, text| at_least(1, text),
    },
];

/// What to update to (EKS API Reference, `UpdateNodegroupVersion`).
pub(super) const VERSION: &[Input] = &[
    Input {
        id: "version",
        title: "Kubernetes version",
        sort: Sort::Line,
        initial: |_| String::new(),
        hint: |group| format!("now {}; empty for the cluster's", words(group, Col::Version)),
        check: |_, text| version(text.trim()),
    },
    Input {
        id: "release",
        title: "image release",
        sort: Sort::Line,
        initial: |_| String::new(),
        hint: |group| format!("now {}; empty for the latest", words(group, Col::Release)),
        check: |_, text| if text.trim().contains(char::is_whitespace) { Err("a release has no spaces".to_owned()) } else { Ok(()) },
    },
    Input {
        id: "force",
        title: "evict by force",
        sort: Sort::Choice(&["no", "yes"]),
        initial: |_| "no".to_owned(),
        hint: |_| "yes: even where a disruption budget forbids it".to_owned(),
        check: |_, _| Ok(()),
    },
];

fn shown(group: &Resource, at: impl Position) -> String {
    number(group, at).map_or_else(String::new, |number| number.to_string())
}

fn now(group: &Resource, at: impl Position) -> String {
    number(group, at).map_or_else(String::new, |number| format!("now {number}"))
}

fn at_least(least: i64, text: &str) -> Result<(), String> {
    match text.trim().parse::<i32>() {
        Ok(number) if i64::from(number) >= least => Ok(()),
        _ => Err(format!("a whole number, {least} or more")),
    }
}

/// `1.33`, or nothing.
fn version(text: &str) -> Result<(), String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let sound = text.is_empty() || text.split_once('.').is_some_and(|(major, minor)| digits(major) && digits(minor));
    if sound { Ok(()) } else { Err("a version such as 1.33, or nothing".to_owned()) }
}
