//! What every call to EKS has in common: the client, the lane, pages of names, and a few descriptions at a time.

use std::collections::HashMap;

use aws_sdk_eks::{Client, config::Builder};
use aws_smithy_runtime_api::{client::result::SdkError, http::Response};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::{StreamExt, stream};

use crate::{
    aws::{Aws, Lane, Patience, SdkConfig, problem::problem},
    model::{
        Interner, Problem, ProblemKind, Tags, Text,
        resource::{Overlay, Page},
    },
    service::{
        Answer, Pages,
        row::{Cells, send, tags},
    },
};

/// All calls of the control plane. AWS publishes no rate; 5 to 10 a second are taken for it.
pub(super) static LANE: Lane = Lane { name: "eks", published: 10.0, burst: 1, patience: Patience::Short };
/// Names on a page: the most that every list of EKS gives (EKS API Reference, `maxResults`: 1 to 100).
pub(super) const PAGE: i32 = 100;
/// Descriptions under way at the same time; the lane spaces them, this hides the time each takes.
const TOGETHER: usize = 4;

/// The client, with retries budgeted for this target alone.
pub(super) fn client(aws: &Aws, config: &SdkConfig) -> Client {
    Client::from_conf(Builder::from(config).retry_partition(aws.retry_partition("eks")).build())
}

/// The client, when it is the caller's turn in the lane.
pub(super) async fn turn(aws: &Aws) -> Client {
    aws.through(&LANE, client).await
}

/// The answer, or what went wrong in words.
pub(super) fn answered<O, E>(aws: &Aws, answer: Result<O, SdkError<E, Response>>) -> Result<O, Problem>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    answer.map_err(|error| problem(error, aws.target()))
}

/// The answer; `None` when the thing asked about is gone.
pub(super) fn present<O, E>(aws: &Aws, answer: Result<O, SdkError<E, Response>>) -> Result<Option<O>, Problem>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answered(aws, answer) {
        Ok(answer) => Ok(Some(answer)),
        Err(problem) if problem.kind == ProblemKind::NotFound => Ok(None),
        Err(problem) => Err(problem),
    }
}

/// What a page of a list holds, and the token of the next page.
pub(super) type Listed<T> = (Vec<T>, Option<String>);

/// A page of the names of clusters.
pub(super) fn cluster_names(aws: Aws, token: Option<String>) -> Answer<Listed<String>> {
    Box::pin(async move {
        let call = turn(&aws).await.list_clusters().max_results(PAGE).set_next_token(token);
        let answer = answered(&aws, call.send().await)?;
        Ok((answer.clusters().to_vec(), answer.next_token().map(str::to_owned)))
    })
}

/// The names of all clusters.
pub(super) async fn all_cluster_names(aws: &Aws) -> Result<Vec<String>, Problem> {
    let (mut names, mut token) = (Vec::new(), None);
    loop {
        let (page, next) = cluster_names(aws.clone(), token).await?;
        names.extend(page);
        token = next;
        if token.is_none() {
            return Ok(names);
        }
    }
}

/// Describes many, a few at a time, and passes each on as it comes. Gives back what failed, each sort of failure once;
/// when it is the identity that may not, nobody is asked again.
pub(super) async fn describe_all(pages: &Pages, calls: Vec<Answer<Page>>, passed: fn(Page) -> Page) -> Result<Vec<Problem>, Problem> {
    let mut answers = stream::iter(calls).buffer_unordered(TOGETHER);
    let mut problems: Vec<Problem> = Vec::new();
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(page) => send(pages, passed(page)).await?,
            Err(problem) => {
                let hopeless = matches!(problem.kind, ProblemKind::Denied | ProblemKind::Expired | ProblemKind::Credentials);
                note(&mut problems, problem);
                if hopeless {
                    break;
                }
            }
        }
    }
    Ok(problems)
}

/// Keeps a failure unless the same has been kept already.
pub(super) fn note(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.iter().any(|known| (known.kind, &known.code) == (problem.kind, &problem.code)) {
        problems.push(problem);
    }
}

/// Described cells to lay over a row: every one of them, so that what is over is cleared.
pub(super) fn laid(id: &str, cells: Cells, tags: Option<&HashMap<String, String>>) -> Overlay {
    Overlay { id: Text::new(id), cells: cells.every(), tags: tags.map(told) }
}

fn told(map: &HashMap<String, String>) -> Tags {
    tags(map.iter().map(|(key, value)| (Some(key.as_str()), Some(value.as_str()))), &mut Interner::default())
}

/// `key=value` pairs in the order of their keys.
pub(super) fn pairs(map: Option<&HashMap<String, String>>) -> Option<Text> {
    let mut list: Vec<String> = map?.iter().map(|(key, value)| format!("{key}={value}")).collect();
    list.sort();
    (!list.is_empty()).then(|| Text::new(&list.join(", ")))
}

/// Words with commas; `None` for none.
pub(super) fn comma(words: Option<&[String]>) -> Option<Text> {
    words.filter(|words| !words.is_empty()).map(|words| Text::new(&words.join(", ")))
}
