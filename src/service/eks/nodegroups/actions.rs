//! What can be done to node groups: their size, and the version of their nodes.

mod forms;

use aws_sdk_eks::{
    config::Builder,
    types::{NodegroupScalingConfig, Update},
};
use aws_smithy_types::retry::RetryConfig;

use super::{
    Col,
    progress::{scaled, updated},
};
use crate::{
    aws::Aws,
    model::{Problem, Resource, Severity, Text},
    service::{
        Action, Answer, Batch, Consequence, Outcomes, Receipt, Risk, Turn, Undo, Values,
        eks::{
            calls::{LANE, answered, client},
            level::parts,
        },
        row::{note, number, words},
    },
};

/// Scale and update; in menu order.
pub(in crate::service::eks) static ACTIONS: &[Action] = &[
    Action {
        id: "scale",
        title: "scale (min, desired, max)",
        key: 's',
        risk: Risk::Disruptive,
        offered: at_rest,
        inputs: forms::SIZE,
        consequences: scaling,
        probe: None,
        progress: scaled,
        batch: 1,
        turn: Turn::of(&LANE),
        undo: Some(Undo { action: "scale", values: sizes }),
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(run(aws, batch, scale)),
    },
    Action {
        id: "update",
        title: "update the version of its nodes",
        key: 'u',
        risk: Risk::Disruptive,
        offered: |group| at_rest(group).and_then(|()| own_image(group)),
        inputs: forms::VERSION,
        consequences: updating,
        probe: None,
        progress: updated,
        batch: 1,
        turn: Turn::of(&LANE),
        undo: None,
        out_of: None,
        needs: None,
        run: |aws, batch| Box::pin(run(aws, batch, update)),
    },
];

/// EKS takes one update at a time (EKS API Reference, `ResourceInUseException`).
fn at_rest(group: &Resource) -> Result<(), &'static str> {
    match words(group, Col::State) {
        "ACTIVE" | "DEGRADED" => Ok(()),
        "UPDATING" => Err("another update of it is under way"),
        "CREATING" => Err("it is still being created"),
        "DELETING" => Err("it is being deleted"),
        "CREATE_FAILED" | "DELETE_FAILED" => Err("it has failed: it can only be deleted"),
        _ => Err("its state is not known yet"),
    }
}

/// EKS API Reference, `UpdateNodegroupVersion`: the version of a custom image is that of its launch template.
fn own_image(group: &Resource) -> Result<(), &'static str> {
    if words(group, Col::Image) == "CUSTOM" { Err("its image is its launch template's: change that") } else { Ok(()) }
}

fn scaling(group: &Resource, values: &Values) -> Vec<Consequence> {
    let (now, wanted) = (number(group, Col::Desired), values.number("desired"));
    let step = now.zip(wanted).map_or(0, |(now, wanted)| wanted - now);
    let mut notes: Vec<Consequence> = Vec::new();
    if step < 0 {
        let text = format!(
            "{} terminated: pod disruption budgets are not respected, and no node is waited for longer than 15 minutes",
            nodes(-step)
        );
        notes.push(note(Severity::Warning, &text));
    }
    if step > 0 {
        notes.push(note(Severity::Notice, &format!("{} launched, and charged", nodes(step))));
    }
    if out_of_bounds(values) {
        notes.push(note(Severity::Critical, "desired does not lie between min and max: EKS will refuse"));
    }
    if group.tag("k8s.io/cluster-autoscaler/enabled").is_some() {
        notes.push(note(Severity::Notice, "the Cluster Autoscaler looks after it, and may change the desired size again"));
    }
    notes
}

/// The sizes that it had before, where all are known.
fn sizes(group: &Resource, _: &Values) -> Option<Values> {
    let size = |column| number(group, column);
    Some(Values::new([("min", size(Col::Min)?), ("desired", size(Col::Desired)?), ("max", size(Col::Max)?)]))
}

fn out_of_bounds(values: &Values) -> bool {
    let [min, desired, max] = ["min", "desired", "max"].map(|id| values.number(id));
    min.zip(desired).is_some_and(|(min, desired)| desired < min) || max.zip(desired).is_some_and(|(max, desired)| desired > max)
}

fn nodes(count: i64) -> String {
    if count == 1 { "1 node is".to_owned() } else { format!("{count} nodes are") }
}

/// EKS User Guide, "Update a managed node group": nodes are replaced, a few at a time, after their pods have been evicted.
fn updating(group: &Resource, values: &Values) -> Vec<Consequence> {
    let count = number(group, Col::Desired).map_or_else(|| "the nodes are".to_owned(), nodes);
    let at_once = words(group, Col::Unavailable);
    let pace = if at_once.is_empty() { String::new() } else { format!(", {at_once} at a time") };
    let mut notes = vec![note(Severity::Warning, &format!("{count} replaced{pace}: pods are evicted and start elsewhere"))];
    notes.push(if values.get("force") == "yes" {
        note(Severity::Critical, "forced: pods whose disruption budget forbids the eviction are killed")
    } else {
        note(Severity::Notice, "a pod whose disruption budget forbids its eviction fails the update after 15 minutes")
    });
    if values.get("release").trim().is_empty() {
        notes.push(note(Severity::Notice, "the latest image release for the version is taken"));
    }
    notes
}

/// One call for the one row of a batch.
async fn run(aws: Aws, batch: Batch, call: fn(Aws, String, String, Batch) -> Answer<Option<Update>>) -> Result<Outcomes, Problem> {
    let Some(row) = batch.rows.first().cloned() else { return Ok(Vec::new()) };
    let (cluster, name) = parts(&row.id);
    let update = call(aws, cluster, name, batch).await?;
    let id = update.as_ref().and_then(Update::id).map(|id| Text::new(&format!("EKS calls it update {id}")));
    Ok(vec![(row.id.clone(), Ok(Receipt { note: id.unwrap_or_default(), ..Receipt::default() }))])
}

/// Retries are off: after a lost answer only the state tells whether it was done.
fn once() -> Builder {
    Builder::new().retry_config(RetryConfig::disabled())
}

fn scale(aws: Aws, cluster: String, name: String, batch: Batch) -> Answer<Option<Update>> {
    let size = |id: &str| batch.values.number(id).and_then(|size| i32::try_from(size).ok());
    let sizes =
        NodegroupScalingConfig::builder().set_min_size(size("min")).set_max_size(size("max")).set_desired_size(size("desired")).build();
    Box::pin(async move {
        let call = aws.client(client).update_nodegroup_config().cluster_name(cluster).nodegroup_name(name).scaling_config(sizes);
        let call = call.client_request_token(batch.token.as_str()).customize().config_override(once());
        answered(&aws, call.send().await).map(|answer| answer.update)
    })
}

fn update(aws: Aws, cluster: String, name: String, batch: Batch) -> Answer<Option<Update>> {
    let entered = |id: &str| Some(batch.values.get(id).trim().to_owned()).filter(|text| !text.is_empty());
    let (version, release, force) = (entered("version"), entered("release"), batch.values.get("force") == "yes");
    Box::pin(async move {
        let call = aws.client(client).update_nodegroup_version().cluster_name(cluster).nodegroup_name(name).force(force);
        let call = call.set_version(version).set_release_version(release).client_request_token(batch.token.as_str());
        answered(&aws, call.customize().config_override(once()).send().await).map(|answer| answer.update)
    })
}

#[cfg(test)]
mod tests;
