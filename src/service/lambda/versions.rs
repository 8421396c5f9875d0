//! Versions and aliases of a function.

use std::sync::Arc;

use aws_sdk_lambda::types::{AliasConfiguration, FunctionConfiguration};

use super::{
    CONTROL, FUNCTION,
    calls::{PAGE, client},
    functions::parents,
};
use crate::{
    aws::{Aws, Capture, problem::problem},
    model::{Cell, Gap, Health, Interner, KindId, Problem, Resource, Target, Text},
    service::{
        Pages, Place, Scope, partition,
        row::{Cells, columns, joined, rows, send, words},
    },
};

columns! {
    /// The facts of a version or an alias.
    enum Col {
        State: "state", "STATE", 10, Place::Wide;
        Sort: "sort", "IS A", 8, Place::Row(0);
        Function: "function", "FUNCTION", 24, Place::Row(2);
        Points: "points", "POINTS TO", 24, Place::Row(1);
        Modified: "modified", "MODIFIED", 28, Place::Row(4);
        Runtime: "runtime", "RUNTIME", 12, Place::Row(3);
        Memory: "memory", "MEM MB", 6, Place::Wide;
        Sha: "sha256", "CODE SHA-256", 44, Place::Detail;
        Description: "description", "DESCRIPTION", 40, Place::Wide;
    }
}

/// What a row is.
const VERSION: &str = "version";
const ALIAS: &str = "alias";

fn version(function: &str, one: &FunctionConfiguration, shared: &mut Interner) -> Option<Resource> {
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .set(Col::State, one.state().map_or(Cell::None, |state| Cell::State(Health::Unknown, shared.text(state.as_str()))))
        .text(Col::Sort, Some(shared.text(VERSION)))
        .text(Col::Function, Some(shared.text(function)))
        .text(Col::Modified, one.last_modified().map(Text::new))
        .text(Col::Runtime, one.runtime().map(|runtime| shared.text(runtime.as_str())))
        .count(Col::Memory, one.memory_size())
        .text(Col::Sha, one.code_sha256().map(|sha| shared.text(sha)))
        .text(Col::Description, one.description().map(Text::new));
    Some(resource(function, one.version()?, cells))
}

fn alias(function: &str, one: &AliasConfiguration, shared: &mut Interner) -> Option<Resource> {
    let mut cells = Cells::new(Col::COLUMNS);
    cells
        .text(Col::Sort, Some(shared.text(ALIAS)))
        .text(Col::Function, Some(shared.text(function)))
        .text(Col::Points, Some(Text::new(&points(one))))
        .text(Col::Description, one.description().map(Text::new));
    Some(resource(function, one.name()?, cells))
}

fn resource(function: &str, qualifier: &str, cells: Cells) -> Resource {
    let id = Text::new(&format!("{function}:{qualifier}"));
    Resource { id, name: Text::new(qualifier), cells: cells.done(), tags: [].into(), parents: parents(function) }
}

/// `7`, or `7 90 %, 8 10 %` where an alias shifts traffic.
fn points(alias: &AliasConfiguration) -> String {
    let main = alias.function_version().unwrap_or("?");
    let weights = alias.routing_config().and_then(|routing| routing.additional_version_weights());
    let mut others: Vec<_> = weights.into_iter().flatten().collect();
    others.sort_by(|a, b| a.0.cmp(b.0));
    let rest = 1.0 - others.iter().map(|(_, weight)| **weight).sum::<f64>();
    let shifted = others.iter().map(|(version, weight)| format!("{version} {:.0} %", **weight * 100.0));
    match joined(shifted) {
        Some(shifted) => format!("{main} {:.0} %, {shifted}", rest * 100.0),
        None => main.to_owned(),
    }
}

/// Lists the versions and aliases of one function, or of all, function by function.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages) -> Result<Vec<Gap>, Problem> {
    let names = match scope {
        Scope::Within(KindId(FUNCTION), function) => vec![function.name.as_str().to_owned()],
        Scope::Ids(ids) => return these(&aws, &ids, &pages).await,
        Scope::All | Scope::Within(..) => names(&aws).await?,
    };
    let mut problems = Vec::new();
    let count = names.len();
    for name in names {
        problems.extend(of(&aws, &name, &pages).await.err());
    }
    // One function that is out of reach does not keep the others back.
    match problems.pop() {
        Some(problem) if problems.len() + 1 == count => Err(problem),
        last => Ok(problems.into_iter().chain(last).map(Gap::rows).collect()),
    }
}

async fn names(aws: &Aws) -> Result<Vec<String>, Problem> {
    let (mut names, mut marker) = (Vec::new(), None);
    loop {
        let call = aws.through(&CONTROL, client).await.list_functions().max_items(PAGE).set_marker(marker);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        names.extend(answer.functions().iter().filter_map(|function| function.function_name().map(str::to_owned)));
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(names);
        }
    }
}

async fn of(aws: &Aws, function: &str, pages: &Pages) -> Result<(), Problem> {
    let mut shared = Interner::default();
    let mut marker = None;
    loop {
        let call =
            aws.through(&CONTROL, client).await.list_versions_by_function().function_name(function).max_items(PAGE).set_marker(marker);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        send(pages, rows(answer.versions().iter().filter_map(|one| version(function, one, &mut shared)).collect())).await?;
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            break;
        }
    }
    loop {
        let call = aws.through(&CONTROL, client).await.list_aliases().function_name(function).max_items(PAGE).set_marker(marker);
        let answer = call.send().await.map_err(|error| problem(error, aws.target()))?;
        send(pages, rows(answer.aliases().iter().filter_map(|one| alias(function, one, &mut shared)).collect())).await?;
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(());
        }
    }
}

/// Single versions come with all those of their function.
async fn these(aws: &Aws, ids: &[Text], pages: &Pages) -> Result<Vec<Gap>, Problem> {
    let mut functions: Vec<&str> = ids.iter().filter_map(|id| id.as_str().rsplit_once(':')).map(|(function, _)| function).collect();
    functions.dedup();
    for function in functions {
        of(aws, function, pages).await?;
    }
    Ok(Vec::new())
}

/// Describes one version or alias so that the capture sees the answer.
pub(super) async fn describe(aws: Aws, row: Arc<Resource>, capture: Capture) -> Result<(), Problem> {
    let (function, lambda) = (words(&row, Col::Function), aws.through(&CONTROL, client).await);
    let failed = if words(&row, Col::Sort) == ALIAS {
        let call = lambda.get_alias().function_name(function).name(row.name.as_str());
        call.customize().interceptor(capture).send().await.err().map(|error| problem(error, aws.target()))
    } else {
        let call = lambda.get_function_configuration().function_name(function).qualifier(row.name.as_str());
        call.customize().interceptor(capture).send().await.err().map(|error| problem(error, aws.target()))
    };
    failed.map_or(Ok(()), Err)
}

pub(super) fn arn(row: &Resource, account: &str, target: &Target) -> String {
    format!("arn:{}:lambda:{}:{account}:function:{}", partition(target.region.as_str()), target.region, row.id)
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::types::AliasRoutingConfiguration;

    use super::*;

    #[test]
    fn an_alias_says_where_its_traffic_goes() {
        let plain = AliasConfiguration::builder().function_version("7").build();
        let shifting = AliasRoutingConfiguration::builder().additional_version_weights("8", 0.1).build();
        let canary = AliasConfiguration::builder().function_version("7").routing_config(shifting).build();
        assert_eq!((points(&plain).as_str(), points(&canary).as_str()), ("7", "7 90 %, 8 10 %"));
    }
}
