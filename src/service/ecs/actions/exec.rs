//! ECS Exec: a command in a container of a task, held on the terminal by the Session Manager plugin.

use aws_sdk_ecs::types::Session as Opened;
use serde_json::json;

use super::calls::{once, one};
use crate::{
    aws::{Aws, problem::problem},
    model::{Problem, ProblemKind, Resource, Severity, Text},
    service::{
        Batch, Consequence, Input, Outcomes, Receipt, Session, Sort, Values,
        ecs::{calls::client, tasks},
        partition,
        row::note,
    },
};

/// The program that holds the session (Systems Manager User Guide, "Install the Session Manager plugin").
pub(super) const PLUGIN: &str = "session-manager-plugin";
/// The variable in which it takes what opens the session; since version 1.2.497 (release notes of the plugin).
const SECRET: &str = "AWS_SSM_START_SESSION_RESPONSE";
/// Bytes of a command; far below what a process takes.
const LONGEST: usize = 8 * 1024;

pub(super) static INPUTS: &[Input] = &[
    Input {
        id: "container",
        title: "container",
        sort: Sort::Line,
        initial: |task| tasks::reachable(task).next().unwrap_or_default().to_owned(),
        hint: |task| tasks::reachable(task).collect::<Vec<_>>().join(", "),
        check: |task, text| {
            let reachable = tasks::reachable(task).any(|name| name == text.trim());
            if reachable { Ok(()) } else { Err(format!("the agent of ECS Exec runs in no such container of {}", task.name)) }
        },
    },
    Input {
        id: "command",
        title: "command",
        sort: Sort::Private,
        initial: |_| "/bin/sh".to_owned(),
        hint: |_| "runs with the rights of the container; the journal has its hash alone".to_owned(),
        check: |_, text| match text.trim() {
            "" => Err("a command".to_owned()),
            text if text.len() > LONGEST => Err(format!("at most {LONGEST} bytes")),
            _ => Ok(()),
        },
    },
];

pub(super) fn offered(task: &Resource) -> Result<(), &'static str> {
    match tasks::state(task) {
        "RUNNING" if !tasks::takes_commands(task) => {
            Err("ECS Exec was not enabled when it was started: enable it for its service and redeploy")
        }
        "RUNNING" if tasks::reachable(task).next().is_none() => {
            Err("the agent of ECS Exec does not run: its task role needs ssmmessages:*, and its network a way to Systems Manager")
        }
        "RUNNING" => Ok(()),
        _ => Err("it does not run"),
    }
}

/// ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec".
pub(super) fn consequences(_: &Resource, values: &Values) -> Vec<Consequence> {
    vec![
        note(Severity::Warning, &format!("a session opens in {}, with all that its container may do", values.get("container"))),
        note(Severity::Notice, "what is changed there is gone with the task; the screen is lent to the session until it ends"),
    ]
}

/// Opens the session, once.
pub(super) async fn exec(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let (row, cluster, id) = one(&batch)?;
    let (name, command) = (batch.values.get("container").trim(), batch.values.get("command").trim());
    let call = aws.client(client).execute_command().cluster(&cluster).task(&id).container(name).command(command).interactive(true);
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    let opened = answer.session().ok_or_else(|| Problem::new(ProblemKind::Garbled, "ECS opened no session", "try again"))?;
    let target = format!("ecs:{cluster}_{id}_{}", tasks::runtime(&row, name).unwrap_or_default());
    let note = Text::new(&format!("session {} in {name}", opened.session_id().unwrap_or_default()));
    Ok(vec![(row.id.clone(), Ok(Receipt { note, session: Some(session(&aws, opened, &target)), ..Receipt::default() }))])
}

/// The words of the plugin are those that the AWS CLI gives it: what opens the session, the region, the operation, the profile, what the
/// operation was asked, and where Systems Manager is.
fn session(aws: &Aws, opened: &Opened, target: &str) -> Session {
    let region = aws.target().region.as_str();
    let suffix = if partition(region) == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let open = json!({
        "SessionId": opened.session_id().unwrap_or_default(),
        "StreamUrl": opened.stream_url().unwrap_or_default(),
        "TokenValue": opened.token_value().unwrap_or_default(),
    });
    let arguments =
        [SECRET, region, "StartSession", "", &json!({ "Target": target }).to_string(), &format!("https://ssm.{region}.{suffix}")];
    Session { program: PLUGIN, arguments: arguments.map(str::to_owned).to_vec(), secret: (SECRET, open.to_string()) }
}
