//! Big inventories, listed politely: the first rows after one answer, every row in the end, and no call outside its lane.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use quarterdeck::{
    aws::{Aws, Door, Keyring, Pace, Patience},
    model::{KindId, Record, Resource, Target, Text, resource::Page},
    service::{self, Lane, Scope},
    sim::{Settings, Sim, Sizes},
};
use tokio::sync::mpsc;

use crate::pilot::{door, sim, target};

type Turns = Arc<Mutex<Vec<(&'static str, Duration)>>>;

/// A session whose turns are counted instead of waited for.
async fn session(sim: &Sim) -> (Aws, Turns) {
    let turns = Turns::default();
    let door = Door { pace: Pace::Counted(turns.clone()), ..door(sim) };
    (Aws::open(target("eu-west-1"), &door).await.expect("a session"), turns)
}

/// What came of listing a scope: the new rows of each page that had any, and how many calls had been answered when the first came.
async fn list(sim: &Sim, aws: Aws, kind: &str, scope: Scope) -> (Vec<usize>, u64) {
    let kind = service::kind(kind).expect("a kind");
    let (sender, mut pages) = mpsc::channel::<Page>(1);
    let (mut sizes, mut first, mut seen) = (Vec::new(), 0, HashSet::new());
    let reading = async {
        while let Some(mut page) = pages.recv().await {
            // What has got on meanwhile comes twice.
            page.rows.retain(|row| seen.insert(row.id.clone()));
            if !page.rows.is_empty() {
                if sizes.is_empty() {
                    first = sim.calls().values().sum();
                }
                sizes.push(page.rows.len());
            }
        }
    };
    let (result, ()) = futures::join!((kind.list)(aws, scope, sender), reading);
    assert!(result.expect("listed").is_empty(), "something is missing");
    (sizes, first)
}

/// Every call took a turn, and no lane gave more than half of what is published in any second.
fn polite(sim: &Sim, turns: &Turns, service: &str, published: f64) {
    let turns = turns.lock().expect("no panic").clone();
    let calls: u64 = sim.calls().iter().filter(|((name, _), _)| name == service).map(|(_, count)| *count).sum();
    assert_eq!(turns.len() as u64, calls, "a call took no turn");
    for (at, (lane, turn)) in turns.iter().enumerate() {
        let within = turns[at..].iter().filter(|(name, later)| name == lane && *later < *turn + Duration::from_secs(1)).count();
        assert!(within as f64 <= (published / 2.0).ceil(), "{within} calls in one second of {lane}");
    }
}

fn parent(name: &str) -> Arc<Resource> {
    Arc::new(Resource { id: name.into(), name: name.into(), cells: Record::default(), tags: [].into(), parents: [].into() })
}

/// AWS counts the calls of an account, not those of a profile: two that turn out to be of one account share its lanes.
#[tokio::test]
async fn two_profiles_of_one_account_have_half_of_the_rate_together() {
    const LANE: Lane = Lane { name: "test", published: 20.0, burst: 1, patience: Patience::Short };
    let (sim, turns) = (sim(Settings::default()), Turns::default());
    let keyring = Keyring::new(Door { pace: Pace::Counted(turns.clone()), ..door(&sim) }, 2);
    let open = |profile: &str| keyring.open(Target { profile: profile.into(), ..target("eu-west-1") });
    let (one, other) = (open("one").await.expect("a session"), open("other").await.expect("a session"));
    let accounts = [one.identity().await, other.identity().await].map(|known| known.expect("an answer").0);
    assert_eq!(accounts[0], accounts[1]);
    turns.lock().expect("no panic").clear();
    for aws in [&one, &other, &one] {
        aws.turn(&LANE).await;
    }
    let at = turns.lock().expect("no panic").iter().map(|(_, at)| at.as_millis()).collect::<Vec<_>>();
    assert_eq!(at, [0, 100, 200]);
}

#[tokio::test]
async fn five_thousand_functions() {
    let sim = sim(Settings { sizes: Sizes { functions: 5_000, ..Sizes::DEMO }, ..Settings::default() });
    let (aws, turns) = session(&sim).await;
    let (sizes, first) = list(&sim, aws, "lambda", Scope::All).await;
    assert_eq!((sizes.iter().sum::<usize>(), sizes[0], sizes.len()), (5_000, 50, 100));
    assert!(first <= 3, "{first} calls before the first rows");
    polite(&sim, &turns, "lambda", 15.0);
}

#[tokio::test]
async fn two_thousand_services_in_one_cluster() {
    let sim = sim(Settings { sizes: Sizes { services: 2_006, ..Sizes::DEMO }, ..Settings::default() });
    let (aws, turns) = session(&sim).await;
    let (sizes, first) = list(&sim, aws, "ecs-services", Scope::Within(KindId("ecs"), parent("prod"))).await;
    assert_eq!((sizes.iter().sum::<usize>(), sizes[0], sizes.len()), (2_000, 100, 20));
    assert!(first <= 3, "{first} calls before the first rows");
    let describes = sim.calls()[&("ecs".to_owned(), "DescribeServices".to_owned())];
    assert_eq!(describes, 200);
    polite(&sim, &turns, "ecs", 20.0);
}

/// Only a region that has more than the short first page is asked zone by zone: for instances and for their checks, and once for its zones.
#[tokio::test]
async fn ten_thousand_instances_come_zone_by_zone() {
    for (count, instances, checks, zones) in [(100, 1, 1, None), (10_000, 1 + 3 * 4, 1 + 3 * 4, Some(1))] {
        let sim = Sim::new(Settings { sizes: Sizes { instances: count, ..Sizes::DEMO }, ..Settings::default() });
        let (aws, _) = session(&sim).await;
        let (sizes, _) = list(&sim, aws, "ec2", Scope::All).await;
        assert_eq!((sizes.iter().sum::<usize>(), sizes[0]), (count, 100));
        let calls = |name: &str| sim.calls().get(&("ec2".to_owned(), name.to_owned())).copied();
        assert_eq!((calls("DescribeInstances"), calls("DescribeAvailabilityZones")), (Some(instances), zones));
        assert_eq!(calls("DescribeInstanceStatus"), Some(checks));
    }
}

#[tokio::test]
async fn ten_thousand_jobs() {
    // Time stands still: jobs that come and go while they are listed would make the number another.
    let sim = Sim::new(Settings { sizes: Sizes { jobs: 10_000, ..Sizes::DEMO }, ..Settings::default() });
    let (aws, turns) = session(&sim).await;
    let (sizes, first) = list(&sim, aws, "batch-jobs", Scope::All).await;
    assert_eq!(sizes.iter().sum::<usize>(), 10_000);
    assert!(sizes.iter().all(|size| *size <= 1_000));
    // The queues, and then two questions to each of four of them at once.
    assert!(first <= 9, "{first} calls before the first rows");
    let calls = sim.calls();
    // Of five queues a glance and seven states, some of them of several pages.
    let lists = calls[&("batch".to_owned(), "ListJobs".to_owned())];
    assert!((40..=40 + 12).contains(&lists), "{lists}");
    polite(&sim, &turns, "batch", 10.0);
}

/// Every twelfth job is one that stays RUNNABLE in the queue `simulate`.
#[tokio::test]
async fn jobs_of_every_number_are_whole() {
    for count in [0, 1, 999, 1_000, 1_001] {
        let sim = sim(Settings { sizes: Sizes { jobs: 12 * count, ..Sizes::DEMO }, ..Settings::default() });
        let (aws, _) = session(&sim).await;
        let (sizes, _) = list(&sim, aws, "batch-jobs", Scope::Within(KindId("batch"), parent("simulate"))).await;
        assert_eq!(sizes.iter().sum::<usize>(), count);
    }
}

/// Ids of a scope with the columns that something was laid over.
async fn inventory(sim: &Sim, kind: &'static service::Kind) -> BTreeMap<String, BTreeSet<usize>> {
    let (aws, _) = session(sim).await;
    let (sender, mut pages) = mpsc::channel::<Page>(1);
    // What runs comes first, and the first page of a big region comes again with its zones.
    let once = |again: bool, id: &Text| assert!(!again || ["batch-jobs", "ec2"].contains(&kind.id.0), "{kind:?}: {id} comes twice");
    let reading = async {
        let (mut rows, mut laid) = (BTreeMap::new(), Vec::new());
        while let Some(page) = pages.recv().await {
            for row in page.rows {
                once(rows.insert(row.id.to_string(), BTreeSet::new()).is_some(), &row.id);
            }
            laid.extend(page.overlays);
        }
        for overlay in laid {
            let columns = rows.get_mut(overlay.id.as_str()).expect("the row of an overlay");
            overlay.cells.iter().for_each(|(at, _)| once(!columns.insert(*at), &overlay.id));
        }
        rows
    };
    let (result, rows) = futures::join!((kind.list)(aws, Scope::All, sender), reading);
    assert_eq!(result.expect("listed"), []);
    rows
}

/// AWS may give fewer on a page than were asked for: whatever the size of the pages, nothing is lost and nothing comes twice.
#[tokio::test]
async fn every_list_is_whole_at_every_edge_of_a_page() {
    for kind in service::kinds() {
        let whole = inventory(&Sim::new(Settings::default()), kind).await;
        assert!(!whole.is_empty(), "{kind:?}");
        for page in [5, 6, whole.len() - 1, whole.len(), whole.len() + 1] {
            let sim = Sim::new(Settings { page: page.max(5), ..Settings::default() });
            assert_eq!(inventory(&sim, kind).await, whole, "{kind:?} with {page} on a page");
        }
    }
}

/// In a new account there is nothing of most kinds, and that is no failure.
#[tokio::test]
async fn an_empty_region_is_listed_as_empty() {
    let sizes = Sizes { instances: 0, services: 0, functions: 0, jobs: 0 };
    for kind in
        ["ec2", "asg-instances", "ecs-services", "ecs-tasks", "ecs-containers", "lambda", "lambda-versions", "lambda-sources", "batch-jobs"]
    {
        let sim = Sim::new(Settings { sizes, ..Settings::default() });
        assert!(inventory(&sim, service::kind(kind).expect("a kind")).await.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn lists_of_every_length_are_whole() {
    for count in [0, 1, 49, 50, 51] {
        let sim = sim(Settings { sizes: Sizes { functions: count, ..Sizes::DEMO }, ..Settings::default() });
        let (aws, _) = session(&sim).await;
        assert_eq!(list(&sim, aws, "lambda", Scope::All).await.0.iter().sum::<usize>(), count);
    }
    // Eight of the planned services are in this cluster, which takes all further ones.
    for count in [9, 10, 11, 99, 100, 101] {
        let sim = sim(Settings { sizes: Sizes { services: count + 6, ..Sizes::DEMO }, ..Settings::default() });
        let (aws, _) = session(&sim).await;
        let (sizes, _) = list(&sim, aws, "ecs-services", Scope::Within(KindId("ecs"), parent("prod"))).await;
        assert_eq!(sizes.iter().sum::<usize>(), count);
    }
}
