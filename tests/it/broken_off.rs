//! What is broken off in the middle: by Esc, by SIGTERM, by SIGKILL. What the journal says is what the simulated world saw, and nothing
//! was done twice.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    time::Duration,
};

use quarterdeck::{
    app::{
        acting::outcome::Tally,
        state::{Course, Overlay, Policy, Screen, State, Step},
    },
    aws::Aws,
    model::TargetId,
    runtime::world::World,
    service::{self, Scope},
    sim::{Settings, Sim, Sizes},
};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    acts::rows,
    cli::program,
    pilot::{Pilot, door, sim, target},
    pty::deck::Deck,
    sim::Endpoint,
};

/// Five repetitions of the roles, each with its Auto Scaling groups: more than a lane of five calls a second sends at once.
const SIZES: Sizes = Sizes { instances: 240, ..Sizes::DEMO };

/// Which processes of each group are suspended.
async fn suspended(aws: &Aws) -> BTreeMap<String, String> {
    let kind = service::kind("asg").unwrap();
    let all = rows(aws, "asg", Scope::All).await;
    all.iter().map(|row| (row.id.to_string(), kind.cell(row, "suspended").words().into_owned())).collect()
}

async fn session(sim: &Sim) -> Aws {
    World::new(door(sim), vec![target("eu-west-1")]).session(TargetId(0)).await.unwrap()
}

fn tally(state: &State) -> Tally {
    state.runs.last().map(Tally::of).unwrap_or_default()
}

/// Types what the plan in front asks for.
async fn confirm(pilot: &mut Pilot) {
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { unreachable!("the plan is in front") };
    let word = plan.expects.clone().expect("so many rows are confirmed by their number");
    assert_eq!(word, plan.rows.len().to_string());
    pilot.enter(&word);
}

#[tokio::test]
async fn esc_sends_no_more_and_undo_takes_back_what_was_done() {
    let sim = sim(Settings { sizes: SIZES, ..Settings::default() });
    let aws = session(&sim).await;
    let before = suspended(&aws).await;
    let mut pilot = Pilot::new(door(&sim), &["eu-west-1"], Policy::Operator);
    pilot.enter(":asg");
    pilot.until("every group", |state| state.list().is_some_and(|list| list.view.order().len() == before.len())).await;
    pilot.press("* a p Ctrl-s");
    confirm(&mut pilot).await;
    assert!(matches!(pilot.state.screen(), Screen::Outcome(_)), "the outcome of many rows is in front");
    pilot.until("some are taken", |state| tally(state).calling + 4 <= before.len()).await;
    pilot.press("Esc");
    assert_eq!(pilot.state.runs[0].course, Course::CalledOff);
    pilot.until("the end", |state| state.runs[0].rows.iter().all(|(.., step)| step.over())).await;

    let (end, sent) = (tally(&pilot.state), sim.calls()[&("autoscaling".to_owned(), "SuspendProcesses".to_owned())]);
    assert!(end.unsent > 0 && end.failed == 0, "{end:?}");
    assert_eq!((end.done as u64, end.done + end.unsent), (sent, before.len()));
    let history = pilot.journal.history(None).unwrap();
    assert_eq!(history.calls.len() as u64, sent);
    assert!(history.calls.iter().all(|call| call.deed.result() == "accepted"));
    let after = suspended(&aws).await;
    for (key, _, step) in &pilot.state.runs[0].rows {
        let group = key.id.as_str();
        match step {
            Step::Unsent => assert_eq!(after[group], before[group], "{group} was not sent"),
            _ => assert!(after[group].contains("Launch"), "{group}: {}", after[group]),
        }
    }

    // What was done is taken back, through a plan of its own; what had been suspended before is left alone.
    let free = |id: &str| before[id].is_empty();
    let done = pilot.state.runs[0].rows.iter().filter(|(key, _, step)| matches!(step, Step::Done { .. }) && free(key.id.as_str())).count();
    pilot.press("u");
    pilot.until("the plan", |state| matches!(state.nav.overlay, Some(Overlay::Plan(_)))).await;
    let Some(Overlay::Plan(plan)) = &pilot.state.nav.overlay else { unreachable!("the plan is in front") };
    assert_eq!((plan.action.id, plan.rows.len()), ("resume", done));
    match plan.expects.clone() {
        Some(word) => pilot.enter(&word),
        None => pilot.press("y"),
    }
    pilot.until("the end of that", |state| state.runs.len() == 2 && state.runs[1].rows.iter().all(|(.., step)| step.over())).await;
    let again = suspended(&aws).await;
    assert!(before.iter().all(|(id, words)| !words.is_empty() || again[id].is_empty()), "{again:?}");
    pilot.press("u");
    assert!(
        pilot.state.nav.overlay.is_none() || matches!(&pilot.state.nav.overlay, Some(Overlay::Plan(plan)) if plan.action.id == "suspend")
    );
    pilot.press("Esc Esc");
    assert!(matches!(pilot.state.screen(), Screen::List(_)), "{:?}", pilot.state.screen());
}

/// `qd act` on every group, seen until a few calls have been taken; and the rest of what it says.
struct Acting {
    child: Child,
    said: BufReader<std::process::ChildStderr>,
    /// What was read of it.
    heard: String,
}

impl Acting {
    fn begin(home: &TempDir, endpoint: &Endpoint) -> Self {
        let words = ["act", "asg", "suspend", "--filter", "!no-such-group", "--yes", "--wait=1s", "--region", "eu-west-1"];
        let url = endpoint.url();
        let mut command = program(home, &[&words[..], &["--endpoint-url", &url]].concat());
        command.env("AWS_ACCESS_KEY_ID", "AKIATEST").env("AWS_SECRET_ACCESS_KEY", "x");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let mut acting = Self { child, said, heard: String::new() };
        (0..5).for_each(|_| acting.taken());
        acting
    }

    /// Reads on until another call has been taken.
    fn taken(&mut self) {
        let mut line = String::new();
        while !line.contains("taken, looking") {
            line.clear();
            assert!(self.said.read_line(&mut line).unwrap() > 0, "it ended before it was to");
            self.heard.push_str(&line);
        }
    }

    fn end(mut self, signal: Signal) -> (Option<i32>, String, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let (mut said, mut out) = (self.heard, String::new());
        self.said.read_to_string(&mut said).unwrap();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        (self.child.wait().unwrap().code(), out, said)
    }
}

/// What `qd journal` tells afterwards.
fn journal(home: &TempDir) -> Vec<Value> {
    let output = program(home, &["journal", "-o", "json"]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn with(calls: &[Value], result: &str) -> usize {
    calls.iter().filter(|call| call["result"] == result).count()
}

fn endpoint() -> Endpoint {
    Endpoint::new(Settings { sizes: SIZES, latency: Duration::from_millis(20), ..Settings::default() })
}

#[test]
fn sigterm_sends_no_more_and_awaits_what_was_sent() {
    asked_to_end(Signal::TERM);
}

/// As when the connection of the terminal breaks.
#[test]
fn sighup_does_the_same() {
    asked_to_end(Signal::HUP);
}

fn asked_to_end(signal: Signal) {
    let (home, endpoint) = (TempDir::new().unwrap(), endpoint());
    let (code, out, said) = Acting::begin(&home, &endpoint).end(signal);
    assert_eq!(code, Some(1), "{out}{said}");
    assert!(said.contains("looking at what lists leave out: "), "a call for each group is told while it lasts: {said}");
    assert!(said.contains("called off: what has not been sent is not sent"), "{said}");
    let calls = journal(&home);
    assert_eq!(endpoint.calls("autoscaling", "SuspendProcesses") as usize, calls.len());
    assert_eq!(with(&calls, "accepted"), calls.len(), "{calls:?}");
    let told = |word: &str| out.lines().filter(|line| line.contains(word)).count();
    assert!(
        told("not sent") > 20 && told("not sent") + calls.len() == out.lines().filter(|line| line.contains("  eu-west-1  ")).count(),
        "{out}"
    );
}

/// Killed while an answer is outstanding: the intent is in the journal and says that nobody knows.
#[test]
fn sigkill_leaves_the_intent_of_what_was_on_its_way() {
    let (home, endpoint) = (TempDir::new().unwrap(), endpoint());
    let mut acting = Acting::begin(&home, &endpoint);
    endpoint.set_faults("slow@autoscaling=1");
    acting.taken();
    let count = || endpoint.calls("autoscaling", "SuspendProcesses") as usize;
    let before = count();
    while count() == before {
        std::thread::yield_now();
    }
    // That call is answered three seconds later.
    let (code, ..) = acting.end(Signal::KILL);
    assert_eq!(code, None);
    let calls = journal(&home);
    assert_eq!((count(), with(&calls, "unknown: interrupted")), (calls.len(), 1), "{calls:?}");
    assert_eq!(with(&calls, "accepted") + 1, calls.len(), "{calls:?}");
    let mut groups: Vec<&str> =
        calls.iter().flat_map(|call| call["rows"].as_array().unwrap()).map(|row| row["id"].as_str().unwrap()).collect();
    let count = groups.len();
    groups.sort_unstable();
    groups.dedup();
    assert_eq!(groups.len(), count, "a group was asked for twice");
}

/// The word that the plan on the screen wants.
fn wanted(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("type ")?;
    rest.split_whitespace().next().map(str::to_owned)
}

/// The dashboard in a terminal, ended by SIGTERM in the middle of an action on every group: what was sent is awaited and told on the plain
/// screen, the rest is not sent, and journal and world say the same.
#[test]
fn sigterm_ends_the_dashboard_in_the_middle_of_a_bulk_action() {
    let (home, endpoint) = (TempDir::new().unwrap(), endpoint());
    let keys = [("AWS_ACCESS_KEY_ID", "AKIADEMO000000000000"), ("AWS_SECRET_ACCESS_KEY", "simulated")];
    let mut deck = Deck::at_home(home.path(), &keys, &["--endpoint-url", &endpoint.url(), "--region", "eu-west-1"]);
    let shows = |deck: &mut Deck, words: &str| deck.until(words, |screen| screen.contents().contains(words));
    shows(&mut deck, "findings");
    deck.press(":asg\r");
    shows(&mut deck, "awseb-e-");
    deck.press("*a");
    shows(&mut deck, "suspend processes");
    deck.press("p");
    shows(&mut deck, "Launch,Terminate");
    deck.press("\x13");
    deck.until("the plan", |screen| wanted(&screen.contents()).is_some());
    let groups: usize = wanted(&deck.text()).unwrap().parse().unwrap();
    deck.press(&format!("{groups}\r"));
    let sent = || endpoint.calls("autoscaling", "SuspendProcesses") as usize;
    crate::pty::kept::wait("a few calls", || sent() >= 4);
    deck.signal(Signal::TERM);
    assert_eq!(deck.ends(), 143);
    deck.assert_restored();
    let calls = journal(&home);
    assert!((4..groups).contains(&sent()), "{} of {groups}", sent());
    assert_eq!((calls.len(), with(&calls, "accepted")), (sent(), sent()), "{calls:?}");
    assert!(deck.text().contains(&format!("{} not sent", groups - sent())), "{}", deck.text());
    let mut touched: Vec<&str> = calls.iter().map(|call| call["rows"][0]["id"].as_str().unwrap()).collect();
    touched.sort_unstable();
    touched.dedup();
    assert_eq!(touched.len(), sent(), "a group was asked for twice");
    let suspended = |name: &str| endpoint.suspended("111122223333", "eu-west-1", name);
    assert!(touched.iter().all(|name| suspended(name)), "{touched:?}");
}
