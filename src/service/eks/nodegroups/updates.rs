//! How the latest update of a node group ended: the node group itself only says that it is active again.

use aws_sdk_eks::types::{Update, UpdateStatus};

use super::Col;
use crate::{
    aws::Aws,
    model::{Cell, Problem, Text, resource::Overlay},
    service::{
        eks::{
            calls::{PAGE, answered, turn},
            issues,
        },
        row::joined,
    },
};

/// The latest update of a node group. EKS lists their ids in no promised order, so each is looked at: one call for each update there
/// ever was, which are few, and only of a node group that somebody waits for. `None` when there is none, or when it cannot be known.
pub(super) async fn latest(aws: &Aws, cluster: &str, name: &str) -> Option<Update> {
    let found = find(aws, cluster, name).await;
    found.inspect_err(|problem| tracing::info!(cluster, name, problem = problem.line(), "the latest update is not known")).ok().flatten()
}

async fn find(aws: &Aws, cluster: &str, name: &str) -> Result<Option<Update>, Problem> {
    let mut latest: Option<Update> = None;
    for id in ids(aws, cluster, name).await? {
        let call = turn(aws).await.describe_update().name(cluster).nodegroup_name(name).update_id(id);
        let update = answered(aws, call.send().await)?.update;
        let when = |update: &Option<Update>| update.as_ref().and_then(|update| update.created_at).map(|at| at.as_nanos());
        if when(&update) > when(&latest) {
            latest = update;
        }
    }
    Ok(latest)
}

async fn ids(aws: &Aws, cluster: &str, name: &str) -> Result<Vec<String>, Problem> {
    let (mut ids, mut token) = (Vec::new(), None);
    loop {
        let call = turn(aws).await.list_updates().name(cluster).nodegroup_name(name).max_results(PAGE).set_next_token(token);
        let answer = answered(aws, call.send().await)?;
        ids.extend_from_slice(answer.update_ids());
        token = answer.next_token().map(str::to_owned);
        if token.is_none() {
            return Ok(ids);
        }
    }
}

/// Tells of an update in the cells of its node group.
pub(super) fn lay(overlay: &mut Overlay, update: Option<&Update>) {
    let Some(update) = update else { return };
    let status = update.status().map_or("", UpdateStatus::as_str);
    let errors = joined(update.errors().iter().map(|error| {
        let code = error.error_code().map_or("Unknown", |code| code.as_str());
        format!("{code}: {}", error.error_message().unwrap_or("no reason given"))
    }));
    overlay.cells[Col::Update as usize].1 = issues::state(status);
    overlay.cells[Col::UpdateError as usize].1 = Cell::text(errors.map(|list| Text::new(&list)));
}
