//! EKS through the real SDK: every page to its end, politely; what belongs together found; a node group scaled and updated.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::StreamExt;
use jiff::Timestamp;
use quarterdeck::{
    app::state::State,
    aws::{Aws, Pace},
    model::{Gap, KindId, Problem, ProblemKind, Record, Resource, TargetId, Text, resource::Page},
    runtime::world::World,
    service::{
        self, Kind, Progress, Scope, Values,
        executor::{Ear, Errand, Halt, Policy, execute},
    },
    sim::{Clock, Settings, Sim, world::eks::Eks},
};
use tokio::sync::mpsc;

use crate::{
    moto::Moto,
    pilot::{Pilot, Unwritten, door, endpoint, target},
    python::venv,
};

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-west-1";

/// When these worlds begin.
const START: i64 = 1_790_000_000;

/// A simulated AWS whose clock a test turns.
fn clockwork() -> (Sim, Arc<AtomicI64>) {
    let clock = Arc::new(AtomicI64::new(START));
    let hand = Arc::clone(&clock);
    let time = Clock::new(move || Timestamp::from_second(hand.load(Ordering::Relaxed)).expect("a time"));
    (Sim::new(Settings { clock: time, ..Settings::default() }), clock)
}

fn sim() -> Sim {
    clockwork().0
}

type Turns = Arc<Mutex<Vec<(&'static str, Duration)>>>;

/// A session in which nobody waits for turns; they are counted.
async fn session(sim: &Sim) -> (Aws, Turns) {
    let turns = Turns::default();
    let door = quarterdeck::aws::Door { pace: Pace::Counted(Arc::clone(&turns)), ..door(sim) };
    let world = World::new(door, vec![target(REGION)]);
    (world.session(TargetId(0)).await.expect("a session"), turns)
}

fn kind(id: &str) -> &'static Kind {
    service::kind(id).expect("a kind")
}

/// Every page of a scope as it came, and what could not be had beside.
async fn pages(aws: &Aws, id: &str, scope: Scope) -> Result<(Vec<Page>, Vec<Gap>), Problem> {
    let (sender, mut receiver) = mpsc::channel(8);
    let collect = async {
        let mut pages = Vec::new();
        while let Some(page) = receiver.recv().await {
            pages.push(page);
        }
        pages
    };
    let (result, pages) = futures::join!((kind(id).list)(aws.clone(), scope, sender), collect);
    result.map(|beside| (pages, beside))
}

/// The rows of a scope with everything laid over them.
async fn rows(aws: &Aws, id: &str, scope: Scope) -> BTreeMap<String, Resource> {
    let (pages, beside) = pages(aws, id, scope).await.expect("listed");
    assert_eq!(beside, []);
    let mut rows = BTreeMap::new();
    let mut overlays = Vec::new();
    for page in pages {
        for row in page.rows {
            assert!(rows.insert(row.id.to_string(), row).is_none(), "a row comes once");
        }
        overlays.extend(page.overlays);
    }
    for overlay in overlays {
        let row: &mut Resource = rows.get_mut(overlay.id.as_str()).expect("its row");
        overlay.cells.into_iter().for_each(|(at, cell)| row.cells.set(at, cell));
        row.tags = overlay.tags.unwrap_or_default();
    }
    rows
}

fn words(id: &str, row: &Resource, column: &str) -> String {
    kind(id).cell(row, column).words().into_owned()
}

fn change(sim: &Sim, change: impl FnOnce(&mut Eks)) {
    sim.look(|world, now| change(&mut world.region(ACCOUNT, REGION, now).eks));
}

/// So many copies of the first, under other names, and nothing else.
fn copies<T: Clone>(map: &mut BTreeMap<String, T>, count: usize) {
    let first = map.values().next().expect("one").clone();
    *map = (0..count).map(|at| (format!("n{at:04}"), first.clone())).collect();
}

/// Puts this many of a kind into the world: clusters, or parts of the one that is well.
fn crowd(sim: &Sim, id: &str, count: usize) {
    change(sim, |eks| {
        if id == "eks" {
            return copies(&mut eks.clusters, count);
        }
        eks.clusters.retain(|name, _| name == "legacy-shop");
        let cluster = eks.clusters.get_mut("legacy-shop").expect("a cluster");
        match id {
            "eks-nodegroups" => copies(&mut cluster.nodegroups, count),
            "eks-fargate" => copies(&mut cluster.profiles, count),
            "eks-addons" => copies(&mut cluster.addons, count),
            _ => copies(&mut cluster.insights, count),
        }
    });
}

#[tokio::test]
async fn every_list_is_whole_at_every_edge_of_a_page() {
    for id in ["eks", "eks-nodegroups", "eks-fargate", "eks-addons", "eks-insights"] {
        for count in [0, 1, 99, 100, 101, 201] {
            let sim = sim();
            crowd(&sim, id, count);
            let (aws, _) = session(&sim).await;
            let rows = rows(&aws, id, Scope::All).await;
            assert_eq!(rows.len(), count, "{id}");
            assert!(rows.values().all(|row| !words(id, row, "state").is_empty()), "{id}: each is described");
        }
    }
}

#[tokio::test]
async fn first_rows_come_after_one_call_and_no_second_holds_more_than_half_of_the_rate() {
    let sim = sim();
    change(&sim, |eks| copies(&mut eks.clusters, 250));
    let (aws, turns) = session(&sim).await;
    let (pages, _) = pages(&aws, "eks", Scope::All).await.expect("listed");
    assert_eq!((pages[0].rows.len(), pages[0].overlays.len()), (100, 0), "names first");
    assert_eq!(pages.iter().map(|page| page.overlays.len()).sum::<usize>(), 250);
    let turns = turns.lock().unwrap().clone();
    assert_eq!(turns.len(), 3 + 1 + 250, "pages of names, versions, and each cluster");
    for (_, start) in &turns {
        let within = turns.iter().filter(|(_, turn)| (*start..*start + Duration::from_secs(1)).contains(turn)).count();
        assert!(within <= 5, "{within} in one second");
    }
    let calls: u64 = sim.calls().iter().filter(|((service, _), _)| service == "eks").map(|(_, count)| count).sum();
    assert_eq!(calls, turns.len() as u64, "every call waits for its turn");
}

#[tokio::test]
async fn clusters_tell_their_standing() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    let clusters = rows(&aws, "eks", Scope::All).await;
    assert_eq!(clusters.keys().collect::<Vec<_>>(), ["analytics", "legacy-shop", "orders"]);
    let told = |name: &str, column: &str| words("eks", &clusters[name], column);
    assert_eq!((told("orders", "state"), told("orders", "access")), ("ACTIVE".to_owned(), "public+private".to_owned()));
    assert_eq!((told("analytics", "auto_mode"), told("analytics", "access")), ("yes".to_owned(), "private".to_owned()));
    assert_eq!((told("legacy-shop", "version"), told("legacy-shop", "upgrade_policy")), ("1.31".to_owned(), "STANDARD".to_owned()));
    let now = sim.look(|_, now| now);
    let codes = |name: &str| (kind("eks").findings)(&clusters[name], now).iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!((codes("orders"), codes("legacy-shop")), (vec![], vec!["support-ends"]));
}

#[tokio::test]
async fn incidents_are_told_in_eks_own_words() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    let now = sim.look(|_, now| now);
    let cases = [
        (
            "eks-nodegroups",
            "analytics/analytics-gpu",
            "node-group-issue",
            "AsgInstanceLaunchFailures: We currently do not have sufficient p4d",
        ),
        ("eks-nodegroups", "analytics/analytics-etl", "node-group-issue", "Ec2LaunchTemplateNotFound: The Amazon EC2 Launch Template"),
        ("eks-addons", "legacy-shop/coredns", "addon-issue", "InsufficientNumberOfReplicas"),
    ];
    for (id, row, code, reason) in cases {
        let rows = rows(&aws, id, Scope::All).await;
        let findings = (kind(id).findings)(&rows[row], now);
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [code], "{row}");
        assert!(findings[0].reason.as_str().starts_with(reason), "{:?}", findings[0].reason);
        assert_eq!(words(id, &rows[row], "state"), "DEGRADED");
    }
    let insights = rows(&aws, "eks-insights", Scope::All).await;
    let ill: BTreeSet<_> =
        insights.values().flat_map(|row| (kind("eks-insights").findings)(row, now)).map(|finding| finding.severity).collect();
    assert_eq!(ill.len(), 2, "an error and warnings");
}

#[tokio::test]
async fn an_opened_insight_tells_what_is_to_be_done() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    let insights = rows(&aws, "eks-insights", Scope::All).await;
    let worst = insights.values().find(|row| words("eks-insights", row, "state") == "ERROR").expect("an error").clone();
    let details = kind("eks-insights").details.expect("details");
    let page = (details.fetch)(aws, vec![Arc::new(worst)]).await.expect("details");
    let cell = |id: &str| kind("eks-insights").column(id).expect("a column");
    let told: BTreeMap<usize, String> = page.overlays[0].cells.iter().map(|(at, cell)| (*at, cell.words().into_owned())).collect();
    assert!(told[&cell("recommendation")].starts_with("Update manifests"));
    assert!(
        told[&cell("deprecations")]
            .contains("use /apis/flowcontrol.apiserver.k8s.io/v1/flowschemas, called by shop-operator/v0.9.2 (4312 calls")
    );
}

#[tokio::test]
async fn what_belongs_to_a_row_is_found_below_it() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    let clusters = rows(&aws, "eks", Scope::All).await;
    let orders = Arc::new(clusters["orders"].clone());
    let within = |kind: &'static str, row: &Arc<Resource>| Scope::Within(KindId(kind), Arc::clone(row));
    let groups = rows(&aws, "eks-nodegroups", within("eks", &orders)).await;
    assert_eq!(groups.keys().collect::<Vec<_>>(), ["orders/orders-general", "orders/orders-spot"]);
    let nodes = |row: &Resource| {
        sim.look(|world, now| {
            let name = row.name.as_str();
            world.fleet(ACCOUNT, REGION, now).from(0).filter(|one| one.tags().iter().any(|(_, value)| value == name)).count()
        })
    };
    for row in groups.values() {
        let below = rows(&aws, "ec2", within("eks-nodegroups", &Arc::new(row.clone()))).await;
        assert_eq!(below.len(), nodes(row), "{}", row.id);
        assert_eq!(below.len().to_string(), words("eks-nodegroups", row, "desired"));
        assert!(below.values().all(|node| node.within(KindId("eks-nodegroups"), &row.id)));
    }
    let all = rows(&aws, "ec2", within("eks", &orders)).await;
    assert_eq!(all.len(), 4 + 3, "nodes of node groups and of Karpenter");
    let others = Arc::new(clusters["analytics"].clone());
    assert_eq!(rows(&aws, "ec2", within("eks", &others)).await.len(), 0);
    let calls = sim.calls();
    assert_eq!(calls[&("ec2".to_owned(), "DescribeInstances".to_owned())], 2 + 2 * 2, "no sweep of the whole region");
}

#[tokio::test]
async fn ids_that_are_gone_are_absent() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    for (id, known) in [
        ("eks", "orders"),
        ("eks-nodegroups", "orders/orders-spot"),
        ("eks-addons", "orders/coredns"),
        ("eks-fargate", "legacy-shop/fp-shop"),
    ] {
        let gone = if id == "eks" { "nobody" } else { "orders/nobody" };
        let ids = [known, gone].map(Text::new).to_vec();
        let rows = rows(&aws, id, Scope::Ids(ids)).await;
        assert_eq!(rows.keys().collect::<Vec<_>>(), [known], "{id}");
        assert!(!words(id, &rows[known], "state").is_empty());
    }
}

#[tokio::test]
async fn below_a_cluster_that_is_gone_there_is_nothing_to_list() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    let ghost = Resource { id: "ghost".into(), name: "ghost".into(), cells: Record::default(), tags: [].into(), parents: [].into() };
    let problem = pages(&aws, "eks-nodegroups", Scope::Within(KindId("eks"), Arc::new(ghost))).await.expect_err("nothing to list");
    assert_eq!((problem.kind, problem.headline.as_str()), (ProblemKind::NotFound, "No cluster found for name: ghost."));
}

/// Carries out an action on a node group, and looks until it is over; gives back the last look.
async fn act((aws, clock): (&Aws, &AtomicI64), action: &'static str, id: &str, values: Values) -> (Progress, Resource) {
    let all = rows(aws, "eks-nodegroups", Scope::Ids(vec![id.into()])).await;
    let errand = Errand {
        action,
        rows: vec![Arc::new(all[id].clone())],
        values: values.clone(),
        token: || Text::new(&format!("{:032x}", fastrand::u128(..))),
        halt: Halt::default(),
        ear: Ear::default(),
    };
    let outcomes = execute(Policy::Operator, aws.clone(), kind("eks-nodegroups"), errand, &Unwritten).concat().await;
    let receipt = outcomes[0].1.as_ref().expect("taken");
    assert!(receipt.note.as_str().starts_with("EKS calls it update "), "{receipt:?}");
    let action = kind("eks-nodegroups").action(action).expect("an action");
    let mut moved = false;
    loop {
        let rows = rows(aws, "eks-nodegroups", Scope::Ids(vec![id.into()])).await;
        match (action.progress)(rows.get(id), &values) {
            Progress::Moving => {
                moved = true;
                assert!((kind("eks-nodegroups").moving)(&rows[id]));
                clock.fetch_add(3, Ordering::Relaxed);
            }
            other => {
                assert!(moved, "EKS takes its time");
                return (other, rows[id].clone());
            }
        }
    }
}

#[tokio::test]
async fn a_node_group_is_scaled_and_settles() {
    let (sim, clock) = clockwork();
    let (aws, _) = session(&sim).await;
    let values = Values::new([("min", "1"), ("desired", "5"), ("max", "9")]);
    let (progress, row) = act((&aws, &clock), "scale", "orders/orders-general", values).await;
    assert_eq!(progress, Progress::Settled);
    let sizes = ["min", "desired", "max", "update"].map(|column| words("eks-nodegroups", &row, column));
    assert_eq!(sizes, ["1", "5", "9", "Successful"]);
    let below = rows(&aws, "ec2", Scope::Within(KindId("eks-nodegroups"), Arc::new(row))).await;
    let running = below.values().filter(|node| words("ec2", node, "state") == "running").count();
    assert_eq!(running, 5, "the nodes have come");
}

#[tokio::test]
async fn an_update_replaces_the_nodes_or_says_which_pod_kept_them() {
    let (sim, clock) = clockwork();
    let (aws, _) = session(&sim).await;
    let plain = || Values::new([("version", ""), ("release", ""), ("force", "no")]);
    let (progress, row) = act((&aws, &clock), "update", "orders/orders-general", plain()).await;
    assert_eq!((progress, words("eks-nodegroups", &row, "release")), (Progress::Settled, "1.33.5-20261117".to_owned()));
    let below = rows(&aws, "ec2", Scope::Within(KindId("eks-nodegroups"), Arc::new(row))).await;
    let count = |state: &str| below.values().filter(|node| words("ec2", node, "state") == state).count();
    assert_eq!((count("running"), count("terminated")), (3, 3), "every node was replaced");
    let (progress, row) = act((&aws, &clock), "update", "legacy-shop/legacy-tools", plain()).await;
    let Progress::Astray(reason) = progress else { panic!("a budget forbids it: {progress:?}") };
    assert!(reason.as_str().starts_with("PodEvictionFailure: ") && reason.as_str().ends_with("shop/session-store-1"), "{reason}");
    assert_eq!(words("eks-nodegroups", &row, "version"), "1.29");
    let force = Values::new([("version", "1.30"), ("release", ""), ("force", "yes")]);
    let (progress, row) = act((&aws, &clock), "update", "legacy-shop/legacy-tools", force).await;
    assert_eq!((progress, words("eks-nodegroups", &row, "version")), (Progress::Settled, "1.30".to_owned()));
}

#[tokio::test]
async fn what_eks_refuses_is_told_in_its_words_and_the_same_token_is_carried_out_once() {
    let (sim, _) = clockwork();
    let (aws, _) = session(&sim).await;
    let id = "orders/orders-spot";
    let all = rows(&aws, "eks-nodegroups", Scope::Ids(vec![id.into()])).await;
    let scale = async |values: [&str; 3], token: fn() -> Text| {
        let values = Values::new(["min", "desired", "max"].into_iter().zip(values));
        let errand =
            Errand { action: "scale", rows: vec![Arc::new(all[id].clone())], values, token, halt: Halt::default(), ear: Ear::default() };
        execute(Policy::Operator, aws.clone(), kind("eks-nodegroups"), errand, &Unwritten).concat().await.remove(0).1
    };
    let once = || Text::new("0123456789abcdef0123456789abcdef");
    let refused = scale(["3", "1", "5"], once).await.expect_err("refused");
    assert_eq!(
        (refused.kind, refused.headline.as_str()),
        (ProblemKind::Invalid, "Minimum capacity 3 can't be greater than desired size 1")
    );
    let first = scale(["1", "2", "5"], once).await.expect("taken");
    assert_eq!(scale(["1", "2", "5"], once).await.expect("the same"), first);
    let busy = scale(["1", "3", "5"], || Text::new("another")).await.expect_err("busy");
    assert_eq!((busy.kind, busy.code.as_ref().map(Text::as_str)), (ProblemKind::Conflict, Some("ResourceInUseException")));
}

#[tokio::test]
async fn an_outage_is_told_and_what_is_denied_is_asked_once() {
    let sim = sim();
    let (aws, _) = session(&sim).await;
    for (fault, expected) in
        [("deny@eks=1", ProblemKind::Denied), ("expired@eks=1", ProblemKind::Expired), ("5xx@eks=1", ProblemKind::Service)]
    {
        sim.set_faults(fault.parse().expect("faults"));
        for id in ["eks", "eks-nodegroups", "eks-insights"] {
            assert_eq!(pages(&aws, id, Scope::All).await.expect_err("it fails").kind, expected, "{id}");
        }
    }
}

#[test]
fn boto3_reads_the_same_facts() {
    crate::sim::script("eks.py", Settings::default());
}

#[tokio::test]
async fn moto_is_listed_whole_and_obeys() {
    let Some(venv) = venv() else { return };
    let mut moto = Moto::start(venv);
    moto.ready().await;
    moto.script("moto_eks.py", &[]);
    let door = quarterdeck::aws::Door { pace: Pace::Counted(Turns::default()), ..endpoint(&moto.url()) };
    let aws = World::new(door, vec![target(REGION)]).session(TargetId(0)).await.expect("a session");
    let (clusters, beside) = pages(&aws, "eks", Scope::All).await.expect("listed");
    assert_eq!((clusters[0].rows[0].id.as_str(), beside.len()), ("shop", 1), "moto does not know how long versions are supported");
    let groups = rows(&aws, "eks-nodegroups", Scope::All).await;
    assert_eq!(groups.len(), 3);
    let one = &groups["shop/web"];
    for column in ["state", "cluster", "min", "desired", "max", "types", "capacity", "version", "release", "ami_type", "labels", "groups"] {
        assert!(!words("eks-nodegroups", one, column).is_empty(), "{column}");
    }
    let profiles = rows(&aws, "eks-fargate", Scope::All).await;
    assert_eq!(profiles.len(), 101, "a page and one more");
    assert_eq!(words("eks-fargate", &profiles["shop/profile-100"], "selectors"), "jobs-100");
    let values = Values::new([("min", "0"), ("desired", "3"), ("max", "6")]);
    let errand = Errand {
        action: "scale",
        rows: vec![Arc::new(one.clone())],
        values: values.clone(),
        token: || "0123".into(),
        halt: Halt::default(),
        ear: Ear::default(),
    };
    let outcomes = execute(Policy::Operator, aws.clone(), kind("eks-nodegroups"), errand, &Unwritten).concat().await;
    assert!(outcomes[0].1.is_ok(), "{outcomes:?}");
    assert_eq!(moto.script("moto_eks.py", &["web"]), "0 3 6");
    let after = rows(&aws, "eks-nodegroups", Scope::Ids(vec!["shop/web".into()])).await;
    let scale = kind("eks-nodegroups").action("scale").expect("an action");
    assert_eq!((scale.progress)(after.get("shop/web"), &values), Progress::Settled);
    // moto has no update of a version: its web server says, in no words of AWS, that there is nothing at that path.
    let values = Values::new([("version", "1.34"), ("release", ""), ("force", "no")]);
    let rows = vec![Arc::new(after["shop/web"].clone())];
    let errand = Errand { action: "update", rows, values, token: || "4567".into(), halt: Halt::default(), ear: Ear::default() };
    let outcomes = execute(Policy::Operator, aws, kind("eks-nodegroups"), errand, &Unwritten).concat().await;
    let problem = outcomes[0].1.as_ref().expect_err("moto does not know it");
    assert_eq!(problem.kind, ProblemKind::Garbled, "{problem:?}");
}

/// The rows on the screen, by id, in order.
fn shown(state: &State) -> Vec<String> {
    let Some((table, list)) = state.list().and_then(|list| Some((state.fleet.tables.get(&list.kind.id)?, list))) else { return Vec::new() };
    list.view.order().iter().filter_map(|slot| table.row(*slot)).map(|row| row.key.id.to_string()).collect()
}

#[tokio::test]
async fn from_a_cluster_down_to_its_nodes_and_back_to_the_same_row() {
    let sim = crate::pilot::sim(Settings::default());
    let mut pilot = Pilot::new(door(&sim), &[REGION], quarterdeck::app::state::Policy::Operator);
    pilot.enter(":eks");
    pilot.until("the clusters", |state| shown(state) == ["analytics", "legacy-shop", "orders"]).await;
    pilot.press("j j Enter");
    pilot.until("its node groups", |state| shown(state) == ["orders/orders-general", "orders/orders-spot"]).await;
    pilot.press("Enter");
    pilot.until("their nodes", |state| shown(state).len() == 3 && state.list().is_some_and(|list| list.kind.id.0 == "ec2")).await;
    pilot.press("Esc");
    assert_eq!(pilot.state.selected().expect("a row").0.id.as_str(), "orders/orders-general");
    pilot.press("Esc");
    assert_eq!(pilot.state.selected().expect("a row").0.id.as_str(), "orders");
}
