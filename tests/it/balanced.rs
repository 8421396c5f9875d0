//! The last healthy target of a load balancer: told in the plan and confirmed by typing; and what cannot be told is said.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::sync::Arc;

use quarterdeck::{
    app::state::{Overlay, Plan, Policy, State},
    aws::Aws,
    model::{Resource, Severity},
    service::{self, Batch, Scope, Values},
    sim::{Settings, Sim, Sizes},
};

use crate::{
    acts::rows,
    moto::Moto,
    pilot::{Pilot, door, endpoint, sim, target},
    python::venv,
};

/// What is said beforehand about doing something to these rows, without what a dry run or protection has to say.
async fn told(aws: &Aws, kind: &str, action: &str, rows: Vec<Resource>) -> Vec<(Severity, String)> {
    let probe = service::kind(kind).unwrap().action(action).unwrap().probe.unwrap();
    let batch = Batch { rows: rows.into_iter().map(Arc::new).collect(), values: Values::default(), token: "0123".into() };
    probe(aws.clone(), batch).await.unwrap().into_iter().map(|note| (note.severity, note.text.to_string())).collect()
}

async fn named(aws: &Aws, kind: &str, start: &str) -> Vec<Resource> {
    let mut all = rows(aws, kind, Scope::All).await;
    let state = |row: &Resource| service::kind(kind).unwrap().cell(row, "state").words().into_owned();
    all.retain(|row| row.name.as_str().starts_with(start) && matches!(state(row).as_str(), "running" | "RUNNING" | "InService"));
    all
}

async fn session(sim: &Sim) -> Aws {
    Aws::open(target("eu-west-1"), &door(sim)).await.unwrap()
}

fn asked(sim: &Sim, operation: &str) -> u64 {
    sim.calls().get(&("elasticloadbalancing".to_owned(), operation.to_owned())).copied().unwrap_or_default()
}

fn plan(state: &State) -> Option<&Plan> {
    match &state.nav.overlay {
        Some(Overlay::Plan(plan)) => Some(plan),
        _ => None,
    }
}

/// The plan of an action on the one row that a filter leaves, once AWS has been asked.
async fn planned(sim: &Sim, kind: &str, filter: &str, keys: &str) -> Pilot {
    let mut pilot = Pilot::new(door(sim), &["eu-west-1"], Policy::Operator);
    pilot.enter(&format!(":{kind}"));
    pilot.enter(&format!("/{filter}"));
    let listed = |state: &State| state.selected().is_some_and(|(_, row)| row.cells.known().any(|cell| !cell.words().is_empty()));
    pilot.until("the row", listed).await;
    assert_eq!(asked(sim, "DescribeTargetGroups") + asked(sim, "DescribeTargetHealth"), 0, "nothing is asked before anything is planned");
    pilot.press(keys);
    pilot.until("AWS was asked", |state| plan(state).is_some_and(|plan| !plan.probe.loading())).await;
    pilot
}

#[tokio::test]
async fn the_last_healthy_target_is_confirmed_by_its_name() {
    for (kind, filter, keys, says) in [
        ("ec2", "bastion state:running", "a r", "is the last healthy target of bastion-ssh"),
        ("ecs-tasks", "web-staging state:RUNNING", "a s Ctrl-s", "is the last healthy target of ecs-web-staging"),
    ] {
        let mut pilot = planned(&sim(Settings::default()), kind, filter, keys).await;
        let plan = plan(&pilot.state).unwrap();
        let notes = plan.probe.value().unwrap();
        let name = plan.rows[0].resource.name.to_string();
        assert!(
            notes.iter().any(|note| note.severity == Severity::Critical && note.text.as_str() == format!("{name} {says}")),
            "{notes:?}"
        );
        assert_eq!(plan.expects.as_deref(), Some(name.as_str()), "{kind}");
        pilot.press("y");
        assert!(pilot.state.runs.is_empty(), "a plain yes is not enough");
    }
}

/// What a group can spare is not told, the whole of what is healthy in it is.
#[tokio::test]
async fn what_is_left_of_a_target_group_is_told_of_instances_members_and_tasks() {
    let sim = sim(Settings::default());
    let aws = session(&sim).await;
    let web = named(&aws, "ec2", "web-").await;
    assert_eq!(told(&aws, "ec2", "stop", vec![web[0].clone()]).await, []);
    let all = told(&aws, "ec2", "terminate", web.clone()).await;
    assert_eq!(all, [(Severity::Critical, format!("all {} healthy targets of web-http: none is left", web.len() - 1))], "one is ill");
    let some = told(&aws, "ec2", "standby", web[..4].to_vec()).await;
    assert!(some.len() == 1 && some[0].0 == Severity::Warning && some[0].1.contains("healthy targets of web-http ("), "{some:?}");

    let health = asked(&sim, "DescribeTargetHealth");
    let groups = asked(&sim, "DescribeTargetGroups");
    let mut members = rows(&aws, "asg-instances", Scope::All).await;
    members.retain(|row| web.iter().any(|instance| instance.id == row.id));
    for action in ["standby", "terminate"] {
        assert_eq!(told(&aws, "asg-instances", action, members.clone()).await, all, "{action}");
    }
    let more = (asked(&sim, "DescribeTargetHealth") - health, asked(&sim, "DescribeTargetGroups") - groups);
    assert_eq!(more, (2, 0), "its group names the one target group to look at");

    let tasks = named(&aws, "ecs-tasks", "web ").await;
    assert_eq!(told(&aws, "ecs-tasks", "stop", vec![tasks[0].clone()]).await, []);
    assert_eq!(
        told(&aws, "ecs-tasks", "stop", tasks.clone()).await,
        [(Severity::Critical, format!("all {} healthy targets of ecs-web: none is left", tasks.len()))]
    );
    assert_eq!(told(&aws, "ecs-tasks", "stop", named(&aws, "ecs-tasks", "feed").await).await, [], "no load balancer has them");
}

#[tokio::test]
async fn what_may_not_be_looked_at_is_said_and_the_rest_is_told() {
    let sim = sim(Settings::default());
    let aws = session(&sim).await;
    let rows = [("ec2", "reboot", "bastion"), ("asg-instances", "standby", "i-"), ("ecs-tasks", "stop", "web-staging")];
    for operation in ["DescribeTargetGroups", "DescribeTargetHealth"] {
        for (kind, action, start) in rows {
            let chosen = named(&aws, kind, start).await;
            sim.set_faults(format!("deny@elasticloadbalancing/{operation}=1").parse().unwrap());
            let notes = told(&aws, kind, action, chosen).await;
            sim.set_faults("".parse().unwrap());
            if operation == "DescribeTargetGroups" && kind != "ec2" {
                assert!(notes.iter().all(|(_, text)| !text.contains("not known")), "it is not needed: {notes:?}");
                continue;
            }
            assert!(notes.len() == 1 && notes[0].0 == Severity::Warning, "{kind} {operation}: {notes:?}");
            assert!(notes[0].1.starts_with("whether it is the last healthy target of a load balancer is not known: "), "{notes:?}");
        }
    }
}

/// A plan asks about a limited number of target groups, those of the rows' own groups first, and says what it has not looked at.
#[tokio::test]
async fn where_there_are_too_many_target_groups_the_rest_is_said() {
    let sizes = Sizes { instances: 48 * 40, ..Sizes::DEMO };
    let sim = sim(Settings { sizes, page: 1_000, ..Settings::default() });
    let aws = session(&sim).await;
    let group = |row: &Resource| row.tag("aws:autoscaling:groupName").is_some_and(|group| group.as_str() == "web-asg-9");
    let web: Vec<Resource> = named(&aws, "ec2", "web-").await.into_iter().filter(group).collect();
    let notes = told(&aws, "ec2", "stop", web).await;
    assert!(notes[0].0 == Severity::Critical && notes[0].1.contains("healthy targets of web-http-9: none is left"), "{notes:?}");
    let last = notes.last().unwrap();
    assert!(last.0 == Severity::Warning && last.1.starts_with("14 target groups were not looked at"), "{notes:?}");
    assert_eq!(asked(&sim, "DescribeTargetHealth"), 30);
}

/// moto keeps target groups too, and says that whatever is registered is healthy.
#[tokio::test]
async fn moto_agrees() {
    let Some(venv) = venv() else { return };
    let mut moto = Moto::start(venv);
    moto.ready().await;
    let ids = moto.script("moto_balanced.py", &[]);
    let (alone, pair) = ids.split_once(' ').unwrap();
    let aws = Aws::open(target("eu-west-1"), &endpoint(&moto.url())).await.unwrap();
    for (id, expected) in [(alone, "is the last healthy target of alone"), (pair, "1 of the 2 healthy targets of pair (50 %)")] {
        let row = rows(&aws, "ec2", Scope::Ids(vec![id.into()])).await;
        let notes = told(&aws, "ec2", "stop", row).await;
        assert!(notes.len() == 1 && notes[0].1.ends_with(expected), "{notes:?}");
    }
}
