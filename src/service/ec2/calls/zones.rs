//! A big region, zone by zone at the same time: pages of one chain can only be had one after the other.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::Filter;
use futures::future::Either;
use tokio::task::JoinSet;

use super::{
    client,
    paged::{Paged, Region, chain},
};
use crate::{
    aws::{Aws, Lane, Patience, problem::problem},
    model::Problem,
};

static ZONES: Lane = Lane { name: "ec2-zones", published: 20.0, burst: 100, patience: Patience::Short };

/// Zones that one question is under way to together; the lane of the question spaces its calls.
const TOGETHER: usize = 8;

/// Every page of every zone. Those that rows were `seen` in begin at once, while AWS is asked which others there are; where it does not
/// tell, or there is only one, all pages are had one after the other.
///
/// A zone that fails does not take the others along, and why it did is given back; the whole fails only where all do.
pub(super) async fn each(region: &Region, question: Paged, seen: BTreeSet<String>) -> Result<Vec<Problem>, Problem> {
    if seen.len() < 2 {
        return match names(region).await {
            Ok(names) if names.len() > 1 => settle(chains(region, question, names.union(&seen).cloned().collect()).await, None),
            _ => region.in_turn(question).await,
        };
    }
    let others = async {
        match names(region).await {
            Ok(names) => Either::Left(chains(region, question, names.difference(&seen).cloned().collect()).await),
            Err(_) => Either::Right(region.in_turn(question).await),
        }
    };
    match futures::join!(chains(region, question, seen.clone()), others) {
        (known, Either::Left(others)) => settle(known.into_iter().chain(others).collect(), None),
        (_, Either::Right(all)) => all,
    }
}

/// Every page of every zone, after the region as a whole failed with a problem, which it stays where there are no zones to tell apart.
pub(super) async fn others(region: &Region, question: Paged, problem: Problem) -> Result<Vec<Problem>, Problem> {
    match names(region).await {
        Ok(names) if names.len() > 1 => settle(chains(region, question, names.clone()).await, Some(problem)),
        _ => Err(problem),
    }
}

/// The names of all zones in which the account may have instances, local ones among them.
async fn names(region: &Region) -> &Result<BTreeSet<String>, Problem> {
    region.names.get_or_init(|| asked(&region.aws)).await
}

async fn asked(aws: &Aws) -> Result<BTreeSet<String>, Problem> {
    let answer =
        aws.through(&ZONES, client).await.describe_availability_zones().send().await.map_err(|error| problem(error, aws.target()))?;
    Ok(answer.availability_zones().iter().filter_map(|zone| zone.zone_name()).map(str::to_owned).collect())
}

/// What came of one zone.
type Ended = (String, Result<(), Problem>);

/// Each chain is a task of its own, for reading a page takes a processor as long as the page is under way. Dropped, they end.
async fn chains(region: &Region, question: Paged, names: BTreeSet<String>) -> Vec<Ended> {
    let (mut waiting, mut under_way, mut ended) = (names.into_iter(), JoinSet::new(), Vec::new());
    loop {
        for name in waiting.by_ref().take(TOGETHER - under_way.len()) {
            let (aws, pages) = (region.aws.clone(), region.pages.clone());
            under_way.spawn(async move {
                let answer = chain(&aws, question, Some(within(&name)), &pages).await;
                (name, answer)
            });
        }
        match under_way.join_next().await {
            Some(answer) => ended.push(answer.unwrap_or_else(|_| (String::new(), Err(Problem::defect())))),
            None => return ended,
        }
    }
}

fn within(zone: &str) -> Vec<Filter> {
    vec![Filter::builder().name("availability-zone").values(zone).build()]
}

/// Why some zones failed, each by its name. Where all did it is the region that failed: as a whole, if that was seen, else as the first did.
fn settle(ended: Vec<Ended>, whole: Option<Problem>) -> Result<Vec<Problem>, Problem> {
    let all = ended.len();
    let mut failed: Vec<(String, Problem)> = ended.into_iter().filter_map(|(zone, answer)| Some((zone, answer.err()?))).collect();
    if failed.len() == all {
        return Err(whole.unwrap_or_else(|| failed.swap_remove(0).1));
    }
    Ok(failed.into_iter().map(|(zone, problem)| problem.of(&zone)).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::FutureExt;
    use tokio::sync::{OnceCell, mpsc};

    use super::{
        super::paged::{Ask, Turned},
        *,
    };
    use crate::{
        aws::{Door, Login, Pace},
        model::{ProblemKind, Target},
    };

    /// A region whose zones are what their names say: `long` has a second page, `denied` fails, and so does everything at once.
    const PAGED: Paged = Paged { first: 1, hasty: 10, calm: 10, page: |_, ask, _| std::future::ready(page(&ask)).boxed() };

    fn page(ask: &Ask) -> Result<Turned, Problem> {
        let name = |filters: &Vec<Filter>| filters[0].values()[0].clone();
        let zone = ask.filters.as_ref().map_or_else(|| "denied".to_owned(), name);
        match (zone.as_str(), &ask.token) {
            ("denied", _) => Err(Problem::new(ProblemKind::Denied, "no", "")),
            ("long", None) => Ok(Turned::new(Some("more"), std::iter::once("long"))),
            _ => Ok(Turned::new(None, std::iter::once(zone.as_str()))),
        }
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// A region with these zones; `None` for zones that AWS does not tell.
    async fn region(names: Option<&[&str]>) -> Region {
        let door = Door { http: crate::aws::http_client(), endpoint: None, credentials: Login::Fixed("AKIA"), pace: Pace::Real };
        let aws = Aws::open(Target { profile: "test".into(), region: "eu-west-1".into() }, &door).await.expect("a session");
        let names = names.map(set).ok_or_else(|| Problem::new(ProblemKind::Unreachable, "nobody there", ""));
        Region { aws, pages: mpsc::channel(1).0, names: OnceCell::from(names) }
    }

    /// How many zones failed, or why the whole did.
    async fn told(seen: &[&str], names: Option<&[&str]>) -> Result<usize, ProblemKind> {
        each(&region(names).await, PAGED, set(seen)).await.map(|problems| problems.len()).map_err(|problem| problem.kind)
    }

    /// A region of two zones that all fail, after a first page.
    const BROKEN: Paged = Paged { first: 1, hasty: 10, calm: 10, page: |_, ask, _| std::future::ready(broken(&ask)).boxed() };
    static ASKED: AtomicUsize = AtomicUsize::new(0);

    fn broken(ask: &Ask) -> Result<Turned, Problem> {
        ASKED.fetch_add(1, Ordering::Relaxed);
        match ask.filters {
            None => Ok(Turned::new(Some("more"), ["a", "b"].into_iter())),
            Some(_) => Err(Problem::new(ProblemKind::Service, "out of order", "")),
        }
    }

    #[tokio::test]
    async fn where_every_zone_fails_none_is_asked_twice_and_none_is_named() {
        let failed = region(Some(&["a", "b"])).await.all(BROKEN).await.expect_err("a failure");
        assert_eq!((failed.headline.as_str(), ASKED.load(Ordering::Relaxed)), ("out of order", 3));
    }

    #[test]
    fn a_zone_that_fails_is_named() {
        let ended = [("a", Ok(())), ("b", Err(Problem::new(ProblemKind::Service, "out of order", "")))];
        let settled = settle(ended.map(|(zone, answer)| (zone.to_owned(), answer)).to_vec(), None);
        let told: Vec<String> = settled.expect("the other zone").iter().map(|problem| problem.headline.to_string()).collect();
        assert_eq!(told, ["b: out of order"]);
    }

    type Case = (&'static [&'static str], Option<&'static [&'static str]>, Result<usize, ProblemKind>);

    #[tokio::test]
    async fn a_zone_that_fails_keeps_no_other_back() {
        let cases: [Case; 7] = [
            (&["a", "long"], Some(&["a", "b", "long"]), Ok(0)),
            (&["a", "b"], Some(&["a", "b", "denied"]), Ok(1)),
            (&["a", "denied"], Some(&["a", "b"]), Ok(1)),
            (&["a"], Some(&["a", "denied"]), Ok(1)),
            // All at once is denied here: where zones are not told, or there is but one, that is how they are had.
            (&["a", "b"], None, Err(ProblemKind::Denied)),
            (&["a"], Some(&["a"]), Err(ProblemKind::Denied)),
            (&[], Some(&[]), Err(ProblemKind::Denied)),
        ];
        for (seen, names, result) in cases {
            assert_eq!(told(seen, names).await, result, "{seen:?} of {names:?}");
        }
    }
}
