use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{Request, encode::json_value},
    *,
};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn ask(operation: &str, input: Value) -> Result<Value, (u16, Cow<'static, str>)> {
    let mut world = World::new(7, crate::sim::Sizes::DEMO, NOW);
    let request = Request::sample("eks", operation, input);
    let carry = EKS.operations.iter().find(|(name, _)| *name == operation).expect("an operation").1;
    let outcome = carry(&mut world, &Call { request: &request, now: NOW, id: String::new() });
    outcome.map(|out| json_value(&out)).map_err(|refusal| (refusal.status, refusal.code))
}

#[test]
fn every_route_leads_to_an_operation() {
    for (_, path, operation) in EKS.routes {
        assert!(EKS.operations.iter().any(|(name, _)| name == operation), "{path}");
    }
    assert_eq!(EKS.routes.len(), EKS.operations.len());
}

#[test]
fn pages_go_on_where_they_ended() {
    let first = ask("ListAddons", json!({"name": "orders", "maxResults": "3"})).expect("a page");
    let rest = ask("ListAddons", json!({"name": "orders", "nextToken": first["nextToken"]})).expect("a page");
    assert_eq!(first["addons"].as_array().map(Vec::len), Some(3));
    assert_eq!(rest, json!({"addons": ["vpc-cni"]}));
}

#[test]
fn nonsense_is_refused_in_eks_words() {
    let cases = [
        ("DescribeCluster", json!({"name": "x"}), (404, "ResourceNotFoundException")),
        ("DescribeNodegroup", json!({"name": "orders", "nodegroupName": "x"}), (404, "ResourceNotFoundException")),
        ("DescribeUpdate", json!({"name": "orders", "nodegroupName": "orders-spot", "updateId": "x"}), (404, "ResourceNotFoundException")),
        ("ListClusters", json!({"maxResults": "101"}), (400, "InvalidParameterException")),
        ("ListClusters", json!({"maxResults": "0"}), (400, "InvalidParameterException")),
        ("ListClusters", json!({"nextToken": "made-up"}), (400, "InvalidParameterException")),
        ("UpdateNodegroupConfig", json!({"name": "orders", "nodegroupName": "orders-spot"}), (400, "InvalidParameterException")),
        (
            "UpdateNodegroupConfig",
            json!({"name": "orders", "nodegroupName": "orders-spot", "scalingConfig": {"desiredSize": 99}}),
            (400, "InvalidParameterException"),
        ),
        (
            "UpdateNodegroupVersion",
            json!({"name": "orders", "nodegroupName": "orders-spot", "version": "1.34"}),
            (400, "InvalidParameterException"),
        ),
    ];
    for (operation, input, refusal) in cases {
        assert_eq!(ask(operation, input.clone()), Err((refusal.0, refusal.1.into())), "{operation} {input}");
    }
}

#[test]
fn insights_are_filtered() {
    let count = |filter: Value| {
        let answer = ask("ListInsights", json!({"name": "legacy-shop", "filter": filter})).expect("insights");
        answer["insights"].as_array().map(Vec::len)
    };
    assert_eq!(count(json!({"statuses": ["ERROR"]})), Some(1));
    assert_eq!(count(json!({"statuses": ["ERROR", "WARNING"], "categories": ["UPGRADE_READINESS"]})), Some(3));
    assert_eq!(count(json!({"categories": ["MISCONFIGURATION"]})), Some(1));
    assert_eq!(count(json!({})), Some(6));
}

#[test]
fn an_update_comes_to_the_same_however_time_is_cut() {
    let at = |second: i64| Timestamp::from_second(1_790_000_000 + second).expect("a time");
    let ask = |world: &mut World, operation: &str, now: Timestamp| {
        let input = json!({"name": "orders", "nodegroupName": "orders-general", "clientRequestToken": "once"});
        let request = Request::sample("eks", operation, input);
        let carry = EKS.operations.iter().find(|(name, _)| *name == operation).expect("an operation").1;
        assert!(carry(world, &Call { request: &request, now, id: String::new() }).is_ok());
    };
    let worlds = [vec![900], vec![12, 13, 20, 400, 900], (10..=90).map(|step| step * 10).collect()].map(|steps| {
        let mut world = World::new(7, crate::sim::Sizes::DEMO, at(0));
        ask(&mut world, "UpdateNodegroupVersion", at(5));
        ask(&mut world, "UpdateNodegroupVersion", at(6));
        for second in steps {
            world.region(crate::sim::world::ACCOUNT, "eu-west-1", at(second));
        }
        world
    });
    assert!(worlds[0] == worlds[1] && worlds[1] == worlds[2]);
}
