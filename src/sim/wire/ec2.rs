//! Amazon EC2 in the query protocol: instances, their status, and what can be done to them.

mod act;
mod filter;
mod select;
mod shape;
mod surroundings;

use super::{Call, Failures, Out, Protocol, Refusal, Service};
use crate::sim::world::{
    World,
    instance::{Instance, Phase, Protection},
};

pub(super) static EC2: Service = Service {
    id: "ec2",
    scope: "ec2",
    namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
    target: "",
    model: "com.amazonaws.ec2",
    query: Protocol::Ec2,
    // EC2 API Reference, "Error codes for the Amazon EC2 API".
    failures: Failures {
        throttled: (503, "RequestLimitExceeded", "Request limit exceeded."),
        expired: (400, "RequestExpired", "Request has expired."),
        internal: (500, "InternalError", "An internal error has occurred"),
        denied: (403, "UnauthorizedOperation", "You are not authorized to perform this operation. "),
    },
    shapes: &[],
    routes: &[],
    operations: &[
        ("DescribeInstances", instances),
        ("DescribeInstanceStatus", statuses),
        ("DescribeInstanceAttribute", attribute),
        ("DescribeTags", surroundings::tags),
        ("DescribeRegions", surroundings::regions),
        ("DescribeAvailabilityZones", surroundings::zones),
        ("StartInstances", act::start),
        ("StopInstances", act::stop),
        ("RebootInstances", act::reboot),
        ("TerminateInstances", act::terminate),
    ],
};

/// Ends a dry run, which gets as far as the caller's permissions and the ids.
fn dry(call: &Call<'_>) -> Result<(), Refusal> {
    if call.flag("DryRun") {
        return Err(Refusal::new(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set."));
    }
    Ok(())
}

fn missing(name: &str) -> Refusal {
    Refusal::bad("MissingParameter", format!("The request must contain the parameter {name}"))
}

fn instances(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let fleet = call.fleet(world);
    let page = select::page(fleet, call, filter::INSTANCES, |_| true)?;
    dry(call)?;
    let groups = page.instances.chunk_by(|a, b| a.launch_key() == b.launch_key());
    let reservations = groups.map(|group| shape::reservation(fleet, group)).collect();
    Ok(Out::some(vec![("reservationSet", Some(Out::List(reservations))), ("nextToken", page.next.map(Out::from))]))
}

fn statuses(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let fleet = call.fleet(world);
    let all = call.flag("IncludeAllInstances");
    let page = select::page(fleet, call, filter::STATUSES, |instance| all || instance.phase == Phase::Running)?;
    dry(call)?;
    let set = page.instances.iter().map(|instance| shape::status(fleet, instance, call.now)).collect();
    Ok(Out::some(vec![("instanceStatusSet", Some(Out::List(set))), ("nextToken", page.next.map(Out::from))]))
}

fn attribute(world: &mut World, call: &Call<'_>) -> Result<Out, Refusal> {
    let id = call.text("InstanceId").ok_or_else(|| missing("instanceId"))?;
    let name = call.text("Attribute").ok_or_else(|| missing("attribute"))?;
    let fleet = call.fleet(world);
    let named = select::named(fleet, std::slice::from_ref(&id))?;
    dry(call)?;
    let part = named.first().and_then(|instance| value(instance, &name));
    let unknown =
        || Refusal::bad("InvalidParameterValue", format!("Value ({name}) for parameter attribute is invalid. Unknown attribute."));
    Ok(Out::Map(vec![("instanceId", id.into()), part.ok_or_else(unknown)?]))
}

/// An attribute by its name.
fn value(instance: &Instance, name: &str) -> Option<(&'static str, Out)> {
    let text = |text: String| Out::Map(vec![("value", text.into())]);
    let flag = |flag: bool| Out::Map(vec![("value", Out::Flag(flag))]);
    let protection = instance.role.protection;
    Some(match name {
        "disableApiTermination" => ("disableApiTermination", flag(protection == Protection::Termination)),
        "disableApiStop" => ("disableApiStop", flag(protection == Protection::Stop)),
        "instanceInitiatedShutdownBehavior" => ("instanceInitiatedShutdownBehavior", text("stop".to_owned())),
        "instanceType" => ("instanceType", text(instance.kind.name.to_owned())),
        "ebsOptimized" => ("ebsOptimized", flag(true)),
        "sourceDestCheck" => ("sourceDestCheck", flag(true)),
        "rootDeviceName" => ("rootDeviceName", text(shape::root_device(instance).to_owned())),
        "userData" => ("userData", Out::Map(Vec::new())),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{super::Request, *};

    fn world(size: usize) -> World {
        World::new(7, crate::sim::Sizes { instances: size, ..crate::sim::Sizes::DEMO }, Timestamp::UNIX_EPOCH)
    }

    fn ask(world: &mut World, operation: &str, input: Value) -> Result<String, String> {
        let request = Request::sample("ec2", operation, input);
        let reply = super::super::answer(world, &Call { request: &request, now: Timestamp::UNIX_EPOCH, id: "id".to_owned() });
        let body = String::from_utf8(reply.body.to_vec()).expect("text");
        if reply.status == 200 { Ok(body) } else { Err(body) }
    }

    fn between<'a>(body: &'a str, element: &str) -> Vec<&'a str> {
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        body.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn pages_cover_everything_once(size in 0_usize..130, page in 5_usize..60, zone in proptest::option::of(0_usize..3)) {
            let mut world = world(size);
            let filter = zone.map(|zone| json!([{"Name": "availability-zone", "Value": [format!("eu-west-1{}", ["a", "b", "c"][zone])]}]));
            let input = |token: &str| json!({"MaxResults": page.to_string(), "NextToken": token, "Filter": filter});
            let (mut seen, mut token) = (Vec::new(), String::new());
            loop {
                let body = ask(&mut world, "DescribeInstances", input(&token)).expect("a page");
                let ids = between(&body, "instanceId");
                prop_assert!(ids.len() <= page);
                seen.extend(ids.into_iter().map(str::to_owned));
                match between(&body, "nextToken").first() {
                    Some(next) => token = (*next).to_owned(),
                    None => break,
                }
            }
            let whole = ask(&mut world, "DescribeInstances", json!({"Filter": filter})).expect("everything");
            prop_assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
            prop_assert_eq!(seen, between(&whole, "instanceId").into_iter().map(str::to_owned).collect::<Vec<_>>());
        }
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_ec2() {
        let cases = [
            (
                "DescribeInstances",
                json!({"InstanceId": ["i-0123456789abcdef0"]}),
                "<Code>InvalidInstanceID.NotFound</Code><Message>The instance ID &apos;i-0123456789abcdef0&apos; does not exist",
            ),
            ("DescribeInstances", json!({"InstanceId": ["I-0123456789ABCDEF0"]}), "InvalidInstanceID.Malformed"),
            ("DescribeInstances", json!({"InstanceId": ["i-0123456789abcdef0"], "MaxResults": "5"}), "InvalidParameterCombination"),
            ("DescribeInstances", json!({"MaxResults": "4"}), "Expecting a value greater than 5."),
            ("DescribeInstances", json!({"MaxResults": "many"}), "InvalidParameterValue"),
            ("DescribeInstances", json!({"NextToken": "abc"}), "InvalidNextToken"),
            ("DescribeInstances", json!({"Filter": [{"Name": "colour", "Value": ["red"]}]}), "The filter &apos;colour&apos; is invalid"),
            ("DescribeInstances", json!({"Filter": [{"Name": "vpc-id"}]}), "InvalidParameterValue"),
            ("StopInstances", json!({}), "MissingParameter"),
            ("StopInstances", json!({"InstanceId": ["x"]}), "expecting &quot;i-...&quot;"),
        ];
        for (operation, input, words) in cases {
            let told = ask(&mut world(48), operation, input.clone()).expect_err("a mistake");
            assert!(told.contains(words), "{input}: {told}");
        }
    }

    #[test]
    fn one_bad_id_fails_the_whole_call_and_changes_nothing() {
        let mut world = world(48);
        let ids = |world: &mut World| {
            between(&ask(world, "DescribeInstances", json!({})).expect("a list"), "instanceId")
                .iter()
                .map(|id| (*id).to_owned())
                .collect::<Vec<_>>()
        };
        let id = ids(&mut world)[0].clone();
        let before = world.clone();
        assert!(ask(&mut world, "StopInstances", json!({"InstanceId": [id, "i-0123456789abcdef0"]})).is_err());
        assert!(
            ask(&mut world, "StopInstances", json!({"InstanceId": [id], "DryRun": "true"})).expect_err("dry").contains("DryRunOperation")
        );
        assert_eq!(world, before);
        let body = ask(&mut world, "StopInstances", json!({"InstanceId": [id]})).expect("stopped");
        assert_eq!(between(&body, "name"), ["stopping", "running"]);
    }
}
