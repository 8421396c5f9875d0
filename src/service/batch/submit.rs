//! Submitting a job from a definition: once, with what the user entered.

use std::collections::HashMap;

use aws_sdk_batch::types::{
    ArrayProperties, ContainerOverrides, JobTimeout, KeyValuePair, ResourceRequirement, ResourceType, RetryStrategy,
};
use serde::Deserialize;

use super::{SUBMIT, actions::once, calls::client};
use crate::{
    aws::{Aws, problem::problem},
    model::{Problem, Resource, Severity, Text},
    service::{Action, Batch, Consequence, Input, Outcomes, Progress, Receipt, Risk, Sort, Turn, Values, row::note},
};

/// Submit.
pub(super) static ACTIONS: &[Action] = &[Action {
    id: "submit",
    title: "submit a job",
    key: 's',
    risk: Risk::Disruptive,
    inputs: INPUTS,
    offered: |_| Ok(()),
    consequences,
    probe: None,
    progress: |_, _| Progress::Settled,
    batch: 1,
    turn: Turn::of(&SUBMIT),
    undo: None,
    out_of: None,
    needs: None,
    run: |aws, batch| Box::pin(submit(aws, batch)),
}];

/// Letters of a job's name (Batch API Reference, `SubmitJob`, `jobName`), and children of an array (`ArrayProperties`).
const NAME: usize = 128;
const ARRAY: std::ops::RangeInclusive<i64> = 2..=10_000;

static INPUTS: &[Input] = &[
    Input {
        id: "queue",
        title: "queue",
        sort: Sort::Line,
        initial: |_| String::new(),
        hint: |_| "the name or the ARN of a job queue".to_owned(),
        check: |_, text| if text.trim().is_empty() { Err("a job queue".to_owned()) } else { Ok(()) },
    },
    Input {
        id: "name",
        title: "job name",
        sort: Sort::Line,
        initial: |row| row.name.as_str().to_owned(),
        hint: |_| format!("up to {NAME} letters, digits, - and _"),
        check: |_, text| named(text),
    },
    Input {
        id: "array",
        title: "array size",
        sort: Sort::Line,
        initial: |_| String::new(),
        hint: |_| "empty for a job by itself, or 2 to 10000".to_owned(),
        check: |_, text| match text.trim() {
            "" => Ok(()),
            text => text.parse::<i64>().ok().filter(|size| ARRAY.contains(size)).map(drop).ok_or_else(|| "2 to 10000".to_owned()),
        },
    },
    Input {
        id: "overrides",
        title: "overrides",
        sort: Sort::Document,
        initial: |_| "{}".to_owned(),
        hint: |_| "JSON: command, environment, parameters, vcpus, memory, attempts, timeout".to_owned(),
        check: |_, text| Overrides::read(text).map(drop),
    },
];

fn named(text: &str) -> Result<(), String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let text = text.trim();
    match text.chars().next() {
        None => Err("a name".to_owned()),
        Some(first) if !first.is_ascii_alphanumeric() => Err("it has to begin with a letter or a digit".to_owned()),
        _ if !text.chars().all(word) => Err("only letters, digits, - and _".to_owned()),
        _ if text.len() > NAME => Err(format!("at most {NAME} characters")),
        _ => Ok(()),
    }
}

/// What the definition says otherwise.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Overrides {
    command: Option<Vec<String>>,
    environment: Option<HashMap<String, String>>,
    parameters: Option<HashMap<String, String>>,
    vcpus: Option<f64>,
    /// MiB.
    memory: Option<u32>,
    attempts: Option<i32>,
    /// Seconds of an attempt.
    timeout: Option<i32>,
}

impl Overrides {
    /// Where the JSON is wrong is told by line and column.
    fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn container(&self) -> Option<ContainerOverrides> {
        let need = |sort: ResourceType, value: String| ResourceRequirement::builder().r#type(sort).value(value).build();
        let needs: Vec<ResourceRequirement> = [
            self.vcpus.map(|value| need(ResourceType::Vcpu, value.to_string())),
            self.memory.map(|value| need(ResourceType::Memory, value.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect();
        let pair = |(name, value): (&String, &String)| KeyValuePair::builder().name(name).value(value).build();
        let environment = self.environment.as_ref().map(|all| all.iter().map(pair).collect());
        (self.command.is_some() || environment.is_some() || !needs.is_empty()).then(|| {
            let own = ContainerOverrides::builder().set_command(self.command.clone()).set_environment(environment);
            own.set_resource_requirements((!needs.is_empty()).then_some(needs)).build()
        })
    }
}

fn consequences(_: &Resource, values: &Values) -> Vec<Consequence> {
    let what = match values.number("array") {
        Some(size) => format!("{size} jobs run as one array in {}, on machines that are charged", values.get("queue").trim()),
        None => format!("one job runs in {}, on a machine that is charged", values.get("queue").trim()),
    };
    let once = "Batch knows no client token: when the answer is lost, look into the queue before submitting again";
    vec![note(Severity::Notice, &what), note(Severity::Notice, once)]
}

async fn submit(aws: Aws, batch: Batch) -> Result<Outcomes, Problem> {
    let Some(row) = batch.rows.first() else { return Ok(Outcomes::new()) };
    // The form has checked it.
    let overrides = Overrides::read(batch.values.get("overrides")).unwrap_or_default();
    let size = batch.values.number("array").and_then(|size| i32::try_from(size).ok());
    let call = aws.client(client).submit_job().job_definition(row.id.as_str());
    let call = call.job_name(batch.values.get("name").trim()).job_queue(batch.values.get("queue").trim());
    let call = call
        .set_array_properties(size.map(|size| ArrayProperties::builder().size(size).build()))
        .set_container_overrides(overrides.container())
        .set_parameters(overrides.parameters)
        .set_retry_strategy(overrides.attempts.map(|attempts| RetryStrategy::builder().attempts(attempts).build()))
        .set_timeout(overrides.timeout.map(|seconds| JobTimeout::builder().attempt_duration_seconds(seconds).build()));
    let answer = call.customize().config_override(once()).send().await.map_err(|error| problem(error, aws.target()))?;
    let id = answer.job_id().unwrap_or_default();
    let report = vec![Text::new("job"), Text::new(&format!("  {id}")), Text::new(&format!("  {}", answer.job_arn().unwrap_or_default()))];
    Ok(vec![(row.id.clone(), Ok(Receipt { note: Text::new(&format!("job {id}")), report, ..Receipt::default() }))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_as_batch_checks_them() {
        for good in ["a", "nightly-1_b", "9"] {
            assert_eq!(named(good), Ok(()), "{good}");
        }
        for bad in ["", " ", "-a", "a b", "ä", &"x".repeat(129)] {
            assert!(named(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn overrides_become_what_batch_takes() {
        let text = r#"{"command": ["run", "x"], "environment": {"A": "b"}, "vcpus": 0.25, "memory": 512}"#;
        let own = Overrides::read(text).expect("good JSON").container().expect("overrides");
        assert_eq!((own.command(), own.environment()[0].name()), (&["run".to_owned(), "x".to_owned()][..], Some("A")));
        let needs: Vec<_> = own.resource_requirements().iter().filter_map(ResourceRequirement::value).collect();
        assert_eq!(needs, ["0.25", "512"]);
        assert!(Overrides::read(" ").expect("nothing").container().is_none());
        assert!(Overrides::read(r#"{"cpu": 1}"#).is_err_and(|error| error.contains("unknown field `cpu`")));
        assert!(Overrides::read("{").is_err_and(|error| error.contains("line 1")));
    }
}
