//! Why a job waits for a machine: its queue, the environments of that, what it asks for, and who is before it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_batch::types::{CeState, CeStatus, ComputeEnvironmentDetail, FrontOfQueueDetail, JobQueueDetail, JqState, JqStatus};
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    CALLS,
    calls::{PAGE, client, environment_page, last, queue_page},
    queues::environments,
};
use crate::{
    aws::{Aws, problem::problem},
    model::Problem,
};

/// What is known of the queues that jobs wait in.
pub(super) struct Reasons {
    queues: BTreeMap<String, JobQueueDetail>,
    environments: BTreeMap<String, ComputeEnvironmentDetail>,
    /// Ids of the jobs at the front of each queue, in their order (Batch API Reference, `GetJobQueueSnapshot`: the first hundred).
    fronts: BTreeMap<String, Vec<String>>,
}

impl Reasons {
    /// Asks about queues: three questions, and one more for each further queue.
    pub(super) async fn of(aws: &Aws, names: &BTreeSet<String>) -> Result<Self, Problem> {
        let mut known = Self { queues: BTreeMap::new(), environments: BTreeMap::new(), fronts: BTreeMap::new() };
        let names: Vec<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
        for names in names.chunks(PAGE) {
            let (queues, _) = queue_page(aws, names, None).await?;
            known.queues.extend(queues.into_iter().filter_map(|queue| Some((queue.job_queue_name()?.to_owned(), queue))));
        }
        let offered: BTreeSet<String> = known.queues.values().flat_map(environments).collect();
        for names in offered.into_iter().collect::<Vec<_>>().chunks(PAGE) {
            let (page, _) = environment_page(aws, names, None).await?;
            known.environments.extend(page.into_iter().filter_map(|one| Some((one.compute_environment_name()?.to_owned(), one))));
        }
        let fronts = stream::iter(&names).then(|name| async move { Ok::<_, Problem>((name.clone(), front(aws, name).await?)) });
        known.fronts = fronts.try_collect().await?;
        Ok(known)
    }

    /// Why one job waits, in one sentence. What Batch itself says of it goes first.
    pub(super) fn of_job(&self, queue: &str, id: &str, asked: (Option<i64>, Option<i64>), told: &str) -> String {
        if !told.is_empty() {
            return told.to_owned();
        }
        let Some(known) = self.queues.get(queue) else { return format!("its queue {queue} is gone") };
        let offered: Vec<&ComputeEnvironmentDetail> = environments(known).filter_map(|name| self.environments.get(&name)).collect();
        let reasons = [unsound(known), closed(&offered), too_big(&offered, asked.0), self.behind(queue, id), full(&offered)];
        reasons.into_iter().flatten().next().unwrap_or_else(|| "its environment is starting machines for it".to_owned())
    }

    fn behind(&self, queue: &str, id: &str) -> Option<String> {
        let front = self.fronts.get(queue)?;
        match front.iter().position(|job| job == id) {
            Some(0) => None,
            Some(1) => Some("one job is before it".to_owned()),
            Some(before) => Some(format!("{before} jobs are before it")),
            None if front.is_empty() => None,
            None => Some(format!("at least {} jobs are before it", front.len())),
        }
    }
}

async fn front(aws: &Aws, queue: &str) -> Result<Vec<String>, Problem> {
    let answer = aws.through(&CALLS, client).await.get_job_queue_snapshot().job_queue(queue).send().await;
    let answer = answer.map_err(|error| problem(error, aws.target()))?;
    let jobs = answer.front_of_queue().map(FrontOfQueueDetail::jobs).unwrap_or_default();
    Ok(jobs.iter().filter_map(|job| job.job_arn()).map(|arn| last(arn).to_owned()).collect())
}

fn unsound(queue: &JobQueueDetail) -> Option<String> {
    let name = queue.job_queue_name().unwrap_or_default();
    match (queue.state(), queue.status()) {
        (_, Some(JqStatus::Invalid)) => {
            Some(format!("its queue {name} is invalid: {}", queue.status_reason().unwrap_or("no reason given")))
        }
        (Some(JqState::Disabled), _) => Some(format!("its queue {name} is off")),
        _ => None,
    }
}

/// Every environment is off or invalid: the words for the first.
fn closed(offered: &[&ComputeEnvironmentDetail]) -> Option<String> {
    let reasons: Option<Vec<String>> = offered.iter().map(|one| shut(one)).collect();
    reasons?.into_iter().next()
}

fn shut(one: &ComputeEnvironmentDetail) -> Option<String> {
    let name = one.compute_environment_name().unwrap_or_default();
    match (one.state(), one.status()) {
        (_, Some(CeStatus::Invalid)) => {
            Some(format!("environment {name} is invalid: {}", one.status_reason().unwrap_or("no reason given")))
        }
        (Some(CeState::Disabled), _) => Some(format!("environment {name} is off")),
        _ => None,
    }
}

/// It asks for more vCPUs than any environment may ever have.
fn too_big(offered: &[&ComputeEnvironmentDetail], asked: Option<i64>) -> Option<String> {
    let most = offered.iter().filter_map(|one| one.compute_resources()?.maxv_cpus()).max().map(i64::from)?;
    let asked = asked.filter(|asked| *asked > most)?;
    Some(format!("it asks for {asked} vCPUs, its environments may have {most} at most"))
}

/// Every environment has as many vCPUs as it may.
fn full(offered: &[&ComputeEnvironmentDetail]) -> Option<String> {
    let limits: Option<Vec<(&str, i32)>> = offered.iter().map(|one| at_limit(one)).collect();
    let limits = limits.filter(|limits| !limits.is_empty())?;
    let told: Vec<String> = limits.iter().map(|(name, most)| format!("{name} ({most} vCPUs)")).collect();
    Some(format!("its environments are at their limit: {}", told.join(", ")))
}

fn at_limit(one: &ComputeEnvironmentDetail) -> Option<(&str, i32)> {
    let resources = one.compute_resources()?;
    let most = resources.maxv_cpus().filter(|most| resources.desiredv_cpus().is_some_and(|now| now >= *most))?;
    Some((one.compute_environment_name()?, most))
}

#[cfg(test)]
mod tests {
    use aws_sdk_batch::types::{ComputeEnvironmentOrder, ComputeResource};

    use super::*;

    fn environment(name: &str, state: CeState, status: CeStatus, vcpus: (i32, i32)) -> ComputeEnvironmentDetail {
        let resources = ComputeResource::builder().desiredv_cpus(vcpus.0).maxv_cpus(vcpus.1).build();
        let one = ComputeEnvironmentDetail::builder().compute_environment_name(name).state(state).status(status);
        one.status_reason("no role").compute_resources(resources).build()
    }

    fn reasons(state: JqState, environments: Vec<ComputeEnvironmentDetail>, front: &[&str]) -> Reasons {
        let order = environments.iter().zip(1..).map(|(one, order)| {
            ComputeEnvironmentOrder::builder().order(order).set_compute_environment(one.compute_environment_name.clone()).build()
        });
        let queue = JobQueueDetail::builder().job_queue_name("q").state(state).set_compute_environment_order(Some(order.collect()));
        Reasons {
            queues: BTreeMap::from([("q".to_owned(), queue.build())]),
            environments: environments.into_iter().map(|one| (one.compute_environment_name.clone().unwrap_or_default(), one)).collect(),
            fronts: BTreeMap::from([("q".to_owned(), front.iter().map(|id| (*id).to_owned()).collect())]),
        }
    }

    #[test]
    fn why_a_job_waits() {
        use CeState::{Disabled, Enabled};
        use CeStatus::{Invalid, Valid};
        let good = || environment("good", Enabled, Valid, (4, 64));
        let full = || environment("full", Enabled, Valid, (64, 64));
        let cases = [
            (JqState::Enabled, vec![good()], &["j"][..], 4, "CAPACITY:X - none", "CAPACITY:X - none"),
            (JqState::Disabled, vec![good()], &["j"], 4, "", "its queue q is off"),
            (JqState::Enabled, vec![environment("e", Enabled, Invalid, (0, 64))], &["j"], 4, "", "environment e is invalid: no role"),
            (JqState::Enabled, vec![environment("e", Disabled, Valid, (0, 64))], &["j"], 4, "", "environment e is off"),
            (JqState::Enabled, vec![environment("e", Disabled, Valid, (0, 64)), good()], &["a", "j"], 4, "", "one job is before it"),
            (JqState::Enabled, vec![good(), full()], &["j"], 65, "", "it asks for 65 vCPUs, its environments may have 64 at most"),
            (JqState::Enabled, vec![good()], &["a", "b", "j"], 4, "", "2 jobs are before it"),
            (JqState::Enabled, vec![good()], &["a", "b"], 4, "", "at least 2 jobs are before it"),
            (JqState::Enabled, vec![full()], &["j"], 4, "", "its environments are at their limit: full (64 vCPUs)"),
            (JqState::Enabled, vec![good()], &["j"], 4, "", "its environment is starting machines for it"),
        ];
        for (state, environments, front, vcpus, told, expected) in cases {
            let reasons = reasons(state, environments, front);
            assert_eq!(reasons.of_job("q", "j", (Some(vcpus), None), told), expected);
        }
    }
}
