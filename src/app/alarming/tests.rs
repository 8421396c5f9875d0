//! Alarms: asked for politely, found on the rows they are on, gone when they are over.

use super::*;
use crate::{
    app::{
        msg::{Answer, Identity},
        tests::{HERE, answer, kind, problem, three, tick},
    },
    model::{ProblemKind, Text, alarm::Watch},
};

fn watch(dimension: &str, value: &str, stat: &str, threshold: f64) -> Watch {
    Watch {
        namespace: "AWS/EC2".into(),
        metric: "CPUUtilization".into(),
        stat: stat.into(),
        period: 300,
        dimensions: vec![(dimension.into(), value.into())],
        threshold: Some(threshold),
    }
}

fn alarm(name: &str, watch: Watch) -> Alarm {
    Alarm { name: name.into(), reason: "Threshold Crossed".into(), since: None, watches: vec![watch] }
}

fn known() -> State {
    let mut state = three();
    answer(&mut state, Answer::Identified(HERE, Ok(Identity { account: "1".into(), arn: Text::default() })));
    state
}

fn asks(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Alarms(HERE)))
}

/// Rows with findings, and what these say.
fn unwell(state: &State) -> Vec<(String, String)> {
    let rows = state.fleet.tables[&kind().id].rows().flat_map(|(_, row)| row.findings.iter().map(move |finding| (row, finding)));
    rows.map(|(row, finding)| (row.key.id.to_string(), finding.reason.to_string())).collect()
}

#[test]
fn alarms_are_asked_for_once_a_minute_where_we_know_who_we_are() {
    let mut state = three();
    assert!(!asks(&tick(&mut state, 1)));
    let mut state = known();
    assert!(asks(&tick(&mut state, 1)) && !asks(&tick(&mut state, 1)));
    answer(&mut state, Answer::Alarms(HERE, Ok(Vec::new())));
    assert!(!asks(&tick(&mut state, 59)));
    assert_eq!((0..12).filter(|_| asks(&tick(&mut state, 1))).count(), 1, "and not at the second");
}

#[test]
fn an_alarm_is_on_the_row_with_its_dimensions_until_it_is_over() {
    let mut state = known();
    let others = [watch("AutoScalingGroupName", "i-1", "Average", 1.0), watch("InstanceId", "i-9", "Average", 1.0)];
    let mut alarms: Vec<Alarm> = others.into_iter().map(|watch| alarm("elsewhere", watch)).collect();
    alarms.push(alarm("cpu-high", watch("InstanceId", "i-3", "Average", 90.0)));
    answer(&mut state, Answer::Alarms(HERE, Ok(alarms)));
    let told = vec![("i-3".to_owned(), "⏰ cpu-high: Threshold Crossed".to_owned())];
    assert_eq!((unwell(&state), state.fleet.tables[&kind().id].findings()), (told.clone(), 1));
    tick(&mut state, 61);
    answer(&mut state, Answer::Alarms(HERE, Err(problem(ProblemKind::Denied))));
    assert_eq!((unwell(&state), state.errors.len()), (told, 1), "what was known stands");
    answer(&mut state, Answer::Alarms(HERE, Ok(Vec::new())));
    assert_eq!((unwell(&state), state.fleet.tables[&kind().id].findings()), (vec![], 0));
}

/// What the agent on a machine publishes names more than the machine: the disk, the file system.
#[test]
fn an_alarm_on_what_others_publish_about_a_row_is_on_it_once() {
    let mut state = known();
    let disk = |id: &str, namespace: &str| {
        let dimensions = [("InstanceId", id), ("device", "nvme0n1p1"), ("path", "/")].map(|(name, value)| (name.into(), value.into()));
        Watch { namespace: namespace.into(), dimensions: dimensions.into(), ..watch("InstanceId", id, "Average", 90.0) }
    };
    let both = Alarm { watches: vec![disk("i-3", "CWAgent"), watch("InstanceId", "i-3", "Average", 90.0)], ..alarm("both", disk("", "")) };
    let alarms = vec![alarm("disk-full", disk("i-1", "CWAgent")), alarm("volume", disk("i-2", "AWS/EBS")), both];
    answer(&mut state, Answer::Alarms(HERE, Ok(alarms)));
    let told = [("i-1", "⏰ disk-full: Threshold Crossed"), ("i-3", "⏰ both: Threshold Crossed")];
    assert_eq!(unwell(&state), told.map(|(id, reason)| (id.to_owned(), reason.to_owned())));
    let advised = |id: &str| {
        let (_, row) = state.fleet.tables[&kind().id].rows().find(|(_, row)| row.key.id.as_str() == id).expect("a row");
        row.findings[0].advice.contains("charts")
    };
    assert_eq!([advised("i-1"), advised("i-3")], [false, true], "there is no chart of what an agent publishes");
}

#[test]
fn thresholds_are_lines_where_both_reckon_alike() {
    let mut state = known();
    let cpu = kind().metrics.iter().find(|metric| metric.name == "CPUUtilization").expect("CPU");
    let alarms = [("Average", 90.0), ("Maximum", 95.0)].map(|(stat, level)| alarm(stat, watch("InstanceId", "i-1", stat, level)));
    answer(&mut state, Answer::Alarms(HERE, Ok(alarms.into())));
    let row = |id: &str| state.fleet.tables[&kind().id].rows().find(|(_, row)| row.key.id.as_str() == id).expect("a row").1;
    assert_eq!(limits(&state, kind(), row("i-1"), (0, cpu), 300), [90.0]);
    assert_eq!(limits(&state, kind(), row("i-2"), (0, cpu), 300), [0.0; 0]);
}
