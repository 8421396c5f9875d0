use aws_sdk_eks::types::{Cluster, ClusterStatus, VpcConfigResponse};

use super::*;
use crate::model::Cell;

fn cluster(cells: &[(Col, &str)]) -> Resource {
    let mut row = bare("orders");
    for (at, words) in cells {
        let cell = if *at == Col::State { issues::state(words) } else { Cell::Text(Text::new(words)) };
        row.cells.set(*at as usize, cell);
    }
    row
}

#[test]
fn a_row_lives_without_anything_optional() {
    let overlay = cells::overlay("orders", &Cluster::builder().build(), None);
    assert_eq!(overlay.cells.len(), Col::COLUMNS.len());
    assert_eq!(overlay.cells.iter().filter(|(_, cell)| *cell != Cell::None).count(), 1, "the state alone, which is unknown");
}

#[test]
fn support_follows_the_version() {
    let support =
        Support { status: "EXTENDED_SUPPORT".to_owned(), standard: Some("2025-11-26".to_owned()), extended: Some("2026-11-26".to_owned()) };
    let described = Cluster::builder().version("1.31").status(ClusterStatus::Active).build();
    let overlay = cells::overlay("orders", &described, Some(&support));
    let told = |at: Col| overlay.cells[at as usize].1.words().into_owned();
    assert_eq!((told(Col::Support), told(Col::SupportEnds)), ("EXTENDED_SUPPORT".to_owned(), "2026-11-26".to_owned()));
}

#[test]
fn the_endpoint_is_told_by_who_reaches_it() {
    for (public, private, words) in [(true, true, "public+private"), (true, false, "public"), (false, true, "private"), (false, false, "")]
    {
        let vpc = VpcConfigResponse::builder().endpoint_public_access(public).endpoint_private_access(private).build();
        let overlay = cells::overlay("c", &Cluster::builder().resources_vpc_config(vpc).build(), None);
        assert_eq!(overlay.cells[Col::Access as usize].1.words(), words);
    }
}

type Case<'a> = (&'a [(Col, &'a str)], &'a [(&'a str, Severity)]);

#[test]
fn each_fault_is_named() {
    let now: Timestamp = "2026-11-21T14:00:00Z".parse().expect("a time");
    let cases: &[Case<'_>] = &[
        (&[], &[]),
        (&[(Col::State, "FAILED")], &[("cluster-issue", Severity::Critical)]),
        (&[(Col::State, "ACTIVE"), (Col::Issue, "KmsKeyDisabled")], &[("cluster-issue", Severity::Warning)]),
        (&[(Col::Support, "STANDARD_SUPPORT"), (Col::SupportEnds, "2027-06-01")], &[]),
        (&[(Col::Support, "STANDARD_SUPPORT"), (Col::SupportEnds, "2026-12-15")], &[("support-ends", Severity::Warning)]),
        (&[(Col::Support, "EXTENDED_SUPPORT"), (Col::SupportEnds, "2027-06-01")], &[("extended-support", Severity::Warning)]),
        (&[(Col::Support, "EXTENDED_SUPPORT"), (Col::SupportEnds, "2026-11-26")], &[("extended-support", Severity::Critical)]),
        (&[(Col::Support, "UNSUPPORTED"), (Col::SupportEnds, "2025-11-26")], &[("version-unsupported", Severity::Critical)]),
    ];
    for (cells, expected) in cases {
        let found: Vec<_> = findings(&cluster(cells), now).iter().map(|finding| (finding.code, finding.severity)).collect();
        assert_eq!(found, *expected, "{cells:?}");
    }
}
