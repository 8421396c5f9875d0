//! What becomes of an instance that is stopped or terminated while something owns it, in the words of the plan.

use super::{Col, row::GROUP_TAG};
use crate::{
    model::{Resource, Severity},
    service::{
        Consequence,
        row::{note, words},
    },
};

/// What an owner does, by how it is called in the column. Sources: EKS User Guide, "Managed node groups"; Karpenter's documentation,
/// "Disruption"; EMR Management Guide, "Instance fleets"; Elastic Beanstalk Developer Guide, "Auto Scaling group"; Batch User Guide, "Automated
/// job retries"; ECS Developer Guide, "Cluster auto scaling"; `CloudFormation` User Guide, "Drift".
const OWNERS: &[(&str, Severity, &str)] = &[
    ("EKS node group", Severity::Warning, "its pods are not drained first and start elsewhere; the node group launches another node"),
    ("EKS cluster", Severity::Warning, "its pods are not drained first and start elsewhere, as far as there is room"),
    ("Karpenter", Severity::Warning, "its pods are not drained first; Karpenter launches another node once they find no room"),
    (
        "EMR",
        Severity::Warning,
        "what ran on it is tried again on other nodes, and EMR replaces it; without its primary node the cluster ends",
    ),
    (
        "Beanstalk",
        Severity::Warning,
        "the environment launches another in its place, with its platform and not with what was changed by hand",
    ),
    (
        "Batch",
        Severity::Warning,
        "jobs that run on it fail, and run again where they have attempts left; the environment launches what its queues need",
    ),
    (
        "ECS capacity provider",
        Severity::Warning,
        "its tasks stop; services start theirs elsewhere, and the provider launches another when there is no room",
    ),
    ("CloudFormation", Severity::Notice, "its stack does not put it back: it has drifted then, and its next update may fail"),
];

/// What its owners will do about it.
pub(super) fn respond(row: &Resource) -> Vec<Consequence> {
    [group(row), owner(row)].into_iter().flatten().collect()
}

/// Auto Scaling User Guide, "Health checks": any state but running is unhealthy, and an unhealthy member is replaced.
fn group(row: &Resource) -> Option<Consequence> {
    let group = row.tag(GROUP_TAG)?;
    let text = format!("Auto Scaling group {group} will terminate it and launch another: to keep it, put it into standby first (b)");
    Some(note(Severity::Warning, &text))
}

fn owner(row: &Resource) -> Option<Consequence> {
    let owner = words(row, Col::Owner);
    // EC2 User Guide, "Amazon EC2 managed instances": nobody but their operator may change them.
    if owner.ends_with("(managed)") {
        return Some(note(
            Severity::Warning,
            &format!("it is managed by {}, and only that can change it", owner.trim_end_matches(" (managed)")),
        ));
    }
    // Of its group all has been said.
    if owner.is_empty() || owner.starts_with("Auto Scaling group") {
        return None;
    }
    let known = OWNERS.iter().find(|(start, ..)| owner.starts_with(start));
    let (severity, does) =
        known.map_or((Severity::Notice, "which may replace it or break without it"), |(_, severity, does)| (*severity, *does));
    Some(note(severity, &format!("it belongs to {owner}: {does}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cell, Record, Text};

    fn owned(owner: &str, group: Option<&str>) -> Resource {
        let mut cells = vec![Cell::None; Col::COLUMNS.len()];
        cells[Col::Owner as usize] = Cell::text((!owner.is_empty()).then(|| Text::new(owner)));
        let tags = group.map(|group| (Text::new(GROUP_TAG), Text::new(group))).into_iter().collect();
        Resource { id: "i-1".into(), name: "i-1".into(), cells: Record::from(cells), tags, parents: [].into() }
    }

    fn told(owner: &str, group: Option<&str>) -> Vec<(Severity, String)> {
        respond(&owned(owner, group)).into_iter().map(|note| (note.severity, note.text.to_string())).collect()
    }

    #[test]
    fn each_owner_is_told_with_what_it_does() {
        assert_eq!(told("", None), []);
        for (start, severity, does) in OWNERS {
            let notes = told(&format!("{start} x"), None);
            assert!(notes.len() == 1 && notes[0].0 == *severity && notes[0].1.ends_with(does), "{notes:?}");
        }
        assert!(told("Auto Scaling group web", Some("web"))[0].1.contains("will terminate it and launch another"));
        assert_eq!(told("Auto Scaling group web", Some("web")).len(), 1, "once is enough");
        assert_eq!(told("EKS node group general", Some("eks-general")).len(), 2, "both act");
        assert!(told("eks.amazonaws.com (managed)", None)[0].1.contains("managed by eks.amazonaws.com, and only that"));
    }
}
