use super::*;
use crate::service::eks::nodegroups::tests::group;

fn offered(action: usize, cells: &[(Col, &str)]) -> Result<(), &'static str> {
    (ACTIONS[action].offered)(&group(cells))
}

#[test]
fn actions_are_offered_at_rest_only() {
    for (state, able) in [("ACTIVE", true), ("DEGRADED", true), ("UPDATING", false), ("DELETING", false), ("CREATE_FAILED", false)] {
        assert_eq!(offered(0, &[(Col::State, state)]).is_ok(), able, "{state}");
    }
    assert!(offered(0, &[]).is_err(), "not described yet");
    assert_eq!(offered(1, &[(Col::State, "ACTIVE"), (Col::Image, "CUSTOM")]), Err("its image is its launch template's: change that"));
}

#[test]
fn the_plan_says_what_becomes_of_pods() {
    let plan = |desired: &str| {
        let values = Values::new([("min", "1"), ("desired", desired), ("max", "5")]);
        let notes = scaling(&group(&[(Col::Desired, "3")]), &values);
        notes.into_iter().map(|note| note.text.to_string()).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(plan("3"), "");
    assert_eq!(plan("4"), "1 node is launched, and charged");
    assert!(plan("1").starts_with("2 nodes are terminated: pod disruption budgets are not respected"));
    assert!(plan("7").ends_with("EKS will refuse"));
}

#[test]
fn forms_take_what_eks_takes() {
    let check = |action: usize, id: &str, text: &str| {
        let input = ACTIONS[action].inputs.iter().find(|input| input.id == id).expect("a field");
        (input.check)(&group(&[]), text).is_ok()
    };
    let cases = [(0, "min", "0", true), (0, "max", "0", false), (0, "desired", "-1", false), (0, "desired", "x", false)];
    let more = [(1, "version", "", true), (1, "version", "1.33", true), (1, "version", "latest", false), (1, "release", "a b", false)];
    for (action, id, text, sound) in cases.into_iter().chain(more) {
        assert_eq!(check(action, id, text), sound, "{id} {text:?}");
    }
}
