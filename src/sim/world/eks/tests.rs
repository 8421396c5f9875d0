use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).expect("a time")
}

fn eks(instances: usize) -> Eks {
    let fleet = Fleet::new(Chance::new(7), "123456789012", "eu-west-1", instances, at(0));
    Eks::new(Chance::new(7), &fleet, at(0))
}

#[test]
fn something_is_always_going_on() {
    let eks = eks(48);
    for minute in 0..240 {
        let now = at(minute * 60);
        let groups = eks.clusters.values().flat_map(|cluster| cluster.nodegroups.values());
        let ill = groups.filter(|group| group.status(now) == "DEGRADED").count();
        assert!((2..=3).contains(&ill), "{ill} in minute {minute}");
    }
    let spells = |of: &dyn Fn(Timestamp) -> bool| (0..360).filter(|tick| of(at(tick * 10))).count();
    let orders = &eks.clusters["orders"];
    assert!((50..=70).contains(&spells(&|now| orders.nodegroups["orders-spot"].status(now) == "DEGRADED")));
    assert!((30..=42).contains(&spells(&|now| orders.addons["kube-proxy"].status(now) == "UPDATING")));
}

#[test]
fn node_groups_are_as_large_as_the_fleet_has_nodes() {
    for (instances, nodes) in [(0, 0), (48, 3), (480, 30)] {
        assert_eq!(eks(instances).clusters["orders"].nodegroups["orders-general"].scaling.desired, nodes);
    }
}

#[test]
fn an_update_is_under_way_for_a_while_and_changes_what_it_should() {
    let mut eks = eks(48);
    let group = eks.clusters.get_mut("orders").and_then(|cluster| cluster.nodegroups.get_mut("orders-general")).expect("a group");
    let change = || Change::Version { version: "1.33".to_owned(), release: "1.33.9-x".to_owned(), force: false };
    let update = group.begin("token", change(), at(100)).expect("begun");
    assert_eq!(
        (group.status(at(101)), update.status(at(101)), group.image(at(101)).1.as_str()),
        ("UPDATING", "InProgress", "1.33.5-20261103")
    );
    assert_eq!(group.begin("token", change(), at(110)).as_ref(), Some(&update));
    assert_eq!(group.begin("another", change(), at(110)), None);
    assert_eq!((group.status(at(400)), update.status(at(400)), group.image(at(400)).1.as_str()), ("ACTIVE", "Successful", "1.33.9-x"));
    assert!(group.modified(at(400)) > at(100));
}

#[test]
fn versions_run_out_one_after_the_other() {
    let status: Vec<&str> = VERSIONS.iter().map(|version| version.status(at(0), at(0))).collect();
    assert_eq!(status[..4], ["STANDARD_SUPPORT"; 4]);
    assert_eq!((status[4], status[6]), ("EXTENDED_SUPPORT", "UNSUPPORTED"));
    assert_eq!(VERSIONS[3].status(at(0), at(25 * 86_400)), "EXTENDED_SUPPORT");
}

#[test]
fn every_published_metric_has_samples_that_stay() {
    let eks = eks(48);
    let published: Vec<_> = eks.published().collect();
    assert_eq!(published.len(), 3 * NAMES.len() + INSIGHT_NAMES.len());
    for metric in &published {
        let dimensions = [("ClusterName".to_owned(), metric.dimensions[0].1.clone())];
        let signal = eks.signal(metric.namespace, metric.name, &dimensions).expect("a signal");
        let samples: Vec<f64> = (0..600).flat_map(|minute| (signal.samples)(at(minute * 60).as_second())).collect();
        assert!(samples.len() == 600 && samples.iter().all(|sample| sample.is_finite() && *sample >= 0.0), "{metric:?}");
        assert_eq!((signal.samples)(at(60).as_second()), [samples[1]]);
        assert!((signal.samples)(signal.since - 60).is_empty());
    }
    assert!(eks.signal("AWS/EKS", "apiserver_request_total", &[]).is_none());
    assert!(eks.signal("AWS/EC2", "apiserver_request_total", &[("ClusterName".to_owned(), "orders".to_owned())]).is_none());
}
