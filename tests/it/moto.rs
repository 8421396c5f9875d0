//! moto, an emulator nobody here wrote, over HTTP: inventory and actions agree with what boto3 sees there.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use quarterdeck::{
    app::state::{Overlay, Policy, State, Step},
    model::TargetId,
    service,
};

use crate::{
    pilot::{Pilot, endpoint},
    python::{Venv, venv},
};

/// The emulator on a port of this machine; it ends with this value.
pub(crate) struct Moto {
    child: Child,
    address: SocketAddr,
    venv: Venv,
}

impl Moto {
    pub(crate) fn start(venv: Venv) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let mut command = venv.command("moto_server");
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("moto starts");
        Self { child, address, venv }
    }

    pub(crate) async fn ready(&mut self) {
        let attempt = async {
            let mut pause = tokio::time::interval(Duration::from_millis(50));
            while TcpStream::connect(self.address).is_err() {
                pause.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), attempt).await.expect("moto listens within a minute");
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn script(&self, name: &str, more: &[&str]) -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
        let output = self.venv.command("python").arg(folder.join(name)).arg(self.url()).args(more).output().expect("Python runs");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listed(state: &State) -> bool {
    let listing = state.fleet.tables.values().next().and_then(|table| table.listing(TargetId(0), &None));
    listing.is_some_and(|listing| listing.count.as_of().is_some())
}

fn over(state: &State) -> bool {
    !state.runs.is_empty() && state.runs.iter().flat_map(|run| &run.rows).all(|(_, _, step)| step.over())
}

fn done(state: &State) -> usize {
    state.runs.iter().flat_map(|run| &run.rows).filter(|(_, _, step)| matches!(step, Step::Done { .. })).count()
}

/// Presses the keys of an action, confirms it as the plan wants it, and follows it to its end.
async fn act(pilot: &mut Pilot, keys: &str) {
    let before = done(&pilot.state);
    pilot.press(keys);
    let plan = |state: &State| match &state.nav.overlay {
        Some(Overlay::Plan(plan)) => Some((plan.probe.loading(), plan.expects.clone(), plan.rows.len())),
        _ => None,
    };
    pilot.until("moto was asked beforehand", |state| plan(state).is_some_and(|(asking, ..)| !asking)).await;
    let (_, expects, rows) = plan(&pilot.state).expect("a plan");
    match expects {
        Some(word) => {
            let letters: Vec<String> = word.chars().map(String::from).collect();
            pilot.press(&letters.join(" "));
            pilot.press("Enter");
        }
        None => pilot.press("y"),
    }
    pilot.until("the action is over", over).await;
    assert_eq!(done(&pilot.state) - before, rows, "{:?}", pilot.state.errors);
}

#[tokio::test]
async fn a_thousand_instances_of_moto_are_listed_whole_and_obey() {
    let Some(venv) = venv() else { return };
    let mut moto = Moto::start(venv);
    moto.ready().await;
    assert_eq!(moto.script("moto_fill.py", &[]), "1000");
    let mut pilot = Pilot::new(endpoint(&moto.url()), &["eu-west-1"], Policy::Operator);
    pilot.until("all rows", |state| listed(state) && Pilot::rows(state) == 1_000).await;
    facts_are_there(&pilot.state);
    pilot.until("metrics say why not", |state| state.metrics.values().any(|metric| metric.problem().is_some())).await;
    assert_eq!(Pilot::rows(&pilot.state), 1_000);
    let id = pilot.state.selected().expect("a row").0.id.to_string();
    let state = |moto: &Moto| moto.script("moto_state.py", &[&id]);
    act(&mut pilot, "a S").await;
    assert_eq!(state(&moto), "stopped");
    act(&mut pilot, "a s").await;
    assert_eq!(state(&moto), "running");
    act(&mut pilot, "a r").await;
    assert_eq!(state(&moto), "running");
    act(&mut pilot, "a T").await;
    assert_eq!(state(&moto), "terminated");
    act(&mut pilot, "j Space Space Space a S").await;
    assert_eq!(pilot.state.runs.last().map(|run| run.rows.len()), Some(3));
}

fn facts_are_there(state: &State) {
    let kind = service::kind("ec2").expect("a kind");
    let table = state.fleet.tables.values().next().expect("a table");
    for (_, row) in table.rows() {
        assert!(["web", "db"].contains(&row.resource.name.as_str()));
        for column in ["state", "type", "zone", "launched", "private_ip", "image", "vpc", "subnet", "checks", "reservation", "owner_id"] {
            assert!(!kind.cell(&row.resource, column).words().is_empty(), "{column} of {}", row.resource.id);
        }
        assert_eq!(row.resource.tag("team").map(quarterdeck::model::Text::as_str), Some("ops"));
    }
}
