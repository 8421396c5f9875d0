//! Listing what belongs to clusters: names first, over all clusters or one, then what each is.

use super::{
    CLUSTER,
    calls::{Listed, all_cluster_names, describe_all, note},
};
use crate::{
    aws::Aws,
    model::{Cell, Gap, KindId, Problem, Resource, Text, resource::Page},
    service::{
        Answer, Column, Pages, Scope,
        row::{Cells, Position, parent, rows, send},
    },
};

/// One sort of thing within clusters.
pub(super) struct Level {
    /// A page of rows of a cluster, as far as the list tells them.
    pub(super) page: fn(Aws, cluster: String, token: Option<String>) -> Answer<Listed<Resource>>,
    /// Describes one by its cluster and name: its row and what is laid over it; an empty page when it is gone.
    pub(super) one: fn(Aws, cluster: String, name: String) -> Answer<Page>,
    /// The same with what is worth a few calls more for a single row that somebody waits for.
    pub(super) closely: fn(Aws, cluster: String, name: String) -> Answer<Page>,
    /// How much the list tells.
    pub(super) told: Told,
}

/// How much a list tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Names alone.
    Names,
    /// All that a row shows.
    Rows,
}

/// `cluster/name`: unique in an account and region.
pub(super) fn id(cluster: &str, name: &str) -> String {
    format!("{cluster}/{name}")
}

/// The cluster and the name in an id.
pub(super) fn parts(id: &Text) -> (String, String) {
    let (cluster, name) = id.as_str().split_once('/').unwrap_or((id.as_str(), ""));
    (cluster.to_owned(), name.to_owned())
}

/// A row of which only the name is known, and the cluster it belongs to.
pub(super) fn bare(cluster: &str, name: &str, columns: &[Column], at: impl Position) -> Resource {
    let mut cells = Cells::new(columns);
    cells.set(at, Cell::Text(Text::new(cluster)));
    Resource {
        id: Text::new(&id(cluster, name)),
        name: Text::new(name),
        cells: cells.done(),
        tags: [].into(),
        parents: parent(CLUSTER, cluster),
    }
}

/// Lists a scope of a level.
pub(super) async fn list(aws: Aws, scope: Scope, pages: Pages, level: &'static Level) -> Result<Vec<Gap>, Problem> {
    let clusters = match scope {
        Scope::Ids(ids) => return these(&aws, &ids, &pages, level).await,
        Scope::Within(KindId(CLUSTER), cluster) => vec![cluster.id.as_str().to_owned()],
        Scope::Within(..) | Scope::All => all_cluster_names(&aws).await?,
    };
    let (ids, mut gaps) = names(&aws, clusters, &pages, level).await?;
    if level.told == Told::Names {
        let calls = ids.iter().map(|id| describe(&aws, id, level.one)).collect();
        let unknown = describe_all(&pages, calls, overlays).await?;
        // A failure that kept rows back is told once, though it keeps their facts back too.
        let told = |problem: &Problem| gaps.iter().any(|gap| (gap.problem.kind, &gap.problem.code) == (problem.kind, &problem.code));
        let facts: Vec<Gap> = unknown.into_iter().filter(|problem| !told(problem)).map(Gap::facts).collect();
        gaps.extend(facts);
    }
    Ok(gaps)
}

/// Sends the rows of each cluster. One cluster that cannot be listed does not keep the others back; fails only when none can.
async fn names(aws: &Aws, clusters: Vec<String>, pages: &Pages, level: &Level) -> Result<(Vec<Text>, Vec<Gap>), Problem> {
    let (count, mut failed) = (clusters.len(), 0);
    let (mut ids, mut problems) = (Vec::new(), Vec::new());
    for cluster in clusters {
        let mut token = None;
        loop {
            match (level.page)(aws.clone(), cluster.clone(), token).await {
                Ok((page, next)) => {
                    ids.extend(page.iter().map(|row| row.id.clone()));
                    send(pages, rows(page)).await?;
                    token = next;
                }
                Err(problem) => {
                    failed += 1;
                    note(&mut problems, problem);
                    token = None;
                }
            }
            if token.is_none() {
                break;
            }
        }
    }
    match problems.pop() {
        Some(problem) if failed == count => Err(problem),
        last => {
            problems.extend(last);
            Ok((ids, problems.into_iter().map(Gap::rows).collect()))
        }
    }
}

/// These rows alone, each described.
async fn these(aws: &Aws, ids: &[Text], pages: &Pages, level: &Level) -> Result<Vec<Gap>, Problem> {
    let calls = ids.iter().map(|id| describe(aws, id, level.closely)).collect();
    let problems = describe_all(pages, calls, |page| page).await?;
    // An id that is missing from the answer counts as gone, and these may only have been out of reach.
    problems.into_iter().next().map_or(Ok(Vec::new()), Err)
}

fn describe(aws: &Aws, id: &Text, one: fn(Aws, String, String) -> Answer<Page>) -> Answer<Page> {
    let (cluster, name) = parts(id);
    one(aws.clone(), cluster, name)
}

/// The rows are there already.
pub(super) fn overlays(page: Page) -> Page {
    Page { rows: Vec::new(), overlays: page.overlays }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;
    use crate::{
        aws::{Door, Login, Pace},
        model::{ProblemKind, Record, Target},
    };

    /// A level whose clusters are what their names say.
    static LEVEL: Level = Level { page, one: nothing, closely: nothing, told: Told::Rows };

    fn page(_: Aws, cluster: String, token: Option<String>) -> Answer<Listed<Resource>> {
        let more = (token.is_none() && cluster == "long").then(|| "more".to_owned());
        let token = token.unwrap_or_else(|| "first".to_owned());
        let row = Resource {
            id: Text::new(&(cluster.clone() + "/" + &token)),
            name: Text::default(),
            cells: Record::default(),
            tags: [].into(),
            parents: parent(CLUSTER, &cluster),
        };
        let denied = Problem::new(ProblemKind::Denied, "no", "");
        Box::pin(async move { if cluster.starts_with("denied") { Err(denied) } else { Ok((vec![row], more)) } })
    }

    fn nothing(_: Aws, _: String, _: String) -> Answer<Page> {
        Box::pin(async { Ok(Page::default()) })
    }

    /// Ids of the rows that were sent, and the number of problems beside them or the one that sank the whole.
    type Outcome = (Vec<String>, Result<usize, ProblemKind>);

    async fn told(clusters: &[&str]) -> Outcome {
        let door = Door { http: crate::aws::http_client(), endpoint: None, credentials: Login::Fixed("AKIA"), pace: Pace::Real };
        let aws = Aws::open(Target { profile: "test".into(), region: "eu-west-1".into() }, &door).await.expect("a session");
        let (pages, mut sent) = mpsc::channel(16);
        let result = names(&aws, clusters.iter().map(|name| (*name).to_owned()).collect(), &pages, &LEVEL).await;
        drop(pages);
        let mut ids = Vec::new();
        while let Some(page) = sent.recv().await {
            ids.extend(page.rows.iter().map(|row| row.id.to_string()));
        }
        (ids, result.map(|(_, problems)| problems.len()).map_err(|problem| problem.kind))
    }

    type Case = (&'static [&'static str], &'static [&'static str], Result<usize, ProblemKind>);

    #[tokio::test]
    async fn one_cluster_that_is_denied_keeps_no_other_back() {
        let cases: [Case; 5] = [
            (&[], &[], Ok(0)),
            (&["short", "long"], &["short/first", "long/first", "long/more"], Ok(0)),
            (&["denied", "short"], &["short/first"], Ok(1)),
            (&["denied", "short", "denied too"], &["short/first"], Ok(1)),
            (&["denied", "denied too"], &[], Err(ProblemKind::Denied)),
        ];
        for (clusters, ids, result) in cases {
            assert_eq!(told(clusters).await, (ids.iter().map(|id| (*id).to_owned()).collect(), result), "{clusters:?}");
        }
    }
}
