use aws_sdk_eks::types::{Issue, Nodegroup, NodegroupHealth, NodegroupIssueCode, NodegroupStatus};

use super::*;
use crate::{
    model::Text,
    service::{Progress, Values},
};

/// A node group with these words and numbers in its cells.
pub(super) fn group(cells: &[(Col, &str)]) -> Resource {
    let mut row = bare("orders", "general", Col::COLUMNS, Col::Cluster);
    for (at, words) in cells {
        let cell = match at {
            Col::State | Col::Update => issues::state(words),
            Col::Modified | Col::Created => Cell::Time(words.parse().expect("a second")),
            _ => words.parse().map_or_else(|_| Cell::Text(Text::new(words)), Cell::Count),
        };
        row.cells.set(*at as usize, cell);
    }
    row
}

#[test]
fn a_row_lives_without_anything_optional() {
    let overlay = cells::overlay("orders", "general", &Nodegroup::builder().build());
    assert_eq!((overlay.id.as_str(), overlay.cells.len()), ("orders/general", Col::COLUMNS.len()));
    let told = overlay.cells.iter().filter(|(_, cell)| *cell != Cell::None).count();
    assert_eq!(told, 2, "its state, which is unknown, and its cluster");
}

#[test]
fn issues_are_told_one_after_the_other_and_cleared_when_they_are_over() {
    let issue = |code, message: &str| Issue::builder().code(code).message(message).resource_ids("eks-asg").build();
    let issues = [issue(NodegroupIssueCode::AsgInstanceLaunchFailures, "no room"), issue(NodegroupIssueCode::AccessDenied, "no right")];
    let health = NodegroupHealth::builder().set_issues(Some(issues.to_vec())).build();
    let ill = Nodegroup::builder().status(NodegroupStatus::Degraded).health(health).build();
    let told = |group: &Nodegroup, at: Col| cells::overlay("c", "n", group).cells[at as usize].1.words().into_owned();
    assert_eq!(told(&ill, Col::Issue), "AsgInstanceLaunchFailures, AccessDenied");
    assert_eq!((told(&ill, Col::Reason), told(&ill, Col::IssueResources)), ("no room, no right".to_owned(), "eks-asg, eks-asg".to_owned()));
    assert_eq!(told(&Nodegroup::builder().build(), Col::Issue), "");
}

type Case<'a> = (&'a [(Col, &'a str)], &'a [&'a str]);

#[test]
fn each_fault_is_named() {
    let now: Timestamp = "2026-11-21T14:00:00Z".parse().expect("a time");
    let long_ago = (now.as_second() - 3 * 3_600).to_string();
    let cases: &[Case<'_>] = &[
        (&[], &[]),
        (&[(Col::State, "ACTIVE")], &[]),
        (&[(Col::State, "DEGRADED"), (Col::Issue, "NodeCreationFailure")], &["node-group-issue"]),
        (&[(Col::State, "ACTIVE"), (Col::Issue, "NodeCreationFailure"), (Col::Update, "Failed")], &["node-group-issue", "update-failed"]),
        (&[(Col::State, "CREATE_FAILED")], &["node-group-issue"]),
        (&[(Col::State, "UPDATING"), (Col::Modified, &long_ago)], &["stuck"]),
        (&[(Col::State, "ACTIVE"), (Col::Modified, &long_ago)], &[]),
    ];
    for (cells, expected) in cases {
        let codes: Vec<_> = findings(&group(cells), now).iter().map(|finding| finding.code).collect();
        assert_eq!(codes, *expected, "{cells:?}");
    }
}

#[test]
fn progress_is_read_from_state_sizes_and_the_latest_update() {
    let values = Values::new([("min", "1"), ("desired", "3"), ("max", "5")]);
    let sizes = |desired, state| [(Col::State, state), (Col::Min, "1"), (Col::Desired, desired), (Col::Max, "5")];
    let scaled = |row: &[(Col, &str)]| progress::scaled(Some(&group(row)), &values);
    assert_eq!(scaled(&sizes("3", "UPDATING")), Progress::Moving);
    assert_eq!(scaled(&sizes("2", "ACTIVE")), Progress::Moving);
    assert_eq!(scaled(&sizes("3", "ACTIVE")), Progress::Settled);
    assert_eq!(scaled(&sizes("3", "DEGRADED")), Progress::Settled);
    assert!(matches!(scaled(&sizes("3", "DELETING")), Progress::Astray(_)));
    assert!(matches!(progress::scaled(None, &values), Progress::Astray(_)));
    let updated = |row: &[(Col, &str)], version: &str| progress::updated(Some(&group(row)), &Values::new([("version", version)]));
    let at = |state| [(Col::State, "ACTIVE"), (Col::Version, "v1.33"), (Col::Update, state), (Col::UpdateError, "PodEvictionFailure: x")];
    assert_eq!(updated(&at("Successful"), ""), Progress::Settled);
    assert_eq!(updated(&at("Successful"), "v1.34"), Progress::Moving);
    assert_eq!(updated(&at("InProgress"), "v1.33"), Progress::Moving);
    assert_eq!(updated(&at("Failed"), "v1.34"), Progress::Astray("PodEvictionFailure: x".into()));
}
