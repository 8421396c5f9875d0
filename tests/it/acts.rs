//! Actions of the services from the key to the state asked for, against the simulated AWS, through the real SDK.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use quarterdeck::{
    app::{
        msg::{Edit, Msg},
        state::{Overlay, Policy, Screen, Step},
    },
    aws::Aws,
    model::{KindId, Problem, ProblemKind, Resource, compare::Line, resource::Page},
    service::{
        self, Outcomes, Progress, Receipt, Scope, Values,
        executor::{Ear, Errand, Halt, execute},
    },
    sim::{Settings, Sim},
};
use tokio::sync::mpsc;

use crate::{
    moto::Moto,
    pilot::{Pilot, Unwritten, door, endpoint, sim, target},
    python::venv,
};

/// The list of a kind with the cursor on the one row that a filter leaves.
async fn on(kind: &str, filter: &str) -> Pilot {
    within(&sim(Settings::default()), kind, filter).await
}

async fn within(sim: &Sim, kind: &str, filter: &str) -> Pilot {
    let mut pilot = Pilot::new(door(sim), &["eu-west-1"], Policy::Operator);
    pilot.enter(&format!(":{kind}"));
    pilot.enter(&format!("/{filter}"));
    let described = |state: &quarterdeck::app::state::State| {
        state.selected().is_some_and(|(_, row)| row.cells.known().any(|cell| !cell.words().is_empty()))
    };
    pilot.until("the row", described).await;
    pilot
}

fn write(pilot: &mut Pilot, text: &str) {
    pilot.feed(Msg::Typed(Edit::Line));
    for c in text.chars() {
        pilot.feed(Msg::Typed(Edit::Char(c)));
    }
}

/// Confirms the plan in front and follows the run to its end.
async fn confirm(pilot: &mut Pilot) {
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { unreachable!("the plan is in front") };
    match plan.expects.clone() {
        Some(word) => {
            word.chars().for_each(|c| pilot.press(&c.to_string()));
            pilot.press("Enter");
        }
        None => pilot.press("y"),
    }
    pilot.until("the end of the run", |state| state.runs.iter().all(|run| run.rows.iter().all(|(.., step)| step.over()))).await;
    let run = pilot.state.runs.last().expect("a run");
    assert!(run.rows.iter().all(|(.., step)| matches!(step, Step::Done { .. })), "{:?}", run.rows);
}

#[tokio::test]
async fn a_group_grows() {
    let mut pilot = on("asg", "web-asg").await;
    let desired = |pilot: &Pilot| {
        let (_, row) = pilot.state.selected().expect("a row");
        let kind = pilot.state.list().expect("a list").kind;
        kind.cell(&row, "desired").words().parse::<usize>().expect("a number")
    };
    let before = desired(&pilot);
    pilot.press("a s");
    write(&mut pilot, &(before + 1).to_string());
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
    assert_eq!(desired(&pilot), before + 1);
}

/// What the plan of a stop proposes: the group keeps the instance and lists it as standby.
#[tokio::test]
async fn a_member_is_put_into_standby_from_its_instance() {
    let mut pilot = on("ec2", "web-1a state:running").await;
    pilot.press("a S");
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { unreachable!("the plan is in front") };
    assert!(plan.rows[0].consequences.iter().any(|note| note.text.as_str().contains("put it into standby first (b)")));
    let id = plan.rows[0].key.id.to_string();
    pilot.press("Esc a b Ctrl-s");
    confirm(&mut pilot).await;
    pilot.enter(":asg-instances");
    pilot.enter(&format!("/id:{id}"));
    let standby = |state: &quarterdeck::app::state::State| state.selected().map(|(_, row)| words("asg-instances", &row, "state"));
    pilot.until("standby", |state| standby(state).as_deref() == Some("Standby")).await;
}

#[tokio::test]
async fn a_service_is_scaled_and_counted() {
    let mut pilot = on("ecs-services", "feed").await;
    pilot
        .until("its numbers", |state| {
            state.selected().is_some_and(|(_, row)| row.cells.known().filter(|cell| !cell.words().is_empty()).count() > 5)
        })
        .await;
    pilot.press("a s");
    write(&mut pilot, "4");
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
}

#[tokio::test]
async fn a_task_is_stopped_and_its_service_is_said_to_replace_it() {
    let mut pilot = on("ecs-tasks", "state:RUNNING group:*feed").await;
    pilot.press("a s Ctrl-s");
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { unreachable!("the plan is in front") };
    assert!(plan.rows[0].consequences.iter().any(|note| note.text.as_str().contains("starts another in its place")));
    confirm(&mut pilot).await;
}

#[tokio::test]
async fn a_function_is_invoked_and_its_answer_is_read() {
    let mut pilot = on("lambda", "cart-api !cart-api-2").await;
    pilot.press("a i");
    write(&mut pilot, "{\"order\": 4711}");
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
    let Screen::Report(report) = pilot.state.screen() else { panic!("no report: {:?}", pilot.state.screen()) };
    let text: Vec<&str> = report.lines.iter().map(quarterdeck::model::Text::as_str).collect();
    assert!(
        text.iter().any(|line| line.contains("\"order\": 4711")) && text.iter().any(|line| line.contains("Billed Duration")),
        "{text:?}"
    );
}

#[tokio::test]
async fn a_function_is_braked_until_that_is_real() {
    let mut pilot = on("lambda", "mail-sender !mail-sender-2").await;
    pilot.press("a b");
    confirm(&mut pilot).await;
    let (_, row) = pilot.state.selected().expect("a row");
    let kind = pilot.state.list().expect("a list").kind;
    assert_eq!(kind.cell(&row, "reserved").words(), "0");
    assert!((kind.findings)(&row, pilot.state.now).iter().any(|finding| finding.code == "braked"));
    assert!(pilot.state.report.as_ref().is_some_and(|(.., lines)| lines.iter().any(|line| line.as_str().contains("was 20"))));
    pilot.press("Esc a r Ctrl-s");
    confirm(&mut pilot).await;
    let (_, row) = pilot.state.selected().expect("a row");
    assert_eq!(kind.cell(&row, "reserved").words(), "20");
}

#[tokio::test]
async fn two_revisions_are_held_against_each_other() {
    let mut pilot = on("ecs-taskdefs", "web").await;
    pilot.until("two revisions", |state| state.list().is_some_and(|list| list.view.order().len() > 1)).await;
    pilot.press("g Space =");
    let lines = |state: &quarterdeck::app::state::State| match state.screen() {
        Screen::Comparison(both) => both.lines.clone(),
        _ => Vec::new(),
    };
    pilot.until("where they differ", |state| !lines(state).is_empty()).await;
    let changed: Vec<_> = lines(&pilot.state).into_iter().filter(|(line, _)| matches!(line, Line::First | Line::Second)).collect();
    assert!(changed.iter().any(|(_, text)| text.as_str().contains("revision:")), "{changed:?}");
    assert!(changed.iter().any(|(_, text)| text.as_str().contains("image:")), "{changed:?}");
    pilot.press("Esc");
    pilot.press("* =");
    assert!(pilot.state.toasts.iter().any(|toast| toast.text.as_str().contains("mark two rows")));
}

#[tokio::test]
async fn a_job_is_submitted_and_its_id_is_told() {
    let mut pilot = on("batch-jobdefs", "invoice-pdf revision:21").await;
    pilot.press("a s");
    write(&mut pilot, "reports");
    pilot.press("Ctrl-s");
    confirm(&mut pilot).await;
    let (_, _, told) = pilot.state.report.clone().expect("a report");
    let id = told[1].as_str().trim().to_owned();
    pilot.press("Esc");
    pilot.enter(":batch-jobs");
    pilot.enter(&format!("/id:{id}"));
    pilot.until("the job", |state| state.selected().is_some_and(|(key, _)| key.id.as_str() == id)).await;
}

#[tokio::test]
async fn jobs_in_bulk_are_terminated_and_seen_to_end() {
    let sim = sim(Settings::default());
    let mut pilot = within(&sim, "batch-jobs", "queue:simulate").await;
    pilot.until("all five", |state| state.list().is_some_and(|list| list.view.order().len() == 5)).await;
    pilot.press("Space Space Space a t Ctrl-s");
    confirm(&mut pilot).await;
    assert_eq!(pilot.state.runs.last().map(|run| run.rows.len()), Some(3));
    let calls = |name: &str| sim.calls().get(&("batch".to_owned(), name.to_owned())).copied();
    assert_eq!((calls("TerminateJobs"), calls("TerminateJob")), (Some(1), None));
}

#[tokio::test]
async fn a_queue_is_turned_off_and_on_again() {
    let mut pilot = on("batch", "etl").await;
    let state = |pilot: &Pilot| words("batch", &pilot.state.selected().expect("a row").1, "state");
    for (key, expected) in [("x", "DISABLED"), ("e", "ENABLED")] {
        pilot.press(&format!("a {key}"));
        confirm(&mut pilot).await;
        assert_eq!(state(&pilot), expected);
    }
}

/// Enter on an array shows its children, Enter on any other job its facts.
#[tokio::test]
async fn an_array_opens_into_its_children_and_back() {
    let mut pilot = on("batch-jobs", "monthly-report-2").await;
    let parent = pilot.state.selected().expect("a row").0;
    pilot.press("Enter");
    pilot.until("twelve children", |state| state.list().is_some_and(|list| list.view.order().len() == 12)).await;
    pilot.press("Enter");
    assert!(matches!(pilot.state.screen(), Screen::Detail(_)), "{:?}", pilot.state.screen());
    pilot.press("Esc Esc");
    assert_eq!(pilot.state.selected().map(|(key, _)| key), Some(parent));
}

/// What waits says why: the words of Batch at the head, the number before it behind.
#[tokio::test]
async fn a_job_that_waits_says_why() {
    let mut pilot = on("batch-jobs", "queue:simulate").await;
    let why = |state: &quarterdeck::app::state::State, start: &str| {
        let table = state.fleet.tables.get(&KindId("batch-jobs"));
        table.is_some_and(|table| table.rows().any(|(_, row)| words("batch-jobs", &row.resource, "why").starts_with(start)))
    };
    pilot.until("the head", |state| why(state, "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT")).await;
    pilot.until("those behind it", |state| why(state, "it asks for 32 vCPUs, its environments may have 16 at most")).await;
    let mut pilot = on("batch-jobs", "queue:render").await;
    pilot.until("those behind the other", |state| why(state, "one job is before it")).await;
    let mut pilot = on("batch-jobs", "queue:nightly").await;
    pilot.until("those in a queue that is off", |state| why(state, "its queue nightly is off")).await;
}

#[test]
fn boto3_reads_and_does_the_same() {
    crate::sim::script("compute.py", Settings::default());
}

/// The rows of a kind with everything laid over them, by name.
pub(crate) async fn rows(aws: &Aws, kind: &str, scope: Scope) -> Vec<Resource> {
    let (sender, mut pages) = mpsc::channel::<Page>(64);
    let list = service::kind(kind).expect("a kind").list;
    let collect = async {
        let (mut rows, mut overlays) = (Vec::new(), Vec::new());
        while let Some(page) = pages.recv().await {
            rows.extend(page.rows);
            overlays.extend(page.overlays);
        }
        (rows, overlays)
    };
    let (result, (mut rows, overlays)) = futures::join!(list(aws.clone(), scope, sender), collect);
    assert!(result.expect("listed").is_empty());
    for overlay in overlays {
        let row = rows.iter_mut().find(|row| row.id == overlay.id).expect("its row");
        overlay.cells.into_iter().for_each(|(at, cell)| row.cells.set(at, cell));
    }
    // The first instances of a bigger region come again with their zones.
    rows.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    rows.dedup_by(|a, b| a.id == b.id);
    rows
}

fn words(kind: &str, row: &Resource, column: &str) -> String {
    service::kind(kind).expect("a kind").cell(row, column).words().into_owned()
}

/// Does something to a row, and looks at it again.
async fn act(aws: &Aws, kind: &str, action: &'static str, row: &Resource, values: Values) -> Resource {
    done(aws, kind, action, row, values).await;
    rows(aws, kind, Scope::Ids(vec![row.id.clone()])).await.remove(0)
}

/// Does something to a row.
async fn done(aws: &Aws, kind: &str, action: &'static str, row: &Resource, values: Values) -> Receipt {
    match outcomes(aws, kind, action, std::slice::from_ref(row), values).await.remove(0).1 {
        Ok(receipt) => receipt,
        Err(problem) => panic!("{action}: {problem:?}"),
    }
}

/// Tries to do something to rows of which AWS takes none; gives what it says to the first.
async fn refused(aws: &Aws, kind: &str, action: &'static str, rows: &[Resource], values: Values) -> Problem {
    outcomes(aws, kind, action, rows, values).await.remove(0).1.expect_err(action)
}

async fn outcomes(aws: &Aws, kind: &str, action: &'static str, rows: &[Resource], values: Values) -> Outcomes {
    let rows = rows.iter().cloned().map(Arc::new).collect();
    let errand = Errand { action, rows, values, token: || "0123".into(), halt: Halt::default(), ear: Ear::default() };
    execute(Policy::Operator, aws.clone(), service::kind(kind).expect("a kind"), errand, &Unwritten).concat().await
}

/// Does something to a row, and looks at it until it is where that sends it.
async fn followed(aws: &Aws, kind: &str, action: &'static str, row: &Resource, values: Values) -> Resource {
    done(aws, kind, action, row, values.clone()).await;
    let progress = service::kind(kind).and_then(|kind| kind.action(action)).expect("an action").progress;
    let looking = async {
        let mut pause = tokio::time::interval(Duration::from_millis(100));
        loop {
            pause.tick().await;
            let now = rows(aws, kind, Scope::Ids(vec![row.id.clone()])).await.pop();
            match (progress(now.as_ref(), &values), now) {
                (Progress::Settled, Some(row)) => return row,
                (Progress::Moving, _) => {}
                (strayed, now) => panic!("{action}: {strayed:?} {now:?}"),
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), looking).await.expect("it gets there within a minute")
}

#[tokio::test]
async fn moto_is_listed_whole_and_obeys() {
    let Some(venv) = venv() else { return };
    let mut moto = Moto::start(venv);
    moto.ready().await;
    moto.script("moto_compute.py", &[]);
    let aws = Aws::open(target("eu-west-1"), &endpoint(&moto.url())).await.expect("a session");
    groups_of_moto(&aws).await;
    services_of_moto(&aws).await;
    functions_of_moto(&aws).await;
    jobs_of_moto(&aws).await;
}

async fn groups_of_moto(aws: &Aws) {
    let groups = rows(aws, "asg", Scope::All).await;
    assert_eq!(
        (groups.len(), words("asg", &groups[0], "in_service"), words("asg", &groups[0], "max")),
        (1, "2".to_owned(), "5".to_owned())
    );
    assert_eq!(rows(aws, "asg-instances", Scope::All).await.len(), 2);
    let grown = act(aws, "asg", "set-desired", &groups[0], Values::new([("desired", "3")])).await;
    assert_eq!(words("asg", &grown, "desired"), "3");
    let held = act(aws, "asg", "suspend", &groups[0], Values::new([("processes", "Launch, Terminate")])).await;
    assert!(words("asg", &held, "suspended").contains("Launch"));
    assert_eq!(words("asg", &act(aws, "asg", "resume", &held, Values::default()).await, "suspended"), "");
    let member = rows(aws, "asg-instances", Scope::All).await.remove(0);
    let lower = Values::new([("capacity", "one less")]);
    let aside = act(aws, "asg-instances", "standby", &member, lower.clone()).await;
    assert_eq!(words("asg-instances", &aside, "state"), "Standby");
    let back = act(aws, "asg-instances", "return", &aside, Values::default()).await;
    assert_eq!(words("asg-instances", &back, "state"), "InService");
    done(aws, "asg-instances", "terminate", &back, lower).await;
    assert!(rows(aws, "asg-instances", Scope::Ids(vec![back.id.clone()])).await.is_empty(), "{} is gone", back.id);
    // moto has no instance refresh: its web server answers with a page that says so, which is no answer of AWS.
    for action in ["refresh", "cancel-refresh"] {
        let problem = refused(aws, "asg", action, &groups, Values::default()).await;
        assert_eq!(problem.kind, ProblemKind::Service, "{problem:?}");
    }
}

async fn services_of_moto(aws: &Aws) {
    // Batch's environment has a cluster of its own.
    assert!(rows(aws, "ecs", Scope::All).await.iter().any(|row| row.name.as_str() == "shop"));
    let services = rows(aws, "ecs-services", Scope::All).await;
    assert_eq!((services.len(), services[10].id.as_str()), (11, "shop/web-10"));
    assert!(services.iter().all(|row| words("ecs-services", row, "desired") == "2" && words("ecs-services", row, "definition") == "web:1"));
    let scaled = act(aws, "ecs-services", "scale", &services[10], Values::new([("desired", "4")])).await;
    assert_eq!(words("ecs-services", &scaled, "desired"), "4");
    let again = act(aws, "ecs-services", "redeploy", &scaled, Values::default()).await;
    assert_eq!(words("ecs-services", &again, "definition"), "web:1");
    let definition = rows(aws, "ecs-taskdefs", Scope::All).await.remove(0);
    assert_eq!(definition.id.as_str(), "web:1");
    let values = [("cluster", "shop"), ("count", "2"), ("launch", "FARGATE"), ("subnets", "subnet-1"), ("groups", "")];
    done(aws, "ecs-taskdefs", "run", &definition, Values::new(values)).await;
    let tasks = rows(aws, "ecs-tasks", Scope::All).await;
    assert!(tasks.len() == 2 && tasks.iter().all(|task| words("ecs-tasks", task, "state") == "RUNNING"), "{tasks:?}");
    let stopped = followed(aws, "ecs-tasks", "stop", &tasks[0], Values::new([("reason", "for want of work")])).await;
    assert_eq!(
        (words("ecs-tasks", &stopped, "state"), words("ecs-tasks", &stopped, "reason")),
        ("STOPPED".to_owned(), "for want of work".to_owned())
    );
    let left = rows(aws, "ecs-tasks", Scope::Ids(vec![tasks[1].id.clone()])).await;
    assert_eq!(words("ecs-tasks", &left[0], "state"), "RUNNING");
}

async fn functions_of_moto(aws: &Aws) {
    let functions = rows(aws, "lambda", Scope::All).await;
    assert_eq!((functions.len(), words("lambda", &functions[50], "timeout")), (51, "7".to_owned()));
    let braked = act(aws, "lambda", "brake", &functions[50], Values::default()).await;
    assert_eq!(words("lambda", &braked, "reserved"), "0");
    let released = act(aws, "lambda", "release", &braked, Values::new([("reserved", "7")])).await;
    assert_eq!(words("lambda", &released, "reserved"), "7");
    // Without containers a function of moto answers with what it was given.
    let given = r#"{"order": 4711}"#;
    for (how, status, answer) in [("sync", "200", given), ("async", "202", given), ("dry-run", "204", "")] {
        let values = Values::new([("payload", given), ("qualifier", "$LATEST"), ("type", how)]);
        let receipt = done(aws, "lambda", "invoke", &functions[50], values).await;
        assert!(receipt.report.iter().any(|line| line.as_str().contains(status)), "{receipt:?}");
        assert_eq!(String::from_utf8(receipt.reply.expect("an answer").body).as_deref(), Ok(answer), "{how}");
    }
    let source = rows(aws, "lambda-sources", Scope::All).await.remove(0);
    for (action, state) in [("disable", "Disabled"), ("enable", "Enabled")] {
        let now = rows(aws, "lambda-sources", Scope::Ids(vec![source.id.clone()])).await.remove(0);
        assert_eq!(words("lambda-sources", &act(aws, "lambda-sources", action, &now, Values::default()).await, "state"), state);
    }
}

async fn jobs_of_moto(aws: &Aws) {
    let queues = rows(aws, "batch", Scope::All).await;
    assert_eq!((queues.len(), words("batch", &queues[0], "environments")), (1, "on-hand".to_owned()));
    assert_eq!(words("batch-envs", &rows(aws, "batch-envs", Scope::All).await[0], "managed"), "UNMANAGED");
    let jobs = rows(aws, "batch-jobs", Scope::All).await;
    let (waiting, over): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.name.as_str().starts_with("waits"));
    assert_eq!((over.len(), words("batch-jobs", &over[2], "state")), (3, "SUCCEEDED".to_owned()));
    ended_in_moto(aws, &waiting).await;
    let definitions = rows(aws, "batch-jobdefs", Scope::All).await;
    assert_eq!((definitions[0].id.as_str(), words("batch-jobdefs", &definitions[0], "memory")), ("work:1", "512".to_owned()));
    let values = Values::new([("queue", "jobs"), ("name", "mine"), ("array", "2"), ("overrides", r#"{"command": ["false"]}"#)]);
    done(aws, "batch-jobdefs", "submit", &definitions[0], values).await;
    let jobs = rows(aws, "batch-jobs", Scope::All).await;
    let mine = jobs.iter().find(|row| row.name.as_str() == "mine" && !row.id.as_str().contains(':')).expect("what was submitted");
    assert_eq!(rows(aws, "batch-jobs", Scope::Within(KindId("batch-jobs"), Arc::new(mine.clone()))).await.len(), 2);
    let off = act(aws, "batch", "disable", &queues[0], Values::default()).await;
    assert_eq!(words("batch", &off, "state"), "DISABLED");
    assert_eq!(words("batch", &act(aws, "batch", "enable", &off, Values::default()).await, "state"), "ENABLED");
    let environment = rows(aws, "batch-envs", Scope::All).await.remove(0);
    let off = act(aws, "batch-envs", "disable", &environment, Values::default()).await;
    assert_eq!(words("batch-envs", &off, "state"), "DISABLED");
    assert_eq!(words("batch-envs", &act(aws, "batch-envs", "enable", &off, Values::default()).await, "state"), "ENABLED");
}

async fn ended_in_moto(aws: &Aws, waiting: &[Resource]) {
    assert!(waiting.len() == 5 && waiting.iter().all(|job| words("batch-jobs", job, "state") == "PENDING"), "{waiting:?}");
    for (action, job) in ["cancel", "terminate"].into_iter().zip(waiting) {
        let ended = followed(aws, "batch-jobs", action, job, Values::new([("reason", "for want of time")])).await;
        assert_eq!(
            (words("batch-jobs", &ended, "state"), words("batch-jobs", &ended, "reason")),
            ("FAILED".to_owned(), "for want of time".to_owned())
        );
    }
    // moto does not know the calls for many jobs at once: its web server says so, in no words of AWS.
    for action in ["cancel", "terminate"] {
        let problem = refused(aws, "batch-jobs", action, &waiting[2..4], Values::new([("reason", "for want of time")])).await;
        assert_eq!(problem.kind, ProblemKind::Garbled, "{problem:?}");
    }
    let left = rows(aws, "batch-jobs", Scope::Ids(vec![waiting[4].id.clone()])).await;
    assert_eq!(words("batch-jobs", &left[0], "state"), "PENDING");
}
